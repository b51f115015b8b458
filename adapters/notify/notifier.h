// The desk: files what is delivered into its case, and does the next thing that is due, one at a time. One thread.
//
//   file:  event → case → keep, one transaction → acknowledged
//   send:  intent and reference → keep → POST → result → keep
//
// Killed anywhere, the next start finds either nothing of a message, or its intent: then it is looked up by its reference before
// anything is sent again. Cases are read from the keep each time; in memory is only when which is to be looked at.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "adapters/notify/book.h"
#include "adapters/sdk/keep/keep.h"
#include "adapters/sdk/reading.h"
#include "proto/base/entropy.h"
#include "proto/observe/log.h"

namespace concordat::notify {

struct Place {
  std::string tasks;             ///< Folder of open tasks, one JSON file each.
  std::string done;              ///< Where they go.
  bool live = false;             ///< The environment: what is of the other one is never told.
  unsigned a_minute = 300;       ///< Requests to send.
};

class Notifier final : public sdk::Desk {
 public:
  /// Makes the folders, and takes up what a crash left undone.
  static Result<std::unique_ptr<Notifier>> open(Place place, Rules rules, Service& service, keep::Keep& keep, Entropy& entropy, Clock& clock,
                                                observe::Log& log);

  Result<int> file(const sdk::OpenedEvent& event, Instant now) override;
  Result<int> recall(const wire::Recall& recall, Instant now) override;
  Result<int> doubt(const EventId& event, const std::string& why, Instant now) override;
  /// At most one request to the service, and whatever people did meanwhile. False if nothing was due.
  Result<bool> work();
  /// A delivery receipt. Durable when it returns; of a reference that is not known nothing happens.
  Result<int> receipt(const std::string& reference, const std::string& id, const std::string& status);
  Result<Case> load(const Pseudonym& name);

 private:
  Notifier(Place place, Rules rules, Service& service, keep::Keep& keep, Entropy& entropy, Clock& clock, observe::Log& log)
      : place_(std::move(place)), rules_(std::move(rules)), service_(service), keep_(keep), entropy_(entropy), clock_(clock), log_(log) {}
  Result<int> take_up();
  /// One case that changed, and what followed.
  struct Work {
    Case one;
    Bytes before;
    Effects effects;
  };
  Result<Work> begin(const Pseudonym& name);
  void add(keep::Changes& changes, Work& work);
  Result<int> commit(keep::Changes changes, std::vector<Work*> works, Instant now);
  void schedule(const Work& work, Instant now);
  Result<bool> advance(const Pseudonym& name, Instant now);
  Result<bool> send(Work& work, Book& book, Instant now);
  Result<int> move_away(const Digest& corrected, const Pseudonym& to, keep::Changes& changes, std::vector<Work*>& works, Work& other, Instant now);
  Result<bool> room(const std::string& to, Instant now, keep::Changes& changes);
  Result<int> give_back(const std::string& to, Instant counted, keep::Changes& changes);
  Result<bool> steps(Instant now);
  Result<bool> settle(Instant now);
  Result<int> write_task(const Case& one, const Telling& telling);
  void alarm_unwritten(const Error& why, Instant now);

  Place place_;
  Rules rules_;
  Service& service_;
  keep::Keep& keep_;
  Entropy& entropy_;
  Clock& clock_;
  observe::Log& log_;
  std::map<Pseudonym, Instant> due_;                 ///< Open cases, and when to look at each.
  std::map<std::uint8_t, std::set<Pseudonym>> open_; ///< As the keep has them, by first byte.
  Instant paused_until_{};
  Instant unwritten_said_{};
  std::deque<Instant> posted_;
};

}  // namespace concordat::notify
