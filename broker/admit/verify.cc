// admit, first half: see verify.h.
#include "broker/admit/verify.h"

#include <algorithm>

#include "proto/contract/contract.h"
#include "proto/wire/event.h"

namespace concordat::broker {
namespace {

using directory::Directory;

// 1 January 1900: nobody alive is older than that, and what is computed from it cannot overflow.
constexpr Instant kEarliest{Milliseconds{-2'208'988'800'000}};

// Whose key must have signed: the adapter's, and the adapter must be one that this client publishes for.
Result<const directory::Adapter*> sender_of(const seal::BatchStatement& statement, const std::string& client, const Directory& directory) {
  const directory::Client* publisher = directory.client(client);
  const directory::Adapter* adapter = directory.adapter(statement.adapter);
  const directory::Party* party = adapter == nullptr ? nullptr : directory.party(adapter->party);
  if (publisher == nullptr || party == nullptr || publisher->suspended || adapter->suspended || party->suspended || party->name != statement.agency ||
      publisher->party != adapter->party ||
      std::find(publisher->publishes.begin(), publisher->publishes.end(), statement.adapter) == publisher->publishes.end()) {
    return fail(Fault::Unauthenticated, code::kSender, "batch of " + statement.agency + " for adapter " + statement.adapter + " from client " + client);
  }
  if (statement.broker != directory.broker.name) return fail(Fault::Malformed, code::kSender, "the batch is addressed to another broker");
  return adapter;
}

// What no recipient would take is not taken here: labels rise, each place once; sizes and counts are of the tables.
Result<int> check_form(const seal::SealedEvent& event) {
  const auto& leaves = event.leaves;
  if (leaves.size() > seal::kLeavesMax) return fail(Fault::Malformed, code::kLimit, "compartments");
  const auto falls = [](const seal::Leaf& a, const seal::Leaf& b) { return !(a.label < b.label) || a.label.same_place(b.label); };
  if (std::adjacent_find(leaves.begin(), leaves.end(), falls) != leaves.end()) {
    return fail(Fault::Malformed, code::kLabel, "compartments are not in label order, each place once");
  }
  if (!seal::is_padded(event)) return fail(Fault::Malformed, code::kPadding, "hashes or ciphertexts");
  return 0;
}

Result<int> check_header(const wire::Header& header, const seal::BatchStatement& statement, const Directory& directory) {
  if (header.source != statement.agency) return fail(Fault::Unauthenticated, code::kSender, "the event names another source than its batch");
  if (header.live != (directory.environment == directory::Environment::Live)) return fail(Fault::Malformed, code::kEnvironment, "event");
  if (header.event.none()) return fail(Fault::Malformed, code::kFrame, "the event id is empty");
  if (header.time < kEarliest) return fail(Fault::Malformed, code::kTime, "before 1900: " + to_text(header.time));
  if ((header.revision == 0) != header.corrects.none()) {
    return fail(Fault::Malformed, code::kRevision, "revision 0 corrects nothing, every later one cites what it corrects");
  }
  return 0;
}

Result<VerifiedEvent> verify_event(wire::Event event, const seal::BatchStatement& statement, const Directory& directory, const Digest& digest) {
  VerifiedEvent verified;
  TRY(verified.header, wire::decode_header(event.header));
  TRY_VOID(check_header(verified.header, statement, directory));
  TRY(verified.leaf, wire::decode_event_leaf(event.sealed.event_leaf));
  if (!contract::numbered<contract::Kind>(verified.leaf.kind)) return fail(Fault::Malformed, code::kFrame, "kind");
  if (verified.leaf.schema_version == 0 || verified.leaf.schema_version > contract::kSchemaVersion) {
    return fail(Fault::Malformed, code::kVersion, "of the schema: " + std::to_string(verified.leaf.schema_version));
  }
  TRY_VOID(check_form(event.sealed));
  for (auto& leaf : event.sealed.leaves) {
    verified.labels.push_back(leaf.label);
    verified.facts.push_back(std::move(leaf.facts));
    verified.content_bytes += leaf.ciphertext.size();
    verified.content.sealed.push_back({leaf.commitment, std::move(leaf.ciphertext)});
  }
  TRY(verified.fact_set, contract::collect_facts(verified.leaf.facts, verified.labels, verified.facts));
  verified.content.padding = std::move(event.sealed.padding);
  verified.header_bytes = std::move(event.header);
  verified.leaf_bytes = std::move(event.sealed.event_leaf);
  verified.digest = digest;
  return verified;
}

BatchRefused refuse(SessionId session, const seal::BatchStatement& statement, std::size_t count, Error error) {
  return {session, statement.first_sequence, static_cast<std::uint32_t>(count), std::move(error)};
}

}  // namespace

const seal::BoxPair* BrokerKeys::find(std::uint32_t id) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.id == id; });
  return found == entries.end() ? nullptr : &found->pair;
}

std::variant<BatchArrived, BatchRefused> verify_batch(SessionId session, ByteView encoded, const std::string& client, const Directory& directory,
                                                      const BrokerKeys& keys) {
  auto batch = wire::decode_batch(encoded);
  if (!batch) return refuse(session, {}, 0, batch.error());
  const auto refuse_all = [&](Error error) { return refuse(session, batch->statement, batch->events.size(), std::move(error)); };
  const auto adapter = sender_of(batch->statement, client, directory);
  if (!adapter) return refuse_all(adapter.error());

  // What cannot be read has no digest; its place in the signed list is then not ours to recompute, so the batch falls.
  std::vector<Result<wire::Event>> events;
  std::vector<Digest> digests;
  for (const Bytes& bytes : batch->events) {
    events.push_back(wire::decode_event(bytes));
    if (!events.back()) return refuse_all(events.back().error());
    digests.push_back(wire::digest_of(*events.back()));
  }
  if (!(*adapter)->any_key([&](const seal::VerifyKey& key) { return seal::batch_verifies(key, batch->statement, digests, batch->signature); })) {
    return refuse_all({Fault::Unauthenticated, code::kProof, "batch signature of adapter " + batch->statement.adapter});
  }
  const seal::BoxPair* key = keys.find(batch->broker_key);
  if (key == nullptr) return refuse_all({Fault::Malformed, code::kProof, "secrets are boxed to an unknown key of the broker"});
  auto secrets = seal::unbox_secrets(*key, batch->secrets, wire::encode(batch->statement), events.size());
  if (!secrets) return refuse_all(secrets.error());

  BatchArrived arrived;
  arrived.session = session;
  arrived.statement = batch->statement;
  for (std::size_t i = 0; i < events.size(); ++i) {
    BatchArrived::Item item;
    if (const auto header = wire::decode_header(events[i]->header)) item.event = header->event;
    auto verified = verify_event(*std::move(events[i]), batch->statement, directory, digests[i]);
    if (verified) {
      verified->secret = SecretBytes((*secrets)[i].view());
      item.verified = std::make_unique<VerifiedEvent>(*std::move(verified));
    } else {
      item.error = std::move(verified).error();
    }
    arrived.events.push_back(std::move(item));
  }
  arrived.proof = wire::encode(wire::BatchProof{batch->statement, std::move(digests), batch->signature});
  return arrived;
}

}  // namespace concordat::broker
