// The checkpoint kept outside: a small file beside the store that says how far the log had come, so that a log which
// lost its end without noticing is found out. DESIGN 4.6. One line of text:
//
//   concordat-checkpoint 1 <sequence> <record hash, 64 hex digits> <check, 16 hex digits>\n
//
// The check is the first 8 bytes of seal::hash("concordat/v1/store-checkpoint", everything before its space).
// It is replaced whole: written beside, synced, renamed, the directory synced. It never says more than is durable.
#pragma once

#include <optional>
#include <string>

#include "proto/base/ids.h"
#include "proto/base/result.h"

namespace concordat::store {

struct Checkpoint {
  Sequence sequence = 0;  ///< 0: the store was made and nothing was written yet.
  Digest head;            ///< Record hash at `sequence`; none at 0.
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

std::string to_text(const Checkpoint& checkpoint);
/// Blocks for three syncs. E-STORE (Unavailable) names path and cause; the old file is then still there whole.
Result<int> write_checkpoint(const std::string& path, const Checkpoint& checkpoint);
/// Nothing if there is no such file. A file that is not exactly as written is Corrupt with E-CHAIN, never "none".
Result<std::optional<Checkpoint>> read_checkpoint(const std::string& path);

}  // namespace concordat::store
