// The rules of the schema as a walk over its descriptors: see walk.h.
#include "proto/contract/walk.h"

#include <map>
#include <set>

#include "concordat/v1/vocabulary.pb.h"

namespace concordat::contract {
namespace {

namespace pb = google::protobuf;
using pb::Descriptor;
using pb::EnumDescriptor;
using pb::FieldDescriptor;

v1::Item item_of(const FieldDescriptor& field) { return field.options().GetExtension(v1::item); }
bool is_header(const FieldDescriptor& field) { return field.options().GetExtension(v1::header); }
bool is_message(const FieldDescriptor& field) { return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE; }
v1::Kind kind_of(const Descriptor& message) { return message.options().GetExtension(v1::kind); }

// Where a nested field is: the item and scope of its outermost field.
struct Place {
  v1::Item item = v1::ITEM_UNSPECIFIED;
  v1::FactScope scope = v1::FACT_SCOPE_UNSPECIFIED;
  bool repeated = false;
  std::vector<const Descriptor*> inside;
};

class Walk {
 public:
  std::vector<std::string> run(const Files& files) {
    if (!find_vocabulary(files)) return {"vocabulary.proto: Item, Fact or Role is not there"};
    for (const pb::FileDescriptor* file : files) {
      for (int i = 0; i < file->message_type_count(); ++i) {
        if (kind_of(*file->message_type(i)) != v1::KIND_UNSPECIFIED) kind(*file->message_type(i));
      }
      if (!file->options().cc_enable_arenas()) say(file->name(), "arena: set cc_enable_arenas");
    }
    vocabulary();
    return complaints_;
  }

 private:
  void say(const std::string& where, const std::string& what) { complaints_.push_back(where + ": " + what); }
  void say(const FieldDescriptor& field, const std::string& what) {
    say(field.containing_type()->name() + "." + field.name(), what);
  }

  bool find_vocabulary(const Files& files) {
    for (const pb::FileDescriptor* file : files) {
      if (const EnumDescriptor* items = file->FindEnumTypeByName("Item")) items_ = items;
      if (const EnumDescriptor* facts = file->FindEnumTypeByName("Fact")) facts_ = facts;
      if (const EnumDescriptor* roles = file->FindEnumTypeByName("Role")) roles_ = roles;
    }
    return items_ != nullptr && facts_ != nullptr && roles_ != nullptr;
  }

  void kind(const Descriptor& message) {
    if (!kinds_.insert(kind_of(message)).second) say(message.name(), "frame: another message has this kind");
    frame(message);
    outermost(message, v1::FACT_SCOPE_EVENT);
    const FieldDescriptor* people = message.FindFieldByNumber(1);
    if (people != nullptr && is_message(*people) && walked_.insert(people->message_type()).second) {
      outermost(*people->message_type(), v1::FACT_SCOPE_PERSON);
    }
  }

  void frame(const Descriptor& message) {
    static const std::map<int, std::string> kFrame = {
        {1, "person"}, {2, "case_reference"}, {3, "narrative"}, {4, "practitioner"}};
    for (const auto& [number, name] : kFrame) {
      const FieldDescriptor* field = message.FindFieldByNumber(number);
      if (field == nullptr || field->name() != name)
        say(message.name(), "frame: field " + std::to_string(number) + " is " + name);
    }
  }

  // The fields that carry items: of a kind, or of a person.
  void outermost(const Descriptor& message, v1::FactScope scope) {
    oneofs(message);
    for (int i = 0; i < message.field_count(); ++i) {
      const FieldDescriptor& field = *message.field(i);
      if (is_header(field) == (item_of(field) != v1::ITEM_UNSPECIFIED))
        say(field, "header-or-item: give it an item, or mark it as header");
      if (is_header(field) && !may_be_header(field))
        say(field, "frame: only people, and a person's number and role, are headers");
      Place place{item_of(field), scope, field.is_repeated(), {&message}};
      shape(field);
      facts(field, place);
      if (!is_header(field)) nested(field, place);
    }
  }

  static bool may_be_header(const FieldDescriptor& field) {
    const std::string& holder = field.containing_type()->name();
    if (is_message(field)) return field.is_repeated() && field.message_type()->name() == "Person";
    return holder == "Person" && (field.name() == "number" || field.name() == "role");
  }

  void nested(const FieldDescriptor& outer, const Place& place) {
    if (!is_message(outer) || outer.is_map()) return;
    const Descriptor& message = *outer.message_type();
    for (const Descriptor* above : place.inside) {
      if (above == &message) return say(outer, "type: a message contains itself");
    }
    Place here = place;
    here.inside.push_back(&message);
    for (int i = 0; i < message.field_count(); ++i) {
      const FieldDescriptor& field = *message.field(i);
      if (is_header(field) || item_of(field) != v1::ITEM_UNSPECIFIED)
        say(field, "header-or-item: a nested field inherits; it sets none");
      Place inner = here;
      inner.repeated = inner.repeated || field.is_repeated();
      if (walked_fields_.insert(&field).second) shape(field);
      facts(field, inner);
      nested(field, inner);
    }
  }

