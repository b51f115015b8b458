// Whether an agreement is in force at a moment, and which of its dates come near. Days are the United Kingdom's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/agreement/agreement.h"
#include "proto/base/result.h"

namespace concordat::policy {

/// From the first moment of `from` to the last of `until`.
enum class Standing : std::uint8_t { NotYet = 1, InForce, Ended };
Standing standing(const Agreement& agreement, Instant now);

/// A date of an agreement that is near or past. `Begins`: nothing is released under it before.
struct Notice {
  enum class What : std::uint8_t { Begins = 1, Review, Ends };
  std::string agreement;
  What what = What::Ends;
  Date date{};
  std::int32_t days = 0;  ///< From today to the date; 0: today is the last day; negative: it has passed.

  /// Whether today is a day to say so aloud: 30, 7 and 1 days before, on the day, and every day after it.
  bool due() const { return days == 30 || days == 7 || days <= 1; }
};
/// Review and end within 30 days or past, and a beginning that is still to come; in this order.
std::vector<Notice> notices(const Agreement& agreement, Instant now);
/// "cheshire-east/marac ends in 7 days, on 2027-06-30: after it nothing is released under it".
std::string in_words(const Notice& notice);

/// "in force until 2027-06-30, review by 2027-03-31"; "ended on 2027-06-30"; "not in force before 2026-04-01".
std::string standing_in_words(const Agreement& agreement, Instant now);
std::string_view name_of(Standing standing);
std::string date_text(Date date);
/// From today to the date, in the United Kingdom; negative if it has passed.
std::int32_t days_until(Date date, Instant now);

/// E-MEANING with its place and what to do, for an agreement that has ended or not begun: adopting a version takes the one
/// before it out of force at once.
Result<void> adoptable(const Agreement& agreement, Instant now);

}  // namespace concordat::policy
