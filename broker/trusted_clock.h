// The broker's time: the machine's clock, for as long as it goes no faster and no slower than time does. DESIGN 4.14.
#pragma once

#include "proto/base/time.h"

namespace concordat::broker {

inline constexpr Milliseconds kClockJumpMax = std::chrono::minutes(5);

/// Deadlines, leases and the times in the log are of this clock. It never goes back, and a jump of the machine's clock of more than
/// kClockJumpMax, either way, is not followed: time goes on at its own pace from where it was until the machine's clock agrees again.
/// One thread's.
class TrustedClock final : public Clock {
 public:
  /// `last`: time of the newest record, which may be ahead of a clock that was set back. What the clock says now is believed
  /// if it is not before that: whoever starts the broker has looked at it.
  TrustedClock(Clock& wall, Clock& steady, Instant last);
  Instant now() override;
  /// How far the machine's clock is ahead of this one, if it jumped and is not followed; zero otherwise. As of the last now().
  Milliseconds ahead() const { return ahead_; }

 private:
  Clock& wall_;
  Clock& steady_;
  Instant time_;
  Instant steady_at_;
  Milliseconds ahead_{0};
};

}  // namespace concordat::broker
