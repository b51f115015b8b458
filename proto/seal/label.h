// The label of a compartment: which person (or the case), which item, which part. DESIGN 1.3.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "proto/base/bytes.h"

namespace concordat::seal {

/// Seven bytes on the wire, big-endian: person, roles, item, part. Unique in an event.
struct Label {
  static constexpr std::size_t kSize = 7;
  std::uint16_t person = 0;  ///< Random number of the person in this event; 0 is the case (the event as a whole).
  std::uint8_t roles = 0;    ///< Bit mask, 1 << (concordat.v1.Role - 1); 0 for the case.
  std::uint16_t item = 0;    ///< concordat.v1.Item; never 0.
  std::uint16_t part = 0;    ///< Counts from 0 within (person, item).

  Bytes encode() const;
  static std::optional<Label> decode(ByteView bytes);
  friend auto operator<=>(const Label&, const Label&) = default;
};

}  // namespace concordat::seal
