// People: see person.h.
#include "adapters/courts/person.h"

#include <array>

#include "adapters/sdk/path.h"
#include "adapters/sdk/read/areas.h"
#include "adapters/sdk/read/record.h"
#include "adapters/sdk/read/xml.h"
#include "concordat/v1/person.pb.h"
#include "proto/contract/identifiers.h"

namespace concordat::courts {
namespace {

constexpr auto kJson = std::to_array<Field>({
    {"personDefendant.personDetails.title", "name.title"},
    {"personDefendant.personDetails.firstName", "name.given"},
    {"personDefendant.personDetails.middleName", "name.given"},
    {"personDefendant.personDetails.lastName", "name.family"},
    {"personDefendant.personDetails.dateOfBirth", "date_of_birth.date", How::Date},
    {"personDefendant.personDetails.gender", "sex", How::Sex},
    {"personDefendant.personDetails.address.address1", "home_address.address.line"},
    {"personDefendant.personDetails.address.address2", "home_address.address.line"},
    {"personDefendant.personDetails.address.address3", "home_address.address.line"},
    {"personDefendant.personDetails.address.address4", "home_address.address.line"},
    {"personDefendant.personDetails.address.address5", "home_address.address.line"},
    {"personDefendant.personDetails.address.postcode", "home_address.address.postcode", How::Postcode},
    {"personDefendant.personDetails.contact.mobile", "mobile", How::Phone},
    {"personDefendant.personDetails.contact.home", "home_phone", How::Phone},
    {"personDefendant.personDetails.contact.work", "work_phone", How::Phone},
    {"personDefendant.personDetails.contact.primaryEmail", "email", How::Email},
    {"personDefendant.personDetails.contact.secondaryEmail", "email", How::Email},
    {"personDefendant.personDetails.contact.email", "email", How::Email},
    {"personDefendant.personDetails.interpreterLanguageNeeds", "language_and_needs.language"},
    {"personDefendant.personDetails.interpreterLanguageNeeds", "language_and_needs.interpreter", How::Yes},
    {"personDefendant.personDetails.hearingLanguageNeeds", "language_and_needs.hearing_language"},
    {"personDefendant.personDetails.documentationLanguageNeeds", "language_and_needs.document_language"},
    {"personDefendant.personDetails.specificRequirements", "language_and_needs.need"},
    {"personDefendant.personDetails.ethnicity.selfDefinedEthnicityCode", "equality.ethnicity_self_defined"},
    {"personDefendant.personDetails.ethnicity.observedEthnicityCode", "equality.ethnicity_observed"},
    {"personDefendant.personDetails.nationalityCode", "equality.nationality"},
    {"personDefendant.personDetails.disabilityStatus", "equality.disability"},
    {"personDefendant.personDetails.occupation", "occupation.title"},
    {"personDefendant.personDetails.occupationCode", "occupation.code"},
    {"pncId", "criminal_identifiers.pnc", How::Identifier},
    {"croNumber", "criminal_identifiers.cro", How::Identifier},
    {"personDefendant.bailStatus.code", "bail_conditions.state_code"},
});

constexpr auto kXml = std::to_array<Field>({
    {"CourtIndividualDefendant/PersonDefendant/BasePersonDetails/PersonName/PersonTitle", "name.title"},
    {"CourtIndividualDefendant/PersonDefendant/BasePersonDetails/PersonName/PersonGivenName1", "name.given"},
    {"CourtIndividualDefendant/PersonDefendant/BasePersonDetails/PersonName/PersonGivenName2", "name.given"},
    {"CourtIndividualDefendant/PersonDefendant/BasePersonDetails/PersonName/PersonGivenName3", "name.given"},
    {"CourtIndividualDefendant/PersonDefendant/BasePersonDetails/PersonName/PersonFamilyName", "name.family"},
    {"CourtIndividualDefendant/PersonDefendant/BasePersonDetails/Birthdate", "date_of_birth.date", How::Date},
    {"CourtIndividualDefendant/PersonDefendant/BasePersonDetails/Gender", "sex", How::Sex},
    {"CourtIndividualDefendant/Address/SimpleAddress/AddressLine1", "home_address.address.line"},
    {"CourtIndividualDefendant/Address/SimpleAddress/AddressLine2", "home_address.address.line"},
    {"CourtIndividualDefendant/Address/SimpleAddress/AddressLine3", "home_address.address.line"},
    {"CourtIndividualDefendant/Address/SimpleAddress/AddressLine4", "home_address.address.line"},
    {"CourtIndividualDefendant/Address/SimpleAddress/AddressLine5", "home_address.address.line"},
    {"CourtIndividualDefendant/Address/ComplexAddress/PAON", "home_address.address.line"},
    {"CourtIndividualDefendant/Address/ComplexAddress/StreetDescription", "home_address.address.line"},
    {"CourtIndividualDefendant/Address/ComplexAddress/Locality", "home_address.address.line"},
    {"CourtIndividualDefendant/Address/ComplexAddress/Town", "home_address.address.line"},
    {"CourtIndividualDefendant/Address/ComplexAddress/AdministrativeArea", "home_address.address.line"},
    {"CourtIndividualDefendant/Address/ComplexAddress/PostCode", "home_address.address.postcode", How::Postcode},
    {"CourtIndividualDefendant/PersonDefendant/BasePersonDetails/TelephoneDetails/TelephoneNumberMobile", "mobile", How::Phone},
    {"CourtIndividualDefendant/PersonDefendant/BasePersonDetails/TelephoneDetails/TelephoneNumberHome", "home_phone", How::Phone},
    {"CourtIndividualDefendant/PersonDefendant/BasePersonDetails/TelephoneDetails/TelephoneNumberBusiness", "work_phone", How::Phone},
    {"CourtIndividualDefendant/PersonDefendant/BasePersonDetails/EmailDetails/EmailAddress1", "email", How::Email},
    {"CourtIndividualDefendant/PersonDefendant/BasePersonDetails/EmailDetails/EmailAddress2", "email", How::Email},
    {"CourtIndividualDefendant/PersonDefendant/PNCidentifier", "criminal_identifiers.pnc", How::Identifier},
    {"CourtIndividualDefendant/PersonDefendant/CROnumber", "criminal_identifiers.cro", How::Identifier},
    {"CourtIndividualDefendant/PersonDefendant/PersonStatedNationality", "equality.nationality"},
    {"CourtIndividualDefendant/BailStatus", "bail_conditions.state_code"},
});

Result<int> put_sex(v1::Person& person, std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kWords = {{{"MALE", "male"},
                                                                                          {"FEMALE", "female"},
                                                                                          {"NOT_KNOWN", "not_known"},
                                                                                          {"NOT_SPECIFIED", "not_known"},
                                                                                          {"INDETERMINATE", "indeterminate"},
                                                                                          {"1", "male"},
                                                                                          {"2", "female"},
                                                                                          {"0", "not_known"},
                                                                                          {"9", "indeterminate"}}};
  for (const auto& [code, word] : kWords) {
    if (code == text) return sdk::set_path(person, "sex", word);
  }
  return fail(Fault::Malformed, code::kValue, "none of MALE, FEMALE, NOT_KNOWN, NOT_SPECIFIED, 0, 1, 2, 9");
}

/// What is no number of its type reaches the reader as written, as another way.
Result<int> put_contact(v1::Person& person, std::string_view type, bool fits, std::string_view text) {
  v1::ContactPoint& contact = *person.add_contact();
  TRY_VOID(sdk::set_path(contact, "type", fits ? type : "other"));
  return sdk::set_path(contact, "value", text);
}

Result<int> put_identifier(v1::Person& person, std::string_view path, std::string_view text) {
  const bool is_pnc = path.ends_with("pnc");
  if ((is_pnc ? contract::pnc(text) : contract::cro(text)).has_value()) return sdk::set_path(person, path, text);
  v1::CriminalIdentifiers& identifiers = *person.mutable_criminal_identifiers();
  is_pnc ? identifiers.set_pnc(std::string(text)) : identifiers.set_cro(std::string(text));
  return 0;
}

std::string_view day_of(std::string_view text) { return text.size() > 10 && text[4] == '-' ? text.substr(0, 10) : text; }

void put(const Node& from, v1::Person& person, const Field& field) {
  if (const auto set = put(static_cast<google::protobuf::Message&>(person), field, from.text()); !set) from.refuse(set.error().code, set.error().detail);
}

}  // namespace

std::span<const Field> json_person() { return kJson; }
std::span<const Field> xml_person() { return kXml; }

std::string_view custody_state(std::string_view code) {
  if (code == "B") return "conditional_bail";
  if (code == "U") return "unconditional_bail";
  if (code == "C" || code == "P" || code == "L" || code == "S") return "in_custody";
  return {};
}

Result<int> put(google::protobuf::Message& message, const Field& field, std::string_view text) {
  if (text.empty()) return 0;
  auto& person = static_cast<v1::Person&>(message);
  switch (field.how) {
    case How::AsIs: return sdk::set_path(person, field.path, text);
    case How::Date: return sdk::set_path(person, field.path, day_of(text));
    case How::Sex: return put_sex(person, text);
    case How::Phone: return put_contact(person, field.path, sdk::is_phone(text), text);
    case How::Email: return put_contact(person, field.path, sdk::is_email(text), text);
    case How::Postcode: return sdk::set_path(person, read::normal_postcode(text) ? field.path : "home_address.address.line", text);
    case How::Identifier: return put_identifier(person, field.path, text);
    case How::Yes: return sdk::set_path(person, field.path, "yes");
  }
  return 0;
}

void read_person(const Node& defendant, v1::Person& person) {
  for (const Field& field : kJson) put(defendant[field.source], person, field);
  if (!person.has_date_of_birth()) {
    const Node year = defendant["personDefendant.perceivedBirthYear"];
    put(year, person, {{}, "date_of_birth.date", How::Date});
    if (person.has_date_of_birth()) put(year, person, {{}, "date_of_birth.perceived", How::Yes});
  }
  if (const auto state = custody_state(person.bail_conditions().state_code()); !state.empty()) {
    if (const auto set = sdk::set_path(person, "bail_conditions.state", state); !set) defendant.refuse(set.error().code, set.error().detail);
  }
}

void read_aliases(const Node& defendant, v1::Person& person) {
  static constexpr auto kNames = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"title", "title"}, {"firstName", "given"}, {"middleName", "given"}, {"lastName", "family"}, {"legalEntityName", "organisation"}});
  for (const Node& alias : defendant.each("aliases")) {
    v1::Name name;
    for (const auto& [from, to] : kNames) {
      const Node part = alias[from];
      if (part.text().empty()) continue;
      if (const auto set = sdk::set_path(name, to, part.text()); !set) part.refuse(set.error().code, set.error().detail);
    }
    if (name.ByteSizeLong() > 0) *person.add_alias() = std::move(name);
  }
}

std::optional<sdk::Failure> read_person(const read::Xml& defendant, std::uint64_t line_before, v1::Person& person) {
  for (const Field& field : kXml) {
    const read::Xml* from = defendant.at(field.source);
    if (from == nullptr) continue;
    if (const auto set = put(person, field, from->text); !set) return sdk::Failure{line_before + from->line, from->name, set.error()};
  }
  if (const auto state = custody_state(person.bail_conditions().state_code()); !state.empty()) {
    if (const auto set = sdk::set_path(person, "bail_conditions.state", state); !set) return sdk::Failure{line_before + defendant.line, "BailStatus", set.error()};
  }
  return std::nullopt;
}

}  // namespace concordat::courts
