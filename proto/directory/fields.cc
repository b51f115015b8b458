// What entries, versions and roots have in common: see fields.h.
#include "proto/directory/fields.h"

#include "proto/directory/signed_text.h"

namespace concordat::directory {

std::string_view name_of(Environment environment) { return environment == Environment::Live ? "live" : "test"; }

Result<text::Document> parse_text(std::string_view text, std::string_view name) {
  return text::Document::parse(std::string(name), text, code::kDirectory, text::Limits{.bytes = kTextBytesMax});
}

Result<Environment> read_environment(text::Map& map) {
  static constexpr std::string_view kNames[] = {"live", "test"};
  TRY(const std::size_t which, map.one_of("environment", kNames));
  return which == 0 ? Environment::Live : Environment::Test;
}

Result<Place> read_place(text::Map& map) {
  Place place;
  TRY(place.partnership, map.name("partnership"));
  TRY(place.environment, read_environment(map));
  TRY(place.demonstration, map.boolean_or("demonstration", false));
  return place;
}

Result<std::vector<std::string>> read_names(text::Map& map, std::string_view key, std::size_t most) {
  std::vector<std::string> names;
  const auto node = map.find(key);
  if (!node) return names;
  TRY(const auto nodes, node->list(most));
  for (const text::Node& each : nodes) {
    TRY(std::string name, each.name());
    if (std::find(names.begin(), names.end(), name) != names.end()) return each.refuse("'" + name + "' is there twice");
    names.push_back(std::move(name));
  }
  return names;
}

Result<std::vector<BoxKey>> read_box_keys(text::Map& map, std::string_view key) {
  TRY(const auto nodes, map.list(key, kKeysMax));
  std::vector<BoxKey> keys;
  for (const text::Node& each : nodes) {
    TRY(auto fields, each.map());
    TRY(const auto id, fields.integer("id", 1, 0xffffffff));
    TRY(const text::Node hex, fields.need("key"));
    TRY(const auto open, read_hex<seal::BoxPublic>(hex));
    TRY_VOID(fields.finish());
    keys.push_back({static_cast<std::uint32_t>(id), open});
  }
  return keys;
}

Result<std::vector<Numbered>> read_numbers(text::Map& map, std::string_view key, std::size_t most) {
  std::vector<Numbered> numbers;
  const auto node = map.find(key);
  if (!node) return numbers;
  TRY(const auto rows, node->map());
  if (rows.size() > most) return node->refuse("a map of over " + std::to_string(most));
  for (const auto& [name_node, value] : rows.entries()) {
    TRY(std::string name, name_node.name());
    TRY(const auto number, value.integer(1, 0xffff));
    numbers.emplace_back(std::move(name), static_cast<std::uint16_t>(number));
  }
  return numbers;
}

std::string list_text(const std::vector<std::string>& items) {
  std::string text(1, '[');
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += ", ";
    text += items[i];
  }
  text += ']';
  return text;
}

std::string box_keys_text(const std::vector<BoxKey>& keys) {
  std::vector<std::string> items;
  for (const BoxKey& key : keys) {
    std::string item = "{id: ";
    item.append(std::to_string(key.id)).append(", key: ").append(key.open.hex()).append("}");
    items.push_back(std::move(item));
  }
  return list_text(items);
}

std::string place_text(const Place& place) {
  std::string text = "partnership: ";
  text.append(place.partnership).append("\nenvironment: ").append(name_of(place.environment)).append("\n");
  if (place.demonstration) text += "demonstration: yes\n";
  return text;
}

std::string quoted_text(std::string_view text) {
  std::string out(1, '"');
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  out.push_back('"');
  return out;
}

}  // namespace concordat::directory
