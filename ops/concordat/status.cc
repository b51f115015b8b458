// concordat status: What the broker does: log, sessions, mailboxes, counters
#include "ops/concordat/settings.h"
#include "ops/concordat/verbs.h"

namespace concordat::ops {
namespace {

Result<Exit> run(Call call) { return forward(call, "status", {}); }

}  // namespace

Verb status() {
  return {"status",
          "",
          "What the broker does: log, sessions, mailboxes, counters",
          "",
          {config_parameter()},
          run};
}

}  // namespace concordat::ops
