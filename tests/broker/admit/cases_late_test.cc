// What becomes of news and of words of hers when registrations come, change or end late, and people are joined.
#include "tests/broker/admit/cases.h"

namespace concordat::test {
namespace {

// ---- registrations that come, change or end late

TEST_F(CasesTest, AnOutcomeToldToOneVictimIsAPersonsTaskWhenAnotherRegistersForItAndNoSecondTextGoes) {
  police(registration("V1", {"A1/1"}));
  courts(outcome("C1", {"A1/1"}));
  courts(outcome("C2", {"A1/2"}));
  static_cast<void>(notify() + idva() + witness_care());
  wait(24h);
  police(registration("V2", {"A1/1"}));
  wait(1ms);
  EXPECT_EQ(notify(), "V2: case.registration victim.name victim.safe_contact victim.contact_preference") << "and no text of C1";
  EXPECT_NE(witness_care().find("C1: case.court_outcome case.case_reference alleged_perpetrator.name"), std::string::npos);
  EXPECT_EQ(doubts(desk::kNotify), "C1") << "she who was told it may have been told another's news";
  EXPECT_EQ(doubts(desk::kIdva), "C1");
  wait(24h);
  EXPECT_EQ(notify() + idva(), "") << "once";
}

TEST_F(CasesTest, AnOutcomeToldUnderARegistrationThatIsCorrectedToAnotherOffenceIsAPersonsTask) {
  police(registration("V1", {"A1/1"}));
  courts(outcome("C1", {"A1/1"}));
  static_cast<void>(notify() + idva() + witness_care());
  police(registration("V1", {"A2/1"}).corrects(stage.sealed("V1")));
  wait(1ms);
  EXPECT_NE(witness_care().find("C1: case.court_outcome"), std::string::npos);
  EXPECT_EQ(doubts(desk::kNotify), "C1");
  EXPECT_EQ(notify().find("C1"), std::string::npos);
}

TEST_F(CasesTest, ACorrectionOfARegistrationThatChangesNoMatchTellsNobodyAgain) {
  police(registration("V1", {"A1/1"}, "PNC1"));
  courts(outcome("C1", {"A1/1"}));
  prisons(custody("R1", "PNC1", CustodyMovement::Released));
  static_cast<void>(notify() + idva() + witness_care());
  police(registration("V1", {"A1/1", "A1/2"}, "PNC1").corrects(stage.sealed("V1")));
  wait(1ms);
  EXPECT_EQ(witness_care() + notify(), "V1 revision 1: case.registration victim.name victim.safe_contact victim.contact_preference alleged_perpetrator.name" +
                                           std::string("V1 revision 1: case.registration victim.name victim.safe_contact victim.contact_preference"));
  EXPECT_EQ(doubts(desk::kNotify) + doubts(desk::kIdva), "");
  EXPECT_TRUE(stage.records<wire::Reconsidered>().empty());
}

TEST_F(CasesTest, OfWhatWasToldToHerWhoEndedSinceNobodyHearsAgainUnlessAnotherRegisters) {
  police(registration("V1", {"A1/1"}));
  courts(outcome("C1", {"A1/1"}));
  police(ended(registration("V1", {"A1/1"})).corrects(stage.sealed("V1")));
  wait(1ms);
  EXPECT_TRUE(stage.records<wire::Reconsidered>().empty());
  static_cast<void>(notify() + witness_care());
  police(registration("V2", {"A1/1"}));
  wait(1ms);
  EXPECT_NE(witness_care().find("C1"), std::string::npos) << "it may have been hers";
}

TEST_F(CasesTest, AReleaseToldToOneIsAPersonsTaskWhenAnotherNamesTheSameMan) {
  police(registration("V1", {"A1/1"}, "A1234BC"));
  prisons(custody("R1", "A1234BC", CustodyMovement::Released));
  static_cast<void>(notify() + idva() + witness_care());
  police(registration("V2", {"A2/1"}, "A1234BC"));
  wait(1ms);
  EXPECT_NE(witness_care().find("R1: case.custody_movement alleged_perpetrator.name"), std::string::npos);
  EXPECT_EQ(notify().find("R1"), std::string::npos);
}

TEST_F(CasesTest, ACorrectionOfAnOutcomeInDoubtIsInDoubtAndGoesToAPerson) {
  police(registration("V1", {"A1/1"}));
  courts(outcome("C1", {"A1/1"}));
  police(registration("V1", {"A2/1"}).corrects(stage.sealed("V1")));
  police(registration("V2", {"A1/1"}));
  wait(1ms);
  static_cast<void>(notify() + idva() + witness_care());
  courts(outcome("C1", {"A1/1"}).fact(Fact::OutcomeReversed, contract::kYes).corrects(stage.sealed("C1")));
  wait(1ms);
  EXPECT_EQ(notify(), "") << "she never heard what is reversed";
  EXPECT_EQ(witness_care(), "C1 revision 1: case.court_outcome case.case_reference alleged_perpetrator.name");
}

TEST_F(CasesTest, AWithdrawnRegistrationLeavesWhatWasToldUnderItToAPerson) {
  police(registration("V1", {"A1/1"}));
  courts(outcome("C1", {"A1/1"}));
  static_cast<void>(witness_care());
  police(registration("V1", {}).withdraws(stage.sealed("V1")));
  wait(1ms);
  EXPECT_NE(witness_care().find("C1"), std::string::npos);
}

TEST_F(CasesTest, WhatIsDoubtedBeforeItIsHandedOverIsHeldBackAndAPersonsTaskAtOnce) {
  stage.hang_up(stage.session_of(stage.cast.client_of(desk::kNotify)));
  police(registration("V1", {"A1/1"}));
  courts(outcome("C1", {"A1/1"}));
  static_cast<void>(witness_care());
  police(registration("V1", {"A2/1"}).corrects(stage.sealed("V1")));
  police(registration("V2", {"A1/1"}));
  wait(1ms);
  EXPECT_NE(witness_care().find("C1"), std::string::npos) << "though notify is away";
  stage.connect(desk::kNotify);
  gather();
  EXPECT_EQ(notify().find("C1"), std::string::npos) << "nor to her whose it seems now: a person was asked";
  EXPECT_EQ(withheld(), "E-ENDED");
  EXPECT_TRUE(stage.records<wire::Parked>().empty());
}

TEST_F(CasesTest, WhatWasToldAndDoubtedSurvivesARestart) {
  police(registration("V1", {"A1/1"}));
  courts(outcome("C1", {"A1/1"}));
  stage.process().snapshot();
  stage.restart();
  for (const char* adapter : {kPolice, kCourts}) stage.connect(adapter);
  for (const DeskNumber desk : {desk::kNotify, desk::kWitnessCare}) stage.connect(desk);
  static_cast<void>(witness_care());
  police(registration("V2", {"A1/1"}));
  wait(1ms);
  EXPECT_NE(witness_care().find("C1"), std::string::npos);
}

// ---- one victim, registered twice

TEST_F(CasesTest, OneVictimRegisteredTwiceIsOneAndTheNewestHolds) {
  police(registration("V1", {"A1/1"}).known_as(1, "SHE"));
  police(registration("V2", {"A1/1"}).known_as(1, "SHE"));
  const auto registered = take(desk::kNotify);
  ASSERT_EQ(registered.size(), 2u);
  static_cast<void>(witness_care());
  courts(outcome("C1", {"A1/1"}));
  const auto handed = take(desk::kNotify);
  ASSERT_EQ(handed.size(), 1u);
  EXPECT_EQ(case_told(handed[0]), case_told(registered[1]));
  EXPECT_EQ(witness_care(), "");
}

TEST_F(CasesTest, NameAndBirthSayWhoSheIsForTheSameOffenceAndNotForAnother) {
  police(registration("V1", {"A1/1"}, "A1234BC").named(1, "smith 1990-01-02"));
  police(registration("V2", {"A1/1"}, "A1234BC").named(1, "smith 1990-01-02"));
  courts(outcome("C1", {"A1/1"}));
  EXPECT_NE(notify().find("C1"), std::string::npos);
  police(registration("V3", {"A2/1"}, "A1234BC").named(1, "smith 1990-01-02"));
  static_cast<void>(notify() + witness_care());
  prisons(custody("R1", "A1234BC", CustodyMovement::Released));
  EXPECT_EQ(notify(), "") << "of other offences she may be another of that name";
  EXPECT_EQ(witness_care(), "R1: case.custody_movement alleged_perpetrator.name");
}

TEST_F(CasesTest, IfTheOlderIsEndedOrChangedAfterTheNewerAPersonLooksUntilTheNewerSpeaksAgain) {
  for (const bool ending : {true, false}) {
    const std::string offence = ending ? "A1/1" : "A2/1", older = ending ? "V1" : "V3", newer = ending ? "V2" : "V4";
    police(registration(older, {offence}).known_as(1, "SHE"));
    police(registration(newer, {offence}).known_as(1, "SHE"));
    static_cast<void>(witness_care());
    Draft said = registration(older, {offence}).known_as(1, "SHE");
    police((ending ? ended(said) : said).corrects(stage.sealed(older)));
    EXPECT_TRUE(due(desk::kWitnessCare)) << "at once, and not only when there is news";
    courts(outcome("C-" + older, {offence}));
    EXPECT_NE(witness_care().find("C-" + older), std::string::npos);
    EXPECT_EQ(notify().find("C-" + older), std::string::npos) << "an opt-out holds";
    police(registration(newer, {offence}).known_as(1, "SHE").corrects(stage.sealed(newer)));
    courts(outcome("C-" + newer, {offence}));
    EXPECT_NE(notify().find("C-" + newer), std::string::npos);
  }
}

TEST_F(CasesTest, WhatWasToldToHerIsNotDoubtedWhenSheRegistersAgain) {
  police(registration("V1", {"A1/1"}).known_as(1, "SHE"));
  courts(outcome("C1", {"A1/1"}));
  police(registration("V2", {"A1/1"}).known_as(1, "SHE"));
  police(registration("V1", {"A2/1"}).known_as(1, "SHE").corrects(stage.sealed("V1")));
  wait(1ms);
  EXPECT_EQ(witness_care().find("C1"), std::string::npos);
  EXPECT_TRUE(stage.records<wire::Reconsidered>().empty());
}

// ---- the registration itself

TEST_F(CasesTest, ARegistrationThatIsHersAloneIsNobodysTask) {
  police(registration("V1", {"A1/1"}));
  EXPECT_FALSE(due(desk::kWitnessCare));
  police(registration("V2", {"A1/2"}));
  EXPECT_FALSE(due(desk::kWitnessCare));
}

TEST_F(CasesTest, ARegistrationForAnothersOffenceIsAPersonsTaskAtOnce) {
  police(registration("V1", {"A1/1"}));
  police(registration("V2", {"A1/1"}));
  EXPECT_TRUE(due(desk::kWitnessCare));
}

TEST_F(CasesTest, ARegistrationByWhichNothingCanBeFoundIsAPersonsTaskAndNotSilence) {
  police(registration("V1", {}));
  EXPECT_TRUE(due(desk::kWitnessCare));
  EXPECT_EQ(waiting(), "0") << "a registration waits for none";
  police(registration("V2", {"A1/1"}).person(3, kPerpetrator, {Item::Name}));
  EXPECT_TRUE(due(desk::kWitnessCare));
  police(ended(registration("V3", {})));
  EXPECT_FALSE(due(desk::kWitnessCare)) << "whoever ends it needs nothing to be found";
}

// ---- held while it ends

TEST_F(CasesTest, WhatIsHeldWhenHerRegistrationEndsIsWithheldAndNothingIsMissed) {
  stage.hang_up(stage.session_of(stage.cast.client_of(desk::kNotify)));
  police(registration("V1", {"A1/1"}));
  courts(outcome("C1", {"A1/1"}));
  stage.progress(desk::kIdva, stage.sealed("C1").event, contract::ProgressState::Acted);
  police(ended(registration("V1", {"A1/1"})).corrects(stage.sealed("V1")));
  static_cast<void>(witness_care());
  stage.connect(desk::kNotify);
  gather();
  EXPECT_EQ(notify().find("C1"), std::string::npos);
  EXPECT_EQ(withheld(), "E-ENDED");
  EXPECT_TRUE(stage.records<wire::Parked>().empty());
  wait(96h);
  EXPECT_EQ(witness_care(), "") << "she wants nobody to ring";
  for (const auto& alarm : stage.records<wire::AlarmRaised>()) EXPECT_NE(alarm.code, "A-NOT-ACTED");
}

TEST_F(CasesTest, WhatIsHeldWhenTheRulesChangeIsParkedAsBefore) {
  stage.hang_up(stage.session_of(stage.cast.client_of(desk::kNotify)));
  police(registration("V1", {"A1/1"}));
  courts(outcome("C1", {"A1/1"}));
  stage.adopt("cheshire-east/victim-information", {});
  stage.connect(desk::kNotify);
  gather();
  EXPECT_EQ(withheld(), "");
  EXPECT_EQ(stage.records<wire::Parked>().size(), 2u);
}

// ---- people who are joined late

TEST_F(CasesTest, AReleaseThatWaitsIsDecidedAgainWhenALinkSaysThatHeMayBeTheManSheNamed) {
  police(registration("V1", {"A1/1"}, "PNC1"));
  prisons(custody("R1", "NOMS1", CustodyMovement::Released));
  EXPECT_EQ(waiting(), "1");
  static_cast<void>(notify() + idva() + witness_care());
  Draft link(Kind::Link, "L1");
  prisons(link.person(1, kPerpetrator, {Item::Name}).about_case({Item::LinkedIdentifiers}).known_as(1, "PNC1").known_as(1, "NOMS1"));
  wait(1ms);
  EXPECT_EQ(waiting(), "0");
  EXPECT_EQ(notify(), "") << "that they are one nobody has said who could";
  EXPECT_EQ(witness_care(), "R1: case.custody_movement alleged_perpetrator.name");
  EXPECT_EQ(idva(), "R1: case.custody_movement alleged_perpetrator.name");
}

TEST_F(CasesTest, AReleaseThatWaitsIsFoundByARegistrationOfWhoMayBeHimAndNotByALinkThatWasWithdrawn) {
  police(incident("I1", 3).known_as(2, "PNC1"));
  prisons(custody("R1", "NOMS1", CustodyMovement::Released));
  Draft link(Kind::Link, "L1");
  prisons(link.person(1, kPerpetrator, {Item::Name}).about_case({Item::LinkedIdentifiers}).known_as(1, "PNC1").known_as(1, "NOMS1"));
  wait(1ms);
  EXPECT_EQ(waiting(), "1") << "nobody has named him";
  prisons(Draft(Kind::Link, "L1").withdraws(stage.sealed("L1")));
  police(registration("V1", {"A1/1"}, "PNC1"));
  wait(1ms);
  EXPECT_EQ(waiting(), "1");
  Draft again(Kind::Link, "L2");
  prisons(again.person(1, kPerpetrator, {Item::Name}).about_case({Item::LinkedIdentifiers}).known_as(1, "PNC1").known_as(1, "NOMS1"));
  wait(1ms);
  EXPECT_EQ(waiting(), "0");
}

// ---- her word, and which of her cases hears it

TEST_F(CasesTest, AWordOfHersInOneCaseHoldsTextsOfTheOtherBackUntilThatSpeaksAgain) {
  police(registration("V1", {"A1/1"}, "miles").known_as(1, "SHE"));
  police(registration("V2", {"A2/1"}, "miles").known_as(1, "SHE"));
  police(consent("W1", {}).known_as(1, "SHE").known_as(2, "miles"));
  static_cast<void>(notify() + witness_care());
  courts(outcome("C1", {"A1/1"}));
  EXPECT_EQ(notify(), "") << "she withdrew it, and named him";
  EXPECT_NE(witness_care().find("C1"), std::string::npos);
  police(registration("V1", {"A1/1"}, "miles").known_as(1, "SHE").corrects(stage.sealed("V1")));
  static_cast<void>(notify());
  courts(outcome("C2", {"A1/1"}));
  EXPECT_EQ(notify(), "C2: case.court_outcome");
}

TEST_F(CasesTest, AWordHoldsNothingBackOfAnotherMansCaseNorOfAnothersOffence) {
  police(registration("V1", {"A1/1"}, "miles").known_as(1, "SHE"));
  police(registration("V2", {"A2/1"}, "other").known_as(1, "SHE"));
  police(registration("V3", {"A3/1"}, "third").known_as(1, "HER"));
  police(consent("W1", {}).known_as(1, "SHE").known_as(2, "other"));
  police(consent("W3", {"A3/1"}).known_as(1, "HER"));
  static_cast<void>(notify() + witness_care());
  courts(outcome("C1", {"A1/1"}));
  EXPECT_EQ(notify(), "C1: case.court_outcome");
}

TEST_F(CasesTest, AWordOfWhichNobodyKnowsWhoseItIsHoldsTheTextsOfBothBack) {
  police(registration("V1", {"A1/1"}, "miles"));
  police(registration("V2", {"A2/1"}, "miles"));
  static_cast<void>(notify() + witness_care());
  police(consent("W1", {}).known_as(2, "miles"));
  EXPECT_NE(witness_care().find("W1"), std::string::npos);
  courts(outcome("C1", {"A1/1"}));
  EXPECT_EQ(notify(), "") << "one of the two took it back";
  EXPECT_NE(witness_care().find("C1"), std::string::npos);
}

TEST_F(CasesTest, AnOptOutHoldsLongerThanNews) {
  police(registration("V1", {"A1/1"}).known_as(1, "SHE"));
  police(registration("V2", {"A1/1"}).known_as(1, "SHE"));
  police(choices("P1", "A1/1", "SHE"));
  for (int day = 0; day < 30; ++day) wait(24h);
  static_cast<void>(notify() + witness_care());
  police(registration("V2", {}).withdraws(stage.sealed("V2")));
  wait(1ms);
  EXPECT_NE(witness_care().find("P1"), std::string::npos) << "told under what was withdrawn";
  courts(outcome("C1", {"A1/1"}));
  EXPECT_EQ(notify(), "");
}

TEST(Cases, AWordUnderHerRegistrationIsHeldForGoodHoweverItCameToBe) {
  broker::About about;
  about.offences.push_back({1, Token{}});
  const broker::People people;
  broker::Cases cases;
  const auto later = kNight + 2 * broker::kEventsHeld;
  cases.tell(people, 10, Kind::ContactPreference, about, 5, false, broker::held_until(Kind::ContactPreference, 5, kNight));
  cases.tell(people, 11, Kind::ContactPreference, about, 0, false, broker::held_until(Kind::ContactPreference, 0, kNight));
  cases.tell(people, 12, Kind::CourtOutcome, about, 5, false, broker::held_until(Kind::CourtOutcome, 5, kNight));
  cases.wait(people, 13, Kind::ConsentChange, about, kNight, later - 1ms);
  cases.decided_again(people, 13, {policy::Registered::Yes, 5}, true);
  EXPECT_EQ(cases.held(), 4u);
  cases.pass_time(later);
  EXPECT_EQ(cases.held(), 2u);
  EXPECT_EQ(cases.told_under(10), 5u);
  EXPECT_EQ(cases.told_under(13), 5u) << "it waited for her";
}

// ---- corrections of what is in doubt, or came while she has ended

TEST_F(CasesTest, WhoHasTheOriginalHearsThatItDoesNotStandWhenItsReversalIsWithheld) {
  police(registration("V1", {"A1/1"}));
  courts(outcome("C1", {"A1/1"}));
  stage.hang_up(stage.session_of(stage.cast.client_of(desk::kNotify)));
  courts(outcome("C1", {"A1/1"}).fact(Fact::OutcomeReversed, contract::kYes).corrects(stage.sealed("C1")));
  police(registration("V2", {"A1/1"}));
  wait(1ms);
  EXPECT_EQ(superseded(desk::kNotify), "") << "the reversal is on its way";
  stage.connect(desk::kNotify);
  gather();
  EXPECT_EQ(withheld(), "E-ENDED");
  EXPECT_EQ(superseded(desk::kNotify), "C1");
  EXPECT_EQ(superseded(desk::kIdva), "") << "it was handed the reversal";
}

TEST_F(CasesTest, ACorrectionThatComesWhileSheHasEndedIsNoTextToAnother) {
  police(registration("V1", {"A1/1"}));
  courts(outcome("C1", {"A1/1"}));
  police(ended(registration("V1", {"A1/1"})).corrects(stage.sealed("V1")));
  courts(outcome("C1", {"A1/1"}).fact(Fact::OutcomeReversed, contract::kYes).corrects(stage.sealed("C1")));
  static_cast<void>(notify() + witness_care());
  police(registration("V2", {"A1/1"}));
  wait(1ms);
  EXPECT_EQ(notify().find("C1"), std::string::npos) << "it was told to the first";
  EXPECT_NE(witness_care().find("C1 revision 1"), std::string::npos);
}

TEST_F(CasesTest, ACorrectionThatComesWhileSheHasEndedIsHersWhenThatWasAMistake) {
  police(registration("V1", {"A1/1"}));
  courts(outcome("C1", {"A1/1"}));
  police(ended(registration("V1", {"A1/1"})).corrects(stage.sealed("V1")));
  courts(outcome("C1", {"A1/1"}).fact(Fact::OutcomeReversed, contract::kYes).corrects(stage.sealed("C1")));
  static_cast<void>(notify());
  police(registration("V1", {"A1/1"}).corrects(stage.sealed("V1", 1)));
  wait(1ms);
  EXPECT_NE(notify().find("C1 revision 1: case.court_outcome"), std::string::npos);
}

TEST_F(CasesTest, ACorrectionThatWaitsIsAPersonsTaskWhenTheRegistrationOfTheOriginalIsWithdrawn) {
  police(registration("V1", {"A1/1"}));
  courts(outcome("C1", {"A1/1"}));
  police(ended(registration("V1", {"A1/1"})).corrects(stage.sealed("V1")));
  courts(outcome("C1", {"A1/1"}).fact(Fact::OutcomeReversed, contract::kYes).corrects(stage.sealed("C1")));
  wait(1ms);
  static_cast<void>(witness_care());
  police(registration("V1", {}).withdraws(stage.sealed("V1", 1)));
  wait(1ms);
  EXPECT_NE(witness_care().find("C1 revision 1"), std::string::npos);
}

// ---- what no rule hears of, and who needs no doubt

TEST_F(CasesTest, AnOutcomeOfWhichNothingIsSaidOfAbuseStillFindsHerWhoRegistersAfterItsTime) {
  courts(outcome("C1", {"A1/1"}).fact(Fact::AbuseCase, contract::kUnknown));
  courts(outcome("C2", {"A1/1"}).fact(Fact::AbuseCase, contract::kNo));
  wait(49h);
  static_cast<void>(witness_care());
  police(registration("V1", {"A1/1"}));
  wait(1ms);
  const std::string lines = notify();
  EXPECT_NE(lines.find("C2: case.court_outcome"), std::string::npos) << lines;
}

TEST_F(CasesTest, WhoIsToldForItsOwnSakeIsNotToldToDoubtIt) {
  police(registration("V1", {"A1/1"}, "A1234BC"));
  prisons(custody("R1", "A1234BC", CustodyMovement::AtLarge));
  police(registration("V2", {"A2/1"}, "A1234BC"));
  wait(1ms);
  EXPECT_EQ(doubts(desk::kControl), "") << "that he is at large is so, whoever she is";
  EXPECT_EQ(doubts(desk::kNotify), "R1");
}

TEST_F(CasesTest, AChainOfLinksThatComesBeforeTheHandOverHoldsTheTextBack) {
  police(registration("V1", {"A1/1"}, "A"));
  police(registration("V2", {"A2/1"}, "E"));
  for (const char* one : {"B", "C", "D"}) police(incident(std::string("I") + one, 3).known_as(2, one));
  prisons(linked("L1", "A", "B"));
  prisons(linked("L2", "B", "C"));
  prisons(linked("L4", "D", "E"));
  stage.hang_up(stage.session_of(stage.cast.client_of(desk::kNotify)));
  prisons(custody("R1", "A", CustodyMovement::Released));
  prisons(linked("L3", "C", "D"));
  wait(1ms);
  EXPECT_NE(witness_care().find("R1"), std::string::npos);
  stage.connect(desk::kNotify);
  gather();
  EXPECT_EQ(notify().find("R1"), std::string::npos);
}

TEST_F(CasesTest, ARegistrationOfTwoVictimsIsAPersonsTaskAndFindsNothing) {
  police(registration("V1", {"A1/1"}).person(3, kVictim, {Item::Name}));
  EXPECT_TRUE(due(desk::kWitnessCare));
}

// A number that a feed gives to everybody joins them all, and none of them is anybody whom a victim named.
TEST(Cases, WhoeverNobodyNamedStirsNothingHoweverManyTheyAre) {
  constexpr std::uint64_t kMany = 3000;
  broker::People people;
  broker::Cases cases;
  const std::vector<wire::TokenEntry> tokens{{1, wire::TokenType::Pnc, 1, Token{}}};
  contract::FactSet facts;
  facts.people.push_back({1, kPerpetrator, {}});
  const auto before = std::chrono::steady_clock::now();
  for (std::uint64_t one = 1; one <= kMany; ++one) {
    broker::About about;
    about.by_person = true;
    about.perpetrator = one << 5;
    cases.wait(people, one, Kind::CustodyChange, about, kNight + 48h, kNight + 48h);
    const std::vector<wire::LinkedPerson> him{{1, one << 5, true}};
    if (people.contribute(one, kNight, Kind::CustodyChange, facts, tokens, him)) cases.people_joined(people, him);
  }
  EXPECT_EQ(people.may_be({std::uint64_t{1} << 5}).size(), kMany);
  EXPECT_TRUE(cases.to_reconsider(kNight, 9).empty());
  EXPECT_LT(std::chrono::steady_clock::now() - before, 30s);
}

}  // namespace
}  // namespace concordat::test
