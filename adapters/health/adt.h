// From an attendance to events: who the patient is, what a coded disclosure makes of her, and what her form says. Pure.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "adapters/health/attendance.h"
#include "adapters/health/rules.h"
#include "adapters/sdk/input.h"
#include "adapters/sdk/read/areas.h"
#include "adapters/sdk/source.h"

namespace concordat::health {

/// What the program knows beside its messages.
struct Reading {
  Rules rules;               ///< Without disclosures nothing is published.
  read::Areas areas;
  sdk::Environment environment = sdk::Environment::Unstated;  ///< Live refuses what its source marks as test.
  bool in_bulk = false;      ///< The feed is loaded in bulk: historic.
  std::chrono::days kept{60};  ///< How long after its last message an attendance is kept.
};

/// What is told of an attendance as it stands now, and what of it is told no more.
struct Telling {
  std::vector<sdk::TypedEvent> events;  ///< None without a disclosure.
  std::vector<sdk::NoMore> no_more;
  bool assessed = false;                ///< A risk assessment is told.
  std::map<std::string, ToldConsent> consents;  ///< By purpose: of which a ConsentChange is told.
};

/// Fails with the field that cannot be read, only if there is something to tell.
tl::expected<Telling, sdk::Failure> tell(const Attendance& attendance, const Reading& reading, std::uint64_t line, Instant now);

/// Is the patient, by a configured code, a victim?
bool discloses(const std::vector<hl7::Segment>& segments, const Rules& rules);
/// Does its form speak of risk: a yes, a score, a judgement above standard?
bool speaks_of_risk(const std::vector<hl7::Segment>& segments, const Rules& rules);

/// "20260714013500+0100" and "2026-07-14 01:35:00" as proto and read write them; what is no time comes back as it is.
std::string iso_time(std::string_view text);
/// The instant of a time; nothing if it is none.
std::optional<Instant> instant_at(std::string_view text);

/// Valid NHS numbers of PID-3 or MRG-1 that are not temporary, without repetition.
std::vector<std::string> nhs_numbers(const hl7::Segment* segment, std::size_t field);
/// PID-32: the number was verified with the spine.
bool is_traced(const hl7::Segment* pid);

std::string assessment_of(const std::string& reference);
std::string consent_of(const std::string& reference, const std::string& purpose);

/// The table of README.md.
std::string mapping_table();

}  // namespace concordat::health
