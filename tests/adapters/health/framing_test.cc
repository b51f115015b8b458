// Frames out of bytes, however they come; acknowledgements in the sender's own writing.
#include "adapters/health/framing.h"

#include "tests/adapters/health/reading.h"

namespace concordat::health::testing {
namespace {

const std::string kMessage = "MSH|^~\\&|EDIS|RBT20|CONC|CE|20260714020800||ADT^A04^ADT_A01|ID-17|P|2.4\rPID|1||7\r";
std::string framed(const std::string& text) { return kStart + text + kEnd + "\r"; }

TEST(Framing, AMessageOverManyPacketsIsOne) {
  Framer framer;
  std::vector<Frame> frames;
  for (const char c : framed(kMessage)) {
    for (Frame& each : framer.feed(std::string(1, c))) frames.push_back(std::move(each));
  }
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].text, kMessage);
  EXPECT_EQ(framer.dropped_bytes(), 0u);
  EXPECT_FALSE(framer.inside());
}

TEST(Framing, TwoMessagesInOnePacketAreTwo) {
  Framer framer;
  EXPECT_EQ(framer.feed(framed(kMessage) + framed(kMessage)).size(), 2u);
  EXPECT_EQ(framer.feed(kStart + kMessage + kEnd + kStart + kMessage + kEnd).size(), 2u) << "without the return behind";
}

TEST(Framing, WhatStandsOutsideIsDroppedAndCounted) {
  Framer framer;
  EXPECT_EQ(framer.feed("GET / HTTP/1.1\r\n" + framed(kMessage) + "xx").size(), 1u);
  EXPECT_EQ(framer.dropped_bytes(), 16u);
}

TEST(Framing, AMessageThatWasBrokenOffIsNeverMixedWithTheNext) {
  Framer framer;
  const auto frames = framer.feed(kStart + kMessage.substr(0, 60) + framed(kMessage));
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].text, kMessage);
  EXPECT_EQ(framer.broken_off(), 1u);
}

TEST(Framing, AnOverLongMessageIsReadToItsEndInLittleRoom) {
  Framer framer(1'000);
  std::vector<Frame> frames = framer.feed(kStart + kMessage);
  for (int n = 0; n < 100; ++n) EXPECT_TRUE(framer.feed(std::string(1'000, 'x')).empty());
  frames = framer.feed(kEnd + std::string("\r") + framed(kMessage));
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_TRUE(frames[0].over_long);
  EXPECT_LE(frames[0].text.size(), 4'096u);
  EXPECT_EQ(unacceptable(frames[0]), "the message is over 4 MiB");
  EXPECT_FALSE(frames[1].over_long) << "and the next is taken";
}

TEST(Answers, EchoTheControlIdInTheSendersOwnSeparators) {
  const std::string plain = acknowledgement(kMessage, Verdict::Accept, "", kNoon, 7);
  EXPECT_EQ(plain, "\x0bMSH|^~\\&|CONC|CE|EDIS|RBT20|20260714120000+0000||ACK^A04|C1784030400000-7|P|2.4\rMSA|AA|ID-17\r\x1c\r");
  const std::string other = acknowledgement("MSH#*!$@#EDIS#F#B#G#2026##ADT*A08#X9#T#2.3\r", Verdict::Accept, "", kNoon, 8);
  EXPECT_TRUE(has(other, "MSH#*!$@#B#G#EDIS#F#")) << other;
  EXPECT_TRUE(has(other, "\rMSA#AA#X9\r")) << other;
}

TEST(Answers, ErrorsSayWhyWithoutAnythingOfTheMessage) {
  const std::string again = acknowledgement(kMessage, Verdict::Error, "not taken now: send it again", kNoon, 1);
  EXPECT_TRUE(has(again, "MSA|AE|ID-17\rERR|||207^Application internal error^HL70357|E|||not taken now: send it again\r")) << again;
  const std::string never = acknowledgement("hello", Verdict::Reject, unacceptable({"hello", false}), kNoon, 1);
  EXPECT_TRUE(has(never, "MSH|^~\\&|") && has(never, "\rMSA|AR|\r") && has(never, "there is no MSH segment")) << never;
}

TEST(Answers, OfABatchEchoTheFirstMessage) {
  EXPECT_TRUE(has(acknowledgement("FHS|^~\\&|A\rBHS|^~\\&|A\r" + kMessage + "BTS|1\r", Verdict::Accept, "", kNoon, 1), "MSA|AA|ID-17\r"));
}

TEST(Answers, NeverHoldWhatEndsAFrame) {
  const std::string text = "MSH|^~\\&|a\x1c|b\x0b|c|d|e||ADT^A01|id\x1cx|P|2.4\r";
  const std::string answer = acknowledgement(text, Verdict::Accept, "", kNoon, 1);
  EXPECT_EQ(answer.find(kEnd), answer.size() - 2);
  EXPECT_EQ(answer.rfind(kStart), 0u);
}

TEST(Answers, OnlyWhatIsNoHl7CanNeverBeTaken) {
  EXPECT_EQ(unacceptable({kMessage, false}), "");
  EXPECT_EQ(unacceptable({"\xef\xbb\xbf" + kMessage, false}), "");
  EXPECT_EQ(unacceptable({"MSH|^~\\&|\r", false}), "") << "poor, and for the quarantine";
  EXPECT_EQ(unacceptable({"", false}), "the frame is empty");
  EXPECT_TRUE(has(unacceptable({"PID|1", false}), "no MSH"));
  EXPECT_EQ(unacceptable({"MSH|||||", false}), "");
  const std::string bad = "MSH|aaaa|A\rPID|1\r";
  EXPECT_TRUE(has(unacceptable({bad, false}), "separators"));
  EXPECT_EQ(unacceptable({"BHS|^~\\&|A\r" + bad + kMessage + "BTS|2\r", false}), "") << "a batch is not lost for one of its messages";
}

}  // namespace
}  // namespace concordat::health::testing
