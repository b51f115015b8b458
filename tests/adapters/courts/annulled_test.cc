// What a later hearing of the Common Platform takes back of earlier ones, and when that is given back.
#include "tests/adapters/courts/courts.h"

namespace concordat::courts::testing {
namespace {

std::string of_day(const std::string& day) { return R"({"sittingDay":")" + day + R"(T09:00:00Z"})"; }
std::string on(const std::string& day, const std::string& result) { return replaced(result, "2026-07-14", day); }
std::string with(const std::string& results, const Shared& as = {}) { return hearing(defendant("d1", offence(1, results)), as); }

const std::string kSentenced = with(result("r1", "1002", "Imprisonment"));
const std::string kDay = "2026-08-20", kNextDay = "2026-08-21";
const std::string kQuash = result("r2", "2100", "Conviction quashed"), kDismiss = result("r3", "3045", "Appeal dismissed");
const Shared kAppeal{.id = "h2", .day = kDay, .at = kDay + "T10:00:00Z", .days = of_day(kDay)};
const Shared kAppealAgain{.id = "h2", .day = kDay, .at = kDay + "T12:00:00Z", .days = of_day(kDay), .reshare = true};

TEST(Annulled, WhatALaterHearingOfThePlatformQuashesIsReversed) {
  Courts courts;
  courts.take(hearing(defendant("d1", offence(1, result("r1", "1002", "Imprisonment")))));
  const std::string quashed = hearing(defendant("d1", offence(1, replaced(result("r2", "", "Conviction quashed"), "2026-07-14", "2026-08-20"))),
                                      {.id = "h2", .day = "2026-08-20", .at = "2026-08-20T10:00:00Z", .days = R"({"sittingDay":"2026-08-20T09:00:00Z"})"});
  EXPECT_EQ(courts.take(quashed, "f.json", instant_of(kNow + 40LL * 86'400'000)), "h2/d1@c1/appeal #1 | h1/d1@c1/imprisoned #1 reversed");
  EXPECT_EQ(courts.take("", "DELETE /hearing/h2/delete"), "h2/d1@c1/appeal #1 reversed | h1/d1@c1/imprisoned #1") << "it was never decided";
}

TEST(Annulled, AnApplicationThatIsDismissedAcquitsNobody) {
  Courts courts;
  EXPECT_EQ(courts.take(hearing(defendant("d1", offence(1, result("r1", "1002", "Imprisonment"))))), "h1/d1@c1/imprisoned #1");
  const std::string application = R"(,"courtApplications":[{"type":{"type":"Application to vary"},"subject":{"masterDefendant":{"masterDefendantId":"md1","defendantCase":[{"defendantId":"d1","caseId":"c1"}],"personDefendant":{"personDetails":{"lastName":"Price"}}}},"courtApplicationCases":[{"prosecutionCaseId":"c1","offences":[{"id":"o1","offenceCode":"CJ88116","orderIndex":1}]}],"judicialResults":[)" +
                                  result("r9", "2006", "Dismissed") + "]}]";
  EXPECT_EQ(courts.take(hearing("", {.id = "h2", .more = application})), "h2/d1@c1/dismissed #1") << "nothing that was told is taken back";
}

TEST(Annulled, WhatADayOfAHearingTookBackThatDayAloneGivesBack) {
  const std::string days = of_day(kDay) + "," + of_day(kNextDay);
  const Shared one{.id = "h2", .day = kDay, .at = kDay + "T10:00:00Z", .days = days}, other{.id = "h2", .day = kNextDay, .at = kNextDay + "T10:00:00Z", .days = days};
  const std::string again = "2026-08-22T09:00:00Z", appeal = "h2@2026-08-21/d1@c1/appeal #1";
  Courts courts;
  courts.take(kSentenced);
  EXPECT_EQ(courts.take(with("", one)), "");
  EXPECT_EQ(courts.take(with(on(kNextDay, kQuash), other)), appeal + " | h1/d1@c1/imprisoned #1 reversed");
  EXPECT_EQ(courts.take(with("", {.id = "h2", .day = kDay, .at = again, .days = days, .reshare = true})), "") << "the first day decided nothing, and says so again";
  EXPECT_EQ(courts.take(with(on(kNextDay, kDismiss), {.id = "h2", .day = kNextDay, .at = again, .days = days, .reshare = true})), appeal + " | h1/d1@c1/imprisoned #1");
  Courts deleted;
  deleted.take(kSentenced);
  deleted.take(with("", one));
  deleted.take(with(on(kNextDay, kQuash), other));
  EXPECT_EQ(deleted.take("", "DELETE /hearing/h2/delete"), appeal + " reversed | h1/d1@c1/imprisoned #1") << "with the hearing each of its days is gone";
}

TEST(Annulled, ADefendantWhoIsGoneFromTheHearingThatQuashedHasBackWhatItTook) {
  Courts courts;
  courts.take(kSentenced);
  EXPECT_EQ(courts.take(with(on(kDay, kQuash), kAppeal)), "h2/d1@c1/appeal #1 | h1/d1@c1/imprisoned #1 reversed");
  EXPECT_EQ(courts.take(hearing(defendant("d2", offence(2, "")), kAppealAgain)), "h2/d1@c1/appeal #1 reversed | h1/d1@c1/imprisoned #1");
  Courts other;
  other.take(kSentenced);
  other.take(hearing(defendant("d1", offence(1, on(kDay, kQuash))) + "," + defendant("d2", offence(2, "")), kAppeal));
  EXPECT_EQ(other.take(with(on(kDay, kQuash), kAppealAgain)), "") << "another's going gives him nothing back";
}

TEST(Annulled, OfTwoHearingsOfOneDayTheLaterSharedStands) {
  const std::string morning = with(result("r1", "1115", "Suspended sentence order"), {.at = "2026-07-14T11:00:00Z"});
  const std::string afternoon = with(result("r2", "1002", "Imprisonment"), {.id = "h2", .at = "2026-07-14T16:00:00Z"});
  Courts in_order;
  EXPECT_EQ(in_order.take(morning), "h1/d1@c1/suspended_sentence #1");
  EXPECT_EQ(in_order.take(afternoon), "h2/d1@c1/imprisoned #1 | h1/d1@c1/suspended_sentence #1 reversed");
  Courts reversed;
  EXPECT_EQ(reversed.take(afternoon), "h2/d1@c1/imprisoned #1");
  EXPECT_EQ(reversed.take(morning), "") << "it came late, and takes nothing back";
}

TEST(Annulled, WhatIsGivenBackSaysThatItsCaseIsOneOfAbuse) {
  const std::string known = replaced(hearing(defendant("d1", offence(2, "")), {.id = "h9", .at = {}}), "\"defendants\":", R"("caseMarkers":[{"markerTypeCode":"DV"}],"defendants":)");
  Courts courts(Environment::Live, true);
  courts.take(kSentenced);
  EXPECT_EQ(courts.take(with(on(kDay, kQuash), kAppeal)), "h2/d1@c1/appeal #1 | h1/d1@c1/imprisoned #1 reversed");
  EXPECT_EQ(courts.take(known, "POST /hearing/h9"), "h9/d1@c1/hearing | h2/d1@c1/appeal #1 abuse") << "what does not stand is not corrected";
  EXPECT_EQ(courts.take(with(on(kDay, kDismiss), kAppealAgain)), "h2/d1@c1/appeal #1 abuse | h1/d1@c1/imprisoned #1 abuse");
  Courts unknown(Environment::Live, true);
  unknown.take(kSentenced);
  unknown.take(with(on(kDay, kQuash), kAppeal));
  EXPECT_EQ(unknown.take(with(on(kDay, kDismiss), kAppealAgain)), "h2/d1@c1/appeal #1 | h1/d1@c1/imprisoned #1") << "and of no other";
}

}  // namespace
}  // namespace concordat::courts::testing
