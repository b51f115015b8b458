// The table of README.md: which field of a message becomes which field of the contract, in which item.
#include <google/protobuf/message.h>

#include "adapters/health/adt.h"
#include "adapters/sdk/draft.h"
#include "adapters/sdk/path.h"
#include "concordat/v1/health_attendance.pb.h"
#include "concordat/v1/person.pb.h"
#include "proto/contract/vocabulary.h"

namespace concordat::health {
namespace {

struct Row {
  std::string_view from, path, note;
};

/// Paths behind `patient.` are of the person, who is `victim` too.
constexpr Row kRows[] = {
    {"MSH-3, MSH-4", "case_reference[0].authority", "the sending facility, else the application"},
    {"PV1-19", "case_reference[0].value", "also the event's reference"},
    {"PV1-2", "attendance.kind", "E, I, O, R, B; another code is `other`"},
    {"PV1-3.4", "attendance.site", "else MSH-4"},
    {"PV1-7", "practitioner[0].name.family", "the first; with number, given name and title"},
    {"PV1-10", "attendance.service", ""},
    {"PV1-14", "attendance.came_by", ""},
    {"PV1-36", "attendance.went_to", ""},
    {"PV1-44", "attendance.arrived", "one that cannot be read quarantines"},
    {"PV1-45", "attendance.left", "one that cannot be read is left out"},
    {"PID-3", "patient.nhs_number.number", "valid, and only one; in any of its writings"},
    {"PID-3, PID-32", "patient.nhs_number.tracing", "NSTS01 traced, 02 to 08 not; a temporary number links nothing"},
    {"PID-5", "patient.name.family", "the legal name, else the first; with title and given names"},
    {"PID-5, PID-9", "patient.alias[0].family", "the other names"},
    {"PID-7", "patient.date_of_birth.date", "may be partial; one that cannot be read quarantines"},
    {"PID-8", "patient.sex", "HL7's letters and the NHS Data Dictionary's digits"},
    {"PID-11", "patient.home_address.address.line", "the home's, else the first that is no office, birthplace or bad address; what is no postcode is a line"},
    {"PID-11.5", "patient.home_address.address.postcode", "ZZ99 3VZ is no fixed abode, other ZZ99 nothing"},
    {"PID-11.5", "patient.home_address.area", "by areas.csv"},
    {"PD1-12", "patient.home_address.confidential", "Y"},
    {"PID-13, PID-14, PID-40", "patient.contact[0].value", "never a safe contact; what is no number is a contact of type other"},
    {"PID-15", "patient.language_and_needs.language", ""},
    {"PID-22", "patient.equality.ethnicity_self_defined", "the source's code"},
    {"`disclosures`", "patient.disclosure.code", "with by, system, time (OBX-14, DG1-5) and routine enquiry"},
    {"`injuries`, `injury: yes`", "patient.injury[0].code", "with system and the code's name"},
    {"`mental_health`", "patient.mental_health.condition", "the code's name, else the code"},
    {"`risk`", "patient.risk_answers.q01", "to q24, score, judgement, reason, assessor, pregnant: in the risk assessment; the attendance has score and judgement"},
    {"`risk`, OBX-14", "patient.risk_answers.assessed", ""},
    {"`consent`", "patient.consent.state", "the first rule's; a refusal is a consent change as well"},
    {"`consent`", "patient.consent.purpose", "as the table says"},
    {"`safe_contact`", "patient.safe_contact.contact[0].value", "only from an observation or a Z segment that the table names"},
    {"`safe_contact`", "patient.safe_contact.safe_time", "and instructions, leave_message"},
};

}  // namespace

std::string mapping_table() {
  std::string out = "| field of the message | field of the contract | item | |\n|---|---|---|---|\n";
  for (const Row& row : kRows) {
    const auto of = sdk::person_path(row.path);
    const auto item = of ? sdk::item_at(*v1::Person::descriptor(), of->rest) : sdk::item_at(*v1::HealthAttendance::descriptor(), row.path);
    out += "| " + std::string(row.from) + " | `" + std::string(row.path) + "` | " + (item ? std::string(contract::name_of(*item)) : "?") + " | " + std::string(row.note) + " |\n";
  }
  return out;
}

}  // namespace concordat::health
