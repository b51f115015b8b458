// What courts post: each request checked as far as it can never be taken, then handed in, and answered once it is durable.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "adapters/sdk/arrivals.h"
#include "adapters/sdk/http/http.h"
#include "adapters/sdk/publisher.h"

namespace concordat::courts {

/// 202: durable in outbox or quarantine, or there already. 503: not durable, send it again. 400, 404, 405: can never be taken, with a
/// sentence that says why.
http::Response answer(const http::Request& request, sdk::Arrivals& arrivals);

/// Where courts post, and how they prove that they may.
struct Listen {
  http::ServerOptions server;
  std::filesystem::path token;  ///< File of the bearer token that every request shows; empty: none is asked for.
};

/// `listen: {address: 127.0.0.1, port: 8443, certificate: tls.pem, key: tls.key, clients: courts.pem, token: token}`; nothing if the
/// configuration has none. Refused: an address beyond this machine without a certificate, or where nobody has to prove who he is.
Result<std::optional<Listen>> read_listen(text::Map& map);

/// Can it be listened so? E-CONFIG, E-KEY-FILE name the file that cannot be used.
Result<int> check(const Listen& listen);

/// E-CONFIG names what cannot be listened on; else as check().
Result<std::unique_ptr<sdk::Listening>> listen(const Listen& listen, sdk::Arrivals& arrivals, observe::Log& log);

}  // namespace concordat::courts
