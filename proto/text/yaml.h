// YAML as agreements and configuration use it: a tree with line and column of every key and value, read at event level.
// Stricter than YAML: every file has one meaning, or is refused with its place, the reason and the nearest right word.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/result.h"
#include "proto/text/duration.h"
#include "proto/text/nearest.h"

namespace concordat::text {

/// Both count from 1; columns count bytes.
struct Place {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  friend bool operator==(const Place&, const Place&) = default;
};

struct Limits {
  std::size_t bytes = 1 << 20;
  std::size_t nodes = 100'000;
  std::size_t depth = 24;
  std::size_t scalar_bytes = 16'384;
};

struct Tree;
class Map;

/// A value in a Document, which must outlive it. Cheap to copy. All errors name file, line and column of the value.
class Node {
 public:
  Node() = default;
  bool is_map() const;
  bool is_list() const;
  bool is_scalar() const;
  /// Nothing was written, or `~` or `null`.
  bool is_empty() const;
  Place place() const;
  /// "file:line:column".
  std::string where() const;
  /// The scalar as written, without quotes; empty for maps and lists.
  std::string_view raw() const;

  Result<Map> map() const;
  /// The elements of a list; at most `most`.
  Result<std::vector<Node>> list(std::size_t most = 1'000) const;
  /// The elements of a list, or the value itself as the only one; at least one.
  Result<std::vector<Node>> one_or_more(std::size_t most = 1'000) const;
  /// Text of 1 to `most` bytes. Unquoted words that YAML 1.1 took for a boolean or for nothing (no, on, y, ~) are
  /// refused.
  Result<std::string> text(std::size_t most = 2'000) const;
  /// A name: lower-case letters, digits and any of `- _ . /`, beginning with a letter; at most 128 bytes.
  Result<std::string> name() const;
  /// Decimal without quotes, leading zeros or plus sign.
  Result<std::int64_t> integer(std::int64_t least, std::int64_t most) const;
  /// true, false, yes or no, without quotes.
  Result<bool> boolean() const;
  Result<Duration> duration() const;
  /// "2026-04-01".
  Result<std::chrono::year_month_day> date() const;
  /// The index of one of `words`; E-WORD with the nearest right one.
  Result<std::size_t> one_of(std::span<const std::string_view> words) const;

  /// A refusal at this place: "file:line:column: message". The code is the document's unless named.
  tl::unexpected<Error> refuse(const std::string& message) const;
  tl::unexpected<Error> refuse(Code code, const std::string& message) const;

 private:
  friend class Document;
  friend class Map;
  Node(const Tree* tree, std::uint32_t index) : tree_(tree), index_(index) {}
  const Tree* tree_ = nullptr;
  std::uint32_t index_ = 0;
};

/// A map being read. Every key that is asked for becomes a right word; `finish()` refuses the others.
class Map {
 public:
  struct Entry {
    Node key;
    Node value;
  };
  /// All entries as written: for maps whose keys are free names. Marks nothing as asked for.
  std::vector<Entry> entries() const;
  const Node& node() const { return self_; }
  std::size_t size() const;

  /// Nothing if the key is not there.
  std::optional<Node> find(std::string_view key);
  /// The place of the key itself, or of the map where there is none.
  Node key(std::string_view key) const;
  /// E-… "… has no `key`" if it is not there.
  Result<Node> need(std::string_view key);

  // The typed readers of Node, for the value of a key that must be there.
  Result<Map> map(std::string_view key);
  Result<std::vector<Node>> list(std::string_view key, std::size_t most = 1'000);
  Result<std::string> text(std::string_view key, std::size_t most = 2'000);
  Result<std::string> name(std::string_view key);
  Result<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most);
  Result<bool> boolean(std::string_view key);
  Result<Duration> duration(std::string_view key);
  Result<std::chrono::year_month_day> date(std::string_view key);
  Result<std::size_t> one_of(std::string_view key, std::span<const std::string_view> words);
  /// A path; a relative one is taken from the folder of the file. For secrets and data: the file itself is not read.
  Result<std::filesystem::path> path(std::string_view key);

  // The same for a key that may be missing.
  Result<std::string> text_or(std::string_view key, std::string fallback, std::size_t most = 2'000);
  Result<std::int64_t> integer_or(std::string_view key, std::int64_t least, std::int64_t most, std::int64_t fallback);
  Result<bool> boolean_or(std::string_view key, bool fallback);
  Result<Duration> duration_or(std::string_view key, Duration fallback);
  Result<std::filesystem::path> path_or(std::string_view key, std::filesystem::path fallback);

  /// E-WORD at the first key that nobody asked for, with the nearest right word among those that were.
  Result<void> finish() const;

 private:
  friend class Node;
  explicit Map(Node self) : self_(self) {}
  Node self_;
  std::vector<std::string> asked_;
};

/// One file. Refused: other than one document, tabs, duplicate keys, anchors and aliases, tags, directives, merge keys,
/// keys that are not words, unquoted values over several lines, bytes that are not UTF-8 or that show as something else
/// (controls, direction marks), and anything over a limit.
class Document {
 public:
  /// `file` is the name in errors; `complaint` is the code of errors of form (E-CONFIG, or E-YAML for agreements).
  static Result<Document> parse(std::string file, ByteView bytes, Code complaint = code::kConfig, Limits limits = {});
  /// Reads the file first. Blocks. E-CONFIG (or `complaint`) if it cannot be read.
  static Result<Document> load(const std::filesystem::path& file, Code complaint = code::kConfig, Limits limits = {});
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();
  Node root() const;
  /// The root as a map: every file we read is one.
  Result<Map> map() const { return root().map(); }
  const std::string& file() const;

 private:
  explicit Document(std::unique_ptr<const Tree> tree);
  std::unique_ptr<const Tree> tree_;
};

}  // namespace concordat::text
