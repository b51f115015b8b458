// How facts follow from content: see derive.h.
#include "proto/contract/derive.h"

#include <algorithm>

#include "concordat/v1/court_outcome.pb.h"
#include "concordat/v1/custody_change.pb.h"
#include "concordat/v1/health_attendance.pb.h"
#include "concordat/v1/incident.pb.h"
#include "concordat/v1/link.pb.h"
#include "concordat/v1/referral.pb.h"
#include "concordat/v1/referral_progress.pb.h"
#include "concordat/v1/safeguarding_concern.pb.h"
#include "concordat/v1/victim_registration.pb.h"
#include "proto/contract/reflect.h"

namespace concordat::contract {
namespace {

using Facts = std::vector<FactEntry>;

void add(Facts& facts, Fact fact, FactValue value) {
  if (value != kUnknown && in_domain(fact, value)) facts.push_back({fact, value});
}

void add(Facts& facts, Fact fact, bool known, bool value) { add(facts, fact, known ? (value ? kYes : kNo) : kUnknown); }

// An enum that is not set reads as 0, which is unknown.
template <class E>
void add_enum(Facts& facts, Fact fact, E value) {
  add(facts, fact, static_cast<FactValue>(value));
}

FactValue age_band(const v1::DateOfBirth& birth, Instant happened) {
  if (birth.unborn()) return static_cast<FactValue>(AgeBand::Unborn);
  if (birth.perceived()) return kUnknown;
  const auto known = [](bool has, unsigned value) { return has ? std::optional<unsigned>(value) : std::nullopt; };
  const v1::SourceDate& date = birth.date();
  if (date.has_year()) {
    if (date.year() < 1850 || date.year() > 9999) return kUnknown;
    const auto band = band_on(london_date(happened), static_cast<int>(date.year()),
                              known(date.has_month(), date.month()), known(date.has_day(), date.day()));
    return band ? static_cast<FactValue>(*band) : kUnknown;
  }
  if (birth.has_stated_age() && birth.stated_age() < 130) return static_cast<FactValue>(band_of(birth.stated_age()));
  return kUnknown;
}

FactValue risk_score(const v1::RiskAnswers& answers) {
  constexpr int kQuestions = 24;
  const auto& type = *v1::RiskAnswers::descriptor();  // q01 to q24 are its first fields, numbered 1 to 24
  const Reflection& look = *v1::RiskAnswers::GetReflection();
  bool answered = answers.has_score() && answers.score() <= kQuestions;
  unsigned score = answered ? answers.score() : 0;
  unsigned yes = 0;
  for (int i = 0; i < kQuestions; ++i) {
    const FieldDescriptor* question = type.field(i);
    if (!look.HasField(answers, question)) continue;
    answered = true;
    if (look.GetEnumValue(answers, question) == v1::ANSWER_YES) ++yes;
  }
  return answered ? std::max(score, yes) + 1 : kUnknown;
}

FactValue named_code(bool known, std::string_view name) { return known ? code_of_name(name) : kUnknown; }

void home_address(const v1::HomeAddress& home, Facts& facts) {
  add(facts, Fact::Residence, area_code(home.area()).value_or(kUnknown));
  add(facts, Fact::AddressConfidential, home.has_confidential(), home.confidential());
}

void risk_answers(const v1::RiskAnswers& answers, Facts& facts) {
  add(facts, Fact::RiskScore, risk_score(answers));
  add_enum(facts, Fact::Judgement, answers.judgement());
  add(facts, Fact::Pregnant, answers.has_pregnant(), answers.pregnant());
}

void vulnerability(const v1::Vulnerability& it, Facts& facts) {
  add(facts, Fact::CareAndSupportNeeds, it.has_care_and_support_needs(), it.care_and_support_needs());
  add(facts, Fact::NoRecourseToPublicFunds, it.has_no_recourse_to_public_funds(), it.no_recourse_to_public_funds());
}

void sensitive_markers(const v1::SensitiveMarkers& it, Facts& facts) {
  add(facts, Fact::HonourBased, it.has_honour_based(), it.honour_based());
  add(facts, Fact::ForcedMarriage, it.has_forced_marriage(), it.forced_marriage());
  add(facts, Fact::Fgm, it.has_fgm(), it.fgm());
}

void consent(const v1::Consent& it, Facts& facts) {
  add_enum(facts, Fact::Consent, it.state());
  add(facts, Fact::ConsentPurpose, named_code(it.has_purpose(), it.purpose()));
  add_enum(facts, Fact::Informed, it.informed());
}

void of_person(Item item, const v1::Person& person, Instant happened, Facts& facts) {
  switch (item) {
    case Item::DateOfBirth:
      return add(facts, Fact::AgeBand, age_band(person.date_of_birth(), happened));
    case Item::HomeAddress:
      return home_address(person.home_address(), facts);
    case Item::RiskAnswers:
      return risk_answers(person.risk_answers(), facts);
    case Item::ChildCircumstances:
      return add_enum(facts, Fact::ChildIs, person.child_circumstances().is());
    case Item::Vulnerability:
      return vulnerability(person.vulnerability(), facts);
    case Item::SensitiveMarkers:
      return sensitive_markers(person.sensitive_markers(), facts);
    case Item::Consent:
      return consent(person.consent(), facts);
    case Item::Disclosure:
      return add_enum(facts, Fact::DisclosedBy, person.disclosure().by());
    case Item::ContactPreference:
      return add(facts, Fact::WantsNews, person.contact_preferences().has_wants_news(), person.contact_preferences().wants_news());
    case Item::Occupation:
      return add(facts, Fact::WorksFor,
                 named_code(person.occupation().has_works_for(), person.occupation().works_for()));
    default:
      return;
  }
}

void of_incident(Item item, const v1::Incident& incident, Facts& facts) {
  if (item == Item::IncidentPlace)
    add(facts, Fact::IncidentArea, area_code(incident.place().area()).value_or(kUnknown));
  if (item != Item::IncidentDetails) return;
  const v1::IncidentDetails& details = incident.details();
  add_enum(facts, Fact::IncidentType, details.type());
  add(facts, Fact::DomesticAbuse, details.has_domestic_abuse(), details.domestic_abuse());
  add(facts, Fact::CrimeRecorded, details.has_crime_recorded(), details.crime_recorded());
}

void of_referral(const v1::ReferralDetails& details, Facts& facts) {
  add_enum(facts, Fact::ReferralKind, details.kind());
  add_enum(facts, Fact::ReferredTo, details.to());
  add_enum(facts, Fact::ReferralReason, details.reason());
}

void of_outcome(Item item, const v1::CourtOutcome& event, Facts& facts) {
  if (item == Item::Hearing) add_enum(facts, Fact::Hearing, event.hearing().kind());
  if (item == Item::OrderConditions) add_enum(facts, Fact::Order, event.order().kind());
  if (item != Item::CourtOutcome) return;
  add_enum(facts, Fact::Outcome, event.outcome().kind());
  add(facts, Fact::OutcomeReversed, event.outcome().has_reversed(), event.outcome().reversed());
  add(facts, Fact::AbuseCase, event.outcome().has_abuse_case(), event.outcome().abuse_case());
}

void of_case(Item item, const Message& event, Facts& facts) {
  using google::protobuf::DynamicCastToGenerated;
  if (const auto* incident = DynamicCastToGenerated<v1::Incident>(&event)) return of_incident(item, *incident, facts);
  if (const auto* referral = DynamicCastToGenerated<v1::Referral>(&event); referral && item == Item::ReferralDetails) {
    return of_referral(referral->details(), facts);
  }
  if (const auto* progress = DynamicCastToGenerated<v1::ReferralProgress>(&event); progress && item == Item::Progress) {
    return add_enum(facts, Fact::Progress, progress->progress().state());
  }
  if (const auto* concern = DynamicCastToGenerated<v1::SafeguardingConcern>(&event); concern && item == Item::Concern) {
    return add_enum(facts, Fact::Concern, concern->concern().category());
  }
  if (const auto* link = DynamicCastToGenerated<v1::Link>(&event); link && item == Item::LinkedIdentifiers) {
    return add_enum(facts, Fact::LinkStrength, link->details().strength());
  }
  if (const auto* outcome = DynamicCastToGenerated<v1::CourtOutcome>(&event)) return of_outcome(item, *outcome, facts);
  if (const auto* listed = DynamicCastToGenerated<v1::CourtHearing>(&event); listed && item == Item::Hearing) {
    return add_enum(facts, Fact::Hearing, listed->hearing().kind());
  }
  if (const auto* registered = DynamicCastToGenerated<v1::VictimRegistration>(&event); registered && item == Item::Registration) {
    add(facts, Fact::RegistrationEnded, registered->registration().has_ended(), registered->registration().ended());
    return add(facts, Fact::RegistrationAbuseCase, registered->registration().has_abuse_case(), registered->registration().abuse_case());
  }
  if (const auto* change = DynamicCastToGenerated<v1::CustodyChange>(&event); change && item == Item::CustodyMovement) {
    return add_enum(facts, Fact::CustodyMovement, change->custody().movement());
  }
  if (const auto* attended = DynamicCastToGenerated<v1::HealthAttendance>(&event); attended && item == Item::Attendance) {
    return add_enum(facts, Fact::Attendance, attended->attendance().kind());
  }
}

}  // namespace

std::vector<FactEntry> derive_facts(Item item, const Message& content, Instant happened) {
  Facts facts;
  if (const auto* person = google::protobuf::DynamicCastToGenerated<v1::Person>(&content)) {
    of_person(item, *person, happened, facts);
  } else {
    of_case(item, content, facts);
  }
  std::sort(facts.begin(), facts.end(), [](const FactEntry& a, const FactEntry& b) { return a.fact < b.fact; });
  return facts;
}

std::vector<FactEntry> derive_event_facts(Kind kind, Instant happened, Instant now, bool in_bulk) {
  return {{Fact::Historic, in_bulk || now - happened > historic_after(kind) ? kYes : kNo}};
}

std::chrono::days historic_after(Kind kind) {
  switch (kind) {
    case Kind::Incident:
    case Kind::RiskAssessment:
    case Kind::Referral:
    case Kind::SafeguardingConcern:
    case Kind::HealthAttendance:
    case Kind::CustodyChange:
      return std::chrono::days(28);
    default:
      return std::chrono::days(90);
  }
}

}  // namespace concordat::contract
