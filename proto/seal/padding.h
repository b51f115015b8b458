// Padding: contents to a table of sizes, leaf hashes to a table of counts. Internal to seal; README.md has both tables.
#pragma once

#include <optional>

#include "proto/base/bytes.h"

namespace concordat::seal {

inline constexpr std::size_t kPaddingLengthBytes = 4;

/// True if `bytes` is a size of the table.
bool is_bucket(std::size_t bytes);
/// Length, content, zeroes up to the bucket, and `room` zero bytes more. Precondition: the content fits the largest
/// bucket.
Bytes pad(ByteView content, std::size_t room);
/// The content; nothing unless the size is the bucket of the length it states and all the rest is zero.
std::optional<Bytes> unpad(Bytes padded);

}  // namespace concordat::seal
