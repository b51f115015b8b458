// decide and releasable on the agreement of Cheshire East: who is told what, and the refusal beside each permission.
#include "policy/decide.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "tests/policy/world.h"

namespace {
std::size_t allocations = 0;
}
// GCC 12 sees the inlined half of a replaced pair and takes it for a mismatch.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace concordat::policy {
namespace {

using contract::Fact;
using contract::Item;
using contract::Kind;
using namespace world;

class Decide : public testing::Test {
 protected:
  std::string decided(Event& event) {
    agreements_ = checked_ ? in_force(directory_, {yaml_}) : unchecked(directory_, yaml_);
    decide(event.get(), state_, *agreements_, directory_, now_, decision_);
    return told(event.get(), decision_, directory_);
  }
  const DeskDecision* desk(std::uint16_t number) const {
    for (const DeskDecision& desk : decision_.desks) {
      if (desk.desk.value == number) return &desk;
    }
    return nullptr;
  }
  bool idva_told(Event& event) { return decided(event), desk(11) != nullptr; }

  /// What may be open of a desk: its labels in words.
  std::string opens(Event& event, std::uint16_t number) {
    std::string words;
    for (std::size_t i = 0; desk(number) != nullptr && i < event.get().labels.size(); ++i) {
      const seal::Label& label = event.get().labels[i];
      if (desk(number)->granted[i]) words += std::to_string(label.person) + ":" + label_words(label) + " ";
    }
    return words;
  }

