// The HTTP client: what arrives at a server of ours, whether a request left when there was no answer, bounds, and whom it trusts over TLS.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>

#include <filesystem>
#include <thread>

#include "adapters/sdk/http/http.h"

namespace concordat::http {
namespace {

std::unique_ptr<Client> client_of(const std::string& base, const std::filesystem::path& authorities = {}, std::size_t bytes_max = 1u << 20) {
  auto client = Client::open({.base = base, .authorities = authorities, .patience = Milliseconds{500}, .body_bytes_max = bytes_max});
  EXPECT_TRUE(client) << describe(client.error());
  return std::move(*client);
}
std::unique_ptr<Server> serve(const ServerOptions& options, Server::Handler handler) {
  auto server = Server::listen(options, std::move(handler));
  EXPECT_TRUE(server) << describe(server.error());
  return std::move(*server);
}
std::string here(const Server& server, const char* scheme = "http://127.0.0.1:") { return scheme + std::to_string(server.port()); }

/// "POST /a 202 body", or "sent" or "not sent" where there was no answer.
std::string said(Client& client, const Request& request) {
  bool sent = false;
  const auto answer = client.send(request, sent);
  return answer ? std::to_string(answer->status) + " " + answer->body : sent ? "sent" : "not sent";
}

Response echo(const Request& request) {
  Response out;
  out.status = 202;
  out.body = request.method + " " + request.path + " " + (request.query.contains("q") ? request.query.at("q") : "") + " " + request.body;
  out.headers["X-Told"] = request.headers.contains("x-asked") ? request.headers.at("x-asked") : "";
  return out;
}

TEST(Client, SendsMethodPathQueryHeadersAndBodyAndBringsTheAnswer) {
  const auto server = serve({}, echo);
  const auto client = client_of(here(*server));
  Request request{"POST", "/a", {{"q", "x y&z=1/2+ŵ"}}, {{"X-Asked", "why"}}, "body"};
  bool sent = false;
  const auto answer = client->send(request, sent);
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_TRUE(sent);
  EXPECT_EQ(answer->status, 202);
  EXPECT_EQ(answer->body, "POST /a x y&z=1/2+ŵ body");
  EXPECT_EQ(answer->headers.at("x-told"), "why") << "names in lower case";
}

TEST(Client, WhereNobodyListensNothingLeft) {
  EXPECT_EQ(said(*client_of("http://127.0.0.1:1"), {"POST", "/a", {}, {}, "body"}), "not sent");
}

TEST(Client, WhoTakesTheRequestAndSaysNothingMayHaveTakenIt) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener, 4), 0);
  ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(said(*client_of("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port))), {"POST", "/a", {}, {}, "body"}), "sent");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
  ::close(listener);
}

/// Takes one connection and drips an answer into it, a byte at a time, until the client hangs up.
void drip(int listener, const std::string& answer) {
  const int peer = ::accept(listener, nullptr, nullptr);
  for (std::size_t n = 0; n < 400; ++n) {
    const char byte = n < answer.size() ? answer[n] : 'a';
    if (::send(peer, &byte, 1, MSG_NOSIGNAL) != 1) break;
    std::this_thread::sleep_for(Milliseconds{25});
  }
  ::close(peer);
}

TEST(Client, AnAnswerThatDripsIsNone) {
  for (const char* answer : {"HTTP/1.1 200 OK\r\nX-Drip: ", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"}) {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(listener, 4), 0);
    ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
    std::thread peer([&] { drip(listener, answer); });
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(said(*client_of("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port))), {"POST", "/a", {}, {}, "body"}), "sent") << answer;
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(3)) << answer;
    peer.join();
    ::close(listener);
  }
}

TEST(Client, AnAnswerOverItsBoundIsNone) {
  const auto server = serve({}, [](const Request&) {
    Response out;
    out.body = std::string(10'000, 'a');
    return out;
  });
  EXPECT_EQ(said(*client_of(here(*server), {}, 1'000), {"GET", "/a", {}, {}, ""}), "sent");
  EXPECT_EQ(said(*client_of(here(*server), {}, 20'000), {"GET", "/a", {}, {}, ""}).size(), 10'004u);
}

TEST(Client, FollowsNobodyElsewhere) {
  const auto server = serve({}, [](const Request&) {
    Response out;
    out.status = 302;
    out.headers["Location"] = "http://127.0.0.1:1/b";
    return out;
  });
  EXPECT_EQ(said(*client_of(here(*server)), {"GET", "/a", {}, {}, ""}), "302 ");
}

TEST(Client, TrustsOverTlsWhomItsAuthoritiesVouchForAndNobodyElse) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("concordat-client-tls-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const auto make = [&](const std::string& name, const std::string& alternative) {
    const std::string command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=" + name + " -addext subjectAltName=" + alternative + " -keyout " +
                                (folder / (name + ".key")).string() + " -out " + (folder / (name + ".pem")).string() + " 2>/dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0) << "openssl";
  };
  make("localhost", "DNS:localhost,IP:127.0.0.1");
  make("elsewhere", "DNS:elsewhere.example.org");
  const auto right = serve({.certificate = folder / "localhost.pem", .key = folder / "localhost.key"}, echo);
  const auto wrong = serve({.certificate = folder / "elsewhere.pem", .key = folder / "elsewhere.key"}, echo);
  const Request request{"POST", "/a", {}, {}, "body"};
  EXPECT_EQ(said(*client_of(here(*right, "https://127.0.0.1:"), folder / "localhost.pem"), request), "202 POST /a  body");
  EXPECT_EQ(said(*client_of(here(*right, "https://localhost:"), folder / "localhost.pem"), request), "202 POST /a  body");
  EXPECT_EQ(said(*client_of(here(*right, "https://127.0.0.1:"), folder / "elsewhere.pem"), request), "not sent") << "nobody it knows vouches";
  EXPECT_EQ(said(*client_of(here(*right, "https://127.0.0.1:")), request), "not sent") << "nor does the system";
  EXPECT_EQ(said(*client_of(here(*wrong, "https://127.0.0.1:"), folder / "elsewhere.pem"), request), "not sent") << "vouched for, and somebody else";
  EXPECT_NE(said(*client_of(here(*right)), request).substr(0, 3), "202") << "in clear where TLS is spoken";
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace concordat::http
