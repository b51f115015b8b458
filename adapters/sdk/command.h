// The command line that all adapters share: --config, --check-config, --dry-run; and the words of a desk's people.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proto/base/result.h"

namespace concordat::sdk {

/// What a program says about itself.
struct Program {
  std::string name;          ///< "concordat-police".
  std::string purpose;       ///< Half a line for --help.
  bool reads_files = false;  ///< Has --dry-run FILE…, --mapping-table and --quarantine.
  bool is_desk = false;      ///< Has read, accept, decline, act.
};

struct Command {
  std::string config;
  bool check_config = false;
  bool mapping_table = false;
  bool quarantine = false;
  bool dry_run = false;
  std::vector<std::string> files;
  std::string step;    ///< "read", "accept", "decline", "act"; empty: run.
  std::string event;
  std::string person;
  std::string reason;  ///< "-": on standard input.
};

/// Exit codes of all programs: done; the check failed; wrong usage.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;

/// Nothing if the program is to go on; else the exit code (--help, --version, or wrong usage, which was explained).
std::optional<int> parse_command(int argc, const char* const* argv, const Program& program, Command& command);

/// Writes to standard output; E-OUTPUT unless all of it has got there (a full disk, a closed output).
Result<int> print(std::string_view text);

}  // namespace concordat::sdk
