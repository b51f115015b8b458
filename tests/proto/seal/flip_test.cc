// Every flipped bit is rejected, field by field, over all bits of a small event and of every box.
#include <gtest/gtest.h>

#include <functional>

#include "tests/proto/seal/world.h"

namespace concordat::seal {
namespace {

/// Flips each bit of `size` bytes at `bytes` in turn, asks `rejected`, and flips it back. Says how many were not.
std::size_t unnoticed(void* bytes, std::size_t size, const std::function<bool()>& rejected) {
  auto* at = static_cast<std::uint8_t*>(bytes);
  std::size_t count = 0;
  for (std::size_t bit = 0; bit < size * 8; ++bit) {
    const auto mask = static_cast<std::uint8_t>(1u << (bit % 8));
    at[bit / 8] ^= mask;
    if (!rejected()) ++count;
    at[bit / 8] ^= mask;
  }
  return count;
}
std::size_t unnoticed(Bytes& bytes, const std::function<bool()>& rejected) {
  return unnoticed(bytes.data(), bytes.size(), rejected);
}
template <class Tag, std::size_t N>
std::size_t unnoticed(FixedBytes<Tag, N>& bytes, const std::function<bool()>& rejected) {
  return unnoticed(bytes.bytes.data(), N, rejected);
}
template <class Tag, std::size_t N>
std::size_t unnoticed(Secret<Tag, N>& bytes, const std::function<bool()>& rejected) {
  return unnoticed(bytes.data(), N, rejected);
}
template <class Integer>
requires std::is_integral_v<Integer> std::size_t unnoticed(Integer& number, const std::function<bool()>& rejected) {
  return unnoticed(&number, sizeof(number), rejected);
}

class FlipTest : public ::testing::Test {
 protected:
  World world;
  /// The digest no longer is the one signed; and if the attacker puts the new one into the list, the signature does not
  /// hold.
  std::function<bool()> not_proven = [this] {
    const Digest signed_digest = world.digests[1];
    const bool noticed = !world.origin_is_proven();
    world.digests[1] = world.digest();
    const bool noticed_again = world.digests[1] != signed_digest && !world.signature_holds();
    world.digests[1] = signed_digest;
    return noticed && noticed_again;
  };
  std::function<bool()> signature_fails = [this] { return !world.signature_holds(); };
  std::function<bool()> stays_shut = [this] { return !world.opens(); };
};

TEST_F(FlipTest, UntouchedItIsProvenAndOpens) {
  EXPECT_TRUE(world.origin_is_proven());
  EXPECT_TRUE(world.opens());
}

TEST_F(FlipTest, HeaderEventLeafAndPaddingAreUnderTheSignature) {
  EXPECT_EQ(unnoticed(world.header, not_proven), 0u);
  EXPECT_EQ(unnoticed(world.event.event_leaf, not_proven), 0u);
  for (Digest& hash : world.event.padding) EXPECT_EQ(unnoticed(hash, not_proven), 0u);
}

TEST_F(FlipTest, LabelsFactsCommitmentsAndCiphertextsAreUnderTheSignature) {
  for (Leaf& leaf : world.event.leaves) {
    EXPECT_EQ(unnoticed(leaf.label.person, not_proven), 0u);
    EXPECT_EQ(unnoticed(leaf.label.roles, not_proven), 0u);
    EXPECT_EQ(unnoticed(leaf.label.item, not_proven), 0u);
    EXPECT_EQ(unnoticed(leaf.label.part, not_proven), 0u);
    EXPECT_EQ(unnoticed(leaf.facts, not_proven), 0u);
    EXPECT_EQ(unnoticed(leaf.commitment, not_proven), 0u);
    EXPECT_EQ(unnoticed(leaf.ciphertext, not_proven), 0u);
  }
}

TEST_F(FlipTest, StatementDigestListSignatureAndKeyAreChecked) {
  EXPECT_EQ(unnoticed(world.statement.agency, signature_fails), 0u);
  EXPECT_EQ(unnoticed(world.statement.adapter, signature_fails), 0u);
  EXPECT_EQ(unnoticed(world.statement.outbox_epoch.value, signature_fails), 0u);
  EXPECT_EQ(unnoticed(world.statement.first_sequence, signature_fails), 0u);
  EXPECT_EQ(unnoticed(world.statement.broker, signature_fails), 0u);
  for (Digest& digest : world.digests) EXPECT_EQ(unnoticed(digest, signature_fails), 0u);
  EXPECT_EQ(unnoticed(world.signature, signature_fails), 0u);
  EXPECT_EQ(unnoticed(world.signer.verify, signature_fails), 0u);
}

TEST_F(FlipTest, ACompartmentOpensOnlyAsItWasSealed) {
  for (std::size_t i = 0; i < world.event.leaves.size(); ++i) {
    Leaf& leaf = world.event.leaves[i];
    EXPECT_EQ(unnoticed(leaf.label.person, stays_shut), 0u);
    EXPECT_EQ(unnoticed(leaf.label.roles, stays_shut), 0u);
    EXPECT_EQ(unnoticed(leaf.label.item, stays_shut), 0u);
    EXPECT_EQ(unnoticed(leaf.label.part, stays_shut), 0u);
    EXPECT_EQ(unnoticed(leaf.commitment, stays_shut), 0u);
    EXPECT_EQ(unnoticed(leaf.ciphertext, stays_shut), 0u);
    EXPECT_EQ(unnoticed(world.shares[i], stays_shut), 0u);
  }
}

TEST_F(FlipTest, ACompartmentOpensOnlyForItsOriginAndExchangeKey) {
  EXPECT_EQ(unnoticed(world.exchange, stays_shut), 0u);
  EXPECT_EQ(unnoticed(world.origin.partnership, stays_shut), 0u);
  EXPECT_EQ(unnoticed(world.origin.agency, stays_shut), 0u);
  EXPECT_EQ(unnoticed(world.origin.event, stays_shut), 0u);
  EXPECT_EQ(unnoticed(world.origin.revision, stays_shut), 0u);
  EXPECT_EQ(unnoticed(world.origin.kind, stays_shut), 0u);
  EXPECT_EQ(unnoticed(world.origin.schema_version, stays_shut), 0u);
  EXPECT_EQ(unnoticed(world.origin.exchange_epoch, stays_shut), 0u);
}

TEST(FlipBoxTest, ABoxOfEventSecrets) {
  SeededEntropy entropy(2);
  BoxPair broker = new_box_pair(entropy);
  const std::vector<EventSecret> secrets(2);
  Bytes bound = "statement";
  Bytes box = box_secrets(broker.open, secrets, bound, entropy).value();
  const auto refused = [&] { return !unbox_secrets(broker, box, bound, 2); };
  ASSERT_FALSE(refused());
  // X25519 ignores the top bit of a public key, and the key is over the bytes as sent: so that bit is noticed too.
  EXPECT_EQ(unnoticed(box, refused), 0u);
  EXPECT_EQ(unnoticed(bound, refused), 0u);
}

TEST(FlipBoxTest, ABoxOfShares) {
  SeededEntropy entropy(3);
  SessionKey key = *SessionKey::from(Bytes(32, 's'));
  std::vector<LabelledShare> shares(2);
  shares[0].label = {0, 0, 9, 0};
  shares[1].label = {4711, 1, 3, 0};
  Bytes bound = "delivery 5";
  Bytes box = box_shares(key, shares, bound, entropy);
  const auto refused = [&] { return !unbox_shares(key, box, bound); };
  ASSERT_FALSE(refused());
  EXPECT_EQ(unnoticed(box, refused), 0u);
  EXPECT_EQ(unnoticed(bound, refused), 0u);
  EXPECT_EQ(unnoticed(key, refused), 0u);
}

TEST(FlipBoxTest, EncryptedBytes) {
  SeededEntropy entropy(4);
  SymmetricKey key = *SymmetricKey::from(Bytes(32, 'k'));
  Bytes bound = "body 17";
  Bytes box = encrypt(key, "what the record says", bound, entropy);
  const auto refused = [&] { return !decrypt(key, box, bound); };
  ASSERT_FALSE(refused());
  EXPECT_EQ(unnoticed(box, refused), 0u);
  EXPECT_EQ(unnoticed(bound, refused), 0u);
  EXPECT_EQ(unnoticed(key, refused), 0u);
}

TEST(FlipBoxTest, BodyCommitments) {
  Bytes salt(32, 's'), body = "what the record says";
  const Digest before = commitment(salt, body);
  const auto noticed = [&] { return commitment(salt, body) != before; };
  EXPECT_EQ(unnoticed(salt, noticed), 0u);
  EXPECT_EQ(unnoticed(body, noticed), 0u);
}

}  // namespace
}  // namespace concordat::seal
