// append, first half: see protect.h.
#include "broker/append/protect.h"

#include "proto/base/invariant.h"
#include "proto/seal/proof.h"

namespace concordat::broker {
namespace {

constexpr std::size_t kSaltBytes = 32;
constexpr std::string_view kContentContext = "concordat/v1/content";

// The whole stub is bound, so that a body opens beside the stub it was written with and no other: place, type, time and all.
Bytes bound_to(const std::string& broker, ByteView stub) { return Writer().sized("concordat/v1/body").sized(broker).sized(stub).take(); }

tl::unexpected<Error> broken(Sequence sequence, const char* what) {
  return fail(Fault::Corrupt, code::kChain, "record " + std::to_string(sequence) + ": " + what);
}

}  // namespace

Result<store::Row> Protector::protect(const PendingRecord& record) {
  INVARIANT(record.sequence == head_.sequence + 1, "records are sealed in log order");
  // An event's body is encoded from its material; the variant is only how a reader meets it again.
  const wire::RecordType type = record.material ? wire::RecordType::EventAccepted : wire::type_of(*record.body);
  const Digest salt = entropy_.id<Digest>();
  Bytes body = record.material ? wire::encode(record.material->body) : wire::encode(*record.body);
  const WipeAtEnd wipe_body(body);
  Bytes plain;
  const WipeAtEnd wipe_plain(plain);
  plain.reserve(kSaltBytes + body.size());
  plain.append(salt.view()).append(body);

  store::Row row;
  row.sequence = record.sequence;
  row.bucket = record.bucket;
  wire::Stub stub;
  if (record.material) {
    row.content = encode_fields(record.material->content);
    stub.content = seal::hash(kContentContext, row.content);
  }
  stub.type = type;
  stub.sequence = record.sequence;
  stub.time = record.time;
  stub.id = entropy_.id<RecordId>();
  stub.previous = head_.hash;
  stub.event = record.event;
  stub.event_digest = record.event_digest;
  stub.commitment = seal::commitment(salt.view(), body);
  stub.bucket = record.bucket;
  TRY(const seal::SymmetricKey* key, keys_.key_for_writing(record.bucket));
  row.stub = stub.encode();
  row.body = seal::encrypt(*key, plain, bound_to(broker_, row.stub), entropy_);
  head_ = {record.sequence, wire::record_hash(row.stub)};
  return row;
}

Result<OpenedRecord> open_row(const store::Stored& stored, const std::string& broker, BucketKeys& keys) {
  const store::Row& row = stored.row;
  OpenedRecord record;
  TRY(record.stub, wire::Stub::decode(row.stub));
  const wire::Stub& stub = record.stub;
  if (stub.sequence != row.sequence || stub.bucket != row.bucket) return broken(row.sequence, "the stub is another record's");
  if (stored.destroyed) return fail(Fault::Refused, code::kErased, "record " + std::to_string(row.sequence));
  TRY(const seal::SymmetricKey* key, keys.key_for_reading(stub.bucket));
  auto plain = seal::decrypt(*key, row.body, bound_to(broker, row.stub));
  if (!plain) return broken(row.sequence, "the body does not open");
  const WipeAtEnd wipe_plain(*plain);
  if (plain->size() < kSaltBytes) return broken(row.sequence, "the body is too short");
  const ByteView salt = ByteView(*plain).substr(0, kSaltBytes);
  const ByteView body = ByteView(*plain).substr(kSaltBytes);
  if (seal::commitment(salt, body) != stub.commitment) return broken(row.sequence, "the body is not the one committed to");
  if (!row.content.empty() && seal::hash(kContentContext, row.content) != stub.content) return broken(row.sequence, "the content was changed");
  TRY(record.body, wire::decode_body(stub.type, body));
  record.content = row.content;
  return record;
}

}  // namespace concordat::broker
