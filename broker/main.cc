// concordat-broker: wires everything, starts the loops, ends in order on SIGTERM or SIGINT.
#include <pthread.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <thread>

#include "broker/admin/server.h"
#include "broker/audit/admin.h"
#include "broker/loops.h"
#include "broker/start.h"
#include "broker/store/rocksdb_engine.h"
#include "proto/seal/keys.h"
#include "proto/transport/server.h"

namespace concordat::broker {
namespace {

constexpr std::string_view kHelp =
    "concordat-broker: takes events from adapters, decides under the agreements in force, keeps them and hands them over.\n"
    "\n"
    "  concordat-broker --config FILE          runs until SIGTERM or SIGINT\n"
    "  concordat-broker --config FILE --check-config   reads configuration and keys, says what is wrong, and ends\n"
    "  concordat-broker --version              says which one it is\n"
    "\n"
    "The file's keys are described in broker/config.h and in the README. Operators use `concordat` to ask it.\n"
    "Exit status: 0 ended in order, 1 could not start, 2 wrong usage, 70 the log or the sockets failed (start it again),\n"
    "75 ended on a full disk: what it had no room for was told to nobody.\n";

constexpr Milliseconds kListen{200};
constexpr int kEndedOnFullDisk = 75;   // sysexits.h: a failure that passes

struct Arguments {
  std::string config;
  bool check = false;
};

Result<Arguments> read_arguments(int count, char** values) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = values[i];
    if (word == "--config" && i + 1 < count) arguments.config = values[++i];
    else if (word == "--check-config") arguments.check = true;
    else return fail(Fault::Malformed, code::kUsage, std::string(word));
  }
  if (arguments.config.empty()) return fail(Fault::Malformed, code::kUsage, "--config FILE is missing");
  return arguments;
}

std::vector<admin::Operator> operators_of(const Config& config) {
  std::vector<admin::Operator> operators;
  for (const auto& entry : config.operators) {
    operators.push_back({entry.name, entry.key});
  }
  return operators;
}

// A question crosses to the core's thread and its answer comes back when the log has covered it.
Result<text::Json> ask_core(Channels& channels, const admin::Asked& asked, const std::atomic<bool>& administered) {
  auto answer = std::make_shared<Channel<Result<std::string>>>(1);
  auto later = std::make_shared<std::function<Result<std::string>()>>();
  AdminCommand command{asked.by, asked.question.verb, text::to_text(asked.question.arguments), answer, later};
  if (!channels.questions.try_send(command)) return fail(Fault::Busy, code::kBusy, "the broker is behind or ending");
  // Wakes the core, should it wait for inputs; one that has inputs waiting is awake.
  channels.inputs.try_send(ToCore(Tick{}));
  std::optional<Result<std::string>> text;
  for (Milliseconds waited{0}; !text && waited < admin::kPatience && administered; waited += kListen) text = answer->receive(kListen);
  if (!text) return fail(Fault::Unavailable, code::kBusy, "no answer in time");
  if (*text && *later) text = (*later)();
  if (!*text) return tl::unexpected(text->error());
  return text::parse_json(**text);
}

Result<std::string> administer_as_text(Core& core, const AdminCommand& command, const AdminParts& parts, std::vector<Input>& inputs) {
  admin::Asked asked;
  asked.by = command.operator_name;
  asked.question.verb = command.verb;
  TRY(asked.question.arguments, text::parse_json(command.arguments));
  TRY(Answered answered, administer(core, asked, parts, inputs));
  if (answered.later) {
    *command.later = [later = std::move(answered.later)]() -> Result<std::string> {
      TRY(const text::Json answer, later());
      return text::to_text(answer);
    };
  }
  return text::to_text(answered.now);
}

// What nobody can read was not said.
int say(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0) return 0;
  std::fputs("concordat-broker: standard output cannot be written\n", stderr);
  return 1;
}

// Whoever looks at the process sees which loop is busy.
template <class Loop>
std::thread named_thread(const char* name, Loop loop) {
  return std::thread([name, loop] {
    pthread_setname_np(pthread_self(), name);
    loop();
  });
}

