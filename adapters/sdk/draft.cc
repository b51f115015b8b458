// Drafts: people by role, relations between them, and their numbers.
#include "adapters/sdk/draft.h"

#include <google/protobuf/message.h>

#include <array>
#include <charconv>
#include <optional>

#include "adapters/sdk/path.h"
#include "concordat/v1/person.pb.h"
#include "proto/base/invariant.h"
#include "proto/contract/contract.h"

namespace concordat::sdk {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// Fields that name a person of the event by number, wherever they are.
constexpr std::array<std::string_view, 6> kNumbers = {"concordat.v1.Person.number",      "concordat.v1.Relationship.to", "concordat.v1.Offence.victim",
                                                      "concordat.v1.OffencePlace.person", "concordat.v1.Concern.about",   "concordat.v1.LinkedIdentifier.person"};

bool names_a_person(const FieldDescriptor& field) {
  for (const std::string_view name : kNumbers) {
    if (field.full_name() == name) return true;
  }
  return false;
}

void renumber_field(Message& message, const FieldDescriptor& field, const std::map<std::uint32_t, std::uint32_t>& number) {
  const Reflection& look = *message.GetReflection();
  if (!field.is_repeated()) {
    look.SetUInt32(&message, &field, number.at(look.GetUInt32(message, &field)));
    return;
  }
  for (int at = 0; at < look.FieldSize(message, &field); ++at) {
    look.SetRepeatedUInt32(&message, &field, at, number.at(look.GetRepeatedUInt32(message, &field, at)));
  }
}

}  // namespace

std::optional<PersonPath> person_path(std::string_view path) {
  const auto end = path.find_first_of(".[");
  const auto role = contract::named<contract::Role>(path.substr(0, end));
  if (!role || end == std::string_view::npos) return std::nullopt;
  PersonPath out{*role, 0, {}};
  path.remove_prefix(end);
  if (path.starts_with('[')) {
    const auto [after, error] = std::from_chars(path.data() + 1, path.data() + path.size(), out.index);
    path.remove_prefix(static_cast<std::size_t>(after - path.data()));
    if (error != std::errc() || !path.starts_with(']')) return std::nullopt;
    path.remove_prefix(1);
  }
  if (!path.starts_with('.')) return std::nullopt;
  out.rest = path.substr(1);
  return out;
}

Draft::Draft(contract::Kind kind) : event_(contract::new_event(kind)) { INVARIANT(event_ != nullptr, "only kinds that are built are drafted"); }
Draft::~Draft() = default;
Draft::Draft(Draft&&) noexcept = default;
Draft& Draft::operator=(Draft&&) noexcept = default;

v1::Person& Draft::person(contract::Role role, std::size_t index) {
  auto& person = people_[{role, index}];
  if (!person) person = std::make_unique<v1::Person>();
  return *person;
}

Result<int> Draft::set(std::string_view path, std::string_view text) {
  if (const auto of = person_path(path)) return set_path(person(of->role, of->index), of->rest, text);
  return set_path(*event_, path, text);
}

Result<int> Draft::relate(v1::Person& person, std::uint32_t victim, std::uint32_t perpetrator) {
  for (v1::Relationship& relationship : *person.mutable_relationship()) {
    if (relationship.has_to()) continue;
    const std::uint32_t to = person.number() == victim ? perpetrator : victim;
    if (to == 0) return fail(Fault::Malformed, code::kValue, "a relationship to nobody: the other person is not in the event");
    relationship.set_to(to);
  }
  return 0;
}

Result<std::unique_ptr<Message>> Draft::finish() {
  std::uint32_t number = 0, victims = 0, victim = 0, perpetrator = 0;
  for (auto& [key, person] : people_) {
    person->set_number(++number);
    person->add_role(static_cast<v1::Role>(key.first));
    if (key.first == contract::Role::Victim && ++victims == 1) victim = number;
    if (key.first == contract::Role::AllegedPerpetrator && perpetrator == 0) perpetrator = number;
  }
  for (auto& [key, person] : people_) {
    TRY_VOID(relate(*person, victim, perpetrator));
    for (v1::Offence& offence : *person->mutable_offence()) {
      if (offence.victim_size() == 0 && victims == 1 && person->number() != victim) offence.add_victim(victim);
    }
    const FieldDescriptor* people = event_->GetDescriptor()->FindFieldByNumber(1);
    event_->GetReflection()->AddAllocatedMessage(event_.get(), people, person.release());
  }
  people_.clear();
  return std::move(event_);
}

void renumber(Message& event, const std::map<std::uint32_t, std::uint32_t>& number) {
  const Reflection& look = *event.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  look.ListFields(event, &fields);
  for (const FieldDescriptor* field : fields) {
    if (names_a_person(*field)) renumber_field(event, *field, number);
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const int count = field->is_repeated() ? look.FieldSize(event, field) : 1;
    for (int at = 0; at < count; ++at) {
      renumber(field->is_repeated() ? *look.MutableRepeatedMessage(&event, field, at) : *look.MutableMessage(&event, field), number);
    }
  }
}

}  // namespace concordat::sdk
