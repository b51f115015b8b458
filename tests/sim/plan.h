// How bad a seed is: its weather, its disk, and what else befalls it.
#pragma once

#include "broker/store/memory_engine.h"
#include "tests/sim/counts.h"
#include "tests/sim/network.h"

namespace concordat::sim {

struct Plan {
  explicit Plan(Dice& dice);
  Weather weather;
  store::Chances chances;
  std::uint32_t crashes = 0;  ///< Thousandths of turns of the broker.
  bool full_disk = false, clock_steps = false, rules_change = false, snapshots = false;
  Milliseconds faulty{};
  std::size_t cache_bytes = 0;
};

/// An honest disk that can be full, over a seeded one that is neither.
class Disk final : public store::Behaviour {
 public:
  Disk(std::uint64_t seed, store::Chances chances, Counts& counts) : seeded_(seed, chances), counts_(counts) {}
  bool healed = false;
  bool full = false;
  store::Fate fate(const store::Group& group) override;
  store::Crash crash(const store::Group& group) override;
  std::uint32_t snapshot_ticks(const store::Snapshot& snapshot) override { return seeded_.snapshot_ticks(snapshot); }
  std::uint64_t free_bytes() override;

 private:
  store::SeededBehaviour seeded_;
  Counts& counts_;
};

}  // namespace concordat::sim
