// The ring of bucket keys: see key_ring.h.
#include "broker/keys/key_ring.h"

#include <algorithm>
#include <filesystem>

#include "proto/base/durable_file.h"
#include "proto/base/invariant.h"
#include "proto/seal/keys.h"

namespace concordat::keys {
namespace {

namespace fs = std::filesystem;
constexpr std::uint8_t kVersion = 1;
constexpr std::string_view kIndexBound = "concordat/v1/key-ring-index";
constexpr std::string_view kKeyBound = "concordat/v1/bucket-key";
constexpr std::string_view kKeyPrefix = "bucket-";
constexpr std::size_t kEntryBytes = 4 + 1 + 8 + 8;
constexpr std::size_t kFileBytesMax = 16 + kBucketsMax * kEntryBytes + seal::kEncryptOverhead;

// Bound to its bucket, so that two key files cannot change places.
Bytes key_bound(BucketId bucket) { return Writer().raw(kKeyBound).u32(bucket.value).take(); }

tl::unexpected<Error> broken(const std::string& path, const char* how) {
  return fail(Fault::Corrupt, code::kRing, path + " " + how);
}

std::vector<std::string> files_in(const std::string& directory) {
  std::vector<std::string> out;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    out.push_back(at->path().string());
  }
  return out;
}

}  // namespace

bool KeyRing::in(const std::string& directory) {
  const auto files = files_in(directory);
  return std::any_of(files.begin(), files.end(), [](const std::string& path) { return path.ends_with(".key") || path.ends_with("/ring"); });
}

std::string KeyRing::index_path() const { return directory_ + "/ring"; }

std::string KeyRing::key_path(BucketId bucket) const {
  return directory_ + "/" + std::string(kKeyPrefix) + to_hex(Writer().u32(bucket.value).bytes()) + ".key";
}

Result<KeyRing> KeyRing::open(std::string directory, seal::SymmetricKey ring_key, IfMissing if_missing, Entropy& entropy) {
  KeyRing ring(std::move(directory), std::move(ring_key), entropy);
  TRY_VOID(ring.load_index(if_missing));
  for (auto& [number, slot] : ring.slots_) {
    if (slot.state == State::Live) TRY_VOID(ring.load_key(BucketId{number}, slot));
    if (slot.state == State::Dying) TRY_VOID(ring.finish(BucketId{number}, slot));
  }
  TRY_VOID(ring.sweep());
  return ring;
}

Result<int> KeyRing::load_index(IfMissing if_missing) {
  TRY(const auto file, read_file(index_path(), kFileBytesMax));
  if (!file) {
    if (if_missing == IfMissing::Refuse) return broken(index_path(), "is missing");
    for (const std::string& path : files_in(directory_)) {
      if (path.ends_with(".key")) return broken(index_path(), "is missing beside bucket keys");
    }
    TRY_VOID(make_directory(directory_));
    return save_index();
  }
  const auto plain = seal::decrypt(ring_key_, *file, kIndexBound);
  if (!plain) return broken(index_path(), "was changed, or is under another ring key");
  Reader in(*plain);
  const std::uint8_t version = in.u8();
  const std::uint32_t count = in.u32();
  for (std::uint32_t n = 0; n < count && in.ok(); ++n) {
    const std::uint32_t number = in.u32();
    Slot& slot = slots_[number];
    slot.state = static_cast<State>(in.u8());
    slot.made = instant_of(static_cast<std::int64_t>(in.u64()));
    slot.destroyed = instant_of(static_cast<std::int64_t>(in.u64()));
  }
  if (!in.done() || version != kVersion || slots_.size() != count) return broken(index_path(), "is of another version");
  return 0;
}

Result<int> KeyRing::save_index() const {
  Writer out;
  out.u8(kVersion).u32(static_cast<std::uint32_t>(slots_.size()));
  for (const auto& [number, slot] : slots_) {
    out.u32(number).u8(static_cast<std::uint8_t>(slot.state));
    out.u64(static_cast<std::uint64_t>(ms_of(slot.made))).u64(static_cast<std::uint64_t>(ms_of(slot.destroyed)));
  }
  return replace_file(index_path(), seal::encrypt(ring_key_, out.bytes(), kIndexBound, *entropy_));
}

Result<int> KeyRing::load_key(BucketId bucket, Slot& slot) const {
  TRY(const auto file, read_file(key_path(bucket), kFileBytesMax));
  if (!file) return broken(key_path(bucket), "is missing, and was never destroyed");
  auto plain = seal::decrypt(ring_key_, *file, key_bound(bucket));
  if (!plain) return broken(key_path(bucket), "was changed, or is under another ring key");
  Reader in(*plain);
  slot.made = instant_of(static_cast<std::int64_t>(in.u64()));
  auto key = seal::SymmetricKey::from(in.raw(seal::SymmetricKey::kSize));
  const bool whole = in.done() && key;
  seal::wipe(*plain);
  if (!whole) return broken(key_path(bucket), "holds no key");
  slot.key = *std::move(key);
  return 0;
}

