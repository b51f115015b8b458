// From the mailbox to the desk: what is handed over, to whom, under which rules as they are now, and what corrections do.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "tests/support/stage.h"

namespace concordat::test {
namespace {

using contract::ConsentState;
using contract::Fact;
using contract::Item;
using contract::Kind;
using contract::ProgressState;
using namespace std::chrono_literals;

const std::string kToIdva =
    "case.incident_place case.incident_details victim.name victim.date_of_birth victim.home_address victim.safe_contact victim.risk_answers "
    "alleged_perpetrator.name alleged_perpetrator.bail_conditions";

class DeliverTest : public ::testing::Test {
 protected:
  DeliverTest() { stage.connect(kPolice); }
  void send(const Draft& draft) { stage.send(kPolice, draft); }
  void acknowledge_all(DeskNumber desk) {
    for (const Handed& handed : stage.take(desk)) stage.acknowledge(handed);
  }
  Draft assessment(std::string reference, std::uint32_t score) {
    Draft draft(Kind::RiskAssessment, std::move(reference));
    draft.person(1, kVictim, {Item::Name, Item::SafeContact})
        .fact(1, Fact::RiskScore, score + 1)
        .fact(1, Fact::Residence, *contract::area_code("E06000049"))
        .fact(1, Fact::Judgement, static_cast<contract::FactValue>(contract::RiskBand::Medium))
        .known_as(1, "her");
    return no_markers(std::move(draft));
  }
  Draft consent(std::string reference, ConsentState state) {
    Draft draft(Kind::ConsentChange, std::move(reference));
    draft.person(1, kVictim, {Item::Name}).fact(1, Fact::Consent, static_cast<contract::FactValue>(state)).known_as(1, "her");
    return draft;
  }

  Stage stage;
};

TEST_F(DeliverTest, ADeskIsHandedWhatItsClauseListsAndNothingElse) {
  stage.connect(desk::kIdva);
  stage.connect(desk::kMarac);
  stage.connect(desk::kProgramme);
  send(incident("R1", 17));
  EXPECT_EQ(stage.lines(desk::kIdva), "R1: " + kToIdva);
  EXPECT_EQ(stage.lines(desk::kMarac), "R1: case.incident_details victim.name victim.date_of_birth victim.risk_answers alleged_perpetrator.name");
  EXPECT_EQ(stage.lines(desk::kProgramme), "");
}

TEST_F(DeliverTest, WithoutCreditADeskGetsNothing) {
  const SessionId session = stage.connect(desk::kIdva, 0);
  send(incident("R1", 17));
  send(incident("R2", 17));
  EXPECT_EQ(stage.lines(desk::kIdva), "");
  stage.step(broker::CreditGiven{session, {desk::kIdva, 1, 1}});
  EXPECT_EQ(stage.take(desk::kIdva).size(), 1u) << "one, though it is larger than the bytes";
  EXPECT_EQ(stage.mailbox(desk::kIdva), "ready 2 | leased 1 | resting | held | parked");
}

TEST_F(DeliverTest, CreditIsBounded) {
  const SessionId session = stage.connect(desk::kIdva, 10);
  stage.step(broker::CreditGiven{session, {desk::kIdva, 0xffffffff, 0xffffffff}});
  const auto& window = stage.process().core().sessions().reading.at(desk::kIdva);
  EXPECT_EQ(window.messages, wire::kCreditMessagesMax);
  EXPECT_EQ(window.bytes, wire::kCreditBytesMax);
}

TEST_F(DeliverTest, AHandOverIsInTheLogBeforeItLeaves) {
  stage.connect(desk::kIdva);
  send(incident("R1", 17));
  const auto records = stage.records<wire::HandedOver>();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].desk, desk::kIdva);
  EXPECT_EQ(records[0].items.at(0).attempt, 1);
  EXPECT_FALSE(records[0].items.at(0).narrowed);
}

TEST_F(DeliverTest, WhatIsNotAcknowledgedComesAgain) {
  stage.connect(desk::kIdva);
  send(incident("R1", 17));
  stage.take(desk::kIdva);
  stage.wait(broker::kLease + 2 * broker::kBackOffFirst);
  const auto again = stage.take(desk::kIdva);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].offer().attempt, 2);
  EXPECT_EQ(again[0].offer().delivery, 1u);
  stage.acknowledge(again[0]);
  stage.wait(1h);
  EXPECT_TRUE(stage.take(desk::kIdva).empty());
}

