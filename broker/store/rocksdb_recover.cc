// What the writer does before its thread starts: see rocksdb_writer.h.
#include <algorithm>
#include <filesystem>

#include "broker/store/rocksdb_writer.h"

namespace concordat::store {
namespace {

rocksdb::Slice slice(ByteView bytes) { return {bytes.data(), bytes.size()}; }

Result<int> write_synced(Database& database, rocksdb::WriteBatch& batch) {
  rocksdb::WriteOptions options;
  options.sync = true;
  if (const auto status = database.db().Write(options, &batch); !status.ok()) {
    return tl::unexpected(error_of(status, "write at opening"));
  }
  return 0;
}

}  // namespace

bool log_exists(const std::string& directory) {
  std::error_code error;
  return std::filesystem::exists(directory + "/log", error);
}

Result<int> initialise(Database& database) {
  TRY(const auto format, database.get(layout::kMeta, layout::kFormatKey));
  if (format) return 0;
  rocksdb::WriteBatch batch(0, 0, 8, 0);
  auto* meta = database.column(layout::kMeta);
  batch.Put(meta, slice(layout::kFormatKey), layout::number_value(layout::kFormat)).PermitUncheckedError();
  batch.Put(meta, slice(layout::kEpochKey), layout::number_value(0)).PermitUncheckedError();
  batch.Put(meta, slice(layout::kHeadKey), layout::head_value({})).PermitUncheckedError();
  return write_synced(database, batch);
}

Result<Recovered> recover_writer(RocksDbLog& log, const Checkpoint& checkpoint) {
  Database& database = log.database();
  Recovered out{0, log.head_at_opening(), checkpoint, {}};
  TRY(const std::uint64_t epoch, database.number(layout::kEpochKey));
  for (std::size_t slot = 0; slot < layout::kGroupsRemembered; ++slot) {
    TRY(const auto value, database.get(layout::kMeta, layout::group_key(slot)));
    out.groups.push_back((value ? layout::parse_group(*value) : std::nullopt).value_or(layout::Remembered{}));
  }
  out.epoch = epoch + 1;
  rocksdb::WriteBatch batch(0, 0, 8, 0);
  batch.Put(database.column(layout::kMeta), slice(layout::kEpochKey), layout::number_value(out.epoch)).PermitUncheckedError();
  TRY_VOID(write_synced(database, batch));
  return out;
}

}  // namespace concordat::store
