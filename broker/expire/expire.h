// expire: what time alone brings about. Leases lapse, deliveries are parked, unread events escalate along their clause's chain,
// refusal counts become records. DESIGN 4.7, 4.9, 4.13, 4.14.
#pragma once

#include "broker/core/turn.h"

namespace concordat::broker {

inline constexpr std::size_t kEscalationsATurn = 64;

void pass_time(Turn& turn);
/// When pass_time next has something to do; nothing if never.
std::optional<Instant> next_due(const State& state, const Sessions& sessions);

}  // namespace concordat::broker
