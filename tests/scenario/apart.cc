// Stage directions taken apart: see apart.h.
#include "tests/scenario/apart.h"

#include <algorithm>
#include <charconv>

#include "proto/contract/contract.h"
#include "proto/text/nearest.h"

namespace concordat::scenario {

tl::unexpected<Error> wrong(std::string why) { return fail(Fault::Malformed, code::kWord, std::move(why)); }

tl::unexpected<Error> no_such(std::string_view what, std::string_view word, const std::vector<std::string_view>& right) {
  return wrong("`" + std::string(word) + "` is no " + std::string(what) + text::suggest(word, right));
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  return first == std::string_view::npos ? "" : std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

Lines listed(std::string_view text) {
  Lines parts = {""};
  int depth = 0;
  for (const char c : text) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == ',' && depth == 0) parts.emplace_back();
    else parts.back() += c;
  }
  for (std::string& part : parts) part = trimmed(part);
  return parts;
}

std::string underscored(std::string word) {
  std::replace(word.begin(), word.end(), ' ', '_');
  return word;
}

Result<contract::Kind> kind_of(const std::string& word) {
  const auto kind = contract::kind_named(underscored(word));
  if (kind && contract::is_built(*kind)) return *kind;
  std::vector<std::string_view> right;
  for (const contract::Word& known : contract::words<contract::Kind>()) {
    if (contract::is_built(static_cast<contract::Kind>(known.number))) right.push_back(known.name);
  }
  return no_such("kind of event", word, right);
}

Result<Milliseconds> time_of(const std::string& text) {
  using namespace std::chrono;
  static constexpr std::string_view kNumbers[] = {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"};
  static const std::vector<std::pair<std::string_view, Milliseconds>> kUnits = {{"second", seconds(1)}, {"minute", minutes(1)}, {"hour", hours(1)},
                                                                                 {"day", hours(24)},    {"week", hours(168)},  {"year", hours(24 * 365)}};
  const auto blank = text.find(' ');
  const std::string number = text.substr(0, blank);
  std::string unit = blank == std::string::npos ? "" : text.substr(blank + 1);
  if (unit.ends_with('s')) unit.pop_back();
  std::int64_t count = 0;
  const auto word = std::find(std::begin(kNumbers), std::end(kNumbers), number);
  if (number == "a" || number == "an") count = 1;
  else if (word != std::end(kNumbers)) count = word - std::begin(kNumbers);
  else if (std::from_chars(number.data(), number.data() + number.size(), count).ptr != number.data() + number.size()) return wrong("`" + number + "` is no number");
  std::vector<std::string_view> right;
  for (const auto& [name, length] : kUnits) {
    if (name == unit) return count * length;
    right.push_back(name);
  }
  return no_such("unit of time", unit, right);
}

bool fits(std::string_view pattern, std::string_view text, std::vector<std::string>& words) {
  const auto open = pattern.find('{');
  if (open == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, open))) return false;
  text.remove_prefix(open);
  const auto close = pattern.find('}');
  const std::string_view slot = pattern.substr(open + 1, close - open - 1), rest = pattern.substr(close + 1);
  const std::string_view literal = rest.substr(0, rest.find('{'));
  const bool many = slot.ends_with("..");
  for (auto at = literal.empty() ? text.size() : text.find(literal); at != std::string_view::npos; at = literal.empty() ? std::string_view::npos : text.find(literal, at + 1)) {
    const std::string_view said = text.substr(0, at);
    if (said.empty() || (!many && said.find(' ') != std::string_view::npos)) continue;
    words.emplace_back(said);
    if (fits(rest, text.substr(at), words)) return true;
    words.pop_back();
  }
  return false;
}

std::string with_lines(std::string text) {
  for (auto at = text.find("\\n"); at != std::string::npos; at = text.find("\\n", at + 1)) text.replace(at, 2, "\n");
  return text;
}

}  // namespace concordat::scenario
