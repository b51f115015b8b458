// The oracle: who may open what, worked out the slow way from the agreements as written. It shares no code with decide:
// its own truth tables, routing, grouping of desks and combination of terms. For tests and for the simulator.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "policy/agreement/agreement.h"
#include "policy/agreement/in_force.h"
#include "policy/decide.h"
#include "proto/directory/directory.h"

namespace concordat::policy::oracle {

struct DeskVerdict {
  std::map<std::size_t, std::set<std::string>> granted;  ///< Index of label: "agreement clause" of all that grant it.
  bool duty = false;
  bool fallback = false;
  Terms terms;
  std::set<unsigned> facts;      ///< Numbers of facts released.
  std::set<std::size_t> onward;  ///< Indices of labels.
  std::set<std::size_t> forbidden;
};

struct Verdict {
  std::map<std::uint16_t, DeskVerdict> desks;  ///< By desk number; only desks that may open something.
  bool urgent_or_mandatory = false;
};

/// Agreements in any order. `stand_in` as for bind(); without it the law tables say who may stand in for a barred desk.
Verdict judge(const Case& event, const StateFacts& state, std::span<const Agreement> agreements,
              const directory::Directory& directory, Instant now, const StandIn& stand_in = {});

/// Empty if the decision is the verdict; else what differs, in words. `name` gives the clause's name for a ClauseRef.
std::string difference(const Verdict& verdict, const Decision& decision, const InForce& agreements);

}  // namespace concordat::policy::oracle
