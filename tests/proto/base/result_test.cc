// Results, the catalogue of codes, invariants, secrets and time.
#include "proto/base/result.h"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <set>

#include "proto/base/entropy.h"
#include "proto/base/invariant.h"
#include "proto/base/secret.h"
#include "proto/base/time.h"

namespace concordat {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return fail(Fault::Malformed, code::kValue, "odd");
  return value / 2;
}

Result<int> quarter(int value) {
  TRY(const int once, half(value));
  TRY_VOID(half(once));
  return half(once);
}

TEST(Result, TryReturnsTheFirstError) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(7).error().detail, "odd");
  EXPECT_EQ(quarter(6).error().code, code::kValue);
  EXPECT_EQ(quarter(6).error().fault, Fault::Malformed);
}

TEST(Result, DescribesItselfInOneLine) {
  EXPECT_EQ(describe(half(1).error()),
            "E-VALUE a value is not of its field's form: odd. Correct it at its source and offer it again.");
  EXPECT_EQ(describe(Error{Fault::Busy, code::kBusy, ""}),
            "E-BUSY a bound was reached and nothing was done. Wait for credit and send again.");
}

// The codes as the source has them: name, meaning, remedy. The catalogue has no list of itself that somebody could
// forget to extend.
std::vector<std::vector<std::string>> catalogue() {
  std::vector<std::vector<std::string>> codes;
  std::ifstream in("proto/base/catalogue.h");
  for (std::string line; std::getline(in, line);) {
    if (line.find("constexpr Code k") == std::string::npos) continue;
    std::vector<std::string> texts;
    for (std::size_t open = line.find('"'); open != std::string::npos;) {
      const std::size_t close = line.find('"', open + 1);
      if (close == std::string::npos) break;
      texts.push_back(line.substr(open + 1, close - open - 1));
      open = line.find('"', close + 1);
    }
    codes.push_back(texts);
  }
  return codes;
}

bool is_code_name(const std::string& name) {
  return name.size() > 3 && (name.starts_with("E-") || name.starts_with("A-")) &&
         name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == std::string::npos;
}

TEST(Catalogue, EveryNameIsThereOnce) {
  const auto codes = catalogue();
  ASSERT_GT(codes.size(), 50u) << "run from the project's root";
  std::set<std::string> names;
  for (const auto& row : codes) {
    ASSERT_EQ(row.size(), 3u) << "a code is one line: name, meaning, remedy; near " << row.at(0);
    EXPECT_TRUE(names.insert(row[0]).second) << row[0] << " is used twice";
    EXPECT_TRUE(is_code_name(row[0])) << row[0];
    EXPECT_FALSE(row[1].empty() || row[1].ends_with(".")) << row[0] << ": a meaning is half a sentence";
    EXPECT_TRUE(row[2].ends_with(".")) << row[0] << ": a remedy is a sentence";
  }
}

TEST(InvariantDeathTest, EndsTheProcessWithWhatItSaw) {
  INVARIANT(1 + 1 == 2, "arithmetic holds");
  EXPECT_DEATH(INVARIANT(1 + 1 == 3, "two and two"), "invariant broken at .*result_test.cc.*1 \\+ 1 == 3.*two and two");
}

using TestSecret = Secret<struct TestSecretTag, 4>;
static_assert(!std::is_copy_constructible_v<TestSecret> && !std::is_copy_assignable_v<TestSecret>);

TEST(Secret, MovesAndLeavesNothingBehind) {
  TestSecret first = *TestSecret::from("abcd");
  TestSecret second = std::move(first);
  EXPECT_EQ(second.view(), "abcd");
  EXPECT_EQ(first.view(), ByteView("\0\0\0\0", 4));  // NOLINT: the point of the test
  const TestSecret third = second.clone();
  EXPECT_EQ(third.view(), "abcd");
  EXPECT_EQ(second.view(), "abcd");
}

TEST(Secret, IsWipedAtItsEnd) {
  alignas(TestSecret) unsigned char place[sizeof(TestSecret)];
  auto* secret = new (place) TestSecret(*TestSecret::from("abcd"));
  const volatile unsigned char* seen = place;
  EXPECT_EQ(seen[0], 'a');
  secret->~TestSecret();
  for (std::size_t i = 0; i < TestSecret::kSize; ++i) EXPECT_EQ(seen[i], 0);
}

TEST(Secret, TakesExactlyItsSize) {
  EXPECT_FALSE(TestSecret::from("abc"));
  EXPECT_FALSE(TestSecret::from("abcde"));
}

TEST(Time, ReadsAsRfc3339) {
  EXPECT_EQ(to_text(instant_of(1783995000123)), "2026-07-14T02:10:00.123Z");
  EXPECT_EQ(to_text(instant_of(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_text(instant_of(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_text(instant_of(253402300799999)), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(to_text(instant_of(253402300800000)), "253402300800000 ms");
  EXPECT_EQ(to_text(instant_of(std::numeric_limits<std::int64_t>::min())), "-9223372036854775808 ms");
  EXPECT_EQ(to_text(instant_of(std::numeric_limits<std::int64_t>::max())), "9223372036854775807 ms");
  EXPECT_EQ(ms_of(instant_of(42)), 42);
}

class Counting final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = ++last_;
  }

 private:
  std::uint8_t last_ = 0;
};

TEST(Entropy, IdsAndNumbersAreDrawnWhole) {
  Counting entropy;
  EXPECT_EQ(entropy.id<GroupId>().hex(), "0102030405060708090a0b0c0d0e0f10");
  EXPECT_EQ(entropy.u64(), 0x1112131415161718u);
}

}  // namespace
}  // namespace concordat
