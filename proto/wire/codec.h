// Protobuf's wire format for the plain structs of this room. Inside proto/wire only.
//
// Each message lists its fields once, in
//   template <class V> void fields(V& v, Of<V, Header>& m) { v.number(1, "version", m.version); … }
// and is sized, written and read from that one list. Written bytes are those of the generated code (fields in number
// order, zero values left out); a test compares the two. Reading is stricter than the generated code and allocates
// nothing before a bound is checked: unknown fields, repeated single fields, wrong lengths, counts over their limit and
// text that is not UTF-8 are refused with the field's path. A measurement of both is in proto/README.md, "Why the
// frames are read by hand".
#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "proto/base/ids.h"
#include "proto/base/invariant.h"
#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/contract/facts.h"
#include "proto/seal/label.h"

namespace concordat::wire::codec {

enum class Kind : std::uint32_t { Varint = 0, Fixed64 = 1, Sized = 2 };

/// A struct as a visitor sees it: to be filled by one that reads, constant for the rest.
template <class V, class T>
using Of = std::conditional_t<V::kReads, T, const T>;

/// What a message's own rule found wrong: the field, and why.
struct Flaw {
  const char* field;
  const char* why;
  Code code = code::kFrame;
};
using Verdict = std::optional<Flaw>;

/// A message may overload these: `zero` undoes default values that are not protobuf's; `flaw` checks it once it is
/// read. (Rules makes the look-up find overloads in this namespace for structs of another one.)
struct Rules {};
template <class M>
void zero(Rules, M&) {}
template <class M>
Verdict flaw(Rules, const M&) {
  return std::nullopt;
}

inline std::size_t varint_bytes(std::uint64_t value) {
  return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7;
}
inline std::size_t tag_bytes(unsigned field) { return field < 16 ? 1 : 2; }
bool valid_utf8(ByteView text);
/// The beginning of `text` that has at most `max` bytes and whole characters.
ByteView beginning(ByteView text, std::size_t max);

}  // namespace concordat::wire::codec
