// The broker's time follows the machine's clock as far as that can be the time.
#include "broker/trusted_clock.h"

#include <gtest/gtest.h>

namespace concordat::broker {
namespace {

using namespace std::chrono_literals;

class Hand final : public Clock {
 public:
  Instant at = instant_of(1'784'000'000'000);
  Instant now() override { return at; }
};

class TrustedClockTest : public ::testing::Test {
 protected:
  void pass(Milliseconds time) { wall.at += time, steady.at += time; }
  Hand wall, steady;
  const Instant began = wall.at;
};

TEST_F(TrustedClockTest, ItIsTheMachinesClock) {
  TrustedClock clock(wall, steady, {});
  pass(90s);
  EXPECT_EQ(clock.now(), wall.at);
  wall.at += 4min;  // set right by a little
  EXPECT_EQ(clock.now(), wall.at);
  EXPECT_EQ(clock.ahead(), 0ms);
}

TEST_F(TrustedClockTest, AJumpForwardIsNotFollowedAndTimeGoesOn) {
  TrustedClock clock(wall, steady, {});
  wall.at += 24h * 400;
  EXPECT_EQ(clock.now(), began);
  EXPECT_EQ(clock.ahead(), 24h * 400);
  pass(15min);
  EXPECT_EQ(clock.now(), began + 15min) << "a quarter of an hour is one whatever the clock says";
  wall.at = began + 15min;
  EXPECT_EQ(clock.now(), began + 15min);
  EXPECT_EQ(clock.ahead(), 0ms) << "set right again, nothing remains of it";
}

TEST_F(TrustedClockTest, AJumpBackStopsNoClock) {
  TrustedClock clock(wall, steady, {});
  wall.at -= 1h;
  pass(15min);
  EXPECT_EQ(clock.now(), began + 15min);
  EXPECT_EQ(clock.ahead(), -1h);
}

TEST_F(TrustedClockTest, ItNeverGoesBack) {
  TrustedClock clock(wall, steady, {});
  pass(1h);
  const Instant before = clock.now();
  wall.at -= 4min;
  EXPECT_EQ(clock.now(), before);
  pass(1min);
  EXPECT_EQ(clock.now(), before) << "it waits for the machine's clock to come up with it";
}

TEST_F(TrustedClockTest, AfterAStartItGoesOnFromTheNewestRecord) {
  TrustedClock clock(wall, steady, wall.at + 2h);
  pass(10min);
  EXPECT_EQ(clock.now(), began + 2h + 10min);
  EXPECT_EQ(clock.ahead(), -2h);
}

}  // namespace
}  // namespace concordat::broker
