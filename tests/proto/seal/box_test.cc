// Boxes open for whom and for what they were made, whole or not at all.
#include "proto/seal/box.h"

#include <gtest/gtest.h>

#include <set>

#include "proto/seal/aead.h"
#include "proto/seal/keys.h"
#include "tests/proto/seal/entropy.h"

namespace concordat::seal {
namespace {

template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "opened" : std::string(result.error().code.name);
}

/// Points of small order and their other writings: agreeing with any of them gives zero.
const char* const kLowOrder[] = {"0000000000000000000000000000000000000000000000000000000000000000",
                                 "0100000000000000000000000000000000000000000000000000000000000000",
                                 "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                                 "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                                 "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                 "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                 "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};

class BoxTest : public ::testing::Test {
 protected:
  SeededEntropy entropy{21};
  BoxPair broker = new_box_pair(entropy);
  BoxPair desk = new_box_pair(entropy);
  BoxPair ephemeral = new_box_pair(entropy);
  SessionKey session = *SessionKey::from(Bytes(32, 's'));

  std::vector<EventSecret> secrets(std::size_t count) {
    std::vector<EventSecret> made(count);
    for (EventSecret& secret : made) entropy.fill({secret.data(), secret.kSize});
    return made;
  }
  std::vector<LabelledShare> shares(std::uint16_t count) {
    std::vector<LabelledShare> made(count);
    for (std::uint16_t i = 0; i < count; ++i) {
      made[i].label = {4711, 1, static_cast<std::uint16_t>(i + 1), 0};
      entropy.fill({made[i].share.data(), Share::kSize});
    }
    return made;
  }
};

TEST_F(BoxTest, EventSecretsReachTheBrokerInOrder) {
  for (const std::size_t count : {0u, 1u, 2u, 64u}) {
    const auto sent = secrets(count);
    const Bytes box = box_secrets(broker.open, sent, "statement", entropy).value();
    const auto got = unbox_secrets(broker, box, "statement", count).value();
    ASSERT_EQ(got.size(), count);
    for (std::size_t i = 0; i < count; ++i) EXPECT_TRUE(equal(got[i].view(), sent[i].view()));
  }
}

TEST_F(BoxTest, EventSecretsAreForOneBrokerOneBatchAndOneCount) {
  const Bytes box = box_secrets(broker.open, secrets(3), "statement", entropy).value();
  EXPECT_EQ(code_of(unbox_secrets(broker, box, "statement", 3)), "opened");
  EXPECT_EQ(code_of(unbox_secrets(desk, box, "statement", 3)), "E-PROOF");
  EXPECT_EQ(code_of(unbox_secrets(broker, box, "another", 3)), "E-PROOF");
  EXPECT_EQ(code_of(unbox_secrets(broker, box, "statement", 2)), "E-PROOF");
  EXPECT_EQ(code_of(unbox_secrets(broker, box, "statement", 4)), "E-PROOF");
  EXPECT_EQ(code_of(unbox_secrets(broker, box, "statement", std::size_t(-1))), "E-PROOF");
  const Bytes empty = box_secrets(broker.open, {}, "statement", entropy).value();
  EXPECT_EQ(code_of(unbox_secrets(broker, empty, "statement", std::size_t(1) << 59)), "E-PROOF")
      << "32 times this is 0 in 64 bits";
}

TEST_F(BoxTest, EveryTruncationOfABoxOfSecretsIsRefused) {
  const Bytes box = box_secrets(broker.open, secrets(2), "statement", entropy).value();
  for (std::size_t size = 0; size < box.size(); ++size) {
    for (std::size_t count = 0; count <= 3; ++count)
      EXPECT_FALSE(unbox_secrets(broker, box.substr(0, size), "statement", count)) << size;
  }
  EXPECT_FALSE(unbox_secrets(broker, box + "x", "statement", 2));
}

TEST_F(BoxTest, SharesReachTheDeskWithTheirLabels) {
  for (const std::uint16_t count : std::initializer_list<std::uint16_t>{0, 1, 63}) {
    const auto sent = shares(count);
    const auto got = unbox_shares(session, box_shares(session, sent, "delivery 5", entropy), "delivery 5").value();
    ASSERT_EQ(got.size(), count);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(got[i].label, sent[i].label);
      EXPECT_TRUE(equal(got[i].share.view(), sent[i].share.view()));
    }
  }
}

TEST_F(BoxTest, SharesAreForOneSessionAndOneDelivery) {
  const Bytes box = box_shares(session, shares(3), "delivery 5", entropy);
  EXPECT_EQ(code_of(unbox_shares(session, box, "delivery 5")), "opened");
  EXPECT_EQ(code_of(unbox_shares(session, box, "delivery 6")), "E-BOX");
  EXPECT_EQ(code_of(unbox_shares(*SessionKey::from(Bytes(32, 't')), box, "delivery 5")), "E-BOX");
}

TEST_F(BoxTest, EveryTruncationOfABoxOfSharesIsRefused) {
  const Bytes box = box_shares(session, shares(2), "delivery 5", entropy);
  for (std::size_t size = 0; size < box.size(); ++size)
    EXPECT_FALSE(unbox_shares(session, box.substr(0, size), "delivery 5")) << size;
  EXPECT_FALSE(unbox_shares(session, box + "x", "delivery 5"));
  EXPECT_EQ(code_of(unbox_shares(session, Bytes(1 << 20, '\1'), "delivery 5")), "E-BOX");
}

/// A box as a broker might make it that does not keep to the rules.
std::string unboxed(const SessionKey& session, ByteView entries, Entropy& entropy) {
  Bytes box = "\x01";
  seal_again(session.data(), "bound", entries, entropy, box);
  return code_of(unbox_shares(session, box, "bound"));
}

TEST_F(BoxTest, SharesThatRepeatAreUnsortedOrForNothingAreRefused) {
  const Bytes share(32, 's');
  const Bytes one = Label{1, 1, 3, 0}.encode() + share, two = Label{1, 1, 4, 0}.encode() + share,
              none = Label{1, 1, 0, 0}.encode() + share;
  EXPECT_EQ(unboxed(session, one + two, entropy), "opened");
  EXPECT_EQ(unboxed(session, two + one, entropy), "E-LABEL");
  EXPECT_EQ(unboxed(session, one + one, entropy), "E-LABEL");
  EXPECT_EQ(unboxed(session, none, entropy), "E-LABEL");
  EXPECT_EQ(unboxed(session, one + two.substr(0, 38), entropy), "E-BOX");
}

TEST_F(BoxTest, UnsortedSharesAreAFaultOfTheCaller) {
  auto unsorted = shares(2);
  std::swap(unsorted[0], unsorted[1]);
  EXPECT_DEATH((void)box_shares(session, unsorted, "bound", entropy), "label order");
}

TEST_F(BoxTest, TheTwoSidesOfASessionAgree) {
  const auto ours = session_key_of_broker(ephemeral, broker, desk.open, "bound").value();
  const auto theirs = session_key_of_desk(ephemeral.open, broker.open, desk, "bound").value();
  EXPECT_TRUE(equal(ours.view(), theirs.view()));
}

TEST_F(BoxTest, BothSecretsOfTheBrokerAreNeeded) {
  const auto real = session_key_of_broker(ephemeral, broker, desk.open, "bound").value();
  const BoxPair no_ephemeral{new_box_pair(entropy).secret, ephemeral.open},
      no_broker{new_box_pair(entropy).secret, broker.open};
  EXPECT_FALSE(equal(real.view(), session_key_of_broker(no_ephemeral, broker, desk.open, "bound").value().view()));
  EXPECT_FALSE(equal(real.view(), session_key_of_broker(ephemeral, no_broker, desk.open, "bound").value().view()));
}

TEST_F(BoxTest, AnotherKeyOrBindingGivesAnotherSession) {
  const BoxPair other = new_box_pair(entropy);
  const auto ours = session_key_of_broker(ephemeral, broker, desk.open, "bound").value();
  const auto differs = [&](const BoxPublic& ephemeral_open, const BoxPublic& broker_open, const BoxPair& reader,
                           ByteView bound) {
    return !equal(ours.view(), session_key_of_desk(ephemeral_open, broker_open, reader, bound).value().view());
  };
  EXPECT_FALSE(differs(ephemeral.open, broker.open, desk, "bound"));
  EXPECT_TRUE(differs(other.open, broker.open, desk, "bound"));
  EXPECT_TRUE(differs(ephemeral.open, other.open, desk, "bound"));
  EXPECT_TRUE(differs(ephemeral.open, broker.open, other, "bound"));
  EXPECT_TRUE(differs(ephemeral.open, broker.open, desk, "bounds"));
  EXPECT_TRUE(differs(broker.open, ephemeral.open, desk, "bound")) << "the two keys of the broker do not change places";
}

TEST_F(BoxTest, KeysThatAgreeOnNothingAreRefused) {
  for (const char* hex : kLowOrder) {
    const BoxPublic low = *BoxPublic::from_hex(hex);
    EXPECT_EQ(code_of(box_secrets(low, secrets(1), "statement", entropy)), "E-PROOF") << hex;
    EXPECT_EQ(code_of(session_key_of_broker(ephemeral, broker, low, "bound")), "E-PROOF") << hex;
    EXPECT_EQ(code_of(session_key_of_desk(low, broker.open, desk, "bound")), "E-PROOF") << hex;
    EXPECT_EQ(code_of(session_key_of_desk(ephemeral.open, low, desk, "bound")), "E-PROOF") << hex;
    const Bytes box = Writer().u8(1).raw(low.view()).raw(Bytes(16, '\0')).take();
    EXPECT_EQ(code_of(unbox_secrets(broker, box, "statement", 0)), "E-PROOF") << hex;
  }
}

TEST_F(BoxTest, EncryptedBytesComeBackUnderTheirKeyAsWhatTheyAre) {
  const auto key = *SymmetricKey::from(Bytes(32, 'k'));
  for (const std::size_t size : {0u, 1u, 1000u}) {
    const Bytes box = encrypt(key, Bytes(size, 'p'), "body 17", entropy);
    EXPECT_EQ(box.size(), size + kEncryptOverhead);
    EXPECT_EQ(decrypt(key, box, "body 17").value(), Bytes(size, 'p'));
    EXPECT_EQ(code_of(decrypt(key, box, "body 18")), "E-CIPHER");
    EXPECT_EQ(code_of(decrypt(*SymmetricKey::from(Bytes(32, 'l')), box, "body 17")), "E-CIPHER");
  }
}

TEST_F(BoxTest, EveryTruncationOfEncryptedBytesIsRefused) {
  const auto key = *SymmetricKey::from(Bytes(32, 'k'));
  const Bytes box = encrypt(key, "plain", "bound", entropy);
  for (std::size_t size = 0; size < box.size(); ++size)
    EXPECT_FALSE(decrypt(key, box.substr(0, size), "bound")) << size;
  EXPECT_FALSE(decrypt(key, box + "x", "bound"));
}

TEST_F(BoxTest, NoNonceAndNoEphemeralKeyRepeats) {
  SystemEntropy system;
  const auto key = *SymmetricKey::from(Bytes(32, 'k'));
  std::set<Bytes> seen;
  for (int round = 0; round < 200; ++round) {
    seen.insert(encrypt(key, "plain", "bound", system).substr(1, kNonceBytes));
    seen.insert(box_shares(session, shares(1), "bound", system).substr(1, kNonceBytes));
    seen.insert(box_secrets(broker.open, secrets(1), "bound", system).value().substr(1, 32));
  }
  EXPECT_EQ(seen.size(), 600u);
}

TEST(NamesTest, FieldsDoNotRunIntoEachOther) {
  const auto linkage = *LinkageKey::from(Bytes(32, 'l'));
  EXPECT_NE(token(linkage, "nhs/1", "23"), token(linkage, "nhs/12", "3"));
  const auto id_key = *EventIdKey::from(Bytes(32, 'e'));
  EXPECT_NE(event_id(id_key, "ab", "c", 0), event_id(id_key, "a", "bc", 0));
  const auto names = *PseudonymKey::from(Bytes(32, 'p'));
  EXPECT_NE(pseudonym(names, "ab", "c"), pseudonym(names, "a", "bc"));
}

TEST(NamesTest, TheSameInputGivesTheSameNameAndAnotherKeyAnother) {
  const auto one = *EventIdKey::from(Bytes(32, '1')), two = *EventIdKey::from(Bytes(32, '2'));
  EXPECT_EQ(event_id(one, "niche", "CE/1", 0), event_id(one, "niche", "CE/1", 0));
  EXPECT_NE(event_id(one, "niche", "CE/1", 0), event_id(one, "niche", "CE/1", 1));
  EXPECT_NE(event_id(one, "niche", "CE/1", 0), event_id(two, "niche", "CE/1", 0));
}

TEST(NamesTest, TwoDesksCannotCompareTheirPseudonyms) {
  const auto key = *PseudonymKey::from(Bytes(32, 'p'));
  EXPECT_NE(pseudonym(key, "idva", "person"), pseudonym(key, "checs", "person"));
}

TEST(NamesTest, ASaltThatCanBeGuessedIsAFaultOfTheCaller) {
  EXPECT_DEATH((void)commitment("short", "body"), "guessed");
}

}  // namespace
}  // namespace concordat::seal
