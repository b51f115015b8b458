// Events as JSON for people to read: see render.h.
#include "proto/contract/render.h"

#include <map>

#include "proto/base/time.h"
#include "proto/contract/reflect.h"
#include "proto/contract/utf8.h"

namespace concordat::contract {
namespace {

constexpr std::string_view kInstantSuffix = "_utc_ms";

// JUDGEMENT_REASON_EXTREME_FEAR of JudgementReason: "extreme_fear".
std::string word_of(const google::protobuf::EnumValueDescriptor& value) {
  std::size_t prefix = 1;
  for (const char c : value.type()->name()) prefix += c >= 'A' && c <= 'Z' ? 2 : 1;
  std::string word = value.name().substr(prefix - 1);
  for (char& c : word) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return word;
}

bool is_instant(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_INT64 && field.name().ends_with(kInstantSuffix);
}

std::string name_of_field(const FieldDescriptor& field) {
  const std::string& name = field.name();
  return is_instant(field) ? name.substr(0, name.size() - kInstantSuffix.size()) : name;
}

std::string object_of(const Message& message);

std::string text_of(const FieldDescriptor& field, const std::string& text) {
  return json_text(field.type() == FieldDescriptor::TYPE_BYTES ? to_hex(text) : text);
}

std::string enum_text(const FieldDescriptor& field, int number) {
  const auto* value = field.enum_type()->FindValueByNumber(number);
  return value == nullptr ? std::to_string(number) : json_text(word_of(*value));
}

std::string one_of_many(const Message& message, const FieldDescriptor& field, int i) {
  const Reflection& look = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return object_of(look.GetRepeatedMessage(message, &field, i));
    case FieldDescriptor::CPPTYPE_ENUM:
      return enum_text(field, look.GetRepeatedEnumValue(message, &field, i));
    case FieldDescriptor::CPPTYPE_UINT32:
      return std::to_string(look.GetRepeatedUInt32(message, &field, i));
    case FieldDescriptor::CPPTYPE_STRING:
      return text_of(field, look.GetRepeatedString(message, &field, i));
    default:
      return "null";
  }
}

std::string single(const Message& message, const FieldDescriptor& field) {
  const Reflection& look = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return object_of(look.GetMessage(message, &field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return enum_text(field, look.GetEnumValue(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return look.GetBool(message, &field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_UINT32:
      return std::to_string(look.GetUInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64: {
      const std::int64_t value = look.GetInt64(message, &field);
      return is_instant(field) ? json_text(to_text(instant_of(value))) : std::to_string(value);
    }
    case FieldDescriptor::CPPTYPE_STRING:
      return text_of(field, look.GetString(message, &field));
    default:
      return "null";
  }
}

std::string value_of(const Message& message, const FieldDescriptor& field) {
  if (!field.is_repeated()) return single(message, field);
  std::string list;
  for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i) {
    list.append(list.empty() ? "" : ",").append(one_of_many(message, field, i));
  }
  return "[" + list + "]";
}

void add_member(std::string& members, std::string_view name, const std::string& value) {
  members.append(members.empty() ? "" : ",").append(json_text(name)).append(":").append(value);
}

std::string braced(const std::string& members) {
  std::string out = "{";
  return out.append(members).append("}");
}

std::string object_of(const Message& message) {
  std::string members;
  for (const FieldDescriptor* field : fields_of(message))
    add_member(members, name_of_field(*field), value_of(message, *field));
  return braced(members);
}

// Items by name, each with its fields by name.
std::string items_of(const Message& message) {
  std::map<Item, std::vector<const FieldDescriptor*>> items;
  for (const FieldDescriptor* field : fields_of(message)) {
    if (!is_header(*field)) items[item_of(*field)].push_back(field);
  }
  std::string members;
  for (const auto& [item, fields] : items) {
    std::string inside;
    for (const FieldDescriptor* field : fields) add_member(inside, field->name(), value_of(message, *field));
    add_member(members, name_of(item), braced(inside));
  }
  return braced(members);
}

std::string roles_of(const v1::Person& person) {
  std::string roles;
  for (const int role : person.role())
    roles.append(roles.empty() ? "" : ",").append(json_text(name_of(static_cast<Role>(role))));
  return roles;
}

std::string members_of(const FactVector& values) {
  std::string members;
  for (const FactInfo& row : kFacts) {
    const FactValue value = values[static_cast<std::size_t>(row.fact)];
    if (value != kUnknown) add_member(members, row.name, json_text(value_text(row.fact, value)));
  }
  return braced(members);
}

void append_escaped(std::string& out, std::string_view sequence) {
  const char c = sequence[0];
  if (c == '"' || c == '\\') {
    out.append(1, '\\').append(1, c);
  } else if (c == '\n') {
    out.append("\\n");
  } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
    out.append("\\u00").append(to_hex(sequence));
  } else {
    out.append(sequence);
  }
}

}  // namespace

std::string render_people(const Message& event) {
  const FieldDescriptor* people = people_field(event);
  const Reflection& look = *event.GetReflection();
  std::string list;
  for (int i = 0; i < look.FieldSize(event, people); ++i) {
    const auto& person = static_cast<const v1::Person&>(look.GetRepeatedMessage(event, people, i));
    list.append(list.empty() ? "" : ",").append("{\"person\":").append(std::to_string(person.number()));
    list.append(",\"roles\":[").append(roles_of(person)).append("],\"items\":").append(items_of(person)).append("}");
  }
  return "[" + list + "]";
}

std::string render_case(const Message& event) { return items_of(event); }

std::string render_facts(const FactSet& facts) {
  std::string people;
  for (const PersonFacts& person : facts.people)
    add_member(people, std::to_string(person.person), members_of(person.values));
  std::string members;
  add_member(members, "event", members_of(facts.event));
  add_member(members, "people", braced(people));
  return braced(members);
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t size = utf8_sequence(text);
    if (size == 0) {
      out.append("\xef\xbf\xbd");
    } else {
      append_escaped(out, text.substr(0, size));
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return out.append("\"");
}

}  // namespace concordat::contract
