// The schema as tables, and content checked against them byte by byte without building a message: a few nanoseconds a
// field, where reflection takes hundreds. For the .cc files of this room only.
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
  Item item{};                           ///< Of outermost fields.
  std::uint64_t values = 0;              ///< Enum: bit n is set if n is a value of it.
  const MessageShape* inside = nullptr;  ///< Nested.
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
  bool sized = false;  ///< Length-delimited: `value` holds; else `varint`.
  ByteView whole;      ///< With its tag.
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
  std::optional<std::uint64_t> varint() {
    if (!rest_.empty() && static_cast<std::uint8_t>(rest_[0]) < 0x80) [[likely]] {
      const auto value = static_cast<std::uint8_t>(rest_[0]);
      rest_.remove_prefix(1);
      return value;
    }
    return long_varint();
  }
  std::optional<std::uint64_t> long_varint();

  ByteView rest_;
  bool ok_ = true;
};

/// The row of a field number; nothing if the schema does not use it.
inline const FieldShape* known(const MessageShape& shape, std::uint32_t number) {
  const bool in_use = number < shape.fields.size() && shape.fields[number].form != Form::None;
  return in_use ? &shape.fields[number] : nullptr;
}

/// Checks a whole compartment's content and everything inside it: every field of the label's item, none a header, a
/// singular one in part 0 only; nothing unknown, each singular field once, enums of the schema and not UNSPECIFIED,
/// text UTF-8, sizes and counts within contract.h's bounds. E-FIELD, E-VALUE, E-LIMIT; the detail is the field's path.
Result<bool> check_compartment(ByteView content, const MessageShape& shape, const seal::Label& label);

}  // namespace concordat::contract
