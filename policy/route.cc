// Which desks a clause leads to: see route.h.
#include "policy/route.h"

#include <algorithm>

#include "policy/planted.h"

namespace concordat::policy {

using contract::Fact;
using contract::FactValue;

Router::Router(const Case& event, const Compiled& compiled, const directory::Directory& directory)
    : event_(event), compiled_(compiled), directory_(directory) {
  for (const contract::PersonFacts& person : event.facts->people) {
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

/// An alternative of the same party is where that party's own cases go; of another party it must be free of conflict
/// itself.
Slot Router::resolve(Slot slot, Missed& missed) const {
  const CompiledDesk& desk = compiled_.desks[slot];
  if (conflict(desk.party_code)) {
    missed = Missed::Conflict;
    slot = desk.alternative;
    if (slot == kNoSlot) return kNoSlot;
    const CompiledDesk& other = compiled_.desks[slot];
    if (other.party != desk.party && conflict(other.party_code)) return kNoSlot;
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
bool Router::serves(const CompiledDesk& desk, const CompiledClause& clause) const {
  if (clause.serving == Serving::Nothing) return true;
  if (clause.serving == Serving::Incident) return covers(desk, event_.facts->of(Fact::IncidentArea));
  const std::uint8_t role = contract::bit(clause.whose);
  return std::any_of(
      event_.facts->people.begin(), event_.facts->people.end(), [&](const contract::PersonFacts& person) {
        return (person.roles & role) != 0 && covers(desk, person.values[static_cast<std::size_t>(Fact::Residence)]);
      });
}

Missed Router::why_not(const CompiledClause& clause, Slot slot) const {
  if (!serves(compiled_.desks[slot], clause)) return Missed::NotServed;
  Missed missed = Missed::None;
  resolve(slot, missed);
  return missed;
}

}  // namespace concordat::policy
