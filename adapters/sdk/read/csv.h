// CSV as RFC 4180 has it: quotes, doubled quotes, newlines in quotes, a byte order mark, CRLF or LF.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.h"

namespace concordat::read {

/// One record: the line its first byte stands on (from 1), its cells, and its bytes in the file.
struct CsvRow {
  std::uint64_t line = 0;
  std::vector<std::string> cells;
  std::string_view raw;  ///< Within the text given to parse_csv.
};

struct CsvFile {
  std::vector<CsvRow> rows;  ///< The header row first.
  /// Set when the quoting breaks: everything from this line on could not be told apart and is in `broken_raw`.
  std::uint64_t broken_line = 0;
  std::string_view broken_raw;
};

inline constexpr std::size_t kCsvRowsMax = 200'000;
inline constexpr std::size_t kCsvCellsMax = 500;

/// Empty lines are skipped. E-LIMIT above the bounds; broken quoting is not an error but `broken_line`.
Result<CsvFile> parse_csv(std::string_view text);

}  // namespace concordat::read
