// JSON as a plain tree, read and written; and the records of a file that holds an array, one object, or one a line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/result.h"

namespace concordat::read {

/// A JSON value. Objects keep the order in which members were added.
class Json {
 public:
  enum class Kind : std::uint8_t { Null, Boolean, Number, Text, Array, Object };

  Json() = default;
  static Json text(std::string_view value) { return Json(Kind::Text, std::string(value)); }
  static Json number(std::int64_t value) { return Json(Kind::Number, std::to_string(value)); }
  static Json boolean(bool value) { return Json(Kind::Boolean, value ? "true" : "false"); }
  static Json array() { return Json(Kind::Array, {}); }
  static Json object() { return Json(Kind::Object, {}); }
  /// A number as the source wrote it.
  static Json number_text(std::string text) { return Json(Kind::Number, std::move(text)); }

  Kind kind() const { return kind_; }
  /// Of text; or "12", "true" of a number or boolean.
  const std::string& scalar() const { return scalar_; }
  const std::vector<std::pair<std::string, Json>>& members() const { return members_; }
  /// Nothing if this is no object or has no such member.
  const Json* member(std::string_view name) const;
  /// Adds the member or replaces its value. Gives back the object, so that several can be set in a row.
  Json& set(std::string name, Json value);
  /// The member of that name, made as an empty object if it is not there.
  Json& object_at(std::string_view name);
  const std::vector<std::pair<std::string, Json>>& elements() const { return members_; }
  /// Adds an element. Gives back the array.
  Json& add(Json value);
  bool empty() const { return members_.empty() && scalar_.empty(); }
  /// Where it begins (a text: where it ends) in what parse_json read, from 1; 0 of a value that was not read.
  std::uint64_t line() const { return line_; }
  void set_line(std::uint64_t line) { line_ = line; }

 private:
  Json(Kind kind, std::string scalar) : kind_(kind), scalar_(std::move(scalar)) {}
  Kind kind_ = Kind::Null;
  std::uint64_t line_ = 0;
  std::string scalar_;
  std::vector<std::pair<std::string, Json>> members_;  ///< Elements of an array have no name.
};

inline constexpr int kJsonDepthMax = 32;

/// E-INPUT with the byte where it breaks; duplicate names in an object and depth over kJsonDepthMax are errors too.
Result<Json> parse_json(std::string_view text);
/// One line without spaces if `indent` is 0, else indented. Bytes that are not UTF-8 become U+FFFD.
std::string to_text(const Json& value, int indent = 0);

/// One record of a JSON file.
struct JsonRecord {
  std::uint64_t line = 0;  ///< Of its first byte, from 1.
  std::string_view raw;
  std::string_view why = {};  ///< Set where it is none, and parsing `raw` would not tell: what was wrong.
};
/// The top-level records of arrays, single objects, or objects one a line, without reading into them. Nothing is left out: text
/// that is none of these is a record that fails to parse with its line, and so is an array that does not end. A record that does
/// not parse ends before the next line that begins with `{` in the same column, so that it takes no other with it.
std::vector<JsonRecord> split_json(std::string_view text);

}  // namespace concordat::read
