// audit: why a desk was told what it was told, from the recorded facts; and what a record says, in a line.
#pragma once

#include <string>

#include "broker/append/protect.h"
#include "broker/step.h"
#include "broker/store/engine.h"
#include "proto/text/json.h"

namespace concordat::broker {

/// Explains one event for one desk, or for all that agreements name if `desk` is empty: permitted items with clause, purpose
/// and basis, withheld ones with the reason and what would change it; progress and deadlines as they stand.
/// E-NOT-FOUND; E-ERASED.
Result<text::Json> explain_event(const Core& core, const EventId& event, const std::string& desk, const store::Log& log, const std::string& broker,
                                 BucketKeys& keys);

/// "to cheshire-east-council/idva: 3 deliveries": desks, counts and codes; nothing of a case.
std::string summary(const wire::Body& body, const directory::Directory& directory);

}  // namespace concordat::broker
