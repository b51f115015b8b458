// CSV as RFC 4180 has it: quotes, doubled quotes, newlines in quotes, a byte order mark, CRLF or LF.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sdk/read/pieces.h"
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

inline constexpr std::size_t kCsvWindowBytes = 256u << 10;
inline constexpr std::size_t kCsvUnsettledMax = 4 * kCsvRowBytesMax;

/// The same of a text of any length, in constant memory: the same rows with the same lines. Only that more than kCsvRowsMax are read; and
/// a row that swallowed others is found out if no more than kCsvUnsettledMax lie between it and the row that breaks.
class CsvStream {
 public:
  explicit CsvStream(Pieces& pieces, std::size_t window = kCsvWindowBytes) : pieces_(pieces), window_(window) {}
  /// The next rows; the first ones begin with the header. Their bytes are valid until the next call. Nothing at the end. E-INPUT, E-LIMIT.
  Result<std::optional<CsvFile>> next();

 private:
  Result<int> read_on();
  Pieces& pieces_;
  const std::size_t window_;
  std::string text_;
  std::size_t done_ = 0;       ///< Bytes of text_ that are settled.
  std::uint64_t line_ = 1;     ///< Of the first that is not.
  std::size_t width_ = 0;      ///< Cells of the header.
  std::size_t broken_ = 0;
  bool begun_ = false, more_ = true, ended_ = false;
};

}  // namespace concordat::read