  void shape(const FieldDescriptor& field) {
    if (field.is_map()) return say(field, "no-map: use a repeated message");
    if (field.number() > 63) say(field, "numbers: fields go to 63");
    if (!field.is_repeated() && !is_message(field) && !field.has_presence()) say(field, "presence: make it optional");
    switch (field.type()) {
      case FieldDescriptor::TYPE_ENUM:
        return enumeration(*field.enum_type());
      case FieldDescriptor::TYPE_INT64:
        if (!field.name().ends_with("_utc_ms")) say(field, "type: int64 is for times and ends in _utc_ms");
        return;
      case FieldDescriptor::TYPE_STRING:
      case FieldDescriptor::TYPE_BYTES:
      case FieldDescriptor::TYPE_BOOL:
      case FieldDescriptor::TYPE_UINT32:
      case FieldDescriptor::TYPE_MESSAGE:
        return;
      default:
        return say(field, "type: not one of those that the contract uses");
    }
  }

  void oneofs(const Descriptor& message) {
    for (int i = 0; i < message.real_oneof_decl_count(); ++i) {
      const pb::OneofDescriptor& oneof = *message.oneof_decl(i);
      for (int n = 1; n < oneof.field_count(); ++n) {
        if (item_of(*oneof.field(n)) != item_of(*oneof.field(0)))
          say(*oneof.field(n), "oneof: its members have different items");
      }
    }
  }

  void enumeration(const EnumDescriptor& type) {
    if (!walked_enums_.insert(&type).second) return;
    std::string prefix;
    for (const char c : type.name()) {
      if (c >= 'A' && c <= 'Z' && !prefix.empty()) prefix += '_';
      prefix += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    prefix += '_';
    if (type.value(0)->number() != 0 || type.value(0)->name() != prefix + "UNSPECIFIED") {
      say(type.name(), "enum-zero: value 0 is " + prefix + "UNSPECIFIED");
    }
    if (type.value(type.value_count() - 1)->number() > 63) say(type.name(), "numbers: values go to 63");
    for (int i = 1; i < type.value_count(); ++i) {
      if (type.value(i)->name().rfind(prefix, 0) != 0) say(type.value(i)->name(), "enum-zero: begins with " + prefix);
      if (type.value(i)->number() <= type.value(i - 1)->number()) say(type.value(i)->name(), "enum-zero: numbers rise");
    }
  }

  void facts(const FieldDescriptor& field, const Place& place) {
    for (int i = 0; i < field.options().ExtensionSize(v1::fact); ++i) {
      const pb::EnumValueDescriptor* fact = facts_->FindValueByNumber(field.options().GetExtension(v1::fact, i));
      const v1::FactOptions& options = fact->options().GetExtension(v1::of_fact);
      if (options.item() != place.item) say(field, "fact: " + fact->name() + " is of another item");
      if (options.scope() != place.scope) say(field, "fact: " + fact->name() + " is of another scope");
      if (place.repeated) say(field, "fact: " + fact->name() + " may not come from a repeated field");
      sourced_.insert(fact->number());
    }
  }

  void vocabulary() {
    for (int i = 0; i < items_->file()->enum_type_count(); ++i) enumeration(*items_->file()->enum_type(i));
    if (roles_->value(roles_->value_count() - 1)->number() > 8) say("Role", "numbers: a label has room for 8 roles");
    for (int i = 1; i < items_->value_count(); ++i) item(*items_->value(i));
    for (int i = 1; i < facts_->value_count(); ++i) {
      const pb::EnumValueDescriptor& value = *facts_->value(i);
      const bool own = value.options().GetExtension(v1::of_fact).item() == v1::ITEM_UNSPECIFIED;
      const bool sourced = sourced_.count(value.number()) > 0;
      if (own == sourced) say(value.name(), own ? "fact: has a source and no item" : "fact: no field is its source");
    }
  }

  void item(const pb::EnumValueDescriptor& value) {
    const v1::ItemOptions& options = value.options().GetExtension(v1::of_item);
    const std::set<int> classes(options.law_class().begin(), options.law_class().end());
    if (classes.empty() || classes.count(v1::LAW_CLASS_UNSPECIFIED) > 0)
      say(value.name(), "item: needs a class in law");
    if (options.free_text() && (classes.size() < 3 || !options.reveals_whereabouts()))
      say(value.name(), "item: free text has all classes");
  }

  std::vector<std::string> complaints_;
  std::set<v1::Kind> kinds_;
  const EnumDescriptor* items_ = nullptr;
  const EnumDescriptor* facts_ = nullptr;
  const EnumDescriptor* roles_ = nullptr;
  std::set<int> sourced_;
  std::set<const Descriptor*> walked_;
  std::set<const FieldDescriptor*> walked_fields_;
  std::set<const EnumDescriptor*> walked_enums_;
};

}  // namespace

std::vector<std::string> walk(const Files& files) { return Walk().run(files); }

}  // namespace concordat::contract
