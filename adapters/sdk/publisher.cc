// Programs that publish: see publisher.h.
#include "adapters/sdk/publisher.h"

#include <cstdio>

#include "adapters/sdk/dry_run.h"
#include "adapters/sdk/feed_settings.h"
#include "adapters/sdk/serving.h"
#include "adapters/sdk/tools.h"

namespace concordat::sdk {
namespace {

Result<int> dry_run(const Command& command, PublishingProgram& program) {
  if (command.config.empty()) {
    TRY_VOID(program.configure(nullptr, nullptr, Environment::Unstated));
  } else {
    TRY(const text::Document document, text::Document::load(command.config));
    TRY(text::Map map, document.map());
    TRY_VOID(read_feed(map, program));
  }
  SystemClock clock;
  TRY(const bool all_mapped, dry_run(command.files, program.source(), command.history, clock.now()));
  return all_mapped ? kDone : kFailed;
}

Result<int> check_place(const FeedSettings& settings, const directory::Directory& directory) {
  if (settings.live != (directory.environment == directory::Environment::Live)) return fail(Fault::Malformed, code::kEnvironment, "the directory is of the other environment");
  if (directory.adapter(settings.adapter) == nullptr) return fail(Fault::Malformed, code::kClient, settings.adapter + " is no adapter of the directory");
  if (directory.client(settings.shared.client) == nullptr) return fail(Fault::Malformed, code::kClient, settings.shared.client + " is no client of the directory");
  return 0;
}

/// Looks, or gives an order and carries it out if no program does.
Result<int> look_after(const Command& command, const FeedSettings& settings, PublishingProgram& program, Loaded& loaded, keep::Keep& keep, Entropy& entropy) {
  SystemClock clock;
  if (command.verb == "list") {
    TRY_VOID(list_quarantine(keep, command.discarded, clock.now()));
    return kDone;
  }
  TRY(const Order order, order_of(command, program.source(), keep));
  if (command.dry_run) {
    TRY_VOID(show_remap(keep, program.source(), settings.system, order, clock.now()));
    return kDone;
  }
  if (command.verb == "show") {
    TRY(const auto entry, keep.quarantined(command.ids.front()));
    if (!entry) return fail(Fault::Malformed, code::kNotFound, "no entry " + std::to_string(command.ids.front()));
  }
  // Before anything is shown: what is looked at is in the log.
  TRY_VOID(give(order, keep, clock.now()));
  const auto alone = keep.serve();
  if (!alone && alone.error().code != code::kServed) return alone;
  int code = kDone;
  if (alone) {
    TRY(Beliefs beliefs, load_beliefs(settings.shared, loaded, keep));
    TRY_VOID(check_place(settings, beliefs.directory()));
    TRY(auto sink, open_log(settings.shared));
    Serving serving(settings, program, loaded, beliefs, keep, entropy, std::move(sink));
    TRY(code, serving.work_off());
  } else if (command.verb != "show") {
    TRY_VOID(print("queued: the program is running and carries it out; its log says what became of it\n"));
  }
  if (command.verb == "show") TRY_VOID(show_quarantined(keep, command.ids.front(), clock.now()));
  return code;
}

Result<int> check_files(const std::vector<std::string>& files) {
  for (const std::string& file : files) TRY_VOID(FilePieces::open(file));
  return 0;
}

Result<int> run(const Command& command, PublishingProgram& program) {
  const EndSignals signals;
  TRY_VOID(seal::prepare_process());
  TRY(const text::Document document, text::Document::load(command.config));
  TRY(const FeedSettings settings, read_all(document, program));
  TRY(Loaded loaded, load_keys(settings.shared));
  seal::SystemEntropy entropy;
  TRY(const auto keep, open_keep(settings.shared, loaded, entropy));
  if (!command.verb.empty()) return look_after(command, settings, program, loaded, *keep, entropy);
  TRY(Beliefs beliefs, load_beliefs(settings.shared, loaded, *keep));
  TRY_VOID(check_place(settings, beliefs.directory()));
  std::optional<Folder> folder;
  if (settings.has_folder) {
    TRY(folder, Folder::open(settings.in, settings.done, settings.quarantine));
  }
  if (command.check_config) {
    TRY_VOID(program.check_listening());
    TRY_VOID(check_listed(loaded, beliefs.directory(), settings.shared.client, settings.adapter, {}));
    TRY_VOID(print(command.config + ": configuration, keys, directory and tables are in order\n"));
    return kDone;
  }
  TRY_VOID(check_files(command.files));
  TRY_VOID(keep->serve());
  TRY(auto sink, open_log(settings.shared));
  Serving serving(settings, program, loaded, beliefs, *keep, entropy, std::move(sink));
  return serving.run(signals, std::move(folder), command.files, command.rate);
}

}  // namespace

Result<int> PublishingProgram::check_listening() const { return 0; }
Result<std::unique_ptr<Listening>> PublishingProgram::listen(Arrivals&, observe::Log&) { return std::unique_ptr<Listening>(); }

Result<read::Areas> read_areas(text::Map& map) {
  TRY(const std::filesystem::path file, map.path_or("areas", {}));
  return read::Areas::load(file);
}

Result<Mapping> read_mapping(text::Map* feed, Names names) {
  if (feed == nullptr) return Mapping::identity(std::move(names));
  TRY(const std::filesystem::path file, feed->path_or("mapping", {}));
  if (file.empty()) return Mapping::identity(std::move(names));
  return Mapping::load(file, std::move(names));
}

Result<bool> read_in_bulk(text::Map* feed) {
  if (feed == nullptr) return false;
  return feed->boolean_or("in_bulk", false);
}

int publish(int argc, char** argv, PublishingProgram& program) {
  Command command;
  const Program self = program.about();
  if (const auto code = parse_command(argc, argv, self, command)) return *code;
  read_reason(command, kOrderTextMost);
  const bool dry = command.dry_run && command.verb.empty();
  const auto done = command.mapping_table ? print(program.mapping_table()) : dry ? dry_run(command, program) : run(command, program);
  if (done) return *done;
  std::fprintf(stderr, "%s: %s\n", self.name.c_str(), describe(done.error()).c_str());
  return done.error().code == code::kUsage ? kUsage : kFailed;
}

}  // namespace concordat::sdk
