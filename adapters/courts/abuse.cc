// Abuse: see abuse.h.
#include "adapters/courts/abuse.h"

#include <algorithm>

#include "concordat/v1/person.pb.h"
#include "proto/contract/identifiers.h"

namespace concordat::courts {
std::set<std::string> names_of_case(const Defendant& defendant) {
  std::set<std::string> out;
  if (!defendant.case_id.empty()) out.insert("id/" + defendant.case_id);
  for (const auto& [type, value] : defendant.references) out.insert(type + "/" + (type == "urn" ? contract::urn(value).value_or(value) : value));
  return out;
}

std::string summons_of(const Defendant& defendant) {
  for (const v1::CaseReference& reference : defendant.person->case_reference()) {
    if (const auto asn = contract::asn(reference.value()); asn && reference.type() == v1::REFERENCE_TYPE_ASN) return "asn/" + *asn;
  }
  return {};
}

namespace {

bool is_abuse(const Defendant& defendant, const Tables& tables) {
  const auto& markers = defendant.person->warning_marker();
  if (std::any_of(markers.begin(), markers.end(), [&](const v1::WarningMarker& marker) { return tables.is_abuse_marker(marker.code()); })) return true;
  if (std::any_of(defendant.charges.begin(), defendant.charges.end(), [&](const Charge& charge) { return tables.is_abuse_offence(charge.code); })) return true;
  return std::any_of(defendant.results.begin(), defendant.results.end(), [&](const Ruling& ruling) {
    return std::any_of(ruling.qualifiers.begin(), ruling.qualifiers.end(), [&](const std::string& code) { return tables.is_abuse_qualifier(code); });
  });
}

}  // namespace

void mark_abuse(Hearing& hearing, const Tables& tables) {
  std::set<std::string> cases;
  for (Defendant& each : hearing.defendants) {
    if (!is_abuse(each, tables)) continue;
    cases.merge(names_of_case(each));
  }
  for (Defendant& each : hearing.defendants) {
    if (each.markers_listed) each.abuse_case = false;
    const std::set<std::string> names = names_of_case(each);
    if (std::any_of(names.begin(), names.end(), [&](const std::string& name) { return cases.contains(name); })) each.abuse_case = true;
  }
}

}  // namespace concordat::courts
