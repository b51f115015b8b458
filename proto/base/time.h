// Time as a parameter: instants in UTC milliseconds, and the clock that programs pass in.
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>
#include <string>

namespace concordat {

/// UTC, milliseconds since 1970-01-01T00:00:00Z.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Milliseconds = std::chrono::milliseconds;

inline constexpr Instant instant_of(std::int64_t ms) { return Instant{Milliseconds{ms}}; }
inline constexpr std::int64_t ms_of(Instant at) { return at.time_since_epoch().count(); }

/// Where a program's time comes from. Pure code takes an Instant instead.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
 public:
  Instant now() override { return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()); }
};

/// Time that passes, suspended machines included, whatever the clock is set to: for differences, never for a date.
class SteadyClock final : public Clock {
 public:
  Instant now() override {
    timespec passed{};
    clock_gettime(CLOCK_BOOTTIME, &passed);
    return Instant{std::chrono::duration_cast<Milliseconds>(std::chrono::seconds(passed.tv_sec) + std::chrono::nanoseconds(passed.tv_nsec))};
  }
};

/// "2026-07-14T02:10:00.000Z".
std::string to_text(Instant at);

}  // namespace concordat
