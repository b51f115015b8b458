// How one piece of news is told: see rules.h. The order of the rules is the order of what outweighs what.
#include <algorithm>

#include "adapters/notify/rules.h"

namespace concordat::notify {
namespace {

using contract::AgeBand;
using contract::ConsentState;
using contract::Kind;

constexpr text::Duration kWorkingDay{1, text::Duration::Unit::WorkingDays};
constexpr int kAdult = 18;

Decision nothing(const char* why) {
  Decision out;
  out.way = Way::Nothing;
  out.why = why;
  return out;
}

Decision person(Decision so_far, const std::string& why) {
  so_far.way = Way::Person;
  so_far.why = why;
  return so_far;
}

Instant deadline_of(const Telling& telling, const Rules& rules) {
  const auto found = rules.within.find(telling.group);
  const Instant settings = rules.calendar.deadline(telling.accepted, found == rules.within.end() ? kWorkingDay : found->second);
  return ms_of(telling.act_by) != 0 ? std::min(settings, telling.act_by) : settings;
}

std::chrono::year_month_day today(Instant now) { return std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(local_of(now))); }

/// A whole date "2026-05-01"; nothing otherwise.
std::optional<std::chrono::year_month_day> whole(const std::string& text) {
  if (text.size() != 10) return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t size) { return std::atoi(text.substr(at, size).c_str()); };
  const std::chrono::year_month_day day{std::chrono::year(part(0, 4)), std::chrono::month(static_cast<unsigned>(part(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(part(8, 2)))};
  return day.ok() ? std::optional(day) : std::nullopt;
}

/// Of "1991-02-28", "1991-02" or "1991".
std::optional<std::chrono::year_month_day> last_possible(const std::string& text) {
  if (text.size() == 4) return whole(text + "-12-31");
  if (text.size() != 7) return whole(text);
  const auto first = whole(text + "-01");
  return first ? std::optional(std::chrono::year_month_day(first->year() / first->month() / std::chrono::last)) : std::nullopt;
}

/// "adult", "child" or "unknown". A date that is known in part makes an adult only if its last possible day does.
const char* age_of(const Source& registration, Instant now) {
  if (const auto day = last_possible(registration.born)) return *day + std::chrono::years(kAdult) <= today(now) ? "adult" : "child";
  const auto band = static_cast<AgeBand>(registration.age_band);
  if (band == AgeBand::Unspecified) return "unknown";
  return band >= AgeBand::Age18To24 ? "adult" : "child";
}

/// Why her number or address may not be used before somebody has spoken to her; empty: it may.
std::string number_in_doubt(const Standing& standing, const Rules& rules, Instant now) {
  const auto confirmed = whole(standing.chose->preferences.confirmed);
  if (!confirmed || *confirmed > today(now)) return "number_never_confirmed";
  const Instant changed = standing.contact == nullptr ? Instant{} : standing.contact->contact.changed;
  if (ms_of(changed) != 0 && *confirmed < today(changed)) return "number_changed";
  auto until = *confirmed + std::chrono::months(rules.confirm_months);
  if (!until.ok()) until = until.year() / until.month() / std::chrono::last;
  return today(now) > until ? "number_old" : "";
}

const Choice* choice_of(const Preferences& preferences, News group) {
  const auto found = std::find_if(preferences.choices.begin(), preferences.choices.end(), [&](const Choice& each) { return each.about == group; });
  return found == preferences.choices.end() ? nullptr : &*found;
}

/// Fills in `to`; the reason for a person where she cannot be reached so.
std::string address(Decision& out, const Contact& contact, const Source& said) {
  if (contact.through_person) return "through_somebody";
  const auto only = [&](const std::vector<std::string>& list, const char* none, const char* several) -> std::string {
    if (list.size() != 1) return list.empty() ? none : several;
    out.to = list[0];
    return {};
  };
  if (out.channel == Channel::Text) {
    if (const std::string why = only(contact.mobiles, "no_safe_number", "several_numbers"); !why.empty()) return why;
    out.to = mobile(out.to);
    return out.to.empty() ? "number_not_mobile" : "";
  }
  if (out.channel == Channel::Email) {
    if (const std::string why = only(contact.emails, "no_safe_email", "several_emails"); !why.empty()) return why;
    const auto at = out.to.find('@');
    return at == 0 || at == std::string::npos || at + 1 == out.to.size() || out.to.size() > 250 || out.to.find_first_of(" ,;\n") != std::string::npos ? "email_not_one" : "";
  }
  // Of the word that counts, and of no older one: she may have left that address.
  if (said.address.size() < 3 || said.address.size() > 7) return "no_address";
  for (const std::string& line : said.address) out.to += (out.to.empty() ? "" : "\n") + line;
  return {};
}

/// When it may go: nothing if one of her safe times is in words that a program must not guess at.
std::optional<Instant> safe_from(Instant from, const Contact& contact, const Preferences& preferences, bool at_any_hour, const Rules& rules, bool& readable) {
  std::vector<Window> windows;
  for (const std::string& text : contact.safe_times) {
    const auto window = parse_safe_time(text);
    if (!window) {
      readable = false;
      return std::nullopt;
    }
    windows.push_back(*window);
  }
  Window quiet = rules.quiet;
  if (!preferences.quiet_from.empty() || !preferences.quiet_until.empty()) {
    quiet.from = parse_time_of_day(preferences.quiet_from);
    quiet.until = parse_time_of_day(preferences.quiet_until);
    readable = quiet.from >= 0 && quiet.until >= 0;
    if (!readable) return std::nullopt;
  }
  const bool any = at_any_hour || quiet.from == quiet.until;
  const Instant at = next_safe(from, windows, any ? nullptr : &quiet);
  return ms_of(at) == 0 ? std::nullopt : std::optional(at);
}

/// What she chose to read, or speaks; empty where that is neither English nor Welsh.
std::string language_of(const Source& registration, const Preferences& preferences, const Rules& rules) {
  if (!preferences.language.empty()) return preferences.language;
  std::string spoken = registration.language;
  std::transform(spoken.begin(), spoken.end(), spoken.begin(), [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  if (spoken.empty()) return rules.language;
  if (spoken.starts_with("en")) return "en";
  return spoken.starts_with("cy") || spoken == "welsh" || spoken == "wel" ? "cy" : "";
}

void personalise(Decision& out, const Source& registration, const Rules& rules) {
  out.with = {{"helpline", registration.helpline.empty() ? rules.helpline : registration.helpline},
              {"hours", registration.hours.empty() ? rules.hours : registration.hours}};
  if (out.channel != Channel::Letter) return;
  std::size_t line = 0, from = 0;
  while (from <= out.to.size()) {
    const auto end = std::min(out.to.find('\n', from), out.to.size());
    out.with.emplace_back("address_line_" + std::to_string(++line), out.to.substr(from, end - from));
    from = end + 1;
  }
}

/// The automatic ways, once nothing speaks against one of them.
Decision send(Decision out, const Standing& standing, const Telling& telling, const Choice& choice, const Rules& rules, Instant now) {
  const Source& registration = *standing.registration;
  const Preferences& preferences = standing.chose->preferences;
  out.channel = choice.channel;
  if (const std::string age = age_of(registration, now); age == "child" || (age == "unknown" && !rules.unknown_age_is_adult)) {
    return person(out, age == "child" ? "under_18" : "age_unknown");
  }
  if (registration.interpreter) return person(out, "interpreter");
  const bool letter = out.channel == Channel::Letter;
  if (!letter && standing.contact == nullptr) return person(out, "no_safe_contact");
  if (const std::string why = address(out, standing.contact == nullptr ? Contact{} : standing.contact->contact, standing.contact == nullptr ? registration : *standing.contact); !why.empty()) return person(out, why);
  if (const std::string why = number_in_doubt(standing, rules, now); !why.empty()) return person(out, why);
  out.language = language_of(registration, preferences, rules);
  if (out.language.empty()) return person(out, "other_language");
  const Template* words = rules.templates.find(out.channel, out.language);
  if (words == nullptr) return person(out, "no_template");
  personalise(out, registration, rules);
  if (!rules.templates.fits(*words, out.with)) return person(out, "unit_unfit_to_name");
  const Instant from = std::max(now, telling.accepted + rules.idva_first);
  bool readable = true;
  const auto at = letter ? std::optional(from) : safe_from(from, standing.contact->contact, preferences, choice.at_any_hour && telling.group == News::Release, rules, readable);
  if (!readable) return person(out, "safe_time_unreadable");
  if (!at || *at > short_from(telling, out.not_after, rules)) return person(out, "not_in_time");
  out.way = Way::Send;
  out.not_before = *at;
  return out;
}

bool refuses(const Source& said) {
  const auto consent = static_cast<ConsentState>(said.consent);
  return consent == ConsentState::Refused || consent == ConsentState::Withdrawn;
}

/// The latest word that was said; of two said at once an opt-out, then the later in the log.
template <class Part>
const Source* latest(const Case& one, Part Source::* part) {
  const Source* found = nullptr;
  const auto key = [&](const Source& each) {
    bool no = false;
    if constexpr (std::is_same_v<Part, Preferences>) no = each.preferences.wants == Said::No;
    return std::tuple((each.*part).since, no, each.place);
  };
  for (const Source& each : one.sources) {
    if ((each.*part).said && (found == nullptr || key(each) > key(*found))) found = &each;
  }
  return found;
}

/// Her last word on consent; of two said at once a refusal, then the later in the log. That she was not asked is no word of hers.
const Source* latest_consent(const Case& one) {
  const Source* found = nullptr;
  const auto said = [](const Source& each) { return each.consent != 0 && each.consent != static_cast<std::uint8_t>(ConsentState::NotAsked); };
  const auto key = [](const Source& each) { return std::tuple(each.consent_since, refuses(each), each.place); };
  for (const Source& each : one.sources) {
    if (said(each) && (found == nullptr || key(each) > key(*found))) found = &each;
  }
  return found;
}

}  // namespace

Instant short_from(const Telling& telling, Instant not_after, const Rules& rules) {
  return not_after - std::min(rules.warn_before, std::max((not_after - telling.accepted) / 2, Milliseconds{0}));
}

std::string mobile(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
    else if (c == '+' ? !digits.empty() : (c != ' ' && c != '-' && c != '(' && c != ')' && c != '.')) return {};
  }
  if (digits.starts_with("0044")) digits.erase(0, 2);
  if (digits.starts_with("440")) digits.erase(2, 1);
  if (digits.starts_with("0")) digits = "44" + digits.substr(1);
  return digits.size() == 12 && digits.starts_with("447") ? "+" + digits : std::string();
}

Standing standing_of(const Case& one) {
  Standing out;
  for (const Source& each : one.sources) {
    if (each.kind == Kind::VictimRegistration && !each.withdrawn) {
      if (each.ended) {
        ++out.ended;
      } else {
        ++out.active;
        out.registration = &each;
      }
    }
  }
  if (out.active != 1) out.registration = nullptr;
  out.chose = latest(one, &Source::preferences);
  out.contact = latest(one, &Source::contact);
  out.opted_out = out.chose != nullptr && out.chose->preferences.wants == Said::No && !out.chose->withdrawn;
  out.consented = latest_consent(one);
  if (out.consented != nullptr && !out.consented->withdrawn) {
    const auto consent = static_cast<ConsentState>(out.consented->consent);
    // Who refuses and later asks for news has not consented again: a person finds out what holds.
    const bool asks_again = out.chose != nullptr && !out.chose->withdrawn && out.chose->preferences.wants == Said::Yes && out.chose->preferences.since > out.consented->consent_since;
    out.consent_withdrawn = refuses(*out.consented) && !asks_again;
    out.consent_in_doubt = consent == ConsentState::UnsafeToAsk || consent == ConsentState::LacksCapacity || (refuses(*out.consented) && asks_again);
  }
  for (const Source* each : {out.chose, out.contact, out.consented}) out.word_withdrawn |= each != nullptr && each->withdrawn;
  return out;
}

Decision decide(const Case& one, const Telling& telling, const Rules& rules, Instant now) {
  if (telling.historic) return nothing("historic");
  const Standing standing = standing_of(one);
  Decision out;
  out.not_after = deadline_of(telling, rules);
  if (standing.active == 0 && one.sources.end() != std::find_if(one.sources.begin(), one.sources.end(), [](const Source& each) { return each.kind == Kind::VictimRegistration; })) {
    return nothing(standing.ended != 0 ? "registration_ended" : "registration_withdrawn");
  }
  if (standing.opted_out) return nothing("opted_out");
  if (standing.consent_withdrawn) return nothing("consent_withdrawn");
  if (telling.group == News::None && !telling.for_a_person) return nothing("no_news");
  if (standing.active == 0) {
    const Instant until = std::min(rules.calendar.deadline(telling.accepted, rules.registration_within), short_from(telling, out.not_after, rules));
    if (now >= until) return person(out, "no_registration");
    out.way = Way::Wait;
    out.not_before = until;
    out.why = "awaits_registration";
    return out;
  }
  if (standing.active > 1) return person(out, "several_registrations");
  if (!telling.unless.empty()) return person(out, telling.unless);
  if (standing.word_withdrawn) return person(out, "word_withdrawn");
  if (standing.consent_in_doubt) return person(out, "consent_in_doubt");
  if (standing.chose == nullptr) return person(out, "no_preference");
  const Choice* choice = choice_of(standing.chose->preferences, telling.group);
  if (choice != nullptr && choice->channel == Channel::NoNews) return nothing("not_wanted");
  if (telling.for_a_person) return person(out, "for_a_person");
  if (choice == nullptr || choice->channel == Channel::Unchosen) return person(out, "not_chosen");
  if (choice->channel == Channel::Call) return person(out, "chose_a_call");
  return send(out, standing, telling, *choice, rules, now);
}

}  // namespace concordat::notify
