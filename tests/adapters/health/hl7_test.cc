// HL7 as it comes: marks, line ends, separators, escapes, wrappers, character sets.
#include "adapters/health/hl7.h"

#include "tests/adapters/health/reading.h"

namespace concordat::health::testing {
namespace {

using hl7::component;
using hl7::cut;
using hl7::parse;

const std::string kHead = "MSH|^~\\&|A|F|B|G|20260714020800||ADT^A04|1|P|2.4";

/// "MSH PID(3) …": the names of segments with how many fields each has.
std::string shape(std::string_view text) {
  const auto message = parse(text, 1);
  if (!message) return std::string(message.error().code.name) + ": " + message.error().detail;
  std::string out;
  for (const hl7::Segment& each : message->segments) out += (out.empty() ? "" : " ") + each.name + "(" + std::to_string(each.fields.size() - 1) + ")";
  return out;
}
std::string field(std::string_view text, std::string_view segment, std::size_t number, std::size_t part = 1) {
  const auto message = parse(text, 1);
  EXPECT_TRUE(message) << describe(message.error());
  return message ? hl7::value(message->first(segment), number, part) : "";
}

TEST(Hl7, SegmentsEndWithReturnsLineFeedsOrBoth) {
  for (const char* end : {"\r", "\n", "\r\n"}) {
    EXPECT_EQ(shape(kHead + end + "PID|1||2" + end + "PV1|1|E" + end), "MSH(12) PID(3) PV1(2)") << static_cast<int>(end[0]);
  }
}

TEST(Hl7, ALineFeedWithinAMessageOfReturnsBeginsNoSegment) {
  const std::string text = kHead + "\rOBX|1|TX|Q||line one\nPID|1||9|||forged\rPV1|1|E\r";
  EXPECT_EQ(shape(text), "MSH(12) OBX(11) PV1(2)") << "a text that somebody typed is no segment";
  EXPECT_EQ(cut(kHead + "\rNTE|1||x\nMSH|^~\\&|forged\rPV1|1|E\r", true).size(), 1u);
}

TEST(Hl7, ALineThatIsNoSegmentGoesOnTheOneBefore) {
  EXPECT_EQ(field(kHead + "\nNTE|1||first\nsecond line\nPV1|1|E\n", "NTE", 3), "first second line");
}

TEST(Hl7, AByteOrderMarkIsNoPartOfAMessage) {
  EXPECT_EQ(shape("\xef\xbb\xbf" + kHead + "\rPV1|1|E\r"), "MSH(12) PV1(2)");
  EXPECT_EQ(cut("\xef\xbb\xbf" + kHead + "\n\xef\xbb\xbf" + kHead + "\n", false).size(), 2u) << "files put one behind the other";
}

TEST(Hl7, OtherSeparatorsSayTheSame) {
  const std::string usual = kHead + "\rPID|1||7^a&b~8^c\\T\\d||O^Brien\r";
  const std::string other = "MSH#*!$@#A#F#B#G#20260714020800##ADT*A04#1#P#2.4\rPID#1##7*a@b!8*c$T$d##O*Brien\r";
  for (const std::size_t part : {1, 2}) EXPECT_EQ(field(usual, "PID", 3, part), field(other, "PID", 3, part));
  const auto a = parse(usual, 1), b = parse(other, 1);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(component(hl7::repetitions(b->first("PID")->field(3))[1], 2), "c@d") << "its own character, that it had escaped";
  EXPECT_EQ(component(hl7::repetitions(a->first("PID")->field(3))[1], 2), "c&d");
  EXPECT_EQ(field("MSH#*!$@#A#F\rPID#1##a|b^c\r", "PID", 3), "a|b^c") << "what is no separator there is text";
}

TEST(Hl7, SeparatorsThatCannotBeToldApartAreRefused) {
  EXPECT_TRUE(has(shape("MSH|||A"), "MSH(")) << "none given: the usual ones";
  EXPECT_TRUE(has(shape("MSH|^^\\&|A"), "E-INPUT"));
  EXPECT_TRUE(has(shape("MSHA^~\\&A"), "E-INPUT"));
  EXPECT_TRUE(has(shape("PID|1"), "E-INPUT: there is no MSH"));
}

TEST(Hl7, AMessageInUtf16IsCalledThat) {
  for (const std::string order : {"little", "big"}) {
    for (const bool marked : {true, false}) {
      std::string text = marked ? (order == "big" ? "\xfe\xff" : "\xff\xfe") : "";
      for (const char c : std::string("MSH|^~\\&|A")) text += order == "big" ? std::string{'\0', c} : std::string{c, '\0'};
      EXPECT_TRUE(has(shape(text), "E-INPUT: the message is in UTF-16")) << order << marked;
    }
  }
}

TEST(Hl7, AnEscapeCharacterWrittenTwiceInItsPlaceIsOne) { EXPECT_EQ(field("MSH|^~\\\\&|A|F\rPID|1||x&y^z\r", "PID", 3, 2), "z"); }

TEST(Hl7, AnEscapeCharacterThatIsLeftOutIsTheUsualOne) { EXPECT_EQ(field("MSH|^~&|A|F\rPID|1||x&y^z\\T\\\r", "PID", 3, 2), "z&"); }

TEST(Hl7, EscapesAreUndone) {
  EXPECT_EQ(component("A\\T\\E", 1), "A&E");
  EXPECT_EQ(component("\\F\\\\S\\\\R\\\\E\\", 1), "|^~\\");
  EXPECT_EQ(component("caf\\XC3A9\\", 1), "caf\xc3\xa9");
  EXPECT_EQ(component("one\\.br\\two\\H\\!\\N\\", 1), "one two!");
  EXPECT_EQ(component("C:\\temp", 1), "C:\\temp") << "what is no escape is text";
  EXPECT_EQ(component("\\X0D\\", 1), "") << "no control characters by this door";
}

TEST(Hl7, BytesWrittenAsEscapesAreLettersInAnyCharacterSet) {
  EXPECT_EQ(component("Ren\\XE9\\e", 1), "Ren\xc3\xa9" "e") << "Latin-1, as MSH-18 8859/1 has it";
  EXPECT_EQ(component("O\\X92\\Neill", 1), "O\xe2\x80\x99Neill");
  EXPECT_EQ(component("\\XZZ\\", 1), "") << "no bytes at all";
  EXPECT_EQ(component("cut\\P\\", 1), "cut#") << "the truncation character of 2.7";
}

TEST(Hl7, AFifthCharacterOfTheSeparatorsIsTheTruncations) {
  EXPECT_EQ(field("MSH|^~\\&#|A|F\rPID|1||x&y^z#\r", "PID", 3, 2), "z#");
}

TEST(Hl7, WhatEndsAFileIsNoPartOfItsLastField) {
  for (const char* end : {"\x1a", "\r\x1a", "\r\n\x1a\r\n", "\x1c", "\r\x1c\x1a"}) EXPECT_EQ(field(kHead + "\rZDA|1|Y" + end, "ZDA", 2), "Y") << end;
  EXPECT_EQ(field(kHead + "\rZDA|1|Y" + std::string("\r\0\0\0", 4), "ZDA", 2), "Y");
}

TEST(Hl7, EscapedTwiceIsUndoneTwice) {
  EXPECT_EQ(component("A\\E\\T\\E\\E", 1), "A&E");
  EXPECT_EQ(component("A\\E\\E", 1), "A\\E");
  EXPECT_EQ(component("\\E\\Zebra\\E\\", 1), "\\Zebra\\") << "only the names of separators";
}

TEST(Hl7, ClearedAndAbsentAreTwoThings) {
  EXPECT_TRUE(hl7::clears("\"\""));
  EXPECT_FALSE(hl7::clears(""));
  EXPECT_EQ(component("\"\"", 1), "") << "neither is a text of two quotation marks";
}

TEST(Hl7, BatchWrappersAreLeftOut) {
  const std::string batch = "FHS|^~\\&|A\rBHS|^~\\&|A\r" + kHead + "\rPV1|1|E\r" + kHead + "\rPV1|1|I\rBTS|2\rFTS|1\r";
  const auto pieces = cut(batch, true);
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(shape(pieces[1].text), "MSH(12) PV1(2)");
  EXPECT_EQ(pieces[1].line, 5u);
}

TEST(Hl7, AFileMayHaveMessagesOfSeveralWritings) {
  const std::string file = kHead + "\rPV1|1|E\r" + kHead + "\nPV1|1|I\n\n\x0b" + kHead + "\rPV1|1|O\r\x1c\r";
  const auto pieces = cut(file, false);
  ASSERT_EQ(pieces.size(), 3u);
  for (const auto& each : pieces) EXPECT_EQ(shape(each.text), "MSH(12) PV1(2)") << each.text;
}

TEST(Hl7, WhatIsNoMessageIsOnePieceThatSaysSo) {
  const auto pieces = cut("\n\nhello\nworld\n", false);
  ASSERT_EQ(pieces.size(), 1u);
  EXPECT_EQ(pieces[0].line, 3u);
  EXPECT_TRUE(has(shape(pieces[0].text), "E-INPUT"));
  EXPECT_TRUE(cut("", false).empty());
  EXPECT_TRUE(cut("\r\n \r\n", false).empty());
}

TEST(Hl7, OneBadByteDoesNotSpoilTheNamesOfTheMessage) {
  EXPECT_EQ(field(kHead + "\rPID|1||Ren\xc3\xa9" "e^Zo\xeb^cut \xc3\r", "PID", 3, 1), "Ren\xc3\xa9" "e");
  EXPECT_EQ(field(kHead + "\rPID|1||Ren\xc3\xa9" "e^Zo\xeb^cut \xc3\r", "PID", 3, 2), "Zo\xc3\xab");
}

TEST(Hl7, ACharacterSetThatNobodyReadsIsRefusedOnlyWhereItMatters) {
  const auto head = [](const std::string& set) { return "MSH|^~\\&|A|F|||20260714||ADT^A04|1|P|2.5|||||GBR|" + set; };
  for (const char* set : {"", "8859/1", "ASCII", "UNICODE UTF-8", "UTF-8", "8859/1~UNICODE"}) EXPECT_EQ(field(head(set) + "\rPID|1||\x8a\r", "PID", 3, 1), "\xc5\xa0") << set;
  EXPECT_EQ(field(head("8859/15") + "\rPID|1||\xa6\xa4\xe9\r", "PID", 3, 1), "\xc5\xa0\xe2\x82\xac\xc3\xa9");
  EXPECT_TRUE(has(shape(head("8859/2") + "\rPID|1||Ko\xb3odziej\r"), "E-INPUT: MSH-18")) << "a wrong letter is a wrong name";
  EXPECT_EQ(field(head("8859/2") + "\rPID|1||Nowak\r", "PID", 3, 1), "Nowak");
}

TEST(Hl7, TextThatIsNoUtf8IsWindows1252) {
  EXPECT_EQ(field(kHead + "\rPID|1||x||Zo\xeb\r", "PID", 5), "Zo\xc3\xab");
  EXPECT_EQ(field(kHead + "\rPID|1||x||Zo\xc3\xab\r", "PID", 5), "Zo\xc3\xab");
  EXPECT_EQ(field(kHead + "\rPID|1||x||O\x92" "Dowd\r", "PID", 5), "O\xe2\x80\x99" "Dowd");
}

TEST(Hl7, EverythingHasALimit) {
  EXPECT_TRUE(has(shape(kHead + "\r" + std::string("PID") + std::string(600, '|')), "E-LIMIT: PID"));
  std::string many = kHead;
  for (int n = 0; n < 10'001; ++n) many += "\rNTE|1";
  EXPECT_TRUE(has(shape(many), "E-LIMIT"));
  EXPECT_TRUE(has(shape(kHead + "\rNTE|" + std::string(hl7::kMessageBytesMax, 'x')), "E-LIMIT"));
}

TEST(Hl7, WhateverTheBytesAreNothingFalls) {
  std::uint64_t seed = 20260714;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  const Ward ward;
  const std::string whole = sample("every-field.hl7");
  for (int round = 0; round < 3'000; ++round) {
    std::string text = whole.substr(0, 200 + seed % 1'500);
    for (int change = 0; change < 12; ++change) {
      seed = seed * 6364136223846793005ull + 1442695040888963407ull;
      text[(seed >> 20) % text.size()] = "|^~\\&\r\n\x0b\x1c\"\0MSHPIDZ\xff"[(seed >> 50) % 18];
    }
    for (sdk::Input& input : ward.source().read(round % 2 == 0 ? kFrameName : "f.hl7", text)) {
      struct None final : sdk::Kept {
        Result<std::optional<Bytes>> state(std::string_view) override { return std::optional<Bytes>{}; }
      } none;
      if (!input.failure) {
        EXPECT_TRUE(ward.source().follow(input, none, kNoon));
      }
    }
  }
}

}  // namespace
}  // namespace concordat::health::testing
