// Authenticated encryption: see aead.h.
#include "proto/seal/aead.h"

#include "proto/base/invariant.h"

namespace concordat::seal {
namespace {

constexpr unsigned char kNoNonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES] = {};
static_assert(crypto_aead_xchacha20poly1305_ietf_ABYTES == kTagBytes);

}  // namespace

void seal_once(const std::uint8_t* key, ByteView bound, Bytes& buffer) {
  INVARIANT(buffer.size() >= kTagBytes, "the caller leaves room for the tag");
  crypto_aead_chacha20poly1305_ietf_encrypt(raw(buffer), nullptr, raw(buffer), buffer.size() - kTagBytes, raw(bound),
                                            bound.size(), nullptr, kNoNonce, key);
}

std::optional<Bytes> open_once(const std::uint8_t* key, ByteView bound, ByteView sealed) {
  if (sealed.size() < kTagBytes) return std::nullopt;
  Bytes plain(sealed.size() - kTagBytes, '\0');
  if (crypto_aead_chacha20poly1305_ietf_decrypt(raw(plain), nullptr, nullptr, raw(sealed), sealed.size(), raw(bound),
                                                bound.size(), kNoNonce, key) != 0) {
    return std::nullopt;
  }
  return plain;
}

void seal_again(const std::uint8_t* key, ByteView bound, ByteView plain, Entropy& entropy, Bytes& out) {
  std::uint8_t nonce[kNonceBytes];
  entropy.fill(nonce);
  const std::size_t at = out.size();
  out.resize(at + kNonceBytes + plain.size() + kTagBytes);
  std::memcpy(out.data() + at, nonce, kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(raw(out) + at + kNonceBytes, nullptr, raw(plain), plain.size(), raw(bound),
                                             bound.size(), nullptr, nonce, key);
}

std::optional<Bytes> open_again(const std::uint8_t* key, ByteView bound, ByteView sealed) {
  if (sealed.size() < kNonceBytes + kTagBytes) return std::nullopt;
  const ByteView nonce = sealed.substr(0, kNonceBytes);
  const ByteView rest = sealed.substr(kNonceBytes);
  Bytes plain(rest.size() - kTagBytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(raw(plain), nullptr, nullptr, raw(rest), rest.size(), raw(bound),
                                                 bound.size(), raw(nonce), key) != 0) {
    return std::nullopt;
  }
  return plain;
}

}  // namespace concordat::seal
