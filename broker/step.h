// The core: step(input, now) → records and effects. Deterministic; no clock, socket, disk or randomness. DESIGN 4.2.
// This is where the stages are joined: accept, admit, (append, apply,) deliver, expire.
#pragma once

#include <set>

#include "broker/core/input.h"
#include "broker/core/sessions.h"
#include "broker/core/turn.h"

namespace concordat::broker {

struct CoreLimits {
  std::size_t cache_bytes = 32u << 20;   ///< Of events kept for hand-over without reading them back.
  std::size_t fetch_events = 64;         ///< Asked for at once.
};

/// One thread owns it. Everything that step puts out is decided and applied in memory already: records must be appended in
/// order, and an effect may happen only when all records before it are durable.
class Core {
 public:
  Core(State state, World world, CoreLimits limits = {});

  /// `now` may stand still; where it runs backwards the newest time seen is used instead.
  void step(Input input, Instant now, Output& out);
  /// When a Tick has something to do; nothing if never.
  std::optional<Instant> next_due() const;
  const State& state() const { return state_; }
  const Sessions& sessions() const { return sessions_; }
  const World& world() const { return world_; }

 private:
  void take(Turn& turn, Input input);
  void fetch_wanted(Output& out);

  State state_;
  World world_;
  CoreLimits limits_;
  Sessions sessions_;
  MaterialCache cache_;
  std::set<Sequence> wanted_;
  bool fetching_ = false;
  Instant last_seen_;                    // of any input: an idle broker's newest record may be hours old
};

}  // namespace concordat::broker
