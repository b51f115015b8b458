// Reflection over the schema's own options: see reflect.h.
#include "proto/contract/reflect.h"

#include "proto/contract/contract.h"

namespace concordat::contract {
namespace {

Result<bool> check_inside(const Message& message, std::size_t text_max, const std::string& path);

Result<bool> check_text(const Message& message, const FieldDescriptor& field, std::size_t text_max, const std::string& path) {
  const Reflection& look = *message.GetReflection();
  std::string scratch;
  const int count = field.is_repeated() ? look.FieldSize(message, &field) : 1;
  for (int i = 0; i < count; ++i) {
    const std::string& text = field.is_repeated() ? look.GetRepeatedStringReference(message, &field, i, &scratch)
                                                  : look.GetStringReference(message, &field, &scratch);
    if (text.size() > text_max) return fail(Fault::Malformed, code::kLimit, path + " is too long");
  }
  return true;
}

Result<bool> check_enum(const Message& message, const FieldDescriptor& field, const std::string& path) {
  const Reflection& look = *message.GetReflection();
  const int count = field.is_repeated() ? look.FieldSize(message, &field) : 1;
  for (int i = 0; i < count; ++i) {
    const int value = field.is_repeated() ? look.GetRepeatedEnumValue(message, &field, i) : look.GetEnumValue(message, &field);
    if (value == 0) return fail(Fault::Malformed, code::kValue, path + " is set to unspecified");
    if (field.enum_type()->FindValueByNumber(value) == nullptr) return fail(Fault::Malformed, code::kField, path + " has an unknown value");
  }
  return true;
}

Result<bool> check_messages(const Message& message, const FieldDescriptor& field, std::size_t text_max, const std::string& path) {
  const Reflection& look = *message.GetReflection();
  if (!field.is_repeated()) return check_inside(look.GetMessage(message, &field), text_max, path);
  for (int i = 0; i < look.FieldSize(message, &field); ++i) {
    TRY_VOID(check_inside(look.GetRepeatedMessage(message, &field, i), text_max, path));
  }
  return true;
}

Result<bool> check_field(const Message& message, const FieldDescriptor& field, std::size_t text_max, const std::string& path) {
  const ItemInfo* item = info(item_of(field));
  if (item != nullptr) text_max = item->free_text ? kFreeTextBytesMax : kTextBytesMax;
  if (field.is_repeated() && static_cast<std::size_t>(message.GetReflection()->FieldSize(message, &field)) > kRepeatedMax) {
    return fail(Fault::Malformed, code::kLimit, path + " has too many elements");
  }
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: return check_text(message, field, text_max, path);
    case FieldDescriptor::CPPTYPE_ENUM: return check_enum(message, field, path);
    case FieldDescriptor::CPPTYPE_MESSAGE: return check_messages(message, field, text_max, path);
    default: return true;
  }
}

Result<bool> check_inside(const Message& message, std::size_t text_max, const std::string& path) {
  if (!message.GetReflection()->GetUnknownFields(message).empty()) {
    return fail(Fault::Malformed, code::kField, path + " holds a field that the schema does not know");
  }
  for (const FieldDescriptor* field : fields_of(message)) {
    TRY_VOID(check_field(message, *field, text_max, path + "." + field->name()));
  }
  return true;
}

}  // namespace

Result<bool> check_content(const Message& message) {
  return check_inside(message, kTextBytesMax, message.GetDescriptor()->name());
}

}  // namespace concordat::contract
