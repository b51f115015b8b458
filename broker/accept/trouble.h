// accept: what an adapter says of its own troubles, on its way to its party's people.
#pragma once

#include "broker/core/turn.h"

namespace concordat::broker {

/// Records an alarm for the adapter and the desk that the directory names for its alarms. Refused, and the session goes on: a code that is
/// none of an adapter's, or a session that publishes for none. Dropped: one of the same adapter and code within kTroubleInterval.
void take_trouble(Turn& turn, const TroubleArrived& arrived);

}  // namespace concordat::broker
