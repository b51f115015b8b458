// Events as JSON for people to read: snake_case names of the schema, enum values by their words, times as RFC 3339.
// Output only: no program reads it back as an event. Pure; field order is the schema's, so equal events give equal
// text.
#pragma once

#include <string>
#include <string_view>

#include "proto/contract/facts.h"

namespace google::protobuf {
class Message;
}

namespace concordat::contract {

/// [{"person": 4711, "roles": ["victim"], "items": {"name": {…}, "date_of_birth": {…}}}, …]; an item holds its fields
/// by name. Precondition: `event` is the message of a kind.
std::string render_people(const google::protobuf::Message& event);
/// {"case_reference": {…}, "incident_details": {…}}: the items of the case.
std::string render_case(const google::protobuf::Message& event);
/// {"event": {"historic": "no"}, "people": {"4711": {"age_band": "25_to_59"}}}; unknown facts are left out.
std::string render_facts(const FactSet& facts);

/// A JSON string with its quotation marks. Bytes that are not UTF-8 become U+FFFD.
std::string json_text(std::string_view text);

}  // namespace concordat::contract
