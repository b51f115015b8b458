// What people order done: quarantine tried again or put aside, a mapping's mistakes mended, years of records taken as history.
#include "adapters/sdk/orders.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "adapters/police/police.h"
#include "adapters/sdk/history.h"
#include "adapters/sdk/watch.h"
#include "proto/wire/event.h"

#include "tests/adapters/police/reading.h"
#include "tests/adapters/sdk/fake_broker.h"

namespace concordat::testing {
namespace {

constexpr const char* kHead = "reference,occurred,domestic_abuse,victim.family_name,victim.address.postcode\n";

std::string row(const std::string& reference, const std::string& day = "2026-07-14", const std::string& name = "Bielak") {
  return reference + "," + day + " 01:00,yes," + name + ",CW1 2AB\n";
}

sdk::Mapping mapping(const std::string& yaml) {
  auto parsed = sdk::Mapping::parse("m.yaml", yaml, police::column_names());
  EXPECT_TRUE(parsed) << describe(parsed.error());
  return std::move(*parsed);
}

/// "Town" was mapped to the victim's name, and "Surname" ignored.
constexpr const char* kWrong =
    "mapping: force\nversion: 1\nignore: [Surname]\ncolumns:\n  - {from: Ref, to: reference}\n  - {from: When, to: occurred}\n  - {from: DA, to: domestic_abuse}\n"
    "  - {from: Town, to: victim.family_name}\n  - {from: Code, to: victim.address.postcode}\n";
constexpr const char* kRight =
    "mapping: force\nversion: 2\nignore: [Town]\ncolumns:\n  - {from: Ref, to: reference}\n  - {from: When, to: occurred}\n  - {from: DA, to: domestic_abuse}\n"
    "  - {from: Surname, to: victim.family_name}\n  - {from: Code, to: victim.address.postcode}\n";
constexpr const char* kForceHead = "Ref,When,DA,Surname,Town,Code\n";

class OrdersTest : public KeepTest {
 protected:
  police::PoliceSource source(const char* yaml = nullptr) {
    police::Reading reading = police::testing::reading();
    if (yaml != nullptr) reading.mapping = mapping(yaml);
    return police::PoliceSource(std::move(reading));
  }
  void read_by(police::PoliceSource source) { source_ = std::make_unique<police::PoliceSource>(std::move(source)); }
  sdk::Intake intake() {
    sdk::Intake made(*keep_, sealer_, log_, source_.get());
    made.keep_inputs(keeps_);
    return made;
  }
  sdk::IntakeCounts take(const std::string& text, const std::string& file = "f.csv") {
    clock_.at += std::chrono::seconds(1);
    auto taking = intake();
    const auto counts = taking.take(file, source_->read(file, text), beliefs_.directory(), beliefs_.agreements(), clock_.at);
    EXPECT_TRUE(counts) << describe(counts.error());
    return counts ? *counts : sdk::IntakeCounts{};
  }
  /// What the command would print.
  std::string carry_out(const sdk::Order& order) {
    EXPECT_TRUE(sdk::give(order, *keep_, clock_.at));
    return work();
  }
  std::string work() {
    clock_.at += std::chrono::seconds(1);
    std::string said;
    auto taking = intake();
    sdk::Orders orders(*keep_, taking, *source_, log_, [&](const std::string& line) { said += line + "\n"; });
    while (true) {
      const auto more = orders.work(beliefs_.directory(), beliefs_.agreements(), clock_.at);
      if (!more) return said + describe(more.error());
      if (!*more) break;
    }
    log_.settle();
    return said;
  }
  std::string retry(std::vector<std::uint64_t> entries) {
    sdk::Order order;
    order.entries = std::move(entries);
    return carry_out(order);
  }
  std::string remap(const std::string& from = "force/1") {
    sdk::Order order;
    order.what = sdk::Order::What::Remap;
    order.from = from;
    order.to = source_->version();
    order.since = instant_of(0);
    return carry_out(order);
  }
  /// "1: E-VALUE f.csv:3 occurred"
  std::string quarantine() {
    std::string out;
    const auto entries = keep_->quarantine();
    for (const auto& each : *entries) {
      out += std::to_string(each.id) + ": " + each.what.code + " " + each.what.file + ":" + std::to_string(each.what.line) + " " + each.what.field + "\n";
    }
    return out;
  }
  wire::Header header(std::size_t n) { return *wire::decode_header(wire::decode_event(keep_->waiting(64, 1 << 20)->at(n).bytes)->header); }

