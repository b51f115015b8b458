// What time brings about: deadlines that escalate along their chain, clocks that people stop, a clock that never goes back.
#include <gtest/gtest.h>

#include "tests/support/stage.h"

namespace concordat::test {
namespace {

using contract::Fact;
using contract::Item;
using contract::Kind;
using contract::ProgressState;
using namespace std::chrono_literals;

class ExpireTest : public ::testing::Test {
 protected:
  ExpireTest() {
    stage.connect(kPolice);
    stage.connect(kHospital);
  }
  /// From the hospital to the IDVA, then marac, then unplaced; no clause tells marac first.
  EventId assessment(const std::string& reference, std::size_t content_bytes = 0) {
    Draft draft(Kind::RiskAssessment, reference);
    draft.person(1, kVictim | kPatient, {Item::Name, Item::SafeContact})
        .fact(1, Fact::RiskScore, 18)
        .fact(1, Fact::Residence, *contract::area_code("E06000049"))
        .fact(1, Fact::Consent, static_cast<contract::FactValue>(contract::ConsentState::Given))
        .content_bytes(content_bytes);
    stage.send(kHospital, draft);
    return stage.sealed(reference).event;
  }
  /// The same person, assessed again.
  void correct(const std::string& reference) {
    Draft again(Kind::RiskAssessment, reference);
    again.person(1, kVictim | kPatient, {Item::Name})
        .fact(1, Fact::RiskScore, 19)
        .fact(1, Fact::Residence, *contract::area_code("E06000049"))
        .fact(1, Fact::Consent, static_cast<contract::FactValue>(contract::ConsentState::Given));
    stage.send(kHospital, again.corrects(stage.sealed(reference)));
  }
  const broker::EventEntry& entry(const EventId& event) {
    return *stage.state().event(stage.state().find(event));
  }
  std::string told(const EventId& event) {
    std::string line;
    for (const auto& told : entry(event).told) {
      line += std::to_string(told.desk.value) + (told.escalated ? "! " : " ");
    }
    return line;
  }
  Stage stage;
};

TEST_F(ExpireTest, UnreadAfterItsTimeGoesToTheNextOfItsChainAndThenToTheLast) {
  const EventId event = assessment("H1");
  EXPECT_EQ(told(event), "11 ");
  stage.wait(15min - 1ms);
  EXPECT_EQ(told(event), "11 ");
  stage.wait(1ms);
  EXPECT_EQ(told(event), "11 12! ");
  EXPECT_EQ(stage.alarms(Cast::client_of(kHospital)), (std::vector<std::string>{"A-UNREAD H1"}));
  stage.wait(15min);
  EXPECT_EQ(told(event), "11 12! 15! ");
}

TEST_F(ExpireTest, WhoIsToldLaterIsHandedWhatItsClauseGrants) {
  stage.connect(desk::kMarac);
  assessment("H1");
  stage.wait(15min);
  const auto handed = stage.take(desk::kMarac);
  ASSERT_EQ(handed.size(), 1u);
  EXPECT_TRUE(handed[0].offer().escalated);
  EXPECT_EQ(handed[0].line(), "victim.name victim.safe_contact victim.risk_answers");
}

TEST_F(ExpireTest, AcknowledgedIsNotRead) {
  stage.connect(desk::kIdva);
  const EventId event = assessment("H1");
  stage.acknowledge(stage.take(desk::kIdva)[0]);
  stage.wait(15min);
  EXPECT_EQ(told(event), "11 12! ");
}

TEST_F(ExpireTest, ReadByAPersonStopsTheFirstClockAndNotTheSecond) {
  stage.connect(desk::kIdva);
  const EventId event = assessment("H1");
  stage.acknowledge(stage.take(desk::kIdva)[0]);
  stage.progress(desk::kIdva, event, ProgressState::Read);
  stage.wait(2h - 1ms);
  EXPECT_EQ(told(event), "11 ");
  stage.wait(1ms);
  EXPECT_EQ(told(event), "11 12! ");
  EXPECT_EQ(stage.alarms(Cast::client_of(kHospital)), (std::vector<std::string>{"A-NOT-ACTED H1"}));
}

TEST_F(ExpireTest, AcceptedIsNotActedAndActedStopsEveryClock) {
  stage.connect(desk::kIdva);
  const EventId event = assessment("H1");
  stage.progress(desk::kIdva, event, ProgressState::Accepted);
  EXPECT_EQ(stage.state().deadlines().size(), 1u);
  stage.progress(desk::kIdva, event, ProgressState::Acted);
  EXPECT_TRUE(stage.state().deadlines().empty());
  stage.wait(5h);
  EXPECT_EQ(told(event), "11 ");
}

TEST_F(ExpireTest, WhatADeskDeclinesGoesToTheNextAtOnce) {
  stage.connect(desk::kIdva);
  const EventId event = assessment("H1");
  stage.progress(desk::kIdva, event, ProgressState::Read);
  stage.progress(desk::kIdva, event, ProgressState::Declined, "out of area");
  stage.wait(1ms);
  EXPECT_EQ(told(event), "11 12! ") << "marac comes next and hears at once";
  EXPECT_EQ(stage.alarms(Cast::client_of(kHospital)), (std::vector<std::string>{"A-NOT-ACTED H1"}));
  const std::size_t alarms = stage.records<wire::AlarmRaised>().size();
  stage.progress(desk::kIdva, event, ProgressState::Declined, "out of area");
  stage.wait(1ms);
  EXPECT_EQ(stage.records<wire::AlarmRaised>().size(), alarms) << "said twice is said once";
}

TEST_F(ExpireTest, CoverIsForWhatNobodyHasRead) {
  stage.connect(desk::kIdva);
  stage.send(kPolice, incident("R1", 17));
  stage.send(kPolice, incident("R2", 17));
  const EventId unread = stage.sealed("R1").event, read = stage.sealed("R2").event;
  stage.progress(desk::kIdva, read, ProgressState::Read);
  stage.wait(15min);
  EXPECT_EQ(told(unread), "11 12 21! 15! ") << "cover, and the last of the chain, as marac was told from the start";
  stage.wait(2h);
  EXPECT_EQ(told(read), "11 12 15! ") << "read and not acted on is no case for cover";
}

TEST_F(ExpireTest, NobodyIsToldTwice) {
  const EventId event = assessment("H1");
  stage.wait(20h);
  EXPECT_EQ(told(event), "11 12! 15! ");
  std::size_t empty = 0;
  for (const auto& escalated : stage.records<wire::Escalated>()) empty += escalated.desks.empty() ? 1 : 0;
  EXPECT_GE(empty, 1u) << "the last of the chain missed it too: a record and an alarm";
}

TEST_F(ExpireTest, ACorrectionBuysNoTime) {
  const EventId event = assessment("H1");
  stage.wait(10min);
  correct("H1");
  stage.wait(5min - 1ms);
  EXPECT_EQ(told(stage.sealed("H1", 1).event), "11 ");
  stage.wait(1ms);
  EXPECT_EQ(told(stage.sealed("H1", 1).event), "11 12! ") << "a quarter of an hour after the first, not after the last";
  EXPECT_EQ(told(event), "11 ") << "what was replaced is nobody's to read any more";
}

TEST_F(ExpireTest, ACorrectionOfWhatWasReadBeginsItsOwnClock) {
  stage.connect(desk::kIdva);
  assessment("H1");
  stage.progress(desk::kIdva, stage.sealed("H1").event, ProgressState::Acted);
  stage.wait(10min);
  correct("H1");
  stage.wait(15min - 1ms);
  EXPECT_EQ(told(stage.sealed("H1", 1).event), "11 ");
  stage.wait(1ms);
  EXPECT_EQ(told(stage.sealed("H1", 1).event), "11 12! ");
}

TEST_F(ExpireTest, ADeskThatIsAlwaysStaffedHasNoOfficeHours) {
  stage.send(kPolice, incident_with_child("R1", 3));
  const auto& told = *entry(stage.sealed("R1").event).find(desk::kChecs);
  EXPECT_EQ(told.read_by, stage.now + 1h) << "at three in the morning";
  EXPECT_EQ(to_text(told.act_by), "2026-07-15T16:00:00.000Z") << "a working day is one of the week's all the same";
}

TEST_F(ExpireTest, ADeskOfOfficeHoursReadsInOfficeHours) {
  stage.send(kPolice, incident("R1", 17));
  EXPECT_EQ(to_text(entry(stage.sealed("R1").event).find(desk::kMarac)->read_by), "2026-07-14T12:00:00.000Z");
}

TEST_F(ExpireTest, TheChangedAgreementIsAskedWhenItEscalates) {
  const EventId event = assessment("H1");
  stage.adopt("cheshire-east/marac", "");
  stage.wait(15min);
  EXPECT_EQ(told(event), "11 ");
  EXPECT_TRUE(stage.records<wire::Escalated>().at(0).desks.empty());
}

TEST_F(ExpireTest, AnEscalatedDeliveryTakesAsMuchRoomAsTheFirst) {
  const EventId event = assessment("H1", 40'000);
  stage.wait(15min);
  const auto bytes = [&](DeskNumber desk) { return stage.state().mailboxes.at(desk).find(entry(event).find(desk)->delivery)->bytes; };
  EXPECT_GT(bytes(desk::kIdva), 200'000u);
  EXPECT_EQ(bytes(desk::kMarac), bytes(desk::kIdva));
}

TEST_F(ExpireTest, AnEscalatedCorrectionTakesNoSlowerLaneThanWhatItCorrects) {
  stage.connect(desk::kMarac);
  const EventId event = assessment("H1");
  stage.wait(15min);
  correct("H1");
  stage.wait(15min);
  const auto& told = *entry(stage.sealed("H1", 1).event).find(desk::kMarac);
  const auto* waiting = stage.state().mailboxes.at(desk::kMarac).find(told.delivery);
  ASSERT_NE(waiting, nullptr);
  EXPECT_TRUE(stage.records<wire::Withheld>().empty()) << "the correction follows the original at once";
  EXPECT_EQ(told.lane, entry(event).find(desk::kMarac)->lane);
}

TEST_F(ExpireTest, ACorrectionDoesNotCallTheChainOff) {
  assessment("H1");
  stage.wait(15min);
  stage.connect(desk::kMarac);
  correct("H1");
  stage.wait(1ms);
  EXPECT_EQ(told(stage.sealed("H1", 1).event), "11 12! ") << "the desk that was silent had its time";
}

TEST_F(ExpireTest, TimeNeverGoesBack) {
  stage.send(kPolice, incident("R1", 17));
  const Instant before = stage.state().now;
  stage.now -= 1h;
  stage.send(kPolice, incident("R2", 17));
  EXPECT_EQ(stage.state().now, before);
  EXPECT_EQ(entry(stage.sealed("R2").event).accepted, before);
}

TEST_F(ExpireTest, AJumpOfTheClockIsInTheLog) {
  stage.now += 5min;
  stage.step(broker::Tick{});
  EXPECT_TRUE(stage.records<wire::ClockStepped>().empty());
  stage.now += 5min + 1ms;
  stage.step(broker::Tick{});
  EXPECT_EQ(stage.records<wire::ClockStepped>().size(), 1u);
}

TEST_F(ExpireTest, DeadlinesOutliveARestart) {
  const EventId event = assessment("H1");
  stage.wait(10min);
  stage.restart();
  stage.wait(5min);
  EXPECT_EQ(told(event), "11 12! ");
}

}  // namespace
}  // namespace concordat::test
