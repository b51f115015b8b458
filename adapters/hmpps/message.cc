// Unwrapping: a few layers, each parsed for itself.
#include "adapters/hmpps/message.h"

#include <algorithm>

#include "adapters/sdk/read/record.h"

namespace concordat::hmpps {
namespace {

using read::Json;
using sdk::Failure;

constexpr int kLayersMax = 4;

tl::unexpected<Failure> failed(std::uint64_t line, std::string field, Code code, std::string why) {
  return tl::unexpected(Failure{line, std::move(field), {Fault::Malformed, code, std::move(why)}});
}

/// The next layer: JSON in a text, as SNS and SQS carry it, or an object, as Lambda hands a notification on or where somebody unfolded it.
const Json* inner(const Json& layer, std::string& name) {
  for (const char* each : {"Message", "Body", "body", "Sns"}) {
    const Json* found = layer.member(each);
    if (found == nullptr || (found->kind() != Json::Kind::Text && found->kind() != Json::Kind::Object)) continue;
    name = each;
    return found;
  }
  return nullptr;
}

}  // namespace

std::string_view text_at(const Json& body, std::string_view path) {
  const Json* here = &body;
  while (here != nullptr && !path.empty()) {
    const auto dot = path.find('.');
    here = here->member(path.substr(0, dot));
    path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
  }
  if (here == nullptr || here->kind() == Json::Kind::Null || here->kind() == Json::Kind::Array || here->kind() == Json::Kind::Object) return {};
  return read::trim(here->scalar());
}

tl::expected<Message, Failure> unwrap(const read::JsonRecord& record) {
  if (!record.why.empty()) return failed(record.line, "file", code::kInput, std::string(record.why));
  if (record.raw.size() > read::kRecordBytesMax) return failed(record.line, "file", code::kLimit, "the message is too long");
  auto layer = read::parse_json(record.raw);
  if (!layer) return tl::unexpected(Failure{record.line, "file", layer.error()});
  Message message{std::move(*layer), {}};
  for (int depth = 0; depth < kLayersMax; ++depth) {
    if (message.body.kind() != Json::Kind::Object) return failed(record.line, "Message", code::kInput, "the message is no object");
    const std::string_view kind = text_at(message.body, "Type");
    if (kind == "SubscriptionConfirmation" || kind == "UnsubscribeConfirmation") {
      return failed(record.line, "Type", code::kInput, "the notification is about the subscription itself and holds no event; whoever runs the queue answers it");
    }
    if (const std::string_view type = text_at(message.body, "eventType"); !type.empty()) message.type = type;
    if (message.type.empty()) message.type = text_at(message.body, "MessageAttributes.eventType.Value");
    std::string name;
    const Json* next = inner(message.body, name);
    if (next == nullptr) return message;
    if (next->kind() == Json::Kind::Object) {
      Json body = *next;
      message.body = std::move(body);
      continue;
    }
    auto parsed = read::parse_json(next->scalar());
    if (!parsed) return tl::unexpected(Failure{record.line, name, parsed.error()});
    message.body = std::move(*parsed);
  }
  return failed(record.line, "Message", code::kLimit, "more wrappers around it than anybody uses");
}

Result<read::Moment> parse_when(std::string_view text) {
  std::string plain(read::trim(text));
  for (const char* both : {"Z+", "Z-"}) {
    if (const auto at = plain.find(both); at != std::string::npos) plain.erase(at, 1);
  }
  // "Fri Jun 14 09:06:52 BST 2024"
  if (plain.size() == 28 && plain[3] == ' ' && plain[19] == ' ' && plain[23] == ' ') {
    const std::string zone = plain.substr(20, 3);
    if (zone != "BST" && zone != "GMT" && zone != "UTC") return fail(Fault::Malformed, code::kValue, "the zone is none of BST, GMT and UTC");
    plain = plain.substr(8, 2) + " " + plain.substr(4, 3) + " " + plain.substr(24) + " " + plain.substr(11, 8) + (zone == "BST" ? "+01:00" : "Z");
  }
  return read::parse_moment(plain);
}

bool is_code(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most && std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace concordat::hmpps
