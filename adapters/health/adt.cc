// Attendances into events: see adt.h.
#include "adapters/health/adt.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <map>
#include <memory>

#include "adapters/health/naming.h"
#include "adapters/health/person.h"
#include "adapters/sdk/path.h"
#include "adapters/sdk/read/when.h"
#include "concordat/v1/consent_change.pb.h"
#include "concordat/v1/health_attendance.pb.h"
#include "concordat/v1/risk_assessment.pb.h"
#include "proto/contract/contract.h"
#include "proto/contract/derive.h"

namespace concordat::health {
namespace {

using contract::Kind;
using hl7::Segment;
using sdk::Failure;

// ---- disclosure, injuries ------------------------------------------------------------------------------------------------

/// When a segment says that it was found: OBX-14 or DG1-5.
std::string found_at(const Segment& segment) {
  if (segment.name == "OBX") return hl7::value(&segment, 14);
  return segment.name == "DG1" ? hl7::value(&segment, 5) : std::string();
}

/// The first rule of the table that finds something; else the form's answers, where the table lets them disclose.
void put_disclosure(v1::Person& person, const Attendance& attendance, const Rules& rules, Filler& fill) {
  for (const DisclosureRule& rule : rules.disclosures) {
    const auto all = found(attendance.segments, rule.coded);
    if (all.empty()) continue;
    v1::Disclosure& disclosure = *person.mutable_disclosure();
    disclosure.set_by(static_cast<v1::DisclosedBy>(rule.by));
    const std::string field = rule.coded.where.text();
    fill.set(disclosure, "code", all.front().code, field);
    fill.set(disclosure, "code_system", all.front().system, field);
    if (rule.routine_enquiry) disclosure.set_routine_enquiry(true);
    fill.time(disclosure, "at", found_at(*all.front().segment), field, false);
    return;
  }
  if (rules.risk_discloses) person.mutable_disclosure()->set_by(static_cast<v1::DisclosedBy>(*rules.risk_discloses));
}

void add_injuries(v1::Person& person, const std::vector<Found>& all, const std::string& field, Filler& fill) {
  for (const Found& each : all) {
    const auto& there = person.injury();
    if (std::any_of(there.begin(), there.end(), [&](const v1::Injury& injury) { return injury.code() == each.code; })) continue;
    v1::Injury& injury = *person.add_injury();
    fill.set(injury, "code", each.code, field);
    fill.set(injury, "code_system", each.system, field);
    fill.set(injury, "description", each.label, field);
  }
}

void put_conditions(v1::Person& person, const Attendance& attendance, const Rules& rules, Filler& fill) {
  for (const DisclosureRule& rule : rules.disclosures) {
    if (rule.injury) add_injuries(person, found(attendance.segments, rule.coded), rule.coded.where.text(), fill);
  }
  for (const Coded& coded : rules.injuries) add_injuries(person, found(attendance.segments, coded), coded.where.text(), fill);
  for (const Coded& coded : rules.mental_health) {
    for (const Found& each : found(attendance.segments, coded)) {
      fill.set(person, "mental_health.condition", each.label.empty() ? each.code : each.label, coded.where.text());
    }
  }
}

// ---- the form: risk, consent, safe contact ---------------------------------------------------------------------------------

/// The newest value at a place: the last.
std::optional<Found> last_at(const Attendance& attendance, const Where& where) {
  auto all = values_at(attendance.segments, where);
  return all.empty() ? std::nullopt : std::optional(std::move(all.back()));
}

/// A form's word as ours: the table's, else the words that everybody writes.
std::string risk_word(const Rules& rules, const std::string& text) {
  static const std::map<std::string, std::string> kUsual = {
      {"Y", "yes"},       {"YES", "yes"},    {"TRUE", "yes"},     {"1", "yes"},       {"N", "no"},          {"NO", "no"},    {"FALSE", "no"},
      {"0", "no"},        {"U", "unknown"},  {"NK", "unknown"},   {"DK", "unknown"},  {"UNKNOWN", "unknown"}, {"NOTKNOWN", "unknown"},
      {"H", "high"},      {"HIGH", "high"},  {"M", "medium"},     {"MEDIUM", "medium"}, {"S", "standard"},    {"STANDARD", "standard"}};
  const std::string normal = normal_code(text);
  if (const auto word = rules.words.find(normal); word != rules.words.end()) return word->second;
  const auto word = kUsual.find(normal);
  return word == kUsual.end() ? text : word->second;
}

std::string field_of(const Where& where) { return where.question.empty() ? where.text() : where.text() + " of " + where.question; }

void put_risk(v1::Person& person, const Attendance& attendance, const Rules& rules, Filler& fill) {
  std::string assessed;
  for (const PathRule& rule : rules.risk) {
    const auto answer = last_at(attendance, rule.where);
    if (!answer) continue;
    const std::string field = field_of(rule.where), path = "risk_answers." + rule.path;
    if (rule.path == "assessed") {
      fill.time(person, path, answer->code, field, true);
    } else if (rule.path == "score" || rule.path == "assessor") {
      fill.set(person, path, answer->code, field);
    } else {
      fill.set(person, path, risk_word(rules, answer->code), field);
    }
    if (const std::string at = found_at(*answer->segment); at > assessed) assessed = at;
  }
  if (person.has_risk_answers() && !person.risk_answers().has_assessed()) fill.time(person, "risk_answers.assessed", assessed, "OBX-14", false);
}

void put_safe_contact(v1::Person& person, const Attendance& attendance, const Rules& rules, Filler& fill) {
  for (const PathRule& rule : rules.safe_contact) {
    const auto all = values_at(attendance.segments, rule.where);
    const bool many = rule.path.ends_with("safe_time");
    for (std::size_t n = many || all.empty() ? 0 : all.size() - 1; n < all.size(); ++n) fill.set(person, rule.path, all[n].code, field_of(rule.where));
  }
}

/// Her word for a purpose, if the form has it. A word that the table does not know is never taken for one that it knows.
std::optional<v1::Consent> consent_for(const ConsentRule& rule, const Attendance& attendance, Filler& fill) {
  const auto answer = last_at(attendance, rule.where);
  if (!answer) return std::nullopt;
  const auto word = rule.words.find(normal_code(answer->code));
  if (word == rule.words.end()) {
    fill.refuse(field_of(rule.where), {Fault::Malformed, code::kValue, "the table has no word for this answer on consent"});
    return std::nullopt;
  }
  v1::Consent consent;
  fill.set(consent, "state", word->second, field_of(rule.where));
  consent.set_purpose(rule.purpose);
  fill.time(consent, "recorded", found_at(*answer->segment), field_of(rule.where), false);
  return consent;
}

bool refuses(const v1::Consent& consent) { return consent.state() == v1::CONSENT_STATE_REFUSED || consent.state() == v1::CONSENT_STATE_WITHDRAWN; }

// ---- the attendance --------------------------------------------------------------------------------------------------------

v1::AttendanceKind kind_of(const Segment* visit) {
  static const std::map<std::string, v1::AttendanceKind> kCodes = {{"E", v1::ATTENDANCE_KIND_EMERGENCY},  {"I", v1::ATTENDANCE_KIND_INPATIENT},
                                                                   {"O", v1::ATTENDANCE_KIND_OUTPATIENT}, {"R", v1::ATTENDANCE_KIND_OUTPATIENT},
                                                                   {"B", v1::ATTENDANCE_KIND_MATERNITY}};
  const std::string code = normal_code(hl7::value(visit, 2));
  if (code.empty()) return v1::ATTENDANCE_KIND_UNSPECIFIED;
  const auto kind = kCodes.find(code);
  return kind == kCodes.end() ? v1::ATTENDANCE_KIND_OTHER : kind->second;
}

std::string site_of(const Attendance& attendance, const Segment* visit) {
  const std::string facility = hl7::value(visit, 3, 4);
  return facility.empty() ? attendance.facility : facility;
}

void put_practitioner(v1::HealthAttendance& event, const Segment* visit, Filler& fill) {
  if (visit == nullptr || hl7::value(visit, 7, 2).empty()) return;
  v1::Practitioner& practitioner = *event.add_practitioner();
  fill.set(practitioner, "number", hl7::value(visit, 7, 1), "PV1-7");
  fill.set(practitioner, "name.family", hl7::value(visit, 7, 2), "PV1-7");
  fill.set(practitioner, "name.given", hl7::value(visit, 7, 3), "PV1-7");
  fill.set(practitioner, "name.title", hl7::value(visit, 7, 6), "PV1-7");
  practitioner.set_task("attending");
}

void put_visit(v1::HealthAttendance& event, const Attendance& attendance, Filler& fill) {
  const Segment* visit = attendance.first("PV1");
  v1::Attendance& out = *event.mutable_attendance();
  if (const auto kind = kind_of(visit); kind != v1::ATTENDANCE_KIND_UNSPECIFIED) out.set_kind(kind);
  fill.time(out, "arrived", hl7::value(visit, 44), "PV1-44", true);
  fill.time(out, "left", hl7::value(visit, 45), "PV1-45", false);
  fill.set(out, "site", site_of(attendance, visit), "PV1-3");
  fill.set(out, "service", hl7::value(visit, 10), "PV1-10");
  fill.set(out, "came_by", hl7::value(visit, 14), "PV1-14");
  fill.set(out, "went_to", hl7::value(visit, 36), "PV1-36");
  if (const std::string number = hl7::value(visit, 19); !number.empty()) {
    v1::CaseReference& reference = *event.add_case_reference();
    reference.set_type(v1::REFERENCE_TYPE_OTHER);
    fill.set(reference, "value", number, "PV1-19");
    fill.set(reference, "authority", attendance.facility, "MSH-4");
  }
  put_practitioner(event, visit, fill);
}

/// When it happened: the arrival, else what the first message says; nothing happens after now, whatever a plan says.
Instant happened(const Attendance& attendance, Instant now) {
  const auto arrived = instant_at(hl7::value(attendance.first("PV1"), 44));
  if (arrived && *arrived <= now) return *arrived;
  return attendance.began != Instant{} && attendance.began <= now ? attendance.began : attendance.first_seen;
}

/// A birth after the event, or over 120 years before it, is a slip of the pen.
void check_birth(const v1::Person& person, Instant at, Filler& fill) {
  constexpr unsigned kYearsMost = 120;
  const v1::SourceDate& born = person.date_of_birth().date();
  if (!born.has_year()) return;
  const read::Date today = read::london_day(at);
  const auto year = static_cast<unsigned>(today.year), month = static_cast<unsigned>(today.month), day = static_cast<unsigned>(today.day);
  if (std::tuple(born.year(), born.month(), born.day()) > std::tuple(year, month, day)) fill.refuse("PID-7", {Fault::Malformed, code::kValue, "a birth after the attendance"});
  if (born.year() + kYearsMost < year) fill.refuse("PID-7", {Fault::Malformed, code::kValue, "a birth over 120 years before the attendance"});
}

bool has_died(const Segment* pid) {
  const std::string indicator = normal_code(hl7::value(pid, 30));
  return one_of(indicator, {"Y", "YES", "1", "TRUE", "T"}) || (indicator.empty() && !hl7::value(pid, 29).empty());
}

// ---- events ------------------------------------------------------------------------------------------------------------------

/// What the attendance keeps of a form: the score and the judgement, which rules ask for. The answers are said once, in the assessment.
void keep_for_attendance(v1::Person& person) {
  v1::RiskAnswers risk;
  for (const contract::FactEntry& each : contract::derive_facts(contract::Item::RiskAnswers, person, Instant{})) {
    if (each.fact == contract::Fact::RiskScore) risk.set_score(each.value - 1);
  }
  if (person.risk_answers().has_judgement()) risk.set_judgement(person.risk_answers().judgement());
  person.clear_risk_answers();
  if (risk.ByteSizeLong() != 0) *person.mutable_risk_answers() = std::move(risk);
}

class Teller {
 public:
  Teller(const Attendance& attendance, const Reading& reading, std::uint64_t line, Instant now)
      : attendance_(attendance), reading_(reading), line_(line), now_(now), fill_(line) {}

