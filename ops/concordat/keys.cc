// Key files as the tool names and makes them: see keys.h.
#include "ops/concordat/keys.h"

#include <filesystem>

#include "proto/base/durable_file.h"
#include "proto/directory/directory.h"

namespace concordat::ops {
namespace {

constexpr std::string_view kNames[] = {"signing", "box", "transport", "exchange", "linkage", "event-id", "outbox", "key-ring", "pseudonym"};

}  // namespace

std::vector<std::string_view> purpose_names() { return {std::begin(kNames), std::end(kNames)}; }

std::optional<seal::KeyPurpose> purpose_named(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name) return static_cast<seal::KeyPurpose>(i + 1);
  }
  return std::nullopt;
}

std::string_view name_of(seal::KeyPurpose purpose) { return kNames[static_cast<std::size_t>(purpose) - 1]; }

bool has_public_half(seal::KeyPurpose purpose) { return purpose <= seal::KeyPurpose::Transport; }

Result<bool> is_live(const Arguments& arguments) {
  const std::string environment = arguments.one("environment");
  if (environment != "live" && environment != "test") return fail(Fault::Malformed, code::kUsage, "--environment is live or test");
  return environment == "live";
}

std::string KeyFolder::file(const std::string& stem, std::uint32_t epoch) const {
  return path_ + "/" + stem + "." + std::to_string(epoch) + ".key";
}

Result<std::vector<seal::KeyFile>> KeyFolder::keys(const std::string& stem, seal::KeyPurpose purpose, const std::string& owner,
                                                   seal::KeyMarks marks, Entropy& entropy) {
  std::vector<seal::KeyFile> found;
  // Rotation deletes the oldest file and adds the next epoch, so the run of epochs need not begin at 1.
  constexpr std::uint32_t kEpochMax = 1000;
  for (std::uint32_t epoch = 1; epoch <= kEpochMax; ++epoch) {
    if (!std::filesystem::exists(file(stem, epoch))) {
      if (!found.empty()) break;
      continue;
    }
    TRY(seal::KeyFile key, seal::read_key_file(file(stem, epoch), purpose));
    if (key.owner != owner || key.epoch != epoch) {
      return fail(Fault::Malformed, code::kKeyFile, file(stem, epoch) + " is of " + key.owner + ", epoch " + std::to_string(key.epoch));
    }
    if (key.marks.live != marks.live) return fail(Fault::Refused, code::kEnvironment, file(stem, epoch) + " is a " + (key.marks.live ? "live" : "test") + " key");
    if (key.marks.demonstration != marks.demonstration) return fail(Fault::Refused, code::kDemonstration, file(stem, epoch));
    found.push_back(std::move(key));
  }
  if (found.empty()) {
    TRY_VOID(make_directory(path_));
    TRY(seal::KeyFile key, seal::new_key(purpose, owner, 1, marks, entropy));
    TRY_VOID(seal::write_key_file(file(stem, 1), key));
    found.push_back(std::move(key));
  }
  return found;
}

}  // namespace concordat::ops
