// Envelopes: see envelope.h.
#include "adapters/courts/envelope.h"

namespace concordat::courts {

using read::Json;
using sdk::Failure;

namespace {

/// Notifications nest no deeper.
constexpr int kWrappersMax = 3;

bool looks_like_a_hearing(const Json& json) {
  return json.member("id") != nullptr && (json.member("prosecutionCases") != nullptr || json.member("courtApplications") != nullptr) && json.member("courtCentre") != nullptr;
}

/// Of what came instead of a hearing, as far as its shape says: whoever finds it in the quarantine knows where it belongs.
std::string what_it_is(const Json& json) {
  const auto has = [&](const char* name) { return json.member(name) != nullptr; };
  if (has("defendantName") && has("caseNo")) return "this is a case of Libra, which this program does not read: it takes Common Platform hearings and SPI results";
  if (has("case_details") || has("case_type_id") || has("case_data")) return "this is a case of the family or civil courts, which this program does not read: it takes hearings of the criminal courts";
  const Json* first = json.kind() == Json::Kind::Array && !json.elements().empty() ? &json.elements().front().second : nullptr;
  if (first != nullptr && first->kind() == Json::Kind::Text && first->scalar().find("S3Pointer") != std::string::npos) return "the message lies elsewhere (S3), and this only says where: have it delivered whole";
  if (has("prosecutionCases") || has("courtApplications")) return "parts of a hearing, and no hearing: it has no id, or no courtCentre";
  return "this is no Common Platform hearing: there is none under `hearing`";
}

std::string event_type_of(const Json& notification) {
  const Json* attributes = notification.member("MessageAttributes");
  const Json* type = attributes == nullptr ? nullptr : attributes->member("hearingEventType");
  const Json* value = type == nullptr ? nullptr : type->member("Value");
  return value == nullptr ? std::string() : value->scalar();
}

}  // namespace

Failure no_hearing(std::uint64_t line, std::string field, std::string why) { return {line, std::move(field), {Fault::Malformed, code::kInput, std::move(why)}}; }

tl::expected<Opened, Failure> open(std::string_view text, std::uint64_t line) {
  Opened out;
  std::string layer(text);
  for (int depth = 0; depth < kWrappersMax; ++depth) {
    auto parsed = read::parse_json(layer);
    const std::string field = depth == 0 ? "record" : "Message";
    const std::uint64_t at = out.all_on != 0 ? out.all_on : line;
    if (!parsed && depth > 0) return tl::unexpected(no_hearing(at, field, "a notification's Message is JSON in a text, and this is none"));
    if (!parsed) return tl::unexpected(Failure{at, field, parsed.error()});
    out.owned = std::make_unique<Json>(std::move(*parsed));
    if (const Json* type = out.owned->member("Type"); type != nullptr && type->scalar().ends_with("Confirmation")) {
      return tl::unexpected(no_hearing(at, "Type", "this is about a subscription and no hearing: confirm it by hand"));
    }
    const Json* message = out.owned->member("Message");
    if (message == nullptr) break;
    if (message->kind() != Json::Kind::Text) return tl::unexpected(no_hearing(at, "Message", "a notification's Message is JSON in a text"));
    if (out.event_type.empty()) out.event_type = event_type_of(*out.owned);
    if (out.all_on == 0) out.all_on = line + message->line() - 1;
    layer = std::string(message->scalar());
  }
  out.envelope = out.owned.get();
  if (const Json* hearing = out.owned->member("hearing"); hearing != nullptr && hearing->kind() != Json::Kind::Null) {
    if (hearing->kind() != Json::Kind::Object) return tl::unexpected(no_hearing(line, "hearing", "it is no object"));
    out.hearing = hearing;
    out.path = "hearing";
  } else if (looks_like_a_hearing(*out.owned)) {
    out.hearing = out.owned.get();
  } else {
    return tl::unexpected(no_hearing(out.all_on != 0 ? out.all_on : line, "hearing", what_it_is(*out.owned)));
  }
  return out;
}

Result<std::string> hearing_id(std::string_view text) {
  const auto opened = open(text, 1);
  if (!opened) return tl::unexpected(opened.error().error);
  const Json* id = opened->hearing->member("id");
  if (id == nullptr || id->scalar().empty()) return fail(Fault::Malformed, code::kInput, "a hearing without an id");
  return id->scalar();
}

}  // namespace concordat::courts
