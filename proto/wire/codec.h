// Protobuf's wire format for the plain structs of this room. Inside proto/wire only.
//
// Each message lists its fields once, in
//   template <class V> void fields(V& v, Of<V, Header>& m) { v.number(1, "version", m.version); … }
// and is sized, written and read from that one list. Written bytes are those of the generated code (fields in number order,
// zero values left out); a test compares the two. Reading is stricter than the generated code and allocates nothing before
// a bound is checked: unknown fields, repeated single fields, wrong lengths, counts over their limit and text that is not
// UTF-8 are refused with the field's path. A measurement of both is in proto/README.md, "Why the frames are read by hand".
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

/// A message may overload these: `zero` undoes default values that are not protobuf's; `flaw` checks it once it is read.
/// (Rules makes the look-up find overloads in this namespace for structs of another one.)
struct Rules {};
template <class M>
void zero(Rules, M&) {}
template <class M>
Verdict flaw(Rules, const M&) {
  return std::nullopt;
}

inline std::size_t varint_bytes(std::uint64_t value) { return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7; }
inline std::size_t tag_bytes(unsigned field) { return field < 16 ? 1 : 2; }
bool valid_utf8(ByteView text);
/// The beginning of `text` that has at most `max` bytes and whole characters.
ByteView beginning(ByteView text, std::size_t max);

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
  void instant(unsigned field, const char* name, Instant at) { number(field, name, static_cast<std::uint64_t>(ms_of(at))); }
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
  void words(unsigned field, const char* name, ByteView text, std::size_t max) { bytes(field, name, beginning(text, max), max); }
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
  void instant(unsigned field, const char* name, Instant at) { number(field, name, static_cast<std::uint64_t>(ms_of(at))); }
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
  void words(unsigned field, const char* name, ByteView text, std::size_t max) { bytes(field, name, beginning(text, max), max); }
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

/// Where a reader is, for errors: a chain from the innermost field outwards.
struct Place {
  static constexpr std::size_t kNoIndex = std::numeric_limits<std::size_t>::max();
  const Place* above = nullptr;
  const char* name = "";
  std::size_t index = kNoIndex;
};
std::string path(const Place* place, const char* field);

