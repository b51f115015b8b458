// The network between clients and broker: late, lossy, repeating, clogged, and with sessions that break without either side knowing.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "broker/core/input.h"
#include "tests/sim/counts.h"
#include "tests/sim/schedule.h"
#include "tests/support/cast.h"

namespace concordat::sim {

using test::Dice;

/// A connection as a client knows it; 0 is none. Never reused.
using Connection = std::uint64_t;

/// In thousandths of messages, and in milliseconds.
struct Weather {
  std::uint32_t loss = 0;
  std::uint32_t repeats = 0;
  std::uint32_t clogs = 0;
  std::uint32_t breaks = 0;
  std::uint64_t latency_max = 5;
  bool in_order = true;
};

/// A message to a client, shared because it may arrive twice.
using Received = std::shared_ptr<const broker::Effect>;

/// What a client is to the network.
class Peer {
 public:
  virtual ~Peer() = default;
  virtual void receive(const broker::Effect& message) = 0;
  /// The connection is gone, as far as this side can see.
  virtual void disconnected(Connection connection) = 0;
};

/// Makes the input of an arrived message for the session that the broker gave the connection.
using Making = std::function<broker::Input(broker::SessionId)>;

class Network {
 public:
  Network(Schedule& schedule, Trace& trace, std::uint64_t seed) : schedule_(schedule), trace_(trace), dice_(seed) {}
  Weather weather;
  Counts* counts = nullptr;
  /// Called with everything that reaches the broker.
  std::function<void(std::function<broker::Input()>)> deliver;

  // ---- the clients' side
  /// Says hello over a new connection; nothing but silence if it does not arrive.
  Connection connect(Peer& peer, std::string client, wire::Hello hello);
  void send(Connection connection, Making making);
  void hang_up(Connection connection);
  /// Whether the broker knows the connection: what a heartbeat finds out.
  bool alive(Connection connection) const { return lines_.contains(connection) && lines_.at(connection).session != 0; }

  // ---- the broker's side
  void send(broker::SessionId session, broker::Effect effect);
  void close(broker::SessionId session);
  /// The broker's process is gone, and every connection with it.
  void broker_died();
  void broker_started() { up_ = true; }

 private:
  struct Line {
    Peer* peer = nullptr;
    std::string client;
    broker::SessionId session = 0;  // 0: hello has not arrived
    Instant to_broker;
    Instant to_client;
  };
  /// When a message that is sent now arrives; nothing if it is lost.
  std::optional<Instant> arrival(Instant& last);
  int copies();
  void arrive(Connection connection, const Making& making);
  void break_line(Connection connection, bool broker_notices);

  Schedule& schedule_;
  Trace& trace_;
  Dice dice_;
  bool up_ = false;
  std::uint64_t life_ = 0;  // of the broker's process: session numbers begin anew with each
  Connection last_connection_ = 0;
  broker::SessionId last_session_ = 0;
  std::map<Connection, Line> lines_;
  std::map<broker::SessionId, Connection> sessions_;
  Instant clogged_until_;
};

}  // namespace concordat::sim
