// The last step out: which keys a session is agreed with, and that they are forgotten with it.
#include <gtest/gtest.h>

#include "broker/deliver/assemble.h"
#include "tests/support/stage.h"

namespace concordat::test {
namespace {

class AssembleTest : public ::testing::Test {
 protected:
  AssembleTest() : fresh_(seal::new_box_pair(entropy_)) {
    identity_.name = kBroker;
    identity_.signing = {stage.cast.broker_signing.secret.clone(), stage.cast.broker_signing.verify};
    identity_.boxes.entries.push_back({1, {stage.cast.broker_box.secret.clone(), stage.cast.broker_box.open}});
    identity_.boxes.entries.push_back({2, {fresh_.secret.clone(), fresh_.open}});
    stage.connect(kPolice);
  }
  void list_the_new_key() {
    stage.change_directory([&](directory::Directory& directory) { directory.broker.keys.push_back({2, fresh_.open}); });
  }
  /// What the IDVA can do with its next delivery: "opens under key 1", or why not.
  std::string hand_over(const std::string& reference) {
    const SessionId session = stage.connect(desk::kIdva);
    const wire::Welcome welcome = assembler_.welcome(session, stage.sent<wire::Welcome>(session).at(0), {}, {});
    stage.send(kPolice, incident(reference, 17));
    const auto handed = stage.take(desk::kIdva);
    const auto frames = assembler_.frames(handed.at(0).hand_over, {});
    if (!frames) return std::string(frames.error().code.name);
    return opens(welcome, frames->at(0)) ? "opens under key " + std::to_string(welcome.broker_key) : "does not open";
  }
  bool opens(const wire::Welcome& welcome, const wire::DeliveryFrame& frame) {
    const directory::Directory& directory = *stage.process().core().world().directory;
    const Bytes bound = wire::session_bound(kBroker, directory.desk(desk::kIdva)->name, frame.key, frame.session_epoch);
    const auto key = seal::session_key_of_desk(welcome.session_key, directory.broker.key(welcome.broker_key)->open, stage.cast.desks.at(desk::kIdva), bound);
    const wire::Delivery& delivery = frame.deliveries.at(0);
    const auto decision = wire::decode_decision(delivery.decision);
    return seal::unbox_shares(*key, delivery.shares, wire::shares_bound(delivery.number, decision->event_digest, delivery.decision, decision->sequence)).has_value();
  }

  Stage stage;
  DiceEntropy entropy_{5};
  seal::BoxPair fresh_;
  broker::Identity identity_;
  broker::Assembler assembler_{identity_, entropy_};
};

TEST_F(AssembleTest, ASessionIsAgreedWithTheKeyThatItsWelcomeNamesAndNotTheOneConfiguredLast) {
  EXPECT_EQ(hand_over("R1"), "opens under key 1");
  list_the_new_key();
  EXPECT_EQ(hand_over("R2"), "opens under key 2");
}

TEST_F(AssembleTest, ABoxKeyThatIsNotHeldHandsNothingOver) {
  identity_.boxes.entries.pop_back();
  list_the_new_key();
  EXPECT_EQ(hand_over("R1"), "E-CONFIG");
}

TEST_F(AssembleTest, KeysOfASessionThatEndedAreForgotten) {
  const SessionId session = stage.connect(desk::kIdva);
  (void)assembler_.welcome(session, stage.sent<wire::Welcome>(session).at(0), {}, {});
  stage.send(kPolice, incident("R1", 17));
  const auto handed = stage.take(desk::kIdva);
  EXPECT_TRUE(assembler_.frames(handed.at(0).hand_over, {}));
  assembler_.forget(session);
  EXPECT_FALSE(assembler_.frames(handed.at(0).hand_over, {}));
}

}  // namespace
}  // namespace concordat::test
