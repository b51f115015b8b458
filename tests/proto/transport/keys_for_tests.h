// Transport keys for tests: fresh ones, and a name on a list.
#pragma once

#include <zmq.h>

#include "proto/transport/keys.h"

namespace concordat::transport {

inline KeyPair fresh_key() {
  char open[41];
  char secret[41];
  std::uint8_t raw[32];
  zmq_curve_keypair(open, secret);
  zmq_z85_decode(raw, secret);
  const Bytes secret_bytes(reinterpret_cast<const char*>(raw), sizeof(raw));
  zmq_z85_decode(raw, open);
  return *keys_from(secret_bytes, Bytes(reinterpret_cast<const char*>(raw), sizeof(raw)));
}

}  // namespace concordat::transport
