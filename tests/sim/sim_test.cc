// What shows that the simulator can be believed: much happens in a run, the same seed is the same run, every planted bug is caught.
#include <gtest/gtest.h>

#include "tests/sim/planted.h"

namespace concordat::sim {
namespace {

Library& library() {
  static Library kept;
  return kept;
}

TEST(Simulator, MuchHappensInARun) {
  std::size_t records = 0, crashes = 0, escalations = 0, narrowed = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("replay: build/tests/simulate --seed " + std::to_string(seed) + " --watch");
    Bug none;
    const Report report = simulate(library(), seed, none);
    ASSERT_EQ(report.violation, "");
    records += report.records;
    crashes += report.crashes;
    escalations += report.escalations;
    narrowed += report.narrowed;
  }
  // A run in which nothing happens holds everything.
  EXPECT_GT(records, 60u * 50u);
  EXPECT_GT(crashes, 60u);
  EXPECT_GT(escalations, 60u);
  EXPECT_GT(narrowed, 5u);
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
  for (std::uint64_t seed = 1; seed <= bug.seeds; ++seed) {
    if (catches(library(), bug, seed)) return;
  }
  FAIL() << "not caught within " << bug.seeds << " seeds: a broker that " << bug.name;
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
