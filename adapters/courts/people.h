// Whom a Common Platform hearing is about: its defendants in each of their cases, whom its applications are about, and what was ordered
// of each. Private to this folder.
#pragma once

#include "adapters/courts/hearing.h"
#include "adapters/courts/tables.h"
#include "adapters/courts/tree.h"

namespace concordat::courts {

/// Into `out.defendants`; what is not understood of one is his failure. False if there are more people, or results that are of
/// several, than a hearing has: then nothing of it may be told.
bool read_people(Reader& reader, const Node& hearing, const Tables& tables, Hearing& out);

}  // namespace concordat::courts
