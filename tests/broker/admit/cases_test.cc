// Outcomes and releases find the victim who asked to hear of them, and nobody else: what matches waits for its registration, what
// matches several is a person's task.
#include "tests/broker/admit/cases.h"

namespace concordat::test {
namespace {

constexpr const char* kRegistered = "V1: case.registration victim.name victim.safe_contact victim.contact_preference";

TEST_F(CasesTest, AnOutcomeOfHerOffenceReachesThoseWhoTellHerUnderHerCase) {
  police(registration("V1", {"A1/1", "A1/3"}));
  courts(outcome("C1", {"A1/3", "A1/4"}));
  const auto handed = take(desk::kNotify);
  ASSERT_EQ(handed.size(), 2u);
  EXPECT_EQ("V1: " + handed[0].line(), kRegistered);
  EXPECT_EQ(handed[1].line(), "case.court_outcome") << "neither who, nor of what";
  EXPECT_EQ(case_told(handed[0]), case_told(handed[1]));
  EXPECT_NE(case_told(handed[0]), Pseudonym{});
  EXPECT_EQ(idva(), "C1: case.court_outcome alleged_perpetrator.name");
  EXPECT_EQ(waiting(), "0");
}

TEST_F(CasesTest, NobodyGetsAnothersOutcome) {
  police(registration("V1", {"A1/1"}));
  courts(outcome("C1", {"A1/2"}));
  courts(outcome("C2", {"A2/1"}));
  EXPECT_EQ(notify(), kRegistered);
  EXPECT_EQ(idva(), "");
  EXPECT_EQ(waiting(), "2");
}

TEST_F(CasesTest, AConsentThatIsWithdrawnReachesThoseWhoTellHerUnderHerCase) {
  police(registration("V1", {"A1/1"}));
  police(consent("W1", {"A1/1"}));
  const auto handed = take(desk::kNotify);
  ASSERT_EQ(handed.size(), 2u);
  EXPECT_EQ(handed[1].line(), "victim.consent");
  EXPECT_EQ(case_told(handed[0]), case_told(handed[1]));
  EXPECT_NE(case_told(handed[0]), Pseudonym{});
  EXPECT_EQ(witness_care(), std::string(kRegistered) + " alleged_perpetrator.name") << "nobody has to find out whose it is";
  police(consent("W2", {"A1/1"}, contract::ConsentState::Withdrawn, "high-risk"));
  EXPECT_EQ(notify(), "") << "another purpose bears on no news";
  police(consent("W3", {"A1/1"}).known_as(1, "SHE"));
  EXPECT_EQ(notify(), "W3: victim.consent");
  police(consent("W4", {"A1/1"}, contract::ConsentState::Withdrawn, "high-risk").known_as(1, "SHE"));
  EXPECT_EQ(notify(), "") << "nor when this one was spoken of before";
}

TEST_F(CasesTest, AConsentThatFitsNobodyOrSeveralIsAPersons) {
  police(consent("W1", {"A1/1"}));
  EXPECT_EQ(notify(), "");
  EXPECT_EQ(witness_care(), "W1: case.case_reference victim.name victim.safe_contact victim.consent");
  police(registration("V1", {"A2/1"}));
  police(registration("V2", {"A2/1"}));
  static_cast<void>(notify() + witness_care());
  police(consent("W2", {"A2/1"}));
  EXPECT_EQ(notify(), "");
  EXPECT_EQ(witness_care(), "W2: case.case_reference victim.name victim.safe_contact victim.consent");
}

TEST_F(CasesTest, WithoutOffencesAWordOfHersIsJoinedByWhomSheNames) {
  police(registration("V1", {}, "miles"));
  police(registration("V2", {}, "other"));
  static_cast<void>(notify() + witness_care());
  police(consent("W1", {}).known_as(2, "miles"));
  EXPECT_EQ(notify(), "W1: victim.consent");
  EXPECT_EQ(witness_care(), "");
  Draft bare(Kind::ConsentChange, "W0");
  bare.person(1, kVictim, {Item::Consent}).fact(1, Fact::Consent, static_cast<FactValue>(contract::ConsentState::Withdrawn)).known_as(1, "hanna").known_as(2, "miles");
  police(bare);
  EXPECT_EQ(notify(), "W0: victim.consent") << "of him nothing left but the number";
  EXPECT_EQ(witness_care(), "");
  police(registration("V3", {}, "miles"));
  static_cast<void>(notify() + witness_care());
  police(consent("W2", {}).known_as(2, "miles"));
  EXPECT_EQ(notify(), "") << "two victims of one man";
  EXPECT_NE(witness_care(), "");
  police(consent("W3", {"A1/1"}).known_as(2, "other"));
  EXPECT_EQ(notify(), "") << "what names offences is of these";
}

TEST_F(CasesTest, AnOutcomeWaitsAndIsDecidedAgainWhenItsRegistrationComes) {
  courts(outcome("C1", {"A1/1"}));
  EXPECT_EQ(notify() + idva(), "");
  EXPECT_TRUE(stage.records<wire::AlarmRaised>().empty()) << "that it waits is no alarm";
  wait(24h);
  police(registration("V1", {"A1/1"}));
  wait(1ms);
  const auto handed = take(desk::kNotify);
  ASSERT_EQ(handed.size(), 2u);
  EXPECT_EQ(handed[1].line(), "case.court_outcome");
  EXPECT_EQ(case_told(handed[0]), case_told(handed[1]));
  EXPECT_EQ(waiting(), "0");
  stage.progress(desk::kNotify, stage.sealed("C1").event, contract::ProgressState::Acted);
  wait(72h);
  EXPECT_EQ(witness_care(), std::string(kRegistered) + " alleged_perpetrator.name");
}

TEST_F(CasesTest, WhatNobodyIsRegisteredForIsSomebodysTaskAfterItsTimeAndThenWaitsNoMore) {
  courts(outcome("C1", {"A1/1"}));
  wait(48h - 1ms);
  EXPECT_EQ(witness_care(), "");
  wait(1ms);
  EXPECT_EQ(witness_care(), "C1: case.court_outcome case.case_reference alleged_perpetrator.name");
  EXPECT_EQ(waiting(), "0");
  police(registration("V1", {"A1/1"}));
  wait(1ms);
  EXPECT_EQ(notify(), kRegistered) << "a person has the outcome: nobody is told twice";
}

TEST_F(CasesTest, AnOutcomeOfNoAbuseCaseIsNobodysTask) {
  courts(outcome("C1", {"A1/1"}).fact(Fact::AbuseCase, contract::kNo));
  wait(72h);
  EXPECT_EQ(witness_care() + notify(), "");
  EXPECT_EQ(waiting(), "1") << "for her who may register yet";
  EXPECT_TRUE(stage.records<wire::AlarmRaised>().empty());
}

TEST_F(CasesTest, OfSeveralRegisteredAPersonSaysWhoIsMeantAndNoTextGoes) {
  police(registration("V1", {"A1/1"}));
  police(registration("V2", {"A1/1", "A1/2"}));
  static_cast<void>(notify() + witness_care());
  courts(outcome("C1", {"A1/1"}));
  EXPECT_EQ(notify(), "");
  EXPECT_EQ(witness_care(), "C1: case.court_outcome case.case_reference alleged_perpetrator.name");
  EXPECT_EQ(idva(), "C1: case.court_outcome alleged_perpetrator.name");
  courts(outcome("C2", {"A1/2"}));
  EXPECT_EQ(notify(), "C2: case.court_outcome") << "of this offence she is the only one";
}

TEST_F(CasesTest, ASecondRegistrationBeforeTheHandOverHoldsTheTextBack) {
  stage.hang_up(stage.session_of(stage.cast.client_of(desk::kNotify)));
  police(registration("V1", {"A1/1"}));
  courts(outcome("C1", {"A1/1"}));
  police(registration("V2", {"A1/1"}));
  stage.connect(desk::kNotify);
  gather();
  const std::string lines = notify();
  EXPECT_NE(lines.find("V2"), std::string::npos) << lines;
  EXPECT_EQ(lines.find("C1"), std::string::npos) << lines;
}

TEST_F(CasesTest, WhoseRegistrationHasEndedIsNotToldAndOneThatCameFromAnotherOffenceIsNoLonger) {
  police(registration("V1", {"A1/1"}));
  police(ended(registration("V1", {"A1/1"})).corrects(stage.sealed("V1")));
  courts(outcome("C1", {"A1/1"}));
  police(registration("V2", {"A2/1"}));
  police(registration("V2", {"A2/2"}).corrects(stage.sealed("V2")));
  courts(outcome("C2", {"A2/1"}));
  courts(outcome("C3", {"A2/2"}));
  const auto handed = take(desk::kNotify);
  ASSERT_EQ(handed.size(), 5u);
  EXPECT_EQ(handed[4].line(), "case.court_outcome");
  EXPECT_EQ(case_told(handed[2]), case_told(handed[3])) << "all revisions of a registration are one case";
  EXPECT_EQ(case_told(handed[3]), case_told(handed[4]));
  EXPECT_NE(case_told(handed[0]), case_told(handed[2]));
}

TEST_F(CasesTest, AWithdrawnRegistrationMatchesNothingAndWhoSharedItsOffenceIsTheOnlyOneAgain) {
  police(registration("V1", {"A1/1"}));
  police(registration("V2", {"A1/1"}));
  police(registration("V1", {}).withdraws(stage.sealed("V1")));
  static_cast<void>(notify());
  courts(outcome("C1", {"A1/1"}));
  EXPECT_EQ(notify(), "C1: case.court_outcome");
}

TEST(Cases, ARegistrationThatIsGoneBeforeTheEventIsDecidedAgainLeavesItWaiting) {
  broker::About about;
  about.offences.push_back({1, Token{}});
  broker::Cases cases;
  const broker::People people;
  cases.wait(people, 10, Kind::CourtOutcome, about, kNight + 48h, kNight + 672h);
  EXPECT_TRUE(cases.to_reconsider(kNight, 9).empty());
  EXPECT_EQ(cases.next_due(), kNight + 48h);
  cases.put(people, 11, 0, about, false);
  EXPECT_EQ(cases.to_reconsider(kNight, 9), std::vector<Sequence>{10});
  EXPECT_EQ(cases.next_due(), Instant{});
  cases.take_away(people, 11, 12);
  EXPECT_TRUE(cases.to_reconsider(kNight, 9).empty());
  EXPECT_EQ(cases.to_reconsider(kNight + 48h, 9), std::vector<Sequence>{10});
  cases.let_go(10);
  EXPECT_FALSE(cases.next_due());
}

// Registrations come, change, end and go, and people are joined, while events wait, wake, are told and doubted: a snapshot at any moment
// knows the same.
TEST(Cases, ASnapshotKnowsWhatIsAwake) {
  constexpr std::uint64_t seed = 20261122;
  RecordProperty("seed", std::to_string(seed));
  Dice dice(seed);
  const auto token = [](std::uint64_t number) {
    Token out{};
    out.bytes[0] = static_cast<std::uint8_t>(number);
    return out;
  };
  const auto draw = [&](bool by_person) {
    broker::About about;
    about.by_person = by_person;
    for (std::uint8_t offence = 0; offence < 3; ++offence) {
      if (dice.chance(400)) about.offences.push_back({1, token(offence)});
    }
    about.findable = !about.offences.empty();
    about.perpetrator = dice.below(4) << 5;
    about.victim = dice.below(3);
    if (dice.chance(500)) about.numbers.push_back({wire::TokenType::Noms, 1, token(dice.below(3))});
    if (dice.chance(300)) about.names.push_back({wire::TokenType::NameAndBirth, 1, token(dice.below(2))});
    return about;
  };
  std::size_t woken = 0, doubted = 0;
  for (int round = 0; round < 1200; ++round) {
    broker::State live;
    std::vector<Sequence> newest;
    std::map<Sequence, broker::About> events;
    for (Sequence sequence = 1; sequence < 60; ++sequence) {
      const std::uint64_t pick = dice.below(8);
      if (pick == 0) {
        live.cases.put(live.people, sequence, 0, draw(false), false);
        newest.push_back(sequence);
      } else if (pick == 1 && !newest.empty()) {
        Sequence& one = newest[dice.below(newest.size())];
        if (dice.chance(700)) live.cases.put(live.people, sequence, one, draw(false), dice.chance(300));
        else live.cases.take_away(live.people, one, sequence);
        one = sequence;
      } else if (pick == 2) {
        live.cases.let_go(dice.between(1, sequence));
      } else if (pick == 3) {
        const auto due = live.cases.to_reconsider(kNight, 1);
        if (due.empty()) continue;
        const broker::About& about = events.at(due.front());
        std::vector<broker::ClusterId> others = live.people.may_be({about.perpetrator});
        others.erase(others.begin());
        const Kind kind = about.by_person ? Kind::CustodyChange : Kind::CourtOutcome;
        const broker::Match match = dice.chance(100) ? broker::Match{} : live.cases.match(live.people, due.front(), kind, about, others);
        live.cases.decided_again(live.people, due.front(), match, dice.chance(800));
      } else if (pick == 4) {
        // Two of those whom registrations and events name may be one.
        contract::FactSet facts;
        facts.people.push_back({1, kPerpetrator, {}});
        const std::vector<wire::TokenEntry> tokens{{1, wire::TokenType::Pnc, 1, token(dice.below(3))}};
        const std::vector<wire::LinkedPerson> people{{1, dice.between(1, 3) << 5, true}};
        if (live.people.contribute(sequence, kNight, Kind::Link, facts, tokens, people)) live.cases.people_joined(live.people, people);
      } else if (pick == 5) {
        live.cases.settle(live.people, live.people.retract(dice.between(1, sequence), sequence));
      } else {
        const broker::About about = events[sequence] = draw(dice.chance(500));
        const Kind kind = about.by_person ? Kind::CustodyChange : Kind::CourtOutcome;
        const broker::Match match = live.cases.match(kind, about, {});
        if (match.registered != policy::Registered::No) live.cases.tell(live.people, sequence, kind, about, match.registration, dice.chance(100), kNight + 48h);
        else live.cases.wait(live.people, sequence, kind, about, kNight + std::chrono::minutes(dice.below(9)), kNight + 48h);
      }
      const auto again = broker::State::decode(live.encode());
      ASSERT_TRUE(again);
      ASSERT_EQ(live.encode(), again->encode());
      ASSERT_EQ(live.cases.to_reconsider(kNight - 1h, 99), again->cases.to_reconsider(kNight - 1h, 99)) << "round " << round << ", step " << sequence << ", of " << pick;
      ASSERT_EQ(live.cases.next_due(), again->cases.next_due());
      ASSERT_EQ(live.cases.waiting(), again->cases.waiting());
      for (const Sequence event : live.cases.to_reconsider(kNight - 1h, 99)) ++(live.cases.waits(event) ? woken : doubted);
    }
  }
  EXPECT_GT(woken, 100u);
  EXPECT_GT(doubted, 100u);
}

TEST(Cases, WhatWasToldIsHeldForAsLongAsWhatWaitsAndNoLonger) {
  broker::About about;
  about.offences.push_back({1, Token{}});
  const broker::People people;
  broker::Cases cases;
  cases.put(people, 5, 0, about, false);
  cases.tell(people, 10, Kind::CourtOutcome, about, 5, false, kNight + broker::kEventsHeld);
  cases.pass_time(kNight + broker::kEventsHeld - 1ms);
  EXPECT_EQ(cases.told_under(10), 5u);
  cases.pass_time(kNight + broker::kEventsHeld);
  EXPECT_EQ(cases.held(), 0u);
  cases.put(people, 11, 0, about, false);
  EXPECT_TRUE(cases.to_reconsider(kNight, 9).empty());
}

TEST_F(CasesTest, AReleaseIsHersIfHeIsTheOneSheNamedAndNotByItsWord) {
  police(registration("V1", {"A1/1"}, "A1234BC"));
  static_cast<void>(notify());
  prisons(custody("R1", "A9999ZZ", CustodyMovement::Released));
  prisons(custody("R2", "A1234BC", CustodyMovement::Transferred));
  EXPECT_EQ(notify() + idva(), "") << "another man; and a movement that is no news to her";
  prisons(custody("R3", "A1234BC", CustodyMovement::Released));
  EXPECT_EQ(notify(), "R3: case.custody_movement") << "never which prison";
  EXPECT_EQ(idva(), "R3: case.custody_movement alleged_perpetrator.name");
  EXPECT_EQ(told(desk::kControl), "");
  prisons(custody("R4", "A9999ZZ", CustodyMovement::AtLarge));
  EXPECT_EQ(told(desk::kControl), "R4: case.custody_movement case.custody_place alleged_perpetrator.name") << "at large is the police's whoever is registered";
}

TEST_F(CasesTest, HerChoicesReachThoseWhoTellHerUnderTheSameCase) {
  police(registration("V1", {"A1/1"}));
  Draft choices(Kind::ContactPreference, "V1/choices");
  choices.person(1, kVictim, {Item::ContactPreference}).person(2, kPerpetrator).fact(1, Fact::WantsNews, contract::kNo).offence("A1/1");
  police(choices);
  const auto handed = take(desk::kNotify);
  ASSERT_EQ(handed.size(), 2u);
  EXPECT_EQ(handed[1].line(), "victim.contact_preference");
  EXPECT_EQ(case_told(handed[0]), case_told(handed[1]));
}

TEST_F(CasesTest, TheIdvaHearsOfVictimsOfHerAreaAndOfOthersWhoeverPlacesThem) {
  police(lives(registration("V1", {"A1/1"}, "A1111AA"), "E06000049"));
  police(lives(registration("V2", {"A2/1"}, "A2222BB"), "E06000050"));
  police(lives(registration("V3", {"A3/1"}, "A3333CC"), ""));
  EXPECT_EQ(registered(desk::kIdva) + "|" + registered(desk::kUnplaced), "V1 |V2 V3 ");
  for (const char* n : {"1", "2", "3"}) courts(outcome("C" + std::string(n), {"A" + std::string(n) + "/1"}));
  EXPECT_EQ(idva(), "C1: case.court_outcome alleged_perpetrator.name");
  EXPECT_EQ(told(desk::kUnplaced), "C2: case.court_outcome alleged_perpetrator.name | C3: case.court_outcome alleged_perpetrator.name");
  prisons(custody("R1", "A1111AA", CustodyMovement::Released));
  prisons(custody("R2", "A2222BB", CustodyMovement::Released));
  EXPECT_EQ(idva(), "R1: case.custody_movement alleged_perpetrator.name");
  EXPECT_EQ(told(desk::kUnplaced), "R2: case.custody_movement alleged_perpetrator.name");
  police(lives(registration("V2", {"A2/1"}, "A2222BB"), "E06000049").corrects(stage.sealed("V2")));
  courts(outcome("C4", {"A2/1"}));
  EXPECT_EQ(idva(), "C4: case.court_outcome alleged_perpetrator.name") << "she moved";
}

TEST_F(CasesTest, OfSeveralRegisteredTheAreaCountsIfAllAgree) {
  police(lives(registration("V1", {"A1/1", "A1/2", "A1/3"}), "E06000049"));
  police(lives(registration("V2", {"A1/1"}), "E06000049"));
  police(lives(registration("V3", {"A1/2"}), "E06000050"));
  police(lives(registration("V4", {"A1/3"}), ""));
  static_cast<void>(told(desk::kUnplaced));
  courts(outcome("C1", {"A1/1"}));
  EXPECT_EQ(idva() + "|" + told(desk::kUnplaced), "C1: case.court_outcome alleged_perpetrator.name|");
  courts(outcome("C2", {"A1/2"}));
  EXPECT_EQ(idva() + "|" + told(desk::kUnplaced), "|C2: case.court_outcome alleged_perpetrator.name") << "they live apart";
  courts(outcome("C3", {"A1/3"}));
  EXPECT_EQ(idva() + "|" + told(desk::kUnplaced), "|C3: case.court_outcome alleged_perpetrator.name") << "nobody knows where one of them lives";
}

TEST_F(CasesTest, AVictimOfAnotherCrimeIsNoMatterOfTheIdvas) {
  police(of_abuse(registration("V1", {"A1/1", "A4/1"}, "A1111AA"), contract::kYes));
  police(of_abuse(registration("V2", {"A2/1", "A4/1", "A5/1"}, "A2222BB"), contract::kNo));
  police(of_abuse(registration("V3", {"A3/1", "A5/1"}, "A3333CC"), contract::kUnknown));
  EXPECT_EQ(registered(desk::kIdva) + "|" + registered(desk::kNotify), "V1 |V1 V2 V3 ") << "she is told herself, whatever the crime";
  courts(outcome("C1", {"A1/1"}));
  EXPECT_EQ(idva(), "C1: case.court_outcome alleged_perpetrator.name");
  courts(outcome("C2", {"A2/1"}));
  courts(outcome("C3", {"A3/1"}));
  prisons(custody("R2", "A2222BB", CustodyMovement::Released));
  EXPECT_EQ(idva(), "") << "what the court says of its case is said of another victim, and silence is no yes";
  EXPECT_EQ(notify(), "C1: case.court_outcome | C2: case.court_outcome | C3: case.court_outcome | R2: case.custody_movement");
  courts(outcome("C4", {"A4/1"}));
  EXPECT_EQ(idva(), "C4: case.court_outcome alleged_perpetrator.name") << "one of the two is hers";
  courts(outcome("C5", {"A5/1"}));
  EXPECT_EQ(idva() + told(desk::kUnplaced), "") << "of neither is it known";
}

TEST_F(CasesTest, WhatARegistrationSaidIsRecordedWithTheDecision) {
  police(lives(registration("V1", {"A1/1"}), "E06000050"));
  courts(outcome("C1", {"A1/1"}));
  courts(outcome("C2", {"A2/1"}));
  police(registration("V2", {"A2/1"}));
  wait(1ms);
  const auto accepted = stage.records<wire::EventAccepted>();
  ASSERT_EQ(accepted.size(), 4u);
  const auto said = [](const wire::RecordedState& state) { return contract::area_name(state.registration_residence) + " " + std::to_string(state.registration_abuse_case); };
  EXPECT_EQ(said(accepted[1].state), "E06000050 2");
  EXPECT_EQ(said(accepted[2].state), " 0") << "nobody is found";
  EXPECT_EQ(said(stage.records<wire::Reconsidered>().at(0).state), "E06000049 2");
}

TEST_F(CasesTest, WhoSendsAnOutcomeDoesNotLearnWhetherAnybodyIsRegistered) {
  police(registration("V1", {"A1/1"}, "A1111AA"));
  const SessionId session = stage.session_of(stage.cast.client_of(kCourts));
  const std::size_t before = stage.sent(session).size();
  const auto said = [](const wire::EventResult& result) { return std::to_string(static_cast<int>(result.outcome)) + (result.unsaid ? " unsaid " : " ") + (result.somebody_told ? "told " : "") + std::to_string(result.told.size()); };
  const auto registered = stage.send(kCourts, outcome("C1", {"A1/1"}));
  const auto nobody = stage.send(kCourts, outcome("C2", {"A2/1"}));
  EXPECT_EQ(said(registered), "1 unsaid 0");
  EXPECT_EQ(said(nobody), said(registered));
  EXPECT_EQ(said(stage.send(kCourts, stage.sealed("C1"))), "2 unsaid 0");
  for (Handed& handed : stage.take(desk::kNotify)) stage.acknowledge(handed, "E-OPEN");
  gather();
  stage.progress(desk::kIdva, stage.sealed("C1").event, contract::ProgressState::Read);
  courts(outcome("C3", {"A1/1"}));
  for (int day = 0; day < 4; ++day) wait(24h);
  EXPECT_FALSE(stage.alarms(stage.cast.client_of(desk::kIdva)).empty()) << "the desk itself hears that nobody reads";
  EXPECT_EQ(stage.alarms(stage.cast.client_of(kCourts)), std::vector<std::string>());
  for (std::size_t i = before; i < stage.sent(session).size(); ++i) EXPECT_TRUE(std::holds_alternative<wire::Results>(stage.sent(session)[i])) << i;
  for (const auto& alarm : stage.records<wire::AlarmRaised>()) EXPECT_NE(alarm.adapter, kCourts) << alarm.code << ": it would be said at the next session";
}

TEST_F(CasesTest, ThatNobodyCouldBeToldIsSaidToWhoeverRegisteredHer) {
  police(registration("V1", {"A1/1"}, "A1111AA"));
  stage.change_directory([](directory::Directory& next) {
    for (auto& desk : next.desks) desk.suspended = desk.number == desk::kNotify || desk.number == desk::kIdva || desk.number == desk::kUnplaced || desk.number == desk::kWitnessCare;
  });
  courts(outcome("C1", {"A1/1"}));
  EXPECT_EQ(stage.alarms(stage.cast.client_of(kCourts)), std::vector<std::string>());
  EXPECT_EQ(stage.alarms(stage.cast.client_of(kPolice)), std::vector<std::string>{"A-NOBODY-TOLD C1"});
  police(registration("V2", {"A1/1"}));
  static_cast<void>(stage.alarms(stage.cast.client_of(kPolice)));
  courts(outcome("C2", {"A1/1"}));
  EXPECT_EQ(stage.alarms(stage.cast.client_of(kCourts)), std::vector<std::string>{"A-NOBODY-TOLD C2"}) << "of several nobody can say who registered her: somebody must act";
}

TEST_F(CasesTest, ThatItWaitsForARegistrationHidesNoUrgentFailure) {
  stage.change_directory([](directory::Directory& next) {
    for (auto& desk : next.desks) desk.suspended = desk.number == desk::kControl;
  });
  prisons(custody("R1", "A1111AA", CustodyMovement::Released));
  EXPECT_EQ(stage.alarms(stage.cast.client_of(kPrisons)), std::vector<std::string>());
  prisons(custody("R2", "A1111AA", CustodyMovement::AtLarge));
  EXPECT_EQ(stage.alarms(stage.cast.client_of(kPrisons)), std::vector<std::string>{"A-NOBODY-TOLD R2"}) << "whoever is unlawfully at large is the police's at once";
  EXPECT_EQ(waiting(), "2");
}

TEST_F(CasesTest, ACorrectionOfAWaitingOutcomeTakesItsPlaceAndAWithdrawalEndsIt) {
  courts(outcome("C1", {"A1/1"}));
  courts(outcome("C1", {"A1/1"}).fact(Fact::OutcomeReversed, contract::kYes).corrects(stage.sealed("C1")));
  courts(outcome("C2", {"A1/1"}));
  courts(outcome("C2", {"A1/1"}).withdraws(stage.sealed("C2")));
  EXPECT_EQ(waiting(), "1");
  police(registration("V1", {"A1/1"}));
  wait(1ms);
  static_cast<void>(take(desk::kWitnessCare));
  EXPECT_EQ(idva(), "C1 revision 1: case.court_outcome alleged_perpetrator.name");
}

TEST_F(CasesTest, AReleaseThatCameBeforeHerRegistrationIsToldAfterItAndOtherwiseIsNobodysTask) {
  prisons(custody("R1", "A1234BC", CustodyMovement::Released));
  prisons(custody("R2", "A9999ZZ", CustodyMovement::Released));
  EXPECT_EQ(notify() + idva(), "");
  EXPECT_EQ(waiting(), "2");
  police(registration("V1", {}, "A1234BC"));
  wait(1ms);
  EXPECT_EQ(idva(), "R1: case.custody_movement alleged_perpetrator.name");
  static_cast<void>(witness_care());
  for (int day = 0; day < 29; ++day) wait(24h);
  EXPECT_EQ(waiting(), "0");
  EXPECT_EQ(witness_care().find("R2"), std::string::npos);
}

TEST_F(CasesTest, WhatIsHistoricWaitsForNobody) {
  courts(outcome("C1", {"A1/1"}).fact(Fact::Historic, contract::kYes));
  EXPECT_EQ(waiting(), "0");
  police(registration("V1", {"A1/1"}));
  wait(72h);
  EXPECT_EQ(idva() + told(desk::kUnplaced), "");
}

TEST_F(CasesTest, WhatWaitsAndWhoIsRegisteredSurvivesARestart) {
  police(registration("V1", {"A1/1"}, "A1234BC"));
  courts(outcome("C1", {"A2/1"}));
  stage.restart();
  for (const char* adapter : {kPolice, kCourts, kPrisons}) stage.connect(adapter);
  for (const DeskNumber desk : {desk::kNotify, desk::kIdva}) stage.connect(desk);
  EXPECT_EQ(waiting(), "1");
  courts(outcome("C2", {"A1/1"}));
  police(registration("V2", {"A2/1"}));
  wait(1ms);
  const std::string lines = idva();
  EXPECT_NE(lines.find("C1"), std::string::npos) << lines;
  EXPECT_NE(lines.find("C2"), std::string::npos) << lines;
}

TEST_F(CasesTest, WhatNotifyLeavesUndoneIsTheWitnessCareUnits) {
  police(registration("V1", {"A1/1"}));
  courts(outcome("C1", {"A1/1"}));
  static_cast<void>(witness_care());
  wait(96h);
  EXPECT_EQ(witness_care(), "C1: case.court_outcome");
}

TEST_F(CasesTest, ANumberThatSheNamedFindsHimWhoeverElseItLeadsTo) {
  Draft known = incident("I1", 3);
  police(known.known_as(2, "PNC1"));
  prisons(custody("R1", "NOMS1", CustodyMovement::AtLarge));
  police(registration("V1", {"A1/1"}, "PNC1").known_as(2, "NOMS1"));
  static_cast<void>(notify() + idva());
  prisons(custody("R2", "NOMS1", CustodyMovement::Released));
  EXPECT_EQ(notify(), "R2: case.custody_movement");
  EXPECT_EQ(idva(), "R2: case.custody_movement alleged_perpetrator.name");
}

TEST_F(CasesTest, AReleaseOfWhoMayBeTheManSheNamedIsAPersonsTask) {
  police(registration("V1", {"A1/1"}, "PNC1"));
  prisons(custody("R1", "NOMS1", CustodyMovement::AtLarge));
  Draft link(Kind::Link, "L1");
  prisons(link.person(1, kPerpetrator, {Item::Name}).about_case({Item::LinkedIdentifiers}).known_as(1, "PNC1").known_as(1, "NOMS1"));
  static_cast<void>(notify() + idva() + witness_care());
  prisons(custody("R2", "NOMS1", CustodyMovement::Released));
  EXPECT_EQ(notify(), "") << "that they are one nobody has said who could";
  EXPECT_EQ(idva(), "R2: case.custody_movement alleged_perpetrator.name");
  EXPECT_EQ(witness_care(), "R2: case.custody_movement alleged_perpetrator.name");
}

TEST_F(CasesTest, OfSeveralNobodysCaseIsNamed) {
  police(registration("V1", {"A1/1"}));
  courts(outcome("C1", {"A1/1"}));
  stage.hang_up(stage.session_of(stage.cast.client_of(desk::kIdva)));
  courts(outcome("C2", {"A1/1"}));
  police(registration("V2", {"A1/1"}));
  stage.connect(desk::kIdva);
  gather();
  const auto handed = news_to_idva();
  ASSERT_EQ(handed.size(), 2u);
  EXPECT_NE(case_told(handed[0]), case_told(handed[1])) << "it may be the other's";
  EXPECT_NE(case_told(handed[1]), Pseudonym{});
}

TEST_F(CasesTest, ATaskThatARegistrationOvertakesIsToldToWhomItIsForNow) {
  stage.hang_up(stage.session_of(stage.cast.client_of(desk::kWitnessCare)));
  courts(outcome("C1", {"A1/1"}));
  wait(48h);
  police(registration("V1", {"A1/1"}));
  static_cast<void>(notify());
  stage.connect(desk::kWitnessCare);
  gather();
  EXPECT_EQ(notify(), "C1: case.court_outcome");
  EXPECT_EQ(idva(), "C1: case.court_outcome alleged_perpetrator.name");
  EXPECT_EQ(witness_care().find("C1"), std::string::npos);
}

TEST_F(CasesTest, ATextThatASecondRegistrationHoldsBackIsAPersonsTaskAtOnce) {
  stage.hang_up(stage.session_of(stage.cast.client_of(desk::kNotify)));
  police(registration("V1", {"A1/1"}));
  courts(outcome("C1", {"A1/1"}));
  police(registration("V2", {"A1/1"}));
  wait(1ms);
  EXPECT_NE(witness_care().find("C1: case.court_outcome case.case_reference alleged_perpetrator.name"), std::string::npos);
  stage.connect(desk::kNotify);
  gather();
  EXPECT_EQ(notify().find("C1"), std::string::npos);
}

TEST_F(CasesTest, ACorrectionOfAWaitingOutcomeBuysNoTime) {
  courts(outcome("C1", {"A1/1"}));
  wait(47h);
  courts(outcome("C1", {"A1/1"}).corrects(stage.sealed("C1")));
  wait(1h);
  EXPECT_EQ(witness_care(), "C1 revision 1: case.court_outcome case.case_reference alleged_perpetrator.name");
  EXPECT_EQ(waiting(), "0");
}

TEST_F(CasesTest, WhoHasTheTaskHearsOfACorrectionAtOnce) {
  courts(outcome("C1", {"A1/1"}));
  wait(49h);
  static_cast<void>(witness_care());
  courts(outcome("C1", {"A1/1"}).fact(Fact::OutcomeReversed, contract::kYes).corrects(stage.sealed("C1")));
  EXPECT_EQ(witness_care(), "C1 revision 1: case.court_outcome case.case_reference alleged_perpetrator.name");
  EXPECT_EQ(waiting(), "0");
}

TEST_F(CasesTest, WhatAnotherVictimOfTheOffenceChoseIsNotHers) {
  police(registration("V1", {"A1/1"}).known_as(1, "SHE"));
  police(registration("V2", {"A1/1"}).known_as(1, "OTHER"));
  const auto choices = [](const std::string& reference, const std::string& victim) {
    Draft draft(Kind::ContactPreference, reference);
    draft.person(1, kVictim, {Item::ContactPreference}).person(2, kPerpetrator).fact(1, Fact::WantsNews, contract::kNo).offence("A1/1").known_as(1, victim);
    return draft;
  };
  const auto registered = take(desk::kNotify);
  ASSERT_EQ(registered.size(), 2u);
  police(choices("P1", "SHE"));
  const auto handed = take(desk::kNotify);
  ASSERT_EQ(handed.size(), 1u) << "of the two she is meant";
  EXPECT_EQ(case_told(handed[0]), case_told(registered[0]));
  police(registration("V1", {}).withdraws(stage.sealed("V1")));
  police(choices("P2", "SHE"));
  EXPECT_EQ(notify(), "") << "the other's choices stand";
  EXPECT_NE(witness_care().find("P2: victim.contact_preference"), std::string::npos);
}

TEST_F(CasesTest, AChoiceOfWhomNobodyKnowsIsAPersonsTaskAndNeverSilence) {
  Draft choices(Kind::ContactPreference, "P1");
  choices.person(1, kVictim, {Item::ContactPreference}).person(2, kPerpetrator).fact(1, Fact::WantsNews, contract::kNo).offence("A1/1");
  police(choices);
  EXPECT_EQ(witness_care(), "P1: victim.contact_preference") << "nobody is registered yet";
  police(registration("V1", {"A1/1"}));
  police(registration("V2", {"A1/1"}));
  static_cast<void>(witness_care());
  Draft again(Kind::ContactPreference, "P2");
  again.person(1, kVictim, {Item::ContactPreference}).person(2, kPerpetrator).fact(1, Fact::WantsNews, contract::kNo).offence("A1/1");
  police(again);
  EXPECT_EQ(witness_care(), "P2: victim.contact_preference");
}

}  // namespace
}  // namespace concordat::test
