// audit: `store check` of a running broker. It may take minutes, so it has a thread and a view of the log of its own; whoever
// asked comes back for how far it is and for what it found.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "broker/append/protect.h"
#include "broker/store/check.h"
#include "proto/base/channel.h"
#include "proto/text/json.h"

namespace concordat::broker {

/// What a check reads: made on the core's thread, read on the check's.
struct CheckParts {
  std::unique_ptr<store::Log> log;
  std::unique_ptr<BucketKeys> keys;
  std::optional<store::Checkpoint> checkpoint;  ///< As it was before the view was taken.
};

/// One check at a time. Called from one thread, but for running().
class StoreCheck {
 public:
  explicit StoreCheck(std::string broker) : broker_(std::move(broker)) {}
  /// Ends a check that is under way.
  ~StoreCheck();
  StoreCheck(const StoreCheck&) = delete;
  StoreCheck& operator=(const StoreCheck&) = delete;

  bool running() const { return running_; }
  /// Starts a check, unless one is under way.
  void begin(CheckParts parts);
  /// {"running": true, "records_checked", "records", "file_bytes_checked"} while it is under way; afterwards what was found:
  /// {"records", "chain", "erased", "head", "findings"}, or E-CHAIN, E-STORE. E-NOT-FOUND if none was begun.
  Result<text::Json> state();

 private:
  Result<text::Json> check(const CheckParts& parts);

  std::string broker_;
  std::thread thread_;
  std::atomic<bool> running_{false};
  std::atomic<bool> ending_{false};
  std::atomic<Sequence> records_{0};
  std::atomic<Sequence> checked_{0};
  std::atomic<std::uint64_t> bytes_{0};
  Channel<Result<text::Json>> done_{1};
  std::optional<Result<text::Json>> found_;
};

/// What a check found, as operators are told.
text::Json to_json(const store::CheckReport& report);

}  // namespace concordat::broker
