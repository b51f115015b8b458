// The number of a bucket: see bucket.h.
#include "broker/keys/bucket.h"

#include <cstdio>

#include "proto/base/invariant.h"

namespace concordat::keys {
namespace {
constexpr std::chrono::year_month kFirst{std::chrono::year{2000}, std::chrono::month{1}};
constexpr unsigned kClassShift = 24;
constexpr std::uint32_t kMonthMask = (std::uint32_t{1} << kClassShift) - 1;
}  // namespace

BucketId bucket_of(std::uint8_t retention_class, std::chrono::year_month month) {
  INVARIANT(retention_class > 0 && month.ok() && month >= kFirst, "a bucket has a class, and a month since 2000-01");
  return BucketId{(std::uint32_t{retention_class} << kClassShift) | static_cast<std::uint32_t>((month - kFirst).count())};
}

std::uint8_t retention_class_of(BucketId bucket) { return static_cast<std::uint8_t>(bucket.value >> kClassShift); }

std::chrono::year_month month_of(BucketId bucket) {
  return kFirst + std::chrono::months{static_cast<int>(bucket.value & kMonthMask)};
}

std::string to_text(BucketId bucket) {
  char text[32];
  if (retention_class_of(bucket) >= kSnapshotClass) {
    std::snprintf(text, sizeof(text), "%u/#%u", unsigned{retention_class_of(bucket)}, static_cast<unsigned>(bucket.value & kMonthMask));
    return text;
  }
  const std::chrono::year_month month = month_of(bucket);
  std::snprintf(text, sizeof(text), "%u/%04d-%02u", unsigned{retention_class_of(bucket)}, static_cast<int>(month.year()),
                static_cast<unsigned>(month.month()));
  return text;
}

}  // namespace concordat::keys
