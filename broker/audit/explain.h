// audit: why a desk was told what it was told, from the recorded facts; and what a record says, in a line.
#pragma once

#include <string>

#include "broker/append/protect.h"
#include "broker/audit/history.h"
#include "broker/step.h"
#include "broker/store/engine.h"
#include "proto/text/json.h"

namespace concordat::broker {

/// What the core's thread knows of the event asked for, copied: the rest is read from the log on any thread.
struct ExplainQuestion {
  EventId event;
  Sequence sequence = 0;
  EventEntry entry;
  World world;
  std::string desk;   ///< PARTY/DESK, DESK or a number; empty: everybody who was told.
  Instant waits_until = {};  ///< Epoch 0: it waits for no registration.
};
/// E-NOT-FOUND.
Result<ExplainQuestion> explain_question(const Core& core, const EventId& event, const std::string& desk);

/// Explains one event for the desks meant: permitted items with the clause, purpose and basis they were granted under then; withheld
/// ones with the reason and what would change it, under the agreements of then; by which decision the desk was told; each
/// hand-over, when, to whom, of what; progress and deadlines as they stand. `worlds` rebuilds what was in force then; without it
/// clauses of a set that is no longer in force have numbers alone. E-NOT-FOUND for a desk that nobody knows; E-ERASED.
Result<text::Json> explain(const ExplainQuestion& question, const store::Log& log, const std::string& broker, BucketKeys& keys, const Worlds& worlds);
/// Both at once.
Result<text::Json> explain_event(const Core& core, const EventId& event, const std::string& desk, const store::Log& log, const std::string& broker,
                                 BucketKeys& keys, const Worlds& worlds = {});

/// "to cheshire-east-council/idva: 3 deliveries": desks, counts and codes; nothing of a case.
std::string summary(const wire::Body& body, const directory::Directory& directory);

}  // namespace concordat::broker
