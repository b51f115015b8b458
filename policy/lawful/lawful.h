// Lawful on its face: whether agreements are consistent with the law tables and with their own prohibitions.
// DESIGN 3.5. It proves consistency, not lawfulness: a lawyer reads the agreement. Checked here, for every clause and
// pair of parties: bases cover classes, gateways cover roles, chains lead to covered desks and so do the alternatives
// that the directory names, no clause runs into an unconditional `never`, no `never` could starve a duty. A prohibition
// under a condition is held at decision time.
#pragma once

#include <span>
#include <vector>

#include "policy/agreement/in_force.h"
#include "policy/lawful/tables.h"
#include "proto/directory/directory.h"

namespace concordat::policy::lawful {

/// Adds to `findings`. The agreements must fit the directory already: every name in them leads somewhere.
void check(std::span<const Adopted> agreements, const directory::Directory& directory, std::vector<Finding>& findings);
void check(std::span<const Adopted> agreements, const directory::Directory& directory, const Tables& tables,
           std::vector<Finding>& findings);

/// Whether the clause may tell the desk, which it does not name, in place of one that is barred from a case: its party is
/// in the agreement, has a basis to receive the clause's items, and a gateway named opens it to every source. Areas and
/// prohibitions are held when it is decided.
bool may_stand_in(const Agreement& agreement, const Clause& clause, const directory::Desk& desk,
                  const directory::Directory& directory, const Tables& tables);

}  // namespace concordat::policy::lawful
