// Dates in Europe/London and bands of age: see derive.h.
#include "proto/contract/derive.h"

namespace concordat::contract {
namespace {

using namespace std::chrono;

// 01:00 UTC on the last Sunday of a month: when summer time begins or ends.
Instant last_sunday(year y, month m) { return Instant{sys_days{y / m / Sunday[last]}} + hours(1); }

// Completed years from birth to today, both whole dates.
int years_between(year_month_day birth, year_month_day today) {
  const bool before_birthday = std::pair(today.month(), today.day()) < std::pair(birth.month(), birth.day());
  return static_cast<int>(today.year()) - static_cast<int>(birth.year()) - (before_birthday ? 1 : 0);
}

std::optional<AgeBand> band_from(year_month_day today, year_month_day birth) {
  if (!birth.ok() || birth > today) return std::nullopt;
  return band_of(static_cast<unsigned>(years_between(birth, today)));
}

}  // namespace

year_month_day london_date(Instant at) {
  const year y = year_month_day{floor<days>(at)}.year();
  const bool summer = at >= last_sunday(y, March) && at < last_sunday(y, October);
  return year_month_day{floor<days>(at + (summer ? hours(1) : hours(0)))};
}

AgeBand band_of(unsigned years) {
  if (years < 5) return AgeBand::Age0To4;
  if (years < 10) return AgeBand::Age5To9;
  if (years < 13) return AgeBand::Age10To12;
  if (years < 16) return AgeBand::Age13To15;
  if (years < 18) return AgeBand::Age16To17;
  if (years < 25) return AgeBand::Age18To24;
  if (years < 60) return AgeBand::Age25To59;
  return AgeBand::Age60AndOver;
}

std::optional<AgeBand> band_on(year_month_day today, std::optional<int> y, std::optional<unsigned> m,
                               std::optional<unsigned> d) {
  if (!y || (d && !m)) return std::nullopt;
  const year born{*y};
  const month first = m ? month{*m} : January;
  const month final = m ? month{*m} : December;
  if (!first.ok()) return std::nullopt;
  const year_month_day earliest = born / first / (d ? day{*d} : day{1});
  year_month_day latest = d ? earliest : year_month_day{born / final / last};
  if (latest > today && !d) latest = today;
  const auto oldest = band_from(today, earliest);
  return oldest && oldest == band_from(today, latest) ? oldest : std::nullopt;
}

}  // namespace concordat::contract
