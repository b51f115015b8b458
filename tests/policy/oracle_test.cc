// decide agrees with an oracle written apart, on random agreements, events and states. The seed is printed; a
// difference is shrunk.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/policy/random_case.h"

namespace concordat::policy::random_case {
namespace {

std::uint64_t number_from(const char* variable, std::uint64_t fallback) {
  const char* text = std::getenv(variable);
  return text == nullptr ? fallback : std::strtoull(text, nullptr, 10);
}

TEST(Oracle, AgreesWithDecideOnEveryRandomCase) {
  const std::uint64_t seed = number_from("CONCORDAT_SEED", ORACLE_SEED);
  const std::uint64_t cases = number_from("CONCORDAT_CASES", ORACLE_CASES);
  std::printf("seed %llu, cases %llu\n", static_cast<unsigned long long>(seed), static_cast<unsigned long long>(cases));
  Random random(seed);
  Decision decision;
  std::uint64_t told = 0, partly = 0, done = 0;
  constexpr std::uint64_t kEventsAWorld = 250;
  while (done < cases) {
    const World world = random_world(random);
    const auto agreements = bound(world);
    for (std::uint64_t i = 0; i < kEventsAWorld; ++i, ++done) {
      const Sample sample = random_sample(random, world);
      const std::string difference = disagreement(world, *agreements, sample, decision);
      ASSERT_EQ(difference, "") << "seed " << seed << ", case " << done << "\nshrunk:\n" << shrunk(world, sample);
      told += decision.desks.empty() ? 0 : 1;
      for (const DeskDecision& desk : decision.desks) partly += desk.granted.count() < sample.labels.size() ? 1 : 0;
    }
  }
  std::printf("somebody told in %llu of them, partly in %llu\n", static_cast<unsigned long long>(told),
              static_cast<unsigned long long>(partly));
  EXPECT_GT(told, cases / 5);
  EXPECT_LT(told, cases - cases / 5);
  EXPECT_GT(partly, cases / 10);
}

}  // namespace
}  // namespace concordat::policy::random_case
