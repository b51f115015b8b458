// Signatures: one context never stands for another, and a batch is what was listed, for whom it was meant.
#include "proto/seal/proof.h"

#include <gtest/gtest.h>

#include <array>

#include "proto/seal/blake2b.h"
#include "tests/proto/seal/entropy.h"

namespace concordat::seal {
namespace {

constexpr std::array kContexts = {context::kBatch,      context::kDecision,  context::kDirectoryEntry,
                                  context::kDirectory,  context::kAgreement, context::kSession,
                                  context::kAcceptance, context::kCheckpoint};

class ProofTest : public ::testing::Test {
 protected:
  SeededEntropy entropy{11};
  SigningPair pair = new_signing_pair(entropy);
  BatchStatement statement{"agency", "agency/adapter", {77}, 41, "broker"};
  std::vector<Digest> digests = {entropy.id<Digest>(), entropy.id<Digest>(), entropy.id<Digest>()};
};

TEST_F(ProofTest, ASignatureHoldsInItsOwnContextOnly) {
  for (const auto signed_for : kContexts) {
    const Signature signature = sign(pair.secret, signed_for, "the same message");
    for (const auto read_as : kContexts) {
      EXPECT_EQ(verifies(pair.verify, read_as, "the same message", signature), signed_for == read_as)
          << signed_for << " as " << read_as;
    }
  }
}

TEST_F(ProofTest, AContextDoesNotRunIntoItsMessage) {
  const Signature signature = sign(pair.secret, context::kDirectory, "-entry and more");
  EXPECT_TRUE(verifies(pair.verify, context::kDirectory, "-entry and more", signature));
  EXPECT_FALSE(verifies(pair.verify, context::kDirectoryEntry, " and more", signature));
}

TEST_F(ProofTest, AnotherKeyProvesNothing) {
  const SigningPair other = new_signing_pair(entropy);
  EXPECT_FALSE(verifies(other.verify, context::kSession, "message", sign(pair.secret, context::kSession, "message")));
  EXPECT_FALSE(verifies(VerifyKey{}, context::kSession, "message", Signature{}));
}

TEST_F(ProofTest, ABatchIsItsListInItsOrder) {
  const Signature signature = sign_batch(pair.secret, statement, digests);
  EXPECT_TRUE(batch_verifies(pair.verify, statement, digests, signature));
  auto fewer = digests, swapped = digests, more = digests;
  fewer.pop_back();
  std::swap(swapped[0], swapped[1]);
  more.push_back(digests[0]);
  EXPECT_FALSE(batch_verifies(pair.verify, statement, fewer, signature));
  EXPECT_FALSE(batch_verifies(pair.verify, statement, swapped, signature));
  EXPECT_FALSE(batch_verifies(pair.verify, statement, more, signature));
}

/// A sender that signs a list of any length: README's construction, written here a second time.
Signature sign_any(const SigningKey& key, const BatchStatement& statement, const std::vector<Digest>& digests) {
  const auto count = static_cast<std::uint16_t>(digests.size());
  Blake2b<Digest> list(purpose::kBatchList);
  list.u16(count);
  for (const Digest& digest : digests) list.raw(digest.view());
  Writer message;
  message.sized(statement.agency)
      .sized(statement.adapter)
      .u64(statement.outbox_epoch.value)
      .u64(statement.first_sequence);
  message.sized(statement.broker).u16(count).raw(list.finish().view());
  return sign(key, context::kBatch, message.bytes());
}

TEST_F(ProofTest, ABatchOfNoneOrTooManyNeverVerifies) {
  const std::vector<Digest> none, full(kBatchDigestsMax), over(kBatchDigestsMax + 1);
  EXPECT_TRUE(batch_verifies(pair.verify, statement, full, sign_any(pair.secret, statement, full)));
  EXPECT_FALSE(batch_verifies(pair.verify, statement, none, sign_any(pair.secret, statement, none)));
  EXPECT_FALSE(batch_verifies(pair.verify, statement, over, sign_any(pair.secret, statement, over)));
  EXPECT_DEATH(sign_batch(pair.secret, statement, over), "1 to 64 events");
}

TEST_F(ProofTest, ABatchForAnotherBrokerOrAdapterDoesNotVerify) {
  const Signature signature = sign_batch(pair.secret, statement, digests);
  BatchStatement other = statement;
  other.broker = "another";
  EXPECT_FALSE(batch_verifies(pair.verify, other, digests, signature));
  other = statement;
  other.agency = "agencyagency", other.adapter = "/adapter";
  EXPECT_FALSE(batch_verifies(pair.verify, other, digests, signature));
}

TEST_F(ProofTest, ABatchSignatureIsNoOtherSignature) {
  const Signature signature = sign_batch(pair.secret, statement, digests);
  EXPECT_FALSE(verifies(pair.verify, context::kAcceptance, "", signature));
  EXPECT_FALSE(batch_verifies(pair.verify, statement, digests, sign(pair.secret, context::kBatch, "")));
}

TEST_F(ProofTest, HashesDifferByContext) {
  for (const auto one : kContexts) {
    for (const auto other : kContexts) EXPECT_EQ(hash(one, "message") == hash(other, "message"), one == other);
  }
  EXPECT_NE(hash("a", "bc"), hash("ab", "c"));
  EXPECT_DEATH((void)hash("", "message"), "short constant");
}

}  // namespace
}  // namespace concordat::seal
