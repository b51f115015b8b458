// The schema as tables, made from the descriptors: see shape.h.
#include "proto/contract/shape.h"

#include <map>
#include <memory>

#include "proto/contract/contract.h"
#include "proto/contract/reflect.h"

namespace concordat::contract {
namespace {

using google::protobuf::Descriptor;

Form form_of(const FieldDescriptor& field) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_BOOL:
      return Form::Truth;
    case FieldDescriptor::TYPE_ENUM:
      return Form::Enum;
    case FieldDescriptor::TYPE_STRING:
      return Form::Text;
    case FieldDescriptor::TYPE_BYTES:
      return Form::Octets;
    case FieldDescriptor::TYPE_MESSAGE:
      return Form::Nested;
    default:
      return Form::Number;
  }
}

std::uint64_t values_of(const google::protobuf::EnumDescriptor& type) {
  std::uint64_t values = 0;
  for (int i = 0; i < type.value_count(); ++i) values |= std::uint64_t{1} << type.value(i)->number();
  return values;
}

class Shapes {
 public:
  Shapes() {
    person_ = &shape(*v1::Person::descriptor());
    for (const Word& word : words<Kind>()) {
      const auto event = new_event(static_cast<Kind>(word.number));
      if (event != nullptr) cases_[word.number] = &shape(*event->GetDescriptor());
    }
  }
  const MessageShape& person() const { return *person_; }
  const MessageShape* of(Kind kind) const {
    const auto number = static_cast<std::size_t>(kind);
    return number < cases_.size() ? cases_[number] : nullptr;
  }

 private:
  const MessageShape& shape(const Descriptor& type) {
    std::unique_ptr<MessageShape>& made = shapes_[&type];
    if (made != nullptr) return *made;
    made = std::make_unique<MessageShape>();
    MessageShape& message = *made;
    message.name = type.name();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      FieldShape& row = message.fields.at(static_cast<std::size_t>(field.number()));
      row = {field.name(), form_of(field), field.is_repeated(), is_header(field), item_of(field), 0, nullptr};
      if (row.form == Form::Enum) row.values = values_of(*field.enum_type());
      if (row.form == Form::Nested) row.inside = &shape(*field.message_type());
    }
    return message;
  }

  std::map<const Descriptor*, std::unique_ptr<MessageShape>> shapes_;
  const MessageShape* person_ = nullptr;
  std::array<const MessageShape*, 32> cases_{};
};

const Shapes& shapes() {
  static const Shapes made;
  return made;
}

}  // namespace

const MessageShape& person_shape() { return shapes().person(); }
const MessageShape* case_shape(Kind kind) { return shapes().of(kind); }

}  // namespace concordat::contract
