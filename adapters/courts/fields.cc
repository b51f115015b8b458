// Fields: see fields.h.
#include "adapters/courts/fields.h"

#include <array>

#include "adapters/courts/person.h"
#include "adapters/sdk/path.h"
#include "concordat/v1/court_outcome.pb.h"
#include "concordat/v1/person.pb.h"
#include "proto/contract/vocabulary.h"

namespace concordat::courts {
namespace {

constexpr auto kJson = std::to_array<Mapped>({
    {"hearing.id, defendants[].id, prosecutionCases[].id (else its caseURN)", "", "with the kind of event: its reference"},
    {"hearing.type.description", "hearing.source_type", "hearing.kind by tables/hearings.csv"},
    {"hearing.courtCentre.name", "hearing.court", "also of a nextHearing"},
    {"hearing.courtCentre.code", "hearing.court_code", "also of a nextHearing"},
    {"hearing.hearingDays[].sittingDay, nextHearing.listedStartDateTime", "hearing.at", "the first day that is not cancelled"},
    {"hearing.isVacatedTrial, hearingDays[].isCancelled", "hearing.vacated", "all days cancelled; or a next hearing that a reshare drops; or DELETE"},
    {"prosecutionCases[].prosecutionCaseIdentifier.caseURN", "case_reference.value", "type urn; of the event"},
    {"prosecutionCases[].prosecutionCaseIdentifier.prosecutionAuthorityReference", "case_reference.value", "type court_case, where there is no URN"},
    {"prosecutionCases[].caseMarkers[].markerTypeCode", "alleged_perpetrator.warning_marker.code", ""},
    {"prosecutionCases[].caseMarkers[].markerTypeDescription", "alleged_perpetrator.warning_marker.meaning", ""},
    {"prosecutionCases[].policeOfficerInCase", "practitioner.name", "with rank, number and team"},
    {"defendants[].personDefendant.arrestSummonsNumber, prosecutionAuthorityReference", "alleged_perpetrator.case_reference.value", "type asn; whichever is one"},
    {"defendants[].aliases[]", "alleged_perpetrator.alias.family", "with title, given names and organisation"},
    {"defendants[].personDefendant.perceivedBirthYear", "alleged_perpetrator.date_of_birth.perceived", "the year alone, where there is no dateOfBirth"},
    {"defendants[].personDefendant.bailStatus.code by B, U, C, P, L, S", "alleged_perpetrator.bail_conditions.state", "else of the outcome"},
    {"defendants[].offences[].orderIndex, offenceSequence", "alleged_perpetrator.offence.sequence", "within the ASN"},
    {"defendants[].offences[].offenceCode", "alleged_perpetrator.offence.code", ""},
    {"defendants[].offences[].offenceTitle", "alleged_perpetrator.offence.title", ""},
    {"defendants[].offences[].offenceDateCode", "alleged_perpetrator.offence.date_code", ""},
    {"defendants[].offences[].startDate", "alleged_perpetrator.offence.started", ""},
    {"defendants[].offences[].endDate", "alleged_perpetrator.offence.ended", ""},
    {"defendants[].offences[].chargeDate", "alleged_perpetrator.offence.charged", ""},
    {"defendants[].offences[].arrestDate", "alleged_perpetrator.offence.arrested", ""},
    {"defendants[].offences[].wording", "alleged_perpetrator.offence_wording.text", "charges name people: it goes where a narrative goes"},
    {"defendants[].offences[].plea.pleaValue", "result.plea", "in our words, tables/pleas.csv"},
    {"defendants[].offences[].verdict.verdictType.categoryType", "result.verdict", "in our words, tables/verdicts.csv"},
    {"defendants[].offences[].convictionDate", "result.convicted", ""},
    {"judicialResults[].cjsCode", "result.code", "or the short code that resultText begins with, if the tables know it"},
    {"judicialResults[].label", "result.label", ""},
    {"judicialResults[].category", "result.final", "FINAL"},
    {"judicialResults[].orderedDate", "result.ordered", "the hearing's day where it is missing"},
    {"judicialResults[].amendmentDate", "result.amended", "if there is one"},
    {"judicialResults[] by tables/results.csv", "outcome.kind", "an event a kind; order.kind and order.change of protective orders"},
    {"caseMarkers[].markerTypeCode DV; judicialResults[].qualifier LG; offences[].offenceCode by tables/abuse.csv", "outcome.abuse_case", "yes if anything of the case says so, in any message; no if it lists its markers and nothing does"},
    {"judicialResults[].qualifier", "alleged_perpetrator.bail_conditions.condition_kind", "as SPI's, by tables/qualifiers.csv"},
    {"judicialResults[] that are bail conditions", "alleged_perpetrator.bail_conditions.condition_kind", "by code and label alone"},
    {"judicialResults[] that are requirements", "order.condition", "by code and label alone"},
    {"judicialResults[].judicialResultPrompts[].promptReference, label", "order.condition", "the name of a prompt; its value is never read"},
    {"judicialResults[].judicialResultPrompts[] of type DATE that ends an order", "order.until", "the only value that is read"},
    {"judicialResults[] that direct special measures", "alleged_perpetrator.special_measure.kind", "in the proceedings against this person"},
    {"judicialResults[].isDeleted; results that a reshare drops", "outcome.reversed", "a correction of what was told"},
});

constexpr auto kXml = std::to_array<Mapped>({
    {"Case/PTIURN, CourtHearing/Hearing, Defendant/ProsecutorReference", "", "with the kind of event: its reference"},
    {"CourtHearing/Hearing/CourtHearingLocation", "hearing.court_code", "also of NextHearingDetails"},
    {"CourtHearing/Hearing/DateOfHearing, TimeOfHearing", "hearing.at", "also of NextHearingDetails"},
    {"Case/PTIURN", "case_reference.value", "type urn; of the event"},
    {"Defendant/ProsecutorReference", "alleged_perpetrator.case_reference.value", "type asn"},
    {"Offence/BaseOffenceDetails/OffenceSequenceNumber", "alleged_perpetrator.offence.sequence", "within the ASN; 000 is none"},
    {"Offence/BaseOffenceDetails/OffenceCode", "alleged_perpetrator.offence.code", ""},
    {"Offence/BaseOffenceDetails/OffenceTiming/OffenceDateCode", "alleged_perpetrator.offence.date_code", ""},
    {"Offence/BaseOffenceDetails/OffenceTiming/OffenceStart/OffenceDateStartDate", "alleged_perpetrator.offence.started", ""},
    {"Offence/BaseOffenceDetails/OffenceTiming/OffenceEnd/OffenceEndDate", "alleged_perpetrator.offence.ended", ""},
    {"Offence/BaseOffenceDetails/ChargeDate", "alleged_perpetrator.offence.charged", ""},
    {"Offence/BaseOffenceDetails/ArrestDate", "alleged_perpetrator.offence.arrested", ""},
    {"Offence/BaseOffenceDetails/OffenceWording", "alleged_perpetrator.offence_wording.text", "charges name people: it goes where a narrative goes"},
    {"Offence/Plea", "result.plea", "in our words, tables/pleas.csv"},
    {"Offence/Finding", "result.verdict", "in our words, tables/verdicts.csv"},
    {"Offence/ConvictionDate", "result.convicted", ""},
    {"Offence/FinalDisposalIndicator", "result.final", "Y"},
    {"Offence/Result/ResultCode", "result.code", "or the short code that ResultText begins with, if the tables know it"},
    {"Offence/Result by tables/results.csv", "outcome.kind", "an event a kind; label, order.kind and order.change likewise"},
    {"Offence/Result/ResultCodeQualifier", "alleged_perpetrator.bail_conditions.condition_kind", "those that are conditions; of a sentence order.condition"},
    {"Offence/Result/ResultCodeQualifier LG, LH", "alleged_perpetrator.warning_marker.code", "the case is marked: domestic violence; vulnerable victim"},
    {"ResultCodeQualifier LG; OffenceCode by tables/abuse.csv", "outcome.abuse_case", "yes if anything of the case says so, in any message; else not said"},
    {"Offence/Result by tables/annuls.csv; results that a later message does not have", "outcome.reversed", "a correction of what was told"},
    {"Offence/Result/Outcome/Duration/DurationEndDate", "order.until", "of protective orders"},
});

void add_line(std::string& out, std::string_view source, std::string_view path, std::string_view note) {
  std::string_view below = path;
  const bool of_person = path.starts_with("alleged_perpetrator.");
  if (of_person) below.remove_prefix(below.find('.') + 1);
  const auto item = sdk::item_at(of_person ? *v1::Person::descriptor() : *v1::CourtOutcome::descriptor(), below);
  out += "| `" + std::string(source) + "` | " + (path.empty() ? "" : "`" + std::string(path) + "`") + " | " +
         (path.empty() ? "" : item ? std::string(contract::name_of(*item)) : "?") + " | " + std::string(note) + " |\n";
}

void add_person(std::string& out, std::string_view above, const Field& field) {
  const bool is_contact = field.how == How::Phone || field.how == How::Email;
  const std::string path = is_contact ? "contact.value" : std::string(field.path);
  const char* note = is_contact ? "by its type; of type other if it is no such number or address" : field.how == How::Identifier ? "in its normal form; else as written, and it links nobody"
                     : field.how == How::Postcode ? "a line of the address if it is none" : "";
  add_line(out, std::string(above) + std::string(field.source), "alleged_perpetrator." + path, note);
}

}  // namespace

std::span<const Mapped> json_fields() { return kJson; }
std::span<const Mapped> xml_fields() { return kXml; }

std::string mapping_table() {
  std::string out = "| Common Platform | field of the contract | item | |\n|---|---|---|---|\n";
  for (const Mapped& each : json_fields()) add_line(out, each.source, each.path, each.note);
  for (const Field& field : json_person()) add_person(out, "defendants[].", field);
  out += "\n| SPI ResultedCase | field of the contract | item | |\n|---|---|---|---|\n";
  for (const Mapped& each : xml_fields()) add_line(out, each.source, each.path, each.note);
  for (const Field& field : xml_person()) add_person(out, "", field);
  return out;
}

}  // namespace concordat::courts
