// Private to this room: the store's thread, the only writer. It commits groups with one synced batch each, and in the
// pauses stores a snapshot part by part and replaces the checkpoint.
#pragma once

#include <rocksdb/write_batch.h>

#include <chrono>
#include <memory>
#include <thread>
#include <variant>
#include <vector>

#include "broker/store/rocksdb_database.h"
#include "proto/base/channel.h"

namespace concordat::store {

/// The first batch of a new store, synced; nothing to do if it is there.
Result<int> initialise(Database& database);

/// What the writer must know of its past.
struct Recovered {
  std::uint64_t epoch = 0;  ///< Raised already.
  layout::Head head;
  Checkpoint checkpoint;
  std::vector<layout::Remembered> groups;  ///< By slot.
};
/// Reads it and raises the epoch, synced.
Result<Recovered> recover_writer(RocksDbLog& log, const Checkpoint& checkpoint);

class RocksDbWriter {
 public:
  /// Starts the thread. `log` outlives the writer.
  RocksDbWriter(RocksDbLog& log, RocksDbOptions options, Recovered recovered, Planted planted);
  /// Finishes what was handed over, writes the checkpoint unless the store failed, ends the thread.
  ~RocksDbWriter();
  RocksDbWriter(const RocksDbWriter&) = delete;
  RocksDbWriter& operator=(const RocksDbWriter&) = delete;

  // For the owner's thread.
  void hand_over(Group group);
  Result<int> hand_over(Snapshot snapshot);
  std::optional<Answer> answer(Milliseconds patience) { return answers_.receive(patience); }
  Result<int> destroy_bucket(BucketId bucket);
  Result<int> drop_snapshots_before(Sequence applied);

 private:
  /// A synced batch whose end the owner waits for.
  struct Change {
    std::unique_ptr<rocksdb::WriteBatch> batch;
    Sequence snapshot_floor = 0;  ///< A snapshot under way below it is given up.
  };
  using Work = std::variant<Group, Snapshot, Change>;
  struct SnapshotUnderWay {
    Snapshot snapshot;
    std::uint32_t parts_done = 0;
  };
  using Steady = std::chrono::steady_clock;

  Result<int> change(Change change);
  void run();
  Milliseconds pause() const;
  void take(Group& group);
  void take(Snapshot& snapshot);
  void take(Change& change);
  Appended commit(const Group& group);
  const layout::Remembered* remembered(const GroupId& id) const;
  void add_rows(rocksdb::WriteBatch& batch, const Group& group) const;
  void add_bookkeeping(rocksdb::WriteBatch& batch, const Group& group) const;
  void note(const Group& group);
  bool write(rocksdb::WriteBatch& batch, bool synced, const char* what);
  void reply(const Group& group, Appended outcome);
  void store_snapshot_part();
  void finish_snapshot();
  void checkpoint_if_due(Milliseconds age);

  RocksDbLog& log_;
  Database& database_;
  const RocksDbOptions options_;
  const Planted planted_;
  const std::uint64_t epoch_;
  std::atomic<bool> snapshot_pending_{false};
  Channel<Work> inbox_{4};
  Channel<Answer> answers_{4};
  Channel<Result<int>> changed_{1};

  // The store's thread only.
  layout::Head head_;
  std::vector<layout::Remembered> groups_;
  std::size_t next_slot_ = 0;
  bool fenced_ = false;
  std::optional<SnapshotUnderWay> snapshot_;
  Checkpoint checkpoint_;
  Steady::time_point checkpoint_at_;

  std::thread thread_;
};

}  // namespace concordat::store
