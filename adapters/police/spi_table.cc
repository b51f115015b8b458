// What of an SPI NewCase message becomes what: the mapping table of spi_case.cc.
#include <google/protobuf/message.h>

#include <array>
#include <span>
#include <string>

#include "adapters/police/columns.h"
#include "adapters/sdk/draft.h"
#include "adapters/sdk/path.h"
#include "concordat/v1/incident.pb.h"
#include "concordat/v1/person.pb.h"
#include "proto/contract/vocabulary.h"

namespace concordat::police {
namespace {

struct Row {
  std::string_view source, path, note = {};
};

constexpr auto kCase = std::to_array<Row>({
    {"PTIURN", "case_reference[type=urn].value", "with the lowest ProsecutorReference: the event's reference"},
    {"CaseMarker", "details.case_marker", "two letters each"},
    {"CaseMarker DV, Offence/BaseOffenceDetails/OffenceCode", "details.domestic_abuse", "yes with the marker, or an offence that is so on its face; else unknown"},
    {"Case", "details.crime_recorded", "yes; and details.source_type"},
    {"OriginatingOrganisation", "prosecution.originating_organisation"},
    {"CaseInitiation, InitiationCode", "prosecution.initiation_code", "whichever is there"},
    {"SummonsCode", "prosecution.summons_code"},
    {"Informant", "prosecution.informant"},
    {"CPSorganisation", "prosecution.prosecutor"},
    {"InitialHearing/CourtHearingLocation", "prosecution.first_hearing_court"},
    {"InitialHearing/DateOfHearing, TimeOfHearing", "prosecution.first_hearing"},
    {"OtherPartyOfficerInCase/OfficerName", "practitioner[0].name.family", "with title and given names"},
    {"OtherPartyOfficerInCase/PoliceOfficerRank", "practitioner[0].rank"},
    {"OtherPartyOfficerInCase/PoliceWorkerReferenceNumber", "practitioner[0].number"},
    {"OtherPartyOfficerInCase/PoliceWorkerLocationCode", "practitioner[0].team"},
    {"OtherPartyOfficerInCase/TelephoneDetails, EmailDetails", "practitioner[0].contact[type=work_phone].value", "by its type: business, mobile, EmailAddress1"},
    {"Defendant/ProsecutorReference", "alleged_perpetrator.case_reference[type=asn].value"},
    {"Offence/BaseOffenceDetails/OffenceSequenceNumber", "alleged_perpetrator.offence[].sequence"},
    {"Offence/BaseOffenceDetails/OffenceCode", "alleged_perpetrator.offence[].code"},
    {"Offence/BaseOffenceDetails/OffenceWording", "alleged_perpetrator.offence_wording[].text", "charges name people: it goes where a narrative goes"},
    {"Offence/BaseOffenceDetails/OffenceTiming/OffenceDateCode", "alleged_perpetrator.offence[].date_code"},
    {"Offence/BaseOffenceDetails/OffenceTiming/OffenceStart", "alleged_perpetrator.offence[].started", "date and time"},
    {"Offence/BaseOffenceDetails/OffenceTiming/OffenceEnd", "alleged_perpetrator.offence[].ended", "date and time"},
    {"Offence/BaseOffenceDetails/ChargeDate", "alleged_perpetrator.offence[].charged"},
    {"Offence/BaseOffenceDetails/ArrestDate", "alleged_perpetrator.offence[].arrested"},
    {"Offence/BaseOffenceDetails/LocationOfOffence", "offence_place[].description", "by defendant and sequence"},
    {"Offence/OtherPartyVictim", "alleged_perpetrator.offence[].victim", "each victim once, however many offences name them"},
    {"Offence/ProsecutionFacts", "alleged_perpetrator.narrative.note"},
});

/// Of an individual defendant and a parent; below BasePersonDetails.
constexpr auto kBasics = std::to_array<Row>({
    {"PersonName", "name.family", "with title and given names"},
    {"Birthdate", "date_of_birth.date"},
    {"Gender", "sex"},
    {"TelephoneDetails, EmailDetails", "contact[type=mobile].value", "by its type; of type other if it is no such number or address"},
});
constexpr auto kAddress = std::to_array<Row>({
    {"Address", "home_address.address.line", "SAON, PAON and StreetDescription in one line; or AddressLine1 to 5"},
    {"Address/PostCode", "home_address.address.postcode", "a line of the address if it is none"},
    {"Address/UniquePropertyReferenceNumber", "home_address.address.uprn"},
});
constexpr auto kEthnicity = std::to_array<Row>({
    {"PersonEthnicity/SelfDefinedEthnicity", "equality.ethnicity_self_defined"},
    {"PersonEthnicity/ObservedEthnicity", "equality.ethnicity_observed"},
});
constexpr auto kIndividual = std::to_array<Row>({
    {"PerceivedBirthYear", "date_of_birth.perceived", "the year alone, where there is no Birthdate"},
    {"PersonDefendant/PNCidentifier", "criminal_identifiers.pnc", "in its normal form; else as written, and it links nobody"},
    {"CROnumber", "criminal_identifiers.cro", "in its normal form; else as written, and it links nobody"},
    {"PersonDefendant/PersonStatedNationality", "equality.nationality"},
    {"PersonDefendant/BailConditions", "bail_conditions.condition"},
    {"CustodyStatus", "bail_conditions.state_code", "and bail_conditions.state of C, U, and of B with conditions"},
    {"Occupation", "occupation.title"},
    {"OccupationCode", "occupation.code"},
    {"LanguageOptions/DocumentationLanguage", "language_and_needs.document_language"},
    {"LanguageOptions/HearingLanguage", "language_and_needs.hearing_language"},
    {"LanguageNeeds, SpecialNeeds", "language_and_needs.need"},
    {"Alias", "alias[].family", "with title and given names"},
});
constexpr auto kCompany = std::to_array<Row>({
    {"OrganisationName", "name.organisation"},
    {"Alias", "alias[].organisation"},
    {"PNCidentifier", "criminal_identifiers.pnc"},
    {"CROnumber", "criminal_identifiers.cro"},
    {"TelephoneNumberBusiness, EmailDetails", "contact[type=work_phone].value"},
});
constexpr auto kVictim = std::to_array<Row>({
    {"PersonDetails", "name.family", "with title and given names"},
    {"Birthdate", "date_of_birth.date"},
    {"Gender", "sex"},
    {"TelephoneDetails, EmailDetails", "contact[type=mobile].value", "never a safe contact"},
});

void add(std::string& out, std::string_view above, std::string_view role, std::span<const Row> rows) {
  for (const Row& row : rows) {
    const std::string path = std::string(role) + std::string(row.path);
    const auto person = sdk::person_path(path);
    const auto item = person ? sdk::item_at(*v1::Person::descriptor(), person->rest) : sdk::item_at(*v1::Incident::descriptor(), path);
    out += "| `" + std::string(above) + std::string(row.source) + "` | `" + path + "` | " + (item ? std::string(contract::name_of(*item)) : "?") + " | " +
           std::string(row.note) + " |\n";
  }
}

}  // namespace

std::string new_case_table() {
  constexpr std::string_view kDefendant = "PoliceIndividualDefendant/", kBusiness = "PoliceCorporateDefendant/", kOther = "OtherPartyVictim/";
  constexpr std::string_view kParent = "ParentGuardianDetails/", kPerpetrator = "alleged_perpetrator.";
  std::string out = "| SPI NewCase | field of the contract | item | |\n|---|---|---|---|\n";
  add(out, "", "", kCase);
  add(out, std::string(kDefendant) + "PersonDefendant/BasePersonDetails/", kPerpetrator, kBasics);
  for (const std::span<const Row> rows : {std::span<const Row>(kIndividual), std::span<const Row>(kAddress), std::span<const Row>(kEthnicity)}) add(out, kDefendant, kPerpetrator, rows);
  add(out, std::string(kParent) + "BasePersonDetails/", "other.", kBasics);
  for (const std::span<const Row> rows : {std::span<const Row>(kAddress), std::span<const Row>(kEthnicity)}) add(out, kParent, "other.", rows);
  add(out, "", "other.", std::to_array<Row>({{"ParentGuardianDetails", "relationship[0].relation", "parent, of the defendant"}}));
  for (const std::span<const Row> rows : {std::span<const Row>(kCompany), std::span<const Row>(kAddress)}) add(out, kBusiness, kPerpetrator, rows);
  for (const std::span<const Row> rows : {std::span<const Row>(kVictim), std::span<const Row>(kAddress), std::span<const Row>(kEthnicity)}) add(out, kOther, "victim.", rows);
  return out;
}

}  // namespace concordat::police
