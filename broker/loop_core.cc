// The core loop: see loops.h.
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "broker/accept/accept.h"
#include "broker/append/recover.h"
#include "broker/loops.h"
#include "policy/agreement/in_force.h"
#include "policy/agreement/standing.h"

namespace concordat::broker {
namespace {

constexpr std::size_t kInputsATurn = 64;
constexpr Milliseconds kIdle{100};
constexpr Milliseconds kWhileFlying{1};                    // what arrives meanwhile waits for this group anyway
constexpr Milliseconds kTickEvery{250};
constexpr Sequence kSnapshotEvery = 200'000;
constexpr Milliseconds kFullDiskPatience{3'000};           // that an ending broker waits for room

}  // namespace

StageMetrics::StageMetrics(observe::Metrics& metrics)
    : verify_ns(metrics.counter("verify_ns_total", "verifying batches")),
      step_ns(metrics.counter("step_ns_total", "deciding and applying")),
      append_ns(metrics.counter("append_ns_total", "sealing bodies and handing groups to the engine")),
      fetch_ns(metrics.counter("fetch_ns_total", "reading events back for hand-over")),
      deliver_ns(metrics.counter("deliver_ns_total", "boxing shares and signing")),
      encode_ns(metrics.counter("encode_ns_total", "encoding frames")),
      batches(metrics.counter("batches_total", "batches received")),
      events(metrics.counter("events_total", "events answered")),
      deliveries(metrics.counter("deliveries_total", "deliveries handed over")),
      groups(metrics.counter("groups_total", "groups made durable")),
      records(metrics.counter("records_total", "records made durable")),
      refused_connections(metrics.counter("refused_connections_total", "handshakes refused")),
      snapshots_refused(metrics.counter("snapshots_refused_total", "snapshots too large to be kept: starts replay the log")) {}

std::uint64_t StageTimer::used_ns() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<std::uint64_t>(used.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(used.tv_nsec);
}

void die(observe::Log& log, const Error& why) {
  log.error("the broker ends: nothing that waits goes out, and it recovers from its log at the next start", why);
  // No destructor may flush, send or sync anything now.
  _exit(70);
}

CoreLoop::CoreLoop(Core core, wire::LogMark head, CoreParts parts, Channels& channels, transport::Waiting& io)
    : core_(std::move(core)),
      parts_(std::move(parts)),
      channels_(channels),
      io_(io),
      protector_(parts_.broker, parts_.keys, parts_.entropy, head),
      appender_(parts_.engine, protector_, parts_.entropy),
      snapshot_(parts_.engine.snapshot_applied()) {
  // What the last run had no time to clear away.
  const auto older = snapshot_ == 0 ? Result<std::optional<store::Snapshot>>() : parts_.engine.snapshot(snapshot_ - 1);
  if (older && *older) snapshot_before_ = (*older)->applied;
}

void CoreLoop::step(Input input, Output& out) {
  const StageTimer watch(parts_.metrics.step_ns);
  core_.step(std::move(input), parts_.clock.now(), out);
}

bool CoreLoop::holds(const wire::LogMark& mark) {
  if (mark.sequence == 0) return true;
  // Whatever a client was told of was durable then, so it is now.
  if (mark.sequence > appender_.durable().sequence) return false;
  const auto hash = hash_at(parts_.engine, mark.sequence);
  if (!hash) die(parts_.log, hash.error());
  return *hash == mark.hash;
}

void CoreLoop::refuse(SessionId session, const Code& code, std::string detail, Output& out) {
  out.effects.push_back(SendMessage{session, wire::Refusal{std::string(code.name), std::move(detail), true}});
  out.effects.push_back(CloseSession{session});
}

// A mark that this broker signed and its log does not hold proves that records were lost: stop, going on would fork the log. DESIGN 4.6.
// A mark that it did not sign proves nothing, and costs whoever shows it the session.
bool CoreLoop::turn_away(const Opened& opened, Output& out) {
  const wire::SignedMark& seen = opened.hello.seen;
  if (holds(seen.mark)) return false;
  const std::string what = opened.client + " has seen record " + std::to_string(seen.mark.sequence);
  if (signed_here(seen, core_.world().directory->broker)) die(parts_.log, {Fault::Corrupt, code::kStale, what + ", signed here, and it is not in the log"});
  refuse(opened.session, code::kUnproven, what, out);
  return true;
}

// While the clocks disagree, what looks like the future may be now, and a refusal would be for good.
bool CoreLoop::may_be_now(const BatchArrived& batch) const {
  const Milliseconds ahead = parts_.clock.ahead();
  const Instant latest = parts_.clock.now() + kClockJumpMax;
  return ahead > Milliseconds{0} && std::any_of(batch.events.begin(), batch.events.end(), [&](const auto& event) {
           return event.verified != nullptr && event.verified->header.time > latest && event.verified->header.time <= latest + ahead;
         });
}

// On its reserve the disk has room for what lets work end, and for nothing new: said before anything is decided.
bool CoreLoop::turn_away(const BatchArrived& batch, Output& out) {
  const bool in_doubt = may_be_now(batch);
  if (!disk_low_ && !in_doubt) return false;
  refuse(batch.session, in_doubt ? code::kClock : code::kDisk, "the sender keeps it and tries again", out);
  step(Closed{batch.session}, out);
  return true;
}

bool CoreLoop::turned_away(const Input& input, Output& out) {
  if (const auto* opened = std::get_if<Opened>(&input)) return turn_away(*opened, out);
  if (const auto* batch = std::get_if<BatchArrived>(&input)) return turn_away(*batch, out);
  return false;
}

void CoreLoop::look_around() {
  const bool low = parts_.engine.figures().reserved;
  if (low && !disk_low_) parts_.log.error("the disk is down to its reserve: events are turned away until there is room");
  disk_low_ = low;
  const Milliseconds ahead = parts_.clock.ahead();
  if (ahead != Milliseconds{0} && clock_ahead_ == Milliseconds{0}) {
    parts_.log.error("the machine's clock jumped and is not followed: set it right; if it is right, start the broker again",
                     {{"seconds_ahead", std::chrono::duration_cast<std::chrono::seconds>(ahead).count()}, {"time", to_text(parts_.clock.now())}});
  }
  clock_ahead_ = ahead;
  say_dates();
  parts_.log.settle();
}

// Agreements whose end or review comes near or is past: said at the start and once a day.
void CoreLoop::say_dates() {
  const Instant now = parts_.clock.now();
  const auto today = std::chrono::floor<std::chrono::days>(now);
  if (today == dates_said_) return;
  dates_said_ = today;
  for (const auto& notice : core_.world().agreements->notices(now)) {
    if (notice.due()) parts_.log.error("an agreement needs its parties", {{"notice", policy::in_words(notice)}, {"at", now}});
  }
}

// What writes nothing waits for nothing: it is answered from memory and from what is durable, even when the log takes no more.
void CoreLoop::answer(AdminCommand command, Output& out) {
  std::vector<Input> asked;
  auto answer = parts_.administer(core_, command, asked);
  const bool at_once = asked.empty();
  for (auto& input : asked) step(std::move(input), out);
  if (at_once) command.answer->try_send(std::move(answer));
  else out.effects.push_back(AnswerOperator{command.answer, std::move(answer)});
}

void CoreLoop::take_inputs(Output& out) {
  Milliseconds patience = appender_.idle() ? kIdle : Milliseconds(0);
  const bool room = appender_.waiting() < Appender::kWaitingMax;
  for (std::size_t taken = 0; room && taken < kInputsATurn; ++taken) {
    auto input = channels_.inputs.receive(patience);
    if (!input) break;
    patience = Milliseconds(0);
    if (!turned_away(*input, out)) step(*std::move(input), out);
  }
  while (auto command = channels_.questions.receive()) answer(*std::move(command), out);
}

bool CoreLoop::run() {
  while (!ended()) {
    Output out;
    take_inputs(out);
    const Instant now = parts_.clock.now();
    if (now >= next_tick_) {
      next_tick_ = now + kTickEvery;
      step(Tick{}, out);
      look_around();
    }
    parts_.metrics.records.add(out.records.size());
    appender_.take(std::move(out));
    const Sequence before = appender_.durable().sequence;
    auto released = [&] {
      const StageTimer watch(parts_.metrics.append_ns);
      return appender_.pump(kWhileFlying);
    }();
    if (!released) die(parts_.log, released.error());
    if (appender_.durable().sequence != before) parts_.metrics.groups.add();
    route(*std::move(released));
    keep(false);
  }
  const bool whole = appender_.idle();
  if (whole) keep(true);
  channels_.effects.close();
  return whole;
}

// A full disk must not keep the process alive: what it refuses was told to nobody, so it is said again by those who sent it.
bool CoreLoop::ended() {
  if (!channels_.inputs.closed() || channels_.inputs.size() > 0) return false;
  if (appender_.idle()) return true;
  const Instant now = parts_.clock.now();
  if (!appender_.refused() || give_up_ == Instant{}) give_up_ = now + kFullDiskPatience;
  if (now < give_up_) return false;
  parts_.log.error("the disk is full: what was decided last is not kept; nobody was told of it, and senders and desks say it again",
                   {{"records", appender_.waiting()}, {"kept", appender_.durable().sequence}});
  return true;
}

void CoreLoop::welcome(SendWelcome effect) {
  auto hash = hash_at(parts_.engine, effect.seen);
  if (!hash) die(parts_.log, hash.error());
  channels_.effects.send(ToDeliver{std::move(effect), appender_.durable(), *hash});
}

void CoreLoop::fetch(const Fetch& fetch) {
  const StageTimer watch(parts_.metrics.fetch_ns);
  Fetched fetched;
  for (const Sequence sequence : fetch.sequences) {
    auto material = read_material(parts_.engine, parts_.broker, parts_.keys, sequence);
    if (!material) die(parts_.log, material.error());
    fetched.found.emplace_back(sequence, *std::move(material));
  }
  Output out;
  step(std::move(fetched), out);
  appender_.take(std::move(out));
}

void CoreLoop::route(std::vector<Effect> effects) {
  for (Effect& effect : effects) {
    if (const auto* wanted = std::get_if<Fetch>(&effect)) {
      fetch(*wanted);
    } else if (auto* greeting = std::get_if<SendWelcome>(&effect)) {
      welcome(std::move(*greeting));
    } else if (auto* answer = std::get_if<AnswerOperator>(&effect)) {
      answer->to->try_send(std::move(answer->text));
    } else {
      channels_.effects.send(ToDeliver{std::move(effect), appender_.durable(), {}});
    }
  }
}

void CoreLoop::drop_older_snapshot() {
  if (snapshot_before_ == 0 || parts_.engine.snapshot_applied() != snapshot_) return;
  const auto gone = parts_.keys.destroy_snapshot_key(snapshot_bucket(snapshot_before_));
  if (!gone) parts_.log.error("an old snapshot's key could not be destroyed", gone.error());
  else if (const auto dropped = parts_.engine.drop_snapshots_before(snapshot_); !dropped) die(parts_.log, dropped.error());
  snapshot_before_ = 0;
}

// A snapshot only shortens the next start: without one the log is replayed from the one before, or from its beginning.
void CoreLoop::keep(bool last) {
  drop_older_snapshot();
  const wire::LogMark& durable = appender_.durable();
  const bool due = last ? core_.state().applied != snapshot_ : durable.sequence >= std::max(snapshot_, snapshot_refused_) + kSnapshotEvery;
  if (!due || core_.state().applied != durable.sequence || disk_low_) return;
  auto sealed = seal_snapshot(core_.state(), parts_.broker, parts_.keys, parts_.entropy);
  if (!sealed) die(parts_.log, sealed.error());
  if (const auto put = parts_.engine.put_snapshot(durable.sequence, *std::move(sealed)); !put) return without_snapshot(put.error());
  snapshot_before_ = snapshot_;
  snapshot_ = durable.sequence;
}

void CoreLoop::without_snapshot(const Error& why) {
  const Sequence applied = appender_.durable().sequence;
  if (const auto gone = parts_.keys.destroy_snapshot_key(snapshot_bucket(applied)); !gone) parts_.log.error("an unused snapshot's key could not be destroyed", gone.error());
  if (why.fault == Fault::Busy) return;
  snapshot_refused_ = applied;
  parts_.metrics.snapshots_refused.add();
  parts_.log.error("no snapshot is kept: nothing is lost, but the next start replays the log and takes longer", why);
}

}  // namespace concordat::broker
