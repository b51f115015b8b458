// apply: the only place where State changes. Pure: no clock, randomness, I/O, policy or content key; the same records give
// the same state, live and after a restart. DESIGN 4.2, 4.3.
#pragma once

#include "broker/core/state.h"
#include "proto/wire/record.h"

namespace concordat::broker {

/// What of the stub a body needs to be applied.
struct Applied {
  Sequence sequence = 0;
  Instant time;
  EventId event;
  Digest event_digest;
};

/// Takes one record into the state. Records come in sequence order without gaps (INVARIANT).
/// E-CHAIN (Corrupt) if the body refers to what cannot be: then the log is not ours, stop.
Result<int> apply(State& state, const Applied& record, const wire::Body& body);
Result<int> apply(State& state, const Applied& record, const wire::EventAccepted& body);

/// A record whose body was destroyed or erased: only its place is taken.
void apply_erased(State& state, const Applied& record);

}  // namespace concordat::broker
