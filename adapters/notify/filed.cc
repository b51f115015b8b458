// From opened events to words and news: see filed.h.
#include "adapters/notify/filed.h"

#include <algorithm>
#include <set>

#include "adapters/sdk/read/when.h"
#include "concordat/v1/consent_change.pb.h"
#include "concordat/v1/contact_preference.pb.h"
#include "concordat/v1/court_hearing.pb.h"
#include "concordat/v1/court_outcome.pb.h"
#include "concordat/v1/custody_change.pb.h"
#include "concordat/v1/victim_registration.pb.h"

namespace concordat::notify {
namespace {

using contract::CustodyMovement;
using contract::Kind;
using contract::OutcomeKind;

static_assert(static_cast<int>(News::AtLarge) == static_cast<int>(v1::NEWS_AT_LARGE) && static_cast<int>(News::Release) == static_cast<int>(v1::NEWS_RELEASE));
static_assert(static_cast<int>(Channel::NoNews) == static_cast<int>(v1::NEWS_CHANNEL_NONE) && static_cast<int>(Channel::Call) == static_cast<int>(v1::NEWS_CHANNEL_CALL));

std::string text_of(const v1::SourceDate& date) {
  return date.year() == 0 ? "" : read::to_text(read::Date{static_cast<int>(date.year()), static_cast<int>(date.month()), static_cast<int>(date.day())});
}

std::string text_of(const v1::SourceTime& time) { return time.has_at_utc_ms() ? to_text(instant_of(time.at_utc_ms())) : text_of(time.date()); }

/// When somebody said it; none if the source does not say.
Instant instant_of_time(const v1::SourceTime& time) {
  if (time.has_at_utc_ms()) return instant_of(time.at_utc_ms());
  const auto day = time.date().day() == 0 ? Result<read::Moment>(fail(Fault::Malformed, code::kValue)) : read::parse_moment(text_of(time.date()), {});
  return day ? day->at : Instant{};
}

Said said(bool has, bool value) { return !has ? Said::Nothing : value ? Said::Yes : Said::No; }

/// Nobody can have said it after it was heard. Of a day nobody knows which word of hers was the last: a refusal counts to its end.
Instant since(const v1::SourceTime& recorded, bool refuses, Instant heard) {
  Instant at = instant_of_time(recorded);
  if (refuses && ms_of(at) != 0 && !recorded.has_at_utc_ms()) at += std::chrono::days(1);
  return ms_of(at) == 0 ? heard : std::min(at, heard);
}

void consent_of(Source& out, const v1::Consent& from, Instant heard) {
  out.consent = static_cast<std::uint8_t>(from.state());
  out.consent_for = from.purpose();
  out.consent_since = since(from.recorded(), from.state() == v1::CONSENT_STATE_REFUSED || from.state() == v1::CONSENT_STATE_WITHDRAWN, heard);
}

Preferences preferences_of(const v1::ContactPreferences& from, Instant heard) {
  Preferences out;
  out.said = true;
  out.wants = said(from.has_wants_news(), from.wants_news());
  for (const v1::NewsChoice& each : from.choice()) {
    out.choices.push_back({static_cast<News>(each.about()), static_cast<Channel>(each.channel()), each.at_any_hour()});
  }
  out.quiet_from = from.quiet_from();
  out.quiet_until = from.quiet_until();
  out.confirmed = text_of(from.number_confirmed());
  out.language = from.template_language();
  out.since = since(from.recorded(), out.wants == Said::No, heard);
  return out;
}

Contact contact_of(const v1::SafeContact& from, Instant since) {
  Contact out;
  out.said = true;
  for (const v1::ContactPoint& each : from.contact()) {
    if (each.type() == v1::CONTACT_TYPE_MOBILE) out.mobiles.push_back(each.value());
    else if (each.type() == v1::CONTACT_TYPE_EMAIL) out.emails.push_back(each.value());
    else out.others.push_back(each.value());
    out.through_person |= each.type() == v1::CONTACT_TYPE_THROUGH_PERSON;
  }
  out.safe_times.assign(from.safe_time().begin(), from.safe_time().end());
  out.instructions = from.instructions();
  out.leave_message = said(from.has_leave_message(), from.leave_message());
  out.since = since;
  return out;
}

std::string name_of(const v1::Name& name) {
  std::string out = name.title();
  for (const std::string& given : name.given()) out += (out.empty() ? "" : " ") + given;
  if (!name.family().empty()) out += (out.empty() ? "" : " ") + name.family();
  return out.empty() ? name.source_text() : out;
}

bool is_postcode(const std::string& text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() >= 5 && text.size() <= 8 && digit(text[text.size() - 3]) && !digit(text[0]) && !digit(text.back());
}

/// "c/o 9 Heol Wen, Wrexham, LL11 1AA" as lines; nothing unless the last is a postcode.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t from = 0; from <= text.size();) {
    const auto end = std::min(text.find_first_of(",\n", from), text.size());
    const auto first = text.find_first_not_of(' ', from);
    const auto last = text.find_last_not_of(' ', end == 0 ? 0 : end - 1);
    if (first < end) lines.push_back(text.substr(first, last - first + 1));
    from = end + 1;
  }
  return !lines.empty() && is_postcode(lines.back()) ? lines : std::vector<std::string>{};
}

