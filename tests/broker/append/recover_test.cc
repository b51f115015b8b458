// From the stored log back to the state: equal to what was alive, byte for byte, or a refusal to start.
#include "broker/append/recover.h"

#include <gtest/gtest.h>

#include "tests/support/stage.h"

namespace concordat::test {
namespace {

using contract::ProgressState;
using namespace std::chrono_literals;

class RecoverTest : public ::testing::Test {
 protected:
  // A bit of everything: told, handed over, acknowledged, rejected, read, parked, escalated, corrected, withdrawn, refused.
  RecoverTest() {
    stage.connect(kPolice);
    stage.connect(desk::kIdva);
    stage.connect(desk::kChecs);
    for (int i = 0; i < 6; ++i) send(incident_with_child("R" + std::to_string(i), 17).known_as(1, i < 3 ? "her" : "another"));
    auto handed = stage.take(desk::kIdva);
    stage.acknowledge(handed[0]);
    stage.acknowledge(handed[1], "E-MISMATCH");
    stage.progress(desk::kIdva, stage.sealed("R0").event, ProgressState::Read);
    stage.progress(desk::kIdva, stage.sealed("R2").event, ProgressState::Acted);
    stage.wait(40min);
    send(incident("R3", 18).corrects(stage.sealed("R3")));
    send(incident("R4", 18).withdraws(stage.sealed("R4")));
    send(incident("R5", 3));
    stage.change_directory([](directory::Directory& directory) { directory.desks[3].suspended = true; });
    stage.step(broker::RetryParked{desk::kIdva, 0, "operator"});
  }
  void send(const Draft& draft) { stage.send(kPolice, draft); }
  Result<broker::Recovered> recover() {
    store::MemoryEngine engine(stage.machine.disk, behaviour);
    return broker::recover(engine, kBroker, stage.machine.keys, stage.machine.checkpoint);
  }
  std::string outcome() {
    const auto recovered = recover();
    return recovered ? "recovered" : std::string(recovered.error().code.name);
  }

