// Mappings: reading the file strictly, and renaming records by it.
#include "adapters/sdk/mapping.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "proto/text/yaml.h"

namespace concordat::sdk {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return out;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& all) {
  std::vector<std::string_view> views(all.begin(), all.end());
  return text::suggest(word, views);
}

Result<std::string> target(text::Map& map, const Names& names) {
  TRY(std::string to, map.text("to"));
  std::vector<std::string> none;
  if (names.known(to) || names.known(filled(pattern_of(to, none), {"0", "0"}))) return to;
  return map.key("to").refuse(code::kMapping, "`" + to + "` is none of our fields" + suggestion(to, names.all));
}

Result<std::map<std::string, std::string>> read_words(text::Map& map) {
  std::map<std::string, std::string> words;
  const auto list = map.find("words");
  if (!list) return words;
  TRY(const std::vector<text::Node> nodes, list->list());
  for (const text::Node& node : nodes) {
    TRY(text::Map word, node.map());
    TRY(const std::string from, word.text("from"));
    TRY(std::string to, word.text("to"));
    TRY_VOID(word.finish());
    if (!words.emplace(lower(from), std::move(to)).second) return node.refuse(code::kMapping, "the word stands twice");
  }
  return words;
}

Result<std::string> read_version(text::Map& map) {
  const auto node = map.find("version");
  if (!node) return std::string(kUnversioned);
  TRY(std::string version, node->text(32));
  const bool word = std::all_of(version.begin(), version.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_'; });
  if (!word || version == kUnversioned) return node->refuse(code::kMapping, "a version is letters, digits and any of `- _ .`");
  return version;
}

Result<std::vector<std::string>> read_texts(const text::Node& node) {
  std::vector<std::string> out;
  TRY(const std::vector<text::Node> nodes, node.one_or_more());
  for (const text::Node& each : nodes) {
    TRY(std::string text, each.text());
    out.push_back(std::move(text));
  }
  return out;
}

}  // namespace

std::string pattern_of(std::string_view name, std::vector<std::string>& indices) {
  std::string pattern;
  for (std::size_t at = 0; at < name.size(); ++at) {
    pattern += name[at];
    if (name[at] != '[') continue;
    const auto close = name.find(']', at);
    if (close == std::string_view::npos) continue;
    indices.emplace_back(name.substr(at + 1, close - at - 1));
    at = close - 1;
  }
  return pattern;
}

std::string filled(std::string_view pattern, const std::vector<std::string>& indices) {
  std::string out;
  std::size_t next = 0;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    out += pattern[at];
    if (pattern[at] == '[' && at + 1 < pattern.size() && pattern[at + 1] == ']' && next < indices.size()) out += indices[next++];
  }
  return out;
}

Mapping Mapping::identity(Names names) { return Mapping(std::move(names)); }

Result<Mapping> Mapping::load(const std::filesystem::path& file, Names names) {
  TRY(const text::Document document, text::Document::load(file, code::kMapping));
  Mapping mapping(std::move(names));
  TRY_VOID(mapping.read(document));
  return mapping;
}

Result<Mapping> Mapping::parse(std::string file, std::string_view yaml, Names names) {
  TRY(const text::Document document, text::Document::parse(std::move(file), yaml, code::kMapping));
  Mapping mapping(std::move(names));
  TRY_VOID(mapping.read(document));
  return mapping;
}

Result<int> Mapping::read_column(const text::Node& node, Seen& seen) {
  TRY(text::Map map, node.map());
  Column column;
  TRY(const text::Node from, map.need("from"));
  TRY(column.from, read_texts(from));
  TRY(column.to, target(map, names_));
  TRY(column.words, read_words(map));
  TRY_VOID(map.finish());
  for (const std::string& source : column.from) {
    if (!seen.from.insert(source).second) return from.refuse(code::kMapping, "`" + source + "` is mapped twice");
  }
  const std::string whole = filled(column.to, {"0", "0"});
  if (!seen.to.insert(column.to).second && !(names_.many && names_.many(whole))) {
    return from.refuse(code::kMapping, "a second column leads to `" + column.to + "`, and there is room for one; join them with `from: [A, B]`, or ignore one");
  }
  columns_.push_back(std::move(column));
  return 0;
}

Result<int> Mapping::read_always(const text::Node& node) {
  TRY(text::Map entry, node.map());
  TRY(std::string to, target(entry, names_));
  TRY(std::string value, entry.text("value"));
  TRY_VOID(entry.finish());
  const auto same = [&](const auto& each) { return each.first == to; };
  if (std::any_of(always_.begin(), always_.end(), same)) return node.refuse(code::kMapping, "`" + to + "` is set twice");
  always_.emplace_back(std::move(to), std::move(value));
  return 0;
}

