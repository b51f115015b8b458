// Binds agreements to the directory: names become numbers, conditions become flat nodes, and an index finds the
// clauses.
#include <algorithm>
#include <optional>

#include "policy/agreement/compiled.h"
#include "policy/agreement/recipient.h"
#include "policy/lawful/lawful.h"
#include "proto/base/bytes.h"

namespace concordat::policy {
namespace {

using directory::Directory;

// ---- conditions --------------------------------------------------------------------------------------------------

class Flattener {
 public:
  explicit Flattener(std::vector<CompiledNode>& nodes) : nodes_(nodes) {}

  Piece flatten(const std::optional<Condition>& condition) {
    const auto first = static_cast<std::uint32_t>(nodes_.size());
    ordinal_ = 0;
    if (condition) add(*condition);
    return {first, static_cast<std::uint32_t>(nodes_.size()) - first};
  }

 private:
  void add(const Condition& condition) {
    const std::size_t at = nodes_.size();
    CompiledNode node;
    node.is = condition.is;
    node.role = condition.role;
    node.band = condition.band;
    node.minutes = condition.minutes;
    node.ordinal = ordinal_++;
    const bool people = condition.is == Condition::Is::Person;
    if (!people && !condition.tests.empty()) set(node, condition.tests[0]);
    nodes_.push_back(node);
    for (std::size_t i = 0; people && i < condition.tests.size(); ++i) {
      CompiledNode test = node;
      test.test = true;
      set(test, condition.tests[i]);
      nodes_.push_back(test);
    }
    for (const Condition& part : condition.parts) add(part);
    nodes_[at].span = static_cast<std::uint32_t>(nodes_.size() - at);
  }
  static void set(CompiledNode& node, const FactTest& test) {
    node.fact = test.fact;
    node.values = test.values;
  }

  std::vector<CompiledNode>& nodes_;
  std::uint16_t ordinal_ = 0;
};

CompiledSettings settings_of(const Agreement& agreement) {
  const Settings& from = agreement.settings;
  CompiledSettings to;
  to.dash_high = from.dash_high.value_or(to.dash_high);
  to.dash_medium = from.dash_medium.value_or(to.dash_medium);
  if (from.escalation) {
    to.escalation_incidents = from.escalation->incidents;
    to.escalation_days = static_cast<std::uint16_t>(from.escalation->within.days());
  }
  to.repeat_days = static_cast<std::uint16_t>(from.repeat_within.days());
  to.repeat_from = from.repeat_counts_from.value_or(CountsFrom::LastReferral);
  to.from = first_moment(agreement.from);
  to.until = first_moment(std::chrono::sys_days{agreement.until} + std::chrono::days(1));
  return to;
}

/// Whether a condition asks something of victims. Sensitive markers, risk and consent are theirs.
bool about_victims(const Clause& clause) {
  bool about = false;
  if (clause.when) {
    each(*clause.when, [&](const Condition& at) {
      using Is = Condition::Is;
      about |= at.is == Is::Risk || at.is == Is::Consent ||
               ((at.is == Is::Person || at.is == Is::PatientIs) && at.role == contract::Role::Victim);
    });
  }
  return about;
}

// ---- the whole ---------------------------------------------------------------------------------------------------

class Binder {
 public:
  Binder(const std::vector<Adopted>& agreements, const Directory& directory, const StandIn& stand_in)
      : agreements_(agreements), directory_(directory), stand_in_(stand_in) {}

  std::unique_ptr<const Compiled> compiled() {
    for (const contract::ItemInfo& item : contract::kItems)
      out_->free_text[static_cast<std::size_t>(item.item)] = item.free_text;
    for (const directory::Party& party : directory_.parties) out_->parties.push_back(party.number);
    for (const Adopted& adopted : agreements_) out_->settings.push_back(settings_of(adopted.agreement));
    add_nevers();
    add_desks();
    for (std::size_t i = 0; i < agreements_.size(); ++i) add_clauses(i);
    add_index();
    return std::move(out_);
  }

 private:
  void add_nevers() {
    for (std::size_t i = 0; i < agreements_.size(); ++i) {
      const auto& nevers = agreements_[i].agreement.nevers;
      for (std::size_t n = 0; n < nevers.size(); ++n) {
        CompiledNever never;
        never.agreement = static_cast<std::uint16_t>(i);
        never.number = static_cast<std::uint16_t>(n);
        never.all_items = nevers[n].all_items;
        never.items = nevers[n].items;
        never.facts = facts_of(nevers[n]);
        never.when = Flattener(out_->nodes).flatten(nevers[n].when);
        out_->nevers.push_back(never);
      }
    }
  }

  /// Facts that would say part of what the items say.
  static std::bitset<64> facts_of(const Never& never) {
    std::bitset<64> facts;
    for (const contract::FactInfo& fact : contract::kFacts) {
      const std::uint64_t item = std::uint64_t{1} << static_cast<unsigned>(fact.item);
      if (never.all_items || (fact.item != contract::Item::Unspecified && (never.items.all() & item) != 0))
        facts.set(static_cast<std::size_t>(fact.fact));
    }
    return facts;
  }

