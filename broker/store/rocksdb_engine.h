// The log in RocksDB, the only user of it: opening for writing and for reading. broker/store/README.md is the page.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "broker/store/checkpoint.h"
#include "broker/store/engine.h"

namespace concordat::store {

struct RocksDbOptions {
  std::string directory;                 ///< A folder; `log` in it is RocksDB's.
  std::string checkpoint;                ///< The file kept outside: where the folder's loss does not take it along.
  /// Ordinary groups are refused below this much free space; RocksDB needs room for a flush and a compaction as well.
  std::uint64_t reserve_bytes = std::uint64_t{1} << 30;
  std::uint64_t write_buffer_bytes = std::uint64_t{64} << 20;
  std::uint64_t cache_bytes = std::uint64_t{64} << 20;
  std::uint64_t wal_bytes_max = std::uint64_t{256} << 20;
  Milliseconds checkpoint_idle{1'000};   ///< Age at which the checkpoint is replaced when no group is waiting,
  Milliseconds checkpoint_busy{10'000};  ///< and when there always is one.
  /// Only on an operator's word, after a refusal with E-CHAIN: takes a damaged end of the write-ahead log for one that a
  /// power cut left unsynced, and drops it. The checkpoint must still be met; what peers have seen tells the rest.
  bool drop_damaged_end = false;
  /// Called on the store's thread after each answer, to wake the owner's loop. Must not block.
  std::function<void()> answered;
  /// Free space where the store is; the file system's word if not given.
  std::function<std::uint64_t()> free_bytes;
};

/// Whether there is a log in the folder: if not, and something says that there was one, it was lost.
bool log_exists(const std::string& directory);

/// Opens for writing, making an empty store where there is neither log nor checkpoint; raises the epoch, durably. Starts
/// the store's thread, which ends with the engine. Destruction waits for the group in flight and writes the checkpoint.
/// E-FENCED (Busy) if another process has it open. E-CHAIN (Corrupt) if the log ends before the checkpoint, a column is
/// missing or disagrees, or the checkpoint is missing or damaged. E-STORE if the disk or RocksDB refuses.
Result<std::unique_ptr<Engine>> open_rocksdb(RocksDbOptions options);

/// Opens for reading only, changing no record: for `concordat store check` while the broker is stopped. The same errors;
/// E-NOT-FOUND (Malformed) if there is no store.
Result<std::unique_ptr<Log>> open_rocksdb_reader(const RocksDbOptions& options);

}  // namespace concordat::store
