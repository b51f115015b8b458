// Reading a stopped broker's store: see stopped_store.h.
#include "ops/concordat/stopped_store.h"

#include "broker/append/protect.h"
#include "broker/append/recover.h"
#include "broker/config.h"
#include "broker/keys/key_ring.h"
#include "broker/store/rocksdb_engine.h"
#include "proto/seal/keys.h"

namespace concordat::ops {
namespace {

/// The ring as open_row wants it. Nothing is written while a store is checked.
class ReadingKeys final : public broker::BucketKeys {
 public:
  explicit ReadingKeys(const keys::KeyRing& ring) : ring_(ring) {}
  Result<const seal::SymmetricKey*> key_for_writing(BucketId) override { return refused(); }
  Result<const seal::SymmetricKey*> key_for_reading(BucketId bucket) override { return ring_.get(bucket); }
  Result<int> destroy_snapshot_key(BucketId) override { return refused(); }

 private:
  static tl::unexpected<Error> refused() { return fail(Fault::Refused, code::kStore, "the store is open for reading"); }
  const keys::KeyRing& ring_;
};

}  // namespace

Result<store::CheckReport> check_stopped_store(const std::string& broker_config) {
  TRY(const broker::Config config, broker::load_config(broker_config));
  TRY(const seal::KeyFile ring_key, seal::read_key_file(config.keys.key_ring.string(), seal::KeyPurpose::KeyRing));
  store::RocksDbOptions options;
  options.directory = config.store.string();
  options.checkpoint = config.checkpoint.string();
  TRY(const auto log, store::open_rocksdb_reader(options));
  seal::SystemEntropy entropy;
  TRY(const keys::KeyRing ring, keys::KeyRing::open(config.key_ring.string(), seal::symmetric_key<seal::SymmetricKey>(ring_key),
                                                    keys::KeyRing::IfMissing::Refuse, entropy));
  ReadingKeys reading(ring);
  TRY(const auto checkpoint, store::read_checkpoint(options.checkpoint));
  return broker::check_whole(*log, config.broker, reading, checkpoint);
}

}  // namespace concordat::ops
