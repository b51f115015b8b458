// The store's thread: see rocksdb_writer.h.
#include "broker/store/rocksdb_writer.h"

#include <algorithm>

#include "proto/base/invariant.h"

namespace concordat::store {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kBreath{20};        // Without work for so long, the thread counts as idle.
constexpr milliseconds kSleep{1'000};
constexpr std::size_t kProtection = 8;     // Bytes of protection_bytes_per_key.

rocksdb::Slice slice(ByteView bytes) { return {bytes.data(), bytes.size()}; }

// A batch in memory fails only when it is misused.
void put(rocksdb::WriteBatch& batch, rocksdb::ColumnFamilyHandle* column, ByteView key, ByteView value) {
  const auto status = batch.Put(column, slice(key), slice(value));
  INVARIANT(status.ok(), "a batch takes every put");
}

void erase(rocksdb::WriteBatch& batch, rocksdb::ColumnFamilyHandle* column, ByteView from, ByteView to) {
  const auto status = batch.DeleteRange(column, slice(from), slice(to));
  INVARIANT(status.ok(), "a batch takes every range");
}

}  // namespace

RocksDbWriter::RocksDbWriter(RocksDbLog& log, RocksDbOptions options, Recovered recovered, Planted planted)
    : log_(log), database_(log.database()), options_(std::move(options)), planted_(planted), epoch_(recovered.epoch),
      head_(recovered.head), groups_(std::move(recovered.groups)), checkpoint_(recovered.checkpoint) {
  const auto newest = std::ranges::max_element(groups_, {}, &layout::Remembered::last);
  next_slot_ = (static_cast<std::size_t>(newest - groups_.begin()) + 1) % groups_.size();
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "writer");
}

RocksDbWriter::~RocksDbWriter() {
  inbox_.close();
  thread_.join();
}

void RocksDbWriter::hand_over(Group group) {
  const bool taken = inbox_.try_send(Work(std::move(group)));
  INVARIANT(taken, "one group, one snapshot and one change fit the inbox");
}

Result<int> RocksDbWriter::hand_over(Snapshot snapshot) {
  if (snapshot_pending_.exchange(true)) return fail(Fault::Busy, code::kBusy, "a snapshot is under way");
  const bool taken = inbox_.try_send(Work(std::move(snapshot)));
  INVARIANT(taken, "one group, one snapshot and one change fit the inbox");
  return 0;
}

Result<int> RocksDbWriter::destroy_bucket(BucketId bucket) {
  Change wanted{std::make_unique<rocksdb::WriteBatch>(0, 0, kProtection, 0), 0};
  const Bytes from = layout::bucket_key(bucket, 0);
  const Bytes to = layout::bucket_key(bucket, kSequenceMax);
  erase(*wanted.batch, database_.column(layout::kBody), from, to);
  erase(*wanted.batch, database_.column(layout::kContent), from, to);
  put(*wanted.batch, database_.column(layout::kMeta), layout::destroyed_key(bucket), {});
  return change(std::move(wanted));
}

Result<int> RocksDbWriter::drop_snapshots_before(Sequence applied) {
  Change wanted{std::make_unique<rocksdb::WriteBatch>(0, 0, kProtection, 0), applied};
  auto* column = database_.column(layout::kSnapshot);
  erase(*wanted.batch, column, layout::snapshot_header_key(0), layout::snapshot_header_key(applied));
  erase(*wanted.batch, column, layout::snapshot_part_key(0, 0), layout::snapshot_part_key(applied, 0));
  return change(std::move(wanted));
}

Result<int> RocksDbWriter::change(Change wanted) {
  const bool taken = inbox_.try_send(Work(std::move(wanted)));
  INVARIANT(taken, "one group, one snapshot and one change fit the inbox");
  std::optional<Result<int>> done;
  while (!done) done = changed_.receive(kSleep);
  return *std::move(done);
}

void RocksDbWriter::run() {
  while (true) {
    if (auto work = inbox_.receive(pause())) {
      std::visit([this](auto& item) { take(item); }, *work);
      checkpoint_if_due(options_.checkpoint_busy);
    } else if (snapshot_) {
      store_snapshot_part();
    } else if (inbox_.closed()) {
      break;
    } else {
      checkpoint_if_due(options_.checkpoint_idle);
    }
  }
  checkpoint_if_due(milliseconds(0));
}

milliseconds RocksDbWriter::pause() const {
  if (snapshot_) return milliseconds(0);
  return head_.last > checkpoint_.sequence ? kBreath : kSleep;
}

void RocksDbWriter::take(Group& group) {
  if (planted_ == Planted::AcknowledgeBeforeSync) {
    reply(group, Appended::Durable);
    (void)commit(group);
    return;
  }
  reply(group, commit(group));
}

void RocksDbWriter::reply(const Group& group, Appended outcome) {
  const Sequence last = outcome == Appended::Durable ? group.rows.back().sequence : 0;
  const bool taken = answers_.try_send(Answer{group.id, outcome, last});
  INVARIANT(taken, "every answer is fetched before the next group");
  if (options_.answered) options_.answered();
}