TEST_F(DeliverTest, ANewSessionGetsAtOnceWhatTheOldOneHeld) {
  stage.connect(desk::kIdva);
  send(incident("R1", 17));
  stage.take(desk::kIdva);
  stage.connect(desk::kIdva);
  EXPECT_EQ(stage.take(desk::kIdva).size(), 1u);
}

TEST_F(DeliverTest, ARestartGivesAgainWhatNobodyAcknowledged) {
  stage.connect(desk::kIdva);
  send(incident("R1", 17));
  send(incident("R2", 17));
  stage.acknowledge(stage.take(desk::kIdva)[0]);
  stage.restart();
  stage.connect(desk::kIdva);
  EXPECT_EQ(stage.lines(desk::kIdva), "R2: " + kToIdva);
}

TEST_F(DeliverTest, AcknowledgingTwiceOrWhatNeverWentChangesNothing) {
  stage.connect(desk::kIdva);
  send(incident("R1", 17));
  const auto handed = stage.take(desk::kIdva);
  stage.acknowledge(handed[0]);
  const Bytes before = stage.state().encode();
  stage.acknowledge(handed[0]);
  EXPECT_EQ(stage.state().encode(), before);
}

TEST_F(DeliverTest, ADeskWithoutMailboxMayAcknowledgeAndRetryAndLeavesNoTrace) {
  const SessionId session = stage.connect(desk::kAdults);
  const Bytes before = stage.state().encode();
  stage.step(broker::AcknowledgeArrived{session, {desk::kAdults, {{1, EventId{}, {}, {}}}}});
  stage.step(broker::RetryParked{desk::kAdults, 0, "operator"});
  EXPECT_EQ(stage.state().encode(), before) << "what is not in the log is not in the state";
}

TEST_F(DeliverTest, AnotherDesksDeliveryCannotBeAcknowledged) {
  stage.connect(desk::kIdva);
  const SessionId marac = stage.connect(desk::kMarac, 0);
  send(incident("R1", 17));
  const auto handed = stage.take(desk::kIdva);
  stage.step(broker::AcknowledgeArrived{marac, {desk::kIdva, {{handed[0].offer().delivery, handed[0].offer().material->event, {}, {}}}}});
  EXPECT_TRUE(stage.closed(marac));
  EXPECT_EQ(stage.mailbox(desk::kIdva), "ready | leased 1 | resting | held | parked");
}

TEST_F(DeliverTest, ARejectionIsToldToTheSenderAndNotRedelivered) {
  stage.connect(desk::kIdva);
  send(incident("R1", 17));
  stage.acknowledge(stage.take(desk::kIdva)[0], "E-MISMATCH");
  EXPECT_EQ(stage.alarms(Cast::client_of(kPolice)), (std::vector<std::string>{"A-REJECTED R1"}));
  stage.wait(10min);
  EXPECT_TRUE(stage.take(desk::kIdva).empty());
}

TEST_F(DeliverTest, TriedTooOftenIsParkedReportedAndRetriedByAPerson) {
  stage.connect(desk::kChecs);
  stage.connect(desk::kPoliceDesk);
  send(incident_with_child("R1", 3));
  stage.wait(30min);
  EXPECT_EQ(stage.mailbox(desk::kChecs), "ready | leased | resting | held | parked 1");
  EXPECT_EQ(stage.take(desk::kChecs).size(), broker::kAttemptsMax);
  EXPECT_EQ(stage.alarms(Cast::client_of(kPolice)), (std::vector<std::string>{"A-PARKED R1"}));
  stage.step(broker::RetryParked{desk::kChecs, 0, "operator"});
  EXPECT_EQ(stage.take(desk::kChecs).size(), 1u);
}

// ---- rules as they are at hand-over ------------------------------------------------------------------------------------

