// An event as it travels: see event.h.
#include "proto/wire/event.h"

#include "proto/wire/frame_fields.h"

namespace concordat::wire {

Bytes encode(const Header& header) { return codec::encode(header); }
Bytes encode(const EventLeaf& leaf) { return codec::encode(leaf); }
Bytes encode(const Event& event) { return codec::encode(event); }
Bytes encode(const Batch& batch) { return codec::encode(batch); }
Bytes encode(const BatchProof& proof) { return codec::encode(proof); }

Result<Header> decode_header(ByteView bytes) { return codec::decode<Header>(bytes, "header", kHeaderBytesMax); }
Result<EventLeaf> decode_event_leaf(ByteView bytes) {
  return codec::decode<EventLeaf>(bytes, "event_leaf", kEventLeafBytesMax);
}
Result<Event> decode_event(ByteView bytes) { return codec::decode<Event>(bytes, "event", kEventBytesMax); }
Result<Batch> decode_batch(ByteView bytes) { return codec::decode<Batch>(bytes, "batch", kPublishBytesMax); }
Result<BatchProof> decode_batch_proof(ByteView bytes) {
  return codec::decode<BatchProof>(bytes, "batch_proof", kPublishBytesMax);
}

Digest digest_of(const Event& event) { return seal::event_digest(event.header, seal::sorted_hashes(event.sealed)); }

// A fixed layout, the beginning of what a batch signature covers, so that no two encoders can differ in it.
Bytes encode(const seal::BatchStatement& statement) {
  Writer writer;
  writer.sized(statement.agency).sized(statement.adapter).u64(statement.outbox_epoch.value);
  return writer.u64(statement.first_sequence).sized(statement.broker).take();
}

}  // namespace concordat::wire
