// deliver: from mailboxes to the desks that have credit; acknowledgements and progress back. DESIGN 4.7 to 4.10.
#pragma once

#include "broker/core/turn.h"

namespace concordat::broker {

/// Offers what waits to every desk with credit. Decides again where agreements, directory or consent changed since the
/// decision, and hands over the intersection only. Each hand-over is a record before it leaves.
void offer(Turn& turn);
void acknowledge(Turn& turn, const AcknowledgeArrived& arrived);
void progress(Turn& turn, const ProgressArrived& arrived);
/// Puts a parked delivery, or all of a desk's, back in line.
void retry_parked(Turn& turn, const RetryParked& retry);

}  // namespace concordat::broker
