// The schema as tables, and content checked against them byte by byte without building a message: a few nanoseconds a field, where
// reflection takes hundreds. For the .cc files of this room only.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "proto/base/bytes.h"
#include "proto/base/result.h"
#include "proto/contract/vocabulary.h"
#include "proto/seal/label.h"

namespace concordat::contract {

/// How a field is written; None is a number that the schema does not use.
enum class Form : std::uint8_t { None, Number, Truth, Enum, Text, Octets, Nested };

struct MessageShape;

struct FieldShape {
  std::string_view name;
  Form form = Form::None;
  bool repeated = false;
  bool header = false;
  Item item{};                            ///< Of outermost fields.
  std::uint64_t values = 0;               ///< Enum: bit n is set if n is a value of it.
  const MessageShape* inside = nullptr;   ///< Nested.
};

/// Field and enum numbers go to 63 (a rule of walk.h).
struct MessageShape {
  std::string_view name;
  std::array<FieldShape, 64> fields;
};

/// Of a person's compartment, and of the case's for a kind (nothing if it is not built). Made once, then never changed.
const MessageShape& person_shape();
const MessageShape* case_shape(Kind kind);

/// One field as it is written.
struct FieldBytes {
  std::uint32_t number = 0;
  bool sized = false;          ///< Length-delimited: `value` holds; else `varint`.
  ByteView whole;              ///< With its tag.
  ByteView value;
  std::uint64_t varint = 0;
};

/// The fields of a message in order. Stops at the end or at bytes that are no field; `ok()` tells which.
class Scan {
 public:
  explicit Scan(ByteView bytes) : rest_(bytes) {}
  std::optional<FieldBytes> next();
  bool ok() const { return ok_; }

 private:
  std::optional<std::uint64_t> varint();

  ByteView rest_;
  bool ok_ = true;
};

/// Checks the value of one outermost field and everything inside it: nothing unknown, each singular field once, enums of the schema and
/// not UNSPECIFIED, text UTF-8, sizes and counts within contract.h's bounds. E-FIELD, E-VALUE, E-LIMIT; the detail is the field's path.
Result<bool> check_field(const FieldBytes& field, const MessageShape& shape);

/// Checks a whole compartment's content: every field as check_field, of the label's item, none a header, each singular one once and in
/// part 0 only.
Result<bool> check_compartment(ByteView content, const MessageShape& shape, const seal::Label& label);

}  // namespace concordat::contract
