// The server of http.h: cpp-httplib speaks HTTP; connections, deadlines, bounds and TLS are our own.
#include <sys/socket.h>

#include <thread>
#include <vector>

#include "adapters/sdk/http/connection.h"
#include "adapters/sdk/http/http.h"
#include "adapters/sdk/http/server_tls.h"
#include "proto/base/channel.h"

namespace concordat::http {
namespace {

constexpr std::size_t kHeaderBytesMax = 64u << 10;
constexpr int kBad = 400, kNotProven = 401, kTooSlow = 408, kTooLarge = 413, kHeadTooLarge = 431, kBusy = 503;

using Job = std::function<void()>;

/// Threads that work, and as many requests that wait. One more is run by who accepts it, which refuses it.
class Queue final : public httplib::TaskQueue {
 public:
  explicit Queue(std::size_t threads) : waiting_(threads) {
    for (std::size_t n = 0; n < threads; ++n) threads_.emplace_back([this] { work(); });
  }
  void enqueue(Job job) override {
    if (!waiting_.try_send(job)) job();
  }
  void shutdown() override {
    waiting_.close();
    for (std::thread& each : threads_) each.join();
  }

 private:
  void work() {
    for (;;) {
      if (auto job = waiting_.receive(Milliseconds(60'000))) {
        (*job)();
      } else if (waiting_.closed()) {
        return;
      }
    }
  }
  Channel<Job> waiting_;
  std::vector<std::thread> threads_;
};

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
}

/// What of a request cpp-httplib is to act on itself; it would cut ranges, part forms and compress answers, which nobody here wants.
bool is_of_transport(const std::string& name) {
  return name == "content-length" || name == "transfer-encoding" || name == "content-encoding" || name == "expect" || name == "connection";
}

/// One request on its way through cpp-httplib, which hands its handlers only what is its own.
struct Exchange {
  Connection& connection;
  Request request;
};

class Bounded final : public httplib::Server {
 public:
  Bounded(const ServerOptions& options, TlsContext tls, http::Server::Handler handler)
      : options_(options), tls_(std::move(tls)), handler_(std::move(handler)) {
    new_task_queue = [threads = options.threads] { return new Queue(std::max<std::size_t>(threads, 1)); };
    set_payload_max_length(options.body_bytes_max);
    // Without SO_REUSEPORT, which would let a second program share the port in silence.
    set_socket_options([](socket_t socket) {
      const int yes = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    // What cpp-httplib calls a bad request because nothing more could be read.
    set_error_handler(httplib::Server::Handler([](const httplib::Request&, httplib::Response& response) {
      if (response.status != kBad || exchange_ == nullptr) return;
      if (exchange_->connection.is_late()) response.status = kTooSlow;
      if (exchange_->connection.is_over_bound()) response.status = exchange_->request.method.empty() ? kHeadTooLarge : kTooLarge;
    }));
    set_exception_handler([](const httplib::Request&, httplib::Response& response, std::exception_ptr) { response.status = 500; });
    const auto with_body = [this](const httplib::Request&, httplib::Response& response, const httplib::ContentReader& content) { take(response, &content); };
    const auto without = [this](const httplib::Request&, httplib::Response& response) { take(response, nullptr); };
    Post("/", with_body).Put("/", with_body).Patch("/", with_body).Delete("/", with_body);
    Get("/", without).Options("/", without);
  }
  /// From the thread that accepts, until stop().
  void run() {
    accepting_ = std::this_thread::get_id();
    listen_after_bind();
  }
  void end() {
    ending_ = true;
    stop();
  }

 private:
  bool process_and_close_socket(socket_t socket) override {
    const bool refused = std::this_thread::get_id() == accepting_;
    Connection connection(socket, refused ? nullptr : tls_.get(), refused ? Milliseconds(50) : options_.patience, kHeaderBytesMax, ending_);
    if (refused) {
      if (!tls_) answer(connection, kBusy, "Service Unavailable");
      return true;
    }
    if (tls_ && !connection.shake_hands()) return false;
    Exchange exchange{connection, {}};
    exchange_ = &exchange;
    bool closed = false;
    const bool served = process_request(connection, true, closed, [&](httplib::Request& request) { keep(request, exchange); });
    exchange_ = nullptr;
    if (!served && connection.is_late()) answer(connection, kTooSlow, "Request Timeout");
    return served;
  }

  static void answer(Connection& connection, int status, const char* reason) {
    connection.write("HTTP/1.1 " + std::to_string(status) + " " + reason + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  }

  /// The head is read. Its own path goes no further, so that no expression is matched against what a stranger wrote.
  void keep(httplib::Request& request, Exchange& exchange) const {
    exchange.connection.allow_bytes(2 * options_.body_bytes_max);
    Request& kept = exchange.request;
    kept.method = request.method;
    kept.path = std::exchange(request.path, "/");
    for (const auto& [name, value] : request.params) kept.query.emplace(name, value);
    httplib::Headers of_transport;
    for (const auto& [name, value] : request.headers) {
      const std::string low = lower(name);
      auto& text = kept.headers[low];
      text += (text.empty() ? "" : ", ") + value;
      if (is_of_transport(low)) of_transport.emplace(name, value);
    }
    request.headers = std::move(of_transport);
    request.ranges.clear();
    // Without either, cpp-httplib would read until the sender hangs up.
    if (!request.has_header("Content-Length") && !request.has_header("Transfer-Encoding")) request.set_header("Content-Length", "0");
  }

  void take(httplib::Response& out, const httplib::ContentReader* content) const {
    Request& request = exchange_->request;
    if (options_.admits && !options_.admits(request)) {
      out.status = kNotProven;
      out.set_header("WWW-Authenticate", "Bearer");
      return;
    }
    if (content != nullptr && !read_body(*content, request.body, out)) return;
    const Response answer = handler_(request);
    out.status = answer.status;
    for (const auto& [name, value] : answer.headers) out.set_header(name, value);
    if (!answer.body.empty()) out.set_content(answer.body, answer.content_type);
  }

  bool read_body(const httplib::ContentReader& content, std::string& body, httplib::Response& out) const {
    bool too_large = false;
    const bool whole = content([&](const char* data, std::size_t size) {
      too_large = body.size() + size > options_.body_bytes_max;  // chunked or compressed, it says no length
      if (!too_large) body.append(data, size);
      return !too_large;
    });
    if (whole) return true;
    if (too_large) out.status = kTooLarge;
    if (out.status < kBad) out.status = kBad;
    return false;
  }

  static thread_local Exchange* exchange_;
  const ServerOptions options_;
  const TlsContext tls_;
  const http::Server::Handler handler_;
  std::atomic<bool> ending_ = false;
  std::thread::id accepting_;
};

thread_local Exchange* Bounded::exchange_ = nullptr;

class Running final : public Server {
 public:
  Running(const ServerOptions& options, TlsContext tls, Handler handler) : server_(options, std::move(tls), std::move(handler)) {}
  ~Running() override {
    server_.end();
    if (thread_.joinable()) thread_.join();
  }
  std::uint16_t port() const override { return port_; }

  Result<int> begin(const ServerOptions& options) {
    const int port = options.port == 0 ? server_.bind_to_any_port(options.address) : server_.bind_to_port(options.address, options.port) ? options.port : -1;
    if (port <= 0) {
      return fail(Fault::Malformed, code::kConfig, "cannot listen on " + options.address + ":" + std::to_string(options.port) + ": it is in use, or no address of this machine");
    }
    port_ = static_cast<std::uint16_t>(port);
    thread_ = std::thread([this] { server_.run(); });
    while (!server_.is_running()) std::this_thread::yield();  // an end before the beginning would be missed
    return 0;
  }

 private:
  Bounded server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace

Result<int> Server::check(const ServerOptions& options) {
  TRY_VOID(server_tls(options));
  return 0;
}

Result<std::unique_ptr<Server>> Server::listen(const ServerOptions& options, Handler handler) {
  TRY(TlsContext tls, server_tls(options));
  auto server = std::make_unique<Running>(options, std::move(tls), std::move(handler));
  TRY_VOID(server->begin(options));
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace concordat::http
