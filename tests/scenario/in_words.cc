// What reaches people in a play, in words: see in_words.h.
#include "tests/scenario/in_words.h"

#include <algorithm>
#include <array>

#include "proto/base/invariant.h"
#include "proto/contract/contract.h"
#include "proto/contract/derive.h"

namespace concordat::scenario {
namespace {

constexpr std::array kCodes = {
    code::kNobodyTold, code::kRefusedEvent, code::kUnread, code::kNotActed, code::kParked, code::kRejected, code::kMergeSuspected, code::kSuperseded, code::kDoubted,
    code::kConflict, code::kAssert, code::kRevision, code::kTime, code::kEnvironment, code::kSender, code::kProof, code::kClient, code::kDesk,
    code::kNoClause, code::kValue, code::kNotFound, code::kLaw, code::kMeaning, code::kDirectory, code::kSequence};

/// The contract knows dates in London, not hours: at 23:30 UTC it is the next day there where summer time holds.
Milliseconds london_offset(Instant at) {
  const auto utc = std::chrono::floor<std::chrono::days>(at);
  const auto late = utc + std::chrono::hours(23) + std::chrono::minutes(30);
  const bool summer = contract::london_date(late) != std::chrono::year_month_day(utc);
  return summer ? Milliseconds(std::chrono::hours(1)) : Milliseconds(0);
}

}  // namespace

std::string code_in_words(const std::string& name) {
  const auto found = std::find_if(kCodes.begin(), kCodes.end(), [&](const Code& code) { return code.name == name; });
  return found == kCodes.end() ? name : name + ", " + std::string(found->meaning);
}

std::string joined(const Lines& words, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) text += (i == 0 ? "" : i + 1 == words.size() ? " " + std::string(last) + " " : ", ") + words[i];
  return text;
}

std::string does(const std::string& who, const std::string& verb) {
  return who == "police" ? who + " " + verb : who + " " + (verb == "have" ? "has" : verb + "s");
}

std::string clock_in_words(Instant at, Instant since) {
  using namespace std::chrono;
  static constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::string_view kMonths[] = {"", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Instant local = at + london_offset(at);
  const auto day = floor<days>(local);
  const auto minutes_of_day = duration_cast<minutes>(local - day).count();
  const auto two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  const std::string time = two(minutes_of_day / 60) + ":" + two(minutes_of_day % 60);
  if (day == floor<days>(since + london_offset(since))) return time;
  const year_month_day date(day);
  const std::string years = date.year() == contract::london_date(since).year() ? "" : " " + std::to_string(static_cast<int>(date.year()));
  return std::string(kDays[weekday(day).c_encoding()]) + " " + std::to_string(static_cast<unsigned>(date.day())) + " " +
         std::string(kMonths[static_cast<unsigned>(date.month())]) + years + " " + time;
}

Lines opened_in_words(const sdk::OpenedEvent& opened, const Naming& naming) {
  Lines lines;
  const auto plains = contract::split(*opened.message, opened.header.time);
  INVARIANT(plains.has_value(), "what was joined can be split");
  for (std::size_t clause = 0; clause < opened.decision.clauses.size(); ++clause) {
    const auto& by = opened.decision.clauses[clause];
    lines.push_back("           by " + by.agreement.substr(0, by.agreement.find(' ')) + " " + by.clause + (by.duty ? " (duty)" : ""));
    std::vector<seal::Label> labels;
    for (const auto& grant : opened.decision.grants) {
      const bool there = std::any_of(plains->begin(), plains->end(), [&](const seal::Plain& plain) { return plain.label == grant.label; });
      if (grant.clause == clause && there) labels.push_back(grant.label);
    }
    for (const std::string& line : items_in_words(std::move(labels), naming)) lines.push_back("             " + line);
  }
  Lines learnt;
  for (const auto& released : opened.decision.facts) {
    const seal::Label label{released.person, 0, 0, 0};
    const auto& fact = released.fact;
    learnt.push_back("           learns " + naming.of(label) + " " + std::string(contract::name_of(fact.fact)) + ": " + contract::value_text(fact.fact, fact.value));
  }
  std::sort(learnt.rbegin(), learnt.rend());  // people are numbered at random; the victim comes first
  lines.insert(lines.end(), learnt.begin(), learnt.end());
  return lines;
}

}  // namespace concordat::scenario
