// The log's storage as an interface: append a group durably, read it back, keep snapshots, destroy buckets. DESIGN 4.5.
//
// Two implementations: RocksDB (rocksdb_engine.h) and memory (memory_engine.h); tests/contract runs over both. To the
// engine a stub is opaque bytes and bodies are sealed already: no key is needed to store, read or check.
//
// Threads: an Engine is called from one thread, its owner's. Only answer() waits; append() and put_snapshot() hand over
// and return; reads and destroy_bucket() use the disk on the caller's thread. What takes long reads through a view() on a
// thread of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/wire/limits.h"

namespace concordat::store {

/// One record of the log.
struct Row {
  Sequence sequence = 0;
  Bytes stub;           ///< Opaque here, never changed; at most wire::kStubBytesMax.
  BucketId bucket;      ///< Where body and content are kept; all of it goes when the bucket is destroyed.
  Bytes body;           ///< Sealed under the bucket's key; may be empty.
  Bytes content;        ///< Compartments as the sender sealed them; may be empty. The stub binds a digest of it.
};

/// Records committed together: there whole or not at all.
struct Group {
  std::uint64_t epoch = 0;  ///< The writer's: Engine::epoch().
  Sequence first = 0;       ///< What the writer expects to be next: last() + 1.
  GroupId id;               ///< Random. The same for a retry of the same group, and never reused otherwise.
  bool essential = false;   ///< Acknowledgements and erasures: taken even from the disk's reserve.
  Digest head;              ///< Record hash of the last row (wire::record_hash): what the checkpoint outside will say.
  std::vector<Row> rows;    ///< 1 to kGroupRowsMax, with sequences first, first + 1, ...
};

enum class Appended : std::uint8_t {
  Durable,  ///< On disk, synced; or it was already, from an earlier try under the same id.
  Fenced,   ///< Another writer has the store: the epoch is not the newest or `first` is not next. End the process.
  Unknown,  ///< It may or may not have happened. Retry the same group; let nothing out meanwhile.
  Failed,   ///< The store failed and stays so until it is opened again. End the process, recover from the log.
};

struct Answer {
  GroupId group;
  Appended outcome = Appended::Failed;
  Sequence last = 0;  ///< Of the group, if Durable.
};

inline constexpr std::size_t kGroupRowsMax = 4096;
inline constexpr std::size_t kPartBytesMax = std::size_t{16} << 20;  ///< Of a body, or of a content.
inline constexpr std::size_t kSnapshotBytesMax = std::size_t{1} << 30;
inline constexpr Sequence kSequenceMax = std::numeric_limits<Sequence>::max();

/// How much of each record a read fetches.
enum class Parts : std::uint8_t {
  Stub,  ///< Stub and bucket only.
  Body,  ///< And the body.
  All,   ///< And the content.
};

/// A record as read. If its bucket was destroyed, body and content are empty and `destroyed` says why.
struct Stored {
  Row row;
  bool destroyed = false;
};

struct Snapshot {
  Sequence applied = 0;  ///< The last record that the state contains.
  Bytes sealed;
};

/// For `status` and admission.
struct Figures {
  Sequence last = 0;
  std::uint64_t groups = 0;          ///< Appended since opening.
  std::uint64_t disk_bytes = 0;      ///< Tables and write-ahead log, about.
  std::uint64_t memory_bytes = 0;    ///< Write buffers, about.
  std::uint64_t free_bytes = 0;      ///< Left on the disk.
  bool reserved = false;             ///< Below the floor: append() takes essential groups only. Refuse at admission.
  std::string failure;               ///< Why Failed was answered, for the log; empty while the store works.
};

/// Asked again and again by what takes long, with how many bytes it has read: false ends it.
using GoOn = std::function<bool(std::uint64_t bytes)>;

/// The reading side.
class Log {
 public:
  virtual ~Log() = default;

  /// The last durable record; 0 if there is none.
  virtual Sequence last() const = 0;
  /// Records from `first` on (0 is as 1), in order and without gaps, until `rows_max`, or the first one that reaches `bytes_max`
  /// (so at least one if there is one). Empty past the end. Fault::Corrupt with E-CHAIN if a record is missing or
  /// damaged, or a body is absent though its bucket was never destroyed; E-STORE if the disk cannot be read.
  virtual Result<std::vector<Stored>> read(Sequence first, std::size_t rows_max, std::size_t bytes_max, Parts parts) const = 0;
  /// One record; E-NOT-FOUND (Malformed) if it is not in 1..last().
  virtual Result<Stored> read_one(Sequence sequence, Parts parts) const = 0;
  /// The newest whole snapshot with applied <= at_most: if one does not open, ask again with its applied - 1.
  virtual Result<std::optional<Snapshot>> snapshot(Sequence at_most = kSequenceMax) const = 0;
  /// Whether destroy_bucket() was done for it.
  virtual bool destroyed(BucketId bucket) const = 0;
  virtual Figures figures() const = 0;
  /// Reads every stored file against its checksum. Slow. E-STORE (Corrupt) names the file; E-BUSY (Busy) if `go_on` ended it.
  virtual Result<int> verify_files(const GoOn& go_on = {}) const = 0;
};

/// The reading and the writing side. Opening one raises the epoch, which fences every writer opened before.
class Engine : public Log {
 public:
  /// The log as it is durable now, for one other thread: what comes later is not in it. The engine outlives it.
  virtual std::unique_ptr<Log> view() const = 0;
  /// This writer's epoch, from 1.
  virtual std::uint64_t epoch() const = 0;
  /// Hands a group over. One is in flight: the next only after a Durable answer (after Unknown, the same one again).
  /// E-DISK (Busy) if the disk is down to its reserve and the group is not essential; then nothing was done.
  virtual Result<int> append(Group group) = 0;
  /// The next answer, waiting up to `patience`. A Durable answer may come twice, even while the
  /// next group is in flight: tell by the group.
  virtual std::optional<Answer> answer(Milliseconds patience) = 0;
  /// Hands a sealed snapshot over, to be stored behind the groups; the two newest are kept. Busy while one is under
  /// way; E-LIMIT (Malformed) above kSnapshotBytesMax: nothing was done. `applied` must be durable already. Its end shows in
  /// snapshot_applied().
  virtual Result<int> put_snapshot(Sequence applied, Bytes sealed) = 0;
  /// Of the newest durable snapshot; 0 if there is none.
  virtual Sequence snapshot_applied() const = 0;
  /// Removes every snapshot older than `applied`, one under way included (an erasure destroys them). Durable on return.
  /// E-STORE.
  virtual Result<int> drop_snapshots_before(Sequence applied) = 0;
  /// Removes all bodies and contents of a bucket and marks it destroyed. Durable on return; again is no error. E-STORE.
  virtual Result<int> destroy_bucket(BucketId bucket) = 0;
};

/// INVARIANTs on what a writer hands over: 1 to kGroupRowsMax rows, numbered from `first`, stubs of 1 to kStubBytesMax,
/// bodies and contents up to kPartBytesMax.
void require_well_formed(const Group& group);
/// E-LIMIT for a sealed snapshot above kSnapshotBytesMax.
Result<int> require_bounded(const Bytes& sealed);
/// Bytes that a read counts towards `bytes_max`.
std::size_t bytes_of(const Row& row);

}  // namespace concordat::store
