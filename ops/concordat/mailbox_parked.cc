// concordat mailbox parked: What was tried too often and waits for a person
#include "ops/concordat/settings.h"
#include "ops/concordat/verbs.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;

Result<Exit> run(Call call) { return forward(call, "mailbox parked", {"desk"}); }

}  // namespace

Verb mailbox_parked() {
  return {"mailbox",
          "parked",
          "What was tried too often and waits for a person",
          "Mend the desk's program, then `mailbox retry`.",
          {{Kind::Place, "desk", "PARTY/DESK, or the number of one that left the directory", true},
           config_parameter()},
          run};
}

}  // namespace concordat::ops
