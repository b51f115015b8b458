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

/// `listen: {address: 127.0.0.1, port: 8443, certificate: tls.pem, key: tls.key}`; nothing if the configuration has none.
Result<std::optional<http::ServerOptions>> read_listen(text::Map& map);

/// E-CONFIG names what cannot be listened on.
Result<std::unique_ptr<sdk::Listening>> listen(const http::ServerOptions& options, sdk::Arrivals& arrivals, observe::Log& log);

}  // namespace concordat::courts
