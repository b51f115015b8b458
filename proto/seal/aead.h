// Authenticated encryption, two forms: under a key that seals once, and under a key that is used again. Internal to
// seal.
#pragma once

#include "proto/base/entropy.h"
#include "proto/seal/blake2b.h"

namespace concordat::seal {

inline constexpr std::size_t kTagBytes = crypto_aead_chacha20poly1305_ietf_ABYTES;
inline constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;

/// ChaCha20-Poly1305 (RFC 8439) with a nonce of twelve zeroes: the key, 32 bytes, must never seal anything else.
/// `buffer` holds the plaintext and then kTagBytes of room; it is encrypted in place, so that no plaintext stays
/// behind.
void seal_once(const std::uint8_t* key, ByteView bound, Bytes& buffer);
/// The plaintext; nothing if it was changed. Checks the size before it allocates.
std::optional<Bytes> open_once(const std::uint8_t* key, ByteView bound, ByteView sealed);

/// XChaCha20-Poly1305: nonce, ciphertext, tag, appended to `out`.
void seal_again(const std::uint8_t* key, ByteView bound, ByteView plain, Entropy& entropy, Bytes& out);
std::optional<Bytes> open_again(const std::uint8_t* key, ByteView bound, ByteView sealed);

}  // namespace concordat::seal
