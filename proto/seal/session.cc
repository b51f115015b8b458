// X25519: key pairs and the key of a session between broker and desk. See box.h and agree.h.
#include "proto/seal/agree.h"
#include "proto/seal/blake2b.h"

namespace concordat::seal {
namespace {

/// Both secrets are the key, so that whoever lacks one of them lacks the session key.
SessionKey combine(const Agreed& ephemeral_static, const Agreed& static_static, const BoxPublic& ephemeral,
                   const BoxPublic& broker, const BoxPublic& desk, ByteView bound) {
  Secret<struct BothTag, 64> both;
  std::memcpy(both.data(), ephemeral_static.data(), 32);
  std::memcpy(both.data() + 32, static_static.data(), 32);
  return Blake2b<SessionKey>(purpose::kSession, both.view())
      .raw(ephemeral.view())
      .raw(broker.view())
      .raw(desk.view())
      .sized(bound)
      .finish();
}

auto low_order(const char* whose) {
  return fail(Fault::Unauthenticated, code::kProof, std::string("the public key of ") + whose + " is of low order");
}

}  // namespace

std::optional<Agreed> agree(const BoxSecret& ours, const BoxPublic& theirs) {
  Agreed agreed;
  if (crypto_scalarmult_curve25519(agreed.data(), ours.data(), theirs.bytes.data()) != 0) return std::nullopt;
  return agreed;
}

BoxPublic public_half(const BoxSecret& secret) {
  BoxPublic open;
  crypto_scalarmult_curve25519_base(open.bytes.data(), secret.data());
  return open;
}

BoxPair new_box_pair(Entropy& entropy) {
  BoxPair pair;
  entropy.fill({pair.secret.data(), pair.secret.kSize});
  pair.open = public_half(pair.secret);
  return pair;
}

Result<SessionKey> session_key_of_broker(const BoxPair& ephemeral, const BoxPair& broker, const BoxPublic& desk,
                                         ByteView bound) {
  const auto fresh = agree(ephemeral.secret, desk);
  const auto lasting = agree(broker.secret, desk);
  if (!fresh || !lasting) return low_order("the desk");
  return combine(*fresh, *lasting, ephemeral.open, broker.open, desk, bound);
}

Result<SessionKey> session_key_of_desk(const BoxPublic& ephemeral, const BoxPublic& broker, const BoxPair& desk,
                                       ByteView bound) {
  const auto fresh = agree(desk.secret, ephemeral);
  const auto lasting = agree(desk.secret, broker);
  if (!fresh || !lasting) return low_order("the broker");
  return combine(*fresh, *lasting, ephemeral, broker, desk.open, bound);
}

}  // namespace concordat::seal
