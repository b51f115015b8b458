// The HTTP server: what it hands on, and how it bounds sizes, times, threads; TLS with a certificate of the test's own.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <latch>
#include <thread>

#include "adapters/sdk/http/http.h"

namespace concordat::http {
namespace {

using Clock = std::chrono::steady_clock;

std::unique_ptr<Server> serve(ServerOptions options, Server::Handler handler) {
  auto server = Server::listen(options, std::move(handler));
  EXPECT_TRUE(server) << describe(server.error());
  return std::move(*server);
}

std::string shown(const Request& request) {
  std::string text = request.method + " " + request.path;
  for (const auto& [name, value] : request.query) text += " ?" + name + "=" + value;
  return text + " " + std::to_string(request.body.size());
}
Response echo(const Request& request) { return {200, shown(request), "text/plain", {}}; }

/// A connection whose bytes are the test's own.
class Raw {
 public:
  explicit Raw(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    const timeval most{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
  }
  ~Raw() { ::close(socket_); }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;
  bool say(std::string_view text) const { return ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()); }
  std::string hear() const {
    std::string text;
    char buffer[4096];
    for (ssize_t got; (got = ::recv(socket_, buffer, sizeof buffer, 0)) > 0;) text.append(buffer, static_cast<std::size_t>(got));
    return text;
  }
  int status() const {
    const std::string text = hear();
    return text.starts_with("HTTP/1.1 ") ? std::stoi(text.substr(9, 3)) : 0;
  }

