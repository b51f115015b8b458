// What people order done: quarantined inputs tried again or put aside, inputs of a mapping's version read again. An order is kept in
// a queue of the keep, so that it is carried out whole whatever happens, by the program that serves or, if none does, by the command.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sdk/intake.h"

namespace concordat::sdk {

struct Order {
  enum class What : std::uint8_t { Retry = 1, RetryAll, Discard, Shown, Remap };
  What what = What::Retry;
  std::vector<std::uint64_t> entries;  ///< Of Retry, Discard, Shown. Of RetryAll the newest one when it was given.
  std::string person, reason;          ///< Who orders it, and why. Of Discard and Shown.
  std::string from, to;                ///< Versions of the mapping. Of Remap.
  Instant since{};
};
inline constexpr std::size_t kOrderEntriesMost = 1'000;
inline constexpr std::size_t kOrderTextMost = 400;

/// Puts an order behind those that wait. E-USAGE over its bounds.
Result<int> give(const Order& order, keep::Keep& keep, Instant now);

class Orders {
 public:
  /// `say` hears what became of each entry, in a line; it may be empty: the log has it too.
  Orders(keep::Keep& keep, Intake& intake, const Source& source, observe::Log& log, std::function<void(const std::string&)> say = {})
      : keep_(keep), intake_(intake), source_(source), log_(log), say_(std::move(say)) {}

  /// Carries out a few steps of the oldest order; true if there is more to do. Busy while the outbox is full: call again later.
  Result<bool> work(const directory::Directory& directory, const policy::InForce& agreements, Instant now);
  /// Entries that stayed where they were.
  std::size_t stayed() const { return stayed_; }

 private:
  Result<bool> step(const Order& order, const directory::Directory& directory, const policy::InForce& agreements, Instant now);
  Result<int> retry(std::uint64_t entry, const directory::Directory& directory, const policy::InForce& agreements, Instant now);
  Result<int> discard(std::uint64_t entry, const Order& order, Instant now);
  Result<int> shown(std::uint64_t entry, const Order& order);
  Result<bool> remap(const Order& order, const directory::Directory& directory, const policy::InForce& agreements, Instant now);
  void say_remapped(const Order& order);
  void say(const std::string& line) const;

  keep::Keep& keep_;
  Intake& intake_;
  const Source& source_;
  observe::Log& log_;
  std::function<void(const std::string&)> say_;
  std::uint64_t under_way_ = 0;  ///< The message of the order that was begun.
  std::uint64_t done_ = 0;       ///< Of it: entries, or the last entry or input.
  IntakeCounts remapped_;        ///< Of a Remap.
  std::size_t stayed_ = 0;
};

}  // namespace concordat::sdk