/// Reads one message. Every operation takes its field if that is the next one in the bytes, so that one pass over the list
/// reads bytes in number order, and more passes any other order.
class Get {
 public:
  static constexpr bool kReads = true;
  Get(ByteView bytes, const Place* place, std::optional<Error>& error)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()), place_(place), error_(error) {}

  /// False if the bytes are not exactly one `M`; the error says why.
  template <class M>
  bool whole(M& message) {
    zero(Rules{}, message);
    next();
    while (tag_ != 0) {
      took_ = false;
      fields(*this, message);
      if (tag_ != 0 && !took_) refuse_unknown();
    }
    if (error_) return false;
    if (const Verdict found = flaw(Rules{}, message)) refuse(found->code, found->field, found->why);
    return !error_;
  }

  template <class T>
  void number(unsigned field, const char* name, T& out) {
    if (!take(field, Kind::Varint, name)) return;
    const std::uint64_t value = varint();
    if (value > std::numeric_limits<T>::max()) return refuse(code::kFrame, name, "is too large for its width");
    out = static_cast<T>(value);
    next();
  }
  /// An enum: any value that fits is read; the message's `flaw` refuses the unknown ones, an absent one among them.
  template <class E>
  void choice(unsigned field, const char* name, E& out) {
    std::underlying_type_t<E> value = static_cast<std::underlying_type_t<E>>(out);
    number(field, name, value);
    out = static_cast<E>(value);
  }
  void flag(unsigned field, const char* name, bool& out) {
    if (!take(field, Kind::Varint, name)) return;
    const std::uint64_t value = varint();
    if (value > 1) return refuse(code::kFrame, name, "is neither 0 nor 1");
    out = value == 1;
    next();
  }
  void fixed64(unsigned field, const char* name, std::uint64_t& out);
  void instant(unsigned field, const char* name, Instant& out) {
    if (!take(field, Kind::Varint, name)) return;
    out = instant_of(static_cast<std::int64_t>(varint()));
    next();
  }
  template <class Id>
  void id(unsigned field, const char* name, Id& out) {
    if (!take(field, Kind::Sized, name)) return;
    const ByteView bytes = sized();
    if (bytes.size() != Id::kSize) return refuse_length(name, bytes.size(), Id::kSize);
    std::memcpy(out.bytes.data(), bytes.data(), Id::kSize);
    next();
  }
  template <class Id>
  void ids(unsigned field, const char* name, std::vector<Id>& out, std::size_t max) {
    if (!take(field, Kind::Sized, name)) return;
    const ByteView bytes = sized();
    if (bytes.size() % Id::kSize != 0) return refuse(code::kFrame, name, "is no whole number of ids");
    if (bytes.size() / Id::kSize > max) return refuse_over(name, bytes.size() / Id::kSize, max);
    out.resize(bytes.size() / Id::kSize);
    for (std::size_t i = 0; i < out.size(); ++i) std::memcpy(out[i].bytes.data(), bytes.data() + i * Id::kSize, Id::kSize);
    next();
  }
  void label(unsigned field, const char* name, seal::Label& out);
  void bytes(unsigned field, const char* name, Bytes& out, std::size_t max);
  void text(unsigned field, const char* name, Bytes& out, std::size_t max);
  /// Text for people that a program made: too long, it is cut when written, for the peer would refuse the whole message.
  void words(unsigned field, const char* name, Bytes& out, std::size_t max) { text(field, name, out, max); }
  void facts(unsigned field, const char* name, std::vector<contract::FactEntry>& out, std::size_t max);
  void blobs(unsigned field, const char* name, std::vector<Bytes>& out, std::size_t count, std::size_t max);
  void texts(unsigned field, const char* name, std::vector<Bytes>& out, std::size_t count, std::size_t max);
  template <class M>
  void message(unsigned field, const char* name, M& out) {
    if (!take(field, Kind::Sized, name)) return;
    inside(name, Place::kNoIndex, out);
  }
  template <class M>
  void messages(unsigned field, const char* name, std::vector<M>& out, std::size_t max) {
    while (take_again(field)) {
      if (out.size() == max) return refuse_over(name, max + 1, max);
      if (out.empty()) out.reserve(std::min<std::size_t>(max, 16));
      const std::size_t index = out.size();
      if (!inside(name, index, out.emplace_back())) return;
    }
  }

 private:
  template <class M>
  bool inside(const char* name, std::size_t index, M& out) {
    const ByteView bytes = sized();
    if (error_) return false;
    const Place here{place_, name, index};
    Get get(bytes, &here, error_);
    if (!get.whole(out)) return stop(), false;
    next();
    return true;
  }
  // Reads the next tag; 0 at the end and after a refusal.
  void next();
  std::uint64_t varint() {
    if (at_ < end_ && static_cast<signed char>(*at_) >= 0) return static_cast<std::uint8_t>(*at_++);
    return long_varint();
  }
  std::uint64_t long_varint();
  ByteView sized();
  bool take_again(unsigned field) {
    if (tag_ != (field << 3 | static_cast<std::uint32_t>(Kind::Sized))) return false;
    return took_ = true;
  }
  bool take(unsigned field, Kind kind, const char* name) {
    if (tag_ != (field << 3 | static_cast<std::uint32_t>(kind))) return false;
    took_ = true;
    if ((seen_ & (1u << field)) != 0) return refuse(code::kFrame, name, "is there twice"), false;
    seen_ |= 1u << field;
    return true;
  }
  void stop() {
    tag_ = 0;
    at_ = end_;
  }
  void refuse(Code code, const char* field, const std::string& why);
  void refuse_length(const char* field, std::size_t is, std::size_t must);
  void refuse_over(const char* field, std::size_t is, std::size_t max);
  void refuse_unknown();
  void refuse_broken();

  const char* at_;
  const char* end_;
  const Place* place_;
  std::optional<Error>& error_;
  std::uint32_t tag_ = 0;
  std::uint32_t seen_ = 0;
  bool took_ = false;
};

/// `name` is the message's, for errors.
template <class M>
Result<M> decode(ByteView bytes, const char* name, std::size_t bytes_max) {
  if (bytes.size() > bytes_max) {
    return fail(Fault::Malformed, code::kLimit, std::string(name) + " has " + std::to_string(bytes.size()) + " bytes, at most " +
                                                    std::to_string(bytes_max));
  }
  const Place top{nullptr, name, Place::kNoIndex};
  std::optional<Error> error;
  Result<M> message{M{}};
  Get get(bytes, &top, error);
  if (!get.whole(*message)) return tl::unexpected(std::move(*error));
  return message;
}

}  // namespace concordat::wire::codec
