// Bytes as values: owned and borrowed byte strings, hexadecimal, and a bounds-checked big-endian writer and reader.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace concordat {

/// Owned bytes. A std::string, because protobuf, RocksDB and SQLite all speak it without a copy.
using Bytes = std::string;
/// Borrowed bytes; the owner outlives the call unless a header says otherwise.
using ByteView = std::string_view;

/// Lower-case hexadecimal of `bytes`, two characters a byte.
std::string to_hex(ByteView bytes);
/// The inverse of to_hex (either case); nothing if `hex` is of odd length or holds another character.
std::optional<Bytes> from_hex(std::string_view hex);

/// Appends fixed-width big-endian integers and length-prefixed bytes to a buffer. Never fails.
class Writer {
 public:
  Writer& u8(std::uint8_t value);
  Writer& u16(std::uint16_t value);
  Writer& u32(std::uint32_t value);
  Writer& u64(std::uint64_t value);
  /// The bytes as they are, without a length.
  Writer& raw(ByteView bytes);
  /// A four-byte length, then the bytes.
  Writer& sized(ByteView bytes);
  const Bytes& bytes() const { return out_; }
  Bytes take() { return std::move(out_); }

 private:
  Bytes out_;
};

/// Reads what Writer wrote. After the first read past the end every further read gives zero or nothing and `ok()` is
/// false: check `done()` once, at the end, before using anything that was read.
class Reader {
 public:
  explicit Reader(ByteView bytes) : rest_(bytes) {}
  std::uint8_t u8();
  std::uint16_t u16();
  std::uint32_t u32();
  std::uint64_t u64();
  ByteView raw(std::size_t size);
  ByteView sized();
  bool ok() const { return ok_; }
  /// True if everything read was there and nothing is left over.
  bool done() const { return ok_ && rest_.empty(); }
  std::size_t left() const { return rest_.size(); }

 private:
  ByteView rest_;
  bool ok_ = true;
};

}  // namespace concordat
