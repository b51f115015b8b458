// A watched folder: files that are complete, oldest name first; each is moved to done or quarantine when it has been taken.
//
// Complete: renamed into place by the source (any name that does not end in .part, .tmp or begin with a dot), with size and
// time of change the same as at the look before. Names are taken in their order, so that a source that numbers its files is
// read in its order: one that is still being written holds back those of later names that came with it or after it, for they may
// speak of the same, but no longer than kHeldBack without a pause.
//
// A writer may pause for longer than that, or put another file in the place of one that is being read. So a file is moved only if
// it is still the one that was read (inode, size, time of change), and for kLookedAfter it is looked at where it lies: if it
// has grown there it comes back and is read again. Only the newest 256 are looked at, and none after a restart: a writer who needs
// longer gives the file its name when it is whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "proto/base/result.h"
#include "proto/base/time.h"

namespace concordat::sdk {

/// Which file it is, and in which state.
struct Stamp {
  std::uint64_t device = 0, inode = 0, size = 0;
  std::int64_t changed_ns = 0;
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

/// How long a file is looked at after it was moved.
inline constexpr Milliseconds kLookedAfter{120'000};
/// How long a file that changes from look to look holds back those behind it.
inline constexpr Milliseconds kHeldBack{120'000};

class Folder {
 public:
  /// `done` and `quarantine` are made if they are not there. E-CONFIG if a folder cannot be used, or is not on the file system of
  /// `in`, for then nothing could be moved there: a name that is wrong is found at the start. Later a folder that is away is waited for. At most `bytes_max` a file: a larger one is moved to quarantine by the caller.
  static Result<Folder> open(std::filesystem::path in, std::filesystem::path done, std::filesystem::path quarantine);

  struct Complete {
    std::string name;
    Stamp stamp;
  };
  struct Look {
    std::vector<Complete> files;           ///< That are complete, in the order of their names: at the earliest at the second look.
    std::vector<std::string> passed_over;  ///< Links, pipes and folders, which are never taken: each is named once.
  };
  /// Unavailable if the folder cannot be read.
  Result<Look> look(Instant now);
  struct Text {
    std::string text;
    Stamp stamp;  ///< Of what was read.
  };
  /// E-INPUT if it cannot be read, E-LIMIT if it is larger than `bytes_max`; Busy if it changed while it was read.
  Result<Text> read(const std::string& name, std::size_t bytes_max) const;
  /// Moves it away, under a free name, and syncs both folders; false if it is not as `read` any more: then it is left, to be read
  /// again. After a crash in between it is simply read again.
  Result<bool> finish(const std::string& name, const Stamp& read, bool quarantined, Instant now);

 private:
  struct Finished {
    std::filesystem::path where;
    std::string name;
    Stamp stamp;
    Instant until;  ///< How long it is still looked at.
  };
  struct Seen {
    Stamp stamp;
    std::uint64_t first = 0;  ///< The look at which it was there first.
    Instant moved;            ///< When it last rested, or came.
    bool rests = false;       ///< It was the same at the look before.
  };
  void bring_back(Instant now);
  Seen seen_now(const std::string& name, const Stamp& stamp, Instant now) const;

  std::filesystem::path in_, done_, quarantine_;
  std::uint64_t looks_ = 0;
  std::map<std::string, Seen> seen_;
  std::set<std::string> passed_over_;
  std::vector<Finished> finished_;
};

}  // namespace concordat::sdk
