// A record of the log: a public stub and a body that is sealed at rest. DESIGN 4.3; the page is broker/append/README.md.
// The stub is a fixed layout (it is what a transparency tree covers); bodies are listed field by field (base/fields.h).
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "proto/base/fields.h"
#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/seal/label.h"

namespace concordat::wire {

/// Numbers are for ever. Types from 32 on are kept for erasure, witnesses and federation.
enum class RecordType : std::uint8_t {
  Started = 1, DirectoryAdopted = 2, AgreementAdopted = 3, BatchTaken = 4, EventAccepted = 5, EventRefused = 6, HandedOver = 7,
  Acknowledged = 8, ProgressMade = 9, Escalated = 10, Parked = 11, Retried = 12, AlarmRaised = 13, RefusalsCounted = 14,
  ClockStepped = 15, Administered = 16, Withheld = 17, Reconsidered = 18,
  BodyErased = 32, BucketDoomed = 33, BucketDestroyed = 34, CheckpointWitnessed = 35,
};

/// Public: says that something happened and commits to what, and nothing about whom.
struct Stub {
  static constexpr std::uint8_t kVersion = 1;
  RecordType type{};
  Sequence sequence = 0;
  Instant time;                 ///< The broker's, when it decided.
  RecordId id;
  Digest previous;              ///< Record hash of sequence - 1.
  EventId event;                ///< None where no single event is meant.
  Digest event_digest;
  Digest commitment;            ///< seal::commitment to the body under the salt it begins with.
  Digest content;               ///< seal::hash of the content beside the body; none if there is none.
  BucketId bucket;

