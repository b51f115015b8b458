// expire: see expire.h.
#include "broker/expire/expire.h"

#include <algorithm>

#include "broker/admit/admit.h"
#include "broker/deliver/permit.h"
#include "proto/base/invariant.h"

namespace concordat::broker {
namespace {

void lapse_leases(Turn& turn) {
  for (auto& [desk, mailbox] : turn.state.mailboxes) {
    for (const std::uint64_t delivery : mailbox.pass_time(turn.now)) turn.park(desk, delivery, code::kParked);
  }
}

void flush_refusals(Turn& turn) {
  for (auto& [client, count] : turn.sessions.refusals) {
    if (count.whole == 0 || turn.now < count.from + kRefusalInterval) continue;
    if (count.counted > 0) turn.emit(wire::RefusalsCounted{client, count.counted, count.from});
    count = {};
  }
}

// Minutes since acceptance, as long as nobody has read it: of the first revision, for a correction buys no time.
std::uint32_t unread_minutes(const State& state, const EventEntry& entry, Instant now) {
  const auto read = [](const Told& told) { return told.progress >= static_cast<std::uint8_t>(contract::ProgressState::Read); };
  const EventEntry* first = &entry;
  for (const EventEntry* each = &entry; each != nullptr; each = state.event(each->corrects)) {
    if (std::any_of(each->told.begin(), each->told.end(), read)) {
      if (each == &entry) return 0;
      break;
    }
    first = each;
  }
  return static_cast<std::uint32_t>(std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::minutes>(now - first->accepted).count()));
}

// New desks: those that a clause covers now, and of the chain only the next one that is covered.
std::vector<policy::DeskDecision> next_in_line(const policy::Decision& decision, const EventEntry& entry, const Told& missed) {
  std::vector<policy::DeskDecision> desks;
  const auto in_chain = [&](DeskNumber desk) { return std::find(missed.then.begin(), missed.then.end(), desk) != missed.then.end(); };
  const auto find = [&](DeskNumber desk) {
    return std::find_if(decision.desks.begin(), decision.desks.end(), [&](const auto& d) { return d.desk == desk; });
  };
  for (const auto& desk : decision.desks) {
    if (entry.find(desk.desk) == nullptr && !in_chain(desk.desk)) desks.push_back(desk);
  }
  for (const DeskNumber next : missed.then) {
    const auto decided = find(next);
    if (decided == decision.desks.end() || entry.find(next) != nullptr) continue;
    desks.push_back(*decided);
    break;
  }
  return desks;
}

// The rest of the chain goes with whoever is told now; nobody is told twice.
void hand_down_chain(wire::RecordedDesk& desk, const Told& missed) {
  const auto at = std::find(missed.then.begin(), missed.then.end(), desk.desk);
  if (at != missed.then.end()) desk.then.assign(at + 1, missed.then.end());
}

wire::Escalated escalation(Turn& turn, const Material& material, const EventEntry& entry, const Deadline& deadline) {
  const Told& missed = *entry.find(deadline.desk);
  wire::Escalated record;
  record.sequence = deadline.sequence;
  record.missed_by = deadline.desk;
  record.act = deadline.act;
  record.agreements = turn.world.agreements_digest;
  record.directory = turn.world.directory->digest;
  policy::Decision decision;
  decide_again(turn.state, turn.world, turn.now, material, unread_minutes(turn.state, entry, turn.now), deadline.desk, decision, record.state);
  for (const auto& desk : next_in_line(decision, entry, missed)) {
    record.desks.push_back(broker::recorded(desk, next_delivery(turn, desk.desk), turn.now, turn.world));
    hand_down_chain(record.desks.back(), missed);
    keep_lane(turn.state, entry.corrects, record.desks.back());
  }
  return record;
}

// The sender hears who it was, and that it declined, only where a clause lets it know whom it told.
std::string said_of(const Turn& turn, const Told& missed) {
  const directory::Desk* desk = turn.world.directory->desk(missed.desk);
  if (!missed.tell_sender || desk == nullptr) return "a desk";
  return desk->name + (missed.progress == static_cast<std::uint8_t>(contract::ProgressState::Declined) ? " declined" : "");
}

void escalate(Turn& turn, const Deadline& deadline) {
  const EventEntry entry = *turn.state.event(deadline.sequence);
  wire::Escalated record;
  record.sequence = deadline.sequence;
  record.missed_by = deadline.desk;
  record.act = deadline.act;
  if (!turn.gone(deadline.sequence)) {
    const MaterialPtr material = turn.need(deadline.sequence);
    if (material == nullptr) return;
    record = escalation(turn, *material, entry, deadline);
  }
  const bool nobody_left = record.desks.empty();
  turn.emit(std::move(record), entry.event, entry.digest);
  const std::string text = said_of(turn, *entry.find(deadline.desk)) + (nobody_left ? "; nobody further to tell" : "; escalated");
  turn.alarm(deadline.act ? code::kNotActed : code::kUnread, deadline.sequence, turn.sender_to_tell(entry), deadline.desk, text);
  turn.let_go(deadline.sequence);
}

void meet_deadlines(Turn& turn) {
  std::vector<Deadline> due;
  for (const Deadline& deadline : turn.state.deadlines()) {
    if (deadline.due > turn.now || due.size() == kEscalationsATurn) break;
    due.push_back(deadline);
  }
  for (const Deadline& deadline : due) {
    if (turn.state.deadlines().contains(deadline)) escalate(turn, deadline);
  }
}

// Whoever may have it already must know that it may be another's, and tell nobody more of it.
void say_doubted(Turn& turn, Sequence sequence, const EventEntry& before, const Material* material) {
  for (const Told& told : before.told) {
    if (told.handed && (material == nullptr || !told_for_itself(turn, *material, told))) turn.alarm(code::kDoubted, sequence, "", told.desk, "");
  }
}

// Whoever a clause covers now and has not been told: a registration came, or nobody was registered for so long that a person must look;
// or it was told under a registration, and may be another's.
void reconsider(Turn& turn, Sequence sequence) {
  const EventEntry entry = *turn.state.event(sequence);
  wire::Reconsidered record;
  record.sequence = sequence;
  bool urgent = false;
  const bool waited = turn.state.cases.waits(sequence);
  MaterialPtr material;
  if (!turn.gone(sequence)) {
    material = turn.need(sequence);
    if (material == nullptr) return;
    record = decide_anew(turn, *material, urgent);
  }
  const bool nobody = urgent && record.desks.empty() && entry.told.empty();
  const RegistrationId registration = record.state.registration;
  turn.emit(std::move(record), entry.event, entry.digest);
  if (nobody) alarm_nobody_told(turn, sequence, registration);
  if (!waited) say_doubted(turn, sequence, entry, material.get());
  turn.let_go(sequence);
}

void reconsider_waiting(Turn& turn) {
  for (const Sequence sequence : turn.state.cases.to_reconsider(turn.now, kEscalationsATurn)) reconsider(turn, sequence);
}

}  // namespace

void pass_time(Turn& turn) {
  lapse_leases(turn);
  flush_refusals(turn);
  meet_deadlines(turn);
  reconsider_waiting(turn);
}

std::optional<Instant> next_due(const State& state, const Sessions& sessions) {
  std::optional<Instant> next;
  const auto consider = [&next](std::optional<Instant> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  for (const auto& [desk, mailbox] : state.mailboxes) consider(mailbox.next_event());
  if (!state.deadlines().empty()) consider(state.deadlines().begin()->due);
  consider(state.cases.next_due());
  for (const auto& [client, count] : sessions.refusals) {
    if (count.counted > 0) consider(count.from + kRefusalInterval);
  }
  return next;
}

}  // namespace concordat::broker
