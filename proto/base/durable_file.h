// Small files that survive a power cut: replaced whole or not at all. Every function blocks for its syncs; failures are
// E-STORE with path and cause.
#pragma once

#include <optional>
#include <string>

#include "proto/base/bytes.h"
#include "proto/base/result.h"

namespace concordat {

/// Writes `path`.new with mode 0600, syncs it, renames it over `path`, syncs the directory. On failure
/// (Unavailable) `path` holds the old content or the new one, whole.
Result<int> replace_file(const std::string& path, ByteView content);
/// The whole file; nothing if there is none. Longer than `bytes_max` is Corrupt; unreadable is Unavailable.
Result<std::optional<Bytes>> read_file(const std::string& path, std::size_t bytes_max);
/// Makes entries of a directory durable.
Result<int> sync_directory(const std::string& path);
/// Overwrites with zeroes, syncs, unlinks, syncs the directory. No error if there is none.
Result<int> shred_file(const std::string& path);
/// Makes the directory and its missing parents, mode 0700, and their entries durable.
Result<int> make_directory(const std::string& path);

}  // namespace concordat
