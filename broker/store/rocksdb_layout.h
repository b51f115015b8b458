// Private to this room: columns, keys and values in RocksDB. All numbers big-endian. broker/store/README.md is the page.
#pragma once

#include <array>
#include <optional>

#include "broker/store/engine.h"

namespace concordat::store::layout {

/// The order of the column families; RocksDB insists on a default one, which stays empty.
enum Column : std::size_t { kDefault, kLog, kBody, kContent, kSnapshot, kMeta, kColumns };
inline constexpr std::array<const char*, kColumns> kNames{"default", "log", "body", "content", "snapshot", "meta"};

inline constexpr std::size_t kGroupsRemembered = 16;
inline constexpr std::size_t kSnapshotPartBytes = std::size_t{1} << 20;

// log: sequence → version, bucket, size of body, size of content, stub.
Bytes log_key(Sequence sequence);
std::optional<Sequence> parse_log_key(ByteView key);
struct LogValue {
  BucketId bucket;
  std::uint32_t body_bytes = 0;
  std::uint32_t content_bytes = 0;
  ByteView stub;
};
Bytes log_value(const Row& row);
/// Nothing if it is not of this form. `stub` borrows from `value`.
std::optional<LogValue> parse_log_value(ByteView value);

// body, content: bucket, sequence → bytes as given.
Bytes bucket_key(BucketId bucket, Sequence sequence);

// snapshot: 'h', applied → size in bytes; 'p', applied, part → bytes. Whole once the header is there.
Bytes snapshot_header_key(Sequence applied);
Bytes snapshot_part_key(Sequence applied, std::uint32_t part);
std::optional<Sequence> parse_snapshot_header_key(ByteView key);
Bytes number_value(std::uint64_t value);
std::optional<std::uint64_t> parse_number(ByteView value);

// meta: "format" → number; "epoch" → number; "head" → last sequence, record hash; "group", slot → id, last sequence;
// "destroyed", bucket → nothing.
inline constexpr std::uint64_t kFormat = 1;
inline constexpr std::string_view kFormatKey = "format";
inline constexpr std::string_view kEpochKey = "epoch";
inline constexpr std::string_view kHeadKey = "head";
inline constexpr std::string_view kGroupPrefix = "group";
inline constexpr std::string_view kDestroyedPrefix = "destroyed";

struct Head {
  Sequence last = 0;
  Digest hash;
};
Bytes head_value(const Head& head);
std::optional<Head> parse_head(ByteView value);

struct Remembered {
  GroupId id;
  Sequence last = 0;
};
Bytes group_key(std::size_t slot);
Bytes group_value(const Remembered& group);
std::optional<Remembered> parse_group(ByteView value);

Bytes destroyed_key(BucketId bucket);
std::optional<BucketId> parse_destroyed_key(ByteView key);

}  // namespace concordat::store::layout
