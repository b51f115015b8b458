// A watched folder: files that are complete, oldest name first; each is moved to done or quarantine when it has been taken.
//
// Complete: renamed into place by the source (any name that does not end in .part, .tmp or begin with a dot), with size and
// time of change the same as at the look before. Names are taken in their order, so that a source that numbers its files is
// read in its order.
//
// A writer may pause for longer than that, or put another file in the place of one that is being read. So a file is moved only if
// it is still the one that was read (inode, size, time of change), and for a while afterwards it is looked at where it lies: if it
// has grown there it comes back and is read again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "proto/base/result.h"

namespace concordat::sdk {

/// Which file it is, and in which state.
struct Stamp {
  std::uint64_t device = 0, inode = 0, size = 0;
  std::int64_t changed_ns = 0;
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

class Folder {
 public:
  /// `done` and `quarantine` are made if they are not there. E-CONFIG if a folder cannot be used, or is not on the file system of
  /// `in`, for then nothing could be moved there. At most `bytes_max` a file: a larger one is moved to quarantine by the caller.
  static Result<Folder> open(std::filesystem::path in, std::filesystem::path done, std::filesystem::path quarantine);

  struct Complete {
    std::string name;
    Stamp stamp;
  };
  /// Files that are complete, in the order of their names. A file is complete at the earliest at the second look.
  Result<std::vector<Complete>> complete();
  struct Text {
    std::string text;
    Stamp stamp;  ///< Of what was read.
  };
  /// E-INPUT if it cannot be read, E-LIMIT if it is larger than `bytes_max`; Busy if it changed while it was read.
  Result<Text> read(const std::string& name, std::size_t bytes_max) const;
  /// Moves it away, under a free name, and syncs both folders; false if it is not as `read` any more: then it is left, to be read
  /// again. After a crash in between it is simply read again.
  Result<bool> finish(const std::string& name, const Stamp& read, bool quarantined);

 private:
  struct Finished {
    std::filesystem::path where;
    std::string name;
    Stamp stamp;
    int looks = 0;  ///< How often it is still looked at.
  };
  void bring_back();
  std::filesystem::path in_, done_, quarantine_;
  std::map<std::string, Stamp> seen_;
  std::vector<Finished> finished_;
};

}  // namespace concordat::sdk
