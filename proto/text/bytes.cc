// What may stand in a file at all, before YAML sees it: bytes that show as what they are.
#include <array>

#include "proto/text/tree.h"

namespace concordat::text {
namespace {

/// A code point and its length in bytes; length 0 if it is not UTF-8.
struct Point {
  std::uint32_t value = 0;
  std::size_t size = 0;
};

Point point_at(ByteView bytes) {
  const auto first = static_cast<std::uint8_t>(bytes[0]);
  if (first < 0x80) return {first, 1};
  const std::size_t size = first >= 0xf0 && first < 0xf5   ? 4
                           : first >= 0xe0 && first < 0xf0 ? 3
                           : first >= 0xc2 && first < 0xe0 ? 2
                                                           : 0;
  if (size == 0 || bytes.size() < size) return {};
  std::uint32_t value = first & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<std::uint8_t>(bytes[i]);
    if ((next & 0xc0) != 0x80) return {};
    value = (value << 6) | (next & 0x3fU);
  }
  constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  if (value < least[size] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return {};
  return {value, size};
}

std::string_view objection(std::uint32_t point) {
  if (point == '\t') return "a tab; use spaces";
  if (point < 0x20 || (point >= 0x7f && point < 0xa0)) return "a control character; take it out";
  if ((point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
      (point >= 0x2060 && point <= 0x206f) || point == 0xfeff || point == 0xad) {
    return "an invisible character that makes the text show as something else; take it out";
  }
  if (point >= 0xfff9 && point <= 0xffff) return "a character that is no text; take it out";
  return {};
}

tl::unexpected<Error> refuse(const std::string& file, Place place, Code complaint, std::string_view message) {
  return fail(Fault::Malformed, complaint, where(file, place) + ": " + std::string(message));
}

}  // namespace

std::string_view objection_to(ByteView text) {
  while (!text.empty()) {
    const auto [value, size] = point_at(text);
    if (size == 0) return "not UTF-8; take it out";
    if (value != '\n') {
      if (const std::string_view why = objection(value); !why.empty()) return why;
    }
    text.remove_prefix(size);
  }
  return {};
}

Result<void> check_bytes(const std::string& file, ByteView bytes, Code complaint, const Limits& limits) {
  if (bytes.size() > limits.bytes) {
    return refuse(file, {}, complaint, "the file is over " + std::to_string(limits.bytes) + " bytes");
  }
  Place place;
  while (!bytes.empty()) {
    const auto [value, size] = point_at(bytes);
    if (size == 0) return refuse(file, place, complaint, "not UTF-8; save the file as UTF-8");
    const bool line_end = value == '\n' || (value == '\r' && bytes.substr(1).starts_with('\n'));
    if (const std::string_view why = line_end ? std::string_view{} : objection(value); !why.empty())
      return refuse(file, place, complaint, why);
    if (value == '%' && place.column == 1) return refuse(file, place, complaint, "a YAML directive; leave it out");
    place =
        value == '\n' ? Place{place.line + 1, 1} : Place{place.line, place.column + static_cast<std::uint32_t>(size)};
    bytes.remove_prefix(size);
  }
  return {};
}

}  // namespace concordat::text
