// Conditions and terms in words: see words.h.
#include "policy/words.h"

#include <array>

#include "proto/contract/vocabulary.h"

namespace concordat::policy {
namespace {

using contract::Fact;
using Is = Condition::Is;

std::string spaced(std::string_view word) {
  std::string words(word);
  for (char& c : words) {
    if (c == '_') c = ' ';
  }
  return words;
}

std::string number(std::uint32_t value) { return std::to_string(value); }

std::string joined(const std::vector<std::string>& parts, const std::string& between) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : between) + part;
  return text;
}

/// The words of a fact's values: "present or resident"; of a flag "yes" or "no".
std::string values_in_words(const FactTest& test) {
  std::vector<std::string> words;
  const contract::FactInfo* info = contract::info(test.fact);
  for (const contract::Word& word : info->words) {
    if ((test.values >> word.number & 1) != 0) words.push_back(spaced(word.name));
  }
  if (info->domain == contract::Domain::Boolean)
    words.push_back((test.values >> contract::kYes & 1) != 0 ? "yes" : "no");
  return joined(words, " or ");
}

std::string age_in_words(std::uint64_t values) {
  for (const std::uint32_t years : {5U, 10U, 13U, 16U, 18U, 25U, 60U}) {
    if (values == bands_under(years)) return "is under " + number(years);
    if (values == (kAllBands & ~bands_under(years))) return "is " + number(years) + " or older";
  }
  return "is of an age named";
}

std::string kinds_in_words(std::uint64_t kinds) {
  std::vector<std::string> words;
  for (const contract::Word& word : contract::words<contract::Kind>()) {
    if ((kinds >> word.number & 1) != 0) words.push_back(spaced(word.name));
  }
  return joined(words, " or ");
}

std::string test_in_words(const FactTest& test) {
  if (test.fact == Fact::AgeBand) return age_in_words(test.values);
  if (test.fact == Fact::ChildIs) return "is " + values_in_words(test);
  if (test.fact == Fact::Judgement) return "is judged at " + values_in_words(test) + " risk";
  return "has " + spaced(contract::name_of(test.fact)) + ": " + values_in_words(test);
}

std::string person_in_words(const Condition& atom) {
  std::vector<std::string> tests;
  for (const FactTest& test : atom.tests) tests.push_back(test_in_words(test));
  return "the " + spaced(contract::name_of(atom.role)) + " " + joined(tests, " and ");
}

std::string band_from(contract::RiskBand band, const Settings& settings) {
  if (band == contract::RiskBand::Standard || !settings.dash_high) return "any score";
  return number(band == contract::RiskBand::High ? *settings.dash_high : *settings.dash_medium) + " of 24";
}

std::string_view since(const Settings& settings) {
  return settings.repeat_counts_from == CountsFrom::LastConference ? "conference" : "referral";
}

std::string escalation_in_words(const Settings& settings) {
  return number(settings.escalation->incidents) + " incidents within " + text::to_text(settings.escalation->within);
}
std::string repeat_in_words(const Settings& settings) {
  return "within " + text::to_text(settings.repeat_within) + " of the last " + std::string(since(settings));
}

std::string desks_in_words(const std::array<DeskNumber, 4>& desks, const directory::Directory& directory) {
  std::vector<std::string> names;
  for (const DeskNumber number : desks) {
    const directory::Desk* desk = number.value == 0 ? nullptr : directory.desk(number);
    if (desk != nullptr) names.push_back(desk->name);
  }
  return joined(names, ", ");
}

std::string minutes_in_words(std::uint32_t minutes) {
  const text::Duration::Unit unit = minutes % 60 == 0 ? text::Duration::Unit::Hours : text::Duration::Unit::Minutes;
  return text::to_text({unit == text::Duration::Unit::Hours ? minutes / 60 : minutes, unit});
}

std::string keep_in_words(const Terms& terms) {
  constexpr std::array<std::string_view, 4> from{"receipt", "receipt", "the event", "the closing of the case"};
  std::string text = "keep " + number(terms.keep_days) + " days from " + std::string(from[terms.keep_from & 3]);
  for (const Terms::KeepAlso& also : terms.keep_also) {
    if (also.days != 0) text += " or " + number(also.days) + " days from " + std::string(from[also.from & 3]);
  }
  return text + (terms.keep_also[0].days != 0 ? ", whichever ends first" : "") + ", then erase";
}

std::string registered_in_words(std::uint64_t values) {
  constexpr std::array<std::string_view, 4> words{"", "no victim is registered for it", "one victim is registered for it",
                                                  "several victims may be registered for it"};
  std::vector<std::string> parts;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (values >> i & 1) parts.emplace_back(words[i]);
  }
  return joined(parts, " or ");
}

}  // namespace

