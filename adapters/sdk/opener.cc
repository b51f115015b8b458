// Opening deliveries: see opener.h.
#include "adapters/sdk/opener.h"

#include <google/protobuf/message.h>

#include <algorithm>

#include "adapters/sdk/beliefs.h"
#include "proto/wire/event.h"

namespace concordat::sdk {
namespace {

using directory::Directory;

tl::unexpected<Error> refuse(Code code, const char* why) { return fail(Fault::Malformed, code, why); }

/// Where another directory was in force when it was decided, the one held here proves nothing against the sender.
Error by_directory(Error error, const wire::DecisionStatement& decision, const Directory& directory) {
  if (decision.directory == directory.digest) return error;
  return {Fault::Unavailable, code::kLacking, "decided under another directory than the one held here, by which: " + describe(error)};
}

Result<const directory::Party*> source_of(const wire::Header& header, const seal::BatchStatement& statement, const Directory& directory) {
  const directory::Adapter* adapter = directory.adapter(statement.adapter);
  const directory::Party* party = directory.party(std::string_view(header.source));
  if (adapter == nullptr || party == nullptr || adapter->party != party->number || statement.agency != header.source) {
    return refuse(code::kSender, "the batch's adapter is not the source's");
  }
  if (statement.broker != directory.broker.name) return refuse(code::kSender, "the batch was for another broker");
  if (header.live != (directory.environment == directory::Environment::Live)) return refuse(code::kEnvironment, "the event is of the other environment");
  return party;
}

bool batch_signed(const wire::BatchProof& proof, const Directory& directory) {
  const directory::Adapter* adapter = directory.adapter(proof.statement.adapter);
  return adapter != nullptr && adapter->any_key([&](const seal::VerifyKey& key) {
    return seal::batch_verifies(key, proof.statement, proof.digests, proof.signature);
  });
}

/// The batch's signature holds, so whatever does not fit it is what the broker made of it, and not its sender's fault.
Result<Digest> check_origin(const wire::BatchProof& proof, const wire::Delivery& delivery) {
  if (delivery.place >= proof.digests.size()) return refuse(code::kGrant, "no place in the proof of origin");
  const auto digest = seal::digest_of_received(delivery.header, delivery.leaves, delivery.others);
  if (!digest || *digest != proof.digests[delivery.place]) return refuse(code::kGrant, "what was handed over is not what the sender signed");
  return digest;
}

Result<int> check_decision(const wire::DecisionStatement& decision, const wire::Header& header, const Digest& digest, DeskNumber desk,
                           const std::vector<seal::Leaf>& leaves) {
  if (decision.event != header.event || decision.event_digest != digest || decision.desk != desk) {
    return refuse(code::kGrant, "the decision is of another event or desk");
  }
  if (decision.grants.size() != leaves.size() || leaves.empty()) return refuse(code::kGrant, "leaves and grants are not as many");
  std::vector<seal::Label> granted, handed;
  for (const auto& grant : decision.grants) {
    if (grant.clause >= decision.clauses.size()) return refuse(code::kGrant, "a grant names no clause");
    granted.push_back(grant.label);
  }
  for (const seal::Leaf& leaf : leaves) handed.push_back(leaf.label);
  std::sort(granted.begin(), granted.end());
  std::sort(handed.begin(), handed.end());
  if (granted != handed) return refuse(code::kGrant, "leaves and grants are not the same");
  return 0;
}

tl::unexpected<Error> lacking(std::string what) { return fail(Fault::Unavailable, code::kLacking, std::move(what)); }

/// A newer kind or version is of a newer program than this one, and no fault of its sender.
Result<contract::Kind> known_kind(const wire::DecisionStatement& decision) {
  const auto kind = contract::numbered<contract::Kind>(decision.kind);
  if (!kind || !contract::is_built(*kind)) return lacking("a program that knows kind " + std::to_string(decision.kind));
  if (decision.schema_version == 0 || decision.schema_version > contract::kSchemaVersion) {
    return lacking("a program that knows schema version " + std::to_string(decision.schema_version));
  }
  return *kind;
}

bool asserts(const directory::Party& source, contract::Kind kind) {
  return std::find(source.asserts.begin(), source.asserts.end(), kind) != source.asserts.end();
}

Result<std::vector<seal::Plain>> open_leaves(const wire::Delivery& delivery, const seal::Origin& origin, const seal::ExchangeKey& key,
                                             const std::vector<seal::LabelledShare>& shares) {
  std::vector<seal::Plain> plains;
  for (const seal::Leaf& leaf : delivery.leaves) {
    const auto share = std::find_if(shares.begin(), shares.end(), [&](const seal::LabelledShare& each) { return each.label == leaf.label; });
    if (share == shares.end() || shares.size() != delivery.leaves.size()) return refuse(code::kGrant, "shares and leaves are not the same");
    TRY(Bytes content, seal::open(origin, key, share->share, leaf));
    plains.push_back({leaf.label, leaf.facts, std::move(content)});
  }
  return plains;
}

}  // namespace

ProvenFrame::ProvenFrame(const wire::DeliveryFrame& frame, const Directory& directory) : frame_(frame), directory_(directory) {
  for (const auto& proof : frame.proofs) signed_.push_back(batch_signed(proof, directory));
}

Result<const wire::BatchProof*> ProvenFrame::proof(std::size_t index) const {
  if (index >= frame_.proofs.size()) return refuse(code::kGrant, "no proof of origin");
  const wire::BatchProof& proof = frame_.proofs[index];
  if (directory_.adapter(proof.statement.adapter) == nullptr) return refuse(code::kSender, "the adapter is not in the directory");
  if (!signed_[index]) return refuse(code::kProof, "the batch is not signed by its adapter");
  return &proof;
}

Result<ProvenFrame> prove_frame(const wire::DeliveryFrame& frame, const Directory& directory, DeskNumber desk, std::uint32_t session_epoch,
                                std::uint32_t key) {
  if (frame.desk != desk || frame.session_epoch != session_epoch || frame.key != key) {
    return fail(Fault::Unauthenticated, code::kDesk, "a delivery for another desk, session or key");
  }
  if (!broker_signed(directory, seal::context::kDecision, wire::signed_part(frame), frame.signature)) {
    return fail(Fault::Unauthenticated, code::kProof, "a delivery that the broker did not sign");
  }
  return ProvenFrame(frame, directory);
}

Result<OpenedEvent> open_delivery(const ProvenFrame& frame, const wire::Delivery& delivery, const seal::SessionKey& session,
                                  const ExchangeKeys& exchange) {
  const Directory& directory = frame.directory();
  OpenedEvent opened;
  auto decision = wire::decode_decision(delivery.decision);
  if (!decision) return refuse(code::kGrant, "the decision cannot be read");
  opened.decision = *std::move(decision);
  const auto proof = frame.proof(delivery.proof);
  if (!proof) return tl::unexpected(proof.error().code == code::kGrant ? proof.error() : by_directory(proof.error(), opened.decision, directory));
  TRY(opened.digest, check_origin(**proof, delivery));
  TRY(opened.header, wire::decode_header(delivery.header));
  const auto source = source_of(opened.header, (*proof)->statement, directory);
  if (!source) return tl::unexpected(by_directory(source.error(), opened.decision, directory));
  TRY_VOID(check_decision(opened.decision, opened.header, opened.digest, frame.frame().desk, delivery.leaves));
  TRY(const contract::Kind kind, known_kind(opened.decision));
  if (!asserts(**source, kind)) {
    return tl::unexpected(by_directory({Fault::Malformed, code::kAssert, "the source may not assert this kind"}, opened.decision, directory));
  }
  const auto key = exchange.find(opened.header.exchange_epoch);
  if (key == exchange.end()) return lacking("the exchange key of epoch " + std::to_string(opened.header.exchange_epoch));

  const Bytes bound = wire::shares_bound(delivery.number, opened.digest, delivery.decision, opened.decision.sequence);
  TRY(const std::vector<seal::LabelledShare> shares, seal::unbox_shares(session, delivery.shares, bound));
  seal::Origin origin;
  origin.partnership = directory.partnership;
  origin.agency = opened.header.source;
  origin.event = opened.header.event;
  origin.revision = opened.header.revision;
  origin.kind = opened.decision.kind;
  origin.schema_version = opened.decision.schema_version;
  origin.exchange_epoch = opened.header.exchange_epoch;
  TRY(const std::vector<seal::Plain> plains, open_leaves(delivery, origin, key->second, shares));
  TRY_VOID(contract::check_facts(kind, plains, opened.header.time));
  TRY(opened.facts, contract::facts_of({}, plains));
  TRY(opened.message, contract::join(kind, plains));
  opened.kind = kind;
  opened.delivery = delivery.number;
  return opened;
}

}  // namespace concordat::sdk
