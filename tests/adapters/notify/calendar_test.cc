// Working days, bank holidays, summer time, safe hours as people write them.
#include "tests/adapters/notify/fixture.h"

namespace concordat::notify {
namespace {

std::string due(const std::string& from, std::uint32_t days = 1) {
  static const Calendar calendar = *load_calendar(kTablesFolder);
  return london(calendar.deadline(at(from), {days, text::Duration::Unit::WorkingDays}));
}

TEST(Calendar, AWorkingDayEndsAtFiveOnTheNextDayThatIsOne) {
  EXPECT_EQ(due("2026-07-14 10:15"), "2026-07-15T17:00");
  EXPECT_EQ(due("2026-07-14 23:59"), "2026-07-15T17:00");
  EXPECT_EQ(due("2026-07-17 10:15"), "2026-07-20T17:00") << "over a weekend";
  EXPECT_EQ(due("2026-07-18 10:15"), "2026-07-20T17:00");
  EXPECT_EQ(due("2026-07-14 10:15", 5), "2026-07-21T17:00");
}

TEST(Calendar, BankHolidaysOfEnglandAndWalesAreNoWorkingDays) {
  EXPECT_EQ(due("2025-04-17 10:00"), "2025-04-22T17:00") << "Easter";
  EXPECT_EQ(due("2026-12-24 10:00"), "2026-12-29T17:00") << "Boxing Day is kept on the Monday";
  EXPECT_EQ(due("2026-12-24 10:00", 4), "2027-01-04T17:00");
  EXPECT_EQ(due("2027-12-24 18:00"), "2027-12-29T17:00");
  EXPECT_EQ(due("2026-03-16 10:00"), "2026-03-17T17:00") << "Saint Patrick's is not kept here";
}

TEST(Calendar, TheListNamesTheLineThatItCannotRead) {
  const auto read = Calendar::read("date,what\n2026-12-25,Christmas\n26/12/2026,Boxing Day\n");
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().detail.find("line 3"), std::string::npos) << read.error().detail;
  EXPECT_FALSE(Calendar::read("date,what\n"));
}

TEST(Calendar, SummerTimeBeginsAndEndsWhenItDoes) {
  EXPECT_EQ(to_text(at("2026-07-14 10:15")), "2026-07-14T09:15:00.000Z");
  EXPECT_EQ(to_text(at("2026-01-14 10:15")), "2026-01-14T10:15:00.000Z");
  EXPECT_EQ(to_text(at("2026-03-29 00:59")), "2026-03-29T00:59:00.000Z");
  EXPECT_EQ(to_text(at("2026-03-29 02:00")), "2026-03-29T01:00:00.000Z");
  EXPECT_EQ(to_text(at("2026-10-25 01:30")), "2026-10-25T00:30:00.000Z") << "twice: the earlier";
  EXPECT_EQ(to_text(at("2026-10-25 02:00")), "2026-10-25T02:00:00.000Z");
}

std::string window(const std::string& text) {
  const auto read = parse_safe_time(text);
  if (!read) return "unreadable";
  std::string days;
  for (int day = 0; day < 7; ++day) days += (read->days >> day & 1) != 0 ? std::string(1, "SMTWTFS"[day]) : "-";
  return days + " " + std::to_string(read->from) + "-" + std::to_string(read->until);
}

TEST(SafeTimes, AsPeopleWriteThem) {
  EXPECT_EQ(window("weekdays 10:00 to 14:00"), "-MTWTF- 600-840");
  EXPECT_EQ(window("Mon-Thu 09:00-12:30"), "-MTWT-- 540-750");
  EXPECT_EQ(window("Monday to Friday 9am to 5pm"), "-MTWTF- 540-1020");
  EXPECT_EQ(window("Mondays and Wednesdays 9.30 am - 11 am"), "-M-W--- 570-660");
  EXPECT_EQ(window("any day after 18:00"), "SMTWTFS 1080-1440");
  EXPECT_EQ(window("weekends before noon"), "S-----S 0-720");
  EXPECT_EQ(window("10:00 to 14:00"), "SMTWTFS 600-840");
  EXPECT_EQ(window("Tuesdays"), "--T---- 0-1440");
  EXPECT_EQ(window("daily 22:00 to 02:00"), "SMTWTFS 1320-120");
}

TEST(SafeTimes, WhatIsNotClearIsLeftToAPerson) {
  for (const char* text : {"", "mornings", "not Tuesdays", "weekdays 10 to 14", "weekdays 10:00 to 25:00", "weekdays except Monday 10:00 to 12:00", "school hours", "10:00 to 10:00",
                           "between 10am and 2pm", "weekdays 10:00 to 12:00 or 14:00 to 16:00"}) {
    EXPECT_EQ(window(text), "unreadable") << text;
  }
}

TEST(SafeTimes, TheNextSafeMomentIsInsideAWindowAndOutsideQuietHours) {
  const std::vector<Window> weekdays = {*parse_safe_time("weekdays 07:00 to 09:00")};
  const Window quiet{0x7f, 21 * 60, 8 * 60};
  EXPECT_EQ(london(next_safe(at("2026-07-14 06:00"), weekdays, nullptr)), "2026-07-14T07:00");
  EXPECT_EQ(london(next_safe(at("2026-07-14 06:00"), weekdays, &quiet)), "2026-07-14T08:00");
  EXPECT_EQ(london(next_safe(at("2026-07-14 08:58"), weekdays, &quiet)), "2026-07-15T08:00") << "it would arrive after nine";
  EXPECT_EQ(london(next_safe(at("2026-07-17 12:00"), weekdays, &quiet)), "2026-07-20T08:00");
  EXPECT_EQ(london(next_safe(at("2026-07-14 03:00"), {}, &quiet)), "2026-07-14T08:00");
  EXPECT_EQ(next_safe(at("2026-07-14 12:00"), {*parse_safe_time("daily 22:00 to 23:00")}, &quiet), Instant{}) << "never";
}

}  // namespace
}  // namespace concordat::notify
