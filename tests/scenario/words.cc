// The words of the plays: see words.h. To extend the plays to a kind, add its phrases and what it always says to the tables here.
#include "tests/scenario/words.h"

#include <algorithm>
#include <vector>

#include "proto/contract/derive.h"
#include "proto/contract/identifiers.h"
#include "proto/text/nearest.h"
#include "tests/support/cast.h"

namespace concordat::scenario {
namespace {

using contract::Kind;

constexpr Named kSenders[] = {{"police", test::kPolice}, {"hospital", test::kHospital}, {"council", test::kCouncil},
                              {"courts", test::kCourts}, {"prisons", test::kPrisons}};
constexpr Named kParties[] = {{"police", "cheshire-constabulary"}, {"hospital", "mid-cheshire-hospitals"}, {"council", "cheshire-east-council"},
                              {"charity", "my-cwa"}, {"programme", "lifeline"}, {"courts", "hmcts"}, {"prisons", "hmpps"}};
constexpr Named kAreas[] = {{"Cheshire East", "E06000049"}, {"Crewe", "E06000049"}, {"Stockport", "E08000007"}};

// ---- of people -----------------------------------------------------------------------------------------------------------

constexpr Phrase kTraits[] = {
    {"aged *", {{{"date_of_birth.date", "$born"}}}},
    {"lives in *", {{{"home_address.area", "$area"}, {"home_address.address.line", "1 Invented Street, *"}}}},
    {"has a confidential address", {{{"home_address.confidential", "yes"}}}},
    {"has a safe contact", {{{"safe_contact.contact[type=mobile].value", "07700 900127"}, {"safe_contact.instructions", "Ask for the library."}}}},
    {"needs an interpreter", {{{"language_and_needs.language", "pl"}, {"language_and_needs.interpreter", "yes"}}}},
    {"has an NHS number", {{{"nhs_number.number", "$nhs"}, {"nhs_number.tracing", "traced"}}}},
    {"has a PNC number", {{{"criminal_identifiers.pnc", "$pnc"}}}},
    {"has a prison number", {{{"custody_identifiers.noms", "$noms"}}}},
    {"stands charged with offence *", {{{"case_reference[type=asn].value", "$asn"}, {"offence[0].sequence", "*"}}}},
    {"also stands charged with offence *", {{{"offence[1].sequence", "*"}}}},
    {"chose to hear by *", {{{"contact_preferences.wants_news", "yes"}, {"contact_preferences.choice[about=outcome].channel", "*"}}}},
    {"wants to hear nothing more", {{{"contact_preferences.wants_news", "no"}}}},
    {"says that it was abuse", {{{"disclosure.by", "patient"}}}},
    {"is thought by the clinician to be abused", {{{"disclosure.by", "clinician"}}}},
    {"is not said to be abused", {{{"disclosure.by", "nobody"}}}},
    {"is injured", {{{"injury.description", "Marks at the neck"}}}},
    {"is depressed", {{{"mental_health.condition", "Depression"}}}},
    {"is pregnant", {{{"risk_answers.pregnant", "yes"}}}},
    {"has care and support needs", {{{"vulnerability.care_and_support_needs", "yes"}}}},
    {"has no care and support needs", {{{"vulnerability.care_and_support_needs", "no"}}}},
    {"has no recourse to public funds", {{{"vulnerability.no_recourse_to_public_funds", "yes"}}}},
    {"works for *", {{{"occupation.works_for", "$party"}}}},
    {"has no markers", {{{"sensitive_markers.honour_based", "no"}, {"sensitive_markers.forced_marriage", "no"}, {"sensitive_markers.fgm", "no"}}}},
    {"is marked honour-based", {{{"sensitive_markers.honour_based", "yes"}}}},
    {"is marked forced marriage", {{{"sensitive_markers.forced_marriage", "yes"}}}},
    {"consents", {{{"consent.state", "given"}}}},
    {"consents for *", {{{"consent.state", "given"}, {"consent.purpose", "*"}}}},
    {"refuses consent", {{{"consent.state", "refused"}}}},
    {"withdraws consent", {{{"consent.state", "withdrawn"}}}},
    {"withdraws consent for *", {{{"consent.state", "withdrawn"}, {"consent.purpose", "*"}}}},
    {"cannot safely be asked", {{{"consent.state", "unsafe_to_ask"}}}},
    {"lacks capacity to consent", {{{"consent.state", "lacks_capacity"}}}},
    {"was there", {{{"child_circumstances.is", "present"}}}},
    {"lives there", {{{"child_circumstances.is", "resident"}}}},
    {"lives elsewhere", {{{"child_circumstances.is", "related"}}}},
    {"is unborn", {{{"child_circumstances.is", "unborn"}, {"date_of_birth.unborn", "yes"}}}},
    {"goes to school", {{{"school.name", "Invented Primary School"}}}},
    {"is the partner", {{{"relationship.relation", "partner"}}}},
    {"is the former partner", {{{"relationship.relation", "former_partner"}}}},
    {"is on bail", {{{"bail_conditions.state", "conditional_bail"}, {"bail_conditions.condition", "Not to go near the address"}}}},
    {"is known to carry knives", {{{"warning_marker.code", "WE"}, {"warning_marker.meaning", "Weapons"}}}},
};

// ---- of events -----------------------------------------------------------------------------------------------------------

constexpr Phrase kIncident[] = {
    {"DASH *", {{{"victim.risk_answers.score", "*"}}}},
    {"judged *", {{{"victim.risk_answers.judgement", "*"}}}},
    {"in *", {{{"place.area", "$area"}, {"place.address.line", "2 Invented Street, *"}}}},
    {"of type *", {{{"details.type", "*"}}}},
    {"no domestic abuse", {{{"details.domestic_abuse", "no"}}}},
    {"a crime recorded", {{{"details.crime_recorded", "yes"}}}},
    {"with a narrative", {{{"narrative.text", "Caller whispered and rang off."}}}},
    {"written by *", {{{"practitioner.name.family", "*"}}}},
    {"numbered *", {{{"case_reference[type=incident_number].value", "*"}}}},
};
constexpr Phrase kAssessment[] = {
    {"DASH *", {{{"victim.risk_answers.score", "*"}}}},
    {"judged *", {{{"victim.risk_answers.judgement", "*"}}}},
    {"with a narrative", {{{"narrative.text", "She says that she is afraid."}}}},
    {"written by *", {{{"practitioner.name.family", "*"}}}},
};
constexpr Phrase kReferral[] = {
    {"DASH *", {{{"victim.risk_answers.score", "*"}}}},
    {"judged *", {{{"victim.risk_answers.judgement", "*"}}}},
    {"to the conference", {{{"details.kind", "conference"}, {"details.to", "marac_coordinator"}}}},
    {"to support", {{{"details.kind", "support"}, {"details.to", "support_service"}}}},
    {"because of *", {{{"details.reason", "*"}}}},
};
constexpr Phrase kProgress[] = {
    {"of case *", {{{"case_reference[type=conference].value", "*"}}}},
    {"it is *", {{{"progress.state", "*"}}}},
    {"next step *", {{{"progress.next_step", "*"}}}},
    {"written by *", {{{"practitioner.name.family", "*"}}}},
};
constexpr Phrase kConcern[] = {
    {"of *", {{{"concern.category", "*"}}}},
    {"with immediate danger", {{{"concern.immediate_danger", "yes"}}}},
    {"written by *", {{{"practitioner.name.family", "*"}}}},
};
constexpr Phrase kConsent[] = {
    {"written by *", {{{"practitioner.name.family", "*"}}}},
};
constexpr Phrase kRegistration[] = {
    {"with *", {{{"registration.unit", "*"}}}},
    {"ended", {{{"registration.ended", "yes"}}}},
    {"an abuse case", {{{"registration.abuse_case", "yes"}}}},
    {"no abuse case", {{{"registration.abuse_case", "no"}}}},
    {"written by *", {{{"practitioner.name.family", "*"}}}},
};
constexpr Phrase kOutcome[] = {
    {"it is *", {{{"outcome.kind", "*"}}}},
    {"an abuse case", {{{"outcome.abuse_case", "yes"}}}},
    {"no abuse case", {{{"outcome.abuse_case", "no"}}}},
    {"reversed", {{{"outcome.reversed", "yes"}}}},
    {"an order *", {{{"order.kind", "*"}}}},
    {"numbered *", {{{"case_reference[type=urn].value", "*"}}}},
};
constexpr Phrase kHearing[] = {
    {"it is *", {{{"hearing.kind", "*"}}}},
    {"at *", {{{"hearing.court", "*"}}}},
    {"numbered *", {{{"case_reference[type=urn].value", "*"}}}},
};
constexpr Phrase kCustody[] = {
    {"it is *", {{{"custody.movement", "*"}}}},
    {"from *", {{{"place.prison", "*"}}}},
};
constexpr Phrase kAttendance[] = {
    {"DASH *", {{{"patient.risk_answers.score", "*"}}}},
    {"judged *", {{{"patient.risk_answers.judgement", "*"}}}},
    {"in the *", {{{"attendance.kind", "*"}}}},
};
constexpr Phrase kLink[] = {
    {"of one authority", {{{"details.strength", "strong"}}}},
    {"matched by somebody", {{{"details.strength", "weak"}}}},
    {"two records became one", {{{"details.merge", "yes"}}}},
    {"the number that stays is *", {{{"identifier[0].type", "noms"}, {"identifier[0].value", "*"}, {"identifier[0].person", "1"}}}},
    {"the one that went is *", {{{"identifier[1].type", "noms"}, {"identifier[1].value", "*"}, {"identifier[1].person", "1"}}}},
    {"probation's number is *", {{{"identifier[1].type", "crn"}, {"identifier[1].value", "*"}, {"identifier[1].person", "1"}}}},
};
constexpr Phrase kPreference[] = {
    {"written by *", {{{"practitioner.name.family", "*"}}}},
};
constexpr Sets kIncidentAlways[] = {{"details.type", "physical"}, {"details.domestic_abuse", "yes"}};

struct KindRow {
  Kind kind;
  std::span<const Phrase> phrases;
  std::span<const Sets> always;
};
constexpr KindRow kKinds[] = {
    {Kind::Incident, kIncident, kIncidentAlways},
    {Kind::RiskAssessment, kAssessment, {}},
    {Kind::Referral, kReferral, {}},
    {Kind::ReferralProgress, kProgress, {}},
    {Kind::SafeguardingConcern, kConcern, {}},
    {Kind::ConsentChange, kConsent, {}},
    {Kind::VictimRegistration, kRegistration, {}},
    {Kind::CourtOutcome, kOutcome, {}},
    {Kind::CourtHearing, kHearing, {}},
    {Kind::CustodyChange, kCustody, {}},
    {Kind::HealthAttendance, kAttendance, {}},
    {Kind::ContactPreference, kPreference, {}},
    {Kind::Link, kLink, {}},
};

// ---- values that are made ------------------------------------------------------------------------------------------------

tl::unexpected<Error> no_word(std::string_view what, std::string_view word, std::span<const std::string_view> right) {
  return fail(Fault::Malformed, code::kWord, "`" + std::string(word) + "` is no " + std::string(what) + text::suggest(word, right));
}

/// The row that somebody probably meant; its star stands for what follows as many words as the row has before it.
std::string_view nearest_row(std::span<const Phrase> table, std::string_view phrase) {
  std::vector<std::string> guesses;
  for (const Phrase& row : table) {
    const std::string before(row.words.substr(0, row.words.find('*')));
    std::size_t at = 0;
    for (auto words = std::count(before.begin(), before.end(), ' '); words > 0 && at != std::string_view::npos; --words) at = phrase.find(' ', at) == std::string_view::npos ? at : phrase.find(' ', at) + 1;
    guesses.push_back(before + (before.size() == row.words.size() ? "" : std::string(phrase.substr(at))));
  }
  const std::vector<std::string_view> candidates(guesses.begin(), guesses.end());
  const std::string_view best = text::nearest(phrase, candidates);
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (!best.empty() && candidates[i].data() == best.data()) return table[i].words;
  }
  return {};
}

/// Somebody's number: the same for the same name, and with the check digit or letter that it needs.
std::string number_of(std::string_view name, std::string_view kind) {
  const std::uint32_t hash = contract::code_of_name(name);
  for (char last : std::string_view("0123456789ABCDEFGHJKLMNPQRTUVWXYZ")) {
    const std::string digits = std::to_string(100'000'000 + hash % 900'000'000);
    const std::string text = kind == "$nhs" ? digits + last : kind == "$asn" ? "2600CE0100000" + digits.substr(0, 6) + last : "2009/" + digits.substr(0, 7) + last;
    const bool right = kind == "$nhs" ? contract::nhs_number(text).has_value() : kind == "$asn" ? contract::asn(text).has_value() : contract::pnc(text).has_value();
    if (right) return text;
  }
  return number_of(std::string(name) + "'", kind);
}

Result<std::string> made(std::string_view value, std::string_view name, std::string_view said, Instant now) {
  if (value == "$nhs" || value == "$pnc" || value == "$asn") return number_of(name, value);
  if (value == "$noms") return "A" + std::to_string(1000 + contract::code_of_name(name) % 9000) + "BC";
  if (value == "$party") return party_named(said);
  if (value == "$area") {
    std::vector<std::string_view> right;
    for (const Named& area : areas()) {
      if (area.word == said) return std::string(area.name);
      right.push_back(area.word);
    }
    return no_word("area", said, right);
  }
  if (value == "$born") {
    const int years = std::atoi(std::string(said).c_str());
    return std::to_string(static_cast<int>(contract::london_date(now).year()) - years) + "-01-15";
  }
  std::string text(value);
  if (const auto star = text.find('*'); star != std::string::npos) text.replace(star, 1, said);
  return text;
}

}  // namespace

