// Delivery receipts: see callbacks.h.
#include "adapters/notify/callbacks.h"

#include <algorithm>
#include <array>

#include "adapters/sdk/http/bearer.h"
#include "adapters/sdk/read/json.h"

namespace concordat::notify {
namespace {

constexpr Milliseconds kPatience{4'000};
constexpr std::array<std::string_view, 6> kStatuses = {"delivered", "permanent-failure", "temporary-failure", "technical-failure", "sent", "sending"};

http::Response status(int code) {
  http::Response out;
  out.status = code;
  out.body = "{}";
  return out;
}

}  // namespace

Result<Receipt> read_receipt(const std::string& body) {
  TRY(const read::Json json, read::parse_json(body));
  const auto text = [&](std::string_view name) {
    const read::Json* member = json.member(name);
    return member != nullptr && member->kind() == read::Json::Kind::Text ? member->scalar() : std::string();
  };
  Receipt out{text("reference"), text("id"), text("status"), nullptr};
  const bool known = std::find(kStatuses.begin(), kStatuses.end(), out.status) != kStatuses.end();
  if (out.reference.empty() || out.reference.size() > 64 || out.id.empty() || out.id.size() > 64 || !known) return fail(Fault::Malformed, code::kInput, "it is no delivery receipt");
  return out;
}

http::Response Callbacks::answer(const http::Request& request) {
  if (request.path != "/receipts") return status(404);
  if (request.method != "POST") return status(405);
  if (!http::bears(request, token_)) return status(401);
  auto receipt = read_receipt(request.body);
  if (!receipt) return status(400);
  const auto durable = std::make_shared<concordat::Channel<bool>>(1);
  receipt->durable = durable;
  if (!queue_.try_send(std::move(*receipt))) return status(503);
  const std::optional<bool> done = durable->receive(kPatience);
  return status(done && *done ? 200 : 503);
}

}  // namespace concordat::notify
