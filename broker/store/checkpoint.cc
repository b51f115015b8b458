// The checkpoint kept outside: see checkpoint.h.
#include "broker/store/checkpoint.h"

#include <charconv>

#include "proto/base/durable_file.h"
#include "proto/seal/proof.h"

namespace concordat::store {
namespace {

constexpr std::string_view kMagic = "concordat-checkpoint 1 ";
constexpr std::size_t kBytesMax = 160;

std::string check_of(std::string_view claim) {
  return seal::hash("concordat/v1/store-checkpoint", claim).hex().substr(0, 16);
}

tl::unexpected<Error> damaged(const std::string& path) {
  return fail(Fault::Corrupt, code::kChain, path + ": the checkpoint is not as it was written");
}

}  // namespace

std::string to_text(const Checkpoint& checkpoint) {
  const std::string claim = std::string(kMagic) + std::to_string(checkpoint.sequence) + " " + checkpoint.head.hex();
  return claim + " " + check_of(claim) + "\n";
}

Result<int> write_checkpoint(const std::string& path, const Checkpoint& checkpoint) {
  return replace_file(path, to_text(checkpoint));
}

Result<std::optional<Checkpoint>> read_checkpoint(const std::string& path) {
  TRY(const auto text, read_file(path, kBytesMax));
  if (!text) return std::optional<Checkpoint>();
  if (!text->starts_with(kMagic)) return damaged(path);
  Checkpoint read;
  const char* begin = text->data() + kMagic.size();
  const auto [end, error] = std::from_chars(begin, text->data() + text->size(), read.sequence);
  const auto offset = static_cast<std::size_t>(end - text->data());
  if (error != std::errc() || offset + 1 + 2 * Digest::kSize > text->size()) return damaged(path);
  const auto head = Digest::from_hex(text->substr(offset + 1, 2 * Digest::kSize));
  if (!head) return damaged(path);
  read.head = *head;
  // The writer's own form is the only one: every other spelling of the same numbers is damage too.
  if (to_text(read) != *text) return damaged(path);
  return std::optional(read);
}

}  // namespace concordat::store
