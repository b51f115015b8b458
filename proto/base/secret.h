// Secret bytes: fixed size, wiped on destruction, never copied by accident, printed or compared in variable time.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string.h>

#include "proto/base/bytes.h"

namespace concordat {

/// N secret bytes with a meaning given by Tag. Move-only; `clone()` says that a copy is meant.
/// There is no comparison and no printing: comparisons of secrets go through seal, in constant time.
template <class Tag, std::size_t N>
class Secret {
 public:
  static constexpr std::size_t kSize = N;
  Secret() = default;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { other.wipe(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      other.wipe();
    }
    return *this;
  }
  ~Secret() { wipe(); }

  Secret clone() const {
    Secret copy;
    copy.bytes_ = bytes_;
    return copy;
  }
  static std::optional<Secret> from(ByteView from) {
    if (from.size() != N) return std::nullopt;
    Secret secret;
    std::memcpy(secret.bytes_.data(), from.data(), N);
    return secret;
  }
  ByteView view() const { return {reinterpret_cast<const char*>(bytes_.data()), N}; }
  const std::uint8_t* data() const { return bytes_.data(); }
  std::uint8_t* data() { return bytes_.data(); }

 private:
  void wipe() noexcept { explicit_bzero(bytes_.data(), N); }
  std::array<std::uint8_t, N> bytes_{};
};

}  // namespace concordat
