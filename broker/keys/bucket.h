// The number of a bucket: which retention class, which month. DESIGN 5.1.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "proto/base/ids.h"

namespace concordat::keys {

/// Bits 24 to 31: retention class, from 1. Bits 0 to 23: months since January 2000. The month is a calendar month of
/// Europe/London, chosen by the caller. Precondition: class above 0, month from 2000-01 on.
BucketId bucket_of(std::uint8_t retention_class, std::chrono::year_month month);
/// Classes from here on are not of records: their low 24 bits are the user's own number (a snapshot's), no month.
inline constexpr std::uint8_t kSnapshotClass = 0xf0;
/// "3/2026-07"; "240/#1234" from kSnapshotClass on.
std::string to_text(BucketId bucket);
std::uint8_t retention_class_of(BucketId bucket);
std::chrono::year_month month_of(BucketId bucket);

}  // namespace concordat::keys
