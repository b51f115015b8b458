// Feeds: complete files only, every input once over restarts in the middle of a file, a full outbox makes the feed wait; what may
// be urgent never stays home in silence.
#include "adapters/sdk/feed.h"

#include <sys/stat.h>
#include <unistd.h>

#include "adapters/police/police.h"
#include "adapters/sdk/agreements.h"
#include "proto/wire/event.h"

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
  sdk::Feed feed() {
    auto folder = sdk::Folder::open(folder_ / "in", folder_ / "done", folder_ / "bad");
    EXPECT_TRUE(folder) << describe(folder.error());
    return {std::move(*folder), source_, sdk::Intake(*keep_, sealer_, log_, &source_), *keep_, std::chrono::hours(1), log_};
  }
  Result<bool> look(sdk::Feed& feed) { return feed.look(beliefs_.directory(), beliefs_.agreements(), clock_.at); }
  std::size_t files(const std::string& where) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_ / where), std::filesystem::directory_iterator()));
  }

  police::PoliceSource source_{police::testing::reading()};
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
  sdk::Intake intake(*keep_, sealer_, log_);
  EXPECT_FALSE(intake.take("f.csv", "key", inputs, beliefs_.directory(), beliefs_.agreements(), clock_.at));
  open();
  EXPECT_EQ(outbox(), "waiting 2 sent 0 accepted 0 refused 0");
  sdk::Intake again(*keep_, sealer_, log_);
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

TEST_F(FeedTest, AFileThatChangesWhileItIsTakenIsReadAgainWhole) {
  auto watched = feed();
  write_whole(folder_ / "in/1.csv", csv(40));
  ASSERT_TRUE(look(watched));
  ASSERT_TRUE(look(watched));
  EXPECT_EQ(outbox(), "waiting 32 sent 0 accepted 0 refused 0");
  write_whole(folder_ / "in/new.part", csv(50));
  std::filesystem::rename(folder_ / "in/new.part", folder_ / "in/1.csv");
  for (int n = 0; n < 4; ++n) ASSERT_TRUE(look(watched));
  EXPECT_EQ(outbox(), "waiting 50 sent 0 accepted 0 refused 0");
  EXPECT_EQ(files("in"), 0u);
}

TEST_F(FeedTest, AFileIsMovedOnlyIfItIsTheOneThatWasRead) {
  auto watched = sdk::Folder::open(folder_ / "in", folder_ / "done", folder_ / "bad");
  ASSERT_TRUE(watched);
  write_whole(folder_ / "in/1.csv", "first");
  const auto text = watched->read("1.csv", 100);
  ASSERT_TRUE(text);
  write_whole(folder_ / "in/1.csv.part", "other");
  std::filesystem::rename(folder_ / "in/1.csv.part", folder_ / "in/1.csv");
  EXPECT_FALSE(*watched->finish("1.csv", text->stamp, false, clock_.at));
  EXPECT_EQ(read_whole(folder_ / "in/1.csv"), "other");
  const auto again = watched->read("1.csv", 100);
  EXPECT_TRUE(*watched->finish("1.csv", again->stamp, false, clock_.at));
}

TEST_F(FeedTest, ASlowWritersSecondHalfIsReadWhereverTheFileLiesByThen) {
  auto watched = feed();
  const std::string text = csv(3);
  std::ofstream slow(folder_ / "in/1.csv", std::ios::binary);
  slow << csv(1) << std::flush;
  for (int n = 0; n < 3; ++n) ASSERT_TRUE(look(watched));
  EXPECT_EQ(files("done"), 1u);
  slow << text.substr(csv(1).size()) << std::flush;
  slow.close();
  for (int n = 0; n < 4; ++n) ASSERT_TRUE(look(watched));
  EXPECT_EQ(outbox(), "waiting 3 sent 0 accepted 0 refused 0");
  EXPECT_EQ(files("in"), 0u);
}

