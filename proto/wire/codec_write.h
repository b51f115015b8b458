// Writing messages: measured, then put into memory of exactly that size. Inside proto/wire only; see codec.h.
#pragma once

#include "proto/wire/codec.h"

namespace concordat::wire::codec {

/// Counts the bytes of a message, and of each message inside it in the order in which Put meets them.
class Size {
 public:
  static constexpr bool kReads = false;
  explicit Size(std::vector<std::uint32_t>& inner) : inner_(inner) {}
  std::size_t total() const { return total_; }

  template <class T>
  void number(unsigned field, const char*, const T& value) {
    if (value != T{}) total_ += tag_bytes(field) + varint_bytes(static_cast<std::uint64_t>(value));
  }
  template <class E>
  void choice(unsigned field, const char* name, const E& value) {
    number(field, name, static_cast<std::uint32_t>(value));
  }
  void flag(unsigned field, const char*, bool value) { total_ += value ? tag_bytes(field) + 1 : 0; }
  void fixed64(unsigned field, const char*, std::uint64_t value) { total_ += value != 0 ? tag_bytes(field) + 8 : 0; }
  void instant(unsigned field, const char* name, Instant at) {
    number(field, name, static_cast<std::uint64_t>(ms_of(at)));
  }
  template <class Id>
  void id(unsigned field, const char*, const Id& id) {
    if (!id.none()) sized(field, Id::kSize);
  }
  template <class Id>
  void ids(unsigned field, const char*, const std::vector<Id>& ids, std::size_t) {
    if (!ids.empty()) sized(field, ids.size() * Id::kSize);
  }
  void label(unsigned field, const char*, const seal::Label&) { sized(field, seal::Label::kSize); }
  void bytes(unsigned field, const char*, ByteView bytes, std::size_t) {
    if (!bytes.empty()) sized(field, bytes.size());
  }
  void text(unsigned field, const char* name, ByteView text, std::size_t max) { bytes(field, name, text, max); }
  void words(unsigned field, const char* name, ByteView text, std::size_t max) {
    bytes(field, name, beginning(text, max), max);
  }
  void facts(unsigned field, const char*, const std::vector<contract::FactEntry>& facts, std::size_t) {
    if (const std::size_t size = contract::encode_facts(facts).size(); size != 0) sized(field, size);
  }
  void blobs(unsigned field, const char*, const std::vector<Bytes>& list, std::size_t, std::size_t) {
    for (const Bytes& bytes : list) sized(field, bytes.size());
  }
  void texts(unsigned field, const char* name, const std::vector<Bytes>& list, std::size_t count, std::size_t max) {
    blobs(field, name, list, count, max);
  }
  template <class M>
  void message(unsigned field, const char*, const M& message) {
    const std::size_t place = inner_.size();
    if (const std::size_t size = inside(message); size != 0) return prefix(field, size);
    inner_.resize(place + 1);
  }
  template <class M>
  void messages(unsigned field, const char*, const std::vector<M>& list, std::size_t) {
    for (const M& message : list) prefix(field, inside(message));
  }

 private:
  void prefix(unsigned field, std::size_t size) { total_ += tag_bytes(field) + varint_bytes(size); }
  void sized(unsigned field, std::size_t size) {
    prefix(field, size);
    total_ += size;
  }
  template <class M>
  std::size_t inside(const M& message) {
    const std::size_t before = total_;
    const std::size_t place = inner_.size();
    inner_.push_back(0);
    fields(*this, message);
    inner_[place] = static_cast<std::uint32_t>(total_ - before);
    return total_ - before;
  }

  std::vector<std::uint32_t>& inner_;
  std::size_t total_ = 0;
};

/// Writes a message into memory that Size measured.
class Put {
 public:
  static constexpr bool kReads = false;
  Put(char* at, const std::vector<std::uint32_t>& inner) : at_(at), inner_(inner) {}
  const char* at() const { return at_; }

