// Working time: which minutes count towards a deadline that runs in office hours. Pure data; made once, by the program.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "proto/base/result.h"
#include "proto/base/time.h"

namespace concordat::broker {

/// Office hours are Monday to Friday, 09:00 to 17:00 local time, bank holidays excepted.
class Calendar {
 public:
  /// `offsets`: from which instant on local time is UTC plus so many minutes, ascending; before the first it is UTC.
  /// `holidays`: local days on which nobody works.
  Calendar(std::vector<std::pair<Instant, int>> offsets, std::set<std::chrono::sys_days> holidays)
      : offsets_(std::move(offsets)), holidays_(std::move(holidays)) {}

  /// When `minutes` of office hours have passed since `from`.
  Instant after_office_minutes(Instant from, std::uint32_t minutes) const;
  /// The close of business on the `days`-th working day after the day of `from`.
  Instant after_working_days(Instant from, std::uint32_t days) const;

 private:
  Instant local(Instant utc) const;
  Instant utc(Instant local) const;
  bool works(std::chrono::sys_days day) const;

  std::vector<std::pair<Instant, int>> offsets_;
  std::set<std::chrono::sys_days> holidays_;
};

/// Europe/London from the system's time zone database, 2000 to 2100. Fault::Unavailable (E-CONFIG) if it is not installed.
Result<Calendar> london_calendar(std::set<std::chrono::sys_days> holidays);

}  // namespace concordat::broker
