// BLAKE2b in this room's form: personalised by what it is for, keyed or not, and typed by what it yields. Internal to
// seal.
#pragma once

#include <sodium.h>

#include <span>

#include "proto/base/bytes.h"
#include "proto/base/ids.h"
#include "proto/base/secret.h"
#include "proto/seal/label.h"

namespace concordat::seal {

/// The personalisation: 16 bytes, ASCII, filled up with zeroes.
struct Purpose {
  unsigned char bytes[crypto_generichash_blake2b_PERSONALBYTES]{};
  template <std::size_t N>
  consteval explicit Purpose(const char (&text)[N]) {
    static_assert(N <= sizeof(bytes) + 1);
    for (std::size_t i = 0; i + 1 < N; ++i) bytes[i] = static_cast<unsigned char>(text[i]);
  }
};

/// Every personalisation there is; README.md lists them with what they are for.
namespace purpose {
inline constexpr Purpose kPerson{"cc1 person"};
inline constexpr Purpose kShare{"cc1 share"};
inline constexpr Purpose kKey{"cc1 key"};
inline constexpr Purpose kLeaf{"cc1 leaf"};
inline constexpr Purpose kEventLeaf{"cc1 event leaf"};
inline constexpr Purpose kEventDigest{"cc1 event digest"};
inline constexpr Purpose kBatchList{"cc1 batch list"};
inline constexpr Purpose kHash{"cc1 hash"};
inline constexpr Purpose kBoxSecrets{"cc1 box secrets"};
inline constexpr Purpose kSession{"cc1 session"};
inline constexpr Purpose kBodyCommitment{"cc1 body commit"};
inline constexpr Purpose kToken{"cc1 token"};
inline constexpr Purpose kEventId{"cc1 event id"};
inline constexpr Purpose kPseudonym{"cc1 pseudonym"};
inline constexpr Purpose kKeyFile{"cc1 key file"};
inline constexpr Purpose kFingerprint{"cc1 fingerprint"};
}  // namespace purpose

/// The bytes of libsodium's kind, and back.
inline const unsigned char* raw(ByteView bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
inline unsigned char* raw(Bytes& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }
template <class Tag, std::size_t N>
unsigned char* raw(FixedBytes<Tag, N>& bytes) {
  return bytes.bytes.data();
}
template <class Tag, std::size_t N>
unsigned char* raw(Secret<Tag, N>& bytes) {
  return bytes.data();
}

/// The state of one hash; integers are big-endian as Writer's. libsodium wipes its state when it ends.
class Hasher {
 public:
  Hasher(const Purpose& purpose, std::size_t out_bytes, ByteView key);
  void add(ByteView bytes);
  void add_number(std::uint64_t value, std::size_t bytes);
  void end(unsigned char* out);

 private:
  crypto_generichash_blake2b_state state_;
  std::size_t out_bytes_;
};

/// A hash that yields an Out (FixedBytes or Secret), whose size is part of the hash. The key has at most 64 bytes.
template <class Out>
class Blake2b {
 public:
  explicit Blake2b(const Purpose& purpose, ByteView key = {}) : hasher_(purpose, Out::kSize, key) {}
  Blake2b& u8(std::uint8_t value) { return hasher_.add_number(value, 1), *this; }
  Blake2b& u16(std::uint16_t value) { return hasher_.add_number(value, 2), *this; }
  Blake2b& u32(std::uint32_t value) { return hasher_.add_number(value, 4), *this; }
  Blake2b& raw(ByteView bytes) { return hasher_.add(bytes), *this; }
  Blake2b& sized(ByteView bytes) { return u32(static_cast<std::uint32_t>(bytes.size())).raw(bytes); }
  Blake2b& label(const Label& label) { return raw(label.encode()); }
  Out finish() {
    Out out;
    hasher_.end(seal::raw(out));
    return out;
  }

 private:
  Hasher hasher_;
};

}  // namespace concordat::seal
