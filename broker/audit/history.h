// audit: what the log says of one event: who was told by which decision, who was handed what and when, and which directory and
// agreements were in force then. Reads the log from the event on; runs on any thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "broker/append/protect.h"
#include "broker/core/state.h"
#include "broker/store/engine.h"

namespace concordat::broker {

/// A decision on the event: its acceptance, an escalation, or the one after it waited for a registration.
struct DecisionMade {
  Sequence record = 0;
  Instant at;
  std::vector<wire::RecordedDesk> desks;
  wire::RecordedState state;
  Digest agreements;
  DeskNumber missed_by;                   ///< Of an escalation; else 0.
  bool act = false;                       ///< The escalation is of the act deadline, not of the read deadline.
  bool waited = false;                    ///< It waited for a registration, and was decided again.
};

/// A delivery that left, or may have left.
struct HandedOnce {
  Sequence record = 0;
  Instant at;
  DeskNumber desk;
  std::string client;
  wire::HandedOver::Item item;
  Digest agreements;                      ///< In force then: what a new decision at the hand-over was made under.
};

struct History {
  std::vector<DecisionMade> decisions;    ///< In log order, the acceptance first.
  std::vector<HandedOnce> handed;         ///< In log order.
};

/// `accepted` is the event's record. Opens every hand-over after it: a few microseconds each. E-CHAIN, E-STORE.
Result<History> history_of(const store::Log& log, const std::string& broker, BucketKeys& keys, const Material& accepted);

/// From the bytes that the log adopted to the world: build_world, or what a test has for it.
using Worlds = std::function<Result<World>(const State& adopted)>;

/// The worlds that decisions were made in, rebuilt from the log's own adoptions when they are not the one in force.
class WorldsOfThen {
 public:
  /// All outlive it. `now` is what is in force.
  WorldsOfThen(const store::Log& log, const std::string& broker, BucketKeys& keys, const World& now, const Worlds& worlds)
      : log_(log), broker_(broker), keys_(keys), now_(now), worlds_(worlds) {}
  /// As it was in force before `record`. Nothing if it cannot be rebuilt to the `agreements` that the record names.
  const World* before(Sequence record, const Digest& agreements);

 private:
  std::optional<World> rebuild(Sequence record, const Digest& agreements) const;

  const store::Log& log_;
  const std::string& broker_;
  BucketKeys& keys_;
  const World& now_;
  const Worlds& worlds_;
  std::map<Sequence, std::optional<World>> known_;
};

}  // namespace concordat::broker
