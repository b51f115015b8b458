// Damaged bytes are refused, or mean something that can be said again; nothing crashes. Every truncation of each
// message, and ten thousand random mutations of each. Run it under ASan too.
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/proto/wire/spoken.h"

namespace concordat::wire {
namespace {

template <class M>
class Mutation : public ::testing::Test {};

using Messages = ::testing::Types<Header, EventLeaf, Event, Batch, BatchProof, DecisionStatement, Hello, Publish,
                                  Credit, Acknowledge, Progress, Goodbye, Trouble, Heartbeat, Welcome, Results, DeliveryFrame,
                                  Recall, Alarm, Report, DirectoryUpdate, Refusal>;
TYPED_TEST_SUITE(Mutation, Messages);

// True if the bytes were taken. What is taken says the same once it is encoded and decoded again.
template <class M>
bool taken(ByteView bytes) {
  const auto once = decoded<M>(bytes);
  if (!once) {
    EXPECT_EQ(once.error().fault, Fault::Malformed);
    EXPECT_FALSE(once.error().detail.empty());
    return false;
  }
  const auto twice = decoded<M>(encoded(*once));
  EXPECT_TRUE(twice) << describe(twice.error());
  if (twice) {
    EXPECT_EQ(said(*once), said(*twice));
  }
  return true;
}

Bytes mutated(Bytes bytes, Dice& dice) {
  for (std::uint64_t left = 1 + dice.below(3); left > 0; --left) {
    const std::size_t at = bytes.empty() ? 0 : dice.below(bytes.size());
    switch (dice.below(5)) {
      case 0:
        if (!bytes.empty()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << dice.below(8)));
        break;
      case 1:
        if (!bytes.empty()) bytes[at] = static_cast<char>(dice.below(256));
        break;
      case 2:
        bytes.insert(at, 1, static_cast<char>(dice.below(256)));
        break;
      case 3:
        if (!bytes.empty()) bytes.erase(at, 1 + dice.below(4));
        break;
      default:
        bytes.insert(at, bytes.substr(at, dice.below(40)));
        break;
    }
  }
  return bytes;
}

TYPED_TEST(Mutation, EveryTruncationIsRefusedOrSaysSomething) {
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Dice dice(seed, seed == 0);
    const Bytes whole = encoded(random_message<TypeParam>(dice));
    for (std::size_t size = 0; size < whole.size(); ++size) taken<TypeParam>(Bytes(whole, 0, size));
    EXPECT_TRUE(taken<TypeParam>(whole));
  }
}

TYPED_TEST(Mutation, TenThousandRandomOnesAreRefusedOrSaySomething) {
  int refused = 0;
  for (std::uint64_t seed = 0; seed < 10000; ++seed) {
    Dice dice(seed);
    const Bytes bytes = mutated(encoded(random_message<TypeParam>(dice)), dice);
    refused += taken<TypeParam>(bytes) ? 0 : 1;
    ASSERT_FALSE(this->HasFailure()) << "seed " << seed;
  }
  std::printf("seeds 0 to 9999: %d refused\n", refused);
  EXPECT_GT(refused, 1000) << "a reader that refuses next to nothing reads next to nothing";
}

}  // namespace
}  // namespace concordat::wire