TEST_F(DeliverTest, AnAgreementChangedMeanwhileNarrows) {
  send(incident("R1", 17));
  stage.adopt("cheshire-east/marac", edited(file_text(kMaracFile), "home_address, language_and_needs, risk_answers]", "language_and_needs]"));
  stage.connect(desk::kIdva);
  EXPECT_EQ(stage.lines(desk::kIdva),
            "R1: case.incident_place case.incident_details victim.name victim.date_of_birth victim.safe_contact alleged_perpetrator.name "
            "alleged_perpetrator.bail_conditions");
  const auto item = stage.records<wire::HandedOver>().at(0).items.at(0);
  EXPECT_TRUE(item.narrowed);
  ASSERT_EQ(item.again.size(), 1u) << "under which clauses it left is in the log";
  EXPECT_EQ(item.again[0].clauses.size(), static_cast<std::size_t>(std::popcount(item.granted)));
}

TEST_F(DeliverTest, AnAgreementChangedMeanwhileNeverWidens) {
  const std::string marac = file_text(kMaracFile);
  stage.adopt("cheshire-east/marac", edited(marac, "home_address, language_and_needs, risk_answers]", "language_and_needs]"));
  send(incident("R1", 17));
  stage.adopt("cheshire-east/marac", marac);
  stage.connect(desk::kIdva);
  EXPECT_EQ(stage.lines(desk::kIdva),
            "R1: case.incident_place case.incident_details victim.name victim.date_of_birth victim.safe_contact alleged_perpetrator.name "
            "alleged_perpetrator.bail_conditions");
}

TEST_F(DeliverTest, AnAgreementChangedMeanwhileReleasesNoFurtherFact) {
  const std::string marac = file_text(kMaracFile);
  stage.adopt("cheshire-east/marac", edited(marac, "facts: [risk_score, judgement, child_is, honour_based]", "facts: [risk_score]"));
  send(incident("R1", 17));
  stage.adopt("cheshire-east/marac", marac);
  stage.connect(desk::kIdva);
  const auto handed = stage.take(desk::kIdva);
  ASSERT_EQ(handed.size(), 1u);
  EXPECT_EQ(handed[0].offer().permitted.grant().facts, std::uint64_t{1} << static_cast<unsigned>(contract::Fact::RiskScore));
}

TEST_F(DeliverTest, WithNothingLeftToOpenItIsParkedAndReported) {
  send(incident("R1", 17));
  stage.adopt("cheshire-east/marac", "");
  stage.connect(desk::kIdva);
  EXPECT_EQ(stage.lines(desk::kIdva), "");
  EXPECT_EQ(stage.mailbox(desk::kIdva), "ready | leased | resting | held | parked 1");
  EXPECT_EQ(stage.alarms(Cast::client_of(kPolice)), (std::vector<std::string>{"A-PARKED R1"}));
}

TEST_F(DeliverTest, ConsentLetsAndItsWithdrawalBeforeHandOverStops) {
  const auto given = static_cast<contract::FactValue>(ConsentState::Given);
  send(assessment("A1", 11).fact(1, Fact::Consent, given));
  send(assessment("A2", 11).fact(1, Fact::Consent, given));
  stage.connect(desk::kHelpline, 1);
  EXPECT_EQ(stage.lines(desk::kHelpline), "A1: victim.name victim.safe_contact");
  send(consent("C1", ConsentState::Withdrawn));
  stage.step(broker::CreditGiven{stage.session_of(stage.cast.client_of(desk::kHelpline)), {desk::kHelpline, 10, 1u << 20}});
  EXPECT_EQ(stage.lines(desk::kHelpline), "") << "what the event said of consent yields to the later word";
  EXPECT_EQ(stage.mailbox(desk::kHelpline), "ready | leased 1 | resting | held | parked");
  const auto withheld = stage.records<wire::Withheld>();
  ASSERT_EQ(withheld.size(), 1u) << "she said so, and nobody has to look";
  EXPECT_EQ(withheld.front().code, "E-ENDED");
}

TEST_F(DeliverTest, AnotherPersonsWithdrawalStopsNothing) {
  send(assessment("A1", 11).fact(1, Fact::Consent, static_cast<contract::FactValue>(ConsentState::Given)));
  Draft other(Kind::ConsentChange, "C1");
  other.person(1, kVictim, {Item::Name}).fact(1, Fact::Consent, static_cast<contract::FactValue>(ConsentState::Withdrawn)).known_as(1, "somebody else");
  send(other);
  stage.connect(desk::kHelpline);
  EXPECT_EQ(stage.lines(desk::kHelpline), "A1: victim.name victim.safe_contact");
}

