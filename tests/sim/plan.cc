// How bad a seed is: see plan.h.
#include "tests/sim/plan.h"

namespace concordat::sim {

using std::chrono::minutes;

Plan::Plan(Dice& dice) {
  weather.loss = dice.chance(700) ? static_cast<std::uint32_t>(dice.below(301)) : 0;
  weather.repeats = dice.chance(500) ? static_cast<std::uint32_t>(dice.below(200)) : 0;
  weather.clogs = dice.chance(300) ? static_cast<std::uint32_t>(dice.below(20)) : 0;
  weather.breaks = dice.chance(500) ? static_cast<std::uint32_t>(dice.below(40)) : 0;
  weather.latency_max = dice.chance(700) ? dice.between(1, 50) : dice.between(100, 3000);
  weather.in_order = dice.chance(800);
  crashes = dice.chance(700) ? static_cast<std::uint32_t>(dice.below(25)) : 0;
  chances.unknown = dice.chance(400) ? static_cast<std::uint32_t>(dice.below(200)) : 0;
  chances.twice = dice.chance(400) ? static_cast<std::uint32_t>(dice.below(300)) : 0;
  chances.fenced = dice.chance(200) ? static_cast<std::uint32_t>(dice.below(10)) : 0;
  chances.failed = dice.chance(200) ? static_cast<std::uint32_t>(dice.below(10)) : 0;
  chances.lost_at_crash = static_cast<std::uint32_t>(dice.between(0, 1000));
  if (dice.chance(700)) chances.lost_at_crash = static_cast<std::uint32_t>(dice.between(800, 1000));
  chances.ticks_max = static_cast<std::uint32_t>(dice.between(1, 8));
  full_disk = dice.chance(150);
  clock_steps = dice.chance(300);
  rules_change = dice.chance(600);
  snapshots = dice.chance(500);
  faulty = minutes(dice.between(5, 30));
  cache_bytes = dice.chance(500) ? std::size_t{32} << 20 : dice.between(1000, 60'000);
}

store::Fate Disk::fate(const store::Group& group) {
  if (healed) return {};
  const store::Fate fate = seeded_.fate(group);
  if (fate.twice) counts_.add(Happening::Twice);
  switch (fate.told) {
    case store::Appended::Durable: break;
    case store::Appended::Unknown: counts_.add(Happening::Unknown); break;
    case store::Appended::Fenced: counts_.add(Happening::Fenced); break;
    case store::Appended::Failed: counts_.add(Happening::Failed); break;
  }
  return fate;
}

store::Crash Disk::crash(const store::Group& group) {
  const store::Crash crash = seeded_.crash(group);
  counts_.add(Happening::CrashesUnderWay);
  switch (crash) {
    case store::Crash::Lost: counts_.add(Happening::GroupsLost); break;
    case store::Crash::Torn: counts_.add(Happening::GroupsTorn); break;
    case store::Crash::Kept: counts_.add(Happening::GroupsKept); break;
  }
  return crash;
}

std::uint64_t Disk::free_bytes() {
  if (healed || !full) return std::uint64_t{1} << 40;
  counts_.add(Happening::Full);
  return 1;
}

}  // namespace concordat::sim
