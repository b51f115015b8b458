// The columns, as data.
#include "adapters/police/columns.h"

#include <google/protobuf/message.h>

#include "adapters/sdk/draft.h"
#include "adapters/sdk/path.h"
#include "concordat/v1/incident.pb.h"
#include "concordat/v1/person.pb.h"
#include "proto/contract/vocabulary.h"

namespace concordat::police {
namespace {

constexpr Column kEvent[] = {
    {"reference", "case_reference[type=incident_number].value", Split::None, "obligatory; the same reference with changed content is a correction"},
    {"occurred", "details.started", Split::None, "obligatory; without a zone it is Europe/London"},
    {"ended", "details.ended"},
    {"reported", "details.reported"},
    {"type", "details.type", Split::None, "the most serious"},
    {"also", "details.also", Split::Semicolons, "further types"},
    {"source_type", "details.source_type", Split::None, "the force's own class of incident"},
    {"domestic_abuse", "details.domestic_abuse"},
    {"crime_recorded", "details.crime_recorded"},
    {"alcohol", "details.alcohol"},
    {"drugs", "details.drugs"},
    {"weapon", "details.weapon"},
    {"crime_number", "case_reference[type=crime_number].value"},
    {"urn", "case_reference[type=urn].value"},
    {"place.line", "place.address.line", Split::Semicolons},
    {"place.postcode", "place.address.postcode"},
    {"place.area", "place.area", Split::None, "GSS code; else from the postcode by areas.csv"},
    {"place.sub_area", "place.sub_area"},
    {"place.type", "place.type"},
    {"place.description", "place.description"},
    {"narrative", "narrative.text"},
    {"officer.name", "practitioner[0].name.source_text"},
    {"officer.number", "practitioner[0].number"},
    {"officer.rank", "practitioner[0].rank"},
    {"officer.team", "practitioner[0].team"},
    {"dash.q01", "victim.risk_answers.q01", Split::None, "yes, no or unknown; a DASH makes a risk assessment of its own"},
    {"dash.q02", "victim.risk_answers.q02"},
    {"dash.q03", "victim.risk_answers.q03"},
    {"dash.q04", "victim.risk_answers.q04"},
    {"dash.q05", "victim.risk_answers.q05"},
    {"dash.q06", "victim.risk_answers.q06"},
    {"dash.q07", "victim.risk_answers.q07"},
    {"dash.q08", "victim.risk_answers.q08"},
    {"dash.q09", "victim.risk_answers.q09"},
    {"dash.q10", "victim.risk_answers.q10"},
    {"dash.q11", "victim.risk_answers.q11"},
    {"dash.q12", "victim.risk_answers.q12"},
    {"dash.q13", "victim.risk_answers.q13"},
    {"dash.q14", "victim.risk_answers.q14"},
    {"dash.q15", "victim.risk_answers.q15"},
    {"dash.q16", "victim.risk_answers.q16"},
    {"dash.q17", "victim.risk_answers.q17"},
    {"dash.q18", "victim.risk_answers.q18"},
    {"dash.q19", "victim.risk_answers.q19"},
    {"dash.q20", "victim.risk_answers.q20"},
    {"dash.q21", "victim.risk_answers.q21"},
    {"dash.q22", "victim.risk_answers.q22"},
    {"dash.q23", "victim.risk_answers.q23"},
    {"dash.q24", "victim.risk_answers.q24"},
    {"dash.score", "victim.risk_answers.score", Split::None, "as stated; the greater of it and the count of yes holds"},
    {"dash.judgement", "victim.risk_answers.judgement", Split::None, "the officer's: standard, medium or high"},
    {"dash.judgement_reason", "victim.risk_answers.judgement_reason"},
    {"dash.judgement_words", "narrative.judgement_reason", Split::None, "goes with the assessment alone"},
    {"dash.assessed", "victim.risk_answers.assessed"},
    {"dash.assessor", "victim.risk_answers.assessor"},
    {"dash.pregnant", "victim.risk_answers.pregnant"},
};

constexpr Column kPerson[] = {
    {"title", "name.title"},
    {"given_names", "name.given", Split::Blanks},
    {"family_name", "name.family"},
    {"name", "name.source_text", Split::None, "where the source has one line only"},
    {"alias", "alias[].source_text"},
    {"date_of_birth", "date_of_birth.date", Split::None, "may be partial: 1991, 1991-02"},
    {"stated_age", "date_of_birth.stated_age"},
    {"unborn", "date_of_birth.unborn"},
    {"address.line", "home_address.address.line", Split::Semicolons},
    {"address.postcode", "home_address.address.postcode"},
    {"address.uprn", "home_address.address.uprn"},
    {"address.no_fixed_abode", "home_address.address.no_fixed_abode"},
    {"address.area", "home_address.area", Split::None, "GSS code; else from the postcode by areas.csv"},
    {"address.sub_area", "home_address.sub_area"},
    {"address.confidential", "home_address.confidential"},
    {"mobile", "contact[type=mobile].value", Split::None, "not called safe by anybody"},
    {"home_phone", "contact[type=home_phone].value"},
    {"work_phone", "contact[type=work_phone].value"},
    {"email", "contact[type=email].value"},
    {"safe_contact.mobile", "safe_contact.contact[type=mobile].value", Split::None, "only what the person called safe"},
    {"safe_contact.home_phone", "safe_contact.contact[type=home_phone].value"},
    {"safe_contact.work_phone", "safe_contact.contact[type=work_phone].value"},
    {"safe_contact.email", "safe_contact.contact[type=email].value"},
    {"safe_contact.through", "safe_contact.contact[type=through_person].value"},
    {"safe_contact.time", "safe_contact.safe_time", Split::Semicolons},
    {"safe_contact.instructions", "safe_contact.instructions"},
    {"safe_contact.leave_message", "safe_contact.leave_message"},
    {"language", "language_and_needs.language"},
    {"interpreter", "language_and_needs.interpreter"},
    {"needs", "language_and_needs.need", Split::Semicolons},
    {"nhs_number", "nhs_number.number"},
    {"nhs_tracing", "nhs_number.tracing"},
    {"pnc", "criminal_identifiers.pnc"},
    {"cro", "criminal_identifiers.cro"},
    {"noms", "custody_identifiers.noms"},
    {"crn", "custody_identifiers.crn"},
    {"sex", "sex"},
    {"ethnicity", "equality.ethnicity_self_defined"},
    {"ethnicity_observed", "equality.ethnicity_observed"},
    {"nationality", "equality.nationality"},
    {"disability", "equality.disability"},
    {"relationship", "relationship[0].relation", Split::None, "what this person is to the victim; of the victim: to the first alleged perpetrator"},
    {"lives_with", "relationship[0].lives_with"},
    {"parental_responsibility", "relationship[0].parental_responsibility"},
    {"injury", "injury[].description"},
    {"injury.needed_treatment", "injury[0].needed_treatment"},
    {"consent", "consent.state"},
    {"consent.purpose", "consent.purpose"},
    {"consent.reason", "consent.reason"},
    {"consent.recorded_by", "consent.recorded_by"},
    {"informed", "consent.informed"},
    {"honour_based", "sensitive_markers.honour_based"},
    {"forced_marriage", "sensitive_markers.forced_marriage"},
    {"fgm", "sensitive_markers.fgm"},
    {"care_and_support_needs", "vulnerability.care_and_support_needs"},
    {"no_recourse_to_public_funds", "vulnerability.no_recourse_to_public_funds"},
    {"substance_misuse", "vulnerability.substance_misuse"},
    {"homeless", "vulnerability.homeless"},
    {"child_is", "child_circumstances.is", Split::None, "present, resident, related or unborn"},
    {"known_to_childrens_services", "child_circumstances.known_to_childrens_services"},
    {"child_protection_plan", "child_circumstances.child_protection_plan"},
    {"school.name", "school.name"},
    {"school.urn", "school.urn"},
    {"school.year_group", "school.year_group"},
    {"occupation", "occupation.title"},
    {"works_for", "occupation.works_for", Split::None, "name of a party: bars its desks"},
    {"bail.state", "bail_conditions.state"},
    {"bail.condition", "bail_conditions.condition", Split::Semicolons},
    {"warning_marker.code", "warning_marker[].code"},
    {"warning_marker.meaning", "warning_marker[].meaning"},
    {"offence.code", "offence[].code", Split::None, "said to have been committed by this person"},
    {"offence.title", "offence[].title"},
    {"offence.wording", "offence_wording[].text", Split::None, "charges name people: it goes where a narrative goes"},
    {"note", "narrative.note"},
};

/// "place.line" of "place.line[3]", with "3".
const Column* column_named(std::span<const Column> columns, std::string_view name, std::vector<std::string>& indices) {
  std::string plain = sdk::pattern_of(name, indices);
  for (auto at = plain.find("[]"); at != std::string::npos; at = plain.find("[]")) plain.erase(at, 2);
  for (const Column& column : columns) {
    if (column.name == plain) return &column;
  }
  return nullptr;
}

void add_line(std::string& out, const Column& column, std::string_view prefix, const google::protobuf::Descriptor& of) {
  std::string path(column.path);
  const bool victims = path.starts_with("victim.");
  const auto item = sdk::item_at(victims ? *v1::Person::descriptor() : of, victims ? std::string_view(path).substr(7) : std::string_view(path));
  out += "| `" + std::string(prefix) + std::string(column.name) + "` | `" + path + "` | " +
         (item ? std::string(contract::name_of(*item)) : "?") + " | " + std::string(column.note) + " |\n";
}

}  // namespace

std::span<const Column> event_columns() { return kEvent; }
std::span<const Column> person_columns() { return kPerson; }

std::optional<Hit> find_column(std::string_view name) {
  std::vector<std::string> indices;
  if (const auto of = sdk::person_path(name)) {
    const Column* column = column_named(kPerson, of->rest, indices);
    if (column == nullptr) return std::nullopt;
    return Hit{column, std::string(contract::name_of(of->role)) + "[" + std::to_string(of->index) + "]." + sdk::filled(column->path, indices)};
  }
  const Column* column = column_named(kEvent, name, indices);
  if (column == nullptr) return std::nullopt;
  return Hit{column, sdk::filled(column->path, indices)};
}

sdk::Names column_names() {
  sdk::Names names;
  names.known = [](std::string_view name) { return find_column(name).has_value(); };
  names.many = [](std::string_view name) {
    const auto hit = find_column(name);
    return hit && hit->column->split != Split::None;
  };
  for (const Column& column : kEvent) names.all.emplace_back(column.name);
  for (const std::string_view role : {"victim", "alleged_perpetrator", "child[0]", "other[0]"}) {
    for (const Column& column : kPerson) names.all.push_back(std::string(role) + "." + std::string(column.name));
  }
  return names;
}

std::string mapping_table() {
  std::string out = "| column or JSON name | field of the contract | item | |\n|---|---|---|---|\n";
  for (const Column& column : kEvent) add_line(out, column, "", *v1::Incident::descriptor());
  for (const Column& column : kPerson) add_line(out, column, "PERSON.", *v1::Person::descriptor());
  return out + "\n" + new_case_table();
}

}  // namespace concordat::police
