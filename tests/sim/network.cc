// The network between clients and broker: see network.h.
#include "tests/sim/network.h"

namespace concordat::sim {

std::optional<Instant> Network::arrival(Instant& last) {
  if (dice_.chance(weather.loss)) {
    counts->add(Happening::Lost);
    return std::nullopt;
  }
  if (dice_.chance(weather.clogs)) clogged_until_ = schedule_.now() + Milliseconds(dice_.between(100, 8000));
  Instant at = std::max(schedule_.now(), clogged_until_) + Milliseconds(dice_.between(1, weather.latency_max));
  if (weather.in_order) at = std::max(at, last);
  last = at;
  return at;
}

int Network::copies() {
  if (!dice_.chance(weather.repeats)) return 1;
  counts->add(Happening::Repeated);
  return 2;
}

Connection Network::connect(Peer& peer, std::string client, wire::Hello hello) {
  const Connection connection = ++last_connection_;
  lines_[connection] = {&peer, std::move(client), 0, {}, {}};
  const auto at = arrival(lines_[connection].to_broker);
  if (!at) return connection;
  schedule_.at(*at, [this, connection, hello = std::move(hello)] {
    const auto line = lines_.find(connection);
    if (line == lines_.end() || !up_ || line->second.session != 0) return;
    const broker::SessionId session = ++last_session_;
    line->second.session = session;
    sessions_[session] = connection;
    counts->add(Happening::Sessions);
    trace_.say(schedule_.now(), "hello " + line->second.client + " session " + std::to_string(session));
    deliver([session, client = line->second.client, hello]() -> broker::Input { return broker::Opened{session, client, hello}; });
  });
  return connection;
}

void Network::arrive(Connection connection, const Making& making) {
  const auto line = lines_.find(connection);
  if (line == lines_.end() || line->second.session == 0 || !up_) return;
  deliver([making, session = line->second.session] { return making(session); });
}

void Network::send(Connection connection, Making making) {
  const auto line = lines_.find(connection);
  if (line == lines_.end()) return;
  if (dice_.chance(weather.breaks)) return break_line(connection, dice_.chance(500));
  for (int left = copies(); left > 0; --left) {
    if (const auto at = arrival(line->second.to_broker)) schedule_.at(*at, [this, connection, making] { arrive(connection, making); });
  }
}

void Network::send(broker::SessionId session, broker::Effect effect) {
  const auto known = sessions_.find(session);
  if (known == sessions_.end()) return;
  const Connection connection = known->second;
  const auto message = std::make_shared<const broker::Effect>(std::move(effect));
  if (dice_.chance(weather.breaks)) return break_line(connection, dice_.chance(500));
  for (int left = copies(); left > 0; --left) {
    const auto at = arrival(lines_.at(connection).to_client);
    if (!at) continue;
    schedule_.at(*at, [this, connection, message] {
      const auto line = lines_.find(connection);
      if (line != lines_.end()) line->second.peer->receive(*message);
    });
  }
}

void Network::break_line(Connection connection, bool broker_notices) {
  const auto line = lines_.find(connection);
  if (line == lines_.end()) return;
  Peer* peer = line->second.peer;
  const broker::SessionId session = line->second.session;
  lines_.erase(line);
  sessions_.erase(session);
  counts->add(Happening::Broken);
  if (session != 0 && broker_notices) {
    schedule_.in(Milliseconds(dice_.between(1, 15000)), [this, session, life = life_] {
      if (up_ && life == life_) deliver([session]() -> broker::Input { return broker::Closed{session}; });
    });
  }
  schedule_.in(Milliseconds(dice_.between(1, 5000)), [peer, connection] { peer->disconnected(connection); });
}

void Network::hang_up(Connection connection) { break_line(connection, dice_.chance(700)); }

void Network::close(broker::SessionId session) {
  const auto known = sessions_.find(session);
  if (known != sessions_.end()) {
    const Connection connection = known->second;
    Peer* peer = lines_.at(connection).peer;
    lines_.erase(connection);
    sessions_.erase(known);
    schedule_.in(Milliseconds(dice_.between(1, weather.latency_max)), [peer, connection] { peer->disconnected(connection); });
  }
  if (up_) deliver([session]() -> broker::Input { return broker::Closed{session}; });
}

void Network::broker_died() {
  up_ = false;
  ++life_;
  last_session_ = 0;
  sessions_.clear();
  const auto lines = std::exchange(lines_, {});
  for (const auto& [connection, line] : lines) {
    schedule_.in(Milliseconds(dice_.between(1, 5000)), [peer = line.peer, gone = connection] { peer->disconnected(gone); });
  }
}

}  // namespace concordat::sim
