// register, prefer, consent: a record of one victim from a person at the unit, put where the running program takes its files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/support/support.h"

namespace concordat::support {

struct Entry {
  std::string verb;                   ///< "register", "prefer", "consent".
  std::string config;
  std::string file;                   ///< "-" or nothing: standard input.
  bool dry_run = false;               ///< Try the record, and put nothing anywhere.
  bool help = false;
};

/// Is the first word of the command line one of the verbs?
bool is_entry(int argc, const char* const* argv);
/// E-USAGE with what is right.
Result<Entry> parse_entry(int argc, const char* const* argv);

/// What a verb does, its options, every field that its record may have, and one that is in order.
std::string help_of(std::string_view verb);
/// The record that help shows.
std::string_view example_of(std::string_view verb);

/// A record that may be handed in, and what is wrong with it beside an opt-out, which is taken all the same.
struct Tried {
  std::string record;
  std::optional<Error> but;
};
/// The record as the reader reads it; what all of it would be quarantined for is the error. The record gets its `record` from the verb
/// if it has none. Whether its reference is known is decided where it is taken: no second way in.
Result<Tried> tried(const Entry& entry, std::string_view text, const SupportSource& source);

/// Puts a file into the folder, whole under its name or not at all. The name sorts by time.
Result<std::string> hand_in(const std::string& folder, std::string_view verb, std::string_view record, Instant now, std::string_view salt);

/// The exit code.
int enter(int argc, const char* const* argv);

}  // namespace concordat::support
