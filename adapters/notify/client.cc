// GOV.UK Notify's REST API: see client.h.
#include "adapters/notify/client.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "adapters/notify/jwt.h"
#include "adapters/sdk/http/bearer.h"
#include "adapters/sdk/read/json.h"

namespace concordat::notify {
namespace {

using read::Json;

constexpr std::size_t kUuid = 36;
constexpr Milliseconds kMinute{60'000};
constexpr std::int64_t kSkewSeconds = 25;   // The service tolerates 30.

bool is_uuid(std::string_view text) {
  if (text.size() != kUuid) return false;
  for (std::size_t n = 0; n < kUuid; ++n) {
    const char c = text[n];
    const bool dash = n == 8 || n == 13 || n == 18 || n == 23;
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) return false;
  }
  return true;
}

/// The name of the first error of an error body; empty if there is none.
std::string error_name(const std::string& body) {
  const auto json = read::parse_json(body);
  if (!json) return {};
  const Json* errors = json->kind() == Json::Kind::Array ? &*json : json->member("errors");
  if (errors == nullptr || errors->elements().empty()) return {};
  const Json* name = errors->elements()[0].second.member("error");
  // Only what looks like a name is kept: it goes into logs and tasks.
  const bool plain = name != nullptr && name->scalar().size() <= 40 &&
                     std::all_of(name->scalar().begin(), name->scalar().end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
  return plain ? name->scalar() : "";
}

std::string text_of(const Json& json, std::string_view name) {
  const Json* member = json.member(name);
  return member != nullptr && member->kind() == Json::Kind::Text ? member->scalar() : "";
}

/// How far this machine's clock is ahead of the answer's Date header, in seconds; 0 if it cannot be told.
std::int64_t seconds_ahead(const http::Response& answer, Instant now) {
  const auto header = answer.headers.find("date");
  if (header == answer.headers.end() || header->second.size() < 25) return 0;
  // "Tue, 14 Jul 2026 10:31:00 GMT"
  const std::string& text = header->second;
  static constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  if (month == kMonths.end()) return 0;
  const auto part = [&](std::size_t at, std::size_t size) { return std::atoi(text.substr(at, size).c_str()); };
  const std::chrono::year_month_day day{std::chrono::year(part(12, 4)), std::chrono::month(static_cast<unsigned>(month - kMonths.begin() + 1)),
                                        std::chrono::day(static_cast<unsigned>(part(5, 2)))};
  if (!day.ok()) return 0;
  const auto theirs = std::chrono::sys_days(day) + std::chrono::hours(part(17, 2)) + std::chrono::minutes(part(20, 2)) + std::chrono::seconds(part(23, 2));
  return (now - theirs) / std::chrono::seconds(1);
}

Answer later(std::string why, Milliseconds pause, bool alarm) { return {Answer::Is::Later, "", std::move(why), pause, alarm}; }

/// What the service, or something before it, asks for in Retry-After, from a second to an hour; or the usual.
Milliseconds pause_of(const http::Response& answer, Milliseconds usual) {
  const auto header = answer.headers.find("retry-after");
  if (header == answer.headers.end() || header->second.empty() || header->second.find_first_not_of("0123456789") != std::string::npos) return usual;
  const long seconds = std::strtol(header->second.c_str(), nullptr, 10);
  return kMinute / 60 * std::clamp(seconds, 1L, 3'600L);
}

Answer read_answer(const http::Response& answer, Instant now) {
  const std::string name = error_name(answer.body);
  const std::string why = std::to_string(answer.status) + (name.empty() ? "" : " " + name);
  if (answer.status == 201) {
    const auto json = read::parse_json(answer.body);
    const std::string id = json ? text_of(*json, "id") : "";
    if (is_uuid(id)) return {Answer::Is::Accepted, id, why, Milliseconds{0}, false};
    return {Answer::Is::Unknown, "", "201 without an id", Milliseconds{0}, false};
  }
  if (answer.status == 400) return {Answer::Is::Refused, "", why, Milliseconds{0}, false};
  if (answer.status == 403 || answer.status == 401) {
    const std::int64_t ahead = seconds_ahead(answer, now);
    if (ahead > kSkewSeconds || ahead < -kSkewSeconds) {
      const std::string off = std::to_string(ahead > 0 ? ahead : -ahead) + " s " + (ahead > 0 ? "ahead of" : "behind");
      return later(why + ": this machine's clock is " + off + " the service's", kMinute, true);
    }
    return later(why + ": the API key is refused", 5 * kMinute, true);
  }
  if (answer.status == 429) return name == "TooManyRequestsError" ? later(why + ": the day's limit", pause_of(answer, 15 * kMinute), true) : later(why, pause_of(answer, kMinute), false);
  // A success that is not the service's own may be: something between has answered in its place.
  if (answer.status >= 500 || answer.status == 408 || answer.status / 100 == 2) return {Answer::Is::Unknown, "", why, pause_of(answer, kMinute / 6), false};
  return later(why + ": the address in the configuration is not the service's", 5 * kMinute, true);
}

std::string body_of(const Message& message) {
  Json out = Json::object();
  if (message.channel == Channel::Text) out.set("phone_number", Json::text(message.to));
  if (message.channel == Channel::Email) out.set("email_address", Json::text(message.to));
  out.set("template_id", Json::text(message.template_id));
  Json with = Json::object();
  for (const auto& [name, value] : message.personalisation) with.set(name, Json::text(value));
  out.set("personalisation", std::move(with));
  out.set("reference", Json::text(message.reference));
  return read::to_text(out);
}

}  // namespace

Result<ApiKey> read_api_key(const std::filesystem::path& file) {
  TRY(Bytes line, http::read_secret_line(file));
  const WipeAtEnd wipe(line);
  const auto bad = [&] { return fail(Fault::Malformed, code::kKeyFile, file.string() + ": it holds no API key of the form name-UUID-UUID"); };
  if (line.size() < 2 * kUuid + 3) return bad();
  const std::string_view all(line);
  const std::string_view secret = all.substr(all.size() - kUuid), issuer = all.substr(all.size() - 2 * kUuid - 1, kUuid);
  if (!is_uuid(secret) || !is_uuid(issuer) || all[all.size() - kUuid - 1] != '-' || all[all.size() - 2 * kUuid - 2] != '-') return bad();
  return ApiKey{std::string(issuer), SecretBytes(secret)};
}

Result<http::Response> Client::exchange(http::Request request, bool& sent) {
  sent = false;
  Bytes secret(key_.secret.view());
  const WipeAtEnd wipe(secret);
  TRY(const std::string token, make_token(key_.issuer, secret, clock_.now()));
  request.headers["Authorization"] = "Bearer " + token;
  request.headers["Content-Type"] = "application/json";
  request.headers["User-Agent"] = "concordat-notify";
  return over_->send(request, sent);
}

Answer Client::send(const Message& message, Instant) {
  static constexpr std::array<std::string_view, 4> kPaths = {"", "sms", "email", "letter"};
  http::Request request;
  request.method = "POST";
  request.path = "/v2/notifications/" + std::string(kPaths.at(static_cast<std::size_t>(message.channel)));
  request.body = body_of(message);
  bool sent = false;
  const auto answer = exchange(std::move(request), sent);
  if (answer) return read_answer(*answer, clock_.now());
  if (!sent) return later("the service cannot be reached", kMinute / 2, false);
  return {Answer::Is::Unknown, "", answer.error().detail, kMinute / 6, false};
}

Looked Client::look_up(const Message& message, Instant) {
  http::Request request;
  request.method = "GET";
  request.path = "/v2/notifications";
  request.query["reference"] = message.reference;
  bool sent = false;
  const auto answer = exchange(std::move(request), sent);
  if (!answer) return {Looked::Is::Failed, "", "", answer.error().detail};
  if (answer->status != 200) return {Looked::Is::Failed, "", "", std::to_string(answer->status) + " " + error_name(answer->body)};
  const auto json = read::parse_json(answer->body);
  const Json* list = json ? json->member("notifications") : nullptr;
  if (list == nullptr || list->kind() != Json::Kind::Array) return {Looked::Is::Failed, "", "", "an answer that is no list"};
  for (const auto& [name, each] : list->elements()) {
    // A list of something else must not pass for one that has nothing.
    if (text_of(each, "reference") != message.reference || !is_uuid(text_of(each, "id"))) return {Looked::Is::Failed, "", "", "a list of what was not asked for"};
  }
  if (list->elements().empty()) return {Looked::Is::Nothing, "", "", ""};
  const Json& first = list->elements()[0].second;
  return {Looked::Is::Found, text_of(first, "id"), text_of(first, "status"), list->elements().size() > 1 ? "several under one reference" : ""};
}

Looked Client::ask(const Message& message, Instant) {
  http::Request request;
  request.method = "GET";
  request.path = "/v2/notifications/" + message.id;
  bool sent = false;
  const auto answer = exchange(std::move(request), sent);
  if (!answer) return {Looked::Is::Failed, "", "", answer.error().detail};
  const auto json = read::parse_json(answer->body);
  if (answer->status != 200 || !json || text_of(*json, "id") != message.id) return {Looked::Is::Failed, "", "", std::to_string(answer->status) + " " + error_name(answer->body)};
  return {Looked::Is::Found, message.id, text_of(*json, "status"), ""};
}

}  // namespace concordat::notify
