// A play as it is written: see play.h.
#include "tests/scenario/play.h"

#include <algorithm>

namespace concordat::scenario {
namespace {

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string line(text.substr(0, end));
    line.erase(line.find_last_not_of(" \t\r") + 1);
    lines.push_back(std::move(line));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

bool is_comment(const std::string& line) { return line.empty() || line.starts_with('#'); }
bool is_indented(const std::string& line) { return line.starts_with(' ') || line.starts_with('\t'); }

std::string trimmed(const std::string& line) { return line.substr(std::min(line.find_first_not_of(" \t"), line.size())); }

/// Takes a direction and the lines that it goes on in.
void take_direction(const Lines& lines, std::size_t& at, Direction& direction) {
  direction.line = at + 1;
  for (bool more = true; more && at < lines.size(); ++at) {
    more = lines[at].ends_with(',');
    direction.written.push_back(lines[at]);
    direction.text += (direction.text.empty() ? "" : " ") + trimmed(lines[at]);
  }
}

/// Longest common subsequence of the two, as a table of lengths of what is left.
std::vector<std::vector<std::size_t>> common(const Lines& a, const Lines& b) {
  std::vector<std::vector<std::size_t>> left(a.size() + 1, std::vector<std::size_t>(b.size() + 1, 0));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) left[i][j] = a[i] == b[j] ? left[i + 1][j + 1] + 1 : std::max(left[i + 1][j], left[i][j + 1]);
  }
  return left;
}

std::string numbered(std::size_t line) {
  const std::string number = line == 0 ? "" : std::to_string(line);
  return std::string(5 - std::min<std::size_t>(5, number.size()), ' ') + number + " ";
}

}  // namespace

Result<Play> read_play(std::string file, std::string_view text) {
  const Lines lines = lines_of(text);
  const auto wrong = [&](std::size_t at, const char* why) {
    return fail(Fault::Malformed, code::kWord, file + ":" + std::to_string(at + 1) + ": " + why);
  };
  Play play{file, {}, {}};
  if (lines.empty() || !lines[0].starts_with('#')) return wrong(0, "the first line is a comment that says what the play shows");
  Lines before;
  for (std::size_t at = 0; at < lines.size();) {
    if (is_comment(lines[at])) {
      before.push_back(lines[at++]);
      continue;
    }
    if (is_indented(lines[at]) && (play.directions.empty() || !before.empty())) {
      return wrong(at, "an indented line says what comes of the direction right above it; comments stand before the direction");
    }
    if (is_indented(lines[at])) {
      play.directions.back().told.push_back(lines[at++]);
      continue;
    }
    Direction direction;
    direction.before = std::exchange(before, {});
    take_direction(lines, at, direction);
    play.directions.push_back(std::move(direction));
  }
  play.after = std::move(before);
  return play;
}

std::string difference(const Play& play, const Direction& direction, const Lines& happened) {
  if (direction.told == happened) return {};
  std::string text = play.file + ":" + std::to_string(direction.line) + ": what comes of this differs (- as written, + as it happened)\n";
  for (const std::string& line : direction.written) text += "        " + line + "\n";
  const auto left = common(direction.told, happened);
  std::size_t i = 0, j = 0;
  while (i < direction.told.size() || j < happened.size()) {
    const bool same = i < direction.told.size() && j < happened.size() && direction.told[i] == happened[j];
    const bool gone = !same && i < direction.told.size() && (j == happened.size() || left[i + 1][j] >= left[i][j + 1]);
    text += numbered(same || gone ? direction.told_line() + i : 0) + (same ? "  " : gone ? "- " : "+ ") + (same || gone ? direction.told[i] : happened[j]) + "\n";
    i += same || gone;
    j += same || !gone;
  }
  return text;
}

std::string written_anew(const Play& play, const std::vector<Lines>& happened) {
  std::string text;
  const auto put = [&text](const Lines& lines) {
    for (const std::string& line : lines) text += line + "\n";
  };
  for (std::size_t i = 0; i < play.directions.size(); ++i) {
    put(play.directions[i].before);
    put(play.directions[i].written);
    put(happened[i]);
  }
  put(play.after);
  return text;
}

}  // namespace concordat::scenario
