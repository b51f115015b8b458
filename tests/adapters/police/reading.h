// What the police tests share: reading text with the demonstration's areas, and showing what came of it in a line.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "adapters/police/columns.h"
#include "adapters/police/incidents.h"
#include "adapters/police/spi.h"

namespace concordat::police::testing {

inline std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}
inline std::string sample(const std::string& name) { return file_text("adapters/police/samples/" + name); }

inline Reading reading(Environment environment = Environment::Live) {
  auto areas = read::Areas::parse(sample("areas.csv"));
  EXPECT_TRUE(areas) << describe(areas.error());
  return {sdk::Mapping::identity(column_names()), std::move(*areas), environment, false};
}

/// "1: incident R, risk_assessment R/risk_assessment | 4: E-VALUE dob"
inline std::string shown(const std::vector<sdk::Input>& inputs) {
  std::string out;
  for (const sdk::Input& input : inputs) {
    out += (out.empty() ? "" : " | ") + std::to_string(input.failure ? input.failure->line : input.line) + ":";
    if (input.failure) out += " " + std::string(input.failure->error.code.name) + " " + input.failure->field;
    for (const sdk::TypedEvent& event : input.events) {
      out += (&event == input.events.data() ? " " : ", ") + std::string(contract::name_of(event.kind)) + " " + event.reference;
    }
  }
  return out;
}

/// All dry-run lines of one input, together.
inline std::string lines(const sdk::Input& input) {
  std::string out;
  for (const std::string& line : sdk::dry_run_lines("f", input, instant_of(1'784'000'000'000))) out += line + "\n";
  return out;
}

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace concordat::police::testing
