// One version after another: numbers and names are permanent, keys stay with their owners, rotation adds before it removes.
#include "tests/proto/directory/partnership.h"

namespace concordat::directory {
namespace {

class FollowTest : public testing::Test {
 protected:
  FollowTest() : first(*propose(nullptr, p.all())) {}

  /// What is said of the version that follows `before` with these entries changed.
  std::string after(const Bundle& before, const std::vector<const PartyEntry*>& entries) {
    auto bundle = propose(&before, with(entries));
    if (bundle) latest = *bundle;
    return said(bundle);
  }
  Change with(const std::vector<const PartyEntry*>& entries) {
    Change change;
    for (const PartyEntry* entry : entries) change.entries.push_back(p.signed_entry(*entry));
    return change;
  }
  /// A version written by hand after `first`, as somebody would who does not use the tool.
  std::string written(std::function<void(Version&)> spoil) {
    Version version = *read_version(first.version.text, "first");
    version.version = 2;
    version.previous = first.version.digest(seal::context::kDirectory);
    spoil(version);
    Bundle bundle = first;
    bundle.version = {write(version), {}};
    const Directory known = *read_unproven(first);
    return said(read_unproven(bundle, &known));
  }
  static bool says(const std::string& answer, std::string_view words) { return answer.find(words) != std::string::npos; }

