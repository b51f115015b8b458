// The receiving side of a run: one desk's session. Either it does what a desk's program does with an event except writing it
// down, or it only acknowledges, so that the broker is what is measured.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "tests/bench/conversation.h"
#include "tests/bench/figures.h"
#include "tests/bench/partnership.h"

namespace concordat::bench {

enum class Manner : std::uint8_t {
  Opens,         ///< sdk::Reading: verifies signature, origin and decision, unboxes, opens, checks facts, joins, acknowledges.
  Acknowledges,  ///< Decodes the frame and acknowledges.
};

struct Received {
  struct Item {
    EventId event;
    Steady::time_point at;                     ///< When it was open and checked (Opens), or decoded (Acknowledges).
  };
  std::vector<Item> items;
  std::uint64_t wrong_compartments = 0;        ///< Events that came with more or fewer than the clause grants.
  std::uint64_t rejected = 0;
  std::uint64_t again = 0;                     ///< Deliveries that came a second time: their leases had lapsed.
  std::uint64_t frames = 0;
  Traffic traffic;
  double processor_s = 0;                      ///< As Sent::processor_s.
};

class Receiving {
 public:
  /// `file` is the stem of what the desk's program needs to have: a log of refusals, a keep that nothing is written to.
  static Result<Receiving> open(const Partnership& partnership, const Desk& desk, const std::string& file, Manner manner, Entropy& entropy);
  /// Until `stop`; `got` counts the different events so far. Blocks: give it a thread.
  Result<Received> run(const std::atomic<bool>& stop, std::atomic<std::uint64_t>& got);

 private:
  struct Inside;
  explicit Receiving(std::shared_ptr<Inside> inside) : inside_(std::move(inside)) {}
  std::shared_ptr<Inside> inside_;
};

}  // namespace concordat::bench
