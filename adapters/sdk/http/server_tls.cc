// TLS of servers: see server_tls.h.
#include "adapters/sdk/http/server_tls.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

namespace concordat::http {
namespace {

tl::unexpected<Error> unusable(const std::filesystem::path& file, const char* why) { return fail(Fault::Malformed, code::kConfig, file.string() + ": " + why); }

Result<int> show_oneself(SSL_CTX* context, const ServerOptions& options) {
  SSL_CTX_set_default_passwd_cb(context, [](char*, int, int, void*) { return 0; });  // a service has nobody to ask
  if (SSL_CTX_use_certificate_chain_file(context, options.certificate.c_str()) != 1) return unusable(options.certificate, "no certificate in PEM");
  if (SSL_CTX_use_PrivateKey_file(context, options.key.c_str(), SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return unusable(options.key, "not the certificate's key, in PEM and without a passphrase");
  }
  return 0;
}

/// A listed certificate is enough, also one that another has signed: so a single system can be let in, and not all of its authority's.
Result<int> ask_for_theirs(SSL_CTX* context, const std::filesystem::path& clients) {
  if (SSL_CTX_load_verify_locations(context, clients.c_str(), nullptr) != 1) return unusable(clients, "no certificates of clients, or of their authorities, in PEM");
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  // No session is resumed: each connection shows its certificate, and one that was taken off the list is out at once.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
  return 0;
}

}  // namespace

Result<TlsContext> server_tls(const ServerOptions& options) {
  if (options.certificate.empty() != options.key.empty()) return fail(Fault::Malformed, code::kConfig, "certificate and key go together");
  if (options.certificate.empty() && !options.clients.empty()) return fail(Fault::Malformed, code::kConfig, "clients are asked for certificates under TLS alone: certificate and key are missing");
  if (options.certificate.empty()) return TlsContext();
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) return fail(Fault::Unavailable, code::kConfig, "TLS cannot be used");
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  const auto shown = show_oneself(context.get(), options);
  const auto asked = shown && !options.clients.empty() ? ask_for_theirs(context.get(), options.clients) : shown;
  ERR_clear_error();
  if (!asked) return tl::unexpected(asked.error());
  return context;
}

}  // namespace concordat::http
