// Bugs planted in decide are each caught by the oracle: a check that cannot fail is a defect.
#include "policy/planted.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "tests/policy/random_case.h"

namespace concordat::policy {

Planted planted = Planted::None;

namespace random_case {
namespace {

struct Bug {
  Planted bug;
  const char* name;
};
constexpr Bug kBugs[] = {{Planted::NeverIgnored, "never is ignored"},
                         {Planted::UnknownIsTrue, "unknown counts as true"},
                         {Planted::DropACondition, "all but the first condition is dropped"},
                         {Planted::ConsentIgnored, "consent is ignored"},
                         {Planted::LaxestTerms, "the laxest terms hold"},
                         {Planted::RoleMaskWrong, "the role mask is off by one"},
                         {Planted::DutyNeedsConsent, "a duty waits for consent"},
                         {Planted::FreeTextIsPlain, "free text counts as itself alone"},
                         {Planted::SuspendedIsTold, "a suspended desk is told"},
                         {Planted::ConflictIgnored, "a conflict of interest is ignored"},
                         {Planted::FallbackForgotten, "the fallback desk is forgotten"},
                         {Planted::EndedStillInForce, "an ended agreement is still in force"},
                         {Planted::AnyAlternative, "any alternative is told"},
                         {Planted::VictimsAreOne, "what holds of one victim opens every victim's items"},
                         {Planted::AreasAreOne, "a desk is told of people of other areas"},
                         {Planted::OnwardPastNever, "what is forbidden may be passed on"},
                         {Planted::AlarmForgotten, "nobody is alarmed"},
                         {Planted::RegistrationUnasked, "what a registration says of the crime is not asked"},
                         {Planted::RegistrationAnywhere, "a registration of any area leads to any desk"}};

/// The first case that disagrees; empty if none of `cases` does.
std::string first_difference(std::uint64_t cases) {
  Random random(20260714);
  Decision decision;
  for (std::uint64_t done = 0; done < cases;) {
    const World world = random_world(random);
    const auto agreements = bound(world);
    for (int i = 0; i < 250; ++i, ++done) {
      const Sample sample = random_sample(random, world);
      if (!disagreement(world, *agreements, sample, decision).empty())
        return "case " + std::to_string(done) + "\n" + shrunk(world, sample);
    }
  }
  return {};
}

TEST(Planted, WithoutABugThereIsNoDifference) {
  planted = Planted::None;
  EXPECT_EQ(first_difference(5'000), "");
}

TEST(Planted, EveryBugIsCaughtAndItsCaseShrunk) {
  std::printf("seed 20260714\n");
  for (const Bug& bug : kBugs) {
    planted = bug.bug;
    const std::string difference = first_difference(20'000);
    EXPECT_NE(difference, "") << bug.name;
    EXPECT_LT(std::count(difference.begin(), difference.end(), '\n'), 25) << bug.name << "\n" << difference;
    std::printf("%s: caught by %s", bug.name, difference.substr(0, difference.find('\n') + 1).c_str());
    if (bug.bug == Planted::UnknownIsTrue) std::printf("%s", difference.c_str());
  }
  planted = Planted::None;
}

}  // namespace
}  // namespace random_case
}  // namespace concordat::policy
