// A feed of files: out of a watched folder, through their source, into the keep. One thread, between turns of the loop.
//
// Files are taken in the order of their names, a few inputs at a look. A short file may overtake a long one, so that what is urgent
// does not wait behind a backlog, but only if nothing it speaks of is spoken of in a file before it: a correction never overtakes.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>

#include "adapters/sdk/folder.h"
#include "adapters/sdk/intake.h"
#include "adapters/sdk/silence.h"
#include "adapters/sdk/source.h"
#include "proto/observe/log.h"

namespace concordat::sdk {

class Feed {
 public:
  /// `source` must outlive the feed; `intake` completes inputs from the same source.
  /// `silent` hears when the feed has said nothing for `silent_after`.
  Feed(Folder folder, const Source& source, Intake intake, keep::Keep& keep, Milliseconds silent_after, observe::Log& log,
       std::function<void(Instant since)> silent = {})
      : folder_(std::move(folder)), source_(source), intake_(intake), keep_(keep), silence_(silent_after, log, std::move(silent)), log_(log) {}

  /// Takes a few inputs; true if there are more, so that it should be called again at once. A full outbox, or a folder or disk that
  /// is away, is said in the log and leaves everything as it was: call again later. Any other error is final.
  Result<bool> look(const directory::Directory& directory, const policy::InForce& agreements, Instant now);

 private:
  /// A file that was read and is not yet taken whole.
  struct Open {
    Stamp stamp;
    std::string key;
    std::vector<Input> inputs;
    std::set<std::string> speaks_of;  ///< References of its events.
    IntakeCounts counts;
  };
  using Files = std::vector<Folder::Complete>;
  Result<bool> look_once(const directory::Directory& directory, const policy::InForce& agreements, Instant now);
  Result<int> close_what_changed(const Files& files, Instant now);
  Result<std::size_t> open_next(const Files& files);
  Result<bool> open(const Folder::Complete& file);
  bool may_overtake(const Files& files, std::size_t place, std::size_t opened) const;
  Result<int> take(const std::string& name, const directory::Directory& directory, const policy::InForce& agreements, Instant now);
  Result<int> finish(const std::string& name, Open& file, Instant now);

  Folder folder_;
  const Source& source_;
  Intake intake_;
  keep::Keep& keep_;
  Silence silence_;
  observe::Log& log_;
  std::map<std::string, Open> open_;
};

}  // namespace concordat::sdk
