// Publishing and reading through a session: exactly once over lost links, nothing believed that is not proven.
#include <cstring>

#include "adapters/inbox/inbox.h"
#include "adapters/inbox/people.h"
#include "adapters/sdk/intake.h"
#include "adapters/sdk/session.h"
#include "adapters/sdk/settings.h"
#include "tests/adapters/police/reading.h"
#include "tests/adapters/sdk/fake_broker.h"

namespace concordat::testing {
namespace {

using police::testing::has;
using police::testing::sample;

/// The demonstration's second story: medium risk, a child lives there. `judgement` may make it high.
std::vector<sdk::Input> story(const std::string& judgement = "high", const std::string& reference = "P2") {
  std::string text = sample("incident-2.json");
  const auto replace = [&](const std::string& from, const std::string& to) { text.replace(text.find(from), from.size(), to); };
  replace("\"judgement\": \"medium\"", "\"judgement\": \"" + judgement + "\"");
  replace("CC-2026-0714-0231", reference);
  return police::read_file("incident-2.json", text, police::testing::reading(police::Environment::Test));
}

class SessionTest : public KeepTest {
 protected:
  void SetUp() override {
    KeepTest::SetUp();
    begin();
  }
  void begin() {
    session_.reset();
    publishing_ = std::make_unique<sdk::Publishing>(signer_, *keep_, entropy_, log_);
    session_ = std::make_unique<sdk::Session>(terms(), beliefs_, *keep_, publishing_.get(), nullptr, log_);
  }
  static sdk::SessionTerms terms() {
    sdk::SessionTerms terms;
    terms.client = "cheshire-constabulary/incidents";
    return terms;
  }
  sdk::IntakeCounts take(const std::vector<sdk::Input>& inputs, const std::string& file = "f") {
    sdk::Sealer sealer(publisher_, entropy_);
    sdk::Intake intake(*keep_, sealer, log_);
    const auto counts = intake.take(file, file, inputs, beliefs_.directory(), beliefs_.agreements(), clock_.at);
    EXPECT_TRUE(counts) << describe(counts.error());
    return counts ? *counts : sdk::IntakeCounts{};
  }
  /// Says hello and gives the broker's welcome to the session; what the session sends then.
  Result<sdk::Session::Out> connect() {
    auto hello = session_->up(clock_.at);
    EXPECT_TRUE(hello) << describe(hello.error());
    return session_->receive(broker_.welcome(std::get<wire::Hello>(hello->at(0))), clock_.at);
  }
  /// Hands everything published to the broker and its answers back, until nothing is left.
  void converse(Result<sdk::Session::Out> out) {
    ASSERT_TRUE(out) << describe(out.error());
    std::deque<wire::ToBroker> queue(std::make_move_iterator(out->begin()), std::make_move_iterator(out->end()));
    while (!queue.empty()) {
      wire::ToBroker message = std::move(queue.front());
      queue.pop_front();
      const auto* publish = std::get_if<wire::Publish>(&message);
      if (publish == nullptr) continue;
      auto more = session_->receive(broker_.take(*publish), clock_.at);
      ASSERT_TRUE(more) << describe(more.error());
      for (wire::ToBroker& each : *more) queue.push_back(std::move(each));
    }
  }

