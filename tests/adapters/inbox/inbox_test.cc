// The desk's folder and its people: what is past stays past, conflicts never fail open, nothing counts as read that nobody saw.
#include "adapters/inbox/inbox.h"

#include <google/protobuf/message.h>

#include "adapters/inbox/people.h"
#include "proto/observe/log.h"
#include "tests/adapters/sdk/keep_fixture.h"

namespace concordat::inbox {
namespace {

using testing::key_of;
using testing::read_whole;
using testing::write_whole;

sdk::OpenedEvent event_of(const std::string& name, std::uint32_t revision, const sdk::OpenedEvent* corrects = nullptr, Sequence place = 1) {
  sdk::OpenedEvent event;
  event.header.event = testing::event_named(name);
  event.header.source = "cheshire-constabulary";
  event.header.revision = revision;
  event.digest.bytes[0] = static_cast<std::uint8_t>(revision + 1);
  if (corrects != nullptr) event.header.corrects = corrects->digest;
  event.kind = contract::Kind::Incident;
  event.message = std::shared_ptr<const google::protobuf::Message>(contract::new_event(event.kind));
  event.decision.sequence = place;
  return event;
}

class InboxTest : public testing::KeepTest {
 protected:
  void SetUp() override {
    KeepTest::SetUp();
    inbox_ = std::make_unique<Inbox>(std::move(*Inbox::open(folder_ / "events", folder_ / "history", *keep_, now_)));
  }
  void file(const sdk::OpenedEvent& event) {
    const auto filed = inbox_->file(event, now_);
    ASSERT_TRUE(filed) << describe(filed.error());
  }
  void recall(const sdk::OpenedEvent& event, Sequence place) { ASSERT_TRUE(inbox_->recall({{}, event.header.event, place, "withdrawn"}, now_)); }
  bool stands(const sdk::OpenedEvent& event) { return std::filesystem::exists(Inbox::path_of(folder_ / "events", event.header.event)); }
  bool in_history(const sdk::OpenedEvent& event) { return std::filesystem::exists(Inbox::path_of(folder_ / "history", event.header.event)); }
  bool noted(const sdk::OpenedEvent& event) { return std::filesystem::exists(folder_ / ("events/" + event.header.event.hex() + ".recalled.json")); }

