// What every transport keeps, over real sockets and within the process alike.
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "proto/transport/client.h"
#include "proto/transport/fake.h"
#include "proto/transport/server.h"
#include "tests/proto/transport/keys_for_tests.h"

namespace concordat::transport {
namespace {

using std::chrono::milliseconds;

/// One implementation under test: an endpoint, and links to it.
class House {
 public:
  virtual ~House() = default;
  virtual Endpoint& endpoint() = 0;
  virtual std::unique_ptr<Link> link(const KeyPair& key) = 0;
};

class Sockets final : public House {
 public:
  Sockets() : key_(fresh_key()) {
    ServerOptions options;
    options.addresses = {"tcp://127.0.0.1:*"};
    options.linger = milliseconds(0);
    server_ = *Server::bind(options, key_);
  }
  Endpoint& endpoint() override { return *server_; }
  std::unique_ptr<Link> link(const KeyPair& key) override {
    ClientOptions options;
    options.address = server_->addresses()[0];
    options.brokers = {key_.open};
    options.linger = milliseconds(0);
    options.retry_first = milliseconds(20);
    options.retry_most = milliseconds(100);
    return *Client::connect(options, key);
  }

 private:
  KeyPair key_;
  std::unique_ptr<Server> server_;
};

class InProcess final : public House {
 public:
  Endpoint& endpoint() override { return endpoint_; }
  std::unique_ptr<Link> link(const KeyPair& key) override { return endpoint_.link(key.open); }

 private:
  FakeEndpoint endpoint_;
};

template <class Kind>
class TransportContract : public ::testing::Test {
 protected:
  // Turns both loops until `done`, or fails after five seconds.
  template <class Done>
  bool turn(Link& link, Done done, milliseconds patience = milliseconds(5000)) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!done()) {
      if (std::chrono::steady_clock::now() > until) return false;
      auto at_client = link.poll(milliseconds(1));
      up = at_client->up || (up && !at_client->down);
      for (Bytes& frame : at_client->frames) frames.push_back(std::move(frame));
      auto at_server = house.endpoint().poll(milliseconds(1));
      for (Received& one : at_server->received) received.push_back(std::move(one));
      for (Refused& one : at_server->refused) refused.push_back(std::move(one));
    }
    return true;
  }
  std::uint64_t count(Why why) { return house.endpoint().counts()[static_cast<std::size_t>(why)]; }
  bool is_up(Link& link) {
    return turn(link, [&] { return up; });
  }

  Kind house;
  KeyPair police = fresh_key();
  KeyPair stranger = fresh_key();
  bool up = false;
  std::vector<Bytes> frames;
  std::vector<Received> received;
  std::vector<Refused> refused;
};

using Kinds = ::testing::Types<Sockets, InProcess>;
TYPED_TEST_SUITE(TransportContract, Kinds);

TYPED_TEST(TransportContract, AKnownKeyGetsInAndItsNameIsOnEveryMessage) {
  ASSERT_TRUE(this->house.endpoint().allow({{this->police.open, "police/1"}}));
  const auto link = this->house.link(this->police);
  ASSERT_TRUE(this->is_up(*link));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(link->send("frame " + std::to_string(i)));
  ASSERT_TRUE(this->turn(*link, [&] { return this->received.size() == 100; }));
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(this->received[i].client, "police/1");
    EXPECT_EQ(this->received[i].frame, "frame " + std::to_string(i));
    EXPECT_EQ(this->received[i].connection, this->received[0].connection);
  }
}

TYPED_TEST(TransportContract, AnUnknownKeyDoesNot) {
  ASSERT_TRUE(this->house.endpoint().allow({{this->police.open, "police/1"}}));
  const auto link = this->house.link(this->stranger);
  ASSERT_TRUE(
      this->turn(*link, [&] { return this->count(Why::UnknownKey) > 0 && link->trouble() == Trouble::NotAdmitted; }));
  EXPECT_FALSE(this->up);
  EXPECT_FALSE(link->send("let me in"));
  ASSERT_FALSE(this->refused.empty());
  EXPECT_EQ(this->refused[0].key, this->stranger.open.hex());
}

