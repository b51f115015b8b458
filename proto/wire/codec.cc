// Protobuf's wire format for plain structs: see codec.h.
#include "proto/wire/codec_read.h"

namespace concordat::wire::codec {
namespace {

bool continues(ByteView text, std::size_t at, std::size_t count) {
  if (text.size() - at <= count) return false;
  for (std::size_t i = 1; i <= count; ++i) {
    if ((static_cast<std::uint8_t>(text[at + i]) & 0xc0) != 0x80) return false;
  }
  return true;
}

// Bytes of the character at `at`, which is not ASCII; 0 if it is none of RFC 3629 (overlong, surrogate, above
// U+10FFFF).
std::size_t character(ByteView text, std::size_t at) {
  const auto first = static_cast<std::uint8_t>(text[at]);
  const std::size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  if (first < 0xc2 || first > 0xf4 || !continues(text, at, more)) return 0;
  const auto second = static_cast<std::uint8_t>(text[at + 1]);
  if (first == 0xe0 && second < 0xa0) return 0;
  if (first == 0xed && second > 0x9f) return 0;
  if (first == 0xf0 && second < 0x90) return 0;
  if (first == 0xf4 && second > 0x8f) return 0;
  return more + 1;
}

}  // namespace

bool valid_utf8(ByteView text) {
  for (std::size_t at = 0; at < text.size();) {
    const bool ascii = static_cast<std::uint8_t>(text[at]) < 0x80;
    const std::size_t size = ascii ? 1 : character(text, at);
    if (size == 0) return false;
    at += size;
  }
  return true;
}

ByteView beginning(ByteView text, std::size_t max) {
  if (text.size() <= max) return text;
  while (max > 0 && (static_cast<std::uint8_t>(text[max]) & 0xc0) == 0x80) --max;
  return text.substr(0, max);
}

std::string path(const Place* place, const char* field) {
  std::string text = field;
  for (; place != nullptr; place = place->above) {
    std::string outer = place->name;
    if (place->index != Place::kNoIndex) outer += "[" + std::to_string(place->index) + "]";
    text = text.empty() ? outer : outer + "." + text;
  }
  return text;
}

void Get::refuse(Code code, const char* field, const std::string& why) {
  if (!error_) error_ = Error{Fault::Malformed, code, path(place_, field) + " " + why};
  stop();
}

void Get::refuse_length(const char* field, std::size_t is, std::size_t must) {
  refuse(code::kFrame, field, "has " + std::to_string(is) + " bytes, must have " + std::to_string(must));
}

void Get::refuse_over(const char* field, std::size_t is, std::size_t max) {
  refuse(code::kLimit, field, "has " + std::to_string(is) + ", at most " + std::to_string(max));
}

void Get::refuse_unknown() {
  refuse(
      code::kFrame, "",
      "has an unknown field or wire type: field " + std::to_string(tag_ >> 3) + ", type " + std::to_string(tag_ & 7));
}

void Get::refuse_broken() { refuse(code::kFrame, "", "ends inside a field"); }

void Get::next() {
  if (at_ == end_) {
    tag_ = 0;
    return;
  }
  const std::uint64_t tag = varint();
  tag_ = static_cast<std::uint32_t>(tag);
  if (error_) return stop();
  if (tag >> 3 == 0 || tag > std::numeric_limits<std::uint32_t>::max())
    refuse(code::kFrame, "", "has a tag that is none");
}

std::uint64_t Get::long_varint() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 70 && at_ < end_; shift += 7) {
    const auto byte = static_cast<std::uint8_t>(*at_++);
    if (shift == 63 && byte > 1) break;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  refuse_broken();
  return 0;
}

ByteView Get::sized() {
  const std::uint64_t size = varint();
  if (error_ || size > static_cast<std::uint64_t>(end_ - at_)) {
    refuse_broken();
    return {};
  }
  const ByteView bytes(at_, static_cast<std::size_t>(size));
  at_ += size;
  return bytes;
}

void Get::fixed64(unsigned field, const char* name, std::uint64_t& out) {
  if (!take(field, Kind::Fixed64, name)) return;
  if (end_ - at_ < 8) return refuse_broken();
  for (int i = 7; i >= 0; --i) out = out << 8 | static_cast<std::uint8_t>(at_[i]);
  at_ += 8;
  next();
}

void Get::label(unsigned field, const char* name, seal::Label& out) {
  if (!take(field, Kind::Sized, name)) return;
  const ByteView bytes = sized();
  if (bytes.size() != seal::Label::kSize) return refuse_length(name, bytes.size(), seal::Label::kSize);
  const auto label = seal::Label::decode(bytes);
  if (!label) return refuse(code::kLabel, name, "names no item, or a case with roles");
  out = *label;
  next();
}

void Get::bytes(unsigned field, const char* name, Bytes& out, std::size_t max) {
  if (!take(field, Kind::Sized, name)) return;
  const ByteView bytes = sized();
  if (bytes.size() > max) return refuse_over(name, bytes.size(), max);
  out.assign(bytes);
  next();
}

void Get::text(unsigned field, const char* name, Bytes& out, std::size_t max) {
  bytes(field, name, out, max);
  if (!error_ && !valid_utf8(out)) refuse(code::kFrame, name, "is not UTF-8");
}

void Get::facts(unsigned field, const char* name, std::vector<contract::FactEntry>& out, std::size_t max) {
  if (!take(field, Kind::Sized, name)) return;
  const ByteView bytes = sized();
  if (bytes.size() > max * 5) return refuse_over(name, bytes.size() / 5, max);
  auto facts = contract::decode_facts(bytes);
  if (!facts) return refuse(facts.error().code, name, facts.error().detail);
  out = *std::move(facts);
  next();
}

void Get::blobs(unsigned field, const char* name, std::vector<Bytes>& out, std::size_t count, std::size_t max) {
  while (take_again(field)) {
    const ByteView bytes = sized();
    if (out.size() == count) return refuse_over(name, count + 1, count);
    if (bytes.size() > max) return refuse_over(name, bytes.size(), max);
    if (out.empty()) out.reserve(std::min<std::size_t>(count, 64));
    out.emplace_back(bytes);
    next();
  }
}

void Get::texts(unsigned field, const char* name, std::vector<Bytes>& out, std::size_t count, std::size_t max) {
  const std::size_t before = out.size();
  blobs(field, name, out, count, max);
  for (std::size_t i = before; i < out.size() && !error_; ++i) {
    if (!valid_utf8(out[i])) refuse(code::kFrame, name, "is not UTF-8");
  }
}

}  // namespace concordat::wire::codec
