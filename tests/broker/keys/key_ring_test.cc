// The key ring: durable before use, gone when destroyed, and Corrupt rather than empty when it is not whole.
#include "broker/keys/key_ring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "proto/base/invariant.h"
#include "proto/seal/keys.h"

namespace concordat::keys {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using IfMissing = KeyRing::IfMissing;

const BucketId kJuly = bucket_of(3, 2026y / 7);
const BucketId kAugust = bucket_of(3, 2026y / 8);
constexpr Instant kThen = instant_of(1'780'000'000'000);
constexpr Instant kLater = instant_of(1'790'000'000'000);

class KeyRingTest : public testing::Test {
 protected:
  KeyRingTest() {
    std::string name = (fs::temp_directory_path() / "concordat-keys-XXXXXX").string();
    INVARIANT(::mkdtemp(name.data()) != nullptr, "the test has a place to write");
    root_ = name;
    entropy_.fill({ring_key_.data(), ring_key_.kSize});
  }
  ~KeyRingTest() override { fs::remove_all(root_); }

  Result<KeyRing> open(IfMissing if_missing = IfMissing::Refuse) { return KeyRing::open(folder(), ring_key_.clone(), if_missing, entropy_); }
  std::string folder() const { return root_ + "/ring"; }
  std::string key_file(BucketId bucket) const { return folder() + "/bucket-" + to_hex(Writer().u32(bucket.value).bytes()) + ".key"; }
  // Names of the files, in order.
  std::vector<std::string> files() const {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(folder())) out.push_back(entry.path().filename().string());
    std::ranges::sort(out);
    return out;
  }
  static Bytes read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void write(const std::string& path, const Bytes& bytes) { std::ofstream(path, std::ios::binary) << bytes; }
  Bytes make(BucketId bucket) {
    auto ring = open(IfMissing::Make);
    return Bytes((*ring->get_or_make(bucket, kThen))->view());
  }

  std::string root_;
  seal::SystemEntropy entropy_;
  seal::SymmetricKey ring_key_;
};

TEST(Bucket, HoldsRetentionClassAndMonth) {
  EXPECT_EQ(kJuly.value, (3u << 24) + 26 * 12 + 6);
  EXPECT_EQ(to_text(kJuly), "3/2026-07");
  EXPECT_EQ(to_text(bucket_of(239, 2000y / 1)), "239/2000-01");
  EXPECT_EQ(retention_class_of(kAugust), 3);
  EXPECT_EQ(to_text(BucketId{0xf0ffffff}), "240/#16777215");
  EXPECT_EQ(month_of(kAugust), 2026y / 8);
}

TEST(Bucket, AMonthBeforeTheCountIsOurOwnBug) { EXPECT_DEATH(bucket_of(1, 1999y / 12), "2000-01"); }

TEST_F(KeyRingTest, AKeyIsTheSameAfterReopening) {
  const Bytes july = make(kJuly);
  const Bytes august = make(kAugust);
  EXPECT_NE(july, august);
  const auto ring = open();
  ASSERT_TRUE(ring) << describe(ring.error());
  EXPECT_EQ((*ring->get(kJuly))->view(), july);
  EXPECT_EQ((*ring->get(kAugust))->view(), august);
}

TEST_F(KeyRingTest, AKeyIsMadeOnceAndOnlyOnDemand) {
  const Bytes july = make(kJuly);
  auto ring = open();
  EXPECT_EQ((*ring->get_or_make(kJuly, kLater))->view(), july);
  EXPECT_EQ(ring->list()[0].made, kThen);
  EXPECT_EQ(ring->get(kAugust).error().code, code::kNotFound);
}

TEST_F(KeyRingTest, NoKeyLiesReadableOnDisk) {
  const Bytes july = make(kJuly);
  for (const std::string& file : files()) EXPECT_THAT(read(folder() + "/" + file), testing::Not(testing::HasSubstr(july)));
}

TEST_F(KeyRingTest, ADestroyedKeyIsGoneAndRemembered) {
  make(kJuly);
  make(kAugust);
  {
    auto ring = open();
    ASSERT_TRUE(ring->destroy(kJuly, kLater));
    EXPECT_EQ(ring->get(kJuly).error().code, code::kErased);
    EXPECT_TRUE(ring->destroy(kJuly, kLater));
  }
  EXPECT_THAT(files(), testing::ElementsAre(key_file(kAugust).substr(folder().size() + 1), "ring"));
  auto ring = open();
  EXPECT_EQ(ring->get(kJuly).error().code, code::kErased);
  EXPECT_EQ(ring->get_or_make(kJuly, kLater).error().code, code::kErased);
  EXPECT_TRUE(ring->get(kAugust));
  ASSERT_EQ(ring->list().size(), 2u);
  EXPECT_EQ(ring->list()[0].destroyed, kLater);
  EXPECT_EQ(ring->list()[1].destroyed, std::nullopt);
}

TEST_F(KeyRingTest, AForgottenKeyWasNeverMadeAndALiveOneIsNotForgotten) {
  make(kJuly);
  make(kAugust);
  auto ring = open();
  ASSERT_TRUE(ring->destroy(kJuly, kLater));
  ASSERT_TRUE(ring->forget(kJuly));
  EXPECT_EQ(ring->get(kJuly).error().code, code::kNotFound);
  EXPECT_EQ(open()->list().size(), 1u);
  EXPECT_DEATH((void)ring->forget(kAugust), "only a destroyed key");
}

