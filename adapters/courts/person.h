// People of both formats: which element of the source becomes which field of the defendant. Private to this folder.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "adapters/courts/hearing.h"
#include "adapters/courts/tree.h"

namespace google::protobuf {
class Message;
}
namespace concordat::read {
struct Xml;
}

namespace concordat::courts {

/// How a text gets into its field.
enum class How : std::uint8_t {
  AsIs,
  Date,        ///< The day of a date or a time.
  Sex,         ///< MALE, 1, …
  Phone,       ///< As a contact of its type; of type `other` if it is no such number.
  Email,
  Postcode,    ///< A line of the address if it is none.
  Identifier,  ///< In its normal form, or as written: then it links nobody.
  Yes,         ///< Said to be there: the field is "yes".
};

/// One row of the mapping: `source` is a path below the defendant, `path` one of Person.
struct Field {
  std::string_view source;
  std::string_view path;
  How how = How::AsIs;
};
/// Below `defendants[]`, in the order in which they are taken.
std::span<const Field> json_person();
/// Below `Defendant`.
std::span<const Field> xml_person();

/// Sets one field of a message; nothing if the text is empty. An error of the value's form, never quoting it.
Result<int> put(google::protobuf::Message& message, const Field& field, std::string_view text);

/// Everything of the table.
void read_person(const Node& defendant, v1::Person& person);
void read_aliases(const Node& defendant, v1::Person& person);
std::optional<sdk::Failure> read_person(const read::Xml& defendant, std::uint64_t line_before, v1::Person& person);

/// The word for a court's bail status; empty if it has none.
std::string_view custody_state(std::string_view code);

}  // namespace concordat::courts
