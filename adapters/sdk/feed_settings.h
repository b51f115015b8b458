// What a program that publishes is told of its feed: see publisher.h for the file.
#pragma once

#include <filesystem>
#include <string>

#include "adapters/sdk/publisher.h"
#include "adapters/sdk/settings.h"

namespace concordat::sdk {

struct FeedSettings {
  bool live = false;
  bool has_folder = false;
  std::filesystem::path in, done, quarantine;
  Milliseconds silent_after{0};
  Milliseconds keep_inputs = std::chrono::days(90);     ///< How long an input is kept as it came; 0: not at all.
  Milliseconds quarantine_age = std::chrono::hours(24);  ///< How long an input may be in quarantine before it alarms; 0: for ever.
  std::string adapter, system;
  Settings shared;

  Environment environment() const { return live ? Environment::Live : Environment::Test; }
};

/// What a dry run needs, and no more: no keys, no directory. The rest of the file is not looked at.
Result<FeedSettings> read_feed(text::Map& map, PublishingProgram& program);
Result<FeedSettings> read_all(const text::Document& document, PublishingProgram& program);

}  // namespace concordat::sdk
