// One message on what was kept of the attendances that it is about. See source.h for what each trigger does.
#pragma once

#include "adapters/health/adt.h"
#include "adapters/health/hl7.h"
#include "adapters/sdk/source.h"

namespace concordat::health {

/// Completes `input`: events, what is no more, what is to be kept, or its failure. E-LIMIT if more would be kept than is kept of one
/// attendance; the errors of `kept`.
Result<int> follow_message(const Reading& reading, const hl7::Message& message, sdk::Input& input, sdk::Kept& kept, Instant now);

}  // namespace concordat::health
