// Which desks a clause leads to: see route.h.
#include "policy/route.h"

#include <algorithm>
#include <bit>

#include "policy/planted.h"

namespace concordat::policy {

using contract::Fact;
using contract::FactValue;

Router::Router(const Case& event, const StateFacts* state, const Compiled& compiled, const directory::Directory& directory)
    : event_(event), state_(state), compiled_(compiled), directory_(directory) {
  static_assert(contract::kPeopleMax <= 32, "a bit each");
  for (std::size_t i = 0; i < std::min(event.facts->people.size(), contract::kPeopleMax); ++i) {
    const contract::PersonFacts& person = event.facts->people[i];
    for (std::uint32_t roles = person.roles; roles != 0; roles &= roles - 1) {
      const auto role = static_cast<std::size_t>(std::countr_zero(roles)) + 1;
      if (role < of_role_.size()) of_role_[role] |= People{1} << i;
    }
    const FactValue employer = person.values[static_cast<std::size_t>(Fact::WorksFor)];
    if (employer != contract::kUnknown && employer_count_ < employers_.size()) employers_[employer_count_++] = employer;
  }
}

bool Router::fallback_forgotten() { return PLANTED(FallbackForgotten); }

bool Router::suspended(Slot slot) const {
  const directory::Desk* desk = directory_.desk(compiled_.desks[slot].number);
  return (desk == nullptr || directory_.suspended(*desk)) && !PLANTED(SuspendedIsTold);
}

bool Router::conflict(std::uint32_t party_code) const {
  const auto end = employers_.begin() + employer_count_;
  return std::find(employers_.begin(), end, party_code) != end && !PLANTED(ConflictIgnored);
}

std::uint8_t Router::roles_told(const CompiledClause& clause, const Held& held, People people,
                                const seal::Label& label) const {
  std::uint8_t roles = label.roles;
  for (std::size_t i = 0; i < event_.facts->people.size(); ++i) {
    if (event_.facts->people[i].person != label.person) continue;
    const bool by_home = clause.serving == Serving::Residence && !PLANTED(AreasAreOne);
    if ((held.victims >> i & 1) == 0) roles &= static_cast<std::uint8_t>(~contract::bit(contract::Role::Victim));
    if (by_home && (people >> i & 1) == 0) roles &= static_cast<std::uint8_t>(~contract::bit(clause.whose));
  }
  return roles;
}

bool Router::may_stand_in(const CompiledClause& clause, Slot slot) const {
  const auto first = compiled_.routes.begin() + clause.stand_ins.first;
  const auto end = first + clause.stand_ins.count;
  return std::find(first, end, slot) != end;
}

/// An alternative of the same party is where that party's own cases go; of another party it must be free of conflict
/// itself. Either way the clause must be lawful for it, and it is told of those people alone whom it serves.
Slot Router::resolve(const CompiledClause& clause, Slot slot, People& people, Missed& missed) const {
  const CompiledDesk& desk = compiled_.desks[slot];
  if (conflict(desk.party_code)) {
    missed = Missed::Conflict;
    slot = desk.alternative;
    if (slot == kNoSlot || !(may_stand_in(clause, slot) || PLANTED(AnyAlternative))) return kNoSlot;
    const CompiledDesk& other = compiled_.desks[slot];
    if (other.party != desk.party && conflict(other.party_code)) return kNoSlot;
    if (!reaches(other, clause, people)) return kNoSlot;
  }
  if (!suspended(slot)) return slot;
  missed = Missed::Suspended;
  return kNoSlot;
}

bool Router::covers(const CompiledDesk& desk, FactValue area) const {
  if (area == contract::kUnknown) return false;
  const auto first = compiled_.areas.begin() + desk.serves.first;
  return desk.serves.count == 0 || std::binary_search(first, first + desk.serves.count, area);
}

/// An unknown area is served by nobody: it goes to the fallback desk, never to a default.
bool Router::serves(const CompiledDesk& desk, const CompiledClause& clause, People& people) const {
  if (clause.serving == Serving::Nothing) return true;
  if (clause.serving == Serving::Incident) return covers(desk, event_.facts->of(Fact::IncidentArea));
  if (clause.serving == Serving::Registration)
    return state_ == nullptr || covers(desk, state_->registration_residence) || PLANTED(RegistrationAnywhere);
  for (std::size_t i = 0; i < event_.facts->people.size() && people >> i != 0; ++i) {
    if ((people >> i & 1) == 0) continue;
    if (!covers(desk, event_.facts->people[i].values[static_cast<std::size_t>(Fact::Residence)]))
      people &= ~(People{1} << i);
  }
  return people != 0;
}

bool Router::reaches(const CompiledDesk& desk, const CompiledClause& clause, People& people) const {
  return desk.serves.count == 0 || serves(desk, clause, people);
}

Missed Router::why_not(const CompiledClause& clause, Slot slot) const {
  People people = clause.serving == Serving::Residence ? role(clause.whose) : kEverybody;
  if (!serves(compiled_.desks[slot], clause, people)) return Missed::NotServed;
  Missed missed = Missed::None;
  resolve(clause, slot, people, missed);
  return missed;
}

}  // namespace concordat::policy