TEST_F(FeedTest, AFileThatGrowsWhereItLiesComesBackForTwoMinutesHoweverOftenItIsLookedAt) {
  auto watched = feed();
  std::ofstream slow(folder_ / "in/1.csv", std::ios::binary);
  slow << csv(1) << std::flush;
  for (int n = 0; n < 1000; ++n) ASSERT_TRUE(look(watched));
  ASSERT_EQ(files("done"), 1u);
  clock_.at += sdk::kLookedAfter;
  slow << csv(2).substr(csv(1).size()) << std::flush;
  for (int n = 0; n < 4; ++n) ASSERT_TRUE(look(watched));
  EXPECT_EQ(outbox(), "waiting 2 sent 0 accepted 0 refused 0");
  clock_.at += sdk::kLookedAfter + Milliseconds(1);
  ASSERT_TRUE(look(watched));
  slow << csv(3).substr(csv(2).size()) << std::flush;
  for (int n = 0; n < 4; ++n) ASSERT_TRUE(look(watched));
  EXPECT_EQ(outbox(), "waiting 2 sent 0 accepted 0 refused 0");
}

TEST_F(FeedTest, WhatGrewIsTakenHoweverLateSomebodyLooks) {
  auto watched = feed();
  std::ofstream slow(folder_ / "in/1.csv", std::ios::binary);
  slow << csv(1) << std::flush;
  for (int n = 0; n < 4; ++n) ASSERT_TRUE(look(watched));
  ASSERT_EQ(files("done"), 1u);
  slow << csv(2).substr(csv(1).size()) << std::flush;
  clock_.at += 10 * sdk::kLookedAfter;
  for (int n = 0; n < 4; ++n) ASSERT_TRUE(look(watched));
  EXPECT_EQ(outbox(), "waiting 2 sent 0 accepted 0 refused 0");
}

TEST_F(FeedTest, WhatIsStillBeingWrittenHoldsBackWhatFollowsIt) {
  auto watched = feed();
  const std::string text = csv(3), correction = "reference,occurred,domestic_abuse,victim.family_name\nP2,2026-07-14 01:00,yes,Corrected\n";
  std::ofstream slow(folder_ / "in/a.csv", std::ios::binary);
  slow << csv(1) << std::flush;
  write_whole(folder_ / "in/b.csv", correction);
  for (std::size_t at = csv(1).size(); at < text.size(); ++at) {
    slow << text[at] << std::flush;
    ASSERT_TRUE(look(watched));
  }
  EXPECT_EQ(files("done"), 0u) << "the correction would be overwritten by what it corrects";
  slow.close();
  for (int n = 0; n < 4; ++n) ASSERT_TRUE(look(watched));
  EXPECT_EQ(files("done"), 2u);
  EXPECT_EQ(keep_->seen({publisher_.system, "P2"})->value().revision, 1u);
}

TEST_F(FeedTest, AFileThatNeverRestsHoldsNothingBackForLong) {
  auto watched = feed();
  std::ofstream restless(folder_ / "in/a.csv", std::ios::binary);
  const auto wait = [&](Milliseconds time) {
    clock_.at += time;
    restless << "x" << std::flush;
    ASSERT_TRUE(look(watched));
  };
  write_whole(folder_ / "in/b.csv", csv(1));
  wait(Milliseconds(0));
  wait(sdk::kHeldBack - Milliseconds(1));
  EXPECT_EQ(files("done"), 0u);
  wait(Milliseconds(1));
  EXPECT_EQ(files("done"), 1u);
}

TEST_F(FeedTest, WhatComesLaterUnderAnEarlierNameHoldsNothingBack) {
  auto watched = feed();
  write_whole(folder_ / "in/z.csv", csv(1));
  ASSERT_TRUE(look(watched));
  write_whole(folder_ / "in/a.csv", csv(1));
  ASSERT_TRUE(look(watched));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "done/z.csv")) << "or a stream of new files would hold one back for ever";
}

