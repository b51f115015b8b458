// The columns, as data.
#include "adapters/support/columns.h"

#include <google/protobuf/message.h>

#include "adapters/sdk/draft.h"
#include "adapters/sdk/path.h"
#include "concordat/v1/person.pb.h"
#include "concordat/v1/victim_registration.pb.h"
#include "proto/contract/vocabulary.h"

namespace concordat::support {
namespace {

constexpr Column kColumns[] = {
    {"record", "", Into::None, Split::None, Form::Record, "registration, preference or consent; without it, registration"},
    {"reference", "", Into::None, Split::None, Form::Field, "obligatory; the unit's own number of the victim in this case"},
    {"forget", "", Into::None, Split::Semicolons, Form::Names, "of a preference: columns whose value is taken out; a group goes with all below it"},
    {"registered", "registration.registered", Into::Registration, Split::None, Form::Field, "obligatory in a registration"},
    {"unit", "registration.unit", Into::Registration, Split::None, Form::Field, "obligatory in a registration: who tells her"},
    {"helpline", "registration.helpline", Into::Registration, Split::None, Form::Phone, "whom she is told to ring; obligatory for text, email and letter"},
    {"helpline_hours", "registration.helpline_hours", Into::Registration},
    {"ended", "registration.ended", Into::Registration, Split::None, Form::Field, "yes: she is not to be told any more, or somebody else tells her"},
    {"abuse_case", "registration.abuse_case", Into::Registration, Split::None, Form::Field, "yes: the crime is domestic abuse, and the adviser of where she lives may hear of it; what is not said is not yes"},
    {"case.urn", "case_reference[type=urn].value", Into::Case, Split::None, Form::Urn, "from the police's new case: PTIURN; for people, it joins nothing by itself"},
    {"offender.asn", "alleged_perpetrator.case_reference[type=asn].value", Into::Case, Split::None, Form::Asn, "from the police's new case: ProsecutorReference of the defendant"},
    {"offender.offences", "alleged_perpetrator.offence[].sequence", Into::Case, Split::Semicolons, Form::Sequence, "OffenceSequenceNumber of those that name her, and of no other"},
    {"offender.title", "alleged_perpetrator.name.title", Into::Registration},
    {"offender.given_names", "alleged_perpetrator.name.given", Into::Registration, Split::Blanks},
    {"offender.family_name", "alleged_perpetrator.name.family", Into::Registration},
    {"offender.name", "alleged_perpetrator.name.source_text", Into::Registration, Split::None, Form::Field, "where the unit has one line only"},
    {"offender.date_of_birth", "alleged_perpetrator.date_of_birth.date", Into::Registration},
    {"offender.pnc", "alleged_perpetrator.criminal_identifiers.pnc"},
    {"offender.cro", "alleged_perpetrator.criminal_identifiers.cro"},
    {"offender.noms", "alleged_perpetrator.custody_identifiers.noms", Into::Case, Split::None, Form::Field, "by it releases find her"},
    {"offender.crn", "alleged_perpetrator.custody_identifiers.crn"},
    {"victim.title", "victim.name.title"},
    {"victim.given_names", "victim.name.given", Into::Case, Split::Blanks},
    {"victim.family_name", "victim.name.family"},
    {"victim.name", "victim.name.source_text", Into::Case, Split::None, Form::Field, "where the unit has one line only"},
    {"victim.date_of_birth", "victim.date_of_birth.date", Into::Case, Split::None, Form::Field, "may be partial; who is under 18 is told by a person"},
    {"victim.area", "victim.home_address.area", Into::Registration, Split::None, Form::Field, "GSS code of the council whose adviser serves her; the address itself has no column"},
    {"victim.nhs_number", "victim.nhs_number.number"},
    {"victim.pnc", "victim.criminal_identifiers.pnc"},
    {"victim.language", "victim.language_and_needs.language"},
    {"victim.interpreter", "victim.language_and_needs.interpreter"},
    {"victim.needs", "victim.language_and_needs.need", Into::Case, Split::Semicolons},
    {"victim.safe_contact.mobile", "victim.safe_contact.contact[type=mobile].value", Into::Preference, Split::None, Form::Field, "only what she called safe"},
    {"victim.safe_contact.home_phone", "victim.safe_contact.contact[type=home_phone].value", Into::Preference},
    {"victim.safe_contact.work_phone", "victim.safe_contact.contact[type=work_phone].value", Into::Preference},
    {"victim.safe_contact.email", "victim.safe_contact.contact[type=email].value", Into::Preference},
    {"victim.safe_contact.letter", "victim.safe_contact.contact[type=other].value", Into::Preference, Split::None, Form::Field, "address for letters, its lines parted by commas, the postcode last"},
    {"victim.safe_contact.through", "victim.safe_contact.contact[type=through_person].value", Into::Preference},
    {"victim.safe_contact.time", "victim.safe_contact.safe_time", Into::Preference, Split::Semicolons},
    {"victim.safe_contact.instructions", "victim.safe_contact.instructions", Into::Preference},
    {"victim.safe_contact.leave_message", "victim.safe_contact.leave_message", Into::Preference},
    {"victim.template_language", "victim.contact_preferences.template_language", Into::Preference, Split::None, Form::TemplateLanguage, "en or cy"},
    {"wants_news", "victim.contact_preferences.wants_news", Into::Preference, Split::None, Form::Field, "obligatory in a registration; no is taken at once, whatever else is wrong with the record"},
    {"news.charge", "victim.contact_preferences.choice[about=charge].channel", Into::Preference, Split::None, Form::Field, "text, email, letter, call or none"},
    {"news.bail", "victim.contact_preferences.choice[about=bail].channel", Into::Preference},
    {"news.warrant", "victim.contact_preferences.choice[about=warrant].channel", Into::Preference},
    {"news.hearing", "victim.contact_preferences.choice[about=hearing].channel", Into::Preference},
    {"news.outcome", "victim.contact_preferences.choice[about=outcome].channel", Into::Preference},
    {"news.sentence", "victim.contact_preferences.choice[about=sentence].channel", Into::Preference},
    {"news.protective_order", "victim.contact_preferences.choice[about=protective_order].channel", Into::Preference},
    {"news.appeal", "victim.contact_preferences.choice[about=appeal].channel", Into::Preference},
    {"news.release", "victim.contact_preferences.choice[about=release].channel", Into::Preference},
    {"news.release.at_any_hour", "victim.contact_preferences.choice[about=release].at_any_hour", Into::Preference, Split::None, Form::Field, "yes: a release overrides her quiet hours"},
    {"news.at_large", "victim.contact_preferences.choice[about=at_large].channel", Into::Preference},
    {"quiet_from", "victim.contact_preferences.quiet_from", Into::Preference, Split::None, Form::Clock, "HH:MM, Europe/London; both or neither"},
    {"quiet_until", "victim.contact_preferences.quiet_until", Into::Preference, Split::None, Form::Clock},
    {"number_confirmed", "victim.contact_preferences.number_confirmed", Into::Preference, Split::None, Form::Field, "when somebody last heard that number and address are hers and safe"},
    {"recorded", "victim.contact_preferences.recorded", Into::Preference, Split::None, Form::Field, "when she said it: obligatory in a preference and a consent, but for an opt-out"},
    {"recorded_by", "victim.contact_preferences.recorded_by", Into::Preference},
    {"consent.state", "victim.consent.state", Into::Consent, Split::None, Form::Field, "given, refused, not_asked, unsafe_to_ask, lacks_capacity or withdrawn"},
    {"consent.purpose", "victim.consent.purpose", Into::Consent, Split::None, Form::Field, "as the agreements call it, as `informed`; absent: any purpose. Refused or withdrawn for being informed it ends all news to her"},
    {"consent.reason", "victim.consent.reason", Into::Consent},
    {"consent.informed", "victim.consent.informed", Into::Consent},
    {"officer.name", "practitioner[0].name.source_text", Into::Registration, Split::None, Form::Field, "who keeps her file"},
    {"officer.number", "practitioner[0].number", Into::Registration},
    {"officer.team", "practitioner[0].team", Into::Registration},
    {"officer.phone", "practitioner[0].contact[type=work_phone].value", Into::Registration},
    {"officer.email", "practitioner[0].contact[type=email].value", Into::Registration},
};

std::string_view events_of(const Column& column) {
  switch (column.into) {
    case Into::None: return "-";
    case Into::Registration: return "registration";
    case Into::Case: return "all";
    case Into::Preference: return "registration, preference";
    case Into::Consent: return "consent";
  }
  return "-";
}

}  // namespace

std::span<const Column> columns() { return kColumns; }

const Column* find_column(std::string_view name) {
  std::vector<std::string> indices;
  std::string plain = sdk::pattern_of(name, indices);
  for (auto at = plain.find("[]"); at != std::string::npos; at = plain.find("[]")) plain.erase(at, 2);
  for (const Column& column : kColumns) {
    if (column.name == plain) return column.split == Split::None && !indices.empty() ? nullptr : &column;
  }
  return nullptr;
}

sdk::Names column_names() {
  sdk::Names names;
  names.known = [](std::string_view name) { return find_column(name) != nullptr; };
  names.many = [](std::string_view name) {
    const Column* column = find_column(name);
    return column != nullptr && column->split != Split::None;
  };
  for (const Column& column : kColumns) names.all.emplace_back(column.name);
  return names;
}

std::string mapping_table() {
  std::string out = "| column or JSON name | field of the contract | item | event | |\n|---|---|---|---|---|\n";
  for (const Column& column : kColumns) {
    const auto of = sdk::person_path(column.path);
    const auto item = of ? sdk::item_at(*v1::Person::descriptor(), of->rest) : sdk::item_at(*v1::VictimRegistration::descriptor(), column.path);
    const bool nowhere = column.into == Into::None;
    out += "| `" + std::string(column.name) + "` | " + (nowhere ? "" : "`" + std::string(column.path) + "`") + " | " +
           (nowhere ? "" : item ? std::string(contract::name_of(*item)) : "?") + " | " + std::string(events_of(column)) + " | " + std::string(column.note) + " |\n";
  }
  return out;
}

}  // namespace concordat::support
