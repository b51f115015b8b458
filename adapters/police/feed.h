// The police feed: files out of the watched folder, through the readers, into the keep. One thread, between turns of the loop.
#pragma once

#include "adapters/police/incidents.h"
#include "adapters/sdk/folder.h"
#include "adapters/sdk/intake.h"
#include "proto/observe/log.h"

namespace concordat::police {

class Feed {
 public:
  Feed(sdk::Folder folder, Reading reading, sdk::Intake intake, keep::Keep& keep, Milliseconds silent_after, observe::Log& log)
      : folder_(std::move(folder)), reading_(std::move(reading)), intake_(intake), keep_(keep), silent_after_(silent_after), log_(log) {}

  /// Takes at most one file. A full outbox or a file system that is away leaves everything as it was: call again.
  Result<int> look(const directory::Directory& directory, const policy::InForce& agreements, Instant now);

 private:
  Result<int> take(const std::string& name, const directory::Directory& directory, const policy::InForce& agreements, Instant now);
  void alarm_if_silent(Instant now);

  sdk::Folder folder_;
  Reading reading_;
  sdk::Intake intake_;
  keep::Keep& keep_;
  Milliseconds silent_after_;
  observe::Log& log_;
  std::optional<Instant> last_;     ///< When a file last came, or the feed was started or last alarmed.
};

}  // namespace concordat::police
