// Victims' registrations, choices and consent from a witness care unit or victim liaison.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sdk/mapping.h"
#include "adapters/sdk/source.h"

namespace concordat::text {
class Map;
}

namespace concordat::support {

using Purposes = std::set<std::string, std::less<>>;

/// The purpose for which consent to being told is asked.
inline constexpr const char* kInformed = "informed";

struct Reading {
  sdk::Mapping mapping;
  bool in_bulk = false;             ///< The feed is loaded in bulk: historic.
  Purposes purposes = {kInformed};  ///< Of consents, as the agreements call them.
};

/// `purposes` of the section `feed`; `informed` where there is no such key.
Result<Purposes> read_purposes(text::Map* feed);

class SupportSource final : public sdk::Source {
 public:
  explicit SupportSource(Reading reading) : reading_(std::move(reading)) {}
  /// `.csv`, `.json` or `.jsonl`. A record that opts out and says more is two inputs: the opt-out is taken whatever is wrong with the rest.
  std::vector<sdk::Input> read(const std::string& name, std::string_view text) const override;
  /// Merges a record into what is kept of its reference and makes its events of the whole.
  Result<int> follow(sdk::Input& input, sdk::Kept& kept, Instant now) const override;

 private:
  Reading reading_;
};

}  // namespace concordat::support
