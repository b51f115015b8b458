// The simulated clients: an adapter that plays its tape until all of it is answered, and a desk that files, acknowledges, reads and
// acts, or fails to.
#pragma once

#include <functional>
#include <map>
#include <set>

#include "tests/sim/network.h"
#include "tests/sim/tape.h"

namespace concordat::sim {

/// What the clients tell the run: problems end it.
struct Watch {
  Counts* counts = nullptr;
  std::function<void(std::string)> violated;
};

/// The verified form of a batch, made when it arrives, under the directory of that moment.
using Verifying = std::function<broker::Input(broker::SessionId, const Tape&, std::size_t batch)>;

/// Publishes a tape in order. Its outbox is durable; what it knew of answers may be forgotten with a crash.
class Adapter final : public Peer {
 public:
  Adapter(Schedule& schedule, Network& network, Watch& watch, const Tape& tape, Verifying verifying, std::uint64_t seed);
  void begin();
  bool done() const { return next_ == tape_.batches.size(); }
  /// The program dies and comes back; the newest answers were not noted yet.
  void crash();

  void receive(const broker::Effect& message) override;
  void disconnected(Connection connection) override;

  /// What it was promised: by index of the event, its place in the log.
  const std::map<std::size_t, wire::EventResult>& accepted() const { return accepted_; }
  const Tape& tape() const { return tape_; }
  std::string progress() const { return tape_.adapter + " " + std::to_string(next_) + " of " + std::to_string(tape_.batches.size()); }

 private:
  void connect();
  void look();
  void publish();
  void note(std::size_t batch, const wire::Results& results);

  Schedule& schedule_;
  Network& network_;
  Watch& watch_;
  const Tape& tape_;
  Verifying verifying_;
  Dice dice_;
  Connection connection_ = 0;
  bool welcome_ = false;
  std::size_t next_ = 0;                    // first batch that is not answered: durable
  std::size_t sent_ = 0;                    // of this session
  std::size_t window_;
  Instant heard_;
  std::map<std::size_t, wire::EventResult> accepted_;
};

/// How a desk behaves, in thousandths.
struct Manners {
  std::uint32_t silent = 0;                 ///< Files and says nothing.
  std::uint32_t rejects = 0;
  std::uint32_t dies = 0;                   ///< Before it acknowledges.
  std::uint32_t reads = 700;
  std::uint32_t acts = 700;
  std::uint32_t window = 8;
  bool calm = false;                        ///< The network is well: heartbeats are rare.
};

class Desk final : public Peer {
 public:
  Desk(Schedule& schedule, Network& network, Watch& watch, DeskNumber number, std::string client, std::uint64_t seed);
  Manners manners;
  void begin();
  void reconnect();
  void receive(const broker::Effect& message) override;
  void disconnected(Connection connection) override;

  /// One hand-over as it came in.
  struct Opening {
    std::uint64_t delivery = 0;
    Sequence sequence = 0;
    EventId event;
    std::uint64_t granted = 0;
  };
  const std::vector<Opening>& openings() const { return openings_; }
  /// Deliveries that it said it has, or rejected: the broker may have heard it.
  const std::set<std::uint64_t>& answered() const { return answered_; }
  DeskNumber number() const { return number_; }

 private:
  void connect();
  void look();
  void take(const broker::HandOver& hand_over);
  void acknowledge(const Opening& opening);
  void make_progress(const EventId& event);
  void say(const EventId& event, contract::ProgressState state);
  void give_credit(std::uint32_t messages);

  Schedule& schedule_;
  Network& network_;
  Watch& watch_;
  DeskNumber number_;
  std::string client_;
  Dice dice_;
  Connection connection_ = 0;
  Instant heard_;
  std::vector<Opening> openings_;
  std::map<std::uint64_t, Opening> filed_;  // durable: by delivery
  std::map<EventId, std::uint64_t> by_event_;
  std::set<std::uint64_t> answered_;
};

}  // namespace concordat::sim
