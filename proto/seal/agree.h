// X25519 with the refusal of keys that agree on nothing. Internal to seal.
#pragma once

#include "proto/seal/box.h"

namespace concordat::seal {

using Agreed = Secret<struct AgreedTag, 32>;

/// The shared secret; nothing if `theirs` is of low order, so that it would be zero whatever our secret is.
std::optional<Agreed> agree(const BoxSecret& ours, const BoxPublic& theirs);
/// The public half of a secret.
BoxPublic public_half(const BoxSecret& secret);

}  // namespace concordat::seal
