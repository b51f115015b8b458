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

void end_row(Sink& sink, std::string_view text, std::size_t begin, std::size_t end) {
  sink.row.raw = text.substr(begin, end - begin);
  while (!sink.row.raw.empty() && (sink.row.raw.back() == '\n' || sink.row.raw.back() == '\r')) sink.row.raw.remove_suffix(1);
  sink.over = sink.over || sink.file.rows.size() >= kCsvRowsMax;
  if (!sink.over) sink.file.rows.push_back(std::move(sink.row));
  sink.row = {};
  sink.ended = false;
}

void break_off(Sink& sink, std::string_view text, std::size_t begin) {
  sink.file.broken_line = sink.row.line;
  sink.file.broken_raw = text.substr(begin);
}

}  // namespace

Result<CsvFile> parse_csv(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  Parser parser;
  if (!parser.ready) return fail(Fault::Unavailable, code::kInput, "no memory for the CSV reader");
  Sink sink;
  std::uint64_t line = 1;
  std::size_t begin = 0;
  bool inside = false;
  for (std::size_t at = 0; at < text.size() && !sink.over; ++at) {
    const char byte = text[at];
    if (!inside && byte != '\n' && byte != '\r') {
      inside = true;
      begin = at;
      sink.row.line = line;
    }
    if (csv_parse(&parser.it, &byte, 1, on_cell, on_row, &sink) != 1) {
      break_off(sink, text, begin);
      return std::move(sink.file);
    }
    if (byte == '\n') ++line;
    if (!sink.ended) continue;
    end_row(sink, text, begin, at + 1);
    inside = false;
  }
  if (!sink.over && csv_fini(&parser.it, on_cell, on_row, &sink) != 0) {
    break_off(sink, text, begin);
    return std::move(sink.file);
  }
  if (sink.ended) end_row(sink, text, begin, text.size());
  if (sink.over) return fail(Fault::Malformed, code::kLimit, "more rows or columns than an adapter reads at once");
  return std::move(sink.file);
}

}  // namespace concordat::read
