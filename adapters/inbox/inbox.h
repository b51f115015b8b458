// A desk's inbox: one JSON file an event, written whole or not at all; a later revision takes its place, the earlier one goes to
// history. However often and in whatever order events are delivered each takes effect once: what a later revision has replaced, or a
// recall has taken back, goes to history when it is delivered again.
//
//   file: document → replace_file (temporary, fsync, rename, fsync of the folder) → keep: what was filed → history
//
// A crash between the steps is made good by the next delivery of the same event, or by settle() at the start.
#pragma once

#include <string>

#include "adapters/sdk/keep/keep.h"
#include "adapters/sdk/reading.h"

namespace concordat::inbox {

class Inbox final : public sdk::Desk {
 public:
  /// Makes the folders if they are not there, and finishes what a crash left undone.
  static Result<Inbox> open(std::string folder, std::string history, keep::Keep& keep, Instant now);

  Result<int> file(const sdk::OpenedEvent& event, Instant now) override;
  Result<int> recall(const wire::Recall& recall, Instant now) override;
  /// Leaves EVENT.doubted.json beside the document, which stays.
  Result<int> doubt(const EventId& event, const std::string& why, Instant now) override;

  /// "folder/EVENT.json"
  static std::string path_of(const std::string& folder, const EventId& event);

 private:
  Inbox(std::string folder, std::string history, keep::Keep& keep) : folder_(std::move(folder)), history_(std::move(history)), keep_(&keep) {}
  Result<std::optional<EventId>> replaced_by(const sdk::OpenedEvent& event);
  Result<bool> is_past(const sdk::OpenedEvent& event);
  Result<int> file_as_past(const sdk::OpenedEvent& event, Instant now);
  Result<int> settle();
  Result<int> put_aside(const std::string& name);

  std::string folder_;
  std::string history_;
  keep::Keep* keep_;
};

}  // namespace concordat::inbox
