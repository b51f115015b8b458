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

  /// Names an item, and the case has no roles.
  bool valid() const { return item != 0 && (person != 0 || roles == 0); }
  /// The same place, whatever the roles: there may be one compartment for it in an event.
  bool same_place(const Label& other) const { return person == other.person && item == other.item && part == other.part; }

  Bytes encode() const;
  /// Nothing unless the bytes are exactly one valid label.
  static std::optional<Label> decode(ByteView bytes);
  friend auto operator<=>(const Label&, const Label&) = default;
};

}  // namespace concordat::seal
