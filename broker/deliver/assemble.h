// deliver, last step: a hand-over that is durable becomes a frame: granted leaves, bare hashes, the statement, and the shares
// boxed to the desk. The only place where shares are made. DESIGN 2.4 to 2.6.
#pragma once

#include <map>
#include <utility>

#include "broker/admit/verify.h"
#include "broker/core/input.h"
#include "proto/base/entropy.h"
#include "proto/seal/box.h"
#include "proto/seal/proof.h"
#include "proto/wire/session.h"

namespace concordat::broker {

/// The broker's own keys, loaded once.
struct Identity {
  std::string name;
  seal::SigningPair signing;
  BrokerKeys boxes;              ///< All that are configured; a session uses the one that its welcome names.
  seal::PseudonymKey pseudonyms;
};

/// One thread's. Keeps the session keys of open sessions.
class Assembler {
 public:
  Assembler(const Identity& identity, Entropy& entropy) : identity_(identity), entropy_(entropy) {}

  /// Draws the session's ephemeral pair and completes its welcome: key, head, signature.
  wire::Welcome welcome(SessionId session, wire::Welcome welcome, const wire::LogMark& head, const Digest& hash_at_seen);
  wire::Results acceptance(wire::Results results, const wire::LogMark& head) const;
  /// Frames of at most wire::kMessageBytesMax each. E-NOT-FOUND if the session was never welcomed; E-DESK if the desk's key
  /// is not in the directory any more; E-CONFIG if the welcome named a box key that is not held here.
  Result<std::vector<wire::DeliveryFrame>> frames(const HandOver& hand_over, const wire::LogMark& head);
  void forget(SessionId session);

 private:
  struct Agreed {
    seal::BoxPair ephemeral;
    std::uint32_t broker_key = 0;
    std::map<DeskNumber, seal::SessionKey> keys;
  };
  Result<const seal::SessionKey*> key_for(const HandOver& hand_over);
  wire::Delivery deliver(const Offer& offer, const HandOver& hand_over, const seal::SessionKey& key);

  const Identity& identity_;
  Entropy& entropy_;
  std::map<SessionId, Agreed> sessions_;
};

}  // namespace concordat::broker