  FixedClock clock_;
  Lines lines_;
  observe::Log log_{lines_, clock_};
  CheshireEast east_;
  sdk::Beliefs beliefs_ = east_.beliefs();
  sdk::Publisher publisher_ = east_.publisher();
  sdk::Signer signer_ = east_.signer();
  FakeBroker broker_{east_};
  std::unique_ptr<sdk::Publishing> publishing_;
  std::unique_ptr<sdk::Session> session_;
};

TEST_F(SessionTest, AnIncidentAndItsAssessmentAreAcceptedOnce) {
  EXPECT_EQ(take(story()).events, 2u);
  converse(connect());
  EXPECT_EQ(outbox(), "waiting 0 sent 0 accepted 2 refused 0");
  EXPECT_EQ(broker_.taken(), 2u);
  EXPECT_EQ(take(story(), "again").unchanged, 2u) << "the same input, however often it is read";
  EXPECT_EQ(outbox(), "waiting 0 sent 0 accepted 2 refused 0");
}

TEST_F(SessionTest, ChangedContentIsACorrectionThatCitesTheOriginal) {
  take(story("medium"));
  converse(connect());
  EXPECT_EQ(take(story("high"), "later").events, 2u) << "the assessment changed, and the risk that the incident carries";
  converse(session_->tick(clock_.at));
  ASSERT_EQ(broker_.taken(), 4u);
  EXPECT_EQ(broker_.event(3).header.revision, 1u);
  EXPECT_EQ(broker_.event(3).header.corrects, broker_.event(1).digest);
  EXPECT_NE(broker_.event(3).header.event, broker_.event(1).header.event);
}

TEST_F(SessionTest, PeopleKeepTheirNumbersOverRevisions) {
  take(story("medium"));
  take(story("high"), "later");
  converse(connect());
  const auto people = [&](std::size_t n) {
    std::set<std::uint16_t> numbers;
    for (const auto& leaf : broker_.event(n).event.sealed.leaves) numbers.insert(leaf.label.person);
    return numbers;
  };
  EXPECT_EQ(people(1), people(3));
  EXPECT_FALSE(people(1).contains(1)) << "and they are not the source's";
}

TEST_F(SessionTest, WhatNoClauseCouldReleaseStaysHomeAndIsCounted) {
  const auto inputs = police::read_incidents_csv("reference,occurred,domestic_abuse,other.family_name\nP9,2026-07-14,yes,Bystander\n", police::testing::reading());
  beliefs_ = std::move(*sdk::Beliefs::make(east_.roots(), east_.bundle, {}, false));  // no agreement is in force
  EXPECT_EQ(take(inputs).kept_home, 1u);
  EXPECT_EQ(outbox(), "waiting 0 sent 0 accepted 0 refused 0");
  EXPECT_EQ((*keep_->counters())["kept_home/incident"], 1u);
  EXPECT_EQ(take(inputs, "again").unchanged, 1u);
  EXPECT_EQ((*keep_->counters())["kept_home/incident"], 1u);
  beliefs_ = east_.beliefs();
  EXPECT_EQ(take(inputs, "under an agreement").events, 1u) << "offered again when a clause could release it, it leaves";
}

TEST_F(SessionTest, WhatWasPublishedAndMayNoLongerLeaveIsWithdrawn) {
  take(story("medium"));
  converse(connect());
  beliefs_ = std::move(*sdk::Beliefs::make(east_.roots(), east_.bundle, {}, false));
  EXPECT_EQ(take(story("high"), "later").events, 2u);
  converse(session_->tick(clock_.at));
  ASSERT_EQ(broker_.taken(), 4u);
  EXPECT_TRUE(broker_.event(3).header.withdrawn);
  EXPECT_EQ(broker_.event(3).header.corrects, broker_.event(1).digest);
  EXPECT_TRUE(broker_.event(3).event.sealed.leaves.empty());
  EXPECT_TRUE(broker_.event(3).leaf.tokens.empty());
}

TEST_F(SessionTest, CompartmentsThatNoClauseReleasesDoNotLeaveEither) {
  take(story());
  converse(connect());
  for (const auto& leaf : broker_.event(0).event.sealed.leaves) EXPECT_NE(leaf.label.item, static_cast<std::uint16_t>(contract::Item::Narrative));
  EXPECT_GT((*keep_->counters())["compartments_kept_home"], 0u);
}

TEST_F(SessionTest, LostAnswersAreAskedForAgainWithTheSameBytes) {
  take(story());
  auto first = connect();
  ASSERT_TRUE(first);
  const Bytes sent = std::get<wire::Publish>(first->at(0)).batch;
  broker_.take(wire::Publish{sent});  // the broker took it; its answer is lost with the link and the process
  session_->down();
  open();
  begin();
  auto again = connect();
  ASSERT_TRUE(again);
  EXPECT_EQ(std::get<wire::Publish>(again->at(0)).batch, sent);
  converse(std::move(again));
  EXPECT_EQ(broker_.duplicates, 2u);
  EXPECT_EQ(broker_.taken(), 2u);
  EXPECT_EQ(outbox(), "waiting 0 sent 0 accepted 2 refused 0");
}

TEST_F(SessionTest, ARefusedEventIsQuarantinedAndTheNextGoesOn) {
  broker_.refuse = {"incident"};
  take(story());
  converse(connect());
  EXPECT_EQ(outbox(), "waiting 0 sent 0 accepted 1 refused 1");
  const auto quarantine = keep_->quarantine();
  ASSERT_EQ(quarantine->size(), 1u);
  EXPECT_EQ(quarantine->front().what.code, "E-ASSERT");
  EXPECT_EQ(quarantine->front().what.file, "f");
  EXPECT_EQ(quarantine->front().what.line, 1u);
  broker_.refuse.clear();
  EXPECT_EQ(take(story(), "offered again").events, 1u) << "refused never took effect, so it is new";
  converse(session_->tick(clock_.at));
  EXPECT_EQ(outbox(), "waiting 0 sent 0 accepted 2 refused 1");
}

TEST_F(SessionTest, AKeyThatTheDirectoryDoesNotListSignsNothing) {
  take(story());
  signer_.signing = seal::new_signing_pair(entropy_);
  const auto refused = connect();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, code::kKeyFile);
  EXPECT_EQ(outbox(), "waiting 2 sent 0 accepted 0 refused 0");
  signer_ = east_.signer();
  converse(connect());
  EXPECT_EQ(outbox(), "waiting 0 sent 0 accepted 2 refused 0");
}

TEST_F(SessionTest, AConfigurationIsInOrderWithKeysThatTheDirectoryListsAlone) {
  const directory::Directory& directory = beliefs_.directory();
  const std::string police = "cheshire-constabulary/incidents", idva = "cheshire-east-council/idva";
  sdk::Loaded loaded;
  const auto checked = [&](const std::string& client, const std::string& adapter, const std::string& desk) {
    const auto done = sdk::check_listed(loaded, directory, client, adapter, desk);
    return done ? "in order" : describe(done.error()).substr(0, 10);
  };
  loaded.transport.open = *transport::PublicKey::from(directory.client(police)->transport.view());
  loaded.signing = east_.signer().signing;
  EXPECT_EQ(checked(police, police, ""), "in order");
  EXPECT_EQ(checked("cheshire-constabulary/none", police, ""), "E-CLIENT t");
  loaded.signing = seal::new_signing_pair(entropy_);
  EXPECT_EQ(checked(police, police, ""), "E-KEY-FILE");
  EXPECT_EQ(checked(idva, "", idva), "E-KEY-FILE") << "another client's transport key";
  loaded.transport.open = *transport::PublicKey::from(directory.client(idva)->transport.view());
  loaded.box = east_.idva().box;
  EXPECT_EQ(checked(idva, "", idva), "in order");
  EXPECT_EQ(checked(idva, "", "cheshire-east-council/none"), "E-DESK the");
  loaded.box = seal::new_box_pair(entropy_);
  EXPECT_EQ(checked(idva, "", idva), "E-KEY-FILE");
}

TEST_F(SessionTest, TheWindowIsKept) {
  broker_.window = 2;
  for (int n = 0; n < 70; ++n) take(story("medium", "P" + std::to_string(n)), "f" + std::to_string(n));
  auto out = connect();
  ASSERT_TRUE(out);
  EXPECT_EQ(out->size(), 2u);
  EXPECT_TRUE(session_->tick(clock_.at)->empty());
  converse(std::move(out));
  EXPECT_EQ(broker_.taken(), 140u);
}

TEST_F(SessionTest, ARestoredOutboxBeginsANewEpoch) {
  take(story());
  converse(connect());
  keep_.reset();
  std::filesystem::remove(folder_ / "keep.db");
  std::filesystem::remove(folder_ / "keep.db-wal");
  open();
  // The same epoch as before with nothing in it: an old copy, as far as a broker can see.
  begin();
  auto hello = session_->up(clock_.at);
  wire::Welcome welcome = broker_.welcome(std::get<wire::Hello>(hello->at(0)));
  welcome.next_sequence = 3;
  welcome.signature = seal::sign(east_.broker_signing().secret, seal::context::kSession, wire::signed_part(welcome));
  const OutboxEpoch before = keep_->epoch();
  auto again = session_->receive(welcome, clock_.at);
  ASSERT_TRUE(again) << describe(again.error());
  EXPECT_NE(std::get<wire::Hello>(again->at(0)).outbox_epoch, before);
  converse(session_->receive(broker_.welcome(std::get<wire::Hello>(again->at(0))), clock_.at));
  EXPECT_TRUE(session_->open());
}

TEST_F(SessionTest, AWelcomeThatIsNotTheBrokersIsNotBelieved) {
  auto hello = session_->up(clock_.at);
  wire::Welcome welcome = broker_.welcome(std::get<wire::Hello>(hello->at(0)));
  welcome.session_epoch += 1;
  const auto answer = session_->receive(welcome, clock_.at);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, code::kProof);
  EXPECT_FALSE(session_->open());
}

