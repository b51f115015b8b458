// concordat-notify: a desk that tells victims what they chose to hear; or takes down what one of its people did with a task.
#include <cstdio>

#include "adapters/notify/callbacks.h"
#include "adapters/notify/client.h"
#include "adapters/notify/notifier.h"
#include "adapters/notify/settings.h"
#include "adapters/notify/tasks.h"
#include "adapters/sdk/command.h"
#include "adapters/sdk/http/bearer.h"
#include "adapters/sdk/runner.h"
#include "proto/transport/client.h"
#include "proto/wire/limits.h"

namespace concordat::notify {
namespace {

constexpr Milliseconds kPatience{200};
constexpr Milliseconds kDay{24 * 3'600'000};

/// "-" is standard input, to its end: an argument can be seen by everybody on the machine.
Result<std::string> reason_of(const sdk::Command& command) {
  if (command.reason != "-") return command.reason;
  std::string reason(wire::kReasonBytesMax + 2, '\0');  // with its newline; longer is refused like any other
  reason.resize(std::fread(reason.data(), 1, reason.size(), stdin));
  while (!reason.empty() && (reason.back() == '\n' || reason.back() == '\r')) reason.pop_back();
  return reason;
}

/// Whether the calendar still knows the days that deadlines fall on.
void warn_of_calendar(const Rules& rules, observe::Log& log, Instant now) {
  if (rules.calendar.last() < now + 60 * kDay) log.error("the list of bank holidays ends soon: deadlines after it count them as working days", {{"code", code::kConfig.name}});
}

void take_receipts(Callbacks& callbacks, Notifier& notifier, observe::Log& log) {
  while (auto receipt = callbacks.next()) {
    const auto taken = notifier.receipt(receipt->reference, receipt->id, receipt->status);
    if (!taken) log.error("a delivery receipt waits", taken.error());
    receipt->durable->try_send(taken.has_value());
  }
}

/// What is due, until nothing is or the session must be looked after. A full disk is waited for; what is damaged ends the program.
Result<bool> work(Notifier& notifier, observe::Log& log) {
  const auto more = notifier.work();
  if (more) return *more;
  if (more.error().fault == Fault::Corrupt) return tl::unexpected(more.error());
  log.error("what is due waits", more.error());
  return false;
}

Result<int> serve(NotifySettings& settings, const sdk::EndSignals& signals, sdk::Loaded& loaded, sdk::Beliefs& beliefs, keep::Keep& keep, Entropy& entropy,
                  Clock& clock) {
  TRY_VOID(keep.serve());
  TRY(const auto sink, sdk::open_log(settings.shared));
  observe::Log log(*sink, clock);
  TRY(ApiKey key, read_api_key(settings.key));
  TRY(auto over, http::Client::open(settings.service));
  Client service(std::move(over), std::move(key), clock);
  const Place place{settings.tasks.string(), settings.done.string(), loaded.live, settings.a_minute};
  TRY(const auto notifier, Notifier::open(place, settings.rules, service, keep, entropy, clock, log));
  std::unique_ptr<Callbacks> callbacks;
  std::unique_ptr<http::Server> server;
  if (settings.callbacks) {
    TRY(SecretBytes token, http::read_token(settings.token));
    callbacks = std::make_unique<Callbacks>(std::move(token));
    TRY(server, http::Server::listen(settings.listen, [&callbacks](const http::Request& request) { return callbacks->answer(request); }));
  }
  const sdk::DeskKeys keys{settings.desk, std::move(*loaded.box)};
  sdk::Reading reading(keys, loaded.exchange, *notifier, keep, log);
  sdk::Session session({.client = settings.shared.client}, beliefs, keep, nullptr, &reading, log);
  TRY(const auto link, transport::Client::connect(sdk::link_options(settings.shared, beliefs.directory()), loaded.transport));
  link->watch(signals.descriptor());
  sdk::Runner runner(*link, session, clock, log);
  log.info("started", {{"desk", settings.desk}});
  Instant tidied = clock.now();
  warn_of_calendar(settings.rules, log, tidied);
  bool busy = false;
  while (true) {
    TRY(const bool going, runner.turn(busy ? Milliseconds{0} : kPatience));
    if (!going) break;
    if (callbacks) take_receipts(*callbacks, *notifier, log);
    TRY(busy, work(*notifier, log));
    if (tidied + kDay <= clock.now()) {
      tidied = clock.now();
      TRY_VOID(keep.forget_outlived(tidied));
      warn_of_calendar(settings.rules, log, tidied);
    }
    link->pin(sdk::broker_keys(beliefs.directory()));
  }
  runner.goodbye();
  if (callbacks) callbacks->close();
  log.info("ended");
  return sdk::kDone;
}

Result<int> check(const sdk::Command& command, const NotifySettings& settings, const sdk::Loaded& loaded, const sdk::Beliefs& beliefs) {
  TRY_VOID(sdk::check_listed(loaded, beliefs.directory(), settings.shared.client, {}, settings.desk));
  TRY_VOID(read_api_key(settings.key));
  if (settings.callbacks) TRY_VOID(http::read_token(settings.token));
  TRY_VOID(http::Client::open(settings.service));
  TRY_VOID(sdk::print(command.config + ": configuration, templates, calendar, keys and directory are in order\n"));
  return sdk::kDone;
}

Result<int> run(const sdk::Command& command) {
  const sdk::EndSignals signals;
  TRY_VOID(seal::prepare_process());
  TRY(NotifySettings settings, read_settings(command.config));
  TRY(sdk::Loaded loaded, sdk::load_keys(settings.shared));
  TRY_VOID(check_environment(settings.service.base, loaded.live));
  seal::SystemEntropy entropy;
  SystemClock clock;
  TRY(const auto keep, sdk::open_keep(settings.shared, loaded, entropy));
  if (!command.step.empty()) {
    TRY(const std::string reason, reason_of(command));
    TRY_VOID(take_step({command.step, command.event, command.person, reason}, settings.tasks.string(), *keep, clock.now(), sdk::print));
    return sdk::kDone;
  }
  TRY(sdk::Beliefs beliefs, sdk::load_beliefs(settings.shared, loaded, *keep));
  if (beliefs.directory().desk(std::string_view(settings.desk)) == nullptr) return fail(Fault::Malformed, code::kDesk, settings.desk + " is not in the directory");
  if (command.check_config) return check(command, settings, loaded, beliefs);
  return serve(settings, signals, loaded, beliefs, *keep, entropy, clock);
}

int program(int argc, char** argv) {
  sdk::Command command;
  const sdk::Program self{"concordat-notify", "A desk: tells victims what they chose to hear, by text, e-mail, letter or a person.", false, true};
  if (const auto code = sdk::parse_command(argc, argv, self, command)) return *code;
  const auto done = run(command);
  if (done) return *done;
  std::fprintf(stderr, "concordat-notify: %s\n", describe(done.error()).c_str());
  return done.error().code == code::kUsage ? sdk::kUsage : sdk::kFailed;
}

}  // namespace
}  // namespace concordat::notify

int main(int argc, char** argv) { return concordat::notify::program(argc, argv); }
