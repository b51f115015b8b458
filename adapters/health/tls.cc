// TLS by OpenSSL: see stream.h.
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "adapters/health/stream.h"

namespace concordat::health {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

constexpr std::chrono::seconds kHandshakeWithin{10};

Deadline after(std::chrono::milliseconds wait) { return std::chrono::steady_clock::now() + wait; }
bool over(Deadline deadline) { return std::chrono::steady_clock::now() > deadline; }
bool waits(int error) { return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE; }

struct Free {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return out;
}

/// A name with a zero in it is none: what stands before the zero is somebody else's.
void add_name(std::vector<std::string>& names, const ASN1_STRING* text) {
  unsigned char* bytes = nullptr;
  const int size = text == nullptr ? -1 : ASN1_STRING_to_UTF8(&bytes, text);
  if (size < 0) return;
  const std::string name(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  if (!name.empty() && name.find('\0') == std::string::npos) names.push_back(lower(name));
}

/// Its DNS names; its common name where it has none, for of that whoever signs checks little where there are others.
std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> names;
  const std::unique_ptr<GENERAL_NAMES, Free> others(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int at = 0; others && at < sk_GENERAL_NAME_num(others.get()); ++at) {
    const GENERAL_NAME* each = sk_GENERAL_NAME_value(others.get(), at);
    if (each->type == GEN_DNS) add_name(names, each->d.dNSName);
  }
  if (!names.empty()) return names;
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at >= 0) add_name(names, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  return names;
}

class TlsStream final : public Stream {
 public:
  TlsStream(std::unique_ptr<SSL, Free> ssl, int socket) : ssl_(std::move(ssl)), socket_(socket) {}
  ~TlsStream() override {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ::close(socket_);
  }
  /// Empty, or why there is none.
  std::string handshake(const std::atomic<bool>& ending) {
    // Without blocking: of a record that drips, OpenSSL would wait for each byte anew.
    const int flags = ::fcntl(socket_, F_GETFL, 0);
    ::fcntl(socket_, F_SETFL, flags | O_NONBLOCK);
    for (const Deadline deadline = after(kHandshakeWithin); !over(deadline) && !ending.load();) {
      ERR_clear_error();
      const int done = SSL_accept(ssl_.get());
      if (done == 1) {
        ::fcntl(socket_, F_SETFL, flags);
        return {};
      }
      if (const int error = SSL_get_error(ssl_.get(), done); waits(error)) {
        pollfd what{socket_, static_cast<short>(error == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN), 0};
        ::poll(&what, 1, 200);
        continue;
      }
      if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) return "it has no certificate";
      const long verified = SSL_get_verify_result(ssl_.get());
      return verified == X509_V_OK ? "no TLS handshake" : std::string("its certificate: ") + X509_verify_cert_error_string(verified);
    }
    return "no TLS handshake in time";
  }
  /// The first of its certificate's names that is on the list; empty if none is.
  std::string sender(const std::vector<std::string>& list) const {
    const std::unique_ptr<X509, Free> certificate(SSL_get1_peer_certificate(ssl_.get()));
    if (!certificate || SSL_get_verify_result(ssl_.get()) != X509_V_OK) return {};
    for (const std::string& name : names_of(certificate.get())) {
      if (std::find(list.begin(), list.end(), name) != list.end()) return name;
    }
    return {};
  }
  Read read(char* into, std::size_t most) override {
    ERR_clear_error();
    const int got = SSL_read(ssl_.get(), into, static_cast<int>(std::min<std::size_t>(most, 1u << 20)));
    if (got > 0) return {Came::Bytes, static_cast<std::size_t>(got)};
    return {waits(SSL_get_error(ssl_.get(), got)) ? Came::Nothing : Came::End, 0};
  }
  bool write(std::string_view bytes) override {
    for (const Deadline deadline = after(kWriteWithin); !over(deadline);) {
      ERR_clear_error();
      const int put = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
      if (put > 0) return true;
      if (!waits(SSL_get_error(ssl_.get(), put))) return false;
    }
    return false;
  }

 private:
  std::unique_ptr<SSL, Free> ssl_;
  int socket_;
};

class OpenSsl final : public Tls {
 public:
  OpenSsl(std::unique_ptr<SSL_CTX, Free> context, const std::vector<std::string>& senders) : context_(std::move(context)) {
    for (const std::string& each : senders) senders_.push_back(lower(each));
  }
  Greeted greet(int socket, const std::atomic<bool>& ending) override {
    std::unique_ptr<SSL, Free> ssl(SSL_new(context_.get()));
    if (!ssl || SSL_set_fd(ssl.get(), socket) != 1) {
      ::close(socket);
      return {nullptr, {}, "TLS cannot be had"};
    }
    auto stream = std::make_unique<TlsStream>(std::move(ssl), socket);
    if (std::string why = stream->handshake(ending); !why.empty()) return {nullptr, {}, std::move(why)};
    if (senders_.empty()) return {std::move(stream), {}, {}};
    std::string sender = stream->sender(senders_);
    if (sender.empty()) return {nullptr, {}, "its certificate is good, and of nobody in `senders`"};
    return {std::move(stream), std::move(sender), {}};
  }

 private:
  std::unique_ptr<SSL_CTX, Free> context_;
  std::vector<std::string> senders_;
};

tl::unexpected<Error> unusable(const std::filesystem::path& file, const char* why) { return fail(Fault::Malformed, code::kConfig, file.string() + ": " + why); }

/// Trusts who is in the file, and nobody whom the system trusts beside.
Result<int> ask_senders(SSL_CTX* context, const std::filesystem::path& authorities) {
  if (SSL_CTX_load_verify_locations(context, authorities.c_str(), nullptr) != 1) return unusable(authorities, "no certificates of authorities in PEM");
  SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(authorities.c_str()));
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return 0;
}

}  // namespace

Result<std::unique_ptr<Tls>> Tls::open(const sdk::ListenSettings& settings) {
  std::unique_ptr<SSL_CTX, Free> context(SSL_CTX_new(TLS_server_method()));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) return fail(Fault::Malformed, code::kConfig, "TLS cannot be had");
  // Nothing is resumed: each connection proves itself.
  SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  if (SSL_CTX_use_certificate_chain_file(context.get(), settings.certificate.c_str()) != 1) return unusable(settings.certificate, "no certificate in PEM");
  if (SSL_CTX_use_PrivateKey_file(context.get(), settings.key.c_str(), SSL_FILETYPE_PEM) != 1) return unusable(settings.key, "no private key in PEM, or not the certificate's");
  if (SSL_CTX_check_private_key(context.get()) != 1) return unusable(settings.key, "not the certificate's key");
  if (!settings.clients.empty()) TRY_VOID(ask_senders(context.get(), settings.clients));
  return std::make_unique<OpenSsl>(std::move(context), settings.senders);
}

}  // namespace concordat::health
