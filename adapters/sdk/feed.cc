// A feed of files: see feed.h.
#include "adapters/sdk/feed.h"

#include <algorithm>

#include "adapters/sdk/read/record.h"

namespace concordat::sdk {
namespace {

/// Inputs of one file at one look: a synced transaction each, together a fraction of a second.
constexpr std::size_t kInputsAtOnce = 32;
/// Bytes that are read and mapped at one look, the last file whole.
constexpr std::size_t kBytesAtOnce = 1u << 20;
constexpr std::size_t kOpenMost = 64;

/// What is over by itself when there is room again, or the disk is back.
bool passes(const Error& error) { return error.fault == Fault::Busy || error.fault == Fault::Unavailable; }

}  // namespace

Result<bool> Feed::look(const directory::Directory& directory, const policy::InForce& agreements, Instant now) {
  auto more = look_once(directory, agreements, now);
  if (more || !passes(more.error())) return more;
  log_.error("the feed waits", more.error());
  silence_.look(now);
  return false;
}

Result<bool> Feed::look_once(const directory::Directory& directory, const policy::InForce& agreements, Instant now) {
  TRY(const Folder::Look looked, folder_.look(now));
  for (const std::string& name : looked.passed_over) log_.warning("no file: it is passed over", {{"file", name}});
  const Files& files = looked.files;
  TRY_VOID(close_what_changed(files, now));
  if (files.empty()) {
    silence_.look(now);
    return false;
  }
  silence_.heard(now);
  TRY(const std::size_t opened, open_next(files));
  std::vector<std::string> turn;
  for (std::size_t place = 0; place < opened && turn.size() < 2; ++place) {
    if (place == 0 || may_overtake(files, place, opened)) turn.push_back(files[place].name);
  }
  bool waits = false;
  for (const std::string& name : turn) {
    // One that waits stops no other: what is urgent may be in that one.
    const auto taken = take(name, directory, agreements, now);
    if (taken) continue;
    if (!passes(taken.error())) return tl::unexpected(taken.error());
    log_.error("the feed waits", taken.error());
    waits = true;
  }
  return !waits && opened > 0 && (!open_.empty() || opened < files.size());
}

/// Forgets what was begun of a file that is another one now, or is gone.
Result<int> Feed::close_what_changed(const Files& files, Instant now) {
  for (auto each = open_.begin(); each != open_.end();) {
    const bool same = std::any_of(files.begin(), files.end(), [&](const auto& file) { return file.name == each->first && file.stamp == each->second.stamp; });
    if (same) {
      ++each;
      continue;
    }
    TRY_VOID(intake_.forget(each->second.key, now));
    each = open_.erase(each);
  }
  return 0;
}

/// Reads files in their order, as far as one look reaches. How many of the first are open.
Result<std::size_t> Feed::open_next(const Files& files) {
  std::size_t bytes = 0;
  for (std::size_t place = 0; place < files.size(); ++place) {
    if (open_.contains(files[place].name)) continue;
    if (bytes > kBytesAtOnce || open_.size() >= kOpenMost) return place;
    TRY(const bool readable, open(files[place]));
    if (!readable) return place;
    bytes += files[place].stamp.size;
  }
  return files.size();
}

Result<bool> Feed::open(const Folder::Complete& file) {
  const auto text = folder_.read(file.name, read::kFileBytesMax);
  // It is being written to: nothing behind it is looked at before it, for it may speak of the same.
  if (!text && text.error().fault == Fault::Busy) return false;
  if (text && text->stamp != file.stamp) return false;
  Open opened;
  opened.stamp = file.stamp;
  if (text) {
    opened.inputs = source_.read(file.name, text->text);
  } else {
    opened.inputs.push_back(failed_input(1, "file", text.error(), {}, true));
  }
  for (const Input& input : opened.inputs) {
    if (!input.reference.empty()) opened.speaks_of.insert(input.reference);
    for (const TypedEvent& event : input.events) opened.speaks_of.insert(event.reference);
  }
  opened.key = keep_.content_hash(Writer().sized(file.name).sized(text ? text->text : std::string()).bytes()).hex();
  open_.emplace(file.name, std::move(opened));
  return true;
}

bool Feed::may_overtake(const Files& files, std::size_t place, std::size_t opened) const {
  const Open& file = open_.at(files[place].name);
  if (place >= opened || file.inputs.size() > kInputsAtOnce) return false;
  for (std::size_t before = 0; before < place; ++before) {
    const std::set<std::string>& theirs = open_.at(files[before].name).speaks_of;
    if (std::any_of(file.speaks_of.begin(), file.speaks_of.end(), [&](const std::string& each) { return theirs.contains(each); })) return false;
  }
  return true;
}

Result<int> Feed::take(const std::string& name, const directory::Directory& directory, const policy::InForce& agreements, Instant now) {
  Open& file = open_.at(name);
  TRY(const IntakeCounts counts, intake_.take(name, file.key, file.inputs, directory, agreements, now, kInputsAtOnce));
  file.counts += counts;
  if (!counts.all) return 0;
  TRY_VOID(finish(name, file, now));
  open_.erase(name);
  return 0;
}

Result<int> Feed::finish(const std::string& name, Open& file, Instant now) {
  // A header and no rows is a run in which nothing happened.
  const bool nothing_mapped =
      !file.inputs.empty() && std::all_of(file.inputs.begin(), file.inputs.end(), [](const Input& input) { return input.failure.has_value(); });
  TRY(const bool moved, folder_.finish(name, file.stamp, nothing_mapped, now));
  TRY_VOID(intake_.forget(file.key, now));
  if (!moved) {
    log_.warning("a file changed while it was taken: it is read again", {{"file", name}});
    return 0;
  }
  log_.info("file taken", {{"inputs", file.counts.inputs}, {"events", file.counts.events}, {"unchanged", file.counts.unchanged},
                           {"kept_home", file.counts.kept_home}, {"quarantined", file.counts.quarantined}});
  return 0;
}

}  // namespace concordat::sdk
