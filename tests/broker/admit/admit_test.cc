// What becomes of an event that arrives: accepted once, refused loudly, corrected only in order, and never counted twice.
#include <gtest/gtest.h>

#include "tests/support/stage.h"

namespace concordat::test {
namespace {

using contract::Fact;
using contract::Kind;
using wire::Outcome;
using namespace std::chrono_literals;

class AdmitTest : public ::testing::Test {
 protected:
  AdmitTest() {
    stage.connect(kPolice);
    stage.connect(desk::kPoliceDesk);
  }
  std::string send(const Draft& draft, const char* adapter = kPolice) { return said(stage.send(adapter, draft)); }
  static std::string said(const wire::EventResult& result) {
    switch (result.outcome) {
      case Outcome::Accepted: return result.somebody_told ? "accepted" : "accepted, nobody told";
      case Outcome::Duplicate: return result.somebody_told ? "duplicate" : "duplicate, nobody told";
      case Outcome::Refused: return result.code;
    }
    return "no answer";
  }
  bool told(const std::string& reference, DeskNumber desk, std::uint32_t revision = 0) {
    const EventId event = stage.sealed(reference, revision).event;
    return stage.state().event(stage.state().find(event))->find(desk) != nullptr;
  }
  std::vector<std::string> police_desk_alarms() { return stage.alarms(stage.cast.client_of(desk::kPoliceDesk)); }