  std::unique_ptr<police::PoliceSource> source_ = std::make_unique<police::PoliceSource>(source());
  bool keeps_ = true;
  FixedClock clock_;
  Lines lines_;
  observe::Log log_{lines_, clock_};
  CheshireEast east_;
  sdk::Beliefs beliefs_ = east_.beliefs();
  sdk::Publisher publisher_ = east_.publisher();
  sdk::Sealer sealer_{publisher_, entropy_};
};

// ---- quarantine ----------------------------------------------------------------------------------------------------

TEST_F(OrdersTest, ARowIsReadAgainByItselfAndItsLineStaysThatOfItsFile) {
  read_by(source(kWrong));
  take(std::string(kForceHead) + "P1,2026-07-14,yes,A,Crewe,CW1 2AB\nP2,31/02/2026,yes,A,Crewe,CW1 2AB\n");
  EXPECT_EQ(quarantine(), "1: E-VALUE f.csv:3 When\n");
  EXPECT_EQ(retry({1}), "1: stays: E-VALUE " + keep_->quarantine()->at(0).what.remedy + "\n");
  EXPECT_EQ(quarantine(), "1: E-VALUE f.csv:3 When\n") << "not line 2, on which it stands behind its header alone";
}

TEST_F(OrdersTest, WhatTheMappingOfNowCanReadLeavesTheQuarantine) {
  read_by(source("mapping: force\nversion: 1\nignore: [Town, Surname]\ncolumns:\n  - {from: Ref, to: reference}\n  - {from: When, to: occurred}\n"
                 "  - {from: DA, to: domestic_abuse, words: [{from: J, to: \"yes\"}]}\n  - {from: Code, to: victim.address.postcode}\n"));
  take(std::string(kForceHead) + "P1,2026-07-14,yes,A,Crewe,CW1 2AB\n");
  ASSERT_EQ(quarantine(), "1: E-VALUE f.csv:2 DA\n");
  EXPECT_EQ(outbox(), "waiting 0 sent 0 accepted 0 refused 0");
  read_by(source(kRight));
  EXPECT_EQ(retry({1}), "1: taken: 1 events, 0 unchanged, 0 kept home\n");
  EXPECT_EQ(quarantine(), "");
  EXPECT_EQ(outbox(), "waiting 1 sent 0 accepted 0 refused 0");
  EXPECT_NE(lines_.text.find("out of quarantine\" id=1 code=E-VALUE file=f.csv line=2"), std::string::npos) << lines_.text;
  EXPECT_EQ(retry({1}), "1: there is no such entry.\n");
}

TEST_F(OrdersTest, AnEntryEndsInTheTransactionOfWhatItBecomes) {
  take(std::string(kHead) + row("P1", "31/02/2026"));
  auto entry = keep_->quarantined(1);
  keep::Quarantine mended = (*entry)->what;
  mended.raw = row("P1");
  keep::Changes changes;
  changes.still_quarantined.emplace_back(1, mended);
  ASSERT_TRUE(keep_->commit(changes, clock_.at));
  int commits = 0;
  open({}, [&](std::string_view statement) { return statement != "COMMIT" || ++commits <= 2; });  // opening it, the order; then the disk is full
  EXPECT_NE(retry({1}).find("E-KEEP"), std::string::npos);
  open();
  EXPECT_EQ(quarantine(), "1: E-VALUE f.csv:2 occurred\n");
  EXPECT_EQ(outbox(), "waiting 0 sent 0 accepted 0 refused 0");
  EXPECT_EQ(work(), "1: taken: 1 events, 0 unchanged, 0 kept home\n") << "the order outlived it";
  EXPECT_EQ(quarantine(), "");
  EXPECT_EQ(outbox(), "waiting 1 sent 0 accepted 0 refused 0");
  EXPECT_EQ(work(), "");
}

TEST_F(OrdersTest, AnEntryIsAsOldAsItsFirstFailure) {
  take(std::string(kHead) + row("P1", "31/02/2026"));
  const Instant first = keep_->quarantine()->at(0).at;
  clock_.at += std::chrono::hours(30);
  retry({1});
  EXPECT_EQ(keep_->quarantine()->at(0).at, first);
}

TEST_F(OrdersTest, WhatWasSaidSinceIsNotTakenBackByARetry) {
  read_by(source(kWrong));
  take(std::string(kForceHead) + "P1,2026-07-14,perhaps,A,Crewe,CW1 2AB\n");
  ASSERT_EQ(quarantine(), "1: E-VALUE f.csv:2 DA\n");
  EXPECT_EQ(take(std::string(kForceHead) + "P1,2026-07-14,yes,A,Crewe,CW1 2AB\n", "corrected.csv").events, 1u);
  std::string words(kWrong);
  words.replace(words.find("to: domestic_abuse}"), 19, "to: domestic_abuse, words: [{from: perhaps, to: \"no\"}]}");
  read_by(source(words.c_str()));
  EXPECT_NE(retry({1}).find("something newer of the same reference"), std::string::npos);
  EXPECT_EQ(quarantine(), "1: E-VALUE f.csv:2 DA\n");
  EXPECT_EQ(outbox(), "waiting 1 sent 0 accepted 0 refused 0");
}

TEST_F(OrdersTest, AFileThatDidNotFitIsTakenRowByRowAndTheRowsThatFailAreEntriesAsOldAsIt) {
  const std::string text = std::string(kForceHead) + "P1,2026-07-14,yes,A,Crewe,CW1 2AB\nP2,31/02/2026,yes,B,Crewe,CW1 2AB\nP3,2026-07-14,yes,C,Crewe,CW1 2AB\n";
  take(text);
  ASSERT_EQ(quarantine(), "1: E-MAPPING f.csv:1 Ref\n");
  const Instant first = keep_->quarantine()->at(0).at;
  read_by(source(kRight));
  EXPECT_EQ(retry({1}), "1: taken: 2 events, 0 unchanged, 0 kept home, 1 in quarantine by themselves\n");
  EXPECT_EQ(quarantine(), "2: E-VALUE f.csv:3 When\n");
  EXPECT_EQ(keep_->quarantine()->at(0).at, first);
  EXPECT_EQ(outbox(), "waiting 2 sent 0 accepted 0 refused 0");
}

/// A source whose every text is one message with two records, of which the second fails until it is mended.
class TwoOfOneText final : public sdk::Source {
 public:
  explicit TwoOfOneText(const police::PoliceSource& rows) : rows_(rows) {}
  std::vector<sdk::Input> read(const std::string&, std::string_view text) const override {
    std::vector<sdk::Input> inputs = rows_.read("f.csv", std::string(kHead) + row("P1"));
    inputs.push_back(mended ? rows_.read("f.csv", std::string(kHead) + row("P2")).front() : sdk::failed_input(1, "second", {Fault::Malformed, code::kValue, ""}, text, false));
    for (sdk::Input& input : inputs) {
      input.raw = text;
      input.context = nullptr;
      input.line = 1;
    }
    return inputs;
  }
  bool mended = false;

