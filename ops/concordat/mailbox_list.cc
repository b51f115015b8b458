// concordat mailbox list: What waits in each desk's mailbox
#include "ops/concordat/settings.h"
#include "ops/concordat/verbs.h"

namespace concordat::ops {
namespace {

Result<Exit> run(Call call) { return forward(call, "mailbox list", {}); }

}  // namespace

Verb mailbox_list() {
  return {"mailbox",
          "list",
          "What waits in each desk's mailbox",
          "",
          {config_parameter()},
          run};
}

}  // namespace concordat::ops