Result<int> run(const Arguments& arguments) {
  TRY_VOID(seal::prepare_process());
  std::error_code unknown;
  if (!std::filesystem::exists(arguments.config, unknown)) return fail(Fault::Malformed, code::kUsage, "there is no file " + arguments.config);
  TRY(const Config config, load_config(arguments.config));
  TRY(OwnKeys keys, read_keys(config));
  if (arguments.check) return say(arguments.config + ": configuration and keys are in order\n");
  // Signals go to this thread alone; blocked before any other starts.
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  SystemClock clock;
  seal::SystemEntropy entropy;
  std::unique_ptr<observe::Sink> sink = observe::sink_to_stderr();
  if (!config.log.empty()) {
    TRY(sink, observe::sink_to_file(config.log.string()));
  }
  observe::Log log(*sink, clock);
  TRY(Ready ready, make_ready(config, keys, clock, entropy, log));

  transport::ServerOptions options;
  options.addresses = {config.listen};
  TRY(auto server, transport::Server::bind(options, keys.transport));
  TRY(auto operators, admin::Server::listen(config.admin_socket.string(), config.broker, operators_of(config), entropy));

  observe::Metrics counters;
  StageMetrics metrics(counters);
  Channels channels;
  StoreCheck check(config.broker);
  AskedLately asked_lately;
  const AdminParts admin_parts{*ready.engine, *ready.bucket_keys, [&] { return std::make_unique<CopiedKeys>(ready.ring->copy_of_keys()); }, config.broker,
                               config.checkpoint.string(), ready.world_parts,
                               [&](const directory::Directory& directory) { return require_named(keys.identity, directory); }, [&] { return counters.text(); },
                               clock, check, asked_lately};
  observe::Log core_log(*sink, clock);
  observe::Log deliver_log(*sink, clock);
  observe::Log admin_log(*sink, clock);
  SteadyClock steady;
  TrustedClock time(clock, steady, ready.recovered.state.now);
  CoreParts parts{*ready.engine, *ready.bucket_keys, entropy, time, core_log, metrics, config.broker,
                  [&](Core& core, const AdminCommand& command, std::vector<Input>& inputs) {
                    return administer_as_text(core, command, admin_parts, inputs);
                  }};
  IoLoop io(*server, channels, ready.world.directory, keys.identity.boxes, steady, log, metrics);
  CoreLoop core(Core(std::move(ready.recovered.state), ready.world), ready.recovered.head, std::move(parts), channels, *server);
  DeliverLoop deliver(keys.identity, entropy, channels, *server, deliver_log, metrics);
  for (auto& input : ready.first) channels.inputs.send(ToCore(std::move(input)));

  std::atomic<bool> administered{true};
  bool whole = true;
  std::thread core_thread = named_thread("core", [&] { whole = core.run(); });
  std::thread deliver_thread = named_thread("deliver", [&] { deliver.run(); });
  std::thread io_thread = named_thread("io", [&] { io.run(); });
  std::thread admin_thread = named_thread("admin", [&] {
    const auto handler = [&](const admin::Asked& asked) { return ask_core(channels, asked, administered); };
    while (administered) {
      const auto served = operators->serve(handler, Milliseconds(200));
      if (!served) admin_log.warning("an operator's question was refused", served.error());
    }
  });
  log.info("running", {{"broker", config.broker}, {"listen", server->addresses().front()}, {"records", ready.recovered.head.sequence},
                       {"replayed", ready.recovered.replayed}, {"snapshot", ready.recovered.from_snapshot}});
  int signal = 0;
  sigwait(&ending, &signal);
  observe::Log ending_log(*sink, clock);
  ending_log.info("ending in order");
  administered = false;
  admin_thread.join();
  io.stop();
  core_thread.join();
  deliver_thread.join();
  io_thread.join();
  ending_log.info("ended", {{"records", ready.engine->last()}});
  return whole ? 0 : kEndedOnFullDisk;
}

}  // namespace
}  // namespace concordat::broker

int main(int count, char** values) {
  using namespace concordat;
  const bool alone = count == 2;
  if (alone && std::string_view(values[1]) == "--help") return broker::say(broker::kHelp.data());
  if (alone && std::string_view(values[1]) == "--version") return broker::say("concordat-broker " CONCORDAT_VERSION "\n");
  const auto arguments = broker::read_arguments(count, values);
  if (!arguments) {
    std::fprintf(stderr, "concordat-broker: %s\n%s", describe(arguments.error()).c_str(), broker::kHelp.data());
    return 2;
  }
  const auto ended = broker::run(*arguments);
  if (!ended) {
    std::fprintf(stderr, "concordat-broker: %s\n", describe(ended.error()).c_str());
    return ended.error().code == code::kUsage ? 2 : 1;
  }
  return *ended;
}