 private:
  const police::PoliceSource& rows_;
};

TEST_F(OrdersTest, AnEntryThatIsReadWithOthersOfItsTextStaysUntilItIsTakenItself) {
  TwoOfOneText source(*source_);
  sdk::Intake taking(*keep_, sealer_, log_, &source);
  ASSERT_TRUE(taking.take("message", source.read("message", "text"), beliefs_.directory(), beliefs_.agreements(), clock_.at));
  ASSERT_EQ(quarantine(), "1: E-VALUE message:1 second\n");
  clock_.at += std::chrono::seconds(1);
  const auto failed = taking.again(1, beliefs_.directory(), beliefs_.agreements(), clock_.at);
  ASSERT_TRUE(failed) << describe(failed.error());
  EXPECT_EQ(failed->end, sdk::ReadAgain::End::Failed);
  EXPECT_EQ(failed->counts.unchanged, 1u);
  EXPECT_EQ(quarantine(), "1: E-VALUE message:1 second\n");
  source.mended = true;
  EXPECT_EQ(taking.again(1, beliefs_.directory(), beliefs_.agreements(), clock_.at)->end, sdk::ReadAgain::End::Taken);
  EXPECT_EQ(quarantine(), "");
  EXPECT_EQ(outbox(), "waiting 2 sent 0 accepted 0 refused 0");
}

/// A source that remembers what it said, and says it once.
class SaysOnce final : public sdk::Source {
 public:
  explicit SaysOnce(const police::PoliceSource& rows) : rows_(rows) {}
  std::vector<sdk::Input> read(const std::string& name, std::string_view text) const override { return rows_.read(name, text); }
  Result<int> follow(sdk::Input& input, sdk::Kept& kept, Instant) const override {
    TRY(const auto said, kept.state(input.reference));
    if (said) input.events.clear();
    input.state[input.reference] = {Bytes("said"), {}};
    return 0;
  }

