// Reading messages: every bound is checked before anything is copied. Inside proto/wire only; see codec.h.
#pragma once

#include "proto/wire/codec.h"

namespace concordat::wire::codec {

/// Where a reader is, for errors: a chain from the innermost field outwards.
struct Place {
  static constexpr std::size_t kNoIndex = std::numeric_limits<std::size_t>::max();
  const Place* above = nullptr;
  const char* name = "";
  std::size_t index = kNoIndex;
};
std::string path(const Place* place, const char* field);

/// Reads one message. Every operation takes its field if that is the next one in the bytes, so that one pass over the
/// list reads bytes in number order, and more passes any other order.
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
    for (std::size_t i = 0; i < out.size(); ++i)
      std::memcpy(out[i].bytes.data(), bytes.data() + i * Id::kSize, Id::kSize);
    next();
  }
  void label(unsigned field, const char* name, seal::Label& out);
  void bytes(unsigned field, const char* name, Bytes& out, std::size_t max);
  void text(unsigned field, const char* name, Bytes& out, std::size_t max);
  /// Text for people that a program made: too long, it is cut when written, for the peer would refuse the whole
  /// message.
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
    return fail(
        Fault::Malformed, code::kLimit,
        std::string(name) + " has " + std::to_string(bytes.size()) + " bytes, at most " + std::to_string(bytes_max));
  }
  const Place top{nullptr, name, Place::kNoIndex};
  std::optional<Error> error;
  Result<M> message{M{}};
  Get get(bytes, &top, error);
  if (!get.whole(*message)) return tl::unexpected(std::move(*error));
  return message;
}

}  // namespace concordat::wire::codec
