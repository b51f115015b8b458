// append, backwards: see recover.h.
#include "broker/append/recover.h"

#include "broker/apply/apply.h"

namespace concordat::broker {
namespace {

constexpr std::size_t kReadRows = 1024;
constexpr std::size_t kReadBytes = 8u << 20;

Bytes bound_snapshot(const std::string& broker, Sequence applied) {
  return Writer().sized("concordat/v1/snapshot").sized(broker).u64(applied).take();
}

tl::unexpected<Error> broken(Sequence sequence, const char* what) {
  return fail(Fault::Corrupt, code::kChain, "record " + std::to_string(sequence) + ": " + what);
}

// A snapshot that does not open is no loss: an older one, or the whole log, gives the same state more slowly.
Result<State> open_snapshot(const store::Snapshot& snapshot, const std::string& broker, BucketKeys& keys) {
  TRY(const seal::SymmetricKey* key, keys.key_for_reading(snapshot_bucket(snapshot.applied)));
  TRY(const Bytes plain, seal::decrypt(*key, snapshot.sealed, bound_snapshot(broker, snapshot.applied)));
  return State::decode(plain);
}

Result<Recovered> from_snapshot(const store::Log& log, const std::string& broker, BucketKeys& keys) {
  Sequence at_most = store::kSequenceMax;
  while (true) {
    TRY(const auto snapshot, log.snapshot(at_most));
    if (!snapshot) break;
    if (snapshot->applied <= log.last()) {
      auto state = open_snapshot(*snapshot, broker, keys);
      if (state && state->applied == snapshot->applied) {
        Recovered recovered;
        TRY(recovered.head.hash, hash_at(log, snapshot->applied));
        recovered.head.sequence = snapshot->applied;
        recovered.from_snapshot = snapshot->applied;
        recovered.state = *std::move(state);
        return recovered;
      }
    }
    if (snapshot->applied == 0) break;
    at_most = snapshot->applied - 1;
  }
  return Recovered{};
}

Result<int> replay(Recovered& recovered, const store::Stored& stored, const std::string& broker, BucketKeys& keys) {
  TRY(const wire::Stub stub, wire::Stub::decode(stored.row.stub));
  if (stub.sequence != recovered.head.sequence + 1 || stored.row.sequence != stub.sequence) return broken(stub.sequence, "out of order");
  if (stub.previous != recovered.head.hash) return broken(stub.sequence, "does not follow from the record before");
  const Applied applied{stub.sequence, stub.time, stub.event, stub.event_digest};
  auto opened = open_row(stored, broker, keys);
  if (opened) {
    TRY_VOID(apply(recovered.state, applied, opened->body));
  } else if (opened.error().code == code::kErased) {
    apply_erased(recovered.state, applied);
  } else {
    return tl::unexpected(std::move(opened).error());
  }
  recovered.head = {stub.sequence, wire::record_hash(stored.row.stub)};
  ++recovered.replayed;
  return 0;
}

Result<int> compare_with_checkpoint(const store::Log& log, const wire::LogMark& checkpoint) {
  if (checkpoint.sequence == 0) return 0;
  if (checkpoint.sequence > log.last()) {
    return fail(Fault::Corrupt, code::kChain,
                "the checkpoint says " + std::to_string(checkpoint.sequence) + " records, the log has " + std::to_string(log.last()));
  }
  TRY(const Digest hash, hash_at(log, checkpoint.sequence));
  if (hash != checkpoint.hash) return broken(checkpoint.sequence, "is another than the checkpoint says");
  return 0;
}

}  // namespace

Result<Recovered> recover(const store::Log& log, const std::string& broker, BucketKeys& keys, const std::optional<wire::LogMark>& checkpoint) {
  if (checkpoint) TRY_VOID(compare_with_checkpoint(log, *checkpoint));
  TRY(Recovered recovered, from_snapshot(log, broker, keys));
  while (recovered.head.sequence < log.last()) {
    TRY(const auto rows, log.read(recovered.head.sequence + 1, kReadRows, kReadBytes, store::Parts::Body));
    if (rows.empty()) return broken(recovered.head.sequence + 1, "is missing");
    for (const auto& stored : rows) TRY_VOID(replay(recovered, stored, broker, keys));
  }
  return recovered;
}

BucketId snapshot_bucket(Sequence applied) { return {std::uint32_t{0xf0} << 24 | static_cast<std::uint32_t>(applied & 0xffffff)}; }

Result<Bytes> seal_snapshot(const State& state, const std::string& broker, BucketKeys& keys, Entropy& entropy) {
  TRY(const seal::SymmetricKey* key, keys.key_for_writing(snapshot_bucket(state.applied)));
  return seal::encrypt(*key, state.encode(), bound_snapshot(broker, state.applied), entropy);
}

store::Followed follow_stub(Sequence sequence, const Digest& previous, ByteView bytes) {
  const auto stub = wire::Stub::decode(bytes);
  return {wire::record_hash(bytes), stub && stub->sequence == sequence && stub->previous == previous};
}

Result<store::CheckReport> check_whole(const store::Log& log, const std::string& broker, BucketKeys& keys, const std::optional<store::Checkpoint>& checkpoint,
                                       const std::function<bool(Sequence)>& go_on, const store::GoOn& bytes) {
  store::CheckWith with;
  with.follow = follow_stub;
  with.examine = [&](const store::Stored& stored) -> Result<int> {
    TRY_VOID(open_row(stored, broker, keys));
    return 0;
  };
  with.checkpoint = checkpoint;
  with.go_on = go_on;
  store::CheckReport report = store::check_log(log, with);
  if (!report.ended) TRY_VOID(log.verify_files(bytes));
  return report;
}

Result<Digest> hash_at(const store::Log& log, Sequence sequence) {
  if (sequence == 0) return Digest{};
  TRY(const store::Stored stored, log.read_one(sequence, store::Parts::Stub));
  return wire::record_hash(stored.row.stub);
}

Result<MaterialPtr> read_material(const store::Log& log, const std::string& broker, BucketKeys& keys, Sequence sequence) {
  TRY(const store::Stored stored, log.read_one(sequence, store::Parts::All));
  auto opened = open_row(stored, broker, keys);
  if (!opened && opened.error().code == code::kErased) return MaterialPtr{};
  if (!opened) return tl::unexpected(std::move(opened).error());
  auto* event = std::get_if<wire::EventAccepted>(&opened->body);
  if (event == nullptr) return broken(sequence, "is not an event");
  TRY(const store::Stored batch, log.read_one(event->batch, store::Parts::Body));
  TRY(const OpenedRecord proof, open_row(batch, broker, keys));
  const auto* taken = std::get_if<wire::BatchTaken>(&proof.body);
  if (taken == nullptr) return broken(event->batch, "is not a batch");

  auto material = std::make_shared<Material>();
  material->sequence = sequence;
  material->accepted = opened->stub.time;
  material->event = opened->stub.event;
  material->digest = opened->stub.event_digest;
  if (!decode_fields(opened->content, material->content)) return broken(sequence, "has content that does not decode");
  material->body = std::move(*event);
  material->proof = std::make_shared<const Bytes>(taken->proof);
  return MaterialPtr(std::move(material));
}

}  // namespace concordat::broker
