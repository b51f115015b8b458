// Whose word on consent holds, for whom and how long, and that one identifier of two people does no harm.
#include <gtest/gtest.h>

#include "tests/support/stage.h"

namespace concordat::test {
namespace {

using contract::ConsentState;
using contract::Fact;
using contract::Item;
using contract::Kind;
using namespace std::chrono_literals;

constexpr auto kGiven = static_cast<contract::FactValue>(ConsentState::Given);
constexpr auto kRefused = static_cast<contract::FactValue>(ConsentState::Refused);
constexpr auto kNotAsked = static_cast<contract::FactValue>(ConsentState::NotAsked);
constexpr auto kWithdrawn = static_cast<contract::FactValue>(ConsentState::Withdrawn);

class ConsentTest : public ::testing::Test {
 protected:
  ConsentTest() {
    stage.connect(kPolice);
    stage.connect(kHospital);
    helpline = stage.connect(desk::kHelpline);
  }
  /// Medium risk, which goes to the helpline if she consents.
  static Draft assessment(std::string reference, contract::FactValue said = contract::kUnknown) {
    Draft draft(Kind::RiskAssessment, std::move(reference));
    draft.person(1, kVictim, {Item::Name, Item::SafeContact})
        .fact(1, Fact::RiskScore, 12)
        .fact(1, Fact::Residence, *contract::area_code("E06000049"))
        .fact(1, Fact::Judgement, static_cast<contract::FactValue>(contract::RiskBand::Medium));
    if (said != contract::kUnknown) draft.fact(1, Fact::Consent, said);
    return no_markers(std::move(draft));
  }
  static Draft her(std::string reference, contract::FactValue said = contract::kUnknown) { return assessment(std::move(reference), said).known_as(1, "her"); }
  static Draft word(std::string reference, contract::FactValue said, const std::string& who = "her") {
    Draft change(Kind::ConsentChange, std::move(reference));
    change.person(1, kVictim, {Item::Name}).fact(1, Fact::Consent, said).known_as(1, who);
    return change;
  }
  /// What the helpline opens of it: sent and taken.
  std::string opened(const Draft& draft) {
    stage.send(kPolice, draft);
    return stage.lines(desk::kHelpline);
  }

