// A walk down a court's JSON that knows where it is: explicit nulls are absent, and what has another shape than it should is
// remembered with its line and path. Private to this folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/sdk/input.h"
#include "adapters/sdk/read/json.h"

namespace concordat::courts {

/// Where a record stands in its file, and the first thing in it that was not understood.
class Reader {
 public:
  /// `line_before`: lines of the file before the record's first. `all_on`: the line of everything in it, for JSON in a JSON string;
  /// 0 if it has lines of its own.
  explicit Reader(std::uint64_t line_before, std::uint64_t all_on = 0) : line_before_(line_before), all_on_(all_on) {}
  std::uint64_t line(const read::Json& json) const { return all_on_ != 0 ? all_on_ : line_before_ + json.line(); }
  void refuse(std::uint64_t line, std::string field, Error error) {
    if (!failure_) failure_ = sdk::Failure{line, std::move(field), std::move(error)};
  }
  const std::optional<sdk::Failure>& failure() const { return failure_; }
  /// Takes the failure away, so that what follows is judged by itself.
  std::optional<sdk::Failure> taken() { return std::exchange(failure_, std::nullopt); }

 private:
  std::uint64_t line_before_, all_on_;
  std::optional<sdk::Failure> failure_;
};

class Node {
 public:
  Node(Reader& reader, const read::Json* json, std::string path, std::uint64_t line);

  bool is_there() const { return json_ != nullptr; }
  explicit operator bool() const { return is_there(); }
  const std::string& path() const { return path_; }
  /// Its own, or of what it is missing from.
  std::uint64_t line() const { return line_; }

  /// A member; absent if there is none or it is null. "a.b" goes down. Refused if what should have it is no object.
  Node operator[](std::string_view name) const;
  /// The objects of a list; none if it is absent. Refused if it is no list, or holds something else.
  std::vector<Node> each(std::string_view name) const;
  /// Trimmed; empty if it is absent. Refused if it is an object or list.
  std::string text() const;
  std::string text(std::string_view name) const { return (*this)[name].text(); }
  /// True only if it says so.
  bool truth(std::string_view name) const { return text(name) == "true"; }
  bool is_object() const { return json_ != nullptr && json_->kind() == read::Json::Kind::Object; }
  void refuse(Code code, std::string detail) const;
  Reader& reader() const { return *reader_; }

 private:
  Node member(std::string_view name) const;
  Reader* reader_;
  const read::Json* json_;
  std::string path_;
  std::uint64_t line_;
};

}  // namespace concordat::courts
