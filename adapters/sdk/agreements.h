// The files of the agreements in force, watched while the program runs: what the partnership has renewed is asked before sealing
// without a restart, and what has ended or gone wrong is said loudly. One thread; looking costs a stat a file.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "adapters/sdk/beliefs.h"
#include "adapters/sdk/settings.h"
#include "proto/observe/log.h"

namespace concordat::sdk {

class Agreements {
 public:
  /// The files are as `beliefs` has them now.
  Agreements(std::vector<Settings::Agreement> files, Beliefs& beliefs, observe::Log& log);

  /// Call often. Reads the files again when one of them has changed and then rests (an agreement and its signatures are two files);
  /// what cannot be adopted is an error in the log, and what was held stays. Once a day says what has ended or is overdue.
  void look(Instant now);

 private:
  using Stamps = std::vector<std::string>;
  Stamps stamps() const;
  Result<int> adopt();
  void say_what_is_due(Instant now);

  std::vector<Settings::Agreement> files_;
  Beliefs& beliefs_;
  observe::Log& log_;
  Stamps held_, seen_;
  Instant say_again_{};
};

}  // namespace concordat::sdk
