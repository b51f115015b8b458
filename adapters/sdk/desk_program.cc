// Programs that read at a desk: see desk_program.h.
#include "adapters/sdk/desk_program.h"

#include <cstdio>

#include "adapters/sdk/runner.h"
#include "proto/transport/client.h"
#include "proto/wire/limits.h"

namespace concordat::sdk {
namespace {

constexpr Milliseconds kPatience{200};
constexpr Milliseconds kDay{24 * 3'600'000};

/// A full disk is waited for: what was delivered stays with the broker meanwhile. What is damaged ends the program.
template <class Value>
Result<Value> or_later(Result<Value> done, observe::Log& log) {
  if (done || done.error().fault == Fault::Corrupt) return done;
  log.error("what is due waits", done.error());
  return Value{};
}

Result<int> serve(DeskProgram& program, const DeskProgram::Configured& configured, const EndSignals& signals, Loaded& loaded, Beliefs& beliefs, keep::Keep& keep,
                  Entropy& entropy, Clock& clock) {
  TRY_VOID(keep.serve());
  TRY(const auto sink, open_log(configured.shared));
  observe::Log log(*sink, clock);
  TRY(Desk * desk, program.open({keep, entropy, clock, log, loaded.live}));
  const DeskKeys keys{configured.desk, std::move(*loaded.box)};
  Reading reading(keys, loaded.exchange, *desk, keep, log);
  Session session({.client = configured.shared.client}, beliefs, keep, nullptr, &reading, log);
  TRY(const auto link, transport::Client::connect(link_options(configured.shared, beliefs.directory()), loaded.transport));
  link->watch(signals.descriptor());
  Runner runner(*link, session, clock, log);
  log.info("started", {{"desk", configured.desk}});
  Instant tidied{};
  bool busy = false;
  while (true) {
    TRY(const bool going, runner.turn(busy ? Milliseconds{0} : kPatience));
    if (!going) break;
    TRY(busy, or_later(program.work(), log));
    if (const Instant now = clock.now(); tidied + kDay <= now) {
      tidied = now;
      TRY_VOID(or_later(keep.forget_outlived(now), log));
      program.daily(now);
    }
    link->pin(broker_keys(beliefs.directory()));
  }
  runner.goodbye();
  program.close();
  log.info("ended");
  return kDone;
}

Result<int> run(const Command& command, DeskProgram& program) {
  const EndSignals signals;
  TRY_VOID(seal::prepare_process());
  TRY(const DeskProgram::Configured configured, program.configure(command.config));
  TRY(Loaded loaded, load_keys(configured.shared));
  TRY_VOID(program.fits(loaded.live));
  seal::SystemEntropy entropy;
  SystemClock clock;
  TRY(const auto keep, open_keep(configured.shared, loaded, entropy));
  if (!command.step.empty()) {
    TRY_VOID(program.step(command, *keep, clock.now()));
    return kDone;
  }
  TRY(Beliefs beliefs, load_beliefs(configured.shared, loaded, *keep));
  if (beliefs.directory().desk(std::string_view(configured.desk)) == nullptr) return fail(Fault::Malformed, code::kDesk, configured.desk + " is not in the directory");
  if (!command.check_config) return serve(program, configured, signals, loaded, beliefs, *keep, entropy, clock);
  TRY_VOID(check_listed(loaded, beliefs.directory(), configured.shared.client, {}, configured.desk));
  TRY(const std::string checked, program.check());
  TRY_VOID(print(command.config + ": " + checked + " are in order\n"));
  return kDone;
}

}  // namespace

Result<int> DeskProgram::fits(bool) const { return 0; }

int serve_desk(int argc, char** argv, DeskProgram& program) {
  Command command;
  const Program self = program.about();
  if (const auto code = parse_command(argc, argv, self, command)) return *code;
  read_reason(command, wire::kReasonBytesMax);
  const auto done = run(command, program);
  if (done) return *done;
  std::fprintf(stderr, "%s: %s\n", self.name.c_str(), describe(done.error()).c_str());
  return done.error().code == code::kUsage ? kUsage : kFailed;
}

}  // namespace concordat::sdk
