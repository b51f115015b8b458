// Each check of a directory shown to bite: one fault planted at a time, and the entry and field named in answer.
#include "tests/proto/directory/partnership.h"

namespace concordat::directory {
namespace {

struct Planted {
  std::string name;
  std::function<void(Partnership&)> plant;
  std::string says;

  friend void PrintTo(const Planted& one, std::ostream* out) { *out << one.name; }
};

std::vector<Planted> faults() {
  using P = Partnership&;
  using contract::DeskRole;
  return {
      {"PartyName", [](P p) { p.police.name = "police--force"; }, "entry police--force: party: it is not a name"},
      {"PartyNameWithSlash", [](P p) { p.police.name = "police/x"; }, "entry police/x: party: it is not a name"},
      {"DeskName", [](P p) { p.council.desks[0].name = "idva-"; }, "entry council: desks: 'idva-' is not a name"},
      {"TwoLinesOfTitle", [](P p) { p.police.title = std::string(200, 'x'); }, "entry police: title: it must be one line"},
      {"NoKey", [](P p) { p.council.desks[0].keys.clear(); }, "entry council: desks.idva.keys: at least one key"},
      {"TooManyKeys", [](P p) { for (std::uint32_t id = 2; id < 6; ++id) p.council.desks[0].keys.push_back({id, p.box_key()}); }, "a list of over 4"},
      {"KeyNumbersFall", [](P p) { p.council.desks[0].keys.push_back({1, p.box_key()}); }, "entry council: desks.idva.keys: key numbers rise"},
      {"TransportKeyTwice", [](P p) { p.council.clients[0].keys = p.police.clients[0].keys; }, "entry police: client police/incidents: its key is also that of client council/idva"},
      {"AnAgencysKeyInAnothersEntry", [](P p) { p.hospital.adapters = {{"attendances", p.police.adapters[0].keys, ""}}; }, "entry police: adapter police/incidents: its key is also that of adapter hospital/attendances"},
      {"SignatorysKeyTwice", [](P p) { p.council.signatories.push_back({"director", p.council.signatories[0].verify}); }, "signatory director of council: its key is also that of signatory caldicott_guardian"},
      {"DeskKeyIsBrokers", [](P p) { p.council.desks[0].keys[0].open = p.broker.keys[0].open; }, "desk council/idva: its key is also that of boxes of broker"},
      {"TransportKeyIsSigningKey", [](P p) { p.council.clients[0].keys[0] = *TransportKey::from(p.police.keys[0].view()); }, "its key is also that of party police"},
      {"KeyOfZeros", [](P p) { p.council.clients[0].keys[0] = {}; }, "client council/idva: a key is all zeros"},
      {"AlternativeThatIsNot", [](P p) { p.council.desks[0].alternative = "council/nobody"; }, "entry council: desks.idva.alternative: 'council/nobody' is no desk"},
      {"AlternativeThatIsItself", [](P p) { p.council.desks[0].alternative = "council/idva"; }, "desks.idva.alternative: it is the desk itself"},
      {"AlarmsAtAnothersDesk", [](P p) { p.police.adapters[0].alarms = "idva"; }, "entry police: adapters.incidents.alarms: 'idva' is no desk of this party"},
      {"PublishesAnothers", [](P p) { p.council.clients[0].publishes = {"incidents"}; }, "entry council: clients.idva.publishes: 'incidents' is no adapter of this party"},
      {"ReadsAnothers", [](P p) { p.police.clients[0].reads = {"idva"}; }, "entry police: clients.incidents.reads: 'idva' is no desk of this party"},
      {"ReadsAnothersByWholeName", [](P p) { p.police.clients[0].reads = {"council/idva"}; }, "'council/idva' has a slash: only desks of this party"},
      {"DoesNothing", [](P p) { p.council.clients[0].reads.clear(); }, "entry council: clients.idva: it publishes nothing and reads nothing"},
      {"MailboxOfAnother", [](P p) { p.council.desks[0].mailbox = "police/control"; }, "entry council: desks.idva.mailbox: it is not a name"},
      {"ActsForNobody", [](P p) { p.council.desks[0].acts_for = {"nobody"}; }, "entry council: desks.idva.acts_for: 'nobody' is no party"},
      {"OtherPartnership", [](P p) { p.hospital.place.partnership = "stockport"; }, "entry hospital: partnership: it is stockport"},
      {"QuorumOfOne", [](P p) { p.quorum = {1, {"police"}}; }, "version: quorum.need: at least 2"},
      {"QuorumWithOneTwice", [](P p) { p.quorum = {2, {"police", "council", "police"}}; }, "'police' is there twice"},
      {"QuorumOfStrangers", [](P p) { p.quorum = {2, {"police", "stranger"}}; }, "version: quorum.of: 'stranger' is no party"},
      {"QuorumOutOfReach", [](P p) { p.quorum = {4, {"police", "council", "hospital"}}; }, "version: quorum.need: more than the parties"},
  };
}

class EveryCheck : public testing::TestWithParam<Planted> {};

TEST_P(EveryCheck, BitesAndNamesEntryAndField) {
  Partnership p;
  GetParam().plant(p);
  const std::string answer = said(propose(nullptr, p.all()));
  EXPECT_NE(answer.find(GetParam().says), std::string::npos) << answer;
}
INSTANTIATE_TEST_SUITE_P(Directory, EveryCheck, testing::ValuesIn(faults()), [](const auto& one) { return one.param.name; });

TEST(AQuorum, OfHalfIsRefused) {
  Partnership p;
  Change change = p.all();
  change.entries.push_back(p.signed_entry(p.party("x", contract::DeskRole::Police)));
  change.quorum = QuorumRule{2, {"police", "council", "hospital", "x"}};
  EXPECT_NE(said(propose(nullptr, change)).find("quorum.need: more than half"), std::string::npos);
}

TEST(PartnershipOfTests, WithoutAFaultIsAccepted) {
  Partnership p;
  EXPECT_EQ(said(propose(nullptr, p.all())), "ok");
}

TEST(PartyNames, WithOneFactCodeAreRefused) {
  ASSERT_EQ(code_of("upper-tbregz"), code_of("north-qwflsj")) << "found by search";
  Partnership p;
  Change change = p.all();
  change.entries.push_back(p.signed_entry(p.party("upper-tbregz", contract::DeskRole::Police)));
  EXPECT_EQ(said(propose(nullptr, change)), "ok");
  change.entries.push_back(p.signed_entry(p.party("north-qwflsj", contract::DeskRole::Police)));
  EXPECT_NE(said(propose(nullptr, change)).find("have the same fact code"), std::string::npos);
}

TEST(CodeOf, IsFnv1aAndNeverZero) {
  EXPECT_EQ(code_of(""), 2166136261u);
  EXPECT_EQ(code_of("a"), 0xe40c292cu);
  EXPECT_EQ(code_of("foobar"), 0xbf9cf968u);
}

}  // namespace
}  // namespace concordat::directory
