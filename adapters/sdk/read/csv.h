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
  /// Rows whose quoting breaks, and what follows the last one where there are more than kCsvBrokenMax. A row of several lines right
  /// before one that breaks stands here in its stead, for it may have swallowed others; reading goes on at its second line.
  struct Broken {
    std::uint64_t line = 0;
    std::string_view raw;
    bool to_the_end = false;  ///< Nothing after it was told apart.
  };
  std::vector<Broken> broken;
};

inline constexpr std::size_t kCsvRowsMax = 200'000;
inline constexpr std::size_t kCsvCellsMax = 500;
inline constexpr std::size_t kCsvRowBytesMax = 1u << 20;
inline constexpr std::size_t kCsvBrokenMax = 200;

/// Lines end with LF, CRLF or CR. Empty ones are skipped. E-LIMIT above the bounds. Broken quoting is not an error: reading goes
/// on at the end of the line that the broken row begins on, and so it does where a row of several lines has not the header's
/// number of cells, for then a quote was not closed and swallowed the rows after it.
Result<CsvFile> parse_csv(std::string_view text);

}  // namespace concordat::read
