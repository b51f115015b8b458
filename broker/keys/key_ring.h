// The ring of bucket keys, in a folder outside RocksDB: destroying one makes its bucket unreadable in every copy of the
// log. DESIGN 5.1; broker/keys/README.md is the page.
//
// One thread. Every change blocks until it is durable.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "broker/keys/bucket.h"
#include "proto/base/entropy.h"
#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/seal/box.h"

namespace concordat::keys {

/// One bucket of the ring, destroyed ones included: they are remembered so that lost is never taken for destroyed.
struct RingEntry {
  BucketId bucket;
  Instant made;
  std::optional<Instant> destroyed;
};

inline constexpr std::size_t kBucketsMax = 8192;

class KeyRing {
 public:
  enum class IfMissing : std::uint8_t { Make, Refuse };

  /// What holds for all copies of the ring: none may be older than this, so that a destroyed key is gone everywhere so
  /// long after its destruction. Part of every erasure's deadline; whoever copies the folder is told in the page.
  static constexpr std::chrono::days kCopyAgeMax{30};

  /// Reads every key. `ring_key` is that of the key file with purpose KeyRing. A missing ring is made only where the
  /// caller knows that there is nothing under its keys yet (an empty log); otherwise, and for every file that is missing,
  /// changed or under another ring key, E-RING (Corrupt). A destruction that was cut short is completed.
  static Result<KeyRing> open(std::string directory, seal::SymmetricKey ring_key, IfMissing if_missing, Entropy& entropy);

  /// Whether anything of a ring, an index or a key, is in the folder: then there was a log too.
  static bool in(const std::string& directory);

  /// The key; valid until it is destroyed. E-ERASED (Malformed) if it was destroyed, E-NOT-FOUND (Malformed) if never made.
  Result<const seal::SymmetricKey*> get(BucketId bucket) const;
  /// The same, made first if need be, and durable before it is returned. E-LIMIT beyond kBucketsMax, E-STORE if the disk
  /// refuses: then nothing was made.
  Result<const seal::SymmetricKey*> get_or_make(BucketId bucket, Instant now);
  /// Destroys the key: remembered as being destroyed, overwritten, unlinked, remembered as destroyed, each step durable.
  /// Log the intent before and the deed after. Again is no error. After E-STORE the key may be gone or not; it is no
  /// longer given out, and calling again or opening again completes it.
  Result<int> destroy(BucketId bucket, Instant now);
  /// Drops a destroyed key from the index, for keys that no record is under (a snapshot's), so that the ring stays bounded.
  /// Afterwards it is as if never made. Precondition: destroyed.
  Result<int> forget(BucketId bucket);
  /// Every live key, for reading on another thread while this ring goes on.
  std::map<BucketId, seal::SymmetricKey> copy_of_keys() const;
  /// In the order of the buckets.
  std::vector<RingEntry> list() const;

  KeyRing(KeyRing&&) = default;
  KeyRing& operator=(KeyRing&&) = delete;

 private:
  enum class State : std::uint8_t { Live = 1, Dying = 2, Dead = 3 };
  struct Slot {
    State state = State::Live;
    Instant made;
    Instant destroyed;
    seal::SymmetricKey key;
  };
  KeyRing(std::string directory, seal::SymmetricKey ring_key, Entropy& entropy)
      : directory_(std::move(directory)), ring_key_(std::move(ring_key)), entropy_(&entropy) {}

  std::string index_path() const;
  std::string key_path(BucketId bucket) const;
  Result<int> load_index(IfMissing if_missing);
  Result<int> load_key(BucketId bucket, Slot& slot) const;
  Result<int> adopt(const std::string& path);
  Result<int> sweep();
  Result<int> save_index() const;
  Result<int> save_key(BucketId bucket, const Slot& slot) const;
  Result<int> finish(BucketId bucket, Slot& slot);

  std::string directory_;
  seal::SymmetricKey ring_key_;
  Entropy* entropy_;
  std::map<std::uint32_t, Slot> slots_;
};

}  // namespace concordat::keys
