// Conditions: see condition.h.
#include "policy/agreement/condition.h"

#include <array>

namespace concordat::policy {

bool Condition::operator==(const Condition& other) const {
  return is == other.is && role == other.role && band == other.band && minutes == other.minutes &&
         tests == other.tests && parts == other.parts;
}

std::uint64_t bands_under(std::uint32_t years) {
  using contract::AgeBand;
  struct Bound {
    std::uint32_t years;
    AgeBand first_at;
  };
  constexpr std::array<Bound, 7> bounds{{{5, AgeBand::Age5To9},
                                         {10, AgeBand::Age10To12},
                                         {13, AgeBand::Age13To15},
                                         {16, AgeBand::Age16To17},
                                         {18, AgeBand::Age18To24},
                                         {25, AgeBand::Age25To59},
                                         {60, AgeBand::Age60AndOver}}};
  for (const Bound& bound : bounds) {
    if (bound.years == years) return ((std::uint64_t{1} << static_cast<unsigned>(bound.first_at)) - 1) & kAllBands;
  }
  return 0;
}

std::size_t size_of(const Condition& condition) {
  std::size_t size = 0;
  each(condition, [&size](const Condition&) { ++size; });
  return size;
}

}  // namespace concordat::policy
