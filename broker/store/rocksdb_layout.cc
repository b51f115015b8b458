// Columns, keys and values: see rocksdb_layout.h.
#include "broker/store/rocksdb_layout.h"

namespace concordat::store::layout {
namespace {
constexpr std::uint8_t kLogVersion = 1;
}

Bytes log_key(Sequence sequence) { return Writer().u64(sequence).take(); }

std::optional<Sequence> parse_log_key(ByteView key) { return parse_number(key); }

Bytes log_value(const Row& row) {
  Writer out;
  out.u8(kLogVersion).u32(row.bucket.value);
  out.u32(static_cast<std::uint32_t>(row.body.size())).u32(static_cast<std::uint32_t>(row.content.size()));
  return out.raw(row.stub).take();
}

std::optional<LogValue> parse_log_value(ByteView value) {
  Reader in(value);
  const std::uint8_t version = in.u8();
  LogValue out;
  out.bucket.value = in.u32();
  out.body_bytes = in.u32();
  out.content_bytes = in.u32();
  out.stub = in.raw(in.left());
  if (!in.done() || version != kLogVersion || out.stub.empty()) return std::nullopt;
  return out;
}

Bytes bucket_key(BucketId bucket, Sequence sequence) { return Writer().u32(bucket.value).u64(sequence).take(); }

Bytes snapshot_header_key(Sequence applied) { return Writer().u8('h').u64(applied).take(); }

Bytes snapshot_part_key(Sequence applied, std::uint32_t part) { return Writer().u8('p').u64(applied).u32(part).take(); }

std::optional<Sequence> parse_snapshot_header_key(ByteView key) {
  if (key.size() != 9 || key[0] != 'h') return std::nullopt;
  return parse_number(key.substr(1));
}

Bytes number_value(std::uint64_t value) { return Writer().u64(value).take(); }

std::optional<std::uint64_t> parse_number(ByteView value) {
  Reader in(value);
  const std::uint64_t number = in.u64();
  return in.done() ? std::optional(number) : std::nullopt;
}

Bytes head_value(const Head& head) { return Writer().u64(head.last).raw(head.hash.view()).take(); }

std::optional<Head> parse_head(ByteView value) {
  Reader in(value);
  const Sequence last = in.u64();
  const auto hash = Digest::from(in.raw(Digest::kSize));
  if (!in.done() || !hash) return std::nullopt;
  return Head{last, *hash};
}

Bytes group_key(std::size_t slot) { return Writer().raw(kGroupPrefix).u8(static_cast<std::uint8_t>(slot)).take(); }

Bytes group_value(const Remembered& group) { return Writer().raw(group.id.view()).u64(group.last).take(); }

std::optional<Remembered> parse_group(ByteView value) {
  Reader in(value);
  const auto id = GroupId::from(in.raw(GroupId::kSize));
  const Sequence last = in.u64();
  if (!in.done() || !id) return std::nullopt;
  return Remembered{*id, last};
}

Bytes destroyed_key(BucketId bucket) { return Writer().raw(kDestroyedPrefix).u32(bucket.value).take(); }

std::optional<BucketId> parse_destroyed_key(ByteView key) {
  if (!key.starts_with(kDestroyedPrefix)) return std::nullopt;
  Reader in(key.substr(kDestroyedPrefix.size()));
  const BucketId bucket{in.u32()};
  return in.done() ? std::optional(bucket) : std::nullopt;
}

}  // namespace concordat::store::layout
