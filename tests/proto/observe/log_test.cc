// The log: lines are whole, bounded per call site and on disk, and cannot be forged by what they quote.
#include "proto/observe/log.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <type_traits>

namespace concordat::observe {
namespace {

class Kept final : public Sink {
 public:
  void write(Level, std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

class SetClock final : public Clock {
 public:
  Instant now() override { return at; }
  Instant at = instant_of(1'784'000'000'000);
};

class LogTest : public testing::Test {
 protected:
  Kept sink;
  SetClock clock;
  Log log{sink, clock, Level::Info, Limit{.lines = 3, .window = Milliseconds(1000)}};

  void knock(int times) {
    for (int i = 0; i < times; ++i) log.warning("refused", {{"client", "x"}});
  }
};

TEST_F(LogTest, ALineIsTimeLevelWhatAndFields) {
  log.info("session opened", {{"client", "cheshire-constabulary/incidents"}, {"events", 4}, {"live", false}});
  ASSERT_EQ(sink.lines.size(), 1u);
  EXPECT_EQ(sink.lines[0],
            "2026-07-14T03:33:20.000Z info \"session opened\" client=cheshire-constabulary/incidents events=4 live=no");
}

TEST_F(LogTest, AValueCannotForgeALineOrAField) {
  log.info("frame", {{"client", "a\nb code=\"x\""}});
  EXPECT_EQ(sink.lines[0], "2026-07-14T03:33:20.000Z info frame client=\"a\\x0ab code=\\\"x\\\"\"");
}

TEST_F(LogTest, ALongValueIsCut) {
  log.info("frame", {{"client", std::string(5000, 'a')}});
  EXPECT_LT(sink.lines[0].size(), Field::kValueBytesMax + 100);
  EXPECT_NE(sink.lines[0].find("…"), std::string::npos);
}

TEST_F(LogTest, BelowTheLevelNothingIsWritten) {
  log.debug("detail");
  EXPECT_TRUE(sink.lines.empty());
}

TEST_F(LogTest, OneCallSiteCannotFillTheDisk) {
  knock(1000);
  EXPECT_EQ(sink.lines.size(), 3u);
}

TEST_F(LogTest, AnAlarmIsNeverSuppressed) {
  for (int n = 0; n < 100; ++n) log.alarm("somebody must see to it", {{"event", n}});
  ASSERT_EQ(sink.lines.size(), 100u);
  EXPECT_EQ(sink.lines[99], "2026-07-14T03:33:20.000Z error \"somebody must see to it\" event=99");
}

TEST_F(LogTest, WhatWasSuppressedIsCountedInTheNextWindow) {
  knock(10);
  clock.at += Milliseconds(1000);
  knock(1);
  ASSERT_EQ(sink.lines.size(), 5u);
  EXPECT_NE(sink.lines[3].find("\"lines suppressed\" count=7 site=log_test.cc:"), std::string::npos) << sink.lines[3];
}

TEST_F(LogTest, SettleReportsASiteThatFellSilent) {
  knock(5);
  log.settle();
  EXPECT_EQ(sink.lines.size(), 3u) << "the window has not ended";
  clock.at += Milliseconds(1000);
  log.settle();
  EXPECT_EQ(sink.lines.size(), 4u);
  log.settle();
  EXPECT_EQ(sink.lines.size(), 4u) << "reported once";
}

TEST_F(LogTest, ANoisySiteDoesNotSilenceAnother) {
  knock(1000);
  log.error("store failed", Error{Fault::Corrupt, code::kChain, "sequence 7"});
  EXPECT_EQ(sink.lines.back(), "2026-07-14T03:33:20.000Z error \"store failed\" code=E-CHAIN detail=\"sequence 7\"");
}

TEST_F(LogTest, AClockSetBackDoesNotSilence) {
  knock(3);
  clock.at -= Milliseconds(60'000);
  knock(1);
  EXPECT_EQ(sink.lines.size(), 4u);
}

TEST_F(LogTest, TheEndReportsWhatIsLeft) {
  {
    Log other{sink, clock, Level::Info, Limit{.lines = 1, .window = Milliseconds(1000)}};
    for (int i = 0; i < 3; ++i) other.info("again");
  }
  ASSERT_EQ(sink.lines.size(), 2u);
  EXPECT_NE(sink.lines[1].find("count=2"), std::string::npos);
}

using ASecret = Secret<struct ATag, 32>;
static_assert(!std::is_constructible_v<Field, std::string_view, const ASecret&>, "a secret never becomes a field");

TEST(LogFile, IsRotatedAndBounded) {
  char folder[] = "/tmp/concordat-log-XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  const std::string path = std::string(folder) + "/broker.log";
  {
    auto sink = sink_to_file(path, 2000, 2);
    ASSERT_TRUE(sink);
    for (int i = 0; i < 1000; ++i) (*sink)->write(Level::Info, std::string(100, 'x'));
  }
  std::uintmax_t bytes = 0;
  using std::filesystem::perms;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    bytes += file.file_size();
    EXPECT_EQ(file.status().permissions(), perms::owner_read | perms::owner_write | perms::group_read) << "logs name events and clients: not for others";
  }
  EXPECT_GT(bytes, 2000u);
  EXPECT_LE(bytes, 6000u);
  std::filesystem::remove_all(folder);
}

TEST(LogFile, ThatCannotBeWrittenIsAnError) {
  const auto sink = sink_to_file("/proc/concordat/none.log");
  ASSERT_FALSE(sink);
  EXPECT_EQ(sink.error().code, code::kConfig);
}

}  // namespace
}  // namespace concordat::observe
