// concordat agreement test: scenarios beside agreements, run; and what no scenario exercises.
#include <filesystem>

#include "ops/concordat/agreement_files.h"
#include "ops/concordat/files.h"
#include "ops/concordat/verbs.h"
#include "policy/questions/paper.h"
#include "policy/questions/scenario.h"

namespace concordat::ops {
namespace {

using Kind = Parameter::Kind;
using text::Json;
namespace fs = std::filesystem;
namespace questions = policy::questions;

/// What several files of scenarios came to.
struct Tally {
  std::size_t held = 0;
  std::size_t failed = 0;
  Json scenarios = Json::array();
  Json unexercised = Json::array();
};

Result<std::vector<policy::Agreement>> read_named(const std::string& file, ByteView bytes) {
  TRY(const std::vector<std::string> names, questions::read_scenario_head(file, bytes));
  std::vector<policy::Agreement> agreements;
  for (const std::string& name : names) {
    TRY(auto agreement, read_plain_agreement((fs::path(file).parent_path() / name).string()));
    agreements.push_back(std::move(agreement));
  }
  return agreements;
}

void report(const std::string& file, const questions::Scenario& scenario, const questions::Outcome& outcome, Tally& tally, Output& out) {
  const bool held = outcome.differences.empty();
  (held ? tally.held : tally.failed) += 1;
  out.line((held ? "  holds   " : "  FAILS   ") + scenario.id + (scenario.cites.empty() ? "" : "  (" + scenario.cites + ")"));
  for (const std::string& difference : outcome.differences) out.line("            " + file + " " + difference);
  tally.scenarios.add(Json::object().set("file", Json::text(file)).set("scenario", Json::text(scenario.id)).set("cites", Json::text(scenario.cites))
                          .set("holds", Json::boolean(held)).set("differences", json_list(outcome.differences)));
}

Result<int> rehearse(const std::string& file, Tally& tally, Output& out) {
  TRY(const Bytes bytes, read_input(file));
  TRY(auto agreements, read_named(file, bytes));
  const directory::Directory paper = questions::on_paper(agreements);
  TRY(const auto set, questions::in_force_on_paper(std::move(agreements), paper));
  TRY(const questions::ScenarioFile scenarios, questions::read_scenarios(file, bytes, *set, paper));
  questions::Rehearsal rehearsal(*set, paper);
  out.line(file);
  for (const questions::Scenario& scenario : scenarios.scenarios) report(file, scenario, rehearsal.run(scenario), tally, out);
  for (const std::string& words : rehearsal.unexercised()) {
    out.line("  never     " + words);
    tally.unexercised.add(Json::text(words));
  }
  return 0;
}

Result<Exit> run(Call call) {
  Tally tally;
  for (const std::string& file : call.arguments.all("files")) TRY_VOID(rehearse(file, tally, call.out));
  call.out.line(std::to_string(tally.held) + " hold, " + std::to_string(tally.failed) + " fail, " +
                std::to_string(tally.unexercised.elements().size()) + " clauses or conditions not exercised");
  const bool covered = tally.unexercised.empty() || !call.arguments.has("covered");
  call.out.set("scenarios", std::move(tally.scenarios));
  call.out.set("unexercised", std::move(tally.unexercised));
  return tally.failed == 0 && covered ? Exit::Done : Exit::Failed;
}

}  // namespace

Verb agreement_test() {
  return {"agreement",
          "test",
          "Run the scenarios written beside agreements, and say which clauses and conditions none exercises",
          "A scenario says what is given and what each desk may open; policy/README.md has the language. Decided as the broker decides, from the files alone.",
          {{Kind::Places, "files", "Files of scenarios", true}, {Kind::Flag, "covered", "Fail also where something is not exercised", false}},
          run};
}

}  // namespace concordat::ops
