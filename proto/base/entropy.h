// Randomness as a parameter: the system's in programs, a seeded one in tests and the simulator only.
#pragma once

#include <cstdint>
#include <span>

#include "proto/base/ids.h"

namespace concordat {

/// Fills with random bytes. The system's implementation is seal::SystemEntropy.
class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;

  template <class Id>
  Id id() {
    Id id;
    fill(id.bytes);
    return id;
  }
  std::uint64_t u64() {
    std::uint8_t raw[8];
    fill(raw);
    std::uint64_t value = 0;
    for (const std::uint8_t byte : raw) value = (value << 8) | byte;
    return value;
  }
};

}  // namespace concordat
