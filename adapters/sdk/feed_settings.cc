// Settings of a feed: see feed_settings.h.
#include "adapters/sdk/feed_settings.h"

#include <array>

namespace concordat::sdk {
namespace {

Result<int> read_folder(text::Map& feed, FeedSettings& settings) {
  TRY(settings.in, feed.path("folder"));
  TRY(settings.done, feed.path("done"));
  TRY(settings.quarantine, feed.path("quarantine"));
  return 0;
}

}  // namespace

Result<FeedSettings> read_feed(text::Map& map, PublishingProgram& program) {
  FeedSettings settings;
  TRY(const std::size_t environment, map.one_of("environment", std::array<std::string_view, 2>{"live", "test"}));
  settings.live = environment == 0;
  const bool has_feed = map.find("feed").has_value();
  if (!has_feed && !program.needs_folder()) {
    TRY_VOID(program.configure(&map, nullptr, settings.environment()));
    return settings;
  }
  TRY(text::Map feed, map.map("feed"));
  settings.has_folder = program.needs_folder() || feed.find("folder").has_value();
  if (settings.has_folder) TRY_VOID(read_folder(feed, settings));
  TRY(const text::Duration silent, feed.duration_or("silent_after", {}));
  settings.silent_after = silent.length();
  TRY(const text::Duration kept, feed.duration_or("keep_inputs", {90, text::Duration::Unit::Days}));
  settings.keep_inputs = kept.length();
  TRY(const text::Duration age, feed.duration_or("quarantine_age", {24, text::Duration::Unit::Hours}));
  settings.quarantine_age = age.length();
  TRY_VOID(program.configure(&map, &feed, settings.environment()));
  TRY_VOID(feed.finish());
  return settings;
}

Result<FeedSettings> read_all(const text::Document& document, PublishingProgram& program) {
  TRY(text::Map map, document.map());
  TRY(FeedSettings settings, read_feed(map, program));
  TRY(settings.adapter, map.text("adapter"));
  TRY(settings.system, map.text("system"));
  TRY(settings.shared, read_settings(map, {.publishes = true}));
  TRY_VOID(map.finish());
  return settings;
}

}  // namespace concordat::sdk
