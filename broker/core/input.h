// What goes into step and what comes out: inputs, records and effects, all plain values. DESIGN 4.2.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "broker/core/calendar.h"
#include "broker/core/material.h"
#include "broker/core/permitted.h"
#include "policy/decide.h"
#include "proto/base/channel.h"
#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/directory/directory.h"
#include "proto/seal/seal.h"
#include "proto/wire/record.h"
#include "proto/wire/session.h"

namespace concordat::broker {

/// A client's session with the broker; numbers are never reused while the process lives.
using SessionId = std::uint64_t;

/// Directory and agreements in force, built by the loops from what the log adopted. Immutable.
struct World {
  std::shared_ptr<const directory::Directory> directory;
  std::shared_ptr<const policy::InForce> agreements;
  Digest agreements_digest;
  std::shared_ptr<const Calendar> calendar;
};

/// One event that passed every check that needs no state: proof, form, labels, facts, secret. Made by admit/verify.
struct VerifiedEvent {
  wire::Header header;
  Bytes header_bytes;
  wire::EventLeaf leaf;
  Bytes leaf_bytes;
  Digest digest;
  std::vector<seal::Label> labels;
  std::vector<Bytes> facts;               ///< Encoded, by label.
  contract::FactSet fact_set;
  SecretBytes secret;
  wire::Content content;
  std::size_t content_bytes = 0;
};

// ---- inputs ----------------------------------------------------------------------------------------------------

struct Opened {
  SessionId session = 0;
  std::string client;                     ///< As the transport authenticated it.
  wire::Hello hello;
};
struct Closed {
  SessionId session = 0;
};
struct BatchArrived {
  SessionId session = 0;
  seal::BatchStatement statement;
  Bytes proof;                            ///< Encoded wire::BatchProof.
  struct Item {
    EventId event;                        ///< As far as it could be read.
    std::optional<Error> error;
    std::unique_ptr<VerifiedEvent> verified;  ///< Unless there is an error.
  };
  std::vector<Item> events;
};
/// The batch as a whole cannot be answered for: not this adapter's, not proven. The session goes on; its numbers are consumed.
struct BatchRefused {
  SessionId session = 0;
  std::uint64_t first_sequence = 0;
  std::uint32_t count = 0;
  Error error;
};
struct CreditGiven {
  SessionId session = 0;
  wire::Credit credit;
};
struct AcknowledgeArrived {
  SessionId session = 0;
  wire::Acknowledge acknowledge;
};
struct ProgressArrived {
  SessionId session = 0;
  wire::Progress progress;
};
struct TroubleArrived {
  SessionId session = 0;
  wire::Trouble trouble;
};
/// Echoed as an effect like any other: the echo says that all this session said before is durable.
struct Beat {
  SessionId session = 0;
  wire::Heartbeat beat;
};
/// Rows that the core asked for, read back and opened; an entry without material was destroyed.
struct Fetched {
  std::vector<std::pair<Sequence, MaterialPtr>> found;  ///< In the order asked for; what is missing is asked for again.
};
struct AdoptDirectory {
  World world;                            ///< With the new directory, and agreements compiled against it.
  wire::DirectoryAdopted record;
  std::string operator_name;
};
struct AdoptAgreement {
  World world;
  wire::AgreementAdopted record;
  std::string operator_name;
};
struct RetryParked {
  DeskNumber desk;
  std::uint64_t delivery = 0;             ///< 0: all of the desk.
  std::string operator_name;
};
/// An operator asked something that is recorded though it changes nothing: who looked at what.
struct OperatorAsked {
  std::string operator_name;
  std::string question;
};
/// The process began, with this writer epoch: recorded, so that the log shows every start.
struct ProcessStarted {
  std::string broker;
  std::uint64_t writer_epoch = 0;
};
/// Time passes: leases, back-off, deadlines.
struct Tick {};

using Input = std::variant<Opened, Closed, BatchArrived, BatchRefused, CreditGiven, AcknowledgeArrived, ProgressArrived, TroubleArrived, Beat, Fetched,
                           AdoptDirectory, AdoptAgreement, RetryParked, OperatorAsked, ProcessStarted, Tick>;

// ---- outputs ---------------------------------------------------------------------------------------------------

/// A record that was decided and applied in memory, on its way to the log. append/ gives it id, chain, salt and seal.
struct PendingRecord {
  Sequence sequence = 0;
  Instant time;
  EventId event;
  Digest event_digest;
  BucketId bucket;
  std::shared_ptr<const wire::Body> body; ///< Unless `material` is set.
  MaterialPtr material;                   ///< Of an EventAccepted.
};

/// One delivery as it is about to leave, with what the desk is granted now.
struct Offer {
  MaterialPtr material;
  Permitted permitted;
  std::uint64_t delivery = 0;
  std::uint16_t attempt = 1;
  bool escalated = false;
};

struct SendWelcome {
  SessionId session = 0;
  wire::Welcome welcome;                  ///< The loop adds head, hash_at_seen, the ephemeral key and the signature.
  Sequence seen = 0;                      ///< What the client has seen; the loop has made sure that it is in this log.
};
struct SendMessage {
  SessionId session = 0;
  wire::ToClient message;
};
struct SendResults {
  SessionId session = 0;
  wire::Results results;                  ///< The loop adds head and signature.
};
struct HandOver {
  SessionId session = 0;
  DeskNumber desk;
  std::uint32_t session_epoch = 0;
  std::uint32_t key = 0;                  ///< Of the desk.
  World world;                            ///< That the offers were permitted under: names of clauses come from it.
  std::vector<Offer> offers;
};
struct Fetch {
  std::vector<Sequence> sequences;
};
struct CloseSession {
  SessionId session = 0;
};
/// Transport's allow-list follows the directory.
struct DirectoryChanged {
  std::shared_ptr<const directory::Directory> directory;
};

/// The answer to an operator's command: like every effect it waits for the log.
struct AnswerOperator {
  std::shared_ptr<Channel<Result<std::string>>> to;
  Result<std::string> text;
};

using Effect = std::variant<SendWelcome, SendMessage, SendResults, HandOver, Fetch, CloseSession, DirectoryChanged, AnswerOperator>;

/// What one or several steps gave: records in log order, and effects that may happen once all of them are durable.
struct Output {
  std::vector<PendingRecord> records;
  std::vector<Effect> effects;
};

}  // namespace concordat::broker
