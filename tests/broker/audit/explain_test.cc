// What operators are told of an event afterwards: what was so then, whatever has changed since.
#include <gtest/gtest.h>

#include "broker/audit/explain.h"
#include "tests/support/stage.h"

namespace concordat::test {
namespace {

using contract::Fact;
using contract::Item;
using contract::Kind;
using text::Json;
using namespace std::chrono_literals;

class ExplainTest : public ::testing::Test {
 protected:
  ExplainTest() {
    stage.connect(kPolice);
    stage.connect(kHospital);
  }
  Json explain(const std::string& reference, const std::string& desk) {
    const auto worlds = [this](const broker::State& adopted) -> Result<broker::World> { return stage.world(adopted); };
    auto answer = broker::explain_event(stage.process().core(), stage.sealed(reference).event, desk, stage.process().engine(), kBroker, stage.machine.keys, worlds);
    EXPECT_TRUE(answer) << describe(answer.error());
    return answer ? *std::move(answer) : Json::object();
  }
  Json of(const std::string& reference, const std::string& desk) {
    const Json answer = explain(reference, desk);
    const Json* desks = answer.member("desks");
    EXPECT_TRUE(desks != nullptr && desks->elements().size() == 1) << text::to_text(answer);
    return desks == nullptr || desks->elements().empty() ? Json::object() : desks->elements().front().second;
  }
  static std::string items(const Json& desk) {
    std::string words;
    for (const auto& [none, row] : desk.member("may_open")->elements()) words += (words.empty() ? "" : " ") + row.member("item")->scalar();
    return words;
  }
  static std::set<std::string> clauses(const Json& desk) {
    std::set<std::string> names;
    for (const auto& [none, row] : desk.member("may_open")->elements()) names.insert(row.member("clause")->scalar());
    return names;
  }
  void acknowledge_all(DeskNumber desk) {
    for (const Handed& handed : stage.take(desk)) stage.acknowledge(handed);
  }
  /// The agreement with its first clause behind the next one.
  static std::string with_clauses_moved() {
    const std::string file = file_text(kMaracFile);
    const auto first = file.find("  - id: police-high-risk-to-idva"), second = file.find("  - id: medium-risk-to-support"),
               third = file.find("  - id: hospital-high-risk-to-idva");
    return file.substr(0, first) + file.substr(second, third - second) + file.substr(first, second - first) + file.substr(third);
  }