TEST_F(SessionTest, ABrokerThatLostItsLogIsNotSpokenTo) {
  take(story());
  converse(connect());
  broker_.lost_its_log = true;
  const auto answer = connect();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, code::kStale);
  EXPECT_EQ(answer.error().fault, Fault::Corrupt);
}

TEST_F(SessionTest, WhatWasSeenIsShownWithTheBrokersOwnSignature) {
  const auto shown = [&] {
    const auto hello = session_->up(clock_.at);
    return std::get<wire::Hello>(hello->at(0)).seen;
  };
  EXPECT_EQ(shown().mark.sequence, 0u);
  take(story());
  converse(connect());
  session_->down();
  begin();
  const wire::SignedMark seen = shown();
  EXPECT_EQ(seen.mark.sequence, broker_.taken() + 1) << "of the results, after a restart too";
  EXPECT_EQ(seen.in, wire::SignedIn::Results);
  EXPECT_TRUE(sdk::broker_signed(beliefs_.directory(), wire::context_of(seen.in), wire::signed_part(seen), seen.signature));
}

TEST_F(SessionTest, ABrokerThatCallsTheMarkUnprovenIsForAPerson) {
  ASSERT_TRUE(session_->up(clock_.at));
  const auto answer = session_->receive(wire::Refusal{std::string(code::kUnproven.name), "", true}, clock_.at);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, code::kUnproven);
  EXPECT_EQ(answer.error().fault, Fault::Corrupt) << "not tried again and again";
}

