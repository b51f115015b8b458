// Lawful on its face: see lawful.h.
#include "policy/lawful/lawful.h"

#include <algorithm>

#include "policy/agreement/recipient.h"
#include "policy/lawful/basis.h"

namespace concordat::policy::lawful {
namespace {

using contract::DeskRole;
using contract::Item;
using directory::Desk;
using directory::Directory;

bool covers(const std::optional<std::vector<DeskRole>>& roles, DeskRole role) {
  return !roles || std::find(roles->begin(), roles->end(), role) != roles->end();
}

std::uint64_t bit(Item item) { return std::uint64_t{1} << static_cast<unsigned>(item); }

/// Items that a clause lets out, those behind its released facts included.
ItemsByRole let_out(const Clause& clause) {
  ItemsByRole items = clause.items;
  for (const contract::FactInfo& fact : contract::kFacts) {
    if (!clause.facts.facts[static_cast<std::size_t>(fact.fact)] || fact.item == Item::Unspecified) continue;
    for (std::uint64_t& mask : items.masks) mask |= bit(fact.item);
  }
  return items;
}

/// Items that a recipient may pass on.
ItemsByRole passed_on(const Clause& clause) {
  ItemsByRole items = clause.items;
  if (clause.onward->same_items) return items;
  for (std::uint64_t& mask : items.masks) mask &= clause.onward->items;
  return items;
}

std::uint8_t classes_in(const ItemsByRole& items) {
  std::uint8_t classes = 0;
  for (const contract::ItemInfo& item : contract::kItems) {
    if ((items.all() & bit(item.item)) != 0) classes |= classes_of(item.item);
  }
  return classes;
}

/// "victim.home_address" of the first item that both hold; free text runs into anything. Empty: they do not meet.
std::string meeting(const ItemsByRole& items, const Never& never) {
  for (std::size_t subject = 0; subject < items.masks.size(); ++subject) {
    for (const contract::ItemInfo& item : contract::kItems) {
      if ((items.masks[subject] & bit(item.item)) == 0) continue;
      const bool met = never.all_items || item.free_text || (never.items.masks[subject] & bit(item.item)) != 0;
      const auto whose =
          subject == 0 ? std::string_view("case") : contract::name_of(static_cast<contract::Role>(subject));
      if (met) return std::string(whose) + "." + std::string(item.name);
    }
  }
  return {};
}

class Check {
 public:
  Check(std::span<const Adopted> agreements, const Agreement& agreement, const Directory& directory,
        const Tables& tables, std::vector<Finding>& findings)
      : agreements_(agreements),
        agreement_(agreement),
        directory_(directory),
        tables_(tables),
        findings_(findings),
        groups_(groups_of(directory)) {}

  void run() {
    for (const LawBasis& basis : agreement_.law) {
      for (const std::string& fault : faults_of(basis, tables_))
        find(code::kLaw, basis.place, "law " + basis.name + ": " + fault);
    }
    for (const Clause& clause : agreement_.clauses) {
      gateways_known(clause);
      sides_covered(clause);
      pairs_covered(clause);
      others_covered(clause);
      alternatives_covered(clause);
      prohibitions_kept(clause);
      onward_kept(clause);
    }
  }

  /// Why the clause may not tell the desk in place of another; empty if it may.
  std::string alternative_fault(const Clause& clause, const Desk& desk) const {
    const PartySpec* party = party_of(desk);
    if (party == nullptr) return "its party is none of this agreement's";
    if (!receives(*party, classes_in(let_out(clause))))
      return "no clause gives `" + party->name + "` a basis to receive these items";
    for (const PartySpec* source : sources(clause)) {
      if (source != party && !opened(clause, *source, desk))
        return "no gateway named lets `" + source->name + "` tell `" + party->name + "`";
    }
    return {};
  }

 private:
  void find(Code code, Place place, std::string message, bool warning = false) {
    findings_.push_back({code, agreement_.where(place), std::move(message), warning});
  }
  static std::string name(const Clause& clause) { return (clause.duty ? "duty " : "clause ") + clause.id + ": "; }

