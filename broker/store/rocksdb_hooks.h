// Private to this room and its tests: RocksDB over another file system, and faults planted to see that tests bite.
// No program includes this header.
#pragma once

#include <rocksdb/env.h>

#include <memory>

#include "broker/store/rocksdb_engine.h"

namespace concordat::store {

/// What a careless engine would do.
enum class Planted : std::uint8_t { None, AcknowledgeBeforeSync, NoSync, IgnoreFailure };

struct RocksDbHooks {
  std::shared_ptr<rocksdb::Env> env;  ///< None: the machine's.
  Planted planted = Planted::None;
};

Result<std::unique_ptr<Engine>> open_rocksdb_with(RocksDbOptions options, const RocksDbHooks& hooks);

}  // namespace concordat::store
