// The rules of one desk's mailbox, each with its state as one line of text.
#include <gtest/gtest.h>

#include "broker/core/mailbox.h"
#include "proto/base/fields.h"

namespace concordat::broker {
namespace {

using std::chrono::seconds;

constexpr std::uint8_t kUrgent = 1, kRoutine = 2, kBulk = 3;

class MailboxTest : public ::testing::Test {
 protected:
  std::uint64_t put(std::uint8_t lane = kRoutine, std::uint64_t after = 0, std::uint32_t bytes = 100) {
    const std::uint64_t delivery = mailbox.next_delivery();
    MailboxEntry entry;
    entry.sequence = 1000 + delivery;
    entry.lane = lane;
    entry.after = after;
    entry.bytes = bytes;
    mailbox.put(delivery, entry);
    return delivery;
  }
  std::vector<std::uint64_t> next(std::size_t messages = 100, std::size_t bytes = 1u << 20) { return mailbox.next(messages, bytes); }
  /// Hands over whatever waits, as deliver does.
  void hand_over(std::size_t messages = 100) {
    for (const auto delivery : next(messages)) {
      mailbox.lease(delivery, now + kLease);
      mailbox.mark_handed(delivery);
    }
  }
  std::vector<std::uint64_t> wait(Milliseconds time) {
    now += time;
    return mailbox.pass_time(now);
  }
  std::string line() const { return mailbox.line(); }