TEST_F(DeliverTest, AWithdrawnWithdrawalLetsAgain) {
  send(assessment("A1", 11).fact(1, Fact::Consent, static_cast<contract::FactValue>(ConsentState::Given)));
  send(consent("C1", ConsentState::Withdrawn));
  send(consent("C1", ConsentState::Withdrawn).withdraws(stage.sealed("C1")));
  stage.connect(desk::kHelpline);
  EXPECT_EQ(stage.lines(desk::kHelpline), "A1: victim.name victim.safe_contact");
}

// ---- whose word counts ---------------------------------------------------------------------------------------------------

constexpr auto kGiven = static_cast<contract::FactValue>(ConsentState::Given);

TEST_F(DeliverTest, TheLastWordCountsByWhenItWasSaidAndNotByWhenItCame) {
  stage.connect(desk::kHelpline);
  send(consent("C1", ConsentState::Withdrawn));
  send(assessment("A1", 11).fact(1, Fact::Consent, kGiven).happened(kNight - 24h * 30));
  send(assessment("A2", 11));
  EXPECT_EQ(stage.lines(desk::kHelpline), "") << "what an old assessment says was out of date when it came";
  send(consent("C2", ConsentState::Given).happened(kNight + 1ms));
  send(assessment("A3", 11));
  EXPECT_EQ(stage.lines(desk::kHelpline), "A3: victim.name victim.safe_contact");
}

TEST_F(DeliverTest, ACorrectedWordKeepsItsPlaceInTime) {
  stage.connect(desk::kHelpline);
  send(consent("C0", ConsentState::Given).happened(kNight - 1h));
  send(consent("C1", ConsentState::Withdrawn));
  send(consent("C0", ConsentState::Given).happened(kNight - 1h).corrects(stage.sealed("C0")));
  send(assessment("A1", 11));
  EXPECT_EQ(stage.lines(desk::kHelpline), "");
}

TEST_F(DeliverTest, AnIdentifierTakenBackLinksNobody) {
  stage.connect(desk::kHelpline);
  const auto of = [&](const char* reference) { return assessment(reference, 11).known_as(1, "a number that is another's"); };
  send(of("A1").fact(1, Fact::Consent, kGiven));
  EXPECT_EQ(stage.lines(desk::kHelpline), "A1: victim.name victim.safe_contact");
  send(assessment("A1", 11).fact(1, Fact::Consent, kGiven).corrects(stage.sealed("A1")));
  Draft other = no_markers(Draft(Kind::RiskAssessment, "B1")
                               .person(1, kVictim, {Item::Name, Item::SafeContact})
                               .fact(1, Fact::RiskScore, 12)
                               .fact(1, Fact::Residence, *contract::area_code("E06000049"))
                               .fact(1, Fact::Judgement, static_cast<contract::FactValue>(contract::RiskBand::Medium))
                               .known_as(1, "a number that is another's"));
  send(other);
  EXPECT_EQ(stage.lines(desk::kHelpline), "") << "she never said anything";
}

TEST_F(DeliverTest, WhereTwoMayBeOneARefusalHoldsForBothAndAGivenForNeither) {
  stage.connect(desk::kHelpline);
  Draft under_another_number(Kind::ConsentChange, "C1");
  under_another_number.person(1, kVictim, {Item::Name}).fact(1, Fact::Consent, static_cast<contract::FactValue>(ConsentState::Withdrawn)).known_as(1, "her too");
  send(consent("C0", ConsentState::Given).happened(kNight - 1h));
  send(under_another_number);
  send(assessment("A1", 11));
  EXPECT_EQ(stage.lines(desk::kHelpline), "A1: victim.name victim.safe_contact") << "as far as anybody knows they are two";
  send(assessment("A2", 11).known_as(1, "her too"));
  EXPECT_EQ(stage.alarms(Cast::client_of(kPolice)), (std::vector<std::string>{"A-NOBODY-TOLD A2", "A-MERGE A2"}));
  send(assessment("A3", 11));
  EXPECT_EQ(stage.lines(desk::kHelpline), "") << "neither the one with both numbers nor those after it";
  send(assessment("A2", 11).corrects(stage.sealed("A2")));
  send(assessment("A4", 11));
  EXPECT_EQ(stage.lines(desk::kHelpline), "A2 revision 1: victim.name victim.safe_contact | A4: victim.name victim.safe_contact") << "it was a mistake";
}