  directory::Directory directory_ = cheshire_east();
  std::string yaml_ = file_text(kMarac);
  bool checked_ = true;
  std::shared_ptr<const InForce> agreements_;
  StateFacts state_;
  Instant now_ = summer_2026();
  Decision decision_;
};

TEST_F(Decide, HighRiskReachesTheIdvaWithWhatTheClauseLists) {
  Event event = incident(17);
  EXPECT_EQ(
      decided(event),
      "idva: victim.name victim.date_of_birth victim.safe_contact victim.home_address victim.risk_answers "
      "alleged_perpetrator.name "
      "alleged_perpetrator.bail_conditions child.name child.date_of_birth case.incident_details case.incident_place | "
      "marac: victim.name victim.date_of_birth victim.risk_answers alleged_perpetrator.name child.name "
      "child.date_of_birth case.incident_details");
  EXPECT_EQ(desk(11)->terms.lane, Lane::Urgent);
  EXPECT_EQ(desk(11)->terms.read_within_minutes, 15U);
  EXPECT_EQ(desk(11)->terms.act_within_minutes, 120U);
  EXPECT_EQ(desk(11)->terms.then, (std::array<DeskNumber, 4>{DeskNumber{12}, DeskNumber{15}}));
  EXPECT_EQ(desk(11)->terms.keep_days, 365U);
  EXPECT_EQ(desk(11)->terms.onward[0], DeskNumber{12});
  EXPECT_EQ(desk(11)->onward, desk(11)->granted);
  EXPECT_EQ(agreements_->name(desk(11)->reasons[0].clause), "cheshire-east/marac police-high-risk-to-idva");
  EXPECT_TRUE(desk(11)->facts_released[static_cast<std::size_t>(Fact::RiskScore)]);
}

TEST_F(Decide, MediumRiskAloneReachesNobody) {
  Event event = incident(11);
  EXPECT_EQ(decided(event), "nobody: ConditionFailed ConditionFailed ConditionFailed ConditionFailed ConditionFailed ConditionFailed");
  EXPECT_TRUE(decision_.urgent_or_mandatory);  // what the child is to the incident is not said: a duty might have held
}

TEST_F(Decide, AnAlarmIsForWhatMayBeUrgentAndNotForEverySilence) {
  const auto standard = [] {
    Event event(Kind::Incident);
    event.person(1, kVictim, {Item::Name})
        .fact(Fact::DomesticAbuse, contract::kYes)
        .fact(1, Fact::RiskScore, 4)
        .fact(1, Fact::AgeBand, static_cast<std::uint32_t>(contract::AgeBand::Age25To59));
    return event;
  };
  const auto alarms = [&](Event event) { return decided(event).starts_with("nobody") && decision_.urgent_or_mandatory; };
  EXPECT_FALSE(alarms(standard()));  // no child there, no marker or need noted, no history, no judgement beside the score
  EXPECT_TRUE(alarms(standard().fact(1, Fact::RiskScore, contract::kUnknown))) << "nobody assessed the risk";
  EXPECT_FALSE(alarms(standard().fact(1, Fact::RiskScore, contract::kUnknown).fact(1, Fact::Judgement, 1)));
  EXPECT_TRUE(alarms(standard().fact(1, Fact::AgeBand, contract::kUnknown))) << "she may be a child";
  EXPECT_TRUE(alarms(standard().person(2, kChild, {Item::Name}))) << "a child, and nobody said where it was";
  Event unsaid = incident(17);
  unsaid.fact(Fact::DomesticAbuse, contract::kUnknown);
  EXPECT_TRUE(alarms(unsaid)) << "high risk, and nobody said of what";
  EXPECT_FALSE(alarms(standard().fact(1, Fact::RiskScore, contract::kUnknown).fact(Fact::DomesticAbuse, contract::kNo)));
}

TEST_F(Decide, AnIncidentOfAnotherSortLeavesNobodyTold) {
  Event event = incident(17);
  event.fact(3, Fact::ChildIs, 2).fact(Fact::DomesticAbuse, contract::kNo);
  EXPECT_EQ(decided(event).substr(0, 23), "nobody: ConditionFailed");
  EXPECT_FALSE(decision_.urgent_or_mandatory);
  EXPECT_FALSE(releasable(event.get(), *agreements_, directory_, now_));
}

TEST_F(Decide, WhatHoldsOfOneVictimOpensHerItemsAlone) {
  const auto area = *contract::area_code("E06000049");
  Event event = incident(17);
  event.person(4, kVictim, {Item::Name, Item::HomeAddress}).fact(4, Fact::RiskScore, 4).fact(4, Fact::Residence, area);
  decided(event);
  EXPECT_EQ(opens(event, 11).find("4:"), std::string::npos) << opens(event, 11);
  EXPECT_NE(opens(event, 11).find("1:victim.name"), std::string::npos);
  EXPECT_EQ(desk(11)->reasons[event.get().labels.size() - 1].why, Why::ConditionFailed);
  event.fact(4, Fact::RiskScore, 18);
  decided(event);
  EXPECT_NE(opens(event, 11).find("4:victim.home_address"), std::string::npos);
  event.fact(4, Fact::Residence, *contract::area_code("E06000050"));
  decided(event);
  EXPECT_EQ(opens(event, 11).find("4:"), std::string::npos);
  EXPECT_NE(opens(event, 15).find("4:victim.home_address"), std::string::npos) << "the fallback desk takes her";
  EXPECT_EQ(opens(event, 15).find("1:"), std::string::npos);
}

TEST_F(Decide, SomebodyWhoIsAVictimAndMoreIsSharedUnderTheOtherRole) {
  Event event = incident(17);
  event.person(4, kVictim | kPerpetrator, {Item::Name, Item::HomeAddress}).fact(4, Fact::RiskScore, 4);
  decided(event);
  EXPECT_NE(opens(event, 11).find("4:victim+alleged_perpetrator.name"), std::string::npos);
  EXPECT_EQ(opens(event, 11).find("4:victim+alleged_perpetrator.home_address"), std::string::npos);
}

TEST_F(Decide, EachVictimsConsentIsHerOwn) {
  Event event(Kind::Referral);
  for (const std::uint16_t number : {std::uint16_t{1}, std::uint16_t{2}}) {
    event.person(number, kVictim, {Item::Name}).fact(number, Fact::RiskScore, 12);
    for (const Fact marker : {Fact::HonourBased, Fact::ForcedMarriage, Fact::Fgm})
      event.fact(number, marker, contract::kNo);
    event.fact(number, Fact::Residence, *contract::area_code("E06000049"));
  }
  event.fact(1, Fact::Consent, static_cast<std::uint32_t>(contract::ConsentState::Given))
      .fact(2, Fact::Consent, static_cast<std::uint32_t>(contract::ConsentState::Refused));
  decided(event);
  EXPECT_EQ(opens(event, 21), "1:victim.name ");
}

TEST_F(Decide, EachChildGoesToTheDeskOfWhereItLives) {
  Event event = incident(4);
  event.person(4, kChild, {Item::Name, Item::School})
      .fact(3, Fact::ChildIs, 2)
      .fact(4, Fact::Residence, *contract::area_code("E06000050"));
  decided(event);
  EXPECT_NE(opens(event, 13).find("3:child.name"), std::string::npos);
  EXPECT_EQ(opens(event, 13).find("4:"), std::string::npos);
  EXPECT_NE(opens(event, 15).find("4:child.school"), std::string::npos);
  EXPECT_NE(opens(event, 15).find("1:victim.safe_contact"), std::string::npos) << "the children's case is one";
}

TEST_F(Decide, AVictimUnderEighteenGoesToTheChildrensDeskOfWhereSheLives) {
  Event event = incident(4);
  event.fact(1, Fact::AgeBand, static_cast<std::uint32_t>(contract::AgeBand::Age13To15));
  decided(event);
  EXPECT_NE(opens(event, 13).find("1:victim.home_address"), std::string::npos);
  EXPECT_EQ(desk(15), nullptr);
}

TEST_F(Decide, AnEndedAgreementReleasesNothingAndIsNotSilentAboutIt) {
  Event event = incident(17);
  now_ = first_moment(std::chrono::year(2027) / 7 / 1);
  EXPECT_EQ(decided(event).substr(0, 18), "nobody: NotInForce");
  EXPECT_TRUE(decision_.urgent_or_mandatory);
  Event quiet = incident(4);
  quiet.fact(3, Fact::ChildIs, contract::kUnknown);
  EXPECT_TRUE(decided(quiet).starts_with("nobody") && decision_.urgent_or_mandatory);
  quiet.fact(Fact::DomesticAbuse, contract::kNo);
  EXPECT_TRUE(decided(quiet).starts_with("nobody") && !decision_.urgent_or_mandatory);
}

TEST_F(Decide, AScoreWithoutAJudgementHasItsOwnBand) {
  Event event(Kind::Referral);
  event.person(1, kVictim, {Item::Name})
      .fact(1, Fact::RiskScore, 12)
      .fact(1, Fact::Residence, *contract::area_code("E06000049"))
      .fact(1, Fact::Consent, static_cast<std::uint32_t>(contract::ConsentState::Given));
  for (const Fact marker : {Fact::HonourBased, Fact::ForcedMarriage, Fact::Fgm}) event.fact(1, marker, contract::kNo);
  EXPECT_EQ(decided(event), "helpline: victim.name");
  event.fact(1, Fact::RiskScore, contract::kUnknown).fact(1, Fact::Judgement, 2);
  EXPECT_TRUE(decided(event).starts_with("nobody")) << "a score nobody knows may be high";
}

TEST_F(Decide, JudgementRaisesAndNeverLowers) {
  Event event = incident(3);
  event.fact(1, Fact::Judgement, static_cast<std::uint32_t>(contract::RiskBand::High));
  EXPECT_TRUE(idva_told(event));
  Event lower = incident(17);
  lower.fact(1, Fact::Judgement, static_cast<std::uint32_t>(contract::RiskBand::Standard));
  EXPECT_TRUE(idva_told(lower));
}

TEST_F(Decide, AMissingScoreIsUnknownAndSilenceIsRefusal) {
  Event event = incident(17);
  event.fact(1, Fact::RiskScore, contract::kUnknown);
  EXPECT_FALSE(idva_told(event));
}

TEST_F(Decide, EscalationAndRepeatComeFromTheState) {
  Event event = incident(3);
  state_.victim_known = true;
  state_.incident_days_ago = {0, 100, 365};
  state_.incident_count = 3;
  EXPECT_TRUE(idva_told(event));
  state_.incident_days_ago = {0, 100, 366};
  EXPECT_FALSE(idva_told(event));
  state_.pair_known = true;
  state_.days_since_referral = 365;
  EXPECT_TRUE(idva_told(event));
  state_.days_since_referral = 366;
  EXPECT_FALSE(idva_told(event));
  state_.days_since_conference = 10;  // this agreement counts from the last referral
  EXPECT_FALSE(idva_told(event));
}

TEST_F(Decide, AChildAtTheAddressReachesChildrensSafeguardingThoughTheMotherRefuses) {
  Event event = incident(11);
  event.fact(3, Fact::ChildIs, static_cast<std::uint32_t>(contract::ChildIs::Resident))
      .fact(1, Fact::Consent, static_cast<std::uint32_t>(contract::ConsentState::Refused));
  EXPECT_EQ(decided(event),
            "checs (duty): victim.name victim.safe_contact alleged_perpetrator.name alleged_perpetrator.relationship "
            "child.name child.date_of_birth child.school "
            "case.incident_details");
  EXPECT_EQ(desk(13)->terms.keep_days, 0U);
  EXPECT_EQ(desk(13)->terms.act_within_working_days, 1U);
}

TEST_F(Decide, LifelineIsToldNothingForNoClauseNamesItAndNeverWouldForbidIt) {
  Event event = incident(17);
  decided(event);
  EXPECT_EQ(desk(31), nullptr);
}

TEST_F(Decide, FreeTextGoesOnlyWhereItIsListed) {
  Event event = incident(17);
  decided(event);
  for (std::size_t i = 0; i < event.get().labels.size(); ++i) {
    if (event.get().labels[i].item == static_cast<std::uint16_t>(Item::Narrative)) {
      EXPECT_FALSE(desk(11)->granted[i]);
      EXPECT_EQ(desk(11)->reasons[i].why, Why::NotInItems);
    }
  }
}

TEST_F(Decide, UnknownAndForeignAreasGoToTheFallbackDesk) {
  Event unknown = incident(17);
  unknown.fact(1, Fact::Residence, contract::kUnknown);
  decided(unknown);
  EXPECT_EQ(desk(11), nullptr);
  ASSERT_NE(desk(15), nullptr);
  EXPECT_TRUE(desk(15)->fallback);
  Event foreign = incident(17);
  foreign.fact(1, Fact::Residence, *contract::area_code("E06000050"));
  decided(foreign);
  EXPECT_EQ(desk(11), nullptr);
  ASSERT_NE(desk(15), nullptr);
}

TEST_F(Decide, ASuspendedDeskGetsNothingAndTheFallbackIsTold) {
  directory_.desks[0].suspended = true;
  Event event = incident(17);
  decided(event);
  EXPECT_EQ(desk(11), nullptr);
  EXPECT_TRUE(desk(15) != nullptr && desk(15)->fallback);
  directory_.parties[3].suspended = true;
  EXPECT_EQ(decided(event).substr(0, 7), "nobody:");
  EXPECT_EQ(decision_.nobody[0].why, Why::Suspended);
  EXPECT_TRUE(decision_.urgent_or_mandatory);
}

TEST_F(Decide, SuspensionHoldsAtOnceThoughTheAgreementsWereCompiledBefore) {
  agreements_ = marac(directory_);
  directory_.desks[0].suspended = true;
  Event event = incident(17);
  decide(event.get(), state_, *agreements_, directory_, now_, decision_);
  EXPECT_EQ(desk(11), nullptr);
}

TEST_F(Decide, WhoWorksThereBarsTheDeskAndTheAlternativeIsTold) {
  Event event = incident(17);
  event.fact(2, Fact::WorksFor, directory::code_of("cheshire-east-council"));
  EXPECT_EQ(decided(event).substr(0, 7), "nobody:");
  EXPECT_EQ(decision_.nobody[0].why, Why::Conflict);
  directory_.desks[0].alternative = DeskNumber{21};
  decided(event);
  EXPECT_EQ(desk(11), nullptr);
  ASSERT_NE(desk(21), nullptr);
  EXPECT_FALSE(desk(21)->fallback);
}

TEST_F(Decide, AnAlternativeIsToldOnlyWhatTheAgreementLetsItBeTold) {
  Event event = incident(17);
  event.fact(2, Fact::WorksFor, directory::code_of("cheshire-east-council"));
  checked_ = false;
  directory_.desks[0].alternative = DeskNumber{31};  // a party of the agreement, without a basis or a gateway
  EXPECT_EQ(decided(event).substr(0, 16), "nobody: Conflict");
  directory_.desks[0].alternative = DeskNumber{21};
  decided(event);
  ASSERT_NE(desk(21), nullptr);
  yaml_ = edited(yaml_, ", acts_for: cheshire-east-council", "");
  EXPECT_EQ(decided(event).substr(0, 16), "nobody: Conflict") << "no gateway";
  yaml_ = file_text(kMarac);
  directory_.parties[2].name = "somebody-else";
  EXPECT_EQ(decided(event).substr(0, 16), "nobody: Conflict") << "no party of the agreement";
}

TEST_F(Decide, AnAlternativeIsToldOfThoseWhomItServes) {
  Event event = incident(17);
  event.fact(2, Fact::WorksFor, directory::code_of("cheshire-east-council"));
  directory_.desks[0].alternative = DeskNumber{21};
  directory_.desks[5].serves = {*contract::area_code("E06000050")};
  EXPECT_EQ(decided(event).substr(0, 16), "nobody: Conflict");
  directory_.desks[5].serves = {*contract::area_code("E06000049")};
  decided(event);
  EXPECT_NE(desk(21), nullptr);
}

TEST_F(Decide, TheAlternativeIsBoundByItsOwnProhibitions) {
  Event event = incident(17);
  event.fact(2, Fact::WorksFor, directory::code_of("cheshire-east-council")).fact(1, Fact::HonourBased, contract::kYes);
  directory_.desks[0].alternative = DeskNumber{21};
  EXPECT_EQ(decided(event).substr(0, 13), "nobody: Never");
}

TEST_F(Decide, CoverTakesOverOnlyAfterTheTimeAndNeverWhereFamilyMayBeTheThreat) {
  Event event = incident(17);
  decided(event);
  EXPECT_EQ(desk(21), nullptr);
  state_.unread_minutes = 15;
  state_.missed_by = DeskNumber{11};
  decided(event);
  ASSERT_NE(desk(21), nullptr);
  ASSERT_NE(desk(15), nullptr);  // the chain of the clause
  EXPECT_EQ(desk(21)->granted.count(), 3U);
  event.fact(1, Fact::HonourBased, contract::kYes);
  decided(event);
  EXPECT_EQ(desk(21), nullptr);
  event.fact(1, Fact::HonourBased, contract::kUnknown);
  decided(event);
  EXPECT_EQ(desk(21), nullptr);
}

TEST_F(Decide, RequiredConsentMustBeGivenForThisPurpose) {
  Event event(Kind::Referral);
  event.person(1, kVictim, {Item::Name, Item::SafeContact})
      .fact(1, Fact::RiskScore, 12)
      .fact(1, Fact::Judgement, static_cast<std::uint32_t>(contract::RiskBand::Medium));
  for (const Fact marker : {Fact::HonourBased, Fact::ForcedMarriage, Fact::Fgm}) event.fact(1, marker, contract::kNo);
  EXPECT_EQ(decided(event), "nobody: Consent ConditionFailed ConditionFailed ConditionFailed");
  state_.consent_count = 1;
  state_.consent[0] = {directory::code_of("high-risk"), contract::ConsentState::Given};
  EXPECT_EQ(decided(event), "helpline: victim.name victim.safe_contact");
  state_.consent[0].purpose = directory::code_of("safeguarding");
  EXPECT_EQ(decided(event).substr(0, 15), "nobody: Consent");
  state_.consent[0].purpose = 0;
  EXPECT_EQ(decided(event), "helpline: victim.name victim.safe_contact");
  state_.consent_count = 0;
  event.fact(1, Fact::Consent, static_cast<std::uint32_t>(contract::ConsentState::Withdrawn));
  EXPECT_EQ(decided(event).substr(0, 15), "nobody: Consent");
  event.fact(1, Fact::Consent, static_cast<std::uint32_t>(contract::ConsentState::Given));
  EXPECT_EQ(decided(event), "helpline: victim.name victim.safe_contact");
  state_.consent_count = 1;
  state_.consent[0] = {0, contract::ConsentState::Refused, 2};
  EXPECT_EQ(decided(event), "helpline: victim.name victim.safe_contact") << "another victim's";
  state_.consent[0] = {0, contract::ConsentState::Refused, 1};
  EXPECT_EQ(decided(event).substr(0, 15), "nobody: Consent") << "what holds goes before what the event says, which was weighed in";
}

TEST_F(Decide, WhatSheRefusedRaisesNoAlarmAndStaysHome) {
  const auto assessment = [](contract::ConsentState said) {
    Event event(Kind::RiskAssessment, 2);
    event.person(1, kVictim | kPatient, {Item::Name, Item::SafeContact})
        .fact(1, Fact::RiskScore, 18)
        .fact(1, Fact::Residence, *contract::area_code("E06000049"))
        .fact(1, Fact::AgeBand, static_cast<std::uint32_t>(contract::AgeBand::Age25To59))
        .fact(1, Fact::Consent, static_cast<std::uint32_t>(said));
    return event;
  };
  Event refused = assessment(contract::ConsentState::Refused);
  EXPECT_EQ(decided(refused).substr(0, 15), "nobody: Consent");
  EXPECT_FALSE(decision_.urgent_or_mandatory);
  EXPECT_TRUE(releasable_labels(refused.get(), *agreements_, directory_, now_).none());
  EXPECT_TRUE(releasable(refused.get(), *agreements_, directory_, now_)) << "the broker needs her word, though nobody may open the event";
  Event withdrawn = assessment(contract::ConsentState::Withdrawn);
  EXPECT_EQ(decided(withdrawn).substr(0, 15), "nobody: Consent");
  EXPECT_FALSE(decision_.urgent_or_mandatory);
  Event unsaid = assessment(contract::ConsentState::Unspecified);
  EXPECT_EQ(decided(unsaid).substr(0, 15), "nobody: Consent");
  EXPECT_TRUE(decision_.urgent_or_mandatory) << "nobody said whether she was asked";
  Event unable = assessment(contract::ConsentState::LacksCapacity);
  EXPECT_EQ(decided(unable).substr(0, 5), "idva:");
}

TEST_F(Decide, TheNewestWordOnConsentCounts) {
  Event event(Kind::Referral);
  event.person(1, kVictim, {Item::Name})
      .fact(1, Fact::RiskScore, 12)
      .fact(1, Fact::Judgement, static_cast<std::uint32_t>(contract::RiskBand::Medium));
  for (const Fact marker : {Fact::HonourBased, Fact::ForcedMarriage, Fact::Fgm}) event.fact(1, marker, contract::kNo);
  state_.consent_count = 2;
  state_.consent[0] = {0, contract::ConsentState::Refused};
  state_.consent[1] = {directory::code_of("high-risk"), contract::ConsentState::Given};
  EXPECT_EQ(decided(event).substr(0, 15), "nobody: Consent");
  std::swap(state_.consent[0], state_.consent[1]);
  EXPECT_EQ(decided(event), "helpline: victim.name");
}

TEST_F(Decide, TwoClausesUniteItemsAndTakeTheStrictestTerms) {
  Event event = incident(17);
  event.fact(1, Fact::Residence, contract::kUnknown)
      .fact(3, Fact::Residence, contract::kUnknown)
      .fact(3, Fact::ChildIs, static_cast<std::uint32_t>(contract::ChildIs::Present));
  decided(event);  // the IDVA's, the conference's and the children's desk all fall back to one
  ASSERT_NE(desk(15), nullptr);
  const Terms& terms = desk(15)->terms;
  EXPECT_EQ(terms.lane, Lane::Urgent);
  EXPECT_EQ(terms.read_within_minutes, 15U);
  EXPECT_EQ(terms.act_within_minutes, 120U);
  EXPECT_EQ(terms.act_within_working_days, 1U);
  EXPECT_TRUE(terms.clock_always);
  EXPECT_EQ(terms.keep_days, 365U);
  EXPECT_EQ(terms.keep_from, static_cast<std::uint8_t>(KeepFrom::CaseClosed));
  EXPECT_EQ(terms.onward, (std::array<DeskNumber, 4>{}));
  EXPECT_TRUE(desk(15)->duty);
}

TEST_F(Decide, WhereAProhibitionLeavesADeskNothingTheFallbackIsTold) {
  Event event = incident(4);
  event.fact(3, Fact::ChildIs, 2);
  checked_ = false;
  directory_.desks[2].role = contract::DeskRole::ImmigrationEnforcement;
  decided(event);
  EXPECT_EQ(desk(13), nullptr);
  ASSERT_NE(desk(15), nullptr);
  EXPECT_TRUE(desk(15)->fallback && desk(15)->duty);
}

TEST_F(Decide, WhatADeskMayNotOpenIsNotPassedOnToIt) {
  yaml_ = edited(yaml_, "to: {role_other_than: [idva, marac_coordinator, police,", "to: {role_other_than: [idva, police,");
  checked_ = false;
  Event event = incident(17);
  decided(event);
  EXPECT_EQ(desk(11)->onward, desk(11)->granted);
  event.fact(1, Fact::HonourBased, contract::kYes);
  decided(event);
  ASSERT_NE(desk(11), nullptr);
  EXPECT_TRUE(desk(11)->onward.none());
}

TEST_F(Decide, AChainIsToldOfThoseWhomItServes) {
  Event event = incident(17);
  event.fact(1, Fact::Residence, *contract::area_code("E06000050"));
  decided(event);
  ASSERT_TRUE(desk(15) != nullptr && desk(12) == nullptr);
  state_.missed_by = DeskNumber{15};
  decided(event);
  EXPECT_EQ(desk(12), nullptr) << "the conference of another area";
  ASSERT_NE(desk(15), nullptr);
  event.fact(1, Fact::Residence, contract::kUnknown);
  decided(event);
  EXPECT_NE(desk(15), nullptr) << "who serves anywhere takes an unknown area";
}

TEST_F(Decide, PeriodsThatCannotBeComparedHoldBoth) {
  yaml_ = edited(edited(file_text("tests/policy/base.yaml"), "    keep: {for: 1y, from: case_closed, then: erase}",
                        "    keep: {for: 1y, from: received, then: erase}"),
                 "    when: {same_as: high-risk}",
                 "    when: {same_as: high-risk}\n    keep: {for: 180d, from: case_closed, then: erase}");
  Event event = incident(17);
  decided(event);
  const Terms& terms = desk(11)->terms;
  EXPECT_EQ(terms.keep_days, 365U);
  EXPECT_EQ(terms.keep_from, static_cast<std::uint8_t>(KeepFrom::Received));
  EXPECT_EQ(terms.keep_also[0], (Terms::KeepAlso{180, static_cast<std::uint8_t>(KeepFrom::CaseClosed)}));
  EXPECT_EQ(terms.keep_also[1].days, 0U);
}

TEST_F(Decide, HistoricEventsGoInBulkWithoutDeadlines) {
  Event event = incident(17);
  event.fact(Fact::Historic, contract::kYes);
  decided(event);
  ASSERT_NE(desk(11), nullptr);
  EXPECT_EQ(desk(11)->terms.lane, Lane::Bulk);
  EXPECT_EQ(desk(11)->terms.read_within_minutes, 0U);
  EXPECT_EQ(desk(11)->terms.then[0], DeskNumber{});
  EXPECT_FALSE(decision_.urgent_or_mandatory);
}

TEST_F(Decide, AnAgreementHoldsFromItsFirstDayToItsLast) {
  Event event = incident(17);
  const Instant first = instant_of(1774998000000);  // 31 March 2026 23:00 UTC, which is 1 April in London
  now_ = first;
  EXPECT_TRUE(idva_told(event));
  now_ = first - Milliseconds(1);
  EXPECT_EQ(decided(event).substr(0, 18), "nobody: NotInForce");
  const Instant after = first_moment(std::chrono::year(2027) / 7 / 1);
  now_ = after - Milliseconds(1);
  EXPECT_TRUE(idva_told(event));
  now_ = after;
  EXPECT_EQ(decided(event).substr(0, 18), "nobody: NotInForce");
}

TEST_F(Decide, AnotherSourceOrKindHasNoClause) {
  Event lifeline(Kind::Incident, 5);
  lifeline.person(1, kVictim, {Item::Name});
  EXPECT_EQ(decided(lifeline), "nobody: NoClause");
  Event stranger(Kind::Incident, 77);
  stranger.person(1, kVictim, {Item::Name});
  EXPECT_EQ(decided(stranger), "nobody: NoClause");
  Event court(Kind::CourtHearing);
  court.person(1, kVictim, {Item::Name});
  EXPECT_EQ(decided(court), "nobody: NoClause");
}

TEST_F(Decide, APersonWithTwoRolesIsBoundByTheProhibitionsOfBoth) {
  directory_.desks.erase(directory_.desks.begin() + 5);  // no helpline
  directory_.desks.back().role = contract::DeskRole::Idva;
  directory_.desks.back().number = DeskNumber{31};
  Event event = incident(17);
  event.person(4, kVictim | kPerpetrator, {Item::Name, Item::HomeAddress});
  const std::string yaml = edited(file_text(kMarac), "to: {desk: idva, serving: victim.residence, if_none: unplaced}",
                                  "to: {party: lifeline}");
  auto agreement = read_agreement("t", yaml);
  ASSERT_TRUE(agreement) << agreement.error().detail;
  agreements_ = bind({{*agreement, {}}}, directory_, fake_hash);
  decide(event.get(), state_, *agreements_, directory_, now_, decision_);
  ASSERT_NE(desk(31), nullptr);
  for (std::size_t i = 0; i < event.get().labels.size(); ++i) {
    const std::string words = label_words(event.get().labels[i]);
    const bool kept = words.ends_with("home_address") || words.ends_with("safe_contact") || words.ends_with("school") ||
                      words.ends_with("place") || words.ends_with("narrative");
    EXPECT_EQ(desk(31)->forbidden[i], kept) << words;
    if (kept) {
      EXPECT_FALSE(desk(31)->granted[i]) << words;
    }
  }
}

TEST_F(Decide, ADeskThatSharesAMailboxAKeyOrAReaderIsBoundAlike) {
  Event event = incident(17);
  checked_ = false;  // at adoption it is an error
  for (const int by : {0, 1, 2}) {
    directory_ = cheshire_east();
    if (by == 0) directory_.desks[6].keys.push_back(directory_.desks[0].keys[0]);
    if (by == 1) directory_.desks[6].mailbox = directory_.desks[0].mailbox;
    if (by == 2) {
      directory_.clients.emplace_back();
      directory_.clients[0].name = "both";
      directory_.clients[0].reads = {DeskNumber{11}, DeskNumber{31}};
    }
    decided(event);
    ASSERT_NE(desk(11), nullptr);
    for (std::size_t i = 0; i < event.get().labels.size(); ++i) {
      if (label_words(event.get().labels[i]) == "victim.home_address") {
        EXPECT_FALSE(desk(11)->granted[i]);
        EXPECT_EQ(desk(11)->reasons[i].why, Why::Never);
        EXPECT_EQ(agreements_->never_name(desk(11)->reasons[i].detail), "cheshire-east/marac whereabouts");
      }
    }
  }
}

TEST_F(Decide, FactsThatWouldTellAForbiddenItemAreKeptBack) {
  directory_.desks[6].mailbox = directory_.desks[0].mailbox;
  const std::string yaml = edited(file_text(kMarac), "facts: [risk_score, judgement, child_is, honour_based]",
                                  "facts: [risk_score, residence]");
  agreements_ = unchecked(directory_, yaml);
  Event event = incident(17);
  decide(event.get(), state_, *agreements_, directory_, now_, decision_);
  ASSERT_NE(desk(11), nullptr);
  EXPECT_TRUE(desk(11)->facts_released[static_cast<std::size_t>(Fact::RiskScore)]);
  EXPECT_FALSE(desk(11)->facts_released[static_cast<std::size_t>(Fact::Residence)]);
}

TEST_F(Decide, WhatNoClauseCouldReleaseStaysHome) {
  agreements_ = marac(directory_);
  const auto leaves = [&](Event event) { return releasable(event.get(), *agreements_, directory_, now_); };
  EXPECT_TRUE(leaves(incident(3)));  // a repeat would release it, and only the broker knows
  Event assessment(Kind::RiskAssessment, 2);
  assessment.person(1, kVictim | kPatient, {Item::Name}).fact(1, Fact::RiskScore, 8);
  EXPECT_FALSE(leaves(assessment));  // publish_only_when_met
  assessment.fact(1, Fact::RiskScore, 16);
  EXPECT_TRUE(leaves(assessment));
  Event hearing(Kind::CourtHearing);
  hearing.person(1, kVictim, {Item::Name});
  EXPECT_FALSE(leaves(hearing));
  Event link(Kind::Link);
  link.person(1, kVictim, {Item::LinkedIdentifiers});
  EXPECT_TRUE(leaves(link));  // the broker acts on it
  Event event = incident(17);
  const auto labels = releasable_labels(event.get(), *agreements_, directory_, now_);
  std::string home;
  for (std::size_t i = 0; i < event.get().labels.size(); ++i)
    home += labels[i] ? "" : label_words(event.get().labels[i]) + " ";
  EXPECT_EQ(
      home,
      "victim.narrative alleged_perpetrator.relationship child.school case.narrative ");  // relationship and school:
                                                                                          // only if a child is known to
                                                                                          // be there
}

TEST_F(Decide, NothingIsAllocatedOnceTheDecisionHasGrown) {
  Event event = incident(17);
  event.fact(3, Fact::ChildIs, 2);
  decided(event);
  const Case& subject = event.get();
  const std::size_t before = allocations;
  for (int i = 0; i < 100; ++i) decide(subject, state_, *agreements_, directory_, now_, decision_);
  EXPECT_EQ(allocations, before);
  Decision fresh;
  decide(subject, state_, *agreements_, directory_, now_, fresh);
  EXPECT_GT(allocations, before);  // the count counts
}

TEST_F(Decide, TheSetsDigestDoesNotDependOnTheOrder) {
  const std::string other =
      edited(file_text(kMarac), "agreement: cheshire-east/marac", "agreement: cheshire-east/other");
  const auto one = in_force(directory_, {file_text(kMarac), other});
  const auto two = in_force(directory_, {other, file_text(kMarac)});
  EXPECT_EQ(one->digest(), two->digest());
  EXPECT_NE(one->digest(), marac(directory_)->digest());
  EXPECT_EQ(one->agreements()[0].agreement.name, "cheshire-east/marac");
  EXPECT_EQ(one->find("cheshire-east/other", "cover-out-of-hours"), (ClauseRef{1, 4}));
}

}  // namespace
}  // namespace concordat::policy