  tl::expected<Telling, Failure> tell() {
    if (!attendance_.cancelled && discloses(attendance_.segments, reading_.rules)) tell_all();
    if (fill_.failure()) return tl::unexpected(*fill_.failure());
    for (const sdk::TypedEvent& event : telling_.events) {
      if (const auto plains = contract::split(*event.message, event.happened); !plains) return tl::unexpected(Failure{line_, "record", plains.error()});
    }
    take_back();
    return std::move(telling_);
  }

 private:
  void tell_all() {
    auto event = std::make_shared<v1::HealthAttendance>();
    v1::Person& person = *event->add_person();
    person.set_number(1);
    person.add_role(v1::ROLE_VICTIM);
    person.add_role(v1::ROLE_PATIENT);
    put_patient(person, attendance_, reading_.areas, fill_);
    put_disclosure(person, attendance_, reading_.rules, fill_);
    put_conditions(person, attendance_, reading_.rules, fill_);
    put_risk(person, attendance_, reading_.rules, fill_);
    put_safe_contact(person, attendance_, reading_.rules, fill_);
    put_visit(*event, attendance_, fill_);
    at_ = happened(attendance_, now_);
    check_birth(person, at_, fill_);
    // No field says that she died: whoever reads of it must at least not ring her, for who answers now?
    if (has_died(attendance_.first("PID"))) {
      person.clear_contact();
      person.clear_safe_contact();
    }
    const auto consents = all_consents();
    if (!consents.empty()) *person.mutable_consent() = consents.front();
    telling_.assessed = person.has_risk_answers();
    if (telling_.assessed) add(assessment(*event), Kind::RiskAssessment, assessment_of(attendance_.reference), at_or(person.risk_answers().assessed(), at_));
    for (const v1::Consent& consent : consents) tell_consent(person, consent);
    keep_for_attendance(person);
    add(std::move(event), Kind::HealthAttendance, attendance_.reference, at_);
    std::rotate(telling_.events.begin(), telling_.events.end() - 1, telling_.events.end());
  }

