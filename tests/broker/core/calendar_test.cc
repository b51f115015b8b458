// Working time in the United Kingdom: hours, weekends, bank holidays and the two changes of the clocks.
#include <gtest/gtest.h>

#include "broker/core/calendar.h"

namespace concordat::broker {
namespace {

using std::chrono::sys_days;
using namespace std::chrono_literals;

Instant utc(int year, unsigned month, unsigned day, int hour, int minute = 0) {
  return Instant(sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day))) + std::chrono::hours(hour) +
         std::chrono::minutes(minute);
}

sys_days day(int year, unsigned month, unsigned number) { return std::chrono::floor<std::chrono::days>(utc(year, month, number, 0)); }

class CalendarTest : public ::testing::Test {
 protected:
  // Christmas and Boxing Day 2026 (Friday and the Saturday's substitute, Monday), and the summer holiday of 31 August.
  Calendar calendar = *london_calendar({day(2026, 8, 31), day(2026, 12, 25), day(2026, 12, 28)});
  std::string after(Instant from, std::uint32_t minutes) { return to_text(calendar.after_office_minutes(from, minutes)); }
  std::string working(Instant from, std::uint32_t days) { return to_text(calendar.after_working_days(from, days)); }
};

TEST_F(CalendarTest, WithinADayMinutesAreMinutes) {
  EXPECT_EQ(after(utc(2026, 1, 14, 9), 15), "2026-01-14T09:15:00.000Z");
  EXPECT_EQ(after(utc(2026, 1, 14, 16, 45), 15), "2026-01-14T17:00:00.000Z");
}

TEST_F(CalendarTest, InSummerTheOfficeOpensAnHourEarlierByTheSun) {
  EXPECT_EQ(after(utc(2026, 7, 14, 1, 10), 15), "2026-07-14T08:15:00.000Z");
  EXPECT_EQ(after(utc(2026, 7, 14, 15, 59), 2), "2026-07-15T08:01:00.000Z");
}

TEST_F(CalendarTest, NightCountsForNothing) {
  EXPECT_EQ(after(utc(2026, 1, 14, 3), 60), "2026-01-14T10:00:00.000Z");
  EXPECT_EQ(after(utc(2026, 1, 14, 17), 60), "2026-01-15T10:00:00.000Z");
}

TEST_F(CalendarTest, WhatIsLeftAtClosingIsLeftForTheMorning) {
  EXPECT_EQ(after(utc(2026, 1, 14, 16, 30), 60), "2026-01-15T09:30:00.000Z");
}

TEST_F(CalendarTest, AWeekendCountsForNothing) {
  EXPECT_EQ(after(utc(2026, 1, 16, 16, 30), 60), "2026-01-19T09:30:00.000Z");  // Friday
  EXPECT_EQ(after(utc(2026, 1, 17, 12), 15), "2026-01-19T09:15:00.000Z");      // Saturday
}

TEST_F(CalendarTest, ABankHolidayCountsForNothing) {
  EXPECT_EQ(after(utc(2026, 8, 28, 15, 30), 60), "2026-09-01T08:30:00.000Z");   // Friday before the Monday
  EXPECT_EQ(after(utc(2026, 12, 24, 16, 45), 30), "2026-12-29T09:15:00.000Z");  // four closed days
}

TEST_F(CalendarTest, TheClocksMayChangeOnTheWay) {
  EXPECT_EQ(after(utc(2026, 3, 27, 16, 30), 60), "2026-03-30T08:30:00.000Z");    // to summer time on the Sunday
  EXPECT_EQ(after(utc(2026, 10, 23, 15, 30), 60), "2026-10-26T09:30:00.000Z");  // and back
}

TEST_F(CalendarTest, ManyDaysAreEightHoursEach) {
  EXPECT_EQ(after(utc(2026, 1, 12, 9), 8 * 60 * 5), "2026-01-16T17:00:00.000Z");
  EXPECT_EQ(after(utc(2026, 1, 12, 9), 8 * 60 * 5 + 1), "2026-01-19T09:01:00.000Z");
}

TEST_F(CalendarTest, AWorkingDayEndsAtTheCloseOfTheNextOne) {
  EXPECT_EQ(working(utc(2026, 1, 14, 10), 1), "2026-01-15T17:00:00.000Z");
  EXPECT_EQ(working(utc(2026, 1, 16, 10), 1), "2026-01-19T17:00:00.000Z");    // Friday
  EXPECT_EQ(working(utc(2026, 1, 17, 10), 2), "2026-01-20T17:00:00.000Z");    // Saturday
  EXPECT_EQ(working(utc(2026, 12, 24, 10), 1), "2026-12-29T17:00:00.000Z");
}

TEST_F(CalendarTest, TheDayIsThatOfLondon) {
  // 23:30 UTC on a Monday in July is already Tuesday there.
  EXPECT_EQ(working(utc(2026, 7, 13, 23, 30), 1), "2026-07-15T16:00:00.000Z");
  EXPECT_EQ(working(utc(2026, 1, 12, 23, 30), 1), "2026-01-13T17:00:00.000Z");
}

TEST_F(CalendarTest, ALaterStartNeverEndsEarlier) {
  Instant before = utc(2000, 1, 1, 0);
  for (Instant from = utc(2026, 3, 20, 0); from < utc(2026, 4, 10, 0); from += 7min) {
    const Instant end = calendar.after_office_minutes(from, 95);
    EXPECT_GE(end, from + 95min);
    EXPECT_GE(end, before) << to_text(from);
    before = end;
  }
}

}  // namespace
}  // namespace concordat::broker
