// What was told before: repeated it is no news, changed it is a correction, gone it is reversed; never in silence.
#include "tests/adapters/courts/courts.h"

namespace concordat::courts::testing {
namespace {

const std::string kOrder = "h1/d1@c1/protective_order_made/restraining #1";
std::string with(const std::string& results, const Shared& as = {}) { return hearing(defendant("d1", offence(1, results)), as); }
const Shared kAgain{.at = "2026-07-14T12:00:00Z", .reshare = true};

TEST(Told, AReshareOfTheSameTellsNothingNew) {
  Courts courts;
  EXPECT_EQ(courts.take(with(order())), kOrder);
  EXPECT_EQ(courts.take(with(order(), kAgain)), "");
  EXPECT_EQ(courts.take(with(order("r1", R"(,"isNewAmendment":false,"lastSharedDateTime":"2026-07-14")"), kAgain)), "");
}

TEST(Told, AReshareThatDropsAResultReversesItsOutcome) {
  Courts courts;
  courts.take(with(order() + "," + result("r2", "4028", "Remanded in custody", "INTERMEDIARY")));
  EXPECT_EQ(courts.take(with(result("r2", "4028", "Remanded in custody", "INTERMEDIARY"), kAgain)), kOrder + " reversed");
  EXPECT_EQ(courts.take(with(result("r2", "4028", "Remanded in custody", "INTERMEDIARY"), kAgain)), "") << "once";
  EXPECT_EQ(courts.take(with(order() + "," + result("r2", "4028", "Remanded in custody", "INTERMEDIARY"), {.at = "2026-07-14T13:00:00Z", .reshare = true})), kOrder) << "it stands again";
}

TEST(Told, AResultMarkedAsDeletedIsTheSameAsOneThatIsGone) {
  Courts courts;
  courts.take(with(order()));
  EXPECT_EQ(courts.take(with(order("r1", R"(,"isDeleted":true)"), kAgain)), kOrder + " reversed");
  Courts never;
  EXPECT_EQ(never.take(with(order("r1", R"(,"isDeleted":true)"))), "") << "it was never told";
}

TEST(Told, OneResultOfSeveralThatIsGoneCorrectsTheOutcome) {
  Courts courts;
  courts.take(hearing(defendant("d1", offence(1, order("r1")) + "," + offence(2, order("r2")))));
  EXPECT_EQ(courts.take(hearing(defendant("d1", offence(1, order("r1")) + "," + offence(2, "")), kAgain)), kOrder);
  EXPECT_EQ(courts.outcome().result_size(), 1);
}

TEST(Told, AnAmendedResultCorrectsItsOutcome) {
  Courts courts;
  courts.take(with(order("r1", R"(,"judicialResultPrompts":[{"label":"End date","type":"DATE","value":"01/01/2030"}])")));
  EXPECT_EQ(courts.take(with(order("r1", R"(,"amendmentDate":"2026-07-14","judicialResultPrompts":[{"label":"End date","type":"DATE","value":"01/01/2031"}])"), kAgain)), kOrder);
  EXPECT_EQ(courts.outcome().order().until().year(), 2031u);
  EXPECT_TRUE(courts.outcome().result(0).amended());
}

TEST(Told, AnotherOutcomeInItsPlaceReversesTheFirst) {
  Courts courts;
  courts.take(with(result("r1", "1002", "Imprisonment")));
  EXPECT_EQ(courts.take(with(result("r1", "1115", "Suspended sentence order - imprisonment"), kAgain)), "h1/d1@c1/suspended_sentence #1 | h1/d1@c1/imprisoned #1 reversed");
}

TEST(Told, ADefendantWhoIsGoneIsReversed) {
  Courts courts;
  courts.take(hearing(defendant("d1", offence(1, order("r1"))) + "," + defendant("d2", offence(1, order("r2")))));
  EXPECT_EQ(courts.take(hearing(defendant("d2", offence(1, order("r2"))), kAgain)), kOrder + " reversed");
}

TEST(Told, ADeletedHearingReversesAllThatWasToldOfIt) {
  Courts courts;
  courts.take(hearing(defendant("d1", offence(1, order("r1"))) + "," + defendant("d2", offence(1, order("r2")))));
  EXPECT_EQ(courts.take("", "DELETE /hearing/h1/delete"), kOrder + " reversed | h1/d2@c1/protective_order_made/restraining #1 reversed");
}

TEST(Told, WhatIsDeliveredAgainAfterItsHearingWasDeletedIsNotToldAnew) {
  Courts courts;
  courts.take(with(order()));
  courts.take(with(order(), kAgain));
  EXPECT_EQ(courts.take("", "DELETE /hearing/h1/delete"), kOrder + " reversed");
  EXPECT_EQ(courts.take(with(order())), "");
  EXPECT_EQ(courts.take(with(order(), kAgain)), "") << "the newest that the deletion took";
  EXPECT_EQ(courts.take(with(order(), {.at = "2026-07-14T13:00:00Z"})), kOrder) << "shared after that: it stands again";
}

TEST(Told, ANextHearingThatWasDeletedIsNotNamedAnewByTheSameShare) {
  const std::string next = R"(,"nextHearing":{"courtCentre":{"code":"C06CT00"},"existingHearingId":"h2","listedStartDateTime":"2026-09-01T09:30:00Z"})";
  Courts courts;
  const std::string share = with(result("r1", "4506", "Adjournment", "INTERMEDIARY", next));
  EXPECT_EQ(courts.take(share), "h1/d1@c1/adjourned #1 | h2/d1@c1/hearing");
  EXPECT_EQ(courts.take("", "DELETE /hearing/h2/delete"), "h2/d1@c1/hearing vacated");
  EXPECT_EQ(courts.take(share), "");
}

TEST(Told, OneOutcomeIsToldOnceOnHoweverManyDaysItIsRepeated) {
  const std::string days = R"({"sittingDay":"2026-07-14T09:00:00Z"},{"sittingDay":"2026-07-15T09:00:00Z"})";
  Courts courts;
  EXPECT_EQ(courts.take(with(order(), {.days = days})), kOrder);
  EXPECT_EQ(courts.take(with(order(), {.day = "2026-07-15", .at = "2026-07-15T10:00:00Z", .days = days})), "") << "the same result";
  EXPECT_EQ(courts.take(with(order("r9"), {.day = "2026-07-15", .at = "2026-07-15T11:00:00Z", .days = days})), "") << "the same order under another id";
  EXPECT_EQ(courts.take(with(result("r5", "4506", "Adjournment", "INTERMEDIARY"), {.day = "2026-07-15", .at = "2026-07-15T12:00:00Z", .days = days})), "h1@2026-07-15/d1@c1/adjourned #1")
      << "what a later day adds; what the first day said stands";
}

TEST(Told, OneOutcomeIsToldOnceUnderHoweverManyHearings) {
  Courts courts;
  EXPECT_EQ(courts.take(with(order())), kOrder);
  EXPECT_EQ(courts.take(with(order(), {.id = "h2"})), "");
  EXPECT_EQ(courts.take(with(order("r7"), {.id = "h2"})), "") << "same offence, code and day";
  const std::string other_day = replaced(order("r8"), "2026-07-14", "2026-07-15");
  EXPECT_EQ(courts.take(with(other_day, {.id = "h3", .day = "2026-07-15", .days = R"({"sittingDay":"2026-07-15T09:00:00Z"})"})), "h3/d1@c1/protective_order_made/restraining #1") << "ordered anew";
}

TEST(Told, OnlyWhatIsNewOfAnOutcomeIsToldUnderAnotherHearing) {
  Courts courts;
  courts.take(with(order("r1")));
  EXPECT_EQ(courts.take(hearing(defendant("d1", offence(1, order("r1")) + "," + offence(2, order("r2"))), {.id = "h2"})), "h2/d1@c1/protective_order_made/restraining #2");
  EXPECT_EQ(courts.outcome().result_size(), 1);
  ASSERT_EQ(courts.outcome().person(0).offence_size(), 1);
  EXPECT_EQ(courts.outcome().person(0).offence(0).sequence(), 2u);
}

TEST(Told, WhatWasReversedCanBeToldUnderAnotherHearing) {
  Courts courts;
  courts.take(with(order()));
  courts.take(with("", kAgain));
  EXPECT_EQ(courts.take(with(order(), {.id = "h2", .at = "2026-07-14T15:00:00Z"})), "h2/d1@c1/protective_order_made/restraining #1");
}

TEST(Told, AShareThatComesLateChangesNothing) {
  Courts courts;
  courts.take(with(order()));
  courts.take(with("", kAgain));
  EXPECT_EQ(courts.take(with(order(), {.at = "2026-07-14T11:00:00Z"})), "") << "older than what was taken last";
  EXPECT_EQ(courts.take(hearing("", {.at = "2026-07-14T11:00:00Z"})), "");
}

TEST(Told, AMessageWithoutATimeOfSharingThatALaterOneReplacedIsForAPersonWhenItComesAgain) {
  const std::string first = with(order(), {.at = {}}), second = with(result("r2", "1115", "Suspended sentence order"), {.at = {}});
  Courts courts;
  EXPECT_EQ(courts.take(first), kOrder);
  EXPECT_EQ(courts.take(first), "") << "the newest, again";
  EXPECT_EQ(courts.take(second), "h1/d1@c1/suspended_sentence #1 | " + kOrder + " reversed");
  EXPECT_EQ(courts.take(first), "1: E-INPUT record | 1: E-INPUT record") << "of who is in the hearing, and of him; nothing is undone";
  EXPECT_EQ(courts.take(second), "");
  EXPECT_EQ(courts.take(hearing(defendant("d1", offence(1, result("r2", "1115", "Suspended sentence order"))) + "," + defendant("d2", offence(1, order("r3"))), {.at = {}})),
            "h1/d2@c1/protective_order_made/restraining #1");
  EXPECT_EQ(courts.take(second), "1: E-INPUT record | 1: E-INPUT record") << "nor is the one reversed who came later";
}

TEST(Told, ANextHearingThatAReshareDropsIsVacated) {
  const std::string next = R"(,"nextHearing":{"courtCentre":{"code":"C06CT00"},"listedStartDateTime":"2026-09-01T09:30:00Z"})";
  Courts courts;
  EXPECT_EQ(courts.take(with(result("r1", "4506", "Adjournment", "INTERMEDIARY", next))), "h1/d1@c1/adjourned #1 | h1/d1@c1/next_hearing");
  EXPECT_EQ(courts.take(with(result("r1", "4506", "Adjournment", "INTERMEDIARY"), kAgain)), "h1/d1@c1/next_hearing vacated");
}

TEST(Told, AnEventKeepsTheTimeAtWhichItWasFirstTold) {
  Courts courts;
  courts.take(with(order()));
  const Instant first = courts.last().happened;
  EXPECT_EQ(to_text(first), "2026-07-14T10:00:00.000Z");
  courts.take(with(order("r1", R"(,"amendmentDate":"2026-07-14")"), kAgain));
  EXPECT_EQ(courts.last().happened, first);
  Courts late;
  late.take(with(order(), {.at = "2026-07-16T10:00:00Z"}));
  EXPECT_EQ(to_text(late.last().happened), "2026-07-13T23:00:00.000Z") << "the day it was ordered, London time";
  Courts ahead;
  ahead.take(with(order(), {.at = "2027-01-01T10:00:00Z"}), "f.json", instant_of(kNow));
  EXPECT_LE(ms_of(ahead.last().happened), kNow) << "never in the future";
}

std::string marked(const std::string& text) { return replaced(text, "\"defendants\":", R"("caseMarkers":[{"markerTypeCode":"DV"}],"defendants":)"); }

TEST(Told, ACaseThatIsKnownToBeOneOfAbuseIsSoInEveryLaterHearing) {
  Courts courts(Environment::Live, true);
  EXPECT_EQ(courts.take(marked(hearing(defendant("d1", offence(1, "")), {.id = "h0", .at = {}})), "POST /hearing/h0"), "h0/d1@c1/hearing");
  EXPECT_EQ(courts.take(with(order())), kOrder + " abuse") << "known from a listing of the same case";
  const std::string other = replaced(replaced(with(result("r3", "1002", "Imprisonment"), {.id = "h3"}), "07CW1234526", "07CW1234626"), "\"c1\"", "\"c2\"");
  EXPECT_EQ(courts.take(other), "h3/d1@c2/imprisoned #1") << "and of no other case, though its charges stand under the same summons number";
}

TEST(Told, OutcomesToldBeforeACaseWasKnownToBeOneOfAbuseAreCorrected) {
  Courts courts(Environment::Live, true);
  EXPECT_EQ(courts.take(with(order())), kOrder);
  EXPECT_EQ(courts.take(marked(hearing(defendant("d1", offence(1, "")), {.id = "h2", .at = {}})), "POST /hearing/h2"), "h2/d1@c1/hearing | " + kOrder + " abuse");
  EXPECT_EQ(courts.take(marked(hearing(defendant("d1", offence(1, "")), {.id = "h2", .at = {}})), "POST /hearing/h2"), "") << "once";
  EXPECT_EQ(courts.take(with(order(), kAgain)), "") << "a share that does not say it takes nothing away";
}

TEST(Told, WhatOneFormatKnowsOfACaseTheOtherOneSays) {
  Courts courts(Environment::Live, true);
  EXPECT_TRUE(has(courts.take(sample("resulted-case.xml"), "f.xml"), " abuse"));
  EXPECT_EQ(courts.take(with(order())), kOrder + " abuse") << "by the URN";
  Courts by_asn(Environment::Live, true);
  by_asn.take(sample("resulted-case.xml"), "f.xml");
  EXPECT_EQ(by_asn.take(replaced(with(order()), R"({"caseURN":"07CW1234526"})", "{}")), kOrder + " abuse") << "or by the summons number";
}

TEST(Told, WhatSpiRepeatsIsNoNewsAndWhatItChangesIsReversed) {
  const std::string text = sample("resulted-case.xml");
  Courts courts;
  EXPECT_FALSE(courts.take(text, "f.xml").empty());
  EXPECT_EQ(courts.take(text, "g.xml"), "");
  EXPECT_EQ(courts.take(replaced(text, "&lt;d:ResultCode&gt;1116", "&lt;d:ResultCode&gt;3117"), "h.xml"), "07CW1234526@2026-07-14T10:00:00@B06AN01/2607CW0100000048101J/community_sentence #1 reversed");
}

}  // namespace
}  // namespace concordat::courts::testing
