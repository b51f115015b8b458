// HTTP as adapters use it: a server for what agencies post and for callbacks, a client for a notification service. Bounded in
// connections, sizes and time. Over cpp-httplib; TLS by OpenSSL.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "proto/base/result.h"
#include "proto/base/time.h"

namespace concordat::http {

struct Request {
  std::string method;    ///< "POST".
  std::string path;      ///< Decoded, without the query: "/hearing/1/result".
  std::map<std::string, std::string> query;
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  std::string body;
};

struct Response {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::map<std::string, std::string> headers;  ///< Received: names in lower case.
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                       ///< 0: a free one.
  std::size_t threads = 8;                      ///< Requests at once; more wait, and are refused with 503 beyond twice as many.
  std::size_t body_bytes_max = 8u << 20;        ///< Larger: 413.
  Milliseconds patience{10'000};                ///< For a request to come in, and an answer to leave.
  std::filesystem::path certificate = {}, key = {};  ///< PEM; both empty: without TLS.
  /// PEM: certificates of who may connect, or of the authorities that vouch for them. Whoever shows none of them gets no further than
  /// the handshake. Empty: nobody is asked for one. Needs a certificate.
  std::filesystem::path clients = {};
  /// Asked on several threads, of a request without its body, which is not read before; false: 401. None: everybody is let in.
  std::function<bool(const Request&)> admits = {};
};

/// Serves from listen() to its destruction, on threads of its own. The handler is called on several of them at once, and must
/// answer within a bounded time; destruction waits for it.
class Server {
 public:
  using Handler = std::function<Response(const Request&)>;
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
  /// E-CONFIG names what cannot be used: the certificate, its key, those of clients. Listens on nothing.
  static Result<int> check(const ServerOptions& options);
  /// E-CONFIG names what cannot be used: the address, the certificate.
  static Result<std::unique_ptr<Server>> listen(const ServerOptions& options, Handler handler);
};

struct ClientOptions {
  std::string base;                             ///< "https://api.example.org": scheme, host, port.
  std::filesystem::path authorities = {};       ///< PEM of whom to trust; empty: the system's.
  Milliseconds patience{10'000};                ///< To connect, to send, and for the answer; for all of it twice that.
  std::size_t body_bytes_max = 1u << 20;        ///< Of an answer.
};

/// One at a time. An http address is refused unless its host is this machine.
class Client {
 public:
  virtual ~Client() = default;
  /// An answer of any status. Unavailable, E-GONE: there was none; whether the request had an effect is unknown unless `sent`
  /// is false, for then it never left.
  virtual Result<Response> send(const Request& request, bool& sent) = 0;
  static Result<std::unique_ptr<Client>> open(const ClientOptions& options);
};

}  // namespace concordat::http
