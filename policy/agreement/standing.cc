// Whether an agreement is in force: see standing.h.
#include "policy/agreement/standing.h"

#include <cstdio>

namespace concordat::policy {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using What = Notice::What;

Instant end_of(Date date) { return first_moment(sys_days{date} + days(1)); }

/// The day that it is in the United Kingdom.
sys_days today(Instant now) {
  const sys_days day = std::chrono::floor<days>(now);
  return now >= first_moment(day + days(1)) ? day + days(1) : day;
}

std::string in_days(std::int32_t count) {
  if (count == 0) return "today";
  return "in " + std::to_string(count) + (count == 1 ? " day" : " days");
}

}  // namespace

std::string date_text(Date date) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text.data();
}

std::int32_t days_until(Date date, Instant now) { return static_cast<std::int32_t>((sys_days{date} - today(now)).count()); }

Standing standing(const Agreement& agreement, Instant now) {
  if (now < first_moment(agreement.from)) return Standing::NotYet;
  return now < end_of(agreement.until) ? Standing::InForce : Standing::Ended;
}

std::string_view name_of(Standing standing) {
  return standing == Standing::NotYet ? "not begun" : standing == Standing::InForce ? "in force" : "ended";
}

std::vector<Notice> notices(const Agreement& agreement, Instant now) {
  std::vector<Notice> found;
  const auto add = [&](What what, Date date, std::int32_t ahead) {
    const std::int32_t left = days_until(date, now);
    if (left <= ahead) found.push_back({agreement.name, what, date, left});
  };
  const Standing at = standing(agreement, now);
  if (at == Standing::NotYet) add(What::Begins, agreement.from, INT32_MAX);
  if (at == Standing::InForce) add(What::Review, agreement.review_by, 30);
  add(What::Ends, agreement.until, 30);
  return found;
}

std::string in_words(const Notice& notice) {
  const std::string on = ", on " + date_text(notice.date);
  switch (notice.what) {
    case What::Begins:
      return notice.agreement + " begins " + in_days(notice.days) + on + ": until then nothing is released under it";
    case What::Review:
      return notice.agreement + (notice.days < 0 ? ": its review was due" : ": its review is due " + in_days(notice.days)) +
             on + (notice.days < 0 ? "; it is still in force" : "");
    case What::Ends:
      break;
  }
  if (notice.days < 0) return notice.agreement + " has ended" + on + ": nothing is released under it; adopt its next version";
  return notice.agreement + " ends " + in_days(notice.days) + on + ": after that day nothing is released under it";
}

std::string standing_in_words(const Agreement& agreement, Instant now) {
  switch (standing(agreement, now)) {
    case Standing::NotYet:
      return "not in force before " + date_text(agreement.from);
    case Standing::InForce:
      break;
    case Standing::Ended:
      return "ended on " + date_text(agreement.until);
  }
  const bool overdue = now >= end_of(agreement.review_by);
  return "in force until " + date_text(agreement.until) + (overdue ? ", its review was due by " : ", review by ") +
         date_text(agreement.review_by);
}

Result<void> adoptable(const Agreement& agreement, Instant now) {
  const std::string what = agreement.where({}) + ": " + agreement.name + " v" + std::to_string(agreement.version);
  switch (standing(agreement, now)) {
    case Standing::NotYet:
      return fail(Fault::Refused, code::kMeaning,
                  what + " is not in force before " + date_text(agreement.from) +
                      ", and adopting it would end the version before it now; adopt it on that day");
    case Standing::InForce:
      return {};
    case Standing::Ended:
      break;
  }
  return fail(Fault::Refused, code::kMeaning,
              what + " ended on " + date_text(agreement.until) + "; write a later `until`, and have the new version signed");
}

}  // namespace concordat::policy
