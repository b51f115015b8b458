// The log in memory: see memory_engine.h.
#include "broker/store/memory_engine.h"

#include <algorithm>

#include "proto/base/invariant.h"

namespace concordat::store {
namespace {

/// A disk of its own, as it was.
class MemoryView final : public Log {
 public:
  explicit MemoryView(MemoryDisk disk) : disk_(std::move(disk)), engine_(disk_, honest_) {}
  Sequence last() const override { return engine_.last(); }
  Result<std::vector<Stored>> read(Sequence first, std::size_t rows_max, std::size_t bytes_max, Parts parts) const override {
    return engine_.read(first, rows_max, bytes_max, parts);
  }
  Result<Stored> read_one(Sequence sequence, Parts parts) const override { return engine_.read_one(sequence, parts); }
  Result<std::optional<Snapshot>> snapshot(Sequence at_most) const override { return engine_.snapshot(at_most); }
  bool destroyed(BucketId bucket) const override { return engine_.destroyed(bucket); }
  Figures figures() const override { return engine_.figures(); }
  Result<int> verify_files(const GoOn& go_on) const override { return engine_.verify_files(go_on); }

 private:
  MemoryDisk disk_;
  Behaviour honest_;
  MemoryEngine engine_;
};

}  // namespace

// splitmix64: the same on every machine, unlike the distributions of the standard library.
std::uint64_t SeededBehaviour::draw() {
  std::uint64_t mixed = (state_ += 0x9e3779b97f4a7c15u);
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
  return mixed ^ (mixed >> 31);
}

Fate SeededBehaviour::fate(const Group&) {
  Fate fate;
  fate.ticks = static_cast<std::uint32_t>(draw() % (chances_.ticks_max + 1));
  fate.twice = chance(chances_.twice);
  fate.lands = chance(500);
  if (chance(chances_.unknown)) {
    fate.told = Appended::Unknown;
  } else if (chance(chances_.fenced)) {
    fate.told = Appended::Fenced;
  } else if (chance(chances_.failed)) {
    fate.told = Appended::Failed;
  }
  return fate;
}

Crash SeededBehaviour::crash(const Group&) {
  if (chance(chances_.lost_at_crash)) return Crash::Lost;
  return chance(500) ? Crash::Torn : Crash::Kept;
}

std::uint32_t SeededBehaviour::snapshot_ticks(const Snapshot&) {
  return static_cast<std::uint32_t>(1 + draw() % (4 * chances_.ticks_max + 1));
}

MemoryEngine::MemoryEngine(MemoryDisk& disk, Behaviour& behaviour)
    : disk_(disk), behaviour_(behaviour), epoch_(++disk.epoch) {
  disk_.torn.clear();
}

void MemoryEngine::tick() {
  INVARIANT(!crashed_, "a crashed engine is only destroyed");
  if (under_way_) {
    if (under_way_->ticks_left > 0) --under_way_->ticks_left;
    if (under_way_->ticks_left == 0) finish_group();
  }
  if (snapshot_under_way_) {
    if (snapshot_under_way_->ticks_left > 0) --snapshot_under_way_->ticks_left;
    if (snapshot_under_way_->ticks_left == 0) finish_snapshot();
  }
}

void MemoryEngine::crash() {
  crashed_ = true;
  answers_.clear();
  snapshot_under_way_.reset();
  if (!under_way_) return;
  Group group = std::move(under_way_->group);
  under_way_.reset();
  if (ended_ || fenced(group) || remembered(group.id)) return;
  switch (behaviour_.crash(group)) {
    case Crash::Lost: break;
    case Crash::Torn:
      group.rows.resize(group.rows.size() / 2);
      disk_.torn = std::move(group.rows);
      break;
    case Crash::Kept: land(group); break;
  }
}

Result<int> MemoryEngine::append(Group group) {
  INVARIANT(!crashed_, "a crashed engine is only destroyed");
  INVARIANT(!under_way_, "one group is in flight");
  require_well_formed(group);
  if (!group.essential && behaviour_.free_bytes() < kReserveBytes) {
    return fail(Fault::Busy, code::kDisk, "less than " + std::to_string(kReserveBytes >> 20) + " MiB are free");
  }
  const Fate fate = behaviour_.fate(group);
  under_way_ = UnderWay{std::move(group), fate, fate.ticks};
  if (fate.ticks == 0) finish_group();
  return 0;
}

std::optional<Answer> MemoryEngine::answer(Milliseconds patience) {
  while (patience.count() > 0 && answers_.empty() && under_way_) tick();
  if (answers_.empty()) return std::nullopt;
  const Answer next = answers_.front();
  answers_.pop_front();
  return next;
}

void MemoryEngine::finish_group() {
  UnderWay done = std::move(*under_way_);
  under_way_.reset();
  Answer answer{done.group.id, Appended::Failed, done.group.rows.back().sequence};
  answer.outcome = settle(done.group, done.fate);
  if (answer.outcome != Appended::Durable) answer.last = 0;
  answers_.push_back(answer);
  if (done.fate.twice && answer.outcome != Appended::Unknown) answers_.push_back(answer);
}

Appended MemoryEngine::settle(Group& group, const Fate& fate) {
  if (ended_) return *ended_;
  if (disk_.epoch != epoch_ || group.epoch != epoch_) return end(Appended::Fenced);
  if (remembered(group.id)) return fate.told == Appended::Unknown ? Appended::Unknown : Appended::Durable;
  if (fenced(group)) return end(Appended::Fenced);
  switch (fate.told) {
    case Appended::Durable: land(group); return Appended::Durable;
    case Appended::Unknown:
      if (fate.lands) land(group);
      return Appended::Unknown;
    case Appended::Failed:
      if (fate.lands) land(group);
      return end(Appended::Failed);
    case Appended::Fenced: ++disk_.epoch; return end(Appended::Fenced);
  }
  return end(Appended::Failed);
}

Appended MemoryEngine::end(Appended how) {
  ended_ = how;
  return how;
}

bool MemoryEngine::fenced(const Group& group) const {
  return disk_.epoch != epoch_ || group.epoch != epoch_ || group.first != last() + 1;
}

void MemoryEngine::land(Group& group) {
  disk_.groups.push_back({group.id, group.rows.back().sequence});
  if (disk_.groups.size() > kGroupsRemembered) disk_.groups.pop_front();
  disk_.head = group.head;
  for (Row& row : group.rows) disk_.rows.push_back(std::move(row));
  ++groups_;
}

const MemoryDisk::Remembered* MemoryEngine::remembered(const GroupId& id) const {
  const auto found = std::ranges::find(disk_.groups, id, &MemoryDisk::Remembered::id);
  return found == disk_.groups.end() ? nullptr : &*found;
}

Sequence MemoryEngine::last() const { return disk_.rows.size(); }

Stored MemoryEngine::stored(Sequence sequence, Parts parts) const {
  const Row& kept = disk_.rows[sequence - 1];
  Stored out{{kept.sequence, kept.stub, kept.bucket, {}, {}}, destroyed(kept.bucket)};
  if (out.destroyed) return out;
  if (parts != Parts::Stub) out.row.body = kept.body;
  if (parts == Parts::All) out.row.content = kept.content;
  return out;
}

Result<std::vector<Stored>> MemoryEngine::read(Sequence first, std::size_t rows_max, std::size_t bytes_max, Parts parts) const {
  std::vector<Stored> out;
  std::size_t bytes = 0;
  for (Sequence at = std::max<Sequence>(first, 1); at <= last() && out.size() < rows_max; ++at) {
    out.push_back(stored(at, parts));
    bytes += bytes_of(out.back().row);
    if (bytes >= bytes_max) break;
  }
  return out;
}

Result<Stored> MemoryEngine::read_one(Sequence sequence, Parts parts) const {
  if (sequence == 0 || sequence > last()) {
    return fail(Fault::Malformed, code::kNotFound, "record " + std::to_string(sequence));
  }
  return stored(sequence, parts);
}

Result<std::optional<Snapshot>> MemoryEngine::snapshot(Sequence at_most) const {
  for (auto kept = disk_.snapshots.rbegin(); kept != disk_.snapshots.rend(); ++kept) {
    if (kept->applied <= at_most) return std::optional(*kept);
  }
  return std::optional<Snapshot>();
}

Result<int> MemoryEngine::put_snapshot(Sequence applied, Bytes sealed) {
  INVARIANT(applied > 0 && applied <= last(), "a snapshot holds durable records only");
  TRY_VOID(require_bounded(sealed));
  if (snapshot_under_way_) return fail(Fault::Busy, code::kBusy, "a snapshot is under way");
  Snapshot snapshot{applied, std::move(sealed)};
  const std::uint32_t ticks = behaviour_.snapshot_ticks(snapshot);
  snapshot_under_way_ = SnapshotUnderWay{std::move(snapshot), ticks};
  return 0;
}

void MemoryEngine::finish_snapshot() {
  Snapshot done = std::move(snapshot_under_way_->snapshot);
  snapshot_under_way_.reset();
  if (ended_ || disk_.epoch != epoch_ || done.applied <= snapshot_applied()) return;
  disk_.snapshots.push_back(std::move(done));
  if (disk_.snapshots.size() > 2) disk_.snapshots.pop_front();
}

Sequence MemoryEngine::snapshot_applied() const { return disk_.snapshots.empty() ? 0 : disk_.snapshots.back().applied; }

Result<int> MemoryEngine::drop_snapshots_before(Sequence applied) {
  if (snapshot_under_way_ && snapshot_under_way_->snapshot.applied < applied) snapshot_under_way_.reset();
  std::erase_if(disk_.snapshots, [&](const Snapshot& kept) { return kept.applied < applied; });
  return 0;
}

bool MemoryEngine::destroyed(BucketId bucket) const { return disk_.destroyed.contains(bucket.value); }

Result<int> MemoryEngine::destroy_bucket(BucketId bucket) {
  INVARIANT(!crashed_, "a crashed engine is only destroyed");
  if (ended_ || disk_.epoch != epoch_) return fail(Fault::Unavailable, code::kStore, "this writer has ended");
  disk_.destroyed.insert(bucket.value);
  for (Row& row : disk_.rows) {
    if (row.bucket != bucket) continue;
    row.body.clear();
    row.content.clear();
  }
  return 0;
}

Figures MemoryEngine::figures() const {
  Figures out;
  out.last = last();
  out.groups = groups_;
  out.free_bytes = behaviour_.free_bytes();
  out.reserved = out.free_bytes < kReserveBytes;
  for (const Row& row : disk_.rows) out.disk_bytes += bytes_of(row);
  return out;
}

Result<int> MemoryEngine::verify_files(const GoOn&) const { return 0; }

std::unique_ptr<Log> MemoryEngine::view() const { return std::make_unique<MemoryView>(disk_); }

}  // namespace concordat::store
