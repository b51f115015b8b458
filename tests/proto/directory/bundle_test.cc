// Whose word makes a directory: entries signed by their parties, versions countersigned by a quorum, never an older one.
#include "tests/proto/directory/partnership.h"

namespace concordat::directory {
namespace {

using testing::Test;

class BundleTest : public Test {
 protected:
  Bundle first() {
    auto bundle = propose(nullptr, p.all());
    EXPECT_TRUE(bundle) << said(bundle);
    return *bundle;
  }
  Bundle next(const Bundle& bundle, const Change& change) {
    auto after = propose(&bundle, change);
    EXPECT_TRUE(after) << said(after);
    return *after;
  }
  Change suspend(const std::string& which) {
    Change change;
    change.suspend = {which};
    return change;
  }
  Directory directory(const Bundle& bundle) { return *load_bundle(p.countersigned(bundle, {&p.police, &p.council}), p.roots()); }

  Partnership p;
};

TEST_F(BundleTest, AVersionCountersignedByEnoughIsTheDirectory) {
  const auto loaded = load_bundle(p.countersigned(first(), {&p.police, &p.council}), p.roots());
  ASSERT_TRUE(loaded) << said(loaded);
  EXPECT_EQ(loaded->version, 1u);
  EXPECT_EQ(loaded->parties.size(), 3u);
  EXPECT_EQ(loaded->desk("council/idva")->number.value, 2);
  EXPECT_EQ(loaded->desk("council/idva")->alternative, loaded->desk("council/marac")->number);
  EXPECT_EQ(loaded->client("police/incidents")->publishes, std::vector<std::string>{"police/incidents"});
  EXPECT_EQ(loaded->client(p.council.clients[1].keys[0])->name, "council/marac");
  EXPECT_EQ(loaded->adapter("police/incidents")->alarms, loaded->desk("police/control")->number);
  EXPECT_EQ(loaded->client("council/police"), nullptr);
}

TEST_F(BundleTest, AVersionCountersignedByTooFewIsRefused) {
  const auto loaded = load_bundle(p.countersigned(first(), {&p.council}), p.roots());
  ASSERT_FALSE(loaded);
  EXPECT_EQ(refusal(loaded), code::kQuorum.name);
  EXPECT_EQ(refusal_in_full(loaded), "E-QUORUM the pinned roots' rule needs 2, countersigned by council");
}

TEST_F(BundleTest, OneOperatorAloneCanAddNobody) {
  const Bundle before = first();
  PartyEntry friends = p.party("friend", contract::DeskRole::Police);
  Change change;
  change.entries = {p.signed_entry(friends)};
  Bundle after = next(before, change);
  // The operator holds the broker's keys, the newcomer's and one party's; he may sign with each, and more than once.
  after.version.sign(p.pair(p.broker.verify[0]), seal::context::kDirectory);
  after.version.sign(p.pair(friends.keys[0]), seal::context::kDirectory);
  const Directory known = directory(before);
  EXPECT_EQ(refusal(load_bundle(p.countersigned(after, {&p.council}), p.roots(), &known)), code::kQuorum.name);
  EXPECT_EQ(said(load_bundle(p.countersigned(after, {&p.council, &p.police}), p.roots(), &known)), "ok");
}

TEST_F(BundleTest, AQuorumRuleCannotBeLoosenedByTheFewItWouldNeed) {
  p.quorum = {3, {"police", "council", "hospital"}};
  const Bundle before = first();
  const Directory known = *load_bundle(p.countersigned(before, {&p.police, &p.council, &p.hospital}), p.roots());
  Change change;
  change.quorum = QuorumRule{2, {"police", "council"}};
  const Bundle after = next(before, change);
  const auto loaded = load_bundle(p.countersigned(after, {&p.police, &p.council}), p.roots(), &known);
  EXPECT_EQ(refusal_in_full(loaded), "E-QUORUM the rule of the version before needs 3, countersigned by police, council");
}

TEST_F(BundleTest, AVersionSatisfiesItsOwnRuleToo) {
  p.quorum.need = 3;
  const Bundle bundle = first();
  const auto loaded = load_bundle(p.countersigned(bundle, {&p.police, &p.council}), p.roots());
  ASSERT_FALSE(loaded);
  EXPECT_EQ(refusal_in_full(loaded), "E-QUORUM its own rule needs 3, countersigned by police, council");
  EXPECT_EQ(said(load_bundle(p.countersigned(bundle, {&p.police, &p.council, &p.hospital}), p.roots())), "ok");
}

TEST_F(BundleTest, ASignatureForAnotherPurposeDoesNotCount) {
  Bundle bundle = first();
  bundle.version.sign(p.pair(p.police.keys[0]), seal::context::kDirectoryEntry);
  EXPECT_EQ(refusal(load_bundle(p.countersigned(bundle, {&p.council}), p.roots())), code::kQuorum.name);
}

TEST_F(BundleTest, ARolledBackVersionIsRefused) {
  const Bundle one = first();
  const Bundle two = next(one, suspend("desk:council/idva"));
  const Directory known = *load_bundle(p.countersigned(two, {&p.police, &p.council}), p.roots());
  const auto loaded = load_bundle(p.countersigned(one, {&p.police, &p.council}), p.roots(), &known);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(refusal(loaded), code::kRollback.name);
  EXPECT_EQ(refusal_in_full(loaded), "E-ROLLBACK version 1 is offered, version 2 is known");
}

TEST_F(BundleTest, AnotherVersionOfTheSameNumberIsRefusedTheSameOneIsNot) {
  const Bundle one = first();
  const Bundle two = next(one, suspend("desk:council/idva"));
  const Bundle other = next(one, suspend("desk:council/marac"));
  const Directory known = *load_bundle(p.countersigned(two, {&p.police, &p.council}), p.roots());
  EXPECT_EQ(said(load_bundle(p.countersigned(two, {&p.police, &p.hospital}), p.roots(), &known)), "ok");
  EXPECT_EQ(refusal(load_bundle(p.countersigned(other, {&p.police, &p.council}), p.roots(), &known)), code::kRollback.name);
}

TEST_F(BundleTest, TheNextVersionIsChainedToTheOneBefore) {
  const Bundle one = first();
  const Bundle two = next(one, suspend("desk:council/idva"));
  const Bundle other = next(one, suspend("desk:council/marac"));
  const Bundle three = next(other, suspend("party:hospital"));
  const Directory known = *load_bundle(p.countersigned(two, {&p.police, &p.council}), p.roots());
  const auto loaded = load_bundle(p.countersigned(three, {&p.police, &p.council}), p.roots(), &known);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(refusal_in_full(loaded), "E-DIRECTORY version: previous: it is not the digest of the version before");
}

TEST_F(BundleTest, AClientMayMissVersionsAdoptionMayNot) {
  const Bundle one = first();
  const Bundle two = next(one, suspend("desk:council/idva"));
  const Bundle three = next(two, suspend("desk:council/marac"));
  const Directory known = directory(one);
  const Bytes bytes = p.countersigned(three, {&p.police, &p.council});
  EXPECT_EQ(said(load_bundle(bytes, p.roots(), &known)), "ok");
  const auto adopted = load_bundle(bytes, p.roots(), &known, Demands{.next_only = true});
  ASSERT_FALSE(adopted);
  EXPECT_EQ(refusal_in_full(adopted), "E-DIRECTORY version: version: the next one is 2");
}

TEST_F(BundleTest, SuspensionTakesOneVersionAndHoldsForAllThatBelongsToIt) {
  const Directory after = *load_bundle(p.countersigned(next(first(), suspend("party:police")), {&p.council, &p.hospital}), p.roots());
  EXPECT_TRUE(after.suspended(*after.client("police/incidents")));
  EXPECT_TRUE(after.suspended(*after.adapter("police/incidents")));
  EXPECT_TRUE(after.suspended(*after.desk("police/control")));
  EXPECT_FALSE(after.suspended(*after.client("council/idva")));
}

TEST_F(BundleTest, ASuspendedPartysCountersignatureDoesNotCount) {
  const Bundle one = first();
  const Bundle two = next(one, suspend("party:police"));
  const Directory known = *load_bundle(p.countersigned(two, {&p.hospital, &p.council}), p.roots());
  const Bundle three = next(two, suspend("desk:council/idva"));
  const auto loaded = load_bundle(p.countersigned(three, {&p.police, &p.council}), p.roots(), &known);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(refusal(loaded), code::kQuorum.name);
  EXPECT_EQ(said(load_bundle(p.countersigned(three, {&p.hospital, &p.council}), p.roots(), &known)), "ok");
}

TEST_F(BundleTest, ASuspendedPartysSignatureDoesNotCountTowardsTheRootsRuleEither) {
  // The rule in force may be met by the two others, the pinned roots by one of them and the suspended one.
  Roots roots = p.roots();
  roots.of.erase(roots.of.begin() + 2);  // police, council
  const Bundle two = next(first(), suspend("party:police"));
  const Bytes by_all = p.countersigned(two, {&p.police, &p.council, &p.hospital});
  EXPECT_EQ(refusal(load_bundle(by_all, roots)), code::kQuorum.name);
  EXPECT_EQ(said(load_bundle(by_all, p.roots())), "ok");
  const Directory known = *load_bundle(by_all, p.roots());
  Change resume;
  resume.resume = {"party:police"};
  const Bytes three = p.countersigned(next(two, resume), {&p.police, &p.council, &p.hospital});
  EXPECT_EQ(refusal(load_bundle(three, roots, &known)), code::kQuorum.name) << "nobody resumes itself";
  EXPECT_EQ(said(load_bundle(three, p.roots(), &known)), "ok");
}

TEST_F(BundleTest, EveryFlippedBitIsRefused) {
  const Bytes good = p.countersigned(first(), {&p.police, &p.council});
  const Roots roots = p.roots();
  ASSERT_TRUE(load_bundle(good, roots));
  for (std::size_t i = 0; i < good.size(); i += 3) {
    Bytes changed = good;
    changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
    EXPECT_FALSE(load_bundle(changed, roots)) << "byte " << i;
  }
}

TEST_F(BundleTest, ATruncatedBundleIsRefused) {
  const Bytes good = p.countersigned(first(), {&p.police, &p.council});
  for (std::size_t size = 0; size < good.size(); size += 7) EXPECT_FALSE(decode_bundle(good.substr(0, size)));
  EXPECT_FALSE(decode_bundle(good + "x"));
}

TEST_F(BundleTest, AnEntryIsSignedWithEveryKeyItListsForItsOwner) {
  Change change = p.all();
  change.entries[0].signatures.clear();
  EXPECT_NE(said(propose(nullptr, change)).find("entry police: keys: it is not signed with"), std::string::npos);
  change.entries[0].sign(p.pair(p.council.keys[0]), seal::context::kDirectoryEntry);
  EXPECT_NE(said(propose(nullptr, change)).find("entry police: keys: it is not signed with"), std::string::npos);
  change = p.all();
  change.broker->signatures.clear();
  EXPECT_NE(said(propose(nullptr, change)).find("entry broker: keys: it is not signed with"), std::string::npos);
}

TEST_F(BundleTest, AnEntryThatTheVersionDoesNotNameIsRefused) {
  Bundle bundle = first();
  p.police.title = "Police, changed after countersigning";
  bundle.entries[0] = p.signed_entry(p.police);
  const auto loaded = load_bundle(p.countersigned(bundle, {&p.police, &p.council}), p.roots());
  EXPECT_EQ(refusal_in_full(loaded), "E-DIRECTORY entry police: text: it is not the one that the version names");
}

TEST_F(BundleTest, DemonstrationKeysAreRefusedInProductionOnly) {
  p.place = {"cheshire-east", Environment::Live, true};
  p.police.place = p.council.place = p.hospital.place = p.broker.place = {"cheshire-east", Environment::Live, false};
  p.hospital.place.demonstration = true;
  const Bytes bytes = p.countersigned(first(), {&p.police, &p.council});
  EXPECT_EQ(refusal(load_bundle(bytes, p.roots(), nullptr, Demands{.production = true})), code::kDemonstration.name);
  ASSERT_EQ(said(load_bundle(bytes, p.roots())), "ok");
  EXPECT_TRUE(load_bundle(bytes, p.roots())->demonstration);
}

TEST_F(BundleTest, LiveAndTestNeverMix) {
  Roots roots = p.roots();
  roots.environment = Environment::Live;
  EXPECT_EQ(refusal(load_bundle(p.countersigned(first(), {&p.police, &p.council}), roots)), code::kEnvironment.name);
  p.hospital.place.environment = Environment::Live;
  EXPECT_EQ(refusal(propose(nullptr, p.all())), code::kEnvironment.name);
}

TEST_F(BundleTest, RootsThatOneCouldSatisfyAreRefused) {
  Roots roots = p.roots();
  roots.need = 1;
  EXPECT_FALSE(load_bundle(p.countersigned(first(), {&p.police}), roots));
  EXPECT_FALSE(read_roots(write(roots), "roots.yaml"));
  roots.need = 4;
  EXPECT_FALSE(read_roots(write(roots), "roots.yaml"));
  roots.need = 2;
  ASSERT_EQ(said(read_roots(write(roots), "roots.yaml")), "ok");
  roots.of[1].key = roots.of[0].key;
  EXPECT_FALSE(read_roots(write(roots), "roots.yaml")) << "one key under two names";
}

}  // namespace
}  // namespace concordat::directory
