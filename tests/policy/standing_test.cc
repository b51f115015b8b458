// When agreements are in force, what is said of their dates, and which may be adopted.
#include "policy/agreement/standing.h"

#include <gtest/gtest.h>

#include "policy/agreement/register.h"
#include "tests/policy/world.h"

namespace concordat::policy {
namespace {

using namespace world;
using std::chrono::year;

/// Noon of a day.
Instant on(int y, unsigned month, unsigned day) { return first_moment(year(y) / month / day) + std::chrono::hours(12); }

class StandingTest : public testing::Test {
 protected:
  std::string said(Instant now) {
    std::string text;
    for (const Notice& notice : set_->notices(now)) text += in_words(notice) + (notice.due() ? " (due)\n" : "\n");
    return text;
  }
  directory::Directory directory_ = cheshire_east();
  std::shared_ptr<const InForce> set_ = marac(directory_);
  const Agreement& agreement_ = set_->agreements()[0].agreement;
};

TEST_F(StandingTest, FromTheFirstMomentToTheLastOfLondonsDays) {
  const Instant first = first_moment(year(2026) / 4 / 1), after = first_moment(year(2027) / 7 / 1);
  EXPECT_EQ(standing(agreement_, first - Milliseconds(1)), Standing::NotYet);
  EXPECT_EQ(standing(agreement_, first), Standing::InForce);
  EXPECT_EQ(standing(agreement_, after - Milliseconds(1)), Standing::InForce);
  EXPECT_EQ(standing(agreement_, after), Standing::Ended);
  EXPECT_EQ(standing_in_words(agreement_, first - Milliseconds(1)), "not in force before 2026-04-01");
  EXPECT_EQ(standing_in_words(agreement_, first), "in force until 2027-06-30, review by 2027-03-31");
  EXPECT_EQ(standing_in_words(agreement_, on(2027, 4, 1)), "in force until 2027-06-30, its review was due by 2027-03-31");
  EXPECT_EQ(standing_in_words(agreement_, after), "ended on 2027-06-30");
}

TEST_F(StandingTest, NoticesComeThirtySevenAndOneDayAheadAndEveryDayAfter) {
  EXPECT_EQ(said(on(2026, 7, 14)), "");
  EXPECT_EQ(said(on(2027, 3, 1)), "cheshire-east/marac: its review is due in 30 days, on 2027-03-31 (due)\n");
  EXPECT_EQ(said(on(2027, 3, 2)), "cheshire-east/marac: its review is due in 29 days, on 2027-03-31\n");
  EXPECT_EQ(said(on(2027, 3, 24)), "cheshire-east/marac: its review is due in 7 days, on 2027-03-31 (due)\n");
  EXPECT_EQ(said(on(2027, 3, 30)), "cheshire-east/marac: its review is due in 1 day, on 2027-03-31 (due)\n");
  EXPECT_EQ(said(on(2027, 3, 31)), "cheshire-east/marac: its review is due today, on 2027-03-31 (due)\n");
  EXPECT_EQ(said(on(2027, 4, 9)), "cheshire-east/marac: its review was due, on 2027-03-31; it is still in force (due)\n");
  EXPECT_EQ(said(on(2027, 6, 23)),
            "cheshire-east/marac: its review was due, on 2027-03-31; it is still in force (due)\n"
            "cheshire-east/marac ends in 7 days, on 2027-06-30: after that day nothing is released under it (due)\n");
  EXPECT_EQ(said(on(2027, 7, 5)),
            "cheshire-east/marac has ended, on 2027-06-30: nothing is released under it; adopt its next version (due)\n");
  EXPECT_EQ(said(on(2026, 3, 31)),
            "cheshire-east/marac begins in 1 day, on 2026-04-01: until then nothing is released under it (due)\n");
}

TEST_F(StandingTest, TheDayTurnsAtMidnightInLondon) {
  const Instant turn = first_moment(year(2027) / 6 / 30);
  EXPECT_EQ(set_->notices(turn).at(1).days, 0);
  EXPECT_EQ(set_->notices(turn - Milliseconds(1)).at(1).days, 1);
}

TEST_F(StandingTest, WhatWasDecidedBeforeABeginningOrAnEndIsNotTheSameAfterIt) {
  const Instant first = first_moment(year(2026) / 4 / 1), after = first_moment(year(2027) / 7 / 1);
  EXPECT_TRUE(set_->same_between(first, after - Milliseconds(1)));
  EXPECT_FALSE(set_->same_between(first, after));
  EXPECT_FALSE(set_->same_between(first - Milliseconds(1), first));
  EXPECT_TRUE(set_->same_between(after, after + std::chrono::hours(10'000)));
}

TEST_F(StandingTest, OnlyWhatIsInForceMayBeAdopted) {
  EXPECT_TRUE(adoptable(agreement_, on(2026, 7, 14)));
  EXPECT_EQ(adoptable(agreement_, on(2026, 3, 31)).error().detail,
            "test.yaml:1:1: cheshire-east/marac v1 is not in force before 2026-04-01, and adopting it would end the version "
            "before it now; adopt it on that day");
  EXPECT_EQ(adoptable(agreement_, on(2027, 7, 1)).error().detail,
            "test.yaml:1:1: cheshire-east/marac v1 ended on 2027-06-30; write a later `until`, and have the new version "
            "signed");
}

// ---- the register -----------------------------------------------------------------------------------------------------

TEST_F(StandingTest, TheRegisterIsGreenWhileEverySignatureIsThereAndNothingIsDueWithinSixtyDays) {
  const RegisterRow row = register_row(agreement_, 7, {}, on(2026, 7, 14));
  EXPECT_EQ(row.rag, Rag::Green);
  EXPECT_TRUE(row.why.empty());
  EXPECT_EQ(register_row(agreement_, 7, {}, on(2027, 1, 29)).rag, Rag::Green) << "61 days before";
  const RegisterRow soon = register_row(agreement_, 7, {}, on(2027, 1, 30));
  EXPECT_EQ(soon.rag, Rag::Amber);
  EXPECT_EQ(soon.why, std::vector<std::string>{"its review is due in 60 days (2027-03-31)"});
}

TEST_F(StandingTest, TheRegisterIsRedForAMissingSignatureAnOverdueReviewAndAnEnd) {
  const RegisterRow unsigned_row = register_row(agreement_, 6, {"the chief officer of cheshire-constabulary"}, on(2026, 7, 14));
  EXPECT_EQ(unsigned_row.rag, Rag::Red);
  EXPECT_EQ(unsigned_row.why.front(), "1 signature is missing");
  const RegisterRow overdue = register_row(agreement_, 7, {}, on(2027, 4, 1));
  EXPECT_EQ(overdue.rag, Rag::Red);
  EXPECT_EQ(overdue.why.front(), "its review was due 1 day ago (2027-03-31)");
  EXPECT_EQ(register_row(agreement_, 7, {}, on(2027, 7, 1)).why, std::vector<std::string>{"ended on 2027-06-30"});
  EXPECT_EQ(register_row(agreement_, 7, {}, on(2026, 3, 1)).rag, Rag::Amber) << "not begun";
}

TEST_F(StandingTest, TheRegisterListsTheWorstFirstAndThenWhatIsDueFirst) {
  std::vector<RegisterRow> rows{register_row(agreement_, 7, {}, on(2026, 7, 14)), register_row(agreement_, 7, {}, on(2027, 3, 1)),
                                register_row(agreement_, 6, {"x"}, on(2026, 7, 14))};
  rows[1].agreement = "cheshire-east/b";
  sort_register(rows);
  EXPECT_EQ(rows[0].rag, Rag::Red);
  EXPECT_EQ(rows[1].rag, Rag::Amber);
  EXPECT_EQ(rows[2].rag, Rag::Green);
}

}  // namespace
}  // namespace concordat::policy