  std::unique_ptr<Inbox> inbox_;
};

TEST_F(InboxTest, WhatARevisionReplacedDoesNotComeBackWithItsRedelivery) {
  const auto first = event_of("P1", 0), second = event_of("P1/1", 1, &first);
  file(first);
  file(second);
  EXPECT_TRUE(!stands(first) && stands(second) && in_history(first));
  file(first);
  file(second);
  EXPECT_TRUE(!stands(first) && stands(second) && in_history(first));
}

TEST_F(InboxTest, RevisionsThatArriveTheOtherWayRoundEndTheSame) {
  const auto first = event_of("P1", 0), second = event_of("P1/1", 1, &first), third = event_of("P1/2", 2, &second);
  file(third);
  file(second);
  file(first);
  EXPECT_TRUE(!stands(first) && !stands(second) && stands(third));
  EXPECT_TRUE(in_history(first) && in_history(second));
}

TEST_F(InboxTest, WhatWasRecalledDoesNotComeBackWithItsRedelivery) {
  const auto event = event_of("P1", 0);
  file(event);
  recall(event, 7);
  EXPECT_TRUE(!stands(event) && noted(event));
  file(event);
  EXPECT_TRUE(!stands(event) && noted(event) && in_history(event));
}

TEST_F(InboxTest, ARecallThatOvertakesItsEventHolds) {
  const auto event = event_of("P1", 0);
  recall(event, 7);
  file(event);
  EXPECT_FALSE(stands(event));
}

TEST_F(InboxTest, WhatIsDecidedAnewAfterARecallStandsAgain) {
  auto event = event_of("P1", 0);
  file(event);
  recall(event, 7);
  event.decision.sequence = 9;
  file(event);
  EXPECT_TRUE(stands(event) && !noted(event));
}

TEST_F(InboxTest, WhatIsDoubtedStaysWithANoteBesideIt) {
  const auto event = event_of("P1", 0);
  file(event);
  ASSERT_TRUE(inbox_->doubt(event.header.event, "A-DOUBTED a registration came", now_));
  EXPECT_TRUE(stands(event));
  EXPECT_TRUE(std::filesystem::exists(folder_ / ("events/" + event.header.event.hex() + ".doubted.json")));
  EXPECT_FALSE(noted(event));
}

// ---- people --------------------------------------------------------------------------------------------------------

class PeopleTest : public InboxTest {
 protected:
  std::vector<Declared> list(const std::string& with, const std::string& person = "n.shaw") {
    write_whole(folder_ / "conflicts.yaml", "conflicts:\n  - {person: " + person + ", with: [" + with + "]}\n");
    auto read = read_conflicts(folder_ / "conflicts.yaml");
    EXPECT_TRUE(read) << describe(read.error());
    return read ? *read : std::vector<Declared>{};
  }
  bool refused(const std::string& with, const std::string& items, const std::string& person = "n.shaw") {
    const auto document = read::parse_json("{\"people\":[{\"items\":{" + items + "}}]}");
    EXPECT_TRUE(document) << items;
    return conflicts(list(with), person, *document);
  }
  void put_event(const EventId& event, const std::string& text = "{\"people\":[]}") { write_whole(Inbox::path_of(folder_ / "events", event), text); }
  std::string step(const std::string& word, const EventId& event, const std::string& person = "n.shaw", const std::string& reason = "", const Show& show = {}) {
    const auto done = take_step({word, event.hex(), person, reason}, folder_ / "events", list_, *keep_, now_, show);
    return done ? "done" : std::string(done.error().code.name);
  }
  std::vector<Declared> list_;
};

constexpr const char* kMiles =
    R"("name":{"name":{"given":["Miles"],"family":"Castleton-Reyes"}},"date_of_birth":{"date_of_birth":{"date":{"year":1987,"month":12,"day":9}}})";

TEST_F(PeopleTest, AConflictHoldsHoweverItWasWritten) {
  for (const char* with : {"{family_name: Reyes}", "{family_name: REYES}", "{family_name: Castleton}", "{family_name: Castleton Reyes}", "{family_name: Réyes}",
                           "{family_name: Reyes, given_name: Miles, born: \"1987-12-09\"}", "{family_name: Reyes, born: \"09/12/1987\"}", "{family_name: Reyes, born: \"1987-12\"}",
                           "{family_name: Reyes, born: \"1987-12-9\"}", "{family_name: Reyes, given_name: Miles Peter}", "{family_name: Reyes, given_name: M}",
                           "{family_name: Reyes, given_name: M.}"}) {
    EXPECT_TRUE(refused(with, kMiles)) << with;
  }
  for (const char* person : {"n.shaw", "N.Shaw", " n.shaw ", "n shaw", "N. Shaw", "n-shaw", "Shaw, N.", "N.Shaw (IDVA)", "IDVA (N. Shaw)", "Shaw, Nina (duty)", "Nina Shaw", "nshaw", "Shaw"}) EXPECT_TRUE(refused("{family_name: Reyes}", kMiles, person)) << person;
}

TEST_F(PeopleTest, WhatContradictsClears) {
  for (const char* with : {"{family_name: Rey}", "{family_name: Reyes, given_name: Peter}", "{family_name: Reyes, born: \"1988\"}", "{family_name: Reyes, born: \"1987-11\"}"}) {
    EXPECT_FALSE(refused(with, kMiles)) << with;
  }
  for (const char* person : {"n.shawcross", "k.shaw", "n.bell", "4711", "duty IDVA"}) EXPECT_FALSE(refused("{family_name: Reyes}", kMiles, person)) << person;
}

TEST_F(PeopleTest, AliasesNamesInOneLineAndBirthDatesAloneCount) {
  EXPECT_TRUE(refused("{family_name: Owens}", R"("name":{"name":{"family":"Smith"},"alias":[{"family":"Owens"}]})"));
  EXPECT_TRUE(refused("{family_name: Owens, given_name: Dean}", R"("name":{"name":{"family":"Smith","given":["Tom"]},"alias":[{"source_text":"Mr D OWENS"}]})"));
  EXPECT_TRUE(refused("{family_name: Owens}", R"("name":{"name":{"source_text":"Owens, Dean"}})"));
  EXPECT_TRUE(refused("{family_name: Owens, born: \"1987-12-09\"}", R"("date_of_birth":{"date_of_birth":{"date":{"year":1987,"month":12,"day":9}}})")) << "the name was withheld";
  EXPECT_FALSE(refused("{family_name: Owens, born: \"1987-12-09\"}", R"("date_of_birth":{"date_of_birth":{"date":{"year":1990}}})"));
  EXPECT_TRUE(refused("{family_name: Owens, given_name: Dean}", R"("name":{"name":{"given":["Dean"]}})")) << "the family name is not known";
}

TEST_F(PeopleTest, AListThatCouldNotBeComparedIsRefused) {
  for (const char* bad : {"{person: n.shaw, with: []}", "{person: n.shaw, with: [{family_name: Reyes, born: \"unknown\"}]}", "{person: n.shaw, with: [{family_name: \"-\"}]}", "{person: \".\", with: [{family_name: Reyes}]}"}) {
    write_whole(folder_ / "conflicts.yaml", std::string("conflicts:\n  - ") + bad + "\n");
    const auto read = read_conflicts(folder_ / "conflicts.yaml");
    ASSERT_FALSE(read) << bad;
    EXPECT_EQ(read.error().code, code::kConfig);
    EXPECT_NE(read.error().detail.find(":2:"), std::string::npos) << read.error().detail;
  }
}

TEST_F(PeopleTest, RefusalsStopNobodyElseAndTheRunningInboxSaysThem) {
  const EventId mine = testing::event_named("mine"), other = testing::event_named("other");
  put_event(mine, "{\"people\":[{\"items\":{\"name\":{\"name\":{\"family\":\"Reyes\"}}}}]}");
  put_event(other);
  list_ = list("{family_name: Reyes}");
  for (std::uint64_t n = 0; n < kConflictsWaitingMax + 5; ++n) ASSERT_EQ(step("read", mine), "E-DECLARED-CONFLICT");
  EXPECT_EQ(*keep_->waiting_in(kConflictQueue), kConflictsWaitingMax);
  EXPECT_EQ((*keep_->counters())["declared_conflicts"], kConflictsWaitingMax + 5);
  EXPECT_EQ(step("read", other), "done");
  struct Lines : observe::Sink {
    std::string text;
    void write(observe::Level, std::string_view line) override { text += line; }
  } lines;
  struct Still : Clock {
    Instant now() override { return instant_of(0); }
  } clock;
  observe::Log log(lines, clock);
  ASSERT_TRUE(report_conflicts(*keep_, log));
  EXPECT_NE(lines.text.find("E-DECLARED-CONFLICT"), std::string::npos) << lines.text;
  EXPECT_LT(*keep_->waiting_in(kConflictQueue), kConflictsWaitingMax);
}

TEST_F(PeopleTest, BlanksAreNeitherAPersonNorAReason) {
  const EventId event = testing::event_named("P1");
  put_event(event);
  EXPECT_EQ(step("read", event, " "), "E-USAGE");
  EXPECT_EQ(step("read", event), "done");
  EXPECT_EQ(step("decline", event, "n.shaw", " \n"), "E-PROGRESS");
  EXPECT_EQ(step("decline", event, "n.shaw", "known to us"), "done");
}

TEST_F(PeopleTest, WhatSomebodyHasActedOnIsNotDeclined) {
  const EventId event = testing::event_named("P1");
  put_event(event);
  for (const char* word : {"read", "accept", "act", "read"}) EXPECT_EQ(step(word, event), "done") << word;
  EXPECT_EQ(step("decline", event, "n.shaw", "known to us"), "E-PROGRESS");
}

TEST_F(PeopleTest, WhatCouldNotBeShownWasNotRead) {
  const EventId event = testing::event_named("P1");
  put_event(event);
  const auto broken = [](std::string_view) -> Result<int> { return fail(Fault::Unavailable, code::kOutput, "standard output"); };
  EXPECT_EQ(step("read", event, "n.shaw", "", broken), "E-OUTPUT");
  EXPECT_EQ(step("accept", event), "E-PROGRESS") << "nobody has read it";
  EXPECT_TRUE(keep_->queued(sdk::kProgressQueue, 10)->empty());
}

}  // namespace
}  // namespace concordat::inbox