TEST_F(SessionTest, WhoWasAwayWhileTheBrokersKeysRotatedComesIn) {
  take(story());
  east_.p.broker.serial = 2;
  east_.p.broker.verify.push_back(east_.p.verify_key("broker's next"));
  east_.p.broker.keys.push_back({2, seal::new_box_pair(entropy_).open});
  const directory::Bundle previous = *directory::decode_bundle(east_.bundle);
  directory::Change change;
  change.broker = east_.p.signed_broker();
  const auto proposed = directory::propose(&previous, change);
  ASSERT_TRUE(proposed) << describe(proposed.error());
  const Bytes newer = east_.p.countersigned(*proposed, {&east_.police, &east_.council});
  const auto rotated = [&](const wire::Hello& hello) {
    wire::Welcome welcome = broker_.welcome(hello);
    welcome.broker_key = 2;
    welcome.signature = seal::sign(east_.p.pair(east_.p.broker.verify[1]).secret, seal::context::kSession, wire::signed_part(welcome));
    return welcome;
  };
  auto hello = session_->up(clock_.at);
  EXPECT_FALSE(session_->receive(rotated(std::get<wire::Hello>(hello->at(0))), clock_.at)) << "by the old directory it proves nothing";
  hello = session_->up(clock_.at);
  ASSERT_TRUE(session_->receive(wire::DirectoryUpdate{2, newer}, clock_.at)) << "it comes first";
  const auto out = session_->receive(rotated(std::get<wire::Hello>(hello->at(0))), clock_.at);
  ASSERT_TRUE(out) << describe(out.error());
  ASSERT_EQ(out->size(), 1u);
  EXPECT_EQ(wire::decode_batch(std::get<wire::Publish>(out->at(0)).batch)->broker_key, 2u);
}

TEST_F(SessionTest, ResultsThatAreNotTheBrokersChangeNothing) {
  take(story());
  auto out = connect();
  wire::Results results = broker_.take(std::get<wire::Publish>(out->at(0)));
  results.events[0].outcome = wire::Outcome::Refused;
  const auto answer = session_->receive(results, clock_.at);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, code::kProof);
  EXPECT_EQ(outbox(), "waiting 0 sent 2 accepted 0 refused 0");
}

TEST_F(SessionTest, NothingIsBelievedBeforeTheWelcome) {
  ASSERT_TRUE(session_->up(clock_.at));
  EXPECT_FALSE(session_->receive(wire::Alarm{"A-X", {}, "x", clock_.at}, clock_.at));
}

TEST_F(SessionTest, ANewerDirectoryIsCheckedKeptAndUsed) {
  converse(connect());
  east_.police.serial = 2;
  east_.police.title = "Cheshire Constabulary, renamed";
  const directory::Bundle previous = *directory::decode_bundle(east_.bundle);
  directory::Change change;
  change.entries = {east_.p.signed_entry(east_.police)};
  const auto proposed = directory::propose(&previous, change);
  ASSERT_TRUE(proposed) << describe(proposed.error());
  const Bytes forged = east_.p.countersigned(*proposed, {&east_.lifeline});
  ASSERT_TRUE(session_->receive(wire::DirectoryUpdate{2, forged}, clock_.at));
  EXPECT_EQ(beliefs_.directory().version, 1u) << "countersigned by nobody who counts";
  const Bytes newer = east_.p.countersigned(*proposed, {&east_.police, &east_.council});
  ASSERT_TRUE(session_->receive(wire::DirectoryUpdate{2, newer}, clock_.at));
  EXPECT_EQ(beliefs_.directory().version, 2u);
  EXPECT_EQ(**keep_->state(sdk::kDirectoryKey), newer);
  ASSERT_TRUE(session_->receive(wire::DirectoryUpdate{1, east_.bundle}, clock_.at));
  EXPECT_EQ(beliefs_.directory().version, 2u) << "rollback is refused";
}

TEST_F(SessionTest, SilenceEndsTheSessionAndAnUrgentEventAlarms) {
  take(story());
  broker_.window = 0;
  converse(connect());
  clock_.at += std::chrono::minutes(11);
  EXPECT_FALSE(session_->tick(clock_.at));
  log_.settle();
  EXPECT_TRUE(has(lines_.text, "E-UNACCEPTED")) << lines_.text;
}

/// Troubles among what is to be sent: "E-SILENT 1".
std::string troubles(const Result<sdk::Session::Out>& out) {
  std::string said;
  for (const wire::ToBroker& each : *out) {
    if (const auto* trouble = std::get_if<wire::Trouble>(&each)) said += (said.empty() ? "" : ", ") + trouble->code + " " + std::to_string(trouble->count);
  }
  return said;
}

TEST_F(SessionTest, ATroubleIsSaidInEverySessionUntilTheBrokerHasRecordedIt) {
  const Instant since = clock_.at - std::chrono::hours(1);
  ASSERT_TRUE(session_->tell({"E-SILENT", 1, since}, clock_.at)) << "there is no session yet";
  converse(connect());
  EXPECT_EQ(troubles(session_->tick(clock_.at)), "E-SILENT 1");
  session_.reset();
  publishing_.reset();
  KeepTest::open();
  begin();  // the program again
  EXPECT_EQ(troubles(session_->tick(clock_.at)), "") << "not before the welcome";
  converse(connect());
  EXPECT_EQ(troubles(session_->tick(clock_.at)), "E-SILENT 1");
  ASSERT_TRUE(session_->receive(wire::Alarm{"E-SILENT", {}, "1 since " + to_text(since - std::chrono::hours(24)), clock_.at}, clock_.at)) << "yesterday's";
  EXPECT_TRUE(keep_->state("session/trouble/E-SILENT")->has_value());
  ASSERT_TRUE(session_->receive(wire::Alarm{"E-SILENT", {}, "1 since " + to_text(since), clock_.at}, clock_.at));
  EXPECT_FALSE(keep_->state("session/trouble/E-SILENT")->has_value());
}