  Stage stage;
};

TEST_F(ExplainTest, WhoWasToldAfterItWaitedForARegistrationIsExplainedByThat) {
  stage.adopt("cheshire-east/victim-information", file_text(kVictimsFile));
  stage.connect(kCourts);
  for (const std::string reference : {"C1", "C2"}) {
    Draft outcome(Kind::CourtOutcome, reference);
    outcome.person(1, kPerpetrator, {Item::Name}).about_case({Item::CourtOutcome, Item::CaseReference}).offence(reference + "/1");
    outcome.fact(Fact::Outcome, static_cast<contract::FactValue>(contract::OutcomeKind::Convicted)).fact(Fact::AbuseCase, contract::kYes);
    stage.send(kCourts, outcome);
  }
  Draft registration(Kind::VictimRegistration, "V1");
  registration.person(1, kVictim, {Item::Name}).person(2, kPerpetrator, {Item::Name}).about_case({Item::Registration}).offence("C1/1");
  stage.send(kPolice, registration);
  stage.wait(48h);
  const auto because = [&](const char* reference, const char* desk) { return of(reference, desk).member("decided")->member("because")->scalar(); };
  EXPECT_EQ(because("C1", "notify"), "a victim was registered for it");
  EXPECT_EQ(because("C2", "witness-care"), "nobody was registered for it in time");
}

TEST_F(ExplainTest, WhoWasToldByEscalationIsExplainedByIt) {
  stage.connect(desk::kMarac);
  Draft draft(Kind::RiskAssessment, "H1");
  draft.person(1, kVictim | kPatient, {Item::Name, Item::SafeContact})
      .fact(1, Fact::RiskScore, 18)
      .fact(1, Fact::Residence, *contract::area_code("E06000049"))
      .fact(1, Fact::Consent, static_cast<contract::FactValue>(contract::ConsentState::Given));
  stage.send(kHospital, draft);
  stage.wait(16min);
  const auto handed = stage.take(desk::kMarac);
  ASSERT_FALSE(handed.empty());
  const Json marac = of("H1", "marac");
  ASSERT_EQ(handed.front().line(), "victim.name victim.safe_contact victim.risk_answers");
  EXPECT_EQ(items(marac), "victim+patient.name victim+patient.safe_contact victim+patient.risk_answers");
  EXPECT_NE(marac.member("decided")->member("because")->scalar().find("/idva had not read it in time"), std::string::npos);
  const auto& left = marac.member("handed_over")->elements();
  ASSERT_EQ(left.size(), handed.size());
  EXPECT_EQ(left.front().second.member("items")->elements().size(), marac.member("may_open")->elements().size());
  EXPECT_EQ(of("H1", "idva").member("decided")->member("because")->scalar(), "the event was accepted");
}

TEST_F(ExplainTest, GrantsKeepTheirClausesWhenTheAgreementIsEdited) {
  stage.connect(desk::kIdva);
  stage.send(kPolice, incident("R1", 17));
  const Json before = of("R1", "idva");
  ASSERT_EQ(clauses(before), std::set<std::string>{"cheshire-east/marac police-high-risk-to-idva"});
  stage.adopt("cheshire-east/marac", with_clauses_moved());
  const Json after = of("R1", "idva");
  EXPECT_EQ(text::to_text(*after.member("may_open")), text::to_text(*before.member("may_open")));
  EXPECT_EQ(text::to_text(*after.member("withheld")), text::to_text(*before.member("withheld")));
  // Under the set that is in force now the same clause has another number, and what it lets go has the same name.
  stage.send(kPolice, incident("R2", 17));
  EXPECT_EQ(clauses(of("R2", "idva")), clauses(after));
}

TEST_F(ExplainTest, WithoutTheAgreementsOfThenNoClauseIsNamedWrongly) {
  stage.send(kPolice, incident("R1", 17));
  stage.adopt("cheshire-east/marac", with_clauses_moved());
  const auto answer = broker::explain_event(stage.process().core(), stage.sealed("R1").event, "idva", stage.process().engine(), kBroker, stage.machine.keys);
  ASSERT_TRUE(answer);
  const Json& idva = answer->member("desks")->elements().front().second;
  EXPECT_EQ(clauses(idva).begin()->find("number "), 0u);
  EXPECT_NE(idva.member("reasons"), nullptr);
}

TEST_F(ExplainTest, ADeskThatLeftTheDirectoryIsStillNamed) {
  stage.connect(desk::kIdva);
  stage.send(kPolice, incident("R1", 17));
  const std::string line = items(of("R1", "idva"));
  acknowledge_all(desk::kIdva);
  stage.adopt("cheshire-east/marac", "");
  stage.change_directory([](directory::Directory& directory) { std::erase_if(directory.desks, [](const auto& one) { return one.number == desk::kIdva; }); });
  for (const char* asked : {"idva", "11"}) {
    const Json idva = of("R1", asked);
    EXPECT_EQ(idva.member("desk")->scalar(), "cheshire-east-council/idva");
    EXPECT_EQ(items(idva), line);
    EXPECT_EQ(idva.member("handed_over")->elements().size(), 1u);
    EXPECT_NE(idva.member("note"), nullptr);
  }
  std::string named;
  const Json everybody = explain("R1", "");
  for (const auto& [none, one] : everybody.member("desks")->elements()) named += one.member("desk")->scalar() + " ";
  EXPECT_EQ(named, "cheshire-east-council/idva cheshire-east-council/marac ");
}

TEST_F(ExplainTest, EveryHandOverIsListedWithWhatWent) {
  const SessionId session = stage.connect(desk::kIdva);
  stage.send(kPolice, incident("R1", 17));
  stage.take(desk::kIdva);
  stage.hang_up(session);
  stage.wait(1min);
  stage.connect(desk::kIdva);
  const auto explained = of("R1", "idva");
  const auto& handed = explained.member("handed_over")->elements();
  ASSERT_EQ(handed.size(), 2u);
  EXPECT_LT(handed.front().second.member("record")->scalar().size(), 4u);
}

TEST_F(ExplainTest, WhatWasDecidedAgainWentUnderTheClausesOfThen) {
  stage.send(kPolice, incident("R1", 17));
  stage.adopt("cheshire-east/marac", with_clauses_moved());
  stage.connect(desk::kIdva);
  const Json idva = of("R1", "idva");
  const auto& handed = idva.member("handed_over")->elements();
  ASSERT_EQ(handed.size(), 1u);
  EXPECT_EQ(handed.front().second.member("decided_again")->scalar(), "true");
  EXPECT_EQ(text::to_text(*handed.front().second.member("under")), R"(["cheshire-east/marac police-high-risk-to-idva"])");
}

TEST_F(ExplainTest, WhoWasToldNothingLearnsWhy) {
  stage.send(kPolice, incident("R1", 17));
  const Json programme = of("R1", "programme");
  EXPECT_EQ(programme.member("told")->scalar(), "nothing");
  EXPECT_TRUE(programme.member("may_open")->elements().empty());
  EXPECT_FALSE(programme.member("withheld")->elements().empty());
  const auto nobody = broker::explain_event(stage.process().core(), stage.sealed("R1").event, "nobody", stage.process().engine(), kBroker, stage.machine.keys);
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, code::kNotFound);
}

TEST_F(ExplainTest, AnExplanationReadsTheConsentThatTheDecisionRead) {
  const auto said = [](Kind kind, std::string reference, contract::ConsentState state) {
    Draft draft(kind, std::move(reference));
    draft.person(1, kVictim, {Item::Name, Item::SafeContact}).fact(1, Fact::Consent, static_cast<contract::FactValue>(state)).known_as(1, "her");
    return draft;
  };
  stage.send(kPolice, said(Kind::ConsentChange, "C1", contract::ConsentState::Withdrawn));
  stage.send(kPolice, no_markers(said(Kind::RiskAssessment, "A1", contract::ConsentState::Given)
                                     .fact(1, Fact::RiskScore, 12)
                                     .fact(1, Fact::Residence, *contract::area_code("E06000049"))
                                     .fact(1, Fact::Judgement, static_cast<contract::FactValue>(contract::RiskBand::Medium))
                                     .happened(kNight - std::chrono::hours(24))));
  const std::string text = text::to_text(of("A1", "helpline"));
  EXPECT_NE(text.find("consent for high-risk is required"), std::string::npos) << text;
}

}  // namespace
}  // namespace concordat::test
