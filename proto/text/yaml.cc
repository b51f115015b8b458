// YAML as agreements and configuration use it: see yaml.h.
#include "proto/text/yaml.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <sstream>

#include "proto/text/tree.h"

namespace concordat::text {
namespace {

using Kind = TreeNode::Kind;

bool same_letters(std::string_view a, std::string_view lower) {
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(),
                    [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x - 'A' + 'a' : x) == y; });
}

/// What YAML 1.1 takes for a boolean or for nothing when it stands without quotes.
bool ambiguous(std::string_view text) {
  constexpr std::array<std::string_view, 10> words{"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"};
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return same_letters(text, word); });
}

std::string in_ticks(std::string_view text) {
  std::string ticked(1, '`');
  ticked.append(text.substr(0, 60));
  return ticked.append(text.size() > 60 ? "…`" : "`");
}

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  if (text.empty() || text.size() > 128 || !letter(text[0])) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || std::string_view("-_./").find(c) != std::string_view::npos;
  });
}

std::string_view shape(const Node& node) {
  return node.is_map() ? "a map" : node.is_list() ? "a list" : node.is_empty() ? "nothing" : "a single value";
}

/// A scalar of 1 to `most` bytes.
Result<std::string_view> scalar(const Node& node, std::size_t most) {
  if (node.is_empty()) return node.refuse("a value is missing");
  if (!node.is_scalar()) return node.refuse("a single value is meant, here is " + std::string(shape(node)));
  if (node.raw().empty()) return node.refuse("an empty text");
  if (node.raw().size() > most) return node.refuse("a text over " + std::to_string(most) + " bytes");
  return node.raw();
}

}  // namespace

std::string where(std::string_view file, Place place) {
  return std::string(file) + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

bool Node::is_map() const { return tree_->nodes[index_].kind == Kind::Map; }
bool Node::is_list() const { return tree_->nodes[index_].kind == Kind::List; }
bool Node::is_scalar() const { return tree_->nodes[index_].kind == Kind::Scalar; }
bool Node::is_empty() const { return tree_->nodes[index_].kind == Kind::Empty; }
Place Node::place() const { return tree_->nodes[index_].place; }
std::string Node::where() const { return text::where(tree_->file, place()); }
std::string_view Node::raw() const { return tree_->nodes[index_].text; }

tl::unexpected<Error> Node::refuse(const std::string& message) const { return refuse(tree_->complaint, message); }
tl::unexpected<Error> Node::refuse(Code code, const std::string& message) const {
  return fail(Fault::Malformed, code, where() + ": " + message);
}

Result<Map> Node::map() const {
  if (!is_map()) return refuse("a map is meant (key: value), here is " + std::string(shape(*this)));
  return Map(*this);
}

Result<std::vector<Node>> Node::list(std::size_t most) const {
  if (!is_list()) return refuse("a list is meant ([a, b]), here is " + std::string(shape(*this)));
  const auto& children = tree_->nodes[index_].children;
  if (children.size() > most) return refuse("a list of over " + std::to_string(most));
  std::vector<Node> nodes;
  nodes.reserve(children.size());
  for (const std::uint32_t child : children) nodes.push_back(Node(tree_, child));
  return nodes;
}

Result<std::vector<Node>> Node::one_or_more(std::size_t most) const {
  if (!is_list()) return std::vector<Node>{*this};
  TRY(auto nodes, list(most));
  if (nodes.empty()) return refuse("an empty list; name at least one");
  return nodes;
}

Result<std::string> Node::text(std::size_t most) const {
  TRY(const std::string_view text, scalar(*this, most));
  if (!tree_->nodes[index_].quoted && ambiguous(text)) {
    return refuse(in_ticks(text) +
                  " without quotes is a boolean or nothing to some readers of YAML; a word is meant here: quote it");
  }
  return std::string(text);
}

Result<std::string> Node::name() const {
  TRY(auto text, this->text());
  if (!is_name(text))
    return refuse(in_ticks(text) + " is no name: lower-case letters, digits, - _ . and /, a letter first");
  return text;
}

Result<std::int64_t> Node::integer(std::int64_t least, std::int64_t most) const {
  TRY(const std::string_view text, scalar(*this, 32));
  const std::string_view figures = text.starts_with('-') ? text.substr(1) : text;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole =
      error == std::errc{} && end == text.data() + text.size() && (figures == "0" || !figures.starts_with('0'));
  if (!whole) return refuse(in_ticks(text) + " is no whole number");
  if (tree_->nodes[index_].quoted) return refuse(in_ticks(text) + " is quoted; a number is meant: take the quotes off");
  if (value < least || value > most)
    return refuse(in_ticks(text) + " is not from " + std::to_string(least) + " to " + std::to_string(most));
  return value;
}

Result<bool> Node::boolean() const {
  TRY(const std::string_view text, scalar(*this, 64));
  const bool yes = text == "true" || text == "yes";
  if ((yes || text == "false" || text == "no") && !tree_->nodes[index_].quoted) return yes;
  return refuse(in_ticks(text) + " is neither true nor false");
}

Result<Duration> Node::duration() const {
  TRY(const std::string_view text, scalar(*this, 64));
  if (const auto duration = parse_duration(text)) return *duration;
  return refuse(in_ticks(text) +
                " is no length of time: write 500ms, 30s, 15m, 2h, 90d, 1 working day, 12 months or 1y");
}

Result<std::chrono::year_month_day> Node::date() const {
  TRY(const std::string_view text, scalar(*this, 64));
  if (const auto date = parse_date(text)) return *date;
  return refuse(in_ticks(text) + " is no date: write 2026-04-01");
}

Result<std::size_t> Node::one_of(std::span<const std::string_view> words) const {
  TRY(const std::string_view text, scalar(*this, 128));
  const auto found = std::find(words.begin(), words.end(), text);
  if (found != words.end()) {
    TRY_VOID(this->text());
    return static_cast<std::size_t>(found - words.begin());
  }
  return refuse(code::kWord, in_ticks(text) + " is no word here" + suggest(text, words));
}

std::size_t Map::size() const { return self_.tree_->nodes[self_.index_].children.size() / 2; }

std::vector<Map::Entry> Map::entries() const {
  const auto& children = self_.tree_->nodes[self_.index_].children;
  std::vector<Entry> entries;
  entries.reserve(children.size() / 2);
  for (std::size_t i = 0; i + 1 < children.size(); i += 2)
    entries.push_back({Node(self_.tree_, children[i]), Node(self_.tree_, children[i + 1])});
  return entries;
}

std::optional<Node> Map::find(std::string_view key) {
  if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) asked_.emplace_back(key);
  for (const Entry& entry : entries()) {
    if (entry.key.raw() == key) return entry.value;
  }
  return std::nullopt;
}