TEST_F(FeedTest, ANameThatLeavesNoRoomForANumberStopsNothing) {
  auto watched = feed();
  const std::string name = std::string(251, 'n') + ".csv";
  for (int time = 0; time < 3; ++time) {
    write_whole(folder_ / "in/" + name, csv(1));
    for (int n = 0; n < 3; ++n) ASSERT_TRUE(look(watched));
  }
  EXPECT_EQ(files("in"), 0u);
  EXPECT_EQ(files("done"), 3u);
}

TEST_F(FeedTest, AFolderThatIsAwayIsWaitedFor) {
  auto watched = feed();
  std::filesystem::rename(folder_ / "in", folder_ / "away");
  ASSERT_TRUE(look(watched)) << "what waits in the outbox leaves all the same";
  EXPECT_NE(lines_.text.find("\"the feed waits\" code=E-INPUT"), std::string::npos) << lines_.text;
  std::filesystem::rename(folder_ / "away", folder_ / "in");
  write_whole(folder_ / "in/1.csv", csv(1));
  std::filesystem::rename(folder_ / "done", folder_ / "away");
  for (int n = 0; n < 3; ++n) ASSERT_TRUE(look(watched)) << "taken, and not to be moved yet";
  EXPECT_EQ(files("in"), 1u);
  std::filesystem::rename(folder_ / "away", folder_ / "done");
  ASSERT_TRUE(look(watched));
  EXPECT_EQ(files("done"), 1u);
  EXPECT_EQ(outbox(), "waiting 1 sent 0 accepted 0 refused 0") << "once";
}

TEST_F(FeedTest, AFullDiskIsWaitedFor) {
  bool full = false;
  open({}, [&](std::string_view statement) { return !full || !statement.starts_with("COMMIT"); });
  auto watched = feed();
  write_whole(folder_ / "in/1.csv", csv(1));
  full = true;
  for (int n = 0; n < 3; ++n) ASSERT_TRUE(look(watched));
  EXPECT_EQ(files("in"), 1u);
  full = false;
  ASSERT_TRUE(look(watched));
  EXPECT_EQ(outbox(), "waiting 1 sent 0 accepted 0 refused 0");
}

TEST_F(FeedTest, AFullQuarantineStopsNothingAndIsSaid) {
  keep::Limits limits;
  limits.quarantine_max = 1;
  open(limits);
  auto watched = feed();
  write_whole(folder_ / "in/1.csv", csv(0) + "B1,31/02/2026,yes,X,CW1 2AB\nB2,31/02/2026,yes,X,CW1 2AB\n" + csv(1).substr(csv(0).size()));
  for (int n = 0; n < 2; ++n) ASSERT_TRUE(look(watched));
  EXPECT_EQ(outbox(), "waiting 1 sent 0 accepted 0 refused 0");
  EXPECT_NE(lines_.text.find("oldest entries gave way"), std::string::npos) << lines_.text;
  EXPECT_NE(lines_.text.find("entries=1"), std::string::npos) << lines_.text;
}

TEST_F(FeedTest, WhatIsNoFileIsPassedOverAndSaidOnce) {
  auto watched = feed();
  std::filesystem::create_symlink("/etc/hostname", folder_ / "in/link.csv");
  std::filesystem::create_directory(folder_ / "in/sub");
  ASSERT_EQ(::mkfifo((folder_ / "in/pipe.csv").c_str(), 0600), 0);
  ASSERT_TRUE(look(watched));
  for (const char* name : {"file=link.csv", "file=sub", "file=pipe.csv"}) EXPECT_NE(lines_.text.find(name), std::string::npos) << lines_.text;
  lines_.text.clear();
  ASSERT_TRUE(look(watched));
  EXPECT_EQ(lines_.text, "");
}