  Stage stage;
  broker::SessionId helpline = 0;
};

TEST_F(ConsentTest, ARefusalThatCameLastHoldsThoughTheEventHappenedBefore) {
  EXPECT_EQ(opened(her("A1", kGiven)), "A1: victim.name victim.safe_contact");
  EXPECT_EQ(opened(her("A2", kRefused).happened(kNight - 72h)), "");
  EXPECT_EQ(opened(her("A3")), "") << "of this event nothing was said";
  EXPECT_EQ(opened(her("A4", kGiven)), "A4: victim.name victim.safe_contact") << "said later, of a later event";
}

TEST_F(ConsentTest, AWordThatCameLateLiftsNoRefusal) {
  EXPECT_EQ(opened(word("C1", kRefused)), "");
  EXPECT_EQ(opened(her("A1", kGiven).happened(kNight - 24h)), "") << "given before she refused";
  EXPECT_EQ(opened(her("A2", kNotAsked)), "") << "not asking lifts nothing";
  EXPECT_EQ(opened(her("A3")), "");
}

TEST_F(ConsentTest, EachOfTwoVictimsIsRememberedByHerOwnWord) {
  const auto both = [](std::string reference, contract::FactValue hanna, contract::FactValue dora) {
    return her(std::move(reference), hanna).person(2, kVictim, {Item::Name, Item::SafeContact}).fact(2, Fact::Consent, dora).known_as(2, "dora")
        .fact(2, Fact::RiskScore, 12).fact(2, Fact::Residence, *contract::area_code("E06000049"))
        .fact(2, Fact::HonourBased, contract::kNo).fact(2, Fact::ForcedMarriage, contract::kNo).fact(2, Fact::Fgm, contract::kNo);
  };
  EXPECT_EQ(opened(both("A1", kWithdrawn, kGiven)), "A1: victim.name victim.safe_contact") << "Dora's alone";
  EXPECT_EQ(opened(her("A2")), "") << "she withdrew in an event of two";
  EXPECT_EQ(opened(both("A3", kGiven, kGiven).happened(kNight - 24h)), "A3: victim.name victim.safe_contact") << "Dora's alone";
  EXPECT_NE(opened(assessment("A4", kGiven).known_as(1, "dora")), "");
}

TEST_F(ConsentTest, SomebodyElsesWordTakesNothingOfHersAway) {
  stage.hang_up(helpline);
  stage.send(kPolice, assessment("A1", kGiven).person(2, kPerpetrator, {Item::Name}).known_as(2, "him"));
  stage.send(kPolice, word("C1", kGiven, "him"));
  stage.connect(desk::kHelpline);
  EXPECT_EQ(stage.lines(desk::kHelpline), "A1: victim.name victim.safe_contact");
}

TEST_F(ConsentTest, WhatBothGaveIsHandedOverThoughOneSaidItAgain) {
  stage.hang_up(helpline);
  stage.send(kPolice, her("A1", kGiven).person(2, kVictim, {Item::Name}).fact(2, Fact::Consent, kGiven).known_as(2, "dora")
                          .fact(2, Fact::RiskScore, 12).fact(2, Fact::Residence, *contract::area_code("E06000049"))
                          .fact(2, Fact::HonourBased, contract::kNo).fact(2, Fact::ForcedMarriage, contract::kNo).fact(2, Fact::Fgm, contract::kNo));
  stage.send(kPolice, word("C1", kGiven));
  stage.connect(desk::kHelpline);
  EXPECT_EQ(stage.lines(desk::kHelpline), "A1: victim.name victim.safe_contact victim.name") << "both";
}

TEST_F(ConsentTest, ARefusalOfWhoeverMayBeSheWithholdsAndSilencesNoAlarm) {
  const auto hospital = [](std::string reference) {
    Draft draft(Kind::RiskAssessment, std::move(reference));
    draft.person(1, kVictim | kPatient, {Item::Name, Item::SafeContact}).fact(1, Fact::RiskScore, 18).fact(1, Fact::Residence, *contract::area_code("E06000049"));
    return draft.known_as(1, "her");
  };
  stage.send(kPolice, word("C1", kRefused, "her too"));
  stage.send(kHospital, hospital("H1").fact(1, Fact::Consent, kGiven).happened(kNight - 1h));
  stage.send(kHospital, hospital("H2").known_as(1, "her too"));
  stage.alarms(Cast::client_of(kHospital));
  stage.wait(1ms);
  stage.send(kHospital, hospital("H3"));
  const auto& told = stage.state().event(stage.state().find(stage.sealed("H3").event))->told;
  EXPECT_TRUE(told.empty());
  const auto alarms = stage.alarms(Cast::client_of(kHospital));
  ASSERT_EQ(alarms.size(), 1u) << "high risk, and it may not be she who refused";
  EXPECT_NE(alarms[0].find("A-NOBODY-TOLD"), std::string::npos);
}

TEST_F(ConsentTest, WhatSomebodyElseCouldNotDecideLiftsNoRefusalOfHers) {
  const auto hospital = [](std::string reference) {
    Draft draft(Kind::RiskAssessment, std::move(reference));
    draft.person(1, kVictim | kPatient, {Item::Name, Item::SafeContact}).fact(1, Fact::RiskScore, 18).fact(1, Fact::Residence, *contract::area_code("E06000049"));
    return draft.known_as(1, "her");
  };
  const auto told = [this](const std::string& reference) { return stage.state().event(stage.state().find(stage.sealed(reference).event))->told.size(); };
  stage.send(kPolice, word("C1", kRefused));
  stage.send(kPolice, word("C2", static_cast<contract::FactValue>(ConsentState::LacksCapacity), "her too"));
  stage.send(kHospital, hospital("H1").known_as(1, "her too"));  // from now on either may be the other
  stage.send(kHospital, hospital("H2"));
  EXPECT_EQ(told("H2"), 0u);
  stage.send(kPolice, word("C3", static_cast<contract::FactValue>(ConsentState::LacksCapacity)));
  stage.send(kHospital, hospital("H3"));
  EXPECT_EQ(told("H3"), 1u) << "of herself it counts";
}

TEST_F(ConsentTest, ACorrectionThatRepeatsAWordSaysNothingNew) {
  EXPECT_EQ(opened(her("A1", kGiven)), "A1: victim.name victim.safe_contact");
  EXPECT_EQ(opened(her("A2", kRefused).happened(kNight - 72h)), "");
  EXPECT_EQ(opened(her("A1", kGiven).corrects(stage.sealed("A1"))), "");
  EXPECT_EQ(opened(her("A3")), "");
  EXPECT_EQ(opened(her("A4", kGiven)), "A4: victim.name victim.safe_contact") << "said anew";
}

TEST_F(ConsentTest, OneNumberOfTwoPeopleIsTakenBackOnce) {
  for (const char* reference : {"R1", "R2"}) stage.send(kPolice, incident(reference, 17).known_as(1, "one number").known_as(2, "one number"));
  stage.send(kPolice, incident("R1", 17).known_as(1, "one number").corrects(stage.sealed("R1")));
  stage.send(kPolice, incident("R2", 17).withdraws(stage.sealed("R2")));
  EXPECT_EQ(stage.state().events(), 4u);
}

}  // namespace
}  // namespace concordat::test
