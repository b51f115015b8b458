// concordat store check: reads the whole log of the running broker against its chain and commitments.
#include "ops/concordat/settings.h"
#include "ops/concordat/verbs.h"

namespace concordat::ops {
namespace {

Result<Exit> run(Call call) { return forward(call, "store check", {}); }

}  // namespace

Verb store_check() {
  return {"store",
          "check",
          "Read the whole log against its chain, and every body against what its record commits to",
          "Asks the running broker. A broker that is stopped makes the same check when it starts, and does not start on damage.",
          {config_parameter()},
          run};
}

}  // namespace concordat::ops
