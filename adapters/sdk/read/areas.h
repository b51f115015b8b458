// The partnership's areas.csv: which local authority (GSS code) a postcode lies in. What it does not say is unknown.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/result.h"

namespace concordat::read {

struct Area {
  std::string gss;       ///< "E06000049".
  std::string sub_area;  ///< May be empty.
  friend bool operator==(const Area&, const Area&) = default;
};

class Areas {
 public:
  /// Columns `postcode,area,sub_area`; postcode is a whole one ("CW1 2AB"), a sector ("CW1 2") or a district ("CW1"). A key
  /// that stands twice with different areas crosses a border and is unknown. E-INPUT names the line.
  static Result<Areas> parse(std::string_view csv);
  /// Of a file; none without a name. E-CONFIG if it is not there.
  static Result<Areas> load(const std::filesystem::path& file);
  /// By whole postcode, then sector, then district. Nothing if none is listed, or the listed one crosses a border.
  std::optional<Area> of(std::string_view postcode) const;
  std::size_t size() const { return areas_.size(); }

 private:
  std::map<std::string, std::optional<Area>, std::less<>> areas_;
};

/// "cw12ab" to "CW1 2AB"; nothing unless it has the form of a postcode.
std::optional<std::string> normal_postcode(std::string_view text);
/// Letter E, N, S or W and eight digits.
bool is_gss(std::string_view text);

}  // namespace concordat::read
