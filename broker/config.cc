// The broker's configuration: see config.h.
#include "broker/config.h"

#include "proto/text/yaml.h"

namespace concordat::broker {
namespace {

Result<std::filesystem::path> path_in(const text::Document& document, const text::Node& node) {
  TRY(const std::string name, node.text());
  const std::filesystem::path path(name);
  if (path.is_absolute()) return path;
  return std::filesystem::path(document.file()).parent_path() / path;
}

Result<Config::Keys> read_keys(const text::Document& document, text::Map map) {
  Config::Keys keys;
  TRY(keys.signing, map.path("signing"));
  TRY(keys.transport, map.path("transport"));
  TRY(keys.key_ring, map.path("key_ring"));
  TRY(keys.pseudonym, map.path("pseudonym"));
  TRY(const text::Node box, map.need("box"));
  TRY(const auto files, box.one_or_more(8));
  for (const auto& file : files) {
    TRY(auto path, path_in(document, file));
    keys.box.push_back(std::move(path));
  }
  TRY_VOID(map.finish());
  return keys;
}

Result<int> read_start(Config& config, text::Map map) {
  TRY(config.start_directory, map.path("directory"));
  TRY(const auto agreements, map.list("agreements", 64));
  for (const auto& node : agreements) {
    TRY(text::Map agreement, node.map());
    Config::StartAgreement start;
    TRY(start.file, agreement.path("file"));
    TRY(start.signatures, agreement.path("signatures"));
    TRY_VOID(agreement.finish());
    config.start_agreements.push_back(std::move(start));
  }
  TRY_VOID(map.finish());
  return 0;
}

// What is inside the store's folder goes with it, and then nothing says that there was a log.
Result<int> require_outside(const Config& config, text::Map& map) {
  const auto inside = [&](const std::filesystem::path& path) {
    const auto from_store = path.lexically_normal().lexically_relative(config.store.lexically_normal());
    return !from_store.empty() && *from_store.begin() != "..";
  };
  if (inside(config.key_ring)) return map.key("key_ring").refuse("the key ring lies in the store's folder; put it outside");
  if (inside(config.checkpoint)) return map.key("checkpoint").refuse("the checkpoint lies in the store's folder; put it outside");
  return 0;
}

Result<int> read_admin(Config& config, text::Map map) {
  TRY(config.admin_socket, map.path("socket"));
  TRY(const auto operators, map.list("operators", 32));
  for (const auto& node : operators) {
    TRY(text::Map entry, node.map());
    Config::Operator operator_;
    TRY(operator_.name, entry.text("name", 96));
    TRY(const text::Node key, entry.need("key"));
    const auto parsed = seal::VerifyKey::from_hex(key.raw());
    if (!parsed) return key.refuse("`key` of operator " + operator_.name + " is no public key: 64 hexadecimal digits, as `concordat keys show` prints them");
    operator_.key = *parsed;
    TRY_VOID(entry.finish());
    config.operators.push_back(std::move(operator_));
  }
  TRY_VOID(map.finish());
  return 0;
}

}  // namespace

Result<Config> load_config(const std::filesystem::path& file) {
  TRY(const text::Document document, text::Document::load(file));
  TRY(text::Map map, document.map());
  Config config;
  TRY(config.broker, map.name("broker"));
  TRY(config.listen, map.text("listen", 200));
  TRY(config.production, map.boolean_or("production", false));
  TRY(config.store, map.path("store"));
  TRY(config.key_ring, map.path("key_ring"));
  TRY(config.checkpoint, map.path_or("checkpoint", config.key_ring.string() + ".checkpoint"));
  TRY_VOID(require_outside(config, map));
  TRY(const text::Map keys, map.map("keys"));
  TRY(config.keys, read_keys(document, keys));
  TRY(config.roots, map.path("roots"));
  TRY(const text::Map start, map.map("start"));
  TRY_VOID(read_start(config, start));
  TRY(const text::Map admin, map.map("admin"));
  TRY_VOID(read_admin(config, admin));
  TRY(config.log, map.path_or("log", {}));
  if (const auto holidays = map.find("holidays")) {
    TRY(const auto days, holidays->list(400));
    for (const auto& node : days) {
      TRY(const auto day, node.date());
      config.holidays.push_back(day);
    }
  }
  TRY_VOID(map.finish());
  return config;
}

}  // namespace concordat::broker
