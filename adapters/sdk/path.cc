// Setting fields of the contract by path, over protobuf's reflection.
#include "adapters/sdk/path.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "adapters/sdk/read/areas.h"
#include "adapters/sdk/read/record.h"
#include "adapters/sdk/read/when.h"
#include "concordat/v1/values.pb.h"
#include "concordat/v1/vocabulary.pb.h"
#include "proto/contract/identifiers.h"
#include "proto/contract/utf8.h"
#include "proto/text/nearest.h"

namespace concordat::sdk {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

tl::unexpected<Error> bad_value(const std::string& why) { return fail(Fault::Malformed, code::kValue, why); }

/// One step of a path: a field's name and what stands in its brackets.
struct Step {
  std::string_view name;
  std::string_view selector;
};

std::optional<Step> take_step(std::string_view& path) {
  const auto end = path.find_first_of(".[");
  Step step{path.substr(0, end), {}};
  path.remove_prefix(std::min(end, path.size()));
  if (path.starts_with('[')) {
    const auto close = path.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    step.selector = path.substr(1, close - 1);
    path.remove_prefix(close + 1);
  }
  if (path.starts_with('.')) path.remove_prefix(1);
  return step;
}

Result<const FieldDescriptor*> field_named(const Descriptor& message, std::string_view name) {
  if (const FieldDescriptor* field = message.FindFieldByName(std::string(name))) return field;
  std::vector<std::string_view> right;
  for (int at = 0; at < message.field_count(); ++at) right.push_back(message.field(at)->name());
  return fail(Fault::Malformed, code::kMapping, "`" + std::string(name) + "` is no field of " + message.name() + text::suggest(name, right));
}

// ---- words ---------------------------------------------------------------------------------------------------------

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c == ' ' || c == '-' ? '_' : c);
  return out;
}

/// "INCIDENT_TYPE_PHYSICAL" of IncidentType is "physical": what follows the name of the zero value's stem.
std::string word_of(const google::protobuf::EnumValueDescriptor& value) {
  const std::string& zero = value.type()->FindValueByNumber(0)->name();
  return lower(value.name().substr(zero.size() - std::string_view("UNSPECIFIED").size()));
}

Result<int> enum_number(const EnumDescriptor& type, std::string_view text) {
  const std::string wanted = lower(text);
  std::vector<std::string> words;
  for (int at = 0; at < type.value_count(); ++at) {
    if (type.value(at)->number() == 0) continue;
    if (word_of(*type.value(at)) == wanted) return type.value(at)->number();
    words.push_back(word_of(*type.value(at)));
  }
  std::string right;
  for (const std::string& word : words) right += (right.empty() ? "" : ", ") + word;
  return bad_value("not one of: " + right);
}

Result<bool> truth(std::string_view text) {
  const std::string word = lower(text);
  if (word == "yes" || word == "y" || word == "true" || word == "1") return true;
  if (word == "no" || word == "n" || word == "false" || word == "0") return false;
  return bad_value("neither yes nor no");
}

// ---- values --------------------------------------------------------------------------------------------------------

void put_date(v1::SourceDate& out, const read::Date& date, std::string_view text) {
  out.set_year(static_cast<std::uint32_t>(date.year));
  if (date.month != 0) out.set_month(static_cast<std::uint32_t>(date.month));
  if (date.day != 0) out.set_day(static_cast<std::uint32_t>(date.day));
  if (read::to_text(date) != text) out.set_source_text(std::string(text));
}

Result<int> set_date(v1::SourceDate& out, std::string_view text) {
  TRY(const read::Date date, read::parse_date(text));
  put_date(out, date, text);
  return 0;
}

Result<int> set_time(v1::SourceTime& out, std::string_view text) {
  TRY(const read::Moment moment, read::parse_moment(text));
  out.set_source_text(std::string(text));
  if (moment.date_only) {
    put_date(*out.mutable_date(), moment.date, text);
    return 0;
  }
  out.set_at_utc_ms(ms_of(moment.at));
  if (moment.zone_assumed) out.set_zone_assumed(true);
  if (moment.ambiguous) out.set_ambiguous(true);
  return 0;
}

Result<std::string> normal(const std::optional<std::string>& found, const char* what) {
  if (!found) return bad_value(std::string("no valid ") + what);
  return *found;
}

