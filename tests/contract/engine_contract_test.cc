// What every engine promises (broker/store/engine.h), over RocksDB and over memory.
#include <memory>

#include "broker/store/memory_engine.h"
#include "broker/store/rocksdb_engine.h"
#include "tests/broker/store/rows.h"

namespace concordat::store {
namespace {

class MemoryRig {
 public:
  std::unique_ptr<Engine> open() { return std::make_unique<MemoryEngine>(disk_, behaviour_); }
  void leave_free(std::uint64_t bytes) { behaviour_.free = bytes; }
  static void settle(Engine& engine) { static_cast<MemoryEngine&>(engine).tick(); }

 private:
  struct Disk : Behaviour {
    std::uint64_t free_bytes() override { return free; }
    std::uint64_t free = std::uint64_t{1} << 40;
  };
  MemoryDisk disk_;
  Disk behaviour_;
};

class RocksDbRig {
 public:
  std::unique_ptr<Engine> open() {
    RocksDbOptions options;
    options.directory = folder_.path();
    options.checkpoint = folder_.path() + "/checkpoint";
    options.write_buffer_bytes = 256 << 10;
    options.free_bytes = [this] { return free_; };
    auto engine = open_rocksdb(options);
    if (!engine) ADD_FAILURE() << describe(engine.error());
    return engine ? *std::move(engine) : nullptr;
  }
  void leave_free(std::uint64_t bytes) { free_ = bytes; }
  static void settle(Engine&) { ::usleep(1000); }

