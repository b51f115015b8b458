// Programs that publish: see publisher.h.
#include "adapters/sdk/publisher.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <map>

#include "adapters/sdk/agreements.h"
#include "adapters/sdk/feed.h"
#include "adapters/sdk/read/record.h"
#include "adapters/sdk/runner.h"
#include "adapters/sdk/settings.h"
#include "proto/base/durable_file.h"
#include "proto/transport/client.h"

namespace concordat::sdk {
namespace {

constexpr Milliseconds kPatience{200};
constexpr Milliseconds kLook{500};
constexpr auto kAnsweredKept = std::chrono::days(30);
constexpr std::size_t kArrivalsAtOnce = 32;

struct FeedSettings {
  bool live = false;
  bool has_folder = false;
  std::filesystem::path in, done, quarantine;
  Milliseconds silent_after{0};
  std::string adapter, system;
  Settings shared;

  Environment environment() const { return live ? Environment::Live : Environment::Test; }
};

/// What a dry run needs, and no more: no keys, no directory. The rest of the file is not looked at.
Result<FeedSettings> read_feed(text::Map& map, PublishingProgram& program) {
  FeedSettings settings;
  TRY(const std::size_t environment, map.one_of("environment", std::array<std::string_view, 2>{"live", "test"}));
  settings.live = environment == 0;
  settings.has_folder = map.find("feed").has_value();
  if (!settings.has_folder && !program.needs_folder()) {
    TRY_VOID(program.configure(&map, nullptr, settings.environment()));
    return settings;
  }
  TRY(text::Map feed, map.map("feed"));
  TRY(settings.in, feed.path("folder"));
  TRY(settings.done, feed.path("done"));
  TRY(settings.quarantine, feed.path("quarantine"));
  TRY(const text::Duration silent, feed.duration_or("silent_after", {}));
  settings.silent_after = silent.length();
  TRY_VOID(program.configure(&map, &feed, settings.environment()));
  TRY_VOID(feed.finish());
  return settings;
}

Result<FeedSettings> read_all(const text::Document& document, PublishingProgram& program) {
  TRY(text::Map map, document.map());
  TRY(FeedSettings settings, read_feed(map, program));
  TRY(settings.adapter, map.text("adapter"));
  TRY(settings.system, map.text("system"));
  TRY(settings.shared, read_settings(map, {.publishes = true}));
  TRY_VOID(map.finish());
  return settings;
}

/// A file that cannot be read is a line like any other: the rest are read all the same.
std::vector<Input> inputs_of(const std::string& path, const std::string& name, const Source& source) {
  const auto failed = [](Error error) { return std::vector<Input>{failed_input(0, "file", std::move(error), {}, false)}; };
  std::error_code gone;
  if (std::filesystem::is_directory(path, gone)) return failed({Fault::Malformed, code::kInput, "it is a folder: name its files"});
  if (std::filesystem::file_size(path, gone) > read::kFileBytesMax && !gone) return failed({Fault::Malformed, code::kLimit, "the file is over 32 MiB"});
  const auto text = concordat::read_file(path, read::kFileBytesMax);
  if (!text) return failed(text.error());
  if (!*text) return failed({Fault::Malformed, code::kInput, "there is no such file"});
  return source.read(name, **text);
}

/// What a dry run keeps from file to file.
class KeptInMemory final : public Kept {
 public:
  Result<std::optional<Bytes>> state(std::string_view name) override {
    const auto found = values_.find(name);
    return found == values_.end() ? std::optional<Bytes>{} : found->second;
  }
  void take(const Input& input) {
    for (const auto& [name, what] : input.state) values_[name] = what.value;
  }

