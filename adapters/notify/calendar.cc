// Working days and safe hours: see calendar.h.
#include "adapters/notify/calendar.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace concordat::notify {
namespace {

using std::chrono::floor;
using std::chrono::minutes;

constexpr minutes kCloseOfBusiness{17 * 60};
constexpr minutes kMargin{5};
constexpr int kDaysAhead = 14;
constexpr int kWholeDay = 24 * 60;

Instant last_sunday(std::chrono::year year, std::chrono::month month) {
  return Day(year / month / std::chrono::Sunday[std::chrono::last]) + std::chrono::hours(1);
}

bool summer(Instant utc) {
  const std::chrono::year_month_day day(floor<std::chrono::days>(utc));
  return utc >= last_sunday(day.year(), std::chrono::March) && utc < last_sunday(day.year(), std::chrono::October);
}

unsigned weekday_bit(Day day) { return 1u << std::chrono::weekday(day).c_encoding(); }

int number(std::string_view text) {
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= 0 ? value : -1;
}

std::string lower(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c == ',' || c == '\t' ? ' ' : c);
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<Day> parse_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int y = number(text.substr(0, 4)), m = number(text.substr(5, 2)), d = number(text.substr(8, 2));
  if (y < 0 || m < 0 || d < 0) return std::nullopt;
  const std::chrono::year_month_day day{std::chrono::year(y), std::chrono::month(static_cast<unsigned>(m)), std::chrono::day(static_cast<unsigned>(d))};
  return day.ok() ? std::optional(Day(day)) : std::nullopt;
}

/// Sunday is 0; -1: no day.
int day_named(std::string_view word) {
  static constexpr std::string_view kDays[] = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
  if (word.size() > 3 && word.back() == 's' && word != "tues" && word != "thurs") word.remove_suffix(1);
  for (int day = 0; day < 7; ++day) {
    if (word.size() >= 3 && kDays[day].starts_with(word)) return day;
  }
  return -1;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : std::string(text) + " ") {
    if (c != ' ') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

/// The days that words name; nothing if one of them is no day.
std::optional<unsigned> days_of(const std::vector<std::string>& words) {
  unsigned days = 0;
  for (std::size_t n = 0; n < words.size(); ++n) {
    const std::string& word = words[n];
    if (word == "and" || word == "on" || word == "between" || word == "from") continue;
    if (word == "weekdays" || word == "weekday") days |= 0x3e;
    else if (word == "weekends" || word == "weekend") days |= 0x41;
    else if (word == "daily" || word == "everyday") days |= 0x7f;
    else if ((word == "any" || word == "every") && n + 1 < words.size() && words[n + 1] == "day") days |= 0x7f, ++n;
    else if (const auto dash = word.find('-'); dash != std::string::npos) {
      const int first = day_named(word.substr(0, dash)), last = day_named(word.substr(dash + 1));
      if (first < 0 || last < 0) return std::nullopt;
      for (int day = first;; day = (day + 1) % 7) {
        days |= 1u << day;
        if (day == last) break;
      }
    } else if (n + 2 < words.size() && words[n + 1] == "to" && day_named(word) >= 0 && day_named(words[n + 2]) >= 0) {
      for (int day = day_named(word);; day = (day + 1) % 7) {
        days |= 1u << day;
        if (day == day_named(words[n + 2])) break;
      }
      n += 2;
    } else if (const int day = day_named(word); day >= 0) days |= 1u << day;
    else return std::nullopt;
  }
  return days == 0 ? 0x7f : days;
}

bool inside(const Window& window, Instant local) {
  const Day day = floor<std::chrono::days>(local);
  const int minute = static_cast<int>(floor<minutes>(local - day).count());
  if (window.from < window.until) return (window.days & weekday_bit(day)) != 0 && minute >= window.from && minute < window.until;
  const Day before = day - std::chrono::days(1);
  return ((window.days & weekday_bit(day)) != 0 && minute >= window.from) || ((window.days & weekday_bit(before)) != 0 && minute < window.until);
}

bool safe(Instant at, const std::vector<Window>& windows, const Window* quiet) {
  const Instant local = local_of(at);
  if (quiet != nullptr && inside(*quiet, local)) return false;
  return windows.empty() || std::any_of(windows.begin(), windows.end(), [&](const Window& each) { return inside(each, local); });
}

}  // namespace

Instant local_of(Instant utc) { return summer(utc) ? utc + std::chrono::hours(1) : utc; }

Instant utc_of(Instant local) {
  const Instant earlier = local - std::chrono::hours(1);
  return summer(earlier) ? earlier : local;
}

