// Scenarios beside agreements: what holds, what fails and in which words, what is refused, and what no scenario exercises.
#include "policy/questions/scenario.h"

#include <gtest/gtest.h>

#include "policy/questions/paper.h"
#include "tests/policy/world.h"

namespace concordat::policy {
namespace {

using namespace world;
using questions::Rehearsal;
using questions::ScenarioFile;

class ScenarioTest : public testing::Test {
 protected:
  void SetUp() override {
    auto agreement = read_agreement("marac.yaml", file_text(kMarac));
    ASSERT_TRUE(agreement.has_value());
    std::vector<Agreement> agreements{*agreement};
    paper_ = questions::on_paper(agreements);
    auto set = questions::in_force_on_paper(std::move(agreements), paper_);
    ASSERT_TRUE(set.has_value()) << set.error().detail;
    set_ = *set;
  }
  /// One scenario: a high-risk assessment, with what must come of it.
  static std::string scenario(const std::string& then, const std::string& victim = "residence: E06000049, risk_score: 14, items: [name, safe_contact]") {
    return "agreements: [marac.yaml]\nscenarios:\n  - id: one\n    given:\n      kind: risk_assessment\n      from: cheshire-constabulary\n      people:\n        - victim: {" +
           victim + "}\n    then: {" + then + "}\n";
  }
  std::string ran(const std::string& yaml) {
    const auto read = questions::read_scenarios("s.yaml", yaml, *set_, paper_);
    if (!read) return std::string(read.error().code.name) + " " + read.error().detail;
    Rehearsal rehearsal(*set_, paper_);
    std::string words;
    for (const auto& one : read->scenarios) {
      for (const std::string& difference : rehearsal.run(one).differences) words += difference + "\n";
    }
    return words;
  }
  directory::Directory paper_;
  std::shared_ptr<const InForce> set_;
};

TEST_F(ScenarioTest, WhatIsExpectedExactlyHolds) {
  EXPECT_EQ(ran(scenario("idva: {victim: [name, safe_contact]}, marac: {victim: [name]}, others: nothing")), "");
  EXPECT_EQ(ran(scenario("idva: {victim: [name, safe_contact]}")), "") << "of whom nothing is said, nothing is asked";
}

TEST_F(ScenarioTest, MoreThanIsExpectedFailsAndSoDoesLess) {
  EXPECT_EQ(ran(scenario("idva: {victim: [name]}")), "line 9: idva may open victim.safe_contact, and must not\n");
  EXPECT_EQ(ran(scenario("idva: {victim: [name, safe_contact, injury]}")), "line 9: idva must be able to open victim.injury, and is not\n");
  EXPECT_EQ(ran(scenario("idva: nothing")), "line 9: idva may open victim.name, victim.safe_contact, and must not\n");
  EXPECT_EQ(ran(scenario("idva: {victim: [name, safe_contact]}, others: nothing")),
            "cheshire-east-council/marac may open victim.name, and nobody else must\n");
}

TEST_F(ScenarioTest, WhatIsNotGivenIsUnknown) {
  EXPECT_EQ(ran(scenario("unplaced: {victim: [name, safe_contact]}, idva: nothing", "risk_score: 14, items: [name, safe_contact]")), "");
  EXPECT_EQ(ran(scenario("others: nothing", "residence: E06000049, items: [name]")), "") << "no score is no high risk";
}

TEST_F(ScenarioTest, WhatIsNoWordIsRefusedWithItsPlaceAndTheNearest) {
  EXPECT_EQ(ran(scenario("idvaa: nothing")), "E-MEANING s.yaml:9:12: `idvaa` is no desk of these agreements");
  EXPECT_EQ(ran(scenario("others: nothing", "residense: E06000049")), "E-WORD s.yaml:8:20: `residense` is no word here; the nearest right word is `residence`");
  EXPECT_EQ(ran(scenario("others: nothing", "domestic_abuse: true")).substr(0, 36), "E-WORD s.yaml:8:20: `domestic_abuse`") << "a fact of the event, not of a person";
  EXPECT_EQ(ran(scenario("others: something")), "E-YAML s.yaml:9:20: of others a scenario says `nothing`, or nothing at all");
  EXPECT_EQ(ran(scenario("")).substr(0, 9), "E-MEANING");
}

TEST_F(ScenarioTest, WhatNoScenarioExercisesIsNamed) {
  const auto read = questions::read_scenarios("s.yaml", scenario("idva: {victim: [name, safe_contact]}"), *set_, paper_);
  ASSERT_TRUE(read.has_value());
  Rehearsal rehearsal(*set_, paper_);
  rehearsal.run(read->scenarios[0]);
  const std::vector<std::string> never = rehearsal.unexercised();
  const auto names = [&](const std::string& words) { return std::find(never.begin(), never.end(), "cheshire-east/marac " + words) != never.end(); };
  EXPECT_FALSE(names("police-high-risk-to-idva never granted anything"));
  EXPECT_TRUE(names("police-high-risk-to-idva never withheld anything"));
  EXPECT_TRUE(names("progress-to-marac never granted anything"));
  EXPECT_FALSE(names("progress-to-marac never withheld anything")) << "it has no condition";
  EXPECT_TRUE(names("whereabouts never forbade anything"));
}

}  // namespace
}  // namespace concordat::policy
