// Dates and times as sources write them. What has no zone is Europe/London; what is partial stays partial; nothing is guessed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/result.h"
#include "proto/base/time.h"

namespace concordat::read {

/// A date as far as it is known: 0 where it is not.
struct Date {
  int year = 0;
  int month = 0;
  int day = 0;
  bool whole() const { return day != 0; }
  friend bool operator==(const Date&, const Date&) = default;
};

/// Accepts 1991-02-28, 19910228, 28/02/1991 (also - and . between, one-digit day and month), 28 Feb 1991, 28-FEB-1991,
/// 1991-02, 02/1991, 1991. Days come before months; years have four digits, 1850 to 2150. E-VALUE says what is wrong and never
/// quotes the text.
Result<Date> parse_date(std::string_view text);

struct Moment {
  Date date;                  ///< As written.
  bool date_only = false;     ///< Then `at` is the first instant of that day in London.
  Instant at;
  bool zone_assumed = false;  ///< No zone was given: read as Europe/London.
  bool ambiguous = false;     ///< The hour occurs twice when summer time ends; `at` is the earlier.
};

/// A whole date, then optionally T or blank, HH:MM, :SS, a fraction, and Z or ±HH:MM or ±HHMM.
/// E-VALUE also for a local time that summer time skips.
Result<Moment> parse_moment(std::string_view text);
/// A date and a time of day from two fields; an empty time gives a date only.
Result<Moment> parse_moment(std::string_view date, std::string_view time);

/// "2026-07-14", "2026-07" or "2026".
std::string to_text(const Date& date);
/// The day in London at that instant.
Date london_day(Instant at);

}  // namespace concordat::read
