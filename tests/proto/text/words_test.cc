// The nearest right word and lengths of time.
#include <gtest/gtest.h>

#include <array>

#include "proto/text/duration.h"
#include "proto/text/nearest.h"

namespace concordat::text {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 6> kWords{"date_of_birth", "home_address", "safe_contact",
                                                 "risk_answers",  "name",         "consent"};

TEST(Nearest, OneSlipOfTheFingerIsUnderstood) {
  EXPECT_EQ(nearest("risk_anwsers", kWords), "risk_answers");
  EXPECT_EQ(nearest("nmae", kWords), "name");
  EXPECT_EQ(nearest("date-of-birth", kWords), "date_of_birth");
  EXPECT_EQ(nearest("Consent", kWords), "consent");
  EXPECT_EQ(nearest("address", kWords), "home_address");
}

TEST(Nearest, AStrangeWordIsNotGuessed) {
  EXPECT_EQ(nearest("shoe_size", kWords), "");
  EXPECT_EQ(nearest("", kWords), "");
  EXPECT_EQ(suggest("shoe_size", kWords),
            "; right words: date_of_birth, home_address, safe_contact, risk_answers, name, consent");
  EXPECT_EQ(suggest("shoe_size", {}), "");
}

TEST(Nearest, DistanceCountsEditsAndSwaps) {
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", "abc"), 0U);
  EXPECT_EQ(edit_distance("abc", "acb"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance(std::string(500, 'a'), std::string(500, 'b')), 64U);
}

TEST(DurationText, WhatPeopleWriteIsRead) {
  EXPECT_EQ(parse_duration("15m")->length(), 15min);
  EXPECT_EQ(parse_duration("2h")->minutes(), 120U);
  EXPECT_EQ(parse_duration("90d")->days(), 90U);
  EXPECT_EQ(parse_duration("1y")->days(), 365U);
  EXPECT_EQ(parse_duration("12 months")->days(), 365U);
  EXPECT_EQ(parse_duration("6 months")->days(), 180U);
  EXPECT_EQ(parse_duration("500ms")->length(), 500ms);
  EXPECT_EQ(parse_duration("30s")->minutes(), 1U);
  EXPECT_EQ(parse_duration("15 minutes"), parse_duration("15m"));
  EXPECT_TRUE(parse_duration("1 working day")->working_days());
  EXPECT_EQ(parse_duration("2 working days")->count, 2U);
}

TEST(DurationText, WhatHasNoOneMeaningIsRefused) {
  for (const char* text : {"", "15", "m", "15 m", "15minutes", "015m", "-1h", "1.5h", "1 fortnight", "2  days", "101y",
                           "99999999999h", "1 working", "1 mins"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(DurationText, ToTextReadsBackAlike) {
  for (const char* text : {"15m", "2h", "90d", "1y", "12 months", "500ms", "30s", "1 working day", "2 working days"}) {
    const auto duration = *parse_duration(text);
    EXPECT_EQ(parse_duration(to_text(duration)), duration) << to_text(duration);
  }
  EXPECT_EQ(to_text(*parse_duration("1 working day")), "1 working day");
}

}  // namespace
}  // namespace concordat::text
