// Which cases of a hearing are of domestic abuse. Private to this folder.
#pragma once

#include <set>
#include <string>

#include "adapters/courts/hearing.h"
#include "adapters/courts/tables.h"

namespace concordat::courts {

/// Sets Defendant::abuse_case of all. True by a marker of the case, a qualifier of any result in it, or any offence in it that is
/// domestic abuse on its face; whoever of a case has it, all of the case have it. False only where the case lists its markers and nothing
/// of it says so: a message without markers, as all of SPI, does not know.
void mark_abuse(Hearing& hearing, const Tables& tables);

/// By any of which a case is known, in whichever message: its id, its references.
std::set<std::string> names_of_case(const Defendant& defendant);
/// The summons number that his charges stand under; empty if it is none. Several cases may share it.
std::string summons_of(const Defendant& defendant);

}  // namespace concordat::courts
