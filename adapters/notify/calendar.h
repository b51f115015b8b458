// Working days and safe hours in London. Pure: no clock, no time zone database; summer time by the rule that has held since 1996.
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/text/duration.h"

namespace concordat::notify {

using Day = std::chrono::sys_days;

/// Local time in London as if it were UTC, and back. An hour that occurs twice is the earlier; one that is skipped, the hour after.
Instant local_of(Instant utc);
Instant utc_of(Instant local);

/// Monday to Friday but for bank holidays of England and Wales; work ends at 17:00.
class Calendar {
 public:
  /// Lines "2026-12-25,Christmas Day"; the first names the columns. E-CONFIG with the line. Days outside the years that are listed
  /// count as if there were no bank holidays: see last().
  static Result<Calendar> read(std::string_view csv);
  bool works(Day day) const;
  /// Close of business on the n-th working day after that of `from`, or `from` and so long.
  Instant deadline(Instant from, const text::Duration& within) const;
  /// The last day that is listed.
  Day last() const { return holidays_.empty() ? Day{} : *holidays_.rbegin(); }

 private:
  std::set<Day> holidays_;
};

/// Minutes of a day, on some days of the week. `until` at or before `from` is after midnight.
struct Window {
  unsigned days = 0x7f;   ///< Bit 0 is Sunday.
  int from = 0;
  int until = 24 * 60;
  friend bool operator==(const Window&, const Window&) = default;
};

/// "21:00", "9pm", "9.30 am" as minutes; -1 if it is no time of day.
int parse_time_of_day(std::string_view text);
/// "weekdays 10:00 to 14:00", "Mon-Thu 09:00-12:00", "any day after 18:00", "10am to 2pm". E-VALUE, never quoting: a person must read it.
Result<Window> parse_safe_time(std::string_view text);

/// The first instant from `from` on that lies in one of the windows (none: always) and outside quiet hours, and still does five
/// minutes later, for messages take time. Nothing (epoch 0) if there is none within 14 days. `quiet` null: no quiet hours.
Instant next_safe(Instant from, const std::vector<Window>& windows, const Window* quiet);

}  // namespace concordat::notify