 private:
  Folder folder_;
  std::uint64_t free_ = std::uint64_t{1} << 40;
};

template <class Rig>
class EngineContract : public testing::Test {
 protected:
  void SetUp() override {
    engine_ = rig_.open();
    ASSERT_TRUE(engine_);
  }
  void reopen() {
    engine_.reset();
    engine_ = rig_.open();
    ASSERT_TRUE(engine_);
  }
  Appended append(std::size_t rows, BucketId bucket = kBucket) { return commit(*engine_, chain_.next(*engine_, rows, bucket)); }
  // "1 2 3! 4x": ! for destroyed, x for one whose parts are not what was written.
  std::string log(Parts parts = Parts::All) const {
    const auto rows = engine_->read(1, 10'000, std::size_t{1} << 30, parts);
    if (!rows) return describe(rows.error());
    std::string line;
    for (const Stored& stored : *rows) {
      line += (line.empty() ? "" : " ") + std::to_string(stored.row.sequence);
      if (stored.destroyed) line += "!";
      if (!stored.destroyed && parts == Parts::All && !examine_row(stored)) line += "x";
    }
    return line;
  }
  void put_snapshot(Sequence applied, Bytes sealed) {
    ASSERT_TRUE(engine_->put_snapshot(applied, std::move(sealed)));
    for (int tries = 0; tries < 5000 && engine_->snapshot_applied() != applied; ++tries) Rig::settle(*engine_);
    ASSERT_EQ(engine_->snapshot_applied(), applied);
  }
  std::string snapshot(Sequence at_most = kSequenceMax) const {
    const auto found = engine_->snapshot(at_most);
    if (!found) return describe(found.error());
    return *found ? std::to_string((*found)->applied) + " " + (*found)->sealed : "none";
  }

  Rig rig_;
  std::unique_ptr<Engine> engine_;
  Chain chain_;
};

using Rigs = testing::Types<MemoryRig, RocksDbRig>;
struct RigNames {
  template <class Rig>
  static std::string GetName(int) { return std::is_same_v<Rig, MemoryRig> ? "Memory" : "RocksDb"; }
};
TYPED_TEST_SUITE(EngineContract, Rigs, RigNames);

TYPED_TEST(EngineContract, AnEmptyLogHasNoRecords) {
  EXPECT_EQ(this->engine_->last(), 0u);
  EXPECT_EQ(this->log(), "");
  EXPECT_EQ(this->engine_->read_one(1, Parts::All).error().code, code::kNotFound);
  EXPECT_EQ(this->snapshot(), "none");
  EXPECT_FALSE(this->engine_->answer(Milliseconds(0)));
}

TYPED_TEST(EngineContract, WhatIsDurableIsReadBackInOrder) {
  EXPECT_EQ(this->append(3), Appended::Durable);
  EXPECT_EQ(this->append(2), Appended::Durable);
  EXPECT_EQ(this->engine_->last(), 5u);
  EXPECT_EQ(this->log(), "1 2 3 4 5");
}

TYPED_TEST(EngineContract, WhatIsDurableSurvivesReopening) {
  for (int group = 0; group < 20; ++group) ASSERT_EQ(this->append(50), Appended::Durable);
  const std::string before = this->log();
  this->reopen();
  EXPECT_EQ(this->log(), before);
  EXPECT_EQ(this->append(1), Appended::Durable);
  EXPECT_EQ(this->engine_->last(), 1001u);
  const CheckReport report = check_log(*this->engine_, {follow_stub, examine_row, std::nullopt, {}});
  EXPECT_TRUE(report.whole());
  EXPECT_EQ(report.head, this->chain_.head());
}

TYPED_TEST(EngineContract, TheAnswerNamesTheGroupAndItsLastRecord) {
  const Group group = this->chain_.next(*this->engine_, 3);
  ASSERT_TRUE(this->engine_->append(group));
  const auto answer = this->engine_->answer(Milliseconds(5000));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->group, group.id);
  EXPECT_EQ(answer->last, 3u);
}

TYPED_TEST(EngineContract, ReadsEndAtTheirBoundsAndAlwaysMakeProgress) {
  ASSERT_EQ(this->append(10), Appended::Durable);
  EXPECT_EQ(this->engine_->read(3, 4, std::size_t{1} << 20, Parts::All)->size(), 4u);
  EXPECT_EQ(this->engine_->read(9, 4, std::size_t{1} << 20, Parts::All)->size(), 2u);
  EXPECT_EQ(this->engine_->read(1, 10, 1, Parts::All)->size(), 1u);
  EXPECT_EQ(this->engine_->read(1, 10, 300, Parts::All)->size(), 2u);
  EXPECT_EQ(this->engine_->read(11, 10, 1, Parts::All)->size(), 0u);
  EXPECT_EQ(this->engine_->read(0, 1, 1, Parts::All)->front().row.sequence, 1u);
}

TYPED_TEST(EngineContract, AReadFetchesNoMoreThanWasAsked) {
  ASSERT_EQ(this->append(1), Appended::Durable);
  const auto stub = this->engine_->read_one(1, Parts::Stub);
  EXPECT_FALSE(stub->row.stub.empty());
  EXPECT_EQ(stub->row.bucket, kBucket);
  EXPECT_TRUE(stub->row.body.empty());
  const auto body = this->engine_->read_one(1, Parts::Body);
  EXPECT_FALSE(body->row.body.empty());
  EXPECT_TRUE(body->row.content.empty());
  EXPECT_FALSE(this->engine_->read_one(1, Parts::All)->row.content.empty());
}

TYPED_TEST(EngineContract, BodyAndContentMayBeEmpty) {
  Group group = this->chain_.next(*this->engine_, 1);
  group.rows[0].body.clear();
  group.rows[0].content.clear();
  ASSERT_EQ(commit(*this->engine_, group), Appended::Durable);
  this->reopen();
  const auto row = this->engine_->read_one(1, Parts::All);
  ASSERT_TRUE(row);
  EXPECT_FALSE(row->destroyed);
  EXPECT_TRUE(row->row.body.empty() && row->row.content.empty());
}

TYPED_TEST(EngineContract, OpeningRaisesTheEpoch) {
  const std::uint64_t before = this->engine_->epoch();
  EXPECT_GT(before, 0u);
  this->reopen();
  EXPECT_EQ(this->engine_->epoch(), before + 1);
}

TYPED_TEST(EngineContract, AnOlderEpochIsFencedForEver) {
  this->reopen();
  Group stale = this->chain_.next(*this->engine_, 1);
  Group good = stale;
  stale.epoch -= 1;
  EXPECT_EQ(commit(*this->engine_, stale), Appended::Fenced);
  EXPECT_EQ(commit(*this->engine_, good), Appended::Fenced);
  EXPECT_EQ(this->engine_->last(), 0u);
}

TYPED_TEST(EngineContract, AGroupThatIsNotNextIsFenced) {
  Group early = this->chain_.next(*this->engine_, 1);
  early.first = early.rows[0].sequence = 2;
  EXPECT_EQ(commit(*this->engine_, early), Appended::Fenced);
  EXPECT_EQ(this->log(), "");
}

TYPED_TEST(EngineContract, ARetryUnderTheSameIdDoesNotAppendTwice) {
  const Group group = this->chain_.next(*this->engine_, 3);
  EXPECT_EQ(commit(*this->engine_, group), Appended::Durable);
  EXPECT_EQ(commit(*this->engine_, group), Appended::Durable);
  EXPECT_EQ(this->log(), "1 2 3");
}

TYPED_TEST(EngineContract, ARetryAfterReopeningDoesNotAppendTwice) {
  Group group = this->chain_.next(*this->engine_, 3);
  EXPECT_EQ(commit(*this->engine_, group), Appended::Durable);
  for (int later = 0; later < 15; ++later) ASSERT_EQ(this->append(1), Appended::Durable);
  this->reopen();
  group.epoch = this->engine_->epoch();
  EXPECT_EQ(commit(*this->engine_, group), Appended::Durable);
  EXPECT_EQ(this->engine_->last(), 18u);
  EXPECT_EQ(this->append(1), Appended::Durable);
}

TYPED_TEST(EngineContract, BelowTheReserveOnlyEssentialGroupsAreTaken) {
  this->rig_.leave_free(1000);
  Group group = this->chain_.next(*this->engine_, 1);
  const auto refused = this->engine_->append(group);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, code::kDisk);
  EXPECT_EQ(refused.error().fault, Fault::Busy);
  EXPECT_TRUE(this->engine_->figures().reserved);
  group.essential = true;
  EXPECT_EQ(commit(*this->engine_, group), Appended::Durable);
  this->rig_.leave_free(std::uint64_t{1} << 40);
  EXPECT_EQ(this->append(1), Appended::Durable);
}

TYPED_TEST(EngineContract, ADestroyedBucketTakesItsBodiesAndNothingElse) {
  ASSERT_EQ(this->append(2, BucketId{1}), Appended::Durable);
  ASSERT_EQ(this->append(2, BucketId{2}), Appended::Durable);
  ASSERT_EQ(this->append(1, BucketId{1}), Appended::Durable);
  ASSERT_TRUE(this->engine_->destroy_bucket(BucketId{1}));
  EXPECT_EQ(this->log(), "1! 2! 3 4 5!");
  EXPECT_TRUE(this->engine_->read_one(1, Parts::All)->row.content.empty());
  EXPECT_FALSE(this->engine_->read_one(1, Parts::Stub)->row.stub.empty());
  EXPECT_TRUE(this->engine_->destroy_bucket(BucketId{1}));
  this->reopen();
  EXPECT_EQ(this->log(), "1! 2! 3 4 5!");
  EXPECT_TRUE(this->engine_->destroyed(BucketId{1}));
  EXPECT_FALSE(this->engine_->destroyed(BucketId{2}));
  const CheckReport report = check_log(*this->engine_, {follow_stub, examine_row, std::nullopt, {}});
  EXPECT_TRUE(report.whole());
  EXPECT_EQ(report.destroyed, 3u);
}

TYPED_TEST(EngineContract, TheNewestSnapshotIsFoundAndTheOneBeforeIt) {
  ASSERT_EQ(this->append(9), Appended::Durable);
  this->put_snapshot(3, "three");
  this->put_snapshot(5, "five");
  this->put_snapshot(9, "nine");
  EXPECT_EQ(this->snapshot(), "9 nine");
  EXPECT_EQ(this->snapshot(8), "5 five");
  EXPECT_EQ(this->snapshot(4), "none");
  this->reopen();
  EXPECT_EQ(this->snapshot(), "9 nine");
  EXPECT_EQ(this->engine_->snapshot_applied(), 9u);
}

TYPED_TEST(EngineContract, ASnapshotOverItsBoundIsRefusedAndWorkGoesOn) {
  ASSERT_EQ(this->append(1), Appended::Durable);
  const auto refused = this->engine_->put_snapshot(1, Bytes(kSnapshotBytesMax + 1, 's'));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, code::kLimit);
  EXPECT_EQ(this->append(1), Appended::Durable);
  this->put_snapshot(2, "two");
  EXPECT_EQ(this->snapshot(), "2 two");
}

