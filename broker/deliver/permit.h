// deliver, before anything leaves: deciding on an event again, as agreements, directory and the person's state are now. DESIGN 4.8.
// permit() itself is declared with what it makes, in broker/core/permitted.h.
#pragma once

#include "broker/core/permitted.h"
#include "broker/core/turn.h"

namespace concordat::broker {

/// The decision on an accepted event under `world` at `now`, for all desks: for hand-overs, for escalations (`unread_minutes` and
/// `missed_by` as in policy::StateFacts) and for explaining. `read` is given the state facts that it was made from.
void decide_again(const State& state, const World& world, Instant now, const Material& material, std::uint32_t unread_minutes, DeskNumber missed_by,
                  policy::Decision& out, wire::RecordedState& read);

/// Of an event that the desk `told` names may be handed nothing of now: true if that is for what the people in it said, and not for the
/// rules: she refused it since, or who is registered for it is not who was.
bool ended_meanwhile(const Turn& turn, const Material& material, const Told& told);

/// True if the desk would be told of the event though nobody were registered for it: whose it is bears on nothing that the desk does.
bool told_for_itself(const Turn& turn, const Material& material, const Told& told);

/// A new decision on an accepted event, with whoever a clause covers now and has not been told. `urgent`: somebody should be.
wire::Reconsidered decide_anew(const Turn& turn, const Material& material, bool& urgent);

}  // namespace concordat::broker
