// The typed readers of a map: each is Node's, for the value of a key. See yaml.h.
#include "proto/text/tree.h"

namespace concordat::text {

Result<Map> Map::map(std::string_view key) {
  TRY(const Node node, need(key));
  return node.map();
}
Result<std::vector<Node>> Map::list(std::string_view key, std::size_t most) {
  TRY(const Node node, need(key));
  return node.list(most);
}
Result<std::string> Map::text(std::string_view key, std::size_t most) {
  TRY(const Node node, need(key));
  return node.text(most);
}
Result<std::string> Map::name(std::string_view key) {
  TRY(const Node node, need(key));
  return node.name();
}
Result<std::int64_t> Map::integer(std::string_view key, std::int64_t least, std::int64_t most) {
  TRY(const Node node, need(key));
  return node.integer(least, most);
}
Result<bool> Map::boolean(std::string_view key) {
  TRY(const Node node, need(key));
  return node.boolean();
}
Result<Duration> Map::duration(std::string_view key) {
  TRY(const Node node, need(key));
  return node.duration();
}
Result<std::chrono::year_month_day> Map::date(std::string_view key) {
  TRY(const Node node, need(key));
  return node.date();
}
Result<std::size_t> Map::one_of(std::string_view key, std::span<const std::string_view> words) {
  TRY(const Node node, need(key));
  return node.one_of(words);
}
Result<std::filesystem::path> Map::path(std::string_view key) {
  TRY(const Node node, need(key));
  TRY(const std::string text, node.text(4'096));
  const std::filesystem::path path(text);
  return path.is_absolute() ? path : std::filesystem::path(node.tree_->file).parent_path() / path;
}

Result<std::string> Map::text_or(std::string_view key, std::string fallback, std::size_t most) {
  return find(key) ? text(key, most) : Result<std::string>(std::move(fallback));
}
Result<std::int64_t> Map::integer_or(std::string_view key, std::int64_t least, std::int64_t most,
                                     std::int64_t fallback) {
  return find(key) ? integer(key, least, most) : Result<std::int64_t>(fallback);
}
Result<bool> Map::boolean_or(std::string_view key, bool fallback) {
  return find(key) ? boolean(key) : Result<bool>(fallback);
}
Result<Duration> Map::duration_or(std::string_view key, Duration fallback) {
  return find(key) ? duration(key) : Result<Duration>(fallback);
}
Result<std::filesystem::path> Map::path_or(std::string_view key, std::filesystem::path fallback) {
  return find(key) ? path(key) : Result<std::filesystem::path>(std::move(fallback));
}

}  // namespace concordat::text
