// Group commit: what may leave when, and what the appender does with every answer of the engine.
#include "broker/append/appender.h"

#include <gtest/gtest.h>

#include <deque>

#include "broker/store/memory_engine.h"
#include "tests/support/cast.h"

namespace concordat::broker {
namespace {

using store::Appended;
using store::Fate;

/// Fates as a list, then prompt and honest.
class Scripted final : public store::Behaviour {
 public:
  Fate fate(const store::Group& group) override {
    ids.push_back(group.id);
    if (fates.empty()) return {};
    const Fate next = fates.front();
    fates.pop_front();
    return next;
  }
  std::uint64_t free_bytes() override { return free; }
  std::deque<Fate> fates;
  std::vector<GroupId> ids;
  std::uint64_t free = std::uint64_t{1} << 40;
};

class AppenderTest : public ::testing::Test {
 protected:
  void put(int records, int effects, bool essential = false) {
    Output out;
    for (int i = 0; i < records; ++i) out.records.push_back(record(essential));
    for (int i = 0; i < effects; ++i) out.effects.push_back(CloseSession{++effects_});
    appender.take(std::move(out));
  }
  PendingRecord record(bool essential) {
    PendingRecord record;
    record.sequence = ++sequence_;
    record.bucket = {1u << 24};
    wire::Body body = wire::RefusalsCounted{"client", 1, {}};
    if (essential) body = wire::Acknowledged{};
    record.body = std::make_shared<const wire::Body>(std::move(body));
    return record;
  }
  /// "1 2 | durable 3", or the error's code.
  std::string pump() {
    engine.tick();
    const auto released = appender.pump(Milliseconds(0));
    if (!released) return std::string(released.error().code.name);
    std::string line;
    for (const Effect& effect : *released) line += std::to_string(std::get<CloseSession>(effect).session) + ' ';
    return line + "| durable " + std::to_string(appender.durable().sequence);
  }

  store::MemoryDisk disk;
  Scripted behaviour;
  store::MemoryEngine engine{disk, behaviour};
  test::MemoryKeys keys{1};
  test::DiceEntropy entropy{1};
  Protector protector{test::kBroker, keys, entropy, {}};
  Appender appender{engine, protector, entropy};

 private:
  Sequence sequence_ = 0;
  SessionId effects_ = 0;
};

TEST_F(AppenderTest, EffectsWaitForTheirGroup) {
  put(2, 1);
  EXPECT_EQ(pump(), "| durable 0");
  EXPECT_EQ(pump(), "1 | durable 2");
  EXPECT_TRUE(appender.idle());
}

TEST_F(AppenderTest, EffectsWithoutRecordsWaitForEveryEarlierGroup) {
  put(1, 0);
  pump();
  put(0, 1);
  EXPECT_EQ(pump(), "1 | durable 1");
  put(0, 1);
  EXPECT_EQ(pump(), "2 | durable 1") << "nothing is before it: it goes at once";
}

TEST_F(AppenderTest, WhatGathersWhileAGroupFliesIsTheNextGroup) {
  behaviour.fates = {{.ticks = 3}, {.ticks = 1}};
  put(1, 1);
  EXPECT_EQ(pump(), "| durable 0");
  put(2, 1);
  put(3, 1);
  EXPECT_EQ(pump(), "| durable 0");
  EXPECT_EQ(pump(), "| durable 0");
  EXPECT_EQ(pump(), "1 | durable 1");
  EXPECT_EQ(pump(), "2 3 | durable 6");
  EXPECT_EQ(behaviour.ids.size(), 2u);
}

TEST_F(AppenderTest, AnUnknownGroupIsTriedAgainUnderItsIdAndNothingLeavesMeanwhile) {
  for (const bool landed : {false, true}) {
    behaviour.ids.clear();
    behaviour.fates = {{.lands = landed, .told = Appended::Unknown}, {.lands = landed, .told = Appended::Unknown}};
    const Sequence before = appender.durable().sequence;
    put(2, 1);
    EXPECT_EQ(pump(), "| durable " + std::to_string(before));
    EXPECT_EQ(pump(), "| durable " + std::to_string(before));
    EXPECT_EQ(pump(), "| durable " + std::to_string(before));
    EXPECT_NE(pump().find("| durable " + std::to_string(before + 2)), std::string::npos);
    for (const GroupId& id : behaviour.ids) EXPECT_EQ(id, behaviour.ids[0]);
    EXPECT_EQ(disk.rows.size(), before + 2) << "once in the log, whether or not the first try had landed";
  }
}

TEST_F(AppenderTest, AFencedOrFailedGroupIsTheEndAndNothingLeaves) {
  behaviour.fates = {{.told = Appended::Fenced}};
  put(1, 1);
  pump();
  EXPECT_EQ(pump(), "E-FENCED");
}

TEST_F(AppenderTest, AFailedGroupIsTheEndEvenIfItLanded) {
  behaviour.fates = {{.lands = true, .told = Appended::Failed}};
  put(1, 1);
  pump();
  EXPECT_EQ(pump(), "E-STORE");
}

TEST_F(AppenderTest, AnotherWriterFencesThisOne) {
  put(1, 1);
  pump();
  store::MemoryEngine other{disk, behaviour};
  EXPECT_EQ(pump(), "E-FENCED");
}

TEST_F(AppenderTest, AnAnswerThatComesTwiceSaysNothingOfTheNextGroup) {
  behaviour.fates = {{.twice = true}, {.ticks = 5}};
  put(1, 1);
  pump();
  EXPECT_EQ(pump(), "1 | durable 1");
  put(1, 1);
  EXPECT_EQ(pump(), "| durable 1");
  EXPECT_EQ(pump(), "| durable 1");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pump(), "| durable 1");
  EXPECT_EQ(pump(), "2 | durable 2");
}

TEST_F(AppenderTest, AFullDiskIsNoFailureAndTheGroupIsOfferedAgain) {
  behaviour.free = 1;
  put(1, 1);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(pump(), "| durable 0");
  EXPECT_EQ(appender.waiting(), 1u);
  behaviour.free = std::uint64_t{1} << 40;
  pump();
  EXPECT_EQ(pump(), "1 | durable 1");
}

TEST_F(AppenderTest, TheReserveOfTheDiskIsForWhatLetsWorkEnd) {
  behaviour.free = 1;
  put(2, 1, true);
  pump();
  EXPECT_EQ(pump(), "1 | durable 2");
}

TEST_F(AppenderTest, WhatLetsWorkEndWaitsForNothing) {
  behaviour.free = 1;
  put(2, 1);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pump(), "| durable 0") << "what clients add waits for room";
  put(1, 1, true);
  std::string said;
  for (int i = 0; i < 4; ++i) said += pump() + "; ";
  EXPECT_EQ(appender.durable().sequence, 3u) << said << "an acknowledgement behind it takes it along into the reserve";
}

TEST_F(AppenderTest, TheMarkIsThatOfTheChain) {
  put(3, 0);
  pump();
  pump();
  EXPECT_EQ(appender.durable().hash, wire::record_hash(disk.rows.back().stub));
  EXPECT_EQ(disk.head, appender.durable().hash);
  Digest previous;
  for (const store::Row& row : disk.rows) {
    const auto stub = wire::Stub::decode(row.stub);
    ASSERT_TRUE(stub);
    EXPECT_EQ(stub->previous, previous);
    previous = wire::record_hash(row.stub);
  }
}

}  // namespace
}  // namespace concordat::broker
