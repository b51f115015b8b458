// Inputs into the keep: each with everything that follows from it in one transaction, each once however often it is read.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "adapters/sdk/input.h"
#include "adapters/sdk/sealer.h"

namespace concordat::sdk {

/// What was done, for the log: numbers only.
struct IntakeCounts {
  std::size_t inputs = 0;
  std::size_t events = 0;
  std::size_t unchanged = 0;
  std::size_t kept_home = 0;
  std::size_t quarantined = 0;
};

class Intake {
 public:
  Intake(keep::Keep& keep, Sealer& sealer) : keep_(keep), sealer_(sealer) {}

  /// Takes the inputs of a file in order, beginning after those that were taken before a restart: the place in the file is
  /// part of each transaction. `file_key` names the file and its content; `file` is its name for people. Busy when the outbox
  /// is full: call again later, it goes on where it was. Other errors are the keep's.
  Result<IntakeCounts> take(const std::string& file, const std::string& file_key, const std::vector<Input>& inputs,
                            const directory::Directory& directory, const policy::InForce& agreements, Instant now);
  /// The file is done with: forgets the place in it.
  Result<int> forget(const std::string& file_key, Instant now);

 private:
  Result<keep::Changes> changes_of(const std::string& file, const Input& input, const directory::Directory& directory,
                                   const policy::InForce& agreements, Instant now, IntakeCounts& counts);
  keep::Keep& keep_;
  Sealer& sealer_;
};

}  // namespace concordat::sdk
