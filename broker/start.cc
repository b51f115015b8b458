// Starting: see start.h.
#include "broker/start.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "broker/store/check.h"
#include "broker/store/checkpoint.h"
#include "broker/store/rocksdb_engine.h"
#include "policy/agreement/in_force.h"
#include "proto/seal/keys.h"

namespace concordat::broker {
namespace {

constexpr std::size_t kFileBytesMax = 4u << 20;

Result<Bytes> read_file(const std::filesystem::path& path) {
  std::error_code wrong;
  const auto size = std::filesystem::file_size(path, wrong);
  if (wrong || size > kFileBytesMax) return fail(Fault::Malformed, code::kConfig, path.string() + " cannot be read");
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (!in) return fail(Fault::Malformed, code::kConfig, path.string() + " cannot be read");
  return std::move(bytes).str();
}

template <class Key>
Key first_bytes(const seal::KeyFile& file) {
  return *Key::from(file.secret.view().substr(0, Key::kSize));
}

std::set<std::chrono::sys_days> holidays_of(const Config& config) {
  std::set<std::chrono::sys_days> days;
  for (const auto& day : config.holidays) days.insert(std::chrono::sys_days(day));
  return days;
}

// A broker that has never run takes what its configuration says; afterwards the log alone says what is in force.
Result<int> adopt_first(const Config& config, Ready& ready) {
  TRY(const Bytes bundle, read_file(config.start_directory));
  State empty;
  TRY(auto directory, adopt_directory(empty, nullptr, ready.world_parts, bundle, ""));
  ready.world = directory.world;
  ready.first.push_back(std::move(directory));
  for (const auto& start : config.start_agreements) {
    TRY(const Bytes file, read_file(start.file));
    TRY(const Bytes signatures, read_file(start.signatures));
    TRY(auto agreement, adopt_agreement(empty, ready.world, ready.world_parts, file, signatures, ""));
    const auto& record = agreement.record;
    empty.agreements[record.name] = {record.version, record.digest, record.file, record.signatures};
    ready.world = agreement.world;
    ready.first.push_back(std::move(agreement));
  }
  return 0;
}

// Only a broker that has never run starts without a log: one with a key ring or a checkpoint that names a record has lost it.
Result<int> require_not_lost(const Config& config) {
  if (store::log_exists(config.store.string())) return 0;
  const std::string gone = "there is no log in " + config.store.string() + ", but ";
  const std::string remedy = "; restore the store from its newest copy (a broker that begins anew needs a key ring and a checkpoint of its own)";
  TRY(const auto checkpoint, store::read_checkpoint(config.checkpoint.string()));
  if (checkpoint && checkpoint->sequence > 0) {
    return fail(Fault::Corrupt, code::kChain, gone + config.checkpoint.string() + " says that it had " + std::to_string(checkpoint->sequence) + " records" + remedy);
  }
  if (keys::KeyRing::in(config.key_ring.string())) {
    return fail(Fault::Corrupt, code::kChain, gone + config.key_ring.string() + " holds the keys of its records" + remedy);
  }
  return 0;
}

}  // namespace

Result<int> require_named(const Identity& own, const directory::Directory& directory) {
  const auto wrong = [&](const std::string& what) {
    return fail(Fault::Refused, code::kDirectory, what + "; propose the next version with the entry of " + own.name + " (`concordat broker request`, `directory propose --broker`)");
  };
  if (directory.broker.name != own.name) return wrong("the directory's broker is " + directory.broker.name + ", this one is " + own.name);
  // Rotation adds before it removes: any listed key will do, for clients try them all.
  const auto& also = directory.broker.verify_also;
  const bool listed = directory.broker.verify == own.signing.verify || std::find(also.begin(), also.end(), own.signing.verify) != also.end();
  if (!listed) return wrong("the directory does not list this broker's signing key");
  for (const auto& key : directory.broker.keys) {
    if (own.boxes.find(key.id) == nullptr) return wrong("the directory's box key " + std::to_string(key.id) + " of this broker is not in its configuration (keys: box)");
  }
  return 0;
}

Result<const seal::SymmetricKey*> CopiedKeys::key_for_writing(BucketId) { return fail(Fault::Refused, code::kStore, "these keys are for reading"); }
Result<int> CopiedKeys::destroy_snapshot_key(BucketId) { return fail(Fault::Refused, code::kStore, "these keys are for reading"); }

Result<const seal::SymmetricKey*> CopiedKeys::key_for_reading(BucketId bucket) {
  const auto found = keys_.find(bucket);
  // A view knows which buckets were destroyed; any other key that is not here is lost.
  if (found == keys_.end()) return fail(Fault::Refused, code::kErased, "bucket " + keys::to_text(bucket));
  return &found->second;
}

Result<const seal::SymmetricKey*> RingKeys::key_for_writing(BucketId bucket) { return ring_.get_or_make(bucket, clock_.now()); }
Result<const seal::SymmetricKey*> RingKeys::key_for_reading(BucketId bucket) { return ring_.get(bucket); }

Result<int> RingKeys::destroy_snapshot_key(BucketId bucket) {
  TRY_VOID(ring_.destroy(bucket, clock_.now()));
  return ring_.forget(bucket);
}

Result<OwnKeys> read_keys(const Config& config) {
  OwnKeys keys;
  seal::KeyReader files(config.production);
  keys.identity.name = config.broker;
  TRY(const seal::KeyFile signing, files.read(config.keys.signing.string(), seal::KeyPurpose::Signing));
  keys.identity.signing.secret = first_bytes<seal::SigningKey>(signing);
  keys.identity.signing.verify = *seal::VerifyKey::from(signing.open.view());
  for (const auto& path : config.keys.box) {
    TRY(const seal::KeyFile box, files.read(path.string(), seal::KeyPurpose::Box));
    keys.identity.boxes.entries.push_back({box.epoch, {first_bytes<seal::BoxSecret>(box), *seal::BoxPublic::from(box.open.view())}});
  }
  TRY(const seal::KeyFile transport, files.read(config.keys.transport.string(), seal::KeyPurpose::Transport));
  TRY(keys.transport, transport::keys_from(transport.secret.view().substr(0, 32), transport.open.view()));
  TRY(const seal::KeyFile ring, files.read(config.keys.key_ring.string(), seal::KeyPurpose::KeyRing));
  keys.key_ring = first_bytes<seal::SymmetricKey>(ring);
  TRY(const seal::KeyFile pseudonym, files.read(config.keys.pseudonym.string(), seal::KeyPurpose::Pseudonym));
  keys.identity.pseudonyms = first_bytes<seal::PseudonymKey>(pseudonym);
  keys.live = files.live();
  return keys;
}

Result<Ready> make_ready(const Config& config, const OwnKeys& own, Clock& clock, Entropy& entropy, observe::Log& log) {
  Ready ready;
  TRY(const Bytes roots, read_file(config.roots));
  TRY(ready.world_parts.roots, directory::read_roots(roots, config.roots.string()));
  ready.world_parts.production = config.production;
  TRY(Calendar calendar, london_calendar(holidays_of(config)));
  ready.world_parts.calendar = std::make_shared<const Calendar>(std::move(calendar));

  store::RocksDbOptions options;
  options.directory = config.store.string();
  options.checkpoint = config.checkpoint.string();
  TRY_VOID(require_not_lost(config));
  TRY(ready.engine, store::open_rocksdb(options));
  const auto if_missing = ready.engine->last() == 0 ? keys::KeyRing::IfMissing::Make : keys::KeyRing::IfMissing::Refuse;
  TRY(keys::KeyRing ring, keys::KeyRing::open(config.key_ring.string(), own.key_ring.clone(), if_missing, entropy));
  ready.ring = std::make_unique<keys::KeyRing>(std::move(ring));
  ready.bucket_keys = std::make_unique<RingKeys>(*ready.ring, clock);
  TRY(const auto checkpoint, store::read_checkpoint(options.checkpoint));
  std::optional<wire::LogMark> mark;
  if (checkpoint) mark = wire::LogMark{checkpoint->sequence, checkpoint->head};
  // The whole chain is walked at every start, not only what follows the snapshot: about a microsecond a record.
  store::CheckWith with;
  with.follow = follow_stub;
  with.checkpoint = checkpoint;
  TRY_VOID(store::require_whole(*ready.engine, with));
  TRY(ready.recovered, recover(*ready.engine, config.broker, *ready.bucket_keys, mark));
  if (ready.recovered.head.sequence == 0) {
    TRY_VOID(adopt_first(config, ready));
  } else {
    TRY(ready.world, build_world(ready.recovered.state, ready.world_parts));
  }
  TRY_VOID(require_named(own.identity, *ready.world.directory));
  if (own.live != (ready.world.directory->environment == directory::Environment::Live)) {
    return fail(Fault::Refused, code::kEnvironment, std::string("the broker's keys are ") + (own.live ? "live" : "test") + ", and its directory is not");
  }
  ready.first.insert(ready.first.begin(), ProcessStarted{config.broker, ready.engine->epoch()});
  for (const auto& name : ready.world.agreements->overdue(clock.now())) {
    log.warning("an agreement's review is overdue; it stays in force", {{"agreement", name}});
  }
  return ready;
}

}  // namespace concordat::broker
