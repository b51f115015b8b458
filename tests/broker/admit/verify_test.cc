// What is checked of a batch before anything is remembered of it: whose it is, that nobody changed it, and its form.
#include "broker/admit/verify.h"

#include <gtest/gtest.h>

#include "tests/support/draft.h"

namespace concordat::test {
namespace {

class VerifyTest : public ::testing::Test {
 protected:
  VerifyTest() : sealed(incident("R1", 17).seal(cast, kPolice, entropy)), other(incident("R2", 17).seal(cast, kPolice, entropy)) {}

  Bytes batch(const std::string& adapter = kPolice) {
    const Sealed* events[] = {&sealed, &other};
    return batch_of(cast, adapter, {7}, 40, events, entropy);
  }
  /// "arrived", "arrived E-LABEL -", or "refused E-PROOF 40+2".
  std::string verify(ByteView bytes, const std::string& client = Cast::client_of(kPolice)) {
    const auto verified = broker::verify_batch(1, bytes, client, directory, cast.broker_keys());
    if (const auto* refused = std::get_if<broker::BatchRefused>(&verified)) {
      return "refused " + std::string(refused->error.code.name) + " " + std::to_string(refused->first_sequence) + "+" + std::to_string(refused->count);
    }
    std::string line = "arrived";
    for (const auto& item : std::get<broker::BatchArrived>(verified).events) line += item.error ? " " + std::string(item.error->code.name) : " +";
    return line;
  }
  /// The batch with one thing changed and signed anew by the police.
  template <class Change>
  Bytes signed_anew(Change change) {
    wire::Batch decoded = *wire::decode_batch(batch());
    change(decoded);
    std::vector<Digest> digests;
    for (const Bytes& event : decoded.events) {
      const auto read = wire::decode_event(event);
      digests.push_back(read ? wire::digest_of(*read) : Digest{});
    }
    decoded.signature = seal::sign_batch(cast.adapters.at(kPolice).secret, decoded.statement, digests);
    return wire::encode(decoded);
  }
  template <class Change>
  Bytes with_event(Change change) {
    return signed_anew([&](wire::Batch& decoded) {
      wire::Event event = *wire::decode_event(decoded.events[0]);
      change(event);
      decoded.events[0] = wire::encode(event);
    });
  }
  template <class Change>
  Bytes with_header(Change change) {
    return signed_anew([&](wire::Batch& decoded) {
      wire::Event event = *wire::decode_event(decoded.events[1]);
      wire::Header header = *wire::decode_header(event.header);
      change(header);
      event.header = wire::encode(header);
      decoded.events[1] = wire::encode(event);
    });
  }

