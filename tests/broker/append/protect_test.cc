// A record at rest: it opens as it was written, and every changed bit of it is found.
#include "broker/append/protect.h"

#include <gtest/gtest.h>

#include "tests/support/cast.h"

namespace concordat::broker {
namespace {

MaterialPtr a_material() {
  auto material = std::make_shared<Material>();
  material->sequence = 1;
  material->event = *EventId::from(Bytes(16, 'e'));
  material->digest = *Digest::from(Bytes(32, 'd'));
  material->body.source = {1};
  material->body.adapter = test::kPolice;
  material->body.header = "header";
  material->body.secret = SecretBytes(Bytes(32, 's'));
  material->content.sealed = {{*Digest::from(Bytes(32, 'c')), "ciphertext"}};
  return material;
}

class ProtectTest : public ::testing::Test {
 protected:
  ProtectTest() {
    PendingRecord record;
    record.sequence = 1;
    record.time = test::kNight;
    record.bucket = {3u << 24};
    record.material = a_material();
    record.event = record.material->event;
    record.event_digest = record.material->digest;
    stored.row = *protector.protect(record);
  }
  std::string open(const store::Stored& row, const std::string& broker = test::kBroker) {
    const auto opened = open_row(row, broker, keys);
    return opened ? "opened" : std::string(opened.error().code.name);
  }
  /// Opens with each single bit of one part flipped.
  void expect_every_flip_found(Bytes store::Row::* part) {
    const std::size_t bits = (stored.row.*part).size() * 8;
    ASSERT_GT(bits, 0u);
    for (std::size_t bit = 0; bit < bits; ++bit) {
      store::Stored flipped = stored;
      char& byte = (flipped.row.*part)[bit / 8];
      byte = static_cast<char>(byte ^ (1 << bit % 8));
      EXPECT_EQ(open(flipped), "E-CHAIN") << "bit " << bit;
    }
  }
  void expect_every_cut_found(Bytes store::Row::* part, std::size_t from = 0) {
    for (std::size_t size = from; size < (stored.row.*part).size(); ++size) {
      store::Stored cut = stored;
      (cut.row.*part).resize(size);
      EXPECT_EQ(open(cut), "E-CHAIN") << "cut to " << size;
    }
  }

  test::MemoryKeys keys{7};
  test::DiceEntropy entropy{7};
  Protector protector{test::kBroker, keys, entropy, {}};
  store::Stored stored;
};

TEST_F(ProtectTest, ARecordOpensAsItWasWritten) {
  const auto opened = open_row(stored, test::kBroker, keys);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->stub.type, wire::RecordType::EventAccepted);
  EXPECT_EQ(opened->stub.time, test::kNight);
  EXPECT_EQ(opened->stub.event, *EventId::from(Bytes(16, 'e')));
  EXPECT_TRUE(opened->stub.previous.none());
  const auto& body = std::get<wire::EventAccepted>(opened->body);
  EXPECT_EQ(body.adapter, test::kPolice);
  EXPECT_EQ(body.secret.view(), Bytes(32, 's'));
  wire::Content content;
  ASSERT_TRUE(decode_fields(opened->content, content));
  EXPECT_EQ(content.sealed.at(0).ciphertext, "ciphertext");
}

TEST_F(ProtectTest, EveryFlippedBitOfTheStubIsFound) { expect_every_flip_found(&store::Row::stub); }
TEST_F(ProtectTest, EveryFlippedBitOfTheBodyIsFound) { expect_every_flip_found(&store::Row::body); }
TEST_F(ProtectTest, EveryFlippedBitOfTheContentIsFound) { expect_every_flip_found(&store::Row::content); }
TEST_F(ProtectTest, EveryCutIsFound) {
  expect_every_cut_found(&store::Row::stub);
  expect_every_cut_found(&store::Row::body);
  expect_every_cut_found(&store::Row::content, 1);  // none at all is how a row is read without its content
}

TEST_F(ProtectTest, ARowReadWithoutItsContentOpens) {
  stored.row.content.clear();
  EXPECT_EQ(open(stored), "opened");
}

TEST_F(ProtectTest, ARecordIsOneBrokers) { EXPECT_EQ(open(stored, "another-broker"), "E-CHAIN"); }

TEST_F(ProtectTest, ARowUnderAnotherNumberOrInAnotherBucketIsFound) {
  store::Stored moved = stored;
  moved.row.sequence = 2;
  EXPECT_EQ(open(moved), "E-CHAIN");
  moved = stored;
  moved.row.bucket = {3u << 24 | 1};
  EXPECT_EQ(open(moved), "E-CHAIN");
  moved.destroyed = true;
  EXPECT_EQ(open(moved), "E-CHAIN") << "a record does not pass for erased by moving it to a bucket that was";
}

TEST_F(ProtectTest, ADestroyedBucketIsErasedAndNotBroken) {
  stored.destroyed = true;
  stored.row.body.clear();
  stored.row.content.clear();
  EXPECT_EQ(open(stored), "E-ERASED");
}

TEST_F(ProtectTest, TheSameRecordTwiceLooksNothingAlike) {
  PendingRecord record;
  record.sequence = 2;
  record.time = test::kNight;
  record.bucket = {3u << 24};
  record.body = std::make_shared<const wire::Body>(wire::Administered{"a", "b"});
  const auto first = *protector.protect(record);
  record.sequence = 3;
  const auto second = *protector.protect(record);
  EXPECT_NE(wire::Stub::decode(first.stub)->commitment, wire::Stub::decode(second.stub)->commitment);
  EXPECT_NE(wire::Stub::decode(first.stub)->id, wire::Stub::decode(second.stub)->id);
  EXPECT_NE(first.body, second.body);
}

}  // namespace
}  // namespace concordat::broker
