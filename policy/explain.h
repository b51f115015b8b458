// Why a desk may or may not open each part of an event, and what would change it: recomputed in words from recorded
// facts, state, agreements and directory. Shows no content; labels and facts only. Not for the hot path.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/agreement/in_force.h"
#include "policy/decide.h"
#include "proto/text/json.h"

namespace concordat::policy {

struct ItemExplained {
  std::size_t label = 0;  ///< Index in Case::labels.
  std::string item;       ///< "victim.home_address"
  bool granted = false;
  std::string clause;   ///< That grants, or came nearest; may be empty.
  std::string purpose;  ///< Of `clause`.
  std::string basis;    ///< "police-discloses → council-receives, by …"
  std::string because;  ///< Unless granted: "the risk is medium (11 of 24)".
  std::string remedy;   ///< Unless granted: "would be told at 14 of 24, or on a judgement of high"; may be empty.
};

/// A clause for this kind and sender that leads to the desk and granted it nothing.
struct ClauseExplained {
  std::string clause;
  bool duty = false;
  std::string because;
  std::string remedy;
};

struct DeskExplained {
  DeskNumber desk;
  std::string name;
  bool told = false;
  bool duty = false;
  bool fallback = false;
  std::vector<ItemExplained> items;      ///< Of every label.
  std::vector<std::string> obligations;  ///< If told.
  std::vector<ClauseExplained> clauses;
};

/// `only`: one desk, told or not. Without it: every desk that is told or that a clause for this kind and sender leads
/// to.
std::vector<DeskExplained> explain(const Case& event, const StateFacts& state, const InForce& agreements,
                                   const directory::Directory& directory, Instant now,
                                   std::optional<DeskNumber> only = std::nullopt);

std::string to_text(const std::vector<DeskExplained>& desks);
text::Json to_json(const std::vector<DeskExplained>& desks);

}  // namespace concordat::policy
