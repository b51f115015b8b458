// Opening RocksDB: see rocksdb_database.h.
#include "broker/store/rocksdb_database.h"

#include "proto/base/durable_file.h"

namespace concordat::store {
namespace {

std::string log_directory(const std::string& directory) { return directory + "/log"; }

rocksdb::Slice slice(ByteView bytes) { return {bytes.data(), bytes.size()}; }

// A store whose CURRENT file is gone looks like no store to RocksDB, which would then clear it away.
bool holds_data(rocksdb::Env& env, const std::string& directory) {
  std::vector<rocksdb::Env::FileAttributes> files;
  if (!env.GetChildrenFileAttributes(directory, &files).ok()) return false;
  for (const auto& file : files) {
    if (file.name.ends_with(".sst") || (file.name.ends_with(".log") && file.size_bytes > 0)) return true;
  }
  return false;
}

}  // namespace

Error error_of(const rocksdb::Status& status, const std::string& what) {
  const std::string detail = what + ": " + status.ToString();
  if (status.IsCorruption()) return {Fault::Corrupt, code::kChain, detail};
  if (status.IsIOError() && detail.find("lock ") != std::string::npos) return {Fault::Busy, code::kFenced, detail};
  return {Fault::Unavailable, code::kStore, detail};
}

void BackgroundFailure::set(const std::string& why) {
  if (claimed_.exchange(true)) return;
  why_ = why;
  failed_.store(true, std::memory_order_release);
}

std::string BackgroundFailure::why() const { return failed() ? why_ : std::string(); }

Result<std::unique_ptr<Database>> Database::open(const RocksDbOptions& options, const RocksDbHooks& hooks, Mode mode) {
  std::unique_ptr<Database> out(new Database());
  out->env_ = hooks.env;
  rocksdb::Env* env = out->env_ ? out->env_.get() : rocksdb::Env::Default();
  const std::string directory = log_directory(options.directory);
  const bool there = env->FileExists(directory + "/CURRENT").ok();
  if (!there && (mode != Mode::Create || holds_data(*env, directory))) {
    return fail(Fault::Corrupt, code::kChain, directory + "/CURRENT is missing");
  }
  if (!there && !hooks.env) TRY_VOID(make_directory(directory));
  rocksdb::DBOptions settings = database_settings(options, env, out->failure_);
  settings.create_if_missing = settings.create_missing_column_families = mode == Mode::Create;
  const auto column = column_settings(options);
  std::vector<rocksdb::ColumnFamilyDescriptor> columns;
  for (const char* name : layout::kNames) columns.emplace_back(name, column);
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      mode == Mode::Read ? rocksdb::DB::OpenForReadOnly(settings, directory, columns, &out->columns_, &db)
                         : rocksdb::DB::Open(settings, directory, columns, &out->columns_, &db);
  if (!status.ok()) return tl::unexpected(error_of(status, directory));
  out->db_.reset(db);
  return out;
}

Database::~Database() {
  if (!db_) return;
  for (auto* column : columns_) db_->DestroyColumnFamilyHandle(column).PermitUncheckedError();
  db_->Close().PermitUncheckedError();
}

Result<std::optional<Bytes>> Database::get(layout::Column from, ByteView key, const rocksdb::ReadOptions& options) const {
  Bytes value;
  const auto status = db_->Get(options, column(from), slice(key), &value);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (!status.ok()) return tl::unexpected(error_of(status, "read"));
  return std::optional(std::move(value));
}

Result<std::uint64_t> Database::number(ByteView meta_key) const {
  TRY(const auto value, get(layout::kMeta, meta_key));
  const auto number = value ? layout::parse_number(*value) : std::nullopt;
  if (!number) return fail(Fault::Corrupt, code::kChain, "meta column: no " + std::string(meta_key));
  return *number;
}

}  // namespace concordat::store
