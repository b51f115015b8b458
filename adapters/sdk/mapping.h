// A force's own names for things: which of its columns or paths becomes which of ours, with its words for ours.
//
//     mapping: cheshire-incidents
//     version: 3                                                # of this file; `remap` finds by it what another version read
//     columns:
//       - {from: Crime Ref, to: reference}
//       - {from: [Occ Date, Occ Time], to: occurred}            # joined with a blank
//       - {from: Class, to: type, words: [{from: ASSAULT, to: physical}]}
//       - {from: "kids[].born", to: "child[].date_of_birth"}    # JSON: [] is each element
//     ignore: [Beat, Shift]
//     always: [{to: domestic_abuse, value: "yes"}]              # where the record has none of its own
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/sdk/read/record.h"
#include "proto/base/result.h"

namespace concordat::text {
class Document;
class Node;
}

namespace concordat::sdk {

/// The names that a mapping may give: is this one of them, and which to suggest.
struct Names {
  std::function<bool(std::string_view)> known;
  std::function<bool(std::string_view)> many;  ///< Does the field hold several values, so that several columns may lead to it?
  std::vector<std::string> all;
};

/// A value under our name, with the source's name for it.
struct MappedCell {
  std::string source;
  std::string name;
  std::string value;
};

/// Why a record does not fit: the source's field, and the error.
struct Misfit {
  std::string field;
  Error error{Fault::Malformed, code::kMapping, {}};
};

inline constexpr std::string_view kUnversioned = "unversioned";

class Mapping {
 public:
  /// The source uses our names.
  static Mapping identity(Names names);
  /// E-MAPPING or E-CONFIG with file, line and column: an unknown target with the nearest right word, a source named twice,
  /// two columns that lead to a field with room for one value.
  static Result<Mapping> load(const std::filesystem::path& file, Names names);
  static Result<Mapping> parse(std::string file, std::string_view yaml, Names names);

  /// "cheshire-incidents/3"; "cheshire-incidents/unversioned" where the file has no version; "built-in" where the source uses our names.
  std::string version() const { return identity_ ? "built-in" : name_ + "/" + version_; }
  /// The record in our names. A misfit if a field is neither mapped nor ignored, or a word has no counterpart.
  tl::expected<std::vector<MappedCell>, Misfit> apply(const read::Record& record) const;
  /// The same question of a header before any record: the first column that is neither mapped nor ignored.
  std::optional<Misfit> misfit(const std::vector<std::string>& columns) const;
  /// Does any of the columns, or of the record's fields, lead to one of our names that begins so? Asked of what is not mapped whole.
  bool leads_to(const std::vector<std::string>& columns, std::string_view begins) const;
  bool leads_to(const read::Record& record, std::string_view begins) const;

 private:
  struct Column {
    std::vector<std::string> from;  ///< Patterns.
    std::string to;
    std::map<std::string, std::string> words;  ///< Lower case to ours; empty: values as they are.
  };
  explicit Mapping(Names names) : names_(std::move(names)) {}
  Result<int> read(const text::Document& document);
  struct Seen {
    std::set<std::string> from, to;
  };
  Result<int> read_column(const text::Node& node, Seen& seen);
  Result<int> read_always(const text::Node& node);
  bool leads_to(std::string_view source, std::string_view begins) const;
  const Column* find(std::string_view source, std::vector<std::string>& indices, std::size_t& place) const;
  static tl::expected<std::string, Misfit> word_for(const Column& column, const read::Cell& cell);
  tl::expected<std::vector<MappedCell>, Misfit> same_names(const read::Record& record) const;
  bool ignored(std::string_view source) const;
  Misfit unknown(const std::string& source) const;

  Names names_;
  bool identity_ = true;
  std::string name_, version_;
  std::vector<Column> columns_;
  std::vector<std::string> ignore_;
  std::vector<std::pair<std::string, std::string>> always_;
};

/// "kids[].born" of "kids[2].born", with "2" in `indices`.
std::string pattern_of(std::string_view name, std::vector<std::string>& indices);
/// "child[2].x" of "child[].x" and {"2"}; indices left over are dropped.
std::string filled(std::string_view pattern, const std::vector<std::string>& indices);

}  // namespace concordat::sdk