  void gateways_known(const Clause& clause) {
    std::vector<std::string_view> known;
    for (const auto& [id, gateway] : tables_.gateways) known.push_back(id);
    for (const std::string& id : clause.gateway) {
      if (!tables_.gateways.contains(id))
        find(code::kLaw, clause.place,
             name(clause) + "gateway `" + id + "` is in no law table" + text::suggest(id, known));
    }
  }

  // ---- bases -----------------------------------------------------------------------------------------------------

  void side_covered(const Clause& clause, const LawBasis& basis, const std::string& side) {
    const std::uint8_t covered = covered_by(basis, tables_);
    const ItemsByRole items = let_out(clause);
    for (const contract::ItemInfo& item : contract::kItems) {
      if ((items.all() & bit(item.item)) == 0) continue;
      const std::uint8_t missing = classes_of(item.item) & static_cast<std::uint8_t>(~covered);
      if (missing == 0) continue;
      find(code::kLaw, clause.place,
           name(clause) + std::string(item.name) + " holds " + class_words(missing) + ", which " + side + " `" +
               basis.name + "` does not cover");
    }
  }

  std::vector<const PartySpec*> sources(const Clause& clause) const {
    std::vector<const PartySpec*> parties;
    for (const PartySpec& party : agreement_.parties) {
      if (clause.from_any_party || std::find(clause.from.begin(), clause.from.end(), party.name) != clause.from.end())
        parties.push_back(&party);
    }
    return parties;
  }

  void sides_covered(const Clause& clause) {
    side_covered(clause, *agreement_.basis(clause.recipient), "the recipient's basis");
    for (const PartySpec* party : sources(clause)) {
      const std::string& own = clause.discloser_by_party ? party->discloses_under : clause.discloser;
      if (own.empty()) {
        find(code::kLaw, clause.place,
             name(clause) + "`" + party->name +
                 "` has no basis to disclose under; give it `discloses_under`, or name in `from` who has one");
        continue;
      }
      const LawBasis& basis = *agreement_.basis(own);
      side_covered(clause, basis, "the discloser's basis");
      may_use(clause, *party, basis);
      confidence_kept(clause, *party, basis);
    }
  }

  void may_use(const Clause& clause, const PartySpec& party, const LawBasis& basis) {
    if (basis.regime != Regime::Part3 || party.competent_authority) return;
    find(code::kLaw, clause.place,
         name(clause) + "`" + party.name + "` is no competent authority, so `" + basis.name +
             "` (Part 3) is not its basis");
  }

  void confidence_kept(const Clause& clause, const PartySpec& party, const LawBasis& basis) {
    const bool health = party.role == DeskRole::Hospital || party.role == DeskRole::GeneralPractice ||
                        party.role == DeskRole::MentalHealth;
    if (!health || !basis.confidentiality.empty()) return;
    find(code::kLaw, clause.place,
         name(clause) + "`" + party.name + "` owes confidence; `" + basis.name +
             "` needs `confidentiality` and `decided_by`");
  }

  // ---- gateways --------------------------------------------------------------------------------------------------

  std::vector<const Desk*> recipients(const Clause& clause) const {
    std::vector<const Desk*> desks;
    const PartySpec* owner = nullptr;
    const bool fallback = agreement_.desk(clause.to.if_none, &owner) != nullptr;
    for (const Desk& desk : directory_.desks) {
      if (leads_to(agreement_, clause.to, desk, directory_) ||
          (fallback && desk.name == owner->name + "/" + clause.to.if_none))
        desks.push_back(&desk);
    }
    return desks;
  }

  const PartySpec* party_of(const Desk& desk) const { return agreement_.party(directory_.party(desk.party)->name); }

  /// By what its party is, or by what another is for which the desk acts: agreement and directory both say so.
  bool receives(const Gateway& gateway, const Desk& desk) const {
    const PartySpec& party = *party_of(desk);
    if (covers(gateway.receives, party.role)) return true;
    const PartySpec* behind = party.acts_for.empty() ? nullptr : agreement_.party(party.acts_for);
    if (!gateway.or_acting_for || behind == nullptr || !covers(gateway.receives, behind->role)) return false;
    const directory::Party* known = directory_.party(behind->name);
    return known != nullptr && std::find(desk.acts_for.begin(), desk.acts_for.end(), known->number) != desk.acts_for.end();
  }