TEST_F(DeliverTest, ASuspendedDeskIsOutAtOnceAndGetsNothing) {
  const SessionId session = stage.connect(desk::kIdva, 0);
  send(incident("R1", 17));
  stage.change_directory([](directory::Directory& directory) { directory.desks[0].suspended = true; });
  EXPECT_TRUE(stage.closed(session));
  EXPECT_TRUE(stage.closed(stage.connect(desk::kIdva)));
  EXPECT_EQ(stage.lines(desk::kIdva), "");
}

TEST_F(DeliverTest, ADeskTakenFromAClientIsTakenFromItsSession) {
  const SessionId session = stage.connect(desk::kIdva);
  stage.change_directory([&](directory::Directory& directory) {
    for (auto& client : directory.clients) {
      if (client.name == stage.cast.client_of(desk::kIdva)) client.reads = {desk::kMarac};
    }
  });
  EXPECT_TRUE(stage.closed(session));
  send(incident("R1", 17));
  EXPECT_EQ(stage.lines(desk::kIdva), "");
}

TEST_F(DeliverTest, ARevokedKeyOfADeskEndsItsSession) {
  const SessionId session = stage.connect(desk::kIdva);
  stage.change_directory([](directory::Directory& directory) { directory.desks[0].keys[0].id = 2; });
  EXPECT_TRUE(stage.closed(session));
}

TEST_F(DeliverTest, AChangeThatLeavesASessionItsRightsLeavesItOpen) {
  const SessionId session = stage.connect(desk::kIdva);
  stage.change_directory([](directory::Directory& directory) { directory.desks[1].suspended = true; });
  EXPECT_FALSE(stage.closed(session));
  EXPECT_EQ(stage.sent<wire::DirectoryUpdate>(session).size(), 1u);
}

// ---- corrections -------------------------------------------------------------------------------------------------------

TEST_F(DeliverTest, ACorrectionReplacesWhatStillWaits) {
  send(incident("R1", 17));
  send(incident("R1", 18).corrects(stage.sealed("R1")));
  EXPECT_EQ(stage.mailbox(desk::kIdva), "ready 2 | leased | resting | held | parked");
  stage.connect(desk::kIdva);
  EXPECT_EQ(stage.lines(desk::kIdva), "R1 revision 1: " + kToIdva);
}

TEST_F(DeliverTest, ACorrectionFollowsWhatHasGone) {
  stage.connect(desk::kIdva);
  send(incident("R1", 17));
  send(incident("R1", 18).corrects(stage.sealed("R1")));
  EXPECT_EQ(stage.mailbox(desk::kIdva), "ready | leased 1 | resting | held 2 | parked");
  const auto first = stage.take(desk::kIdva);
  ASSERT_EQ(first.size(), 1u);
  stage.acknowledge(first[0]);
  EXPECT_EQ(stage.lines(desk::kIdva), "R1 revision 1: " + kToIdva);
}

// Each revision names the one before: a desk that holds the first could not tell what the third takes the place of.
TEST_F(DeliverTest, WhoHoldsTheFirstRevisionGetsEveryStepAfterItInOrder) {
  stage.connect(desk::kIdva);
  send(incident("R1", 17));
  send(incident("R1", 18).corrects(stage.sealed("R1")));
  send(incident("R1", 19).corrects(stage.sealed("R1", 1)));
  EXPECT_EQ(stage.mailbox(desk::kIdva), "ready | leased 1 | resting | held 2 3 | parked");
}

TEST_F(DeliverTest, WhoHoldsNothingYetGetsTheNewestRevisionAlone) {
  send(incident("R1", 17));
  send(incident("R1", 18).corrects(stage.sealed("R1")));
  send(incident("R1", 19).corrects(stage.sealed("R1", 1)));
  EXPECT_EQ(stage.mailbox(desk::kIdva), "ready 3 | leased | resting | held | parked");
}

TEST_F(DeliverTest, ACorrectionTakesNoSlowerLane) {
  stage.connect(desk::kIdva, 1);
  send(incident("R1", 17));
  send(incident("R1", 17).fact(Fact::Historic, contract::kYes).corrects(stage.sealed("R1")));
  EXPECT_EQ(stage.state().mailboxes.at(desk::kIdva).find(2)->lane, 1) << "historic alone would be bulk";
}

