// Agreements that do not fit the directory, cannot be enforced or are not lawful on their face are refused, in words.
#include "policy/lawful/lawful.h"

#include <gtest/gtest.h>

#include "policy/lawful/basis.h"
#include "tests/policy/world.h"

namespace concordat::policy {
namespace {

using namespace world;

class Lawful : public testing::Test {
 protected:
  std::string findings(const std::string& yaml) {
    auto agreement = read_agreement("f", yaml);
    if (!agreement) return agreement.error().detail;
    const std::vector<Adopted> adopted{{*std::move(agreement), {}}};
    std::string text;
    for (const Finding& finding : check(adopted, directory_))
      text += std::string(finding.code.name) + (finding.warning ? " (warning) " : " ") + finding.where + " " +
              finding.message + "\n";
    return text;
  }
  std::string broken(const std::string& from, const std::string& to) { return findings(edited(base_, from, to)); }

  directory::Directory directory_ = cheshire_east();
  std::string base_ = file_text("tests/policy/base.yaml");
};

TEST_F(Lawful, TheBaseAndTheDemonstrationAgreementHaveNoFindings) {
  EXPECT_EQ(findings(base_), "");
  EXPECT_EQ(findings(file_text(kMarac)), "");
}

TEST_F(Lawful, EveryRowOfTheTablesNamesItsStatuteAndSection) {
  const auto tables = lawful::read_tables(lawful::built_in_bases(), lawful::built_in_gateways());
  ASSERT_TRUE(tables) << tables.error().detail;
  EXPECT_GE(tables->gateways.size(), 6U);
  EXPECT_FALSE(tables->gateways.at("crime-and-disorder-act-1998-s115").row.checked);
  const std::string bad = edited(std::string(lawful::built_in_gateways()), "section: section 115, ", "");
  EXPECT_EQ(lawful::read_tables(lawful::built_in_bases(), bad).error().detail,
            "policy/law/gateways.yaml:6:5: `section` is missing");
  EXPECT_FALSE(
      lawful::read_tables(edited(std::string(lawful::built_in_bases()), "covers: [special]", "covers: [speciall]"),
                          lawful::built_in_gateways()));
}

TEST_F(Lawful, EachClassOfAnItemNeedsABasisThatCoversIt) {
  EXPECT_EQ(broken("[name, safe_contact]", "[name, risk_answers]"), "");
  const std::string special = edited(base_, "[name, safe_contact]", "[name, language_and_needs]");
  EXPECT_EQ(findings(edited(edited(special, "article_9: [g], ", ""), "facts: [risk_score]", "facts: [age_band]")),
            "E-LAW f:27:5 clause high-risk: language_and_needs holds special category data, which the recipient's "
            "basis `council-receives` does not cover\n"
            "E-LAW f:43:5 clause like-it: language_and_needs holds special category data, which the recipient's basis "
            "`council-receives` does not cover\n");
  const std::string criminal =
      edited(base_, "child: [name]\n    facts", "alleged_perpetrator: [bail_conditions]\n    facts");
  EXPECT_NE(findings(edited(criminal, "article_10: dpa-2018-s10-5, ", ""))
                .find("bail_conditions holds criminal offence data"),
            std::string::npos);
  const std::string narrative = edited(base_, "[name, safe_contact]", "[name, narrative]");
  EXPECT_NE(findings(edited(narrative, "article_9: [g], article_10: dpa-2018-s10-5, ", ""))
                .find("narrative holds special category and criminal offence data"),
            std::string::npos);
  EXPECT_NE(findings(edited(base_, "facts: [risk_score]\n", "facts: [honour_based]\n")
                         .replace(base_.find("article_9: [g], "), 16, ""))
                .find("sensitive_markers holds special"),
            std::string::npos);
}

TEST_F(Lawful, AConditionOfAnArticleIsNotLeftOut) {
  EXPECT_NE(broken("schedule_1: [10, 18]", "schedule_1: [30]")
                .find("article_9 g needs a paragraph of `schedule_1`: 6, 10, 18, 19"),
            std::string::npos);
  EXPECT_NE(broken("article_6: e,", "article_6: ea,").find("law council-receives: article_6 ea needs `annex_1`"),
            std::string::npos);
  EXPECT_NE(broken("article_6: e,", "article_6: z,").find("law council-receives: article_6 `z` is in no law table"),
            std::string::npos);
  EXPECT_NE(broken("article_9: [g]", "article_9: [x]").find("article_9 `x` is in no law table"), std::string::npos);
  EXPECT_NE(broken("dpa-2018-s36-4", "dpa-2018-s36-5")
                .find("leaves_by `dpa-2018-s36-5` is in no law table; the nearest right word is `dpa-2018-s36-4`"),
            std::string::npos);
  EXPECT_NE(broken("schedule_1: [10, 18]", "schedule_1: [10, 39]").find("schedule_1 `39` is in no law table"),
            std::string::npos);
}

TEST_F(Lawful, Part3IsForCompetentAuthoritiesAlone) {
  EXPECT_NE(
      broken("competent_authority: true, ", "")
          .find("`cheshire-constabulary` is no competent authority, so `police-discloses` (Part 3) is not its basis"),
      std::string::npos);
  EXPECT_NE(broken("recipient: council-receives", "recipient: police-discloses")
                .find("`cheshire-east-council` is no competent authority"),
            std::string::npos);
}

TEST_F(Lawful, AGatewayMustLetThisPartyTellThatOne) {
  EXPECT_EQ(broken("gateway: [crime-and-disorder-act-1998-s115]", "gateway: [crime-and-disorder-act-1998-s116]"),
            "E-LAW f:27:5 clause high-risk: gateway `crime-and-disorder-act-1998-s116` is in no law table; the nearest "
            "right word is `crime-and-disorder-act-1998-s115`\n"
            "E-LAW f:27:5 clause high-risk: no gateway named lets police (cheshire-constabulary) tell local_authority "
            "(cheshire-east-council)\n"
            "E-LAW f:43:5 clause like-it: gateway `crime-and-disorder-act-1998-s116` is in no law table; the nearest "
            "right word is `crime-and-disorder-act-1998-s115`\n"
            "E-LAW f:43:5 clause like-it: no gateway named lets police (cheshire-constabulary) tell local_authority "
            "(cheshire-east-council)\n");
  const std::string charity =
      edited(base_, "to: {desk: idva, serving: victim.residence, if_none: unplaced}", "to: {party: my-cwa}");
  EXPECT_EQ(findings(charity), "");  // it acts for the council
  EXPECT_NE(findings(edited(charity, ", acts_for: cheshire-east-council", "")).find("tell support_service (my-cwa)"),
            std::string::npos);
}

TEST_F(Lawful, WhoDisclosesNeedsABasisToDiscloseUnder) {
  EXPECT_NE(broken("discloses_under: police-discloses, ", "")
                .find("duty a-duty: `cheshire-constabulary` has no basis to disclose under"),
            std::string::npos);
  EXPECT_NE(broken("    share: incident\n    from: cheshire-constabulary", "    share: incident\n    from: any_party")
                .find("`lifeline` has no basis"),
            std::string::npos);
}

TEST_F(Lawful, HealthNeedsAGroundInConfidence) {
  std::string yaml = edited(
      base_, "  lifeline:",
      "  mid-cheshire-hospitals: {role: hospital, capacity: controller, signs: [caldicott_guardian]}\n  lifeline:");
  yaml = edited(edited(yaml, "    from: cheshire-constabulary\n    to: {desk: idva",
                       "    from: mid-cheshire-hospitals\n    to: {desk: idva"),
                "discloser: police-discloses", "discloser: council-receives");
  EXPECT_NE(
      findings(yaml).find(
          "`mid-cheshire-hospitals` owes confidence; `council-receives` needs `confidentiality` and `decided_by`"),
      std::string::npos);
  EXPECT_EQ(
      findings(edited(yaml, "schedule_1: [10, 18]}",
                      "schedule_1: [10, 18], confidentiality: overriding_public_interest, decided_by: clinician}")),
      "");
}

TEST_F(Lawful, AChainLeadsOnlyToDesksThatMayReceive) {
  std::string yaml = edited(base_, "signs: [chief_executive]}\n  lifeline",
                            "signs: [chief_executive], desks: {helpline: {role: support_service, serves: anywhere, "
                            "staffed: always}}}\n  lifeline");
  EXPECT_EQ(findings(yaml), "");
  EXPECT_NE(findings(edited(yaml, "then: [marac, unplaced]", "then: [helpline]"))
                .find("the chain leads to `helpline`, but no clause gives `my-cwa` a basis to receive these items"),
            std::string::npos);
}

// Found by a play: the directory made the perpetrator programme the IDVA's alternative, and it was told.
TEST_F(Lawful, AnAlternativeOfAnotherPartyMustBeOneThatMayReceive) {
  directory_.desks[0].alternative = DeskNumber{12};
  EXPECT_EQ(findings(base_), "") << "of the same party";
  directory_.desks[0].alternative = DeskNumber{31};
  EXPECT_NE(findings(base_).find("E-LAW f:27:5 clause high-risk: the directory names `lifeline/programme` as the alternative of "
                                 "`cheshire-east-council/idva`, but no clause gives `lifeline` a basis to receive these items"),
            std::string::npos);
  directory_.desks[0].alternative = DeskNumber{21};
  EXPECT_NE(findings(base_).find("no clause gives `my-cwa` a basis"), std::string::npos);
  const std::string covered =
      edited(base_, "    like: high-risk\n", "    like: high-risk\n    to: {party: my-cwa}\n");
  EXPECT_EQ(findings(covered), "");
  EXPECT_NE(findings(edited(covered, ", acts_for: cheshire-east-council", "")).find("no gateway named lets `cheshire-constabulary` tell `my-cwa`"),
            std::string::npos);
  std::string stranger = edited(covered, "  lifeline: {role: perpetrator_programme, capacity: controller, signs: [chief_executive]}\n", "");
  directory_.desks[0].alternative = DeskNumber{31};
  EXPECT_NE(findings(stranger).find("its party is none of this agreement's"), std::string::npos);
}

TEST_F(Lawful, APartyOfNoAgreementStandsInForNobodyAndKeepsNothingFromBeingAdopted) {
  directory_.parties.push_back(directory_.parties[4]);
  directory_.parties.back().name = "stranger";
  directory_.parties.back().number = PartyNumber{6};
  directory_.desks[6].party = PartyNumber{6};
  directory_.desks[0].alternative = DeskNumber{31};
  EXPECT_NE(findings(base_).find("E-LAW (warning) f:27:5 clause high-risk: the directory names `lifeline/programme` as the"),
            std::string::npos)
      << findings(base_);
}

TEST_F(Lawful, AChainNeedsAGatewayToo) {
  std::string yaml = edited(base_, "signs: [chief_executive]}\n  lifeline",
                            "signs: [chief_executive], desks: {helpline: {role: support_service, serves: anywhere, "
                            "staffed: always}}}\n  lifeline");
  yaml = edited(yaml, "    like: high-risk\n", "    like: high-risk\n    to: {desk: helpline}\n");
  yaml = edited(yaml, "then: [marac, unplaced]", "then: [helpline]");
  EXPECT_EQ(findings(yaml), "");
  EXPECT_NE(findings(edited(yaml, ", acts_for: cheshire-east-council", ""))
                .find("clause high-risk: no gateway named lets police (cheshire-constabulary) tell support_service (my-cwa)"),
            std::string::npos);
}

TEST_F(Lawful, WhoeverItMayBePassedOnToMustBeOneThatMayReceive) {
  const std::string with_desk =
      edited(base_, "lifeline: {role: perpetrator_programme, capacity: controller, signs: [chief_executive]}",
             "lifeline: {role: perpetrator_programme, capacity: controller, signs: [chief_executive], desks: {programme: "
             "{role: perpetrator_programme, serves: anywhere, staffed: office_hours}}}");
  EXPECT_EQ(findings(with_desk), "");
  const std::string text = findings(edited(with_desk, "onward: {to: [marac]", "onward: {to: [programme]"));
  EXPECT_NE(text.find("clause high-risk: no gateway named lets police (cheshire-constabulary) tell perpetrator_programme"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("clause high-risk: `onward` leads to `programme`, but no clause gives `lifeline` a basis"),
            std::string::npos)
      << text;
  const std::string forbidden = edited(edited(with_desk, "onward: {to: [marac]", "onward: {to: [programme]"),
                                       "[name, safe_contact]", "[name, home_address]");
  EXPECT_NE(findings(forbidden).find("`never whereabouts` of cheshire-east/small forbids passing on victim.home_address to "
                                     "`lifeline/programme`"),
            std::string::npos);
}

TEST_F(Lawful, NoProhibitionStarvesADutyThroughASharedMailbox) {
  const std::string marac = file_text(kMarac);
  EXPECT_EQ(findings(marac), "");
  directory_.desks[2].mailbox = directory_.desks[6].mailbox;
  EXPECT_NE(findings(marac).find("duty child-victim-to-safeguarding: `never whereabouts` of cheshire-east/marac could "
                                 "starve this duty of victim.safe_contact at `cheshire-east-council/checs`"),
            std::string::npos)
      << findings(marac);
  directory_ = cheshire_east();
  directory_.clients.emplace_back();
  directory_.clients[0].reads = {DeskNumber{13}, DeskNumber{31}};
  EXPECT_NE(findings(marac).find("could starve this duty"), std::string::npos);
}

TEST_F(Lawful, WhomAPartyActsForIsSaidByTheDirectoryToo) {
  directory_.desks[5].acts_for = {};
  EXPECT_NE(findings(base_).find("party `my-cwa` acts for `cheshire-east-council` here, but no desk of it does in the "
                                 "directory; mend one of the two"),
            std::string::npos);
  directory_.desks.erase(directory_.desks.begin() + 5);
  EXPECT_EQ(findings(base_), "") << "a party without desks is told nothing";
}

TEST_F(Lawful, NoClauseRunsIntoAProhibition) {
  std::string yaml =
      edited(base_, "to: {desk: idva, serving: victim.residence, if_none: unplaced}", "to: {party: lifeline}");
  yaml = edited(yaml, "gateway: [crime-and-disorder-act-1998-s115]", "gateway: [common-law-policing]");
  EXPECT_EQ(findings(yaml), "");
  EXPECT_EQ(findings(edited(yaml, "[name, safe_contact]", "[name, home_address]")),
            "E-MEANING f:27:5 clause high-risk: `never whereabouts` of cheshire-east/small forbids victim.home_address "
            "at `lifeline/programme`\n"
            "E-MEANING f:43:5 clause like-it: `never whereabouts` of cheshire-east/small forbids victim.home_address "
            "at `lifeline/programme`\n");
  EXPECT_NE(findings(edited(yaml, "[name, safe_contact]", "[name, narrative]")).find("forbids victim.narrative"),
            std::string::npos);
}

TEST_F(Lawful, NoProhibitionStarvesADutyNotEvenUnderACondition) {
  EXPECT_EQ(broken("[idva, marac_coordinator, fallback]", "[idva, fallback]"),
            "E-MEANING f:47:5 duty a-duty: `never own-case` of cheshire-east/small could starve this duty of "
            "child.name at `cheshire-east-council/marac`\n");
}

TEST_F(Lawful, APartyOrDeskThatTheDirectoryKnowsOtherwiseIsNamed) {
  EXPECT_NE(broken("my-cwa: {role: support_service", "my-cwa: {role: housing")
                .find("party `my-cwa` is support_service in the directory"),
            std::string::npos);
  EXPECT_NE(broken("signs: [chief_officer]", "signs: [chief_office]")
                .find("party `cheshire-constabulary` has no signatory `chief_office` in the directory"),
            std::string::npos);
  EXPECT_NE(broken("  lifeline:", "  lifeboat:").find("party `lifeboat` is not in the directory"), std::string::npos);
  EXPECT_NE(broken("idva: {role: idva", "idva: {role: isva")
                .find("desk `cheshire-east-council/idva`: the directory says otherwise of its role (idva)"),
            std::string::npos);
  EXPECT_NE(broken("idva: {role: idva, serves: [E06000049]", "idva: {role: idva, serves: [E06000050]")
                .find("the areas it serves"),
            std::string::npos);
  EXPECT_NE(broken("staffed: office_hours", "staffed: always").find("when it is staffed"), std::string::npos);
  directory_.desks.erase(directory_.desks.begin());
  EXPECT_NE(findings(base_).find("desk `cheshire-east-council/idva` is not in the directory"), std::string::npos);
}

TEST_F(Lawful, LiveAndTestNeverMixAndPartnershipsNeither) {
  EXPECT_NE(broken("environment: test", "environment: live").find("E-ENVIRONMENT"), std::string::npos);
  EXPECT_NE(broken("agreement: cheshire-east/small", "agreement: trafford/small")
                .find("the agreement is of `trafford`, the directory of `cheshire-east`"),
            std::string::npos);
}

TEST_F(Lawful, TheFallbackServesAnywhere) {
  EXPECT_NE(broken("if_none: unplaced", "if_none: marac").find("that desk must serve anywhere"), std::string::npos);
}

TEST_F(Lawful, WhoMayNotSendAKindIsWarnedOf) {
  directory_.parties[0].asserts = {contract::Kind::Incident};
  EXPECT_NE(findings(base_).find(
                "E-ASSERT (warning) f:27:5 clause high-risk: `cheshire-constabulary` may not send risk_assessment"),
            std::string::npos);
}

TEST_F(Lawful, WhatCannotBeEnforcedYetIsRefusedAndNotIgnored) {
  EXPECT_NE(broken("refusal: share_and_record", "refusal: clinician_decides")
                .find("`clinician_decides` cannot be enforced yet"),
            std::string::npos);
  EXPECT_NE(broken("{need: seek", "{capacity: best_interests, need: seek")
                .find("`capacity: best_interests` cannot be enforced yet"),
            std::string::npos);
  EXPECT_NE(broken("then: erase", "then: review").find("`then: review` is not followed up yet"), std::string::npos);
  EXPECT_NE(broken("[{role: perpetrator_programme}]", "[{acting_for: alleged_perpetrator}]")
                .find("`acting_for` cannot be enforced yet"),
            std::string::npos);
  EXPECT_NE(broken("marker: any_sensitive", "consent: given").find("a prohibition has none"), std::string::npos);
}

TEST_F(Lawful, WhatNoRegistrationIsLookedForCannotTurnOnOne) {
  EXPECT_NE(broken("serving: victim.residence", "serving: registration.residence")
                .find("E-MEANING f:30:9 clause high-risk: `serving: registration.residence`: no registration is looked for of incident; write `victim.residence`"),
            std::string::npos);
  EXPECT_NE(broken("{judgement: high}", "{registration: {abuse_case: true}}")
                .find("E-MEANING f:31:59 clause high-risk: `registration`: none is looked for of incident"),
            std::string::npos);
  const std::string outcome = edited(edited(base_, "share: [incident, risk_assessment]", "share: court_outcome"), "serving: victim.residence", "serving: registration.residence");
  EXPECT_EQ(findings(edited(outcome, "{judgement: high}", "{registration: {abuse_case: true}}")).find("registration"), std::string::npos);
}

TEST_F(Lawful, WhoSendsWhatIsJoinedToARegistrationIsNotToldWhoHearsOfIt) {
  const std::string tells = edited(base_, "lane: urgent,", "lane: urgent, tell_sender: yes,");
  EXPECT_EQ(findings(tells).find("`tell_sender`"), std::string::npos);
  EXPECT_NE(findings(edited(tells, "share: [incident, risk_assessment]", "share: court_outcome"))
                .find("E-MEANING f:27:5 clause high-risk: `tell_sender`: whoever sends events of court_outcome is not told who hears of them"),
            std::string::npos);
}

TEST_F(Lawful, CompileGivesTheFirstFinding) {
  auto agreement = read_agreement("f", edited(base_, "article_6: e,", "article_6: z,"));
  const auto compiled = InForce::compile({{*agreement, {}}}, directory_, fake_hash);
  ASSERT_FALSE(compiled);
  EXPECT_EQ(compiled.error().code, code::kLaw);
  EXPECT_EQ(compiled.error().detail.substr(0, 28), "f:25:3: law council-receives");
}

TEST_F(Lawful, AnEmptySetPermitsNothing) {
  const auto compiled = InForce::compile({}, directory_, fake_hash);
  ASSERT_TRUE(compiled);
  Event event = incident(24);
  Decision decision;
  decide(event.get(), {}, **compiled, directory_, summer_2026(), decision);
  EXPECT_TRUE(decision.desks.empty());
  EXPECT_FALSE(releasable(event.get(), **compiled, directory_, summer_2026()));
}

}  // namespace
}  // namespace concordat::policy
