// The small parts of the transport by themselves: addresses, keys, descriptors, and what is told of refusals.
#include <gtest/gtest.h>

#include "proto/transport/client.h"
#include "proto/transport/server.h"
#include "tests/proto/transport/keys_for_tests.h"

namespace concordat::transport {
namespace {

using std::chrono::milliseconds;

TEST(Addresses, OtherThanTcpAndIpcAreRefused) {
  const KeyPair key = fresh_key();
  for (const char* bad : {"inproc://x", "udp://127.0.0.1:5000", "pgm://eth0;1.2.3.4:5", "127.0.0.1:5000", ""}) {
    ServerOptions server;
    server.addresses = {bad};
    const auto bound = Server::bind(server, key);
    ASSERT_FALSE(bound) << bad;
    EXPECT_EQ(bound.error().code, code::kAddress);
    ClientOptions client;
    client.address = bad;
    const auto connected = Client::connect(client, key);
    ASSERT_FALSE(connected) << bad;
    EXPECT_EQ(connected.error().code, code::kAddress);
  }
}

TEST(Addresses, OneThatIsTakenIsNamed) {
  const KeyPair key = fresh_key();
  ServerOptions options;
  options.addresses = {"tcp://127.0.0.1:*"};
  const auto first = Server::bind(options, key);
  ASSERT_TRUE(first);
  options.addresses = (*first)->addresses();
  const auto second = Server::bind(options, key);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().detail.find(options.addresses[0]), std::string::npos) << second.error().detail;
}

TEST(Keys, OfWhichThePublicHalfIsAnothersAreRefused) {
  const KeyPair key = fresh_key();
  const KeyPair other = fresh_key();
  EXPECT_TRUE(keys_from(key.secret.view(), key.open.view()));
  const auto mixed = keys_from(key.secret.view(), other.open.view());
  ASSERT_FALSE(mixed);
  EXPECT_EQ(mixed.error().code, code::kKeyFile);
  EXPECT_FALSE(keys_from(key.secret.view().substr(1), key.open.view()));
  EXPECT_FALSE(keys_from(key.secret.view(), ByteView()));
}

TEST(Descriptors, AreRaisedToWhatIsWantedAndNotLowered) {
  const std::size_t now = raise_descriptors(64);
  EXPECT_GE(now, 64u);
  EXPECT_EQ(raise_descriptors(1), now);
}

TEST(TallyOfRefusals, TellsTheFirstFewAndThenCounts) {
  Tally tally;
  const Tally::Time start{};
  for (int i = 0; i < 1000; ++i) tally.add(Why::UnknownKey, start, "10.0.0.1", "key");
  tally.add(Why::NotCurve, start);
  EXPECT_EQ(tally.take(start).size(), Tally::kToldMax + 1) << "one reason does not hide another";
  EXPECT_TRUE(tally.take(start + Tally::kInterval - milliseconds(1)).empty());
  const auto rest = tally.take(start + Tally::kInterval);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].count, 1000 - Tally::kToldMax);
  EXPECT_TRUE(tally.take(start + 2 * Tally::kInterval).empty());
  tally.add(Why::UnknownKey, start + 3 * Tally::kInterval, "10.0.0.2");
  EXPECT_EQ(tally.take(start + 3 * Tally::kInterval).size(), 1u) << "a new interval tells again";
}

}  // namespace
}  // namespace concordat::transport
