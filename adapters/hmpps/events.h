// HMPPS domain events as custody changes and links.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/hmpps/tables.h"
#include "adapters/sdk/input.h"
#include "adapters/sdk/source.h"

namespace concordat::hmpps {

struct Reading {
  Movements movements = Movements::built_in();
  EventTypes types = EventTypes::built_in();
  bool in_bulk = false;  ///< The feed is loaded in bulk: historic.
};

/// Every message of a file is one Input: an array, one object, or one a line. Never fails. Pure.
std::vector<sdk::Input> read_file(const std::string& name, std::string_view text, const Reading& reading);

class HmppsSource final : public sdk::Source {
 public:
  explicit HmppsSource(Reading reading) : reading_(std::move(reading)) {}
  std::vector<sdk::Input> read(const std::string& name, std::string_view text) const override { return read_file(name, text, reading_); }
  /// A planned release is of the day on which it was first read, for its own date lies ahead.
  Result<int> follow(sdk::Input& input, sdk::Kept& kept, Instant now) const override;

 private:
  Reading reading_;
};

/// The tables of README.md: fields, event types, movements.
std::string mapping_table();

}  // namespace concordat::hmpps
