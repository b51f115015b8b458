// What shows that the simulator can be believed: much happens in a run, the same seed is the same run, every planted bug is caught.
#include <gtest/gtest.h>

#include "tests/sim/planted.h"

namespace concordat::sim {
namespace {

Library& library() {
  static Library kept;
  return kept;
}

std::string replay(std::uint64_t seed) { return "replay: build/tests/simulate --seed " + std::to_string(seed) + " --watch"; }

// A run in which nothing happens holds everything.
TEST(Simulator, EverythingItIsForHappensWithinFewRuns) {
  constexpr std::uint64_t kRuns = 60;
  std::array<std::uint64_t, kHappenings> times{};
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    Bug none;
    const Report report = simulate(library(), seed, none);
    ASSERT_EQ(report.violation, "") << replay(seed);
    for (std::size_t i = 0; i < kHappenings; ++i) times[i] += report.counts.at(i);
  }
  for (std::size_t i = 0; i < kHappenings; ++i) EXPECT_GT(times[i], 0u) << kNames[i];
  const auto a_run = [&](Happening what) { return times[static_cast<std::size_t>(what)] / kRuns; };
  EXPECT_GE(a_run(Happening::Records), 300u);
  EXPECT_GE(a_run(Happening::Events), 40u);
  EXPECT_GE(a_run(Happening::Corrections), 3u);
  EXPECT_GE(a_run(Happening::HandOvers), 80u);
  EXPECT_GE(a_run(Happening::Missed), 30u);
  EXPECT_GE(a_run(Happening::Crashes), 15u);
  EXPECT_GE(a_run(Happening::GroupsLost), 2u);
  EXPECT_GE(a_run(Happening::Unknown), 2u);
  EXPECT_GE(a_run(Happening::Lost), 50u);
}

TEST(Simulator, ASeedIsTheSameRunEveryTime) {
  for (const std::uint64_t seed : {3u, 14u, 159u, 2653u}) {
    Bug none;
    const Report first = simulate(library(), seed, none);
    Library fresh;
    EXPECT_EQ(simulate(library(), seed, none).trace, first.trace) << seed;
    EXPECT_EQ(simulate(fresh, seed, none).trace, first.trace) << seed << ", whatever ran before";
    EXPECT_NE(simulate(library(), seed + 1, none).trace, first.trace);
  }
}

class PlantedBug : public ::testing::TestWithParam<std::size_t> {};

TEST_P(PlantedBug, IsCaught) {
  const Planted& bug = planted()[GetParam()];
  Bug none;
  ASSERT_EQ(simulate(library(), bug.seed, none).violation, "") << "without it seed " << bug.seed << " holds";
  const std::string how = caught(library(), bug, bug.seed);
  EXPECT_NE(how, "") << "not caught by seed " << bug.seed << ": a broker that " << bug.name
                     << "; if the simulator was changed, look for another seed with build/tests/simulate --bugs";
  EXPECT_NE(how.find(bug.how), std::string::npos) << "caught by another check than it was planted for: " << how;
}

TEST_P(PlantedBug, IsCaughtAgainInTheSameWay) {
  const Planted& bug = planted()[GetParam()];
  const std::string first = caught(library(), bug, bug.seed);
  Library fresh;
  EXPECT_EQ(caught(fresh, bug, bug.seed), first);
}

std::string word(const ::testing::TestParamInfo<std::size_t>& info) {
  std::string name = planted()[info.param].name;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}
INSTANTIATE_TEST_SUITE_P(Simulator, PlantedBug, ::testing::Range<std::size_t>(0, planted().size()), word);

}  // namespace
}  // namespace concordat::sim
