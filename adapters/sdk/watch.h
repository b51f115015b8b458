// The age of what waits in quarantine: a line in the log and a word to the adapter's desk, once a day while it lasts.
#pragma once

#include <functional>
#include <optional>

#include "adapters/sdk/keep/keep.h"
#include "proto/observe/log.h"
#include "proto/wire/session.h"

namespace concordat::sdk {

/// After how long in quarantine something may be forgotten; zero is never.
struct Patience {
  Milliseconds any = std::chrono::hours(24);
  Milliseconds risk = std::chrono::minutes(15);  ///< Of what may tell of high risk.
};

class Watch {
 public:
  /// `tell` hears of each alarm. All must outlive it.
  Watch(keep::Keep& keep, Patience patience, observe::Log& log, std::function<Result<int>(const wire::Trouble&)> tell)
      : keep_(keep), patience_(patience), log_(log), tell_(std::move(tell)) {}

  /// Call often. Each entry is spoken of when it has waited too long and every day after; at most one alarm a quarter of an hour and code,
  /// with how many wait and since when.
  Result<int> look(Instant now);

 private:
  Result<int> look(bool risk, Instant now, std::optional<Instant>& last);

  keep::Keep& keep_;
  const Patience patience_;
  observe::Log& log_;
  std::function<Result<int>(const wire::Trouble&)> tell_;
  std::optional<Instant> looked_, last_risk_, last_any_;
};

}  // namespace concordat::sdk
