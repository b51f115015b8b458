// BLAKE2b in this room's form: see blake2b.h.
#include "proto/seal/blake2b.h"

#include "proto/base/invariant.h"

namespace concordat::seal {

Hasher::Hasher(const Purpose& purpose, std::size_t out_bytes, ByteView key) : out_bytes_(out_bytes) {
  const int failed = crypto_generichash_blake2b_init_salt_personal(&state_, key.empty() ? nullptr : seal::raw(key),
                                                                   key.size(), out_bytes, nullptr, purpose.bytes);
  INVARIANT(failed == 0, "keys have at most 64 bytes");
}

void Hasher::add(ByteView bytes) { crypto_generichash_blake2b_update(&state_, seal::raw(bytes), bytes.size()); }

void Hasher::add_number(std::uint64_t value, std::size_t bytes) {
  unsigned char digits[8];
  for (std::size_t i = 0; i < bytes; ++i) digits[i] = static_cast<unsigned char>(value >> (8 * (bytes - 1 - i)));
  crypto_generichash_blake2b_update(&state_, digits, bytes);
}

void Hasher::end(unsigned char* out) {
  const int failed = crypto_generichash_blake2b_final(&state_, out, out_bytes_);
  INVARIANT(failed == 0, "a hash ends once, at the size it began with");
}

}  // namespace concordat::seal
