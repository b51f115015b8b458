// Working time: see calendar.h.
#include "broker/core/calendar.h"

#include <algorithm>

namespace concordat::broker {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::sys_days;

constexpr minutes kOpens = std::chrono::hours(9);
constexpr minutes kCloses = std::chrono::hours(17);

int offset_at(const std::vector<std::pair<Instant, int>>& offsets, Instant utc) {
  int offset = 0;
  for (const auto& [from, value] : offsets) {
    if (from > utc) break;
    offset = value;
  }
  return offset;
}

}  // namespace

Instant Calendar::local(Instant utc) const { return utc + minutes(offset_at(offsets_, utc)); }

// Office hours never touch the hours that the clocks change in, so one correction is exact for them.
Instant Calendar::utc(Instant local) const { return local - minutes(offset_at(offsets_, local)); }

bool Calendar::works(sys_days day) const {
  const std::chrono::weekday weekday{day};
  return weekday != std::chrono::Saturday && weekday != std::chrono::Sunday && !holidays_.contains(day);
}

Instant Calendar::after_office_minutes(Instant from, std::uint32_t count) const {
  const Instant start = local(from);
  sys_days day = std::chrono::floor<days>(start);
  Instant at = std::max(start, Instant(day + kOpens));
  Milliseconds left = minutes(count);
  for (;; day += days(1), at = Instant(day + kOpens)) {
    const Instant closes = day + kCloses;
    if (!works(day) || at >= closes) continue;
    if (at + left <= closes) return utc(at + left);
    left -= closes - at;
  }
}

Instant Calendar::after_working_days(Instant from, std::uint32_t count) const {
  sys_days day = std::chrono::floor<days>(local(from));
  while (count > 0) {
    day += days(1);
    if (works(day)) --count;
  }
  return utc(day + kCloses);
}

}  // namespace concordat::broker