  Partnership p;
  Bundle first;
  Bundle latest;
};

TEST_F(FollowTest, AnUnchangedSuccessorIsAccepted) {
  EXPECT_EQ(written([](Version&) {}), "ok");
}

TEST_F(FollowTest, ANumberIsPermanent) {
  const std::string answer = written([](Version& version) { version.parties[2].number = 9; });
  EXPECT_TRUE(says(answer, "version: parties: 'hospital' was number 3; numbers are permanent")) << answer;
  const std::string desk = written([](Version& version) { std::swap(version.parties[1].desks[0].second, version.parties[1].desks[1].second); });
  EXPECT_TRUE(says(desk, "version: desks: 'council/idva' was number 2; numbers are permanent")) << desk;
}

TEST_F(FollowTest, AReusedNumberIsRefused) {
  const std::string answer = written([](Version& version) { version.parties[2].number = version.parties[0].number; });
  EXPECT_TRUE(says(answer, "version: parties: number 1 is both police's and hospital's")) << answer;
  const std::string retired = written([](Version& version) { version.retired_desks = {{"police/old", 1}}; });
  EXPECT_TRUE(says(retired, "version: desks: number 1 is both police/control's and police/old's")) << retired;
}

TEST_F(FollowTest, ANewPartyGetsTheNextNumberAndARetiredOneKeepsIts) {
  PartyEntry fourth = p.party("lifeline", contract::DeskRole::PerpetratorProgramme);
  ASSERT_EQ(after(first, {&fourth}), "ok");
  Change change;
  change.retire = {"lifeline"};
  const Bundle without = *propose(&latest, change);
  PartyEntry fifth = p.party("fire", contract::DeskRole::FireService);
  ASSERT_EQ(after(without, {&fifth}), "ok");
  const Directory directory = *read_unproven(latest);
  EXPECT_EQ(directory.party("fire")->number.value, 5);
  ASSERT_EQ(directory.retired_parties.size(), 1u);
  EXPECT_EQ(directory.retired_parties[0].number, 4);
  EXPECT_TRUE(says(after(latest, {&fourth}), "'lifeline' is there twice, or was retired"));
}

TEST_F(FollowTest, ADeskThatIsDroppedIsRetired) {
  PartyEntry council = p.council;
  council.serial = 2;
  council.desks[0].alternative.clear();
  council.desks.pop_back();
  council.clients.pop_back();
  ASSERT_EQ(after(first, {&council}), "ok");
  const Directory directory = *read_unproven(latest);
  ASSERT_EQ(directory.retired_desks.size(), 1u);
  EXPECT_EQ(directory.retired_desks[0].name, "council/marac");
  EXPECT_EQ(directory.retired_desks[0].number, 3);
}

TEST_F(FollowTest, WhoIsLeftOutMustBeRetired) {
  Version version = *read_version(first.version.text, "first");
  version.version = 2;
  version.previous = first.version.digest(seal::context::kDirectory);
  version.parties.pop_back();
  version.quorum.of.pop_back();
  Bundle bundle = first;
  bundle.entries.pop_back();
  bundle.version = {write(version), {}};
  const Directory known = *read_unproven(first);
  const std::string answer = said(read_unproven(bundle, &known));
  EXPECT_TRUE(says(answer, "version: parties: 'hospital' was left out; retire it")) << answer;
}

TEST_F(FollowTest, ARetiredDeskDoesNotComeBack) {
  const Directory known = [&] {
    PartyEntry council = p.council;
    council.serial = 2;
    council.desks[0].alternative.clear();
    council.desks.pop_back();
    council.clients.pop_back();
    EXPECT_EQ(after(first, {&council}), "ok");
    return *read_unproven(latest);
  }();
  // By hand, with its former number and no longer among the retired.
  Version version = *read_version(latest.version.text, "second");
  version.version = 3;
  version.previous = latest.version.digest(seal::context::kDirectory);
  version.retired_desks.clear();
  PartyEntry council = p.council;
  council.serial = 3;
  Bundle bundle = latest;
  bundle.entries[1] = p.signed_entry(council);
  version.parties[1].entry = bundle.entries[1].digest(seal::context::kDirectoryEntry);
  version.parties[1].desks.emplace_back("marac", 3);
  bundle.version = {write(version), {}};
  const std::string answer = said(read_unproven(bundle, &known));
  EXPECT_TRUE(says(answer, "version: desks: 'council/marac' was retired")) << answer;
}

TEST_F(FollowTest, AKeyDoesNotPassToAnotherOwner) {
  PartyEntry police = p.police, hospital = p.hospital;
  police.serial = hospital.serial = 2;
  hospital.adapters = {{"attendances", police.adapters[0].keys, ""}};
  police.adapters[0].keys = {p.verify_key("new")};
  const std::string answer = after(first, {&police, &hospital});
  EXPECT_TRUE(says(answer, "entry hospital: adapter hospital/attendances: its key was adapter police/incidents's")) << answer;
}

TEST_F(FollowTest, RotationAddsBeforeItRemoves) {
  const seal::VerifyKey fresh = p.verify_key("new");
  PartyEntry police = p.police;
  police.serial = 2;
  police.adapters[0].keys = {fresh};
  const std::string at_once = after(first, {&police});
  EXPECT_TRUE(says(at_once, "entry police: adapter police/incidents: all its keys are replaced at once")) << at_once;
  police.adapters[0].keys = {p.police.adapters[0].keys[0], fresh};
  ASSERT_EQ(after(first, {&police}), "ok");
  EXPECT_EQ(read_unproven(latest)->adapter("police/incidents")->verify, fresh);
  EXPECT_EQ(read_unproven(latest)->adapter("police/incidents")->verify_also.size(), 1u);
  police.serial = 3;
  police.adapters[0].keys = {fresh};
  EXPECT_EQ(after(latest, {&police}), "ok");
}

TEST_F(FollowTest, ALostKeyIsSuspendedThenReplaced) {
  PartyEntry council = p.council;
  council.serial = 2;
  council.clients[0].keys = {p.transport_key()};
  EXPECT_TRUE(says(after(first, {&council}), "client council/idva: all its keys are replaced at once"));
  Change change;
  change.suspend = {"client:council/idva"};
  const Bundle suspended = *propose(&first, change);
  EXPECT_EQ(after(suspended, {&council}), "ok");
}

TEST_F(FollowTest, APartysOwnKeyRotatesUnderBothSignatures) {
  PartyEntry council = p.council;
  council.serial = 2;
  council.keys.push_back(p.verify_key("council 2"));
  ASSERT_EQ(after(first, {&council}), "ok");
  council.serial = 3;
  council.keys.erase(council.keys.begin());
  EXPECT_EQ(after(latest, {&council}), "ok");
}

TEST_F(FollowTest, AnOlderEntryOfAPartyDoesNotComeBack) {
  PartyEntry police = p.police;
  police.serial = 2;
  police.title = "Police, as of now";
  ASSERT_EQ(after(first, {&police}), "ok");
  const std::string answer = after(latest, {&p.police});
  EXPECT_TRUE(says(answer, "entry police: serial: a changed entry needs one above 2")) << answer;
}

TEST_F(FollowTest, SuspendingWhatIsNotThereIsRefused) {
  const auto suspend = [&](const char* which) {
    Change change;
    change.suspend = {which};
    return said(propose(&first, change));
  };
  EXPECT_TRUE(says(suspend("client:police/nobody"), "version: suspended.clients: 'police/nobody' is not in the directory"));
  EXPECT_TRUE(says(suspend("police"), "is not KIND:NAME"));
  EXPECT_EQ(suspend("adapter:police/incidents"), "ok");
}

TEST_F(FollowTest, WhatIsWrittenReadsBackTheSame) {
  p.council.desks[1].staffed_always = true;
  p.council.desks[1].mailbox = "shared";
  p.council.desks[1].acts_for = {"police"};
  p.council.title = "Council \"of\" \\ all";
  const std::string text = write(p.council);
  const auto again = read_party_entry(text, "entry");
  ASSERT_TRUE(again) << said(again);
  EXPECT_EQ(write(*again), text);
  EXPECT_EQ(again->title, p.council.title);
  EXPECT_EQ(write(*read_broker_entry(write(p.broker), "broker")), write(p.broker));
  EXPECT_EQ(write(*read_version(first.version.text, "version")), first.version.text);
  EXPECT_EQ(write(*read_roots(write(p.roots()), "roots")), write(p.roots()));
}

}  // namespace
}  // namespace concordat::directory
