// Files that verbs read and write, with errors that name them.
#pragma once

#include <optional>
#include <string>

#include "proto/base/bytes.h"
#include "proto/base/result.h"
#include "proto/directory/bundle.h"

namespace concordat::ops {

inline constexpr std::size_t kFileBytesMax = 4u << 20;

/// E-USAGE if it is not there: the words name a file that does not exist.
Result<Bytes> read_input(const std::string& path);
Result<directory::Bundle> read_bundle(const std::string& path);
Result<directory::SignedText> read_signed(const std::string& path);
Result<directory::Roots> read_roots_file(const std::string& path);
/// Writes a file that anybody may read, whole or not at all. Keys go through seal::write_key_file instead.
Result<int> write_public(const std::string& path, ByteView content);

}  // namespace concordat::ops
