// The keep: one transaction an input, the outbox's states, its bounds, and what may be read from its file.
#include <chrono>
#include <cstdlib>

#include "tests/adapters/sdk/keep_fixture.h"

namespace concordat::testing {
namespace {

using keep::Answer;

TEST_F(KeepTest, AnInputTakesEffectWhole) {
  ASSERT_TRUE(keep_->commit(one_input("P1"), now_));
  EXPECT_EQ(outbox(), "waiting 1 sent 0 accepted 0 refused 0");
  EXPECT_TRUE(keep_->seen({"police", "P1"})->has_value());
  EXPECT_EQ(**keep_->state("offset"), "after P1");
  EXPECT_EQ((*keep_->counters())["inputs"], 1u);
}

TEST_F(KeepTest, WhatIsCommittedTogetherIsThereTogetherOrNotAtAll) {
  {
    auto together = keep_->together();
    ASSERT_TRUE(together) << describe(together.error());
    ASSERT_TRUE(keep_->commit(one_input("P1"), now_));
    ASSERT_TRUE(keep_->commit(one_input("P2"), now_));
    EXPECT_EQ(outbox(), "waiting 2 sent 0 accepted 0 refused 0") << "and is read as if it were there";
  }
  EXPECT_EQ(outbox(), "waiting 0 sent 0 accepted 0 refused 0");
  EXPECT_EQ(keep_->next_sequence(), 1u) << "no gap in the outbox";
  auto together = keep_->together();
  for (const char* name : {"P3", "P4"}) ASSERT_TRUE(keep_->commit(one_input(name), now_));
  ASSERT_TRUE(together->commit());
  open();
  EXPECT_EQ(outbox(), "waiting 2 sent 0 accepted 0 refused 0");
  EXPECT_EQ(keep_->next_sequence(), 3u);
}

TEST_F(KeepTest, ACommitThatFailsAmongOthersTakesBackItselfAlone) {
  open({.outbox_events_max = 1});
  auto together = keep_->together();
  ASSERT_TRUE(keep_->commit(one_input("P1"), now_));
  EXPECT_FALSE(keep_->commit(one_input("P2"), now_));
  ASSERT_TRUE(together->commit());
  EXPECT_EQ(outbox(), "waiting 1 sent 0 accepted 0 refused 0");
  EXPECT_FALSE(keep_->seen({"police", "P2"})->has_value());
}

TEST_F(KeepTest, ADiskThatFailsAtTheEndTakesBackWhatWasCommittedTogether) {
  bool fails = false;
  open({}, [&](std::string_view statement) { return !fails || statement != "COMMIT"; });
  {
    auto together = keep_->together();
    ASSERT_TRUE(keep_->commit(one_input("P1"), now_));
    fails = true;
    EXPECT_FALSE(together->commit());
  }
  fails = false;
  EXPECT_EQ(outbox(), "waiting 0 sent 0 accepted 0 refused 0");
  ASSERT_TRUE(keep_->commit(one_input("P1"), now_));
  EXPECT_EQ(keep_->next_sequence(), 2u);
}

TEST_F(KeepTest, WhatWasKeptIsThereAfterReopening) {
  ASSERT_TRUE(keep_->commit(one_input("P1"), now_));
  const OutboxEpoch epoch = keep_->epoch();
  open();
  EXPECT_EQ(keep_->epoch(), epoch);
  EXPECT_EQ(keep_->next_sequence(), 2u);
  const auto waiting = keep_->waiting(64, 1 << 20);
  ASSERT_EQ(waiting->size(), 1u);
  EXPECT_EQ(waiting->front().bytes, "sealed P1 content");
  EXPECT_EQ(waiting->front().secret.view(), Bytes(32, 's'));
}

TEST_F(KeepTest, EveryNewFileHasAnEpochOfItsOwn) {
  auto other = keep::Keep::open(folder_ / "other.db", key_of('k'), {}, entropy_);
  EXPECT_NE((*other)->epoch(), keep_->epoch());
}

TEST_F(KeepTest, AnotherAgencysKeyDoesNotOpenIt) {
  keep_.reset();
  const auto opened = keep::Keep::open(folder_ / "keep.db", key_of('x'), {}, entropy_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().fault, Fault::Corrupt);
  EXPECT_EQ(opened.error().code, code::kKeep);
}

TEST_F(KeepTest, ABatchIsARunOfWaitingEventsAndComesBackUntilAnswered) {
  for (const char* name : {"P1", "P2", "P3"}) ASSERT_TRUE(keep_->commit(one_input(name), now_));
  ASSERT_TRUE(keep_->record_batch(1, 2, "envelope"));
  EXPECT_EQ(outbox(), "waiting 1 sent 2 accepted 0 refused 0");
  open();
  const auto unanswered = keep_->unanswered();
  ASSERT_EQ(unanswered->size(), 1u);
  EXPECT_EQ(unanswered->front().envelope, "envelope");
  EXPECT_EQ(unanswered->front().events[1].bytes, "sealed P2 content");
}

TEST_F(KeepTest, TheFirstAnswerCountsAndErasesWhatItAnswers) {
  ASSERT_TRUE(keep_->commit(one_input("P1"), now_));
  ASSERT_TRUE(keep_->record_batch(1, 1, "envelope"));
  ASSERT_TRUE(keep_->record_results(1, {Answer{true, 77, "", ""}}, {{"mark", Bytes("77")}}, now_));
  ASSERT_TRUE(keep_->record_results(1, {Answer{false, 0, "E-PROOF", "no"}}, {}, now_));
  EXPECT_EQ(outbox(), "waiting 0 sent 0 accepted 1 refused 0");
  EXPECT_TRUE(keep_->unanswered()->empty());
  EXPECT_EQ(**keep_->state("mark"), "77");
  EXPECT_TRUE(keep_->quarantine()->empty());
}

TEST_F(KeepTest, TheRoomOfWhatIsAnsweredIsUsedAgain) {
  const std::string said(1'200, 'x');
  for (std::uint64_t first = 1; first < 601; first += 60) {
    for (std::uint64_t n = first; n < first + 60; ++n) ASSERT_TRUE(keep_->commit(one_input("P" + std::to_string(n), said), now_));
    ASSERT_TRUE(keep_->record_batch(first, 60, "envelope"));
    ASSERT_TRUE(keep_->record_results(first, std::vector<Answer>(60, Answer{true, 77, "", ""}), {}, now_));
  }
  open();
  EXPECT_LT(read_whole(folder_ / "keep.db").size(), 600u * 900u) << "an answered event keeps a few hundred bytes, and not the place of its content";
}

TEST_F(KeepTest, ARefusedEventIsQuarantinedAndItsInputIsNewAgain) {
  ASSERT_TRUE(keep_->commit(one_input("P1"), now_));
  ASSERT_TRUE(keep_->commit(one_input("P2"), now_));
  ASSERT_TRUE(keep_->record_batch(1, 2, "envelope"));
  ASSERT_TRUE(keep_->record_results(1, {Answer{false, 0, "E-ASSERT", "not of your kinds"}, Answer{true, 8, "", ""}}, {}, now_));
  EXPECT_EQ(outbox(), "waiting 0 sent 0 accepted 1 refused 1");
  const auto quarantine = keep_->quarantine();
  ASSERT_EQ(quarantine->size(), 1u);
  EXPECT_EQ(quarantine->front().what.code, "E-ASSERT");
  EXPECT_EQ(quarantine->front().what.file, "incidents.csv");
  EXPECT_EQ(quarantine->front().what.line, 4u);
  EXPECT_EQ(quarantine->front().what.remedy, "not of your kinds. " + std::string(code::kAssert.remedy)) << "the broker's word, and the catalogue's";
  EXPECT_FALSE(keep_->seen({"police", "P1"})->has_value());
  EXPECT_TRUE(keep_->seen({"police", "P2"})->has_value());
}

TEST_F(KeepTest, AFullOutboxIsBusyAndNothingIsDone) {
  keep::Limits limits;
  limits.outbox_events_max = 1;
  open(limits);
  ASSERT_TRUE(keep_->commit(one_input("P1"), now_));
  const auto second = keep_->commit(one_input("P2"), now_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().fault, Fault::Busy);
  EXPECT_FALSE(keep_->seen({"police", "P2"})->has_value());
  EXPECT_EQ(**keep_->state("offset"), "after P1");
  ASSERT_TRUE(keep_->record_batch(1, 1, "e"));
  ASSERT_TRUE(keep_->record_results(1, {Answer{true, 1, "", ""}}, {}, now_));
  EXPECT_TRUE(keep_->commit(one_input("P2"), now_));
}

TEST_F(KeepTest, WaitingGivesAtLeastOneAndNoMoreThanFits) {
  for (const char* name : {"P1", "P2", "P3"}) ASSERT_TRUE(keep_->commit(one_input(name), now_));
  EXPECT_EQ(keep_->waiting(64, 1)->size(), 1u);
  EXPECT_EQ(keep_->waiting(64, 2 * 17)->size(), 2u);
  EXPECT_EQ(keep_->waiting(1, 1 << 20)->size(), 1u);
}

TEST_F(KeepTest, ARenewedEpochNumbersWhatIsUnansweredAfresh) {
  for (const char* name : {"P1", "P2", "P3"}) ASSERT_TRUE(keep_->commit(one_input(name), now_));
  ASSERT_TRUE(keep_->record_batch(1, 1, "e"));
  ASSERT_TRUE(keep_->record_results(1, {Answer{true, 1, "", ""}}, {}, now_));
  ASSERT_TRUE(keep_->record_batch(2, 1, "e"));
  const OutboxEpoch before = keep_->epoch();
  ASSERT_TRUE(keep_->renew_epoch());
  EXPECT_NE(keep_->epoch(), before);
  EXPECT_EQ(keep_->next_sequence(), 3u);
  EXPECT_EQ(outbox(), "waiting 2 sent 0 accepted 0 refused 0");
  EXPECT_EQ(keep_->waiting(64, 1 << 20)->front().bytes, "sealed P2 content");
}

TEST_F(KeepTest, TheSameRawInputIsQuarantinedOnce) {
  keep::Changes bad;
  bad.quarantined.push_back({"E-VALUE", "incidents.csv", 4, "dob", "Correct it.", "raw line"});
  ASSERT_TRUE(keep_->commit(bad, now_));
  ASSERT_TRUE(keep_->commit(bad, now_));
  ASSERT_EQ(keep_->quarantine()->size(), 1u);
  EXPECT_EQ(keep_->quarantine()->front().what.raw, "raw line");
}

TEST_F(KeepTest, TheOldestInQuarantineGiveWayAndNothingWaitsForThem) {
  keep::Limits limits;
  limits.quarantine_max = 2;
  open(limits);
  for (const char* line : {"first", "second", "second", "third", "fourth"}) {
    keep::Changes changes = one_input(std::string("P") + line + std::to_string(keep_->next_sequence()));
    changes.quarantined.push_back({"E-VALUE", "1.csv", 4, "occurred", "correct it", line});
    ASSERT_TRUE(keep_->commit(changes, now_)) << line;
  }
  EXPECT_EQ(outbox(), "waiting 5 sent 0 accepted 0 refused 0");
  const auto kept = keep_->quarantine();
  ASSERT_EQ(kept->size(), 2u);
  EXPECT_EQ(kept->at(0).what.raw, "third");
  EXPECT_EQ(kept->at(1).what.raw, "fourth");
  EXPECT_EQ(*keep_->gave_way(), 2u) << "and that is said";
}

TEST_F(KeepTest, WhatIsCountedAlongIsWhatCountingGives) {
  keep::Limits limits;
  limits.outbox_bytes_max = 4 * one_input("P1").outgoing[0].bytes.size();
  open(limits);
  const auto counted_right = [&](const char* after) {
    const auto counts = keep_->outbox_counts();
    EXPECT_EQ(*keep_->without_answer(), counts->waiting + counts->sent) << after;
  };
  for (const char* name : {"P1", "P2", "P3", "P4"}) ASSERT_TRUE(keep_->commit(one_input(name), now_));
  counted_right("four came");
  EXPECT_EQ(keep_->commit(one_input("P5"), now_).error().fault, Fault::Busy) << "a fifth's bytes do not fit";
  counted_right("what was not done");
  ASSERT_TRUE(keep_->record_batch(1, 3, "envelope"));
  counted_right("sent");
  ASSERT_TRUE(keep_->record_results(1, {Answer{true, 77, "", ""}, Answer{false, 0, "E-PROOF", "no"}, Answer{true, 78, "", ""}}, {}, now_));
  counted_right("answered");
  for (const char* name : {"P5", "P6", "P7"}) EXPECT_TRUE(keep_->commit(one_input(name), now_)) << name << ": there is room again";
  EXPECT_EQ(keep_->commit(one_input("P8"), now_).error().fault, Fault::Busy);
  ASSERT_TRUE(keep_->renew_epoch());
  counted_right("renewed");
  ASSERT_TRUE(keep_->trim(now_ + std::chrono::hours(1)));
  counted_right("trimmed");
  open(limits);
  counted_right("opened again");
  EXPECT_EQ(keep_->commit(one_input("P8"), now_).error().fault, Fault::Busy);
}

/// Seconds that `work` takes.
double seconds(const std::function<void()>& work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

TEST_F(KeepTest, QuarantiningCostsTheSameHoweverMuchIsInQuarantine) {
  constexpr std::size_t kAtOnce = 500;
  const char* const wanted = std::getenv("CONCORDAT_QUARANTINED");
  const std::size_t rounds = std::max<std::size_t>(2, (wanted == nullptr ? 60'000 : std::strtoull(wanted, nullptr, 10)) / kAtOnce);
  std::size_t line = 0;
  const auto dump = [&] {
    keep::Changes changes;
    for (std::size_t n = 0; n < kAtOnce; ++n) {
      ++line;
      changes.quarantined.push_back({"E-VALUE", "dump.csv", line, "dob", "correct it", "line " + std::to_string(line)});
    }
    ASSERT_TRUE(keep_->commit(changes, now_));
  };
  const double first = seconds(dump);
  double last = first, whole = first;
  for (std::size_t round = 1; round < rounds; ++round) whole += last = seconds(dump);
  RecordProperty("seconds", std::to_string(whole));
  EXPECT_LT(last, 8 * std::max(first, 0.005)) << "of " << line << " entries the first " << kAtOnce << " took " << first << " s, the last " << last << ", all " << whole;
}

TEST_F(KeepTest, TakingAnInputCostsTheSameHoweverManyEventsWait) {
  constexpr std::size_t kAtOnce = 50, kWaiting = 20'000;
  std::size_t number = 0;
  const auto take = [&](std::size_t inputs, std::size_t events) {
    for (std::size_t input = 0; input < inputs; ++input) {
      keep::Changes changes;
      for (std::size_t event = 0; event < events; ++event) changes.outgoing.push_back(std::move(one_input("P" + std::to_string(++number), std::string(1024, 'x')).outgoing[0]));
      ASSERT_TRUE(keep_->commit(changes, now_));
    }
  };
  const double first = seconds([&] { take(kAtOnce, 1); });
  take(kWaiting / 1000, 1000);
  const double last = seconds([&] { take(kAtOnce, 1); });
  EXPECT_LT(last, 4 * std::max(first, 0.05)) << first << " s, and with " << kWaiting << " events waiting " << last;
}

TEST_F(KeepTest, AFileOfAnEarlierVersionGetsTheColumnsThatItLacks) {
  ASSERT_TRUE(keep_->commit(one_input("P1"), now_));
  keep_.reset();
  {
    auto file = keep::Database::open(folder_ / "keep.db", {});
    ASSERT_TRUE(file);
    for (const char* sql : {"DROP TRIGGER quarantine_in", "DROP TRIGGER quarantine_out", "DROP TRIGGER waiting_in", "DROP TRIGGER waiting_out",
                            "DROP TRIGGER waiting_answered", "DROP TABLE tally", "DROP INDEX quarantine_by_age", "ALTER TABLE quarantine DROP COLUMN risk", "ALTER TABLE quarantine DROP COLUMN spoken", "ALTER TABLE seen DROP COLUMN at",
                            "ALTER TABLE seen DROP COLUMN history"}) {
      ASSERT_TRUE((*file)->run(sql)) << sql;
    }
  }
  open();
  EXPECT_EQ((*keep_->seen({"police", "P1"}))->at, instant_of(0)) << "taken, and nobody knows when";
  keep::Changes bad = one_input("P2");
  bad.quarantined.push_back({"E-VALUE", "incidents.csv", 4, "dob", "Correct it.", "raw line"});
  ASSERT_TRUE(keep_->commit(bad, now_));
  EXPECT_EQ((*keep_->seen({"police", "P2"}))->at, now_);
  EXPECT_EQ(keep_->overdue(false, now_, instant_of(0), now_)->entries, 1u);
}

TEST_F(KeepTest, OpeningWritesNothingUnlessATallyIsWrong) {
  keep::Changes changes = one_input("P1");
  changes.quarantined.push_back({"E-VALUE", "incidents.csv", 4, "dob", "Correct it.", "raw line"});
  ASSERT_TRUE(keep_->commit(changes, now_));
  const std::string before = on_disk();
  { ASSERT_TRUE(keep::Keep::open(folder_ / "keep.db", key_of('k'), {}, entropy_)); }
  EXPECT_EQ(on_disk() == before, true) << "so what is in quarantine can be looked at when the disk is full";
  {
    auto file = keep::Database::open(folder_ / "keep.db", {});
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->run("UPDATE tally SET value = 40 WHERE name = 'events'"));
    ASSERT_TRUE((*file)->run("DELETE FROM tally WHERE name = 'bytes'"));
  }
  open({.outbox_bytes_max = 2 * one_input("P1").outgoing[0].bytes.size()});
  EXPECT_EQ(*keep_->without_answer(), 1u);
  EXPECT_TRUE(keep_->commit(one_input("P2"), now_));
  EXPECT_FALSE(keep_->commit(one_input("P3"), now_)) << "and the bytes are counted";
}

TEST_F(KeepTest, QueuesKeepOrderUntilTaken) {
  keep::Changes changes;
  changes.queued = {{"progress", "first"}, {"other", "x"}, {"progress", "second"}};
  ASSERT_TRUE(keep_->commit(changes, now_));
  const auto queued = keep_->queued("progress", 10);
  ASSERT_EQ(queued->size(), 2u);
  EXPECT_EQ((*queued)[0].message, "first");
  ASSERT_TRUE(keep_->dequeue((*queued)[0].id));
  EXPECT_EQ(keep_->queued("progress", 10)->front().message, "second");
}

TEST_F(KeepTest, AFullQueueStopsNoOther) {
  keep::Limits limits;
  limits.queue_max = 1;
  open(limits);
  keep::Changes one, other;
  one.queued = {{"one", "x"}};
  other.queued = {{"other", "x"}};
  ASSERT_TRUE(keep_->commit(one, now_));
  EXPECT_EQ(keep_->commit(one, now_).error().fault, Fault::Busy);
  EXPECT_TRUE(keep_->commit(other, now_));
}

TEST_F(KeepTest, OneProcessServesAndOthersMayLookOn) {
  ASSERT_TRUE(keep_->serve());
  auto second = keep::Keep::open(folder_ / "keep.db", key_of('k'), {}, entropy_);
  ASSERT_TRUE(second) << describe(second.error());
  const auto refused = (*second)->serve();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, code::kServed);
  EXPECT_TRUE((*second)->commit(one_input("P1"), now_)) << "the command line queues what people say";
  keep_.reset();
  EXPECT_TRUE((*second)->serve());
}

TEST_F(KeepTest, NoFileBesideTheKeepIsWhatStopsASecondProcess) {
  ASSERT_TRUE(keep_->serve());
  for (const auto& each : std::filesystem::directory_iterator(folder_.path())) {
    if (!each.path().filename().string().starts_with("keep.db")) std::filesystem::remove(each.path());
  }
  std::filesystem::remove(folder_ / "keep.db.serving");
  auto second = keep::Keep::open(folder_ / "keep.db", key_of('k'), {}, entropy_);
  ASSERT_TRUE(second);
  EXPECT_FALSE((*second)->serve());
}

TEST_F(KeepTest, NothingPersonalIsReadableInTheFile) {
  keep::Changes changes = one_input("REFCANARY", "CONTENTCANARY");
  changes.outgoing[0].origin = "ORIGINCANARY";
  changes.quarantined.push_back({"E-VALUE", "FILECANARY", 1, "FIELDCANARY", "REMEDYCANARY", "RAWCANARY"});
  changes.state["KEYCANARY"] = Bytes("VALUECANARY");
  changes.queued.push_back({"progress", "QUEUECANARY"});
  ASSERT_TRUE(keep_->commit(changes, now_));
  EXPECT_EQ(on_disk().find("CANARY"), std::string::npos);
  EXPECT_EQ(on_disk().find(Bytes(32, 's')), std::string::npos);
  EXPECT_NE(on_disk().find("inputs"), std::string::npos) << "the search itself finds what is in clear";
}

TEST_F(KeepTest, AChangedRowIsFoundOut) {
  ASSERT_TRUE(keep_->commit(one_input("P1"), now_));
  keep_.reset();
  auto database = keep::Database::open(folder_ / "keep.db", {});
  ASSERT_TRUE((*database)->run("UPDATE outbox SET bytes = zeroblob(length(bytes))"));
  database->reset();
  open();
  const auto waiting = keep_->waiting(64, 1 << 20);
  ASSERT_FALSE(waiting);
  EXPECT_EQ(waiting.error().fault, Fault::Corrupt);
}

TEST_F(KeepTest, AnAdapterThatFailsMidwayHasDoneNothing) {
  for (int failing = 0;; ++failing) {
    int statement = 0;
    bool failed = false;
    open({}, {});
    const auto before = keep_->outbox_counts();
    keep_.reset();
    bool armed = false;
    auto opened = keep::Keep::open(folder_ / "keep.db", key_of('k'), {}, entropy_, [&](std::string_view) {
      if (!armed || statement++ != failing) return true;
      failed = true;
      return false;
    });
    ASSERT_TRUE(opened);
    keep_ = std::move(*opened);
    armed = true;
    const auto done = keep_->commit(one_input("P" + std::to_string(failing)), now_);
    armed = false;
    EXPECT_EQ(done.has_value(), !failed);
    const auto after = keep_->outbox_counts();
    EXPECT_EQ(after->waiting, before->waiting + (failed ? 0 : 1)) << "statement " << failing;
    EXPECT_EQ(keep_->next_sequence(), after->waiting + 1);
    if (!failed) {
      EXPECT_GE(failing, 7) << "every statement of a commit was failed once";
      break;
    }
  }
}

}  // namespace
}  // namespace concordat::testing
