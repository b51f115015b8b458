// concordat mailbox retry: Offer parked deliveries of a desk again
#include "ops/concordat/settings.h"
#include "ops/concordat/verbs.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;

Result<Exit> run(Call call) { return forward(call, "mailbox retry", {"desk", "delivery"}); }

}  // namespace

Verb mailbox_retry() {
  return {"mailbox",
          "retry",
          "Offer parked deliveries of a desk again",
          "",
          {{Kind::Place, "desk", "PARTY/DESK, or the number of one that left the directory", true},
           {Kind::Value, "delivery", "One delivery; all that are parked if not said", false},
           config_parameter()},
          run};
}

}  // namespace concordat::ops
