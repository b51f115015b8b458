// An agreement as it was written: see agreement.h.
#include "policy/agreement/agreement.h"

#include <algorithm>

namespace concordat::policy {
namespace {

template <class Row>
const Row* named(const std::vector<Row>& rows, std::string_view name) {
  const auto at = std::find_if(rows.begin(), rows.end(), [name](const Row& row) { return row.name == name; });
  return at == rows.end() ? nullptr : &*at;
}

/// 01:00 UTC on the last Sunday of the month: when British Summer Time begins and ends.
Instant turn_of(std::chrono::year year, std::chrono::month month) {
  return std::chrono::sys_days{year / month / std::chrono::Sunday[std::chrono::last]} + std::chrono::hours(1);
}

}  // namespace

std::uint64_t ItemsByRole::of_roles(std::uint8_t roles) const {
  if (roles == 0) return masks[0];
  std::uint64_t items = 0;
  for (std::size_t role = 1; role < masks.size(); ++role) {
    if ((roles & (1U << (role - 1))) != 0) items |= masks[role];
  }
  return items;
}

std::uint64_t ItemsByRole::all() const {
  std::uint64_t items = 0;
  for (const std::uint64_t mask : masks) items |= mask;
  return items;
}

const PartySpec* Agreement::party(std::string_view wanted) const { return named(parties, wanted); }
const LawBasis* Agreement::basis(std::string_view wanted) const { return named(law, wanted); }

const DeskSpec* Agreement::desk(std::string_view wanted, const PartySpec** whose) const {
  for (const PartySpec& party : parties) {
    const DeskSpec* desk = named(party.desks, wanted);
    if (desk == nullptr) continue;
    if (whose != nullptr) *whose = &party;
    return desk;
  }
  return nullptr;
}

const Clause* Agreement::clause(std::string_view id) const {
  const auto at = std::find_if(clauses.begin(), clauses.end(), [id](const Clause& clause) { return clause.id == id; });
  return at == clauses.end() ? nullptr : &*at;
}

std::string Agreement::where(Place place) const {
  return file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

Instant first_moment(Date date) {
  const Instant midnight = std::chrono::sys_days{date};
  const bool summer = midnight >= turn_of(date.year(), std::chrono::March) &&
                      midnight - std::chrono::hours(1) < turn_of(date.year(), std::chrono::October);
  return summer ? midnight - std::chrono::hours(1) : midnight;
}

}  // namespace concordat::policy
