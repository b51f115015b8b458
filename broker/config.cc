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

Result<int> read_admin(Config& config, text::Map map) {
  TRY(config.admin_socket, map.path("socket"));
  TRY(const auto operators, map.list("operators", 32));
  for (const auto& node : operators) {
    TRY(text::Map entry, node.map());
    Config::Operator operator_;
    TRY(operator_.name, entry.text("name", 96));
    TRY(operator_.key, entry.text("key", 64));
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
