// Which cases of a hearing are of domestic abuse. Private to this folder.
#pragma once

#include "adapters/courts/hearing.h"
#include "adapters/courts/tables.h"

namespace concordat::courts {

/// Sets Defendant::abuse_case of all, true or false: by a marker of the case, a qualifier of any result in it, or any offence in it
/// that is domestic abuse on its face. Whoever of a case has it, all of the case have it.
void mark_abuse(Hearing& hearing, const Tables& tables);

}  // namespace concordat::courts
