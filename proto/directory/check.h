// What makes entries and a version one consistent directory, and one directory the successor of another. Used by bundle.cc.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proto/directory/directory.h"
#include "proto/directory/entry.h"
#include "proto/directory/version.h"

namespace concordat::directory {

/// E-DIRECTORY: "entry cheshire-constabulary: desks.control.keys: the key is also ...".
tl::unexpected<Error> bad_entry(std::string_view entry, std::string_view field, std::string_view what);

/// What one entry must keep to by itself.
Result<int> check(const PartyEntry& entry);
Result<int> check(const BrokerEntry& entry);

/// Joins a version and its entries (in the version's order, each already checked) to a Directory, without digest.
/// E-DIRECTORY naming entry and field; E-ENVIRONMENT.
Result<Directory> assemble(const Version& version, const BrokerEntry& broker, std::span<const PartyEntry> entries);

/// That no number, name code or key stands for two things.
Result<int> check_unique(const Directory& directory);

/// That `next` may follow `previous`: newer, permanent numbers kept, no key moved to another owner; if it is the very next:
/// chained by digest, and no owner's keys all replaced at once unless it was suspended. E-DIRECTORY, E-ROLLBACK.
Result<int> check_follows(const Directory& next, const Directory& previous);

/// A public key with its owner in words, "client cheshire-constabulary/incidents": every key of a directory.
struct OwnedKey {
  std::string owner;      ///< Who holds it.
  std::string entry;      ///< Whose entry lists it.
  Bytes key;
  bool rotates = true;    ///< Replaced only by adding first.
  bool suspended = false; ///< Its owner is.
};
std::vector<OwnedKey> keys_of(const Directory& directory);

}  // namespace concordat::directory