  std::vector<v1::Consent> all_consents() {
    std::vector<v1::Consent> out;
    for (const ConsentRule& rule : reading_.rules.consent) {
      if (auto consent = consent_for(rule, attendance_, fill_)) out.push_back(std::move(*consent));
    }
    return out;
  }

  static std::shared_ptr<v1::RiskAssessment> assessment(const v1::HealthAttendance& event) {
    auto out = std::make_shared<v1::RiskAssessment>();
    *out->mutable_person() = event.person();
    *out->mutable_case_reference() = event.case_reference();
    *out->mutable_practitioner() = event.practitioner();
    return out;
  }

  /// A refusal is told by itself, because the attendance may stay home; and so is what she says after it.
  void tell_consent(const v1::Person& person, const v1::Consent& consent) {
    if (!refuses(consent) && !attendance_.told_consents.contains(consent.purpose())) return;
    auto change = std::make_shared<v1::ConsentChange>();
    v1::Person& who = *change->add_person();
    who.set_number(1);
    *who.mutable_role() = person.role();
    if (person.has_name()) *who.mutable_name() = person.name();
    if (person.has_date_of_birth()) *who.mutable_date_of_birth() = person.date_of_birth();
    if (person.has_home_address()) *who.mutable_home_address() = person.home_address();
    if (person.has_safe_contact()) *who.mutable_safe_contact() = person.safe_contact();
    if (person.has_nhs_number()) *who.mutable_nhs_number() = person.nhs_number();
    *who.mutable_consent() = consent;
    const Instant said = said_at(consent);
    telling_.consents[consent.purpose()] = {static_cast<std::uint8_t>(consent.state()), said};
    add(std::move(change), Kind::ConsentChange, consent_of(attendance_.reference, consent.purpose()), said);
  }

