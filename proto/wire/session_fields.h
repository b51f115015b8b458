// The fields of the session's messages, as session.proto numbers them. Inside proto/wire only.
#pragma once

#include "proto/wire/frame_fields.h"
#include "proto/wire/session.h"

namespace concordat::wire::codec {

template <class V>
void fields(V& v, Of<V, LogMark>& m) {
  v.number(1, "sequence", m.sequence);
  v.id(2, "hash", m.hash);
}

template <class V>
void fields(V& v, Of<V, SignedMark>& m) {
  v.number(1, "sequence", m.mark.sequence);
  v.id(2, "hash", m.mark.hash);
  v.choice(3, "signed_in", m.in);
  v.id(4, "rest", m.rest);
  v.id(5, "signature", m.signature);
}

template <class V>
void fields(V& v, Of<V, Heartbeat>& m) {
  v.number(1, "nonce", m.nonce);
}

// ---- client to broker

template <class V>
void fields(V& v, Of<V, Hello::DeskKey>& m) {
  v.number(1, "desk", m.desk.value);
  v.number(2, "key", m.key);
}

template <class V>
void fields(V& v, Of<V, Hello>& m) {
  v.number(1, "version", m.version);
  v.flag(2, "live", m.live);
  v.text(3, "client", m.client, kNameBytesMax);
  v.message(4, "seen", m.seen);
  v.number(5, "directory_version", m.directory_version);
  v.text(6, "adapter", m.adapter, kNameBytesMax);
  v.fixed64(7, "outbox_epoch", m.outbox_epoch.value);
  v.number(8, "next_sequence", m.next_sequence);
  v.messages(9, "desks", m.desks, kDesksPerClientMax);
}

template <class V>
void fields(V& v, Of<V, Publish>& m) {
  v.bytes(1, "batch", m.batch, kPublishBytesMax);
}

template <class V>
void fields(V& v, Of<V, Credit>& m) {
  v.number(1, "desk", m.desk.value);
  v.number(2, "messages", m.messages);
  v.number(3, "bytes", m.bytes);
}

template <class V>
void fields(V& v, Of<V, Acknowledge::Item>& m) {
  v.number(1, "delivery", m.delivery);
  v.id(2, "event", m.event);
  v.text(3, "rejected", m.rejected, kNameBytesMax);
  v.words(4, "reason", m.reason, kReasonBytesMax);
}

template <class V>
void fields(V& v, Of<V, Acknowledge>& m) {
  v.number(1, "desk", m.desk.value);
  v.messages(2, "items", m.items, kAcknowledgedMax);
}

template <class V>
void fields(V& v, Of<V, Progress>& m) {
  v.number(1, "desk", m.desk.value);
  v.id(2, "event", m.event);
  v.choice(3, "state", m.state);
  v.text(4, "person", m.person, kNameBytesMax);
  v.instant(5, "at_ms", m.at);
  v.text(6, "reason", m.reason, kReasonBytesMax);
}

template <class V>
void fields(V&, Of<V, Goodbye>&) {}

// ---- broker to client

template <class V>
void fields(V& v, Of<V, Welcome>& m) {
  v.number(1, "version", m.version);
  v.text(2, "broker", m.broker, kNameBytesMax);
  v.message(3, "head", m.head);
  v.id(4, "hash_at_seen", m.hash_at_seen);
  v.number(5, "directory_version", m.directory_version);
  v.number(6, "session_epoch", m.session_epoch);
  v.id(7, "session_key", m.session_key);
  v.number(8, "broker_key", m.broker_key);
  v.number(9, "next_sequence", m.next_sequence);
  v.number(10, "publish_batches", m.publish_batches);
  v.id(15, "signature", m.signature);
}

template <class V>
void fields(V& v, Of<V, EventResult>& m) {
  v.choice(1, "outcome", m.outcome);
  v.id(2, "event", m.event);
  v.number(3, "sequence", m.sequence);
  v.text(4, "code", m.code, kNameBytesMax);
  v.words(5, "detail", m.detail, kReasonBytesMax);
  v.texts(6, "told", m.told, kToldMax, kNameBytesMax);
  v.flag(7, "somebody_told", m.somebody_told);
  v.flag(8, "unsaid", m.unsaid);
}

template <class V>
void fields(V& v, Of<V, Results>& m) {
  v.fixed64(1, "outbox_epoch", m.outbox_epoch.value);
  v.number(2, "first_sequence", m.first_sequence);
  v.messages(3, "events", m.events, kBatchEventsMax);
  v.message(4, "head", m.head);
  v.id(15, "signature", m.signature);
}

template <class V>
void fields(V& v, Of<V, Delivery>& m) {
  v.number(1, "number", m.number);
  v.number(2, "attempt", m.attempt);
  v.number(3, "proof", m.proof);
  v.number(4, "place", m.place);
  v.bytes(5, "header", m.header, kHeaderBytesMax);
  v.messages(6, "leaves", m.leaves, kLeavesMax);
  v.ids(7, "others", m.others, kLeavesMax + 1);
  v.bytes(8, "decision", m.decision, kDecisionBytesMax);
  v.bytes(9, "shares", m.shares, kSharesBytesMax);
}

template <class V>
void fields(V& v, Of<V, DeliveryFrame>& m) {
  v.number(1, "desk", m.desk.value);
  v.number(2, "session_epoch", m.session_epoch);
  v.number(3, "key", m.key);
  v.messages(4, "proofs", m.proofs, kDeliveryFrameEventsMax);
  v.messages(5, "deliveries", m.deliveries, kDeliveryFrameEventsMax);
  v.message(6, "head", m.head);
  v.id(15, "signature", m.signature);
}

template <class V>
void fields(V& v, Of<V, Recall>& m) {
  v.number(1, "desk", m.desk.value);
  v.id(2, "event", m.event);
  v.number(3, "sequence", m.sequence);
  v.words(4, "reason", m.reason, kReasonBytesMax);
}

template <class V>
void fields(V& v, Of<V, Alarm>& m) {
  v.text(1, "code", m.code, kNameBytesMax);
  v.id(2, "event", m.event);
  v.words(3, "text", m.text, kReasonBytesMax);
  v.instant(4, "at_ms", m.at);
}

template <class V>
void fields(V& v, Of<V, Report>& m) {
  v.id(1, "event", m.event);
  v.text(2, "desk", m.desk, kNameBytesMax);
  v.choice(3, "state", m.state);
  v.instant(4, "at_ms", m.at);
}

template <class V>
void fields(V& v, Of<V, DirectoryUpdate>& m) {
  v.number(1, "version", m.version);
  v.bytes(2, "bundle", m.bundle, kDirectoryBytesMax);
}

template <class V>
void fields(V& v, Of<V, Refusal>& m) {
  v.text(1, "code", m.code, kNameBytesMax);
  v.words(2, "detail", m.detail, kReasonBytesMax);
  v.flag(3, "closing", m.closing);
}

template <class V>
void fields(V& v, Of<V, Trouble>& m) {
  v.text(1, "code", m.code, kNameBytesMax);
  v.number(2, "count", m.count);
  v.instant(3, "since_ms", m.since);
}

inline void zero(Rules, Hello& m) { m.version = 0; }
inline void zero(Rules, Welcome& m) { m.version = 0; }
inline void zero(Rules, Delivery& m) { m.attempt = 0; }
inline void zero(Rules, Refusal& m) { m.closing = false; }

inline bool known(contract::ProgressState state) {
  return contract::numbered<contract::ProgressState>(static_cast<std::uint32_t>(state)).has_value();
}

inline Verdict flaw(Rules, const Progress& m) { return known(m.state) ? Verdict{} : Flaw{"state", "is unknown"}; }
inline Verdict flaw(Rules, const Report& m) { return known(m.state) ? Verdict{} : Flaw{"state", "is unknown"}; }

inline Verdict flaw(Rules, const SignedMark& m) {
  if (m.in > SignedIn::DeliveryFrame) return Flaw{"signed_in", "is unknown"};
  return (m.mark.sequence == 0) == (m.in == SignedIn::Nothing) ? Verdict{} : Flaw{"signed_in", "and sequence do not go together"};
}

inline Verdict flaw(Rules, const EventResult& m) {
  return m.outcome >= Outcome::Accepted && m.outcome <= Outcome::Refused ? Verdict{} : Flaw{"outcome", "is unknown"};
}

inline Verdict flaw(Rules, const Delivery& m) {
  return std::is_sorted(m.others.begin(), m.others.end()) ? Verdict{} : Flaw{"others", "are not sorted"};
}

inline Verdict flaw(Rules, const DeliveryFrame& m) {
  for (const Delivery& delivery : m.deliveries) {
    if (delivery.proof >= m.proofs.size()) return Flaw{"deliveries", "name a proof that is not there"};
    if (delivery.place >= m.proofs[delivery.proof].digests.size())
      return Flaw{"deliveries", "name a place that their proof has not"};
  }
  return std::nullopt;
}

}  // namespace concordat::wire::codec
