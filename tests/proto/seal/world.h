// A small sealed and signed event with everything that its readers rely on, and the two checks that they make.
#pragma once

#include <algorithm>

#include "proto/seal/keys.h"
#include "proto/seal/proof.h"
#include "proto/seal/seal.h"
#include "tests/proto/seal/entropy.h"

namespace concordat::seal {

inline Plain plain(std::uint16_t person, std::uint8_t roles, std::uint16_t item, std::uint16_t part, Bytes content,
                   Bytes facts = {}) {
  return {{person, roles, item, part}, std::move(facts), std::move(content)};
}

/// What a sender seals, in no particular order of labels.
inline std::vector<Plain> some_plains() {
  std::vector<Plain> plains;
  plains.push_back(plain(4711, 1, 3, 1, "the second part", "\x05" + Bytes(4, '\x01')));
  plains.push_back(plain(0, 0, 9, 0, "Crewe", "\x07" + Bytes(4, '\x02')));
  plains.push_back(plain(4711, 1, 3, 0, "Priya Example"));
  return plains;
}

struct World {
  SeededEntropy entropy{1};
  Origin origin{"cheshire-east", "cheshire-constabulary", entropy.id<EventId>(), 0, 1, 1, 7};
  ExchangeKey exchange = *ExchangeKey::from(Bytes(32, 'x'));
  Bytes header = "a header of some bytes";
  std::vector<Plain> plains = some_plains();
  SealedEvent event;
  std::vector<Share> shares;  ///< In the order of the leaves.
  SigningPair signer = new_signing_pair(entropy);
  BatchStatement statement{
      "cheshire-constabulary", "cheshire-constabulary/incidents", {77}, 41, "cheshire-east-broker"};
  std::vector<Digest> digests;  ///< Of the batch; the event's own is the second.
  Signature signature;

  World() {
    auto sealed = seal_event(origin, exchange, "an event leaf with its salt", plains, entropy).value();
    event = std::move(sealed.event);
    for (const Leaf& leaf : event.leaves) shares.push_back(share_of(sealed.secret, leaf.label));
    digests = {entropy.id<Digest>(), digest(), entropy.id<Digest>()};
    signature = sign_batch(signer.secret, statement, digests);
    std::sort(plains.begin(), plains.end(), [](const Plain& a, const Plain& b) { return a.label < b.label; });
  }
  Digest digest() const { return event_digest(header, sorted_hashes(event)); }

  /// Who wrote it, and that nothing was changed since.
  bool signature_holds() const { return batch_verifies(signer.verify, statement, digests, signature); }
  bool origin_is_proven() const { return digests[1] == digest() && signature_holds(); }
  /// Every compartment opens to what was sealed.
  bool opens() const {
    for (std::size_t i = 0; i < event.leaves.size(); ++i) {
      const auto content = open(origin, exchange, shares[i], event.leaves[i]);
      if (!content || *content != plains[i].content) return false;
    }
    return true;
  }
};

}  // namespace concordat::seal
