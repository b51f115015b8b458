// Opening the log in RocksDB, and its writing side as the owner sees it: see rocksdb_engine.h.
#include "broker/store/rocksdb_engine.h"

#include "broker/store/rocksdb_writer.h"
#include "proto/base/durable_file.h"
#include "proto/base/invariant.h"

namespace concordat::store {
namespace {

class RocksDbEngine final : public Engine {
 public:
  RocksDbEngine(std::unique_ptr<RocksDbLog> log, RocksDbOptions options, Recovered recovered, Planted planted)
      : log_(std::move(log)), epoch_(recovered.epoch), reserve_bytes_(options.reserve_bytes),
        writer_(*log_, std::move(options), std::move(recovered), planted) {}

  Sequence last() const override { return log_->last(); }
  Result<std::vector<Stored>> read(Sequence first, std::size_t rows_max, std::size_t bytes_max, Parts parts) const override {
    return log_->read(first, rows_max, bytes_max, parts);
  }
  Result<Stored> read_one(Sequence sequence, Parts parts) const override { return log_->read_one(sequence, parts); }
  Result<std::optional<Snapshot>> snapshot(Sequence at_most) const override { return log_->snapshot(at_most); }
  bool destroyed(BucketId bucket) const override { return log_->destroyed(bucket); }
  Result<int> verify_files(const GoOn& go_on) const override { return log_->verify_files(go_on); }
  std::unique_ptr<Log> view() const override { return log_->view(); }
  Sequence snapshot_applied() const override { return log_->snapshot_applied(); }
  std::uint64_t epoch() const override { return epoch_; }
  Figures figures() const override {
    Figures out = log_->figures();
    out.groups = groups_;
    return out;
  }

  Result<int> append(Group group) override {
    INVARIANT(!in_flight_, "one group is in flight");
    require_well_formed(group);
    if (!group.essential && log_->free_bytes() < reserve_bytes_) {
      return fail(Fault::Busy, code::kDisk, "less than " + std::to_string(reserve_bytes_ >> 20) + " MiB are free");
    }
    in_flight_ = true;
    writer_.hand_over(std::move(group));
    return 0;
  }

  std::optional<Answer> answer(Milliseconds patience) override {
    const auto next = writer_.answer(patience);
    if (!next) return std::nullopt;
    in_flight_ = false;
    if (next->outcome == Appended::Durable) ++groups_;
    return next;
  }

  Result<int> put_snapshot(Sequence applied, Bytes sealed) override {
    INVARIANT(applied > 0 && applied <= last(), "a snapshot holds durable records only");
    TRY_VOID(require_bounded(sealed));
    return writer_.hand_over(Snapshot{applied, std::move(sealed)});
  }

  Result<int> drop_snapshots_before(Sequence applied) override { return writer_.drop_snapshots_before(applied); }

  Result<int> destroy_bucket(BucketId bucket) override {
    if (destroyed(bucket)) return 0;
    TRY_VOID(writer_.destroy_bucket(bucket));
    log_->bucket_destroyed(bucket);
    return 0;
  }

 private:
  std::unique_ptr<RocksDbLog> log_;
  std::uint64_t epoch_;
  std::uint64_t reserve_bytes_;
  bool in_flight_ = false;
  std::uint64_t groups_ = 0;
  RocksDbWriter writer_;
};

// The log must reach at least as far as the checkpoint says, and agree where both end.
Result<int> compare(const RocksDbLog& log, const Checkpoint& checkpoint) {
  const layout::Head& head = log.head_at_opening();
  if (head.last < checkpoint.sequence) {
    return fail(Fault::Corrupt, code::kChain, "the log ends at record " + std::to_string(head.last) + ", the checkpoint names " +
                                                  std::to_string(checkpoint.sequence));
  }
  if (head.last == checkpoint.sequence && head.hash != checkpoint.head) {
    return fail(Fault::Corrupt, code::kChain, "record " + std::to_string(head.last) + " is not the one the checkpoint names");
  }
  return 0;
}

Result<Checkpoint> existing_checkpoint(const RocksDbOptions& options) {
  TRY(const auto checkpoint, read_checkpoint(options.checkpoint));
  if (checkpoint) return *checkpoint;
  return fail(Fault::Corrupt, code::kChain, options.checkpoint + " is missing beside a log; restore it");
}

// The checkpoint comes first: from then on a missing one is a loss, and one at 0 says that nothing was promised yet.
Result<Checkpoint> found_or_made_checkpoint(const RocksDbOptions& options) {
  if (log_exists(options.directory)) return existing_checkpoint(options);
  TRY_VOID(make_directory(options.directory));
  TRY(const auto checkpoint, read_checkpoint(options.checkpoint));
  if (checkpoint) return *checkpoint;
  TRY_VOID(write_checkpoint(options.checkpoint, Checkpoint{}));
  return Checkpoint{};
}

}  // namespace

Result<std::unique_ptr<Engine>> open_rocksdb_with(RocksDbOptions options, const RocksDbHooks& hooks) {
  INVARIANT(!options.checkpoint.empty(), "a store has a checkpoint outside");
  TRY(const Checkpoint checkpoint, found_or_made_checkpoint(options));
  const bool fresh = checkpoint.sequence == 0;
  TRY(auto database, Database::open(options, hooks, fresh ? Database::Mode::Create : Database::Mode::Write));
  if (fresh) TRY_VOID(initialise(*database));
  TRY(auto log, RocksDbLog::over(std::move(database), options));
  TRY_VOID(compare(*log, checkpoint));
  TRY(auto recovered, recover_writer(*log, checkpoint));
  return std::unique_ptr<Engine>(
      std::make_unique<RocksDbEngine>(std::move(log), std::move(options), std::move(recovered), hooks.planted));
}

Result<std::unique_ptr<Engine>> open_rocksdb(RocksDbOptions options) { return open_rocksdb_with(std::move(options), {}); }

Result<std::unique_ptr<Log>> open_rocksdb_reader(const RocksDbOptions& options) {
  if (!log_exists(options.directory)) {
    TRY(const auto found, read_checkpoint(options.checkpoint));
    if (!found) return fail(Fault::Malformed, code::kNotFound, "no store in " + options.directory);
  }
  TRY(const Checkpoint checkpoint, existing_checkpoint(options));
  TRY(auto database, Database::open(options, {}, Database::Mode::Read));
  TRY(auto log, RocksDbLog::over(std::move(database), options));
  TRY_VOID(compare(*log, checkpoint));
  return std::unique_ptr<Log>(std::move(log));
}

}  // namespace concordat::store
