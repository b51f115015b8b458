// TLS by OpenSSL: see stream.h.
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

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
};

class TlsStream final : public Stream {
 public:
  TlsStream(std::unique_ptr<SSL, Free> ssl, int socket) : ssl_(std::move(ssl)), socket_(socket) {}
  ~TlsStream() override {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ::close(socket_);
  }
  bool handshake(const std::atomic<bool>& ending) {
    for (const Deadline deadline = after(kHandshakeWithin); !over(deadline) && !ending.load();) {
      ERR_clear_error();
      const int done = SSL_accept(ssl_.get());
      if (done == 1) return true;
      if (!waits(SSL_get_error(ssl_.get(), done))) return false;
    }
    return false;
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
  explicit OpenSsl(std::unique_ptr<SSL_CTX, Free> context) : context_(std::move(context)) {}
  std::unique_ptr<Stream> accept(int socket, const std::atomic<bool>& ending) override {
    std::unique_ptr<SSL, Free> ssl(SSL_new(context_.get()));
    if (!ssl || SSL_set_fd(ssl.get(), socket) != 1) {
      ::close(socket);
      return nullptr;
    }
    auto stream = std::make_unique<TlsStream>(std::move(ssl), socket);
    if (!stream->handshake(ending)) return nullptr;
    return stream;
  }

 private:
  std::unique_ptr<SSL_CTX, Free> context_;
};

tl::unexpected<Error> unusable(const std::filesystem::path& file, const char* why) { return fail(Fault::Malformed, code::kConfig, file.string() + ": " + why); }

}  // namespace

Result<std::unique_ptr<Tls>> Tls::open(const std::filesystem::path& certificate, const std::filesystem::path& key) {
  std::unique_ptr<SSL_CTX, Free> context(SSL_CTX_new(TLS_server_method()));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) return fail(Fault::Malformed, code::kConfig, "TLS cannot be had");
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1) return unusable(certificate, "no certificate in PEM");
  if (SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1) return unusable(key, "no private key in PEM, or not the certificate's");
  if (SSL_CTX_check_private_key(context.get()) != 1) return unusable(key, "not the certificate's key");
  return std::make_unique<OpenSsl>(std::move(context));
}

}  // namespace concordat::health
