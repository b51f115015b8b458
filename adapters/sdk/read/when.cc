// Dates and times by Howard Hinnant's date library and the system's time zone data. Its only user in adapters.
#include "adapters/sdk/read/when.h"

#include <date/tz.h>

#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "adapters/sdk/read/record.h"

namespace concordat::read {
namespace {

constexpr int kYearMin = 1850;
constexpr int kYearMax = 2150;

tl::unexpected<Error> wrong(const char* why) { return fail(Fault::Malformed, code::kValue, why); }

/// Digits only; -1 otherwise.
int number(std::string_view text) {
  int value = -1;
  if (text.empty() || text.size() > 4) return -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && text[0] != '-' ? value : -1;
}

int month_named(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kMonths = {"january", "february", "march",     "april",   "may",      "june",
                                                               "july",    "august",   "september", "october", "november", "december"};
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  if (lower.size() < 3) return -1;
  for (std::size_t at = 0; at < kMonths.size(); ++at) {
    if (lower == kMonths[at] || lower == kMonths[at].substr(0, 3)) return static_cast<int>(at) + 1;
  }
  return -1;
}

Result<Date> checked(int year, int month, int day) {
  if (year < kYearMin || year > kYearMax) return wrong("the year is not of four digits between 1850 and 2150");
  if (month == 0 && day == 0) return Date{year, 0, 0};
  if (month < 1 || month > 12) return wrong("there is no such month");
  if (day == 0) return Date{year, month, 0};
  if (!date::year_month_day(date::year(year), date::month(static_cast<unsigned>(month)), date::day(static_cast<unsigned>(day))).ok()) {
    return wrong("there is no such day");
  }
  return Date{year, month, day};
}

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto separator = text.find_first_of("-/. ");
    parts.push_back(text.substr(0, separator));
    if (separator == std::string_view::npos) return parts;
    text.remove_prefix(separator + 1);
  }
}

bool digits(std::string_view text, std::size_t size) { return text.size() == size && text.find_first_not_of("0123456789") == std::string_view::npos; }

int month_of(std::string_view text) { return text.size() <= 2 ? number(text) : month_named(text); }

struct Clock {
  std::chrono::milliseconds of_day{0};
  std::optional<std::chrono::minutes> offset;
};

Result<std::optional<std::chrono::minutes>> parse_zone(std::string_view text) {
  using Offset = std::optional<std::chrono::minutes>;
  if (text.empty()) return Offset{};
  if (text == "Z" || text == "z") return Offset{std::chrono::minutes(0)};
  const bool west = text[0] == '-';
  if (text[0] != '+' && !west) return wrong("the zone is neither Z nor an offset");
  std::string plain(text.substr(1));
  if (plain.size() == 5 && plain[2] == ':') plain.erase(2, 1);
  if (!digits(plain, 4)) return wrong("the zone is neither Z nor an offset");
  const int hours = number(plain.substr(0, 2));
  const int minutes = number(plain.substr(2));
  if (hours > 14 || minutes > 59) return wrong("there is no such zone");
  return Offset{std::chrono::minutes((west ? -1 : 1) * (hours * 60 + minutes))};
}

Result<std::chrono::milliseconds> parse_seconds(std::string_view& text) {
  using std::chrono::milliseconds;
  if (!text.starts_with(':')) return milliseconds(0);
  if (text.size() < 3 || !digits(text.substr(1, 2), 2) || number(text.substr(1, 2)) > 59) return wrong("there is no such second");
  milliseconds value{1000 * number(text.substr(1, 2))};
  text.remove_prefix(3);
  if (!text.starts_with('.')) return value;
  const auto end = std::min(text.find_first_not_of("0123456789", 1), text.size());
  const std::string fraction = std::string(text.substr(1, end - 1)) + "000";
  if (fraction.size() == 3) return wrong("there is no such fraction of a second");
  value += milliseconds(number(fraction.substr(0, 3)));
  text.remove_prefix(end);
  return value;
}

