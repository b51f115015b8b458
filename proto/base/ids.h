// Strong identifiers: fixed bytes and numbers that cannot be taken for one another.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>

#include "proto/base/bytes.h"

namespace concordat {

/// N bytes with a meaning given by Tag. All zero means "none".
template <class Tag, std::size_t N>
struct FixedBytes {
  static constexpr std::size_t kSize = N;
  std::array<std::uint8_t, N> bytes{};

  ByteView view() const { return {reinterpret_cast<const char*>(bytes.data()), N}; }
  std::string hex() const { return to_hex(view()); }
  bool none() const { return *this == FixedBytes{}; }
  /// Nothing unless `from` is exactly N bytes long.
  static std::optional<FixedBytes> from(ByteView from) {
    if (from.size() != N) return std::nullopt;
    FixedBytes id;
    std::memcpy(id.bytes.data(), from.data(), N);
    return id;
  }
  static std::optional<FixedBytes> from_hex(std::string_view hex) {
    const auto bytes = concordat::from_hex(hex);
    return bytes ? from(*bytes) : std::nullopt;
  }
  friend auto operator<=>(const FixedBytes&, const FixedBytes&) = default;
};

/// A number with a meaning given by Tag. Zero means "none" unless a header says otherwise.
template <class Tag, class T>
struct Number {
  T value{};
  friend auto operator<=>(const Number&, const Number&) = default;
};

using EventId = FixedBytes<struct EventIdTag, 16>;    ///< Keyed hash of source system, reference and revision (DESIGN 2.4).
using Digest = FixedBytes<struct DigestTag, 32>;      ///< A BLAKE2b-256, of an event unless said otherwise.
using RecordId = FixedBytes<struct RecordIdTag, 16>;  ///< Random, of a log record.
using GroupId = FixedBytes<struct GroupIdTag, 16>;    ///< Of a group of records committed together.
using Token = FixedBytes<struct TokenTag, 16>;        ///< Keyed hash of a normalised identifier (DESIGN 1.5).
using Pseudonym = FixedBytes<struct PseudonymTag, 8>; ///< A recipient's own name for a person or a case.
using OutboxEpoch = Number<struct OutboxEpochTag, std::uint64_t>;  ///< Random at outbox creation.
using Sequence = std::uint64_t;                                    ///< Place in the log, from 1, without gaps.
using PartyNumber = Number<struct PartyNumberTag, std::uint16_t>;  ///< Permanent, given at adoption, never reused.
using DeskNumber = Number<struct DeskNumberTag, std::uint16_t>;    ///< Permanent, given at adoption, never reused.
using BucketId = Number<struct BucketIdTag, std::uint32_t>;        ///< Retention class and month of a bucket key.

/// Hash for unordered containers of FixedBytes ids whose bytes are already uniform.
struct UniformHash {
  template <class Tag, std::size_t N>
  std::size_t operator()(const FixedBytes<Tag, N>& id) const {
    static_assert(N >= sizeof(std::size_t));
    std::size_t hash;
    std::memcpy(&hash, id.bytes.data(), sizeof(hash));
    return hash;
  }
};

}  // namespace concordat
