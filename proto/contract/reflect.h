// Reflection over the schema's own options; for the .cc files of this room only, since it includes protobuf.
#pragma once

#include <google/protobuf/message.h>

#include <vector>

#include "concordat/v1/person.pb.h"
#include "concordat/v1/vocabulary.pb.h"
#include "proto/contract/vocabulary.h"

namespace concordat::contract {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// Unspecified for a header field.
inline Item item_of(const FieldDescriptor& field) { return static_cast<Item>(field.options().GetExtension(v1::item)); }
inline bool is_header(const FieldDescriptor& field) { return field.options().GetExtension(v1::header); }

/// The fields that are set, in number order.
inline std::vector<const FieldDescriptor*> fields_of(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  return fields;
}

/// The frame's field of people; a message of a kind has it.
inline const FieldDescriptor* people_field(const Message& event) { return event.GetDescriptor()->FindFieldByNumber(1); }

}  // namespace concordat::contract
