// What a message is and whom it is about: its trigger, its facility, its patient, the attendance's reference. Pure.
#pragma once

#include <string>
#include <vector>

#include "adapters/health/attendance.h"
#include "adapters/health/hl7.h"
#include "adapters/health/rules.h"

namespace concordat::health {

/// "A08" of a message's MSH-9, however it is written; EVN-1 only where MSH-9 has none. Empty if it is no ADT.
std::string trigger_of(const hl7::Message& message);
/// MSH-4, else MSH-3.
std::string facility_of(const hl7::Message& message);
/// PID-3, else PID-2.
std::vector<Identifier> patient_of(const hl7::Segment* pid);
/// What the message's own fields make of an attendance's reference: facility and visit number (PV1-19), else alternate visit
/// (PV1-50), account (PID-18), or patient and time of admission. Empty if there is nothing to tell one by.
std::string reference_of(const std::vector<hl7::Segment>& segments, const std::string& facility);
/// A slash ends a part, so none stands in one.
std::string part_of_reference(const std::string& text);

/// Is the trigger one of those?
bool one_of(const std::string& trigger, std::initializer_list<const char*> list);
/// Visits, accounts or people taken apart, put together or deleted: for a person, if something of them was told.
bool is_for_a_person(const std::string& trigger);
/// MSH-11: whatever is not plainly production.
bool is_test(const hl7::Message& message);
/// Archive, restore, initial load: HL7's processing modes A, R, I.
bool is_in_bulk(const hl7::Message& message);
/// A disclosure, or any answer on risk.
bool carries_risk(const hl7::Message& message, const Rules& rules);

}  // namespace concordat::health
