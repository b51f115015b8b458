// A watched folder: files that are complete, oldest name first; each is moved to done or quarantine when it has been taken.
//
// Complete: renamed into place by the source (any name that does not end in .part, .tmp or begin with a dot), with size and
// time of change the same as at the look before. Names are taken in their order, so that a source that numbers its files is
// read in its order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "proto/base/result.h"

namespace concordat::sdk {

class Folder {
 public:
  /// `done` and `quarantine` are made if they are not there, on the same file system as `in`. E-CONFIG if a folder cannot be
  /// used. At most `bytes_max` a file: a larger one is moved to quarantine by the caller.
  static Result<Folder> open(std::filesystem::path in, std::filesystem::path done, std::filesystem::path quarantine);

  /// Names of files that are complete, in order. A file is complete at the earliest at the second look.
  Result<std::vector<std::string>> complete();
  /// E-INPUT if it cannot be read or is larger than `bytes_max`.
  Result<std::string> read(const std::string& name, std::size_t bytes_max) const;
  /// Moves it away, under a free name, and syncs both folders. After a crash in between it is simply read again.
  Result<int> finish(const std::string& name, bool quarantined) const;

 private:
  struct Look {
    std::uintmax_t size = 0;
    std::filesystem::file_time_type changed;
    friend bool operator==(const Look&, const Look&) = default;
  };
  std::filesystem::path in_, done_, quarantine_;
  std::map<std::string, Look> seen_;
};

}  // namespace concordat::sdk
