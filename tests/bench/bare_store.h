// The same machine's bare RocksDB in the same run: concordat_store_bench, started beside and read.
#pragma once

#include <cstdint>
#include <string>

#include "proto/base/result.h"
#include "tests/bench/figures.h"

namespace concordat::bench {

struct BareStore {
  double rocksdb_events_per_s = 0;       ///< Synced batches of 64 events.
  double engine_events_per_s = 0;        ///< The broker's own engine with as many bytes.
  Quantiles sync_ms;                     ///< Of one such batch of RocksDB.
};

/// `program` for `seconds` each, with events of `bytes`, in the working folder.
Result<BareStore> measure_bare_store(const std::string& program, std::uint64_t bytes, double seconds);

}  // namespace concordat::bench
