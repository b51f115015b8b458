// How facts follow from content: the one derivation that sender and recipient both run. DESIGN 1.4.
//
// Every fact is derived from singular fields of its item, hence from part 0 alone. Ages are counted on the day in
// Europe/London on which the event happened. Pure; the rules are on the page proto/schema/README.md, with vectors in
// proto/vectors/facts.json.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "proto/base/time.h"
#include "proto/contract/facts.h"

namespace google::protobuf {
class Message;
}

namespace concordat::contract {

/// Facts of an item of a person (`content` is a Person) or of the case (a message of a kind), sorted, without unknown
/// ones. Fields of other items in `content` do not count.
std::vector<FactEntry> derive_facts(Item item, const google::protobuf::Message& content, Instant happened);

/// Facts of the event as a whole: historic. `in_bulk`: loaded in bulk, whatever its age.
std::vector<FactEntry> derive_event_facts(Kind kind, Instant happened, Instant now, bool in_bulk);
/// An event older than this when it is read is historic: 28 days for incidents, assessments, referrals and concerns,
/// else 90.
std::chrono::days historic_after(Kind kind);

/// The calendar date in Europe/London. By the rule for summer time since 1996 (last Sundays of March and October, 01:00
/// UTC), for every year, so that both sides derive the same whatever their machine's time zone tables say.
std::chrono::year_month_day london_date(Instant at);

/// The band of an age in whole years.
AgeBand band_of(unsigned years);
/// The band on `today` of somebody born on a date of which month or day may be missing; nothing unless it is certain.
/// A month without a year, an impossible date and a date after `today` give nothing.
std::optional<AgeBand> band_on(std::chrono::year_month_day today, std::optional<int> year,
                               std::optional<unsigned> month, std::optional<unsigned> day);

}  // namespace concordat::contract