TEST_F(SessionTest, ATroubleIsSaidOnceInASessionAndANewerOneTakesItsPlace) {
  converse(connect());
  ASSERT_TRUE(session_->tell({"E-RISK-WAITING", 1, clock_.at}, clock_.at));
  ASSERT_TRUE(session_->tell({"E-RISK-WAITING", 2, clock_.at}, clock_.at));
  ASSERT_TRUE(session_->tell({"E-SILENT", 1, clock_.at}, clock_.at));
  EXPECT_EQ(troubles(session_->tick(clock_.at)), "E-RISK-WAITING 2, E-SILENT 1");
  EXPECT_EQ(troubles(session_->tick(clock_.at)), "");
}

TEST_F(SessionTest, CanariesAreNotInTheOutboxFile) {
  take(story());
  converse(connect());
  for (const char* canary : {"Bielak", "Owens", "Ransome", "900482", "0123456", "nursery"}) {
    ASSERT_GT(std::strlen(canary), 4u) << "two bytes are found in any ciphertext by chance";
    EXPECT_EQ(on_disk().find(canary), std::string::npos) << canary;
  }
}

// ---- the desk ------------------------------------------------------------------------------------------------------

class DeskTest : public SessionTest {
 protected:
  void SetUp() override {
    SessionTest::SetUp();
    take(story("high"));
    converse(connect());
    session_->down();
    open_desk();
  }
  void open_desk() {
    desk_session_.reset();
    desk_keep_.reset();
    desk_keep_ = std::move(*keep::Keep::open(folder_ / "desk.db", key_of('d'), {}, entropy_));
    inbox_ = std::make_unique<inbox::Inbox>(std::move(*inbox::Inbox::open(folder_ / "inbox", folder_ / "history", *desk_keep_, clock_.at)));
    exchange_[1] = CheshireEast::exchange();
    reading_ = std::make_unique<sdk::Reading>(idva_, exchange_, *inbox_, *desk_keep_, log_);
    sdk::SessionTerms terms;
    terms.client = "cheshire-east-council/idva";
    desk_session_ = std::make_unique<sdk::Session>(terms, beliefs_, *desk_keep_, nullptr, reading_.get(), log_);
    auto hello = desk_session_->up(clock_.at);
    ASSERT_TRUE(hello) << describe(hello.error());
    auto credit = desk_session_->receive(broker_.welcome(std::get<wire::Hello>(hello->at(0))), clock_.at);
    ASSERT_TRUE(credit) << describe(credit.error());
    EXPECT_TRUE(std::holds_alternative<wire::Credit>(credit->at(0)));
  }
  using Spoil = std::function<void(wire::DeliveryFrame&, wire::DecisionStatement&)>;
  /// "acknowledged", "rejected E-…", "kept back", which is neither, or "session ended: E-…".
  std::string deliver(std::size_t n, std::uint64_t number, const Spoil& spoil = {}) {
    auto out = desk_session_->receive(broker_.frame(n, number, spoil), clock_.at);
    if (!out) return "session ended: " + std::string(out.error().code.name);
    const auto ended = desk_session_->tick(clock_.at);
    const auto* said = std::get_if<wire::Acknowledge>(&out->at(0));
    const std::string answer = said == nullptr ? "" : said->items.at(0).rejected.empty() ? "acknowledged" : "rejected " + said->items[0].rejected;
    if (ended) return answer.empty() ? "kept back" : answer;
    open_desk();
    return (answer.empty() ? "" : answer + ", ") + "session ended: " + std::string(ended.error().code.name);
  }
  std::string filed(std::size_t n) { return read_whole(inbox::Inbox::path_of(folder_ / "inbox", broker_.event(n).header.event)); }
  std::size_t files(const std::string& where) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / where)) count += entry.is_regular_file() ? 1 : 0;
    return count;
  }

  sdk::DeskKeys idva_ = east_.idva();
  sdk::ExchangeKeys exchange_;
  std::unique_ptr<keep::Keep> desk_keep_;
  std::unique_ptr<inbox::Inbox> inbox_;
  std::unique_ptr<sdk::Reading> reading_;
  std::unique_ptr<sdk::Session> desk_session_;
};

constexpr std::size_t kAssessment = 1;

TEST_F(DeskTest, WhatIsGrantedIsFiledWithItsObligationsAndNothingElse) {
  EXPECT_EQ(deliver(kAssessment, 1), "acknowledged");
  const std::string text = filed(kAssessment);
  for (const char* part : {"Bielak-Owens", "07700 900482", "\"keep_rule\":\"1y from case_closed, then erase\"", "\"onward\":\"to marac", "\"purpose\":\"high-risk\"", "\"basis\":\"UK GDPR 6(1)(e), 9(2)(g)\""}) {
    EXPECT_TRUE(has(text, part)) << part << "\n" << text;
  }
  for (const char* part : {"0123456", "does not want him to know", "Sample Lane"}) EXPECT_FALSE(has(text, part)) << part << "\n" << text;
  EXPECT_TRUE(read::parse_json(text).has_value());
}

