// Binary encoding of the broker's own structures (record bodies, snapshots): each struct lists its fields once, in
//   template <class Visitor> void fields(Visitor& visit) { visit(a, b, c); }
// and is encoded and decoded from that one list, so that the two cannot drift apart. Integers are big-endian, strings and
// lists carry a four-byte count. What crosses between parties is protobuf instead (proto/schema); this never does.
#pragma once

#include <concepts>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/ids.h"
#include "proto/base/secret_bytes.h"
#include "proto/base/time.h"

namespace concordat {

class FieldEncoder {
 public:
  template <class... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }
  /// Everything that was put, once. Secrets are written here and not before: a buffer that grows leaves copies of itself behind.
  Bytes take() {
    Bytes out = out_.take();
    for (const auto& [at, secret] : secrets_) out.replace(at, secret->view().size(), secret->view());
    return out;
  }

 private:
  template <std::integral T>
  void put(T value) {
    if constexpr (sizeof(T) == 1) out_.u8(static_cast<std::uint8_t>(value));
    if constexpr (sizeof(T) == 2) out_.u16(static_cast<std::uint16_t>(value));
    if constexpr (sizeof(T) == 4) out_.u32(static_cast<std::uint32_t>(value));
    if constexpr (sizeof(T) == 8) out_.u64(static_cast<std::uint64_t>(value));
  }
  template <class T>
    requires std::is_enum_v<T>
  void put(T value) {
    put(static_cast<std::underlying_type_t<T>>(value));
  }
  template <class Tag, std::size_t N>
  void put(const FixedBytes<Tag, N>& id) {
    out_.raw(id.view());
  }
  template <class Tag, class T>
  void put(const Number<Tag, T>& number) {
    put(number.value);
  }
  void put(Instant at) { out_.u64(static_cast<std::uint64_t>(ms_of(at))); }
  void put(const Bytes& bytes) { out_.sized(bytes); }
  // The value must live until take().
  void put(const SecretBytes& secret) {
    out_.sized(Bytes(secret.view().size(), '\0'));
    secrets_.emplace_back(out_.bytes().size() - secret.view().size(), &secret);
  }
  template <class T>
  void put(const std::vector<T>& list) {
    out_.u32(static_cast<std::uint32_t>(list.size()));
    for (const T& element : list) put(element);
  }
  template <class K, class V, class C>
  void put(const std::map<K, V, C>& map) {
    out_.u32(static_cast<std::uint32_t>(map.size()));
    for (const auto& [key, value] : map) {
      put(key);
      put(value);
    }
  }
  template <class A, class B>
  void put(const std::pair<A, B>& pair) {
    put(pair.first);
    put(pair.second);
  }
  template <class T>
    requires requires(T& value, FieldEncoder& visitor) { value.fields(visitor); }
  void put(const T& value) {
    const_cast<T&>(value).fields(*this);
  }

  Writer out_;
  std::vector<std::pair<std::size_t, const SecretBytes*>> secrets_;
};

/// After the first field that is not there everything further reads as empty; check `done()` before using anything.
class FieldDecoder {
 public:
  explicit FieldDecoder(ByteView bytes) : in_(bytes) {}
  template <class... T>
  void operator()(T&... values) {
    (get(values), ...);
  }
  bool done() const { return in_.done(); }

 private:
  template <std::integral T>
  void get(T& value) {
    if constexpr (sizeof(T) == 1) value = static_cast<T>(in_.u8());
    if constexpr (sizeof(T) == 2) value = static_cast<T>(in_.u16());
    if constexpr (sizeof(T) == 4) value = static_cast<T>(in_.u32());
    if constexpr (sizeof(T) == 8) value = static_cast<T>(in_.u64());
  }
  template <class T>
    requires std::is_enum_v<T>
  void get(T& value) {
    std::underlying_type_t<T> raw{};
    get(raw);
    value = static_cast<T>(raw);
  }
  template <class Tag, std::size_t N>
  void get(FixedBytes<Tag, N>& id) {
    if (const auto read = FixedBytes<Tag, N>::from(in_.raw(N))) id = *read;
  }
  template <class Tag, class T>
  void get(Number<Tag, T>& number) {
    get(number.value);
  }
  void get(Instant& at) { at = instant_of(static_cast<std::int64_t>(in_.u64())); }
  void get(Bytes& bytes) { bytes = Bytes(in_.sized()); }
  void get(SecretBytes& secret) { secret = SecretBytes(in_.sized()); }
  // An element takes at least one byte: a count beyond what is left cannot be honest, and is not allocated for.
  std::uint32_t count() {
    const std::uint32_t count = in_.u32();
    if (count <= in_.left()) return count;
    in_.raw(in_.left() + 1);
    return 0;
  }
  template <class T>
  void get(std::vector<T>& list) {
    list.resize(count());
    for (T& element : list) get(element);
  }
  template <class K, class V, class C>
  void get(std::map<K, V, C>& map) {
    map.clear();
    for (std::uint32_t left = count(); left > 0; --left) {
      std::pair<K, V> entry;
      get(entry.first);
      get(entry.second);
      map.insert(map.end(), std::move(entry));
    }
  }
  template <class A, class B>
  void get(std::pair<A, B>& pair) {
    get(pair.first);
    get(pair.second);
  }
  template <class T>
    requires requires(T& value, FieldDecoder& visitor) { value.fields(visitor); }
  void get(T& value) {
    value.fields(*this);
  }

  Reader in_;
};

template <class T>
Bytes encode_fields(const T& value) {
  FieldEncoder encoder;
  encoder(value);
  return encoder.take();
}
/// False unless the bytes are exactly one T.
template <class T>
bool decode_fields(ByteView bytes, T& value) {
  FieldDecoder decoder(bytes);
  decoder(value);
  return decoder.done();
}

}  // namespace concordat