Appended RocksDbWriter::commit(const Group& group) {
  if (database_.failure().failed() && planted_ != Planted::IgnoreFailure) return Appended::Failed;
  if (fenced_ || group.epoch != epoch_) {
    fenced_ = true;
    return Appended::Fenced;
  }
  if (remembered(group.id)) return Appended::Durable;
  if (group.first != head_.last + 1) {
    fenced_ = true;
    return Appended::Fenced;
  }
  rocksdb::WriteBatch batch(0, 0, kProtection, 0);
  add_rows(batch, group);
  add_bookkeeping(batch, group);
  if (!write(batch, planted_ != Planted::NoSync, "append")) return Appended::Failed;
  note(group);
  return Appended::Durable;
}

const layout::Remembered* RocksDbWriter::remembered(const GroupId& id) const {
  const auto found = std::ranges::find(groups_, id, &layout::Remembered::id);
  return found == groups_.end() ? nullptr : &*found;
}

void RocksDbWriter::add_rows(rocksdb::WriteBatch& batch, const Group& group) const {
  for (const Row& row : group.rows) {
    put(batch, database_.column(layout::kLog), layout::log_key(row.sequence), layout::log_value(row));
    const Bytes place = layout::bucket_key(row.bucket, row.sequence);
    if (!row.body.empty()) put(batch, database_.column(layout::kBody), place, row.body);
    if (!row.content.empty()) put(batch, database_.column(layout::kContent), place, row.content);
  }
}

void RocksDbWriter::add_bookkeeping(rocksdb::WriteBatch& batch, const Group& group) const {
  auto* meta = database_.column(layout::kMeta);
  const Sequence last = group.rows.back().sequence;
  put(batch, meta, layout::kHeadKey, layout::head_value({last, group.head}));
  put(batch, meta, layout::group_key(next_slot_), layout::group_value({group.id, last}));
}

void RocksDbWriter::note(const Group& group) {
  head_ = {group.rows.back().sequence, group.head};
  groups_[next_slot_] = {group.id, head_.last};
  next_slot_ = (next_slot_ + 1) % groups_.size();
  log_.advance(head_.last);
}

bool RocksDbWriter::write(rocksdb::WriteBatch& batch, bool synced, const char* what) {
  rocksdb::WriteOptions options;
  options.sync = synced;
  const auto status = database_.db().Write(options, &batch);
  if (planted_ == Planted::IgnoreFailure) return true;
  if (!status.ok()) database_.failure().set(std::string(what) + ": " + status.ToString());
  // A failed flush may have come between: what this batch says is on disk, but nothing more is promised.
  return !database_.failure().failed();
}

void RocksDbWriter::take(Change& wanted) {
  if (snapshot_ && snapshot_->snapshot.applied < wanted.snapshot_floor) {
    snapshot_.reset();
    snapshot_pending_ = false;
  }
  Result<int> done = 0;
  if (database_.failure().failed() || !write(*wanted.batch, true, "change")) {
    done = fail(Fault::Unavailable, code::kStore, database_.failure().why());
  } else if (log_.snapshot_applied() < wanted.snapshot_floor) {
    log_.snapshot_stored(0);
  }
  const bool taken = changed_.try_send(std::move(done));
  INVARIANT(taken, "the owner waits for one change at a time");
}

void RocksDbWriter::take(Snapshot& snapshot) { snapshot_ = SnapshotUnderWay{std::move(snapshot), 0}; }

// Parts are not synced one by one: the header's sync covers them, because the write-ahead log is one sequence.
void RocksDbWriter::store_snapshot_part() {
  const Snapshot& snapshot = snapshot_->snapshot;
  const std::size_t offset = snapshot_->parts_done * layout::kSnapshotPartBytes;
  if (database_.failure().failed() || offset >= snapshot.sealed.size()) return finish_snapshot();
  rocksdb::WriteBatch batch(0, 0, kProtection, 0);
  put(batch, database_.column(layout::kSnapshot), layout::snapshot_part_key(snapshot.applied, snapshot_->parts_done),
      ByteView(snapshot.sealed).substr(offset, layout::kSnapshotPartBytes));
  (void)write(batch, false, "snapshot");
  ++snapshot_->parts_done;
}

void RocksDbWriter::finish_snapshot() {
  const Snapshot snapshot = std::move(snapshot_->snapshot);
  snapshot_.reset();
  const Sequence before = log_.snapshot_applied();
  if (!database_.failure().failed() && snapshot.applied > before) {
    rocksdb::WriteBatch batch(0, 0, kProtection, 0);
    auto* column = database_.column(layout::kSnapshot);
    put(batch, column, layout::snapshot_header_key(snapshot.applied), layout::number_value(snapshot.sealed.size()));
    erase(batch, column, layout::snapshot_header_key(0), layout::snapshot_header_key(before));
    erase(batch, column, layout::snapshot_part_key(0, 0), layout::snapshot_part_key(before, 0));
    if (write(batch, true, "snapshot")) log_.snapshot_stored(snapshot.applied);
  }
  snapshot_pending_ = false;
}

void RocksDbWriter::checkpoint_if_due(milliseconds age) {
  if (head_.last == checkpoint_.sequence || database_.failure().failed()) return;
  const bool first = checkpoint_.sequence == 0;
  if (!first && Steady::now() - checkpoint_at_ < age) return;
  const Checkpoint wanted{head_.last, head_.hash};
  if (const auto done = write_checkpoint(options_.checkpoint, wanted); !done) {
    database_.failure().set(describe(done.error()));
    return;
  }
  checkpoint_ = wanted;
  checkpoint_at_ = Steady::now();
}

}  // namespace concordat::store