  template <class T>
  void number(unsigned field, const char*, const T& value) {
    if (value == T{}) return;
    tag(field, Kind::Varint);
    varint(static_cast<std::uint64_t>(value));
  }
  template <class E>
  void choice(unsigned field, const char* name, const E& value) {
    number(field, name, static_cast<std::uint32_t>(value));
  }
  void flag(unsigned field, const char* name, bool value) { number(field, name, value); }
  void fixed64(unsigned field, const char*, std::uint64_t value) {
    if (value == 0) return;
    tag(field, Kind::Fixed64);
    for (int shift = 0; shift < 64; shift += 8) *at_++ = static_cast<char>((value >> shift) & 0xff);
  }
  void instant(unsigned field, const char* name, Instant at) {
    number(field, name, static_cast<std::uint64_t>(ms_of(at)));
  }
  template <class Id>
  void id(unsigned field, const char*, const Id& id) {
    if (!id.none()) sized(field, id.view());
  }
  template <class Id>
  void ids(unsigned field, const char*, const std::vector<Id>& ids, std::size_t) {
    if (ids.empty()) return;
    prefix(field, ids.size() * Id::kSize);
    for (const Id& id : ids) raw(id.view());
  }
  void label(unsigned field, const char*, const seal::Label& label) { sized(field, label.encode()); }
  void bytes(unsigned field, const char*, ByteView bytes, std::size_t) {
    if (!bytes.empty()) sized(field, bytes);
  }
  void text(unsigned field, const char* name, ByteView text, std::size_t max) { bytes(field, name, text, max); }
  void words(unsigned field, const char* name, ByteView text, std::size_t max) {
    bytes(field, name, beginning(text, max), max);
  }
  void facts(unsigned field, const char*, const std::vector<contract::FactEntry>& facts, std::size_t) {
    if (const Bytes encoded = contract::encode_facts(facts); !encoded.empty()) sized(field, encoded);
  }
  void blobs(unsigned field, const char*, const std::vector<Bytes>& list, std::size_t, std::size_t) {
    for (const Bytes& bytes : list) sized(field, bytes);
  }
  void texts(unsigned field, const char* name, const std::vector<Bytes>& list, std::size_t count, std::size_t max) {
    blobs(field, name, list, count, max);
  }
  template <class M>
  void message(unsigned field, const char*, const M& message) {
    const std::uint32_t size = inner_[met_++];
    if (size == 0) return;
    prefix(field, size);
    fields(*this, message);
  }
  template <class M>
  void messages(unsigned field, const char*, const std::vector<M>& list, std::size_t) {
    for (const M& message : list) {
      prefix(field, inner_[met_++]);
      fields(*this, message);
    }
  }

 private:
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) *at_++ = static_cast<char>(value | 0x80);
    *at_++ = static_cast<char>(value);
  }
  void tag(unsigned field, Kind kind) { varint(field << 3 | static_cast<std::uint32_t>(kind)); }
  void prefix(unsigned field, std::size_t size) {
    tag(field, Kind::Sized);
    varint(size);
  }
  void raw(ByteView bytes) {
    std::memcpy(at_, bytes.data(), bytes.size());
    at_ += bytes.size();
  }
  void sized(unsigned field, ByteView bytes) {
    prefix(field, bytes.size());
    raw(bytes);
  }

  char* at_;
  const std::vector<std::uint32_t>& inner_;
  std::size_t met_ = 0;
};

/// `before` (a type byte, or nothing), then the message.
template <class M>
Bytes encode(const M& message, ByteView before = {}) {
  std::vector<std::uint32_t> inner;
  inner.reserve(32);
  Size size(inner);
  fields(size, message);
  Bytes out(before);
  out.resize(before.size() + size.total());
  Put put(out.data() + before.size(), inner);
  fields(put, message);
  INVARIANT(put.at() == out.data() + out.size(), "a message was written as long as it was measured");
  return out;
}

}  // namespace concordat::wire::codec