 private:
  int socket_;
};

std::string post(std::string_view body, std::string_view more = {}) {
  return "POST /hearing/1 HTTP/1.1\r\nHost: x\r\n" + std::string(more) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

TEST(HttpServer, HandsOnWhatWasSaid) {
  Request seen;
  const auto server = serve({}, [&](const Request& request) {
    seen = request;
    return Response{202, "{}", "application/json", {{"X-Told", "yes"}}};
  });
  httplib::Client client("127.0.0.1", server->port());
  const auto answer = client.Post("/hearing/a%20b/result?day=2026-07-14&x=", {{"X-One", "Two"}}, "{\"a\":1}", "application/json");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 202);
  EXPECT_EQ(answer->body, "{}");
  EXPECT_EQ(answer->get_header_value("X-Told"), "yes");
  EXPECT_EQ(shown(seen), "POST /hearing/a b/result ?day=2026-07-14 ?x= 7");
  EXPECT_EQ(seen.headers.at("x-one"), "Two") << "names in lower case";
  EXPECT_EQ(seen.headers.at("content-type"), "application/json");
}

TEST(HttpServer, EveryMethodReachesTheHandlerWithOrWithoutABody) {
  const auto server = serve({}, echo);
  httplib::Client client("127.0.0.1", server->port());
  EXPECT_EQ(client.Get("/a")->body, "GET /a 0");
  EXPECT_EQ(client.Delete("/hearing/1/delete")->body, "DELETE /hearing/1/delete 0");
  Raw bare(server->port());
  bare.say("DELETE /hearing/1/delete HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(bare.hear().find("DELETE /hearing/1/delete 0"), std::string::npos) << "no length is no body, and not one until the sender hangs up";
}

TEST(HttpServer, FormsAndRangesAreBytesLikeAnyOther) {
  const auto server = serve({}, echo);
  Raw form(server->port());
  form.say(post("--b\r\nx", "Content-Type: multipart/form-data; boundary=b\r\n"));
  EXPECT_NE(form.hear().find("POST /hearing/1 6"), std::string::npos);
  httplib::Client client("127.0.0.1", server->port());
  EXPECT_EQ(client.Get("/abc", {{"Range", "bytes=0-1"}, {"Accept-Encoding", "gzip"}})->body, "GET /abc 0");
}

TEST(HttpServer, ABodyOverItsBoundIsRefusedWhateverItSaysOfItsLength) {
  bool called = false;
  const auto server = serve({.body_bytes_max = 1000}, [&](const Request& request) {
    called = request.body.size() > 1000;
    return echo(request);
  });
  const auto status = [&](const std::string& text) {
    Raw raw(server->port());
    raw.say(text);
    return raw.status();
  };
  EXPECT_EQ(status(post(std::string(1000, 'x'))), 200);
  EXPECT_EQ(status(post(std::string(1001, 'x'))), 413);
  std::string chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int n = 0; n < 11; ++n) chunked += "64\r\n" + std::string(100, 'x') + "\r\n";
  EXPECT_EQ(status(chunked + "0\r\n\r\n"), 413) << "chunked";
  httplib::Client client("127.0.0.1", server->port());
  client.set_compress(true);
  EXPECT_EQ(client.Post("/", std::string(1'000'000, 'x'), "text/plain")->status, 413) << "compressed, it is small on its way";
  EXPECT_EQ(client.Post("/", std::string(900, 'x'), "text/plain")->status, 200);
  EXPECT_FALSE(called);
}

TEST(HttpServer, AHeadWithoutEndIsRefused) {
  const auto server = serve({}, echo);
  Raw raw(server->port());
  raw.say("GET / HTTP/1.1\r\n");
  for (int n = 0; n < 20'000 && raw.say("X-Header: " + std::to_string(n) + "\r\n"); ++n) continue;
  EXPECT_EQ(raw.status(), 431);
}

TEST(HttpServer, ASlowSenderIsCutOffHoweverItDawdles) {
  const auto server = serve({.patience = Milliseconds(400)}, echo);
  const auto begun = Clock::now();
  Raw silent(server->port()), in_head(server->port()), in_body(server->port());
  in_head.say("POST / HTTP/1.1\r\nHost: x\r\n");
  in_body.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc");
  std::jthread drips([&](const std::stop_token& stop) {
    while (!stop.stop_requested() && in_body.say("x")) std::this_thread::sleep_for(Milliseconds(50));
  });
  EXPECT_EQ(silent.status(), 408);
  EXPECT_EQ(in_head.status(), 408);
  EXPECT_EQ(in_body.status(), 408) << "a byte at a time is no request within its time";
  EXPECT_LT(Clock::now() - begun, Milliseconds(3000));
}

TEST(HttpServer, TheHandlerIsCalledOnSeveralThreadsAtOnce) {
  constexpr int kAtOnce = 4;
  std::latch all(kAtOnce);
  const auto server = serve({.threads = kAtOnce}, [&](const Request& request) {
    all.arrive_and_wait();
    return echo(request);
  });
  std::vector<std::future<int>> answers;
  for (int n = 0; n < kAtOnce; ++n) {
    answers.push_back(std::async(std::launch::async, [&] { return httplib::Client("127.0.0.1", server->port()).Get("/")->status; }));
  }
  for (auto& answer : answers) EXPECT_EQ(answer.get(), 200);
}

TEST(HttpServer, MoreThanWorkAndWaitAreRefusedAtOnce) {
  std::promise<void> go;
  const auto gone = go.get_future().share();
  const auto server = serve({.threads = 1}, [&](const Request& request) {
    gone.wait();
    return echo(request);
  });
  Raw works(server->port());
  works.say(post("1"));
  std::this_thread::sleep_for(Milliseconds(200));
  Raw waits(server->port());
  waits.say(post("2"));
  std::this_thread::sleep_for(Milliseconds(200));
  Raw refused(server->port());
  refused.say(post("3"));
  EXPECT_EQ(refused.status(), 503);
  go.set_value();
  EXPECT_EQ(works.status(), 200);
  EXPECT_EQ(waits.status(), 200);
}

TEST(HttpServer, ItsEndWaitsForTheHandlerAndForNoSender) {
  std::promise<void> inside;
  auto server = serve({.patience = Milliseconds(60'000)}, [&](const Request& request) {
    inside.set_value();
    std::this_thread::sleep_for(Milliseconds(300));
    return echo(request);
  });
  Raw asks(server->port()), dawdles(server->port());
  asks.say(post("1"));
  dawdles.say("POST / HTTP/1.1\r\n");
  inside.get_future().wait();
  const auto begun = Clock::now();
  server.reset();
  EXPECT_LT(Clock::now() - begun, Milliseconds(3000));
  EXPECT_EQ(asks.status(), 200);
}

TEST(HttpServer, WhatIsNotHttpDisturbsNobody) {
  const auto server = serve({.patience = Milliseconds(500)}, echo);
  for (const std::string& text : {std::string("\x0bMSH|^~\\&\r\x1c\r"), std::string(100, '\0') + "\r\n\r\n", std::string("GET\r\n\r\n"), std::string("POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n"),
                                  std::string("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")}) {
    Raw raw(server->port());
    raw.say(text);
    EXPECT_NE(raw.status(), 200);
  }
  EXPECT_EQ(httplib::Client("127.0.0.1", server->port()).Get("/a")->status, 200);
}

TEST(HttpServer, APortInUseIsNamed) {
  const auto first = serve({}, echo);
  const auto second = Server::listen({.port = first->port()}, echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, code::kConfig);
  EXPECT_NE(second.error().detail.find(std::to_string(first->port())), std::string::npos) << second.error().detail;
  EXPECT_FALSE(Server::listen({.address = "192.0.2.1"}, echo)) << "no address of this machine";
}

class Tls : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("concordat-tls-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    certificate_ = folder_ / "certificate.pem";
    key_ = folder_ / "key.pem";
    const std::string command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout " +
                                key_.string() + " -out " + certificate_.string() + " 2>/dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0) << "openssl";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void make(const std::string& name) const {
    const std::string command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=" + name + " -keyout " + (folder_ / (name + ".key")).string() + " -out " +
                                (folder_ / (name + ".pem")).string() + " 2>/dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0) << "openssl";
  }
  std::filesystem::path folder_, certificate_, key_;
};

TEST_F(Tls, ServesWhoTrustsItsCertificateAndNobodyInClear) {
  const auto server = serve({.patience = Milliseconds(500), .certificate = certificate_, .key = key_}, echo);
  httplib::SSLClient client("127.0.0.1", server->port());
  client.set_ca_cert_path(certificate_.c_str());
  const std::string body(500'000, 'x');
  const auto answer = client.Post("/a", body, "text/plain");
  ASSERT_TRUE(answer) << httplib::to_string(answer.error());
  EXPECT_EQ(answer->body, "POST /a 500000");
  httplib::SSLClient stranger("127.0.0.1", server->port());
  EXPECT_FALSE(stranger.Get("/a")) << "a certificate that nobody vouches for";
  Raw clear(server->port());
  clear.say(post("x"));
  EXPECT_EQ(clear.status(), 0);
  Raw silent(server->port());
  const auto begun = Clock::now();
  EXPECT_EQ(silent.hear(), "") << "a handshake that never comes";
  EXPECT_LT(Clock::now() - begun, Milliseconds(3000));
}

TEST_F(Tls, WhereClientsAreListedNobodyElseGetsPastTheHandshake) {
  make("court");
  make("stranger");
  const auto server = serve({.patience = Milliseconds(2'000), .certificate = certificate_, .key = key_, .clients = folder_ / "court.pem"}, echo);
  const auto as = [&](const std::string& name) {
    const std::string own = (folder_ / (name + ".pem")).string(), key = (folder_ / (name + ".key")).string();
    httplib::SSLClient client("127.0.0.1", server->port(), name.empty() ? "" : own, name.empty() ? "" : key);
    client.set_ca_cert_path(certificate_.c_str());
    const auto answer = client.Post("/a", "x", "text/plain");
    return answer ? answer->status : 0;
  };
  EXPECT_EQ(as("court"), 200);
  EXPECT_EQ(as("stranger"), 0) << "a certificate that is not listed";
  EXPECT_EQ(as(""), 0) << "none";
  EXPECT_EQ(as("court"), 200) << "and the next is served";
}

TEST(HttpServer, WhoIsNotLetInIsToldSoAndHisBodyIsNotRead) {
  std::atomic<int> asked = 0, handled = 0;
  const auto server = serve({.admits = [&](const Request& request) { ++asked; return request.body.empty() && request.headers.contains("x-in"); }}, [&](const Request& request) {
    ++handled;
    return echo(request);
  });
  httplib::Client client("127.0.0.1", server->port());
  const auto refused = client.Post("/a", "body", "text/plain");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 401);
  EXPECT_EQ(refused->get_header_value("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(handled, 0);
  const auto admitted = client.Post("/a", {{"X-In", "yes"}}, "body", "text/plain");
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->body, "POST /a 4");
  Raw raw(server->port());
  raw.say("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n");
  EXPECT_EQ(raw.status(), 401) << "before a byte of the body";
  EXPECT_EQ(asked, 3);
}

TEST_F(Tls, WhatCannotBeUsedIsNamed) {
  const auto said = [](const ServerOptions& options) {
    const auto server = Server::listen(options, echo);
    return server ? std::string("served") : std::string(server.error().code.name) + " " + server.error().detail;
  };
  EXPECT_EQ(said({.certificate = certificate_}), "E-CONFIG certificate and key go together");
  EXPECT_EQ(said({.clients = certificate_}), "E-CONFIG clients are asked for certificates under TLS alone: certificate and key are missing");
  EXPECT_EQ(said({.certificate = certificate_, .key = key_, .clients = key_}), "E-CONFIG " + key_.string() + ": no certificates of clients, or of their authorities, in PEM");
  EXPECT_EQ(said({.certificate = folder_ / "none.pem", .key = key_}), "E-CONFIG " + (folder_ / "none.pem").string() + ": no certificate in PEM");
  EXPECT_EQ(said({.certificate = certificate_, .key = certificate_}), "E-CONFIG " + certificate_.string() + ": not the certificate's key, in PEM and without a passphrase");
}

}  // namespace
}  // namespace concordat::http
