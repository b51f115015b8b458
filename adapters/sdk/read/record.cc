// Records from CSV and JSON.
#include "adapters/sdk/read/record.h"

#include <algorithm>
#include <set>

#include "adapters/sdk/read/csv.h"

namespace concordat::read {
namespace {

void refuse(Records& out, std::uint64_t line, const char* field, Error error, std::string_view raw) {
  Unreadable& added = out.unreadable.emplace_back();
  added.line = line;
  added.field = field;
  added.error = std::move(error);
  added.raw = raw.substr(0, kRecordBytesMax);
}

Error unreadable(std::string detail) { return Error{Fault::Malformed, code::kInput, std::move(detail)}; }
Error too_long() { return Error{Fault::Malformed, code::kLimit, "the record is too long"}; }

Result<int> check_header(const CsvFile& file) {
  // A header that breaks names no columns: what follows it is not told apart by guessing.
  if (file.rows.empty() || (!file.broken.empty() && file.broken.front().line < file.rows.front().line)) return fail(Fault::Malformed, code::kInput, "line 1: no header row");
  const CsvRow& header = file.rows.front();
  const std::string where = "line " + std::to_string(header.line) + ": ";
  std::set<std::string_view> names;
  for (const std::string& cell : header.cells) {
    if (trim(cell).empty()) return fail(Fault::Malformed, code::kInput, where + "a column without a name");
    if (!names.insert(trim(cell)).second) return fail(Fault::Malformed, code::kInput, where + "a column stands twice");
  }
  return 0;
}

void take_header(Records& out, const CsvRow& header) {
  for (const std::string& cell : header.cells) out.columns.emplace_back(trim(cell));
  out.header = std::string(header.raw) + "\n";
}

void add_broken(Records& out, const CsvFile::Broken& broken) {
  refuse(out, broken.line, "quotes",
         unreadable(broken.to_the_end ? "the quoting breaks too often; nothing after this can be told apart" : "the quoting breaks in the row that begins here"), broken.raw);
}

void add_row(Records& out, const CsvRow& row) {
  if (row.cells.size() != out.columns.size()) {
    refuse(out, row.line, "columns",
           unreadable(std::to_string(row.cells.size()) + " cells where the header has " + std::to_string(out.columns.size())), row.raw);
    return;
  }
  if (row.raw.size() > kRecordBytesMax) {
    refuse(out, row.line, "record", too_long(), row.raw);
    return;
  }
  Record record{row.line, {}, std::string(row.raw)};
  for (std::size_t at = 0; at < row.cells.size(); ++at) {
    const std::string_view value = trim(row.cells[at]);
    if (!value.empty()) record.cells.push_back({out.columns[at], std::string(value), row.line});
  }
  if (!record.cells.empty()) out.records.push_back(std::move(record));
}

Result<int> flatten_into(const Json& value, const std::string& path, std::uint64_t line, std::vector<Cell>& out) {
  switch (value.kind()) {
    case Json::Kind::Null: return 0;
    case Json::Kind::Object:
      for (const auto& [name, member] : value.members()) {
        TRY_VOID(flatten_into(member, path.empty() ? name : path + "." + name, line, out));
      }
      return 0;
    case Json::Kind::Array: {
      std::size_t index = 0;
      for (const auto& [name, element] : value.elements()) {
        TRY_VOID(flatten_into(element, path + "[" + std::to_string(index++) + "]", line, out));
      }
      return 0;
    }
    case Json::Kind::Boolean:
    case Json::Kind::Number:
    case Json::Kind::Text: break;
  }
  if (out.size() >= kRecordCellsMax) return fail(Fault::Malformed, code::kLimit, "too many values in one record");
  if (const std::string_view text = trim(value.scalar()); !text.empty()) out.push_back({path, std::string(text), line});
  return 0;
}

void add_json(Records& out, const JsonRecord& each) {
  if (!each.why.empty()) return refuse(out, each.line, "record", unreadable("JSON: " + std::string(each.why)), each.raw);
  if (each.raw.size() > kRecordBytesMax) return refuse(out, each.line, "record", too_long(), each.raw);
  const auto value = parse_json(each.raw);
  if (!value) return refuse(out, each.line, "record", value.error(), each.raw);
  if (value->kind() != Json::Kind::Object) return refuse(out, each.line, "record", unreadable("JSON: a record is an object"), each.raw);
  auto cells = flatten(*value, each.line);
  if (!cells) return refuse(out, each.line, "record", cells.error(), each.raw);
  out.records.push_back(Record{each.line, std::move(*cells), std::string(each.raw)});
}

class CsvRecords final : public RecordStream {
 public:
  explicit CsvRecords(Pieces& pieces) : rows_(pieces) {}
  Result<std::optional<Records>> next() override {
    TRY(const std::optional<CsvFile> file, rows_.next());
    Records out;
    if (header_.columns.empty()) {
      TRY_VOID(check_header(file.value_or(CsvFile{})));
      take_header(header_, file->rows.front());
      out = header_;
      for (std::size_t at = 1; at < file->rows.size(); ++at) add_row(out, file->rows[at]);
    } else if (file) {
      out = header_;
      for (const CsvRow& row : file->rows) add_row(out, row);
    } else {
      return std::optional<Records>{};
    }
    for (const CsvFile::Broken& each : file->broken) add_broken(out, each);
    return std::optional(std::move(out));
  }

