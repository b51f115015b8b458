// GOV.UK Notify's REST API (notifications.service.gov.uk, API version 2): texts, e-mails, letters, and what became of them. Errors are
// told apart by status code and error name, never by their words.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "adapters/notify/service.h"
#include "adapters/sdk/http/http.h"
#include "proto/base/secret_bytes.h"

namespace concordat::notify {

/// "{name}-{issuer: a UUID}-{secret: a UUID}".
struct ApiKey {
  std::string issuer;
  SecretBytes secret;
};
/// E-KEY-FILE: others than its owner may read it, or it holds no such key. Never quotes it.
Result<ApiKey> read_api_key(const std::filesystem::path& file);

class Client final : public Service {
 public:
  Client(std::unique_ptr<http::Client> over, ApiKey key, Clock& clock) : over_(std::move(over)), key_(std::move(key)), clock_(clock) {}
  Answer send(const Message& message, Instant now) override;
  Looked look_up(const Message& message, Instant now) override;
  Looked ask(const Message& message, Instant now) override;

 private:
  Result<http::Response> exchange(http::Request request, bool& sent);

  std::unique_ptr<http::Client> over_;
  ApiKey key_;
  Clock& clock_;
};

}  // namespace concordat::notify
