// PID and PD1 into a person: see person.h.
#include "adapters/health/person.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <map>
#include <set>

#include "adapters/sdk/path.h"
#include "adapters/sdk/read/when.h"
#include "concordat/v1/person.pb.h"
#include "proto/contract/identifiers.h"

namespace concordat::health {
namespace {

using hl7::component;
using hl7::Segment;

constexpr std::size_t kContactsMost = 10;

bool has_word(const std::string& text, std::string_view word) { return normal_code(text).find(word) != std::string::npos; }

// ---- name --------------------------------------------------------------------------------------------------------------

void put_words(Filler& fill, v1::Person& person, const std::string& path, const std::string& text, std::string_view field) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(' ', at), text.size());
    if (end > at) fill.set(person, path, std::string_view(text).substr(at, end - at), field);
    at = end + 1;
  }
}

void put_name(Filler& fill, v1::Person& person, const std::string& path, std::string_view name, std::string_view field) {
  fill.set(person, path + ".title", component(name, 5), field);
  put_words(fill, person, path + ".given", component(name, 2), field);
  put_words(fill, person, path + ".given", component(name, 3), field);
  fill.set(person, path + ".family", component(name, 1), field);
}

bool has_name(std::string_view name) { return !component(name, 1).empty() || !component(name, 2).empty(); }

/// The legal name, else the first; all others are aliases.
void put_names(Filler& fill, v1::Person& person, const Segment& pid) {
  std::vector<std::string_view> names;
  for (const std::string_view each : hl7::repetitions(pid.field(5))) {
    if (has_name(each)) names.push_back(each);
  }
  const auto legal = std::find_if(names.begin(), names.end(), [](std::string_view each) { return component(each, 7) == "L"; });
  if (legal != names.end()) std::rotate(names.begin(), legal, legal + 1);
  if (!names.empty()) put_name(fill, person, "name", names.front(), "PID-5");
  std::size_t alias = 0;
  const auto put_alias = [&](std::string_view name, std::string_view field) { put_name(fill, person, "alias[" + std::to_string(alias++) + "]", name, field); };
  for (std::size_t n = 1; n < names.size(); ++n) put_alias(names[n], "PID-5");
  for (const std::string_view each : hl7::repetitions(pid.field(9))) {
    if (has_name(each)) put_alias(each, "PID-9");
  }
}

// ---- birth and sex -----------------------------------------------------------------------------------------------------

/// "19760121+^D": a time or a lost zone may follow the day; the precision may say that not all of it is meant.
std::string birth_of(std::string_view field) {
  std::string text = component(field, 1);
  const std::string precision = component(field, 2);
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 6) return text.substr(0, 4) + "-" + text.substr(4, 2);
  if (digits >= 8) {
    if (precision == "Y") return text.substr(0, 4);
    if (precision == "L") return text.substr(0, 4) + "-" + text.substr(4, 2);
    return text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2);
  }
  return text.substr(0, text.find_first_of(" T+"));
}

void put_birth(Filler& fill, v1::Person& person, const Segment& pid) {
  const std::string birth = birth_of(hl7::repetitions(pid.field(7)).front());
  fill.set(person, "date_of_birth.date", birth, "PID-7");
  if (const std::string as_sent = hl7::value(&pid, 7); !birth.empty() && birth != as_sent && person.date_of_birth().has_date()) {
    person.mutable_date_of_birth()->mutable_date()->set_source_text(as_sent);
  }
}

/// HL7's table 1 and the NHS Data Dictionary's person gender code. A code of neither says nothing.
void put_sex(v1::Person& person, const Segment& pid) {
  static const std::map<std::string, v1::Sex> kCodes = {
      {"M", v1::SEX_MALE},          {"1", v1::SEX_MALE},          {"F", v1::SEX_FEMALE},        {"2", v1::SEX_FEMALE},
      {"O", v1::SEX_INDETERMINATE}, {"A", v1::SEX_INDETERMINATE}, {"9", v1::SEX_INDETERMINATE}, {"X", v1::SEX_INDETERMINATE},
      {"MALE", v1::SEX_MALE},       {"FEMALE", v1::SEX_FEMALE},
      {"U", v1::SEX_NOT_KNOWN},     {"0", v1::SEX_NOT_KNOWN},     {"N", v1::SEX_NOT_KNOWN}};
  const auto code = kCodes.find(normal_code(hl7::value(&pid, 8)));
  if (code != kCodes.end()) person.set_sex(code->second);
}

// ---- address -----------------------------------------------------------------------------------------------------------

