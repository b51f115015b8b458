// Conditions and terms in words that a data protection officer would use.
#pragma once

#include <string>

#include "policy/agreement/agreement.h"
#include "policy/decide.h"

namespace concordat::policy {

/// "the risk is at least high (14 of 24, or judged so)"; "any of: …; …".
std::string in_words(const Condition& condition, const Settings& settings);
/// What would make it true: "at 14 of 24, or on a judgement of high". Of one condition that is no all, any or not.
std::string remedy_of(const Condition& atom, const Settings& settings);
/// "police-discloses → council-receives, by crime-and-disorder-act-1998-s115".
std::string basis_in_words(const Clause& clause, const PartySpec* source);
/// "read within 15 minutes", "keep 365 days from case_closed, then erase", … one a line.
std::vector<std::string> obligations_in_words(const DeskDecision& desk, const directory::Directory& directory);

}  // namespace concordat::policy
