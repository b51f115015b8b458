// Triggers, references, patients: see naming.h.
#include "adapters/health/naming.h"

#include <algorithm>

#include "adapters/health/adt.h"

namespace concordat::health {
namespace {

using hl7::Message;
using hl7::Segment;

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return text;
}

bool is_trigger(const std::string& text) { return text.size() == 3 && text[0] == 'A' && text.find_first_not_of("0123456789", 1) == std::string::npos; }

const Segment* first(const std::vector<Segment>& segments, std::string_view name) {
  const auto found = std::find_if(segments.begin(), segments.end(), [&](const Segment& each) { return each.name == name; });
  return found == segments.end() ? nullptr : &*found;
}

}  // namespace

bool one_of(const std::string& trigger, std::initializer_list<const char*> list) {
  return std::any_of(list.begin(), list.end(), [&](const char* each) { return trigger == each; });
}

bool is_for_a_person(const std::string& trigger) { return one_of(trigger, {"A29", "A35", "A36", "A41", "A42", "A43", "A44", "A45", "A49", "A50", "A51"}); }

std::string part_of_reference(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '/' || c == '%') {
      out += c == '/' ? "%2F" : "%25";
    } else {
      out += c;
    }
  }
  return out;
}

std::vector<Identifier> patient_of(const Segment* pid) {
  std::vector<Identifier> out = identifiers(pid, 3);
  if (out.empty()) out = identifiers(pid, 2);
  return out;
}

bool is_test(const Message& message) {
  const std::string processing = upper(hl7::value(message.first("MSH"), 11));
  return !processing.empty() && processing != "P";
}

bool is_in_bulk(const Message& message) {
  const std::string mode = upper(hl7::value(message.first("MSH"), 11, 2));
  return mode == "A" || mode == "R" || mode == "I";
}

bool carries_risk(const Message& message, const Rules& rules) {
  const auto answered = [&](const PathRule& rule) { return !values_at(message.segments, rule.where).empty(); };
  return discloses(message.segments, rules) || unknown_disclosure(message.segments, rules) != nullptr || std::any_of(rules.risk.begin(), rules.risk.end(), answered);
}

std::string trigger_of(const Message& message) {
  const Segment* header = message.first("MSH");
  const std::string type = upper(hl7::value(header, 9, 1));
  std::string trigger = upper(hl7::value(header, 9, 2));
  // "ADT^A40^ADT_A39", "ADT_A40", "ADT^ADT_A40", and "ADT" alone.
  if (trigger.starts_with("ADT_")) trigger.erase(0, 4);
  if (type.starts_with("ADT_") && trigger.empty()) trigger = type.substr(4);
  if (type != "ADT" && !type.starts_with("ADT_")) return {};
  if (trigger.empty()) trigger = upper(hl7::value(message.first("EVN"), 1));
  return is_trigger(trigger) ? trigger : std::string();
}

std::string facility_of(const Message& message) {
  for (const std::size_t field : {4, 3}) {
    if (std::string text = hl7::value(message.first("MSH"), field); !text.empty()) return text;
  }
  return "unknown";
}

std::string reference_of(const std::vector<Segment>& segments, const std::string& facility) {
  const Segment* visit = first(segments, "PV1");
  const Segment* pid = first(segments, "PID");
  const std::string at = part_of_reference(facility) + "/";
  if (const std::string number = hl7::value(visit, 19); !number.empty()) return at + part_of_reference(number);
  if (const std::string number = hl7::value(visit, 50); !number.empty()) return at + "alternate/" + part_of_reference(number);
  if (const std::string number = hl7::value(pid, 18); !number.empty()) return at + "account/" + part_of_reference(number);
  const auto patient = patient_of(pid);
  const auto admitted = instant_at(hl7::value(visit, 44));
  if (patient.empty() || !admitted) return {};
  return at + "patient/" + part_of_reference(patient.front().id) + "/" + to_text(*admitted);
}

}  // namespace concordat::health
