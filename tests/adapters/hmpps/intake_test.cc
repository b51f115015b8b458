// Domain events through a keep: a duplicate is the same event, an undone merge is withdrawn, what says nothing is counted.
#include "adapters/sdk/intake.h"

#include "adapters/hmpps/events.h"
#include "tests/adapters/sdk/fake_broker.h"

namespace concordat::testing {
namespace {

class HmppsIntake : public KeepTest {
 protected:
  sdk::IntakeCounts take(const std::string& text) {
    sdk::Intake intake(*keep_, sealer_, log_, &source_);
    const auto counts = intake.take("1.json", source_.read("1.json", text), beliefs_.directory(), beliefs_.agreements(), now_);
    EXPECT_TRUE(counts) << describe(counts.error());
    return *counts;
  }
  hmpps::HmppsSource source_{{}};
  FixedClock clock_;
  Lines lines_;
  observe::Log log_{lines_, clock_};
  CheshireEast east_;
  sdk::Beliefs beliefs_ = east_.beliefs();
  sdk::Publisher publisher_ = east_.publisher();
  sdk::Sealer sealer_{publisher_, entropy_};
};

std::string merge(const std::string& type, const std::string& members, const std::string& published) {
  return R"({"eventType":")" + type + R"(","version":1,"occurredAt":"2026-07-13T12:00:00+01:00","publishedAt":")" + published + R"(","additionalInformation":{)" + members + "}}";
}

TEST_F(HmppsIntake, TheSameEventInAnotherMessageIsOneEvent) {
  const std::string text = merge("prison-offender-events.prisoner.merged", R"("nomsNumber":"A4810GP","removedNomsNumber":"A4811GP")", "2026-07-13T12:00:01+01:00");
  EXPECT_EQ(take(text).events, 1u);
  EXPECT_EQ(take(merge("prison-offender-events.prisoner.merged", R"("nomsNumber":"A4810GP","removedNomsNumber":"A4811GP")", "2026-07-13T12:09:00+01:00")).unchanged, 1u);
  EXPECT_EQ(outbox(), "waiting 1 sent 0 accepted 0 refused 0");
}

TEST_F(HmppsIntake, AnUndoneMergeIsWithdrawn) {
  EXPECT_EQ(take(merge("probation-case.merge.completed", R"("sourceCRN":"X481021","targetCRN":"X481020")", "")).events, 1u);
  EXPECT_EQ(take(merge("probation-case.unmerge.completed", R"("reactivatedCRN":"X481021","unmergedCRN":"X481020")", "")).events, 1u);
  const auto seen = keep_->seen({"case-system", "X481020/merged/X481021"});
  ASSERT_TRUE(seen && *seen);
  EXPECT_EQ((*seen)->revision, 1u);
}

TEST_F(HmppsIntake, WhatSaysNothingForUsIsCounted) {
  const auto counts = take(merge("prison-offender-events.prisoner.cell.move", R"("nomsNumber":"A4810GP")", ""));
  EXPECT_EQ(counts.inputs, 1u);
  EXPECT_EQ(counts.events + counts.quarantined + counts.kept_home, 0u);
  const auto counters = keep_->counters();
  ASSERT_TRUE(counters);
  EXPECT_EQ(counters->at("nothing/prison-offender-events.prisoner.cell.move"), 1u);
}

}  // namespace
}  // namespace concordat::testing
