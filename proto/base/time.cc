// Time as a parameter: see time.h.
#include "proto/base/time.h"

#include <cstdio>

namespace concordat {

std::string to_text(Instant at) {
  using namespace std::chrono;
  // A peer's milliseconds may be anything; beyond the years of four digits the calendar's arithmetic would overflow.
  static constexpr Instant first = sys_days{year{0} / 1 / 1}, end = sys_days{year{9999} / 12 / 31} + days{1};
  if (at < first || at >= end) return std::to_string(ms_of(at)) + " ms";
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  char text[40];
  std::snprintf(text, sizeof(text), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                static_cast<int>(time.subseconds().count()));
  return text;
}

}  // namespace concordat
