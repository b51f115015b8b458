// join and check_facts: see contract.h.
#include <algorithm>
#include <tuple>

#include "proto/contract/contract.h"
#include "proto/contract/derive.h"
#include "proto/contract/reflect.h"
#include "proto/contract/shape.h"

namespace concordat::contract {
namespace {

auto bad_label(const char* why) { return fail(Fault::Malformed, code::kLabel, why); }

// By place, so that parts follow each other and a repeated place is beside itself, whatever its roles.
bool earlier(const seal::Plain* a, const seal::Plain* b) {
  return std::tuple(a->label.person, a->label.item, a->label.part) <
         std::tuple(b->label.person, b->label.item, b->label.part);
}

Result<bool> check_label(const seal::Label& label) {
  if (!numbered<Item>(label.item)) return bad_label("an item is unknown");
  if ((label.roles & ~kRolesMask) != 0) return bad_label("a role is unknown");
  if ((label.person == 0) != (label.roles == 0)) return bad_label("a person needs a role and the case has none");
  return true;
}

Result<std::vector<const seal::Plain*>> in_order(std::span<const seal::Plain> opened) {
  if (opened.size() > seal::kLeavesMax)
    return fail(Fault::Malformed, code::kLimit, "more compartments than an event may have");
  std::vector<const seal::Plain*> order;
  for (const seal::Plain& plain : opened) {
    TRY_VOID(check_label(plain.label));
    order.push_back(&plain);
  }
  std::sort(order.begin(), order.end(), earlier);
  for (std::size_t i = 1; i < order.size(); ++i) {
    const seal::Label& before = order[i - 1]->label;
    const seal::Label& label = order[i]->label;
    if (!earlier(order[i - 1], order[i])) return bad_label("a label is repeated");
    if (before.person == label.person && before.roles != label.roles)
      return bad_label("a person has different roles in two labels");
  }
  return order;
}

Result<bool> check_content(const seal::Plain& plain, const MessageShape& shape) {
  return check_compartment(plain.content, plain.label.person != 0 ? person_shape() : shape, plain.label);
}

void set_header(v1::Person& person, const seal::Label& label) {
  person.set_number(label.person);
  for (const Word& role : words<Role>()) {
    if ((label.roles & bit(static_cast<Role>(role.number))) != 0) person.add_role(static_cast<v1::Role>(role.number));
  }
}

// Where the content of a label goes: the case, or the last person, made when the label is the first of a new one.
Message& place_of(const seal::Label& label, Message& event) {
  if (label.person == 0) return event;
  const FieldDescriptor* people = people_field(event);
  const Reflection& look = *event.GetReflection();
  const int count = look.FieldSize(event, people);
  if (count > 0) {
    auto& last = static_cast<v1::Person&>(*look.MutableRepeatedMessage(&event, people, count - 1));
    if (last.number() == label.person) return last;
  }
  auto& person = static_cast<v1::Person&>(*look.AddMessage(&event, people));
  set_header(person, label);
  return person;
}

auto bad_content(const seal::Label& label) {
  return fail(Fault::Malformed, code::kField,
              "not a message of the schema: item " + std::string(name_of(static_cast<Item>(label.item))));
}

bool has_facts(Item item) {
  return std::any_of(kFacts.begin(), kFacts.end(), [&](const FactInfo& row) { return row.item == item; });
}

// What follows from a compartment alone; only items with facts are parsed.
Result<std::vector<FactEntry>> derived_from(Kind kind, const seal::Plain& plain, Instant happened) {
  const auto item = static_cast<Item>(plain.label.item);
  if (plain.label.part != 0 || !has_facts(item)) return std::vector<FactEntry>{};
  if (plain.label.person != 0) {
    v1::Person person;
    if (!person.ParseFromString(plain.content)) return bad_content(plain.label);
    return derive_facts(item, person, happened);
  }
  const std::unique_ptr<Message> event = new_event(kind);
  if (!event->ParseFromString(plain.content)) return bad_content(plain.label);
  return derive_facts(item, *event, happened);
}

std::string differing(const std::vector<FactEntry>& stated, const std::vector<FactEntry>& derived) {
  FactVector a{};
  FactVector b{};
  for (const FactEntry& entry : stated) a[static_cast<std::size_t>(entry.fact)] = entry.value;
  for (const FactEntry& entry : derived) b[static_cast<std::size_t>(entry.fact)] = entry.value;
  std::string numbers;
  for (std::size_t i = 0; i < kFactNumbers; ++i) {
    if (a[i] != b[i]) numbers.append(numbers.empty() ? "" : ", ").append(std::to_string(i));
  }
  return numbers;
}

}  // namespace

Result<std::unique_ptr<Message>> join(Kind kind, std::span<const seal::Plain> opened) {
  const MessageShape* shape = case_shape(kind);
  if (shape == nullptr) return fail(Fault::Malformed, code::kField, "the kind is not built here");
  std::unique_ptr<Message> event = new_event(kind);
  TRY(const auto order, in_order(opened));
  for (const seal::Plain* plain : order) {
    TRY_VOID(check_content(*plain, *shape));
    if (!place_of(plain->label, *event).MergeFromString(plain->content)) return bad_content(plain->label);
  }
  if (event->GetReflection()->FieldSize(*event, people_field(*event)) > static_cast<int>(kPeopleMax)) {
    return fail(Fault::Malformed, code::kLimit, "the event has too many people");
  }
  return event;
}

Result<bool> check_facts(Kind kind, std::span<const seal::Plain> opened, Instant happened) {
  const MessageShape* shape = case_shape(kind);
  if (shape == nullptr) return fail(Fault::Malformed, code::kField, "the kind is not built here");
  TRY_VOID(in_order(opened));
  std::string numbers;
  for (const seal::Plain& plain : opened) {
    TRY_VOID(check_content(plain, *shape));
    TRY(const std::vector<FactEntry> stated, decode_facts(plain.facts));
    TRY(const std::vector<FactEntry> derived, derived_from(kind, plain, happened));
    const std::string some = differing(stated, derived);
    if (!some.empty()) numbers.append(numbers.empty() ? "" : ", ").append(some);
  }
  if (!numbers.empty()) return fail(Fault::Malformed, code::kMismatch, "fact " + numbers);
  return true;
}

}  // namespace concordat::contract
