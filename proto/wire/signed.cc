// What the broker signs, and what boxes are bound to: fixed layouts, so that no two encoders can differ in them. See
// session.h.
#include "proto/wire/session.h"

namespace concordat::wire {
namespace {

void add(Writer& writer, const LogMark& mark) { writer.u64(mark.sequence).raw(mark.hash.view()); }

void add(Writer& writer, const EventResult& result) {
  writer.u8(static_cast<std::uint8_t>(result.outcome)).raw(result.event.view()).u64(result.sequence).sized(result.code);
  writer.u8(result.somebody_told ? 1 : 0).u16(static_cast<std::uint16_t>(result.told.size()));
  for (const std::string& desk : result.told) writer.sized(desk);
}

}  // namespace

Bytes signed_part(const Welcome& welcome) {
  Writer writer;
  writer.u16(welcome.version).sized(welcome.broker);
  add(writer, welcome.head);
  writer.raw(welcome.hash_at_seen.view())
      .u64(welcome.directory_version)
      .u32(welcome.session_epoch)
      .raw(welcome.session_key.view());
  return writer.u32(welcome.broker_key).u64(welcome.next_sequence).u32(welcome.publish_batches).take();
}

Bytes signed_part(const Results& results) {
  Writer writer;
  writer.u64(results.outbox_epoch.value)
      .u64(results.first_sequence)
      .u16(static_cast<std::uint16_t>(results.events.size()));
  for (const EventResult& result : results.events) add(writer, result);
  add(writer, results.head);
  return writer.take();
}

Bytes signed_part(const DeliveryFrame& frame) {
  Writer writer;
  writer.u16(frame.desk.value).u32(frame.session_epoch).u32(frame.key);
  add(writer, frame.head);
  writer.u16(static_cast<std::uint16_t>(frame.deliveries.size()));
  for (const Delivery& delivery : frame.deliveries)
    writer.raw(seal::hash(seal::context::kDecision, delivery.decision).view());
  return writer.take();
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
