// The reader of agreements: every refusal with its place and words, as data; and what is read means what was written.
#include "policy/agreement/read.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "tests/policy/world.h"

namespace concordat::policy {
namespace {

using namespace world;

struct Refusal {
  std::string name, from, to, expected;
};

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size();
    out += !escape ? text[i] : text[i + 1] == 'n' ? '\n' : text[i + 1] == 't' ? '\t' : text[i + 1];
    i += escape ? 1 : 0;
  }
  return out;
}

std::vector<Refusal> refusals() {
  std::istringstream lines(file_text("tests/policy/refusals.txt"));
  std::vector<Refusal> cases;
  std::string line;
  while (std::getline(lines, line)) {
    if (line.starts_with("- "))
      cases.back().from = unescaped(line.substr(2));
    else if (line.starts_with("+ "))
      cases.back().to = unescaped(line.substr(2));
    else if (line.starts_with("= "))
      cases.back().expected = unescaped(line.substr(2));
    else if (!line.empty() && line[0] != '#')
      cases.push_back({line, "", "", ""});
  }
  return cases;
}

std::string refusal_of(const std::string& yaml) {
  const auto agreement = read_agreement("f", yaml);
  if (agreement) return "read";
  const std::string& detail = agreement.error().detail;
  return std::string(agreement.error().code.name) + " " + (detail.starts_with("f:") ? detail.substr(2) : detail);
}

TEST(ReadAgreement, TheBaseIsRead) { EXPECT_EQ(refusal_of(file_text("tests/policy/base.yaml")), "read"); }

TEST(ReadAgreement, EveryBreakIsRefusedAtItsPlaceInTheRightWords) {
  const std::string base = file_text("tests/policy/base.yaml");
  const auto cases = refusals();
  EXPECT_GE(cases.size(), 60U);
  for (const Refusal& one : cases) EXPECT_EQ(refusal_of(edited(base, one.from, one.to)), one.expected) << one.name;
}

TEST(ReadAgreement, WhatIsReadMeansWhatWasWritten) {
  const auto agreement = read_agreement("f", file_text("tests/policy/base.yaml"));
  ASSERT_TRUE(agreement);
  EXPECT_EQ(agreement->name, "cheshire-east/small");
  EXPECT_EQ(agreement->until, std::chrono::year(2027) / 6 / 30);
  ASSERT_EQ(agreement->clauses.size(), 3U);
  const Clause& first = agreement->clauses[0];
  const Clause& like = agreement->clauses[1];
  EXPECT_EQ(first.deliver.read_within, (Duration{15, Duration::Unit::Minutes}));
  EXPECT_EQ(first.keep.from, KeepFrom::CaseClosed);
  EXPECT_EQ(first.place, (Place{27, 5}));
  EXPECT_EQ(like.items, first.items);
  EXPECT_EQ(like.when, first.when);
  EXPECT_EQ(like.purpose, first.purpose);
  EXPECT_EQ(like.consent.why, "serious harm");
  EXPECT_TRUE(agreement->clauses[2].duty);
  EXPECT_EQ(agreement->clauses[2].keep.as_record_of, "social-care");
  EXPECT_EQ(agreement->nevers[1].to[0].is, NeverTarget::Is::RoleOtherThan);
}

TEST(ReadAgreement, AClauseLikeAnotherTakesOverWhomItServesUnlessItSaysAnywhere) {
  const auto to = [](const std::string& words) {
    const auto agreement = read_agreement("f", edited(file_text("tests/policy/base.yaml"), "    like: high-risk\n",
                                                      "    like: high-risk\n    to: {" + words + "}\n"));
    return agreement ? agreement->clauses[1].to : Recipient{};
  };
  EXPECT_EQ(to("party: my-cwa").serving, Serving::Residence);
  EXPECT_EQ(to("party: my-cwa").whose, contract::Role::Victim);
  EXPECT_EQ(to("party: my-cwa").if_none, "unplaced");
  EXPECT_EQ(to("party: my-cwa, serving: incident.area").serving, Serving::Incident);
  EXPECT_EQ(to("party: my-cwa, if_none: idva").if_none, "idva");
  EXPECT_EQ(to("party: my-cwa, serving: registration.residence").serving, Serving::Registration);
  EXPECT_EQ(to("party: my-cwa, serving: anywhere").serving, Serving::Nothing);
}

TEST(ReadAgreement, AConditionMayTurnOnTheKind) {
  const std::string base = file_text("tests/policy/base.yaml");
  const auto agreement = read_agreement("f", edited(base, "when: {child: {is: [present]}}", "when: {kind: [incident, referral]}"));
  ASSERT_TRUE(agreement) << agreement.error().detail;
  const Condition& when = *agreement->clauses[2].when;
  EXPECT_EQ(when.is, Condition::Is::Kind);
  EXPECT_EQ(when.tests[0].values, 1U << static_cast<unsigned>(contract::Kind::Incident) |
                                      1U << static_cast<unsigned>(contract::Kind::Referral));
  EXPECT_NE(refusal_of(edited(base, "when: {child: {is: [present]}}", "when: {kind: incidents}")).find("incident"),
            std::string::npos);
}

