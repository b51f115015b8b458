// concordat store check: the whole log against its chain and commitments, of a running broker or of a stopped one.
#include <unistd.h>

#include <cstdio>

#include "ops/concordat/render.h"
#include "ops/concordat/settings.h"
#include "ops/concordat/stopped_store.h"
#include "ops/concordat/verbs.h"

namespace concordat::ops {
namespace {

using text::Json;

constexpr unsigned kAskAgainUs = 200'000;
constexpr int kSayEvery = 10;   // questions

Result<Reply> ask(Call call, const Settings& settings, bool begin) {
  admin::Question question{"store check", Json::object()};
  if (begin) question.arguments.set("begin", Json::text("yes"));
  return ask_broker(settings, question, call.out);
}

// The broker checks on a thread of its own; how far it is goes to standard error, for it may take minutes.
Result<Exit> check_running(Call call, const Settings& settings) {
  TRY(Reply reply, ask(call, settings, true));
  for (int asked = 1; reply.result && reply.result->member("running") != nullptr; ++asked) {
    ::usleep(kAskAgainUs);
    TRY(reply, ask(call, settings, false));
    if (asked % kSayEvery != 0 || !reply.result || reply.result->member("running") == nullptr) continue;
    std::fprintf(stderr, "concordat: %s of %s records checked\n", reply.result->member("records_checked")->scalar().c_str(),
                 reply.result->member("records")->scalar().c_str());
  }
  if (!reply.result) return reply.exit;
  for (const std::string& line : lines_of(*reply.result)) call.out.line(line);
  call.out.set("result", *reply.result);
  return Exit::Done;
}

Result<Exit> run(Call call) {
  TRY(const Settings settings, load_settings(call.arguments));
  if (listening(settings.socket) || settings.broker_config.empty()) return check_running(call, settings);
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
