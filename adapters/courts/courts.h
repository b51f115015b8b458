// What the criminal courts say, as a source: hearings that are posted or filed, and SPI results.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/courts/tables.h"
#include "adapters/sdk/source.h"

namespace concordat::courts {

using sdk::Environment;

class CourtSource final : public sdk::Source {
 public:
  CourtSource(Tables tables, Environment environment) : tables_(std::move(tables)), environment_(environment) {}

  /// A file by its ending, .json or .xml; or what came in by HTTP: "POST /hearing/1", "POST /hearing/1/result",
  /// "DELETE /hearing/1/delete".
  std::vector<sdk::Input> read(const std::string& name, std::string_view text) const override;
  Result<int> follow(sdk::Input& input, sdk::Kept& kept, Instant now) const override;

 private:
  std::vector<sdk::Input> read_json(std::string_view text, const std::string& name) const;
  std::vector<sdk::Input> read_xml(std::string_view text) const;

  Tables tables_;
  Environment environment_;
};

}  // namespace concordat::courts