  /// The last word counts, so it matters when it was said: as the form says, else with the message that said so first.
  Instant said_at(const v1::Consent& consent) const {
    const auto told = attendance_.told_consents.find(consent.purpose());
    const bool again = told != attendance_.told_consents.end() && told->second.state == static_cast<std::uint8_t>(consent.state());
    return at_or(consent.recorded(), again ? told->second.said : attendance_.newest != Instant{} ? attendance_.newest : at_);
  }

  Instant at_or(const v1::SourceTime& time, Instant otherwise) const {
    if (!time.has_at_utc_ms() || instant_of(time.at_utc_ms()) > now_) return otherwise;
    return instant_of(time.at_utc_ms());
  }

  void add(std::shared_ptr<const google::protobuf::Message> message, Kind kind, std::string reference, Instant at) {
    telling_.events.push_back({std::move(message), kind, std::move(reference), at, reading_.in_bulk || attendance_.in_bulk});
  }

  /// What stands of it and is not told any more.
  void take_back() {
    if (attendance_.published && telling_.events.empty()) telling_.no_more.push_back({Kind::HealthAttendance, attendance_.reference});
    if (attendance_.assessed && !telling_.assessed) telling_.no_more.push_back({Kind::RiskAssessment, assessment_of(attendance_.reference)});
    for (const auto& [purpose, told_of] : attendance_.told_consents) {
      if (!telling_.consents.contains(purpose)) telling_.no_more.push_back({Kind::ConsentChange, consent_of(attendance_.reference, purpose)});
    }
  }

