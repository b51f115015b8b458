// How the terms of several clauses become one desk's: the strictest of each. Private to policy.
#pragma once

#include "policy/agreement/compiled.h"
#include "policy/decide.h"

namespace concordat::policy {

/// Narrows `terms` by those of another clause that grants to the same desk. Order does not matter, but for the order in
/// which escalation chains are walked: that is the clauses'.
void narrow(Terms& terms, const Terms& other);
/// What is old goes in bulk: no deadlines, no chain.
void make_historic(Terms& terms);

}  // namespace concordat::policy