TEST_F(DeskTest, HoweverOftenItIsDeliveredItTakesEffectOnce) {
  for (int n = 0; n < 3; ++n) EXPECT_EQ(deliver(kAssessment, 1), "acknowledged");
  open_desk();
  EXPECT_EQ(deliver(kAssessment, 1), "acknowledged");
  EXPECT_EQ(files("inbox"), 1u);
  EXPECT_EQ(files("history"), 0u);
  EXPECT_EQ((*desk_keep_->counters())["filed"], 1u);
}

TEST_F(DeskTest, AFileThatWasLostBeforeTheAcknowledgementIsWrittenAgain) {
  EXPECT_EQ(deliver(kAssessment, 1), "acknowledged");
  std::filesystem::remove(inbox::Inbox::path_of(folder_ / "inbox", broker_.event(kAssessment).header.event));
  EXPECT_EQ(deliver(kAssessment, 1), "acknowledged");
  EXPECT_EQ(files("inbox"), 1u);
}

TEST_F(DeskTest, ALaterRevisionTakesThePlaceAndHistoryIsKept) {
  EXPECT_EQ(deliver(kAssessment, 1), "acknowledged");
  std::string text = sample("incident-2.json");
  text.replace(text.find("CC-2026-0714-0231"), 17, "P2");
  text.replace(text.find("\"judgement\": \"medium\""), 21, "\"judgement\": \"high\"");
  text.replace(text.find("07700 900482"), 12, "07700 900999");
  take(police::read_file("incident-2.json", text, police::testing::reading(police::Environment::Test)), "corrected");
  converse(connect());
  session_->down();
  open_desk();
  ASSERT_EQ(broker_.taken(), 4u);
  EXPECT_EQ(deliver(3, 2), "acknowledged");
  EXPECT_TRUE(has(filed(3), "07700 900999"));
  EXPECT_TRUE(has(filed(3), "\"replaces\":\"" + broker_.event(kAssessment).header.event.hex())) << filed(3);
  EXPECT_EQ(files("inbox"), 1u);
  EXPECT_EQ(files("history"), 1u);
}

TEST_F(DeskTest, WhatMustNotBeReliedOnIsTakenOutOfTheInbox) {
  EXPECT_EQ(deliver(kAssessment, 1), "acknowledged");
  ASSERT_TRUE(desk_session_->receive(wire::Alarm{std::string(code::kSuperseded.name), broker_.event(kAssessment).header.event, "", clock_.at}, clock_.at));
  EXPECT_EQ(files("history"), 1u);
  EXPECT_EQ(files("inbox"), 1u) << "a note in its place";
}

TEST_F(DeskTest, WhatItsSenderSignedWrongIsRejectedAndWhatTheBrokerGarbledIsNot) {
  const std::vector<std::pair<const char*, Spoil>> spoiled = {
      {"session ended: E-GRANT", [](auto& f, auto&) { f.deliveries[0].leaves[0].ciphertext[0] ^= 1; }},
      {"session ended: E-GRANT", [](auto& f, auto&) { f.deliveries[0].leaves[0].commitment.bytes[0] ^= 1; }},
      {"session ended: E-GRANT", [](auto& f, auto&) { f.deliveries[0].header[f.deliveries[0].header.size() - 1] ^= 1; }},
      {"session ended: E-GRANT", [](auto& f, auto&) { f.deliveries[0].others[0].bytes[0] ^= 1; }},
      {"rejected E-PROOF", [](auto& f, auto&) { f.proofs[0].digests[f.deliveries[0].place].bytes[0] ^= 1; }},
      {"rejected E-PROOF", [](auto& f, auto&) { f.proofs[0].signature.bytes[0] ^= 1; }},
      {"rejected E-PROOF", [](auto& f, auto&) { f.proofs[0].statement.first_sequence += 1; }},
      {"session ended: E-GRANT", [](auto& f, auto&) { f.deliveries[0].place = 0; }},
      {"session ended: E-GRANT", [](auto& f, auto&) { f.deliveries[0].place = 1000; }},
      {"session ended: E-GRANT", [](auto& f, auto&) { f.deliveries[0].header = "x"; }},
      {"session ended: E-GRANT", [](auto& f, auto&) { f.deliveries[0].leaves.push_back(f.deliveries[0].leaves[0]); }},
      {"session ended: E-GRANT", [](auto& f, auto&) { f.deliveries[0].proof = 1; }},
      {"session ended: E-GRANT", [](auto&, auto& d) { d.grants.pop_back(); }},
      {"session ended: E-GRANT", [](auto&, auto& d) { d.event.bytes[0] ^= 1; }},
      {"session ended: E-GRANT", [](auto&, auto& d) { d.event_digest.bytes[0] ^= 1; }},
      {"session ended: E-GRANT", [](auto&, auto& d) { d.desk.value += 1; }},
      {"session ended: E-GRANT", [](auto&, auto& d) { d.grants[0].label.item = 14; }},
      {"session ended: E-BOX", [](auto& f, auto&) { f.deliveries[0].shares = Bytes(80, 'x'); }},
      {"rejected E-OPEN", [](auto&, auto& d) { d.kind = 1; }},
      {"kept back", [](auto&, auto& d) { d.kind = 13; }},
      {"kept back", [](auto&, auto& d) { d.schema_version = contract::kSchemaVersion + 1; }},
      {"session ended: E-DESK", [](auto& f, auto&) { f.desk.value += 1; }},
      {"session ended: E-DESK", [](auto& f, auto&) { f.session_epoch += 1; }},
      {"session ended: E-DESK", [](auto& f, auto&) { f.key += 1; }},
  };
  for (std::size_t n = 0; n < spoiled.size(); ++n) {
    EXPECT_EQ(deliver(kAssessment, 1, spoiled[n].second), spoiled[n].first) << "case " << n;
    EXPECT_EQ(files("inbox"), 0u) << "case " << n;
  }
  EXPECT_EQ(deliver(kAssessment, 1), "acknowledged") << "and the same unspoiled opens";
}