std::string_view home_of(const Segment& pid) {
  const auto all = hl7::repetitions(pid.field(11));
  for (const char* wanted : {"H", "HOME", "P", "L", "C", "TMP", ""}) {
    for (const std::string_view each : all) {
      if (normal_code(component(each, 7)) == wanted) return each;
    }
  }
  // A bad address, an office, a firm, and where somebody was born.
  static const std::set<std::string> kNoHomes = {"BA", "O", "B", "N", "BDL", "BR"};
  const auto usable = std::find_if(all.begin(), all.end(), [](std::string_view each) { return !kNoHomes.contains(normal_code(component(each, 7))); });
  return usable == all.end() ? std::string_view() : *usable;
}

void put_area(Filler& fill, v1::Person& person, const std::string& postcode, const read::Areas& areas) {
  const auto area = areas.of(postcode);
  if (!area) return;
  fill.set(person, "home_address.area", area->gss, "PID-11");
  fill.set(person, "home_address.sub_area", area->sub_area, "PID-11");
}

/// ZZ99 is no place: codes that the NHS gives where there is no postcode; 3VZ is no fixed abode.
void put_postcode(Filler& fill, v1::Person& person, const std::string& postcode, const read::Areas& areas) {
  if (normal_code(postcode) == "ZZ993VZ") fill.set(person, "home_address.address.no_fixed_abode", "yes", "PID-11");
  if (normal_code(postcode).starts_with("ZZ99")) return;
  fill.set(person, "home_address.address.postcode", postcode, "PID-11");
  put_area(fill, person, postcode, areas);
}

/// Street, street's name and number of the dwelling, where the sender takes them apart.
std::string street_of(std::string_view address) {
  std::string out;
  for (const std::size_t sub : {1, 2, 3}) {
    const std::string each = component(address, 1, sub);
    out += (out.empty() || each.empty() ? "" : " ") + each;
  }
  return out;
}

void put_address(Filler& fill, v1::Person& person, const Segment& pid, const read::Areas& areas) {
  const std::string_view home = home_of(pid);
  std::string postcode;
  for (const std::size_t part : {5, 4, 3, 8}) {
    if (postcode.empty() && read::normal_postcode(component(home, part))) postcode = component(home, part);
  }
  for (const std::size_t part : {1, 2, 3, 4, 5}) {
    const std::string line = part == 1 ? street_of(home) : component(home, part);
    if (line == postcode) continue;
    if (normal_code(line).starts_with("ZZ99")) {
      postcode = line;
    } else {
      fill.set(person, "home_address.address.line", line, "PID-11");
    }
  }
  if (!postcode.empty()) put_postcode(fill, person, postcode, areas);
}

// ---- ways to reach her -------------------------------------------------------------------------------------------------

bool is_mobile(std::string_view number) {
  std::string digits;
  for (const char c : number) {
    if ((c >= '0' && c <= '9') || c == '+') digits += c;
  }
  return digits.starts_with("07") || digits.starts_with("+447") || digits.starts_with("00447") || digits.starts_with("+4407");
}

std::string number_of(std::string_view contact) {
  for (const std::size_t part : {1, 12}) {
    if (std::string text = component(contact, part); !text.empty()) return text;
  }
  std::string text = component(contact, 6);
  return text + (text.empty() ? "" : " ") + component(contact, 7);
}

/// What has not the form of a number reaches the reader as written, as a contact of another type.
std::pair<v1::ContactType, std::string> contact_of(std::string_view contact, bool business) {
  for (const std::size_t part : {4, 1}) {
    if (const std::string text = component(contact, part); sdk::is_email(text)) return {v1::CONTACT_TYPE_EMAIL, text};
  }
  const std::string number = number_of(contact);
  if (!sdk::is_phone(number)) return {v1::CONTACT_TYPE_OTHER, number};
  if (component(contact, 3) == "CP" || is_mobile(number)) return {v1::CONTACT_TYPE_MOBILE, number};
  return {business || component(contact, 2) == "WPN" ? v1::CONTACT_TYPE_WORK_PHONE : v1::CONTACT_TYPE_HOME_PHONE, number};
}

void put_contacts(Filler& fill, v1::Person& person, const Segment& pid) {
  std::set<std::string> seen;
  for (const std::size_t field : {13, 14, 40}) {
    for (const std::string_view each : hl7::repetitions(pid.field(field))) {
      const auto [type, text] = contact_of(each, field == 14);
      if (text.empty() || seen.size() == kContactsMost || !seen.insert(text).second) continue;
      v1::ContactPoint& contact = *person.add_contact();
      contact.set_type(type);
      fill.set(contact, "value", text, "PID-" + std::to_string(field));
    }
  }
}

