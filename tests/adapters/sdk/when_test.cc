// Dates and times: what is accepted, what is refused, and London's two odd hours.
#include <gtest/gtest.h>

#include "adapters/sdk/read/when.h"

namespace concordat::read {
namespace {

std::string date(const char* text) {
  const auto parsed = parse_date(text);
  return parsed ? to_text(*parsed) : "refused";
}
std::string moment(const char* text) {
  const auto parsed = parse_moment(text);
  if (!parsed) return "refused";
  return concordat::to_text(parsed->at) + (parsed->date_only ? " date" : "") + (parsed->zone_assumed ? " assumed" : "") +
         (parsed->ambiguous ? " ambiguous" : "");
}

TEST(When, DatesInTheirManyWritingsAreOneDate) {
  for (const char* text : {"1991-02-28", "19910228", "28/02/1991", "28/2/1991", "28-02-1991", "28.02.1991", "28 Feb 1991", "28-FEB-1991", " 28 february 1991 "}) {
    EXPECT_EQ(date(text), "1991-02-28") << text;
  }
}

TEST(When, ADateThatIsNoneIsRefused) {
  for (const char* text : {"31/02/1991", "1991-13-01", "00/01/1991", "29/02/1991", "28/02/91", "tomorrow", "", "1991-2-", "02/28/1991", "1700-01-01", "-1991-01-01"}) {
    EXPECT_EQ(date(text), "refused") << text;
  }
  EXPECT_EQ(date("29/02/1992"), "1992-02-29");
}

TEST(When, APartialDateStaysPartial) {
  EXPECT_EQ(date("1991"), "1991");
  EXPECT_EQ(date("1991-02"), "1991-02");
  EXPECT_EQ(date("02/1991"), "1991-02");
}

TEST(When, ATimeWithoutAZoneIsLondons) {
  EXPECT_EQ(moment("2026-07-14 02:41"), "2026-07-14T01:41:00.000Z assumed");
  EXPECT_EQ(moment("2026-01-14T02:41:09.5"), "2026-01-14T02:41:09.500Z assumed");
  EXPECT_EQ(moment("14/07/2026 02:41"), "2026-07-14T01:41:00.000Z assumed");
}

TEST(When, AGivenZoneIsTaken) {
  EXPECT_EQ(moment("2026-07-14T02:41:00Z"), "2026-07-14T02:41:00.000Z");
  EXPECT_EQ(moment("2026-07-14T02:41:00+0100"), "2026-07-14T01:41:00.000Z");
  EXPECT_EQ(moment("2006-05-04T09:00:00.0000000-00:00"), "2006-05-04T09:00:00.000Z");
  EXPECT_EQ(moment("2026-07-14T02:41:00+25:00"), "refused");
}

TEST(When, ADateStaysADate) { EXPECT_EQ(moment("2026-07-14"), "2026-07-13T23:00:00.000Z date assumed"); }

TEST(When, TheHourThatOccursTwiceIsFlaggedAndTheEarlierTaken) {
  EXPECT_EQ(moment("2026-10-25 01:30"), "2026-10-25T00:30:00.000Z assumed ambiguous");
  EXPECT_EQ(moment("2026-10-25 02:30"), "2026-10-25T02:30:00.000Z assumed");
}

TEST(When, TheHourThatDoesNotOccurIsRefused) {
  EXPECT_EQ(moment("2026-03-29 01:30"), "refused");
  EXPECT_EQ(moment("2026-03-29 02:30"), "2026-03-29T01:30:00.000Z assumed");
}

TEST(When, ATimeThatIsNoneIsRefused) {
  for (const char* text : {"2026-07-14 24:00", "2026-07-14 2:41", "2026-07-14 02:60", "1991-02 10:00", "02:41", "2026-07-14 02:41:61", "2026-07-14 02:41 BST"}) {
    EXPECT_EQ(moment(text), "refused") << text;
  }
}

TEST(When, LondonsDayIsNotAlwaysThatOfUtc) {
  EXPECT_EQ(to_text(london_day(instant_of(1'783'984'000'000))), "2026-07-14");  // 23:06:40 UTC on the 13th
}

}  // namespace
}  // namespace concordat::read
