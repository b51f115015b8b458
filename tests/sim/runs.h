// Many seeds over several processes: what failed, how to see it again, and what happened in all of them together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/sim/simulator.h"

namespace concordat::sim {

struct Range {
  std::uint64_t first = 0, last = 0;  ///< Both included.
  std::uint64_t size() const { return last - first + 1; }
};

struct Order {
  std::string program;                ///< As it was called, for the command that replays a seed.
  std::vector<Range> seeds;
  unsigned jobs = 1;
};

/// Runs them, says what happened; gives the program's exit status. Stops early after ten failures. A process that its own invariants end
/// is a failure of the seed it was at, and the others go on.
int run_seeds(const Order& order);

/// "seed 7: holds | trace …"
void say(const Report& report);

}  // namespace concordat::sim
