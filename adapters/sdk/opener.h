// Opening a delivery: everything that a recipient checks before it believes and files an event. Pure; one thread or many.
//
//   frame: the broker signed it ─▶ origin: the sender's batch signature, the event's digest over header, leaves and bare
//   hashes ─▶ decision: of this event, for this desk, grants exactly these leaves ─▶ shares ─▶ open ─▶ facts follow ─▶ join
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "proto/contract/contract.h"
#include "proto/directory/directory.h"
#include "proto/seal/box.h"
#include "proto/wire/session.h"

namespace concordat::sdk {

/// An event that this desk may read, proven and opened.
struct OpenedEvent {
  wire::Header header;
  wire::DecisionStatement decision;
  Digest digest;
  contract::Kind kind{};
  std::shared_ptr<const contract::Message> message;
  contract::FactSet facts;           ///< Of what was opened.
  std::uint64_t delivery = 0;
};

/// The keys that open: exchange keys by epoch, the session key of this desk.
using ExchangeKeys = std::map<std::uint32_t, seal::ExchangeKey>;

/// A frame for this desk and session that the broker signed, and which of its proofs of origin hold: each batch signature is verified
/// once, however many of its events the frame carries. Refers to frame and directory, which must outlive it.
class ProvenFrame {
 public:
  const wire::DeliveryFrame& frame() const { return frame_; }
  const directory::Directory& directory() const { return directory_; }
  /// The proof that a delivery names. E-GRANT if there is none, E-PROOF if its adapter did not sign it, E-SENDER if nobody knows the adapter.
  Result<const wire::BatchProof*> proof(std::size_t index) const;

 private:
  friend Result<ProvenFrame> prove_frame(const wire::DeliveryFrame&, const directory::Directory&, DeskNumber, std::uint32_t, std::uint32_t);
  ProvenFrame(const wire::DeliveryFrame& frame, const directory::Directory& directory);

  const wire::DeliveryFrame& frame_;
  const directory::Directory& directory_;
  std::vector<bool> signed_;  ///< By proof.
};

/// Checks that a frame is for this desk, session and key, and that the broker signed it. E-DESK, E-PROOF: the session ends.
/// Cost: a signature to verify for the frame, and one for each of its proofs.
Result<ProvenFrame> prove_frame(const wire::DeliveryFrame& frame, const directory::Directory& directory, DeskNumber desk,
                                std::uint32_t session_epoch, std::uint32_t key);

/// Opens one delivery of the frame. An error says whose fault it is:
///   the sender's, rejected to the broker: E-SENDER, E-PROOF, E-ASSERT, E-ENVIRONMENT, E-OPEN, E-PADDING, E-MISMATCH, E-FIELD, E-LABEL;
///   the broker's: E-GRANT, and E-BOX, which agreeing keys anew may mend;
///   nobody's but this desk's: E-LACKING. The exchange key, the kind or the schema version is not known here, or the sender is not
///   proven by the directory held here while the decision was made under another.
Result<OpenedEvent> open_delivery(const ProvenFrame& frame, const wire::Delivery& delivery, const seal::SessionKey& session,
                                  const ExchangeKeys& exchange);

}  // namespace concordat::sdk
