// Reading CSV, JSON, XML and areas: lines are right, nothing is swallowed, what is broken is named.
#include <gtest/gtest.h>

#include "adapters/sdk/read/areas.h"
#include "adapters/sdk/read/csv.h"
#include "adapters/sdk/read/json.h"
#include "adapters/sdk/read/record.h"
#include "adapters/sdk/read/xml.h"

namespace concordat::read {
namespace {

/// "2: a=1 b=2 | 3: a=3"
std::string shown(const Records& records) {
  std::string out;
  for (const Record& record : records.records) {
    if (!out.empty()) out += " | ";
    out += std::to_string(record.line) + ":";
    for (const Cell& cell : record.cells) out += " " + cell.name + "=" + cell.value;
  }
  for (const Unreadable& each : records.unreadable) out += " ! " + std::to_string(each.line) + " " + each.field + " " + std::string(each.error.code.name);
  return out;
}

TEST(Csv, RecordsKnowTheirLinesAfterNewlinesInQuotes) {
  const auto records = read_csv("\xef\xbb\xbf" "a,b\r\n1,\"two\r\nlines\"\r\n\r\n3,\"say \"\"so\"\"\"\n");
  ASSERT_TRUE(records);
  EXPECT_EQ(shown(*records), "2: a=1 b=two\r\nlines | 5: a=3 b=say \"so\"");
  EXPECT_EQ(records->records[0].raw, "1,\"two\r\nlines\"");
}

TEST(Csv, ALastLineWithoutItsEndCounts) { EXPECT_EQ(shown(*read_csv("a\n1\n2")), "2: a=1 | 3: a=2"); }

TEST(Csv, ARowOfAnotherWidthIsUnreadableAndTheNextIsNot) {
  EXPECT_EQ(shown(*read_csv("a,b\n1\n1,2\n1,2,3\n")), "3: a=1 b=2 ! 2 columns E-INPUT ! 4 columns E-INPUT");
}

TEST(Csv, BrokenQuotingIsNamedAndCostsNoOtherRow) {
  const auto records = read_csv("a,b\n1,2\n3,\"x\"y\n5,6\n");
  ASSERT_TRUE(records);
  EXPECT_EQ(shown(*records), "2: a=1 b=2 | 4: a=5 b=6 ! 3 quotes E-INPUT");
  EXPECT_EQ(records->unreadable[0].raw, "3,\"x\"y");
  EXPECT_EQ(shown(*read_csv("a,b\n1,\"open\n3,4\n")), "3: a=3 b=4 ! 2 quotes E-INPUT");
  EXPECT_EQ(shown(*read_csv("a,b\n1,O\"Neil\n3,4\n")), "3: a=3 b=4 ! 2 quotes E-INPUT");
  EXPECT_EQ(shown(*read_csv("a,b,c\n1,\"open,3\n4,5,\"six\"\n7,8,9\n")), "3: a=4 b=5 c=six | 4: a=7 b=8 c=9 ! 2 quotes E-INPUT") << "closed by another row's quote";
}

TEST(Csv, ARowThatMayHaveSwallowedOthersBreaksWithTheOneAfterIt) {
  const std::string before = "a,b\n0,zero\n1,\"open\n2,two\n3,\"\n";
  const std::string after = "4,four\n";
  EXPECT_EQ(shown(*read_csv(before + "begins with a new line\"\n" + after)), "2: a=0 b=zero | 4: a=2 b=two | 5: a=3 b=begins with a new line | 7: a=4 b=four ! 3 quotes E-INPUT");
  EXPECT_EQ(shown(*read_csv(before + "begins\nwith two\"\n" + after)), "2: a=0 b=zero | 4: a=2 b=two | 5: a=3 b=begins\nwith two | 8: a=4 b=four ! 3 quotes E-INPUT")
      << "and with lines between that fit no row";
  EXPECT_EQ(shown(*read_csv("a,b\n1,\"two\nlines\"\n2,two\n3,O\"Neil\n")), "2: a=1 b=two\nlines | 4: a=2 b=two ! 5 quotes E-INPUT")
      << "a good row between shows that it swallowed nothing";
}

TEST(Csv, AHeaderThatBreaksIsNotReplacedByARow) { EXPECT_FALSE(read_csv("a,\"b\n1,2\n3,4\n")); }

TEST(Csv, WhatBreaksTooOftenIsLeftToAPersonWhole) {
  std::string text = "a,b\n";
  for (int n = 0; n < 300; ++n) text += "1,x\"y\n";
  const auto records = read_csv(text + "1,2\n");
  ASSERT_TRUE(records);
  EXPECT_TRUE(records->records.empty());
  EXPECT_EQ(records->unreadable.size(), 201u);
  EXPECT_NE(records->unreadable.back().error.detail.find("nothing after"), std::string::npos);
}

TEST(Csv, LinesMayEndInCarriageReturnsAlone) { EXPECT_EQ(shown(*read_csv("a,b\r1,2\r3\r5,6\r")), "2: a=1 b=2 | 4: a=5 b=6 ! 3 columns E-INPUT"); }

TEST(Csv, AColumnStandsOnceAndHasAName) {
  EXPECT_FALSE(read_csv("a,a\n1,2\n"));
  EXPECT_FALSE(read_csv("a,\n1,2\n"));
  EXPECT_FALSE(read_csv(""));
  EXPECT_TRUE(read_csv("a,b\n"));
}

TEST(Json, RecordsComeFromAnArrayAnObjectOrOneALine) {
  EXPECT_EQ(shown(*read_json("[\n{\"a\":1},\n{\"a\":\"]}\"}]")), "2: a=1 | 3: a=]}");
  EXPECT_EQ(shown(*read_json("{\"a\":{\"b\":[1,{\"c\":true}],\"n\":null,\"e\":\" \"}}")), "1: a.b[0]=1 a.b[1].c=true");
  EXPECT_EQ(shown(*read_json("{\"a\":1}\n\n{\"a\":2}\n")), "1: a=1 | 3: a=2");
}

TEST(Json, ABadRecordDoesNotTakeItsNeighboursWithIt) {
  EXPECT_EQ(shown(*read_json("[{\"a\":1},\n{\"a\":},\n{\"a\":3}]")), "1: a=1 | 3: a=3 ! 2 record E-INPUT");
  EXPECT_EQ(shown(*read_json("[{\"a\":1},7]")), "1: a=1 ! 1 record E-INPUT");
}

TEST(Json, WhatFollowsAnArrayIsReadToo) {
  EXPECT_EQ(shown(*read_json("[{\"a\":1}] {\"a\":2}\n[{\"a\":3}]")), "1: a=1 | 1: a=2 | 2: a=3");
  EXPECT_EQ(shown(*read_json("[{\"a\":1}]]")), "1: a=1 ! 1 record E-INPUT");
  EXPECT_EQ(shown(*read_json("[{\"a\":1},\n{\"a\":2}\n")), "1: a=1 | 2: a=2 ! 1 record E-INPUT") << "cut off: there may have been more";
}

TEST(Json, ALineThatBreaksEndsWithItsLine) {
  EXPECT_EQ(shown(*read_json("{\"a\":1\n{\"a\":2}\n{\"a\":\"x}\n{\"a\":4}\n")), "2: a=2 | 4: a=4 ! 1 record E-INPUT ! 3 record E-INPUT");
  EXPECT_EQ(shown(*read_json("[\n  {\"a\":1,\n  {\"a\":2,\n    \"k\":[\n      {\"b\":3}]}\n]")), "3: a=2 k[0].b=3 ! 2 record E-INPUT")
      << "not at what is deeper in";
  EXPECT_EQ(shown(*read_json("{\"a\":[\n{\"b\":1},\n{\"b\":2}]}")), "1: a[0].b=1 a[1].b=2") << "what parses is whole, however it is laid out";
}

TEST(Json, ANameStandsOnceInAnObject) {
  EXPECT_FALSE(parse_json("{\"a\":1,\"a\":2}"));
  EXPECT_TRUE(parse_json("{\"a\":1,\"b\":{\"a\":2}}"));
}

TEST(Json, RecordsAreBoundedAndTheRestIsOneEntry) {
  const auto records = read_json("[{\"a\":1}" + std::string(400'000, ','));
  EXPECT_EQ(records->unreadable.size(), 1u) << "within an array commas are nothing";
  const auto commas = read_json(std::string(400'000, ','));
  ASSERT_TRUE(commas);
  EXPECT_EQ(commas->unreadable.size(), 200'001u);
  EXPECT_NE(commas->unreadable.back().error.detail.find("more records"), std::string::npos) << commas->unreadable.back().error.detail;
  EXPECT_EQ(commas->unreadable.back().raw.size(), 200'000u);
}

TEST(Json, EveryValueKnowsItsLine) {
  const auto json = parse_json("{\n\"a\": 1,\n\"b\": [\ntrue,\n{\"c\":\n\"x\"}\n],\n\"d\": null}");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->line(), 1u);
  EXPECT_EQ(json->member("a")->line(), 2u) << "a number's own line, and not that of the byte after it";
  EXPECT_EQ(json->member("b")->line(), 3u);
  EXPECT_EQ(json->member("b")->elements()[0].second.line(), 4u);
  EXPECT_EQ(json->member("b")->elements()[1].second.member("c")->line(), 6u);
  EXPECT_EQ(json->member("d")->line(), 8u);
}

TEST(Json, WhereItBreaksIsSaid) {
  EXPECT_EQ(parse_json("{\n\"a\":\n}").error().detail, "JSON: it breaks at byte 8, in its line 3");
  EXPECT_EQ(parse_json("{\"a\":}").error().detail, "JSON: it breaks at byte 6");
}

TEST(Json, NestingIsBounded) {
  EXPECT_TRUE(parse_json(std::string(32, '[') + std::string(32, ']')));
  EXPECT_FALSE(parse_json(std::string(33, '[') + std::string(33, ']')));
}

TEST(Json, WhatIsWrittenIsReadBack) {
  Json object = Json::object();
  object.set("text", Json::text("é\"\n"));
  object.set("list", Json::array().add(Json::number(-3)));
  object.object_at("inner").set("yes", Json::boolean(true));
  const std::string text = to_text(object);
  EXPECT_EQ(text, "{\"text\":\"é\\\"\\n\",\"list\":[-3],\"inner\":{\"yes\":true}}");
  EXPECT_EQ(to_text(*parse_json(text)), text);
  EXPECT_EQ(to_text(Json::text("\xff")), "\"\xef\xbf\xbd\"");
}

TEST(Json, SettingGivesBackTheObjectAndAddingTheArray) {
  const Json value = Json::object().set("a", Json::number(1)).set("b", Json::array().add(Json::number(2)).add(Json::object())).set("a", Json::number(3));
  EXPECT_EQ(to_text(value), "{\"a\":3,\"b\":[2,{}]}");
}

TEST(Xml, PrefixesAndCommentsAreNotSeenAndLinesAre) {
  const auto xml = parse_xml("<?xml version=\"1.0\"?>\n<p:A xmlns:p='x'>\n <p:B> t&amp;u </p:B><!-- <p:B>no</p:B> -->\n <C/>\n</p:A>");
  ASSERT_TRUE(xml) << describe(xml.error());
  EXPECT_EQ(xml->name, "A");
  EXPECT_EQ(xml->text_at("B"), "t&u");
  EXPECT_EQ(xml->all("B").size(), 1u);
  EXPECT_EQ(xml->child("C")->line, 4u);
}

TEST(Xml, WhatIsNoXmlIsNamed) {
  EXPECT_FALSE(parse_xml("malformed"));
  EXPECT_FALSE(parse_xml("<a><b></a>"));
  EXPECT_FALSE(parse_xml(""));
}

TEST(Xml, ADocumentTypeIsRefusedAndWithItWhateverItDefines) {
  EXPECT_FALSE(parse_xml("<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>"));
  EXPECT_FALSE(parse_xml("<!DOCTYPE a><a/>"));
  EXPECT_TRUE(parse_xml("<a>&amp;&#65;</a>"));
}

TEST(Xml, DepthIsBounded) {
  std::string deep;
  for (int n = 0; n < 60; ++n) deep += "<a>";
  for (int n = 0; n < 60; ++n) deep += "</a>";
  EXPECT_FALSE(parse_xml(deep));
}

TEST(Areas, TheLongestKeyDecidesAndBordersAreUnknown) {
  const auto areas = Areas::parse("postcode,area,sub_area\nCW1,E06000049,\nCW1 2,E06000049,Crewe East\nCW1 2AB,E06000050,\nCW2,E06000049,\nCW2,E06000050,\n");
  ASSERT_TRUE(areas) << describe(areas.error());
  EXPECT_EQ(areas->of("cw1 3xx")->gss, "E06000049");
  EXPECT_EQ(areas->of("CW12ZZ")->sub_area, "Crewe East");
  EXPECT_EQ(areas->of("CW12AB")->gss, "E06000050");
  EXPECT_FALSE(areas->of("CW2 1AA")) << "the district lies in two areas";
  EXPECT_FALSE(areas->of("SK9 1AA")) << "not listed";
  EXPECT_FALSE(areas->of("CW12 3AB")) << "district CW12 is not sector CW1 2";
  EXPECT_FALSE(areas->of("nonsense"));
}

TEST(Areas, ABadLineIsNamed) {
  const auto areas = Areas::parse("postcode,area\nCW1,E06000049\nCW1,Cheshire\n");
  ASSERT_FALSE(areas);
  EXPECT_NE(areas.error().detail.find("line 3"), std::string::npos);
}

}  // namespace
}  // namespace concordat::read