 private:
  CsvStream rows_;
  Records header_;  ///< And nothing else.
};

class JsonLines final : public RecordStream {
 public:
  explicit JsonLines(Pieces& pieces) : pieces_(pieces) {}
  Result<std::optional<Records>> next() override {
    while (!ended_) {
      TRY(const std::string_view piece, pieces_.next());
      ended_ = piece.empty();
      Records out;
      for (std::string_view rest = piece; !rest.empty();) rest = take_line(out, rest);
      if (ended_) end_line(out);
      if (!out.records.empty() || !out.unreadable.empty()) return std::optional(std::move(out));
    }
    return std::optional<Records>{};
  }

 private:
  std::string_view take_line(Records& out, std::string_view text) {
    const std::size_t end = text.find('\n');
    const std::string_view part = text.substr(0, end);
    // Of one that is too long as much is held as shows that it is.
    if (partial_.size() <= kRecordBytesMax) partial_ += part;
    if (end == std::string_view::npos) return {};
    end_line(out);
    ++line_;
    return text.substr(end + 1);
  }
  void end_line(Records& out) {
    std::string_view line = partial_;
    if (line_ == 1 && line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
    if (const std::string_view record = trim(line); !record.empty()) add_json(out, {line_, record});
    partial_.clear();
  }

  Pieces& pieces_;
  std::string partial_;
  std::uint64_t line_ = 1;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<RecordStream> stream_csv(Pieces& pieces) { return std::make_unique<CsvRecords>(pieces); }
std::unique_ptr<RecordStream> stream_json_lines(Pieces& pieces) { return std::make_unique<JsonLines>(pieces); }

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

Result<Records> read_csv(std::string_view text) {
  if (text.size() > kFileBytesMax) return fail(Fault::Malformed, code::kLimit, "the file is too long");
  TRY(const CsvFile file, parse_csv(text));
  TRY_VOID(check_header(file));
  Records out;
  take_header(out, file.rows.front());
  for (std::size_t at = 1; at < file.rows.size(); ++at) add_row(out, file.rows[at]);
  for (const CsvFile::Broken& each : file.broken) add_broken(out, each);
  return out;
}

Result<Records> read_json(std::string_view text) {
  if (text.size() > kFileBytesMax) return fail(Fault::Malformed, code::kLimit, "the file is too long");
  Records out;
  for (const JsonRecord& each : split_json(text)) add_json(out, each);
  if (out.records.empty() && out.unreadable.empty()) return fail(Fault::Malformed, code::kInput, "JSON: no record in the file");
  return out;
}

Result<std::vector<Cell>> flatten(const Json& value, std::uint64_t line) {
  std::vector<Cell> cells;
  TRY_VOID(flatten_into(value, "", line, cells));
  return cells;
}

}  // namespace concordat::read