std::span<const Named> senders() { return kSenders; }
std::span<const Named> areas() { return kAreas; }

std::string party_named(std::string_view word) {
  for (const Named& party : kParties) {
    if (word == party.word || word == "the " + std::string(party.word)) return std::string(party.name);
  }
  return std::string(word);
}

std::span<const Phrase> traits() { return kTraits; }

std::span<const Phrase> phrases(Kind kind) {
  for (const KindRow& row : kKinds) {
    if (row.kind == kind) return row.phrases;
  }
  return {};
}

std::span<const Sets> always(Kind kind) {
  for (const KindRow& row : kKinds) {
    if (row.kind == kind) return row.always;
  }
  return {};
}

bool matches(std::string_view pattern, std::string_view text, std::string_view& said) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  const std::string_view before = pattern.substr(0, star), after = pattern.substr(star + 1);
  if (text.size() <= before.size() + after.size() || !text.starts_with(before) || !text.ends_with(after)) return false;
  said = text.substr(before.size(), text.size() - before.size() - after.size());
  return true;
}

Result<int> set(sdk::Draft& draft, std::string_view prefix, std::string_view name, const Sets& sets, std::string_view said, Instant now) {
  TRY(const std::string value, made(sets.value, name, said, now));
  const auto done = draft.set(std::string(prefix) + std::string(sets.path), value);
  if (!done) return fail(Fault::Malformed, code::kWord, "`" + std::string(said) + "`: " + describe(done.error()));
  return 0;
}

Result<int> say(sdk::Draft& draft, std::string_view prefix, std::string_view name, std::span<const Phrase> table, std::string_view phrase, Instant now) {
  for (const bool exact : {true, false}) {
    for (const Phrase& row : table) {
      std::string_view said;
      if ((row.words.find('*') == std::string_view::npos) != exact || !matches(row.words, phrase, said)) continue;
      for (const Sets& sets : row.sets) {
        if (!sets.path.empty()) TRY_VOID(set(draft, prefix, name, sets, said, now));
      }
      return 0;
    }
  }
  const char* what = prefix.empty() ? "` is no phrase of this kind of event, nor anybody's name" : "` is no trait of a person";
  const std::string_view near = nearest_row(table, phrase);
  return fail(Fault::Malformed, code::kWord, "`" + std::string(phrase) + what + (near.empty() ? "" : "; the nearest right one is `" + std::string(near) + "`"));
}

}  // namespace concordat::scenario