  Stage stage;
  store::Behaviour behaviour;
};

TEST_F(RecoverTest, TheReplayedStateIsTheLiveOne) {
  const auto recovered = recover();
  ASSERT_TRUE(recovered) << describe(recovered.error());
  EXPECT_EQ(recovered->from_snapshot, 0u);
  EXPECT_EQ(recovered->state.line(), stage.state().line());
  EXPECT_EQ(recovered->state.events(), 8u);
  EXPECT_EQ(recovered->state.encode(), stage.state().encode());
  EXPECT_EQ(recovered->head.hash, wire::record_hash(stage.machine.disk.rows.back().stub));
}

TEST_F(RecoverTest, ASnapshotAndWhatFollowedAreTheSame) {
  ASSERT_TRUE(stage.process().snapshot());
  stage.process().engine().tick();
  const Sequence at = stage.state().applied;
  send(incident("later", 17).known_as(1, "her"));
  send(incident("R3", 19).corrects(stage.sealed("R3", 1)));
  stage.wait(20min);
  const auto recovered = recover();
  ASSERT_TRUE(recovered) << describe(recovered.error());
  EXPECT_EQ(recovered->from_snapshot, at);
  EXPECT_EQ(recovered->replayed, stage.state().applied - at);
  EXPECT_EQ(recovered->state.encode(), stage.state().encode());
}

TEST_F(RecoverTest, TakingASnapshotChangesNothing) {
  const std::string before = stage.mailbox(desk::kIdva) + stage.mailbox(desk::kChecs);
  ASSERT_TRUE(stage.process().snapshot());
  EXPECT_EQ(stage.mailbox(desk::kIdva) + stage.mailbox(desk::kChecs), before);
}

TEST_F(RecoverTest, ADamagedSnapshotIsNoLoss) {
  ASSERT_TRUE(stage.process().snapshot());
  for (int i = 0; i < 3; ++i) stage.process().engine().tick();
  ASSERT_EQ(stage.machine.disk.snapshots.size(), 1u);
  stage.machine.disk.snapshots[0].sealed[100] ^= 1;
  const auto recovered = recover();
  ASSERT_TRUE(recovered);
  EXPECT_EQ(recovered->from_snapshot, 0u);
  EXPECT_EQ(recovered->state.encode(), stage.state().encode());
}

TEST_F(RecoverTest, ASnapshotOfWhatTheLogDoesNotReachIsNotTaken) {
  ASSERT_TRUE(stage.process().snapshot());
  for (int i = 0; i < 3; ++i) stage.process().engine().tick();
  stage.machine.disk.rows.pop_back();
  const auto recovered = recover();
  ASSERT_TRUE(recovered);
  EXPECT_EQ(recovered->from_snapshot, 0u);
  EXPECT_EQ(recovered->state.applied, stage.machine.disk.rows.size());
}

TEST_F(RecoverTest, ARecordThatIsChangedMissingOrMovedIsFound) {
  const store::MemoryDisk whole = stage.machine.disk;
  for (std::size_t at = 0; at + 1 < whole.rows.size(); at += 7) {
    stage.machine.disk = whole;
    stage.machine.disk.rows[at].body[50] ^= 4;
    EXPECT_EQ(outcome(), "E-CHAIN") << "changed " << at;
    stage.machine.disk = whole;
    stage.machine.disk.rows.erase(stage.machine.disk.rows.begin() + static_cast<std::ptrdiff_t>(at));
    EXPECT_EQ(outcome(), "E-CHAIN") << "missing " << at;
  }
  stage.machine.disk = whole;
  std::swap(stage.machine.disk.rows[3], stage.machine.disk.rows[4]);
  EXPECT_EQ(outcome(), "E-CHAIN");
  stage.machine.disk = whole;
  EXPECT_EQ(outcome(), "recovered");
}

TEST_F(RecoverTest, TheCheckpointOutsideMustBeReachedAndAgree) {
  stage.machine.checkpoint = stage.process().appender().durable();
  EXPECT_EQ(outcome(), "recovered");
  stage.machine.checkpoint->hash.bytes[0] ^= 1;
  EXPECT_EQ(outcome(), "E-CHAIN");
  stage.machine.checkpoint = stage.process().appender().durable();
  stage.machine.disk.rows.pop_back();
  EXPECT_EQ(outcome(), "E-CHAIN") << "the log lost its end";
}

TEST_F(RecoverTest, AnErasedEventTakesItsPlaceAndNothingElse) {
  const BucketId bucket = stage.machine.disk.rows.at(stage.state().find(stage.sealed("R0").event) - 1).bucket;
  store::MemoryEngine engine(stage.machine.disk, behaviour);
  ASSERT_TRUE(engine.destroy_bucket(bucket));
  const auto recovered = broker::recover(engine, kBroker, stage.machine.keys, std::nullopt);
  ASSERT_TRUE(recovered) << describe(recovered.error());
  EXPECT_EQ(recovered->state.applied, stage.state().applied);
  EXPECT_LT(recovered->state.events(), stage.state().events());
}

TEST_F(RecoverTest, AnEventIsReadBackAsItWasAccepted) {
  const Sequence sequence = stage.state().find(stage.sealed("R1").event);
  const auto material = broker::read_material(stage.process().engine(), kBroker, stage.machine.keys, sequence);
  ASSERT_TRUE(material) << describe(material.error());
  EXPECT_EQ((*material)->digest, stage.sealed("R1").digest);
  EXPECT_EQ((*material)->body.secret.view(), stage.sealed("R1").secret.view());
  EXPECT_EQ((*material)->content.sealed.size(), stage.sealed("R1").labels.size());
  EXPECT_TRUE(wire::decode_batch_proof(*(*material)->proof));
  EXPECT_FALSE(broker::read_material(stage.process().engine(), kBroker, stage.machine.keys, 1)) << "not an event";
}

TEST_F(RecoverTest, EveryShorterSnapshotIsRefused) {
  const Bytes whole = stage.state().encode();
  for (std::size_t size = 0; size < whole.size(); size += 97) EXPECT_FALSE(broker::State::decode(ByteView(whole).substr(0, size))) << size;
  EXPECT_TRUE(broker::State::decode(whole));
}

}  // namespace
}  // namespace concordat::test