/// Where a letter goes: to the one address that she called safe, else to her home where that was granted.
std::vector<std::string> address_of(const v1::Person& victim) {
  std::vector<std::string> lines = {name_of(victim.name())};
  int safe = 0;
  for (const v1::ContactPoint& each : victim.safe_contact().contact()) {
    if (each.type() != v1::CONTACT_TYPE_OTHER) continue;
    const std::vector<std::string> more = lines_of(each.value());
    lines.insert(lines.end(), more.begin(), more.end());
    ++safe;
  }
  const v1::Address& home = victim.home_address().address();
  if (safe == 0 && !home.no_fixed_abode() && !home.line().empty() && !home.postcode().empty()) {
    lines.insert(lines.end(), home.line().begin(), home.line().end());
    lines.push_back(home.postcode());
  }
  return safe > 1 || lines.size() == 1 || lines[0].empty() ? std::vector<std::string>{} : lines;
}

/// The only victim of an event; null if there are none or several.
template <class Event>
const v1::Person* victim_of(const Event& event) {
  const v1::Person* found = nullptr;
  for (const v1::Person& each : event.person()) {
    if (std::find(each.role().begin(), each.role().end(), v1::ROLE_VICTIM) == each.role().end()) continue;
    if (found != nullptr) return nullptr;
    found = &each;
  }
  return found;
}

/// Of a fact that a clause releases without its item, the broker's word is taken.
std::uint8_t age_band_of(const sdk::OpenedEvent& event, std::uint32_t number) {
  const auto fact = static_cast<std::size_t>(contract::Fact::AgeBand);
  const contract::PersonFacts* own = event.facts.person(static_cast<std::uint16_t>(number));
  if (own != nullptr && own->values[fact] != contract::kUnknown) return static_cast<std::uint8_t>(own->values[fact]);
  for (const auto& each : event.decision.facts) {
    if (each.person == number && each.fact.fact == contract::Fact::AgeBand) return static_cast<std::uint8_t>(each.fact.value);
  }
  return 0;
}

template <class Event>
Source source_of(const sdk::OpenedEvent& opened, const Event& event) {
  Source out;
  out.event = opened.header.event;
  out.digest = opened.digest;
  out.place = opened.decision.sequence;
  out.kind = opened.kind;
  const v1::Person* victim = victim_of(event);
  if (victim == nullptr) return out;
  const Instant heard = opened.decision.accepted;
  out.name = name_of(victim->name());
  out.born = victim->date_of_birth().perceived() ? "" : text_of(victim->date_of_birth().date());
  out.age_band = age_band_of(opened, victim->number());
  out.interpreter = victim->language_and_needs().interpreter();
  out.language = victim->language_and_needs().language();
  out.address = address_of(*victim);
  if (victim->has_consent()) consent_of(out, victim->consent(), heard);
  for (const auto& each : opened.decision.people) {
    if (each.person == victim->number()) out.victim = each.pseudonym.hex();
  }
  if (out.kind == Kind::ConsentChange) return out;
  if (victim->has_contact_preferences()) out.preferences = preferences_of(victim->contact_preferences(), heard);
  if (victim->has_safe_contact()) out.contact = contact_of(victim->safe_contact(), out.preferences.said ? out.preferences.since : heard);
  return out;
}

