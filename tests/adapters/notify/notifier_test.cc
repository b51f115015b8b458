// The desk over its keep: what is filed survives, what is due is done once, people's tasks come and go.
#include "adapters/notify/notifier.h"

#include <filesystem>

#include "adapters/notify/tasks.h"
#include "adapters/sdk/read/json.h"
#include "concordat/v1/consent_change.pb.h"
#include "tests/adapters/notify/events.h"
#include "tests/adapters/sdk/fake_broker.h"

namespace concordat::notify {
namespace {

/// Remembers what it was sent, as the service does.
class Remembering final : public Service {
 public:
  Answer send(const Message& message, Instant) override {
    ++posts;
    if (!answers.empty()) {
      const Answer answer = answers.front();
      answers.erase(answers.begin());
      if (answer.is == Answer::Is::Unknown && lost) held.push_back(message);
      return answer;
    }
    held.push_back(message);
    return {Answer::Is::Accepted, "id-" + message.reference, "201", Milliseconds{0}, false};
  }
  Looked look_up(const Message& message, Instant) override {
    ++looks;
    for (const Message& each : held) {
      if (each.reference == message.reference) return {Looked::Is::Found, "id-" + message.reference, "sending", ""};
    }
    return {Looked::Is::Nothing, "", "", ""};
  }
  Looked ask(const Message& message, Instant) override { return {Looked::Is::Found, message.id, status, ""}; }