TEST_F(FeedTest, EveryInputThatMayTellOfRiskIsAnAlarmOfItsOwn) {
  auto watched = feed();
  std::string rows = "reference,occurred,victim.family_name,dash.q01\n";
  for (int n = 0; n < 30; ++n) rows += "P" + std::to_string(n) + ",31/02/2026,A,yes\n";
  write_whole(folder_ / "in/1.csv", rows);
  for (int n = 0; n < 2; ++n) ASSERT_TRUE(look(watched));
  EXPECT_NE(lines_.text.find("E-RISK-WAITING file=1.csv line=31"), std::string::npos) << "the log's bound of a site is for what is said again";
}

TEST_F(FeedTest, ALongFileIsTakenInTurnsAndAShortOneDoesNotWaitBehindIt) {
  auto watched = feed();
  write_whole(folder_ / "in/1-backlog.csv", csv(100));
  ASSERT_TRUE(look(watched));
  EXPECT_TRUE(*look(watched)) << "there is more: call again at once";
  EXPECT_EQ(outbox(), "waiting 32 sent 0 accepted 0 refused 0");
  write_whole(folder_ / "in/2-correction.csv", "reference,occurred,domestic_abuse,victim.family_name\nP99,2026-07-14 01:00,yes,Corrected\n");
  write_whole(folder_ / "in/3-now.csv", "reference,occurred,domestic_abuse,victim.family_name\nN1,2026-07-14 01:00,yes,Now\n");
  ASSERT_TRUE(look(watched));
  ASSERT_TRUE(look(watched));
  EXPECT_EQ(outbox(), "waiting 97 sent 0 accepted 0 refused 0") << "and the new one with them";
  EXPECT_EQ(files("in"), 2u);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "in/2-correction.csv")) << "a correction waits for what it corrects";
  while (*look(watched)) continue;
  EXPECT_EQ(outbox(), "waiting 102 sent 0 accepted 0 refused 0");
  EXPECT_EQ(keep_->seen({publisher_.system, "P99"})->value().revision, 1u);
  EXPECT_FALSE(*look(watched));
}

TEST_F(FeedTest, AHeaderAloneIsARunInWhichNothingHappened) {
  auto watched = feed();
  write_whole(folder_ / "in/1.csv", csv(0));
  for (int n = 0; n < 2; ++n) ASSERT_TRUE(look(watched));
  EXPECT_EQ(files("done"), 1u);
  EXPECT_EQ(files("bad"), 0u);
}

TEST_F(FeedTest, FoldersOnAnotherDiskAreRefusedAtOnce) {
  struct stat here {}, there {};
  if (::stat(folder_.path().c_str(), &here) != 0 || ::stat("/dev/shm", &there) != 0 || here.st_dev == there.st_dev) GTEST_SKIP() << "one file system only";
  const std::string elsewhere = "/dev/shm/concordat-" + std::to_string(::getpid());
  const auto watched = sdk::Folder::open(folder_ / "in", elsewhere, folder_ / "bad");
  std::filesystem::remove_all(elsewhere);
  ASSERT_FALSE(watched);
  EXPECT_EQ(watched.error().code, code::kConfig);
}

TEST_F(FeedTest, WhatIsQuarantinedIsAnErrorInTheLogAndAnAlarmIfItHasAnAssessment) {
  auto watched = feed();
  write_whole(folder_ / "in/1.csv", "reference,occurred,victim.family_name,dash.q01\nP1,31/02/2026,CANARY,\nP2,31/02/2026,CANARY,yes\n");
  for (int n = 0; n < 2; ++n) ASSERT_TRUE(look(watched));
  log_.settle();
  EXPECT_NE(lines_.text.find("E-VALUE file=1.csv line=2 field=occurred"), std::string::npos) << lines_.text;
  EXPECT_NE(lines_.text.find("E-RISK-WAITING file=1.csv line=3"), std::string::npos) << lines_.text;
  EXPECT_EQ(lines_.text.find("E-RISK-WAITING file=1.csv line=2"), std::string::npos) << "no answer was given there: " << lines_.text;
  EXPECT_EQ(lines_.text.find("CANARY"), std::string::npos);
}