TEST_F(DeskTest, WhatThisDeskLacksIsKeptBackAndNotBlamedOnTheSender) {
  exchange_.clear();
  EXPECT_EQ(deliver(kAssessment, 1), "kept back");
  log_.settle();
  EXPECT_TRUE(has(lines_.text, "E-LACKING")) << lines_.text;
  EXPECT_EQ((*desk_keep_->counters())["lacking"], 1u);
  open_desk();
  EXPECT_EQ(deliver(kAssessment, 1), "acknowledged") << "it comes again, and the key has been installed";
}

TEST_F(DeskTest, AnOlderDirectoryProvesNothingAgainstASender) {
  const auto elsewhere = [](wire::DecisionStatement& decision) { decision.directory.bytes[0] ^= 1; };
  EXPECT_EQ(deliver(kAssessment, 1, [&](auto& f, auto& d) { elsewhere(d), f.proofs[0].signature.bytes[0] ^= 1; }), "kept back");
  EXPECT_EQ(deliver(kAssessment, 1, [&](auto& f, auto& d) { elsewhere(d), f.proofs[0].statement.adapter = "cheshire-constabulary/new"; }), "kept back");
  EXPECT_EQ(deliver(kAssessment, 1, [&](auto& f, auto&) { f.proofs[0].statement.adapter = "cheshire-constabulary/new"; }), "rejected E-SENDER");
  EXPECT_EQ(deliver(kAssessment, 1, [&](auto& f, auto& d) { elsewhere(d), f.deliveries[0].leaves[0].ciphertext[0] ^= 1; }), "session ended: E-GRANT") << "no directory mends that";
  EXPECT_EQ(files("inbox"), 0u);
  EXPECT_EQ(deliver(kAssessment, 1, [&](auto&, auto& d) { elsewhere(d); }), "acknowledged") << "what it proves is proven";
}

TEST_F(DeskTest, WhatIsGoodInABrokenFrameIsAcknowledgedBeforeTheSessionEnds) {
  const auto another = [](wire::DeliveryFrame& frame, wire::DecisionStatement&) {
    frame.deliveries.push_back(frame.deliveries[0]);
    frame.deliveries[1].number = 2;  // and no decision
  };
  EXPECT_EQ(deliver(kAssessment, 1, another), "acknowledged, session ended: E-GRANT");
  EXPECT_EQ(files("inbox"), 1u);
}

TEST_F(DeskTest, FactsThatDoNotFollowFromTheContentAreRejected) {
  // The sender itself lies: it signs a leaf whose facts say another judgement than its content.
  const auto lie = [&](wire::DeliveryFrame& frame, wire::DecisionStatement& decision) {
    wire::Delivery& delivery = frame.deliveries[0];
    for (seal::Leaf& leaf : delivery.leaves) {
      if (leaf.label.item != static_cast<std::uint16_t>(contract::Item::RiskAnswers)) continue;
      auto facts = *contract::decode_facts(leaf.facts);
      for (contract::FactEntry& fact : facts) {
        if (fact.fact == contract::Fact::Judgement) fact.value = static_cast<contract::FactValue>(contract::RiskBand::Standard);
      }
      leaf.facts = contract::encode_facts(facts);
    }
    decision.event_digest = *seal::digest_of_received(delivery.header, delivery.leaves, delivery.others);
    wire::BatchProof& proof = frame.proofs[0];
    proof.digests[delivery.place] = decision.event_digest;
    proof.signature = seal::sign_batch(signer_.signing.secret, proof.statement, proof.digests);
  };
  EXPECT_EQ(deliver(kAssessment, 1, lie), "rejected E-MISMATCH");
  EXPECT_EQ(files("inbox"), 0u);
}

TEST_F(DeskTest, AFrameThatTheBrokerDidNotSignEndsTheSession) {
  wire::DeliveryFrame frame = broker_.frame(kAssessment, 1);
  frame.head.sequence += 1;
  frame.signature.bytes[0] ^= 1;
  EXPECT_FALSE(desk_session_->receive(frame, clock_.at));
  EXPECT_EQ(files("inbox"), 0u);
}

