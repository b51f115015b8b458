// The reading side of the log in RocksDB: see rocksdb_database.h.
#include <rocksdb/file_checksum.h>
#include <sys/statvfs.h>

#include <algorithm>

#include "broker/store/rocksdb_database.h"

namespace concordat::store {
namespace {

using layout::Column;

rocksdb::Slice slice(ByteView bytes) { return {bytes.data(), bytes.size()}; }
ByteView plain(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

tl::unexpected<Error> broken(Sequence at, const std::string& what) {
  return fail(Fault::Corrupt, code::kChain, "record " + std::to_string(at) + ": " + what);
}

constexpr std::size_t kReadAtOnce = std::size_t{1} << 20;

Result<int> verify_file(rocksdb::Env& env, const rocksdb::LiveFileMetaData& file, const GoOn& go_on) {
  const std::string path = file.db_path + file.name;
  std::unique_ptr<rocksdb::SequentialFile> from;
  if (const auto opened = env.NewSequentialFile(path, &from, rocksdb::EnvOptions()); !opened.ok()) {
    if (opened.IsNotFound() || opened.IsPathNotFound()) return 0;
    return tl::unexpected(error_of(opened, path));
  }
  auto checksum = rocksdb::GetFileChecksumGenCrc32cFactory()->CreateFileChecksumGenerator({});
  Bytes room(kReadAtOnce, '\0');
  for (rocksdb::Slice got;;) {
    if (const auto read = from->Read(room.size(), &got, room.data()); !read.ok()) return tl::unexpected(error_of(read, path));
    if (got.empty()) break;
    checksum->Update(got.data(), got.size());
    if (go_on && !go_on(got.size())) return fail(Fault::Busy, code::kBusy, "the check was ended");
  }
  checksum->Finalize();
  if (checksum->GetChecksum() == file.file_checksum) return 0;
  return fail(Fault::Corrupt, code::kStore, path + " has another checksum than was written");
}

}  // namespace

Result<std::unique_ptr<RocksDbLog>> RocksDbLog::over(std::unique_ptr<Database> database, const RocksDbOptions& options) {
  std::unique_ptr<RocksDbLog> log(new RocksDbLog(std::move(database), options));
  TRY(const std::uint64_t format, log->database_->number(layout::kFormatKey));
  if (format != layout::kFormat) {
    return fail(Fault::Malformed, code::kStore, "the store has format " + std::to_string(format) + ", this program knows 1");
  }
  TRY_VOID(log->load_head());
  TRY_VOID(log->load_destroyed());
  TRY(const auto newest, log->snapshot(kSequenceMax));
  log->snapshot_stored(newest ? newest->applied : 0);
  return log;
}

Result<int> RocksDbLog::load_head() {
  TRY(const auto value, database_->get(layout::kMeta, layout::kHeadKey));
  const auto head = value ? layout::parse_head(*value) : std::nullopt;
  if (!head) return fail(Fault::Corrupt, code::kChain, "meta column: no head");
  TRY(const Sequence last, last_in_log());
  if (last != head->last) {
    return broken(last, "the log column ends here, the meta column says " + std::to_string(head->last));
  }
  head_ = *head;
  advance(last);
  return 0;
}

Result<Sequence> RocksDbLog::last_in_log() const {
  const std::unique_ptr<rocksdb::Iterator> at(
      database_->db().NewIterator(rocksdb::ReadOptions(), database_->column(layout::kLog)));
  at->SeekToLast();
  if (!at->status().ok()) return tl::unexpected(error_of(at->status(), "log column"));
  if (!at->Valid()) return Sequence{0};
  const auto last = layout::parse_log_key(plain(at->key()));
  if (!last) return fail(Fault::Corrupt, code::kChain, "log column: a key is not a sequence");
  return *last;
}

Result<int> RocksDbLog::load_destroyed() {
  const std::unique_ptr<rocksdb::Iterator> at(
      database_->db().NewIterator(rocksdb::ReadOptions(), database_->column(layout::kMeta)));
  for (at->Seek(slice(layout::kDestroyedPrefix)); at->Valid(); at->Next()) {
    const auto bucket = layout::parse_destroyed_key(plain(at->key()));
    if (!bucket) break;
    destroyed_.insert(bucket->value);
  }
  if (!at->status().ok()) return tl::unexpected(error_of(at->status(), "meta column"));
  return 0;
}

Result<Bytes> RocksDbLog::part(Column column, Sequence sequence, BucketId bucket, std::uint32_t bytes) const {
  TRY(auto value, database_->get(column, layout::bucket_key(bucket, sequence), reading()));
  if (!value && bytes == 0) return Bytes();
  const std::string name = std::string(layout::kNames[column]);
  if (!value) return broken(sequence, name + " is absent, though its bucket was never destroyed");
  if (value->size() != bytes) return broken(sequence, name + " has another size than was written");
  return *std::move(value);
}

Result<Stored> RocksDbLog::stored(Sequence sequence, ByteView value, Parts parts) const {
  const auto parsed = layout::parse_log_value(value);
  if (!parsed) return broken(sequence, "its value is not of this format");
  Stored out{{sequence, Bytes(parsed->stub), parsed->bucket, {}, {}}, destroyed(parsed->bucket)};
  if (out.destroyed || parts == Parts::Stub) return out;
  TRY(out.row.body, part(layout::kBody, sequence, parsed->bucket, parsed->body_bytes));
  if (parts == Parts::All) {
    TRY(out.row.content, part(layout::kContent, sequence, parsed->bucket, parsed->content_bytes));
  }
  return out;
}

Result<std::vector<Stored>> RocksDbLog::read(Sequence first, std::size_t rows_max, std::size_t bytes_max, Parts parts) const {
  std::vector<Stored> out;
  Sequence expected = std::max<Sequence>(first, 1);
  const Sequence end = last();
  if (expected > end || rows_max == 0) return out;
  // From the cursor with an upper bound: never over tombstones or into what is being written.
  const Bytes bound = layout::log_key(end + 1);
  const rocksdb::Slice upper = slice(bound);
  rocksdb::ReadOptions options = reading();
  options.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> at(database_->db().NewIterator(options, database_->column(layout::kLog)));
  std::size_t bytes = 0;
  for (at->Seek(slice(layout::log_key(expected))); at->Valid() && out.size() < rows_max && bytes < bytes_max; at->Next()) {
    if (layout::parse_log_key(plain(at->key())) != expected) return broken(expected, "is missing");
    TRY(auto next, stored(expected++, plain(at->value()), parts));
    bytes += bytes_of(next.row);
    out.push_back(std::move(next));
  }
  if (!at->status().ok()) return tl::unexpected(error_of(at->status(), "log column"));
  if (!at->Valid() && expected != end + 1) return broken(expected, "is missing");
  return out;
}

Result<Stored> RocksDbLog::read_one(Sequence sequence, Parts parts) const {
  if (sequence == 0 || sequence > last()) {
    return fail(Fault::Malformed, code::kNotFound, "record " + std::to_string(sequence));
  }
  TRY(const auto value, database_->get(layout::kLog, layout::log_key(sequence), reading()));
  if (!value) return broken(sequence, "is missing");
  return stored(sequence, *value, parts);
}

Result<std::optional<Snapshot>> RocksDbLog::snapshot(Sequence at_most) const {
  const std::unique_ptr<rocksdb::Iterator> at(
      database_->db().NewIterator(reading(), database_->column(layout::kSnapshot)));
  at->SeekForPrev(slice(layout::snapshot_header_key(at_most)));
  if (!at->status().ok()) return tl::unexpected(error_of(at->status(), "snapshot column"));
  const auto applied = at->Valid() ? layout::parse_snapshot_header_key(plain(at->key())) : std::nullopt;
  if (!applied) return std::optional<Snapshot>();
  const auto size = layout::parse_number(plain(at->value()));
  if (!size || *size > kSnapshotBytesMax || *applied > last()) return broken(*applied, "its snapshot's header is wrong");
  Snapshot out{*applied, {}};
  out.sealed.reserve(*size);
  for (std::uint32_t number = 0; out.sealed.size() < *size; ++number) {
    TRY(const auto part, database_->get(layout::kSnapshot, layout::snapshot_part_key(*applied, number), reading()));
    if (!part || part->empty()) return broken(*applied, "its snapshot lacks a part");
    out.sealed += *part;
  }
  if (out.sealed.size() != *size) return broken(*applied, "its snapshot has another size than was written");
  return std::optional(std::move(out));
}

std::uint64_t RocksDbLog::free_bytes() const {
  if (free_bytes_) return free_bytes_();
  struct statvfs about {};
  if (::statvfs(directory_.c_str(), &about) != 0) return 0;
  return std::uint64_t{about.f_bavail} * about.f_frsize;
}

Figures RocksDbLog::figures() const {
  Figures out;
  out.last = last();
  out.failure = database_->failure().why();
  rocksdb::DB& db = database_->db();
  for (const Column column : {layout::kLog, layout::kBody, layout::kContent, layout::kSnapshot, layout::kMeta}) {
    std::uint64_t value = 0;
    if (db.GetIntProperty(database_->column(column), "rocksdb.total-sst-files-size", &value)) out.disk_bytes += value;
    if (db.GetIntProperty(database_->column(column), "rocksdb.cur-size-all-mem-tables", &value)) out.memory_bytes += value;
  }
  rocksdb::VectorLogPtr wal;
  if (db.GetSortedWalFiles(wal).ok()) {
    for (const auto& file : wal) out.disk_bytes += file->SizeFileBytes();
  }
  out.free_bytes = free_bytes();
  out.reserved = out.free_bytes < reserve_bytes_;
  return out;
}

// File by file, so that it can be ended, and as RocksDB's own VerifyFileChecksums does it. A file that a compaction has taken
// away meanwhile was read by the compaction.
Result<int> RocksDbLog::verify_files(const GoOn& go_on) const {
  rocksdb::DB& db = database_->db();
  std::vector<rocksdb::LiveFileMetaData> files;
  db.GetLiveFilesMetaData(&files);
  for (const auto& file : files) {
    TRY_VOID(verify_file(*db.GetEnv(), file, go_on));
  }
  return 0;
}

std::unique_ptr<Log> RocksDbLog::view() const {
  return std::unique_ptr<Log>(new RocksDbLog(*this));
}

RocksDbLog::RocksDbLog(const RocksDbLog& whole)
    : database_(whole.database_), directory_(whole.directory_), free_bytes_(whole.free_bytes_), reserve_bytes_(whole.reserve_bytes_),
      destroyed_(whole.destroyed_), last_(whole.last()), snapshot_applied_(whole.snapshot_applied()) {
  // After last() was read, so that the snapshot holds all of it.
  as_of_ = database_->db().GetSnapshot();
}

RocksDbLog::~RocksDbLog() {
  if (as_of_ != nullptr) database_->db().ReleaseSnapshot(as_of_);
}

// What a view reads once does not push out what the owner reads again and again.
rocksdb::ReadOptions RocksDbLog::reading() const {
  rocksdb::ReadOptions options;
  options.snapshot = as_of_;
  options.fill_cache = as_of_ == nullptr;
  return options;
}

}  // namespace concordat::store
