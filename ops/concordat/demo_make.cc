// concordat demo make: makes the demonstration partnership.
#include "ops/concordat/verbs.h"
#include "ops/demo/make_partnership.h"
#include "proto/seal/keys.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;

Result<Exit> run(Call call) {
  demo::Wanted wanted{call.arguments.one("folder"), "tcp://127.0.0.1:7400", call.arguments.all("agreement")};
  if (call.arguments.has("listen")) wanted.listen = call.arguments.one("listen");
  if (call.arguments.has("files")) wanted.files = call.arguments.one("files");
  seal::SystemEntropy entropy;
  TRY(const demo::Made made, demo::make_partnership(wanted, entropy));
  call.out.line(std::to_string(made.parties) + " parties with " + std::to_string(made.desks) + " desks, " + std::to_string(made.keys) +
                " demonstration keys, directory signed " + std::to_string(made.countersigned) + " of " + std::to_string(made.parties));
  for (const std::string& agreement : made.agreements) call.out.line("agreement " + agreement);
  call.out.set("folder", wanted.folder);
  call.out.set("parties", text::Json::number(static_cast<std::int64_t>(made.parties)));
  call.out.set("desks", text::Json::number(static_cast<std::int64_t>(made.desks)));
  call.out.set("keys", text::Json::number(static_cast<std::int64_t>(made.keys)));
  call.out.set("agreements", json_list(made.agreements));
  return Exit::Done;
}

}  // namespace

Verb demo_make() {
  return {"demo",
          "make",
          "Make the demonstration partnership: keys, signed directory and agreements, configurations",
          "Every key in it is marked, and a production program refuses it. ./ops/up calls this.",
          {{Kind::Place, "folder", "A folder that is not there yet", true},
           {Kind::Values, "agreement", "Agreements to sign for everybody", false},
           {Kind::Value, "listen", "Where the broker will listen; tcp://127.0.0.1:7400 if not said; four ports after it are used too", false},
           {Kind::Value, "files", "The project's folder, whose templates and tables are used; this one if not said", false}},
          run};
}

}  // namespace concordat::ops
