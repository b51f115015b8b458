// What a verb says: lines for people, or one JSON object for programs; never both.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/result.h"
#include "proto/text/json.h"

namespace concordat::ops {

/// A verb fills both forms; main prints the one that was asked for.
class Output {
 public:
  Output() : json_(text::Json::object()) {}
  /// A line for people.
  void line(std::string_view text) { text_.append(text).append("\n"); }
  /// Several lines, as they are.
  void text(std::string_view lines) { text_.append(lines); }
  /// A member of the JSON object.
  void set(std::string name, text::Json value) { json_.set(std::move(name), std::move(value)); }
  void set(std::string name, std::string_view value) { set(std::move(name), text::Json::text(value)); }
  /// A line and a member at once: "name: value".
  void both(const std::string& name, const std::string& value);
  /// Says why not; the text goes to standard error.
  void failed(const Error& error);
  void failed(std::string_view code, std::string_view meaning, std::string_view detail, std::string_view remedy);

  /// Prints what there is: lines and errors, or the object with "ok". False, and a line on standard error, if standard output
  /// did not take it.
  bool print(bool as_json, bool ok) const;

 private:
  std::string text_;
  std::string error_;
  text::Json json_;
};

/// Whether standard output took everything that was printed; if not, says so on standard error.
bool all_said();

/// Of a list of texts.
text::Json json_list(const std::vector<std::string>& texts);

}  // namespace concordat::ops
