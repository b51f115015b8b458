// The configuration of concordat-notify: README.md has the page. Secrets by file reference only; unknown keys are errors.
#pragma once

#include <filesystem>
#include <string>

#include "adapters/notify/rules.h"
#include "adapters/sdk/http/http.h"
#include "adapters/sdk/settings.h"

namespace concordat::notify {

struct NotifySettings {
  sdk::Settings shared;
  std::string desk;
  std::filesystem::path tasks, done;
  http::ClientOptions service;
  std::filesystem::path key;             ///< File of the API key.
  bool callbacks = false;
  http::ServerOptions listen;
  std::filesystem::path token;           ///< File of the callbacks' bearer token.
  unsigned a_minute = 300;
  Rules rules;                           ///< With templates and calendar loaded and checked.
};

/// E-CONFIG names the key, or the template and the word, that cannot be used.
Result<NotifySettings> read_settings(const std::string& file);
/// Every template of both languages in `folder`, checked with the word lists in `tables`. None has an id yet.
Result<Templates> load_templates(const std::filesystem::path& folder, const std::filesystem::path& tables);
Result<Calendar> load_calendar(const std::filesystem::path& tables);
/// In live only over TLS; in test only on this machine, where the emulator is: a victim is never told of a test. E-ENVIRONMENT.
Result<int> check_environment(const std::string& base, bool live);

}  // namespace concordat::notify
