// Cases: see cases.h.
#include "adapters/courts/cases.h"

#include <algorithm>

#include "proto/contract/identifiers.h"

namespace concordat::courts {
namespace {

OfCase& of_case(std::vector<OfCase>& cases, const Node& from) {
  const CaseName name = name_of(from, "prosecutionCaseId");
  for (OfCase& each : cases) {
    if (each.name.is(name)) return each;
  }
  if (name.empty() && cases.size() > 1) from.refuse(code::kInput, "of several cases, and of which it does not say");
  if (name.empty() && !cases.empty()) return cases.front();
  if (cases.size() == 1 && cases.front().name.empty()) {
    cases.front().name = name;
    cases.front().from = from;
    return cases.front();
  }
  cases.push_back({name, from, {}});
  return cases.back();
}

}  // namespace

std::string normal_urn(const std::string& text) { return contract::urn(text).value_or(text); }

CaseName name_of(const Node& a_case, const char* id) {
  CaseName out{a_case.text(id), normal_urn(a_case.text("prosecutionCaseIdentifier.caseURN"))};
  if (out.reference.empty()) out.reference = a_case.text("prosecutionCaseIdentifier.prosecutionAuthorityReference");
  return out;
}

std::vector<OfCase> cases_of(const Node& application, const Node& master, bool heard_once, std::size_t most) {
  std::vector<OfCase> out;
  for (const Node& each : application.each("courtApplicationCases")) {
    OfCase& of = of_case(out, each);
    for (const Node& offence : each.each("offences")) of.offences.push_back(offence);
    if (out.size() > most) return out;
  }
  for (const Node& each : application["courtOrder"].each("courtOrderOffences")) {
    if (const Node offence = each["offence"]) of_case(out, each).offences.push_back(offence);
    if (out.size() > most) return out;
  }
  if (out.empty()) out.emplace_back();
  if (out.size() > 1 || !out.front().name.empty()) return out;
  // It does not say: then it is of the only case in which he is a defendant.
  std::vector<CaseName> his;
  for (const Node& each : master.each("defendantCase")) {
    const CaseName name{each.text("caseId"), normal_urn(each.text("caseReference"))};
    if (!name.empty() && std::none_of(his.begin(), his.end(), [&](const CaseName& other) { return other.is(name); })) his.push_back(name);
    if (his.size() > 1) break;
  }
  if (his.size() == 1) out.front().name = his.front();
  if (his.size() > 1 && !heard_once) application.refuse(code::kInput, "of several cases, and of which it does not say");
  return out;
}

std::string id_in_case(const Node& subject, const CaseName& name) {
  const Node master = subject["masterDefendant"];
  const auto cases = master.each("defendantCase");
  for (const Node& each : cases) {
    const CaseName other{each.text("caseId"), normal_urn(each.text("caseReference"))};
    if (const std::string id = each.text("defendantId"); !id.empty() && (other.is(name) || (cases.size() == 1))) return id;
  }
  const std::string id = master.text("masterDefendantId");
  return id.empty() ? subject.text("id") : id;
}

}  // namespace concordat::courts
