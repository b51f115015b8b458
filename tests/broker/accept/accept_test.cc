// Who may begin a session, for what, and what a session is told when it begins.
#include <gtest/gtest.h>

#include "broker/accept/accept.h"
#include "tests/support/stage.h"

namespace concordat::test {
namespace {

using namespace std::chrono_literals;

class AcceptTest : public ::testing::Test {
 protected:
  AcceptTest() {
    hello.client = stage.cast.client_of(desk::kIdva);
    hello.desks = {{desk::kIdva, 1}};
  }
  /// "welcome", or the code that it is refused with.
  std::string open(const std::string& authenticated) {
    const SessionId session = ++next_;
    stage.step(broker::Opened{session, authenticated, hello});
    const auto refused = stage.sent<wire::Refusal>(session);
    if (!refused.empty()) return refused[0].code;
    return stage.sent<wire::Welcome>(session).empty() ? "silence" : "welcome";
  }
  std::string open() { return open(hello.client); }

  Stage stage;
  wire::Hello hello;
  SessionId next_ = 1000;
};

TEST_F(AcceptTest, AKnownClientIsWelcome) { EXPECT_EQ(open(), "welcome"); }

TEST_F(AcceptTest, WhatTheTransportProvedCountsAndNotWhatTheClientSays) {
  EXPECT_EQ(open(Cast::client_of(kPolice)), "E-CLIENT");
  hello.client = "unknown";
  EXPECT_EQ(open(), "E-CLIENT");
}

TEST_F(AcceptTest, VersionAndEnvironmentAreOfThisBroker) {
  hello.version += 1;
  EXPECT_EQ(open(), "E-VERSION");
  hello.version -= 1;
  hello.live = true;
  EXPECT_EQ(open(), "E-ENVIRONMENT");
}

TEST_F(AcceptTest, AnothersDeskAndNoDeskLookTheSame) {
  hello.desks = {{desk::kMarac, 1}};
  EXPECT_EQ(open(), "E-DESK");
  hello.desks = {{{99}, 1}};
  EXPECT_EQ(open(), "E-DESK");
}

TEST_F(AcceptTest, ADeskIsReadWithAKeyThatIsListed) {
  hello.desks = {{desk::kIdva, 2}};
  EXPECT_EQ(open(), "E-DESK");
}

TEST_F(AcceptTest, AnotherPartysAdapterIsNotPublishedFor) {
  hello.adapter = kPolice;
  EXPECT_EQ(open(), "E-CLIENT");
}

TEST_F(AcceptTest, TheSuspendedAreNotWelcome) {
  stage.change_directory([&](directory::Directory& directory) {
    for (auto& client : directory.clients) client.suspended = client.name == hello.client;
  });
  EXPECT_EQ(open(), "E-CLIENT");
  stage.change_directory([&](directory::Directory& directory) {
    for (auto& client : directory.clients) client.suspended = false;
    directory.parties[3].suspended = true;
  });
  EXPECT_EQ(open(), "E-CLIENT");
  stage.change_directory([&](directory::Directory& directory) { directory.parties[3].suspended = false; });
  EXPECT_EQ(open(), "welcome");
}

TEST_F(AcceptTest, ANewerSessionTakesOver) {
  EXPECT_EQ(open(), "welcome");
  EXPECT_EQ(open(), "welcome");
  EXPECT_TRUE(stage.closed(1001));
  EXPECT_FALSE(stage.closed(1002));
  EXPECT_EQ(stage.process().core().sessions().reading.at(desk::kIdva).session, 1002u);
  stage.step(broker::CreditGiven{1001, {desk::kIdva, 1, 1}});
  EXPECT_EQ(stage.process().core().sessions().reading.at(desk::kIdva).messages, 0u) << "the old one has nothing to say any more";
}

TEST_F(AcceptTest, CreditForAnothersDeskEndsTheSession) {
  open();
  stage.step(broker::CreditGiven{1001, {desk::kMarac, 1, 1}});
  EXPECT_TRUE(stage.closed(1001));
}

TEST_F(AcceptTest, AHeartbeatIsEchoedOnceWhatWasSaidBeforeItIsDurable) {
  stage.connect(kPolice);
  const SessionId session = stage.connect(desk::kIdva);
  const EventId event = stage.send(kPolice, incident("R1", 17)).event;
  BrokerProcess& process = stage.process();
  process.step(broker::ProgressArrived{session, {desk::kIdva, event, contract::ProgressState::Read, "A. Person", stage.now, ""}}, stage.now);
  const Sequence said = stage.state().applied;
  process.step(broker::Beat{session, {7}}, stage.now);
  process.step(broker::Beat{session + 1000, {8}}, stage.now);
  std::vector<std::uint64_t> echoed;
  for (int round = 0; round < 10; ++round) {
    const auto released = process.pump(stage.now);
    ASSERT_TRUE(released);
    for (const Released& each : *released) {
      const auto* message = std::get_if<broker::SendMessage>(&each.effect);
      const auto* beat = message == nullptr ? nullptr : std::get_if<wire::Heartbeat>(&message->message);
      if (beat == nullptr) continue;
      EXPECT_GE(process.appender().durable().sequence, said);
      EXPECT_EQ(message->session, session);
      echoed.push_back(beat->nonce);
    }
  }
  EXPECT_EQ(echoed, std::vector<std::uint64_t>{7}) << "and to no session that is not open";
}

TEST_F(AcceptTest, TheWelcomeSaysWhichNumberIsExpectedNext) {
  stage.connect(kPolice, {5});
  stage.send(kPolice, incident("R1", 17));
  const SessionId same = stage.connect(kPolice, {5}), fresh = stage.connect(kPolice, {6});
  EXPECT_EQ(stage.sent<wire::Welcome>(same).at(0).next_sequence, 2u);
  EXPECT_EQ(stage.sent<wire::Welcome>(fresh).at(0).next_sequence, 0u);
}

TEST_F(AcceptTest, AnOlderDirectoryIsReplacedAtOnce) {
  open();
  EXPECT_EQ(stage.sent<wire::DirectoryUpdate>(1001).size(), 1u);
  hello.directory_version = stage.state().directory_version;
  open();
  EXPECT_TRUE(stage.sent<wire::DirectoryUpdate>(1002).empty());
}

TEST_F(AcceptTest, TheDirectoryComesBeforeTheWelcomeThatIsMadeWithItsKeys) {
  open();
  const auto sent = stage.sent(1001);
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<wire::DirectoryUpdate>(sent[0]));
  EXPECT_TRUE(std::holds_alternative<wire::Welcome>(sent[1]));
}

TEST_F(AcceptTest, HoweverASessionEndsItsKeysAreForgotten) {
  open();
  stage.step(broker::Closed{1001});
  EXPECT_TRUE(stage.closed(1001)) << "goodbye, silence or a lost link";
}

TEST_F(AcceptTest, AMarkIsProvenByTheBrokersOwnKeysAndNothingElse) {
  directory::Broker broker = stage.process().core().world().directory->broker;
  broker.verify = stage.cast.broker_signing.verify;
  wire::Results results;
  results.head = {7, {}};
  results.signature = seal::sign(stage.cast.broker_signing.secret, seal::context::kAcceptance, wire::signed_part(results));
  const wire::SignedMark seen = wire::signed_mark(results);
  EXPECT_TRUE(broker::signed_here(seen, broker));
  const auto changed = [&](auto change) {
    wire::SignedMark other = seen;
    change(other);
    return broker::signed_here(other, broker);
  };
  EXPECT_FALSE(changed([](wire::SignedMark& mark) { mark.mark.sequence = 1u << 30; }));
  EXPECT_FALSE(changed([](wire::SignedMark& mark) { mark.mark.hash.bytes[0] ^= 1; }));
  EXPECT_FALSE(changed([](wire::SignedMark& mark) { mark.rest.bytes[0] ^= 1; }));
  EXPECT_FALSE(changed([](wire::SignedMark& mark) { mark.in = wire::SignedIn::Welcome; }));
  EXPECT_FALSE(changed([](wire::SignedMark& mark) { mark.in = wire::SignedIn::Nothing; }));
  broker.verify_also = {broker.verify};
  broker.verify = stage.cast.adapters.at(kPolice).verify;
  EXPECT_TRUE(broker::signed_here(seen, broker)) << "a key that is being replaced still counts";
  broker.verify_also.clear();
  EXPECT_FALSE(broker::signed_here(seen, broker));
}

TEST_F(AcceptTest, AlarmsAreSaidAgainForADayAndInTheirOrder) {
  stage.connect(kPolice);
  stage.send(kPolice, incident("R1", 3));
  stage.send(kPolice, incident("R2", 3));
  stage.restart();
  EXPECT_EQ(stage.sent<wire::Alarm>(stage.connect(kPolice)).size(), 2u);
  EXPECT_EQ(stage.alarms(Cast::client_of(kPolice)), (std::vector<std::string>{"A-NOBODY-TOLD R1", "A-NOBODY-TOLD R2", "A-NOBODY-TOLD R1", "A-NOBODY-TOLD R2"}));
  EXPECT_TRUE(stage.sent<wire::Alarm>(stage.connect(kHospital)).empty());
  stage.wait(24h + 1ms);
  EXPECT_TRUE(stage.sent<wire::Alarm>(stage.connect(kPolice)).empty());
}

// ---- an adapter's own troubles --------------------------------------------------------------------------------------

TEST_F(AcceptTest, AnAdaptersTroubleIsRecordedAndReachesTheDeskThatItsDirectoryNames) {
  const SessionId session = stage.connect(kPolice);
  stage.connect(desk::kPoliceDesk);
  stage.alarms(stage.cast.client_of(desk::kPoliceDesk));
  stage.step(broker::TroubleArrived{session, {"E-RISK-WAITING", 3, stage.now - 20min}});
  const auto said = stage.sent<wire::Alarm>(session);
  ASSERT_EQ(said.size(), 1u) << "said back: it is in the log";
  EXPECT_EQ(said[0].code, "E-RISK-WAITING");
  EXPECT_EQ(said[0].text, "3 since " + to_text(stage.now - 20min));
  EXPECT_EQ(stage.alarms(stage.cast.client_of(desk::kPoliceDesk)).size(), 1u);
  const auto records = stage.records<wire::AlarmRaised>();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].desk, desk::kPoliceDesk);
  EXPECT_EQ(records[0].adapter, kPolice);
}

