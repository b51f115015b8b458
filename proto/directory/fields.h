// Reading and writing what entries, versions and roots have in common: keys in hexadecimal, lists of names, environments.
// Internal to directory.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "proto/directory/entry.h"
#include "proto/directory/version.h"
#include "proto/text/yaml.h"

namespace concordat::directory {

/// A file's root map; errors of form are E-DIRECTORY.
Result<text::Document> parse_text(std::string_view text, std::string_view name);

Result<Environment> read_environment(text::Map& map);
/// partnership, environment, demonstration.
Result<Place> read_place(text::Map& map);
/// Missing: an empty list.
Result<std::vector<std::string>> read_names(text::Map& map, std::string_view key, std::size_t most);
/// A list of {id, key}.
Result<std::vector<BoxKey>> read_box_keys(text::Map& map, std::string_view key);
/// A map of names to numbers 1 to 65535; missing: none.
Result<std::vector<Numbered>> read_numbers(text::Map& map, std::string_view key, std::size_t most);

/// Exactly the lower-case hexadecimal that to_hex writes, so that one key has one spelling.
template <class Id>
Result<Id> read_hex(const text::Node& node) {
  const std::string_view raw = node.raw();
  const auto id = Id::from_hex(raw);
  if (!id || id->hex() != raw) {
    return node.refuse("not " + std::to_string(Id::kSize * 2) + " characters of lower-case hexadecimal");
  }
  return *id;
}

template <class Key>
Result<std::vector<Key>> read_keys(const text::Node& node) {
  TRY(const auto nodes, node.list(kKeysMax));
  std::vector<Key> keys;
  for (const text::Node& each : nodes) {
    TRY(Key key, read_hex<Key>(each));
    keys.push_back(key);
  }
  return keys;
}

/// "[a, b]".
std::string list_text(const std::vector<std::string>& items);
template <class Key>
std::string keys_text(const std::vector<Key>& keys) {
  std::vector<std::string> items;
  for (const Key& key : keys) items.push_back(key.hex());
  return list_text(items);
}
std::string box_keys_text(const std::vector<BoxKey>& keys);
std::string place_text(const Place& place);
/// In double quotes, escaped.
std::string quoted_text(std::string_view text);

}  // namespace concordat::directory
