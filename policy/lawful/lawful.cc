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

std::uint8_t classes_let_out(const Clause& clause) {
  std::uint8_t classes = 0;
  for (const contract::ItemInfo& item : contract::kItems) {
    if ((let_out(clause).all() & bit(item.item)) != 0) classes |= classes_of(item.item);
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
      : agreements_(agreements), agreement_(agreement), directory_(directory), tables_(tables), findings_(findings) {}

  void run() {
    for (const LawBasis& basis : agreement_.law) {
      for (const std::string& fault : faults_of(basis, tables_))
        find(code::kLaw, basis.place, "law " + basis.name + ": " + fault);
    }
    for (const Clause& clause : agreement_.clauses) {
      gateways_known(clause);
      sides_covered(clause);
      pairs_covered(clause);
      chain_covered(clause);
      alternatives_covered(clause);
      prohibitions_kept(clause);
    }
  }

 private:
  void find(Code code, Place place, std::string message) {
    findings_.push_back({code, agreement_.where(place), std::move(message), false});
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

  bool receives(const Gateway& gateway, const PartySpec& party) const {
    if (covers(gateway.receives, party.role)) return true;
    const PartySpec* behind = party.acts_for.empty() ? nullptr : agreement_.party(party.acts_for);
    return gateway.or_acting_for && behind != nullptr && covers(gateway.receives, behind->role);
  }

  bool opened(const Clause& clause, const PartySpec& source, const PartySpec& recipient) const {
    return std::any_of(clause.gateway.begin(), clause.gateway.end(), [&](const std::string& id) {
      const auto at = tables_.gateways.find(id);
      return at != tables_.gateways.end() && covers(at->second.discloses, source.role) &&
             receives(at->second, recipient);
    });
  }

  void pairs_covered(const Clause& clause) {
    std::vector<const PartySpec*> told;
    for (const Desk* desk : recipients(clause)) {
      const PartySpec* party = party_of(*desk);
      if (party != nullptr && std::find(told.begin(), told.end(), party) == told.end()) told.push_back(party);
    }
    for (const PartySpec* recipient : told) {
      may_use(clause, *recipient, *agreement_.basis(clause.recipient));
      for (const PartySpec* source : sources(clause)) {
        if (source == recipient || opened(clause, *source, *recipient)) continue;
        find(code::kLaw, clause.place,
             name(clause) + "no gateway named lets " + std::string(contract::name_of(source->role)) + " (" +
                 source->name + ") tell " + std::string(contract::name_of(recipient->role)) + " (" + recipient->name +
                 ")");
      }
    }
  }

  // ---- chains ----------------------------------------------------------------------------------------------------

  /// A desk of a chain is told what the clause shares: its party needs a receiving basis of its own that covers it.
  void chain_covered(const Clause& clause) {
    if ((classes_let_out(clause) & ~covered_by(*agreement_.basis(clause.recipient), tables_)) != 0)
      return;  // said already
    for (const std::string& desk : clause.deliver.then) {
      const PartySpec* owner = nullptr;
      agreement_.desk(desk, &owner);
      const bool covered = std::any_of(agreement_.clauses.begin(), agreement_.clauses.end(),
                                       [&](const Clause& other) { return receives_under(other, *owner, clause); });
      if (!covered)
        find(code::kLaw, clause.place,
             name(clause) + "the chain leads to `" + desk + "`, but no clause gives `" + owner->name +
                 "` a basis to receive these items");
    }
  }

  bool receives_under(const Clause& other, const PartySpec& party, const Clause& clause) const {
    if ((classes_let_out(clause) & ~covered_by(*agreement_.basis(other.recipient), tables_)) != 0) return false;
    const auto desks = recipients(other);
    return std::any_of(desks.begin(), desks.end(), [&](const Desk* desk) { return party_of(*desk) == &party; });
  }

  // ---- alternatives ----------------------------------------------------------------------------------------------

  /// Who is told in a barred desk's place is told what the clause shares: another party needs what a desk of `to` needs.
  void alternatives_covered(const Clause& clause) {
    std::vector<const PartySpec*> known;
    for (const Desk* desk : addressed(clause)) {
      const Desk* other = directory_.desk(desk->alternative);
      if (other == nullptr || other->party == desk->party) continue;
      const PartySpec* party = party_of(*other);
      if (party != nullptr && std::find(known.begin(), known.end(), party) != known.end()) continue;
      if (party != nullptr) known.push_back(party);
      const std::string fault = alternative_fault(clause, party);
      if (fault.empty()) continue;
      find(code::kLaw, clause.place,
           name(clause) + "the directory names `" + other->name + "` as the alternative of `" + desk->name + "`, but " +
               fault);
    }
  }

  std::string alternative_fault(const Clause& clause, const PartySpec* party) const {
    if (party == nullptr) return "its party is none of this agreement's";
    const bool covered = std::any_of(agreement_.clauses.begin(), agreement_.clauses.end(),
                                     [&](const Clause& other) { return receives_under(other, *party, clause); });
    if (!covered) return "no clause gives `" + party->name + "` a basis to receive these items";
    for (const PartySpec* source : sources(clause)) {
      if (source != party && !opened(clause, *source, *party))
        return "no gateway named lets `" + source->name + "` tell `" + party->name + "`";
    }
    return {};
  }

  // ---- prohibitions ----------------------------------------------------------------------------------------------

  /// The desks that the clause names: its own, the fallback, and the chain.
  std::vector<const Desk*> addressed(const Clause& clause) const {
    std::vector<const Desk*> desks = recipients(clause);
    for (const std::string& then : clause.deliver.then) {
      const PartySpec* owner = nullptr;
      agreement_.desk(then, &owner);
      desks.push_back(directory_.desk(owner->name + "/" + then));
    }
    return desks;
  }

  /// Any desk that the clause could tell: alternatives too.
  std::vector<const Desk*> anybody(const Clause& clause) const {
    std::vector<const Desk*> desks = addressed(clause);
    for (const Desk* desk : addressed(clause)) {
      if (const Desk* other = directory_.desk(desk->alternative)) desks.push_back(other);
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

  /// Sharing of keys and mailboxes is held when it is decided.
  bool binds(const Never& never, const Agreement& agreement, const Desk& desk) const {
    return std::any_of(never.to.begin(), never.to.end(),
                       [&](const NeverTarget& target) { return names(target, agreement, desk, directory_); });
  }

  std::span<const Adopted> agreements_;
  const Agreement& agreement_;
  const Directory& directory_;
  const Tables& tables_;
  std::vector<Finding>& findings_;
};

}  // namespace

void check(std::span<const Adopted> agreements, const Directory& directory, std::vector<Finding>& findings) {
  check(agreements, directory, built_in(), findings);
}

void check(std::span<const Adopted> agreements, const Directory& directory, const Tables& tables,
           std::vector<Finding>& findings) {
  for (const Adopted& adopted : agreements) Check(agreements, adopted.agreement, directory, tables, findings).run();
}

}  // namespace concordat::policy::lawful
