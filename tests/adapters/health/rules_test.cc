// The table of a hospital's codes: strict, with line, column and the nearest right word.
#include "tests/adapters/health/reading.h"

namespace concordat::health::testing {
namespace {

const std::string kOne = "table: t\ndisclosures:\n  - {field: DG1-3, code: T74.1, by: clinician}\n";

/// Empty if it is in order.
std::string refused(const std::string& yaml) {
  const auto rules = Rules::parse("t.yaml", yaml);
  return rules ? "" : std::string(rules.error().code.name) + " " + rules.error().detail;
}

TEST(Tables, TheSampleIsInOrder) { EXPECT_EQ(refused(sample("disclosures.yaml")), ""); }
TEST(Tables, TheDemonstrationsIsInOrder) { EXPECT_EQ(refused(file_text("ops/demo/health/disclosures.yaml")), ""); }

TEST(Tables, WithoutADisclosureItIsNoTable) {
  EXPECT_TRUE(has(refused("table: t\n"), "disclosures"));
  EXPECT_TRUE(has(refused("table: t\ndisclosures: []\n"), "nothing is ever published"));
}

TEST(Tables, WhatIsWrongIsNamedWithItsPlaceAndTheRightWord) {
  EXPECT_TRUE(has(refused("table: t\ndisclosures:\n  - {field: DG1-3, code: T74.1, by: clinican}\n"), "t.yaml:3:"));
  EXPECT_TRUE(has(refused("table: t\ndisclosures:\n  - {field: DG1-3, code: T74.1, by: clinican}\n"), "clinician"));
  EXPECT_TRUE(has(refused(kOne + "saf_contact: []\n"), "safe_contact"));
  EXPECT_TRUE(has(refused(kOne + "risk: {answers: [{question: D1, to: q25}]}\n"), "t.yaml:4:"));
  EXPECT_TRUE(has(refused("table: t\ndisclosures:\n  - {field: DG1, code: X, by: clinician}\n"), "no place in a message"));
}

TEST(Tables, NextOfKinIsNeverNamed) {
  for (const char* yaml : {"safe_contact: [{field: NK1-5, to: mobile}]\n", "risk: {answers: [{field: NK1-3, to: q01}]}\n", "injuries: [{field: NK1-3, code: X}]\n"}) {
    EXPECT_TRUE(has(refused(kOne + yaml), "next of kin may be the perpetrator")) << yaml;
  }
}

TEST(Tables, NothingIsSafeThatNobodyCalledSafe) {
  EXPECT_TRUE(has(refused(kOne + "safe_contact: [{field: PID-13, to: mobile}]\n"), "nobody called PID-13 safe"));
  EXPECT_EQ(refused(kOne + "safe_contact: [{field: ZSC-1, to: mobile}]\n"), "");
  EXPECT_EQ(refused(kOne + "safe_contact: [{question: SAFE, to: mobile}]\n"), "");
}

TEST(Tables, WhoSomebodyIsDisclosesNothing) { EXPECT_TRUE(has(refused("table: t\ndisclosures:\n  - {field: PID-8, code: F, by: clinician}\n"), "no disclosure")); }

TEST(Tables, AQuestionAloneIsNoAnswer) {
  EXPECT_TRUE(has(refused("table: t\ndisclosures:\n  - {field: OBX-3, code: DA, by: clinician}\n"), "question"));
  EXPECT_TRUE(has(refused("table: t\ndisclosures:\n  - {question: DA, by: clinician}\n"), "code")) << "which answer?";
  EXPECT_EQ(refused("table: t\ndisclosures:\n  - {question: DA, code: \"Y\", not: \"N\", by: clinician}\n"), "");
}

TEST(Tables, AQuestionsOtherAnswersAreNamed) {
  const auto with = [](const std::string& rules) { return refused("table: t\ndisclosures:\n" + rules); };
  EXPECT_TRUE(has(with("  - {question: DA, code: \"Y\", by: clinician}\n"), "`not:")) << "is \"YES\" a no?";
  EXPECT_TRUE(has(with("  - {question: DA, begins: \"Y\", by: clinician}\n"), "t.yaml:3:"));
  EXPECT_EQ(with("  - {question: DA, code: \"Y\", not: [], by: clinician}\n"), "") << "every other answer is for a person";
  EXPECT_EQ(with("  - {question: DA, code: P, by: patient}\n  - {question: DA, code: F, not: [NONE, U], by: third_party}\n"), "") << "once for a question";
  EXPECT_TRUE(has(with("  - {question: DA, code: P, not: [O], by: patient}\n  - {question: DA, code: O, by: third_party}\n"), "discloses")) << "it cannot be both";
  EXPECT_TRUE(has(with("  - {question: DA, begins: P, not: [PNO], by: patient}\n"), "discloses"));
  EXPECT_TRUE(has(with("  - {field: ZDA-2, code: \"Y\", not: [NONE], by: patient}\n"), "question"));
}

TEST(Tables, ConsentSaysWhatEachWordMeansAndForWhat) {
  EXPECT_TRUE(has(refused(kOne + "consent: [{question: C, purpose: high-risk}]\n"), "words"));
  EXPECT_TRUE(has(refused(kOne + "consent: [{question: C, words: [{from: \"Y\", to: given}]}]\n"), "purpose"));
  EXPECT_TRUE(has(refused(kOne + "consent: [{question: C, purpose: p, words: [{from: \"Y\", to: yes}]}]\n"), "t.yaml:4:"));
}

TEST(Tables, AFieldIsFilledFromOnePlace) {
  EXPECT_TRUE(has(refused(kOne + "risk: {answers: [{question: D1, to: q01}, {question: D2, to: q01}]}\n"), "room for one"));
  EXPECT_TRUE(has(refused(kOne + "safe_contact: [{field: ZSC-1, to: mobile}, {field: ZSC-2, to: mobile}]\n"), "room for one"));
  EXPECT_EQ(refused(kOne + "safe_contact: [{field: ZSC-1, to: time}, {field: ZSC-2, to: time}]\n"), "");
}

TEST(Tables, CodesAreComparedWithoutStopsBlanksAndCase) {
  EXPECT_EQ(normal_code(" t74.1 "), "T741");
  const auto rules = Rules::parse("t.yaml", kOne);
  ASSERT_TRUE(rules);
  const auto finds = [&](const std::string& dg1) {
    const auto message = hl7::parse("MSH|^~\\&|A\r" + dg1 + "\r", 1);
    return message && !found(message->segments, rules->disclosures[0].coded).empty();
  };
  EXPECT_TRUE(finds("DG1|1||T741"));
  EXPECT_TRUE(finds("DG1|1||t74.1^x^I10"));
  EXPECT_TRUE(finds("DG1|1||12345^x^SCT^T74.1^x^I10")) << "the alternate code";
  EXPECT_TRUE(finds("DG1|1||X~T74.1")) << "the second repetition";
  EXPECT_FALSE(finds("DG1|1||T74.10"));
  EXPECT_FALSE(finds("DG1|1||"));
  EXPECT_FALSE(finds("DG1|1||\"\""));
}

TEST(Tables, ASystemThatIsNamedMustBeTheCodes) {
  const auto rules = Rules::parse("t.yaml", "table: t\ndisclosures:\n  - {field: DG1-3, code: \"1\", system: I10, by: clinician}\n");
  ASSERT_TRUE(rules);
  const auto finds = [&](const std::string& dg1) { return !found(hl7::parse("MSH|^~\\&|A\r" + dg1 + "\r", 1)->segments, rules->disclosures[0].coded).empty(); };
  EXPECT_TRUE(finds("DG1|1||1^x^I10"));
  EXPECT_FALSE(finds("DG1|1||1^x^LOCAL"));
  EXPECT_FALSE(finds("DG1|1||1"));
}

}  // namespace
}  // namespace concordat::health::testing