/// The characters of a text, one by one. Precondition: it is UTF-8.
template <class Each>
bool any_character(std::string_view text, Each&& each) {
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    char32_t character = size == 1 ? lead : lead & (0xffu >> (size + 1));
    for (std::size_t next = 1; next < size; ++next) character = character << 6 | (static_cast<unsigned char>(text[at + next]) & 0x3fu);
    if (each(character)) return true;
    at += size;
  }
  return false;
}

bool is_control(char32_t c) { return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfffe; }

/// What shows a name as another one, or not at all: marks of direction, zero width, lines.
bool hides(char32_t c) {
  return c < 0x20 || c == 0x061c || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) || c == 0xfeff;
}

Result<int> check_characters(const FieldDescriptor& field, std::string_view text) {
  if (!contract::is_utf8(text)) return bad_value("not UTF-8");
  if (any_character(text, is_control)) return bad_value("control characters");
  if (field.containing_type()->full_name() == "concordat.v1.Name" && any_character(text, hides)) return bad_value("characters that do not show");
  return 0;
}

/// A number that is wrong rings at somebody else's.
Result<int> check_contact(const v1::ContactPoint& contact, std::string_view text) {
  switch (contact.type()) {
    case v1::CONTACT_TYPE_MOBILE:
    case v1::CONTACT_TYPE_HOME_PHONE:
    case v1::CONTACT_TYPE_WORK_PHONE:
      if (!is_phone(text)) return bad_value("no telephone number");
      return 0;
    case v1::CONTACT_TYPE_EMAIL:
      if (!is_email(text)) return bad_value("no e-mail address");
      return 0;
    default: return 0;
  }
}

/// Text fields that have a normal form; the others are taken as they are.
Result<std::string> normal_text(const FieldDescriptor& field, std::string_view text) {
  const std::string& name = field.full_name();
  if (name == "concordat.v1.CriminalIdentifiers.pnc") return normal(contract::pnc(text), "PNC number");
  if (name == "concordat.v1.CriminalIdentifiers.cro") return normal(contract::cro(text), "CRO number");
  if (name == "concordat.v1.CustodyIdentifiers.noms") return normal(contract::noms(text), "prison number");
  if (name == "concordat.v1.CustodyIdentifiers.crn") return normal(contract::crn(text), "probation case number");
  if (name == "concordat.v1.NhsNumber.number") return normal(contract::nhs_number(text), "NHS number");
  if (name == "concordat.v1.Address.postcode") return normal(read::normal_postcode(text), "postcode; an address abroad has its code in a line");
  if (name == "concordat.v1.HomeAddress.area" || name == "concordat.v1.IncidentPlace.area") {
    return normal(read::is_gss(text) ? std::optional<std::string>(text) : std::nullopt, "GSS code of an area");
  }
  return std::string(text);
}

/// Numbers beyond which a value says nothing, and would count as unknown.
std::uint32_t most_of(const FieldDescriptor& field) {
  if (field.full_name() == "concordat.v1.RiskAnswers.score") return 24;
  if (field.full_name() == "concordat.v1.DateOfBirth.stated_age") return 120;
  return ~std::uint32_t{0};
}

Result<int> set_scalar(Message& message, const FieldDescriptor& field, std::string_view text) {
  const Reflection& look = *message.GetReflection();
  const bool many = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      TRY_VOID(check_characters(field, text));
      if (const auto* contact = dynamic_cast<v1::ContactPoint*>(&message); contact != nullptr && field.name() == "value") TRY_VOID(check_contact(*contact, text));
      TRY(std::string value, normal_text(field, text));
      many ? look.AddString(&message, &field, std::move(value)) : look.SetString(&message, &field, std::move(value));
      return 0;
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      TRY(const int value, enum_number(*field.enum_type(), text));
      many ? look.AddEnumValue(&message, &field, value) : look.SetEnumValue(&message, &field, value);
      return 0;
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      TRY(const bool value, truth(text));
      look.SetBool(&message, &field, value);
      return 0;
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      std::uint32_t value = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (error != std::errc() || end != text.data() + text.size()) return bad_value("no whole number");
      if (value > most_of(field)) return bad_value("over " + std::to_string(most_of(field)));
      look.SetUInt32(&message, &field, value);
      return 0;
    }
    default: return fail(Fault::Malformed, code::kMapping, field.full_name() + " cannot be set from text");
  }
}