  bool opened(const Clause& clause, const PartySpec& source, const Desk& desk) const {
    return std::any_of(clause.gateway.begin(), clause.gateway.end(), [&](const std::string& id) {
      const auto at = tables_.gateways.find(id);
      return at != tables_.gateways.end() && covers(at->second.discloses, source.role) && receives(at->second, desk);
    });
  }

  /// Whoever the clause leads to, at once, later or by passing on, is told by somebody whom a gateway lets tell it.
  void pairs_covered(const Clause& clause) {
    std::vector<const PartySpec*> told;
    for (const Desk* desk : recipients(clause)) {
      const PartySpec* party = party_of(*desk);
      if (party == nullptr || std::find(told.begin(), told.end(), party) != told.end()) continue;
      told.push_back(party);
      may_use(clause, *party, *agreement_.basis(clause.recipient));
    }
    std::vector<std::string> said;
    for (const Desk* desk : everybody(clause)) {
      const PartySpec* recipient = party_of(*desk);
      for (const PartySpec* source : sources(clause)) {
        if (recipient == nullptr || source == recipient || opened(clause, *source, *desk)) continue;
        std::string message = name(clause) + "no gateway named lets " + std::string(contract::name_of(source->role)) +
                              " (" + source->name + ") tell " + std::string(contract::name_of(recipient->role)) + " (" +
                              recipient->name + ")";
        if (std::find(said.begin(), said.end(), message) != said.end()) continue;
        said.push_back(message);
        find(code::kLaw, clause.place, std::move(message));
      }
    }
  }

  // ---- chains, passing on ----------------------------------------------------------------------------------------

  std::vector<const Desk*> desks_called(const std::vector<std::string>& names) const {
    std::vector<const Desk*> desks;
    for (const std::string& called : names) {
      const PartySpec* owner = nullptr;
      agreement_.desk(called, &owner);
      desks.push_back(directory_.desk(owner->name + "/" + called));
    }
    return desks;
  }

  /// A desk of a chain is told what the clause shares, one of `onward` what may be passed on: its party needs a receiving
  /// basis of its own that covers it.
  void others_covered(const Clause& clause) {
    const std::uint8_t all = classes_in(let_out(clause));
    if ((all & ~covered_by(*agreement_.basis(clause.recipient), tables_)) != 0) return;  // said already
    for (const Desk* desk : desks_called(clause.deliver.then)) other_covered(clause, *desk, all, "the chain leads");
    if (!clause.onward) return;
    const std::uint8_t passed = classes_in(passed_on(clause));
    for (const Desk* desk : desks_called(clause.onward->to)) other_covered(clause, *desk, passed, "`onward` leads");
  }

  void other_covered(const Clause& clause, const Desk& desk, std::uint8_t classes, const std::string& what) {
    const PartySpec& party = *party_of(desk);
    if (receives(party, classes)) return;
    find(code::kLaw, clause.place,
         name(clause) + what + " to `" + desk.name.substr(desk.name.find('/') + 1) + "`, but no clause gives `" +
             party.name + "` a basis to receive these items");
  }

  /// Under some clause of this agreement, on a basis that covers the classes and that the party may use.
  bool receives(const PartySpec& party, std::uint8_t classes) const {
    return std::any_of(agreement_.clauses.begin(), agreement_.clauses.end(), [&](const Clause& clause) {
      const LawBasis& basis = *agreement_.basis(clause.recipient);
      if ((classes & ~covered_by(basis, tables_)) != 0) return false;
      if (basis.regime == Regime::Part3 && !party.competent_authority) return false;
      const auto desks = recipients(clause);
      return std::any_of(desks.begin(), desks.end(), [&](const Desk* desk) { return party_of(*desk) == &party; });
    });
  }

  // ---- alternatives ----------------------------------------------------------------------------------------------

