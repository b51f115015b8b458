// Lengths of time, and days, as people write them in agreements and configuration: 15m, 2h, 1 working day, 90d, 12 months, 1y; 2026-04-01.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace concordat::text {

/// A count of one unit. Working days are their own kind of time: they have no length until a calendar is at hand.
struct Duration {
  enum class Unit : std::uint8_t { Milliseconds = 1, Seconds, Minutes, Hours, Days, WorkingDays, Months, Years };
  std::uint32_t count = 0;
  Unit unit = Unit::Minutes;

  bool working_days() const { return unit == Unit::WorkingDays; }
  /// Its length; a month is 30 days and 12 months are a year of 365. Zero for working days.
  std::chrono::milliseconds length() const;
  /// Whole minutes of length(), rounded up.
  std::uint32_t minutes() const;
  /// Whole days of length(), rounded up.
  std::uint32_t days() const;
  friend bool operator==(const Duration&, const Duration&) = default;
};

/// Reads "15m", "15 minutes", "1 working day", "500ms", …; nothing if it is no such text or over 100 years.
std::optional<Duration> parse_duration(std::string_view text);
/// As parse_duration reads it, in full words: "15 minutes", "1 working day".
std::string to_text(const Duration& duration);
/// Reads "2026-04-01"; nothing if it is no day of the calendar.
std::optional<std::chrono::year_month_day> parse_date(std::string_view text);

}  // namespace concordat::text
