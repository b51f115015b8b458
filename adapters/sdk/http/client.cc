// The client of http.h over cpp-httplib.
#include <fcntl.h>
#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>

#include "adapters/sdk/http/http.h"
#include "proto/base/channel.h"

namespace concordat::http {
namespace {

/// "https://api.example.org:443" and nothing more: no path, no user, and in clear only to this machine.
Result<int> check_base(const std::string& base) {
  const bool tls = base.starts_with("https://");
  if (!tls && !base.starts_with("http://")) return fail(Fault::Malformed, code::kConfig, "the address begins with neither https:// nor http://");
  const std::string rest = base.substr(tls ? 8 : 7);
  if (rest.empty() || rest.find_first_of("/@?#\\ ") != std::string::npos) return fail(Fault::Malformed, code::kConfig, "the address is scheme, host and port, no more");
  const std::string host = rest.starts_with('[') ? rest.substr(0, rest.find(']') + 1) : rest.substr(0, rest.find(':'));
  if (!tls && host != "127.0.0.1" && host != "localhost" && host != "[::1]") {
    return fail(Fault::Malformed, code::kConfig, "in clear only this machine is spoken to: use https://");
  }
  return 0;
}

bool never_left(httplib::Error error) {
  using enum httplib::Error;
  return error == Connection || error == ConnectionTimeout || error == BindIPAddress || error == SSLConnection || error == SSLLoadingCerts || error == SSLServerVerification;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  return text;
}

/// Hangs up on a peer that is not done in time, whatever it drips and where: cpp-httplib gives each read its own patience.
class HangUp {
 public:
  explicit HangUp(std::chrono::steady_clock::time_point until) : until_(until), thread_([this] { wait(); }) {}
  ~HangUp() {
    sockets_.close();
    thread_.join();
    if (held_ >= 0) ::close(held_);
  }
  HangUp(const HangUp&) = delete;
  HangUp& operator=(const HangUp&) = delete;

  /// Under a number of its own, so that it is still this socket when it is hung up on.
  void watch(socket_t socket) {
    int own = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
    if (own >= 0 && !sockets_.try_send(own)) ::close(own);
  }
  bool is_late() const { return late_; }

 private:
  void wait() {
    for (;;) {
      const auto left = std::chrono::duration_cast<Milliseconds>(until_ - std::chrono::steady_clock::now());
      if (const auto socket = sockets_.receive(late_ ? kLong : std::max(left, Milliseconds{1}))) {
        if (held_ >= 0) ::close(held_);
        held_ = *socket;
      } else if (sockets_.closed()) {
        return;
      }
      if (std::chrono::steady_clock::now() >= until_) late_ = true;
      if (late_ && held_ >= 0) ::shutdown(held_, SHUT_RDWR);
    }
  }

  static constexpr Milliseconds kLong{60'000};
  const std::chrono::steady_clock::time_point until_;
  Channel<int> sockets_{16};   ///< One an address that is tried.
  int held_ = -1;              ///< Of the thread alone until it is joined.
  std::atomic<bool> late_ = false;
  std::thread thread_;
};

class OverHttplib final : public Client {
 public:
  explicit OverHttplib(const ClientOptions& options) : options_(options), client_(options.base) {
    client_.set_connection_timeout(options.patience);
    client_.set_read_timeout(options.patience);
    client_.set_write_timeout(options.patience);
    client_.set_follow_location(false);
    client_.set_keep_alive(false);
    if (!options.authorities.empty()) client_.set_ca_cert_path(options.authorities.string());
  }

  Result<Response> send(const Request& request, bool& sent) override {
    sent = true;
    try {
      return exchange(request, sent);
    } catch (const std::exception&) {
      return fail(Fault::Unavailable, code::kGone, "the exchange broke");
    }
  }

 private:
  Result<Response> exchange(const Request& request, bool& sent) {
    httplib::Request out;
    out.method = request.method;
    out.path = request.path;
    for (const auto& [name, value] : request.query) {
      out.path += (out.path.find('?') == std::string::npos ? "?" : "&") + encoded(name) + "=" + encoded(value);
    }
    for (const auto& [name, value] : request.headers) out.set_header(name, value);
    out.body = request.body;
    HangUp hang_up(std::chrono::steady_clock::now() + 2 * options_.patience);
    client_.set_socket_options([&hang_up](socket_t socket) { hang_up.watch(socket); });
    Response answer;
    out.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
      if (answer.body.size() + size > options_.body_bytes_max) return false;
      answer.body.append(data, size);
      return true;
    };
    const httplib::Result result = client_.send(out);
    // What was cut off may look like an answer that ended.
    if (result && hang_up.is_late()) return fail(Fault::Unavailable, code::kGone, "no answer: it drips");
    if (!result) {
      sent = !never_left(result.error());
      return fail(Fault::Unavailable, code::kGone, "no answer: " + httplib::to_string(result.error()));
    }
    answer.status = result->status;
    for (const auto& [name, value] : result->headers) answer.headers[lower(name)] = value;
    answer.content_type = answer.headers["content-type"];
    return answer;
  }

  static std::string encoded(std::string_view text) {
    constexpr char kDigits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
      if (plain) {
        out += c;
      } else {
        (((out += '%') += kDigits[byte >> 4]) += kDigits[byte & 15]);
      }
    }
    return out;
  }

  ClientOptions options_;
  httplib::Client client_;
};

}  // namespace

Result<std::unique_ptr<Client>> Client::open(const ClientOptions& options) {
  TRY_VOID(check_base(options.base));
  if (!options.authorities.empty() && !std::filesystem::exists(options.authorities)) {
    return fail(Fault::Malformed, code::kConfig, options.authorities.string() + ": there is no such file of authorities");
  }
  // A peer that closes while we write is an error of that exchange, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  auto client = std::make_unique<OverHttplib>(options);
  return std::unique_ptr<Client>(std::move(client));
}

}  // namespace concordat::http