 private:
  std::map<std::string, std::optional<Bytes>, std::less<>> values_;
};

void follow(const Source& source, Input& input, KeptInMemory& kept, Instant now) {
  if (input.failure) return;
  if (const auto followed = source.follow(input, kept, now); !followed) input.failure = Failure{input.line, "record", followed.error()};
  if (!input.failure) kept.take(input);
}

Result<int> dry_run(const Command& command, PublishingProgram& program) {
  if (command.config.empty()) {
    TRY_VOID(program.configure(nullptr, nullptr, Environment::Unstated));
  } else {
    TRY(const text::Document document, text::Document::load(command.config));
    TRY(text::Map map, document.map());
    TRY_VOID(read_feed(map, program));
  }
  SystemClock clock;
  KeptInMemory kept;
  bool all_mapped = true;
  for (const std::string& path : command.files) {
    const std::string name = std::filesystem::path(path).filename().string();
    for (Input& input : inputs_of(path, name, program.source())) {
      follow(program.source(), input, kept, clock.now());
      all_mapped = all_mapped && !input.failure;
      for (const std::string& line : dry_run_lines(name, input, clock.now())) TRY_VOID(print(line + "\n"));
    }
  }
  return all_mapped ? kDone : kFailed;
}

Publisher publisher_for(const FeedSettings& settings, Loaded& loaded, const directory::Directory& directory) {
  Publisher publisher;
  publisher.partnership = directory.partnership;
  publisher.live = settings.live;
  publisher.party = directory::party_part(settings.adapter);
  publisher.system = settings.system;
  publisher.exchange = loaded.exchange.rbegin()->second.clone();
  publisher.exchange_epoch = loaded.exchange.rbegin()->first;
  publisher.linkage = std::move(loaded.linkage);
  publisher.linkage_epoch = loaded.linkage_epoch;
  publisher.event_ids = std::move(*loaded.event_ids);
  return publisher;
}

Result<int> check_place(const FeedSettings& settings, const directory::Directory& directory) {
  if (settings.live != (directory.environment == directory::Environment::Live)) return fail(Fault::Malformed, code::kEnvironment, "the directory is of the other environment");
  if (directory.adapter(settings.adapter) == nullptr) return fail(Fault::Malformed, code::kClient, settings.adapter + " is no adapter of the directory");
  if (directory.client(settings.shared.client) == nullptr) return fail(Fault::Malformed, code::kClient, settings.shared.client + " is no client of the directory");
  return 0;
}

Result<int> show_quarantine(keep::Keep& keep, const std::string& program) {
  TRY(const std::vector<keep::Quarantined> all, keep.quarantine());
  for (const keep::Quarantined& each : all) {
    const keep::Quarantine& what = each.what;
    TRY_VOID(print(quarantine_line(what.file, what.line, what.field, what.code, what.remedy, each.at) + "\n"));
  }
  TRY(const std::uint64_t gave_way, keep.gave_way());
  if (gave_way > 0) std::fprintf(stderr, "%s: %llu older entries gave way; the log has their files and lines\n", program.c_str(), static_cast<unsigned long long>(gave_way));
  return kDone;
}

/// What is over by itself when there is room again, or the disk is back.
bool passes(const Error& error) { return error.fault == Fault::Busy || error.fault == Fault::Unavailable; }

/// What came over connections, into the keep, and whoever brought it is answered. Any error returned is final.
Result<bool> take_arrivals(Arrivals& arrivals, const Source& source, Intake& intake, const Beliefs& beliefs, Silence& silence, observe::Log& log, Instant now) {
  for (std::size_t taken = 0; taken < kArrivalsAtOnce; ++taken) {
    const auto arrival = arrivals.next();
    if (!arrival) return false;
    silence.heard(now);
    const auto counts = intake.take(arrival->name, source.read(arrival->name, arrival->text), beliefs.directory(), beliefs.agreements(), now);
    arrival->answer->set_value(counts ? Reception{true, counts->events, counts->quarantined} : Reception{});
    if (counts) continue;
    if (!passes(counts.error())) return tl::unexpected(counts.error());
    log.error("the feed waits", counts.error());
  }
  return true;
}

/// Closes before what listens ends: whoever waits for an answer gets one.
struct Open {
  Arrivals& arrivals;
  std::unique_ptr<Listening> listening;
  ~Open() {
    arrivals.close();
    listening.reset();
  }
};

Result<int> serve(const FeedSettings& settings, PublishingProgram& program, const EndSignals& signals, Loaded& loaded, Beliefs& beliefs, keep::Keep& keep,
                  Entropy& entropy, std::optional<Folder> folder) {
  SystemClock clock;
  TRY_VOID(keep.serve());
  TRY(const auto sink, open_log(settings.shared));
  observe::Log log(*sink, clock);
  const Signer signer{std::string(directory::party_part(settings.adapter)), settings.adapter, std::move(*loaded.signing)};
  const Publisher publisher = publisher_for(settings, loaded, beliefs.directory());
  Sealer sealer(publisher, entropy);
  Intake intake(keep, sealer, log, &program.source());
  std::optional<Feed> feed;
  if (folder) feed.emplace(std::move(*folder), program.source(), intake, keep, settings.silent_after, log);
  Silence silence(feed ? Milliseconds{0} : settings.silent_after, log);
  Agreements agreements(settings.shared.agreements, beliefs, log);
  Publishing publishing(signer, keep, entropy, log);
  Session session({.client = settings.shared.client}, beliefs, keep, &publishing, nullptr, log);

  TRY(const auto link, transport::Client::connect(link_options(settings.shared, beliefs.directory()), loaded.transport));
  link->watch(signals.descriptor());
  Arrivals arrivals;
  arrivals.wake_by([&link] { link->wake(); });
  Open open{arrivals, nullptr};
  TRY(open.listening, program.listen(arrivals, log));
  Runner runner(*link, session, clock, log);
  log.info("started", {{"adapter", settings.adapter}, {"outbox_epoch", keep.epoch().value}});
  Instant next_trim{};
  bool more = false, more_arrived = false;
  for (Instant next_look = clock.now();;) {
    TRY(const bool going, runner.turn(more || more_arrived ? Milliseconds{0} : kPatience));
    if (!going) break;
    link->pin(broker_keys(beliefs.directory()));
    TRY(more_arrived, take_arrivals(arrivals, program.source(), intake, beliefs, silence, log, clock.now()));
    if (!more && clock.now() < next_look) continue;
    next_look = clock.now() + kLook;
    agreements.look(clock.now());
    silence.look(clock.now());
    if (feed) {
      TRY(more, feed->look(beliefs.directory(), beliefs.agreements(), clock.now()));
    }
    if (clock.now() < next_trim) continue;
    next_trim = clock.now() + std::chrono::hours(1);
    auto trimmed = keep.trim(clock.now() - kAnsweredKept);
    if (trimmed) trimmed = keep.forget_outlived(clock.now());
    if (!trimmed) {
      if (trimmed.error().fault == Fault::Corrupt) return trimmed;
      log.error("answered events were not cleared away", trimmed.error());
    }
  }
  runner.goodbye();
  log.info("ended");
  return kDone;
}

Result<int> run(const Command& command, PublishingProgram& program) {
  const EndSignals signals;
  TRY_VOID(seal::prepare_process());
  TRY(const text::Document document, text::Document::load(command.config));
  TRY(const FeedSettings settings, read_all(document, program));
  TRY(Loaded loaded, load_keys(settings.shared));
  seal::SystemEntropy entropy;
  TRY(const auto keep, open_keep(settings.shared, loaded, entropy));
  if (command.quarantine) return show_quarantine(*keep, program.about().name);
  TRY(Beliefs beliefs, load_beliefs(settings.shared, loaded, *keep));
  TRY_VOID(check_place(settings, beliefs.directory()));
  std::optional<Folder> folder;
  if (settings.has_folder) {
    TRY(folder, Folder::open(settings.in, settings.done, settings.quarantine));
  }
  if (command.check_config) {
    TRY_VOID(check_listed(loaded, beliefs.directory(), settings.shared.client, settings.adapter, {}));
    TRY_VOID(print(command.config + ": configuration, keys, directory and tables are in order\n"));
    return kDone;
  }
  return serve(settings, program, signals, loaded, beliefs, *keep, entropy, std::move(folder));
}

}  // namespace

Result<std::unique_ptr<Listening>> PublishingProgram::listen(Arrivals&, observe::Log&) { return std::unique_ptr<Listening>(); }

int publish(int argc, char** argv, PublishingProgram& program) {
  Command command;
  const Program self = program.about();
  if (const auto code = parse_command(argc, argv, self, command)) return *code;
  const auto done = command.mapping_table ? print(program.mapping_table()) : command.dry_run ? dry_run(command, program) : run(command, program);
  if (done) return *done;
  std::fprintf(stderr, "%s: %s\n", self.name.c_str(), describe(done.error()).c_str());
  return kFailed;
}

}  // namespace concordat::sdk
