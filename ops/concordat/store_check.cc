// concordat store check: the whole log against its chain and commitments, of a running broker or of a stopped one.
#include "ops/concordat/settings.h"
#include "ops/concordat/stopped_store.h"
#include "ops/concordat/verbs.h"

namespace concordat::ops {
namespace {

using text::Json;

Result<Exit> run(Call call) {
  TRY(const Settings settings, load_settings(call.arguments));
  if (listening(settings.socket) || settings.broker_config.empty()) return forward(call, "store check", {});
  TRY(const store::CheckReport report, check_stopped_store(settings.broker_config));
  call.out.line("records: " + std::to_string(report.last));
  call.out.line(std::string("chain: ") + (report.whole() ? "whole" : "broken"));
  call.out.line("erased: " + std::to_string(report.destroyed));
  call.out.line("head: " + report.head.hex());
  std::vector<std::string> findings;
  for (const store::Finding& finding : report.findings) findings.push_back("record " + std::to_string(finding.sequence) + ": " + finding.what);
  for (const std::string& finding : findings) call.out.line("  " + finding);
  call.out.set("result", Json::object().set("records", Json::number(static_cast<std::int64_t>(report.last)))
                             .set("chain", Json::text(report.whole() ? "whole" : "broken"))
                             .set("erased", Json::number(static_cast<std::int64_t>(report.destroyed)))
                             .set("head", Json::text(report.head.hex())).set("findings", json_list(findings)));
  return report.whole() ? Exit::Done : Exit::Failed;
}

}  // namespace

Verb store_check() {
  return {"store",
          "check",
          "Read the whole log against its chain, and every body against what its record commits to",
          "Asks the broker if it runs. If it is stopped, opens the store itself for reading, where the configuration names\n"
          "the broker's (broker_config).",
          {config_parameter()},
          run};
}

}  // namespace concordat::ops
