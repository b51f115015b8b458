// Entropy for tests: seeded (the same draws for the same seed) and scripted (exactly the bytes given, then no more).
#pragma once

#include <cstring>

#include "proto/base/entropy.h"
#include "proto/base/invariant.h"
#include "proto/seal/proof.h"

namespace concordat::seal {

/// A stream of hashes of a seed and a counter.
class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(std::uint64_t seed) : seed_(seed) {}
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) {
      if (used_ == Digest::kSize) refill();
      byte = block_.bytes[used_++];
    }
  }

 private:
  void refill() {
    block_ = hash("concordat/test/entropy", Writer().u64(seed_).u64(counter_++).bytes());
    used_ = 0;
  }
  std::uint64_t seed_;
  std::uint64_t counter_ = 0;
  Digest block_;
  std::size_t used_ = Digest::kSize;
};

/// Gives out `bytes` in order; a draw of more is a fault of the test.
class ScriptedEntropy final : public Entropy {
 public:
  explicit ScriptedEntropy(Bytes bytes) : bytes_(std::move(bytes)) {}
  void fill(std::span<std::uint8_t> out) override {
    INVARIANT(out.size() <= bytes_.size() - at_, "the script is long enough");
    std::memcpy(out.data(), bytes_.data() + at_, out.size());
    at_ += out.size();
  }
  bool used_up() const { return at_ == bytes_.size(); }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
};

}  // namespace concordat::seal
