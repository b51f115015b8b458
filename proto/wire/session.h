// The session between a client and the broker, message by message. One ZeroMQ frame a message: u8 type, then protobuf
// (proto/schema/concordat/v1/session.proto). proto/README.md has the states and rules.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/contract/vocabulary.h"
#include "proto/wire/event.h"

namespace concordat::wire {

/// A place in the log, with that record's hash.
struct LogMark {
  Sequence sequence = 0;
  Digest hash;
  friend bool operator==(const LogMark&, const LogMark&) = default;
};

/// Which of the broker's signed messages said a mark.
enum class SignedIn : std::uint8_t { Nothing = 0, Welcome = 1, Results = 2, DeliveryFrame = 3 };

/// A mark with the broker's signature: what a client keeps of the newest message that it verified, and shows in its next
/// Hello. It proves that this broker's log held that record; nobody else can make one.
struct SignedMark {
  LogMark mark;
  SignedIn in = SignedIn::Nothing;
  Digest rest;                               ///< Hash of all else that the message's signature covers.
  seal::Signature signature;
};

// ---- client to broker ------------------------------------------------------------------------------------------

/// First message of a session. Publishes for at most one adapter and reads any of its own desks.
struct Hello {
  std::uint16_t version = kProtocolVersion;
  bool live = false;
  std::string client;
  SignedMark seen;                           ///< Highest place ever seen. A broker that signed it and cannot reproduce it stops.
  std::uint64_t directory_version = 0;       ///< Newest that the client holds; the broker sends what is newer.
  std::string adapter;                       ///< Empty: publishes nothing.
  OutboxEpoch outbox_epoch;
  std::uint64_t next_sequence = 0;           ///< Of the outbox.
  struct DeskKey {
    DeskNumber desk;
    std::uint32_t key = 0;                   ///< Which of the desk's keys it holds.
  };
  std::vector<DeskKey> desks;
};

struct Publish {
  Bytes batch;                               ///< Encoded Batch.
};

/// More room for deliveries; adds to what is left. A desk without credit gets nothing.
struct Credit {
  DeskNumber desk;
  std::uint32_t messages = 0;
  std::uint32_t bytes = 0;
};

/// From a desk's program: the event is on its disk, or it was rejected and why. Closes the delivery either way.
struct Acknowledge {
  DeskNumber desk;
  struct Item {
    std::uint64_t delivery = 0;              ///< Delivery number.
    EventId event;
    std::string rejected;                    ///< A code of the catalogue; empty: opened.
    std::string reason;                      ///< Beside a code, no personal data.
  };
  std::vector<Item> items;
};

/// What people did. Only READ and later stop clocks.
struct Progress {
  DeskNumber desk;
  EventId event;
  contract::ProgressState state{};
  std::string person;                        ///< Who, by name or staff number.
  Instant at;
  std::string reason;                        ///< Required for Declined.
};

/// What an adapter has to say to its party's people about itself, and nothing of a case. The broker records it, hands it to the desk
/// that the directory names for the adapter's alarms, and says it back as an Alarm: then it is recorded. Bounded per adapter and code.
struct Trouble {
  std::string code;                          ///< Of the catalogue, one that the broker knows.
  std::uint32_t count = 0;                   ///< How many it is about.
  Instant since;                             ///< The oldest of them, or when it began.
};

/// Ends the session in order.
struct Goodbye {};

// ---- broker to client ------------------------------------------------------------------------------------------

struct Welcome {
  std::uint16_t version = kProtocolVersion;
  std::string broker;
  LogMark head;                              ///< Durable.
  Digest hash_at_seen;                       ///< The record hash at the client's `seen`: must equal it.
  std::uint64_t directory_version = 0;
  std::uint32_t session_epoch = 0;
  seal::BoxPublic session_key;               ///< Ephemeral, for seal::session_key_of_desk.
  std::uint32_t broker_key = 0;              ///< Epoch key to box event secrets to.
  std::uint64_t next_sequence = 0;           ///< That the broker expects of the outbox epoch; 0 for a new epoch.
  std::uint32_t publish_batches = 0;         ///< How many batches may be unanswered.
  seal::Signature signature;                 ///< By the broker over all the above (context kSession).
};

enum class Outcome : std::uint8_t {
  Accepted = 1,    ///< Durable, decided, in the log.
  Duplicate = 2,   ///< The same event and digest: the first answer again.
  Refused = 3,     ///< Never takes effect as sent; quarantine it and go on.
};

/// The answer to one event of a batch.
struct EventResult {
  Outcome outcome{};
  EventId event;
  Sequence sequence = 0;                     ///< Place in the log.
  std::string code;                          ///< When refused.
  std::string detail;
  std::vector<std::string> told;             ///< Desks whose clause says `tell_sender: yes`.
  bool somebody_told = false;                ///< False: accepted, nobody told but the fallback desk.
  /// Of its kind nothing is said of who was told, or the sender would learn who is registered: `told` is empty, `somebody_told` false.
  bool unsaid = false;
};

/// The acceptance: one for a batch, in order.
struct Results {
  OutboxEpoch outbox_epoch;
  std::uint64_t first_sequence = 0;
  std::vector<EventResult> events;
  LogMark head;                              ///< Durable place that covers them.
  seal::Signature signature;                 ///< By the broker (context kAcceptance).
};

/// One compartment that the desk may open, with the clause that says so.
struct Granted {
  seal::Leaf leaf;
  std::string clause;                        ///< "cheshire-east/marac police-high-risk-to-idva".
};

/// What the broker decided for one desk: signed, and proof for the recipient that it may hold what it holds.
struct DecisionStatement {
  EventId event;
  Digest event_digest;
  Sequence sequence = 0;                     ///< Place in the log of the decision.
  DeskNumber desk;
  std::uint8_t kind = 0;
  std::uint16_t schema_version = 1;
  Instant accepted;                          ///< Clocks count from here.
  Digest agreements;                         ///< Hash of the set in force.
  Digest directory;
  struct Grant {
    seal::Label label;
    std::uint16_t clause = 0;                ///< Index into `clauses`.
  };
  std::vector<Grant> grants;
  struct Clause {
    std::string agreement;                   ///< "cheshire-east/marac v3".
    std::string clause;                      ///< "police-high-risk-to-idva".
    std::string purpose;
    std::string basis;                       ///< The recipient's basis in words, e.g. "UK GDPR 6(1)(e), 9(2)(g)".
    bool duty = false;
  };
  std::vector<Clause> clauses;
  struct Released {
    std::uint16_t person = 0;
    contract::FactEntry fact;
  };
  std::vector<Released> facts;               ///< Facts the clause releases, on the broker's word.
  struct PersonName {
    std::uint16_t person = 0;
    std::uint8_t roles = 0;
    Pseudonym pseudonym;
  };
  std::vector<PersonName> people;            ///< The desk's own names for people of the granted leaves.
  Pseudonym case_pseudonym;
  Instant read_by;                           ///< Epoch 0: no deadline.
  Instant act_by;
  Instant keep_until;                        ///< Epoch 0: `keep_rule` says from when.
  std::string keep_rule;                     ///< "1y from case_closed, then erase".
  std::string onward;                        ///< "to marac of the same items; otherwise ask the sender".
  std::uint8_t lane = 0;
  bool fallback = false;
  bool escalated = false;                    ///< Because somebody else did not read it in time.
  bool historic = false;
};
Bytes encode(const DecisionStatement& statement);
Result<DecisionStatement> decode_decision(ByteView bytes);

struct Delivery {
  std::uint64_t number = 0;                  ///< Of the desk; the same at every redelivery.
  std::uint16_t attempt = 1;
  std::uint16_t proof = 0;                   ///< Index into the frame's proofs.
  std::uint16_t place = 0;                   ///< Of the event's digest in that proof.
  Bytes header;
  std::vector<seal::Leaf> leaves;            ///< Granted ones only.
  std::vector<Digest> others;                ///< Bare hashes of everything else, sorted.
  Bytes decision;                            ///< Encoded DecisionStatement.
  Bytes shares;                              ///< seal::box_shares.
};

struct DeliveryFrame {
  DeskNumber desk;
  std::uint32_t session_epoch = 0;
  std::uint32_t key = 0;                     ///< The desk key that the session key was agreed with.
  std::vector<BatchProof> proofs;
  std::vector<Delivery> deliveries;
  LogMark head;
  seal::Signature signature;                 ///< By the broker over the hashes of the decisions, in order (context kDecision).
};

/// Something a desk must not rely on any more: a newer revision replaced it, or it was withdrawn.
struct Recall {
  DeskNumber desk;
  EventId event;
  Sequence sequence = 0;
  std::string reason;
};

/// An alarm to the sender or a desk: refused urgent event, nobody told, unread, feed silent. Codes, no personal data.
struct Alarm {
  std::string code;
  EventId event;
  std::string text;
  Instant at;
};

/// Progress of a recipient, to a sender whose clause says report_back or tell_sender.
struct Report {
  EventId event;
  std::string desk;
  contract::ProgressState state{};
  Instant at;
};

struct DirectoryUpdate {
  std::uint64_t version = 0;
  Bytes bundle;                              ///< As proto/directory/bundle.h reads it; the client checks it itself.
};

struct Refusal {
  std::string code;
  std::string detail;
  bool closing = true;                       ///< The session ends.
};

/// Both directions; answered with the same.
struct Heartbeat {
  std::uint64_t nonce = 0;
};

using ToBroker = std::variant<Hello, Publish, Credit, Acknowledge, Progress, Goodbye, Heartbeat, Trouble>;
using ToClient = std::variant<Welcome, Results, DeliveryFrame, Recall, Alarm, Report, DirectoryUpdate, Refusal, Heartbeat>;

Bytes encode(const ToBroker& message);
Bytes encode(const ToClient& message);
/// E-FRAME, E-LIMIT, E-LABEL, E-FACT or E-VERSION (Fault::Malformed) with the field's path, e.g. "batch.events[3].header";
/// never throws, never over-allocates: sizes and counts are checked against limits.h before anything is copied. Unknown
/// fields, unknown enum values (0 is one), repeated single fields and wrong lengths are refused. The bytes are copied once.
Result<ToBroker> decode_to_broker(ByteView frame);
Result<ToClient> decode_to_client(ByteView frame);

/// What the broker signs in each: the head, then the hash of a fixed layout of its own (proto/README.md), so that no two
/// encoders can differ in it. Words for people (EventResult::detail) are not signed; the hashes of the decisions stand for
/// the deliveries.
Bytes signed_part(const Welcome& welcome);
Bytes signed_part(const Results& results);
Bytes signed_part(const DeliveryFrame& frame);
/// The head of a signed message as it can be shown later; its signed_part is the message's.
SignedMark signed_mark(const Welcome& welcome);
SignedMark signed_mark(const Results& results);
SignedMark signed_mark(const DeliveryFrame& frame);
Bytes signed_part(const SignedMark& mark);
/// The context that the mark was signed in; empty for Nothing.
std::string_view context_of(SignedIn in);

/// What seal::session_key_of_broker and session_key_of_desk are bound to.
Bytes session_bound(std::string_view broker, std::string_view desk, std::uint32_t key, std::uint32_t session_epoch);
/// What seal::box_shares and unbox_shares are bound to. `decision` is the encoded statement, `sequence` its place in the log.
Bytes shares_bound(std::uint64_t delivery, const Digest& event, ByteView decision, Sequence sequence);

}  // namespace concordat::wire
