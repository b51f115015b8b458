// split: see contract.h.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "proto/contract/contract.h"
#include "proto/contract/derive.h"
#include "proto/contract/reflect.h"

namespace concordat::contract {
namespace {

using Fields = std::vector<const FieldDescriptor*>;

std::map<Item, Fields> by_item(const Message& message) {
  std::map<Item, Fields> items;
  for (const FieldDescriptor* field : fields_of(message)) {
    if (!is_header(*field)) items[item_of(*field)].push_back(field);
  }
  return items;
}

// Moves the elements of repeated messages out of `whole` into further parts, in order, once a part is full.
std::vector<std::unique_ptr<Message>> spill(Message& whole, const Fields& fields) {
  std::vector<std::unique_ptr<Message>> parts;
  std::size_t used = kPartBytes;
  for (const FieldDescriptor* field : fields) {
    if (!field->is_repeated() || field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const Reflection& look = *whole.GetReflection();
    for (int i = 0; i < look.FieldSize(whole, field); ++i) {
      Message* element = look.MutableRepeatedMessage(&whole, field, i);
      const std::size_t size = element->ByteSizeLong();
      if (used + size > kPartBytes) {
        parts.emplace_back(whole.New());
        used = 0;
      }
      used += size;
      element->GetReflection()->Swap(element, look.AddMessage(parts.back().get(), field));
    }
    look.ClearField(&whole, field);
  }
  return parts;
}

Result<bool> add(const Message& part, seal::Label label, Bytes facts, std::vector<seal::Plain>& out) {
  if (out.size() >= seal::kLeavesMax) return fail(Fault::Malformed, code::kLimit, "the event has more compartments than fit");
  seal::Plain plain{label, std::move(facts), {}};
  if (!part.SerializeToString(&plain.content) || plain.content.size() > kCompartmentBytesMax) {
    return fail(Fault::Malformed, code::kLimit, "a compartment is too large: item " + std::string(name_of(static_cast<Item>(label.item))));
  }
  out.push_back(std::move(plain));
  return true;
}

// One item of `from`: its fields are swapped out into a message of their own.
Result<bool> add_item(Message& from, Item item, const Fields& fields, seal::Label label, Instant happened, std::vector<seal::Plain>& out) {
  std::unique_ptr<Message> slice(from.New());
  from.GetReflection()->SwapFields(&from, slice.get(), fields);
  label.item = static_cast<std::uint16_t>(item);
  Bytes facts = encode_facts(derive_facts(item, *slice, happened));
  if (slice->ByteSizeLong() <= kPartBytes) return add(*slice, label, std::move(facts), out);
  auto parts = spill(*slice, fields);
  if (slice->ByteSizeLong() > 0) parts.insert(parts.begin(), std::move(slice));
  for (const auto& part : parts) {
    TRY_VOID(add(*part, label, std::exchange(facts, {}), out));
    ++label.part;
  }
  return true;
}

Result<bool> add_items(Message& from, const seal::Label& label, Instant happened, std::vector<seal::Plain>& out) {
  for (const auto& [item, fields] : by_item(from)) {
    TRY_VOID(add_item(from, item, fields, label, happened, out));
  }
  return true;
}

Result<std::uint8_t> roles_of(const v1::Person& person) {
  std::uint8_t roles = 0;
  for (const int role : person.role()) {
    const std::uint8_t mask = bit(static_cast<Role>(role));
    if ((roles & mask) != 0) return fail(Fault::Malformed, code::kValue, "a person has a role twice");
    roles = static_cast<std::uint8_t>(roles | mask);
  }
  if (roles == 0) return fail(Fault::Malformed, code::kValue, "a person has no role");
  return roles;
}

Result<bool> add_person(v1::Person& person, std::set<std::uint32_t>& seen, Instant happened, std::vector<seal::Plain>& out) {
  const std::uint32_t number = person.number();
  if (number == 0 || number > 0xffff) return fail(Fault::Malformed, code::kValue, "a person's number is not 1 to 65535");
  if (!seen.insert(number).second) return fail(Fault::Malformed, code::kValue, "two people have one number");
  TRY(const std::uint8_t roles, roles_of(person));
  const std::size_t before = out.size();
  TRY_VOID(add_items(person, {static_cast<std::uint16_t>(number), roles, 0, 0}, happened, out));
  if (out.size() == before) return fail(Fault::Malformed, code::kValue, "nothing is said of a person");
  return true;
}

}  // namespace

Result<std::vector<seal::Plain>> split(const Message& event, Instant happened) {
  if (!is_built(kind_of(event))) return fail(Fault::Malformed, code::kField, "the message is not an event");
  const std::unique_ptr<Message> copy(event.New());
  copy->CopyFrom(event);
  const FieldDescriptor* people = people_field(*copy);
  const Reflection& look = *copy->GetReflection();
  if (look.FieldSize(*copy, people) > static_cast<int>(kPeopleMax)) return fail(Fault::Malformed, code::kLimit, "the event has too many people");
  TRY_VOID(check_content(*copy));
  std::vector<seal::Plain> out;
  TRY_VOID(add_items(*copy, {}, happened, out));
  std::set<std::uint32_t> seen;
  for (int i = 0; i < look.FieldSize(*copy, people); ++i) {
    TRY_VOID(add_person(static_cast<v1::Person&>(*look.MutableRepeatedMessage(copy.get(), people, i)), seen, happened, out));
  }
  std::sort(out.begin(), out.end(), [](const seal::Plain& a, const seal::Plain& b) { return a.label < b.label; });
  return out;
}

Result<FactSet> facts_of(std::span<const FactEntry> event_facts, std::span<const seal::Plain> plains) {
  std::vector<seal::Label> labels;
  std::vector<Bytes> facts;
  for (const seal::Plain& plain : plains) {
    labels.push_back(plain.label);
    facts.push_back(plain.facts);
  }
  return collect_facts(event_facts, labels, facts);
}

}  // namespace concordat::contract
