// What comes in over connections, handed to the one thread that owns the keep; whoever brought it waits until it is durable.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include "proto/base/channel.h"
#include "proto/base/time.h"

namespace concordat::sdk {

/// What became of something that was handed in. Not durable means: hand it in again.
struct Reception {
  bool durable = false;         ///< In outbox or quarantine, or there already; or read, and nothing in it is for us.
  std::size_t events = 0;       ///< New in the outbox.
  std::size_t quarantined = 0;
};

struct Arrival {
  std::string name;             ///< The way it came in: "POST /hearing/1", "mllp".
  std::string text;
  std::shared_ptr<std::promise<Reception>> answer = std::make_shared<std::promise<Reception>>();
};

/// At most this many wait; each is as large as its listener takes.
inline constexpr std::size_t kArrivalsMost = 64;
/// How long whoever brought something is kept waiting before it is told to come again.
inline constexpr Milliseconds kAnswerWithin{20'000};

class Arrivals {
 public:
  // ---- a connection's thread ----
  /// Blocks until it is durable, or cannot be made so now: there are too many, the program ends, the outbox is full or its disk
  /// is away, or kAnswerWithin is over (it may still be taken later: handed in again it is the same).
  Reception hand_in(std::string name, std::string text);

  // ---- the thread of the keep ----
  /// Called, from any thread, when something has come: it must end the wait of the loop. Set before the first thread starts.
  void wake_by(std::function<void()> wake) { wake_ = std::move(wake); }
  std::optional<Arrival> next() { return waiting_.receive(); }
  /// Nothing more is taken; whoever waits is told to come again.
  void close();

 private:
  Channel<Arrival> waiting_{kArrivalsMost};
  std::function<void()> wake_;
};

}  // namespace concordat::sdk
