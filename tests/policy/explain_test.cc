// explain: the words that somebody is given who asks why a desk was or was not told.
#include "policy/explain.h"

#include <gtest/gtest.h>

#include "tests/policy/world.h"

namespace concordat::policy {
namespace {

using contract::Fact;
using namespace world;

class Explain : public testing::Test {
 protected:
  std::string text(Event& event, std::uint16_t desk) {
    const auto agreements = unchecked(directory_, file_text(kMarac));
    return to_text(explain(event.get(), state_, *agreements, directory_, now_, DeskNumber{desk}));
  }

  directory::Directory directory_ = cheshire_east();
  StateFacts state_;
  Instant now_ = summer_2026();
};

TEST_F(Explain, ARefusalSaysWhatIsKnownAndWhatWouldChangeIt) {
  Event event = incident(11);
  EXPECT_EQ(text(event, 11),
            "cheshire-east-council/idva  told nothing\n"
            "  because    cheshire-east/marac police-high-risk-to-idva: the risk is medium (11 of 24, no judgement); "
            "would be told at 14 of 24, or on a judgement of high, "
            "or at 3 incidents within 12 months, or as a repeat within 12 months of the last referral\n");
}

TEST_F(Explain, AGrantNamesClauseAndObligations) {
  Event event = incident(17);
  EXPECT_EQ(
      text(event, 11),
      "cheshire-east-council/idva\n"
      "  may open   victim.name victim.date_of_birth victim.safe_contact victim.home_address victim.risk_answers "
      "alleged_perpetrator.name "
      "alleged_perpetrator.bail_conditions child.name child.date_of_birth case.incident_details case.incident_place\n"
      "             by cheshire-east/marac police-high-risk-to-idva\n"
      "  withheld   victim.narrative alleged_perpetrator.relationship child.school case.narrative\n"
      "             because no clause that leads to the desk lists it\n"
      "  must       read within 15 minutes\n"
      "  must       act within 2 hours\n"
      "  must       otherwise to cheshire-east-council/marac, cheshire-east-council/unplaced\n"
      "  must       keep 365 days from the closing of the case, then erase\n"
      "  must       pass on to cheshire-east-council/marac the same items; else ask the sender\n");
  const auto desks = explain(event.get(), state_, *marac(directory_), directory_, summer_2026(), DeskNumber{11});
  EXPECT_EQ(desks[0].items[0].purpose, "high-risk");
  EXPECT_EQ(desks[0].items[0].basis, "police-discloses → council-receives, by crime-and-disorder-act-1998-s115");
}

TEST_F(Explain, ADeskWithoutAClauseIsToldSo) {
  Event event = incident(17);
  EXPECT_EQ(text(event, 31),
            "lifeline/programme  told nothing\n  because    no clause of this kind and sender leads to the desk\n");
}

TEST_F(Explain, WhatARegistrationMustSayHasItsWords) {
  std::string yaml = edited(file_text(kMarac), "share: [incident, risk_assessment, referral]", "share: court_outcome");
  yaml = edited(yaml, "serving: victim.residence", "serving: registration.residence");
  const auto condition = [&](const std::string& says) { return edited(yaml, "{any: [{risk: {at_least: high}}, {judgement: high}, {escalation: met}, {repeat: true}]}", "{registration: {abuse_case: " + says + "}}"); };
  Event outcome(contract::Kind::CourtOutcome);
  outcome.person(1, kVictim, {contract::Item::Name});
  const auto idva = [&](const std::string& says) {
    return to_text(explain(outcome.get(), state_, *unchecked(directory_, condition(says)), directory_, now_, DeskNumber{11}));
  };
  EXPECT_NE(idva("true").find("the registration says that it is an abuse case: not so, or not known; would be told once the registration says that it is an abuse case"), std::string::npos) << idva("true");
  EXPECT_NE(idva("false").find("the registration says that it is no abuse case: not so"), std::string::npos);
  state_.registration_abuse_case = Truth::True;
  EXPECT_NE(idva("true").find("the desk does not serve the area, or the area is not known"), std::string::npos) << idva("true");
  state_.registration_residence = *contract::area_code("E06000049");
  EXPECT_NE(idva("true").find("may open   victim.name"), std::string::npos) << idva("true");
}

TEST_F(Explain, ConsentConflictSuspensionAndProhibitionEachHaveTheirWords) {
  Event referral(contract::Kind::Referral);
  referral.person(1, kVictim, {contract::Item::Name}).fact(1, Fact::RiskScore, 12).fact(1, Fact::Judgement, 2);
  for (const Fact marker : {Fact::HonourBased, Fact::ForcedMarriage, Fact::Fgm})
    referral.fact(1, marker, contract::kNo);
  EXPECT_NE(text(referral, 21)
                .find("medium-risk-to-support: consent for high-risk is required and not there; would be told once "
                      "consent is given"),
            std::string::npos);
  referral.fact(1, Fact::Fgm, contract::kUnknown);
  EXPECT_NE(text(referral, 21).find("if it were certain that not (any of (the victim has honour based: yes"),
            std::string::npos)
      << text(referral, 21);
  Event event = incident(17);
  event.fact(2, Fact::WorksFor, directory::code_of("cheshire-east-council"));
  EXPECT_NE(text(event, 11).find("somebody in the case works there"), std::string::npos);
  directory_.desks[6].mailbox = directory_.desks[0].mailbox;
  Event shared = incident(17);
  EXPECT_NE(text(shared, 11).find("because `never cheshire-east/marac whereabouts` forbids it under any clause"),
            std::string::npos);
  directory_.desks[0].suspended = true;
  EXPECT_NE(text(shared, 11).find("the desk or its party is suspended"), std::string::npos) << text(shared, 11);
}

TEST_F(Explain, WhatHasEndedSaysSo) {
  Event event = incident(17);
  now_ = first_moment(std::chrono::year(2027) / 7 / 1);
  EXPECT_NE(text(event, 11).find("police-high-risk-to-idva: ended on 2027-06-30"), std::string::npos) << text(event, 11);
}

TEST_F(Explain, WithoutADeskEveryDeskThatMattersIsExplained) {
  Event event = incident(17);
  std::string names;
  for (const DeskExplained& desk : explain(event.get(), state_, *marac(directory_), directory_, summer_2026()))
    names += desk.name + (desk.told ? "+ " : "- ");
  EXPECT_EQ(names,
            "cheshire-east-council/idva+ cheshire-east-council/marac+ cheshire-east-council/checs- "
            "cheshire-east-council/adults- my-cwa/helpline- ");
}

TEST_F(Explain, TheJsonHoldsTheSame) {
  Event event = incident(11);
  const auto json =
      to_json(explain(event.get(), state_, *marac(directory_), directory_, summer_2026(), DeskNumber{11}));
  const std::string line = text::to_text(json);
  EXPECT_TRUE(line.starts_with(
      "[{\"desk\":\"cheshire-east-council/idva\",\"told\":false,\"duty\":false,\"fallback\":false,\"items\":[{\""))
      << line;
  EXPECT_NE(
      line.find(
          "\"item\":\"victim.name\",\"granted\":false,\"clause\":\"cheshire-east/marac police-high-risk-to-idva\""),
      std::string::npos);
}

}  // namespace
}  // namespace concordat::policy
