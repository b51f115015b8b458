// A record of the log: see record.h.
#include "proto/wire/record.h"

#include "proto/seal/proof.h"

namespace concordat::wire {
namespace {

constexpr std::uint8_t kBodyVersion = 4;  // 2: RecordedState.consent is each victim's; 3: registrations; 4: what they say

template <class T>
Result<Body> decode_as(ByteView bytes) {
  T body;
  if (!decode_fields(bytes, body)) return fail(Fault::Corrupt, code::kChain, "a record body does not decode");
  return Body(std::move(body));
}

template <class Id>
void read(Reader& reader, Id& id) {
  if (const auto bytes = Id::from(reader.raw(Id::kSize))) id = *bytes;
}

}  // namespace

Bytes Stub::encode() const {
  Writer writer;
  writer.u8(kVersion).u8(static_cast<std::uint8_t>(type)).u64(sequence).u64(static_cast<std::uint64_t>(ms_of(time)));
  writer.raw(id.view()).raw(previous.view()).raw(event.view()).raw(event_digest.view()).raw(commitment.view()).raw(content.view());
  return writer.u32(bucket.value).take();
}

Result<Stub> Stub::decode(ByteView bytes) {
  Reader reader(bytes);
  Stub stub;
  const std::uint8_t version = reader.u8();
  stub.type = static_cast<RecordType>(reader.u8());
  stub.sequence = reader.u64();
  stub.time = instant_of(static_cast<std::int64_t>(reader.u64()));
  read(reader, stub.id);
  read(reader, stub.previous);
  read(reader, stub.event);
  read(reader, stub.event_digest);
  read(reader, stub.commitment);
  read(reader, stub.content);
  stub.bucket.value = reader.u32();
  if (!reader.done() || version != kVersion) return fail(Fault::Corrupt, code::kChain, "a stub does not decode");
  return stub;
}

Digest record_hash(ByteView stub) { return seal::hash("concordat/v1/record", stub); }

RecordType type_of(const Body& body) {
  // The variant lists the bodies in the order of their numbers, which begin at 1 without gaps.
  return static_cast<RecordType>(body.index() + 1);
}

Bytes encode(const Body& body) {
  return std::visit(
      [](const auto& value) {
        FieldEncoder encoder;
        encoder(kBodyVersion, value);
        return encoder.take();
      },
      body);
}

Bytes encode(const EventAccepted& body) {
  FieldEncoder encoder;
  encoder(kBodyVersion, body);
  return encoder.take();
}

Result<Body> decode_body(RecordType type, ByteView bytes) {
  if (bytes.empty() || static_cast<std::uint8_t>(bytes[0]) != kBodyVersion) {
    return fail(Fault::Corrupt, code::kChain, "a record body has an unknown version");
  }
  bytes.remove_prefix(1);
  switch (type) {
    case RecordType::Started: return decode_as<Started>(bytes);
    case RecordType::DirectoryAdopted: return decode_as<DirectoryAdopted>(bytes);
    case RecordType::AgreementAdopted: return decode_as<AgreementAdopted>(bytes);
    case RecordType::BatchTaken: return decode_as<BatchTaken>(bytes);
    case RecordType::EventAccepted: return decode_as<EventAccepted>(bytes);
    case RecordType::EventRefused: return decode_as<EventRefused>(bytes);
    case RecordType::HandedOver: return decode_as<HandedOver>(bytes);
    case RecordType::Acknowledged: return decode_as<Acknowledged>(bytes);
    case RecordType::ProgressMade: return decode_as<ProgressMade>(bytes);
    case RecordType::Escalated: return decode_as<Escalated>(bytes);
    case RecordType::Parked: return decode_as<Parked>(bytes);
    case RecordType::Reconsidered: return decode_as<Reconsidered>(bytes);
    case RecordType::Withheld: return decode_as<Withheld>(bytes);
    case RecordType::Retried: return decode_as<Retried>(bytes);
    case RecordType::AlarmRaised: return decode_as<AlarmRaised>(bytes);
    case RecordType::RefusalsCounted: return decode_as<RefusalsCounted>(bytes);
    case RecordType::ClockStepped: return decode_as<ClockStepped>(bytes);
    case RecordType::Administered: return decode_as<Administered>(bytes);
    case RecordType::BodyErased:
    case RecordType::BucketDoomed:
    case RecordType::BucketDestroyed:
    case RecordType::CheckpointWitnessed: break;
  }
  return fail(Fault::Corrupt, code::kChain, "a record has an unknown type");
}

}  // namespace concordat::wire
