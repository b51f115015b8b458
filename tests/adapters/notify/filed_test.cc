// What is read out of an opened event, field by field; and which outcome and movement is which news.
#include "adapters/notify/filed.h"
#include "tests/adapters/notify/events.h"

namespace concordat::notify {
namespace {

TEST(Filed, ARegistrationWithEveryField) {
  v1::VictimRegistration event;
  v1::Person& victim = *event.add_person();
  add_victim(victim, "07700 900482");
  add_preferences(victim, true);
  victim.mutable_name()->set_title("Ms");
  auto* email = victim.mutable_safe_contact()->add_contact();
  email->set_type(v1::CONTACT_TYPE_EMAIL), email->set_value("marta@example.org");
  auto* through = victim.mutable_safe_contact()->add_contact();
  through->set_type(v1::CONTACT_TYPE_THROUGH_PERSON), through->set_value("her sister");
  victim.mutable_safe_contact()->add_safe_time("weekdays 10:00 to 14:00");
  victim.mutable_safe_contact()->set_leave_message(false);
  victim.mutable_language_and_needs()->set_language("cy");
  victim.mutable_language_and_needs()->set_interpreter(true);
  victim.mutable_consent()->set_state(v1::CONSENT_STATE_GIVEN);
  victim.mutable_home_address()->mutable_address()->add_line("3 Sample Lane");
  victim.mutable_home_address()->mutable_address()->add_line("Crewe");
  victim.mutable_home_address()->mutable_address()->set_postcode("CW1 1AA");
  v1::ContactPreferences& preferences = *victim.mutable_contact_preferences();
  preferences.set_template_language("cy");
  preferences.mutable_choice(8)->set_at_any_hour(true);
  preferences.mutable_recorded()->set_at_utc_ms(ms_of(at("2026-06-20 12:00")));
  v1::Person& he = *event.add_person();
  he.set_number(2), he.add_role(v1::ROLE_ALLEGED_PERPETRATOR);
  he.mutable_name()->set_family("Owens");
  event.mutable_registration()->set_unit("Cheshire witness care");
  event.mutable_registration()->set_helpline("0808 157 0900");
  event.mutable_registration()->set_helpline_hours("until 8 pm");
  event.mutable_registration()->set_ended(true);
  auto delivered = opened("R1", contract::Kind::VictimRegistration, std::move(event), "case-1", "2026-07-01 09:00");
  delivered.decision.people = {{2, 2, case_named("he")}, {1, 1, case_named("she")}};
  const Filed filed = read_filed(delivered);
  ASSERT_TRUE(filed.source && !filed.telling);
  const Source& source = *filed.source;
  EXPECT_EQ(filed.name, case_named("case-1"));
  EXPECT_EQ(source.name, "Ms Marta Bielak-Owens");
  EXPECT_EQ(source.born, "1991-02-28");
  EXPECT_EQ(source.victim, case_named("she").hex()) << "and never his";
  EXPECT_EQ(source.unit + "|" + source.helpline + "|" + source.hours, "Cheshire witness care|0808 157 0900|until 8 pm");
  EXPECT_TRUE(source.ended && source.interpreter);
  EXPECT_EQ(source.language, "cy");
  EXPECT_EQ(source.address, (std::vector<std::string>{"Ms Marta Bielak-Owens", "3 Sample Lane", "Crewe", "CW1 1AA"}));
  EXPECT_EQ(source.contact.mobiles, std::vector<std::string>{"07700 900482"});
  EXPECT_EQ(source.contact.emails, std::vector<std::string>{"marta@example.org"});
  EXPECT_TRUE(source.contact.through_person);
  EXPECT_EQ(source.contact.safe_times, std::vector<std::string>{"weekdays 10:00 to 14:00"});
  EXPECT_EQ(source.contact.instructions, "say that the surgery is calling");
  EXPECT_EQ(source.contact.leave_message, Said::No);
  EXPECT_EQ(source.preferences.wants, Said::Yes);
  EXPECT_EQ(source.preferences.choices.size(), 10u);
  EXPECT_TRUE(source.preferences.choices[8].about == News::Release && source.preferences.choices[8].at_any_hour);
  EXPECT_EQ(source.preferences.quiet_from + source.preferences.quiet_until + source.preferences.confirmed + source.preferences.language, "21:0008:002026-06-15cy");
  EXPECT_EQ(source.preferences.since, at("2026-06-20 12:00"));
  EXPECT_EQ(source.consent, static_cast<std::uint8_t>(contract::ConsentState::Given));
}

TEST(Filed, ALetterGoesToTheAddressThatSheCalledSafe) {
  const auto address = [](const std::vector<std::string>& others) {
    v1::VictimRegistration event;
    add_victim(*event.add_person(), "07700 900482");
    event.mutable_person(0)->mutable_home_address()->mutable_address()->add_line("3 Sample Lane");
    event.mutable_person(0)->mutable_home_address()->mutable_address()->set_postcode("CW1 1AA");
    for (const std::string& each : others) {
      auto* contact = event.mutable_person(0)->mutable_safe_contact()->add_contact();
      contact->set_type(v1::CONTACT_TYPE_OTHER), contact->set_value(each);
    }
    std::string out;
    const Filed filed = read_filed(opened("R1", contract::Kind::VictimRegistration, event, "case-1", "2026-07-01 09:00"));
    for (const std::string& each : filed.source->address) out += each + "|";
    return out;
  };
  EXPECT_EQ(address({"c/o 9 Heol Wen, Wrexham , LL11 1AA"}), "Marta Bielak-Owens|c/o 9 Heol Wen|Wrexham|LL11 1AA|");
  EXPECT_EQ(address({}), "Marta Bielak-Owens|3 Sample Lane|CW1 1AA|");
  EXPECT_EQ(address({"care of the refuge"}), "") << "never home instead";
  EXPECT_EQ(address({"9 Heol Wen, LL11 1AA", "2 Other Road, CW1 1AB"}), "");
}

TEST(Filed, SheCannotHaveSaidItAfterItWasHeard) {
  v1::ContactPreference event;
  add_victim(*event.add_person(), "07700 900482");
  add_preferences(*event.mutable_person(0), true);
  event.mutable_person(0)->mutable_contact_preferences()->mutable_recorded()->set_at_utc_ms(ms_of(at("2036-06-20 12:00")));
  EXPECT_EQ(read_filed(opened("P1", contract::Kind::ContactPreference, event, "case-1", "2026-07-01 09:00")).source->preferences.since, at("2026-07-01 09:00"))
      << "a clock that is wrong must not outweigh an opt-out for ten years";
}

TEST(Filed, AnOptOutOfADayCountsToItsEnd) {
  v1::ContactPreference event;
  add_victim(*event.add_person(), "07700 900482");
  add_preferences(*event.mutable_person(0), false);
  auto* day = event.mutable_person(0)->mutable_contact_preferences()->mutable_recorded()->mutable_date();
  day->set_year(2026), day->set_month(6), day->set_day(20);
  EXPECT_EQ(read_filed(opened("P1", contract::Kind::ContactPreference, event, "case-1", "2026-07-01 09:00")).source->preferences.since, at("2026-06-21 00:00"))
      << "what she chose at ten that morning must not outweigh it";
}

TEST(Filed, TwoVictimsInOneRegistrationAreNobodys) {
  v1::VictimRegistration event;
  add_victim(*event.add_person(), "07700 900482");
  add_victim(*event.add_person(), "07700 900999");
  const Filed filed = read_filed(opened("R1", contract::Kind::VictimRegistration, event, "case-1", "2026-07-01 09:00"));
  EXPECT_TRUE(filed.source && !filed.source->contact.said && !filed.source->preferences.said);
}

TEST(Filed, AnAgeThatAClauseReleasesWithoutTheBirthDateCounts) {
  v1::VictimRegistration event;
  add_victim(*event.add_person(), "07700 900482");
  event.mutable_person(0)->clear_date_of_birth();
  auto delivered = opened("R1", contract::Kind::VictimRegistration, event, "case-1", "2026-07-01 09:00");
  delivered.decision.facts = {{1, {contract::Fact::AgeBand, static_cast<contract::FactValue>(contract::AgeBand::Age18To24)}}};
  EXPECT_EQ(read_filed(delivered).source->age_band, static_cast<std::uint8_t>(contract::AgeBand::Age18To24));
}

TEST(Filed, AnEstimateOfAnAgeIsNoBirthDate) {
  v1::VictimRegistration event;
  add_victim(*event.add_person(), "07700 900482");
  event.mutable_person(0)->mutable_date_of_birth()->set_perceived(true);
  EXPECT_EQ(read_filed(opened("R1", contract::Kind::VictimRegistration, event, "case-1", "2026-07-01 09:00")).source->born, "");
}

TEST(Filed, NewsSaysWhatHappenedInWordsOfTheVocabularyOnly) {
  v1::CourtOutcome event;
  event.mutable_outcome()->set_kind(v1::OUTCOME_KIND_PROTECTIVE_ORDER_MADE);
  event.mutable_outcome()->set_reversed(true);
  event.mutable_order()->set_kind(v1::ORDER_KIND_RESTRAINING);
  auto delivered = opened("C1", contract::Kind::CourtOutcome, event, "case-1", "2026-07-14 10:15");
  delivered.decision.historic = true;
  const Filed filed = read_filed(delivered);
  ASSERT_TRUE(filed.telling && !filed.source);
  EXPECT_EQ(filed.telling->what, "protective_order_made/restraining");
  EXPECT_TRUE(filed.telling->reversed && filed.telling->historic && filed.telling->group == News::ProtectiveOrder);
  v1::CourtHearing hearing;
  hearing.mutable_hearing()->set_kind(v1::HEARING_KIND_TRIAL);
  hearing.mutable_hearing()->set_court("Crewe Magistrates");
  hearing.mutable_hearing()->set_vacated(true);
  const Filed listed = read_filed(opened("H1", contract::Kind::CourtHearing, hearing, "case-1", "2026-07-14 10:15"));
  EXPECT_EQ(listed.telling->what, "hearing/trial/vacated") << "the court is not kept";
}

TEST(Filed, WhatWasWithheldIsForAPerson) {
  EXPECT_TRUE(read_filed(opened("C1", contract::Kind::CourtOutcome, v1::CourtOutcome{}, "case-1", "2026-07-14 10:15")).telling->for_a_person);
  EXPECT_TRUE(read_filed(opened("C1", contract::Kind::CustodyChange, v1::CustodyChange{}, "case-1", "2026-07-14 10:15")).telling->for_a_person);
}

TEST(Groups, EveryOutcomeAndMovementHasItsPlace) {
  using contract::CustodyMovement;
  for (const CustodyMovement each : {CustodyMovement::Released, CustodyMovement::ReleasedEarly, CustodyMovement::HomeDetentionCurfew, CustodyMovement::ReleasePlanned}) {
    EXPECT_TRUE(group_of(each).group == News::Release && !group_of(each).for_a_person);
  }
  for (const CustodyMovement each : {CustodyMovement::AtLarge, CustodyMovement::TemporaryRelease, CustodyMovement::ToHospital, CustodyMovement::ToImmigrationDetention, CustodyMovement::ToCourt,
                                     CustodyMovement::Died, CustodyMovement::Recalled, CustodyMovement::Other}) {
    EXPECT_TRUE(group_of(each).for_a_person) << contract::name_of(each);
  }
  for (const CustodyMovement each : {CustodyMovement::Received, CustodyMovement::Transferred}) EXPECT_TRUE(group_of(each).group == News::None && !group_of(each).for_a_person);
  for (const contract::Word& each : contract::words<contract::OutcomeKind>()) {
    const Grouped grouped = group_of(static_cast<contract::OutcomeKind>(each.number));
    EXPECT_TRUE(grouped.group != News::None || grouped.for_a_person) << each.name << " would be told to nobody";
  }
}

TEST(Groups, TheReadmeHasTheTable) {
  const std::string readme = testing::read_whole("adapters/notify/README.md");
  const auto begin = readme.find("<!-- mapping: begin -->\n"), end = readme.find("<!-- mapping: end -->");
  ASSERT_TRUE(begin != std::string::npos && end != std::string::npos);
  EXPECT_EQ(readme.substr(begin + 24, end - begin - 24), mapping_table()) << "put this there:\n" << mapping_table();
}

}  // namespace
}  // namespace concordat::notify