  std::vector<Answer> answers;
  bool lost = true;   ///< What got no answer was taken nevertheless.
  std::string status = "sending";
  std::vector<Message> held;
  int posts = 0, looks = 0;
};

class NotifierTest : public testing::KeepTest {
 protected:
  void SetUp() override {
    KeepTest::SetUp();
    clock_.at = at("2026-07-14 10:15");
    start();
  }
  void start() {
    notifier_.reset();
    open();
    Place place{folder_ / "tasks", folder_ / "done", false, a_minute_};
    auto made = Notifier::open(place, rules_, service_, *keep_, entropy_, clock_, log_);
    ASSERT_TRUE(made) << describe(made.error());
    notifier_ = std::move(*made);
  }
  void file(const sdk::OpenedEvent& event) {
    const auto filed = notifier_->file(event, clock_.at);
    ASSERT_TRUE(filed) << describe(filed.error());
  }
  /// Everything that is due until then, a minute at a time.
  void until(const std::string& text) {
    for (const Instant end = at(text); clock_.at <= end; clock_.at += Milliseconds{60'000}) settle();
    clock_.at = at(text);
  }
  void settle() {
    for (int n = 0; n < 50; ++n) {
      const auto more = notifier_->work();
      ASSERT_TRUE(more) << describe(more.error());
      if (!*more) return;
    }
    FAIL() << "it never rests";
  }
  std::string state(const std::string& name = "case-1") {
    auto one = notifier_->load(case_named(name));
    return one ? state_line(*one) : describe(one.error());
  }
  std::size_t files(const std::string& where) {
    std::size_t count = 0;
    for (const auto& each : std::filesystem::directory_iterator(folder_ / where)) count += each.path().extension() == ".json" ? 1 : 0;
    return count;
  }
  std::string task(const std::string& name, const std::string& where = "tasks") { return testing::read_whole(folder_ / (where + "/" + testing::event_named(name).hex() + ".json")); }
  Result<int> step(const std::string& word, const std::string& name, const std::string& reason = "") {
    return take_step({word, testing::event_named(name).hex(), "n.shaw", reason}, folder_ / "tasks", *keep_, clock_.at);
  }
  std::string progress() {
    std::string out;
    const auto queued = keep_->queued(sdk::kProgressQueue, 1'000);
    if (!queued) return describe(queued.error());
    for (const auto& each : *queued) {
      const auto said = sdk::decode_progress(each.message);
      if (said && said->event == testing::event_named("C1")) out += std::string(contract::name_of(said->state)) + " ";
    }
    return out;
  }

  Rules rules_ = rules_for_tests();
  Remembering service_;
  testing::FixedClock clock_;
  testing::Lines lines_;
  observe::Log log_{lines_, clock_};
  unsigned a_minute_ = 300;
  std::unique_ptr<Notifier> notifier_;
};

TEST_F(NotifierTest, AnOutcomeReachesHerAsOneTextAndTheProofGoesBack) {
  file(registration_event("R1"));
  file(outcome_event("C1"));
  until("2026-07-14 10:29");
  EXPECT_EQ(service_.posts, 0);
  until("2026-07-14 10:31");
  EXPECT_EQ(state(), "told text");
  ASSERT_EQ(service_.held.size(), 1u);
  EXPECT_EQ(service_.held[0].to, "+447700900482");
  EXPECT_EQ(service_.held[0].reference.size(), 32u) << "random, and nothing of her in it";
  ASSERT_TRUE(notifier_->receipt(service_.held[0].reference, "id-" + service_.held[0].reference, "delivered"));
  EXPECT_EQ(progress(), "accepted acted ");
}

TEST_F(NotifierTest, FiledAgainAfterARestartNothingIsToldTwice) {
  for (int n = 0; n < 3; ++n) {
    file(registration_event("R1"));
    file(outcome_event("C1"));
    start();
    until("2026-07-14 10:40");
    clock_.at = at("2026-07-14 10:40");
  }
  EXPECT_EQ(service_.held.size(), 1u);
}

TEST_F(NotifierTest, ARestartBetweenIntentAndResultLooksUpFirst) {
  file(registration_event("R1"));
  file(outcome_event("C1"));
  service_.answers = {{Answer::Is::Unknown, "", "killed", Milliseconds{0}, false}};
  until("2026-07-14 10:30");
  start();
  until("2026-07-14 10:40");
  EXPECT_EQ(state(), "told text");
  EXPECT_EQ(service_.posts, 1);
  EXPECT_GE(service_.looks, 1);
}

TEST_F(NotifierTest, NewsOfAnotherCaseIsNotHers) {
  file(registration_event("R1"));
  file(outcome_event("C1", "case-2"));
  until("2026-07-14 12:00");
  EXPECT_EQ(state(), "");
  EXPECT_EQ(state("case-2"), "unmatched awaits_registration");
  EXPECT_TRUE(service_.held.empty());
}

TEST_F(NotifierTest, WhatHasNoCaseIsNeverJoinedToAnybody) {
  sdk::OpenedEvent registration = registration_event("R1"), outcome = outcome_event("C1");
  registration.decision.case_pseudonym = {};
  outcome.decision.case_pseudonym = {};
  file(registration);
  file(outcome);
  until("2026-07-15 16:00");
  EXPECT_TRUE(service_.held.empty());
  EXPECT_EQ(files("tasks"), 1u);
  EXPECT_NE(task("C1").find("no_registration"), std::string::npos) << task("C1");
}

TEST_F(NotifierTest, TheOtherEnvironmentIsNeverTold) {
  sdk::OpenedEvent outcome = outcome_event("C1");
  outcome.header.live = true;
  file(registration_event("R1"));
  file(outcome);
  until("2026-07-14 12:00");
  EXPECT_EQ(state(), "");
  EXPECT_TRUE(service_.held.empty());
  log_.settle();
  EXPECT_NE(lines_.text.find("E-ENVIRONMENT"), std::string::npos) << lines_.text;
}

TEST_F(NotifierTest, APersonsTaskHasWhatTheyNeedAndGoesWhenItIsDone) {
  file(registration_event("R1"));
  file(movement_event("C1", v1::CUSTODY_MOVEMENT_AT_LARGE));
  settle();
  const std::string text = task("C1");
  for (const char* part : {"\"task\": \"open\"", "for_a_person", "at_large", "Marta", "07700 900482", "0808 157 0900", "say that the surgery is calling", "2026-07-14T10:15"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  EXPECT_FALSE(step("act", "C1")) << "nobody has read it";
  ASSERT_TRUE(step("read", "C1"));
  ASSERT_TRUE(step("accept", "C1"));
  ASSERT_TRUE(step("act", "C1"));
  settle();
  EXPECT_EQ(state(), "by_person told_by_a_person");
  EXPECT_EQ(files("tasks"), 0u);
  EXPECT_NE(task("C1", "done").find("n.shaw"), std::string::npos);
  EXPECT_EQ(progress(), "read accepted acted ");
  EXPECT_FALSE(step("act", "C1")) << "there is no such task any more";
  EXPECT_TRUE(service_.held.empty());
}

TEST_F(NotifierTest, ATaskSaysWhatSheSaidOfConsent) {
  file(registration_event("R1"));
  file(movement_event("C1", v1::CUSTODY_MOVEMENT_AT_LARGE));
  settle();
  EXPECT_EQ(task("C1").find("\"consent\""), std::string::npos) << "nothing was said";
  v1::ConsentChange change;
  add_victim(*change.add_person(), "07700 900482");
  change.mutable_person(0)->mutable_consent()->set_state(v1::CONSENT_STATE_UNSAFE_TO_ASK);
  file(opened("W1", contract::Kind::ConsentChange, std::move(change), "case-1", "2026-07-14 10:15"));
  file(movement_event("C2", v1::CUSTODY_MOVEMENT_AT_LARGE));
  settle();
  EXPECT_NE(task("C2").find("\"consent\": \"unsafe_to_ask\""), std::string::npos) << task("C2");
}

TEST_F(NotifierTest, ATaskSurvivesARestartBeforeItsDocumentIsWritten) {
  file(registration_event("R1"));
  file(movement_event("C1", v1::CUSTODY_MOVEMENT_DIED));
  EXPECT_EQ(files("tasks"), 0u) << "not written yet";
  start();
  settle();
  EXPECT_EQ(files("tasks"), 1u);
}

TEST_F(NotifierTest, StepsOfPeopleSayWhatIsWrong) {
  file(registration_event("R1"));
  file(movement_event("C1", v1::CUSTODY_MOVEMENT_AT_LARGE));
  settle();
  EXPECT_EQ(take_step({"read", "xyz", "n.shaw", ""}, folder_ / "tasks", *keep_, clock_.at).error().code, code::kUsage);
  EXPECT_EQ(take_step({"ring", testing::event_named("C1").hex(), "n.shaw", ""}, folder_ / "tasks", *keep_, clock_.at).error().code, code::kUsage);
  EXPECT_EQ(take_step({"read", testing::event_named("C1").hex(), " ", ""}, folder_ / "tasks", *keep_, clock_.at).error().code, code::kUsage);
  EXPECT_EQ(step("decline", "C1").error().code, code::kProgress);
  EXPECT_EQ(step("read", "C9").error().code, code::kNotFound);
  const auto unseen = take_step({"read", testing::event_named("C1").hex(), "n.shaw", ""}, folder_ / "tasks", *keep_, clock_.at, [](std::string_view) -> Result<int> { return fail(Fault::Unavailable, code::kOutput); });
  EXPECT_FALSE(unseen);
  EXPECT_FALSE(step("act", "C1")) << "what could not be shown was not read";
}

TEST_F(NotifierTest, OptingOutHoldsForWhatWaitsAndOutlivesARestart) {
  file(registration_event("R1"));
  file(outcome_event("C1"));
  settle();
  file(preference_event("P1", false));
  start();
  until("2026-07-16 12:00");
  EXPECT_EQ(state(), "nothing opted_out");
  EXPECT_EQ(service_.posts, 0);
}

TEST_F(NotifierTest, ARecallThatOvertakesItsEventHolds) {
  file(registration_event("R1"));
  ASSERT_TRUE(notifier_->recall({{}, testing::event_named("C1"), 50, "withdrawn"}, clock_.at));
  file(outcome_event("C1"));
  until("2026-07-14 12:00");
  EXPECT_EQ(service_.posts, 0);
  ASSERT_TRUE(notifier_->recall({{}, testing::event_named("R1"), 50, "withdrawn"}, clock_.at));
  file(outcome_event("C2"));
  until("2026-07-14 13:00");
  EXPECT_EQ(state(), "nothing registration_withdrawn");
}

TEST_F(NotifierTest, NoTextGoesOfWhatIsDoubtedBeforeItIsTold) {
  file(registration_event("R1"));
  file(outcome_event("C1"));
  ASSERT_TRUE(notifier_->doubt(testing::event_named("C1"), "A-DOUBTED a registration came", clock_.at));
  until("2026-07-16 12:00");
  EXPECT_EQ(service_.posts, 0);
  EXPECT_EQ(state(), "nothing recalled");
}

TEST_F(NotifierTest, OfWhatIsDoubtedAfterItWasToldAPersonRings) {
  file(registration_event("R1"));
  file(outcome_event("C1"));
  until("2026-07-16 12:00");
  ASSERT_EQ(service_.posts, 1);
  ASSERT_TRUE(notifier_->doubt(testing::event_named("C1"), "A-DOUBTED a registration came", clock_.at));
  EXPECT_EQ(state(), "with_person recalled_after_telling");
}

TEST_F(NotifierTest, ACorrectionThatMovesNewsToAnotherCaseTakesItFromTheFirst) {
  file(registration_event("R1"));
  const auto first = outcome_event("C1");
  file(first);
  sdk::OpenedEvent second = outcome_event("C1/1", "case-2");
  second.header.corrects = first.digest;
  file(second);
  EXPECT_EQ(state(), "nothing recalled");
  until("2026-07-14 12:00");
  EXPECT_EQ(state("case-2"), "unmatched awaits_registration");
  EXPECT_EQ(service_.posts, 0);
}

TEST_F(NotifierTest, NewsThatMovedBetweenCasesOfOneListOutlivesARestart) {
  std::string other = "case-2";
  for (int n = 2; case_named(other).bytes[0] != case_named("case-1").bytes[0]; ++n) other = "case-" + std::to_string(n);
  file(registration_event("R1"));
  file(registration_event("R2", other));
  const auto first = outcome_event("C1");
  file(first);
  sdk::OpenedEvent second = outcome_event("C1/1", other);
  second.header.corrects = first.digest;
  file(second);
  start();
  until("2026-07-14 12:00");
  EXPECT_EQ(state(other), "told text");
}

TEST_F(NotifierTest, OneNumberIsSentSoManyADayThroughAllCases) {
  rules_.texts_a_day = 2;
  start();
  for (int n = 1; n <= 3; ++n) {
    file(registration_event("R" + std::to_string(n), "case-" + std::to_string(n)));
    file(outcome_event("C" + std::to_string(n), "case-" + std::to_string(n)));
  }
  until("2026-07-14 12:00");
  EXPECT_EQ(service_.held.size(), 2u);
  EXPECT_EQ(files("tasks"), 1u);
}

TEST_F(NotifierTest, SoManyRequestsAMinuteAndNoMore) {
  a_minute_ = 3;
  start();
  for (int n = 1; n <= 5; ++n) {
    file(registration_event("R" + std::to_string(n), "case-" + std::to_string(n), "07700 90010" + std::to_string(n)));
    file(outcome_event("C" + std::to_string(n), "case-" + std::to_string(n)));
  }
  clock_.at = at("2026-07-14 10:30");
  settle();
  EXPECT_EQ(service_.held.size(), 3u);
  until("2026-07-14 10:33");
  EXPECT_EQ(service_.held.size(), 5u);
}

TEST_F(NotifierTest, AServiceThatSaysLaterIsLeftAloneForSoLong) {
  file(registration_event("R1"));
  file(outcome_event("C1"));
  service_.answers = {{Answer::Is::Later, "", "429 RateLimitError", Milliseconds{180'000}, false}};
  until("2026-07-14 10:32");
  EXPECT_EQ(service_.posts, 1);
  until("2026-07-14 10:35");
  EXPECT_EQ(service_.posts, 2);
  EXPECT_EQ(state(), "told text");
}

TEST_F(NotifierTest, WhatTheServiceDidNotTakeDoesNotCountAgainstHerNumber) {
  file(registration_event("R1"));
  file(outcome_event("C1"));
  service_.answers.assign(rules_.texts_a_day + 1, {Answer::Is::Later, "", "the service cannot be reached", Milliseconds{60'000}, false});
  until("2026-07-14 10:45");
  EXPECT_EQ(state(), "told text");
}

TEST_F(NotifierTest, AnOutageDoesNotCountAgainstHerNumber) {
  rules_.texts_a_day = 1;
  start();
  service_.lost = false;
  file(registration_event("R1"));
  file(outcome_event("C1"));
  service_.answers.assign(2, {Answer::Is::Unknown, "", "503", Milliseconds{0}, false});
  until("2026-07-14 11:00");
  EXPECT_EQ(state(), "told text");
  EXPECT_EQ(service_.posts, 3);
}

TEST_F(NotifierTest, WhatMayHaveReachedHerCounts) {
  rules_.texts_a_day = 1;
  start();
  file(registration_event("R1"));
  file(outcome_event("C1"));
  service_.answers = {{Answer::Is::Unknown, "", "timeout", Milliseconds{0}, false}};
  until("2026-07-14 11:00");
  file(outcome_event("C2"));
  until("2026-07-14 12:00");
  EXPECT_EQ(state(), "told text | with_person too_many_messages");
}

TEST_F(NotifierTest, AFolderOfTasksThatCannotBeWrittenStopsNoTextAndAlarms) {
  file(registration_event("R1"));
  file(outcome_event("C1"));
  file(registration_event("R2", "case-2", "07700 900483"));
  file(movement_event("C2", v1::CUSTODY_MOVEMENT_AT_LARGE, "case-2"));
  std::filesystem::remove_all(folder_ / "tasks");
  until("2026-07-14 11:00");
  EXPECT_EQ(state(), "told text");
  EXPECT_EQ(service_.posts, 1);
  const auto alarms = [&] {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = lines_.text.find("a task for a person cannot be written", at)) != std::string::npos; ++at) ++count;
    return count;
  };
  EXPECT_GE(alarms(), 40u) << "every minute";
  EXPECT_LE(alarms(), 46u) << "and no more often";
  std::filesystem::create_directory(folder_ / "tasks");
  settle();
  EXPECT_EQ(files("tasks"), 1u) << "it is written as soon as it can be";
}

TEST_F(NotifierTest, ATaskThatCannotBeWrittenHoldsUpNoOther) {
  file(registration_event("R1"));
  file(movement_event("C1", v1::CUSTODY_MOVEMENT_AT_LARGE));
  file(movement_event("C2", v1::CUSTODY_MOVEMENT_DIED));
  const std::filesystem::path in_the_way = folder_ / ("tasks/" + testing::event_named("C1").hex() + ".json");
  std::filesystem::create_directory(in_the_way);
  settle();
  EXPECT_NE(task("C2").find("died"), std::string::npos);
  std::filesystem::remove(in_the_way);
  settle();
  EXPECT_EQ(files("tasks"), 2u);
}

TEST_F(NotifierTest, ADiskThatFailsBeforeTheIntentSendsNothing) {
  file(registration_event("R1"));
  file(outcome_event("C1"));
  clock_.at = at("2026-07-14 10:30");
  notifier_.reset();
  bool broken = false;
  open({}, [&](std::string_view statement) { return !(broken && statement.starts_with("INSERT")); });
  Place place{folder_ / "tasks", folder_ / "done", false, 300};
  notifier_ = std::move(*Notifier::open(place, rules_, service_, *keep_, entropy_, clock_, log_));
  broken = true;
  EXPECT_FALSE(notifier_->work());
  EXPECT_EQ(service_.posts, 0) << "the intent comes first";
  broken = false;
  clock_.at += Milliseconds{2'000};
  settle();
  EXPECT_EQ(service_.posts, 1);
}

TEST_F(NotifierTest, HowManyAreToldASecond) {
  constexpr int kVictims = 400;
  rules_.texts_a_day = 20;
  a_minute_ = 1'000'000;
  start();
  const auto begun = std::chrono::steady_clock::now();
  for (int n = 0; n < kVictims; ++n) {
    const std::string tail = std::to_string(n);
    file(registration_event("R" + tail, "case-" + tail, "07700 900" + std::to_string(100 + n)));
    file(outcome_event("C" + tail, "case-" + tail));
  }
  const auto filed = std::chrono::steady_clock::now();
  clock_.at = at("2026-07-14 10:30");
  for (int n = 0; n < 10 * kVictims; ++n) {
    const auto more = notifier_->work();
    ASSERT_TRUE(more);
    if (!*more) break;
  }
  const auto told = std::chrono::steady_clock::now();
  const auto a_second = [](int count, auto time) { return static_cast<int>(count * 1'000'000.0 / static_cast<double>(std::chrono::duration_cast<std::chrono::microseconds>(time).count())); };
  std::printf("%d events filed a second, %d told a second, each durable at every step\n", a_second(2 * kVictims, filed - begun), a_second(kVictims, told - filed));
  EXPECT_EQ(service_.held.size(), static_cast<std::size_t>(kVictims));
}

TEST_F(NotifierTest, ReceiptsOfNothingAreHarmless) {
  EXPECT_TRUE(notifier_->receipt("nobody", "id", "delivered"));
}

TEST_F(NotifierTest, NothingOfHerIsInTheClearOnDisk) {
  file(registration_event("R1"));
  file(outcome_event("C1"));
  until("2026-07-14 10:31");
  for (const char* part : {"Marta", "07700", "7700900482", "0808 157"}) EXPECT_EQ(on_disk().find(part), std::string::npos) << part;
  log_.settle();
  for (const char* part : {"Marta", "07700", "7700900482"}) EXPECT_EQ(lines_.text.find(part), std::string::npos) << part;
}

}  // namespace
}  // namespace concordat::notify
