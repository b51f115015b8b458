// The inbox: see inbox.h.
#include "adapters/inbox/inbox.h"

#include <filesystem>

#include "adapters/inbox/document.h"
#include "proto/base/durable_file.h"
#include "proto/wire/limits.h"

namespace concordat::inbox {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHistoryQueue = "history";
constexpr std::size_t kAtOnce = 1'000;

std::string filed_key(const EventId& event) { return "filed/" + event.hex(); }
std::string corrected_key(const Digest& digest) { return "corrected/" + digest.hex(); }
std::string recalled_key(const EventId& event) { return "recalled/" + event.hex(); }
std::string digest_key(const Digest& digest) { return "digest/" + digest.hex(); }

/// Of a path that cannot be looked at: no.
bool is_there(const std::string& path) {
  std::error_code unknown;
  return fs::exists(path, unknown);
}

}  // namespace

std::string Inbox::path_of(const std::string& folder, const EventId& event) { return folder + "/" + event.hex() + ".json"; }

Result<Inbox> Inbox::open(std::string folder, std::string history, keep::Keep& keep, Instant) {
  TRY_VOID(make_directory(folder));
  TRY_VOID(make_directory(history));
  Inbox inbox(std::move(folder), std::move(history), keep);
  TRY_VOID(inbox.settle());
  return inbox;
}

/// The event that this one corrects, if this desk had it.
Result<std::optional<EventId>> Inbox::replaced_by(const sdk::OpenedEvent& event) {
  if (event.header.corrects.none()) return std::optional<EventId>{};
  TRY(const std::optional<Bytes> known, keep_->state(digest_key(event.header.corrects)));
  return known ? EventId::from(*known) : std::nullopt;
}

/// A later revision stands here, or it was recalled after it was decided: what is delivered again then is history at once.
Result<bool> Inbox::is_past(const sdk::OpenedEvent& event) {
  TRY(const std::optional<Bytes> corrected, keep_->state(corrected_key(event.digest)));
  if (corrected) return true;
  TRY(const std::optional<Bytes> recalled, keep_->state(recalled_key(event.header.event)));
  if (!recalled) return false;
  const Sequence place = Reader(*recalled).u64();
  return place == 0 || event.decision.sequence <= place;
}

Result<int> Inbox::file_as_past(const sdk::OpenedEvent& event, Instant now) {
  const EventId id = event.header.event;
  TRY(const std::optional<EventId> replaces, replaced_by(event));
  TRY(const std::optional<Bytes> filed, keep_->state(filed_key(id)));
  TRY_VOID(replace_file(history_ + "/" + id.hex() + ".json", document(event, replaces)));
  keep::Changes changes;
  changes.state[digest_key(event.digest)] = Bytes(id.view());
  if (!event.header.corrects.none()) changes.state[corrected_key(event.header.corrects)] = Bytes(id.view());
  if (!filed) changes.state[filed_key(id)] = Bytes(keep_->content_hash("past").view());
  changes.counted["filed_as_past"] = 1;
  return keep_->commit(changes, now);
}

Result<int> Inbox::file(const sdk::OpenedEvent& event, Instant now) {
  TRY(const bool past, is_past(event));
  if (past) return file_as_past(event, now);
  const EventId id = event.header.event;
  TRY(const std::optional<EventId> replaces, replaced_by(event));
  const std::string text = document(event, replaces);
  const Bytes hash(keep_->content_hash(text).view());
  TRY(const std::optional<Bytes> filed, keep_->state(filed_key(id)));
  const std::string path = path_of(folder_, id);
  if (filed && *filed == hash && is_there(path)) return 0;

  keep::Changes changes;
  if (filed && is_there(path)) {
    // The same event under another decision, e.g. after an escalation: what was there before is kept.
    TRY(const std::optional<Bytes> before, read_file(path, wire::kMessageBytesMax * 4));
    TRY_VOID(replace_file(history_ + "/" + id.hex() + "." + keep_->content_hash(before.value_or(Bytes())).hex().substr(0, 8) + ".json",
                          before.value_or(Bytes())));
  }
  TRY_VOID(replace_file(path, text));
  changes.state[filed_key(id)] = hash;
  changes.state[digest_key(event.digest)] = Bytes(id.view());
  if (!event.header.corrects.none()) changes.state[corrected_key(event.header.corrects)] = Bytes(id.view());
  if (!filed) changes.counted["filed"] = 1;
  // Decided anew after a recall: it stands again, and the note of the recall does not.
  const std::string note = id.hex() + ".recalled.json";
  if (is_there(folder_ + "/" + note)) changes.queued.emplace_back(std::string(kHistoryQueue), note);
  if (replaces) changes.queued.emplace_back(std::string(kHistoryQueue), replaces->hex() + ".json");
  TRY_VOID(keep_->commit(changes, now));
  return settle();
}

Result<int> Inbox::recall(const wire::Recall& recall, Instant now) {
  keep::Changes changes;
  // Also of what is not here yet: it may still be on its way.
  changes.state[recalled_key(recall.event)] = Writer().u64(recall.sequence).take();
  TRY(const std::optional<Bytes> filed, keep_->state(filed_key(recall.event)));
  if (!filed) return keep_->commit(changes, now);
  TRY_VOID(replace_file(folder_ + "/" + recall.event.hex() + ".recalled.json", recall_note(recall.event, recall.sequence, recall.reason)));
  changes.queued.emplace_back(std::string(kHistoryQueue), recall.event.hex() + ".json");
  changes.counted["recalled"] = 1;
  TRY_VOID(keep_->commit(changes, now));
  return settle();
}

Result<int> Inbox::doubt(const EventId& event, const std::string& why, Instant now) {
  // Also of what is not here yet: it may still be on its way.
  TRY_VOID(replace_file(folder_ + "/" + event.hex() + ".doubted.json", doubt_note(event, why)));
  keep::Changes changes;
  changes.counted["doubted"] = 1;
  return keep_->commit(changes, now);
}

Result<int> Inbox::put_aside(const std::string& name) {
  if (!is_there(folder_ + "/" + name)) return 0;
  std::error_code error;
  fs::rename(folder_ + "/" + name, history_ + "/" + name, error);
  if (error) return fail(Fault::Unavailable, code::kStore, name + ": cannot be moved to history");
  TRY_VOID(sync_directory(history_));
  return sync_directory(folder_);
}

Result<int> Inbox::settle() {
  TRY(const std::vector<keep::Keep::Message> moves, keep_->queued(kHistoryQueue, kAtOnce));
  for (const keep::Keep::Message& move : moves) {
    TRY_VOID(put_aside(move.message));
    TRY_VOID(keep_->dequeue(move.id));
  }
  return 0;
}

}  // namespace concordat::inbox
