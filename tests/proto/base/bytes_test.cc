// Bytes, hexadecimal, the big-endian writer and reader, and the identifiers made of them.
#include "proto/base/bytes.h"

#include <gtest/gtest.h>

#include "proto/base/ids.h"

namespace concordat {
namespace {

TEST(Hex, ThereAndBack) {
  EXPECT_EQ(to_hex(Bytes("\x00\x7f\xff", 3)), "007fff");
  EXPECT_EQ(from_hex("007FfF"), Bytes("\x00\x7f\xff", 3));
  EXPECT_EQ(from_hex(""), Bytes());
}

TEST(Hex, AnythingElseIsNone) {
  for (const char* text : {"0", "0g", "xx", " 0", "0x10"}) EXPECT_FALSE(from_hex(text)) << text;
}

TEST(Writer, IsBigEndian) {
  EXPECT_EQ(to_hex(Writer().u8(1).u16(2).u32(3).u64(4).bytes()),
            "01"
            "0002"
            "00000003"
            "0000000000000004");
  EXPECT_EQ(to_hex(Writer().sized("ab").raw("c").bytes()),
            "00000002"
            "6162"
            "63");
}

TEST(Reader, ReadsWhatWriterWrote) {
  const Bytes bytes = Writer().u8(0xfe).u16(0xfedc).u32(0xfedcba98).u64(0xfedcba9876543210).sized("text").take();
  Reader in(bytes);
  EXPECT_EQ(in.u8(), 0xfe);
  EXPECT_EQ(in.u16(), 0xfedc);
  EXPECT_EQ(in.u32(), 0xfedcba98u);
  EXPECT_EQ(in.u64(), 0xfedcba9876543210u);
  EXPECT_EQ(in.sized(), "text");
  EXPECT_TRUE(in.done());
}

TEST(Reader, PastTheEndEverythingIsNothing) {
  const Bytes bytes = Writer().u32(7).take();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Reader in(ByteView(bytes).substr(0, size));
    EXPECT_EQ(in.u32(), 0u);
    EXPECT_EQ(in.u8(), 0u) << "nothing more is read, though bytes are left";
    EXPECT_FALSE(in.ok());
    EXPECT_FALSE(in.done());
  }
}

TEST(Reader, ALengthBeyondTheEndIsRefused) {
  const Bytes bytes = Writer().u32(0xffffffff).raw("abc").take();
  Reader in(bytes);
  EXPECT_EQ(in.sized(), "");
  EXPECT_FALSE(in.ok());
}

TEST(Reader, WhatIsLeftOverIsNotDone) {
  Reader in("ab");
  in.u8();
  EXPECT_TRUE(in.ok());
  EXPECT_FALSE(in.done());
  EXPECT_EQ(in.left(), 1u);
}

TEST(FixedBytes, TakeExactlyTheirSize) {
  EXPECT_TRUE(EventId::from(Bytes(16, 'a')));
  EXPECT_FALSE(EventId::from(Bytes(15, 'a')));
  EXPECT_FALSE(EventId::from(Bytes(17, 'a')));
  EXPECT_EQ(EventId::from_hex("61616161616161616161616161616161"), EventId::from(Bytes(16, 'a')));
  EXPECT_FALSE(EventId::from_hex("6161"));
}

TEST(FixedBytes, AllZeroIsNone) {
  EXPECT_TRUE(EventId{}.none());
  EXPECT_FALSE(EventId::from(Bytes(16, 'a'))->none());
  EXPECT_LT(EventId{}, *EventId::from(Bytes(16, 'a')));
}

static_assert(!std::is_convertible_v<PartyNumber, DeskNumber>, "a party is no desk");
static_assert(!std::is_convertible_v<EventId, RecordId>, "an event is no record");

}  // namespace
}  // namespace concordat