// ---- NHS number --------------------------------------------------------------------------------------------------------

/// One repetition: its number if it is a valid NHS number in one of the writings that are in use.
std::optional<std::string> nhs_number_of(std::string_view identifier) {
  const bool is_one = is_nhs(normal_code(component(identifier, 4)), normal_code(component(identifier, 5)));
  return is_one ? contract::nhs_number(component(identifier, 1)) : std::nullopt;
}

bool is_temporary(std::string_view identifier) {
  return has_word(component(identifier, 4), "TEMP") || has_word(component(identifier, 5), "TEMP") || normal_code(component(identifier, 5)) == "NHT";
}

/// "NSTS01", "01", "1" or in words: the status code of HL7 UK and the Data Dictionary; other kinds of code say nothing of it.
v1::TracingStatus tracing_of(const Segment& pid) {
  auto status = v1::TRACING_STATUS_UNSPECIFIED;
  for (const std::string_view each : hl7::repetitions(pid.field(32))) {
    std::string code = normal_code(component(each, 1));
    if (code.starts_with("NSTS")) code.erase(0, 4);
    if (code.size() == 1) code.insert(0, "0");
    if (code == "01") return v1::TRACING_STATUS_TRACED;
    if (code.size() == 2 && code[0] == '0' && code[1] >= '2' && code[1] <= '8') status = v1::TRACING_STATUS_NOT_TRACED;
  }
  return status;
}

/// Two different numbers are none: nobody can tell here which is hers.
void put_nhs_number(v1::Person& person, const Segment& pid) {
  std::map<std::string, bool> numbers;
  for (const std::string_view each : hl7::repetitions(pid.field(3))) {
    if (const auto number = nhs_number_of(each)) numbers[*number] = numbers[*number] || is_temporary(each);
  }
  if (numbers.size() != 1) return;
  const auto& [number, temporary] = *numbers.begin();
  person.mutable_nhs_number()->set_number(number);
  const auto status = temporary ? v1::TRACING_STATUS_TEMPORARY : tracing_of(pid);
  if (status != v1::TRACING_STATUS_UNSPECIFIED) person.mutable_nhs_number()->set_tracing(status);
}

std::string first_or_second(const Segment& segment, std::size_t field) {
  const std::string first = hl7::value(&segment, field, 1);
  return first.empty() ? hl7::value(&segment, field, 2) : first;
}

}  // namespace

void Filler::refuse(std::string_view field, Error error) {
  if (!failure_) failure_ = sdk::Failure{line_, std::string(field), std::move(error)};
}

void Filler::set(google::protobuf::Message& message, std::string_view path, std::string_view text, std::string_view field) {
  if (text.empty()) return;
  if (const auto set = sdk::set_path(message, path, text); !set) refuse(field, set.error());
}

void Filler::time(google::protobuf::Message& message, const std::string& path, const std::string& text, std::string_view field, bool must) {
  if (text.empty()) return;
  const std::string iso = iso_time(text);
  if (!must && !read::parse_moment(iso)) return;
  set(message, path, iso, field);
  if (iso != text && !failure_) set(message, path + ".source_text", text, field);
}

std::vector<std::string> nhs_numbers(const Segment* segment, std::size_t field) {
  std::set<std::string> out;
  if (segment == nullptr) return {};
  for (const std::string_view each : hl7::repetitions(segment->field(field))) {
    if (const auto number = nhs_number_of(each); number && !is_temporary(each)) out.insert(*number);
  }
  return {out.begin(), out.end()};
}

bool is_traced(const Segment* pid) { return pid != nullptr && tracing_of(*pid) == v1::TRACING_STATUS_TRACED; }

void put_patient(v1::Person& person, const Attendance& attendance, const read::Areas& areas, Filler& fill) {
  const Segment* pid = attendance.first("PID");
  if (pid == nullptr) return;
  put_names(fill, person, *pid);
  put_birth(fill, person, *pid);
  put_sex(person, *pid);
  put_address(fill, person, *pid, areas);
  if (hl7::value(attendance.first("PD1"), 12) == "Y") fill.set(person, "home_address.confidential", "yes", "PD1-12");
  put_contacts(fill, person, *pid);
  put_nhs_number(person, *pid);
  fill.set(person, "language_and_needs.language", first_or_second(*pid, 15), "PID-15");
  fill.set(person, "equality.ethnicity_self_defined", hl7::value(pid, 22), "PID-22");
}

}  // namespace concordat::health
