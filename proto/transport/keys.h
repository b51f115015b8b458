// Transport keys as raw bytes: CurveZMQ keys are X25519 keys. No ZeroMQ type, and no Z85, leaves this room.
#pragma once

#include <map>
#include <string>

#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/base/secret.h"

namespace concordat::transport {

using PublicKey = FixedBytes<struct TransportPublicTag, 32>;
using SecretKey = Secret<struct TransportSecretTag, 32>;

struct KeyPair {
  PublicKey open;
  SecretKey secret;
};

/// From a key file of purpose Transport: `keys_from(file.secret.view().substr(0, 32), file.open.view())`.
/// E-KEY-FILE if a length is wrong or the public half is not the secret's.
Result<KeyPair> keys_from(ByteView secret, ByteView open);

/// Who may connect: transport key to the name that its messages carry. Names need not be unique: a client whose key is
/// being changed has two. Empty: nobody.
using AllowList = std::map<PublicKey, std::string>;

}  // namespace concordat::transport
