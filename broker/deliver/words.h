// The words of a clause that travel with a delivery: basis, retention and onward sharing, as a person at the desk reads them.
#pragma once

#include <span>
#include <string>

#include "policy/agreement/agreement.h"
#include "proto/directory/directory.h"
#include "proto/seal/label.h"
#include "proto/wire/record.h"

namespace concordat::broker {

/// The recipient's basis: "UK GDPR 6(1)(e), 9(2)(g), Art 10 dpa-2018-s10-5, DPA 2018 Sch 1 para 10, 18".
std::string basis_in_words(const policy::Agreement& agreement, const policy::Clause& clause);
/// "365 days from case closed, then erase"; `days` is the strictest of all clauses.
std::string keep_in_words(const policy::Clause& clause, const wire::RecordedDesk& granted);
/// "to cheshire-east-council/marac all of it; anything else: ask the sender"; the strictest of all clauses.
std::string onward_in_words(const wire::RecordedDesk& granted, std::span<const seal::Label> labels, const directory::Directory& directory);

}  // namespace concordat::broker
