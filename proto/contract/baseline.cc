// The baseline of the schema, and reading the schema from source: see walk.h.
#include <algorithm>
#include <fstream>

#include "concordat/v1/vocabulary.pb.h"
#include "proto/contract/walk.h"

namespace concordat::contract {
namespace {

namespace pb = google::protobuf;
using pb::FieldDescriptor;
using Lines = std::vector<std::string>;

std::string type_of(const FieldDescriptor& field) {
  if (field.is_map()) return "map";
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) return field.message_type()->full_name();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) return field.enum_type()->full_name();
  return field.type_name();
}

std::string label_of(const FieldDescriptor& field) {
  if (field.is_repeated()) return "repeated";
  return field.has_optional_keyword() ? "optional" : "singular";
}

// The number goes before the name of a type, so that the line of one number is one line whatever else changes.
void add_field(const FieldDescriptor& field, Lines& lines) {
  std::string line = "field " + field.full_name() + " " + std::to_string(field.number()) + " " + label_of(field) + " " +
                     type_of(field);
  if (field.options().GetExtension(v1::header)) line += " header";
  const v1::Item item = field.options().GetExtension(v1::item);
  if (item != v1::ITEM_UNSPECIFIED) line += " " + v1::Item_Name(item);
  for (int i = 0; i < field.options().ExtensionSize(v1::fact); ++i)
    line += " " + v1::Fact_Name(field.options().GetExtension(v1::fact, i));
  if (const auto* oneof = field.real_containing_oneof()) line += " oneof " + oneof->name();
  lines.push_back(line);
}

void add_enum(const pb::EnumDescriptor& type, Lines& lines) {
  for (int i = 0; i < type.value_count(); ++i) {
    const pb::EnumValueDescriptor& value = *type.value(i);
    std::string line = "value " + type.full_name() + "." + value.name() + " " + std::to_string(value.number());
    for (const std::string& options : {value.options().GetExtension(v1::of_item).ShortDebugString(),
                                       value.options().GetExtension(v1::of_fact).ShortDebugString()}) {
      if (!options.empty()) line += " {" + options + "}";
    }
    lines.push_back(line);
  }
}

void add_message(const pb::Descriptor& message, Lines& lines) {
  const v1::Kind kind = message.options().GetExtension(v1::kind);
  if (kind != v1::KIND_UNSPECIFIED) lines.push_back("kind " + message.full_name() + " " + v1::Kind_Name(kind));
  for (int i = 0; i < message.field_count(); ++i) add_field(*message.field(i), lines);
  for (int i = 0; i < message.enum_type_count(); ++i) add_enum(*message.enum_type(i), lines);
  for (int i = 0; i < message.nested_type_count(); ++i) add_message(*message.nested_type(i), lines);
}

}  // namespace

std::unique_ptr<Schema> Schema::build(const pb::FileDescriptorSet& set) {
  auto schema = std::make_unique<Schema>();
  for (const pb::FileDescriptorProto& file : set.file()) {
    const pb::FileDescriptor* built = schema->pool_.BuildFile(file);
    if (built == nullptr) return nullptr;
    if (file.name().rfind("concordat/v1/", 0) == 0) schema->files_.push_back(built);
  }
  return schema;
}

std::unique_ptr<pb::FileDescriptorSet> read_descriptor_set(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  auto set = std::make_unique<pb::FileDescriptorSet>();
  return in && set->ParseFromIstream(&in) ? std::move(set) : nullptr;
}

Lines baseline(const Files& files) {
  Lines lines;
  for (const pb::FileDescriptor* file : files) {
    for (int i = 0; i < file->message_type_count(); ++i) add_message(*file->message_type(i), lines);
    for (int i = 0; i < file->enum_type_count(); ++i) add_enum(*file->enum_type(i), lines);
    for (int i = 0; i < file->extension_count(); ++i) add_field(*file->extension(i), lines);
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

Lines compare_baseline(const Lines& committed, const Lines& now) {
  Lines differences;
  for (const std::string& line : committed) {
    if (std::find(now.begin(), now.end(), line) == now.end()) {
      differences.push_back("removed or changed: " + line +
                            "  -- published is for ever: put it back, and add a new number instead");
    }
  }
  for (const std::string& line : now) {
    if (std::find(committed.begin(), committed.end(), line) == committed.end()) {
      differences.push_back("added: " + line +
                            "  -- if it is meant, add this line to proto/schema/baseline.txt, in order");
    }
  }
  return differences;
}

}  // namespace concordat::contract
