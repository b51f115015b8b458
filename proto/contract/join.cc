// join and check_facts: see contract.h.
#include <algorithm>
#include <tuple>

#include "proto/contract/contract.h"
#include "proto/contract/derive.h"
#include "proto/contract/reflect.h"

namespace concordat::contract {
namespace {

auto bad_label(const char* why) { return fail(Fault::Malformed, code::kLabel, why); }

std::string where(const seal::Label& label) {
  return std::string(name_of(static_cast<Item>(label.item))) + (label.person == 0 ? " of the case" : " of a person");
}

// By place, so that parts follow each other and a repeated place is beside itself, whatever its roles.
bool earlier(const seal::Plain* a, const seal::Plain* b) {
  return std::tuple(a->label.person, a->label.item, a->label.part) < std::tuple(b->label.person, b->label.item, b->label.part);
}

Result<bool> check_label(const seal::Label& label) {
  if (!numbered<Item>(label.item)) return bad_label("an item is unknown");
  if ((label.roles & ~kRolesMask) != 0) return bad_label("a role is unknown");
  if ((label.person == 0) != (label.roles == 0)) return bad_label("a person needs a role and the case has none");
  return true;
}

Result<std::vector<const seal::Plain*>> in_order(std::span<const seal::Plain> opened) {
  if (opened.size() > seal::kLeavesMax) return fail(Fault::Malformed, code::kLimit, "more compartments than an event may have");
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
    if (before.person == label.person && before.roles != label.roles) return bad_label("a person has different roles in two labels");
  }
  return order;
}

Result<bool> check_items(const Message& content, const seal::Label& label) {
  for (const FieldDescriptor* field : fields_of(content)) {
    if (is_header(*field) || item_of(*field) != static_cast<Item>(label.item)) {
      return fail(Fault::Malformed, code::kField, field->name() + " does not belong to item " + where(label));
    }
    if (label.part != 0 && !field->is_repeated()) {
      return fail(Fault::Malformed, code::kField, field->name() + " may stand in part 0 only: item " + where(label));
    }
  }
  return true;
}

// The content as a message by itself: a Person, or a message of the kind.
Result<std::unique_ptr<Message>> parse(Kind kind, const seal::Plain& plain) {
  std::unique_ptr<Message> content = plain.label.person != 0 ? std::make_unique<v1::Person>() : new_event(kind);
  if (content == nullptr) return fail(Fault::Malformed, code::kField, "the kind is not built here");
  if (plain.content.size() > kCompartmentBytesMax) return fail(Fault::Malformed, code::kLimit, "a compartment is too large: item " + where(plain.label));
  if (!content->ParseFromString(plain.content)) return fail(Fault::Malformed, code::kField, "not a message of the schema: item " + where(plain.label));
  TRY_VOID(check_items(*content, plain.label));
  TRY_VOID(check_content(*content));
  return content;
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

std::string differing(const std::vector<FactEntry>& stated, const std::vector<FactEntry>& derived) {
  FactVector a{};
  FactVector b{};
  for (const FactEntry& entry : stated) a[static_cast<std::size_t>(entry.fact)] = entry.value;
  for (const FactEntry& entry : derived) b[static_cast<std::size_t>(entry.fact)] = entry.value;
  std::string numbers;
  for (std::size_t i = 0; i < kFactNumbers; ++i) {
    if (a[i] != b[i]) numbers += (numbers.empty() ? "" : ", ") + std::to_string(i);
  }
  return numbers;
}

}  // namespace

Result<std::unique_ptr<Message>> join(Kind kind, std::span<const seal::Plain> opened) {
  std::unique_ptr<Message> event = new_event(kind);
  if (event == nullptr) return fail(Fault::Malformed, code::kField, "the kind is not built here");
  TRY(const auto order, in_order(opened));
  for (const seal::Plain* plain : order) {
    TRY(const std::unique_ptr<Message> content, parse(kind, *plain));
    place_of(plain->label, *event).MergeFrom(*content);
  }
  if (event->GetReflection()->FieldSize(*event, people_field(*event)) > static_cast<int>(kPeopleMax)) {
    return fail(Fault::Malformed, code::kLimit, "the event has too many people");
  }
  return event;
}

Result<bool> check_facts(Kind kind, std::span<const seal::Plain> opened, Instant happened) {
  TRY_VOID(in_order(opened));
  std::string numbers;
  for (const seal::Plain& plain : opened) {
    TRY(const std::unique_ptr<Message> content, parse(kind, plain));
    TRY(const std::vector<FactEntry> stated, decode_facts(plain.facts));
    std::vector<FactEntry> derived;
    if (plain.label.part == 0) derived = derive_facts(static_cast<Item>(plain.label.item), *content, happened);
    const std::string some = differing(stated, derived);
    if (!some.empty()) numbers += (numbers.empty() ? "" : ", ") + some;
  }
  if (!numbers.empty()) return fail(Fault::Malformed, code::kMismatch, "fact " + numbers);
  return true;
}

}  // namespace concordat::contract
