// CSV by libcsv, fed byte by byte so that every record knows its line. The only user of libcsv.
#include "adapters/sdk/read/csv.h"

#include <csv.h>

namespace concordat::read {
namespace {

struct Sink {
  CsvFile file;
  CsvRow row;
  bool ended = false;
  bool over = false;
};

void on_cell(void* cell, std::size_t size, void* user) {
  Sink& sink = *static_cast<Sink*>(user);
  if (sink.row.cells.size() >= kCsvCellsMax) sink.over = true;
  if (!sink.over) sink.row.cells.emplace_back(static_cast<const char*>(cell), size);
}

void on_row(int, void* user) { static_cast<Sink*>(user)->ended = true; }

struct Parser {
  csv_parser it;
  bool ready = csv_init(&it, CSV_STRICT | CSV_STRICT_FINI) == 0;
  ~Parser() {
    if (ready) csv_free(&it);
  }
};

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::size_t end_of_line(std::string_view text, std::size_t from) {
  const std::size_t end = text.find_first_of("\r\n", from);
  return end == std::string_view::npos ? text.size() : end;
}

/// Reads rows from a place on, and begins afresh after one that breaks.
class Reading {
 public:
  explicit Reading(std::string_view text) : text_(text) {}

  Result<CsvFile> all() {
    while (at_ < text_.size()) {
      TRY(const bool whole, rows());
      if (whole) break;
    }
    if (sink_.over) return fail(Fault::Malformed, code::kLimit, "more rows or columns than an adapter reads at once");
    return std::move(sink_.file);
  }

 private:
  /// False if a row broke, and at_ is where to go on.
  Result<bool> rows() {
    Parser parser;
    if (!parser.ready) return fail(Fault::Unavailable, code::kInput, "no memory for the CSV reader");
    bool inside = false;
    for (; at_ < text_.size() && !sink_.over; ++at_) {
      const char byte = text_[at_];
      if (!inside && byte != '\n' && byte != '\r') {
        inside = true;
        begin_ = at_;
        sink_.row.line = line_;
      }
      if (csv_parse(&parser.it, &byte, 1, on_cell, on_row, &sink_) != 1 || (inside && at_ - begin_ > kCsvRowBytesMax)) return go_on();
      if (byte == '\n' || (byte == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] != '\n'))) ++line_;
      if (!sink_.ended) continue;
      if (!end_row(at_ + 1)) return go_on();
      inside = false;
    }
    if (sink_.over) return true;
    if (csv_fini(&parser.it, on_cell, on_row, &sink_) != 0) return go_on();
    return !sink_.ended || end_row(text_.size()) || go_on();
  }

  /// False if the row swallowed others.
  bool end_row(std::size_t end) {
    std::string_view raw = text_.substr(begin_, end - begin_);
    while (!raw.empty() && (raw.back() == '\n' || raw.back() == '\r')) raw.remove_suffix(1);
    const std::vector<CsvRow>& rows = sink_.file.rows;
    if (!rows.empty() && sink_.row.cells.size() != rows.front().cells.size() && raw.find_first_of("\r\n") != std::string_view::npos) return false;
    sink_.row.raw = raw;
    sink_.over = sink_.over || rows.size() >= kCsvRowsMax;
    if (!sink_.over) sink_.file.rows.push_back(std::move(sink_.row));
    sink_.row = {};
    sink_.ended = false;
    return true;
  }

  bool follows(const CsvRow& row, std::size_t begin) const {
    const std::size_t end = static_cast<std::size_t>(row.raw.data() - text_.data()) + row.raw.size();
    return text_.substr(end, begin - end).find_first_not_of("\r\n") == std::string_view::npos;
  }

  /// A row of several lines before one that breaks may be a quote that was not closed: it ended where a later row opened one, and has in it
  /// what stands between, perhaps of somebody else. It breaks as well; between the two there may be lines of a field, which fit no row.
  void give_back_what_swallowed() {
    std::vector<CsvRow>& rows = sink_.file.rows;
    std::size_t begin = begin_;
    for (std::size_t at = rows.size(); at > 1; --at) {
      const CsvRow& row = rows[at - 1];
      if (!follows(row, begin)) return;
      begin = static_cast<std::size_t>(row.raw.data() - text_.data());
      if (row.raw.find_first_of("\r\n") != std::string_view::npos) {
        begin_ = begin;
        sink_.row.line = row.line;
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(at) - 1, rows.end());
        return;
      }
      if (row.cells.size() == rows.front().cells.size()) return;
    }
  }

  bool go_on() {
    give_back_what_swallowed();
    const bool last = sink_.file.broken.size() >= kCsvBrokenMax;
    const std::size_t end = last ? text_.size() : end_of_line(text_, begin_);
    sink_.file.broken.push_back({sink_.row.line, text_.substr(begin_, end - begin_), last});
    line_ = sink_.row.line;
    at_ = end;
    sink_.row = {};
    sink_.ended = false;
    return false;
  }

  std::string_view text_;
  Sink sink_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  std::uint64_t line_ = 1;
};

}  // namespace

Result<CsvFile> parse_csv(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return Reading(text).all();
}

}  // namespace concordat::read
