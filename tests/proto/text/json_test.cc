// JSON as a plain tree: what is written reads back, order is kept, and what has two meanings is refused.
#include "proto/text/json.h"

#include <gtest/gtest.h>

namespace concordat::text {
namespace {

TEST(Json, IsWrittenInTheOrderOfSettingAndReadsBack) {
  const Json value = Json::object().set("b", Json::number(-3)).set("a", Json::array().add(Json::text("x\"\n")).add(Json())).set("c", Json::boolean(true));
  EXPECT_EQ(to_text(value), R"({"b":-3,"a":["x\"\n",null],"c":true})");
  EXPECT_EQ(to_text(*parse_json(to_text(value))), to_text(value));
}

TEST(Json, SettingAgainReplaces) {
  EXPECT_EQ(to_text(Json::object().set("a", Json::number(1)).set("a", Json::number(2))), R"({"a":2})");
}

TEST(Json, WithANameTwiceIsRefused) {
  ASSERT_FALSE(parse_json(R"({"a":1,"a":2})"));
  EXPECT_TRUE(parse_json(R"({"a":1,"b":{"a":2}})"));
}

TEST(Json, NestedTooDeepIsRefused) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse_json(nested(kJsonDepthMax)));
  EXPECT_FALSE(parse_json(nested(kJsonDepthMax + 1)));
}

TEST(Json, CutShortOrFollowedBySomethingIsRefused) {
  EXPECT_FALSE(parse_json("{\"a\":"));
  EXPECT_FALSE(parse_json("{} {}"));
  EXPECT_FALSE(parse_json(""));
}

TEST(Json, BytesThatAreNotUtf8BecomeTheReplacementCharacter) {
  EXPECT_EQ(to_text(Json::text("a\xff")), "\"a\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace concordat::text
