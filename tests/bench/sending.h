// The sending side of a run: one adapter's session that keeps the publish window full until every event has its acceptance.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "tests/bench/conversation.h"
#include "tests/bench/supply.h"

namespace concordat::bench {

struct Sent {
  std::vector<EventId> events;                 ///< By outbox sequence.
  std::vector<Steady::time_point> due;         ///< When each was due to be sent, sealing not yet begun.
  std::vector<Steady::time_point> accepted;    ///< When its signed acceptance was read.
  std::uint64_t refused = 0, nobody_told = 0, duplicates = 0;
  Steady::time_point first_publish{};
  Traffic traffic;
  double processor_s = 0;                      ///< Of this thread: sealing, signing, encoding; ZeroMQ's own thread is not in it.
};

class Sending {
 public:
  static Result<Sending> open(const Partnership& partnership, Supply supply);
  /// Until everything is answered, or `stop` is set. Blocks: give it a thread.
  Result<Sent> run(const std::atomic<bool>& stop);

 private:
  Sending(const Partnership& partnership, Supply supply, Conversation conversation);
  Result<int> publish(Sent& sent);
  Result<int> take(const wire::Results& results, Sent& sent);
  void wake_when_due(std::optional<Steady::time_point> due);

  const Partnership& partnership_;
  Supply supply_;
  Conversation conversation_;
  int timer_;                                  // a descriptor: poll's patience is whole milliseconds, events are due between
  std::uint64_t window_;
  std::uint64_t unanswered_ = 0;               // batches
  std::uint64_t answered_ = 0;                 // events
};

}  // namespace concordat::bench
