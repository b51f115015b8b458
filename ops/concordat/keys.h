// Key files as the tool names and makes them: OWNER.EPOCH.key in one folder, the words for their purposes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ops/concordat/verb.h"
#include "proto/base/result.h"
#include "proto/seal/keys.h"

namespace concordat::ops {

/// "signing", "box", "transport", "exchange", "linkage", "event-id", "outbox", "key-ring", "pseudonym".
std::optional<seal::KeyPurpose> purpose_named(std::string_view name);
std::string_view name_of(seal::KeyPurpose purpose);
std::vector<std::string_view> purpose_names();
bool has_public_half(seal::KeyPurpose purpose);

/// What --environment says; E-USAGE unless it is live or test.
Result<bool> is_live(const Arguments& arguments);

/// A folder of key files.
class KeyFolder {
 public:
  explicit KeyFolder(std::string path) : path_(std::move(path)) {}
  /// Keys of `stem`, oldest first: stem.1.key, stem.2.key, …; the first is made if there is none.
  /// E-ENVIRONMENT, E-DEMONSTRATION if one of them is not marked so.
  Result<std::vector<seal::KeyFile>> keys(const std::string& stem, seal::KeyPurpose purpose, const std::string& owner,
                                          seal::KeyMarks marks, Entropy& entropy);
  std::string file(const std::string& stem, std::uint32_t epoch) const;

 private:
  std::string path_;
};

}  // namespace concordat::ops
