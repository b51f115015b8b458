// Whoever is not on the list stays out, and whoever is cannot be hindered by those outside or take what is another's.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "proto/transport/client.h"
#include "proto/transport/server.h"
#include "tests/proto/transport/keys_for_tests.h"

namespace concordat::transport {
namespace {

using std::chrono::milliseconds;

/// A peer that speaks raw ZeroMQ, as somebody who did not take our client would.
class Raw {
 public:
  explicit Raw(int type = ZMQ_DEALER) : context_(zmq_ctx_new()), socket_(zmq_socket(context_, type)) {
    const int none = 0;
    zmq_setsockopt(socket_, ZMQ_LINGER, &none, sizeof(none));
  }
  ~Raw() {
    zmq_close(socket_);
    zmq_ctx_term(context_);
  }
  Raw& curve(const KeyPair& key, const PublicKey& server) {
    zmq_setsockopt(socket_, ZMQ_CURVE_SERVERKEY, server.bytes.data(), 32);
    zmq_setsockopt(socket_, ZMQ_CURVE_PUBLICKEY, key.open.bytes.data(), 32);
    zmq_setsockopt(socket_, ZMQ_CURVE_SECRETKEY, key.secret.data(), 32);
    return *this;
  }
  Raw& option(int option, ByteView value) {
    EXPECT_EQ(zmq_setsockopt(socket_, option, value.data(), value.size()), 0) << zmq_strerror(zmq_errno());
    return *this;
  }
  Raw& connect(const std::string& address) {
    zmq_connect(socket_, address.c_str());
    return *this;
  }
  void send(ByteView frame, int flags = ZMQ_DONTWAIT) { zmq_send(socket_, frame.data(), frame.size(), flags); }
  std::optional<Bytes> receive() {
    char buffer[4096];
    const int size = zmq_recv(socket_, buffer, sizeof(buffer), ZMQ_DONTWAIT);
    return size < 0 ? std::nullopt : std::optional<Bytes>(Bytes(buffer, static_cast<std::size_t>(size)));
  }

 private:
  void* context_;
  void* socket_;
};

class BreakIn : public ::testing::Test {
 protected:
  void SetUp() override { start({"tcp://127.0.0.1:*"}); }