  /// Who is told in a barred desk's place is told what the clause shares, and needs what a desk of `to` needs. A party
  /// that is not in this agreement is told nothing under it: that is said, and keeps nothing from being adopted.
  void alternatives_covered(const Clause& clause) {
    std::vector<const Desk*> known;
    for (const Desk* desk : addressed(clause)) {
      const Desk* other = directory_.desk(desk->alternative);
      if (other == nullptr || other->party == desk->party) continue;
      if (std::find(known.begin(), known.end(), other) != known.end()) continue;
      known.push_back(other);
      const std::string fault = alternative_fault(clause, *other);
      if (fault.empty()) continue;
      find(code::kLaw, clause.place,
           name(clause) + "the directory names `" + other->name + "` as the alternative of `" + desk->name + "`, but " +
               fault,
           party_of(*other) == nullptr);
    }
  }

  // ---- prohibitions ----------------------------------------------------------------------------------------------

  /// The desks that the clause names: its own, the fallback, and the chain.
  std::vector<const Desk*> addressed(const Clause& clause) const {
    std::vector<const Desk*> desks = recipients(clause);
    for (const Desk* desk : desks_called(clause.deliver.then)) desks.push_back(desk);
    return desks;
  }

  /// Those, and whoever the recipient may pass it on to.
  std::vector<const Desk*> everybody(const Clause& clause) const {
    std::vector<const Desk*> desks = addressed(clause);
    if (!clause.onward) return desks;
    for (const Desk* desk : desks_called(clause.onward->to)) desks.push_back(desk);
    return desks;
  }

  /// Any desk that the clause could tell: alternatives too.
  std::vector<const Desk*> anybody(const Clause& clause) const {
    std::vector<const Desk*> desks = addressed(clause);
    for (const Desk* desk : addressed(clause)) {
      const Desk* other = directory_.desk(desk->alternative);
      if (other != nullptr && alternative_fault(clause, *other).empty()) desks.push_back(other);
    }
    return desks;
  }

  void prohibitions_kept(const Clause& clause) {
    for (const Adopted& adopted : agreements_) {
      for (const Never& never : adopted.agreement.nevers) {
        if (never.when && !clause.duty) continue;  // held when it is decided
        for (const Desk* desk : anybody(clause)) {
          if (!binds(never, adopted.agreement, *desk)) continue;
          const std::string item = meeting(let_out(clause), never);
          if (item.empty()) continue;
          const char* what = clause.duty ? " could starve this duty of " : " forbids ";
          find(code::kMeaning, clause.place,
               name(clause) + "`never " + never.id + "` of " + adopted.agreement.name + what + item + " at `" +
                   desk->name + "`");
          break;
        }
      }
    }
  }

  /// A condition is held when it is decided.
  void onward_kept(const Clause& clause) {
    if (!clause.onward) return;
    for (const Adopted& adopted : agreements_) {
      for (const Never& never : adopted.agreement.nevers) {
        const std::string item = never.when ? "" : meeting(passed_on(clause), never);
        for (const Desk* desk : desks_called(clause.onward->to)) {
          if (item.empty() || !binds(never, adopted.agreement, *desk)) continue;
          find(code::kMeaning, clause.place,
               name(clause) + "`never " + never.id + "` of " + adopted.agreement.name + " forbids passing on " + item +
                   " to `" + desk->name + "`");
        }
      }
    }
  }

  /// Desks that share a key, a mailbox or a reader are bound alike.
  bool binds(const Never& never, const Agreement& agreement, const Desk& desk) const {
    return policy::binds(never, agreement, static_cast<std::size_t>(&desk - directory_.desks.data()), groups_, directory_);
  }

  std::span<const Adopted> agreements_;
  const Agreement& agreement_;
  const Directory& directory_;
  const Tables& tables_;
  std::vector<Finding>& findings_;
  Groups groups_;
};

}  // namespace

bool may_stand_in(const Agreement& agreement, const Clause& clause, const Desk& desk, const Directory& directory,
                  const Tables& tables) {
  std::vector<Finding> none;
  return Check({}, agreement, directory, tables, none).alternative_fault(clause, desk).empty();
}

void check(std::span<const Adopted> agreements, const Directory& directory, std::vector<Finding>& findings) {
  check(agreements, directory, built_in(), findings);
}

void check(std::span<const Adopted> agreements, const Directory& directory, const Tables& tables,
           std::vector<Finding>& findings) {
  for (const Adopted& adopted : agreements) Check(agreements, adopted.agreement, directory, tables, findings).run();
}

}  // namespace concordat::policy::lawful
