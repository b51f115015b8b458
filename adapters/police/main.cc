// concordat-police: incidents, DASH assessments and new cases of a police force, out of a watched folder and to the broker.
#include <array>
#include <cstdio>
#include <filesystem>

#include "adapters/police/columns.h"
#include "adapters/police/feed.h"
#include "adapters/sdk/agreements.h"
#include "adapters/sdk/command.h"
#include "adapters/sdk/read/record.h"
#include "adapters/sdk/runner.h"
#include "adapters/sdk/settings.h"
#include "proto/base/durable_file.h"
#include "proto/transport/client.h"

namespace concordat::police {
namespace {

constexpr Milliseconds kPatience{200};
constexpr Milliseconds kLook{500};
constexpr auto kAnsweredKept = std::chrono::days(30);

struct PoliceSettings {
  sdk::Settings shared;
  std::string adapter;
  std::string system;
  bool live = false;
  std::filesystem::path in, done, quarantine, mapping, areas;
  bool in_bulk = false;
  Milliseconds silent_after{0};
};

/// A dry run reads what it needs and nothing more: no keys, no directory. The rest of the file is not looked at.
Result<PoliceSettings> read_feed(text::Map& map) {
  PoliceSettings settings;
  TRY(const std::size_t environment, map.one_of("environment", std::array<std::string_view, 2>{"live", "test"}));
  settings.live = environment == 0;
  TRY(settings.areas, map.path_or("areas", {}));
  TRY(text::Map feed, map.map("feed"));
  TRY(settings.in, feed.path("folder"));
  TRY(settings.done, feed.path("done"));
  TRY(settings.quarantine, feed.path("quarantine"));
  TRY(settings.mapping, feed.path_or("mapping", {}));
  TRY(settings.in_bulk, feed.boolean_or("in_bulk", false));
  TRY(const text::Duration silent, feed.duration_or("silent_after", {}));
  settings.silent_after = silent.length();
  TRY_VOID(feed.finish());
  return settings;
}

Result<PoliceSettings> read_all(const text::Document& document) {
  TRY(text::Map map, document.map());
  TRY(PoliceSettings settings, read_feed(map));
  TRY(settings.adapter, map.text("adapter"));
  TRY(settings.system, map.text("system"));
  TRY(settings.shared, sdk::read_settings(map, {.publishes = true}));
  TRY_VOID(map.finish());
  return settings;
}

Result<Reading> reading_for(const PoliceSettings& settings, Environment environment) {
  Reading reading{sdk::Mapping::identity(column_names()), {}, environment, settings.in_bulk};
  if (!settings.mapping.empty()) {
    TRY(reading.mapping, sdk::Mapping::load(settings.mapping, column_names()));
  }
  if (!settings.areas.empty()) {
    TRY(const std::optional<Bytes> text, concordat::read_file(settings.areas.string(), read::kFileBytesMax));
    if (!text) return fail(Fault::Malformed, code::kConfig, settings.areas.string() + ": no such file");
    TRY(reading.areas, read::Areas::parse(*text));
  }
  return reading;
}

/// A file that cannot be read is a line like any other: the rest are read all the same.
std::vector<sdk::Input> inputs_of(const std::string& path, const std::string& name, const Reading& reading) {
  const auto failed = [](Error error) { return std::vector<sdk::Input>{{0, {}, {}, sdk::Failure{0, "file", std::move(error)}, {}, false, false, {}}}; };
  std::error_code gone;
  if (std::filesystem::is_directory(path, gone)) return failed({Fault::Malformed, code::kInput, "it is a folder: name its files"});
  if (std::filesystem::file_size(path, gone) > read::kFileBytesMax && !gone) return failed({Fault::Malformed, code::kLimit, "the file is over 32 MiB"});
  const auto text = concordat::read_file(path, read::kFileBytesMax);
  if (!text) return failed(text.error());
  if (!*text) return failed({Fault::Malformed, code::kInput, "there is no such file"});
  return read_file(name, **text, reading);
}

Result<int> dry_run(const sdk::Command& command) {
  PoliceSettings settings;
  auto environment = Environment::Unstated;
  if (!command.config.empty()) {
    TRY(const text::Document document, text::Document::load(command.config));
    TRY(text::Map map, document.map());
    TRY(settings, read_feed(map));
    environment = settings.live ? Environment::Live : Environment::Test;
  }
  TRY(const Reading reading, reading_for(settings, environment));
  SystemClock clock;
  bool all_mapped = true;
  for (const std::string& path : command.files) {
    const std::string name = std::filesystem::path(path).filename().string();
    for (const sdk::Input& input : inputs_of(path, name, reading)) {
      all_mapped = all_mapped && !input.failure;
      for (const std::string& line : sdk::dry_run_lines(name, input, clock.now())) TRY_VOID(sdk::print(line + "\n"));
    }
  }
  return all_mapped ? sdk::kDone : sdk::kFailed;
}

sdk::Publisher publisher_for(const PoliceSettings& settings, sdk::Loaded& loaded, const directory::Directory& directory) {
  sdk::Publisher publisher;
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

Result<int> check_place(const PoliceSettings& settings, const directory::Directory& directory) {
  if (settings.live != (directory.environment == directory::Environment::Live)) return fail(Fault::Malformed, code::kEnvironment, "the directory is of the other environment");
  if (directory.adapter(settings.adapter) == nullptr) return fail(Fault::Malformed, code::kClient, settings.adapter + " is no adapter of the directory");
  if (directory.client(settings.shared.client) == nullptr) return fail(Fault::Malformed, code::kClient, settings.shared.client + " is no client of the directory");
  return 0;
}

Result<int> show_quarantine(keep::Keep& keep) {
  TRY(const std::vector<keep::Quarantined> all, keep.quarantine());
  for (const keep::Quarantined& each : all) {
    const keep::Quarantine& what = each.what;
    TRY_VOID(sdk::print(sdk::quarantine_line(what.file, what.line, what.field, what.code, what.remedy, each.at) + "\n"));
  }
  TRY(const std::uint64_t gave_way, keep.gave_way());
  if (gave_way > 0) std::fprintf(stderr, "concordat-police: %llu older entries gave way; the log has their files and lines\n", static_cast<unsigned long long>(gave_way));
  return sdk::kDone;
}

Result<int> run(const sdk::Command& command) {
  const sdk::EndSignals signals;
  TRY_VOID(seal::prepare_process());
  TRY(const text::Document document, text::Document::load(command.config));
  TRY(const PoliceSettings settings, read_all(document));
  TRY(sdk::Loaded loaded, sdk::load_keys(settings.shared));
  TRY(Reading reading, reading_for(settings, settings.live ? Environment::Live : Environment::Test));
  seal::SystemEntropy entropy;
  SystemClock clock;
  TRY(const auto keep, sdk::open_keep(settings.shared, loaded, entropy));
  if (command.quarantine) return show_quarantine(*keep);
  TRY(sdk::Beliefs beliefs, sdk::load_beliefs(settings.shared, loaded, *keep));
  TRY_VOID(check_place(settings, beliefs.directory()));
  TRY(sdk::Folder folder, sdk::Folder::open(settings.in, settings.done, settings.quarantine));
  if (command.check_config) {
    TRY_VOID(sdk::check_listed(loaded, beliefs.directory(), settings.shared.client, settings.adapter, {}));
    TRY_VOID(sdk::print(command.config + ": configuration, keys, directory and tables are in order\n"));
    return sdk::kDone;
  }
  TRY_VOID(keep->serve());
  TRY(const auto sink, sdk::open_log(settings.shared));
  observe::Log log(*sink, clock);

  const sdk::Signer signer{std::string(directory::party_part(settings.adapter)), settings.adapter, std::move(*loaded.signing)};
  const sdk::Publisher publisher = publisher_for(settings, loaded, beliefs.directory());
  sdk::Sealer sealer(publisher, entropy);
  Feed feed(std::move(folder), std::move(reading), sdk::Intake(*keep, sealer, log), *keep, settings.silent_after, log);
  sdk::Agreements agreements(settings.shared.agreements, beliefs, log);
  sdk::Publishing publishing(signer, *keep, entropy, log);
  sdk::Session session({.client = settings.shared.client}, beliefs, *keep, &publishing, nullptr, log);

  TRY(const auto link, transport::Client::connect(sdk::link_options(settings.shared, beliefs.directory()), loaded.transport));
  link->watch(signals.descriptor());
  sdk::Runner runner(*link, session, clock, log);
  log.info("started", {{"adapter", settings.adapter}, {"outbox_epoch", keep->epoch().value}});
  Instant next_trim{};
  bool more = false;
  for (Instant next_look = clock.now();;) {
    TRY(const bool going, runner.turn(more ? Milliseconds{0} : kPatience));
    if (!going) break;
    link->pin(sdk::broker_keys(beliefs.directory()));
    if (!more && clock.now() < next_look) continue;
    next_look = clock.now() + kLook;
    agreements.look(clock.now());
    TRY(more, feed.look(beliefs.directory(), beliefs.agreements(), clock.now()));
    if (clock.now() < next_trim) continue;
    next_trim = clock.now() + std::chrono::hours(1);
    if (const auto trimmed = keep->trim(clock.now() - kAnsweredKept); !trimmed) {
      if (trimmed.error().fault == Fault::Corrupt) return trimmed;
      log.error("answered events were not cleared away", trimmed.error());
    }
  }
  runner.goodbye();
  log.info("ended");
  return sdk::kDone;
}

int program(int argc, char** argv) {
  sdk::Command command;
  const sdk::Program self{"concordat-police", "Publishes a police force's incidents, DASH assessments and new cases.", true, false};
  if (const auto code = sdk::parse_command(argc, argv, self, command)) return *code;
  const auto table = [] { return sdk::print(mapping_table()); };
  const auto done = command.mapping_table ? table() : command.dry_run ? dry_run(command) : run(command);
  if (done) return *done;
  std::fprintf(stderr, "concordat-police: %s\n", describe(done.error()).c_str());
  return sdk::kFailed;
}

}  // namespace
}  // namespace concordat::police

int main(int argc, char** argv) { return concordat::police::program(argc, argv); }