  Bytes encode() const;         ///< 182 bytes.
  static Result<Stub> decode(ByteView bytes);
};
/// Hash of a record in the chain: over its stub, which holds the hash before.
Digest record_hash(ByteView stub);

// ---- bodies ----------------------------------------------------------------------------------------------------

struct Started {
  std::string broker;
  std::uint64_t writer_epoch = 0;
  template <class V> void fields(V& visit) { visit(broker, writer_epoch); }
};

struct DirectoryAdopted {
  std::uint64_t version = 0;
  Digest digest;
  Bytes bundle;
  template <class V> void fields(V& visit) { visit(version, digest, bundle); }
};

struct AgreementAdopted {
  std::string name;             ///< "cheshire-east/marac".
  std::uint32_t version = 0;
  Digest digest;                ///< Of the file's bytes.
  Bytes file;                   ///< What was signed. Empty: withdrawn from force.
  Bytes signatures;
  template <class V> void fields(V& visit) { visit(name, version, digest, file, signatures); }
};

/// One a batch with at least one accepted event: its proof of origin, to which the events refer.
struct BatchTaken {
  std::string adapter;
  std::string client;
  OutboxEpoch outbox_epoch;
  std::uint64_t first_sequence = 0;
  std::uint32_t count = 0;
  Bytes proof;                  ///< Encoded wire::BatchProof.
  template <class V> void fields(V& visit) { visit(adapter, client, outbox_epoch, first_sequence, count, proof); }
};

/// What decide granted to one desk, as it is kept.
struct RecordedDesk {
  DeskNumber desk;
  std::uint64_t delivery = 0;                ///< Number in the desk's mailbox.
  std::uint64_t granted = 0;                 ///< Bit n: label n of the event.
  std::uint64_t facts = 0;                   ///< Bit n: fact number n is released.
  struct Clause {
    std::uint16_t agreement = 0;
    std::uint16_t clause = 0;
    friend bool operator==(const Clause&, const Clause&) = default;
    template <class V> void fields(V& visit) { visit(agreement, clause); }
  };
  std::vector<Clause> clauses;               ///< One for each set bit of `granted`, in bit order.
  std::uint8_t lane = 0;
  bool duty = false;
  bool fallback = false;
  bool tell_sender = false;
  bool clock_always = false;
  std::uint32_t read_within_minutes = 0;
  std::uint32_t act_within_minutes = 0;
  std::uint16_t act_within_working_days = 0;
  Instant read_by;                           ///< Epoch 0: none.
  Instant act_by;
  std::vector<DeskNumber> then;              ///< Escalation chain that is left.
  std::uint32_t keep_days = 0;
  std::uint8_t keep_from = 0;
  std::vector<std::pair<std::uint32_t, std::uint8_t>> keep_also;  ///< Days and from when: whichever period ends first.
  std::uint64_t onward = 0;                  ///< Bit n: label n may be passed on to `onward_to`.
  std::vector<DeskNumber> onward_to;
  std::uint8_t onward_else = 0;              ///< policy::OnwardElse.
  template <class V>
  void fields(V& visit) {
    visit(desk, delivery, granted, facts, clauses, lane, duty, fallback, tell_sender, clock_always, read_within_minutes, act_within_minutes,
          act_within_working_days, read_by, act_by, then, keep_days, keep_from, keep_also, onward, onward_to, onward_else);
  }
};

/// Who in an event is which person of the broker's linked state. Ids are the broker's own and never leave it.
struct LinkedPerson {
  std::uint16_t person = 0;                  ///< In the event; 0 is the case.
  std::uint64_t cluster = 0;
  bool strong = false;                       ///< Linked by at least one strong identifier.
  template <class V> void fields(V& visit) { visit(person, cluster, strong); }
};

/// The state that decide read, kept whole so that explanation, replay and an oracle see the same.
/// What a victim's consent is for a purpose, as the broker held it then.
struct RecordedWord {
  std::uint16_t person = 0;
  std::uint32_t purpose = 0;                 ///< 0: any.
  std::uint8_t state = 0;                    ///< contract::ConsentState.
  bool in_doubt = false;                     ///< Another may have said it, or a clock contradicts it.
  template <class V> void fields(V& visit) { visit(person, purpose, state, in_doubt); }
};

struct RecordedState {
  bool victim_known = false;
  bool pair_known = false;
  std::uint16_t days_since_referral = 0xffff;
  std::uint16_t days_since_conference = 0xffff;
  std::vector<std::uint16_t> incident_days_ago;
  std::uint8_t open_referral = 0;
  std::uint8_t known_to_conference = 0;
  std::vector<RecordedWord> consent;         ///< Of those with a history; of others what the event says counts.
  std::uint32_t unread_minutes = 0;
  DeskNumber missed_by;
  std::uint8_t registered = 0;               ///< policy::Registered.
  Sequence registration = 0;                 ///< Of the one registration's first revision: its number as a case.
  std::uint32_t unmatched_minutes = 0;
  std::uint32_t registration_residence = 0;  ///< Area that all the registrations found agree on; 0: unknown.
  std::uint8_t registration_abuse_case = 0;  ///< policy::Truth.
  template <class V>
  void fields(V& visit) {
    visit(victim_known, pair_known, days_since_referral, days_since_conference, incident_days_ago, open_referral, known_to_conference, consent,
          unread_minutes, missed_by, registered, registration, unmatched_minutes, registration_residence, registration_abuse_case);
  }
};

/// Public parts of a leaf: the ciphertext and commitment are in the record's content.
struct RecordedLeaf {
  Bytes label;                               ///< seal::Label::encode.
  Bytes facts;
  template <class V> void fields(V& visit) { visit(label, facts); }
};

struct EventAccepted {
  PartyNumber source;
  std::string adapter;
  OutboxEpoch outbox_epoch;
  std::uint64_t outbox_sequence = 0;
  Sequence batch = 0;                        ///< Of the BatchTaken record.
  std::uint16_t place = 0;                   ///< Of the event in it.
  Bytes header;
  Bytes event_leaf;                          ///< With tokens.
  std::vector<RecordedLeaf> leaves;
  SecretBytes secret;                        ///< The event secret: shares are made from it.
  std::vector<LinkedPerson> people;
  RecordedState state;
  Digest agreements;
  Digest directory;
  std::vector<RecordedDesk> desks;
  Sequence corrects = 0;                     ///< Of the revision before; 0: none.
  bool withdrawn = false;
  std::uint32_t content_bytes = 0;
  Instant unmatched_due;                     ///< Epoch 0: it does not wait for a registration. Else when somebody must look.
  template <class V>
  void fields(V& visit) {
    visit(source, adapter, outbox_epoch, outbox_sequence, batch, place, header, event_leaf, leaves, secret, people, state, agreements, directory,
          desks, corrects, withdrawn, content_bytes, unmatched_due);
  }
};

struct EventRefused {
  std::string client;
  std::string adapter;
  OutboxEpoch outbox_epoch;
  std::uint64_t outbox_sequence = 0;
  std::string code;
  std::string detail;
  template <class V> void fields(V& visit) { visit(client, adapter, outbox_epoch, outbox_sequence, code, detail); }
};

/// Deliveries that are about to leave. Durable before the frame goes out: recall reaches everybody it may have reached.
/// Under what a delivery left that was decided again before it went: an escalation, or after a change of rules, consent or dates.
struct Redecided {
  std::vector<RecordedDesk::Clause> clauses; ///< One for each set bit of `granted`, in bit order.
  std::uint64_t facts = 0;                   ///< Released, by bit.
  RecordedState state;
  template <class V> void fields(V& visit) { visit(clauses, facts, state); }
};

struct HandedOver {
  DeskNumber desk;
  std::string client;
  std::uint32_t session_epoch = 0;
  struct Item {
    std::uint64_t delivery = 0;
    Sequence sequence = 0;
    std::uint64_t granted = 0;               ///< After narrowing.
    bool narrowed = false;                   ///< Less than was decided.
    std::uint8_t attempt = 1;
    std::vector<Redecided> again;            ///< One, where it was decided again; otherwise the event's own record says all.
    template <class V> void fields(V& visit) { visit(delivery, sequence, granted, narrowed, attempt, again); }
  };
  std::vector<Item> items;
  Digest agreements;                         ///< In force at the hand-over: what `again` was decided under.
  Digest directory;
  template <class V> void fields(V& visit) { visit(desk, client, session_epoch, items, agreements, directory); }
};

struct Acknowledged {
  DeskNumber desk;
  std::string client;
  std::vector<std::uint64_t> opened;         ///< Delivery numbers.
  struct Rejected {
    std::uint64_t delivery = 0;
    std::string code;
    std::string reason;
    template <class V> void fields(V& visit) { visit(delivery, code, reason); }
  };
  std::vector<Rejected> rejected;
  template <class V> void fields(V& visit) { visit(desk, client, opened, rejected); }
};

struct ProgressMade {
  DeskNumber desk;
  Sequence sequence = 0;                     ///< Of the event.
  std::uint8_t state = 0;                    ///< concordat.v1.ProgressState.
  std::string person;
  Instant at;
  std::string reason;
  template <class V> void fields(V& visit) { visit(desk, sequence, state, person, at, reason); }
};

/// A deadline passed unread or not acted on; desks that a clause covers for that case are told now.
struct Escalated {
  Sequence sequence = 0;                     ///< Of the event.
  DeskNumber missed_by;
  bool act = false;                          ///< The act deadline; otherwise the read deadline.
  RecordedState state;
  Digest agreements;
  Digest directory;
  std::vector<RecordedDesk> desks;           ///< May be empty: nobody further; an alarm follows.
  template <class V> void fields(V& visit) { visit(sequence, missed_by, act, state, agreements, directory, desks); }
};

/// An event that waited for its victim to be registered was decided again: a registration came, or its time was over.
struct Reconsidered {
  Sequence sequence = 0;                     ///< Of the event.
  RecordedState state;
  Digest agreements;
  Digest directory;
  std::vector<RecordedDesk> desks;           ///< New ones. May be empty.
  template <class V> void fields(V& visit) { visit(sequence, state, agreements, directory, desks); }
};

struct Parked {
  DeskNumber desk;
  std::uint64_t delivery = 0;
  std::string code;
  template <class V> void fields(V& visit) { visit(desk, delivery, code); }
};

/// Ends a delivery that nobody acknowledged: it was withdrawn, replaced by a revision that is not for the desk, or destroyed.
struct Withheld {
  DeskNumber desk;
  std::uint64_t delivery = 0;
  Sequence sequence = 0;
  std::string code;
  template <class V> void fields(V& visit) { visit(desk, delivery, sequence, code); }
};

struct Retried {
  DeskNumber desk;
  std::uint64_t delivery = 0;
  std::string operator_name;
  template <class V> void fields(V& visit) { visit(desk, delivery, operator_name); }
};

struct AlarmRaised {
  std::string code;
  Sequence sequence = 0;                     ///< Of the event; 0: none.
  std::string adapter;                       ///< The sender to be told.
  DeskNumber desk;                           ///< The desk to be told; may be none.
  std::string text;
  template <class V> void fields(V& visit) { visit(code, sequence, adapter, desk, text); }
};

/// Refusals beyond the first few of a client and interval: one record that counts.
struct RefusalsCounted {
  std::string client;
  std::uint32_t count = 0;
  Instant from;
  template <class V> void fields(V& visit) { visit(client, count, from); }
};

struct ClockStepped {
  Instant from;
  Instant to;
  template <class V> void fields(V& visit) { visit(from, to); }
};

/// A command of an operator.
struct Administered {
  std::string operator_name;
  std::string command;
  template <class V> void fields(V& visit) { visit(operator_name, command); }
};

using Body = std::variant<Started, DirectoryAdopted, AgreementAdopted, BatchTaken, EventAccepted, EventRefused, HandedOver, Acknowledged,
                          ProgressMade, Escalated, Parked, Retried, AlarmRaised, RefusalsCounted, ClockStepped, Administered, Withheld, Reconsidered>;

RecordType type_of(const Body& body);
/// u8 version, then the fields. The salt is put before it where it is sealed.
Bytes encode(const Body& body);
Bytes encode(const EventAccepted& body);
/// E-CHAIN (Corrupt) if the bytes are not exactly one body of that type.
Result<Body> decode_body(RecordType type, ByteView bytes);

/// What the sender sealed and the broker keeps beside the body: commitments and ciphertexts in label order, and padding.
struct Content {
  struct Sealed {
    Digest commitment;
    Bytes ciphertext;
    template <class V> void fields(V& visit) { visit(commitment, ciphertext); }
  };
  std::vector<Sealed> sealed;
  std::vector<Digest> padding;
  template <class V> void fields(V& visit) { visit(sealed, padding); }
};

}  // namespace concordat::wire
