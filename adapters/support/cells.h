// A record as columns with their values, each tried for itself: what is merged, kept, and made events of.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sdk/mapping.h"
#include "adapters/support/columns.h"
#include "proto/base/bytes.h"

namespace concordat::support {

/// Values by column, without indices.
class Cells {
 public:
  using Values = std::vector<std::string>;
  bool has(std::string_view name) const { return values_.contains(name); }
  /// The first value; nothing if there is none.
  std::optional<std::string_view> one(std::string_view name) const;
  const std::map<std::string, Values, std::less<>>& all() const { return values_; }
  bool empty() const { return values_.empty(); }
  bool operator==(const Cells&) const = default;

  void set(std::string name, Values values) { values_[std::move(name)] = std::move(values); }
  void add(const std::string& name, std::string value) { values_[name].push_back(std::move(value)); }
  /// The column, or all columns of a group.
  void forget(std::string_view name);
  /// Only what `wanted` says.
  template <class Wanted>
  Cells only(Wanted&& wanted) const {
    Cells out;
    for (const auto& [name, values] : values_) {
      if (wanted(name)) out.values_[name] = values;
    }
    return out;
  }
  /// What the other has replaces what is here.
  void take(const Cells& other);

 private:
  std::map<std::string, Values, std::less<>> values_;
};

/// Our name and the reason.
struct Bad {
  std::string name;
  Error error{Fault::Malformed, code::kValue, {}};
};

/// Mapped cells as columns, every value tried: E-MAPPING a column twice, E-VALUE.
struct Columned {
  Cells cells;
  std::map<std::string, std::string, std::less<>> sources;  ///< What the source calls each.
};
tl::expected<Columned, sdk::Misfit> columned(const std::vector<sdk::MappedCell>& cells);

/// "no", "n", "false" or "0" in any case.
bool is_no(std::string_view text);
/// Can a text be sent there: a mobile of this country, or a number with + and a country.
bool is_textable(std::string_view number);

void put(Writer& out, const Cells& cells);
Cells get_cells(Reader& in);

}  // namespace concordat::support
