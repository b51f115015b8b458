// The settings of RocksDB and why each: DESIGN, "What is known about the parts".
#include <rocksdb/cache.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>

#include "broker/store/rocksdb_database.h"

namespace concordat::store {
namespace {

class Listener final : public rocksdb::EventListener {
 public:
  explicit Listener(BackgroundFailure& failure) : failure_(failure) {}
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
    failure_.set("in the background: " + status->ToString());
  }

 private:
  BackgroundFailure& failure_;
};

}  // namespace

rocksdb::DBOptions database_settings(const RocksDbOptions& options, rocksdb::Env* env, BackgroundFailure& background) {
  rocksdb::DBOptions out;
  out.env = env;
  out.listeners.push_back(std::make_shared<Listener>(background));
  // A lost end must be found out, not hidden: the default mode dropped acknowledged rows silently, the absolute one
  // refuses every store whose last write was cut. The chain and the checkpoint outside tell a cut from a loss.
  out.wal_recovery_mode = options.drop_damaged_end ? rocksdb::WALRecoveryMode::kPointInTimeRecovery
                                                   : rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  out.recycle_log_file_num = 0;
  // Without it a recovered log may hold a record whose body is gone.
  out.atomic_flush = true;
  // What was recovered is written anew and synced before anybody relies on it: after a failed sync the page cache may
  // show bytes that the disk never got.
  out.avoid_flush_during_recovery = false;
  out.paranoid_checks = true;
  out.verify_sst_unique_id_in_manifest = true;
  out.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  // A failed write ends the engine; RocksDB must not mend itself and go on behind our back.
  out.max_bgerror_resume_count = 0;
  out.max_total_wal_size = options.wal_bytes_max;
  out.db_write_buffer_size = options.write_buffer_bytes;
  // Flushes and compactions reach the disk in small steps, so that a group's sync does not queue behind a large one.
  out.bytes_per_sync = std::uint64_t{1} << 20;
  out.max_background_jobs = 2;
  // Each of these widens what a crash can leave behind; they stay off.
  out.unordered_write = false;
  out.two_write_queues = false;
  out.enable_pipelined_write = false;
  out.manual_wal_flush = false;
  out.wal_compression = rocksdb::kNoCompression;
  out.track_and_verify_wals_in_manifest = false;
  out.best_efforts_recovery = false;
  out.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  out.keep_log_file_num = 4;
  out.max_log_file_size = std::size_t{1} << 20;
  out.stats_dump_period_sec = 0;
  out.stats_persist_period_sec = 0;
  return out;
}

rocksdb::ColumnFamilyOptions column_settings(const RocksDbOptions& options) {
  rocksdb::ColumnFamilyOptions out;
  out.write_buffer_size = options.write_buffer_bytes;
  // Sealed bytes do not compress.
  out.compression = rocksdb::kNoCompression;
  out.bottommost_compression = rocksdb::kDisableCompressionOption;
  out.paranoid_file_checks = true;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.cache_bytes);
  table.checksum = rocksdb::kXXH3;
  table.verify_compression = false;
  table.block_size = std::size_t{16} << 10;
  out.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return out;
}

}  // namespace concordat::store
