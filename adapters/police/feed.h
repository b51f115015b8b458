// The police feed: files out of the watched folder, through the readers, into the keep. One thread, between turns of the loop.
//
// Files are taken in the order of their names, a few inputs at a look. A short file may overtake a long one, so that what is urgent
// does not wait behind a backlog, but only if nothing it speaks of is spoken of in a file before it: a correction never overtakes.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "adapters/police/incidents.h"
#include "adapters/sdk/folder.h"
#include "adapters/sdk/intake.h"
#include "proto/observe/log.h"

namespace concordat::police {

class Feed {
 public:
  Feed(sdk::Folder folder, Reading reading, sdk::Intake intake, keep::Keep& keep, Milliseconds silent_after, observe::Log& log)
      : folder_(std::move(folder)), reading_(std::move(reading)), intake_(intake), keep_(keep), silent_after_(silent_after), log_(log) {}

  /// Takes a few inputs; true if there are more, so that it should be called again at once. A full outbox, or a folder or disk that
  /// is away, is said in the log and leaves everything as it was: call again later. Any other error is final.
  Result<bool> look(const directory::Directory& directory, const policy::InForce& agreements, Instant now);

 private:
  /// A file that was read and is not yet taken whole.
  struct Open {
    sdk::Stamp stamp;
    std::string key;
    std::vector<sdk::Input> inputs;
    std::set<std::string> speaks_of;  ///< References of its events.
    sdk::IntakeCounts counts;
  };
  using Files = std::vector<sdk::Folder::Complete>;
  Result<bool> look_once(const directory::Directory& directory, const policy::InForce& agreements, Instant now);
  Result<int> close_what_changed(const Files& files, Instant now);
  Result<std::size_t> open_next(const Files& files);
  Result<bool> open(const sdk::Folder::Complete& file);
  bool may_overtake(const Files& files, std::size_t place, std::size_t opened) const;
  Result<int> take(const std::string& name, const directory::Directory& directory, const policy::InForce& agreements, Instant now);
  Result<int> finish(const std::string& name, Open& file, Instant now);
  void alarm_if_silent(Instant now);

  sdk::Folder folder_;
  Reading reading_;
  sdk::Intake intake_;
  keep::Keep& keep_;
  Milliseconds silent_after_;
  observe::Log& log_;
  std::map<std::string, Open> open_;
  std::optional<Instant> last_;     ///< When a file last came, or the feed was started or last alarmed.
};

}  // namespace concordat::police