Telling telling_of(const sdk::OpenedEvent& opened) {
  Telling out;
  out.event = opened.header.event;
  out.digest = opened.digest;
  out.place = opened.decision.sequence;
  out.accepted = opened.decision.accepted;
  out.act_by = opened.decision.act_by;
  out.keep_until = opened.decision.keep_until;
  out.keep_rule = opened.decision.keep_rule;
  out.kind = opened.kind;
  out.historic = opened.decision.historic || opened.facts.of(contract::Fact::Historic) == contract::kYes;
  return out;
}

void group(Telling& telling, Grouped grouped) {
  telling.group = grouped.group;
  telling.for_a_person = grouped.for_a_person;
}

template <class Vocabulary>
std::string word_of(int number) {
  const auto value = contract::numbered<Vocabulary>(static_cast<std::uint32_t>(number));
  return value ? std::string(contract::name_of(*value)) : "unspecified";
}

/// "no_contact" of CONDITION_KIND_NO_CONTACT; of a condition that this version does not know its number.
std::string condition_of(int number) {
  constexpr std::string_view kPrefix = "CONDITION_KIND_";
  std::string name = v1::ConditionKind_Name(static_cast<v1::ConditionKind>(number));
  if (!name.starts_with(kPrefix)) return "condition " + std::to_string(number);
  name.erase(0, kPrefix.size());
  std::transform(name.begin(), name.end(), name.begin(), [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  return name;
}

/// Conditions in one order, each once: who lists them otherwise says nothing else.
std::string terms_of(const v1::CourtOrder& order) {
  std::string out = text_of(order.from()) + " to " + (order.until_further_order() ? "further order" : text_of(order.until()));
  std::set<std::string> conditions;
  for (const int each : order.condition()) conditions.insert(condition_of(each));
  for (const std::string& each : conditions) out += ", " + each;
  return out;
}

Telling outcome_of(const sdk::OpenedEvent& opened, const v1::CourtOutcome& event) {
  Telling out = telling_of(opened);
  const v1::Outcome& outcome = event.outcome();
  group(out, group_of(static_cast<OutcomeKind>(outcome.kind())));
  out.what = word_of<OutcomeKind>(outcome.kind());
  if (event.has_order()) {
    if (event.order().has_kind()) out.what += "/" + word_of<contract::OrderKind>(event.order().kind());
    out.terms = terms_of(event.order());
  }
  out.reversed = outcome.reversed();
  out.when = text_of(outcome.ordered());
  return out;
}

Telling hearing_of(const sdk::OpenedEvent& opened, const v1::CourtHearing& event) {
  Telling out = telling_of(opened);
  out.group = News::Hearing;
  out.what = "hearing/" + word_of<contract::HearingKind>(event.hearing().kind()) + (event.hearing().vacated() ? "/vacated" : "");
  out.when = text_of(event.hearing().at());
  return out;
}

Telling movement_of(const sdk::OpenedEvent& opened, const v1::CustodyChange& event) {
  Telling out = telling_of(opened);
  group(out, group_of(static_cast<CustodyMovement>(event.custody().movement())));
  out.what = word_of<CustodyMovement>(event.custody().movement());
  out.when = text_of(event.custody().at());
  return out;
}

}  // namespace

Grouped group_of(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::Charged: return {News::Charge};
    case OutcomeKind::RemandedInCustody:
    case OutcomeKind::BailWithConditions:
    case OutcomeKind::BailWithoutConditions:
    case OutcomeKind::BailChanged: return {News::Bail};
    case OutcomeKind::Warrant: return {News::Warrant};
    case OutcomeKind::Adjourned:
    case OutcomeKind::SentToCrownCourt: return {News::Hearing};
    case OutcomeKind::PleadedGuilty:
    case OutcomeKind::PleadedNotGuilty:
    case OutcomeKind::Convicted:
    case OutcomeKind::Acquitted:
    case OutcomeKind::Dismissed:
    case OutcomeKind::Discontinued: return {News::Outcome};
    case OutcomeKind::Imprisoned:
    case OutcomeKind::SuspendedSentence:
    case OutcomeKind::CommunitySentence:
    case OutcomeKind::OtherSentence: return {News::Sentence};
    case OutcomeKind::ProtectiveOrderMade:
    case OutcomeKind::ProtectiveOrderChanged:
    case OutcomeKind::ProtectiveOrderEnded:
    case OutcomeKind::BreachOfOrder: return {News::ProtectiveOrder};
    case OutcomeKind::Appeal: return {News::Appeal};
    case OutcomeKind::Other:
    case OutcomeKind::Unspecified: break;
  }
  return {News::None, true};
}

