// concordat-inbox: a desk. Runs and files what its clauses grant; or takes down what one of its people did.
#include <cstdio>
#include <filesystem>

#include "adapters/inbox/inbox.h"
#include "adapters/inbox/people.h"
#include "adapters/sdk/command.h"
#include "adapters/sdk/runner.h"
#include "adapters/sdk/settings.h"
#include "proto/transport/client.h"
#include "proto/wire/limits.h"

namespace concordat::inbox {
namespace {

constexpr Milliseconds kPatience{200};

struct InboxSettings {
  sdk::Settings shared;
  std::string desk;
  std::filesystem::path folder, history, conflicts;
};

Result<InboxSettings> read_settings(const std::string& file) {
  TRY(const text::Document document, text::Document::load(file));
  TRY(text::Map map, document.map());
  InboxSettings settings;
  TRY(settings.desk, map.text("desk"));
  TRY(settings.folder, map.path("folder"));
  TRY(settings.history, map.path("history"));
  TRY(settings.conflicts, map.path_or("conflicts", {}));
  TRY(settings.shared, sdk::read_settings(map, {.reads = true}));
  TRY_VOID(map.finish());
  return settings;
}

Result<std::vector<Declared>> conflicts_of(const InboxSettings& settings) {
  if (settings.conflicts.empty()) return std::vector<Declared>{};
  return read_conflicts(settings.conflicts.string());
}

/// "-" is standard input, to its end: an argument can be seen by everybody on the machine.
Result<std::string> reason_of(const sdk::Command& command) {
  if (command.reason != "-") return command.reason;
  std::string reason(wire::kReasonBytesMax + 2, '\0');  // with its newline; longer is refused like any other
  reason.resize(std::fread(reason.data(), 1, reason.size(), stdin));
  while (!reason.empty() && (reason.back() == '\n' || reason.back() == '\r')) reason.pop_back();
  return reason;
}

Result<int> step(const sdk::Command& command, const InboxSettings& settings, keep::Keep& keep, Clock& clock) {
  TRY(const std::vector<Declared> list, conflicts_of(settings));
  TRY(const std::string reason, reason_of(command));
  TRY_VOID(take_step({command.step, command.event, command.person, reason}, settings.folder.string(), list, keep, clock.now(), sdk::print));
  return sdk::kDone;
}

Result<int> serve(const InboxSettings& settings, const sdk::EndSignals& signals, sdk::Loaded& loaded, sdk::Beliefs& beliefs, keep::Keep& keep,
                  Clock& clock) {
  TRY_VOID(keep.serve());
  TRY(const auto sink, sdk::open_log(settings.shared));
  observe::Log log(*sink, clock);
  TRY(Inbox inbox, Inbox::open(settings.folder.string(), settings.history.string(), keep, clock.now()));
  const sdk::DeskKeys keys{settings.desk, std::move(*loaded.box)};
  sdk::Reading reading(keys, loaded.exchange, inbox, keep, log);
  sdk::Session session({.client = settings.shared.client}, beliefs, keep, nullptr, &reading, log);
  TRY(const auto link, transport::Client::connect(sdk::link_options(settings.shared, beliefs.directory()), loaded.transport));
  link->watch(signals.descriptor());
  sdk::Runner runner(*link, session, clock, log);
  log.info("started", {{"desk", settings.desk}});
  while (true) {
    TRY(const bool going, runner.turn(kPatience));
    if (!going) break;
    // A full disk is waited for: what was delivered stays with the broker meanwhile.
    if (const auto said = report_conflicts(keep, log); !said) {
      if (said.error().fault == Fault::Corrupt) return said;
      log.error("refusals of declared conflicts wait", said.error());
    }
    link->pin(sdk::broker_keys(beliefs.directory()));
  }
  runner.goodbye();
  log.info("ended");
  return sdk::kDone;
}

Result<int> run(const sdk::Command& command) {
  const sdk::EndSignals signals;
  TRY_VOID(seal::prepare_process());
  TRY(const InboxSettings settings, read_settings(command.config));
  TRY(sdk::Loaded loaded, sdk::load_keys(settings.shared));
  seal::SystemEntropy entropy;
  SystemClock clock;
  TRY(const auto keep, sdk::open_keep(settings.shared, loaded, entropy));
  if (!command.step.empty()) return step(command, settings, *keep, clock);
  TRY(sdk::Beliefs beliefs, sdk::load_beliefs(settings.shared, loaded, *keep));
  TRY_VOID(conflicts_of(settings));
  if (beliefs.directory().desk(std::string_view(settings.desk)) == nullptr) return fail(Fault::Malformed, code::kDesk, settings.desk + " is not in the directory");
  if (command.check_config) {
    TRY_VOID(sdk::check_listed(loaded, beliefs.directory(), settings.shared.client, {}, settings.desk));
    TRY_VOID(sdk::print(command.config + ": configuration, keys and directory are in order\n"));
    return sdk::kDone;
  }
  return serve(settings, signals, loaded, beliefs, *keep, clock);
}

int program(int argc, char** argv) {
  sdk::Command command;
  const sdk::Program self{"concordat-inbox", "A desk: files what its clauses grant, and says what its people did.", false, true};
  if (const auto code = sdk::parse_command(argc, argv, self, command)) return *code;
  const auto done = run(command);
  if (done) return *done;
  std::fprintf(stderr, "concordat-inbox: %s\n", describe(done.error()).c_str());
  return done.error().code == code::kUsage ? sdk::kUsage : sdk::kFailed;
}

}  // namespace
}  // namespace concordat::inbox

int main(int argc, char** argv) { return concordat::inbox::program(argc, argv); }