TEST(ReadAgreement, AConditionMayTurnOnWhatTheRegistrationSays) {
  const auto when = [](const std::string& words) {
    const auto agreement = read_agreement("f", edited(file_text("tests/policy/base.yaml"), "when: {child: {is: [present]}}", "when: {registration: " + words + "}"));
    return agreement ? *agreement->clauses[2].when : Condition{};
  };
  EXPECT_EQ(when("{abuse_case: true}").is, Condition::Is::Registration);
  EXPECT_EQ(when("{abuse_case: true}").tests[0], (FactTest{contract::Fact::RegistrationAbuseCase, 4}));
  EXPECT_EQ(when("{abuse_case: false}").tests[0].values, 2U) << "what is not said is not no";
}

TEST(ReadAgreement, AgesTurnAtTheBoundsOfBands) {
  EXPECT_EQ(bands_under(18), 0b0001111110U);
  EXPECT_EQ(bands_under(16) | bands_under(13), bands_under(16));
  EXPECT_EQ(bands_under(17), 0U);
  EXPECT_EQ(bands_under(60) & ~bands_under(25), 1U << static_cast<unsigned>(contract::AgeBand::Age25To59));
}

TEST(ReadAgreement, DaysBeginInLondon) {
  const auto at = [](int year, unsigned month, unsigned day) {
    return to_text(first_moment(std::chrono::year(year) / month / day));
  };
  EXPECT_EQ(at(2026, 1, 15), "2026-01-15T00:00:00.000Z");
  EXPECT_EQ(at(2026, 3, 29), "2026-03-29T00:00:00.000Z");
  EXPECT_EQ(at(2026, 3, 30), "2026-03-29T23:00:00.000Z");
  EXPECT_EQ(at(2026, 7, 14), "2026-07-13T23:00:00.000Z");
  EXPECT_EQ(at(2026, 10, 25), "2026-10-24T23:00:00.000Z");
  EXPECT_EQ(at(2026, 10, 26), "2026-10-26T00:00:00.000Z");
}

TEST(ReadAgreement, MutatedAgreementsAreReadOrRefusedAndNeverWorse) {
  const std::string marac = file_text(kMarac);
  std::uint64_t state = 20260714;
  std::printf("seed 20260714\n");
  const auto below = [&](std::size_t bound) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state >> 33) % bound;
  };
  int refused = 0;
  for (int round = 0; round < 500; ++round) {
    std::string yaml = marac;
    const std::size_t at = below(yaml.size()), length = 1 + below(12), other = below(yaml.size() - 12);
    if (round % 3 == 0) yaml.erase(at, length);
    if (round % 3 == 1) yaml.insert(at, marac.substr(other, length));
    if (round % 3 == 2) yaml[at] = "{}[]:,#&*!|>'\"\n -0a"[below(20)];
    refused += refusal_of(yaml) == "read" ? 0 : 1;
  }
  EXPECT_GT(refused, 125);
  EXPECT_LT(refused, 500);  // words for people, and comments, may change
}

/// The folder of shared material, or nothing.
std::optional<std::filesystem::path> shared() {
  const char* named = std::getenv("CONCORDAT_SHARED");
  const std::filesystem::path folder = named != nullptr ? named : "../shared";
  return std::filesystem::exists(folder / "design/AGREEMENT-EXAMPLE.yaml") ? std::optional(folder) : std::nullopt;
}

TEST(ReadAgreement, TheExampleIsReadAsItStandsAndWhatCannotBeEnforcedYetIsNamed) {
  const auto folder = shared();
  if (!folder) GTEST_SKIP() << "skipped: no shared samples";
  auto agreement = read_agreement("example", file_text(*folder / "design/AGREEMENT-EXAMPLE.yaml"));
  ASSERT_TRUE(agreement) << agreement.error().detail;
  EXPECT_EQ(agreement->clauses.size(), 5U);
  EXPECT_EQ(agreement->contacts.size(), 3U);
  EXPECT_EQ(agreement->ends.size(), 4U);
  auto directory = cheshire_east();
  directory.environment = directory::Environment::Live;
  std::string text;
  const std::vector<Adopted> adopted{{*std::move(agreement), {}}};
  for (const Finding& finding : check(adopted, directory)) {
    if (!finding.warning) text += std::string(finding.code.name) + " " + finding.where + " " + finding.message + "\n";
  }
  EXPECT_EQ(
      text,
      "E-MEANING example:101:14 break_glass: emergency releases cannot be made yet; leave it out of this version\n"
      "E-MEANING example:102:14 corrections: confirmations are not followed up yet; leave it out of this version\n"
      "E-MEANING example:34:5 clause police-high-risk-to-idva: `risk_band` has no fact of its own yet; release "
      "`risk_score` and `judgement`, or leave it out\n"
      "E-MEANING example:34:5 clause police-high-risk-to-idva: `child_resident` has no fact of its own yet; release "
      "`child_is`, or leave it out\n"
      "E-MEANING example:53:5 clause hospital-high-risk-to-idva: `clinician_decides` cannot be enforced yet, no fact "
      "says what was decided; write withhold or share_and_record\n"
      "E-MEANING example:67:5 clause cover-out-of-hours: `risk_band` has no fact of its own yet; release `risk_score` "
      "and `judgement`, or leave it out\n"
      "E-MEANING example:67:5 clause cover-out-of-hours: `child_resident` has no fact of its own yet; release "
      "`child_is`, or leave it out\n"
      "E-MEANING example:97:5 never whereabouts: `acting_for` cannot be enforced yet, the directory does not say who "
      "acts for a person; name the role or party\n");
}

}  // namespace
}  // namespace concordat::policy
