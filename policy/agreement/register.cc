// The list of agreements for a meeting: see register.h.
#include "policy/agreement/register.h"

#include <algorithm>
#include <tuple>

namespace concordat::policy {
namespace {

/// What is wrong now (`red`) or will be soon, of one agreement.
struct Judged {
  Rag rag = Rag::Green;
  std::vector<std::string> why;
  void say(Rag rag_of_it, std::string words) {
    rag = std::min(rag, rag_of_it);
    why.push_back(std::move(words));
  }
};

std::string days_in_words(std::int32_t days) { return std::to_string(days) + (days == 1 ? " day" : " days"); }

void judge_date(Judged& judged, std::string_view what, std::int32_t left, Date date) {
  const std::string on = " (" + date_text(date) + ")";
  if (left < 0) return judged.say(Rag::Red, std::string(what) + " was due " + days_in_words(-left) + " ago" + on);
  if (left <= kSoonDays) judged.say(Rag::Amber, std::string(what) + " is due in " + days_in_words(left) + on);
}

}  // namespace

std::string_view name_of(Rag rag) { return rag == Rag::Red ? "red" : rag == Rag::Amber ? "amber" : "green"; }

RegisterRow register_row(const Agreement& agreement, std::size_t signed_by, std::vector<std::string> unsigned_by, Instant now) {
  Judged judged;
  if (!unsigned_by.empty())
    judged.say(Rag::Red, std::to_string(unsigned_by.size()) + (unsigned_by.size() == 1 ? " signature is" : " signatures are") + " missing");
  switch (standing(agreement, now)) {
    case Standing::NotYet:
      judged.say(Rag::Amber, "begins on " + date_text(agreement.from));
      break;
    case Standing::Ended:
      judged.say(Rag::Red, "ended on " + date_text(agreement.until));
      break;
    case Standing::InForce:
      judge_date(judged, "its review", days_until(agreement.review_by, now), agreement.review_by);
      judge_date(judged, "its end", days_until(agreement.until, now), agreement.until);
      break;
  }
  return {agreement.name, agreement.version, agreement.title, agreement.owner, judged.rag, std::move(judged.why),
          signed_by, std::move(unsigned_by), agreement.review_by, agreement.until};
}

void sort_register(std::vector<RegisterRow>& rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const RegisterRow& a, const RegisterRow& b) {
    return std::tuple(a.rag, a.review_by, a.agreement) < std::tuple(b.rag, b.review_by, b.agreement);
  });
}

}  // namespace concordat::policy
