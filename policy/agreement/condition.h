// Conditions of clauses and prohibitions as they were written: a closed, typed tree. DESIGN 3.2.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/contract/vocabulary.h"
#include "proto/text/yaml.h"

namespace concordat::policy {

/// Values of one fact that make a test true: bit n is value n. Only facts with fewer than 64 values can be tested.
struct FactTest {
  contract::Fact fact{};
  std::uint64_t values = 0;
  friend bool operator==(const FactTest&, const FactTest&) = default;
};

/// One node. Truth is Kleene's: a missing fact is unknown, and so is anything about a role that nobody in the event
/// has.
struct Condition {
  enum class Is : std::uint8_t {
    All = 1,  ///< Every part; at least one.
    Any,      ///< Some part; at least one.
    Not,      ///< Its one part.
    Kind,     ///< The event is of one of the kinds in `tests[0].values`. Certain: never unknown.
    Event,    ///< `tests[0]` of the event.
    Person,   ///< Somebody with `role` for whom all of `tests` are true.
    Risk,     ///< Of a victim: band by score under the settings, raised (never lowered) by judgement, at least `band`.
    Escalation,    ///< Incidents within the settings' period.
    Repeat,        ///< The pair came back within the settings' period.
    Consent,       ///< Recorded for the clause's purpose: one of `tests[0].values`.
    OpenReferral,  ///< The case has a referral under way.
    Conference,    ///< The case is known to the conference.
    Unread,        ///< Nobody has read it for `minutes`. Certain: never unknown.
    Registered,    ///< One of `tests[0].values`, numbers of policy::Registered.
    Unmatched,     ///< Nobody is registered for it, for `minutes` now. Certain: never unknown.
    PatientIs,     ///< A patient of the event also has `role`.
    Registration,  ///< `tests[0]` of the registration: the event itself if it is one, else what was found for it.
  };
  Is is = Is::All;
  text::Place place;
  contract::Role role{};
  contract::RiskBand band{};
  std::uint32_t minutes = 0;
  std::vector<FactTest> tests;
  std::vector<Condition> parts;

  bool operator==(const Condition& other) const;  ///< Of meaning: places do not count.
};

/// The age bands below the bound `years`, as bits; 0 if no band ends there. Bounds: 5, 10, 13, 16, 18, 25, 60.
std::uint64_t bands_under(std::uint32_t years);
inline constexpr std::uint64_t kAllBands = 0x3fe;

/// All nodes, the root included.
std::size_t size_of(const Condition& condition);
/// Calls `visit` with every node, each before its parts.
template <class Visit>
void each(const Condition& condition, Visit&& visit) {
  visit(condition);
  for (const Condition& part : condition.parts) each(part, visit);
}

}  // namespace concordat::policy
