// concordat log show: The records of the log, one line each
#include "ops/concordat/settings.h"
#include "ops/concordat/verbs.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;

Result<Exit> run(Call call) { return forward(call, "log show", {"from", "count"}); }

}  // namespace

Verb log_show() {
  return {"log",
          "show",
          "The records of the log, one line each",
          "What happened, when, and the record's hash; nothing of a case.",
          {{Kind::Value, "from", "The first record; the last ones if not said", false},
           {Kind::Value, "count", "How many; 50 if not said", false},
           config_parameter()},
          run};
}

}  // namespace concordat::ops