Result<Calendar> Calendar::read(std::string_view csv) {
  Calendar calendar;
  int line = 0;
  while (!csv.empty()) {
    const auto end = std::min(csv.find('\n'), csv.size());
    const std::string_view row = csv.substr(0, end);
    csv.remove_prefix(std::min(end + 1, csv.size()));
    if (++line == 1 || trimmed(row).empty() || row.starts_with('#')) continue;
    const auto day = parse_day(row.substr(0, row.find(',')));
    if (!day) return fail(Fault::Malformed, code::kConfig, "bank holidays, line " + std::to_string(line) + ": it does not begin with a date like 2026-12-25");
    calendar.holidays_.insert(*day);
  }
  if (calendar.holidays_.empty()) return fail(Fault::Malformed, code::kConfig, "bank holidays: there are none");
  return calendar;
}

bool Calendar::works(Day day) const { return (weekday_bit(day) & 0x3e) != 0 && !holidays_.contains(day); }

Instant Calendar::deadline(Instant from, const text::Duration& within) const {
  if (!within.working_days()) return from + within.length();
  Day day = floor<std::chrono::days>(local_of(from));
  for (std::uint32_t left = within.count; left > 0;) {
    day += std::chrono::days(1);
    if (works(day)) --left;
  }
  return utc_of(day + kCloseOfBusiness);
}

int parse_time_of_day(std::string_view given) {
  std::string text = lower(trimmed(given));
  int add = -1;
  for (const auto& [mark, hours] : {std::pair<std::string_view, int>{"am", 0}, {"pm", 12}}) {
    if (!text.ends_with(mark)) continue;
    add = hours;
    text = std::string(trimmed(text.substr(0, text.size() - 2)));
  }
  if (text == "midnight") return 0;
  if (text == "noon" || text == "midday") return 12 * 60;
  const auto dot = text.find_first_of(":.");
  if (dot == std::string::npos && add < 0) return -1;
  int hour = number(text.substr(0, dot));
  const int minute = dot == std::string::npos ? 0 : text.size() == dot + 3 ? number(text.substr(dot + 1)) : -1;
  if (hour < 0 || hour > (add < 0 ? 24 : 12) || minute < 0 || minute > 59 || (hour == 24 && minute != 0)) return -1;
  if (add >= 0) hour = hour % 12 + add;
  return hour * 60 + minute;
}

Result<Window> parse_safe_time(std::string_view given) {
  const auto wrong = [] { return fail(Fault::Malformed, code::kValue, "a safe time is days and hours, as in: weekdays 10:00 to 14:00"); };
  std::string text = lower(given);
  for (const auto& [from, to] : {std::pair<std::string_view, std::string_view>{"\xe2\x80\x93", "-"}, {" - ", " to "}, {" until ", " to "}, {" am", "am"}, {" pm", "pm"}}) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from)) text.replace(at, from.size(), to);
  }
  std::vector<std::string> words = words_of(text);
  // "09:00-12:00" is one word of hours, "mon-fri" one of days.
  if (!words.empty()) {
    const auto dash = words.back().find('-');
    if (dash != std::string::npos && parse_time_of_day(words.back().substr(0, dash)) >= 0) {
      const std::string until = words.back().substr(dash + 1);
      words.back().resize(dash);
      words.insert(words.end(), {"to", until});
    }
  }
  const std::size_t size = words.size();
  Window window;
  std::vector<std::string> days = words;
  if (size >= 3 && words[size - 2] == "to" && parse_time_of_day(words[size - 1]) >= 0) {
    window.from = parse_time_of_day(words[size - 3]);
    window.until = parse_time_of_day(words[size - 1]);
    days.resize(size - 3);
  } else if (size >= 2 && (words[size - 2] == "after" || words[size - 2] == "before")) {
    (words[size - 2] == "after" ? window.from : window.until) = parse_time_of_day(words[size - 1]);
    days.resize(size - 2);
  } else if (std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return wrong();
  }
  const auto named = days_of(days);
  if (!named || words.empty() || window.from < 0 || window.until < 0 || window.from >= kWholeDay || window.from == window.until) return wrong();
  window.days = *named;
  return window;
}

Instant next_safe(Instant from, const std::vector<Window>& windows, const Window* quiet) {
  std::vector<Instant> candidates = {from};
  const Day first = floor<std::chrono::days>(local_of(from)) - std::chrono::days(1);
  for (int n = 0; n <= kDaysAhead; ++n) {
    const Day day = first + std::chrono::days(n);
    for (const Window& each : windows) candidates.push_back(utc_of(day + minutes(each.from)));
    if (quiet != nullptr) candidates.push_back(utc_of(day + minutes(quiet->until)));
  }
  std::sort(candidates.begin(), candidates.end());
  for (const Instant at : candidates) {
    if (at >= from && safe(at, windows, quiet) && safe(at + kMargin, windows, quiet)) return at;
  }
  return Instant{};
}

}  // namespace concordat::notify
