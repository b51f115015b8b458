// CSV by libcsv, fed byte by byte so that every record knows its line. The only user of libcsv.
#include "adapters/sdk/read/csv.h"

#include <csv.h>

#include <algorithm>

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

/// Of which text this is a window; of a whole one, nothing goes before and nothing comes after.
struct Window {
  std::uint64_t line = 1;      ///< Of its first byte.
  std::size_t width = 0;       ///< Cells of the header that went before; 0: the first row is the header.
  std::size_t broken = 0;      ///< Rows that broke before.
  bool more = false;           ///< More comes: the last row may be cut off.
};

/// Reads rows from a place on, and begins afresh after one that breaks.
class Reading {
 public:
  explicit Reading(std::string_view text, Window window = {}) : text_(text), window_(window), line_(window.line) {}

  Result<CsvFile> all() {
    while (at_ < text_.size()) {
      TRY(const bool whole, rows());
      if (whole) break;
    }
    if (sink_.over) return fail(Fault::Malformed, code::kLimit, "more rows or columns than an adapter reads at once");
    return std::move(sink_.file);
  }
  /// Where the first row begins that is not settled, and on which line.
  std::size_t rest() const { return at_; }
  std::uint64_t rest_line() const { return line_; }
  std::size_t width() const { return window_.width != 0 || sink_.file.rows.empty() ? window_.width : sink_.file.rows.front().cells.size(); }

  /// A row that may yet turn out to have swallowed others is read again with what comes after it.
  void give_back_unsettled() {
    std::vector<CsvRow>& rows = sink_.file.rows;
    std::size_t first = rows.size();
    for (std::size_t at = rows.size(); at > header_rows(); --at) {
      const CsvRow& row = rows[at - 1];
      const bool several = row.raw.find_first_of("\r\n") != std::string_view::npos;
      if (!several && row.cells.size() == width()) break;
      first = at - 1;
      if (several) break;
    }
    if (first == rows.size()) return;
    at_ = static_cast<std::size_t>(rows[first].raw.data() - text_.data());
    line_ = rows[first].line;
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(first), rows.end());
    std::erase_if(sink_.file.broken, [&](const CsvFile::Broken& each) { return each.line >= line_; });
  }
  Result<CsvFile> window() {
    while (at_ < text_.size() && !at_end_) {
      TRY(const bool whole, rows());
      if (whole) break;
    }
    if (sink_.over) return fail(Fault::Malformed, code::kLimit, "more columns than an adapter reads at once");
    const bool to_the_end = !sink_.file.broken.empty() && sink_.file.broken.back().to_the_end;
    if (may_be_cut_off() && !to_the_end) give_back_unsettled();
    return std::move(sink_.file);
  }

 private:
  std::size_t header_rows() const { return window_.width == 0 ? 1 : 0; }
  /// The row that the window cuts off is read with the next.
  bool cut_off(bool inside) {
    if (inside) {
      at_ = begin_;
      line_ = sink_.row.line;
    }
    sink_.row = {};
    sink_.ended = false;
    return true;
  }

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
    if (window_.more) return cut_off(inside);
    if (csv_fini(&parser.it, on_cell, on_row, &sink_) != 0) return go_on();
    return !sink_.ended || end_row(text_.size()) || go_on();
  }

  /// False if the row swallowed others.
  bool end_row(std::size_t end) {
    std::string_view raw = text_.substr(begin_, end - begin_);
    while (!raw.empty() && (raw.back() == '\n' || raw.back() == '\r')) raw.remove_suffix(1);
    const std::vector<CsvRow>& rows = sink_.file.rows;
    const bool is_header = rows.empty() && header_rows() != 0;
    if (!is_header && sink_.row.cells.size() != width() && raw.find_first_of("\r\n") != std::string_view::npos) return false;
    sink_.row.raw = raw;
    sink_.over = sink_.over || rows.size() >= kCsvRowsMax;
    if (!sink_.over) sink_.file.rows.push_back(std::move(sink_.row));
    sink_.row = {};
    sink_.ended = false;
    return true;
  }

  /// What the window may cut off is read again with what comes next; but where it is too much, it is settled as it stands.
  bool may_be_cut_off() const { return window_.more && text_.size() < kCsvUnsettledMax; }

  bool follows(const CsvRow& row, std::size_t begin) const {
    const std::size_t end = static_cast<std::size_t>(row.raw.data() - text_.data()) + row.raw.size();
    return text_.substr(end, begin - end).find_first_not_of("\r\n") == std::string_view::npos;
  }

  /// A row of several lines before one that breaks may be a quote that was not closed: it ended where a later row opened one, and has in it
  /// what stands between, perhaps of somebody else. It breaks as well; between the two there may be lines of a field, which fit no row.
  void give_back_what_swallowed() {
    std::vector<CsvRow>& rows = sink_.file.rows;
    std::size_t begin = begin_;
    for (std::size_t at = rows.size(); at > header_rows(); --at) {
      const CsvRow& row = rows[at - 1];
      if (!follows(row, begin)) return;
      begin = static_cast<std::size_t>(row.raw.data() - text_.data());
      if (row.raw.find_first_of("\r\n") != std::string_view::npos) {
        begin_ = begin;
        sink_.row.line = row.line;
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(at) - 1, rows.end());
        return;
      }
      if (row.cells.size() == width()) return;
    }
  }

  bool go_on() {
    give_back_what_swallowed();
    const bool last = window_.broken + sink_.file.broken.size() >= kCsvBrokenMax;
    const std::size_t end = last ? text_.size() : end_of_line(text_, begin_);
    if (!last && may_be_cut_off() && end == text_.size()) {
      cut_off(true);
      at_end_ = true;
      return false;
    }
    sink_.file.broken.push_back({sink_.row.line, text_.substr(begin_, end - begin_), last});
    line_ = sink_.row.line;
    at_ = end;
    sink_.row = {};
    sink_.ended = false;
    return false;
  }

  std::string_view text_;
  Window window_;
  Sink sink_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  std::uint64_t line_;
  bool at_end_ = false;  ///< Of the window, within a row that breaks.
};

}  // namespace

Result<CsvFile> parse_csv(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return Reading(text).all();
}

Result<int> CsvStream::read_on() {
  text_.erase(0, done_);
  done_ = 0;
  const std::size_t wanted = text_.size() + std::max(window_, kByteOrderMark.size());
  while (more_ && text_.size() < wanted) {
    TRY(const std::string_view piece, pieces_.next());
    more_ = !piece.empty();
    text_ += piece;
  }
  if (begun_) return 0;
  begun_ = true;
  if (text_.starts_with(kByteOrderMark)) text_.erase(0, kByteOrderMark.size());
  return 0;
}

Result<std::optional<CsvFile>> CsvStream::next() {
  while (!ended_) {
    TRY_VOID(read_on());
    std::string_view window = text_;
    // A row's CR and its LF are one end of a line: they are read together.
    if (more_ && window.ends_with('\r')) window.remove_suffix(1);
    Reading reading(window, {line_, width_, broken_, more_});
    TRY(CsvFile file, reading.window());
    done_ = reading.rest();
    line_ = reading.rest_line();
    broken_ += file.broken.size();
    ended_ = !more_ || (!file.broken.empty() && file.broken.back().to_the_end);
    if (width_ == 0 && !file.rows.empty()) width_ = file.rows.front().cells.size();
    if (!file.rows.empty() || !file.broken.empty()) return std::optional(std::move(file));
  }
  return std::optional<CsvFile>{};
}

}  // namespace concordat::read
