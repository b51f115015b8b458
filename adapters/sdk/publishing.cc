// Publishing: see publishing.h.
#include "adapters/sdk/publishing.h"

#include <algorithm>

#include "proto/wire/event.h"
#include "proto/wire/limits.h"

namespace concordat::sdk {
namespace {

/// Everything of a batch but its events, as the keep stores it.
struct Envelope {
  std::uint32_t broker_key = 0;
  Bytes secrets;
  seal::Signature signature;
};

Bytes encode(const Envelope& envelope) {
  return Writer().u32(envelope.broker_key).sized(envelope.secrets).raw(envelope.signature.view()).take();
}

Result<Envelope> decode_envelope(ByteView bytes) {
  Reader in(bytes);
  Envelope envelope;
  envelope.broker_key = in.u32();
  envelope.secrets = Bytes(in.sized());
  const auto signature = seal::Signature::from(in.raw(seal::Signature::kSize));
  if (!in.done() || !signature) return fail(Fault::Corrupt, code::kKeep, "a stored batch does not decode");
  envelope.signature = *signature;
  return envelope;
}

Result<Bytes> box(const std::vector<keep::Pending>& events, const directory::BoxKey& key, const seal::BatchStatement& statement, Entropy& entropy) {
  std::vector<seal::EventSecret> secrets;
  for (const keep::Pending& event : events) secrets.push_back(event.secret.clone());
  return seal::box_secrets(key.open, secrets, wire::encode(statement), entropy);
}

std::vector<Digest> digests_of(const std::vector<keep::Pending>& events) {
  std::vector<Digest> digests;
  for (const keep::Pending& event : events) digests.push_back(event.digest);
  return digests;
}

}  // namespace

bool signs_for(const seal::VerifyKey& key, std::string_view adapter, const directory::Directory& directory) {
  const directory::Adapter* listed = directory.adapter(adapter);
  return listed != nullptr && listed->any_key([&](const seal::VerifyKey& each) { return each == key; });
}

seal::BatchStatement Publishing::statement(std::uint64_t first, const directory::Directory& directory) const {
  return {signer_.agency, signer_.adapter, keep_.epoch(), first, directory.broker.name};
}

Result<bool> Publishing::opened(const wire::Welcome& welcome) {
  closed();
  window_ = std::min<std::size_t>(welcome.publish_batches, wire::kPublishBatchesMax);
  broker_key_ = welcome.broker_key;
  if (welcome.next_sequence > keep_.next_sequence()) {
    log_.error("the outbox is an old copy: a new epoch begins", {{"ours", keep_.next_sequence()}, {"broker_expects", welcome.next_sequence}});
    TRY_VOID(keep_.renew_epoch());
    return true;
  }
  TRY(std::vector<keep::SentBatch> unanswered, keep_.unanswered());
  for (keep::SentBatch& batch : unanswered) again_.push_back(std::move(batch));
  return false;
}

void Publishing::closed() {
  again_.clear();
  under_way_.clear();
  window_ = 0;
}

/// Signs what waits, and makes it durable before it is sent: the signature is made once.
Result<std::optional<keep::SentBatch>> Publishing::next_batch(const directory::Directory& directory) {
  TRY(std::vector<keep::Pending> events, keep_.waiting(wire::kBatchEventsMax, wire::kBatchBytesMax));
  if (events.empty()) return std::optional<keep::SentBatch>{};
  const directory::BoxKey* key = directory.broker.key(broker_key_);
  if (key == nullptr) return fail(Fault::Unavailable, code::kDirectory, "the broker's key is not in the directory held; wait for the newer one");
  // Signed with another key all of it would be refused, and end in quarantine.
  if (!signs_for(signer_.signing.verify, signer_.adapter, directory)) {
    return fail(Fault::Unavailable, code::kKeyFile, "the signing key is none of those listed for adapter " + signer_.adapter + "; what waits stays in the outbox");
  }
  keep::SentBatch batch;
  batch.first_sequence = events.front().sequence;
  const seal::BatchStatement said = statement(batch.first_sequence, directory);
  Envelope envelope;
  envelope.broker_key = key->id;
  envelope.signature = seal::sign_batch(signer_.signing.secret, said, digests_of(events));
  TRY(envelope.secrets, box(events, *key, said, entropy_));
  batch.envelope = encode(envelope);
  batch.events = std::move(events);
  TRY_VOID(keep_.record_batch(batch.first_sequence, batch.events.size(), batch.envelope));
  return std::optional<keep::SentBatch>(std::move(batch));
}

Result<wire::Publish> Publishing::publish(keep::SentBatch& stored, const directory::Directory& directory) {
  TRY(Envelope envelope, decode_envelope(stored.envelope));
  wire::Batch batch;
  batch.statement = statement(stored.first_sequence, directory);
  // The signature does not cover the box of secrets: a key that the broker gave up since is replaced, nothing else changes.
  if (directory.broker.key(envelope.broker_key) == nullptr) {
    const directory::BoxKey* key = directory.broker.key(broker_key_);
    if (key == nullptr) return fail(Fault::Unavailable, code::kDirectory, "the broker's key is not in the directory held; wait for the newer one");
    TRY(envelope.secrets, box(stored.events, *key, batch.statement, entropy_));
    envelope.broker_key = key->id;
    stored.envelope = encode(envelope);
    TRY_VOID(keep_.replace_envelope(stored.first_sequence, stored.envelope));
  }
  batch.broker_key = envelope.broker_key;
  batch.secrets = std::move(envelope.secrets);
  batch.signature = envelope.signature;
  for (keep::Pending& event : stored.events) batch.events.push_back(std::move(event.bytes));
  return wire::Publish{wire::encode(batch)};
}

Result<std::vector<wire::Publish>> Publishing::more(const directory::Directory& directory) {
  std::vector<wire::Publish> out;
  while (under_way_.size() < window_) {
    keep::SentBatch batch;
    if (!again_.empty()) {
      batch = std::move(again_.front());
      again_.pop_front();
    } else {
      TRY(auto fresh, next_batch(directory));
      if (!fresh) break;
      batch = std::move(*fresh);
    }
    const std::uint64_t first = batch.first_sequence;
    TRY(wire::Publish message, publish(batch, directory));
    under_way_.push_back(first);
    out.push_back(std::move(message));
  }
  return out;
}

Result<int> Publishing::answered(const wire::Results& results, const directory::Directory& directory,
                                 const std::map<std::string, std::optional<Bytes>>& state, Instant now) {
  if (!broker_signed(directory, seal::context::kAcceptance, wire::signed_part(results), results.signature)) {
    return fail(Fault::Unauthenticated, code::kProof, "results are not signed by the broker");
  }
  const auto awaited = std::find(under_way_.begin(), under_way_.end(), results.first_sequence);
  if (results.outbox_epoch != keep_.epoch() || awaited == under_way_.end()) return 0;
  std::vector<keep::Answer> answers;
  for (const wire::EventResult& each : results.events) {
    const bool accepted = each.outcome != wire::Outcome::Refused;
    answers.push_back({accepted, each.sequence, each.code, each.detail});
    if (!accepted) log_.error("an event was refused and is in quarantine", {{"event", each.event}, {"code", each.code}, {"detail", each.detail}});
    if (accepted && !each.somebody_told && !each.unsaid) log_.warning("an event was accepted and nobody was told", {{"event", each.event}});
  }
  TRY_VOID(keep_.record_results(results.first_sequence, answers, state, now));
  under_way_.erase(awaited);
  return 0;
}

}  // namespace concordat::sdk
