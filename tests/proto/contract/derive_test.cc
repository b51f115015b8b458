// How facts follow from content: ages on London dates, scores, and what stays unknown. Vectors:
// proto/vectors/facts.json.
#include "proto/contract/derive.h"

#include <gtest/gtest.h>

#include "concordat/v1/court_hearing.pb.h"
#include "concordat/v1/court_outcome.pb.h"
#include "concordat/v1/custody_change.pb.h"
#include "concordat/v1/health_attendance.pb.h"
#include "concordat/v1/incident.pb.h"
#include "concordat/v1/person.pb.h"
#include "tests/support/vectors.h"

namespace concordat::contract {
namespace {

using namespace std::chrono;

std::string facts(Item item, const google::protobuf::Message& content, Instant happened = instant_of(1783995000000)) {
  std::string text;
  for (const FactEntry& entry : derive_facts(item, content, happened)) {
    text += (text.empty() ? "" : " ") + std::string(info(entry.fact)->name) + "=" + value_text(entry.fact, entry.value);
  }
  return text;
}

Instant at(int y, unsigned m, unsigned d, int hour, int minute = 0) {
  return Instant{sys_days{year{y} / month{m} / day{d}}} + hours(hour) + minutes(minute);
}

std::string date(Instant when) {
  const auto ymd = london_date(when);
  return to_text(Instant{sys_days{ymd}}).substr(0, 10);
}

TEST(OfAnOutcome, EachItemGivesItsOwnFacts) {
  v1::CourtOutcome event;
  EXPECT_EQ(facts(Item::CourtOutcome, event), "");
  event.mutable_outcome()->set_kind(v1::OUTCOME_KIND_PROTECTIVE_ORDER_MADE);
  EXPECT_EQ(facts(Item::CourtOutcome, event), "outcome=protective_order_made") << "not known to be reversed is not: no";
  event.mutable_outcome()->set_reversed(true);
  event.mutable_order()->set_kind(v1::ORDER_KIND_RESTRAINING_ON_ACQUITTAL);
  event.mutable_hearing()->set_kind(v1::HEARING_KIND_SENTENCE);
  EXPECT_EQ(facts(Item::CourtOutcome, event), "outcome=protective_order_made outcome_reversed=yes");
  EXPECT_EQ(facts(Item::OrderConditions, event), "order=restraining_on_acquittal");
  EXPECT_EQ(facts(Item::Hearing, event), "hearing=sentence");
  EXPECT_EQ(facts(Item::CustodyMovement, event), "");
}

TEST(OfACustodyChange, TheMovementIsTheFactAndThePlaceIsNone) {
  v1::CustodyChange event;
  event.mutable_custody()->set_movement(v1::CUSTODY_MOVEMENT_AT_LARGE);
  event.mutable_custody()->set_reason("RELEASED");
  event.mutable_place()->set_prison("MDI");
  EXPECT_EQ(facts(Item::CustodyMovement, event), "custody_movement=at_large");
  EXPECT_EQ(facts(Item::CustodyPlace, event), "");
}

TEST(OfAnAttendance, DisclosureIsOfThePersonAndTheAttendanceOfTheCase) {
  v1::HealthAttendance event;
  event.mutable_attendance()->set_kind(v1::ATTENDANCE_KIND_EMERGENCY);
  EXPECT_EQ(facts(Item::Attendance, event), "attendance=emergency");
  v1::Person person;
  EXPECT_EQ(facts(Item::Disclosure, person), "");
  person.mutable_disclosure()->set_by(v1::DISCLOSED_BY_CLINICIAN);
  person.mutable_contact_preferences()->set_wants_news(false);
  EXPECT_EQ(facts(Item::Disclosure, person), "disclosed_by=clinician");
  EXPECT_EQ(facts(Item::ContactPreference, person), "wants_news=no") << "opted out is said, not left out";
}

TEST(LondonDates, SummerTimeMovesMidnight) {
  EXPECT_EQ(date(at(2026, 7, 13, 22, 59)), "2026-07-13");
  EXPECT_EQ(date(at(2026, 7, 13, 23, 0)), "2026-07-14");
  EXPECT_EQ(date(at(2026, 1, 13, 23, 59)), "2026-01-13");
  EXPECT_EQ(date(at(2026, 3, 28, 23, 30)), "2026-03-28") << "the last night of winter";
  EXPECT_EQ(date(at(2026, 3, 29, 23, 30)), "2026-03-30");
  EXPECT_EQ(date(at(2026, 10, 24, 23, 30)), "2026-10-25");
  EXPECT_EQ(date(at(2026, 10, 25, 23, 30)), "2026-10-25");
  EXPECT_EQ(date(at(2025, 12, 31, 23, 59)), "2025-12-31");
}

TEST(AgeBand, VectorsHold) {
  const auto vectors = test::read_vectors("proto/vectors/facts.json", "age_bands");
  ASSERT_GE(vectors.size(), 25u);
  for (const test::Vector& vector : vectors) {
    const auto happened = test::instant(vector.text("happened"));
    ASSERT_TRUE(happened);
    v1::Person person;
    v1::DateOfBirth& birth = *person.mutable_date_of_birth();
    if (vector.has("year")) birth.mutable_date()->set_year(vector.number("year"));
    if (vector.has("month")) birth.mutable_date()->set_month(vector.number("month"));
    if (vector.has("day")) birth.mutable_date()->set_day(vector.number("day"));
    if (vector.has("stated_age")) birth.set_stated_age(vector.number("stated_age"));
    if (vector.has("unborn")) birth.set_unborn(true);
    if (vector.has("perceived")) birth.set_perceived(true);
    const std::string band = vector.text("age_band");
    EXPECT_EQ(facts(Item::DateOfBirth, person, *happened), band == "unknown" ? "" : "age_band=" + band)
        << vector.text("why");
  }
}

TEST(RiskScore, CountsYesAndTakesTheGreater) {
  v1::Person person;
  v1::RiskAnswers& answers = *person.mutable_risk_answers();
  EXPECT_EQ(facts(Item::RiskAnswers, person), "") << "nothing asked: unknown, not 0";
  answers.set_q01(v1::ANSWER_NO);
  EXPECT_EQ(facts(Item::RiskAnswers, person), "risk_score=0");
  answers.set_q02(v1::ANSWER_YES);
  answers.set_q24(v1::ANSWER_YES);
  answers.set_q03(v1::ANSWER_UNKNOWN);
  EXPECT_EQ(facts(Item::RiskAnswers, person), "risk_score=2");
  answers.set_score(1);
  EXPECT_EQ(facts(Item::RiskAnswers, person), "risk_score=2");
  answers.set_score(14);
  EXPECT_EQ(facts(Item::RiskAnswers, person), "risk_score=14");
  answers.set_score(25);
  EXPECT_EQ(facts(Item::RiskAnswers, person), "risk_score=2") << "no DASH has 25 questions";
}

TEST(RiskScore, AllTwentyFourCount) {
  v1::Person person;
  v1::RiskAnswers& answers = *person.mutable_risk_answers();
  for (int number = 1; number <= 24; ++number) {
    answers.GetReflection()->SetEnumValue(&answers, answers.GetDescriptor()->FindFieldByNumber(number), v1::ANSWER_YES);
    EXPECT_EQ(facts(Item::RiskAnswers, person), "risk_score=" + std::to_string(number));
  }
}

TEST(Booleans, NoIsNotUnknown) {
  v1::Person person;
  person.mutable_vulnerability();
  EXPECT_EQ(facts(Item::Vulnerability, person), "");
  person.mutable_vulnerability()->set_care_and_support_needs(false);
  EXPECT_EQ(facts(Item::Vulnerability, person), "care_and_support_needs=no");
  person.mutable_vulnerability()->set_no_recourse_to_public_funds(true);
  EXPECT_EQ(facts(Item::Vulnerability, person), "care_and_support_needs=no no_recourse_to_public_funds=yes");
}

TEST(Facts, FollowFromTheirOwnItemAlone) {
  v1::Person person;
  person.mutable_home_address()->set_area("E06000049");
  person.mutable_home_address()->set_confidential(true);
  person.mutable_sensitive_markers()->set_fgm(true);
  person.mutable_child_circumstances()->set_is(v1::CHILD_IS_PRESENT);
  EXPECT_EQ(facts(Item::HomeAddress, person), "residence=E06000049 address_confidential=yes");
  EXPECT_EQ(facts(Item::SensitiveMarkers, person), "fgm=yes");
  EXPECT_EQ(facts(Item::ChildCircumstances, person), "child_is=present");
  EXPECT_EQ(facts(Item::Name, person), "");
}

TEST(Facts, AnAreaThatIsNoCodeIsUnknown) {
  v1::Person person;
  person.mutable_home_address()->set_area("Crewe");
  EXPECT_EQ(facts(Item::HomeAddress, person), "");
}

TEST(Facts, ConsentNamesItsPurpose) {
  v1::Person person;
  v1::Consent& consent = *person.mutable_consent();
  consent.set_state(v1::CONSENT_STATE_REFUSED);
  consent.set_informed(v1::INFORMED_UNSAFE_TO_TELL);
  EXPECT_EQ(facts(Item::Consent, person), "consent=refused informed=unsafe_to_tell");
  consent.set_purpose("high-risk");
  EXPECT_EQ(facts(Item::Consent, person),
            "consent=refused consent_purpose=" + value_text(Fact::ConsentPurpose, code_of_name("high-risk")) +
                " informed=unsafe_to_tell");
}

TEST(Facts, OfAnIncident) {
  v1::Incident incident;
  incident.mutable_details()->set_type(v1::INCIDENT_TYPE_THREATS);
  incident.mutable_details()->set_domestic_abuse(true);
  incident.mutable_details()->set_crime_recorded(false);
  incident.mutable_place()->set_area("W06000015");
  EXPECT_EQ(facts(Item::IncidentDetails, incident), "incident_type=threats domestic_abuse=yes crime_recorded=no");
  EXPECT_EQ(facts(Item::IncidentPlace, incident), "incident_area=W06000015");
}

TEST(Historic, IsByAgeOrByBulk) {
  const Instant now = at(2026, 7, 14, 12);
  const auto historic = [&](Kind kind, Instant happened, bool bulk) {
    return derive_event_facts(kind, happened, now, bulk)[0].value;
  };
  EXPECT_EQ(historic(Kind::Incident, now - days(28), false), kNo);
  EXPECT_EQ(historic(Kind::Incident, now - days(28) - minutes(1), false), kYes);
  EXPECT_EQ(historic(Kind::Link, now - days(89), false), kNo);
  EXPECT_EQ(historic(Kind::Incident, now, true), kYes);
}

}  // namespace
}  // namespace concordat::contract
