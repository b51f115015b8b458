// Bytes as values: see bytes.h.
#include "proto/base/bytes.h"

namespace concordat {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

template <class T>
void put(Bytes& out, T value) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>((static_cast<std::uint64_t>(value) >> shift) & 0xff));
  }
}

template <class T>
T get(ByteView bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = (value << 8) | static_cast<std::uint8_t>(c);
  return static_cast<T>(value);
}

}  // namespace

std::string to_hex(ByteView bytes) {
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 15]);
  }
  return hex;
}

std::optional<Bytes> from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  Bytes bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit(hex[i]);
    const int low = digit(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  return bytes;
}

Writer& Writer::u8(std::uint8_t value) { return put(out_, value), *this; }
Writer& Writer::u16(std::uint16_t value) { return put(out_, value), *this; }
Writer& Writer::u32(std::uint32_t value) { return put(out_, value), *this; }
Writer& Writer::u64(std::uint64_t value) { return put(out_, value), *this; }
Writer& Writer::raw(ByteView bytes) { return out_.append(bytes), *this; }
Writer& Writer::sized(ByteView bytes) { return u32(static_cast<std::uint32_t>(bytes.size())).raw(bytes); }

ByteView Reader::raw(std::size_t size) {
  if (!ok_ || size > rest_.size()) {
    ok_ = false;
    return {};
  }
  const ByteView bytes = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return bytes;
}

std::uint8_t Reader::u8() { return get<std::uint8_t>(raw(1)); }
std::uint16_t Reader::u16() { return get<std::uint16_t>(raw(2)); }
std::uint32_t Reader::u32() { return get<std::uint32_t>(raw(4)); }
std::uint64_t Reader::u64() { return get<std::uint64_t>(raw(8)); }
ByteView Reader::sized() { return raw(u32()); }

}  // namespace concordat
