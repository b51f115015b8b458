// The server's side of TLS, 1.2 and newer: its own certificate, and whom it lets in by theirs. Private to this folder.
#pragma once

#include "adapters/sdk/http/connection.h"
#include "adapters/sdk/http/http.h"

namespace concordat::http {

/// Null without a certificate. E-CONFIG names the file that cannot be used, or what is missing beside it.
Result<TlsContext> server_tls(const ServerOptions& options);

}  // namespace concordat::http
