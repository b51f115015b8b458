// The bounded channel: full means Busy to the sender, closed means no more, nothing is lost or doubled between threads.
#include "proto/base/channel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <set>
#include <thread>
#include <vector>

namespace concordat {
namespace {

using namespace std::chrono_literals;

TEST(Channel, FullIsRefusedAndTheValueStaysWithTheSender) {
  Channel<std::unique_ptr<int>> channel(1);
  EXPECT_TRUE(channel.try_send(std::make_unique<int>(1)));
  auto second = std::make_unique<int>(2);
  EXPECT_FALSE(channel.try_send(second));
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(**channel.receive(), 1);
  EXPECT_TRUE(channel.try_send(second));
  EXPECT_EQ(second, nullptr);
}

TEST(Channel, KeepsOrder) {
  Channel<int> channel(3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(channel.try_send(i));
  EXPECT_EQ(channel.size(), 3u);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(channel.receive(), i);
  EXPECT_EQ(channel.receive(), std::nullopt);
}

TEST(Channel, ReceiveIsPatientForAsLongAsItIsTold) {
  Channel<int> channel(1);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(channel.receive(20ms), std::nullopt);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 20ms);
}

TEST(Channel, ClosedTakesNothingAndGivesWhatIsInside) {
  Channel<int> channel(2);
  EXPECT_TRUE(channel.try_send(1));
  channel.close();
  EXPECT_TRUE(channel.closed());
  EXPECT_FALSE(channel.try_send(2));
  EXPECT_FALSE(channel.send(3));
  EXPECT_EQ(channel.receive(1s), 1);
  EXPECT_EQ(channel.receive(1s), std::nullopt) << "at once, not after a second";
}

TEST(Channel, ClosingFreesASenderThatWaits) {
  Channel<int> channel(1);
  EXPECT_TRUE(channel.try_send(1));
  std::atomic<bool> sent = true;
  std::thread sender([&] { sent = channel.send(2); });
  std::this_thread::sleep_for(10ms);
  channel.close();
  sender.join();
  EXPECT_FALSE(sent);
}

TEST(Channel, BetweenThreadsNothingIsLostOrDoubled) {
  constexpr int kEach = 2000;
  Channel<int> channel(16);
  std::vector<std::thread> senders;
  for (int from : {0, kEach, 2 * kEach}) {
    senders.emplace_back([&channel, from] {
      for (int i = 0; i < kEach; ++i) EXPECT_TRUE(channel.send(from + i));
    });
  }
  std::multiset<int> got;
  while (got.size() < 3 * kEach) {
    const auto value = channel.receive(5s);
    ASSERT_TRUE(value);
    got.insert(*value);
  }
  for (std::thread& sender : senders) sender.join();
  for (int i = 0; i < 3 * kEach; ++i) ASSERT_EQ(got.count(i), 1u) << i;
}

}  // namespace
}  // namespace concordat
