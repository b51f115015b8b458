// Starting: keys, store, recovery, world. Everything is checked before the first socket opens. DESIGN 4.6.
#pragma once

#include <memory>

#include "broker/admit/verify.h"
#include "broker/append/recover.h"
#include "broker/config.h"
#include "broker/deliver/assemble.h"
#include "broker/keys/key_ring.h"
#include "broker/step.h"
#include "broker/store/engine.h"
#include "broker/world.h"
#include "proto/observe/log.h"
#include "proto/transport/keys.h"

namespace concordat::broker {

/// The key ring as append wants it. One thread's.
class RingKeys final : public BucketKeys {
 public:
  RingKeys(keys::KeyRing& ring, Clock& clock) : ring_(ring), clock_(clock) {}
  Result<const seal::SymmetricKey*> key_for_writing(BucketId bucket) override;
  Result<const seal::SymmetricKey*> key_for_reading(BucketId bucket) override;
  Result<int> destroy_snapshot_key(BucketId bucket) override;

 private:
  keys::KeyRing& ring_;
  Clock& clock_;
};

/// The broker's own keys, read once. A production broker refuses demonstration keys (E-DEMONSTRATION); keys of two environments
/// are refused (E-ENVIRONMENT).
struct OwnKeys {
  Identity identity;
  transport::KeyPair transport;
  seal::SymmetricKey key_ring;
  bool live = false;             ///< The environment that all of the keys are for.
};
Result<OwnKeys> read_keys(const Config& config);
/// Whether the directory's broker is this one: its name, its signing key, and no box key that is not configured. E-DIRECTORY says
/// which it is not; such a directory is neither started with nor adopted.
Result<int> require_named(const Identity& own, const directory::Directory& directory);

/// Bucket keys as they stood, for reading on another thread; nothing is written with them.
class CopiedKeys final : public BucketKeys {
 public:
  explicit CopiedKeys(std::map<BucketId, seal::SymmetricKey> keys) : keys_(std::move(keys)) {}
  Result<const seal::SymmetricKey*> key_for_writing(BucketId bucket) override;
  Result<const seal::SymmetricKey*> key_for_reading(BucketId bucket) override;
  Result<int> destroy_snapshot_key(BucketId bucket) override;

 private:
  std::map<BucketId, seal::SymmetricKey> keys_;
};

/// Everything a broker runs on, ready.
struct Ready {
  std::unique_ptr<store::Engine> engine;
  std::unique_ptr<keys::KeyRing> ring;
  std::unique_ptr<RingKeys> bucket_keys;
  Recovered recovered;
  WorldParts world_parts;
  World world;
  std::vector<Input> first;      ///< What a broker with an empty log adopts: directory, agreements.
};
/// Opens and recovers. E-CHAIN (also where the store is gone but key ring or checkpoint say that there was one), E-STORE, E-CONFIG, and whatever the directory or an agreement is refused with.
Result<Ready> make_ready(const Config& config, const OwnKeys& own, Clock& clock, Entropy& entropy, observe::Log& log);

}  // namespace concordat::broker
