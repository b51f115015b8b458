// deliver, last step: see assemble.h.
#include "broker/deliver/assemble.h"

#include <algorithm>

#include "broker/deliver/statement.h"
#include "proto/base/invariant.h"
#include "proto/wire/event.h"
#include "proto/wire/limits.h"

namespace concordat::broker {
namespace {

constexpr std::size_t kFrameBytesMax = wire::kMessageBytesMax * 3 / 4;  // what surrounds the deliveries fits the rest

seal::Leaf leaf_of(const Material& material, std::size_t i) {
  const auto& recorded = material.body.leaves[i];
  const auto& sealed = material.content.sealed.at(i);
  return {*seal::Label::decode(recorded.label), recorded.facts, sealed.commitment, sealed.ciphertext};
}

std::size_t size_of(const wire::Delivery& delivery) {
  std::size_t bytes = 256 + delivery.header.size() + delivery.decision.size() + delivery.shares.size() + 36 * delivery.others.size();
  for (const auto& leaf : delivery.leaves) bytes += 80 + leaf.facts.size() + leaf.ciphertext.size();
  return bytes;
}

// Deliveries of one batch share its proof; consecutive ones mostly are of one batch.
std::uint16_t proof_index(wire::DeliveryFrame& frame, std::vector<const Bytes*>& known, const std::shared_ptr<const Bytes>& proof) {
  const auto found = std::find_if(known.begin(), known.end(), [&](const Bytes* bytes) { return *bytes == *proof; });
  if (found != known.end()) return static_cast<std::uint16_t>(found - known.begin());
  auto decoded = wire::decode_batch_proof(*proof);
  INVARIANT(decoded.has_value(), "a recorded proof decodes");
  frame.proofs.push_back(*std::move(decoded));
  known.push_back(proof.get());
  return static_cast<std::uint16_t>(known.size() - 1);
}

}  // namespace

wire::Welcome Assembler::welcome(SessionId session, wire::Welcome welcome, const wire::LogMark& head, const Digest& hash_at_seen) {
  Agreed& agreed = sessions_[session];
  agreed.ephemeral = seal::new_box_pair(entropy_);
  agreed.broker_key = welcome.broker_key;
  agreed.keys.clear();
  welcome.session_key = agreed.ephemeral.open;
  welcome.head = head;
  welcome.hash_at_seen = hash_at_seen;
  welcome.signature = seal::sign(identity_.signing.secret, seal::context::kSession, wire::signed_part(welcome));
  return welcome;
}

wire::Results Assembler::acceptance(wire::Results results, const wire::LogMark& head) const {
  results.head = head;
  results.signature = seal::sign(identity_.signing.secret, seal::context::kAcceptance, wire::signed_part(results));
  return results;
}

Result<const seal::SessionKey*> Assembler::key_for(const HandOver& hand_over) {
  const auto session = sessions_.find(hand_over.session);
  if (session == sessions_.end()) return fail(Fault::Refused, code::kNotFound, "session");
  Agreed& agreed = session->second;
  if (const auto known = agreed.keys.find(hand_over.desk); known != agreed.keys.end()) return &known->second;
  const directory::Desk* desk = hand_over.world.directory->desk(hand_over.desk);
  if (desk == nullptr) return fail(Fault::Refused, code::kDesk, "desk " + std::to_string(hand_over.desk.value));
  const auto key = std::find_if(desk->keys.begin(), desk->keys.end(), [&](const auto& k) { return k.id == hand_over.key; });
  if (key == desk->keys.end()) return fail(Fault::Refused, code::kDesk, "key " + std::to_string(hand_over.key) + " of " + desk->name);
  const Bytes bound = wire::session_bound(identity_.name, desk->name, hand_over.key, hand_over.session_epoch);
  // The key that the welcome named, whichever was configured last: the desk agrees with that one.
  const seal::BoxPair* own = identity_.boxes.find(agreed.broker_key);
  if (own == nullptr) return fail(Fault::Refused, code::kConfig, "box key " + std::to_string(agreed.broker_key) + " of this broker is not configured");
  TRY(seal::SessionKey made, seal::session_key_of_broker(agreed.ephemeral, *own, key->open, bound));
  return &agreed.keys.emplace(hand_over.desk, std::move(made)).first->second;
}

wire::Delivery Assembler::deliver(const Offer& offer, const HandOver& hand_over, const seal::SessionKey& key) {
  const Material& material = *offer.material;
  INVARIANT(offer.permitted.event() == material.digest && offer.permitted.desk() == hand_over.desk, "what leaves is what was permitted to that desk");
  wire::Delivery delivery;
  delivery.number = offer.delivery;
  delivery.attempt = offer.attempt;
  delivery.place = material.body.place;
  delivery.header = material.body.header;
  const auto secret = seal::EventSecret::from(material.body.secret.view());
  INVARIANT(secret.has_value(), "an accepted event keeps its secret");
  std::vector<seal::LabelledShare> shares;
  delivery.others.push_back(seal::event_leaf_hash(material.body.event_leaf));
  for (std::size_t i = 0; i < material.body.leaves.size(); ++i) {
    seal::Leaf leaf = leaf_of(material, i);
    if (offer.permitted.grant().granted >> i & 1) {
      shares.push_back({leaf.label, seal::share_of(*secret, leaf.label)});
      delivery.leaves.push_back(std::move(leaf));
    } else {
      delivery.others.push_back(seal::leaf_hash(leaf));
    }
  }
  delivery.others.insert(delivery.others.end(), material.content.padding.begin(), material.content.padding.end());
  std::sort(delivery.others.begin(), delivery.others.end());
  delivery.decision = wire::encode(statement_for(offer, hand_over.desk, hand_over.world, identity_.pseudonyms));
  const Bytes bound = wire::shares_bound(offer.delivery, material.digest, delivery.decision, material.sequence);
  delivery.shares = seal::box_shares(key, shares, bound, entropy_);
  return delivery;
}

Result<std::vector<wire::DeliveryFrame>> Assembler::frames(const HandOver& hand_over, const wire::LogMark& head) {
  TRY(const seal::SessionKey* key, key_for(hand_over));
  std::vector<wire::DeliveryFrame> frames;
  std::vector<const Bytes*> known;
  std::size_t bytes = 0;
  for (const Offer& offer : hand_over.offers) {
    wire::Delivery delivery = deliver(offer, hand_over, *key);
    const std::size_t size = size_of(delivery);
    if (frames.empty() || bytes + size > kFrameBytesMax) {
      frames.emplace_back();
      frames.back().desk = hand_over.desk;
      frames.back().session_epoch = hand_over.session_epoch;
      frames.back().key = hand_over.key;
      frames.back().head = head;
      known.clear();
      bytes = 0;
    }
    bytes += size;
    delivery.proof = proof_index(frames.back(), known, offer.material->proof);
    frames.back().deliveries.push_back(std::move(delivery));
  }
  for (auto& frame : frames) frame.signature = seal::sign(identity_.signing.secret, seal::context::kDecision, wire::signed_part(frame));
  return frames;
}

void Assembler::forget(SessionId session) { sessions_.erase(session); }

}  // namespace concordat::broker