TEST_F(DeskTest, AKindThatTheSourceMayNotAssertIsRejected) {
  // Between the batch and now the party lost the kind: the desk does not take the broker's word for it.
  east_.police.serial = 2;
  east_.police.asserts = {contract::Kind::Incident};
  const directory::Bundle previous = *directory::decode_bundle(east_.bundle);
  directory::Change change;
  change.entries = {east_.p.signed_entry(east_.police)};
  const auto proposed = directory::propose(&previous, change);
  ASSERT_TRUE(proposed) << describe(proposed.error());
  ASSERT_TRUE(desk_session_->receive(wire::DirectoryUpdate{2, east_.p.countersigned(*proposed, {&east_.police, &east_.council})}, clock_.at));
  EXPECT_EQ(deliver(kAssessment, 1), "kept back") << "decided under the version before: one of the two is behind";
  const auto now = [&](auto&, auto& decision) { decision.directory = beliefs_.directory().digest; };
  EXPECT_EQ(deliver(kAssessment, 1, now), "rejected E-ASSERT");
}

TEST_F(DeskTest, ProgressIsSaidAgainUntilAHeartbeatSentAfterItIsEchoed) {
  EXPECT_EQ(deliver(kAssessment, 1), "acknowledged");
  const std::string event = broker_.event(kAssessment).header.event.hex();
  EXPECT_FALSE(inbox::take_step({"accept", event, "n.shaw", ""}, folder_ / "inbox", {}, *desk_keep_, clock_.at)) << "nobody has read it";
  ASSERT_TRUE(inbox::take_step({"read", event, "n.shaw", ""}, folder_ / "inbox", {}, *desk_keep_, clock_.at));
  EXPECT_FALSE(inbox::take_step({"decline", event, "n.shaw", ""}, folder_ / "inbox", {}, *desk_keep_, clock_.at)) << "a reason is missing";
  ASSERT_TRUE(inbox::take_step({"accept", event, "n.shaw", ""}, folder_ / "inbox", {}, *desk_keep_, clock_.at));
  const auto said = [&] {
    std::string out;
    const auto sent = desk_session_->tick(clock_.at);
    if (!sent) return describe(sent.error());
    for (const auto& message : *sent) {
      if (const auto* progress = std::get_if<wire::Progress>(&message)) out += std::string(contract::name_of(progress->state)) + " ";
    }
    return out;
  };
  EXPECT_EQ(said(), "read accepted ");
  EXPECT_EQ(said(), "") << "once a session";
  open_desk();
  EXPECT_EQ(said(), "read accepted ") << "the link was lost: nobody knows whether it arrived";
  open_desk();
  const auto together = desk_session_->tick(clock_.at);
  ASSERT_TRUE(together && together->size() == 3) << "what people did, and a heartbeat behind it at once";
  const auto beat = std::get<wire::Heartbeat>(together->at(2));
  ASSERT_TRUE(desk_session_->receive(wire::Heartbeat{beat.nonce - 1}, clock_.at));
  open_desk();
  EXPECT_EQ(said(), "read accepted ") << "that heartbeat was sent before it: its echo proves nothing";
  ASSERT_TRUE(desk_session_->receive(wire::Heartbeat{beat.nonce + 1}, clock_.at));
  open_desk();
  EXPECT_EQ(said(), "") << "what was said before a heartbeat that is echoed is in the log";
}

TEST_F(DeskTest, SomebodyWithADeclaredConflictDoesNotReadAndThatIsRecorded) {
  EXPECT_EQ(deliver(kAssessment, 1), "acknowledged");
  const std::string event = broker_.event(kAssessment).header.event.hex();
  write_whole(folder_ / "conflicts.yaml", "conflicts:\n  - {person: n.shaw, with: [{family_name: Owens, given_name: Dean, born: \"1990\"}]}\n"
                                          "  - {person: k.bell, with: [{family_name: Owens, given_name: Harold}]}\n");
  const auto list = inbox::read_conflicts(folder_ / "conflicts.yaml");
  ASSERT_TRUE(list) << describe(list.error());
  const auto refused = inbox::take_step({"read", event, "N.Shaw", ""}, folder_ / "inbox", *list, *desk_keep_, clock_.at);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, code::kDeclared);
  EXPECT_EQ(desk_keep_->queued(inbox::kConflictQueue, 10)->size(), 1u);
  EXPECT_TRUE(desk_keep_->queued(sdk::kProgressQueue, 10)->empty());
  EXPECT_TRUE(inbox::take_step({"read", event, "k.bell", ""}, folder_ / "inbox", *list, *desk_keep_, clock_.at)) << "another Owens";
  EXPECT_TRUE(inbox::take_step({"read", event, "a.third", ""}, folder_ / "inbox", *list, *desk_keep_, clock_.at));
}

TEST_F(DeskTest, AnEventThatIsNotHereIsNotFound) {
  const auto refused = inbox::take_step({"read", std::string(32, 'a'), "n.shaw", ""}, folder_ / "inbox", {}, *desk_keep_, clock_.at);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, code::kNotFound);
}

}  // namespace
}  // namespace concordat::testing