TEST_F(AcceptTest, ADeskThatWasAwayHearsOfATroubleWhenItComes) {
  stage.step(broker::TroubleArrived{stage.connect(kPolice), {"E-SILENT", 1, stage.now}});
  EXPECT_EQ(stage.sent<wire::Alarm>(stage.connect(desk::kPoliceDesk)).size(), 1u);
}

TEST_F(AcceptTest, TroublesCannotFillTheLog) {
  const SessionId session = stage.connect(kPolice);
  for (std::uint32_t n = 1; n <= 100; ++n) stage.step(broker::TroubleArrived{session, {"E-SILENT", n, stage.now}});
  stage.step(broker::TroubleArrived{session, {"E-UNACCEPTED", 1, stage.now}});
  EXPECT_EQ(stage.records<wire::AlarmRaised>().size(), 2u) << "one a code";
  stage.wait(broker::kTroubleInterval);
  stage.step(broker::TroubleArrived{stage.session_of(Cast::client_of(kPolice)), {"E-SILENT", 101, stage.now}});
  EXPECT_EQ(stage.records<wire::AlarmRaised>().size(), 3u);
}

TEST_F(AcceptTest, ATroubleThatIsNoneOfAnAdaptersIsRefusedAndTheSessionGoesOn) {
  const SessionId police = stage.connect(kPolice);
  stage.step(broker::TroubleArrived{police, {"A-NOBODY-TOLD", 1, stage.now}});
  const SessionId idva = stage.connect(desk::kIdva);
  stage.step(broker::TroubleArrived{idva, {"E-SILENT", 1, stage.now}});
  stage.step(broker::TroubleArrived{police + 1'000, {"E-SILENT", 1, stage.now}});
  for (const SessionId session : {police, idva}) {
    const auto refusals = stage.sent<wire::Refusal>(session);
    ASSERT_EQ(refusals.size(), 1u);
    EXPECT_EQ(refusals[0].code, "E-VALUE");
    EXPECT_FALSE(refusals[0].closing);
    EXPECT_FALSE(stage.closed(session));
  }
  EXPECT_TRUE(stage.records<wire::AlarmRaised>().empty());
}

TEST_F(AcceptTest, ATroubleOfTheFutureIsOfNow) {
  const SessionId session = stage.connect(kPolice);
  stage.step(broker::TroubleArrived{session, {"E-SILENT", 1, stage.now + 24h}});
  EXPECT_EQ(stage.sent<wire::Alarm>(session).at(0).text, "1 since " + to_text(stage.now));
}

}  // namespace
}  // namespace concordat::test