  void add_desks() {
    const auto groups = groups_of(directory_);
    for (std::size_t i = 0; i < directory_.desks.size(); ++i) {
      const directory::Desk& from = directory_.desks[i];
      const directory::Party* party = directory_.party(from.party);
      CompiledDesk desk;
      desk.number = from.number;
      desk.party = from.party;
      desk.party_code = party == nullptr ? 0 : directory::code_of(party->name);
      desk.alternative = slot_of(from.alternative);
      desk.serves = {static_cast<std::uint32_t>(out_->areas.size()), static_cast<std::uint32_t>(from.serves.size())};
      out_->areas.insert(out_->areas.end(), from.serves.begin(), from.serves.end());
      desk.nevers = nevers_of(groups, i);
      out_->desks.push_back(desk);
    }
  }

  Piece nevers_of(const Groups& groups, std::size_t desk) {
    const auto first = static_cast<std::uint32_t>(out_->desk_nevers.size());
    for (std::size_t n = 0; n < out_->nevers.size(); ++n) {
      const Agreement& agreement = agreements_[out_->nevers[n].agreement].agreement;
      if (binds(agreement.nevers[out_->nevers[n].number], agreement, desk, groups, directory_))
        out_->desk_nevers.push_back(static_cast<std::uint16_t>(n));
    }
    return {first, static_cast<std::uint32_t>(out_->desk_nevers.size()) - first};
  }

  Slot slot_of(DeskNumber number) const {
    if (number.value == 0) return kNoSlot;
    const auto at = std::find_if(directory_.desks.begin(), directory_.desks.end(),
                                 [&](const directory::Desk& desk) { return desk.number == number; });
    return at == directory_.desks.end() ? kNoSlot : static_cast<Slot>(at - directory_.desks.begin());
  }

  Slot slot_of(const Agreement& agreement, const std::string& short_name) const {
    const PartySpec* owner = nullptr;
    if (short_name.empty() || agreement.desk(short_name, &owner) == nullptr) return kNoSlot;
    const directory::Desk* desk = directory_.desk(owner->name + "/" + short_name);
    return desk == nullptr ? kNoSlot : slot_of(desk->number);
  }

  DeskNumber number_of(const Agreement& agreement, const std::string& short_name) const {
    const Slot slot = slot_of(agreement, short_name);
    return slot == kNoSlot ? DeskNumber{} : directory_.desks[slot].number;
  }

  Piece route(const Agreement& agreement, const Recipient& to) {
    const auto first = static_cast<std::uint32_t>(out_->routes.size());
    for (std::size_t i = 0; i < directory_.desks.size(); ++i) {
      if (leads_to(agreement, to, directory_.desks[i], directory_)) out_->routes.push_back(static_cast<Slot>(i));
    }
    return {first, static_cast<std::uint32_t>(out_->routes.size()) - first};
  }

  /// Alternatives of the desks that the clause names, as far as it may tell them.
  Piece stand_ins(const Agreement& agreement, const Clause& from, const CompiledClause& clause) {
    std::vector<Slot> named(out_->routes.begin() + clause.to.first, out_->routes.end());
    named.push_back(clause.if_none);
    named.insert(named.end(), clause.then.begin(), clause.then.end());
    const auto first = static_cast<std::uint32_t>(out_->routes.size());
    for (const Slot slot : named) {
      const Slot other = slot == kNoSlot ? kNoSlot : out_->desks[slot].alternative;
      if (other != kNoSlot && may_stand_in(agreement, from, directory_.desks[other])) out_->routes.push_back(other);
    }
    return {first, static_cast<std::uint32_t>(out_->routes.size()) - first};
  }

  bool may_stand_in(const Agreement& agreement, const Clause& clause, const directory::Desk& desk) {
    if (stand_in_) return stand_in_(agreement, clause, desk);
    if (!tables_) tables_ = lawful::built_in();
    return lawful::may_stand_in(agreement, clause, desk, directory_, *tables_);
  }

  static Gate gate_of(const Clause& clause) {
    if (clause.duty) return Gate::Open;
    if (clause.consent.need == ConsentNeed::Required) return Gate::Given;
    const bool may_refuse =
        clause.consent.need == ConsentNeed::Seek && clause.consent.refusal != ConsentRefusal::ShareAndRecord;
    return may_refuse ? Gate::NotRefused : Gate::Open;
  }

  Terms terms_of(const Agreement& agreement, const Clause& clause) const {
    Terms terms;
    const Deliver& deliver = clause.deliver;
    terms.lane = deliver.lane;
    if (deliver.read_within) terms.read_within_minutes = deliver.read_within->minutes();
    if (deliver.act_within && deliver.act_within->working_days())
      terms.act_within_working_days = static_cast<std::uint16_t>(deliver.act_within->count);
    if (deliver.act_within && !deliver.act_within->working_days())
      terms.act_within_minutes = deliver.act_within->minutes();
    terms.clock_always = deliver.clock_always;
    terms.tell_sender = deliver.tell_sender;
    if (clause.keep.for_time) terms.keep_days = clause.keep.for_time->days();
    terms.keep_from = static_cast<std::uint8_t>(clause.keep.from);
    for (std::size_t i = 0; i < deliver.then.size(); ++i) terms.then[i] = number_of(agreement, deliver.then[i]);
    if (!clause.onward) return terms;
    for (std::size_t i = 0; i < clause.onward->to.size(); ++i)
      terms.onward[i] = number_of(agreement, clause.onward->to[i]);
    terms.onward_else = clause.onward->otherwise;
    return terms;
  }

