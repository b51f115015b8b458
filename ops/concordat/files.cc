// Files that verbs read and write: see files.h.
#include "ops/concordat/files.h"

#include <filesystem>

#include "proto/base/durable_file.h"

namespace concordat::ops {

Result<Bytes> read_input(const std::string& path) {
  TRY(std::optional<Bytes> content, read_file(path, kFileBytesMax));
  if (!content) return fail(Fault::Malformed, code::kUsage, "there is no file " + path);
  return *std::move(content);
}

Result<directory::Bundle> read_bundle(const std::string& path) {
  TRY(const Bytes bytes, read_input(path));
  return directory::decode_bundle(bytes);
}

Result<directory::SignedText> read_signed(const std::string& path) {
  TRY(const Bytes bytes, read_input(path));
  return directory::read_signed_text(bytes, path);
}

Result<directory::Roots> read_roots_file(const std::string& path) {
  TRY(const Bytes bytes, read_input(path));
  return directory::read_roots(bytes, path);
}

Result<int> write_public(const std::string& path, ByteView content) {
  TRY_VOID(replace_file(path, content));
  std::error_code ignored;
  std::filesystem::permissions(path, static_cast<std::filesystem::perms>(0644), ignored);
  return 0;
}

}  // namespace concordat::ops
