// Bugs for the simulator to find: each is a broker that is wrong in one way, made by reaching in from the tests. None of this is in
// what is built for use.
#pragma once

#include <memory>
#include <span>

#include "tests/sim/simulator.h"

namespace concordat::sim {

struct Planted {
  const char* name;
  std::uint64_t seeds;                      ///< It is caught within so many, from seed 1.
  std::unique_ptr<Bug> (*plant)();
};
std::span<const Planted> planted();

/// Whether the seed finds the bug: a violation, or the end of the process by its own invariants. Runs in a child process.
bool catches(Library& library, const Planted& bug, std::uint64_t seed);

}  // namespace concordat::sim
