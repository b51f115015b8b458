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

Result<int> require_named(const Config& config, const OwnKeys& keys, const directory::Directory& directory) {
  if (directory.broker.name != config.broker) return fail(Fault::Malformed, code::kConfig, "the directory's broker is " + directory.broker.name);
  if (keys.live != (directory.environment == directory::Environment::Live)) return fail(Fault::Refused, code::kEnvironment, "the broker's keys are of the other environment than its directory");
  // Rotation adds before it removes: any listed key will do, for clients try them all.
  const auto& also = directory.broker.verify_also;
  const bool listed = directory.broker.verify == keys.identity.signing.verify || std::find(also.begin(), also.end(), keys.identity.signing.verify) != also.end();
  if (!listed) return fail(Fault::Malformed, code::kConfig, "the directory does not list this broker's signing key");
  for (const auto& key : directory.broker.keys) {
    if (keys.identity.boxes.find(key.id) == nullptr) return fail(Fault::Malformed, code::kConfig, "the directory's box key " + std::to_string(key.id) + " of this broker is not configured");
  }
  return 0;
}

}  // namespace

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
  TRY(ready.engine, store::open_rocksdb(options));
  const auto if_missing = ready.engine->last() == 0 ? keys::KeyRing::IfMissing::Make : keys::KeyRing::IfMissing::Refuse;
  TRY(keys::KeyRing ring, keys::KeyRing::open(config.key_ring.string(), own.key_ring.clone(), if_missing, entropy));
  ready.ring = std::make_unique<keys::KeyRing>(std::move(ring));
  ready.bucket_keys = std::make_unique<RingKeys>(*ready.ring, clock);
  TRY(const auto checkpoint, store::read_checkpoint(store::checkpoint_path(options.directory)));
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
  TRY_VOID(require_named(config, own, *ready.world.directory));
  ready.first.insert(ready.first.begin(), ProcessStarted{config.broker, ready.engine->epoch()});
  for (const auto& name : ready.world.agreements->overdue(clock.now())) {
    log.warning("an agreement's review is overdue; it stays in force", {{"agreement", name}});
  }
  return ready;
}

}  // namespace concordat::broker
