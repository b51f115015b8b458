// Europe/London as data for Calendar: the only place of the broker that reads the time zone database.
#include <date/tz.h>

#include "broker/core/calendar.h"

namespace concordat::broker {

Result<Calendar> london_calendar(std::set<std::chrono::sys_days> holidays) {
  try {
    const date::time_zone* london = date::locate_zone("Europe/London");
    std::vector<std::pair<Instant, int>> offsets;
    Instant at = std::chrono::sys_days(std::chrono::year(2000) / 1 / 1);
    const Instant end = std::chrono::sys_days(std::chrono::year(2100) / 1 / 1);
    while (at < end) {
      const date::sys_info info = london->get_info(at);
      offsets.emplace_back(at, static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(info.offset).count()));
      at = std::chrono::time_point_cast<Milliseconds>(info.end);
    }
    return Calendar(std::move(offsets), std::move(holidays));
  } catch (const std::exception&) {
    return fail(Fault::Unavailable, code::kConfig, "no time zone Europe/London on this machine: install the package tzdata");
  }
}

}  // namespace concordat::broker
