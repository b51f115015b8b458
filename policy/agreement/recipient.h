// Which desks of the directory an agreement's words mean: recipients of clauses, and those whom a prohibition names.
#pragma once

#include <vector>

#include "policy/agreement/agreement.h"
#include "proto/directory/directory.h"

namespace concordat::policy {

/// Whether `to` names the desk; areas and `if_none` aside. Only desks of the agreement's parties are ever meant.
bool leads_to(const Agreement& agreement, const Recipient& to, const directory::Desk& desk,
              const directory::Directory& directory);

/// Whether the prohibition names the desk by itself.
bool names(const NeverTarget& target, const Agreement& agreement, const directory::Desk& desk,
           const directory::Directory& directory);

/// A number for each desk, in the directory's order: desks that share a key or a mailbox or are read by one client,
/// directly or through others, have one number, for who reads one may read all.
using Groups = std::vector<std::size_t>;
Groups groups_of(const directory::Directory& directory);

/// Whether the prohibition names any desk of the group of `directory.desks[desk]`.
bool binds(const Never& never, const Agreement& agreement, std::size_t desk, const Groups& groups,
           const directory::Directory& directory);

}  // namespace concordat::policy