TYPED_TEST(EngineContract, AViewHoldsWhatWasDurableAndNothingLater) {
  ASSERT_EQ(this->append(3), Appended::Durable);
  const auto view = this->engine_->view();
  ASSERT_EQ(this->append(2), Appended::Durable);
  ASSERT_TRUE(this->engine_->destroy_bucket(BucketId{1}));
  EXPECT_EQ(view->last(), 3u);
  EXPECT_EQ(view->read(1, 10, 1 << 20, Parts::All)->size(), 3u);
  EXPECT_FALSE(view->destroyed(BucketId{1}));
  EXPECT_FALSE(view->read_one(4, Parts::Stub));
  EXPECT_TRUE(check_log(*view, {follow_stub, examine_row, std::nullopt, {}}).whole());
}

TYPED_TEST(EngineContract, ACheckSaysHowFarItIsAndCanBeEnded) {
  for (int group = 0; group < 3; ++group) ASSERT_EQ(this->append(1000), Appended::Durable);
  std::vector<Sequence> told;
  CheckWith with{follow_stub, examine_row, std::nullopt, [&](Sequence checked) { told.push_back(checked); return true; }};
  EXPECT_TRUE(check_log(*this->engine_, with).whole());
  EXPECT_EQ(told.back(), 3000u);
  EXPECT_GT(told.size(), 2u);
  with.go_on = [](Sequence) { return false; };
  const CheckReport ended = check_log(*this->engine_, with);
  EXPECT_TRUE(ended.ended);
  EXPECT_FALSE(ended.whole()) << "nobody knows";
}

