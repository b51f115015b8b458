// Proposing: the next version of a directory from the one before and what should change. Numbers are given here, once and
// for ever. The result is a bundle without countersignatures, checked as far as it can be without them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proto/directory/bundle.h"

namespace concordat::directory {

struct Change {
  std::vector<SignedText> entries;        ///< Of new parties, or in place of what a party said before.
  std::optional<SignedText> broker;       ///< Needed for version 1.
  std::optional<QuorumRule> quorum;       ///< Needed for version 1.
  /// "KIND:NAME" with kind party, desk, adapter or client and the whole name: "client:cheshire-constabulary/incidents".
  std::vector<std::string> suspend;
  std::vector<std::string> resume;
  std::vector<std::string> retire;        ///< Parties by name, with all their desks. Desks retire when an entry drops them.
};

/// E-DIRECTORY as load_bundle would say it; E-USAGE for a name to suspend that is not "KIND:NAME" or not there.
Result<Bundle> propose(const Bundle* previous, const Change& change);

}  // namespace concordat::directory
