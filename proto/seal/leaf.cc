// Leaf hashes and the event digest: see seal.h.
#include <algorithm>

#include "proto/base/invariant.h"
#include "proto/seal/blake2b.h"
#include "proto/seal/seal.h"

namespace concordat::seal {

Digest leaf_hash(const Leaf& leaf) {
  return Blake2b<Digest>(purpose::kLeaf)
      .label(leaf.label)
      .sized(leaf.facts)
      .raw(leaf.commitment.view())
      .sized(leaf.ciphertext)
      .finish();
}

Digest event_leaf_hash(ByteView event_leaf) { return Blake2b<Digest>(purpose::kEventLeaf).sized(event_leaf).finish(); }

std::vector<Digest> sorted_hashes(const SealedEvent& event) {
  std::vector<Digest> hashes;
  hashes.reserve(1 + event.leaves.size() + event.padding.size());
  hashes.push_back(event_leaf_hash(event.event_leaf));
  for (const Leaf& leaf : event.leaves) hashes.push_back(leaf_hash(leaf));
  hashes.insert(hashes.end(), event.padding.begin(), event.padding.end());
  std::sort(hashes.begin(), hashes.end());
  return hashes;
}

Digest event_digest(ByteView header, std::span<const Digest> sorted) {
  INVARIANT(std::is_sorted(sorted.begin(), sorted.end()), "the digest must not depend on the order of leaves");
  INVARIANT(sorted.size() <= kLeavesMax + 1, "the count was checked when the event was decoded");
  Blake2b<Digest> digest(purpose::kEventDigest);
  digest.sized(header).u16(static_cast<std::uint16_t>(sorted.size()));
  for (const Digest& hash : sorted) digest.raw(hash.view());
  return digest.finish();
}

Result<Digest> digest_of_received(ByteView header, std::span<const Leaf> granted, std::span<const Digest> others) {
  const std::size_t count = granted.size() + others.size();
  if (granted.size() > kLeavesMax || others.size() > kLeavesMax + 1 || count == 0 || padded_count(count) != count) {
    return fail(Fault::Unauthenticated, code::kProof, std::to_string(count) + " leaves and hashes are no padded count");
  }
  std::vector<Digest> hashes(others.begin(), others.end());
  hashes.reserve(count);
  for (std::size_t i = 0; i < granted.size(); ++i) {
    const auto repeats = [&](const Leaf& leaf) { return leaf.label.same_place(granted[i].label); };
    if (std::any_of(granted.begin(), granted.begin() + static_cast<std::ptrdiff_t>(i), repeats)) {
      return fail(Fault::Malformed, code::kLabel, "leaf " + std::to_string(i) + " has a label that an earlier one has");
    }
    hashes.push_back(leaf_hash(granted[i]));
  }
  std::sort(hashes.begin(), hashes.end());
  return event_digest(header, hashes);
}

}  // namespace concordat::seal
