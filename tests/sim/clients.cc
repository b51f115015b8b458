// The simulated clients: see clients.h.
#include "tests/sim/clients.h"

namespace concordat::sim {
namespace {

using contract::ProgressState;
using std::chrono::minutes;
using std::chrono::seconds;

}  // namespace

// ---- adapter -----------------------------------------------------------------------------------------------------------

Adapter::Adapter(Schedule& schedule, Network& network, Watch& watch, const Tape& tape, Verifying verifying, std::uint64_t seed)
    : schedule_(schedule), network_(network), watch_(watch), tape_(tape), verifying_(std::move(verifying)), dice_(seed), window_(dice_.between(1, 4)) {}

void Adapter::begin() {
  connect();
  schedule_.in(Milliseconds(dice_.between(1000, 6000)), [this] { look(); });
}

// A heartbeat: a connection that the broker does not know, or that brings no answer, is given up.
void Adapter::look() {
  if (done()) return;
  schedule_.in(Milliseconds(dice_.between(2000, 6000)), [this] { look(); });
  const bool waits = !welcome_ || sent_ > next_;
  if (connection_ == 0) return connect();
  if (waits && schedule_.now() > heard_ + seconds(15)) {
    network_.hang_up(std::exchange(connection_, 0));
    connect();
  } else {
    publish();
  }
}

void Adapter::connect() {
  wire::Hello hello;
  hello.client = Cast::client_of(tape_.adapter);
  hello.adapter = tape_.adapter;
  hello.outbox_epoch = tape_.epoch;
  hello.next_sequence = done() ? 0 : tape_.batches[next_].first_sequence;
  welcome_ = false;
  sent_ = next_;
  heard_ = schedule_.now();
  connection_ = network_.connect(*this, Cast::client_of(tape_.adapter), std::move(hello));
}

// A slow beginning: the tape lasts for minutes, so that clocks, crashes and changes of rules fall between its events.
void Adapter::publish() {
  if (!welcome_ || connection_ == 0) return;
  while (sent_ < tape_.batches.size() && sent_ < next_ + window_) {
    const std::size_t batch = sent_++;
    network_.send(connection_, [this, batch](broker::SessionId session) { return verifying_(session, tape_, batch); });
    if (dice_.chance(600)) break;
  }
}

void Adapter::receive(const broker::Effect& message) {
  heard_ = schedule_.now();
  if (std::holds_alternative<broker::SendWelcome>(message)) {
    if (welcome_) return;
    welcome_ = true;
    publish();
    return;
  }
  const auto* sent = std::get_if<broker::SendResults>(&message);
  if (sent == nullptr || done()) return;
  // Answers come in order; one that is not of the next batch is a repeat, or follows one that was lost.
  if (sent->results.outbox_epoch != tape_.epoch || sent->results.first_sequence != tape_.batches[next_].first_sequence) return;
  note(next_++, sent->results);
  publish();
}

void Adapter::note(std::size_t batch, const wire::Results& results) {
  const auto& events = tape_.batches[batch].events;
  if (results.events.size() != events.size()) return watch_.violated("a batch is answered event by event");
  for (std::size_t i = 0; i < events.size(); ++i) {
    const wire::EventResult& result = results.events[i];
    const auto before = accepted_.find(events[i]);
    if (result.outcome == wire::Outcome::Refused) {
      if (before != accepted_.end() && result.code != code::kSender.name) watch_.violated("an accepted event was refused when it was sent again: " + result.code);
      continue;
    }
    if (result.outcome == wire::Outcome::Duplicate) watch_.counts->add(Happening::Duplicates);
    if (result.event != tape_.events[events[i]].sealed.event) watch_.violated("an answer is about another event");
    if (before == accepted_.end()) {
      accepted_.emplace(events[i], result);
    } else if (before->second.sequence != result.sequence || before->second.told != result.told || before->second.somebody_told != result.somebody_told) {
      watch_.violated("a duplicate got another answer than the first");
    }
  }
}

void Adapter::crash() {
  watch_.counts->add(Happening::AdapterCrashes);
  if (connection_ != 0) network_.hang_up(std::exchange(connection_, 0));
  const bool was_done = done();
  next_ -= std::min<std::size_t>(next_, dice_.below(3));
  if (was_done && !done()) schedule_.in(seconds(1), [this] { look(); });
}

void Adapter::disconnected(Connection connection) {
  if (connection != connection_) return;
  connection_ = 0;
  welcome_ = false;
}

// ---- desk --------------------------------------------------------------------------------------------------------------

Desk::Desk(Schedule& schedule, Network& network, Watch& watch, DeskNumber number, std::string client, std::uint64_t seed)
    : schedule_(schedule), network_(network), watch_(watch), number_(number), client_(std::move(client)), dice_(seed) {}

void Desk::begin() {
  connect();
  schedule_.in(Milliseconds(dice_.between(1000, 6000)), [this] { look(); });
}

void Desk::look() {
  schedule_.in(Milliseconds(dice_.between(3000, 9000)) * (manners.calm && network_.alive(connection_) ? 60 : 1), [this] { look(); });
  const bool quiet = !manners.calm && schedule_.now() > heard_ + seconds(40);
  if (connection_ != 0 && (quiet || !network_.alive(connection_))) network_.hang_up(std::exchange(connection_, 0));
  if (connection_ == 0) connect();
}

void Desk::reconnect() {
  if (connection_ != 0) network_.hang_up(std::exchange(connection_, 0));
  connect();
}

void Desk::connect() {
  wire::Hello hello;
  hello.client = client_;
  hello.desks = {{number_, 1}};
  heard_ = schedule_.now();
  connection_ = network_.connect(*this, client_, std::move(hello));
}

void Desk::give_credit(std::uint32_t messages) {
  network_.send(connection_, [desk = number_, messages](broker::SessionId session) -> broker::Input {
    return broker::CreditGiven{session, {desk, messages, messages * 8192}};
  });
}

void Desk::disconnected(Connection connection) {
  if (connection == connection_) connection_ = 0;
}

void Desk::receive(const broker::Effect& message) {
  heard_ = schedule_.now();
  if (std::holds_alternative<broker::SendWelcome>(message)) give_credit(manners.window);
  if (const auto* hand_over = std::get_if<broker::HandOver>(&message)) take(*hand_over);
}

void Desk::take(const broker::HandOver& hand_over) {
  if (hand_over.desk != number_) return watch_.violated("a desk was handed another's delivery");
  for (const broker::Offer& offer : hand_over.offers) {
    const Opening opening{offer.delivery, offer.material->sequence, offer.material->event, offer.permitted.grant().granted};
    openings_.push_back(opening);
    const auto [filed, first] = filed_.emplace(opening.delivery, opening);
    if (!first && filed->second.event != opening.event) watch_.violated("one delivery number stood for two events");
    const auto [known, fresh] = by_event_.emplace(opening.event, opening.delivery);
    if (!fresh && known->second != opening.delivery) watch_.violated("one event came under two delivery numbers");
    if (dice_.chance(manners.dies)) {
      network_.hang_up(std::exchange(connection_, 0));
      return;
    }
    if (first) make_progress(opening.event);
    if (!dice_.chance(manners.silent)) acknowledge(opening);
  }
}

void Desk::acknowledge(const Opening& opening) {
  const bool rejects = dice_.chance(manners.rejects);
  answered_.insert(opening.delivery);
  schedule_.in(Milliseconds(dice_.between(1, 3000)), [this, opening, rejects] {
    if (connection_ == 0) return;
    network_.send(connection_, [desk = number_, opening, rejects](broker::SessionId session) -> broker::Input {
      return broker::AcknowledgeArrived{session, {desk, {{opening.delivery, opening.event, rejects ? "E-MISMATCH" : "", ""}}}};
    });
    give_credit(1);
  });
}

void Desk::make_progress(const EventId& event) {
  if (!dice_.chance(manners.reads)) return;
  Milliseconds when(dice_.between(1000, 1'200'000));
  schedule_.in(when, [this, event] { say(event, ProgressState::Read); });
  if (!dice_.chance(manners.acts)) return;
  when += Milliseconds(dice_.between(1000, 7'200'000));
  schedule_.in(when, [this, event, state = dice_.chance(200) ? ProgressState::Declined : ProgressState::Acted] { say(event, state); });
}

void Desk::say(const EventId& event, ProgressState state) {
  if (connection_ == 0) return;
  network_.send(connection_, [desk = number_, event, state, now = schedule_.now()](broker::SessionId session) -> broker::Input {
    return broker::ProgressArrived{session, {desk, event, state, "A. Person", now, state == ProgressState::Declined ? "not ours" : ""}};
  });
}

}  // namespace concordat::sim
