// Secret bytes inside records and inputs: copied with the value they stand in, wiped when that is dropped.
#pragma once

#include <string.h>

#include <utility>
#include <vector>

#include "proto/base/bytes.h"

namespace concordat {

/// Secret bytes of any length. Unlike Secret, which is move-only, it may be copied, because a record is a plain value; each copy
/// is wiped with its owner. There is no comparison and no printing. One thread's.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(ByteView bytes) : bytes_(bytes.begin(), bytes.end()) {}
  SecretBytes(const SecretBytes&) = default;
  SecretBytes(SecretBytes&&) noexcept = default;  // a vector hands its memory over: nothing stays behind
  SecretBytes& operator=(SecretBytes other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~SecretBytes() {
    if (!bytes_.empty()) explicit_bzero(bytes_.data(), bytes_.size());
  }
  ByteView view() const { return {bytes_.data(), bytes_.size()}; }

 private:
  std::vector<char> bytes_;
};

/// Wipes a buffer that held secrets in passing, on every way out of a function.
class WipeAtEnd {
 public:
  explicit WipeAtEnd(Bytes& bytes) : bytes_(bytes) {}
  WipeAtEnd(const WipeAtEnd&) = delete;
  WipeAtEnd& operator=(const WipeAtEnd&) = delete;
  ~WipeAtEnd() { explicit_bzero(bytes_.data(), bytes_.size()); }

 private:
  Bytes& bytes_;
};

}  // namespace concordat