Node Map::key(std::string_view key) const {
  for (const Entry& entry : entries()) {
    if (entry.key.raw() == key) return entry.key;
  }
  return self_;
}

Result<Node> Map::need(std::string_view key) {
  if (const auto node = find(key)) return *node;
  // Whoever misspelt a key is told about the spelling first, not about the gap it leaves.
  const std::array<std::string_view, 1> wanted{key};
  for (const Entry& entry : entries()) {
    const bool known = std::find(asked_.begin(), asked_.end(), entry.key.raw()) != asked_.end();
    if (!known && edit_distance(entry.key.raw(), key) <= 2 && nearest(entry.key.raw(), wanted) == key) {
      return entry.key.refuse(code::kWord,
                              in_ticks(entry.key.raw()) + " is no word here" + suggest(entry.key.raw(), wanted));
    }
  }
  return self_.refuse("`" + std::string(key) + "` is missing");
}

Result<void> Map::finish() const {
  for (const Entry& entry : entries()) {
    if (std::find(asked_.begin(), asked_.end(), entry.key.raw()) != asked_.end()) continue;
    const std::vector<std::string_view> words(asked_.begin(), asked_.end());
    return entry.key.refuse(code::kWord,
                            in_ticks(entry.key.raw()) + " is no word here" + suggest(entry.key.raw(), words));
  }
  return {};
}

Document::Document(std::unique_ptr<const Tree> tree) : tree_(std::move(tree)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;
Node Document::root() const { return Node(tree_.get(), 0); }
const std::string& Document::file() const { return tree_->file; }

Result<Document> Document::parse(std::string file, ByteView bytes, Code complaint, Limits limits) {
  constexpr ByteView kByteOrderMark = "\xef\xbb\xbf";
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  TRY_VOID(check_bytes(file, bytes, complaint, limits));
  auto tree = std::make_unique<Tree>(Tree{std::move(file), complaint, {}});
  TRY_VOID(grow(*tree, bytes, limits));
  return Document(std::move(tree));
}

Result<Document> Document::load(const std::filesystem::path& file, Code complaint, Limits limits) {
  std::ifstream stream(file, std::ios::binary);
  std::string bytes(limits.bytes + 1, '\0');
  if (stream) stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!stream.is_open() || stream.bad()) return fail(Fault::Malformed, complaint, file.string() + ": cannot be read");
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  return parse(file.string(), bytes, complaint, limits);
}

}  // namespace concordat::text
