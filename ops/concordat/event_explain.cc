// concordat event explain: Why a desk may or may not open each part of an event
#include "ops/concordat/settings.h"
#include "ops/concordat/verbs.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;

Result<Exit> run(Call call) { return forward(call, "event explain", {"event", "for"}); }

}  // namespace

Verb event_explain() {
  return {"event",
          "explain",
          "Why a desk may or may not open each part of an event",
          "From the facts recorded when it was decided, and the agreements and directory of then: clause, purpose and basis of what\n"
          "was granted, for what was withheld the reason and what would change it, and every hand-over. Shows no content.",
          {{Kind::Place, "event", "The event's id, 32 hexadecimal digits", true},
           {Kind::Value, "for", "One desk, PARTY/DESK or just DESK or its number; everybody who was told if not said", false},
           config_parameter()},
          run};
}

}  // namespace concordat::ops