TYPED_TEST(TransportContract, NobodyGetsInBeforeThereIsAList) {
  const auto link = this->house.link(this->police);
  ASSERT_TRUE(this->turn(*link, [&] { return this->count(Why::UnknownKey) > 0; }));
  EXPECT_FALSE(this->up);
}

TYPED_TEST(TransportContract, AKeyThatIsListedLaterGetsInLater) {
  const auto link = this->house.link(this->police);
  ASSERT_TRUE(this->turn(*link, [&] { return this->count(Why::UnknownKey) > 0; }));
  ASSERT_TRUE(this->house.endpoint().allow({{this->police.open, "police/1"}}));
  EXPECT_TRUE(this->is_up(*link));
}

TYPED_TEST(TransportContract, AnswersReachTheConnectionThatAsked) {
  ASSERT_TRUE(this->house.endpoint().allow({{this->police.open, "police/1"}}));
  const auto link = this->house.link(this->police);
  ASSERT_TRUE(this->is_up(*link));
  ASSERT_TRUE(link->send(Bytes(100'000, 'q')));
  ASSERT_TRUE(this->turn(*link, [&] { return !this->received.empty(); }));
  ASSERT_TRUE(this->house.endpoint().send(this->received[0].connection, Bytes(200'000, 'a')));
  ASSERT_TRUE(this->turn(*link, [&] { return !this->frames.empty(); }));
  EXPECT_EQ(this->frames[0], Bytes(200'000, 'a'));
}

TYPED_TEST(TransportContract, TheNextMessageOfARevokedKeyIsRefused) {
  auto& endpoint = this->house.endpoint();
  ASSERT_TRUE(endpoint.allow({{this->police.open, "police/1"}}));
  const auto link = this->house.link(this->police);
  ASSERT_TRUE(this->is_up(*link));
  ASSERT_TRUE(link->send("before"));
  ASSERT_TRUE(this->turn(*link, [&] { return this->received.size() == 1; }));
  ASSERT_TRUE(endpoint.allow({}));
  const auto sent = endpoint.send(this->received[0].connection, "to a revoked key");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, code::kGone);
  ASSERT_TRUE(link->send("after"));
  ASSERT_TRUE(this->turn(*link, [&] { return this->count(Why::Revoked) == 1; }));
  EXPECT_EQ(this->received.size(), 1u);
  EXPECT_TRUE(this->frames.empty());
}

TYPED_TEST(TransportContract, OneOfTwoKeysIsRevokedAndTheOtherStays) {
  auto& endpoint = this->house.endpoint();
  const KeyPair second = fresh_key();
  ASSERT_TRUE(endpoint.allow({{this->police.open, "police/1"}, {second.open, "police/1"}}));
  const auto old_link = this->house.link(this->police);
  ASSERT_TRUE(this->is_up(*old_link));
  this->up = false;
  const auto new_link = this->house.link(second);
  ASSERT_TRUE(this->is_up(*new_link));
  ASSERT_TRUE(endpoint.allow({{second.open, "police/1"}}));
  ASSERT_TRUE(old_link->send("old key"));
  ASSERT_TRUE(this->turn(*old_link, [&] { return this->count(Why::Revoked) == 1; }));
  ASSERT_TRUE(new_link->send("new key"));
  ASSERT_TRUE(this->turn(*new_link, [&] { return this->received.size() == 1; }));
  EXPECT_EQ(this->received[0].frame, "new key");
}

TYPED_TEST(TransportContract, NothingIsSentToAConnectionThatIsNot) {
  const auto sent = this->house.endpoint().send({42}, "hello");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().fault, Fault::Unavailable);
  EXPECT_EQ(sent.error().code, code::kGone);
}

TYPED_TEST(TransportContract, NothingIsSentToAConnectionThatEnded) {
  auto& endpoint = this->house.endpoint();
  ASSERT_TRUE(endpoint.allow({{this->police.open, "police/1"}}));
  auto link = this->house.link(this->police);
  ASSERT_TRUE(this->is_up(*link));
  ASSERT_TRUE(link->send("I was here"));
  ASSERT_TRUE(this->turn(*link, [&] { return this->received.size() == 1; }));
  link.reset();
  bool gone = false;
  for (int i = 0; i < 500 && !gone; ++i) {
    gone = !endpoint.send(this->received[0].connection, "anybody there?");
    std::this_thread::sleep_for(milliseconds(2));
  }
  EXPECT_TRUE(gone);
}

TYPED_TEST(TransportContract, NothingIsSentWithoutALink) {
  const auto link = this->house.link(this->police);
  const auto sent = link->send("too early");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, code::kGone);
}

TYPED_TEST(TransportContract, WhatIsLargerThanAMessageMayBeIsNotSent) {
  const auto link = this->house.link(this->police);
  const auto sent = link->send(Bytes((1u << 20) + 1, 'x'));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, code::kLimit);
}

TYPED_TEST(TransportContract, APollEndsWhenItIsWoken) {
  auto& endpoint = this->house.endpoint();
  const auto link = this->house.link(this->police);
  for (Waiting* end : {static_cast<Waiting*>(&endpoint), static_cast<Waiting*>(link.get())}) {
    const auto before = std::chrono::steady_clock::now();
    std::thread waker([&] {
      std::this_thread::sleep_for(milliseconds(20));
      end->wake();
    });
    bool woken = false;
    while (!woken && std::chrono::steady_clock::now() - before < milliseconds(4000)) {
      woken = end == link.get() ? link->poll(milliseconds(5000))->woken : endpoint.poll(milliseconds(5000))->woken;
    }
    waker.join();
    EXPECT_TRUE(woken);
    EXPECT_LT(std::chrono::steady_clock::now() - before, milliseconds(4000));
  }
}

TYPED_TEST(TransportContract, EveryPollEndsOnceInterrupted) {
  auto& endpoint = this->house.endpoint();
  endpoint.interrupt();
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(endpoint.poll(milliseconds(5000))->interrupted);
  EXPECT_LT(std::chrono::steady_clock::now() - before, milliseconds(1000));
}

TYPED_TEST(TransportContract, WatchedDescriptorsEndAPollUntilTheyAreUnwatched) {
  auto& endpoint = this->house.endpoint();
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  endpoint.watch(ends[0]);
  EXPECT_TRUE(endpoint.poll(milliseconds(0))->ready.empty());
  ASSERT_EQ(write(ends[1], "x", 1), 1);
  EXPECT_EQ(endpoint.poll(milliseconds(5000))->ready, std::vector<int>{ends[0]});
  endpoint.unwatch(ends[0]);
  EXPECT_TRUE(endpoint.poll(milliseconds(0))->ready.empty());
  close(ends[0]);
  close(ends[1]);
}

// Both ends in threads of their own, as programs run them.
TYPED_TEST(TransportContract, FramesKeepTheirOrderBetweenThreads) {
  constexpr int kFrames = 5000;
  auto& endpoint = this->house.endpoint();
  ASSERT_TRUE(endpoint.allow({{this->police.open, "police/1"}}));
  const auto link = this->house.link(this->police);
  std::vector<Bytes> echoed;
  std::thread client([&] {
    int sent = 0;
    bool is_up = false;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (echoed.size() < kFrames && std::chrono::steady_clock::now() < until) {
      auto polled = link->poll(milliseconds(is_up && sent < kFrames ? 0 : 5));
      is_up = is_up || polled->up;
      for (Bytes& frame : polled->frames) echoed.push_back(std::move(frame));
      while (sent < kFrames && is_up && sent < static_cast<int>(echoed.size()) + 500 &&
             link->send(std::to_string(sent)))
        ++sent;
    }
    endpoint.interrupt();
  });
  for (bool over = false; !over;) {
    auto polled = endpoint.poll(milliseconds(100));
    over = polled->interrupted;
    for (Received& one : polled->received) EXPECT_TRUE(endpoint.send(one.connection, std::move(one.frame)));
  }
  client.join();
  ASSERT_EQ(echoed.size(), static_cast<std::size_t>(kFrames));
  for (int i = 0; i < kFrames; ++i) ASSERT_EQ(echoed[static_cast<std::size_t>(i)], std::to_string(i));
}

}  // namespace
}  // namespace concordat::transport
