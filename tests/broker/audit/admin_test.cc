// What operators ask and command: who is answered what, and what of it the log keeps.
#include <gtest/gtest.h>

#include "broker/audit/admin.h"
#include "broker/start.h"
#include "tests/support/stage.h"

namespace concordat::test {
namespace {

using contract::Item;
using contract::Kind;
using text::Json;
using namespace std::chrono_literals;

class StageClock final : public Clock {
 public:
  explicit StageClock(const Stage& stage) : stage_(stage) {}
  Instant now() override { return stage_.now; }

 private:
  const Stage& stage_;
};

class AdminTest : public ::testing::Test {
 protected:
  AdminTest() { stage.connect(kPolice); }
  /// As the loops do it: the inputs are stepped, what is left for later is done.
  Result<Json> ask(const std::string& verb, std::vector<std::pair<std::string, std::string>> words = {}, const std::string& by = "duty") {
    admin::Asked asked{by, {verb, Json::object()}};
    for (auto& [name, value] : words) asked.question.arguments.set(name, Json::text(value));
    const broker::AdminParts parts{stage.process().engine(), stage.machine.keys, [] { return std::unique_ptr<broker::BucketKeys>(std::make_unique<MemoryKeys>(1)); },
                                   kBroker, "/nowhere/checkpoint", {}, [](const directory::Directory&) -> Result<int> { return 0; },
                                   [] { return std::string(); }, clock, check, lately};
    std::vector<broker::Input> inputs;
    auto answered = broker::administer(stage.process().core(), asked, parts, inputs);
    for (auto& input : inputs) stage.step(std::move(input));
    if (!answered) return tl::unexpected(answered.error());
    return answered->later ? answered->later() : Result<Json>(answered->now);
  }
  std::vector<std::string> recorded() {
    std::vector<std::string> lines;
    for (const auto& one : stage.records<wire::Administered>()) {
      if (one.operator_name != "operator") lines.push_back(one.operator_name + ": " + one.command);
    }
    return lines;
  }
  /// A delivery that the IDVA's desk could not acknowledge often enough.
  void park_one() {
    stage.connect(kPolice);
    stage.send(kPolice, incident("R1", 17));
    for (int tries = 0; tries < 20 && stage.records<wire::Parked>().empty(); ++tries) {
      const SessionId session = stage.connect(desk::kIdva);
      stage.wait(10min);
      stage.hang_up(session);
    }
    ASSERT_FALSE(stage.records<wire::Parked>().empty());
  }

  Stage stage;
  StageClock clock{stage};
  broker::StoreCheck check{kBroker};
  broker::AskedLately lately;
};

TEST_F(AdminTest, AQuestionAboutAnEventIsARecordAndFiguresAreNot) {
  stage.send(kPolice, incident("R1", 17));
  const std::string event = stage.sealed("R1").event.hex();
  (void)ask("event explain", {{"event", event}, {"for", "idva"}});
  ASSERT_TRUE(ask("log show", {{"from", "1"}}));
  ASSERT_TRUE(ask("status"));
  ASSERT_TRUE(ask("mailbox list"));
  ASSERT_TRUE(ask("agreement list"));
  EXPECT_EQ(recorded(), (std::vector<std::string>{"duty: event explain " + event + " for idva", "duty: log show"}));
}

TEST_F(AdminTest, TheSameQuestionIsOneRecordInTenMinutes) {
  for (int page = 1; page < 20; ++page) ASSERT_TRUE(ask("log show", {{"from", std::to_string(page)}}));
  EXPECT_EQ(recorded().size(), 1u);
  ASSERT_TRUE(ask("log show", {}, "other"));
  EXPECT_EQ(recorded().size(), 2u) << "another operator";
  stage.now += 11min;
  ASSERT_TRUE(ask("log show"));
  EXPECT_EQ(recorded().size(), 3u);
}

TEST_F(AdminTest, RetryOfNothingIsRefusedAndOfSomethingSaysHowMuch) {
  const auto nothing = ask("mailbox retry", {{"desk", "cheshire-east-council/idva"}});
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, code::kNotFound);
  EXPECT_TRUE(stage.records<wire::Retried>().empty());
  park_one();
  const auto other = ask("mailbox retry", {{"desk", "cheshire-east-council/idva"}, {"delivery", "77"}});
  ASSERT_FALSE(other);
  const auto retried = ask("mailbox retry", {{"desk", "cheshire-east-council/idva"}});
  ASSERT_TRUE(retried) << describe(retried.error());
  EXPECT_EQ(text::to_text(*retried), R"({"retried":"cheshire-east-council/idva","deliveries":1})");
  EXPECT_EQ(stage.records<wire::Retried>().size(), 1u);
}

TEST_F(AdminTest, ADeskThatLeftTheDirectoryIsAskedForByNumber) {
  park_one();
  stage.adopt("cheshire-east/marac", "");
  stage.change_directory([](directory::Directory& directory) { std::erase_if(directory.desks, [](const auto& one) { return one.number == desk::kIdva; }); });
  for (const char* number : {"11", "desk 11"}) {
    const auto parked = ask("mailbox parked", {{"desk", number}});
    ASSERT_TRUE(parked) << describe(parked.error());
    EXPECT_EQ(parked->elements().size(), 1u);
  }
  EXPECT_TRUE(ask("mailbox retry", {{"desk", "11"}}));
  for (const char* nobody : {"999", "desk", "11x", ""}) EXPECT_FALSE(ask("mailbox parked", {{"desk", nobody}})) << nobody;
}

TEST_F(AdminTest, AStoreCheckIsBegunAskedForAndRecordedOnce) {
  EXPECT_EQ(ask("store check").error().code, code::kNotFound) << "none was begun";
  auto state = ask("store check", {{"begin", "yes"}});
  for (int wait = 0; wait < 500 && state && state->member("running") != nullptr; ++wait) {
    ::usleep(10'000);
    state = ask("store check");
  }
  // The copies of keys are none here, so every body counts as erased: what is tested is the way of the answer.
  EXPECT_TRUE(state || state.error().code == code::kChain);
  EXPECT_EQ(recorded(), std::vector<std::string>{"duty: store check"});
}

TEST(RequireNamed, ADirectoryOfAnotherBrokerIsNotTaken) {
  const Cast cast;
  broker::Identity own;
  own.name = cast.directory.broker.name;
  own.signing.verify = cast.directory.broker.verify;
  for (const auto& key : cast.directory.broker.keys) own.boxes.entries.push_back({key.id, {}});
  EXPECT_TRUE(broker::require_named(own, cast.directory));
  directory::Directory other = cast.directory;
  other.broker.name = "other-broker";
  EXPECT_NE(describe(broker::require_named(own, other).error()).find("propose the next version"), std::string::npos);
  other = cast.directory;
  other.broker.verify = {};
  EXPECT_FALSE(broker::require_named(own, other));
  other = cast.directory;
  other.broker.keys.push_back({99, {}});
  EXPECT_FALSE(broker::require_named(own, other));
}

}  // namespace
}  // namespace concordat::test