TYPED_TEST(EngineContract, ALargeSnapshotComesBackWholeWhileGroupsGoOn) {
  ASSERT_EQ(this->append(1), Appended::Durable);
  const Bytes large((std::size_t{5} << 20) + 17, 's');
  ASSERT_TRUE(this->engine_->put_snapshot(1, large));
  EXPECT_EQ(this->append(1), Appended::Durable);
  for (int tries = 0; tries < 5000 && this->engine_->snapshot_applied() != 1; ++tries) TypeParam::settle(*this->engine_);
  this->reopen();
  EXPECT_EQ(this->snapshot(), "1 " + large);
}

TYPED_TEST(EngineContract, OneSnapshotIsUnderWayAtATime) {
  ASSERT_EQ(this->append(2), Appended::Durable);
  ASSERT_TRUE(this->engine_->put_snapshot(1, Bytes(std::size_t{64} << 20, 's')));
  const auto second = this->engine_->put_snapshot(2, "two");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().fault, Fault::Busy);
}

TYPED_TEST(EngineContract, ErasureDropsOlderSnapshotsEvenOnesUnderWay) {
  ASSERT_EQ(this->append(9), Appended::Durable);
  this->put_snapshot(3, "three");
  this->put_snapshot(5, "five");
  ASSERT_TRUE(this->engine_->put_snapshot(6, Bytes(std::size_t{8} << 20, 's')));
  ASSERT_TRUE(this->engine_->drop_snapshots_before(9));
  for (int wait = 0; wait < 50; ++wait) TypeParam::settle(*this->engine_);
  EXPECT_EQ(this->snapshot(), "none");
  EXPECT_EQ(this->engine_->snapshot_applied(), 0u);
  this->put_snapshot(9, "nine");
  this->reopen();
  EXPECT_EQ(this->snapshot(8), "none");
  EXPECT_EQ(this->snapshot(), "9 nine");
}

TYPED_TEST(EngineContract, FilesVerifyAndFiguresTell) {
  for (int group = 0; group < 30; ++group) ASSERT_EQ(this->append(100), Appended::Durable);
  EXPECT_TRUE(this->engine_->verify_files());
  const Figures figures = this->engine_->figures();
  EXPECT_EQ(figures.last, 3000u);
  EXPECT_EQ(figures.groups, 30u);
  EXPECT_GT(figures.disk_bytes, 300'000u);
  EXPECT_EQ(figures.failure, "");
}

TYPED_TEST(EngineContract, AMisnumberedGroupIsOurOwnBug) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  Group group = this->chain_.next(*this->engine_, 2);
  group.rows[1].sequence = 7;
  EXPECT_DEATH((void)this->engine_->append(group), "numbered without gaps");
  EXPECT_DEATH(
      {
        Chain chain;
        (void)this->engine_->append(chain.next(*this->engine_, 1));
        (void)this->engine_->append(chain.next(*this->engine_, 1));
      },
      "one group is in flight");
}

}  // namespace
}  // namespace concordat::store
