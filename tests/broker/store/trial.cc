// A store that is written to, cut off and opened again: see trial.h.
#include "tests/broker/store/trial.h"

#include <thread>

#include "proto/base/durable_file.h"

namespace concordat::store {
namespace {
constexpr Sequence kRowsPerBucket = 30;
BucketId bucket_of(Sequence sequence) { return BucketId{static_cast<std::uint32_t>(1 + sequence / kRowsPerBucket)}; }
Bytes snapshot_of(Sequence applied) { return Bytes(1000 + applied % 777, static_cast<char>('A' + applied % 26)); }
}  // namespace

Trial::Trial(std::string folder, std::uint64_t seed, Planted planted)
    : folder_(std::move(folder)), files_(std::make_shared<FaultFiles>(seed)), planted_(planted), random_(seed + 1) {}

Bytes Trial::save() {
  const std::lock_guard lock(known_);
  // The checkpoint first: it must not know more than the files do.
  const Bytes checkpoint = read_file(checkpoint_in(folder_), 1000).value().value_or("");
  Writer out;
  out.sized(files_->save_as_cut(Tail::Cut)).sized(checkpoint).sized(crime_).u64(acknowledged_).u64(snapshot_acknowledged_);
  out.u64(attempted_.size());
  for (const auto& [sequence, hash] : attempted_) out.u64(sequence).raw(hash.view());
  for (const std::uint32_t bucket : destroyed_) out.u32(bucket);
  return out.take();
}

Trial::Trial(std::string folder, ByteView saved) : Trial(std::move(folder), 1, Planted::None) {
  Reader in(saved);
  files_->load(in.sized());
  checkpoint_ = Bytes(in.sized());
  crime_ = in.sized();
  acknowledged_ = in.u64();
  snapshot_acknowledged_ = in.u64();
  for (std::uint64_t left = in.u64(); left > 0; --left) {
    const Sequence sequence = in.u64();
    attempted_[sequence] = *Digest::from(in.raw(Digest::kSize));
  }
  while (in.left() > 0) destroyed_.insert(in.u32());
  restore_checkpoint();
}

void Trial::restore_checkpoint() {
  std::filesystem::remove(checkpoint_in(folder_));
  if (!checkpoint_ || checkpoint_->empty()) return;
  INVARIANT(replace_file(checkpoint_in(folder_), *checkpoint_).has_value(), "the test's folder is writable");
}

bool Trial::open(bool drop_damaged_end) {
  RocksDbOptions options;
  options.directory = folder_;
  options.checkpoint = checkpoint_in(folder_);
  options.drop_damaged_end = drop_damaged_end;
  options.write_buffer_bytes = 64 << 10;
  options.wal_bytes_max = 96 << 10;
  options.free_bytes = [] { return std::uint64_t{1} << 40; };
  options.answered = [this] {
    if (!files_->cut_off()) ++told_in_time_;
    ++told_;
  };
  options.checkpoint_idle = Milliseconds(0);
  options.checkpoint_busy = Milliseconds(0);
  auto engine = open_rocksdb_with(options, {env_over(files_), planted_});
  error_ = engine ? "" : describe(engine.error());
  engine_ = engine ? *std::move(engine) : nullptr;
  return engine_ != nullptr;
}

Group Trial::next_group() {
  const std::lock_guard lock(known_);
  Group group;
  group.epoch = engine_->epoch();
  group.first = engine_->last() + 1;
  group.id = *GroupId::from(Writer().u64(engine_->epoch()).u64(++groups_).take());
  group.head = attempted_[group.first - 1];
  const Sequence end = group.first + 1 + random_() % 5;
  for (Sequence at = group.first; at < end; ++at) {
    group.rows.push_back(row_of(at, group.head, bucket_of(at), at * 977 % 3000));
    group.head = attempted_[at] = hash_of(group.rows.back().stub);
  }
  return group;
}

void Trial::cut_at(std::uint64_t call) {
  files_->cut_at(call, [this] { checkpoint_ = read_file(checkpoint_in(folder_), 1000).value(); });
}

void Trial::cut(Tail tail) {
  close();
  if (files_->cut_off()) restore_checkpoint();
  files_->cut(tail);
}

// Whether the answer just fetched was given while the power was on: later ones were given by a ghost.
bool Trial::told_in_time() {
  ++answers_;
  while (told_ < answers_) std::this_thread::yield();
  return told_in_time_ == answers_;
}

void Trial::work(std::size_t groups) {
  for (std::size_t n = 0; n < groups; ++n) {
    const Group group = next_group();
    const bool hit = files_->log_was_hit();
    const Appended outcome = commit(*engine_, group);
    if (!told_in_time() || outcome != Appended::Durable) return;
    acknowledge(group, hit);
    if (random_() % 6 == 0) (void)engine_->put_snapshot(engine_->last(), snapshot_of(engine_->last()));
    if (random_() % 8 == 0) destroy_old_bucket();
  }
}

void Trial::acknowledge(const Group& group, bool after_failure) {
  const std::lock_guard lock(known_);
  if (after_failure) crime_ = "record " + std::to_string(group.first) + " acknowledged after a failed write of the log";
  acknowledged_ = group.rows.back().sequence;
  if (const Sequence applied = engine_->snapshot_applied(); !files_->cut_off()) snapshot_acknowledged_ = applied;
}

void Trial::destroy_old_bucket() {
  const std::uint32_t newest = bucket_of(acknowledged_).value;
  const auto bucket = static_cast<std::uint32_t>(destroyed_.size() + 1);
  if (bucket + 1 >= newest) return;
  const auto done = engine_->destroy_bucket(BucketId{bucket});
  const std::lock_guard lock(known_);
  if (done && !files_->cut_off()) destroyed_.insert(bucket);
}

std::string Trial::verdict(bool drop_damaged_end) {
  if (!crime_.empty()) return crime_;
  if (!open(drop_damaged_end)) return "does not open: " + error_;
  const CheckReport report = check_log(*engine_, {follow_stub, examine_row, std::nullopt, {}});
  std::string found = compare(report);
  if (found.empty()) found = compare_rest();
  answers_ = told_in_time_ = told_ = 0;
  // What was recovered may be acted on from now on: it is a promise too.
  acknowledged_ = engine_->last();
  return found;
}

std::string Trial::compare(const CheckReport& report) const {
  if (!report.whole()) return "record " + std::to_string(report.findings[0].sequence) + ": " + report.findings[0].what;
  if (report.last < acknowledged_) {
    return "lost: acknowledged to " + std::to_string(acknowledged_) + ", recovered to " + std::to_string(report.last);
  }
  const auto attempt = attempted_.find(report.last);
  if (report.last > 0 && attempt == attempted_.end()) return "recovered what was never attempted";
  if (report.last > 0 && attempt->second != report.head) return "recovered another record than was attempted";
  return "";
}

std::string Trial::compare_rest() const {
  for (const std::uint32_t bucket : destroyed_) {
    if (!engine_->destroyed(BucketId{bucket})) return "bucket " + std::to_string(bucket) + " came back";
  }
  const auto snapshot = engine_->snapshot(kSequenceMax);
  if (!snapshot) return describe(snapshot.error());
  const Sequence applied = *snapshot ? (*snapshot)->applied : 0;
  if (applied < snapshot_acknowledged_) return "a durable snapshot is gone";
  if (*snapshot && (*snapshot)->sealed != snapshot_of(applied)) return "a snapshot is not what was put";
  return "";
}

}  // namespace concordat::store