Result<int> Mapping::read(const text::Document& document) {
  TRY(text::Map map, document.map());
  TRY(name_, map.name("mapping"));
  TRY(version_, read_version(map));
  identity_ = false;
  Seen seen;
  TRY(const std::vector<text::Node> columns, map.list("columns"));
  for (const text::Node& node : columns) TRY_VOID(read_column(node, seen));
  if (const auto ignore = map.find("ignore")) {
    TRY(ignore_, read_texts(*ignore));
  }
  if (const auto always = map.find("always")) {
    TRY(const std::vector<text::Node> nodes, always->list());
    for (const text::Node& node : nodes) TRY_VOID(read_always(node));
  }
  TRY_VOID(map.finish());
  return 0;
}

const Mapping::Column* Mapping::find(std::string_view source, std::vector<std::string>& indices, std::size_t& place) const {
  const std::string pattern = pattern_of(source, indices);
  for (const Column& column : columns_) {
    for (place = 0; place < column.from.size(); ++place) {
      const std::string& from = column.from[place];
      // A list of plain values may be mapped by its name alone: "notes" takes "notes[0]", "notes[1]".
      if (from == source || from == pattern || from + "[]" == pattern) return &column;
    }
  }
  return nullptr;
}

bool Mapping::ignored(std::string_view source) const {
  std::vector<std::string> indices;
  const std::string pattern = pattern_of(source, indices);
  return std::any_of(ignore_.begin(), ignore_.end(), [&](const std::string& each) {
    return each == source || each == pattern || pattern.starts_with(each + ".") || pattern.starts_with(each + "[");
  });
}

Misfit Mapping::unknown(const std::string& source) const {
  std::vector<std::string> right = names_.all;
  if (!identity_) {
    right.clear();
    for (const Column& column : columns_) right.insert(right.end(), column.from.begin(), column.from.end());
  }
  return {source, {Fault::Malformed, code::kMapping,
                   "the field is not mapped" + suggestion(source, right) + "; map it, or list it under `ignore`"}};
}

std::optional<Misfit> Mapping::misfit(const std::vector<std::string>& columns) const {
  for (const std::string& column : columns) {
    std::vector<std::string> indices;
    std::size_t place = 0;
    if (identity_ ? names_.known(column) : find(column, indices, place) != nullptr || ignored(column)) continue;
    return unknown(column);
  }
  return std::nullopt;
}

bool Mapping::leads_to(std::string_view source, std::string_view begins) const {
  if (identity_) return source.starts_with(begins);
  std::vector<std::string> indices;
  std::size_t place = 0;
  const Column* column = find(source, indices, place);
  return column != nullptr && column->to.starts_with(begins);
}

bool Mapping::leads_to(const std::vector<std::string>& columns, std::string_view begins) const {
  return std::any_of(columns.begin(), columns.end(), [&](const std::string& each) { return leads_to(each, begins); });
}

bool Mapping::leads_to(const read::Record& record, std::string_view begins) const {
  return std::any_of(record.cells.begin(), record.cells.end(), [&](const read::Cell& each) { return leads_to(each.name, begins); });
}

/// Our word for a value, where the column has words.
tl::expected<std::string, Misfit> Mapping::word_for(const Column& column, const read::Cell& cell) {
  if (column.words.empty()) return cell.value;
  const auto word = column.words.find(lower(cell.value));
  if (word != column.words.end()) return word->second;
  return tl::unexpected(Misfit{cell.name, {Fault::Malformed, code::kValue, "the mapping has no word for this value"}});
}

tl::expected<std::vector<MappedCell>, Misfit> Mapping::same_names(const read::Record& record) const {
  std::vector<MappedCell> out;
  for (const read::Cell& cell : record.cells) {
    if (!names_.known(cell.name)) return tl::unexpected(unknown(cell.name));
    out.push_back({cell.name, cell.name, cell.value});
  }
  return out;
}

tl::expected<std::vector<MappedCell>, Misfit> Mapping::apply(const read::Record& record) const {
  if (identity_) return same_names(record);
  std::vector<MappedCell> out;
  std::map<std::string, std::map<std::size_t, MappedCell>> joined;  // by target: parts in the mapping's order
  for (const read::Cell& cell : record.cells) {
    std::vector<std::string> indices;
    std::size_t place = 0;
    const Column* column = find(cell.name, indices, place);
    if (column == nullptr && ignored(cell.name)) continue;
    if (column == nullptr) return tl::unexpected(unknown(cell.name));
    auto value = word_for(*column, cell);
    if (!value) return tl::unexpected(std::move(value).error());
    MappedCell mapped{cell.name, filled(column->to, indices), std::move(*value)};
    if (column->from.size() == 1) {
      out.push_back(std::move(mapped));
    } else {
      joined[mapped.name].emplace(place, std::move(mapped));
    }
  }
  for (auto& [name, parts] : joined) {
    MappedCell whole = parts.begin()->second;
    for (auto part = std::next(parts.begin()); part != parts.end(); ++part) whole.value += " " + part->second.value;
    out.push_back(std::move(whole));
  }
  for (const auto& [name, value] : always_) {
    const bool said = std::any_of(out.begin(), out.end(), [&name = name](const MappedCell& cell) { return cell.name == name; });
    if (!said) out.push_back({name, name, value});
  }
  return out;
}

}  // namespace concordat::sdk
