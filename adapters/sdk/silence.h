// A feed that says nothing for too long: an error in the log once an interval, for a feed that fell silent looks like a quiet day.
#pragma once

#include <optional>

#include "proto/base/time.h"
#include "proto/observe/log.h"

namespace concordat::sdk {

class Silence {
 public:
  /// `after`: zero is never.
  Silence(Milliseconds after, observe::Log& log) : after_(after), log_(log) {}

  void heard(Instant now) { last_ = now; }
  /// Says so if nothing was heard for too long, since the first look, or since it was last said.
  void look(Instant now) {
    if (!last_) last_ = now;
    if (after_.count() == 0 || *last_ + after_ > now) return;
    log_.error("the feed is silent", {{"code", code::kSilent.name}, {"since", *last_}});
    last_ = now;
  }

 private:
  Milliseconds after_;
  observe::Log& log_;
  std::optional<Instant> last_;
};

}  // namespace concordat::sdk
