// The encoding of the broker's own structures: what is written is read, and nothing else is.
#include <gtest/gtest.h>

#include "proto/base/fields.h"

namespace concordat {
namespace {

enum class Colour : std::uint8_t { Red = 1, Blue = 2 };

struct Inner {
  std::uint16_t number = 0;
  Bytes text;
  template <class V> void fields(V& visit) { visit(number, text); }
};

struct Outer {
  bool flag = false;
  std::uint8_t tiny = 0;
  std::uint32_t middle = 0;
  std::uint64_t large = 0;
  Colour colour = Colour::Red;
  Instant at;
  Digest digest;
  DeskNumber desk;
  std::vector<Inner> list;
  std::map<std::pair<std::string, std::uint16_t>, Inner> map;
  template <class V> void fields(V& visit) { visit(flag, tiny, middle, large, colour, at, digest, desk, list, map); }
};

Outer an_outer() {
  Outer outer;
  outer.flag = true;
  outer.tiny = 0xfe;
  outer.middle = 0x01020304;
  outer.large = ~std::uint64_t{0};
  outer.colour = Colour::Blue;
  outer.at = instant_of(-5);
  outer.digest.bytes[31] = 7;
  outer.desk.value = 513;
  outer.list = {{1, "one"}, {2, ""}};
  outer.map[{"key", 9}] = {3, Bytes("\0\xff", 2)};
  return outer;
}

TEST(FieldsTest, WhatIsWrittenIsRead) {
  const Bytes bytes = encode_fields(an_outer());
  Outer again;
  ASSERT_TRUE(decode_fields(bytes, again));
  EXPECT_EQ(encode_fields(again), bytes);
  EXPECT_EQ(again.at, instant_of(-5));
  EXPECT_EQ(again.colour, Colour::Blue);
  EXPECT_EQ(again.desk.value, 513);
  EXPECT_EQ(again.list.at(1).number, 2);
  EXPECT_EQ((again.map.at({"key", 9}).text), Bytes("\0\xff", 2));
}

TEST(FieldsTest, IntegersAreBigEndianAndTextIsCounted) {
  EXPECT_EQ(to_hex(encode_fields(Inner{0x0102, "ab"})), "0102000000026162");
}

TEST(FieldsTest, EveryShorterAndEveryLongerTextIsRefused) {
  const Bytes bytes = encode_fields(an_outer());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Outer again;
    EXPECT_FALSE(decode_fields(ByteView(bytes).substr(0, size), again)) << size;
  }
  Outer again;
  EXPECT_FALSE(decode_fields(bytes + '\0', again));
}

TEST(FieldsTest, ACountBeyondWhatIsThereAllocatesNothing) {
  std::vector<std::uint64_t> list;
  EXPECT_FALSE(decode_fields(Bytes("\xff\xff\xff\xff\0", 5), list));
  EXPECT_TRUE(list.empty());
  std::map<std::uint8_t, std::uint8_t> map;
  EXPECT_FALSE(decode_fields(Bytes("\xff\xff\xff\xff\0", 5), map));
}

}  // namespace
}  // namespace concordat