  const Attendance& attendance_;
  const Reading& reading_;
  std::uint64_t line_;
  Instant now_, at_{};
  Filler fill_;
  Telling telling_;
};

bool digits_only(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos; }

}  // namespace

tl::expected<Telling, Failure> tell(const Attendance& attendance, const Reading& reading, std::uint64_t line, Instant now) {
  return Teller(attendance, reading, line, now).tell();
}

bool discloses(const std::vector<Segment>& segments, const Rules& rules) {
  const auto finds = [&](const DisclosureRule& rule) { return !found(segments, rule.coded).empty(); };
  if (std::any_of(rules.disclosures.begin(), rules.disclosures.end(), finds)) return true;
  return rules.risk_discloses && speaks_of_risk(segments, rules);
}

bool speaks_of_risk(const std::vector<Segment>& segments, const Rules& rules) {
  const auto speaks = [&](const PathRule& rule) {
    for (const Found& each : values_at(segments, rule.where)) {
      const std::string word = risk_word(rules, each.code);
      if (rule.path == "score" && each.code.find_first_not_of('0') != std::string::npos) return true;
      if (rule.path == "judgement" && word != "standard") return true;
      if (rule.path[0] == 'q' && word == "yes") return true;
    }
    return false;
  };
  return std::any_of(rules.risk.begin(), rules.risk.end(), speaks);
}

std::string iso_time(std::string_view text) {
  if (text.size() > 9 && text[8] == 'T' && digits_only(text.substr(0, 8)) && digits_only(text.substr(9, 1))) return iso_time(std::string(text.substr(0, 8)) + std::string(text.substr(9)));
  const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
  std::string_view rest = text.substr(end);
  if (end < 8 || end > 14 || end % 2 != 0 || (!rest.empty() && rest[0] != '.' && rest[0] != '+' && rest[0] != '-')) return std::string(text);
  const auto part = [&](std::size_t at, std::size_t size) { return std::string(text.substr(at, size)); };
  std::string out = part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2);
  if (end == 8) return out;
  out += "T" + part(8, 2) + ":" + (end > 10 ? part(10, 2) : "00");
  if (end > 12) out += ":" + part(12, 2);
  const auto zone = rest.find_first_of("+-");
  if (end == 14 && rest.starts_with('.') && digits_only(rest.substr(1, zone == std::string_view::npos ? zone : zone - 1))) out += rest.substr(0, zone);
  // A zone that was cut off is no zone.
  if (zone != std::string_view::npos && rest.size() - zone == 5 && digits_only(rest.substr(zone + 1))) out += rest.substr(zone);
  return out;
}

std::optional<Instant> instant_at(std::string_view text) {
  const auto moment = read::parse_moment(iso_time(text));
  return moment ? std::optional(moment->at) : std::nullopt;
}

std::string assessment_of(const std::string& reference) { return reference + "/risk_assessment"; }
std::string consent_of(const std::string& reference, const std::string& purpose) { return reference + "/consent/" + purpose; }

}  // namespace concordat::health
