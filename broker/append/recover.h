// append, backwards: from the stored log to the State that a broker starts with, checking the chain on the way. DESIGN 4.6.
#pragma once

#include <optional>

#include "broker/append/protect.h"
#include "broker/core/state.h"
#include "broker/store/check.h"

namespace concordat::broker {

/// What recovery found.
struct Recovered {
  State state;
  wire::LogMark head;
  Sequence from_snapshot = 0;   ///< Applied by the snapshot; 0: replayed from the start.
  std::size_t replayed = 0;
};

/// Reads the newest snapshot that opens and replays what follows. `checkpoint`: the mark kept outside the store; the log must
/// reach it and carry the same hash there. E-CHAIN (Corrupt) names the first record that does not fit; E-STORE.
Result<Recovered> recover(const store::Log& log, const std::string& broker, BucketKeys& keys, const std::optional<wire::LogMark>& checkpoint);

/// A snapshot of the state, sealed under a fresh key of its own and bound to broker and sequence. DESIGN 5.1.
/// `state.applied` must be durable.
Result<Bytes> seal_snapshot(const State& state, const std::string& broker, BucketKeys& keys, Entropy& entropy);
/// The bucket whose key seals the snapshot at `applied`: destroyed when the snapshot is dropped.
BucketId snapshot_bucket(Sequence applied);

/// How the store's check follows the chain: a stub is well formed, says `sequence`, and names the record hash before it.
store::Followed follow_stub(Sequence sequence, const Digest& previous, ByteView stub);

/// The whole log against its chain and checkpoint, every body and content against what its stub commits to, every file.
/// `go_on` and `bytes` as in CheckWith and Log::verify_files.
Result<store::CheckReport> check_whole(const store::Log& log, const std::string& broker, BucketKeys& keys, const std::optional<store::Checkpoint>& checkpoint,
                                       const std::function<bool(Sequence)>& go_on = {}, const store::GoOn& bytes = {});

/// Record hash at `sequence` as stored: what a peer's `seen` must equal.
Result<Digest> hash_at(const store::Log& log, Sequence sequence);

/// An accepted event read back whole, with its batch's proof; null material if it was destroyed.
Result<MaterialPtr> read_material(const store::Log& log, const std::string& broker, BucketKeys& keys, Sequence sequence);

}  // namespace concordat::broker