  void start(std::vector<std::string> addresses, int queue_frames_max = 20'000) {
    ServerOptions options;
    options.addresses = std::move(addresses);
    options.linger = milliseconds(0);
    options.queue_frames_max = queue_frames_max;
    auto bound = Server::bind(options, broker);
    ASSERT_TRUE(bound) << describe(bound.error());
    server = *std::move(bound);
    address = server->addresses()[0];
    ASSERT_TRUE(server->allow({{police.open, "police/1"}, {refuge.open, "refuge/1"}}));
  }
  std::unique_ptr<Client> client(const KeyPair& key, milliseconds handshake = milliseconds(3000)) {
    ClientOptions options;
    options.address = address;
    options.brokers = {broker.open};
    options.linger = milliseconds(0);
    options.handshake = handshake;
    options.retry_first = milliseconds(20);
    options.retry_most = milliseconds(100);
    return *Client::connect(options, key);
  }
  // Turns the server and, if there is one, a client until `done` or until patience ends.
  template <class Done>
  bool turn(Done done, Client* one = nullptr, milliseconds patience = milliseconds(5000)) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!done()) {
      if (std::chrono::steady_clock::now() > until) return false;
      if (one != nullptr) {
        auto polled = one->poll(milliseconds(1));
        up = polled->up || (up && !polled->down);
        for (Bytes& frame : polled->frames) frames.push_back(std::move(frame));
      }
      auto polled = server->poll(milliseconds(1));
      for (Received& message : polled->received) received.push_back(std::move(message));
      for (Refused& message : polled->refused) refused.push_back(std::move(message));
    }
    return true;
  }
  bool gets_in(Client& one, milliseconds patience = milliseconds(5000)) {
    up = false;
    return turn([&] { return up; }, &one, patience);
  }
  // The connection of a client, learnt from a message that it sends.
  Connection connection_of(Client& one) {
    received.clear();
    EXPECT_TRUE(one.send("hello"));
    EXPECT_TRUE(turn([&] { return !received.empty(); }, &one));
    return received.empty() ? Connection{} : received[0].connection;
  }
  std::uint64_t count(Why why) { return server->counts()[static_cast<std::size_t>(why)]; }
  bool nothing_comes(milliseconds patience = milliseconds(400)) {
    received.clear();
    turn([] { return false; }, nullptr, patience);
    return received.empty();
  }
  int tcp() {
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(descriptor, reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
    return descriptor;
  }

  KeyPair broker = fresh_key();
  KeyPair police = fresh_key();
  KeyPair refuge = fresh_key();
  KeyPair stranger = fresh_key();
  std::unique_ptr<Server> server;
  std::string address;
  bool up = false;
  std::vector<Bytes> frames;
  std::vector<Received> received;
  std::vector<Refused> refused;
};

TEST_F(BreakIn, WithoutAHandlerAtTheDoorNobodyGetsIn) {
  const auto inside = client(refuge);
  ASSERT_TRUE(gets_in(*inside));
  server->shut_door();
  const auto known = client(police);
  EXPECT_FALSE(gets_in(*known, milliseconds(500)));
  const auto unknown = client(stranger);
  EXPECT_FALSE(gets_in(*unknown, milliseconds(500)));
  Raw raw;
  raw.curve(stranger, broker.open).connect(address).send("anybody?");
  EXPECT_TRUE(nothing_comes());
  EXPECT_TRUE(inside->send("still here"));
  EXPECT_TRUE(turn([&] { return received.size() == 1; }, inside.get()));
  EXPECT_FALSE(server->allow({{police.open, "police/1"}})) << "a shut door must not be taken for an open one";
}

TEST_F(BreakIn, ARawClientWithAKnownKeyIsHeardAndWithAnUnknownOneIsNot) {
  Raw known;
  known.curve(police, broker.open).connect(address).send("from police");
  ASSERT_TRUE(turn([&] { return received.size() == 1; }));
  EXPECT_EQ(received[0].client, "police/1");
  Raw unknown;
  unknown.curve(stranger, broker.open).connect(address).send("from nobody");
  EXPECT_TRUE(turn([&] { return count(Why::UnknownKey) >= 1; }));
  EXPECT_EQ(received.size(), 1u);
}

TEST_F(BreakIn, WithoutCurveNobodyGetsIn) {
  Raw plain_text;
  plain_text.connect(address).send("no mechanism");
  Raw password;
  password.option(ZMQ_PLAIN_USERNAME, "police/1").option(ZMQ_PLAIN_PASSWORD, "x").connect(address).send("a password");
  // Either side may be the first to see that the mechanisms differ, and hang up.
  EXPECT_TRUE(turn([&] { return count(Why::NotCurve) + count(Why::Abandoned) >= 2; }));
  EXPECT_TRUE(nothing_comes());
}

TEST_F(BreakIn, AClientThatPinsAnotherServerKeySpeaksToNobody) {
  ClientOptions options;
  options.address = address;
  options.brokers = {stranger.open};
  options.handshake = milliseconds(200);
  options.linger = milliseconds(0);
  const auto deceived = *Client::connect(options, police);
  EXPECT_FALSE(gets_in(*deceived, milliseconds(800)));
  EXPECT_EQ(deceived->trouble(), Trouble::NotProven);
  EXPECT_FALSE(deceived->send("to whom?"));
}

TEST_F(BreakIn, AllPinnedKeysOfTheServerAreTriedInTurn) {
  ClientOptions options;
  options.address = address;
  options.brokers = {stranger.open, broker.open};
  options.handshake = milliseconds(500);
  options.linger = milliseconds(0);
  const auto rotating = *Client::connect(options, police);
  EXPECT_TRUE(gets_in(*rotating));
}

TEST_F(BreakIn, AKeyThatIsPinnedLaterIsUsedAtTheNextAttempt) {
  ClientOptions options;
  options.address = address;
  options.brokers = {stranger.open};
  options.handshake = milliseconds(200);
  options.linger = milliseconds(0);
  options.retry_first = milliseconds(20);
  const auto late = *Client::connect(options, police);
  EXPECT_FALSE(gets_in(*late, milliseconds(400)));
  late->pin({broker.open});
  EXPECT_TRUE(gets_in(*late));
}

TEST_F(BreakIn, AServerThatHasNotThePinnedKeyGetsNothing) {
  server.reset();
  std::swap(broker, stranger);
  start({"tcp://127.0.0.1:*"});
  std::swap(broker, stranger);
  const auto honest = client(police, milliseconds(200));
  EXPECT_FALSE(gets_in(*honest, milliseconds(800)));
  EXPECT_TRUE(received.empty());
}

TEST_F(BreakIn, APeerThatClaimsAnothersRoutingIdGetsNoneOfItsTraffic) {
  const auto honest = client(refuge);
  ASSERT_TRUE(gets_in(*honest));
  const Connection connection = connection_of(*honest);
  const Bytes claimed = Writer().u8(0).u32(static_cast<std::uint32_t>(connection.value)).take();
  Raw thief;
  thief.curve(police, broker.open).option(ZMQ_ROUTING_ID, claimed).connect(address).send("I am the refuge");
  EXPECT_TRUE(nothing_comes());
  ASSERT_TRUE(server->send(connection, "for the refuge alone"));
  ASSERT_TRUE(turn([&] { return frames.size() == 1; }, honest.get()));
  EXPECT_EQ(frames[0], "for the refuge alone");
  EXPECT_FALSE(thief.receive());
}

TEST_F(BreakIn, OfTwoPeersWithOneChosenIdNeitherIsHeard) {
  Raw first;
  first.curve(police, broker.open).option(ZMQ_ROUTING_ID, "refuge/1").connect(address).send("I am the refuge");
  Raw second;
  second.curve(refuge, broker.open).option(ZMQ_ROUTING_ID, "refuge/1").connect(address).send("no, I am");
  EXPECT_TRUE(turn([&] { return count(Why::ChosenIdentity) >= 1; }));
  EXPECT_TRUE(nothing_comes());
}

TEST_F(BreakIn, MessagesOfSeveralFramesAreRefused) {
  Raw raw;
  raw.curve(police, broker.open).connect(address);
  raw.send("one", ZMQ_SNDMORE);
  raw.send("two");
  EXPECT_TRUE(turn([&] { return count(Why::BadShape) == 1; }));
  EXPECT_TRUE(received.empty());
  raw.send("one alone");
  EXPECT_TRUE(turn([&] { return received.size() == 1; }));
}

TEST_F(BreakIn, AnOversizeMessageEndsTheConnectionAndNothingElse) {
  const auto honest = client(refuge);
  ASSERT_TRUE(gets_in(*honest));
  ClientOptions options;
  options.address = address;
  options.brokers = {broker.open};
  options.linger = milliseconds(0);
  options.message_bytes_max = 4u << 20;
  const auto greedy = *Client::connect(options, police);
  ASSERT_TRUE(gets_in(*greedy));
  ASSERT_TRUE(greedy->send(Bytes((1u << 20) - 100, 'x')));
  ASSERT_TRUE(turn([&] { return received.size() == 1; }, greedy.get()));
  received.clear();
  ASSERT_TRUE(greedy->send(Bytes((1u << 20) + 100, 'x')));
  EXPECT_TRUE(turn([&] { return !up; }, greedy.get())) << "the connection stayed";
  EXPECT_TRUE(received.empty());
  EXPECT_NE(connection_of(*honest), Connection{});
}

// A greeting of ZMTP 3.0 with the mechanism NULL, and a command that is none.
Bytes greeting() {
  Bytes bytes("\xff\0\0\0\0\0\0\0\x01\x7f\x03\0", 12);
  bytes += "NULL";
  bytes.resize(64, '\0');
  return bytes + "\x04\x05GARBL";
}

bool is_closed(int descriptor) {
  char byte;
  while (true) {
    const auto size = recv(descriptor, &byte, 1, MSG_DONTWAIT);
    if (size <= 0) return size == 0 || errno == ECONNRESET;
  }
}

TEST_F(BreakIn, SilentAndGarbledHandshakesHinderNobody) {
  constexpr std::size_t kEach = 60;
  std::vector<int> silent;
  std::vector<int> noisy;
  std::vector<int> half;
  for (std::size_t i = 0; i < kEach; ++i) {
    silent.push_back(tcp());
    noisy.push_back(tcp());
    half.push_back(tcp());
    const Bytes noise(64 + i, static_cast<char>(i));
    EXPECT_GT(::send(noisy.back(), noise.data(), noise.size(), MSG_NOSIGNAL), 0);
    const Bytes polite = greeting();
    EXPECT_GT(::send(half.back(), polite.data(), polite.size(), MSG_NOSIGNAL), 0);
  }
  const auto before = std::chrono::steady_clock::now();
  const auto honest = client(refuge);
  EXPECT_TRUE(gets_in(*honest));
  EXPECT_NE(connection_of(*honest), Connection{});
  EXPECT_LT(std::chrono::steady_clock::now() - before, milliseconds(2000));
  // Another mechanism is refused at once, silence when the time for a handshake is over. Noise is no ZMTP 3: it is
  // closed without an event.
  EXPECT_TRUE(turn([&] { return count(Why::NotCurve) >= kEach && count(Why::Abandoned) >= kEach; }, honest.get(),
                   milliseconds(8000)))
      << count(Why::NotCurve) << " " << count(Why::Abandoned);
  for (const auto* strangers : {&silent, &noisy, &half}) {
    for (const int descriptor : *strangers) {
      EXPECT_TRUE(is_closed(descriptor));
      close(descriptor);
    }
  }
  EXPECT_LE(refused.size(), 3 * Tally::kToldMax) << "all are counted, few are told";
}

TEST_F(BreakIn, AReaderThatDoesNotReadBlocksNobodyElse) {
  server.reset();
  start({"tcp://127.0.0.1:*"}, 20);
  Raw slow;
  slow.curve(police, broker.open).connect(address).send("I shall not read");
  ASSERT_TRUE(turn([&] { return received.size() == 1; }));
  const Connection idle = received[0].connection;
  const auto honest = client(refuge);
  ASSERT_TRUE(gets_in(*honest));
  const Connection live = connection_of(*honest);
  Result<int> sent = 0;
  for (int i = 0; i < 5000 && sent; ++i) sent = server->send(idle, Bytes(100'000, 'x'));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, code::kBusy);
  EXPECT_EQ(count(Why::HighWater), 1u);
  ASSERT_TRUE(server->send(live, "for the one who reads"));
  EXPECT_TRUE(turn([&] { return frames.size() == 1; }, honest.get(), milliseconds(2000)));
}

TEST_F(BreakIn, AClientComesBackAfterTheServerWasAway) {
  const auto honest = client(refuge);
  ASSERT_TRUE(gets_in(*honest));
  server.reset();
  bool went_down = false;
  for (int i = 0; i < 2000 && !went_down; ++i) went_down = honest->poll(milliseconds(5))->down;
  ASSERT_TRUE(went_down);
  EXPECT_FALSE(honest->send("into the void"));
  for (int i = 0; i < 200 && honest->trouble() == Trouble::None; ++i) ASSERT_TRUE(honest->poll(milliseconds(5)));
  EXPECT_EQ(honest->trouble(), Trouble::Unreachable);
  start({address});
  EXPECT_TRUE(gets_in(*honest));
  EXPECT_EQ(honest->trouble(), Trouble::None);
  EXPECT_NE(connection_of(*honest), Connection{});
}

// The loop may be busy elsewhere while the server goes and comes: what it then sends was meant for the session that is
// over.
TEST_F(BreakIn, NoFrameCrossesFromOneSessionIntoTheNext) {
  const auto honest = client(refuge);
  ASSERT_TRUE(gets_in(*honest));
  server.reset();
  start({address});
  received.clear();
  for (int i = 0; i < 100; ++i) {
    [[maybe_unused]] const auto sent = honest->send("of the old session");
    turn([] { return false; }, nullptr, milliseconds(5));
  }
  EXPECT_TRUE(received.empty());
  ASSERT_TRUE(gets_in(*honest));
  EXPECT_NE(connection_of(*honest), Connection{});
  EXPECT_EQ(received[0].frame, "hello");
}

// Without disconnect there is nobody to say that a connection ended, so what is remembered of them is bounded.
TEST_F(BreakIn, AClientThatComesAndGoesIsRememberedInItsNewestConnections) {
  std::vector<Connection> connections;
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(client(police));
    ASSERT_TRUE(gets_in(*clients.back()));
    connections.push_back(connection_of(*clients.back()));
  }
  EXPECT_FALSE(server->send(connections.front(), "forgotten"));
  EXPECT_TRUE(server->send(connections.back(), "remembered"));
}

TEST_F(BreakIn, OverIpcItIsTheSame) {
  server.reset();
  start({"ipc://" + ::testing::TempDir() + "concordat-transport-test-" + std::to_string(getpid())});
  const auto honest = client(police);
  ASSERT_TRUE(gets_in(*honest));
  EXPECT_NE(connection_of(*honest), Connection{});
  EXPECT_EQ(received[0].client, "police/1");
  const auto unknown = client(stranger);
  EXPECT_FALSE(gets_in(*unknown, milliseconds(300)));
}

}  // namespace
}  // namespace concordat::transport
