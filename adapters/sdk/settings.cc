// Settings: see settings.h.
#include "adapters/sdk/settings.h"

#include <algorithm>

#include "adapters/sdk/session.h"
#include "proto/base/durable_file.h"

namespace concordat::sdk {
namespace {

constexpr std::size_t kFileBytesMax = 2u << 20;

Result<Bytes> whole(const std::filesystem::path& path) {
  TRY(std::optional<Bytes> bytes, read_file(path.string(), kFileBytesMax));
  if (!bytes) return fail(Fault::Malformed, code::kConfig, path.string() + ": no such file");
  return std::move(*bytes);
}

Result<std::vector<std::filesystem::path>> paths(const text::Node& node, const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> out;
  TRY(const std::vector<text::Node> nodes, node.one_or_more(16));
  for (const text::Node& each : nodes) {
    TRY(const std::string path, each.text());
    out.push_back(folder / path);
  }
  return out;
}

Result<Settings::Keys> read_keys(text::Map& map, KeysNeeded needed, const std::filesystem::path& folder) {
  TRY(text::Map keys, map.map("keys"));
  Settings::Keys out;
  TRY(out.transport, keys.path("transport"));
  TRY(out.outbox, keys.path("outbox"));
  TRY(const text::Node exchange, keys.need("exchange"));
  TRY(out.exchange, paths(exchange, folder));
  if (needed.publishes) {
    TRY(out.signing, keys.path("signing"));
    TRY(out.event_id, keys.path("event_id"));
    TRY(out.linkage, keys.path_or("linkage", {}));
  }
  if (needed.reads) {
    TRY(out.box, keys.path("box"));
  }
  TRY_VOID(keys.finish());
  return out;
}

tl::unexpected<Error> not_listed(const char* key, std::string_view owner) {
  return fail(Fault::Refused, code::kKeyFile, std::string("the ") + key + " key is none of those that the directory lists for " + std::string(owner));
}

}  // namespace

Result<int> check_listed(const Loaded& loaded, const directory::Directory& directory, std::string_view client, std::string_view adapter, std::string_view desk) {
  const directory::Client* known = directory.client(client);
  if (known == nullptr) return fail(Fault::Malformed, code::kClient, std::string(client) + " is no client of the directory");
  const auto transport = directory::TransportKey::from(loaded.transport.open.view());
  if (!transport || !known->has_key(*transport)) return not_listed("transport", client);
  if (!adapter.empty() && !(loaded.signing && signs_for(loaded.signing->verify, adapter, directory))) return not_listed("signing", adapter);
  if (desk.empty()) return 0;
  const directory::Desk* read = directory.desk(desk);
  if (read == nullptr) return fail(Fault::Malformed, code::kDesk, std::string(desk) + " is not in the directory");
  const auto same = [&](const directory::BoxKey& key) { return loaded.box && key.open == loaded.box->open; };
  if (std::none_of(read->keys.begin(), read->keys.end(), same)) return not_listed("box", desk);
  return 0;
}

Result<Settings> read_settings(text::Map& map, KeysNeeded needed) {
  Settings settings;
  const std::string where = map.node().where();
  const std::filesystem::path folder = std::filesystem::path(where.substr(0, where.find_last_of('/') + 1));
  TRY(settings.client, map.text("client"));
  TRY(settings.broker, map.text("broker"));
  TRY(settings.production, map.boolean_or("production", false));
  TRY(settings.roots, map.path("roots"));
  TRY(settings.directory, map.path("directory"));
  TRY(settings.keep, map.path("keep"));
  TRY(settings.log, map.path_or("log", {}));
  if (needed.publishes) {
    TRY(const std::vector<text::Node> agreements, map.list("agreements"));
    for (const text::Node& node : agreements) {
      TRY(text::Map entry, node.map());
      Settings::Agreement agreement;
      TRY(agreement.file, entry.path("file"));
      TRY(agreement.signatures, entry.path("signatures"));
      TRY_VOID(entry.finish());
      settings.agreements.push_back(std::move(agreement));
    }
  }
  TRY(settings.keys, read_keys(map, needed, folder));
  return settings;
}

Result<Loaded> load_keys(const Settings& settings) {
  Loaded loaded;
  seal::KeyReader keys(settings.production);
  TRY(const seal::KeyFile transport, keys.read(settings.keys.transport.string(), seal::KeyPurpose::Transport));
  TRY(loaded.transport, transport::keys_from(transport.secret.view().substr(0, 32), transport.open.view()));
  TRY(const seal::KeyFile outbox, keys.read(settings.keys.outbox.string(), seal::KeyPurpose::Outbox));
  loaded.outbox = seal::symmetric_key<seal::SymmetricKey>(outbox);
  for (const auto& path : settings.keys.exchange) {
    TRY(const seal::KeyFile exchange, keys.read(path.string(), seal::KeyPurpose::Exchange));
    loaded.exchange[exchange.epoch] = seal::symmetric_key<seal::ExchangeKey>(exchange);
  }
  if (!settings.keys.signing.empty()) {
    TRY(const seal::KeyFile signing, keys.read(settings.keys.signing.string(), seal::KeyPurpose::Signing));
    loaded.signing = seal::signing_pair(signing);
    TRY(const seal::KeyFile event_id, keys.read(settings.keys.event_id.string(), seal::KeyPurpose::EventId));
    loaded.event_ids = seal::symmetric_key<seal::EventIdKey>(event_id);
  }
  if (!settings.keys.linkage.empty()) {
    TRY(const seal::KeyFile linkage, keys.read(settings.keys.linkage.string(), seal::KeyPurpose::Linkage));
    loaded.linkage = seal::symmetric_key<seal::LinkageKey>(linkage);
    loaded.linkage_epoch = linkage.epoch;
  }
  if (!settings.keys.box.empty()) {
    TRY(const seal::KeyFile box, keys.read(settings.keys.box.string(), seal::KeyPurpose::Box));
    loaded.box = seal::box_pair(box);
  }
  loaded.live = keys.live();
  return loaded;
}

Result<std::unique_ptr<keep::Keep>> open_keep(const Settings& settings, const Loaded& loaded, Entropy& entropy) {
  return keep::Keep::open(settings.keep.string(), loaded.outbox, {}, entropy);
}

Result<Beliefs> load_beliefs(const Settings& settings, const Loaded& loaded, keep::Keep& keep) {
  TRY(const Bytes roots_text, whole(settings.roots));
  TRY(directory::Roots roots, directory::read_roots(roots_text, settings.roots.string()));
  TRY(const Bytes bundle, whole(settings.directory));
  std::vector<AgreementFile> agreements;
  for (const Settings::Agreement& each : settings.agreements) {
    AgreementFile file{each.file.string(), {}, {}};
    TRY(file.file, whole(each.file));
    TRY(file.signatures, whole(each.signatures));
    agreements.push_back(std::move(file));
  }
  TRY(Beliefs beliefs, Beliefs::make(std::move(roots), bundle, agreements, settings.production));
  if (loaded.live != (beliefs.directory().environment == directory::Environment::Live)) {
    return fail(Fault::Refused, code::kEnvironment, std::string("the keys are ") + (loaded.live ? "live" : "test") + ", and the directory is not");
  }
  // What came in session may be newer than the file; an older one is refused as a rollback, and the file then stands.
  TRY(const std::optional<Bytes> newer, keep.state(kDirectoryKey));
  if (newer) {
    const auto updated = beliefs.update(*newer);
    if (!updated && updated.error().code != code::kRollback) return tl::unexpected(updated.error());
  }
  return beliefs;
}

std::vector<transport::PublicKey> broker_keys(const directory::Directory& directory) {
  std::vector<transport::PublicKey> keys{*transport::PublicKey::from(directory.broker.transport.view())};
  for (const directory::TransportKey& key : directory.broker.transport_also) keys.push_back(*transport::PublicKey::from(key.view()));
  return keys;
}

transport::ClientOptions link_options(const Settings& settings, const directory::Directory& directory) {
  transport::ClientOptions options;
  options.address = settings.broker;
  options.brokers = broker_keys(directory);
  return options;
}

Result<std::unique_ptr<observe::Sink>> open_log(const Settings& settings) {
  if (settings.log.empty()) return observe::sink_to_stderr();
  return observe::sink_to_file(settings.log.string());
}

}  // namespace concordat::sdk
