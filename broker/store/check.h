// Is the log whole? Contiguity, the chain of record hashes, the checkpoint kept outside, bodies and contents against
// what the stubs say. DESIGN 4.6. The broker scans at start; `concordat store check` does all of it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "broker/store/checkpoint.h"
#include "broker/store/engine.h"

namespace concordat::store {

/// What a stub says of its place.
struct Followed {
  Digest hash;           ///< The record hash of this stub.
  bool follows = false;  ///< It is well formed, says `sequence`, and names `previous` (none before record 1).
};
using FollowStub = std::function<Followed(Sequence sequence, const Digest& previous, ByteView stub)>;
/// Whether body and content are what the stub commits to: its content digest, and the body's seal where its key is there.
/// An error is a finding; its detail names the record and no content.
using ExamineRow = std::function<Result<int>(const Stored&)>;

/// One place where the log is not as it was written.
struct Finding {
  Sequence sequence = 0;  ///< 0: not of a single record.
  std::string what;
};

struct CheckReport {
  Sequence last = 0;
  Digest head;                      ///< Record hash at `last`.
  bool ended = false;               ///< By `go_on`: nothing is said of what comes after.
  std::uint64_t destroyed = 0;      ///< Records whose bucket was destroyed: erased, not damaged.
  std::uint64_t findings_total = 0;
  std::vector<Finding> findings;    ///< The first kFindingsMax.
  bool whole() const { return findings_total == 0 && !ended; }
};
inline constexpr std::size_t kFindingsMax = 100;

struct CheckWith {
  FollowStub follow;
  ExamineRow examine;                      ///< Not given: bodies and contents are not read.
  std::optional<Checkpoint> checkpoint;    ///< Its record hash is compared at its sequence.
  std::function<bool(Sequence checked)> go_on;  ///< Told after every few records how far it is; false ends the check there.
};

/// Reads the whole log once. Goes on after a finding as far as it can: after a break of the chain, from the next record's
/// own word. About 1 µs a record without `examine`.
CheckReport check_log(const Log& log, const CheckWith& with);

/// What a broker does at start: the first finding is Fault::Corrupt with E-CHAIN. Returns the head of the chain.
Result<Digest> require_whole(const Log& log, const CheckWith& with);

}  // namespace concordat::store
