// Which desks of the directory an agreement's words mean: recipients of clauses, and those whom a prohibition names.
#pragma once

#include "policy/agreement/agreement.h"
#include "proto/directory/directory.h"

namespace concordat::policy {

/// Whether `to` names the desk; areas and `if_none` aside. Only desks of the agreement's parties are ever meant.
bool leads_to(const Agreement& agreement, const Recipient& to, const directory::Desk& desk,
              const directory::Directory& directory);

/// Whether the prohibition names the desk by itself; desks that share its key or mailbox are the caller's business.
bool names(const NeverTarget& target, const Agreement& agreement, const directory::Desk& desk,
           const directory::Directory& directory);

}  // namespace concordat::policy
