// Random worlds and events for the oracle: every kind of condition, recipient, prohibition and state, small enough to
// meet.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "policy/agreement/compiled.h"
#include "policy/agreement/in_force.h"
#include "policy/decide.h"

namespace concordat::policy::random_case {

/// SplitMix64: the same numbers on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(next() % bound); }
  bool one_in(std::uint32_t times) { return below(times) == 0; }
  template <class List>
  const auto& pick(const List& list) {
    return list[below(static_cast<std::uint32_t>(std::size(list)))];
  }

 private:
  std::uint64_t state_;
};

struct World {
  std::vector<Agreement> agreements;
  directory::Directory directory;
};

/// An event, its state and the hour.
struct Sample {
  contract::Kind kind{};
  PartyNumber source;
  contract::FactSet facts;
  std::vector<seal::Label> labels;
  StateFacts state;
  Instant now;
  Case subject() const;
};

World random_world(Random& random);
Sample random_sample(Random& random, const World& world);
std::shared_ptr<const InForce> bound(const World& world);

/// What differs between oracle and decide; empty if they agree.
std::string disagreement(const World& world, const InForce& agreements, const Sample& sample, Decision& decision);
/// Takes away whatever the disagreement can do without. Returns it in words, with the whole case.
std::string shrunk(World world, Sample sample);

}  // namespace concordat::policy::random_case
