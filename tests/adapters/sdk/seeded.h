// Randomness for tests: seeded, so that a failure can be seen again. Never in a program.
#pragma once

#include <random>

#include "proto/base/entropy.h"

namespace concordat::testing {

class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(engine_());
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace concordat::testing