Result<Clock> parse_clock(std::string_view text) {
  if (text.size() < 5 || !digits(text.substr(0, 2), 2) || text[2] != ':' || !digits(text.substr(3, 2), 2)) return wrong("a time of day is HH:MM");
  const int hour = number(text.substr(0, 2));
  const int minute = number(text.substr(3, 2));
  if (hour > 23 || minute > 59) return wrong("there is no such time of day");
  text.remove_prefix(5);
  TRY(const std::chrono::milliseconds seconds, parse_seconds(text));
  TRY(const auto offset, parse_zone(trim(text)));
  return Clock{std::chrono::hours(hour) + std::chrono::minutes(minute) + seconds, offset};
}

Result<const date::time_zone*> london() {
  try {
    return date::locate_zone("Europe/London");
  } catch (const std::exception&) {
    return fail(Fault::Unavailable, code::kInput, "the system has no time zone data for Europe/London");
  }
}

date::local_days local_day(const Date& day) {
  return date::local_days(date::year(day.year) / date::month(static_cast<unsigned>(day.month)) / date::day(static_cast<unsigned>(day.day)));
}

Result<Moment> in_london(const Date& day, std::chrono::milliseconds of_day, bool date_only) {
  TRY(const date::time_zone* const zone, london());
  const auto local = local_day(day) + of_day;
  const date::local_info info = zone->get_info(std::chrono::floor<std::chrono::seconds>(local));
  if (info.result == date::local_info::nonexistent) return wrong("summer time skips this time of day");
  const Instant at{(local - info.first.offset).time_since_epoch()};
  return Moment{day, date_only, at, true, info.result == date::local_info::ambiguous};
}

}  // namespace

Result<Date> parse_date(std::string_view text) {
  text = trim(text);
  if (digits(text, 8)) return checked(number(text.substr(0, 4)), number(text.substr(4, 2)), number(text.substr(6, 2)));
  const auto parts = parts_of(text);
  if (parts.size() == 1 && digits(text, 4)) return checked(number(text), 0, 0);
  if (parts.size() == 2) {
    const bool year_first = parts[0].size() == 4;
    const int month = month_of(year_first ? parts[1] : parts[0]);
    const int year = number(year_first ? parts[0] : parts[1]);
    if (month > 0 && year > 0) return checked(year, month, 0);
  }
  if (parts.size() == 3) {
    const bool year_first = digits(parts[0], 4);
    const int year = number(year_first ? parts[0] : parts[2]);
    const int month = month_of(parts[1]);
    const int day = number(year_first ? parts[2] : parts[0]);
    if (year > 0 && month > 0 && day > 0) return checked(year, month, day);
    if (year > 0 && (month == 0 || day == 0)) return wrong("there is no such day");
  }
  return wrong("it is no date");
}

Result<Moment> parse_moment(std::string_view date, std::string_view time) {
  TRY(const Date day, parse_date(date));
  if (!day.whole()) return wrong("the day is missing");
  time = trim(time);
  if (time.empty()) return in_london(day, std::chrono::milliseconds(0), true);
  TRY(const Clock clock, parse_clock(time));
  if (!clock.offset) return in_london(day, clock.of_day, false);
  return Moment{day, false, Instant{(local_day(day) + clock.of_day - *clock.offset).time_since_epoch()}, false, false};
}

Result<Moment> parse_moment(std::string_view text) {
  text = trim(text);
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return parse_moment(text, {});
  const auto gap = text.substr(0, colon).find_last_of("T ");
  if (gap == std::string_view::npos) return wrong("it is no date with a time");
  return parse_moment(trim(text.substr(0, gap)), text.substr(gap + 1));
}

std::string to_text(const Date& date) {
  const auto padded = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  std::string out = std::to_string(date.year);
  if (date.month != 0) out += "-" + padded(date.month);
  if (date.day != 0) out += "-" + padded(date.day);
  return out;
}

Date london_day(Instant at) {
  const auto zone = london();
  const auto offset = zone ? (*zone)->get_info(std::chrono::floor<std::chrono::seconds>(at)).offset : std::chrono::seconds(0);
  const date::year_month_day day(date::floor<date::days>(at + offset));
  return {static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())), static_cast<int>(static_cast<unsigned>(day.day()))};
}

}  // namespace concordat::read
