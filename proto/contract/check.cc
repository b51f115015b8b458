// Content checked against the schema's tables: see shape.h.
#include "proto/contract/contract.h"
#include "proto/contract/shape.h"
#include "proto/contract/utf8.h"

namespace concordat::contract {
namespace {

constexpr std::uint32_t kWireVarint = 0;
constexpr std::uint32_t kWireSized = 2;

// Where a check is, for its error: only walked when there is one.
struct Trail {
  const Trail* up;
  std::string_view name;
};

std::string path_of(const Trail* trail) {
  std::string path;
  for (; trail != nullptr; trail = trail->up) path.insert(0, std::string(trail->name).append(path.empty() ? "" : "."));
  return path;
}

auto refuse(const Code& code, const Trail& trail, const char* why) {
  return fail(Fault::Malformed, code, path_of(&trail).append(" ").append(why));
}

// How often each field of a message occurred.
using Counts = std::array<std::uint16_t, 64>;

Result<bool> count(const FieldShape& shape, std::uint32_t number, Counts& counts, const Trail& trail) {
  const std::uint16_t times = ++counts[number];
  if (!shape.repeated && times > 1) return refuse(code::kField, trail, "occurs twice");
  if (times > kRepeatedMax) return refuse(code::kLimit, trail, "has too many elements");
  return true;
}

Result<bool> check_number(const FieldShape& shape, std::uint64_t value, const Trail& trail) {
  if (shape.form != Form::Enum) return true;
  if (value == 0) return refuse(code::kValue, trail, "is set to unspecified");
  if (value > 63 || (shape.values >> value & 1) == 0)
    return refuse(code::kField, trail, "has a value that the schema does not know");
  return true;
}

// Repeated numbers in one run, as proto3 writes them.
Result<bool> check_packed(const FieldShape& shape, ByteView run, const Trail& trail) {
  std::size_t elements = 0;
  while (!run.empty()) {
    std::uint64_t value = 0;
    unsigned shift = 0;
    bool more = true;
    for (; more; shift += 7) {
      if (run.empty() || shift > 63) return refuse(code::kField, trail, "is not of the schema");
      const auto byte = static_cast<std::uint8_t>(run[0]);
      run.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fu} << shift;
      more = (byte & 0x80) != 0;
    }
    TRY_VOID(check_number(shape, value, trail));
    if (++elements > kRepeatedMax) return refuse(code::kLimit, trail, "has too many elements");
  }
  return true;
}

Result<bool> check_message(ByteView bytes, const MessageShape& shape, std::size_t text_max, const Trail& trail);

Result<bool> check_sized(const FieldShape& shape, ByteView value, std::size_t text_max, const Trail& trail) {
  switch (shape.form) {
    case Form::Nested:
      return check_message(value, *shape.inside, text_max, trail);
    case Form::Text:
      if (value.size() > text_max) return refuse(code::kLimit, trail, "is too long");
      if (!is_utf8(value)) return refuse(code::kValue, trail, "is not UTF-8");
      return true;
    case Form::Octets:
      return value.size() > text_max ? Result<bool>(refuse(code::kLimit, trail, "is too long")) : true;
    default:
      break;
  }
  if (!shape.repeated) return refuse(code::kField, trail, "is not of the schema");
  return check_packed(shape, value, trail);
}

Result<bool> check_value(const FieldBytes& field, const FieldShape& shape, std::size_t text_max, const Trail& trail) {
  if (field.sized) return check_sized(shape, field.value, text_max, trail);
  if (shape.form == Form::Text || shape.form == Form::Octets || shape.form == Form::Nested) {
    return refuse(code::kField, trail, "is not of the schema");
  }
  return check_number(shape, field.varint, trail);
}

Result<bool> check_message(ByteView bytes, const MessageShape& shape, std::size_t text_max, const Trail& trail) {
  Counts counts{};
  Scan scan(bytes);
  while (const auto field = scan.next()) {
    const FieldShape* row = known(shape, field->number);
    if (row == nullptr) return refuse(code::kField, trail, "holds a field that the schema does not know");
    const Trail here{&trail, row->name};
    TRY_VOID(count(*row, field->number, counts, here));
    TRY_VOID(check_value(*field, *row, text_max, here));
  }
  if (!scan.ok()) return refuse(code::kField, trail, "is not of the schema");
  return true;
}

std::size_t text_max_of(Item item) {
  const ItemInfo* row = info(item);
  return row != nullptr && row->free_text ? kFreeTextBytesMax : kTextBytesMax;
}

Result<bool> check_place(const FieldShape& row, const seal::Label& label, const Trail& trail) {
  const auto item = static_cast<Item>(label.item);
  if (row.header || row.item != item) {
    return fail(Fault::Malformed, code::kField,
                path_of(&trail).append(" does not belong to item ").append(name_of(item)));
  }
  if (label.part != 0 && !row.repeated) return refuse(code::kField, trail, "may stand in part 0 only");
  return true;
}

}  // namespace

std::optional<std::uint64_t> Scan::long_varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(rest_[0]);
    rest_.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if ((byte & 0x80) == 0) return value;
  }
  ok_ = false;
  return std::nullopt;
}

std::optional<FieldBytes> Scan::next() {
  if (!ok_ || rest_.empty()) return std::nullopt;
  const ByteView start = rest_;
  const auto tag = varint();
  if (!tag) return std::nullopt;
  FieldBytes field;
  field.sized = (*tag & 7) == kWireSized;
  ok_ = (field.sized || (*tag & 7) == kWireVarint) && *tag >> 3 != 0 && *tag >> 3 <= 0x1fffffff;
  const auto number = ok_ ? varint() : std::nullopt;
  if (!number) return std::nullopt;
  field.number = static_cast<std::uint32_t>(*tag >> 3);
  field.varint = *number;
  if (field.sized) {
    ok_ = *number <= rest_.size();
    if (!ok_) return std::nullopt;
    field.value = rest_.substr(0, *number);
    rest_.remove_prefix(*number);
  }
  field.whole = start.substr(0, start.size() - rest_.size());
  return field;
}

Result<bool> check_compartment(ByteView content, const MessageShape& shape, const seal::Label& label) {
  const Trail outer{nullptr, shape.name};
  const std::size_t text_max = text_max_of(static_cast<Item>(label.item));
  Counts counts{};
  if (content.size() > kCompartmentBytesMax) return refuse(code::kLimit, outer, "is too large");
  Scan scan(content);
  while (const auto field = scan.next()) {
    const FieldShape* row = known(shape, field->number);
    if (row == nullptr) return refuse(code::kField, outer, "holds a field that the schema does not know");
    const Trail here{&outer, row->name};
    TRY_VOID(check_place(*row, label, here));
    TRY_VOID(count(*row, field->number, counts, here));
    TRY_VOID(check_value(*field, *row, text_max, here));
  }
  if (!scan.ok()) return refuse(code::kField, outer, "is not of the schema");
  return true;
}

}  // namespace concordat::contract
