// The core: see step.h.
#include "broker/step.h"

#include <algorithm>

#include "broker/accept/accept.h"
#include "broker/accept/trouble.h"
#include "broker/admit/admit.h"
#include "broker/deliver/deliver.h"
#include "broker/expire/expire.h"

namespace concordat::broker {
namespace {

constexpr Milliseconds kJumpMax = std::chrono::minutes(5);

void adopt(Turn& turn, World world, wire::Body record, const std::string& operator_name, std::string command) {
  turn.world = std::move(world);
  if (!operator_name.empty()) turn.emit(wire::Administered{operator_name, std::move(command)});
  turn.emit(std::move(record));
}

// Whom the new directory bars is out at once; the others are told of it.
void apply_directory(Turn& turn) {
  bar_sessions(turn);
  for (const auto& [id, session] : turn.sessions.open) turn.send(id, wire::DirectoryUpdate{turn.state.directory_version, turn.state.directory_bundle});
  turn.effect(DirectoryChanged{turn.world.directory});
}

}  // namespace

Core::Core(State state, World world, CoreLimits limits)
    : state_(std::move(state)), world_(std::move(world)), limits_(limits), cache_(limits.cache_bytes) {}

void Core::take(Turn& turn, Input input) {
  struct Stage {
    Turn& turn;
    Core& core;
    void operator()(Opened& in) { open_session(turn, in); }
    void operator()(Closed& in) { close_session(turn, in.session); }
    void operator()(BatchArrived& in) { take_batch(turn, std::move(in)); }
    void operator()(BatchRefused& in) { refuse_batch(turn, in); }
    void operator()(CreditGiven& in) { give_credit(turn, in); }
    void operator()(AcknowledgeArrived& in) { acknowledge(turn, in); }
    void operator()(ProgressArrived& in) { progress(turn, in); }
    void operator()(TroubleArrived& in) { take_trouble(turn, in); }
    void operator()(Beat& in) {
      if (turn.sessions.find(in.session) != nullptr) turn.send(in.session, in.beat);
    }
    void operator()(Fetched& in) {
      core.fetching_ = false;
      for (const auto& [sequence, material] : in.found) core.wanted_.erase(sequence);
      core.cache_.put_fetched(std::move(in.found));
      pass_time(turn);
    }
    void operator()(AdoptDirectory& in) {
      const auto version = std::to_string(in.record.version);
      adopt(turn, std::move(in.world), std::move(in.record), in.operator_name, "directory adopt v" + version);
      apply_directory(turn);
    }
    void operator()(AdoptAgreement& in) {
      const std::string what = in.record.name + " v" + std::to_string(in.record.version);
      adopt(turn, std::move(in.world), std::move(in.record), in.operator_name, "agreement adopt " + what);
    }
    void operator()(RetryParked& in) { retry_parked(turn, in); }
    void operator()(OperatorAsked& in) { turn.emit(wire::Administered{std::move(in.operator_name), std::move(in.question)}); }
    void operator()(ProcessStarted& in) { turn.emit(wire::Started{in.broker, in.writer_epoch}); }
    void operator()(Tick&) { pass_time(turn); }
  };
  std::visit(Stage{turn, *this}, input);
}

void Core::fetch_wanted(Output& out) {
  if (fetching_ || wanted_.empty()) return;
  Fetch fetch;
  for (const Sequence sequence : wanted_) {
    if (fetch.sequences.size() == limits_.fetch_events) break;
    fetch.sequences.push_back(sequence);
  }
  fetching_ = true;
  out.effects.emplace_back(std::in_place_type<Fetch>, std::move(fetch));
}

void Core::step(Input input, Instant now, Output& out) {
  const Instant before = last_seen_;
  last_seen_ = std::max({now, before, state_.now});
  Turn turn(state_, world_, sessions_, cache_, wanted_, last_seen_, out);
  if (before != Instant{} && now > before + kJumpMax) turn.emit(wire::ClockStepped{before, now});
  take(turn, std::move(input));
  offer(turn);
  fetch_wanted(out);
}

std::optional<Instant> Core::next_due() const { return broker::next_due(state_, sessions_); }

}  // namespace concordat::broker
