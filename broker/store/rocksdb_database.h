// Private to this room: RocksDB opened with the settings of this house, and the reading side of the log over it.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <array>
#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "broker/store/rocksdb_hooks.h"
#include "broker/store/rocksdb_layout.h"

namespace concordat::store {

/// Ends RocksDB's words here. Corruption is Corrupt with E-CHAIN, a held lock Busy with E-FENCED, the rest Unavailable
/// with E-STORE.
Error error_of(const rocksdb::Status& status, const std::string& what);

/// What RocksDB says in the background, from its own threads: the first failure, kept.
class BackgroundFailure {
 public:
  void set(const std::string& why);
  bool failed() const { return failed_.load(std::memory_order_acquire); }
  /// Empty unless failed().
  std::string why() const;

 private:
  std::atomic<bool> claimed_{false};
  std::atomic<bool> failed_{false};
  std::string why_;
};

/// Settings, each with its reason. `background` hears of failed flushes and compactions; it outlives the database.
rocksdb::DBOptions database_settings(const RocksDbOptions& options, rocksdb::Env* env, BackgroundFailure& background);
rocksdb::ColumnFamilyOptions column_settings(const RocksDbOptions& options);

/// An open RocksDB with its columns. Closes on destruction.
class Database {
 public:
  enum class Mode : std::uint8_t { Create, Write, Read };
  static Result<std::unique_ptr<Database>> open(const RocksDbOptions& options, const RocksDbHooks& hooks, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  rocksdb::DB& db() const { return *db_; }
  rocksdb::ColumnFamilyHandle* column(layout::Column column) const { return columns_[column]; }
  BackgroundFailure& failure() const { return failure_; }
  /// Nothing if the key is absent.
  Result<std::optional<Bytes>> get(layout::Column column, ByteView key, const rocksdb::ReadOptions& options = {}) const;
  Result<std::uint64_t> number(ByteView meta_key) const;

 private:
  Database() = default;
  mutable BackgroundFailure failure_;
  std::shared_ptr<rocksdb::Env> env_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> columns_;
};

/// The reading side. The writer's thread raises last() and snapshot_applied(); all else is the owner's thread's. A view of it is
/// another thread's, and stands on the same database, which outlives it.
class RocksDbLog final : public Log {
 public:
  /// Reads what opening must know and checks that the columns agree: E-CHAIN (Corrupt) if the last record is not the one
  /// that was committed last.
  static Result<std::unique_ptr<RocksDbLog>> over(std::unique_ptr<Database> database, const RocksDbOptions& options);

  Sequence last() const override { return last_.load(std::memory_order_acquire); }
  Result<std::vector<Stored>> read(Sequence first, std::size_t rows_max, std::size_t bytes_max, Parts parts) const override;
  Result<Stored> read_one(Sequence sequence, Parts parts) const override;
  Result<std::optional<Snapshot>> snapshot(Sequence at_most) const override;
  bool destroyed(BucketId bucket) const override { return destroyed_.contains(bucket.value); }
  Figures figures() const override;
  Result<int> verify_files(const GoOn& go_on) const override;
  std::unique_ptr<Log> view() const;
  ~RocksDbLog() override;
  RocksDbLog& operator=(const RocksDbLog&) = delete;

  Database& database() const { return *database_; }
  const layout::Head& head_at_opening() const { return head_; }
  void advance(Sequence last) { last_.store(last, std::memory_order_release); }
  Sequence snapshot_applied() const { return snapshot_applied_.load(std::memory_order_acquire); }
  void snapshot_stored(Sequence applied) { snapshot_applied_.store(applied, std::memory_order_release); }
  void bucket_destroyed(BucketId bucket) { destroyed_.insert(bucket.value); }
  std::uint64_t free_bytes() const;

 private:
  RocksDbLog(std::unique_ptr<Database> database, const RocksDbOptions& options)
      : owned_(std::move(database)), database_(owned_.get()), directory_(options.directory), free_bytes_(options.free_bytes),
        reserve_bytes_(options.reserve_bytes) {}
  RocksDbLog(const RocksDbLog& whole);  // the view
  rocksdb::ReadOptions reading() const;
  Result<int> load_head();
  Result<int> load_destroyed();
  Result<Sequence> last_in_log() const;
  Result<Stored> stored(Sequence sequence, ByteView value, Parts parts) const;
  Result<Bytes> part(layout::Column column, Sequence sequence, BucketId bucket, std::uint32_t bytes) const;

  std::unique_ptr<Database> owned_;            // none of a view
  Database* database_;
  const rocksdb::Snapshot* as_of_ = nullptr;   // of a view
  std::string directory_;
  std::function<std::uint64_t()> free_bytes_;
  std::uint64_t reserve_bytes_;
  layout::Head head_;
  std::set<std::uint32_t> destroyed_;
  std::atomic<Sequence> last_{0};
  std::atomic<Sequence> snapshot_applied_{0};
};

}  // namespace concordat::store
