// A play as it is written: stage directions, and indented under each what comes of it. Reading, comparing and writing; nothing here knows
// what a direction means. tests/scenario/README.md is the page of the format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.h"

namespace concordat::scenario {

using Lines = std::vector<std::string>;

/// One stage direction with what the play says comes of it.
struct Direction {
  Lines before;          ///< Comments and empty lines.
  Lines written;         ///< As it stands; a line that ends with a comma goes on in the next.
  std::string text;      ///< In one line.
  std::size_t line = 0;  ///< From 1.
  Lines told;            ///< Indented lines; line numbers follow on from `written`.
  std::size_t told_line() const { return line + written.size(); }
};

struct Play {
  std::string file;
  std::vector<Direction> directions;
  Lines after;
};

/// E-WORD, with file and line, for an indented line under no direction and for a first line that is no comment.
Result<Play> read_play(std::string file, std::string_view text);

/// What differs under one direction, for a person: file and line, the direction, and lines marked - (written) and + (happened). Empty if
/// nothing does.
std::string difference(const Play& play, const Direction& direction, const Lines& happened);

/// The play with what happened in place of what was written; `happened` is by direction.
std::string written_anew(const Play& play, const std::vector<Lines>& happened);

}  // namespace concordat::scenario
