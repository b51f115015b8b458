// Inputs into the keep: each with everything that follows from it in one transaction, each once however often it is read.
// What a person must hear of (quarantine, what stays home, what is urgent and nobody could be given) is a line in the log with
// code, file and line; the input itself is not.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "adapters/sdk/input.h"
#include "adapters/sdk/sealer.h"
#include "adapters/sdk/source.h"
#include "proto/observe/log.h"

namespace concordat::sdk {

/// What was done, for the log: numbers only.
struct IntakeCounts {
  std::size_t inputs = 0;
  std::size_t events = 0;
  std::size_t unchanged = 0;
  std::size_t kept_home = 0;
  std::size_t quarantined = 0;
  bool all = true;                ///< False: there are more inputs; call again.

  IntakeCounts& operator+=(const IntakeCounts& more);
};

class Intake {
 public:
  /// `source` completes each input before it is taken; without one they are taken as they are.
  Intake(keep::Keep& keep, Sealer& sealer, observe::Log& log, const Source* source = nullptr) : keep_(keep), sealer_(sealer), log_(log), source_(source) {}

  /// Takes the inputs of a file in order, beginning after those that were taken before a restart: the place in the file is
  /// part of each transaction. At most `most` at once, so that a long file does not keep the session waiting. `file_key` names the file and its content; `file` is its name for people. Busy when the outbox
  /// is full: call again later, it goes on where it was. Other errors are the keep's.
  Result<IntakeCounts> take(const std::string& file, const std::string& file_key, const std::vector<Input>& inputs,
                            const directory::Directory& directory, const policy::InForce& agreements, Instant now, std::size_t most = ~std::size_t{0});
  /// The same of inputs that came in by themselves, and not out of a file: nothing is remembered of their place.
  Result<IntakeCounts> take(const std::string& name, const std::vector<Input>& inputs, const directory::Directory& directory,
                            const policy::InForce& agreements, Instant now);
  /// How many inputs of the file were taken before.
  Result<std::size_t> taken(const std::string& file_key);
  /// The file is done with: forgets the place in it.
  Result<int> forget(const std::string& file_key, Instant now);

 private:
  /// What one input comes to: the transaction, and what is said of it once it is durable.
  struct Outcome {
    keep::Changes changes;
    IntakeCounts counts;
    struct Said {
      contract::Kind kind{};
      Fate fate{};
      EventId event;
      bool unreleasable = false;
      bool content_came_back = false;
    };
    std::vector<Said> said;
    std::optional<Failure> failure;
  };
  static Outcome quarantined(const std::string& file, const Input& input, Failure failure);
  Result<Outcome> outcome_of(const std::string& file, const Input& input, const directory::Directory& directory, const policy::InForce& agreements,
                             Instant now);
  Result<Outcome> sealed(const std::string& file, const Input& input, const directory::Directory& directory, const policy::InForce& agreements,
                             Instant now);
  void add(Outcome& outcome, contract::Kind kind, std::uint64_t line, Prepared prepared);
  void say(const std::string& file, const Input& input, const Outcome& outcome);
  Result<int> say_what_gave_way();

  keep::Keep& keep_;
  Sealer& sealer_;
  observe::Log& log_;
  const Source* source_;
  std::uint64_t gave_way_ = 0;    ///< Entries of the quarantine of which that was said.
};

}  // namespace concordat::sdk
