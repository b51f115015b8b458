// The police feed: see feed.h.
#include "adapters/police/feed.h"

#include <algorithm>

#include "adapters/sdk/read/record.h"

namespace concordat::police {

Result<int> Feed::look(const directory::Directory& directory, const policy::InForce& agreements, Instant now) {
  if (!last_) last_ = now;
  TRY(const std::vector<std::string> names, folder_.complete());
  if (names.empty()) {
    alarm_if_silent(now);
    return 0;
  }
  last_ = now;
  const auto taken = take(names.front(), directory, agreements, now);
  if (!taken && taken.error().fault == Fault::Busy) {
    log_.warning("the feed waits", taken.error());
    return 0;
  }
  return taken;
}

Result<int> Feed::take(const std::string& name, const directory::Directory& directory, const policy::InForce& agreements, Instant now) {
  const auto text = folder_.read(name, read::kFileBytesMax);
  std::vector<sdk::Input> inputs;
  if (text) {
    inputs = read_file(name, *text, reading_);
  } else {
    inputs.push_back({1, {}, {}, sdk::Failure{1, "file", text.error()}, {}});
  }
  const std::string key = keep_.content_hash(Writer().sized(name).sized(text ? *text : Bytes()).bytes()).hex();
  TRY(const sdk::IntakeCounts counts, intake_.take(name, key, inputs, directory, agreements, now));
  const bool nothing_mapped = std::all_of(inputs.begin(), inputs.end(), [](const sdk::Input& input) { return input.failure.has_value(); });
  TRY_VOID(folder_.finish(name, nothing_mapped));
  TRY_VOID(intake_.forget(key, now));
  log_.info("file taken", {{"inputs", counts.inputs}, {"events", counts.events}, {"unchanged", counts.unchanged},
                           {"kept_home", counts.kept_home}, {"quarantined", counts.quarantined}});
  return 0;
}

void Feed::alarm_if_silent(Instant now) {
  if (silent_after_.count() == 0 || *last_ + silent_after_ > now) return;
  log_.error("the feed is silent", {{"code", code::kSilent.name}, {"since", *last_}});
  last_ = now;
}

}  // namespace concordat::police
