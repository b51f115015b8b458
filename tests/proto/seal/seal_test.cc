// What may be sealed, what opens and for whom, what padding hides, what the digest does not depend on.
#include "proto/seal/seal.h"

#include <gtest/gtest.h>

#include <set>

#include "proto/seal/aead.h"
#include "tests/proto/seal/world.h"

namespace concordat::seal {
namespace {

const ExchangeKey kExchange = *ExchangeKey::from(Bytes(32, 'x'));
const Origin kOrigin{"cheshire-east", "cheshire-constabulary", *EventId::from("0123456789abcdef"), 0, 1, 1, 7};

Result<SealedWithSecret> seal(std::vector<Plain> plains, Entropy& entropy) {
  return seal_event(kOrigin, kExchange, "leaf", plains, entropy);
}
Result<SealedWithSecret> seal(std::vector<Plain> plains) {
  SystemEntropy entropy;
  return seal(std::move(plains), entropy);
}
std::string code_of(const Result<SealedWithSecret>& result) {
  return result ? "sealed" : std::string(result.error().code.name);
}
template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "opened" : std::string(result.error().code.name);
}

std::vector<Plain> many(std::size_t count) {
  std::vector<Plain> plains;
  for (std::size_t i = 0; i < count; ++i)
    plains.push_back(plain(4711, 1, static_cast<std::uint16_t>(i + 1), 0, "content"));
  return plains;
}

TEST(SealTest, WhatWasSealedOpensUnderItsShareAlone) {
  const auto sealed = seal(some_plains()).value();
  const std::vector<Leaf>& leaves = sealed.event.leaves;
  EXPECT_EQ(open(kOrigin, kExchange, share_of(sealed.secret, leaves[0].label), leaves[0]).value(), "Crewe");
  EXPECT_EQ(open(kOrigin, kExchange, share_of(sealed.secret, leaves[1].label), leaves[1]).value(), "Priya Example");
  EXPECT_EQ(code_of(open(kOrigin, kExchange, share_of(sealed.secret, leaves[0].label), leaves[1])), "E-OPEN");
  EXPECT_EQ(code_of(open(kOrigin, kExchange, share_of(sealed.secret, leaves[2].label), leaves[1])), "E-OPEN");
}

TEST(SealTest, APersonSecretGivesSharesOfThatPersonOnly) {
  const auto sealed = seal({plain(1, 1, 3, 0, "hers"), plain(2, 2, 3, 0, "his")}).value();
  const PersonSecret hers = person_secret(sealed.secret, 1);
  EXPECT_EQ(open(kOrigin, kExchange, share_of(hers, sealed.event.leaves[0].label), sealed.event.leaves[0]).value(),
            "hers");
  EXPECT_EQ(code_of(open(kOrigin, kExchange, share_of(hers, sealed.event.leaves[1].label), sealed.event.leaves[1])),
            "E-OPEN");
}

TEST(SealTest, AnotherKeyEpochAgencyOrEventDoesNotOpen) {
  const auto sealed = seal({plain(1, 1, 3, 0, "hers")}).value();
  const Leaf& leaf = sealed.event.leaves[0];
  const Share share = share_of(sealed.secret, leaf.label);
  const auto opened_as = [&](auto change) {
    Origin other = kOrigin;
    change(other);
    return code_of(open(other, kExchange, share, leaf));
  };
  EXPECT_EQ(opened_as([](Origin&) {}), "opened");
  EXPECT_EQ(opened_as([](Origin& o) { o.partnership = "cheshire-west"; }), "E-OPEN");
  EXPECT_EQ(opened_as([](Origin& o) { o.agency = "nhs-checs"; }), "E-OPEN");
  EXPECT_EQ(opened_as([](Origin& o) { o.exchange_epoch = 8; }), "E-OPEN");
  EXPECT_EQ(opened_as([](Origin& o) { o.revision = 1; }), "E-OPEN");
  EXPECT_EQ(opened_as([](Origin& o) { o.event.bytes[0] ^= 1; }), "E-OPEN");
  EXPECT_EQ(code_of(open(kOrigin, *ExchangeKey::from(Bytes(32, 'y')), share, leaf)), "E-OPEN");
}

TEST(SealTest, NamesInTheOriginDoNotRunIntoEachOther) {
  Origin one = kOrigin, other = kOrigin;
  one.partnership = "ab", one.agency = "c";
  other.partnership = "a", other.agency = "bc";
  SystemEntropy entropy;
  const auto sealed = seal_event(one, kExchange, "leaf", many(1), entropy).value();
  const Share share = share_of(sealed.secret, sealed.event.leaves[0].label);
  EXPECT_EQ(code_of(open(one, kExchange, share, sealed.event.leaves[0])), "opened");
  EXPECT_EQ(code_of(open(other, kExchange, share, sealed.event.leaves[0])), "E-OPEN");
}

TEST(SealTest, NeitherKeysNorCiphertextsNorPaddingEverRepeat) {
  std::set<Bytes> seen;
  std::size_t made = 0;
  for (int round = 0; round < 300; ++round) {
    const auto sealed = seal(many(10)).value();
    seen.insert(Bytes(sealed.secret.view())), ++made;
    for (const Leaf& leaf : sealed.event.leaves) {
      seen.insert(Bytes(share_of(sealed.secret, leaf.label).view())), ++made;
      seen.insert(Bytes(leaf.commitment.view())), ++made;
      seen.insert(leaf.ciphertext), ++made;
    }
    for (const Digest& padding : sealed.event.padding) seen.insert(Bytes(padding.view())), ++made;
  }
  EXPECT_EQ(seen.size(), made);
}

TEST(SealTest, PlaintextAndSecretAreNotInWhatTravels) {
  const auto sealed = seal({plain(1, 1, 3, 0, "a canary in the content")}).value();
  EXPECT_EQ(sealed.event.leaves[0].ciphertext.find("canary"), Bytes::npos);
  EXPECT_EQ(sealed.event.leaves[0].ciphertext.find(sealed.secret.view()), Bytes::npos);
}

TEST(LabelTest, OnePlaceIsSealedOnce) {
  EXPECT_EQ(code_of(seal({plain(1, 1, 3, 0, "a"), plain(1, 1, 3, 1, "b")})), "sealed");
  EXPECT_EQ(code_of(seal({plain(1, 1, 3, 0, "a"), plain(2, 1, 3, 0, "b"), plain(1, 1, 3, 0, "a")})), "E-LABEL");
  EXPECT_EQ(code_of(seal({plain(1, 1, 3, 0, "a"), plain(1, 2, 3, 0, "b")})), "E-LABEL");
}

TEST(LabelTest, OnePersonHasOneSetOfRoles) {
  EXPECT_EQ(code_of(seal({plain(1, 3, 3, 0, "a"), plain(1, 3, 4, 0, "b")})), "sealed");
  EXPECT_EQ(code_of(seal({plain(1, 3, 3, 0, "a"), plain(1, 1, 4, 0, "b")})), "E-LABEL");
}

TEST(LabelTest, NoItemAndACaseWithRolesAreRefused) {
  EXPECT_EQ(code_of(seal({plain(1, 1, 0, 0, "a")})), "E-LABEL");
  EXPECT_EQ(code_of(seal({plain(0, 1, 3, 0, "a")})), "E-LABEL");
  EXPECT_EQ(code_of(seal({plain(0, 0, 3, 0, "a")})), "sealed");
}

TEST(LabelTest, BytesAreOneLabelOrNone) {
  const Label label{0x1267, 5, 12, 258};
  EXPECT_EQ(to_hex(label.encode()), "126705000c0102");
  EXPECT_EQ(Label::decode(label.encode()), label);
  for (std::size_t size = 0; size < Label::kSize; ++size) EXPECT_FALSE(Label::decode(label.encode().substr(0, size)));
  EXPECT_FALSE(Label::decode(label.encode() + "x"));
  EXPECT_FALSE(Label::decode(Label{1, 1, 0, 0}.encode()));
  EXPECT_FALSE(Label::decode(Label{0, 1, 3, 0}.encode()));
}

TEST(LabelTest, BytesSortAsLabelsDo) {
  SeededEntropy entropy(5);
  for (int round = 0; round < 1000; ++round) {
    const Label a{static_cast<std::uint16_t>(entropy.u64() % 3 + 1), static_cast<std::uint8_t>(entropy.u64()),
                  static_cast<std::uint16_t>(entropy.u64() | 1), 0};
    const Label b{static_cast<std::uint16_t>(entropy.u64() % 3 + 1), static_cast<std::uint8_t>(entropy.u64()),
                  static_cast<std::uint16_t>(entropy.u64() | 1), 0};
    EXPECT_EQ(a < b, a.encode() < b.encode());
  }
}

TEST(LimitTest, SixtyThreeCompartmentsAndNoMore) {
  const auto sealed = seal(many(kLeavesMax)).value();
  EXPECT_EQ(sealed.event.leaves.size(), 63u);
  EXPECT_TRUE(sealed.event.padding.empty());
  EXPECT_EQ(code_of(seal(many(kLeavesMax + 1))), "E-LIMIT");
}

TEST(LimitTest, SizesOverTheirBoundsAreRefused) {
  EXPECT_EQ(code_of(seal({plain(1, 1, 3, 0, Bytes(kContentBytesMax, 'c'))})), "sealed");
  EXPECT_EQ(code_of(seal({plain(1, 1, 3, 0, Bytes(kContentBytesMax + 1, 'c'))})), "E-LIMIT");
  EXPECT_EQ(code_of(seal({plain(1, 1, 3, 0, "c", Bytes(kFactsBytesMax, 'f'))})), "sealed");
  EXPECT_EQ(code_of(seal({plain(1, 1, 3, 0, "c", Bytes(kFactsBytesMax + 1, 'f'))})), "E-LIMIT");
  SystemEntropy entropy;
  Origin long_name = kOrigin, no_name = kOrigin;
  long_name.agency = Bytes(kOriginNameBytesMax + 1, 'a');
  no_name.partnership.clear();
  EXPECT_EQ(code_of(seal_event(long_name, kExchange, "leaf", many(1), entropy)), "E-LIMIT");
  EXPECT_EQ(code_of(seal_event(no_name, kExchange, "leaf", many(1), entropy)), "E-LIMIT");
}

TEST(PaddingTest, CountsShowOnlyTheTable) {
  std::set<std::size_t> shown;
  for (std::size_t count = 0; count <= kLeavesMax; ++count) {
    const auto event = seal(many(count)).value().event;
    EXPECT_EQ(event.leaves.size(), count);
    shown.insert(sorted_hashes(event).size());
  }
  EXPECT_EQ(shown, (std::set<std::size_t>{8, 16, 24, 32, 48, 64}));
}

TEST(PaddingTest, ContentsOfOneBucketLookAlike) {
  for (const auto& [content, padded] : {std::pair<std::size_t, std::size_t>{0, 32},
                                        {28, 32},
                                        {29, 64},
                                        {100, 128},
                                        {124, 128},
                                        {125, 192},
                                        {kContentBytesMax, 262144}}) {
    const auto sealed = seal({plain(1, 1, 3, 0, Bytes(content, 'c'))}).value();
    EXPECT_EQ(padded_size(content), padded);
    EXPECT_EQ(sealed.event.leaves[0].ciphertext.size(), padded + 16);
    EXPECT_EQ(open(kOrigin, kExchange, share_of(sealed.secret, {1, 1, 3, 0}), sealed.event.leaves[0]).value(),
              Bytes(content, 'c'));
  }
  EXPECT_EQ(padded_size(kContentBytesMax + 1), std::nullopt);
}

/// A leaf as a sender would make it that pads as it likes: README's construction, written here a second time.
struct Forged {
  Share share = *Share::from(Bytes(32, 's'));
  Leaf leaf{{1, 1, 3, 0}, {}, {}, {}};
  explicit Forged(Bytes padded) {
    Writer origin;
    origin.u8(1).sized(kOrigin.partnership).sized(kOrigin.agency).raw(kOrigin.event.view()).u32(0).u8(1).u16(1).u32(7);
    using Both = FixedBytes<struct BothTag, 64>;
    const auto both =
        Blake2b<Both>(purpose::kKey, share.view()).raw(kExchange.view()).raw(origin.bytes()).label(leaf.label).finish();
    leaf.commitment = *Digest::from(both.view().substr(32));
    leaf.ciphertext = std::move(padded);
    leaf.ciphertext.append(kTagBytes, '\0');
    seal_once(both.bytes.data(), {}, leaf.ciphertext);
  }
  std::string opened() const { return code_of(open(kOrigin, kExchange, share, leaf)); }
};

Bytes filled(std::uint32_t length, const Bytes& content, std::size_t size) {
  Bytes padded = Writer().u32(length).raw(content).take();
  padded.resize(size);
  return padded;
}

TEST(PaddingTest, OnlyTheOneFormOfPaddingIsAccepted) {
  EXPECT_EQ(Forged(filled(7, "content", 32)).opened(), "opened");
  EXPECT_EQ(Forged(filled(7, "content", 64)).opened(), "E-PADDING") << "a larger bucket could carry a signal";
  EXPECT_EQ(Forged(filled(6, "content", 32)).opened(), "E-PADDING") << "the filling is not zero";
  EXPECT_EQ(Forged(filled(29, "content", 32)).opened(), "E-PADDING") << "the length is past the end";
  EXPECT_EQ(Forged(filled(0xffffffff, "content", 32)).opened(), "E-PADDING");
  EXPECT_EQ(Forged(filled(7, "content", 33)).opened(), "E-PADDING") << "no size of the table";
  EXPECT_EQ(Forged("").opened(), "E-PADDING");
}

TEST(PaddingTest, EveryBitOfTheFillingIsChecked) {
  for (std::size_t bit = (4 + 7) * 8; bit < 32 * 8; ++bit) {
    Bytes padded = filled(7, "content", 32);
    padded[bit / 8] = static_cast<char>(1 << (bit % 8));
    EXPECT_EQ(Forged(padded).opened(), "E-PADDING") << "bit " << bit;
  }
}

TEST(PaddingTest, EveryTruncationOfACiphertextIsRefused) {
  const auto sealed = seal({plain(1, 1, 3, 0, Bytes(100, 'c'))}).value();
  const Share share = share_of(sealed.secret, sealed.event.leaves[0].label);
  for (std::size_t size = 0; size < sealed.event.leaves[0].ciphertext.size(); ++size) {
    Leaf cut = sealed.event.leaves[0];
    cut.ciphertext.resize(size);
    EXPECT_FALSE(open(kOrigin, kExchange, share, cut)) << size;
  }
}

TEST(DigestTest, TheOrderOfCompartmentsDoesNotMatter) {
  auto plains = some_plains();
  std::set<Digest> digests;
  for (int turn = 0; turn < 3; ++turn) {
    std::rotate(plains.begin(), plains.begin() + 1, plains.end());
    SeededEntropy entropy(6);
    auto event = seal(plains, entropy).value().event;
    digests.insert(event_digest("header", sorted_hashes(event)));
    std::rotate(event.leaves.begin(), event.leaves.begin() + 1, event.leaves.end());
    std::reverse(event.padding.begin(), event.padding.end());
    digests.insert(event_digest("header", sorted_hashes(event)));
  }
  EXPECT_EQ(digests.size(), 1u);
}

TEST(DigestTest, HeaderAndCountDoNotRunIntoTheHashes) {
  SeededEntropy entropy(7);
  std::vector<Digest> hashes = {entropy.id<Digest>(), entropy.id<Digest>()};
  std::sort(hashes.begin(), hashes.end());
  const std::vector<Digest> last = {hashes[1]};
  const Bytes shifted = "header" + Bytes(hashes[0].view());
  EXPECT_NE(event_digest("header", hashes), event_digest(shifted, last));
}

TEST(DigestTest, AnEventLeafIsNoLeaf) {
  const Leaf leaf{{1, 1, 3, 0}, "facts", {}, "ciphertext"};
  const Bytes same =
      Writer().raw(leaf.label.encode()).sized(leaf.facts).raw(leaf.commitment.view()).sized(leaf.ciphertext).take();
  EXPECT_NE(event_leaf_hash(same), leaf_hash(leaf));
}

class ReceivedTest : public ::testing::Test {
 protected:
  World world;
  /// As the broker hands over leaf `granted` whole and the rest as hashes.
  std::vector<Digest> others_than(std::size_t granted) const {
    auto hashes = sorted_hashes(world.event);
    std::erase(hashes, leaf_hash(world.event.leaves[granted]));
    return hashes;
  }
};

TEST_F(ReceivedTest, PartOfAnEventProvesTheWhole) {
  for (std::size_t i = 0; i < world.event.leaves.size(); ++i) {
    EXPECT_EQ(digest_of_received(world.header, {&world.event.leaves[i], 1}, others_than(i)).value(), world.digests[1]);
  }
  EXPECT_EQ(digest_of_received(world.header, {}, sorted_hashes(world.event)).value(), world.digests[1]);
}

TEST_F(ReceivedTest, ALeafOfAnotherEventProvesNothing) {
  Leaf foreign = world.event.leaves[0];
  foreign.commitment.bytes[0] ^= 1;
  EXPECT_NE(digest_of_received(world.header, {&foreign, 1}, others_than(0)).value(), world.digests[1]);
}

TEST_F(ReceivedTest, AHashTooFewOrTooManyIsRefused) {
  auto others = others_than(0);
  others.pop_back();
  EXPECT_EQ(code_of(digest_of_received(world.header, {&world.event.leaves[0], 1}, others)), "E-PROOF");
  others.resize(9);
  EXPECT_EQ(code_of(digest_of_received(world.header, {&world.event.leaves[0], 1}, others)), "E-PROOF");
  others.resize(100);
  EXPECT_EQ(code_of(digest_of_received(world.header, {&world.event.leaves[0], 1}, others)), "E-PROOF");
  EXPECT_EQ(code_of(digest_of_received(world.header, {}, {})), "E-PROOF");
}

TEST_F(ReceivedTest, LabelsThatRepeatAreRefused) {
  const std::vector<Leaf> twice = {world.event.leaves[0], world.event.leaves[0]};
  EXPECT_EQ(code_of(digest_of_received(world.header, twice, std::vector<Digest>(6))), "E-LABEL");
}

}  // namespace
}  // namespace concordat::seal
