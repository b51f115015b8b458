// A record of a source, whatever its format: named scalar values with their places. What mapping works on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sdk/read/json.h"
#include "adapters/sdk/read/pieces.h"
#include "proto/base/result.h"

namespace concordat::read {

/// A value under the name that the source gives it: a column, or a path "victim.addresses[0].postcode".
struct Cell {
  std::string name;
  std::string value;       ///< Trimmed; never empty: what is empty or null is absent.
  std::uint64_t line = 0;
};

struct Record {
  std::uint64_t line = 0;
  std::vector<Cell> cells;
  std::string raw;
};

/// What a record could not be read for.
struct Unreadable {
  std::uint64_t line = 0;
  std::string field;
  Error error{Fault::Malformed, code::kInput, {}};
  std::string raw;
};

/// Records and failures of one file, in its order.
struct Records {
  std::vector<Record> records;
  std::vector<Unreadable> unreadable;
  std::vector<std::string> columns;  ///< Of a CSV header.
  std::string header;                ///< As it came, with its line end: what makes a row readable by itself.
};

inline constexpr std::size_t kFileBytesMax = 32u << 20;
inline constexpr std::size_t kRecordBytesMax = 512u << 10;
inline constexpr std::size_t kRecordCellsMax = 2'000;

/// A header row, then a record a row. A row with another number of cells than the header is unreadable, and so is one
/// whose quoting breaks; the rows after it are not. E-INPUT without a header, or with a column named twice.
Result<Records> read_csv(std::string_view text);
/// An array, one object, or objects one a line.
Result<Records> read_json(std::string_view text);

/// Records of a long text, some at a time.
class RecordStream {
 public:
  virtual ~RecordStream() = default;
  /// Nothing at the end. An error is of the whole text, as of read_csv(), or of the disk.
  virtual Result<std::optional<Records>> next() = 0;
};
/// As read_csv(), in constant memory; `pieces` must outlive it.
std::unique_ptr<RecordStream> stream_csv(Pieces& pieces);
/// Objects one a line: a line that is none is unreadable, and so is one over kRecordBytesMax.
std::unique_ptr<RecordStream> stream_json_lines(Pieces& pieces);

/// Scalars of a tree under their paths. Nulls and empty texts are left out.
Result<std::vector<Cell>> flatten(const Json& value, std::uint64_t line);

std::string_view trim(std::string_view text);

}  // namespace concordat::read
