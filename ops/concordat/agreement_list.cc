// concordat agreement list: the agreements in force.
#include "ops/concordat/settings.h"
#include "ops/concordat/verbs.h"

namespace concordat::ops {
namespace {

Result<Exit> run(Call call) { return forward(call, "agreement list", {}); }

}  // namespace

Verb agreement_list() {
  return {"agreement",
          "list",
          "The agreements in force at the broker",
          "",
          {config_parameter()},
          run};
}

}  // namespace concordat::ops
