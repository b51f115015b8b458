// The partnership's list of its agreements, worst first, for its meeting: who has still to sign, what is due for review.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/agreement/standing.h"

namespace concordat::policy {

/// Red: nothing is released under it, or its review is overdue. Amber: that is so within kSoonDays. Green: neither.
enum class Rag : std::uint8_t { Red = 1, Amber, Green };
inline constexpr std::int32_t kSoonDays = 60;
std::string_view name_of(Rag rag);

struct RegisterRow {
  std::string agreement;  ///< "cheshire-east/marac"
  std::uint32_t version = 0;
  std::string title;
  std::string owner;
  Rag rag = Rag::Red;
  std::vector<std::string> why;  ///< In words, most pressing first; empty if green.
  std::size_t signed_by = 0;
  std::vector<std::string> unsigned_by;  ///< "the chief officer of cheshire-constabulary"
  Date review_by{}, until{};
};

/// `unsigned_by`: signatories whose signature is not there.
RegisterRow register_row(const Agreement& agreement, std::size_t signed_by, std::vector<std::string> unsigned_by, Instant now);
/// Red before amber before green, then by the date that comes first, then by name.
void sort_register(std::vector<RegisterRow>& rows);

}  // namespace concordat::policy
