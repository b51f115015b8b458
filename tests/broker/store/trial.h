// A store that is written to, cut off and opened again, and the properties it must keep (ASSURANCE.md), checked apart
// from the code under test.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "broker/store/rocksdb_hooks.h"
#include "tests/broker/store/fault_files.h"
#include "tests/broker/store/rows.h"

namespace concordat::store {

class Trial {
 public:
  /// `folder` is where the checkpoint is kept; it outlives the trial.
  Trial(std::string folder, std::uint64_t seed, Planted planted);
  /// Goes on where save() left off, in another process.
  Trial(std::string folder, ByteView saved);
  /// All that is known, and the disk as a cut at this moment would leave it. Callable from any thread.
  Bytes save();

  /// Opens; false if the store refuses, with the reason in error().
  bool open(bool drop_damaged_end = false);
  /// Appends up to `groups`, with a snapshot and a destroyed bucket now and then; stops when the engine has ended.
  void work(std::size_t groups);
  void close() { engine_.reset(); }
  /// The power will fail at the `call`-th call from now.
  void cut_at(std::uint64_t call);
  /// Closes; the disk is as the power cut left it.
  void cut(Tail tail);
  /// Opens after a failure and compares what is there with what was promised. Empty if all is well.
  std::string verdict(bool drop_damaged_end = false);
  FaultFiles& files() { return *files_; }
  const std::string& error() const { return error_; }
  /// Set when a group was called durable although a write of the write-ahead log had failed before it was handed over.
  const std::string& crime() const { return crime_; }
  Sequence acknowledged() const { return acknowledged_; }

 private:
  Group next_group();
  bool told_in_time();
  void acknowledge(const Group& group, bool after_failure);
  void destroy_old_bucket();
  void restore_checkpoint();
  std::string compare(const CheckReport& report) const;
  std::string compare_rest() const;

  std::string folder_;
  std::shared_ptr<FaultFiles> files_;
  Planted planted_;
  std::mt19937_64 random_;
  std::unique_ptr<Engine> engine_;
  std::string error_;

  std::mutex known_;  ///< What follows may be saved by a thread that is about to end the process.
  std::string crime_;
  std::map<Sequence, Digest> attempted_;  ///< Record hash by place: a record is the same however often it is tried.
  Sequence acknowledged_ = 0;
  Sequence snapshot_acknowledged_ = 0;
  std::set<std::uint32_t> destroyed_;

  std::uint64_t groups_ = 0;
  std::uint64_t answers_ = 0;
  std::atomic<std::uint64_t> told_{0};          ///< Answers given, counted as they are given,
  std::atomic<std::uint64_t> told_in_time_{0};  ///< and those given while the power was on.
  std::optional<Bytes> checkpoint_;             ///< As it was when the power failed.
};

}  // namespace concordat::store