Grouped group_of(CustodyMovement movement) {
  switch (movement) {
    case CustodyMovement::Released:
    case CustodyMovement::ReleasedEarly:
    case CustodyMovement::HomeDetentionCurfew:
    case CustodyMovement::ReleasePlanned: return {News::Release};
    case CustodyMovement::AtLarge: return {News::AtLarge, true};
    case CustodyMovement::TemporaryRelease:
    case CustodyMovement::ToHospital:
    case CustodyMovement::ToImmigrationDetention:
    case CustodyMovement::ToCourt:
    case CustodyMovement::Died:
    case CustodyMovement::Recalled: return {News::Release, true};
    case CustodyMovement::Received:
    case CustodyMovement::Transferred: return {News::None};
    case CustodyMovement::Other:
    case CustodyMovement::Unspecified: break;
  }
  return {News::None, true};
}

std::string mapping_table() {
  std::string out = "| Kind of event | what happened | group of news | told by |\n|---|---|---|---|\n";
  const auto row = [&](std::string_view kind, std::string_view word, Grouped grouped) {
    const std::string_view by = grouped.for_a_person ? "a person" : grouped.group == News::None ? "nobody: recorded" : "as she chose";
    out += "| " + std::string(kind) + " | " + std::string(word) + " | " + (grouped.group == News::None ? "" : std::string(name_of(grouped.group))) + " | " + std::string(by) + " |\n";
  };
  for (const contract::Word& each : contract::words<OutcomeKind>()) row("court_outcome", each.name, group_of(static_cast<OutcomeKind>(each.number)));
  row("court_hearing", "any kind, also moved or vacated", {News::Hearing});
  for (const contract::Word& each : contract::words<CustodyMovement>()) row("custody_change", each.name, group_of(static_cast<CustodyMovement>(each.number)));
  return out;
}

Filed read_filed(const sdk::OpenedEvent& event) {
  Filed out{event.header.event, event.digest, event.header.corrects, event.decision.sequence, event.decision.case_pseudonym, event.header.live, {}, {}};
  const google::protobuf::Message* message = event.message.get();
  if (const auto* registration = dynamic_cast<const v1::VictimRegistration*>(message)) {
    out.source = source_of(event, *registration);
    out.source->ended = registration->registration().ended();
    out.source->unit = registration->registration().unit();
    out.source->helpline = registration->registration().helpline();
    out.source->hours = registration->registration().helpline_hours();
  } else if (const auto* preference = dynamic_cast<const v1::ContactPreference*>(message)) {
    out.source = source_of(event, *preference);
  } else if (const auto* consent = dynamic_cast<const v1::ConsentChange*>(message)) {
    out.source = source_of(event, *consent);
  } else if (const auto* outcome = dynamic_cast<const v1::CourtOutcome*>(message)) {
    out.telling = outcome_of(event, *outcome);
  } else if (const auto* hearing = dynamic_cast<const v1::CourtHearing*>(message)) {
    out.telling = hearing_of(event, *hearing);
  } else if (const auto* movement = dynamic_cast<const v1::CustodyChange*>(message)) {
    out.telling = movement_of(event, *movement);
  }
  return out;
}

}  // namespace concordat::notify