TEST_F(KeyRingTest, WhatWasNeverMadeCannotBeDestroyed) {
  make(kJuly);
  EXPECT_EQ(open()->destroy(kAugust, kLater).error().code, code::kNotFound);
}

TEST_F(KeyRingTest, AMissingRingIsNotAnEmptyOne) {
  EXPECT_EQ(open(IfMissing::Refuse).error().code, code::kRing);
  make(kJuly);
  fs::remove(folder() + "/ring");
  EXPECT_EQ(open(IfMissing::Refuse).error().code, code::kRing);
  EXPECT_EQ(open(IfMissing::Make).error().fault, Fault::Corrupt);
}

TEST_F(KeyRingTest, AMissingKeyIsNotADestroyedOne) {
  make(kJuly);
  fs::remove(key_file(kJuly));
  const auto ring = open();
  ASSERT_FALSE(ring);
  EXPECT_EQ(ring.error().fault, Fault::Corrupt);
  EXPECT_THAT(ring.error().detail, testing::HasSubstr("never destroyed"));
}

TEST_F(KeyRingTest, EveryFlippedBitAndEveryCutIsCorrupt) {
  make(kJuly);
  for (const std::string& file : {folder() + "/ring", key_file(kJuly)}) {
    const Bytes good = read(file);
    for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
      Bytes bad = good;
      bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
      write(file, bad);
      ASSERT_EQ(open(IfMissing::Make).error().fault, Fault::Corrupt) << file << " bit " << bit;
    }
    for (std::size_t size = 0; size < good.size(); ++size) {
      write(file, good.substr(0, size));
      ASSERT_EQ(open(IfMissing::Make).error().fault, Fault::Corrupt) << file << " size " << size;
    }
    write(file, good);
  }
  EXPECT_TRUE(open());
}

TEST_F(KeyRingTest, KeysCannotChangePlaces) {
  make(kJuly);
  make(kAugust);
  fs::rename(key_file(kJuly), root_ + "/aside");
  fs::rename(key_file(kAugust), key_file(kJuly));
  fs::rename(root_ + "/aside", key_file(kAugust));
  EXPECT_EQ(open().error().code, code::kRing);
}

TEST_F(KeyRingTest, AnotherRingKeyIsCorruptNotEmpty) {
  make(kJuly);
  ring_key_.data()[0] ^= 1;
  EXPECT_EQ(open(IfMissing::Make).error().fault, Fault::Corrupt);
}

// A crash between the steps of making, or an index from an old copy: the key file is there, the index does not know it.
TEST_F(KeyRingTest, AKeyThatTheIndexDoesNotKnowIsTakenIn) {
  make(kJuly);
  const Bytes index = read(folder() + "/ring");
  const Bytes august = make(kAugust);
  write(folder() + "/ring", index);
  write(folder() + "/bucket-half.key.new", "half");
  auto ring = open();
  ASSERT_TRUE(ring) << describe(ring.error());
  EXPECT_EQ((*ring->get(kAugust))->view(), august);
  EXPECT_EQ(ring->list()[1].made, kThen);
  EXPECT_EQ(files().size(), 3u);
  EXPECT_TRUE(open()->get(kAugust));
}

TEST_F(KeyRingTest, ADestroyedKeyThatComesBackFromACopyIsDestroyedAgain) {
  make(kJuly);
  const Bytes copy = read(key_file(kJuly));
  ASSERT_TRUE(open()->destroy(kJuly, kLater));
  write(key_file(kJuly), copy);
  auto ring = open();
  ASSERT_TRUE(ring);
  EXPECT_EQ(ring->get(kJuly).error().code, code::kErased);
  EXPECT_FALSE(fs::exists(key_file(kJuly)));
}

TEST_F(KeyRingTest, AForeignFileAmongTheKeysIsCorrupt) {
  make(kJuly);
  write(folder() + "/bucket-0000.key", "what is this");
  EXPECT_EQ(open().error().code, code::kRing);
}

// A crash between the steps of destroying: the intent is in the index, the file still there.
TEST_F(KeyRingTest, ADestructionCutShortIsCompletedByOpening) {
  make(kJuly);
  make(kAugust);
  auto ring = open();
  const Bytes key = read(key_file(kJuly));
  fs::remove(key_file(kJuly));
  fs::create_directory(key_file(kJuly));  // What cannot be overwritten makes the second step fail.
  EXPECT_EQ(ring->destroy(kJuly, kLater).error().code, code::kStore);
  EXPECT_EQ(ring->get(kJuly).error().code, code::kErased);
  fs::remove(key_file(kJuly));
  write(key_file(kJuly), key);
  auto again = open();
  ASSERT_TRUE(again) << describe(again.error());
  EXPECT_EQ(again->get(kJuly).error().code, code::kErased);
  EXPECT_FALSE(fs::exists(key_file(kJuly)));
}

TEST_F(KeyRingTest, AKeyThatCannotBeStoredIsNotGivenOut) {
  make(kJuly);
  auto ring = open();
  fs::create_directory(folder() + "/ring.new");
  EXPECT_EQ(ring->get_or_make(kAugust, kLater).error().code, code::kStore);
  EXPECT_EQ(ring->get(kAugust).error().code, code::kNotFound);
  fs::remove(folder() + "/ring.new");
  EXPECT_TRUE(ring->get_or_make(kAugust, kLater));
  EXPECT_TRUE(open()->get(kAugust));
}

}  // namespace
}  // namespace concordat::keys
