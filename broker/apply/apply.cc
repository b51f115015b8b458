// apply: see apply.h.
#include "broker/apply/apply.h"

#include <algorithm>

#include "proto/base/invariant.h"
#include "proto/contract/facts.h"
#include "proto/wire/event.h"

namespace concordat::broker {
namespace {

// What a delivery takes besides its ciphertexts: header, statement and bare hashes; label, facts, commitment, grant and share of a leaf.
constexpr std::size_t kDeliveryOverhead = 1024;
constexpr std::size_t kLeafOverhead = 192;

void take_place(State& state, const Applied& record) {
  INVARIANT(record.sequence == state.applied + 1, "records are applied in order and without gaps");
  state.applied = record.sequence;
  state.now = std::max(state.now, record.time);
  state.cases.pass_time(state.now);
}

Told told_of(const wire::RecordedDesk& desk) {
  Told told;
  told.desk = desk.desk;
  told.delivery = desk.delivery;
  told.fallback = desk.fallback;
  told.tell_sender = desk.tell_sender;
  told.lane = desk.lane;
  told.granted = desk.granted;
  told.facts = desk.facts;
  told.then = desk.then;
  told.read_by = desk.read_by;
  told.act_by = desk.act_by;
  return told;
}

std::uint32_t delivery_bytes(const wire::EventAccepted& body) {
  return static_cast<std::uint32_t>(std::min<std::size_t>(body.content_bytes + kDeliveryOverhead + kLeafOverhead * body.leaves.size(), 0xffffffff));
}

// A revision follows the newest one before it that may have left for the desk and is still owed.
std::uint64_t delivery_before(const State& state, const Mailbox& mailbox, Sequence original) {
  for (const EventEntry* entry = state.event(original); entry != nullptr; original = entry->corrects, entry = state.event(original)) {
    if (const auto open = mailbox.open_delivery(original)) return *open;
  }
  return 0;
}

void put_in_mailbox(State& state, Sequence sequence, const EventEntry& event, const wire::RecordedDesk& desk) {
  Mailbox& mailbox = state.mailboxes[desk.desk];
  MailboxEntry entry;
  entry.sequence = sequence;
  entry.lane = desk.lane;
  entry.bytes = event.delivery_bytes;
  entry.after = delivery_before(state, mailbox, event.corrects);
  mailbox.put(desk.delivery, entry);
}

// True if a revision before this one may have gone to the desk.
bool holds_earlier(const State& state, const EventEntry& entry, DeskNumber desk) {
  for (const EventEntry* before = state.event(entry.corrects); before != nullptr; before = state.event(before->corrects)) {
    const Told* told = before->find(desk);
    if (told != nullptr && told->handed) return true;
  }
  return false;
}

// What a correction or withdrawal does to its original: what never left goes, what may have left stays owed. But a desk that
// holds a still older revision and is told of this one gets every step between: each names the one that it takes the place of.
// True if somebody may be fewer people now.
bool supersede(State& state, Sequence original, Sequence correction, const std::vector<wire::RecordedDesk>& told_now) {
  EventEntry* entry = state.event(original);
  if (entry == nullptr) return false;
  entry->corrected_by = correction;
  state.cases.let_go(original);
  const bool parted = state.people.retract(original, correction);
  for (Told& told : entry->told) {
    Mailbox& mailbox = state.mailboxes[told.desk];
    const bool goes_on = std::any_of(told_now.begin(), told_now.end(), [&](const auto& desk) { return desk.desk == told.desk; });
    const auto waiting = mailbox.unhanded(original);
    if (waiting && !(goes_on && holds_earlier(state, *entry, told.desk))) mailbox.close(*waiting);
    state.stop_deadline(original, told, false);
    state.stop_deadline(original, told, true);
  }
  return parted;
}

Result<int> change(State& state, const Applied&, const wire::BatchTaken& body) {
  auto& next = state.next_outbox[{body.adapter, body.outbox_epoch}];
  next = std::max(next, body.first_sequence);
  return 0;
}

Result<int> change(State& state, const Applied&, const wire::EventRefused& body) {
  auto& next = state.next_outbox[{body.adapter, body.outbox_epoch}];
  next = std::max(next, body.outbox_sequence + 1);
  return 0;
}

Result<int> change(State& state, const Applied&, const wire::HandedOver& body) {
  Mailbox& mailbox = state.mailboxes[body.desk];
  for (const auto& item : body.items) {
    mailbox.mark_handed(item.delivery);
    EventEntry* entry = state.event(item.sequence);
    if (entry == nullptr) continue;
    if (Told* told = entry->find(body.desk)) told->handed = true;
  }
  return 0;
}

void opened(State& state, Mailbox& mailbox, DeskNumber desk, std::uint64_t delivery, bool rejected) {
  const MailboxEntry* entry = mailbox.find(delivery);
  if (entry == nullptr) return;
  const Sequence sequence = entry->sequence;
  mailbox.close(delivery);
  EventEntry* event = state.event(sequence);
  Told* told = event == nullptr ? nullptr : event->find(desk);
  if (told == nullptr || told->delivery != delivery) return;
  told->rejected = rejected;
  told->progress = std::max(told->progress, static_cast<std::uint8_t>(contract::ProgressState::Opened));
}

Result<int> change(State& state, const Applied&, const wire::Acknowledged& body) {
  Mailbox& mailbox = state.mailboxes[body.desk];
  for (const auto delivery : body.opened) opened(state, mailbox, body.desk, delivery, false);
  for (const auto& rejected : body.rejected) opened(state, mailbox, body.desk, rejected.delivery, true);
  return 0;
}

// What one desk declines is still to be done: where somebody comes after it, or had to act, that is due now.
void decline(State& state, Instant at, Sequence sequence, const EventEntry& entry, Told& told) {
  // Reading stopped the first clock; that it was urgent has not changed.
  const bool owed = !told.then.empty() || told.read_by != Instant{} || told.act_by != Instant{} || told.lane == static_cast<std::uint8_t>(policy::Lane::Urgent);
  state.stop_deadline(sequence, told, false);
  state.stop_deadline(sequence, told, true);
  if (!owed || entry.corrected_by != 0 || entry.withdrawn) return;
  told.act_by = at;
  state.start_deadlines(sequence, told);
}

Result<int> change(State& state, const Applied& record, const wire::ProgressMade& body) {
  using contract::ProgressState;
  EventEntry* entry = state.event(body.sequence);
  if (entry == nullptr) return 0;  // erased since
  Told* told = entry->find(body.desk);
  if (told == nullptr) return fail(Fault::Corrupt, code::kChain, "progress on an event that the desk was not told of");
  const auto before = static_cast<ProgressState>(told->progress);
  const auto made = static_cast<ProgressState>(body.state);
  // Whoever declined may think again; otherwise nothing goes back.
  if (made > before || (before == ProgressState::Declined && made == ProgressState::Accepted)) told->progress = body.state;
  if (made == ProgressState::Declined && before < ProgressState::Declined) {
    decline(state, record.time, body.sequence, *entry, *told);
    return 0;
  }
  if (made >= ProgressState::Read) state.stop_deadline(body.sequence, *told, false);
  if (made > ProgressState::Declined) state.stop_deadline(body.sequence, *told, true);
  return 0;
}

Result<int> change(State& state, const Applied&, const wire::Escalated& body) {
  EventEntry* entry = state.event(body.sequence);
  if (entry == nullptr) return 0;  // erased since
  Told* missed = entry->find(body.missed_by);
  if (missed == nullptr) return fail(Fault::Corrupt, code::kChain, "an escalation of an event that the desk was not told of");
  state.stop_deadline(body.sequence, *missed, body.act);
  for (const auto& desk : body.desks) {
    Told told = told_of(desk);
    told.escalated = true;
    told.missed_by = body.missed_by;
    told.unread_minutes = body.state.unread_minutes;
    state.start_deadlines(body.sequence, told);
    put_in_mailbox(state, body.sequence, *entry, desk);
    entry->told.push_back(told);
  }
  return 0;
}

Result<int> change(State& state, const Applied&, const wire::Reconsidered& body) {
  EventEntry* entry = state.event(body.sequence);
  const bool anybody = !body.desks.empty() || (entry != nullptr && !entry->told.empty());
  const Match match{static_cast<policy::Registered>(body.state.registered), body.state.registration};
  state.cases.decided_again(state.people, body.sequence, match, anybody);
  if (entry == nullptr) return 0;  // erased since
  for (const auto& desk : body.desks) {
    Told told = told_of(desk);
    told.later = true;
    state.start_deadlines(body.sequence, told);
    put_in_mailbox(state, body.sequence, *entry, desk);
    entry->told.push_back(told);
  }
  return 0;
}

Result<int> change(State& state, const Applied&, const wire::Parked& body) {
  state.mailboxes[body.desk].park(body.delivery);
  return 0;
}

Result<int> change(State& state, const Applied&, const wire::Withheld& body) {
  state.mailboxes[body.desk].close(body.delivery);
  EventEntry* entry = state.event(body.sequence);
  Told* told = entry == nullptr ? nullptr : entry->find(body.desk);
  if (told == nullptr) return 0;
  state.stop_deadline(body.sequence, *told, false);
  state.stop_deadline(body.sequence, *told, true);
  return 0;
}

Result<int> change(State& state, const Applied&, const wire::Retried& body) {
  state.mailboxes[body.desk].retry(body.delivery);
  return 0;
}

Result<int> change(State& state, const Applied& record, const wire::AlarmRaised& body) {
  state.alarms.emplace_hint(state.alarms.end(), record.sequence,
                            AlarmEntry{record.time, body.code, record.event, body.adapter, body.desk, body.text});
  while (!state.alarms.empty() &&
         (state.alarms.size() > kAlarmsMax || state.alarms.begin()->second.at + kAlarmMemory < record.time)) {
    state.alarms.erase(state.alarms.begin());
  }
  return 0;
}

Result<int> change(State& state, const Applied&, const wire::DirectoryAdopted& body) {
  state.directory_version = body.version;
  state.directory_digest = body.digest;
  state.directory_bundle = body.bundle;
  return 0;
}

Result<int> change(State& state, const Applied&, const wire::AgreementAdopted& body) {
  if (body.file.empty()) {
    state.agreements.erase(body.name);
  } else {
    state.agreements[body.name] = {body.version, body.digest, body.file, body.signatures};
  }
  return 0;
}

// A registration, what takes one back, what waits for one, or was told under one. `in_doubt`: what the event corrects was; `under`: it was told
// under that registration.
void keep_cases(State& state, const Applied& record, contract::Kind kind, const contract::FactSet& facts, const wire::EventLeaf& leaf,
                const wire::EventAccepted& body, bool in_doubt, RegistrationId under) {
  if (body.withdrawn || kind != contract::Kind::VictimRegistration) state.cases.take_away(state.people, body.corrects, record.sequence);
  if (body.withdrawn) return;
  About what = about(kind, facts, leaf.tokens, body.people);
  if (kind == contract::Kind::VictimRegistration) {
    state.cases.put(state.people, record.sequence, body.corrects, std::move(what), facts.of(contract::Fact::RegistrationEnded) == contract::kYes);
    return;
  }
  if (!is_joined(kind) || facts.of(contract::Fact::Historic) == contract::kYes) return;
  const Instant until = held_until(kind, body.state.registration, state.first_accepted(body.corrects, record.time) + kEventsHeld);
  if (body.unmatched_due != Instant{}) {
    state.cases.wait(state.people, record.sequence, kind, std::move(what), body.unmatched_due, until, under);
  } else if (!body.desks.empty() && until > record.time) {
    state.cases.tell(state.people, record.sequence, kind, std::move(what), body.state.registration, in_doubt, until);
  }
}

// Nothing lasting follows from these; they are there to be read.
Result<int> change(State&, const Applied&, const wire::Started&) { return 0; }
Result<int> change(State&, const Applied&, const wire::RefusalsCounted&) { return 0; }
Result<int> change(State&, const Applied&, const wire::ClockStepped&) { return 0; }
Result<int> change(State&, const Applied&, const wire::Administered&) { return 0; }

}  // namespace

Result<int> apply(State& state, const Applied& record, const wire::EventAccepted& body) {
  take_place(state, record);
  TRY(const wire::Header header, wire::decode_header(body.header));
  TRY(const wire::EventLeaf leaf, wire::decode_event_leaf(body.event_leaf));
  std::vector<seal::Label> labels;
  std::vector<Bytes> facts;
  for (const auto& recorded : body.leaves) {
    const auto label = seal::Label::decode(recorded.label);
    if (!label) return fail(Fault::Corrupt, code::kChain, "a recorded label does not decode");
    labels.push_back(*label);
    facts.push_back(recorded.facts);
  }
  TRY(const contract::FactSet fact_set, contract::collect_facts(leaf.facts, labels, facts));

  EventEntry entry;
  entry.event = record.event;
  entry.digest = record.event_digest;
  entry.source = body.source;
  entry.adapter = state.adapter_index(body.adapter);
  entry.revision = header.revision;
  entry.batch = body.batch;
  entry.corrects = body.corrects;
  entry.accepted = record.time;
  entry.withdrawn = body.withdrawn;
  entry.joined = is_joined(static_cast<contract::Kind>(leaf.kind));
  entry.delivery_bytes = delivery_bytes(body);
  if (!body.withdrawn) state.people.contribute_consent(record.sequence, header.time, fact_set, body.people, body.corrects);
  const bool in_doubt = state.cases.in_doubt(state.people, body.corrects);
  const RegistrationId under = state.cases.told_under(body.corrects);
  const bool parted = supersede(state, body.corrects, record.sequence, body.desks);
  bool joined = false;
  if (!body.withdrawn) {
    joined = state.people.contribute(record.sequence, header.time, static_cast<contract::Kind>(leaf.kind), fact_set, leaf.tokens, body.people);
  }
  keep_cases(state, record, static_cast<contract::Kind>(leaf.kind), fact_set, leaf, body, in_doubt, under);
  if (joined) state.cases.people_joined(state.people, body.people);
  if (body.corrects != 0) state.cases.settle(state.people, parted);
  for (const auto& desk : body.desks) {
    entry.told.push_back(told_of(desk));
    put_in_mailbox(state, record.sequence, entry, desk);
  }
  state.insert(record.sequence, std::move(entry));
  auto& next = state.next_outbox[{body.adapter, body.outbox_epoch}];
  next = std::max(next, body.outbox_sequence + 1);
  return 0;
}

Result<int> apply(State& state, const Applied& record, const wire::Body& body) {
  if (const auto* event = std::get_if<wire::EventAccepted>(&body)) return apply(state, record, *event);
  take_place(state, record);
  return std::visit(
      [&](const auto& value) -> Result<int> {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, wire::EventAccepted>) return 0;
        else return change(state, record, value);
      },
      body);
}

void apply_erased(State& state, const Applied& record) { take_place(state, record); }

}  // namespace concordat::broker
