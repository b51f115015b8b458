// The identifiers of an event: see identifiers.h.
#include <tuple>

#include "concordat/v1/link.pb.h"
#include "concordat/v1/person.pb.h"
#include "proto/contract/identifiers.h"
#include "proto/contract/reflect.h"

namespace concordat::contract {
namespace {

using Identifiers = std::vector<Identifier>;

void add(Identifiers& out, std::uint32_t person, IdentifierType type, std::optional<std::string> value) {
  if (!value || person > 0xffff) return;
  for (const Identifier& one : out) {
    if (std::tie(one.type, one.value) == std::tie(type, *value) && one.person == person) return;
  }
  out.push_back({static_cast<std::uint16_t>(person), type, std::move(*value)});
}

/// The one summons that a person's offences stand under; of several nobody can tell which offence is whose.
std::optional<std::string> summons_of(const v1::Person& person) {
  std::optional<std::string> found;
  for (const v1::CaseReference& reference : person.case_reference()) {
    if (reference.type() != v1::REFERENCE_TYPE_ASN) continue;
    const auto normal = asn(reference.value());
    if (found && normal != found) return std::nullopt;
    found = normal;
  }
  return found;
}

void of_person(const v1::Person& person, Identifiers& out) {
  const std::uint32_t number = person.number();
  if (person.nhs_number().tracing() != v1::TRACING_STATUS_TEMPORARY) {
    add(out, number, IdentifierType::NhsNumber, nhs_number(person.nhs_number().number()));
  }
  add(out, number, IdentifierType::Pnc, pnc(person.criminal_identifiers().pnc()));
  add(out, number, IdentifierType::Cro, cro(person.criminal_identifiers().cro()));
  add(out, number, IdentifierType::Noms, noms(person.custody_identifiers().noms()));
  add(out, number, IdentifierType::Crn, crn(person.custody_identifiers().crn()));
  for (const v1::CaseReference& reference : person.case_reference()) {
    if (reference.type() == v1::REFERENCE_TYPE_URN) add(out, 0, IdentifierType::Urn, urn(reference.value()));
  }
  const auto summons = summons_of(person);
  for (int i = 0; summons && i < person.offence_size(); ++i) {
    add(out, 0, IdentifierType::AsnOffence, asn_offence(*summons, person.offence(i).sequence()));
  }
}

void of_case(const Message& event, Identifiers& out) {
  const FieldDescriptor* field = event.GetDescriptor()->FindFieldByName("case_reference");
  const Reflection& look = *event.GetReflection();
  for (int i = 0; i < look.FieldSize(event, field); ++i) {
    const auto& reference = static_cast<const v1::CaseReference&>(look.GetRepeatedMessage(event, field, i));
    if (reference.type() == v1::REFERENCE_TYPE_URN) add(out, 0, IdentifierType::Urn, urn(reference.value()));
  }
}

void of_link(const v1::Link& link, Identifiers& out) {
  for (const v1::LinkedIdentifier& one : link.identifier()) {
    if (one.type() == v1::IDENTIFIER_TYPE_UNSPECIFIED || !v1::IdentifierType_IsValid(one.type())) continue;
    const auto type = static_cast<IdentifierType>(one.type());
    add(out, one.person(), type, normalise(type, one.value()));
  }
}

}  // namespace

std::vector<Identifier> identifiers_of(const Message& event) {
  Identifiers out;
  if (event.GetDescriptor()->options().GetExtension(v1::kind) == v1::KIND_UNSPECIFIED) return out;
  const FieldDescriptor* people = people_field(event);
  const Reflection& look = *event.GetReflection();
  of_case(event, out);
  for (int i = 0; i < look.FieldSize(event, people); ++i) {
    of_person(static_cast<const v1::Person&>(look.GetRepeatedMessage(event, people, i)), out);
  }
  if (const auto* link = google::protobuf::DynamicCastToGenerated<v1::Link>(&event)) of_link(*link, out);
  return out;
}

}  // namespace concordat::contract
