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

/// Under TLS by the system's own client, which every machine that builds this has beside the library; skipped where it is not.
TEST_F(MllpTest, UnderTlsTheSameAndWithoutItNothing) {
  if (std::system("openssl version >/dev/null 2>&1") != 0) GTEST_SKIP() << "skipped: no openssl command";
  const auto folder = std::filesystem::temp_directory_path() / ("mllp_test." + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  const std::string at = folder.string();
  ASSERT_EQ(std::system(("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test -keyout " + at + "/key.pem -out " + at + "/certificate.pem >/dev/null 2>&1").c_str()), 0);
  MllpOptions options;
  options.certificate = folder / "certificate.pem";
  options.key = folder / "key.pem";
  serve(options);
  std::ofstream(folder / "in") << framed(message("23"));
  const std::string ask = "(cat " + at + "/in; sleep 1) | timeout 20 openssl s_client -quiet -no_ign_eof -CAfile " + at + "/certificate.pem -connect 127.0.0.1:" + std::to_string(server_->port()) + " 2>/dev/null | grep -c 'MSA|AA|23' > " + at + "/out";
  EXPECT_EQ(std::system(ask.c_str()), 0);
  EXPECT_EQ(taken_.load(), 1);
  Client plain(server_->port());
  plain.send(framed(message("24")));
  plain.answer();
  EXPECT_EQ(taken_.load(), 1) << "nothing is taken in clear";
  EXPECT_TRUE(sink_.says("without a TLS handshake"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace concordat::health::testing