// ---- what may leave ------------------------------------------------------------------------------------------------

class LeavingTest : public FeedTest {
 protected:
  sdk::IntakeCounts take(const std::string& csv) {
    sdk::Intake intake(*keep_, sealer_, log_);
    const auto inputs = police::read_incidents_csv(csv, police::testing::reading());
    const auto counts = intake.take("f.csv", "file " + std::to_string(++file_), inputs, beliefs_.directory(), beliefs_.agreements(), clock_.at);
    EXPECT_TRUE(counts) << describe(counts.error());
    log_.settle();
    return counts ? *counts : sdk::IntakeCounts{};
  }
  static std::string assessed(const std::string& reference, const std::string& judgement) {
    return "reference,occurred,domestic_abuse,victim.family_name,victim.address.postcode,dash.judgement\n" + reference + ",2026-07-14 01:00,yes,Bielak,CW1 2AB," +
           judgement + "\n";
  }
  wire::Event event(std::size_t n) {
    const auto waiting = keep_->waiting(64, 1 << 20);
    return *wire::decode_event(waiting->at(n).bytes);
  }
  wire::Header header(std::size_t n) {
    const wire::Event whole = event(n);
    return *wire::decode_header(whole.header);
  }
  std::set<std::uint16_t> items(std::size_t n) {
    std::set<std::uint16_t> all;
    const wire::Event whole = event(n);
    for (const auto& leaf : whole.sealed.leaves) all.insert(leaf.label.item);
    return all;
  }
  int file_ = 0;
};

TEST_F(LeavingTest, WhatMayBeUrgentLeavesWithItsFactsAloneWhenTheAgreementHasEnded) {
  clock_.at = instant_of(1'784'000'000'000) + std::chrono::days(3650);
  std::string text = assessed("P1", "high");
  text.replace(text.find("2026"), 4, "2036");
  ASSERT_FALSE(beliefs_.agreements().ended(clock_.at).empty());
  EXPECT_EQ(take(text).events, 2u);
  EXPECT_FALSE(header(1).withdrawn);
  EXPECT_TRUE(items(1).contains(static_cast<std::uint16_t>(contract::Item::RiskAnswers)));
  EXPECT_FALSE(items(1).contains(static_cast<std::uint16_t>(contract::Item::Name))) << "no clause could release it";
  EXPECT_NE(lines_.text.find("E-UNRELEASABLE"), std::string::npos) << lines_.text;
  EXPECT_NE(lines_.text.find("file=f.csv line=2"), std::string::npos) << lines_.text;
  EXPECT_EQ((*keep_->counters())["unreleasable/risk_assessment"], 1u);
}

TEST_F(LeavingTest, WhatNoAgreementCallsUrgentStaysHomeAndTheLogSaysWhich) {
  beliefs_ = std::move(*sdk::Beliefs::make(east_.roots(), east_.bundle, {}, false));
  EXPECT_EQ(take(assessed("P1", "high")).kept_home, 2u);
  EXPECT_EQ(lines_.text.find("E-UNRELEASABLE"), std::string::npos);
  EXPECT_NE(lines_.text.find("E-NO-CLAUSE"), std::string::npos) << lines_.text;
}