  Cast cast;
  directory::Directory directory = cast.directory;
  DiceEntropy entropy{5};
  Sealed sealed, other;
};

TEST_F(VerifyTest, AnHonestBatchArrivesWithEverythingTheCoreNeeds) {
  auto verified = broker::verify_batch(3, batch(), Cast::client_of(kPolice), directory, cast.broker_keys());
  auto* arrived = std::get_if<broker::BatchArrived>(&verified);
  ASSERT_NE(arrived, nullptr);
  EXPECT_EQ(arrived->session, 3u);
  ASSERT_EQ(arrived->events.size(), 2u);
  const broker::VerifiedEvent& event = *arrived->events[0].verified;
  EXPECT_EQ(event.digest, sealed.digest);
  EXPECT_EQ(event.secret.view(), sealed.secret.view());
  EXPECT_EQ(event.labels, sealed.labels);
  EXPECT_EQ(event.fact_set.person(1)->values[static_cast<std::size_t>(contract::Fact::RiskScore)], 18u);
  EXPECT_EQ(event.content.sealed.size(), sealed.labels.size());
  EXPECT_EQ(wire::decode_batch_proof(arrived->proof)->digests.at(1), other.digest);
}

TEST_F(VerifyTest, EveryFlippedByteOfABatchIsRefused) {
  const Bytes honest = batch();
  ASSERT_EQ(verify(honest), "arrived + +");
  for (std::size_t at = 0; at < honest.size(); at += 3) {
    Bytes changed = honest;
    changed[at] = static_cast<char>(changed[at] ^ (1 << at % 8));
    EXPECT_EQ(verify(changed).substr(0, 7), "refused") << "byte " << at;
  }
}

TEST_F(VerifyTest, WhatCannotBeReadHasNoNumbers) { EXPECT_EQ(verify("nonsense").substr(0, 9), "refused E"); }

TEST_F(VerifyTest, OneAgencyCannotSignAsAnother) {
  EXPECT_EQ(verify(batch(kHospital), Cast::client_of(kPolice)), "refused E-SENDER 40+2");
  EXPECT_EQ(verify(batch(kPolice), Cast::client_of(kHospital)), "refused E-SENDER 40+2");
  directory.adapters[0].verify = cast.adapters.at(kHospital).verify;
  EXPECT_EQ(verify(batch()), "refused E-PROOF 40+2");
}

TEST_F(VerifyTest, AnOlderKeyHoldsAsLongAsItIsListed) {
  directory::Adapter& adapter = directory.adapters[0];
  ASSERT_EQ(adapter.name, kPolice);
  const seal::VerifyKey older = adapter.verify;
  adapter.verify = cast.adapters.at(kHospital).verify;
  adapter.verify_also = {older};
  EXPECT_EQ(verify(batch()), "arrived + +");
}

TEST_F(VerifyTest, TheSuspendedSendNothing) {
  for (bool* suspended : {&directory.adapters[0].suspended, &directory.parties[0].suspended}) {
    *suspended = true;
    EXPECT_EQ(verify(batch()), "refused E-SENDER 40+2");
    *suspended = false;
  }
  for (auto& client : directory.clients) client.suspended = client.name == Cast::client_of(kPolice);
  EXPECT_EQ(verify(batch()), "refused E-SENDER 40+2");
}

TEST_F(VerifyTest, ABatchIsForOneBroker) {
  directory.broker.name = "another-broker";
  EXPECT_EQ(verify(batch()), "refused E-SENDER 40+2");
}

TEST_F(VerifyTest, SecretsAreBoxedToAKeyOfThisBroker) {
  EXPECT_EQ(verify(signed_anew([](wire::Batch& decoded) { decoded.broker_key = 9; })), "refused E-PROOF 40+2");
  EXPECT_EQ(verify(signed_anew([](wire::Batch& decoded) { decoded.secrets[5] ^= 1; })), "refused E-PROOF 40+2");
}

TEST_F(VerifyTest, AFaultOfOneEventIsThatEventsAlone) {
  EXPECT_EQ(verify(with_header([](wire::Header& header) { header.live = true; })), "arrived + E-ENVIRONMENT");
  EXPECT_EQ(verify(with_header([](wire::Header& header) { header.source = "mid-cheshire-hospitals"; })), "arrived + E-SENDER");
  EXPECT_EQ(verify(with_header([](wire::Header& header) { header.revision = 1; })), "arrived + E-REVISION");
  EXPECT_EQ(verify(with_header([](wire::Header& header) { header.corrects.bytes[0] = 1; })), "arrived + E-REVISION");
  EXPECT_EQ(verify(with_header([](wire::Header&) {})), "arrived + +");
}

TEST_F(VerifyTest, LabelsRiseAndEachPlaceIsThereOnce) {
  EXPECT_EQ(verify(with_event([](wire::Event& event) { event.sealed.leaves[1] = event.sealed.leaves[0]; })), "arrived E-LABEL +");
  EXPECT_EQ(verify(with_event([](wire::Event& event) { std::swap(event.sealed.leaves[0], event.sealed.leaves[1]); })), "arrived E-LABEL +");
  EXPECT_EQ(verify(with_event([](wire::Event& event) {
              event.sealed.leaves[1].label = event.sealed.leaves[0].label;
              event.sealed.leaves[1].label.roles ^= 0x10;
            })), "refused E-LABEL 40+2") << "the same place under other roles";
}

TEST_F(VerifyTest, WhatNoRecipientWouldTakeIsNotTaken) {
  EXPECT_EQ(verify(with_event([](wire::Event& event) { event.sealed.padding.pop_back(); })), "arrived E-PADDING +");
  EXPECT_EQ(verify(with_event([](wire::Event& event) { event.sealed.leaves[0].ciphertext += 'x'; })), "arrived E-PADDING +");
  EXPECT_EQ(verify(with_event([](wire::Event& event) {
              wire::EventLeaf leaf = *wire::decode_event_leaf(event.sealed.event_leaf);
              leaf.schema_version = 2;
              event.sealed.event_leaf = wire::encode(leaf);
            })), "arrived E-VERSION +");
  EXPECT_EQ(verify(with_header([](wire::Header& header) { header.event = {}; })), "arrived + E-FRAME");
  EXPECT_EQ(verify(with_header([](wire::Header& header) { header.time = Instant::min(); })), "arrived + E-TIME");
}

TEST_F(VerifyTest, AFactBelongsToItsItem) {
  EXPECT_EQ(verify(signed_anew([](wire::Batch& decoded) {
              wire::Event event = *wire::decode_event(decoded.events[0]);
              for (auto& leaf : event.sealed.leaves) {
                if (leaf.label.person == 2) leaf.facts = contract::encode_facts(std::vector<contract::FactEntry>{{contract::Fact::RiskScore, 18}});
              }
              decoded.events[0] = wire::encode(event);
            })),
            "arrived E-FACT +");
}

}  // namespace
}  // namespace concordat::test
