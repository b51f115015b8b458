// split: see contract.h. The event is serialised once and cut where one item's fields end: fields are written in number
// order, each with its tag, so the pieces of an item are a message by themselves.
#include <algorithm>
#include <array>
#include <set>

#include "proto/contract/contract.h"
#include "proto/contract/derive.h"
#include "proto/contract/reflect.h"
#include "proto/contract/shape.h"

namespace concordat::contract {
namespace {

// The fields of one item of a person or case, as they are written.
struct Pieces {
  Item item{};
  Bytes singular;
  std::vector<ByteView> repeated;
  std::size_t bytes = 0;
};

// One event on its way: where compartments go, and what each of them needs to know.
struct Splitting {
  Instant happened;
  std::vector<seal::Plain> out;
};

Pieces& pieces_of(Item item, std::vector<Pieces>& items) {
  for (Pieces& pieces : items) {
    if (pieces.item == item) return pieces;
  }
  items.push_back({item, {}, {}, 0});
  return items.back();
}

Result<std::vector<Pieces>> cut(ByteView message, const MessageShape& shape) {
  std::vector<Pieces> items;
  std::array<std::size_t, 64> counts{};
  Scan scan(message);
  while (const auto field = scan.next()) {
    const FieldShape* row = known(shape, field->number);
    if (row == nullptr)
      return fail(Fault::Malformed, code::kField,
                  std::string(shape.name) + " holds a field that the schema does not know");
    if (row->header) continue;
    if (++counts[field->number] > kRepeatedMax)
      return fail(Fault::Malformed, code::kLimit, std::string(row->name) + " has too many elements");
    Pieces& pieces = pieces_of(row->item, items);
    if (row->repeated) {
      pieces.repeated.push_back(field->whole);
    } else {
      pieces.singular.append(field->whole);
    }
    pieces.bytes += field->whole.size();
  }
  return items;
}

// Part 0 has the singular fields; a repeated one goes to a further part once a part is full.
std::vector<Bytes> parts_of(Pieces& pieces) {
  std::vector<Bytes> parts;
  parts.push_back(std::move(pieces.singular));
  parts.back().reserve(std::min(pieces.bytes, kPartBytes));
  for (const ByteView element : pieces.repeated) {
    if (!parts.back().empty() && parts.back().size() + element.size() > kPartBytes) parts.emplace_back();
    parts.back().append(element);
  }
  return parts;
}

Result<bool> add_item(Pieces& pieces, const MessageShape& shape, const Message& from, seal::Label label,
                      Splitting& splitting) {
  label.item = static_cast<std::uint16_t>(pieces.item);
  Bytes facts = encode_facts(derive_facts(pieces.item, from, splitting.happened));
  for (Bytes& content : parts_of(pieces)) {
    if (splitting.out.size() >= seal::kLeavesMax)
      return fail(Fault::Malformed, code::kLimit, "the event has more compartments than fit");
    TRY_VOID(check_compartment(content, shape, label));
    splitting.out.push_back({label, std::move(facts), std::move(content)});
    facts.clear();
    ++label.part;
  }
  return true;
}

Result<bool> add_items(ByteView bytes, const MessageShape& shape, const Message& from, const seal::Label& label,
                       Splitting& splitting) {
  TRY(std::vector<Pieces> items, cut(bytes, shape));
  if (items.empty() && label.person != 0) return fail(Fault::Malformed, code::kValue, "nothing is said of a person");
  for (Pieces& pieces : items) {
    TRY_VOID(add_item(pieces, shape, from, label, splitting));
  }
  return true;
}

Result<std::uint8_t> roles_of(const v1::Person& person) {
  std::uint8_t roles = 0;
  for (const int number : person.role()) {
    const auto role = numbered<Role>(static_cast<std::uint32_t>(number));
    if (!role) return fail(Fault::Malformed, code::kValue, "a person has an unknown role");
    if ((roles & bit(*role)) != 0) return fail(Fault::Malformed, code::kValue, "a person has a role twice");
    roles = static_cast<std::uint8_t>(roles | bit(*role));
  }
  if (roles == 0) return fail(Fault::Malformed, code::kValue, "a person has no role");
  return roles;
}

Result<bool> add_person(const v1::Person& person, std::set<std::uint32_t>& seen, Splitting& splitting) {
  const std::uint32_t number = person.number();
  if (number == 0 || number > 0xffff)
    return fail(Fault::Malformed, code::kValue, "a person's number is not 1 to 65535");
  if (!seen.insert(number).second) return fail(Fault::Malformed, code::kValue, "two people have one number");
  TRY(const std::uint8_t roles, roles_of(person));
  return add_items(person.SerializeAsString(), person_shape(), person,
                   {static_cast<std::uint16_t>(number), roles, 0, 0}, splitting);
}

}  // namespace

Result<std::vector<seal::Plain>> split(const Message& event, Instant happened) {
  const MessageShape* shape = case_shape(kind_of(event));
  if (shape == nullptr) return fail(Fault::Malformed, code::kField, "the message is not an event");
  const FieldDescriptor* people = people_field(event);
  const Reflection& look = *event.GetReflection();
  const int count = look.FieldSize(event, people);
  if (count > static_cast<int>(kPeopleMax))
    return fail(Fault::Malformed, code::kLimit, "the event has too many people");
  Splitting splitting{happened, {}};
  TRY_VOID(add_items(event.SerializeAsString(), *shape, event, {}, splitting));
  std::set<std::uint32_t> seen;
  for (int i = 0; i < count; ++i) {
    TRY_VOID(add_person(static_cast<const v1::Person&>(look.GetRepeatedMessage(event, people, i)), seen, splitting));
  }
  std::sort(splitting.out.begin(), splitting.out.end(),
            [](const seal::Plain& a, const seal::Plain& b) { return a.label < b.label; });
  return std::move(splitting.out);
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