  Stage stage;
};

TEST_F(AdmitTest, AnEventIsAcceptedDecidedAndInTheLog) {
  const auto result = stage.send(kPolice, incident("R1", 17));
  EXPECT_EQ(said(result), "accepted");
  EXPECT_TRUE(result.told.empty()) << "no clause says tell_sender";
  const auto accepted = stage.records<wire::EventAccepted>();
  ASSERT_EQ(accepted.size(), 1u);
  EXPECT_EQ(accepted[0].desks.size(), 2u);
  EXPECT_EQ(stage.machine.disk.rows.size(), result.sequence);
}

TEST_F(AdmitTest, ADuplicateGetsTheFirstAnswerAgainAndNothingHappens) {
  const auto first = stage.send(kPolice, incident("R1", 17));
  const std::size_t records = stage.machine.disk.rows.size();
  const auto again = stage.send(kPolice, stage.sealed("R1"));
  EXPECT_EQ(said(again), "duplicate");
  EXPECT_EQ(again.sequence, first.sequence);
  EXPECT_EQ(stage.machine.disk.rows.size(), records);
}

TEST_F(AdmitTest, ADuplicateIsKnownAfterARestart) {
  const auto first = stage.send(kPolice, incident("R1", 17));
  stage.restart();
  stage.connect(kPolice);
  const auto again = stage.send(kPolice, stage.sealed("R1"));
  EXPECT_EQ(said(again), "duplicate");
  EXPECT_EQ(again.sequence, first.sequence);
}

TEST_F(AdmitTest, TheSameIdWithAnotherDigestIsRefusedLoudly) {
  send(incident("R1", 17));
  EXPECT_EQ(send(incident("R1", 3)), "E-CONFLICT");
  EXPECT_EQ(police_desk_alarms().size(), 1u);
  EXPECT_EQ(stage.records<wire::EventRefused>().size(), 1u);
}

TEST_F(AdmitTest, AnIdThatStandsIsNoOtherPartysToUse) {
  send(incident("R1", 17));
  stage.connect(kHospital);
  Draft assessment(Kind::RiskAssessment, "H1");
  assessment.person(1, kVictim | kPatient, {contract::Item::Name});
  DiceEntropy entropy(1);
  Sealed forged = assessment.seal(stage.cast, kHospital, entropy);
  wire::Event event = *wire::decode_event(forged.bytes);
  wire::Header header = *wire::decode_header(event.header);
  header.event = forged.event = stage.sealed("R1").event;
  event.header = wire::encode(header);
  forged.bytes = wire::encode(event);
  forged.digest = wire::digest_of(event);
  EXPECT_EQ(said(stage.send(kHospital, forged)), "E-CONFLICT");
}

TEST_F(AdmitTest, APartyAssertsOnlyItsKinds) {
  stage.connect(kHospital);
  EXPECT_EQ(send(incident("H1", 17), kHospital), "E-ASSERT");
  Draft assessment(Kind::RiskAssessment, "H2");
  assessment.person(1, kVictim | kPatient, {contract::Item::Name}).fact(1, Fact::RiskScore, 18).fact(1, Fact::Residence, *contract::area_code("E06000049"));
  assessment.fact(1, Fact::Consent, static_cast<contract::FactValue>(contract::ConsentState::Given));
  EXPECT_EQ(send(assessment, kHospital), "accepted");
}

TEST_F(AdmitTest, AnEventOfTheFutureIsRefusedBeyondFiveMinutes) {
  EXPECT_EQ(send(incident("R1", 17).happened(stage.now + 5min)), "accepted");
  EXPECT_EQ(send(incident("R2", 17).happened(stage.now + 5min + 1ms)), "E-TIME");
}

TEST_F(AdmitTest, ACorrectionCitesTheNewestRevisionOfItsOwnParty) {
  send(incident("R1", 17));
  const Sealed original = stage.sealed("R1").clone();
  Sealed ahead = original.clone();
  ahead.revision = 1;
  EXPECT_EQ(send(incident("R1", 17).corrects(ahead)), "E-REVISION") << "revision 2 of an event that is at 0";
  EXPECT_EQ(send(incident("R1", 16).corrects(original)), "accepted");
  const Sealed first = stage.sealed("R1", 1).clone();
  EXPECT_EQ(send(incident("R1", 15).corrects(first)), "accepted");
  Sealed unknown = original.clone();
  unknown.digest.bytes[0] ^= 1;
  EXPECT_EQ(send(incident("R1b", 15).corrects(unknown)), "E-CONFLICT") << "an id that is taken, whatever it cites";
  stage.connect(kHospital);
  Draft theft(Kind::RiskAssessment, "H");
  theft.person(1, kVictim, {contract::Item::Name}).corrects(stage.sealed("R1", 2));
  EXPECT_EQ(send(theft, kHospital), "E-REVISION") << "another party's original";
}

TEST_F(AdmitTest, AnOriginalIsCorrectedOnce) {
  send(incident("R1", 17));
  const Sealed original = stage.sealed("R1").clone();
  send(incident("R1", 16).corrects(original));
  Draft late = incident("R1", 15).corrects(original);
  EXPECT_EQ(send(late), "E-CONFLICT");
  Sealed renamed = original.clone();
  renamed.reference = "R1 again";
  EXPECT_EQ(send(incident("x", 15).corrects(renamed)), "E-REVISION");
}

TEST_F(AdmitTest, ThreeIncidentsInAYearAreAnEscalation) {
  EXPECT_EQ(send(incident("R1", 3).known_as(1, "her")), "accepted, nobody told");
  EXPECT_EQ(send(incident("R2", 3).known_as(1, "her")), "accepted, nobody told");
  EXPECT_EQ(send(incident("R3", 3).known_as(1, "another")), "accepted, nobody told");
  EXPECT_EQ(send(incident("R4", 3).known_as(1, "her")), "accepted");
}

TEST_F(AdmitTest, ACorrectedIncidentCountsOnce) {
  send(incident("R1", 3).known_as(1, "her"));
  send(incident("R2", 3).known_as(1, "her"));
  EXPECT_EQ(send(incident("R2", 4).known_as(1, "her").corrects(stage.sealed("R2"))), "accepted, nobody told") << "still the second";
  EXPECT_EQ(send(incident("R2", 5).known_as(1, "her").corrects(stage.sealed("R2", 1))), "accepted, nobody told");
  EXPECT_EQ(send(incident("R3", 3).known_as(1, "her")), "accepted") << "the third";
}

TEST_F(AdmitTest, AWithdrawnIncidentDoesNotCount) {
  send(incident("R1", 3).known_as(1, "her"));
  send(incident("R2", 3).known_as(1, "her"));
  EXPECT_EQ(send(incident("R2", 3).known_as(1, "her").withdraws(stage.sealed("R2"))), "accepted, nobody told");
  EXPECT_EQ(send(incident("R3", 3).known_as(1, "her")), "accepted, nobody told");
  EXPECT_EQ(send(incident("R4", 3).known_as(1, "her")), "accepted");
}

TEST_F(AdmitTest, NobodyToldOfWhatMayBeUrgentIsAnAlarm) {
  EXPECT_EQ(send(incident("R1", 3)), "accepted, nobody told");
  EXPECT_EQ(police_desk_alarms(), (std::vector<std::string>{"A-NOBODY-TOLD R1"}));
  EXPECT_EQ(stage.alarms(Cast::client_of(kPolice)), (std::vector<std::string>{"A-NOBODY-TOLD R1"}));
}

TEST_F(AdmitTest, AWithdrawalTellsNobodyAndAlarmsNobody) {
  send(incident("R1", 17));
  EXPECT_EQ(send(incident("R1", 17).withdraws(stage.sealed("R1"))), "accepted, nobody told");
  EXPECT_TRUE(police_desk_alarms().empty());
}

TEST_F(AdmitTest, ToldToTheFallbackDeskAloneIsNobodyTold) {
  Draft elsewhere = incident("R1", 17).fact(1, Fact::Residence, contract::kUnknown);
  EXPECT_EQ(send(elsewhere), "accepted, nobody told");
  EXPECT_TRUE(told("R1", desk::kUnplaced));
  EXPECT_FALSE(told("R1", desk::kIdva));
  EXPECT_EQ(said(stage.send(kPolice, stage.sealed("R1"))), "duplicate, nobody told");
}

TEST_F(AdmitTest, ThoseToldLaterAreNotInTheFirstAnswer) {
  stage.connect(kHospital);
  Draft assessment(Kind::RiskAssessment, "H1");
  assessment.person(1, kVictim | kPatient, {contract::Item::Name})
      .fact(1, Fact::RiskScore, 18)
      .fact(1, Fact::Residence, *contract::area_code("E06000049"))
      .fact(1, Fact::Consent, static_cast<contract::FactValue>(contract::ConsentState::Given));
  const auto first = stage.send(kHospital, assessment);
  EXPECT_FALSE(told("H1", desk::kMarac));
  stage.wait(3h);
  EXPECT_TRUE(told("H1", desk::kMarac)) << "the idva has not read it";
  const auto again = stage.send(kHospital, stage.sealed("H1"));
  EXPECT_EQ(said(again), "duplicate");
  EXPECT_EQ(again.told, first.told);
}

TEST_F(AdmitTest, RefusalsBeyondTheFirstFewAreCounted) {
  for (int i = 0; i < 25; ++i) send(incident("F" + std::to_string(i), 17).happened(stage.now + 1h));
  EXPECT_EQ(stage.records<wire::EventRefused>().size(), broker::kRefusalsWhole);
  EXPECT_TRUE(stage.records<wire::RefusalsCounted>().empty());
  stage.wait(broker::kRefusalInterval + 1s);
  const auto counted = stage.records<wire::RefusalsCounted>();
  ASSERT_EQ(counted.size(), 1u);
  EXPECT_EQ(counted[0].count, 25 - broker::kRefusalsWhole);
}

TEST_F(AdmitTest, NumbersThatSkipEndTheSession) {
  send(incident("R1", 17));
  const SessionId session = stage.session_of(Cast::client_of(kPolice));
  stage.step(broker::BatchRefused{session, 99, 1, {Fault::Malformed, code::kFrame, {}}});
  EXPECT_TRUE(stage.closed(session));
}

TEST_F(AdmitTest, ARefusedBatchUsesItsNumbersUp) {
  const SessionId session = stage.session_of(Cast::client_of(kPolice));
  send(incident("R1", 17));
  stage.step(broker::BatchRefused{session, 2, 3, {Fault::Unauthenticated, code::kProof, {}}});
  EXPECT_FALSE(stage.closed(session));
  EXPECT_EQ((stage.state().next_outbox.at({kPolice, OutboxEpoch{1}})), 5u);
  EXPECT_EQ(stage.records<wire::EventRefused>().size(), 3u);
}

}  // namespace
}  // namespace concordat::test
