// That a case is one of domestic abuse, known from any message of it: the outcomes of all its others say so, too. Private to this folder.
#pragma once

#include "adapters/courts/ledger.h"
#include "adapters/courts/told.h"

namespace concordat::courts {

/// Onto the outcomes of an input, before they are followed. What a message says itself is kept.
Result<int> add_what_is_known(sdk::Input& input, Ledger& ledger, const About& about);

/// After it was followed: outcomes that were told of the case before anybody knew are corrected; those that still do not know are kept
/// in mind. Once known it stays so.
Result<int> tell_of_abuse(sdk::Input& input, Ledger& ledger, const About& about);

}  // namespace concordat::courts