std::string in_words(const Condition& condition, const Settings& settings) {
  std::vector<std::string> parts;
  for (const Condition& part : condition.parts) parts.push_back(in_words(part, settings));
  switch (condition.is) {
    case Is::All:
      return "all of (" + joined(parts, "; ") + ")";
    case Is::Any:
      return "any of (" + joined(parts, "; ") + ")";
    case Is::Not:
      return "not (" + joined(parts, "; ") + ")";
    case Is::Kind:
      return "it is of the kind " + kinds_in_words(condition.tests[0].values);
    case Is::Event:
      return spaced(contract::name_of(condition.tests[0].fact)) + " is " + values_in_words(condition.tests[0]);
    case Is::Person:
      return person_in_words(condition);
    case Is::Risk:
      return "the risk is at least " + std::string(contract::name_of(condition.band)) + " (" +
             band_from(condition.band, settings) + ", or judged so)";
    case Is::Escalation:
      return "there were " + escalation_in_words(settings);
    case Is::Repeat:
      return "it is a repeat " + repeat_in_words(settings);
    case Is::Consent:
      return "consent is " + values_in_words(condition.tests[0]);
    case Is::OpenReferral:
      return "a referral is open";
    case Is::Conference:
      return "the case is known to the conference";
    case Is::Unread:
      return "nobody has read it for " + minutes_in_words(condition.minutes);
    case Is::Unmatched:
      return "nobody has been registered for it for " + minutes_in_words(condition.minutes);
    case Is::Registered:
      return registered_in_words(condition.tests[0].values);
    case Is::Registration:
      return "the registration says that it is " + std::string(condition.tests[0].values >> contract::kYes & 1 ? "an" : "no") + " abuse case";
    case Is::PatientIs:
      return "the patient is the " + spaced(contract::name_of(condition.role));
  }
  return {};
}

std::string remedy_of(const Condition& atom, const Settings& settings) {
  switch (atom.is) {
    case Is::Risk:
      return atom.band == contract::RiskBand::Standard
                 ? "once the risk is assessed"
                 : "at " + band_from(atom.band, settings) + ", or on a judgement of " +
                       std::string(contract::name_of(atom.band));
    case Is::Person:
      if (atom.tests.size() == 1 && atom.tests[0].fact == Fact::Judgement)
        return "on a judgement of " + values_in_words(atom.tests[0]);
      break;
    case Is::Escalation:
      return "at " + escalation_in_words(settings);
    case Is::Repeat:
      return "as a repeat " + repeat_in_words(settings);
    case Is::Unread:
      return "after " + minutes_in_words(atom.minutes) + " unread";
    case Is::Registered:
      if ((atom.tests[0].values >> static_cast<unsigned>(Registered::Yes) & 1) == 0) break;
      return "once a victim is registered for it";
    case Is::Registration:
      return "once " + in_words(atom, settings);
    case Is::Unmatched:
      return "after " + minutes_in_words(atom.minutes) + " without a registration";
    default:
      break;
  }
  return "if " + in_words(atom, settings);
}

std::string basis_in_words(const Clause& clause, const PartySpec* source) {
  const std::string discloser = !clause.discloser_by_party ? clause.discloser
                                : source == nullptr        ? "by_party"
                                                           : source->discloses_under;
  return discloser + " → " + clause.recipient + ", by " + joined(clause.gateway, ", ");
}

std::vector<std::string> obligations_in_words(const DeskDecision& desk, const directory::Directory& directory) {
  const Terms& terms = desk.terms;
  std::vector<std::string> lines;
  const std::string clock = terms.clock_always ? "" : ", in staffed hours";
  if (terms.read_within_minutes != 0)
    lines.push_back("read within " + minutes_in_words(terms.read_within_minutes) + clock);
  if (terms.act_within_minutes != 0)
    lines.push_back("act within " + minutes_in_words(terms.act_within_minutes) + clock);
  if (terms.act_within_working_days != 0)
    lines.push_back("act within " + text::to_text({terms.act_within_working_days, text::Duration::Unit::WorkingDays}));
  if (terms.then[0].value != 0) lines.push_back("otherwise to " + desks_in_words(terms.then, directory));
  if (terms.keep_days == 0)
    lines.push_back("kept as the recipient's own record");
  else
    lines.push_back(keep_in_words(terms));
  const std::string beyond = terms.onward_else == OnwardElse::AskSender ? "ask the sender" : "nobody";
  if (desk.onward.none())
    lines.push_back("pass on: " + beyond);
  else
    lines.push_back("pass on to " + desks_in_words(terms.onward, directory) +
                    (desk.onward == desk.granted ? " the same items" : " part of it") + "; else " + beyond);
  return lines;
}

}  // namespace concordat::policy
