// The tool's side of the admin socket: one question, one answer.
#pragma once

#include <string>

#include "broker/admin/protocol.h"
#include "proto/base/result.h"
#include "proto/seal/proof.h"

namespace concordat::ops {

/// Asks the broker at the socket. `broker` is whom the question is meant for: another one is refused before it is asked.
/// Unavailable with E-CONFIG if nobody listens there; the broker's refusal is an Answer. Blocks up to a minute.
Result<admin::Answer> ask(const std::string& socket, const std::string& broker, const seal::SigningPair& operator_key,
                       const admin::Question& question);

/// True if a broker listens at the socket.
bool listening(const std::string& socket);

}  // namespace concordat::ops
