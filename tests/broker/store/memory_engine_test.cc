// What the engine in memory can be made to do: answer late, twice and Unknown, be fenced, fail, lose and tear.
#include "broker/store/memory_engine.h"

#include "tests/broker/store/rows.h"

namespace concordat::store {
namespace {

class Scripted final : public Behaviour {
 public:
  Fate fate(const Group&) override { return next; }
  Crash crash(const Group&) override { return at_crash; }
  Fate next;
  Crash at_crash = Crash::Lost;
};

class MemoryEngineTest : public testing::Test {
 protected:
  void open() { engine_.emplace(disk_, script_); }
  void SetUp() override { open(); }
  Group hand_over(std::size_t rows) {
    const Group group = chain_.next(*engine_, rows);
    EXPECT_TRUE(engine_->append(group));
    return group;
  }
  void crash() {
    engine_->crash();
    engine_.reset();
    open();
  }
  // "Durable 2 | last 2": the answer that is there, and the log.
  std::string state() {
    static constexpr const char* kNames[] = {"Durable", "Fenced", "Unknown", "Failed"};
    const auto answer = engine_->answer(Milliseconds(0));
    const std::string told = answer ? kNames[static_cast<int>(answer->outcome)] + std::string(" ") + std::to_string(answer->last) : "-";
    return told + " | last " + std::to_string(engine_->last());
  }

  MemoryDisk disk_;
  Scripted script_;
  std::optional<MemoryEngine> engine_;
  Chain chain_;
};

TEST_F(MemoryEngineTest, NothingIsDurableBeforeItsTime) {
  script_.next.ticks = 3;
  hand_over(2);
  engine_->tick();
  engine_->tick();
  EXPECT_EQ(state(), "- | last 0");
  engine_->tick();
  EXPECT_EQ(state(), "Durable 2 | last 2");
}

TEST_F(MemoryEngineTest, AnAnswerMayComeTwice) {
  script_.next.twice = true;
  hand_over(1);
  engine_->tick();
  EXPECT_EQ(state(), "Durable 1 | last 1");
  EXPECT_EQ(state(), "Durable 1 | last 1");
  EXPECT_EQ(state(), "- | last 1");
}

TEST_F(MemoryEngineTest, AnUnknownGroupThatLandedIsNotAppendedAgain) {
  script_.next.told = Appended::Unknown;
  const Group group = hand_over(2);
  engine_->tick();
  EXPECT_EQ(state(), "Unknown 0 | last 2");
  script_.next = {};
  ASSERT_TRUE(engine_->append(group));
  engine_->tick();
  EXPECT_EQ(state(), "Durable 2 | last 2");
}

TEST_F(MemoryEngineTest, AnUnknownGroupThatDidNotLandIsAppendedByTheRetry) {
  script_.next.told = Appended::Unknown;
  script_.next.lands = false;
  const Group group = hand_over(2);
  engine_->tick();
  EXPECT_EQ(state(), "Unknown 0 | last 0");
  script_.next = {};
  ASSERT_TRUE(engine_->append(group));
  engine_->tick();
  EXPECT_EQ(state(), "Durable 2 | last 2");
}

TEST_F(MemoryEngineTest, AFailedEngineStaysFailedUntilReopened) {
  script_.next.told = Appended::Failed;
  script_.next.lands = false;
  const Group group = hand_over(1);
  engine_->tick();
  EXPECT_EQ(state(), "Failed 0 | last 0");
  script_.next = {};
  ASSERT_TRUE(engine_->append(group));
  engine_->tick();
  EXPECT_EQ(state(), "Failed 0 | last 0");
  crash();
  Group again = group;
  again.epoch = engine_->epoch();
  ASSERT_TRUE(engine_->append(again));
  engine_->tick();
  EXPECT_EQ(state(), "Durable 1 | last 1");
}

TEST_F(MemoryEngineTest, OpeningASecondEngineFencesTheFirst) {
  const Group group = chain_.next(*engine_, 1);
  MemoryEngine second(disk_, script_);
  ASSERT_TRUE(engine_->append(group));
  engine_->tick();
  EXPECT_EQ(state(), "Fenced 0 | last 0");
  EXPECT_FALSE(engine_->destroy_bucket(kBucket));
}

TEST_F(MemoryEngineTest, ACrashLosesTearsOrKeepsTheGroupUnderWay) {
  hand_over(4);
  crash();
  EXPECT_EQ(state(), "- | last 0");
  chain_.continue_from({});
  script_.at_crash = Crash::Torn;
  hand_over(4);
  crash();
  EXPECT_EQ(state(), "- | last 0");
  chain_.continue_from({});
  script_.at_crash = Crash::Kept;
  hand_over(4);
  crash();
  EXPECT_EQ(state(), "- | last 4");
  EXPECT_TRUE(check_log(*engine_, {follow_stub, examine_row, std::nullopt, {}}).whole());
}

TEST_F(MemoryEngineTest, ACrashLosesASnapshotUnderWay) {
  hand_over(1);
  engine_->tick();
  ASSERT_TRUE(engine_->put_snapshot(1, "one"));
  crash();
  EXPECT_EQ(engine_->snapshot_applied(), 0u);
}

// One life of a seeded engine as a line; the same seed must give the same line.
std::string life(std::uint64_t seed) {
  MemoryDisk disk;
  SeededBehaviour behaviour(seed, {.unknown = 200, .twice = 200, .fenced = 20, .failed = 50, .lost_at_crash = 500, .ticks_max = 3});
  std::string line;
  for (int lives = 0; lives < 5; ++lives) {
    MemoryEngine engine(disk, behaviour);
    Chain chain;
    chain.continue_from(disk.head);
    for (int n = 0; n < 10; ++n) {
      const Group group = chain.next(engine, 2);
      Appended outcome = commit(engine, group);
      while (outcome == Appended::Unknown) outcome = commit(engine, group);
      while (engine.answer(Milliseconds(0))) line += "=";
      line += "DFUX"[static_cast<int>(outcome)];
      if (outcome != Appended::Durable) break;
    }
    (void)engine.append(chain.next(engine, 2));
    engine.crash();
    line += "," + std::to_string(disk.rows.size()) + " ";
    EXPECT_TRUE(check_log(engine, {follow_stub, examine_row, std::nullopt, {}}).whole()) << "seed " << seed;
  }
  return line;
}

TEST(SeededBehaviourTest, TheSameSeedGivesTheSameLife) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) ASSERT_EQ(life(seed), life(seed)) << "seed " << seed;
  EXPECT_NE(life(1), life(2));
}

}  // namespace
}  // namespace concordat::store
