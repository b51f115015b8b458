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
  bool reads_files = false;  ///< Has --dry-run FILE…, --mapping-table, --history FILE…, quarantine and remap.
  bool is_desk = false;      ///< Has read, accept, decline, act.
};

struct Command {
  std::string config;
  bool check_config = false;
  bool mapping_table = false;
  bool dry_run = false;
  bool history = false;
  std::vector<std::string> files;  ///< Of --dry-run and --history.
  std::uint32_t rate = 200;        ///< Of --history: events a second.
  std::string verb;                ///< "list", "show", "retry", "discard" of quarantine, or "remap"; empty: none of them.
  std::vector<std::uint64_t> ids;
  bool all = false;
  bool discarded = false;
  std::string from, since;
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

/// A reason "-" is read from standard input, to its end: an argument can be seen by everybody on the machine. What is longer than
/// `most` stays so, to be refused like any other.
void read_reason(Command& command, std::size_t most);

/// Writes to standard output; E-OUTPUT unless all of it has got there (a full disk, a closed output).
Result<int> print(std::string_view text);
/// The same of one of many lines: what becomes of it is known when the last of them is printed.
Result<int> print_more(std::string_view text);

}  // namespace concordat::sdk