  Mailbox mailbox;
  Instant now = instant_of(1'000'000);
};

TEST_F(MailboxTest, UrgentGoesBeforeRoutineAndRoutineBeforeBulk) {
  put(kBulk);
  put(kRoutine);
  put(kUrgent);
  put(kRoutine);
  EXPECT_EQ(next(), (std::vector<std::uint64_t>{3, 2, 4, 1}));
  EXPECT_EQ(line(), "ready 3 2 4 1 | leased | resting | held | parked");
}

TEST_F(MailboxTest, FirstOffersOfALaneLeaveInDeliveryOrder) {
  for (int i = 0; i < 5; ++i) put();
  EXPECT_EQ(next(2), (std::vector<std::uint64_t>{1, 2}));
  hand_over(2);
  EXPECT_EQ(next(), (std::vector<std::uint64_t>{3, 4, 5}));
}

TEST_F(MailboxTest, CreditBoundsMessagesAndBytes) {
  put(kRoutine, 0, 600);
  put(kRoutine, 0, 600);
  EXPECT_EQ(next(100, 1200).size(), 2u);
  EXPECT_EQ(next(100, 1199).size(), 1u);
  EXPECT_EQ(next(1, 1200).size(), 1u);
  EXPECT_TRUE(next(0).empty());
}

TEST_F(MailboxTest, OneDeliveryAlwaysFitsHoweverLarge) {
  put(kRoutine, 0, 1'000'000);
  EXPECT_EQ(next(1, 10), (std::vector<std::uint64_t>{1}));
}

TEST_F(MailboxTest, LookingChangesNothing) {
  put();
  next();
  EXPECT_EQ(line(), "ready 1 | leased | resting | held | parked");
}

TEST_F(MailboxTest, ExpiredLeasesRestAndThenRegainTheirPlacesInLine) {
  put();
  put();
  put();
  hand_over(2);
  EXPECT_EQ(line(), "ready 3 | leased 1 2 | resting | held | parked");
  wait(kLease - Milliseconds(1));
  EXPECT_EQ(line(), "ready 3 | leased 1 2 | resting | held | parked");
  wait(Milliseconds(1));
  EXPECT_EQ(line(), "ready 3 | leased | resting 1 2 | held | parked");
  wait(2 * kBackOffFirst);
  EXPECT_EQ(line(), "ready 1 2 3 | leased | resting | held | parked");
}

TEST_F(MailboxTest, EachRestIsLongerUpToABound) {
  put();
  Milliseconds before{0};
  for (int attempt = 1; attempt < kAttemptsMax; ++attempt) {
    hand_over();
    wait(kLease);
    const Milliseconds rest = *mailbox.next_event() - now;
    EXPECT_GT(rest, before) << "attempt " << attempt;
    EXPECT_LE(rest, kBackOffMax);
    before = rest;
    wait(rest);
  }
}

TEST_F(MailboxTest, TriedTooOftenIsDueForParkingAndNotBefore) {
  put();
  for (int attempt = 1; attempt <= kAttemptsMax; ++attempt) {
    hand_over();
    const auto to_park = wait(kLease);
    EXPECT_EQ(to_park.size(), attempt == kAttemptsMax ? 1u : 0u);
    if (attempt < kAttemptsMax) wait(kBackOffMax);
  }
  mailbox.park(1);
  EXPECT_EQ(line(), "ready | leased | resting | held | parked 1");
  EXPECT_FALSE(mailbox.next_event());
}

TEST_F(MailboxTest, ARetriedDeliveryHasAllItsTriesAgain) {
  put();
  for (int attempt = 1; attempt <= kAttemptsMax; ++attempt) {
    hand_over();
    wait(kLease);
    if (attempt < kAttemptsMax) wait(kBackOffMax);
  }
  mailbox.park(1);
  mailbox.retry(1);
  EXPECT_EQ(line(), "ready 1 | leased | resting | held | parked");
  EXPECT_EQ(mailbox.lease(1, now + kLease), 1);
}

TEST_F(MailboxTest, OnlyWhatIsParkedIsRetried) {
  put();
  hand_over();
  mailbox.retry(1);
  EXPECT_EQ(line(), "ready | leased 1 | resting | held | parked");
}

TEST_F(MailboxTest, AcknowledgedIsGoneWhereverItWas) {
  for (int i = 0; i < 4; ++i) put();
  hand_over(1);
  wait(kLease);
  hand_over(1);
  mailbox.park(4);
  EXPECT_EQ(line(), "ready 3 | leased 2 | resting 1 | held | parked 4");
  for (std::uint64_t delivery = 1; delivery <= 4; ++delivery) EXPECT_TRUE(mailbox.close(delivery));
  EXPECT_EQ(line(), "ready | leased | resting | held | parked");
  EXPECT_EQ(mailbox.size(), 0u);
  EXPECT_FALSE(mailbox.next_event());
}

TEST_F(MailboxTest, AnAcknowledgementSaidTwiceIsNoError) {
  put();
  hand_over();
  EXPECT_TRUE(mailbox.close(1));
  EXPECT_FALSE(mailbox.close(1));
}

TEST_F(MailboxTest, ACorrectionWaitsForItsOriginal) {
  put();
  hand_over();
  put(kUrgent, 1);
  put(kRoutine);
  EXPECT_EQ(line(), "ready 3 | leased 1 | resting | held 2 | parked");
  mailbox.close(1);
  EXPECT_EQ(line(), "ready 2 3 | leased | resting | held | parked");
}

TEST_F(MailboxTest, ParkingBlocksOnlyTheSuccessorsOfItsEvent) {
  put();
  hand_over();
  put(kRoutine, 1);
  put();
  mailbox.park(1);
  EXPECT_EQ(line(), "ready 3 | leased | resting | held 2 | parked 1");
}

TEST_F(MailboxTest, AHeldDeliveryThatGoesIsForgottenByWhatItWaitedFor) {
  put();
  hand_over();
  put(kRoutine, 1);
  mailbox.close(2);
  mailbox.close(1);
  EXPECT_EQ(line(), "ready | leased | resting | held | parked");
}

TEST_F(MailboxTest, TheEndOfASessionReturnsItsLeasesAtOnce) {
  put();
  put();
  hand_over();
  EXPECT_TRUE(mailbox.release_all(now).empty());
  EXPECT_EQ(line(), "ready 1 2 | leased | resting | held | parked");
  EXPECT_FALSE(mailbox.next_event());
  EXPECT_EQ(mailbox.lease(1, now + kLease), 2) << "an attempt that ended with the session was one";
}

TEST_F(MailboxTest, WhatEndsEverySessionRestsGoesAloneAndIsParkedInTheEnd) {
  put();
  put();
  hand_over();
  mailbox.release_all(now);
  hand_over();
  mailbox.release_all(now);
  EXPECT_EQ(line(), "ready | leased | resting 1 2 | held | parked") << "the second time it rests first";
  put(kUrgent);
  EXPECT_EQ(next(), (std::vector<std::uint64_t>{3})) << "nothing else waits for it";
  hand_over();
  wait(Milliseconds(10'000));
  EXPECT_TRUE(next().empty()) << "what goes alone waits until the desk has answered";
  mailbox.close(3);
  std::vector<std::uint64_t> to_park;
  for (int attempt = 3; attempt <= kAttemptsMax; ++attempt) {
    EXPECT_EQ(next(), (std::vector<std::uint64_t>{1})) << "alone, attempt " << attempt;
    hand_over();
    EXPECT_TRUE(next().empty());
    to_park = mailbox.release_all(now);
    mailbox.pass_time(now += kBackOffMax);
  }
  EXPECT_EQ(to_park, (std::vector<std::uint64_t>{1}));
  mailbox.park(1);
  EXPECT_EQ(next(), (std::vector<std::uint64_t>{2})) << "its companion was only unlucky, and has tries left";
  hand_over();
  EXPECT_TRUE(mailbox.close(2));
  EXPECT_EQ(line(), "ready | leased | resting | held | parked 1");
}

TEST_F(MailboxTest, WhatWasHandedOverIsNotReplacedAndWhatWaitsIs) {
  put();
  put();
  hand_over(1);
  EXPECT_FALSE(mailbox.unhanded(1001));
  EXPECT_EQ(mailbox.open_delivery(1001), 1u);
  EXPECT_EQ(mailbox.unhanded(1002), 2u);
  EXPECT_FALSE(mailbox.unhanded(1003));
  mailbox.close(1);
  EXPECT_FALSE(mailbox.open_delivery(1001));
}

TEST_F(MailboxTest, EncodingChangesNothing) {
  put();
  put();
  put(kUrgent, 1);
  hand_over(1);
  const std::string before = line();
  const Bytes bytes = encode_fields(mailbox);
  EXPECT_EQ(line(), before);
  EXPECT_EQ(encode_fields(mailbox), bytes);
  EXPECT_EQ(mailbox.next_event(), now + kLease);
}

TEST_F(MailboxTest, ASnapshotKeepsEverythingButTheSession) {
  put();
  hand_over();
  put(kUrgent, 1);
  put(kBulk);
  put();
  mailbox.park(4);
  Mailbox again;
  ASSERT_TRUE(decode_fields(encode_fields(mailbox), again));
  again.restore();
  EXPECT_EQ(again.line(), "ready 1 3 | leased | resting | held 2 | parked 4");
  EXPECT_EQ(again.next_delivery(), 5u);
  EXPECT_FALSE(again.unhanded(1001)) << "what may have gone stays so";
  EXPECT_EQ(encode_fields(again), encode_fields(mailbox));
}

}  // namespace
}  // namespace concordat::broker
