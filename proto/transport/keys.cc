// Transport keys: see keys.h.
#include "proto/transport/keys.h"

#include <zmq.h>

#include "proto/transport/socket.h"

namespace concordat::transport {

Result<KeyPair> keys_from(ByteView secret, ByteView open) {
  auto own = SecretKey::from(secret);
  const auto theirs = PublicKey::from(open);
  if (!own || !theirs) return fail(Fault::Malformed, code::kKeyFile, "a transport key has 32 bytes");
  Z85 encoded(own->view());
  Z85 derived;
  if (zmq_curve_public(derived.text(), encoded.text()) != 0)
    return fail(Fault::Unavailable, code::kKeyFile, "this ZeroMQ has no CURVE");
  if (derived.key() != *theirs)
    return fail(Fault::Malformed, code::kKeyFile, "the public transport key is not the secret one's");
  return KeyPair{*theirs, std::move(*own)};
}

}  // namespace concordat::transport