Result<int> set_whole(Message& message, std::string_view text) {
  if (auto* date = dynamic_cast<v1::SourceDate*>(&message)) return set_date(*date, text);
  if (auto* time = dynamic_cast<v1::SourceTime*>(&message)) return set_time(*time, text);
  return fail(Fault::Malformed, code::kMapping, message.GetDescriptor()->name() + " has fields of its own: name one");
}

// ---- elements of repeated messages ---------------------------------------------------------------------------------

Result<Message*> element_by_word(Message& message, const FieldDescriptor& field, std::string_view selector) {
  const auto equals = selector.find('=');
  TRY(const FieldDescriptor* const key, field_named(*field.message_type(), selector.substr(0, equals)));
  if (key->cpp_type() != FieldDescriptor::CPPTYPE_ENUM) return fail(Fault::Malformed, code::kMapping, key->full_name() + " is no enum");
  TRY(const int wanted, enum_number(*key->enum_type(), selector.substr(equals + 1)));
  const Reflection& look = *message.GetReflection();
  for (int at = 0; at < look.FieldSize(message, &field); ++at) {
    Message* element = look.MutableRepeatedMessage(&message, &field, at);
    if (element->GetReflection()->GetEnumValue(*element, key) == wanted) return element;
  }
  Message* added = look.AddMessage(&message, &field);
  added->GetReflection()->SetEnumValue(added, key, wanted);
  return added;
}

Result<Message*> element_at(Message& message, const FieldDescriptor& field, std::string_view selector) {
  if (selector.find('=') != std::string_view::npos) return element_by_word(message, field, selector);
  int index = 0;
  if (!selector.empty()) {
    const auto [end, error] = std::from_chars(selector.data(), selector.data() + selector.size(), index);
    if (error != std::errc() || end != selector.data() + selector.size() || index < 0) return fail(Fault::Malformed, code::kMapping, "no such element");
  }
  const Reflection& look = *message.GetReflection();
  if (index < look.FieldSize(message, &field)) return look.MutableRepeatedMessage(&message, &field, index);
  if (index > look.FieldSize(message, &field)) return bad_value("an element before it is missing");
  return look.AddMessage(&message, &field);
}

}  // namespace

bool is_phone(std::string_view text) {
  const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits >= 3 && digits <= 20 && text.find_first_not_of("0123456789 +-()./#xXeEtTnN") == std::string_view::npos;
}

bool is_email(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at > 0 && text.find('.', at) != std::string_view::npos && !text.ends_with('.') &&
         text.find('@', at + 1) == std::string_view::npos && text.find_first_of(" \t\r\n,;<>") == std::string_view::npos;
}

Result<int> set_path(Message& message, std::string_view path, std::string_view text) {
  const auto step = take_step(path);
  if (!step) return fail(Fault::Malformed, code::kMapping, "a bracket is not closed");
  TRY(const FieldDescriptor* const field, field_named(*message.GetDescriptor(), step->name));
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    if (!path.empty()) return fail(Fault::Malformed, code::kMapping, field->full_name() + " has no fields");
    return set_scalar(message, *field, text);
  }
  Message* inner = nullptr;
  if (field->is_repeated()) {
    TRY(inner, element_at(message, *field, step->selector));
  } else {
    inner = message.GetReflection()->MutableMessage(&message, field);
  }
  return path.empty() ? set_whole(*inner, text) : set_path(*inner, path, text);
}

Result<contract::Item> item_at(const Descriptor& message, std::string_view path) {
  const Descriptor* here = &message;
  auto item = contract::Item::Unspecified;
  while (!path.empty()) {
    const auto step = take_step(path);
    if (!step || here == nullptr) return fail(Fault::Malformed, code::kMapping, "the path leads nowhere");
    TRY(const FieldDescriptor* const field, field_named(*here, step->name));
    const int own = field->options().GetExtension(v1::item);
    if (item == contract::Item::Unspecified) item = static_cast<contract::Item>(own);
    here = field->message_type();
  }
  return item;
}

}  // namespace concordat::sdk
