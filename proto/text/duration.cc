// Lengths of time: see duration.h.
#include "proto/text/duration.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace concordat::text {
namespace {

using Unit = Duration::Unit;
using namespace std::chrono_literals;

struct Word {
  std::string_view text;
  Unit unit;
};
constexpr std::array kWords{
    Word{"ms", Unit::Milliseconds},
    Word{"s", Unit::Seconds},
    Word{"m", Unit::Minutes},
    Word{"h", Unit::Hours},
    Word{"d", Unit::Days},
    Word{"y", Unit::Years},
    Word{"second", Unit::Seconds},
    Word{"minute", Unit::Minutes},
    Word{"hour", Unit::Hours},
    Word{"day", Unit::Days},
    Word{"month", Unit::Months},
    Word{"year", Unit::Years},
    Word{"working day", Unit::WorkingDays},
};

std::chrono::milliseconds one(Unit unit) {
  switch (unit) {
    case Unit::Milliseconds:
      return 1ms;
    case Unit::Seconds:
      return 1s;
    case Unit::Minutes:
      return 1min;
    case Unit::Hours:
      return 1h;
    case Unit::Days:
      return 24h;
    case Unit::WorkingDays:
      return 0ms;
    case Unit::Months:
      return 30 * 24h;
    case Unit::Years:
      return 365 * 24h;
  }
  return 0ms;
}

/// "minutes" is "minute"; the short forms have no plural.
bool is_word(std::string_view text, std::string_view word) {
  return text == word ||
         (word.size() > 2 && text.size() == word.size() + 1 && text.back() == 's' && text.starts_with(word));
}

std::uint32_t rounded_up(std::chrono::milliseconds length, std::chrono::milliseconds unit) {
  return static_cast<std::uint32_t>((length + unit - 1ms) / unit);
}

std::optional<unsigned> digits(std::string_view text) {
  unsigned value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value;
}

}  // namespace

std::chrono::milliseconds Duration::length() const {
  if (unit == Unit::Months) return (count / 12) * one(Unit::Years) + (count % 12) * one(Unit::Months);
  return count * one(unit);
}

std::uint32_t Duration::minutes() const { return rounded_up(length(), 1min); }
std::uint32_t Duration::days() const { return rounded_up(length(), 24h); }

std::optional<Duration> parse_duration(std::string_view text) {
  Duration duration;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), duration.count);
  if (error != std::errc{} || (text[0] == '0' && end != text.data() + 1)) return std::nullopt;
  std::string_view word(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const bool apart = word.starts_with(' ');
  if (apart) word.remove_prefix(1);
  const auto found = std::find_if(kWords.begin(), kWords.end(), [&](const Word& w) { return is_word(word, w.text); });
  if (found == kWords.end() || (found->text.size() > 2) != apart) return std::nullopt;
  duration.unit = found->unit;
  const bool too_long = duration.working_days()
                            ? duration.count > 26'000
                            : duration.length() > 100 * one(Unit::Years) || duration.count > 4'000'000'000U;
  return too_long ? std::nullopt : std::optional(duration);
}

std::string to_text(const Duration& duration) {
  std::string_view name = "ms";
  for (const Word& word : kWords) {
    if (word.unit == duration.unit && word.text.size() > 2) name = word.text;
  }
  if (name == "ms") return std::to_string(duration.count) + "ms";
  return std::to_string(duration.count) + " " + std::string(name) + (duration.count == 1 ? "" : "s");
}

std::optional<std::chrono::year_month_day> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text.substr(0, 4)), month = digits(text.substr(5, 2)), day = digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month),
                                         std::chrono::day(*day)};
  return date.ok() ? std::optional(date) : std::nullopt;
}

}  // namespace concordat::text
