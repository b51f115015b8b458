// The server over real sockets: several at once, killed in the middle, split over packets, refused, slow, under TLS.
#include "adapters/health/mllp.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "adapters/health/framing.h"
#include "proto/base/channel.h"

namespace concordat::health::testing {
namespace {

using namespace std::chrono_literals;

std::string message(const std::string& id, const std::string& more = "PID|1||7\r") { return "MSH|^~\\&|EDIS|RBT20|CONC|CE|20260714020800||ADT^A04|" + id + "|P|2.4\r" + more; }
std::string framed(const std::string& text) { return kStart + text + kEnd + "\r"; }

class Lines final : public observe::Sink {
 public:
  void write(observe::Level, std::string_view line) override { lines_.try_send(std::string(line)); }
  /// Waits for a line that has `part`.
  bool says(const std::string& part) {
    for (int wait = 0; wait < 100; ++wait) {
      if (const auto line = lines_.receive(50ms); line && line->find(part) != std::string::npos) return true;
    }
    return false;
  }

 private:
  Channel<std::string> lines_{1'000};
};

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    ::inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    const timeval patience{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~Client() { ::close(socket_); }
  void send(const std::string& bytes) { EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size())); }
  /// As send(), of a peer that may be gone.
  void drip(const std::string& bytes) { ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  /// The next answer's second segment, "MSA|AA|1"; "closed" if there is none.
  std::string answer() {
    for (;;) {
      if (const auto end = received_.find(kEnd); end != std::string::npos) {
        const std::string frame = received_.substr(0, end);
        received_.erase(0, end + 2);
        const auto begin = frame.find("\rMSA") + 1;
        return frame.substr(begin, frame.find('\r', begin) - begin);
      }
      char buffer[4096];
      const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
      if (got <= 0) return "closed";
      received_.append(buffer, static_cast<std::size_t>(got));
    }
  }
  std::string ask(const std::string& text) {
    send(framed(text));
    return answer();
  }

 private:
  int socket_;
  std::string received_;
};

class MllpTest : public ::testing::Test {
 protected:
  void serve(MllpOptions options = {}) {
    auto made = Mllp::listen(options, [this](std::string text) { return take(std::move(text)); }, sink_);
    ASSERT_TRUE(made) << describe(made.error());
    server_ = std::move(*made);
  }
  bool take(std::string text) {
    ++taken_;
    bytes_ += text.size();
    if (slow_.load()) std::this_thread::sleep_for(300ms);
    return durable_.load();
  }
  Lines sink_;
  std::atomic<int> taken_{0};
  std::atomic<std::size_t> bytes_{0};
  std::atomic<bool> durable_{true}, slow_{false};
  std::unique_ptr<Mllp> server_;
};

TEST_F(MllpTest, WhatIsDurableIsAcceptedAndWhatIsNotIsToBeSentAgain) {
  serve();
  Client engine(server_->port());
  EXPECT_EQ(engine.ask(message("1")), "MSA|AA|1");
  durable_ = false;
  EXPECT_EQ(engine.ask(message("2")), "MSA|AE|2");
  durable_ = true;
  EXPECT_EQ(engine.ask(message("2")), "MSA|AA|2");
  EXPECT_EQ(taken_.load(), 3);
}

TEST_F(MllpTest, WhatCanNeverBeTakenIsRejectedLoggedAndHandedToNobody) {
  serve();
  Client engine(server_->port());
  EXPECT_EQ(engine.ask("PID|1||SECRETNAME"), "MSA|AR|");
  EXPECT_EQ(engine.ask("hello"), "MSA|AR|");
  EXPECT_EQ(engine.ask(message("3")), "MSA|AA|3") << "and the connection goes on";
  EXPECT_EQ(taken_.load(), 1);
  EXPECT_TRUE(sink_.says("can never be taken"));
}

TEST_F(MllpTest, AnOverLongMessageIsRejectedByItsId) {
  MllpOptions options;
  options.message_bytes_max = 10'000;
  serve(options);
  Client engine(server_->port());
  EXPECT_EQ(engine.ask(message("4", std::string(50'000, 'x'))), "MSA|AR|4");
  EXPECT_EQ(engine.ask(message("5")), "MSA|AA|5");
}

TEST_F(MllpTest, AMessageSplitOverManyPacketsAndTwoInOneAreAllAnswered) {
  serve();
  Client engine(server_->port());
  for (const char c : framed(message("6"))) engine.send(std::string(1, c));
  EXPECT_EQ(engine.answer(), "MSA|AA|6");
  engine.send(framed(message("7")) + framed(message("8")));
  EXPECT_EQ(engine.answer(), "MSA|AA|7");
  EXPECT_EQ(engine.answer(), "MSA|AA|8");
}

TEST_F(MllpTest, FourMebibytesAreTaken) {
  serve();
  Client engine(server_->port());
  const std::string head = message("9", "NTE|1||");
  EXPECT_EQ(engine.ask(head + std::string(hl7::kMessageBytesMax - head.size(), 'x')), "MSA|AA|9");
  EXPECT_EQ(bytes_.load(), hl7::kMessageBytesMax);
}

TEST_F(MllpTest, TwoConnectionsAreServedAtOnce) {
  serve();
  slow_ = true;
  Client one(server_->port()), two(server_->port());
  const auto begin = std::chrono::steady_clock::now();
  one.send(framed(message("10")));
  two.send(framed(message("11")));
  EXPECT_EQ(one.answer(), "MSA|AA|10");
  EXPECT_EQ(two.answer(), "MSA|AA|11");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 550ms) << "side by side, not one after the other";
}

TEST_F(MllpTest, AConnectionKilledInTheMiddleOfAMessageLeavesTheOthersAlone) {
  serve();
  Client stays(server_->port());
  {
    Client killed(server_->port());
    killed.send(framed(message("12")).substr(0, 30));
    EXPECT_EQ(stays.ask(message("13")), "MSA|AA|13");
  }
  EXPECT_TRUE(sink_.says("in the middle of a message"));
  EXPECT_EQ(stays.ask(message("14")), "MSA|AA|14");
  EXPECT_EQ(taken_.load(), 2) << "nothing of a half message is taken";
  Client again(server_->port());
  EXPECT_EQ(again.ask(message("12")), "MSA|AA|12");
}

TEST_F(MllpTest, OneWhoVanishesBeforeTheAnswerHarmsNobody) {
  serve();
  slow_ = true;
  for (int n = 0; n < 5; ++n) Client(server_->port()).send(framed(message("x")));
  slow_ = false;
  Client engine(server_->port());
  EXPECT_EQ(engine.ask(message("15")), "MSA|AA|15");
}

TEST_F(MllpTest, MoreConnectionsThanMayBeAreClosedAndSaid) {
  MllpOptions options;
  options.connections_max = 2;
  serve(options);
  auto one = std::make_unique<Client>(server_->port());
  Client two(server_->port());
  EXPECT_EQ(one->ask(message("16")), "MSA|AA|16");
  EXPECT_EQ(two.ask(message("17")), "MSA|AA|17");
  EXPECT_EQ(Client(server_->port()).answer(), "closed");
  EXPECT_TRUE(sink_.says("more connections than may be"));
  one.reset();
  for (int wait = 0; wait < 40; ++wait) {
    std::this_thread::sleep_for(100ms);
    Client three(server_->port());
    three.send(framed(message("18")));
    if (three.answer() == "MSA|AA|18") return;
  }
  FAIL() << "there is room again, and nobody is let in";
}

TEST_F(MllpTest, AMessageThatIsBegunAndNeverEndedIsGivenUp) {
  MllpOptions options;
  options.message_within = 1'500ms;
  serve(options);
  Client engine(server_->port());
  engine.send(framed(message("19")).substr(0, 30));
  EXPECT_EQ(engine.answer(), "closed");
  EXPECT_TRUE(sink_.says("begun and not ended"));
}

TEST_F(MllpTest, AnIdleConnectionEndsInTheEnd) {
  MllpOptions options;
  options.idle = 1'200ms;
  serve(options);
  Client engine(server_->port());
  EXPECT_EQ(engine.ask(message("20")), "MSA|AA|20");
  EXPECT_EQ(engine.answer(), "closed");
}

TEST_F(MllpTest, RubbishBetweenMessagesIsDroppedAndSaid) {
  serve();
  Client engine(server_->port());
  engine.send("GET / HTTP/1.0\r\n\r\n" + framed(message("21")));
  EXPECT_EQ(engine.answer(), "MSA|AA|21");
  EXPECT_TRUE(sink_.says("outside of any frame"));
}

TEST_F(MllpTest, EndsWhileConnectionsAreOpen) {
  serve();
  Client idle(server_->port()), half(server_->port());
  half.send(framed(message("22")).substr(0, 30));
  std::this_thread::sleep_for(50ms);
  const auto begin = std::chrono::steady_clock::now();
  server_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  EXPECT_EQ(idle.answer(), "closed");
}

TEST_F(MllpTest, WhatCannotBeListenedOnIsNamed) {
  MllpOptions options;
  options.address = "not an address";
  const auto refused = Mllp::listen(options, [](std::string) { return true; }, sink_);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find("address"), std::string::npos);
  serve();
  options = {};
  options.port = server_->port();
  EXPECT_FALSE(Mllp::listen(options, [](std::string) { return true; }, sink_)) << "it is taken";
  options = {};
  options.certificate = "/nonexistent.pem";
  options.key = "/nonexistent.pem";
  const auto without = Mllp::listen(options, [](std::string) { return true; }, sink_);
  ASSERT_FALSE(without);
  EXPECT_NE(without.error().detail.find("/nonexistent.pem"), std::string::npos);
}

TEST_F(MllpTest, ConnectionsThatOnlyStandThereKeepNobodyOut) {
  MllpOptions options;
  options.connections_max = 2;
  serve(options);
  Client stays(server_->port());
  EXPECT_EQ(stays.ask(message("30")), "MSA|AA|30");
  Client stands(server_->port());
  std::this_thread::sleep_for(300ms);
  Client comes(server_->port());
  EXPECT_EQ(comes.ask(message("31")), "MSA|AA|31");
  EXPECT_EQ(stands.answer(), "closed") << "it had not said anything";
  EXPECT_EQ(stays.ask(message("32")), "MSA|AA|32") << "and whoever sent before stays";
}

TEST_F(MllpTest, WhoseFirstMessageIsBeingTakenGivesWayToNobody) {
  MllpOptions options;
  options.connections_max = 1;
  serve(options);
  slow_ = true;
  Client first(server_->port());
  first.send(framed(message("33")));
  for (int wait = 0; wait < 100 && taken_.load() == 0; ++wait) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(Client(server_->port()).answer(), "closed");
  EXPECT_EQ(first.answer(), "MSA|AA|33");
}

TEST_F(MllpTest, BytesOutsideOfFramesKeepNoConnectionOpen) {
  MllpOptions options;
  options.idle = 1'500ms;
  serve(options);
  Client drips(server_->port());
  std::thread drip([&] {
    for (int n = 0; n < 12; ++n) {
      drips.drip("x");
      std::this_thread::sleep_for(300ms);
    }
  });
  EXPECT_EQ(drips.answer(), "closed");
  drip.join();
  EXPECT_TRUE(sink_.says("says nothing"));
}

TEST_F(MllpTest, BeyondThisMachineNobodyIsListenedToWhoProvesNothing) {
  const auto take = [](std::string) { return true; };
  MllpOptions options;
  options.address = "0.0.0.0";
  const auto refused = Mllp::listen(options, take, sink_);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find("network_protected_by"), std::string::npos) << "the remedy is named";
  EXPECT_FALSE(Mllp::check(options));
  options.network_protected_by = "J. Hale, information security, 3 March 2026: VLAN 212, engine alone";
  EXPECT_TRUE(Mllp::listen(options, take, sink_));
}

// ---- under TLS -------------------------------------------------------------------------------------------------------

/// Certificates by the openssl command, and its client.
class TlsTest : public MllpTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(std::system("openssl version >/dev/null 2>&1"), 0) << "the command openssl is missing: ops/lib/packages.txt has its package";
    folder_ = std::filesystem::temp_directory_path() / ("mllp_test." + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
    authority("ours");
    certificate("server", "ours", "server.example");
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  static bool run(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }
  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  void authority(const std::string& name) {
    ASSERT_TRUE(run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=authority-" + name + " -keyout " + at(name + ".key") + " -out " + at(name + ".pem")));
  }
  /// Of `name`, for `host`, signed by `by`.
  void certificate(const std::string& name, const std::string& by, const std::string& host, const std::string& alternative = {}) {
    ASSERT_TRUE(run("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + host + " -keyout " + at(name + ".key") + " -out " + at(name + ".csr")));
    std::ofstream(at("extensions")) << "basicConstraints=CA:FALSE\n" << (alternative.empty() ? "" : "subjectAltName=DNS:" + alternative + "\n");
    ASSERT_TRUE(run("openssl x509 -req -in " + at(name + ".csr") + " -CA " + at(by + ".pem") + " -CAkey " + at(by + ".key") + " -CAcreateserial -days 2 -extfile " + at("extensions") + " -out " + at(name + ".pem")));
  }
  MllpOptions options(std::vector<std::string> senders) const {
    MllpOptions out;
    out.certificate = at("server.pem");
    out.key = at("server.key");
    if (!senders.empty()) out.clients = at("ours.pem");
    out.senders = std::move(senders);
    return out;
  }
  /// What is answered to message 40 of a sender with that certificate ("": none): "AA", or "nothing".
  std::string ask(const std::string& as) {
    std::ofstream(at("in")) << framed(message("40"));
    const std::string who = as.empty() ? "" : " -cert " + at(as + ".pem") + " -key " + at(as + ".key");
    const std::string command = "(cat " + at("in") + "; sleep 1) | timeout 20 openssl s_client -quiet -no_ign_eof" + who + " -CAfile " + at("ours.pem") + " -connect 127.0.0.1:" +
                                std::to_string(server_->port()) + " 2>/dev/null | grep -q 'MSA|AA|40'";
    return std::system(command.c_str()) == 0 ? "AA" : "nothing";
  }
  std::filesystem::path folder_;
};

TEST_F(TlsTest, UnderTlsTheSameAndInClearNothing) {
  serve(options({}));
  EXPECT_EQ(ask(""), "AA") << "on this machine nobody is asked for a certificate";
  EXPECT_EQ(taken_.load(), 1);
  Client plain(server_->port());
  plain.send(framed(message("24")));
  plain.answer();
  EXPECT_EQ(taken_.load(), 1) << "nothing is taken in clear";
  EXPECT_TRUE(sink_.says("no TLS handshake"));
}

TEST_F(TlsTest, OnlyASenderOnTheListIsHeard) {
  certificate("engine", "ours", "TIE.example");
  certificate("other", "ours", "other.example");
  serve(options({"tie.example"}));
  EXPECT_EQ(ask("engine"), "AA");
  EXPECT_TRUE(sink_.says("tie.example")) << "who has connected is in the log";
  EXPECT_EQ(ask("other"), "nothing") << "the authority signs others too";
  EXPECT_TRUE(sink_.says("of nobody in `senders`"));
  EXPECT_EQ(ask(""), "nothing");
  EXPECT_TRUE(sink_.says("it has no certificate"));
  EXPECT_EQ(taken_.load(), 1);
}

TEST_F(TlsTest, AnAlternativeNameCountsAndTheServersOwnCertificateDoesNot) {
  certificate("engine", "ours", "engine", "tie.example");
  serve(options({"tie.example"}));
  EXPECT_EQ(ask("engine"), "AA");
  EXPECT_EQ(ask("server"), "nothing");
}

TEST_F(TlsTest, ACommonNameCountsOnlyWhereThereIsNoDnsName) {
  certificate("engine", "ours", "tie.example");
  certificate("calls-itself", "ours", "tie.example", "other.example");
  serve(options({"tie.example"}));
  EXPECT_EQ(ask("engine"), "AA");
  EXPECT_EQ(ask("calls-itself"), "nothing") << "of a common name beside DNS names whoever signs checks little";
  EXPECT_EQ(taken_.load(), 1);
}

TEST_F(TlsTest, AHandshakeThatDripsIsGivenUpInTime) {
  serve(options({}));
  Client drips(server_->port());
  drips.send(std::string("\x16\x03\x01\x40\x00\x01", 6));
  std::atomic<bool> enough{false};
  std::thread drip([&] {
    for (; !enough.load(); std::this_thread::sleep_for(200ms)) drips.drip(std::string(1, '\0'));
  });
  std::this_thread::sleep_for(10s);
  EXPECT_TRUE(sink_.says("no TLS handshake")) << "though it has something to say all the time";
  EXPECT_EQ(drips.answer(), "closed");
  enough = true;
  drip.join();
  EXPECT_EQ(ask(""), "AA") << "and others are heard";
}

TEST_F(TlsTest, AnotherAuthoritysCertificateWithTheRightNameIsNobodys) {
  authority("theirs");
  certificate("forged", "theirs", "tie.example");
  serve(options({"tie.example"}));
  EXPECT_EQ(ask("forged"), "nothing");
  EXPECT_TRUE(sink_.says("its certificate: "));
  EXPECT_EQ(taken_.load(), 0);
}

TEST_F(TlsTest, WhatCannotBeUsedIsNamedWithoutListening) {
  MllpOptions broken = options({"tie.example"});
  EXPECT_TRUE(Mllp::check(broken));
  broken.clients = at("none.pem");
  EXPECT_NE(Mllp::check(broken).error().detail.find("none.pem"), std::string::npos);
  broken = options({"tie.example"});
  broken.senders.clear();
  EXPECT_FALSE(Mllp::check(broken)) << "an authority alone is no list";
  broken = options({"tie.example"});
  broken.key = at("ours.key");
  EXPECT_NE(Mllp::check(broken).error().detail.find("ours.key"), std::string::npos);
}

}  // namespace
}  // namespace concordat::health::testing