 private:
  const police::PoliceSource& rows_;
};

TEST_F(OrdersTest, ARefusedEventThatComesNoMoreStaysInQuarantine) {
  SaysOnce source(*source_);
  sdk::Intake taking(*keep_, sealer_, log_, &source);
  taking.keep_inputs(true);
  ASSERT_TRUE(taking.take("f.csv", source.read("f.csv", std::string(kHead) + row("P1")), beliefs_.directory(), beliefs_.agreements(), clock_.at));
  ASSERT_TRUE(keep_->record_batch(1, 1, "envelope"));
  ASSERT_TRUE(keep_->record_results(1, {{false, 0, "E-ASSERT", "not of your kinds"}}, {}, clock_.at));
  const auto again = taking.again(1, beliefs_.directory(), beliefs_.agreements(), clock_.at);
  ASSERT_TRUE(again) << describe(again.error());
  EXPECT_EQ(again->end, sdk::ReadAgain::End::Failed);
  EXPECT_NE(again->remedy.find("nothing new"), std::string::npos);
  EXPECT_EQ(keep_->quarantine()->size(), 1u);
}

TEST_F(OrdersTest, WhatIsNotHereWholeIsNotReadInPart) {
  std::string text = "unknown,occurred\n";
  while (text.size() <= read::kRecordBytesMax) text += "1,2026-07-14\n";
  take(text);
  ASSERT_EQ(quarantine(), "1: E-MAPPING f.csv:1 unknown\n");
  EXPECT_NE(retry({1}).find("not here, or not all of it"), std::string::npos);
  EXPECT_EQ(quarantine(), "1: E-MAPPING f.csv:1 unknown\n");
}

TEST_F(OrdersTest, AllMeansThoseThatWereThereWhenItWasSaid) {
  take(std::string(kHead) + row("P1", "31/02/2026") + row("P2", "32/01/2026"));
  sdk::Order order;
  order.what = sdk::Order::What::RetryAll;
  order.entries = {*keep_->newest_in_quarantine()};
  ASSERT_TRUE(sdk::give(order, *keep_, clock_.at));
  take(std::string(kHead) + row("P3", "33/01/2026"));
  const std::string said = work();
  EXPECT_NE(said.find("1: stays"), std::string::npos);
  EXPECT_NE(said.find("2: stays"), std::string::npos);
  EXPECT_EQ(said.find("3: "), std::string::npos);
}

TEST_F(OrdersTest, ARefusedEventIsTriedAgainFromItsInputIfThatIsKept) {
  for (const bool kept : {true, false}) {
    SCOPED_TRACE(kept);
    keeps_ = kept;
    const std::string reference = kept ? "P1" : "P2";
    const std::uint64_t first = keep_->next_sequence();
    take(std::string(kHead) + row("P0", "31/02/2026") + row(reference));
    ASSERT_TRUE(keep_->record_batch(first, 1, "envelope"));
    ASSERT_TRUE(keep_->record_results(first, {{false, 0, "E-ASSERT", "not of your kinds"}}, {}, clock_.at));
    const auto entries = keep_->quarantine();
    const auto& entry = entries->back();
    EXPECT_EQ(entry.what.code, "E-ASSERT");
    EXPECT_EQ(entry.what.line, 3u);
    EXPECT_EQ(entry.what.raw + "\n", kept ? row(reference) : "\n");
    const std::string said = retry({entry.id});
    EXPECT_NE(said.find(kept ? "taken: 1 events" : "not here"), std::string::npos) << said;
  }
}

TEST_F(OrdersTest, WhoDiscardsAnEntryIsKeptWithTheReasonAndWithoutTheInput) {
  take(std::string(kHead) + row("P1", "31/02/2026", "CANARY-IN-RAW"));
  sdk::Order order;
  order.what = sdk::Order::What::Discard;
  order.entries = {1};
  order.person = "4711 Sergeant";
  order.reason = "CANARY-IN-REASON";
  EXPECT_EQ(carry_out(order), "1: discarded.\n");
  EXPECT_EQ(quarantine(), "");
  EXPECT_NE(lines_.text.find("discarded\" id=1 code=E-VALUE person=\"4711 Sergeant\" reason_bytes=16"), std::string::npos) << lines_.text;
  EXPECT_EQ(lines_.text.find("CANARY"), std::string::npos) << lines_.text;
  EXPECT_EQ((*keep_->counters())["discarded/E-VALUE"], 1u);
  const auto discarded = keep_->discarded();
  ASSERT_EQ(discarded->size(), 1u);
  EXPECT_EQ(discarded->at(0).reason, "CANARY-IN-REASON");
  EXPECT_EQ(carry_out(order), "1: there is no such entry.\n");
  EXPECT_EQ(keep_->discarded()->size(), 1u);
  EXPECT_EQ(on_disk().find("CANARY"), std::string::npos) << "encrypted like the rest";
}

TEST_F(OrdersTest, WhoLooksAtAnInputIsInTheLog) {
  take(std::string(kHead) + row("P1", "31/02/2026"));
  sdk::Order order;
  order.what = sdk::Order::What::Shown;
  order.entries = {1};
  order.person = "4711";
  carry_out(order);
  EXPECT_NE(lines_.text.find("shown\" id=1 code=E-VALUE person=4711"), std::string::npos) << lines_.text;
}

TEST_F(OrdersTest, WhatWaitsTooLongInQuarantineIsSaidOnceADayAndRiskAfterAQuarterOfAnHour) {
  std::string told;
  sdk::Watch watch(*keep_, {}, log_, [&](const wire::Trouble& trouble) -> Result<int> {
    told += trouble.code + " " + std::to_string(trouble.count) + ";";
    return 0;
  });
  const auto after = [&](Milliseconds time) {
    clock_.at += time;
    told.clear();
    EXPECT_TRUE(watch.look(clock_.at));
    return told;
  };
  const std::string risk = "reference,occurred,dash.q01\nP1,31/02/2026,yes\nP2,31/02/2026,yes\n";
  take(std::string(kHead) + row("P0", "31/02/2026"));
  take(risk, "risk.csv");
  EXPECT_EQ(after(std::chrono::minutes(14)), "");
  EXPECT_EQ(after(std::chrono::minutes(2)), "E-RISK-WAITING 2;");
  EXPECT_EQ(after(std::chrono::minutes(30)), "") << "not again";
  EXPECT_NE(lines_.text.find("E-RISK-WAITING entries=2 since="), std::string::npos) << lines_.text;
  take(risk, "more.csv");
  EXPECT_EQ(after(std::chrono::minutes(16)), "E-RISK-WAITING 4;") << "those that came since have waited too long as well";
  EXPECT_EQ(after(std::chrono::hours(23)), "E-QUARANTINE-OLD 1;");
  EXPECT_EQ(after(std::chrono::hours(2)), "E-RISK-WAITING 4;") << "a day later";
  sdk::Order order;
  order.what = sdk::Order::What::Discard;
  order.person = "4711";
  order.reason = "seen to";
  order.entries = {1, 2, 3, 4, 5};
  carry_out(order);
  EXPECT_EQ(after(std::chrono::hours(25)), "") << "nothing waits any more";
}

// ---- a mapping that was wrong --------------------------------------------------------------------------------------

TEST_F(OrdersTest, WhatAnotherVersionReadIsCorrectedAndWhatItReadRightIsNot) {
  read_by(source(kWrong));
  take(std::string(kForceHead) + "P1,2026-07-14,yes,Bielak,Crewe,CW1 2AB\nP2,2026-07-14,yes,Crewe,Crewe,CW1 2AB\n");
  read_by(source(kRight));
  EXPECT_EQ(remap(), "2 inputs read again: 1 events, 1 unchanged, 0 in quarantine\n");
  EXPECT_EQ(outbox(), "waiting 3 sent 0 accepted 0 refused 0");
  EXPECT_EQ(header(2).revision, 1u);
  EXPECT_EQ(header(2).corrects, keep_->waiting(64, 1 << 20)->at(0).digest);
  EXPECT_EQ(remap(), "0 inputs read again: 0 events, 0 unchanged, 0 in quarantine\n") << "now the new version has read them";
}

TEST_F(OrdersTest, OnlyTheNewestWordOfAReferenceIsReadAgain) {
  read_by(source(kWrong));
  take(std::string(kForceHead) + "P1,2026-07-14,yes,Old,Crewe,CW1 2AB\n");
  read_by(source(kRight));
  take(std::string(kForceHead) + "P1,2026-07-14,yes,New,Crewe,CW1 2AB\n");
  EXPECT_EQ(remap(), "0 inputs read again: 0 events, 0 unchanged, 0 in quarantine\n") << "what is old would take back what is new";
}

TEST_F(OrdersTest, AReferenceThatWasReadWrongIsWithdrawn) {
  std::string wrong(kWrong);
  wrong.replace(wrong.find("from: Ref,"), 10, "from: Code,").replace(wrong.rfind("from: Code,"), 11, "from: Ref,");
  wrong.replace(wrong.find("victim.address.postcode"), 23, "crime_number");
  read_by(source(wrong.c_str()));
  EXPECT_EQ(take(std::string(kForceHead) + "P1,2026-07-14,yes,Bielak,Crewe,CW1 2AB\n").events, 1u);
  read_by(source(kRight));
  EXPECT_EQ(remap(), "1 inputs read again: 2 events, 0 unchanged, 0 in quarantine\n");
  EXPECT_EQ(header(1).revision, 0u);
  EXPECT_TRUE(header(2).withdrawn);
}

TEST_F(OrdersTest, WhatTheNewVersionCannotReadIsInQuarantineAndWhatStandsStays) {
  read_by(source(kWrong));
  take(std::string(kForceHead) + "P1,2026-07-14,yes,Bielak,Crewe,CW1 2AB\n");
  std::string narrow(kRight);
  narrow.replace(narrow.find("ignore: [Town]"), 14, "ignore: [Other]");
  read_by(source(narrow.c_str()));
  EXPECT_EQ(remap(), "1 inputs read again: 0 events, 0 unchanged, 1 in quarantine\n");
  EXPECT_EQ(outbox(), "waiting 1 sent 0 accepted 0 refused 0");
}

TEST_F(OrdersTest, ARemapIsCarriedOutByTheMappingThatItWasOrderedForOrNotAtAll) {
  read_by(source(kWrong));
  take(std::string(kForceHead) + "P1,2026-07-14,yes,Bielak,Crewe,CW1 2AB\n");
  sdk::Order order;
  order.what = sdk::Order::What::Remap;
  order.from = "force/1";
  order.to = "force/2";
  EXPECT_EQ(carry_out(order), "nothing was read again: the mapping in use is force/1, not force/2\n");
}

TEST_F(OrdersTest, InputsAreKeptWithinTheirBoundAndTime) {
  keep::Limits limits;
  limits.inputs_bytes_max = 1'000;
  open(limits);
  for (int n = 0; n < 20; ++n) take(std::string(kHead) + row("P" + std::to_string(n)));
  const auto kept = (*keep_->taken_by())["built-in"];
  EXPECT_GE(kept, 1u);
  EXPECT_LT(kept, 5u);
  ASSERT_TRUE(keep_->forget_taken(clock_.at + std::chrono::hours(1), clock_.at));
  EXPECT_TRUE(keep_->taken_by()->empty());
  EXPECT_EQ(on_disk().find("Bielak"), std::string::npos);
}

TEST_F(OrdersTest, AnInputThatIsNotToBeKeptIsNot) {
  keeps_ = false;
  take(std::string(kHead) + row("P1"));
  EXPECT_TRUE(keep_->taken_by()->empty());
}

// ---- the same input is the same event ------------------------------------------------------------------------------

TEST_F(OrdersTest, TheSameRecordIsTheSameEventHoweverOftenAndInWhateverFileItIsRead) {
  EXPECT_EQ(take(std::string(kHead) + row("P1")).events, 1u);
  const EventId event = header(0).event;
  for (const char* file : {"f.csv", "other.csv", "2026/again.csv"}) {
    const auto counts = take(std::string(kHead) + row("P0", "31/02/2026") + row("P1"), file);
    EXPECT_EQ(counts.events, 0u) << file;
    EXPECT_EQ(counts.unchanged, 1u) << file;
  }
  EXPECT_EQ(take("[{\"reference\":\"P1\",\"occurred\":\"2026-07-14 01:00\",\"domestic_abuse\":\"yes\",\"victim\":{\"family_name\":\"Bielak\",\"address\":{\"postcode\":\"CW1 2AB\"}}}]",
                 "same.json").unchanged, 1u) << "in another format, too";
  EXPECT_EQ(take(std::string(kHead) + row("P1", "2026-07-14", "Bielak-Reyes")).events, 1u) << "other content is its next revision";
  EXPECT_EQ(header(1).revision, 1u);
  EXPECT_NE(header(1).event, event) << "a revision is an event of its own";
  EXPECT_EQ(header(1).corrects, keep_->waiting(64, 1 << 20)->at(0).digest);
  EXPECT_EQ(outbox(), "waiting 2 sent 0 accepted 0 refused 0");
}

// ---- history -------------------------------------------------------------------------------------------------------

class HistoryTest : public OrdersTest {
 protected:
  std::string file(const std::string& name, const std::string& text) {
    write_whole(folder_ / name, text);
    return folder_ / name;
  }
  sdk::History history(sdk::Intake& intake, std::vector<std::string> files, std::uint32_t rate = 100'000) {
    return {std::move(files), *source_, intake, *keep_, rate, log_, [this](const std::string& line) { progress_ += line + "\n"; }};
  }
  void run(sdk::History& history, int looks = 1'000, Milliseconds each = std::chrono::milliseconds(200)) {
    for (; looks > 0 && !history.taken(); --looks) {
      clock_.at += each;
      const auto looked = history.look(beliefs_.directory(), beliefs_.agreements(), clock_.at);
      ASSERT_TRUE(looked) << describe(looked.error());
    }
  }
  static std::string rows(int count) {
    std::string text = kHead;
    for (int n = 0; n < count; ++n) text += row("H" + std::to_string(n), "2019-01-02");
    return text;
  }
  std::string progress_;
};

TEST_F(HistoryTest, NoMoreThanTheRateAllows) {
  auto taking = intake();
  auto back_load = history(taking, {file("h.csv", rows(100))}, 20);
  run(back_load, 6);
  EXPECT_EQ(back_load.counts().events, 20u) << "the first look sets the clock; a second later twenty are taken";
  run(back_load);
  EXPECT_EQ(outbox(), "waiting 100 sent 0 accepted 0 refused 0");
  EXPECT_NE(progress_.find("h.csv: 100 records read, 100 %"), std::string::npos) << progress_;
}

TEST_F(HistoryTest, BegunAgainItGoesOnAndAFileThatWasTakenWholeIsNotTakenAgain) {
  const std::string path = file("h.csv", rows(50));
  {
    auto taking = intake();
    auto back_load = history(taking, {path}, 10);
    run(back_load, 12);
  }
  open();
  auto taking = intake();
  auto again = history(taking, {path});
  run(again);
  EXPECT_LT(again.counts().inputs, 50u);
  EXPECT_EQ(again.counts().unchanged, 0u);
  EXPECT_NE(progress_.find("goes on after"), std::string::npos) << progress_;
  EXPECT_EQ(outbox(), "waiting 50 sent 0 accepted 0 refused 0");
  auto third = history(taking, {path});
  run(third);
  EXPECT_EQ(third.counts().inputs, 0u);
  EXPECT_NE(progress_.find("was taken before, whole"), std::string::npos) << progress_;
}

TEST_F(HistoryTest, NothingThatTheFeedSaidIsCorrectedByHistory) {
  take(std::string(kHead) + row("P1", "2026-07-14", "New"));
  auto taking = intake();
  auto back_load = history(taking, {file("h.csv", std::string(kHead) + row("P1", "2019-01-01", "Old") + row("P2", "2019-01-01", "First") + row("P2", "2019-01-01", "Second"))});
  run(back_load);
  EXPECT_EQ(back_load.counts().known, 1u);
  EXPECT_EQ(back_load.counts().events, 2u) << "within the history the later record corrects";
  EXPECT_EQ(header(1).revision, 0u) << "P2, and not what the feed said of P1";
  EXPECT_EQ(header(2).corrects, keep_->waiting(64, 1 << 20)->at(1).digest);
  EXPECT_EQ(take(std::string(kHead) + row("P2", "2019-01-01", "Third")).events, 1u) << "and the feed corrects the history";
}

TEST_F(HistoryTest, ThereIsAlwaysRoomForWhatIsNew) {
  auto taking = intake();
  auto back_load = history(taking, {file("h.csv", rows(static_cast<int>(sdk::History::kOutboxMost) + 500))});
  run(back_load, 300);
  const auto counts = keep_->outbox_counts();
  EXPECT_LE(counts->waiting, sdk::History::kOutboxMost + 64);
  EXPECT_FALSE(back_load.taken());
}

TEST_F(HistoryTest, OneTurnIsOneTransactionAndWhatTheDiskDidNotTakeIsTakenAtTheNext) {
  std::size_t synced = 0;
  bool fails = false;
  open({}, [&](std::string_view statement) {
    synced += statement == "COMMIT";
    return !fails || statement != "COMMIT";
  });
  auto taking = intake();
  auto back_load = history(taking, {file("h.csv", rows(96))});
  synced = 0;
  run(back_load, 2);
  EXPECT_EQ(back_load.counts().inputs, 32u) << "the first look sets the clock";
  EXPECT_EQ(synced, 1u);
  fails = true;
  run(back_load, 3);
  EXPECT_EQ(back_load.counts().inputs, 32u);
  fails = false;
  run(back_load);
  EXPECT_EQ(back_load.counts().events, 96u);
  EXPECT_EQ(outbox(), "waiting 96 sent 0 accepted 0 refused 0");
}

/// While it lives no file gets longer than `bytes`, as on a full disk.
class NoFileOver {
 public:
  explicit NoFileOver(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit small = before_;
    small.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~NoFileOver() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  NoFileOver(const NoFileOver&) = delete;
  NoFileOver& operator=(const NoFileOver&) = delete;

 private:
  rlimit before_{};
};

TEST_F(HistoryTest, NothingIsCalledTakenThatAFullDiskTookBack) {
  std::vector<sdk::Input> inputs;
  for (int n = 0; n < 32; ++n) inputs.push_back(sdk::failed_input(static_cast<std::uint64_t>(n + 1), "dob", Error{Fault::Malformed, code::kValue, "no date"}, std::string(300'000, 'x') + std::to_string(n), false));
  auto taking = intake();
  const auto take_all = [&] { return taking.take_history("h.csv", "history/key", 0, inputs, beliefs_.directory(), beliefs_.agreements(), clock_.at); };
  struct stat is {};
  ASSERT_EQ(::stat((folder_ / "keep.db-wal").c_str(), &is), 0);
  {
    const NoFileOver full(static_cast<rlim_t>(is.st_size) + 3'000'000);
    EXPECT_FALSE(take_all()) << "in the middle the disk is full, and takes back what was written before";
  }
  EXPECT_EQ(*taking.taken("history/key"), 0u);
  EXPECT_EQ(keep_->quarantine()->size(), 0u);
  const auto took = take_all();
  ASSERT_TRUE(took) << describe(took.error());
  EXPECT_EQ(took->inputs, 32u) << "all of them, when there is room";
  EXPECT_EQ(*taking.taken("history/key"), 32u);
  open();
  EXPECT_EQ(keep_->quarantine()->size(), 32u);
}

/// Reads as another does until the disk fails once, in the middle; from then on that reader has nothing more.
class Stumbles final : public sdk::Source {
 public:
  explicit Stumbles(const sdk::Source& other) : other_(other) {}
  std::vector<sdk::Input> read(const std::string& name, std::string_view text) const override { return other_.read(name, text); }
  std::unique_ptr<sdk::Inputs> stream(const std::string& name, read::Pieces& pieces) const override { return std::make_unique<Reader>(*this, other_.stream(name, pieces)); }

 private:
  class Reader final : public sdk::Inputs {
   public:
    Reader(const Stumbles& of, std::unique_ptr<sdk::Inputs> inputs) : of_(of), inputs_(std::move(inputs)) {}
    Result<std::optional<sdk::Input>> next() override {
      if (over_) return std::optional<sdk::Input>();
      over_ = of_.fails_after_-- == 0;
      if (over_) return fail(Fault::Unavailable, code::kInput, "the file cannot be read any more");
      return inputs_->next();
    }

   private:
    const Stumbles& of_;
    std::unique_ptr<sdk::Inputs> inputs_;
    bool over_ = false;
  };
  const sdk::Source& other_;
  mutable int fails_after_ = 70;
};

TEST_F(HistoryTest, AFileThatCannotBeReadForAMomentIsWaitedForAndTakenWhole) {
  const Stumbles stumbles(*source_);
  const std::string path = file("h.csv", rows(96)), away = folder_ / "away.csv";
  auto taking = intake();
  sdk::History back_load({path}, stumbles, taking, *keep_, 100'000, log_, [this](const std::string& line) { progress_ += line + "\n"; });
  run(back_load, 3);
  EXPECT_EQ(back_load.counts().inputs, 64u) << progress_;
  std::filesystem::rename(path, away);
  run(back_load, 3);
  EXPECT_FALSE(back_load.taken());
  log_.settle();
  EXPECT_NE(lines_.text.find("the back-load waits"), std::string::npos) << lines_.text;
  std::filesystem::rename(away, path);
  run(back_load);
  EXPECT_EQ(back_load.counts().events, 96u);
  EXPECT_EQ(back_load.counts().unchanged, 0u) << "it went on where it was";
  EXPECT_EQ(outbox(), "waiting 96 sent 0 accepted 0 refused 0");
}

TEST_F(HistoryTest, WhatItTakesIsHistoricWhateverItsAge) {
  sdk::Input input;
  input.events.resize(2);
  sdk::mark_in_bulk(input);
  EXPECT_TRUE(input.events[0].in_bulk && input.events[1].in_bulk);
  auto taking = intake();
  auto back_load = history(taking, {file("h.csv", std::string(kHead) + row("P1"))});
  run(back_load);
  const auto event = wire::decode_event(keep_->waiting(1, 1 << 20)->at(0).bytes);
  const auto leaf = wire::decode_event_leaf(event->sealed.event_leaf);
  ASSERT_TRUE(leaf);
  bool historic = false;
  for (const contract::FactEntry& each : leaf->facts) historic = historic || (each.fact == contract::Fact::Historic && each.value == contract::kYes);
  EXPECT_TRUE(historic);
}

TEST_F(HistoryTest, AFileThatIsNotThereIsAnErrorAndAHeaderThatDoesNotFitAnEntry) {
  auto taking = intake();
  auto missing = history(taking, {folder_ / "none.csv"});
  EXPECT_FALSE(missing.look(beliefs_.directory(), beliefs_.agreements(), clock_.at));
  auto back_load = history(taking, {file("h.csv", "unknown\n1\n")});
  run(back_load);
  EXPECT_EQ(quarantine(), "1: E-MAPPING h.csv:1 unknown\n");
}

}  // namespace
}  // namespace concordat::testing
