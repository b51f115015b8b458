// Charges: see charges.h.
#include "adapters/courts/charges.h"

#include <array>
#include <set>

#include "adapters/courts/rulings.h"
#include "adapters/sdk/path.h"
#include "concordat/v1/person.pb.h"
#include "proto/contract/identifiers.h"

namespace concordat::courts {
namespace {

std::uint32_t sequence_of(const Node& offence) {
  for (const char* name : {"offenceSequence", "offenceSequenceNumber", "orderIndex"}) {
    const std::string text = offence.text(name);
    if (text.empty() || text.size() > 3 || text.find_first_not_of("0123456789") != std::string::npos) continue;
    if (const auto number = static_cast<std::uint32_t>(std::stoul(text)); number > 0) return number;
  }
  return 0;
}

void put_text(google::protobuf::Message& message, std::string_view path, const Node& from) {
  const std::string text = from.text();
  if (text.empty()) return;
  if (const auto set = sdk::set_path(message, path, text); !set) from.refuse(set.error().code, set.error().detail);
}

/// The offence onto the person; its place there is its place among the charges.
std::size_t read_charge(const Node& offence, Defendant& defendant) {
  Charge charge;
  charge.id = offence.text("id");
  charge.sequence = sequence_of(offence);
  charge.code = offence.text("offenceCode");
  charge.plea = offence.text("plea.pleaValue");
  charge.plea_date = dated(offence["plea.pleaDate"]);
  charge.verdict = offence.text("verdict.verdictType.categoryType");
  if (charge.verdict.empty()) charge.verdict = offence.text("verdict.verdictType.category");
  charge.verdict_date = dated(offence["verdict.verdictDate"]);
  charge.convicted = dated(offence["convictionDate"]);
  v1::Offence& out = *defendant.person->add_offence();
  if (charge.sequence != 0) out.set_sequence(charge.sequence);
  static constexpr std::array<std::pair<const char*, const char*>, 7> kTexts = {{{"offenceCode", "code"},
                                                                                  {"offenceTitle", "title"},
                                                                                  {"offenceDateCode", "date_code"},
                                                                                  {"startDate", "started"},
                                                                                  {"endDate", "ended"},
                                                                                  {"chargeDate", "charged"},
                                                                                  {"arrestDate", "arrested"}}};
  for (const auto& [from, to] : kTexts) put_text(out, to, offence[from]);
  if (const Node wording = offence["wording"]; !wording.text().empty()) {
    v1::OffenceWording& said = *defendant.person->add_offence_wording();
    if (charge.sequence != 0) said.set_sequence(charge.sequence);
    put_text(said, "text", wording);
  }
  defendant.charges.push_back(std::move(charge));
  return defendant.charges.size() - 1;
}

void read_officer(const Node& from, Defendant& defendant) {
  const Node officer = from["policeOfficerInCase"];
  if (!officer) return;
  auto out = std::make_shared<v1::Practitioner>();
  static constexpr std::array<std::pair<const char*, const char*>, 6> kTexts = {{{"personDetails.title", "name.title"},
                                                                                  {"personDetails.firstName", "name.given"},
                                                                                  {"personDetails.lastName", "name.family"},
                                                                                  {"policeOfficerRank", "rank"},
                                                                                  {"policeWorkerReferenceNumber", "number"},
                                                                                  {"policeWorkerLocationCode", "team"}}};
  for (const auto& [name, path] : kTexts) put_text(*out, path, officer[name]);
  if (out->ByteSizeLong() == 0) return;
  out->set_task("officer in the case");
  defendant.officer = std::move(out);
}

}  // namespace

void read_offences(const Node& from, const Tables& tables, Defendant& defendant) {
  std::set<std::string> seen;
  for (const Charge& charge : defendant.charges) seen.insert(charge.id);
  for (const Node& offence : from.each("offences")) {
    if (const std::string id = offence.text("id"); !id.empty() && !seen.insert(id).second) continue;  // the same defendant twice
    const std::size_t charge = read_charge(offence, defendant);
    read_results(offence, "judicialResults", tables, defendant.results, charge);
  }
}

std::optional<std::size_t> charge_with(const Defendant& defendant, const std::string& id) {
  for (std::size_t at = 0; at < defendant.charges.size(); ++at) {
    if (!id.empty() && defendant.charges[at].id == id) return at;
  }
  return std::nullopt;
}

void read_charges(const std::vector<Node>& offences, Defendant& defendant) {
  for (const Node& offence : offences) {
    if (!charge_with(defendant, offence.text("id"))) read_charge(offence, defendant);
  }
}

void add_reference(v1::Person& person, const Node& defendant, const Node& also) {
  const std::string first = defendant.text("personDefendant.arrestSummonsNumber");
  const std::string second = also.text("prosecutionAuthorityReference");
  const auto normal = contract::asn(first) ? contract::asn(first) : contract::asn(second);
  const std::string& written = first.empty() ? second : first;
  if (!normal && written.empty()) return;
  v1::CaseReference& reference = *person.add_case_reference();
  reference.set_type(v1::REFERENCE_TYPE_ASN);
  reference.set_value(normal ? *normal : written);
  if (normal && *normal != written) reference.set_source_text(contract::asn(first) ? first : second);
}

void read_case(const Node& a_case, Defendant& defendant) {
  const Node identifier = a_case["prosecutionCaseIdentifier"];
  if (const std::string urn = identifier.text("caseURN"); !urn.empty()) {
    defendant.references.emplace_back("urn", urn);
  } else if (const std::string other = identifier.text("prosecutionAuthorityReference"); !other.empty()) {
    defendant.references.emplace_back("court_case", other);
  }
  defendant.markers_listed = a_case["caseMarkers"].is_there();
  for (const Node& marker : a_case.each("caseMarkers")) {
    if (marker.text("markerTypeCode").empty()) defendant.markers_listed = false;
    v1::WarningMarker out;
    put_text(out, "code", marker["markerTypeCode"]);
    put_text(out, "meaning", marker["markerTypeDescription"]);
    if (out.ByteSizeLong() > 0) *defendant.person->add_warning_marker() = std::move(out);
  }
  read_officer(a_case, defendant);
}

}  // namespace concordat::courts
