// Padding: see padding.h and padded_size, padded_count in seal.h.
#include "proto/seal/padding.h"

#include <algorithm>
#include <array>

#include "proto/base/invariant.h"
#include "proto/seal/aead.h"
#include "proto/seal/seal.h"

namespace concordat::seal {
namespace {

constexpr std::array<std::size_t, 26> kBuckets = {32,    64,    96,    128,   192,   256,    384,    512,   768,
                                                  1024,  1536,  2048,  3072,  4096,  6144,   8192,   12288, 16384,
                                                  24576, 32768, 49152, 65536, 98304, 131072, 196608, 262144};
constexpr std::array<std::size_t, 6> kCounts = {8, 16, 24, 32, 48, 64};
static_assert(kBuckets.back() == kContentBytesMax + kPaddingLengthBytes);
static_assert(kCounts.back() == kLeavesMax + 1);

/// The smallest of a sorted table that is not below `least`.
template <std::size_t N>
std::optional<std::size_t> up(const std::array<std::size_t, N>& table, std::size_t least) {
  const auto at = std::lower_bound(table.begin(), table.end(), least);
  return at == table.end() ? std::nullopt : std::optional(*at);
}

}  // namespace

std::optional<std::size_t> padded_size(std::size_t content_bytes) {
  if (content_bytes > kContentBytesMax) return std::nullopt;
  return up(kBuckets, content_bytes + kPaddingLengthBytes);
}

std::optional<std::size_t> padded_count(std::size_t leaves) { return up(kCounts, leaves); }

bool is_padded(const SealedEvent& event) {
  const std::size_t hashes = 1 + event.leaves.size() + event.padding.size();
  return padded_count(hashes) == hashes && std::all_of(event.leaves.begin(), event.leaves.end(), [](const Leaf& leaf) {
    return leaf.ciphertext.size() >= kTagBytes && is_bucket(leaf.ciphertext.size() - kTagBytes);
  });
}

bool is_bucket(std::size_t bytes) { return std::binary_search(kBuckets.begin(), kBuckets.end(), bytes); }

Bytes pad(ByteView content, std::size_t room) {
  const auto size = padded_size(content.size());
  INVARIANT(size, "contents over the largest bucket were refused before");
  Bytes padded(*size + room, '\0');
  for (std::size_t i = 0; i < kPaddingLengthBytes; ++i) padded[i] = static_cast<char>(content.size() >> (24 - 8 * i));
  content.copy(padded.data() + kPaddingLengthBytes, content.size());
  return padded;
}

std::optional<Bytes> unpad(Bytes padded) {
  Reader reader(padded);
  const std::size_t size = reader.u32();
  if (!reader.ok() || padded_size(size) != padded.size()) return std::nullopt;
  const auto filling = padded.begin() + static_cast<std::ptrdiff_t>(kPaddingLengthBytes + size);
  if (std::any_of(filling, padded.end(), [](char c) { return c != '\0'; })) return std::nullopt;
  padded.erase(0, kPaddingLengthBytes);
  padded.resize(size);
  return padded;
}

}  // namespace concordat::seal
