// Bugs for the simulator to find: each is a broker that is wrong in one way, made by reaching in from the tests. None of this is in
// what is built for use.
#pragma once

#include <memory>
#include <span>

#include "tests/sim/simulator.h"

namespace concordat::sim {

struct Planted {
  const char* name;
  std::uint64_t seed;                       ///< Catches it, and soon: found with simulate --bugs.
  const char* how;                          ///< Words of the check that bites.
  std::unique_ptr<Bug> (*plant)();
};
std::span<const Planted> planted();

/// How the seed finds the bug: the violation, or the end of the process by its own invariants. Empty if it does not. In a child process.
std::string caught(Library& library, const Planted& bug, std::uint64_t seed);

}  // namespace concordat::sim
