// The log in memory: deterministic, without threads, driven by tick(); for tests and the simulator.
//
// A MemoryDisk is what lasts; a MemoryEngine is a process that has it open. Opening another engine over the same disk
// fences the first. A Behaviour decides, group by group, when it becomes durable and what the caller is told; on crash()
// it decides what becomes of the group that was on its way. Nothing else is random.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>

#include "broker/store/engine.h"

namespace concordat::store {

/// What is to become of one group.
struct Fate {
  std::uint32_t ticks = 1;                ///< Until it is answered; 0 answers at once.
  bool lands = true;                      ///< Whether it gets onto the disk (meant for Unknown; Durable always lands).
  Appended told = Appended::Durable;      ///< Fenced and Failed last until a new engine is opened.
  bool twice = false;                     ///< The same answer comes a second time; never Unknown, which asks for a retry.
};

/// What a crash does to a write that was under way and not yet answered.
enum class Crash : std::uint8_t {
  Lost,  ///< Nothing of it is on the disk.
  Torn,  ///< A part is; opening notices and drops it.
  Kept,  ///< All of it is, though nobody was told.
};

/// Decides. The default is a prompt, honest disk that loses what was not synced.
class Behaviour {
 public:
  virtual ~Behaviour() = default;
  virtual Fate fate(const Group&) { return {}; }
  virtual Crash crash(const Group&) { return Crash::Lost; }
  virtual std::uint32_t snapshot_ticks(const Snapshot&) { return 1; }
  virtual std::uint64_t free_bytes() { return std::uint64_t{1} << 40; }
};

/// Chances in thousandths for SeededBehaviour.
struct Chances {
  std::uint32_t unknown = 0;
  std::uint32_t twice = 0;
  std::uint32_t fenced = 0;
  std::uint32_t failed = 0;
  std::uint32_t lost_at_crash = 900;  ///< The rest: half torn, half kept.
  std::uint32_t ticks_max = 4;
};

/// The same seed and calls give the same fates, on every machine.
class SeededBehaviour final : public Behaviour {
 public:
  SeededBehaviour(std::uint64_t seed, Chances chances) : state_(seed), chances_(chances) {}
  Fate fate(const Group& group) override;
  Crash crash(const Group& group) override;
  std::uint32_t snapshot_ticks(const Snapshot& snapshot) override;

 private:
  std::uint64_t draw();
  bool chance(std::uint32_t thousandths) { return draw() % 1000 < thousandths; }
  std::uint64_t state_;
  Chances chances_;
};

/// What lasts from one engine to the next. Read or damaged directly by tests only.
struct MemoryDisk {
  struct Remembered {
    GroupId id;
    Sequence last = 0;
  };
  std::uint64_t epoch = 0;
  std::vector<Row> rows;                ///< rows[n] has sequence n + 1.
  Digest head;                          ///< Of the last group.
  std::deque<Remembered> groups;        ///< The newest kGroupsRemembered, oldest first.
  std::deque<Snapshot> snapshots;       ///< Oldest first, at most two.
  std::set<std::uint32_t> destroyed;    ///< Bucket ids.
  std::vector<Row> torn;                ///< What a crash left of a group; dropped by opening.
};

inline constexpr std::size_t kGroupsRemembered = 16;
/// Below this free space only essential groups are taken.
inline constexpr std::uint64_t kReserveBytes = std::uint64_t{256} << 20;

class MemoryEngine final : public Engine {
 public:
  /// Both outlive the engine.
  MemoryEngine(MemoryDisk& disk, Behaviour& behaviour);

  /// Time passes: writes under way come nearer to their end.
  void tick();
  /// The process dies: what was under way meets its fate. Afterwards only destruction and opening anew are allowed.
  void crash();

  Sequence last() const override;
  Result<std::vector<Stored>> read(Sequence first, std::size_t rows_max, std::size_t bytes_max, Parts parts) const override;
  Result<Stored> read_one(Sequence sequence, Parts parts) const override;
  Result<std::optional<Snapshot>> snapshot(Sequence at_most) const override;
  bool destroyed(BucketId bucket) const override;
  Figures figures() const override;
  Result<int> verify_files(const GoOn& go_on) const override;

  /// A copy.
  std::unique_ptr<Log> view() const override;
  std::uint64_t epoch() const override { return epoch_; }
  Result<int> append(Group group) override;
  /// With a patience above zero, ticks until there is an answer; with zero, never ticks.
  std::optional<Answer> answer(Milliseconds patience) override;
  Result<int> put_snapshot(Sequence applied, Bytes sealed) override;
  Sequence snapshot_applied() const override;
  Result<int> drop_snapshots_before(Sequence applied) override;
  Result<int> destroy_bucket(BucketId bucket) override;

 private:
  struct UnderWay {
    Group group;
    Fate fate;
    std::uint32_t ticks_left = 0;
  };
  struct SnapshotUnderWay {
    Snapshot snapshot;
    std::uint32_t ticks_left = 0;
  };
  void finish_group();
  void finish_snapshot();
  Appended settle(Group& group, const Fate& fate);
  Appended end(Appended how);
  bool fenced(const Group& group) const;
  void land(Group& group);
  const MemoryDisk::Remembered* remembered(const GroupId& id) const;
  Stored stored(Sequence sequence, Parts parts) const;

  MemoryDisk& disk_;
  Behaviour& behaviour_;
  std::uint64_t epoch_;
  std::optional<Appended> ended_;  ///< Fenced or Failed, for ever.
  std::optional<UnderWay> under_way_;
  std::optional<SnapshotUnderWay> snapshot_under_way_;
  std::deque<Answer> answers_;
  std::uint64_t groups_ = 0;
  bool crashed_ = false;
};

}  // namespace concordat::store
