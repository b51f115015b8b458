// The client of http.h over cpp-httplib.
#include <httplib.h>

#include <algorithm>
#include <csignal>

#include "adapters/sdk/http/http.h"

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
    // An answer that drips is given up on like one that does not come.
    const auto until = std::chrono::steady_clock::now() + 2 * options_.patience;
    Response answer;
    out.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
      if (answer.body.size() + size > options_.body_bytes_max || std::chrono::steady_clock::now() > until) return false;
      answer.body.append(data, size);
      return true;
    };
    const httplib::Result result = client_.send(out);
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