Result<int> KeyRing::save_key(BucketId bucket, const Slot& slot) const {
  Bytes plain = Writer().u64(static_cast<std::uint64_t>(ms_of(slot.made))).raw(slot.key.view()).take();
  const Bytes sealed = seal::encrypt(ring_key_, plain, key_bound(bucket), *entropy_);
  seal::wipe(plain);
  return replace_file(key_path(bucket), sealed);
}

// What a crash left: half files, which go; and keys that never entered the index, which do now. Nothing is under them,
// unless the index is an old copy: then everything is, and dropping them would destroy it.
Result<int> KeyRing::sweep() {
  for (const std::string& path : files_in(directory_)) {
    if (path.ends_with(".new")) TRY_VOID(shred_file(path));
    if (path.ends_with(".key")) TRY_VOID(adopt(path));
  }
  return 0;
}

Result<int> KeyRing::adopt(const std::string& path) {
  const std::string name = fs::path(path).stem().string();
  const auto number = from_hex(name.substr(std::min(name.size(), kKeyPrefix.size())));
  if (!number || number->size() != 4) return broken(path, "is not of the ring");
  const BucketId bucket{Reader(*number).u32()};
  if (path != key_path(bucket)) return broken(path, "is not of the ring");
  if (const auto known = slots_.find(bucket.value); known != slots_.end()) {
    // A destroyed key that is back came from a copy: it is destroyed again.
    return known->second.state == State::Live ? Result<int>(0) : finish(bucket, known->second);
  }
  Slot slot;
  TRY_VOID(load_key(bucket, slot));
  slots_.emplace(bucket.value, std::move(slot));
  return save_index();
}

Result<const seal::SymmetricKey*> KeyRing::get(BucketId bucket) const {
  const auto found = slots_.find(bucket.value);
  if (found == slots_.end()) return fail(Fault::Malformed, code::kNotFound, "the key of bucket " + to_text(bucket));
  if (found->second.state != State::Live) return fail(Fault::Malformed, code::kErased, "bucket " + to_text(bucket));
  return &found->second.key;
}

Result<const seal::SymmetricKey*> KeyRing::get_or_make(BucketId bucket, Instant now) {
  if (slots_.contains(bucket.value)) return get(bucket);
  if (slots_.size() >= kBucketsMax) return fail(Fault::Malformed, code::kLimit, "bucket keys in one ring");
  Slot slot;
  slot.made = now;
  entropy_->fill({slot.key.data(), seal::SymmetricKey::kSize});
  TRY_VOID(save_key(bucket, slot));
  const auto entered = slots_.emplace(bucket.value, std::move(slot)).first;
  if (const auto saved = save_index(); !saved) {
    slots_.erase(entered);
    return tl::unexpected(saved.error());
  }
  return &entered->second.key;
}

Result<int> KeyRing::destroy(BucketId bucket, Instant now) {
  const auto found = slots_.find(bucket.value);
  if (found == slots_.end()) return fail(Fault::Malformed, code::kNotFound, "the key of bucket " + to_text(bucket));
  Slot& slot = found->second;
  if (slot.state == State::Dead) return 0;
  if (slot.state == State::Live) {
    slot.state = State::Dying;
    slot.destroyed = now;
    slot.key = seal::SymmetricKey();
  }
  TRY_VOID(save_index());
  return finish(bucket, slot);
}

Result<int> KeyRing::finish(BucketId bucket, Slot& slot) {
  TRY_VOID(shred_file(key_path(bucket)));
  slot.state = State::Dead;
  return save_index();
}

Result<int> KeyRing::forget(BucketId bucket) {
  const auto found = slots_.find(bucket.value);
  if (found == slots_.end()) return 0;
  INVARIANT(found->second.state == State::Dead, "only a destroyed key is forgotten");
  Slot kept = std::move(found->second);
  slots_.erase(found);
  if (const auto saved = save_index(); !saved) {
    slots_.emplace(bucket.value, std::move(kept));
    return tl::unexpected(saved.error());
  }
  return 0;
}

std::map<BucketId, seal::SymmetricKey> KeyRing::copy_of_keys() const {
  std::map<BucketId, seal::SymmetricKey> out;
  for (const auto& [number, slot] : slots_) {
    if (slot.state == State::Live) out.emplace(BucketId{number}, slot.key.clone());
  }
  return out;
}

std::vector<RingEntry> KeyRing::list() const {
  std::vector<RingEntry> out;
  for (const auto& [number, slot] : slots_) {
    out.push_back({BucketId{number}, slot.made, std::nullopt});
    if (slot.state != State::Live) out.back().destroyed = slot.destroyed;
  }
  return out;
}

}  // namespace concordat::keys
