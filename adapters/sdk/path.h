// Fields of the contract by path, set from a source's text: "name.family", "contact[type=mobile].value", "injury[1].code".
// The text is read as the field's type asks: dates, times, words of an enum, yes and no, identifiers in their normal form.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/result.h"
#include "proto/contract/vocabulary.h"

namespace google::protobuf {
class Descriptor;
class Message;
}

namespace concordat::sdk {

/// Sets one field. A repeated scalar gets a further element. `[n]` names an element of a repeated message, made if it is the
/// next; `[field=word]` the first element whose enum field has that word, made if there is none; nothing means [0].
/// E-MAPPING: no such field, with the nearest right one. E-VALUE: the text is not of the field's form; details never quote it.
Result<int> set_path(google::protobuf::Message& message, std::string_view path, std::string_view text);

/// Digits as people write them, with `ext` and the like; the form of an e-mail address. Not whether anybody answers.
bool is_phone(std::string_view text);
bool is_email(std::string_view text);

/// The item that a path of this message lies in. E-MAPPING if there is no such field.
Result<contract::Item> item_at(const google::protobuf::Descriptor& message, std::string_view path);

}  // namespace concordat::sdk
