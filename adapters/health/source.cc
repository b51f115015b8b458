// Messages into inputs: see source.h.
#include "adapters/health/source.h"

#include "adapters/health/follow.h"
#include "adapters/health/naming.h"
#include "adapters/sdk/read/record.h"

namespace concordat::health {
namespace {

using hl7::Message;
using hl7::Segment;
using sdk::Failure;
using sdk::Input;

constexpr std::size_t kMessagesMost = 200'000;

/// As it came, or, where it carries documents, without them: nothing is made of a field so long.
std::string raw_of(std::string_view text, const Message& message) {
  if (text.size() <= read::kRecordBytesMax) return std::string(text);
  std::string out;
  for (const Segment& segment : message.segments) {
    constexpr std::size_t kLong = 32u << 10;
    out += segment.name;
    for (std::size_t n = segment.name == "MSH" ? 2 : 1; n < segment.fields.size(); ++n) {
      const bool is_encoding = segment.name == "MSH" && n == 2;
      out += "|" + (is_encoding ? "^~\\&" : segment.fields[n].size() > kLong ? std::string() : segment.fields[n]);
    }
    out += '\r';
  }
  return out;
}

}  // namespace

Input HealthSource::read_one(const hl7::Piece& piece) const {
  const auto message = hl7::parse(piece.text, piece.line);
  if (!message) return sdk::failed_input(piece.line, "MSH", message.error(), piece.text.substr(0, read::kRecordBytesMax), true);
  Input input;
  input.line = piece.line;
  input.raw = raw_of(piece.text, *message);
  input.test = is_test(*message);
  const std::string trigger = trigger_of(*message);
  const bool is_of_nobody = !trigger.empty() && message->first("PID") == nullptr;  // what it says may not have been read either
  input.may_be_high_risk = carries_risk(*message, reading_.rules) || is_for_a_person(trigger) || is_of_nobody;
  input.reference = reference_of(message->segments, facility_of(*message));
  if (input.test && reading_.environment == sdk::Environment::Live) {
    input.failure = Failure{piece.line, "MSH-11", {Fault::Malformed, code::kTestData, "MSH-11 is not P"}};
    input.may_be_high_risk = false;
  } else if (input.raw.size() > read::kRecordBytesMax) {
    input.failure = Failure{piece.line, "MSH", {Fault::Malformed, code::kLimit, "the message is too long to be kept"}};
    input.raw.resize(read::kRecordBytesMax);
  } else if (hl7::value(message->first("MSH"), 9).empty()) {
    input.failure = Failure{piece.line, "MSH-9", {Fault::Malformed, code::kInput, "the message does not say what it is"}};
  }
  return input;
}

std::vector<Input> HealthSource::read(const std::string& name, std::string_view text) const {
  std::vector<Input> inputs;
  for (const hl7::Piece& piece : hl7::cut(text, name == kFrameName)) {
    if (inputs.size() == kMessagesMost) {
      inputs.push_back(sdk::failed_input(piece.line, "file", {Fault::Malformed, code::kLimit, "over 200,000 messages in one file"}, {}, true));
      break;
    }
    inputs.push_back(read_one(piece));
  }
  return inputs;
}

Result<int> HealthSource::follow(Input& input, sdk::Kept& kept, Instant now) const {
  TRY(const Message message, hl7::parse(input.raw, input.line));
  return follow_message(reading_, message, input, kept, now);
}

}  // namespace concordat::health