  void add_clauses(std::size_t number) {
    const Agreement& agreement = agreements_[number].agreement;
    for (std::size_t i = 0; i < agreement.clauses.size(); ++i) {
      const Clause& from = agreement.clauses[i];
      CompiledClause clause;
      clause.ref = {static_cast<std::uint16_t>(number), static_cast<std::uint16_t>(i)};
      clause.duty = from.duty;
      clause.only_when_met = from.publish_only_when_met;
      clause.gate = gate_of(from);
      clause.purpose = directory::code_of(from.purpose);
      clause.when = Flattener(out_->nodes).flatten(from.when);
      clause.about_victims = clause.gate != Gate::Open || about_victims(from);
      clause.to = route(agreement, from.to);
      clause.serving = from.to.serving;
      clause.whose = from.to.whose;
      clause.if_none = slot_of(agreement, from.to.if_none);
      for (std::size_t n = 0; n < from.deliver.then.size(); ++n)
        clause.then[n] = slot_of(agreement, from.deliver.then[n]);
      clause.stand_ins = stand_ins(agreement, from, clause);
      clause.items = from.items;
      clause.facts = from.facts.facts;
      clause.terms = terms_of(agreement, from);
      clause.onward_same = from.onward && from.onward->same_items;
      clause.onward_items = from.onward ? from.onward->items : 0;
      out_->clauses.push_back(clause);
    }
  }

  void add_index() {
    std::vector<std::vector<std::uint32_t>> rows(out_->parties.size() * Compiled::kKinds);
    for (std::uint32_t i = 0; i < out_->clauses.size(); ++i) {
      const Agreement& agreement = agreements_[out_->clauses[i].ref.agreement].agreement;
      const Clause& clause = agreement.clauses[out_->clauses[i].ref.clause];
      for (std::size_t party = 0; party < directory_.parties.size(); ++party) {
        const std::string& name = directory_.parties[party].name;
        const bool source = clause.from_any_party
                                ? agreement.party(name) != nullptr
                                : std::find(clause.from.begin(), clause.from.end(), name) != clause.from.end();
        for (const contract::Kind kind : clause.share) {
          if (source) rows[party * Compiled::kKinds + static_cast<std::size_t>(kind)].push_back(i);
        }
      }
    }
    for (const auto& row : rows) {
      out_->index.push_back(
          {static_cast<std::uint32_t>(out_->matching.size()), static_cast<std::uint32_t>(row.size())});
      out_->matching.insert(out_->matching.end(), row.begin(), row.end());
    }
  }

  const std::vector<Adopted>& agreements_;
  const Directory& directory_;
  const StandIn& stand_in_;
  std::optional<lawful::Tables> tables_;
  std::unique_ptr<Compiled> out_ = std::make_unique<Compiled>();
};

Digest digest_of(const std::vector<Adopted>& agreements, Hash hash) {
  std::vector<Digest> digests;
  for (const Adopted& adopted : agreements) digests.push_back(adopted.digest);
  std::sort(digests.begin(), digests.end());
  Bytes all;
  for (const Digest& digest : digests) all.append(digest.view());
  return hash(all);
}

}  // namespace

std::span<const std::uint32_t> Compiled::for_event(contract::Kind kind, PartyNumber source) const {
  const auto at = std::lower_bound(parties.begin(), parties.end(), source);
  if (at == parties.end() || *at != source || static_cast<std::size_t>(kind) >= kKinds) return {};
  const Piece piece = index[static_cast<std::size_t>(at - parties.begin()) * kKinds + static_cast<std::size_t>(kind)];
  return {matching.data() + piece.first, piece.count};
}

Slot Compiled::slot(DeskNumber desk) const {
  const auto at = std::lower_bound(desks.begin(), desks.end(), desk,
                                   [](const CompiledDesk& row, DeskNumber wanted) { return row.number < wanted; });
  return at == desks.end() || at->number != desk ? kNoSlot : static_cast<Slot>(at - desks.begin());
}

std::shared_ptr<const InForce> bind(std::vector<Adopted> agreements, const Directory& directory, Hash hash,
                                    const StandIn& stand_in) {
  std::sort(agreements.begin(), agreements.end(),
            [](const Adopted& a, const Adopted& b) { return a.agreement.name < b.agreement.name; });
  const std::shared_ptr<InForce> in_force(new InForce());
  in_force->agreements_ = std::move(agreements);
  in_force->digest_ = digest_of(in_force->agreements_, hash);
  in_force->compiled_ = Binder(in_force->agreements_, directory, stand_in).compiled();
  return in_force;
}

}  // namespace concordat::policy
