// What the broker signs, and what boxes are bound to: fixed layouts, so that no two encoders can differ in them. See
// session.h.
#include "proto/wire/session.h"

namespace concordat::wire {
namespace {

void add(Writer& writer, const EventResult& result) {
  writer.u8(static_cast<std::uint8_t>(result.outcome)).raw(result.event.view()).u64(result.sequence).sized(result.code);
  writer.u8(static_cast<std::uint8_t>((result.somebody_told ? 1 : 0) | (result.unsaid ? 2 : 0))).u16(static_cast<std::uint16_t>(result.told.size()));
  for (const std::string& desk : result.told) writer.sized(desk);
}

Digest rest_of(const Welcome& welcome) {
  Writer writer;
  writer.u16(welcome.version).sized(welcome.broker);
  writer.raw(welcome.hash_at_seen.view())
      .u64(welcome.directory_version)
      .u32(welcome.session_epoch)
      .raw(welcome.session_key.view());
  writer.u32(welcome.broker_key).u64(welcome.next_sequence).u32(welcome.publish_batches);
  return seal::hash(seal::context::kSession, writer.take());
}

Digest rest_of(const Results& results) {
  Writer writer;
  writer.u64(results.outbox_epoch.value)
      .u64(results.first_sequence)
      .u16(static_cast<std::uint16_t>(results.events.size()));
  for (const EventResult& result : results.events) add(writer, result);
  return seal::hash(seal::context::kAcceptance, writer.take());
}

Digest rest_of(const DeliveryFrame& frame) {
  Writer writer;
  writer.u16(frame.desk.value).u32(frame.session_epoch).u32(frame.key);
  writer.u16(static_cast<std::uint16_t>(frame.deliveries.size()));
  for (const Delivery& delivery : frame.deliveries)
    writer.raw(seal::hash(seal::context::kDecision, delivery.decision).view());
  return seal::hash(seal::context::kDecision, writer.take());
}

}  // namespace

SignedMark signed_mark(const Welcome& welcome) { return {welcome.head, SignedIn::Welcome, rest_of(welcome), welcome.signature}; }
SignedMark signed_mark(const Results& results) { return {results.head, SignedIn::Results, rest_of(results), results.signature}; }
SignedMark signed_mark(const DeliveryFrame& frame) { return {frame.head, SignedIn::DeliveryFrame, rest_of(frame), frame.signature}; }

Bytes signed_part(const SignedMark& mark) {
  return Writer().u64(mark.mark.sequence).raw(mark.mark.hash.view()).raw(mark.rest.view()).take();
}
Bytes signed_part(const Welcome& welcome) { return signed_part(signed_mark(welcome)); }
Bytes signed_part(const Results& results) { return signed_part(signed_mark(results)); }
Bytes signed_part(const DeliveryFrame& frame) { return signed_part(signed_mark(frame)); }

std::string_view context_of(SignedIn in) {
  static constexpr std::string_view kContexts[] = {"", seal::context::kSession, seal::context::kAcceptance, seal::context::kDecision};
  return kContexts[static_cast<std::size_t>(in)];
}

Bytes session_bound(std::string_view broker, std::string_view desk, std::uint32_t key, std::uint32_t session_epoch) {
  return Writer().sized(broker).sized(desk).u32(key).u32(session_epoch).take();
}

Bytes shares_bound(std::uint64_t delivery, const Digest& event, ByteView decision, Sequence sequence) {
  Writer writer;
  writer.u64(delivery).raw(event.view()).raw(seal::hash(seal::context::kDecision, decision).view());
  return writer.u64(sequence).take();
}

}  // namespace concordat::wire
