// A stage for rule tests and plays: a broker over a log in memory, adapters that send drafts, desks that are handed things, a clock that
// moves when it is told to. Everything is real but sockets, disk and time.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/broker_process.h"
#include "tests/support/draft.h"

namespace concordat::test {

using broker::SessionId;

/// What a desk was handed, once.
struct Handed {
  DeskNumber desk;
  SessionId session = 0;
  broker::HandOver hand_over;  ///< With this offer alone.
  const broker::Offer& offer() const { return hand_over.offers.front(); }
  /// "R1 victim.name victim.safe_contact": reference, revision if not the first, and what may be opened, in leaf order.
  std::string line() const;
};

/// "victim.name child.name" of a grant, in leaf order.
std::string granted_words(const broker::Material& material, std::uint64_t granted);

class Stage {
 public:
  /// `agreements` are files' texts by name; the agreement of Cheshire East unless said otherwise.
  explicit Stage(std::map<std::string, Bytes> agreements = {{"cheshire-east/marac", file_text(kMaracFile)}}, Instant from = kNight);

  // ---- sessions
  SessionId connect(const std::string& adapter, OutboxEpoch epoch = {1});
  SessionId connect(DeskNumber desk, std::uint32_t credit = 1000);
  void hang_up(SessionId session);
  SessionId session_of(const std::string& client) const;

  // ---- adapters
  /// Seals, signs, sends as a batch of one, and gives the answer. The adapter must be connected.
  wire::EventResult send(const std::string& adapter, const Draft& draft);
  /// The same with an event that is sealed already.
  wire::EventResult send(const std::string& adapter, const Sealed& sealed);
  const Sealed& sealed(const std::string& reference, std::uint32_t revision = 0) const;

  // ---- desks
  /// What was handed over to the desk since it was last asked.
  std::vector<Handed> take(DeskNumber desk);
  /// The same as lines, joined by " | ".
  std::string lines(DeskNumber desk);
  void acknowledge(const Handed& handed, const std::string& rejected = {});
  void progress(DeskNumber desk, const EventId& event, contract::ProgressState state, const std::string& reason = {});

  // ---- time, crashes, rules
  void wait(Milliseconds time);
  void step(broker::Input input);
  void restart();
  void adopt(const std::string& name, Bytes file);
  void adopt(directory::Directory directory);
  template <class Edit>
  void change_directory(Edit edit) {
    adopt(next_version(*process().core().world().directory, edit));
  }

  /// "A-UNREAD R1" …, to a client or to anybody, since it was last asked; in order.
  std::vector<std::string> alarms(const std::string& client);
  template <class Message>
  std::vector<Message> sent(SessionId session) const {
    std::vector<Message> out;
    for (const auto& [to, message] : messages_) {
      if (to == session) if (const auto* one = std::get_if<Message>(&message)) out.push_back(*one);
    }
    return out;
  }
  /// Everything that a session was sent, in order.
  std::vector<wire::ToClient> sent(SessionId session) const {
    std::vector<wire::ToClient> out;
    for (const auto& [to, message] : messages_) if (to == session) out.push_back(message);
    return out;
  }
  bool closed(SessionId session) const { return closed_.contains(session); }
  std::string reference(const EventId& event) const;

  /// The world of what a log adopted: what build_world is to a running broker.
  broker::World world(const broker::State& state) const;
  BrokerProcess& process() { return *process_; }
  const broker::State& state() const { return process_->core().state(); }
  std::string mailbox(DeskNumber desk) const;
  /// Bodies of all records in the log, in order.
  std::vector<wire::Body> log();
  template <class Body>
  std::vector<Body> records() {
    std::vector<Body> out;
    for (auto& body : log()) if (auto* one = std::get_if<Body>(&body)) out.push_back(std::move(*one));
    return out;
  }

  Cast cast;
  Instant now;
  Machine machine{1};

 private:
  void start();
  void settle();
  void route(broker::Effect& effect);

  DiceEntropy entropy_{77};
  store::Behaviour behaviour_;
  Hooks hooks_;
  std::unique_ptr<BrokerProcess> process_;
  std::map<std::uint64_t, directory::Directory> directories_;  // by version
  std::uint64_t starts_ = 0;
  SessionId last_session_ = 0;
  std::map<std::string, SessionId> clients_;
  std::map<std::string, OutboxEpoch> epochs_;
  std::map<std::pair<std::string, OutboxEpoch>, std::uint64_t> next_;
  std::map<std::string, Sealed> sealed_;                       // by reference and revision
  std::map<EventId, std::string> references_;
  std::map<DeskNumber, std::vector<Handed>> handed_;
  std::vector<std::pair<SessionId, wire::ToClient>> messages_;
  std::map<std::string, std::vector<std::string>> alarms_;
  std::set<SessionId> closed_;
  std::optional<wire::Results> results_;
};

}  // namespace concordat::test