TEST_F(LeavingTest, AgreementsAreReadAgainWhenTheirFilesChange) {
  const sdk::AgreementFile file = east_.agreement();
  write_whole(folder_ / "marac.yaml", file.file);
  write_whole(folder_ / "marac.signed", file.signatures);
  beliefs_ = std::move(*sdk::Beliefs::make(east_.roots(), east_.bundle, {}, false));
  sdk::Agreements agreements({{folder_ / "marac.yaml", folder_ / "marac.signed"}}, beliefs_, log_);
  agreements.look(clock_.at);
  EXPECT_EQ(beliefs_.agreements().clause_count(), 0u) << "as they were at the start";
  write_whole(folder_ / "marac.signed", "nobody signed");
  for (int n = 0; n < 2; ++n) agreements.look(clock_.at);
  log_.settle();
  EXPECT_NE(lines_.text.find("cannot be adopted"), std::string::npos) << lines_.text;
  write_whole(folder_ / "marac.signed", file.signatures);
  agreements.look(clock_.at);
  EXPECT_EQ(beliefs_.agreements().clause_count(), 0u) << "it may still be being written";
  agreements.look(clock_.at);
  EXPECT_GT(beliefs_.agreements().clause_count(), 0u) << lines_.text;
}

TEST_F(LeavingTest, AnEmployerThatIsNoPartyIsQuarantinedBecauseItWouldBarNobody) {
  const std::string head = "reference,occurred,domestic_abuse,victim.family_name,alleged_perpetrator.family_name,alleged_perpetrator.works_for,child.child_is\n";
  EXPECT_EQ(take(head + "P1,2026-07-14,yes,A,B,Cheshire East Council,resident\n").quarantined, 1u);
  EXPECT_NE(keep_->quarantine()->at(0).what.remedy.find("`cheshire-east-council`"), std::string::npos) << keep_->quarantine()->at(0).what.remedy;
  EXPECT_EQ(take(head + "P1,2026-07-14,yes,A,B,cheshire-east-council,resident\n").quarantined, 0u);
}

TEST_F(LeavingTest, ACorrectionWithoutTheAssessmentWithdrawsIt) {
  EXPECT_EQ(take(assessed("P1", "high")).events, 2u);
  EXPECT_EQ(take(assessed("P1", "")).events, 2u) << "the incident corrected, the assessment withdrawn";
  EXPECT_FALSE(header(2).withdrawn);
  EXPECT_TRUE(header(3).withdrawn);
  EXPECT_EQ(header(3).revision, 1u);
  EXPECT_EQ(header(3).corrects, keep_->waiting(64, 1 << 20)->at(1).digest);
  EXPECT_EQ(take(assessed("P1", "")).events, 0u) << "once";
  EXPECT_EQ(take(assessed("P1", "medium")).events, 2u) << "a new one stands again";
  EXPECT_EQ(header(5).revision, 2u);
  EXPECT_FALSE(header(5).withdrawn);
}

TEST_F(LeavingTest, AnIncidentThatNeverHadAnAssessmentWithdrawsNone) {
  EXPECT_EQ(take("reference,occurred,domestic_abuse,victim.family_name,child.child_is\nP1,2026-07-14,yes,A,resident\n").events, 1u);
}

TEST_F(LeavingTest, TheSourcesLastWordCountsEvenIfItSaidTheSameBefore) {
  take(assessed("P1", "high"));
  take(assessed("P1", "medium"));
  EXPECT_EQ(take(assessed("P1", "high")).events, 2u) << "what was superseded is not the same event any more";
  EXPECT_EQ(header(5).revision, 2u);
  EXPECT_NE(lines_.text.find("earlier revision came again"), std::string::npos) << lines_.text;
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

TEST_F(FeedTest, WhoeverIsToHearOfASilentFeedDoes) {
  std::optional<Instant> since;
  sdk::Silence silence(std::chrono::hours(1), log_, [&](Instant from) { since = from; });
  const Instant begin = clock_.at;
  silence.heard(begin);
  silence.look(begin + std::chrono::minutes(59));
  EXPECT_FALSE(since);
  silence.look(begin + std::chrono::minutes(61));
  EXPECT_EQ(since, begin);
  since.reset();
  silence.look(begin + std::chrono::minutes(90));
  EXPECT_FALSE(since) << "once an hour";
  silence.look(begin + std::chrono::minutes(122));
  EXPECT_EQ(since, begin) << "it is silent since then, however often that was said";
}

}  // namespace
}  // namespace concordat::testing
