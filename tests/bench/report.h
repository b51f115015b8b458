// What was measured, as a table for people and as one JSON object: the same rows.
#pragma once

#include <string>
#include <vector>

#include "proto/text/json.h"
#include "tests/bench/figures.h"

namespace concordat::bench {

class Report {
 public:
  /// Begins a section; `words` say in half a line what was done.
  void section(std::string key, std::string words);
  /// A row of it: the key ends with its unit ("events_per_s"), `name` and `words` are for people.
  void add(std::string key, std::string name, const Spread& value, std::string words);
  /// A line about the whole, above the table.
  void note(std::string key, std::string value);

  std::string table() const;
  text::Json json() const;

 private:
  struct Row {
    std::string key, name;
    Spread value;
    std::string words;
  };
  struct Section {
    std::string key, words;
    std::vector<Row> rows;
  };
  std::vector<std::pair<std::string, std::string>> notes_;
  std::vector<Section> sections_;
};

}  // namespace concordat::bench
