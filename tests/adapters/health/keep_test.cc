// Messages through the whole intake: one event an attendance in the outbox, corrections with the next revision, withdrawals; what was
// kept outlives a restart; and what is published is what the hospital's agreement lets leave.
#include <set>

#include "adapters/sdk/dry_run.h"
#include "adapters/sdk/intake.h"
#include "tests/adapters/health/reading.h"
#include "tests/adapters/sdk/fake_broker.h"

namespace concordat::health::testing {
namespace {

using concordat::testing::CheshireEast;
using concordat::testing::KeepTest;

const std::string kForm = std::string(kDisclosed) + "OBX|2|CE|DASH-SCORE||16\rOBX|3|CE|DASH-JUDGEMENT||H\rOBX|4|CE|ED-DA-IDVA||Y\r";

class Lines final : public observe::Sink {
 public:
  void write(observe::Level, std::string_view line) override { text += std::string(line) + "\n"; }
  std::string text;
};

class HealthKeepTest : public KeepTest {
 protected:
  HealthKeepTest() { publisher_.party = east_.hospital.name; }
  /// "2 changed, 0 unchanged, 0 quarantined": events, whether the agreement in force lets them leave or not.
  std::string take(const std::string& text) {
    sdk::Intake intake(*keep_, sealer_, log_, &source_);
    const auto counts = intake.take(kFrameName, source_.read(kFrameName, text), beliefs_.directory(), beliefs_.agreements(), kNoon);
    if (!counts) return describe(counts.error());
    return std::to_string(counts->events + counts->kept_home) + " changed, " + std::to_string(counts->unchanged) + " unchanged, " + std::to_string(counts->quarantined) + " quarantined";
  }
  /// Which revisions wait in the outbox, each once: "0 1", "0 1-" with one that withdraws.
  std::string waiting() {
    const auto all = keep_->waiting(1'000, 1u << 26);
    EXPECT_TRUE(all);
    std::set<std::string> said;
    for (const keep::Pending& each : *all) {
      const auto event = wire::decode_event(each.bytes);
      EXPECT_TRUE(event);
      const auto header = wire::decode_header(event->header);
      EXPECT_TRUE(header);
      said.insert(std::to_string(header->revision) + (header->withdrawn ? "-" : ""));
    }
    std::string out;
    for (const std::string& each : said) out += (out.empty() ? "" : " ") + each;
    return out;
  }

  concordat::testing::CheshireEast east_;
  sdk::Beliefs beliefs_ = east_.beliefs();
  sdk::Publisher publisher_ = east_.publisher();
  sdk::Sealer sealer_{publisher_, entropy_};
  HealthSource source_{reading()};
  Lines lines_;
  SystemClock clock_;
  observe::Log log_{lines_, clock_};
};

TEST_F(HealthKeepTest, AnAssessmentIsPublishedOnceAndCorrectedWhenItChanges) {
  Built built;
  EXPECT_EQ(take(built.text() + kForm), "2 changed, 0 unchanged, 0 quarantined") << "the attendance and its assessment";
  EXPECT_EQ(take(built.text() + kForm), "0 changed, 2 unchanged, 0 quarantined") << "sent again";
  built.trigger = "A08";
  built.sent = "20260714030000";
  EXPECT_EQ(take(built.text()), "0 changed, 2 unchanged, 0 quarantined") << "an update that changes nothing";
  EXPECT_EQ(take(built.text() + "OBX|1|CE|DASH-SCORE||18\r"), "2 changed, 0 unchanged, 0 quarantined");
  EXPECT_EQ(waiting(), "0 1");
}

TEST_F(HealthKeepTest, WhatIsCancelledIsWithdrawn) {
  Built built;
  take(built.text() + kForm);
  built.trigger = "A11";
  EXPECT_NE(take(built.text()), "0 changed, 0 unchanged, 0 quarantined");
  EXPECT_EQ(waiting(), "0 1-");
}

TEST_F(HealthKeepTest, WithoutADisclosureNothingIsInTheOutboxAndItIsCounted) {
  EXPECT_EQ(take(Built().text()), "0 changed, 0 unchanged, 0 quarantined");
  EXPECT_EQ(waiting(), "");
  EXPECT_EQ(keep_->counters()->at("nothing_to_publish/no_disclosure"), 1u);
  EXPECT_EQ(lines_.text, "") << "nor in the log";
}

TEST_F(HealthKeepTest, WhatWasKeptOutlivesARestart) {
  take(Built().text());
  open();
  Built later;
  later.trigger = "A08";
  later.sent = "20260714030000";
  later.name = "";
  EXPECT_EQ(take(later.text() + kForm), "2 changed, 0 unchanged, 0 quarantined");
  const std::string disk = on_disk();
  for (const char* secret : {"Farrant", "9990471223", "L0473316", "RBT20", "07700"}) EXPECT_FALSE(has(disk, secret)) << secret << " is in clear on the disk";
}

TEST_F(HealthKeepTest, AfterItsTimeWhatWasKeptIsForgotten) {
  take(Built().text());
  ASSERT_TRUE(keep_->forget_outlived(kNoon + std::chrono::days(61)));
  Built later;
  later.trigger = "A08";
  later.name = "";
  take(later.text() + kForm);
  EXPECT_EQ(waiting(), "0");
}

TEST_F(HealthKeepTest, AQuarantinedMessageIsKeptWithItsReasonAndAlarms) {
  Built built;
  built.born = "19931301";
  EXPECT_EQ(take(built.text() + kForm), "0 changed, 0 unchanged, 1 quarantined");
  const auto all = keep_->quarantine();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 1u);
  EXPECT_EQ(all->front().what.field, "PID-7");
  EXPECT_TRUE(has(lines_.text, "E-RISK-WAITING")) << lines_.text;
  EXPECT_FALSE(has(lines_.text, "1993") || has(lines_.text, "Farrant")) << lines_.text;
}

TEST_F(HealthKeepTest, ARefusalIsToldByItself) {
  Built built;
  const std::string refused = replaced(kForm, "ED-DA-IDVA||Y", "ED-DA-IDVA||N");
  EXPECT_EQ(take(built.text() + refused), "3 changed, 0 unchanged, 0 quarantined") << "the assessment, on which the broker decides, and her word";
  EXPECT_EQ(take(built.text() + refused), "0 changed, 3 unchanged, 0 quarantined");
  Built later;
  later.trigger = "A08";
  later.sent = "20260714030000";
  EXPECT_EQ(take(later.text() + "OBX|4|CE|ED-DA-IDVA||Y\r"), "3 changed, 0 unchanged, 0 quarantined") << "and what she says after it";
  EXPECT_EQ(waiting(), "0 1");
}

TEST(DryRuns, SayWhatIsWithdrawn) {
  Built cancelled;
  cancelled.trigger = "A11";
  cancelled.sent = "20260714030000";
  const std::string file = ::testing::TempDir() + "/" + "health_withdrawn.hl7";
  std::ofstream(file, std::ios::binary) << Built().text() << kDisclosed << cancelled.text() << cancelled.text();
  ::testing::internal::CaptureStdout();
  EXPECT_TRUE(sdk::dry_run({file}, HealthSource(reading()), false, kNoon));
  const std::string out = ::testing::internal::GetCapturedStdout();
  const std::string line = "{\"input\":\"health_withdrawn.hl7\",\"line\":6,\"kind\":\"health_attendance\",\"reference\":\"RBT20/V1\",\"withdrawn\":true}\n";
  EXPECT_TRUE(out.ends_with(line)) << out;
  EXPECT_EQ(out.find("withdrawn\":"), out.rfind("withdrawn\":")) << "once, and only of what was said";
}

}  // namespace
}  // namespace concordat::health::testing
