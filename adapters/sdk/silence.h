// A feed that says nothing for too long: an error in the log once an interval, for a feed that fell silent looks like a quiet day.
#pragma once

#include <functional>
#include <optional>

#include "proto/base/time.h"
#include "proto/observe/log.h"

namespace concordat::sdk {

class Silence {
 public:
  /// `after`: zero is never. `tell` hears since when, whenever it is said; it may be empty.
  Silence(Milliseconds after, observe::Log& log, std::function<void(Instant since)> tell = {}) : after_(after), log_(log), tell_(std::move(tell)) {}

  void heard(Instant now) { last_ = heard_ = now; }
  /// Says so if nothing was heard for too long, since the first look, or since it was last said.
  void look(Instant now) {
    if (!last_) last_ = heard_ = now;
    if (after_.count() == 0 || *last_ + after_ > now) return;
    log_.error("the feed is silent", {{"code", code::kSilent.name}, {"since", heard_}});
    last_ = now;
    if (tell_) tell_(heard_);
  }

 private:
  Milliseconds after_;
  observe::Log& log_;
  std::function<void(Instant since)> tell_;
  std::optional<Instant> last_;  ///< When something was heard, or its absence said.
  Instant heard_{};
};

}  // namespace concordat::sdk
