// Feeds: complete files only, every input once over restarts in the middle of a file, a full outbox makes the feed wait.
#include "adapters/police/feed.h"

#include "tests/adapters/police/reading.h"
#include "tests/adapters/sdk/fake_broker.h"

namespace concordat::testing {
namespace {

std::string csv(int rows) {
  std::string text = "reference,occurred,domestic_abuse,victim.family_name,victim.address.postcode\n";
  for (int n = 0; n < rows; ++n) text += "P" + std::to_string(n) + ",2026-07-14 01:00,yes,Person" + std::to_string(n) + ",CW1 2AB\n";
  return text;
}

class FeedTest : public KeepTest {
 protected:
  void SetUp() override {
    KeepTest::SetUp();
    std::filesystem::create_directory(folder_ / "in");
  }
  police::Feed feed() {
    auto folder = sdk::Folder::open(folder_ / "in", folder_ / "done", folder_ / "bad");
    EXPECT_TRUE(folder) << describe(folder.error());
    return {std::move(*folder), police::testing::reading(), sdk::Intake(*keep_, sealer_), *keep_, std::chrono::hours(1), log_};
  }
  Result<int> look(police::Feed& feed) { return feed.look(beliefs_.directory(), beliefs_.agreements(), clock_.at); }
  std::size_t files(const std::string& where) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_ / where), std::filesystem::directory_iterator()));
  }

  FixedClock clock_;
  Lines lines_;
  observe::Log log_{lines_, clock_};
  CheshireEast east_;
  sdk::Beliefs beliefs_ = east_.beliefs();
  sdk::Publisher publisher_ = east_.publisher();
  sdk::Sealer sealer_{publisher_, entropy_};
};

TEST_F(FeedTest, AFileIsTakenWhenItIsCompleteAndMovedWhenItIsDone) {
  auto watched = feed();
  write_whole(folder_ / "in/1.csv.part", csv(2));
  write_whole(folder_ / "in/2.csv", csv(1));
  ASSERT_TRUE(look(watched));
  EXPECT_EQ(outbox(), "waiting 0 sent 0 accepted 0 refused 0") << "seen once it may still be growing";
  write_whole(folder_ / "in/2.csv", csv(3));
  ASSERT_TRUE(look(watched));
  EXPECT_EQ(outbox(), "waiting 0 sent 0 accepted 0 refused 0") << "it grew";
  ASSERT_TRUE(look(watched));
  EXPECT_EQ(outbox(), "waiting 3 sent 0 accepted 0 refused 0");
  EXPECT_EQ(files("done"), 1u);
  std::filesystem::rename(folder_ / "in/1.csv.part", folder_ / "in/1.csv");
  ASSERT_TRUE(look(watched));
  ASSERT_TRUE(look(watched));
  EXPECT_EQ(files("in"), 0u);
  EXPECT_EQ(outbox(), "waiting 3 sent 0 accepted 0 refused 0") << "the same inputs in another file";
}

TEST_F(FeedTest, ARestartInTheMiddleOfAFileGoesOnWhereItWas) {
  const std::string text = csv(5);
  const auto inputs = police::read_incidents_csv(text, police::testing::reading());
  int commits = 0;
  open({}, [&](std::string_view statement) { return statement != "COMMIT" || ++commits != 4; });  // the fourth commit fails, as a crash would
  commits = 1;
  sdk::Intake intake(*keep_, sealer_);
  EXPECT_FALSE(intake.take("f.csv", "key", inputs, beliefs_.directory(), beliefs_.agreements(), clock_.at));
  open();
  EXPECT_EQ(outbox(), "waiting 2 sent 0 accepted 0 refused 0");
  sdk::Intake again(*keep_, sealer_);
  const auto counts = again.take("f.csv", "key", inputs, beliefs_.directory(), beliefs_.agreements(), clock_.at);
  ASSERT_TRUE(counts) << describe(counts.error());
  EXPECT_EQ(counts->inputs, 3u);
  EXPECT_EQ(counts->unchanged, 0u);
  EXPECT_EQ(outbox(), "waiting 5 sent 0 accepted 0 refused 0");
}

TEST_F(FeedTest, AFullOutboxMakesTheFeedWaitAndNothingIsLost) {
  keep::Limits limits;
  limits.outbox_events_max = 2;
  open(limits);
  auto watched = feed();
  write_whole(folder_ / "in/1.csv", csv(3));
  ASSERT_TRUE(look(watched));
  ASSERT_TRUE(look(watched)) << "waiting is no failure";
  EXPECT_EQ(outbox(), "waiting 2 sent 0 accepted 0 refused 0");
  EXPECT_EQ(files("in"), 1u);
  ASSERT_TRUE(keep_->record_batch(1, 2, "e"));
  ASSERT_TRUE(keep_->record_results(1, {{true, 1, "", ""}, {true, 2, "", ""}}, {}, clock_.at));
  ASSERT_TRUE(look(watched));
  EXPECT_EQ(outbox(), "waiting 1 sent 0 accepted 2 refused 0");
  EXPECT_EQ(files("done"), 1u);
}

TEST_F(FeedTest, WhatCannotBeMappedIsInQuarantineAndTheRestIsNot) {
  auto watched = feed();
  write_whole(folder_ / "in/1.csv", csv(1) + "P7,31/02/2026,yes,X,CW1 2AB\n");
  write_whole(folder_ / "in/2.pdf", "%PDF");
  for (int n = 0; n < 3; ++n) ASSERT_TRUE(look(watched));
  EXPECT_EQ(outbox(), "waiting 1 sent 0 accepted 0 refused 0");
  const auto quarantine = keep_->quarantine();
  ASSERT_EQ(quarantine->size(), 2u);
  EXPECT_EQ(quarantine->at(0).what.code, "E-VALUE");
  EXPECT_EQ(quarantine->at(0).what.line, 3u);
  EXPECT_EQ(quarantine->at(0).what.field, "occurred");
  EXPECT_EQ(quarantine->at(0).what.raw, "P7,31/02/2026,yes,X,CW1 2AB");
  EXPECT_EQ(files("done"), 1u);
  EXPECT_EQ(files("bad"), 1u);
  EXPECT_EQ(on_disk().find("31/02/2026"), std::string::npos);
}

TEST_F(FeedTest, ASilentFeedAlarms) {
  auto watched = feed();
  ASSERT_TRUE(look(watched));
  clock_.at += std::chrono::minutes(59);
  ASSERT_TRUE(look(watched));
  EXPECT_EQ(lines_.text.find("E-SILENT"), std::string::npos);
  clock_.at += std::chrono::minutes(2);
  ASSERT_TRUE(look(watched));
  EXPECT_NE(lines_.text.find("E-SILENT"), std::string::npos) << lines_.text;
}

}  // namespace
}  // namespace concordat::testing
