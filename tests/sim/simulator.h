// The simulator: one seed is one run of the whole core under faults, then healed, then judged.
#pragma once

#include <cstdio>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/clients.h"
#include "tests/sim/counts.h"
#include "tests/sim/ledger.h"
#include "tests/sim/rules.h"
#include "tests/support/broker_process.h"

namespace concordat::sim {

/// What all seeds of a process share: keys, tapes, compiled rules. Made once, because sealing and compiling are slow; nothing in it
/// depends on which seeds ran before.
struct Library {
  Cast cast;
  Rules rules{cast};
  TapeShelf tapes{cast};
};

/// Where a planted bug may reach in. The default changes nothing.
class Bug : public test::Hooks {
 public:
  /// Rules that the broker is given in place of the true ones.
  virtual broker::World rules(Library&, broker::World world, Paper, std::uint32_t) { return world; }
};

struct Report {
  std::uint64_t seed = 0;
  std::string violation;         ///< Empty: none.
  std::uint64_t trace = 0;       ///< Equal for equal runs.
  Counts counts;
};

/// What a run left behind that came to its judgement, for a test that judges it again.
struct Evidence {
  std::vector<broker::OpenedRecord> records;
  std::map<Digest, const TapeEvent*> sent;
  std::map<std::uint64_t, std::uint32_t> forms;
  std::set<std::pair<DeskNumber, std::uint64_t>> answered;
};

/// Runs one seed. `watcher`: where the trace is printed, or nobody.
Report simulate(Library& library, std::uint64_t seed, Bug& bug, std::FILE* watcher = nullptr, Evidence* evidence = nullptr);

}  // namespace concordat::sim