TEST_F(DeliverTest, WhoMayHaveTheOriginalAndIsNotToldOfTheCorrectionHearsThatItNoLongerStands) {
  stage.connect(desk::kIdva);
  send(incident("R1", 17));
  send(incident("R1", 3).corrects(stage.sealed("R1")));
  EXPECT_EQ(stage.alarms(stage.cast.client_of(desk::kIdva)), (std::vector<std::string>{"A-SUPERSEDED R1"}));
  stage.connect(desk::kMarac);
  EXPECT_TRUE(stage.alarms(stage.cast.client_of(desk::kMarac)).empty()) << "it never left for there";
  EXPECT_EQ(stage.lines(desk::kMarac), "");
}

TEST_F(DeliverTest, WhoHasAnEarlierRevisionHearsItThoughTheOneBetweenNeverCame) {
  stage.connect(desk::kIdva, 1);
  send(incident("R1", 17));
  send(incident("R1", 18).corrects(stage.sealed("R1")));
  send(incident("R1", 3).corrects(stage.sealed("R1", 1)));
  EXPECT_EQ(stage.alarms(stage.cast.client_of(desk::kIdva)), (std::vector<std::string>{"A-SUPERSEDED R1"}));
}

TEST_F(DeliverTest, AWithdrawalTakesBackWhatWaitsAndTellsWhoMayHaveIt) {
  stage.connect(desk::kIdva);
  send(incident("R1", 17));
  send(incident("R1", 17).withdraws(stage.sealed("R1")));
  EXPECT_EQ(stage.alarms(stage.cast.client_of(desk::kIdva)), (std::vector<std::string>{"A-SUPERSEDED R1"}));
  EXPECT_EQ(stage.mailbox(desk::kMarac), "ready | leased | resting | held | parked");
  EXPECT_TRUE(stage.state().deadlines().empty());
}

TEST_F(DeliverTest, WhatWasWithdrawnAfterItLeftIsNotHandedOverAgain) {
  const SessionId session = stage.connect(desk::kIdva);
  send(incident("R1", 17));
  stage.hang_up(session);
  stage.take(desk::kIdva);
  send(incident("R1", 17).withdraws(stage.sealed("R1")));
  stage.connect(desk::kIdva);
  EXPECT_EQ(stage.lines(desk::kIdva), "");
  EXPECT_EQ(stage.mailbox(desk::kIdva), "ready | leased | resting | held | parked");
  EXPECT_EQ(stage.records<wire::Withheld>().size(), 1u);
}

TEST_F(DeliverTest, WhatWasCorrectedToSomethingNotForTheDeskIsNotHandedOverAgain) {
  const SessionId session = stage.connect(desk::kIdva);
  send(incident("R1", 17));
  stage.hang_up(session);
  stage.take(desk::kIdva);
  send(incident("R1", 3).corrects(stage.sealed("R1")));
  stage.connect(desk::kIdva);
  EXPECT_EQ(stage.lines(desk::kIdva), "");
  EXPECT_EQ(stage.mailbox(desk::kIdva), "ready | leased | resting | held | parked");
}

// ---- progress ----------------------------------------------------------------------------------------------------------

TEST_F(DeliverTest, ProgressIsMadeByANamedPersonOfADeskThatWasTold) {
  const SessionId idva = stage.connect(desk::kIdva);
  const SessionId adults = stage.connect(desk::kAdults);
  send(incident("R1", 17));
  const EventId event = stage.sealed("R1").event;
  stage.take(desk::kIdva);
  stage.progress(desk::kIdva, event, ProgressState::Read);
  EXPECT_EQ(stage.records<wire::ProgressMade>().size(), 1u);
  stage.progress(desk::kIdva, event, ProgressState::Opened);
  stage.progress(desk::kIdva, event, ProgressState::Declined);
  stage.progress(desk::kAdults, event, ProgressState::Read);
  EXPECT_EQ(stage.records<wire::ProgressMade>().size(), 1u) << "not by a machine, not without its reason, not by a stranger";
  EXPECT_EQ(stage.sent<wire::Refusal>(idva).size(), 2u);
  EXPECT_EQ(stage.sent<wire::Refusal>(adults).size(), 1u);
  EXPECT_FALSE(stage.closed(adults));
}

