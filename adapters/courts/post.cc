// Posting: see post.h.
#include "adapters/courts/post.h"

#include <vector>

#include "adapters/courts/envelope.h"
#include "adapters/sdk/http/bearer.h"
#include "adapters/sdk/listen_settings.h"

namespace concordat::courts {
namespace {

constexpr std::int64_t kPortMost = 65'535;
constexpr std::size_t kIdBytesMax = 200;

http::Response said(int status, const std::string& why) {
  read::Json body = read::Json::object();
  body.set("error", read::Json::text(why));
  return {status, read::to_text(body), "application/json", {}};
}

/// "/hearing/1/result" is hearing, 1, result.
std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> out;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = path.find('/');
    out.emplace_back(path.substr(0, end));
    path = end == std::string_view::npos ? std::string_view{} : path.substr(end);
  }
  if (!out.empty() && out.back().empty()) out.pop_back();
  return out;
}

bool is_same(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

/// Ids stand in logs and references: only what ids are made of.
bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= kIdBytesMax && text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") == std::string_view::npos;
}

http::Response handed_in(sdk::Arrivals& arrivals, std::string name, const std::string& text) {
  const sdk::Reception reception = arrivals.hand_in(std::move(name), text);
  if (!reception.durable) return said(503, "it could not be made durable; send it again");
  read::Json body = read::Json::object();
  body.set("events", read::Json::number(static_cast<std::int64_t>(reception.events)));
  body.set("quarantined", read::Json::number(static_cast<std::int64_t>(reception.quarantined)));
  return {202, read::to_text(body), "application/json", {}};
}

class Posting final : public sdk::Listening {
 public:
  static Result<std::unique_ptr<sdk::Listening>> begin(const Listen& listen, sdk::Arrivals& arrivals, observe::Log& log) {
    http::ServerOptions options = listen.server;
    if (!listen.token.empty()) {
      TRY(SecretBytes token, http::read_token(listen.token));
      options.admits = [token = std::move(token)](const http::Request& request) { return http::bears(request, token); };
    }
    TRY(auto server, http::Server::listen(options, [&arrivals](const http::Request& request) { return answer(request, arrivals); }));
    log.info("listening", {{"address", options.address},
                           {"port", static_cast<std::uint64_t>(server->port())},
                           {"tls", options.certificate.empty() ? "no" : "yes"},
                           {"certificate_asked_for", options.clients.empty() ? "no" : "yes"},
                           {"token_asked_for", listen.token.empty() ? "no" : "yes"}});
    return std::unique_ptr<sdk::Listening>(new Posting(std::move(server)));
  }

 private:
  explicit Posting(std::unique_ptr<http::Server> server) : server_(std::move(server)) {}
  std::unique_ptr<http::Server> server_;
};

}  // namespace

http::Response answer(const http::Request& request, sdk::Arrivals& arrivals) {
  const std::vector<std::string> parts = parts_of(request.path);
  const bool is_hearing = (parts.size() == 2 || parts.size() == 3) && parts[0] == "hearing";
  const std::string last = parts.size() == 3 ? parts[2] : std::string();
  if (!is_hearing || (!last.empty() && last != "result" && last != "delete")) {
    return said(404, "there is POST /hearing/{id}, POST /hearing/{id}/result and DELETE /hearing/{id}/delete");
  }
  if (request.method != (last == "delete" ? "DELETE" : "POST")) return said(405, last == "delete" ? "this path takes DELETE" : "this path takes POST");
  if (!is_id(parts[1])) return said(400, "the id in the path is none");
  const std::string name = request.method + " /hearing/" + parts[1] + (last.empty() ? "" : "/" + last);
  if (last == "delete") return handed_in(arrivals, name, {});
  const auto id = hearing_id(request.body);
  if (!id) return said(400, id.error().detail);
  if (!is_same(*id, parts[1])) return said(400, "the id in the path is not that of the hearing");
  return handed_in(arrivals, name, request.body);
}

Result<std::optional<Listen>> read_listen(text::Map& map) {
  if (!map.find("listen")) return std::optional<Listen>();
  TRY(text::Map from, map.map("listen"));
  Listen out;
  http::ServerOptions& server = out.server;
  TRY(server.address, from.text_or("address", server.address));
  TRY(const std::int64_t port, from.integer("port", 0, kPortMost));
  server.port = static_cast<std::uint16_t>(port);
  TRY(server.certificate, from.path_or("certificate", {}));
  TRY(server.key, from.path_or("key", {}));
  TRY(server.clients, from.path_or("clients", {}));
  TRY(out.token, from.path_or("token", {}));
  TRY_VOID(from.finish());
  if (server.certificate.empty() != server.key.empty()) return from.node().refuse("certificate and key go together");
  if (server.certificate.empty() && !server.clients.empty()) return from.node().refuse("clients are asked for certificates under TLS alone: add certificate and key");
  const bool is_here = sdk::is_loopback(server.address) || server.address == "localhost";
  if (is_here) return std::optional<Listen>(std::move(out));
  if (server.certificate.empty()) return from.node().refuse("without a certificate only this machine's own address (127.0.0.1) is listened on: add certificate and key");
  if (server.clients.empty() && out.token.empty()) {
    return from.node().refuse("anybody who reaches this address could post outcomes: add clients (certificates of who may), token (a file with what they show), or both");
  }
  return std::optional<Listen>(std::move(out));
}

Result<int> check(const Listen& listen) {
  if (!listen.token.empty()) TRY_VOID(http::read_token(listen.token));
  return http::Server::check(listen.server);
}

Result<std::unique_ptr<sdk::Listening>> listen(const Listen& listen, sdk::Arrivals& arrivals, observe::Log& log) { return Posting::begin(listen, arrivals, log); }

}  // namespace concordat::courts
