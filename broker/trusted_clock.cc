// The broker's time: see trusted_clock.h.
#include "broker/trusted_clock.h"

#include <algorithm>

namespace concordat::broker {

TrustedClock::TrustedClock(Clock& wall, Clock& steady, Instant last)
    : wall_(wall), steady_(steady), time_(std::max(wall.now(), last)), steady_at_(steady.now()) {}

Instant TrustedClock::now() {
  const Instant steady = steady_.now();
  const Instant expected = time_ + (steady - steady_at_);
  const Milliseconds off = wall_.now() - expected;
  steady_at_ = steady;
  if (off > kClockJumpMax || off < -kClockJumpMax) {
    ahead_ = off;
    time_ = expected;
    return time_;
  }
  ahead_ = Milliseconds{0};
  time_ = std::max(time_, expected + off);
  return time_;
}

}  // namespace concordat::broker
