// A directory in words: what people read before they countersign it.
#pragma once

#include "ops/concordat/output.h"
#include "proto/directory/directory.h"

namespace concordat::ops {

/// Parties with their desks, adapters and clients, one line each; suspended ones say so. Both forms.
void show(const directory::Directory& directory, Output& out);
/// What is different: parties, desks, keys, suspensions. Nothing if nothing is.
void show_changes(const directory::Directory& before, const directory::Directory& after, Output& out);

}  // namespace concordat::ops
