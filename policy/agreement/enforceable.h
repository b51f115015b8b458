// What an agreement says that this version cannot do: read and kept, but refused at adoption, in words. Never ignored.
//
// Keys that describe, and bind people rather than the broker: title, owner, documents, necessity, inform, consent's
// why, reason, reviewed_by and `capacity: record`, law's decided_by, desks' personnel, security, ends, contacts.
// `personnel: subject_of_case` holds for every desk whether an agreement says it or not (FACT_WORKS_FOR bars the desk);
// `personnel: declared_conflict` is kept by the desk's own program, from its conflict list.
// Everything else is enforced, but for what unenforceable() finds.
#pragma once

#include <vector>

#include "policy/agreement/agreement.h"
#include "policy/agreement/in_force.h"

namespace concordat::policy {

std::vector<Finding> unenforceable(const Agreement& agreement);

}  // namespace concordat::policy