TEST_F(DeliverTest, WhatIsSaidAgainIsNoNews) {
  const SessionId idva = stage.connect(desk::kIdva);
  send(incident("R1", 17));
  const auto handed = stage.take(desk::kIdva);
  const EventId event = stage.sealed("R1").event;
  for (int i = 0; i < 3; ++i) stage.progress(desk::kIdva, event, ProgressState::Read);
  EXPECT_EQ(stage.records<wire::ProgressMade>().size(), 1u);
  stage.wait(1s);
  stage.progress(desk::kIdva, event, ProgressState::Read);
  EXPECT_EQ(stage.records<wire::ProgressMade>().size(), 2u) << "read at another moment, or by another person, it is read again";
  const wire::Acknowledge::Item no{handed.at(0).offer().delivery, event, "E-OPEN", {}};
  stage.step(broker::AcknowledgeArrived{idva, {desk::kIdva, {no, no, no}}});
  ASSERT_EQ(stage.records<wire::Acknowledged>().size(), 1u);
  EXPECT_EQ(stage.records<wire::Acknowledged>()[0].rejected.size(), 1u);
}

TEST_F(DeliverTest, NobodyHasReadWhatWasNeverHandedOver) {
  const SessionId idva = stage.connect(desk::kIdva, 0);
  send(incident("R1", 17));
  stage.progress(desk::kIdva, stage.sealed("R1").event, ProgressState::Read);
  EXPECT_TRUE(stage.records<wire::ProgressMade>().empty());
  EXPECT_EQ(stage.sent<wire::Refusal>(idva).at(0).code, "E-VALUE");
  EXPECT_FALSE(stage.state().deadlines().empty()) << "the clock goes on";
}

TEST_F(DeliverTest, WhatNobodyActedOnIsClosedWithAReasonOnly) {
  stage.connect(desk::kIdva);
  send(incident("R1", 17));
  const EventId event = stage.sealed("R1").event;
  stage.progress(desk::kIdva, event, ProgressState::Read);
  stage.progress(desk::kIdva, event, ProgressState::Closed);
  EXPECT_EQ(stage.records<wire::ProgressMade>().size(), 1u);
  stage.progress(desk::kIdva, event, ProgressState::Closed, "moved abroad");
  EXPECT_EQ(stage.records<wire::ProgressMade>().size(), 2u);
  stage.progress(desk::kIdva, event, ProgressState::Declined, "not ours");
  EXPECT_EQ(stage.records<wire::ProgressMade>().size(), 2u) << "closed is closed";
}

TEST_F(DeliverTest, ADeskThatDiesOfADeliveryIsToldOfItAndGetsTheOthers) {
  send(incident("R1", 17));
  send(incident("R2", 17));
  const auto kills = [&](const Handed& each) { return stage.reference(each.offer().material->event) == "R1"; };
  for (int run = 0; run < 2 * broker::kAttemptsMax; ++run) {
    const SessionId session = stage.connect(desk::kIdva);
    const auto got = stage.take(desk::kIdva);
    if (std::none_of(got.begin(), got.end(), kills)) {
      for (const auto& each : got) stage.acknowledge(each);
    }
    stage.hang_up(session);
    stage.wait(broker::kBackOffMax);
  }
  EXPECT_EQ(stage.mailbox(desk::kIdva), "ready | leased | resting | held | parked 1");
  std::size_t parked = 0;
  for (const auto& alarm : stage.alarms(Cast::client_of(kPolice))) parked += alarm == "A-PARKED R1" ? 1 : 0;
  EXPECT_EQ(parked, 1u);
}

TEST_F(DeliverTest, ARejectionNamesACode) {
  const SessionId idva = stage.connect(desk::kIdva);
  send(incident("R1", 17));
  const auto handed = stage.take(desk::kIdva);
  stage.acknowledge(handed.at(0), "Priya lives at 4 Mill Street");
  EXPECT_EQ(stage.sent<wire::Refusal>(idva).at(0).code, "E-VALUE");
  EXPECT_TRUE(stage.records<wire::Acknowledged>().empty());
  stage.acknowledge(handed.at(0), "E-OPEN");
  EXPECT_EQ(stage.records<wire::Acknowledged>().size(), 1u);
}

}  // namespace
}  // namespace concordat::test
