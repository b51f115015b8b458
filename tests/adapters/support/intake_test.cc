// A unit's records through a keep: revisions of one registration, what is kept is unreadable on the disk and forgotten in its time.
#include "adapters/sdk/intake.h"

#include "adapters/support/columns.h"
#include "adapters/support/support.h"
#include "tests/adapters/sdk/fake_broker.h"

namespace concordat::testing {
namespace {

class SupportIntake : public KeepTest {
 protected:
  sdk::IntakeCounts take(const std::string& text, std::int64_t days_later = 0) {
    sdk::Intake intake(*keep_, sealer_, log_, &source_);
    const auto counts = intake.take("1.json", source_.read("1.json", text), beliefs_.directory(), beliefs_.agreements(), now_ + std::chrono::days(days_later));
    EXPECT_TRUE(counts) << describe(counts.error());
    return *counts;
  }
  support::SupportSource source_{{sdk::Mapping::identity(support::column_names()), false}};
  FixedClock clock_;
  Lines lines_;
  observe::Log log_{lines_, clock_};
  CheshireEast east_;
  sdk::Beliefs beliefs_ = east_.beliefs();
  sdk::Publisher publisher_ = east_.publisher();
  sdk::Sealer sealer_{publisher_, entropy_};
};

const std::string kRegistration = R"({"reference":"R","registered":"2026-07-13","unit":"U","helpline":"01270 000148","offender.noms":"A4810GP","victim.name":"Canary Price",)"
                                  R"("victim.safe_contact.mobile":"07700 900481","wants_news":"yes","news.release":"text"})";

TEST_F(SupportIntake, TheSameRecordIsTheSameEventAndAChangeIsTheNextRevision) {
  EXPECT_EQ(take(kRegistration).events, 1u);
  EXPECT_EQ(take(kRegistration).unchanged, 1u);
  const std::string change = R"({"record":"preference","reference":"R","recorded":"2026-07-13 12:00","news.release":"call"})";
  EXPECT_EQ(take(change).events, 2u);
  EXPECT_EQ(take(change).unchanged, 2u);
  const auto again = take(kRegistration);
  EXPECT_EQ(again.events, 0u) << "an older export takes nothing back";
  EXPECT_EQ(again.unchanged, 2u);
  const auto seen = keep_->seen({"case-system", "R"});
  ASSERT_TRUE(seen && *seen);
  EXPECT_EQ((*seen)->revision, 1u);
}

TEST_F(SupportIntake, WhatIsKeptIsUnreadableOnTheDisk) {
  take(kRegistration);
  for (const char* part : {"Canary", "07700", "A4810GP", "registration/"}) EXPECT_EQ(on_disk().find(part), std::string::npos) << part;
}

TEST_F(SupportIntake, WhatHasEndedIsForgottenAfterAYearAndWhatHasNotIsNever) {
  take(kRegistration);
  ASSERT_TRUE(keep_->forget_outlived(now_ + std::chrono::days(4000)));
  EXPECT_EQ(take(R"({"record":"preference","reference":"R","recorded":"2026-07-13 12:00","ended":"yes"})").quarantined, 0u);
  ASSERT_TRUE(keep_->forget_outlived(now_ + std::chrono::days(364)));
  EXPECT_EQ(take(R"({"record":"preference","reference":"R","recorded":"2026-07-13 13:00","ended":"yes"})").quarantined, 0u);
  ASSERT_TRUE(keep_->forget_outlived(now_ + std::chrono::days(367)));
  EXPECT_EQ(take(R"({"record":"preference","reference":"R","recorded":"2026-07-13 14:00","ended":"yes"})").quarantined, 1u);
}

TEST_F(SupportIntake, AnOptOutAndWhatIsWrongBesideItAreTwo) {
  take(kRegistration);
  const auto counts = take(R"({"record":"preference","reference":"R","wants_news":"no","victim.safe_contact.mobile":"ask her mother"})");
  EXPECT_EQ(counts.events, 2u);
  EXPECT_EQ(counts.quarantined, 1u);
}

}  // namespace
}  // namespace concordat::testing
