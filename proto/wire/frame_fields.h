// The fields of an event's messages, as frame.proto numbers them. Inside proto/wire only.
#pragma once

#include "proto/wire/codec_read.h"
#include "proto/wire/codec_write.h"
#include "proto/wire/event.h"

namespace concordat::wire::codec {

template <class V>
void fields(V& v, Of<V, Header>& m) {
  v.number(1, "version", m.version);
  v.flag(2, "live", m.live);
  v.id(3, "event", m.event);
  v.text(4, "source", m.source, kNameBytesMax);
  v.instant(5, "time_ms", m.time);
  v.number(6, "revision", m.revision);
  v.id(7, "corrects", m.corrects);
  v.flag(8, "withdrawn", m.withdrawn);
  v.number(9, "exchange_epoch", m.exchange_epoch);
}

template <class V>
void fields(V& v, Of<V, TokenEntry>& m) {
  v.number(1, "person", m.person);
  v.choice(2, "type", m.type);
  v.number(3, "epoch", m.epoch);
  v.id(4, "token", m.token);
}

template <class V>
void fields(V& v, Of<V, EventLeaf>& m) {
  v.id(1, "salt", m.salt);
  v.number(2, "kind", m.kind);
  v.number(3, "schema_version", m.schema_version);
  v.facts(4, "facts", m.facts, kLeafFactsMax);
  v.messages(5, "tokens", m.tokens, kTokensMax);
}

template <class V>
void fields(V& v, Of<V, seal::Leaf>& m) {
  v.label(1, "label", m.label);
  v.bytes(2, "facts", m.facts, kLeafFactsMax * 5);
  v.id(3, "commitment", m.commitment);
  v.bytes(4, "ciphertext", m.ciphertext, kEventBytesMax);
}

template <class V>
void fields(V& v, Of<V, Event>& m) {
  v.bytes(1, "header", m.header, kHeaderBytesMax);
  v.bytes(2, "event_leaf", m.sealed.event_leaf, kEventLeafBytesMax);
  v.messages(3, "leaves", m.sealed.leaves, kLeavesMax);
  v.ids(4, "padding", m.sealed.padding, kLeavesMax);
}

template <class V>
void fields(V& v, Of<V, seal::BatchStatement>& m) {
  v.text(1, "agency", m.agency, kNameBytesMax);
  v.text(2, "adapter", m.adapter, kNameBytesMax);
  v.fixed64(3, "outbox_epoch", m.outbox_epoch.value);
  v.number(4, "first_sequence", m.first_sequence);
  v.text(5, "broker", m.broker, kNameBytesMax);
}

template <class V>
void fields(V& v, Of<V, Batch>& m) {
  v.message(1, "statement", m.statement);
  v.number(2, "broker_key", m.broker_key);
  v.blobs(3, "events", m.events, kBatchEventsMax, kEventBytesMax);
  v.bytes(4, "secrets", m.secrets, kSecretsBytesMax);
  v.id(5, "signature", m.signature);
}

template <class V>
void fields(V& v, Of<V, BatchProof>& m) {
  v.message(1, "statement", m.statement);
  v.ids(2, "digests", m.digests, kBatchEventsMax);
  v.id(3, "signature", m.signature);
}

inline void zero(Rules, Header& m) { m.version = 0; }
inline void zero(Rules, EventLeaf& m) { m.schema_version = 0; }

inline bool known_kind(std::uint8_t kind) { return contract::numbered<contract::Kind>(kind).has_value(); }

inline Verdict flaw(Rules, const Header& m) {
  if (m.version != kProtocolVersion) return Flaw{"version", "is not 1", code::kVersion};
  return std::nullopt;
}

inline Verdict flaw(Rules, const TokenEntry& m) {
  const auto type = static_cast<unsigned>(m.type);
  const bool strong = type >= 1 && type <= 7;
  const bool weak = type >= 32 && type <= 34;
  return strong || weak ? Verdict{} : Flaw{"type", "is unknown"};
}

inline Verdict flaw(Rules, const EventLeaf& m) { return known_kind(m.kind) ? Verdict{} : Flaw{"kind", "is unknown"}; }

inline Verdict flaw(Rules, const seal::Leaf& m) {
  return m.label.valid() ? Verdict{} : Flaw{"label", "is not there", code::kLabel};
}

inline Verdict flaw(Rules, const Event& m) {
  return m.sealed.leaves.size() + m.sealed.padding.size() <= kLeavesMax
             ? Verdict{}
             : Flaw{"padding", "fills past 64 leaves", code::kLimit};
}

inline Verdict flaw(Rules, const Batch& m) {
  std::size_t bytes = 0;
  for (const Bytes& event : m.events) bytes += event.size();
  const bool fits = bytes <= kBatchBytesMax || m.events.size() == 1;
  return fits ? Verdict{} : Flaw{"events", "have more than 262144 bytes together", code::kLimit};
}

}  // namespace concordat::wire::codec
