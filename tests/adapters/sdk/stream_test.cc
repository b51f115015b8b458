// Long texts piece by piece: the same rows, lines and failures as of a text that is held whole, wherever the pieces end.
#include <gtest/gtest.h>

#include <random>

#include "adapters/sdk/read/csv.h"
#include "adapters/sdk/read/record.h"

namespace concordat::read {
namespace {

/// A text in pieces of up to `most` bytes.
class Cut final : public Pieces {
 public:
  Cut(std::string_view text, std::size_t most, unsigned seed) : text_(text), most_(most), random_(seed) {}
  Result<std::string_view> next() override {
    const std::size_t size = std::min<std::size_t>(text_.size() - at_, 1 + random_() % most_);
    piece_ = std::string(text_.substr(at_, size));  // a copy, so that what is kept of an old piece is found out
    at_ += size;
    return std::string_view(piece_);
  }

 private:
  std::string_view text_;
  std::string piece_;
  std::size_t most_, at_ = 0;
  std::mt19937 random_;
};

std::string shown(std::uint64_t line, std::string_view raw, std::size_t cells) { return std::to_string(line) + ":" + std::to_string(cells) + ":" + std::string(raw) + "|"; }

std::string whole(std::string_view text) {
  std::string out;
  const auto file = parse_csv(text);
  if (!file) return describe(file.error());
  for (const CsvRow& row : file->rows) out += shown(row.line, row.raw, row.cells.size());
  for (const auto& broken : file->broken) out += "broken " + std::to_string(broken.line) + (broken.to_the_end ? " to the end|" : ":" + std::string(broken.raw) + "|");
  return out;
}

std::string streamed(std::string_view text, std::size_t window, unsigned seed) {
  Cut pieces(text, window, seed);
  CsvStream stream(pieces, window);
  std::string rows, broken;
  while (true) {
    const auto file = stream.next();
    if (!file) return describe(file.error());
    if (!*file) return rows + broken;
    for (const CsvRow& row : (*file)->rows) rows += shown(row.line, row.raw, row.cells.size());
    for (const auto& each : (*file)->broken) broken += "broken " + std::to_string(each.line) + (each.to_the_end ? " to the end|" : ":" + std::string(each.raw) + "|");
  }
}

TEST(Stream, RowsAreThoseOfTheWholeTextWhereverAPieceEnds) {
  const unsigned seed = 20260714;
  std::mt19937 random(seed);
  const std::string_view parts[] = {"a", "bc", ",", ",", "\"", "\n", "\r\n", "\r", "\"x\ny\"", "\"x,\"\"y\"", "1,2\n", "3,4\r\n", "\n5,6\n7,8\n"};
  for (int round = 0; round < 20'000; ++round) {
    std::string text = round % 7 == 0 ? "\xef\xbb\xbf" : "";
    text += "h,i\n";
    for (auto left = random() % 24; left > 0; --left) text += parts[random() % std::size(parts)];
    const std::size_t window = 1 + random() % 12;
    ASSERT_EQ(streamed(text, window, static_cast<unsigned>(round)), whole(text)) << "seed " << seed << " round " << round << " window " << window << "\n" << text;
  }
}

TEST(Stream, WhatBreaksTooOftenEndsAtTheSameRow) {
  std::string text = "h,i\n";
  for (int row = 0; row < 300; ++row) text += "1,2\n\"a\"b,2\n";
  EXPECT_TRUE(streamed(text, 100, 1) == whole(text));
  EXPECT_NE(whole(text).find("to the end"), std::string::npos);
}

TEST(Stream, MoreRowsThanAFileMayHoldAreReadAllTheSame) {
  std::string text = "h,i\n";
  const std::size_t rows = kCsvRowsMax + 5;
  for (std::size_t row = 0; row < rows; ++row) text += "1,2\n";
  EXPECT_FALSE(parse_csv(text)) << "held whole it is refused";
  Cut pieces(text, 100'000, 3);
  const auto stream = stream_csv(pieces);
  std::size_t records = 0;
  std::uint64_t last = 0;
  while (const auto next = stream->next()) {
    if (!*next) break;
    records += (*next)->records.size();
    if (!(*next)->records.empty()) last = (*next)->records.back().line;
    EXPECT_EQ((*next)->header, "h,i\n");
  }
  EXPECT_EQ(records, rows);
  EXPECT_EQ(last, rows + 1);
}

TEST(Stream, AHeaderThatIsNoneIsRefused) {
  for (const char* text : {"", "\n\n", "a,a\n1,2\n", "a,\n", "a,\"b\n1,2\n"}) {
    Cut pieces(text, 3, 1);
    EXPECT_FALSE(stream_csv(pieces)->next()) << text;
  }
}

TEST(Stream, ObjectsOneALineAreRecordsWithTheirLines) {
  std::string text = "\xef\xbb\xbf{\"a\":1}\r\n\n[1]\n{\"b\":\n{\"c\":\"" + std::string(kRecordBytesMax, 'x') + "\"}\n{\"d\":2}";
  Cut pieces(text, 1'000, 4);
  const auto stream = stream_json_lines(pieces);
  std::string seen;
  while (const auto next = stream->next()) {
    if (!*next) break;
    for (const Record& each : (*next)->records) seen += std::to_string(each.line) + ":" + each.raw + "|";
    for (const Unreadable& each : (*next)->unreadable) seen += std::to_string(each.line) + ":" + std::string(each.error.code.name) + "|";
  }
  EXPECT_EQ(seen, "1:{\"a\":1}|3:E-INPUT|4:E-INPUT|5:E-LIMIT|6:{\"d\":2}|");
}

}  // namespace
}  // namespace concordat::read
