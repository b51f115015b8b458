// admit, second half: de-duplicate, link, decide. Each event of a verified batch becomes a record, or a refusal that is one.
#pragma once

#include "broker/core/turn.h"

namespace concordat::broker {

/// Answers every event of the batch in order (SendResults). Sequences must follow on, otherwise the session is refused.
void take_batch(Turn& turn, BatchArrived batch);
/// A batch that is not proven: its numbers are consumed, each of its events is refused.
void refuse_batch(Turn& turn, const BatchRefused& batch);

/// Writes down what was decided for one desk; `now` is when its clocks start. Minutes are office minutes unless the clause or the
/// desk's hours say always.
wire::RecordedDesk recorded(const policy::DeskDecision& decision, std::uint64_t delivery, Instant now, const World& world);
/// A correction never takes a slower lane than a revision before it had at the same desk. `original`: what it corrects; 0: nothing.
void keep_lane(const State& state, Sequence original, wire::RecordedDesk& desk);
/// How long nobody has been registered for it: since its first revision was accepted, for a correction buys no time. `newest`: a
/// revision of it that was accepted; 0: none was yet.
std::uint32_t unmatched_minutes(const State& state, const Match& match, Sequence newest, Instant now);
/// Raised with whoever registered her, where that is known, and otherwise with whoever sent the event. `registration`: the one that was
/// found for it, else 0.
void alarm_nobody_told(Turn& turn, Sequence sequence, RegistrationId registration);
/// The desk hears that nothing of it stands up to that revision: by the name of each that it may have, back to one that it filed, for of one
/// that never went to it it knows nothing.
void say_superseded(Turn& turn, DeskNumber desk, Sequence newest);
/// The number that the desk's next delivery will have.
std::uint64_t next_delivery(const Turn& turn, DeskNumber desk);
/// The case of an event as decide wants it. `facts` and `labels` must outlive it.
policy::Case case_of(const contract::FactSet& facts, std::span<const seal::Label> labels, contract::Kind kind, PartyNumber source, Instant happened,
                     std::uint32_t revision);

}  // namespace concordat::broker
