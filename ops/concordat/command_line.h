// The command line: the words of all verbs, their help, and what was asked. The only room's corner that knows CLI11.
#pragma once

#include <optional>
#include <vector>

#include "ops/concordat/verb.h"

namespace concordat::ops {

/// What the words ask for. Without a verb either help was printed, or `wrong` says what is wrong with them.
struct Asked {
  const Verb* verb = nullptr;
  Arguments arguments;
  bool json = false;
  std::string wrong;
};
Asked read_command_line(int argc, char** argv, const std::vector<Verb>& verbs);

}  // namespace concordat::ops
