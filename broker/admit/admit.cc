// admit, second half: see admit.h.
#include "broker/admit/admit.h"

#include <algorithm>

#include "policy/decide.h"

namespace concordat::broker {
namespace {

using contract::Kind;

constexpr Milliseconds kFutureMax = std::chrono::minutes(5);

struct Sender {
  const directory::Adapter* adapter;
  const directory::Party* party;
  const Session* session;
};

wire::EventResult refused(const EventId& event, const Error& error) {
  wire::EventResult result;
  result.outcome = wire::Outcome::Refused;
  result.event = event;
  result.code = std::string(error.code.name);
  result.detail = error.detail;
  return result;
}

std::vector<std::string> names_told(const Turn& turn, const EventEntry& entry) {
  std::vector<std::string> names;
  for (const Told& told : entry.told) {
    const directory::Desk* desk = turn.world.directory->desk(told.desk);
    if (told.tell_sender && !told.escalated && !told.later && desk != nullptr) names.push_back(desk->name);
  }
  return names;
}

// The first answer, also when it is given again: who was told later is not in it.
wire::EventResult answer(const Turn& turn, Sequence sequence, wire::Outcome outcome) {
  const EventEntry& entry = *turn.state.event(sequence);
  wire::EventResult result;
  result.outcome = outcome;
  result.event = entry.event;
  result.sequence = sequence;
  result.unsaid = entry.joined;
  if (entry.joined) return result;
  result.told = names_told(turn, entry);
  result.somebody_told = std::any_of(entry.told.begin(), entry.told.end(), [](const Told& told) { return !told.fallback && !told.escalated && !told.later; });
  return result;
}

// The first few refusals of a client and interval are records whole; the rest are counted, so that nobody fills the log.
void record_refusal(Turn& turn, const Session& session, std::uint64_t sequence, const EventId& event, const Error& error) {
  RefusalCount& count = turn.sessions.refusals[session.client];
  if (count.whole == 0) count.from = turn.now;
  if (count.whole >= kRefusalsWhole) {
    ++count.counted;
    return;
  }
  ++count.whole;
  turn.emit(wire::EventRefused{session.client, session.adapter, session.outbox_epoch, sequence, std::string(error.code.name), error.detail}, event);
  const directory::Adapter* adapter = turn.world.directory->adapter(session.adapter);
  const DeskNumber desk = adapter == nullptr ? DeskNumber{} : adapter->alarms;
  turn.alarm(code::kRefusedEvent, 0, session.adapter, desk, std::string(error.code.name) + " " + event.hex() + " " + error.detail);
}

// What a correction corrects must be this party's, the newest, and one revision back. 0: not a correction.
Result<Sequence> original_of(const Turn& turn, const VerifiedEvent& event, PartyNumber source) {
  if (event.header.revision == 0) return Sequence{0};
  const Sequence sequence = turn.state.find(event.header.corrects);
  const EventEntry* original = turn.state.event(sequence);
  if (original == nullptr || original->source != source) return fail(Fault::Refused, code::kRevision, "no such original of this party");
  if (original->corrected_by != 0) return fail(Fault::Refused, code::kRevision, "the original was corrected already");
  if (original->revision + 1 != event.header.revision) {
    return fail(Fault::Refused, code::kRevision, "revision " + std::to_string(original->revision + 1) + " is next");
  }
  return sequence;
}

Result<int> may_assert(const Sender& sender, Kind kind) {
  const auto& kinds = sender.party->asserts;
  if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return 0;
  return fail(Fault::Refused, code::kAssert, sender.party->name + " asserting " + std::string(contract::name_of(kind)));
}

// A correction buys no time: what nobody has read, or acted on, stays due when it was.
void keep_deadlines(const State& state, Sequence original, Instant now, wire::RecordedDesk& desk) {
  const EventEntry* entry = state.event(original);
  const Told* before = entry == nullptr ? nullptr : entry->find(desk.desk);
  if (before == nullptr) return;
  const auto keep = [](Instant running, Instant& due) {
    if (running != Instant{} && due != Instant{}) due = std::min(due, running);
  };
  keep(before->read_by, desk.read_by);
  keep(before->act_by, desk.act_by);
  // What it missed or declined already goes on to the chain at once, or a correction would call the chain off.
  const bool missed = std::any_of(entry->told.begin(), entry->told.end(), [&](const Told& told) { return told.escalated && told.missed_by == desk.desk; });
  const bool taken = before->progress >= static_cast<std::uint8_t>(contract::ProgressState::Read) && before->progress != static_cast<std::uint8_t>(contract::ProgressState::Declined);
  if (missed && !taken && desk.read_by != Instant{}) {
    desk.read_by = now;
  } else if (missed && before->progress < static_cast<std::uint8_t>(contract::ProgressState::Acted) && before->act_by == Instant{} && desk.act_by != Instant{}) {
    desk.act_by = now;  // it was read, and nobody acted in time
  }
}

struct Decided {
  std::vector<wire::RecordedDesk> desks;
  std::uint32_t keep_days = 1;
  bool alarm_if_nobody = false;
  Instant unmatched_due;  ///< Epoch 0: it waits for no registration.
};

// Nobody is registered for it: it waits until a clause wants to hear of that, or four weeks where none does and some turn on a registration. What is historic waits for nobody,
// and a correction buys no time.
Instant unmatched_due(const Turn& turn, const policy::Case& subject, const policy::StateFacts& state, Sequence original) {
  if (!is_joined(subject.kind) || state.registered != policy::Registered::No || subject.facts->of(contract::Fact::Historic) == contract::kYes) return {};
  const std::uint32_t minutes = policy::unmatched_after(subject, *turn.world.agreements, turn.now);
  const Instant due = turn.state.first_accepted(original, turn.now) + std::chrono::minutes(minutes);
  return minutes == 0 || due <= turn.now ? Instant{} : due;
}

// What is joined to a registration is of its case, and so is the next revision of a registration. What corrects an event whose
// owner is in doubt is in doubt as well.
Match join_case(const State& state, Kind kind, const VerifiedEvent& event, Linking& linking, Sequence original) {
  const About what = about(kind, event.fact_set, event.leaf.tokens, linking.people);
  Match match = state.cases.match(state.people, original, kind, what, state.people.may_be(linking, what.perpetrator));
  const bool registers = kind == Kind::VictimRegistration;
  const RegistrationId of = registers ? state.cases.registration(original) : match.registration;
  if (registers && !event.header.withdrawn) match.registered = state.cases.standing(what, of, event.fact_set.of(contract::Fact::RegistrationEnded) == contract::kYes);
  if (of != 0) linking.people.front().cluster = case_of(of);
  return match;
}

Decided decide_event(Turn& turn, const VerifiedEvent& event, const Sender& sender, const policy::StateFacts& state, Sequence original) {
  Decided decided;
  if (event.header.withdrawn) return decided;
  const auto subject = case_of(event.fact_set, event.labels, static_cast<Kind>(event.leaf.kind), sender.party->number, event.header.time,
                               event.header.revision);
  policy::Decision decision;
  policy::decide(subject, state, *turn.world.agreements, *turn.world.directory, turn.now, decision);
  decided.unmatched_due = unmatched_due(turn, subject, state, original);
  decided.alarm_if_nobody = decision.urgent_or_mandatory;
  for (const auto& desk : decision.desks) {
    decided.desks.push_back(recorded(desk, next_delivery(turn, desk.desk), turn.now, turn.world));
    keep_lane(turn.state, original, decided.desks.back());
    keep_deadlines(turn.state, original, turn.now, decided.desks.back());
    // 0 is "as the recipient's own record", the longest of all.
    if (desk.terms.keep_days == 0 || decided.keep_days == 0) decided.keep_days = 0;
    else decided.keep_days = std::max(decided.keep_days, desk.terms.keep_days);
  }
  return decided;
}

std::shared_ptr<Material> material_of(Turn& turn, VerifiedEvent& event, const Sender& sender) {
  auto material = std::make_shared<Material>();
  material->accepted = turn.now;
  material->event = event.header.event;
  material->digest = event.digest;
  wire::EventAccepted& body = material->body;
  body.source = sender.party->number;
  body.adapter = sender.adapter->name;
  body.outbox_epoch = sender.session->outbox_epoch;
  body.header = std::move(event.header_bytes);
  body.event_leaf = std::move(event.leaf_bytes);
  for (std::size_t i = 0; i < event.labels.size(); ++i) body.leaves.push_back({event.labels[i].encode(), std::move(event.facts[i])});
  body.secret = std::move(event.secret);
  body.agreements = turn.world.agreements_digest;
  body.directory = turn.world.directory->digest;
  body.withdrawn = event.header.withdrawn;
  body.content_bytes = static_cast<std::uint32_t>(event.content_bytes);
  material->content = std::move(event.content);
  return material;
}

// Who may have the original, or a revision before it, and is not told of the correction must hear that it no longer stands.
void tell_superseded(Turn& turn, Sequence original, Sequence correction) {
  if (original == 0) return;
  const EventEntry before = *turn.state.event(original);
  for (const Told& told : before.told) {
    if (turn.state.event(correction)->find(told.desk) == nullptr) say_superseded(turn, told.desk, original);
  }
}

// BatchTaken comes before the first event that it proves, and only if there is one.
struct BatchRecord {
  Sequence sequence = 0;
  std::shared_ptr<const Bytes> proof;
  Sequence in(Turn& turn, const BatchArrived& batch, const Session& session) {
    if (sequence != 0) return sequence;
    proof = std::make_shared<const Bytes>(batch.proof);
    sequence = turn.emit(wire::BatchTaken{session.adapter, session.client, session.outbox_epoch, batch.statement.first_sequence,
                                          static_cast<std::uint32_t>(batch.events.size()), batch.proof});
    return sequence;
  }
};

Result<wire::EventResult> admit(Turn& turn, const BatchArrived& batch, std::size_t place, VerifiedEvent& event, const Sender& sender,
                                BatchRecord& record) {
  const PartyNumber source = sender.party->number;
  if (const Sequence known = turn.state.find(event.header.event); known != 0) {
    const EventEntry& first = *turn.state.event(known);
    if (first.source == source && first.digest == event.digest) return answer(turn, known, wire::Outcome::Duplicate);
    return fail(Fault::Refused, code::kConflict, "event " + event.header.event.hex());
  }
  const auto kind = static_cast<Kind>(event.leaf.kind);
  TRY_VOID(may_assert(sender, kind));
  if (event.header.time > turn.now + kFutureMax) return fail(Fault::Refused, code::kTime, to_text(event.header.time));
  TRY(const Sequence original, original_of(turn, event, source));

  const Sequence batch_record = record.in(turn, batch, *sender.session);
  const Sequence sequence = turn.next_sequence();
  Linking linking = turn.state.people.link(event.fact_set, event.leaf.tokens, sequence);
  auto state = turn.state.people.facts_for(event.fact_set, kind, linking, event.header.time, original);
  turn.state.people.tell_consent(event.fact_set, linking, {event.header.time, sequence, original, false}, state);
  const Match match = join_case(turn.state, kind, event, linking, original);
  tell_registered(match, state);
  if (is_joined(kind)) state.unmatched_minutes = unmatched_minutes(turn.state, match, original, turn.now);
  Decided decided = decide_event(turn, event, sender, state, original);
  const bool nobody = decided.desks.empty() && !event.header.withdrawn;

  auto material = material_of(turn, event, sender);
  material->sequence = sequence;
  material->proof = record.proof;
  material->body.outbox_sequence = batch.statement.first_sequence + place;
  material->body.batch = batch_record;
  material->body.place = static_cast<std::uint16_t>(place);
  material->body.people = std::move(linking.people);
  material->body.state = broker::recorded(state);
  material->body.state.registration = match.registration;
  material->body.unmatched_due = decided.unmatched_due;
  material->body.desks = std::move(decided.desks);
  material->body.corrects = original;
  turn.emit(std::move(material), bucket_for(decided.keep_days, turn.now));

  if (nobody && decided.alarm_if_nobody) alarm_nobody_told(turn, sequence, match.registration);
  if (linking.merge_suspected) turn.alarm(code::kMergeSuspected, sequence, sender.adapter->name, sender.adapter->alarms, "");
  tell_superseded(turn, original, sequence);
  turn.let_go(sequence);
  if (original != 0) turn.let_go(original);
  return answer(turn, sequence, wire::Outcome::Accepted);
}

// Numbers follow on within a session; the first batch says where it begins (its hello said so too).
bool follows_on(Turn& turn, Session& session, std::uint64_t first, std::size_t count) {
  if (session.expected != 0 && first != session.expected) {
    turn.refuse_session(session.id, code::kSequence, "expected " + std::to_string(session.expected) + ", got " + std::to_string(first));
    return false;
  }
  session.expected = first + count;
  return true;
}

}  // namespace

policy::Case case_of(const contract::FactSet& facts, std::span<const seal::Label> labels, Kind kind, PartyNumber source, Instant happened,
                     std::uint32_t revision) {
  policy::Case subject;
  subject.kind = kind;
  subject.source = source;
  subject.happened = happened;
  subject.revision = revision;
  subject.labels = labels;
  subject.facts = &facts;
  return subject;
}

void keep_lane(const State& state, Sequence original, wire::RecordedDesk& desk) {
  for (const EventEntry* entry = state.event(original); entry != nullptr; entry = state.event(entry->corrects)) {
    if (const Told* before = entry->find(desk.desk)) desk.lane = std::min(desk.lane, before->lane);
  }
}

std::uint32_t unmatched_minutes(const State& state, const Match& match, Sequence newest, Instant now) {
  if (match.registered != policy::Registered::No) return 0;
  const auto waited = std::chrono::duration_cast<std::chrono::minutes>(now - state.first_accepted(newest, now)).count();
  return static_cast<std::uint32_t>(std::max<std::int64_t>(0, waited));
}

void say_superseded(Turn& turn, DeskNumber desk, Sequence newest) {
  for (Sequence revision = newest; revision != 0;) {
    const EventEntry* entry = turn.state.event(revision);
    const Told* told = entry == nullptr ? nullptr : entry->find(desk);
    if (told == nullptr) return;  // it was told then that none stands
    const Sequence earlier = told->progress > static_cast<std::uint8_t>(contract::ProgressState::Offered) ? 0 : entry->corrects;
    if (told->handed) turn.alarm(code::kSuperseded, revision, "", desk, "");
    revision = earlier;
  }
}

void alarm_nobody_told(Turn& turn, Sequence sequence, RegistrationId registration) {
  const EventEntry* about = turn.state.event(registration == 0 ? sequence : registration);
  const std::string name = turn.state.adapters[about->adapter];
  const directory::Adapter* adapter = turn.world.directory->adapter(name);
  turn.alarm(code::kNobodyTold, sequence, name, adapter == nullptr ? DeskNumber{} : adapter->alarms, "");
}

std::uint64_t next_delivery(const Turn& turn, DeskNumber desk) {
  const auto mailbox = turn.state.mailboxes.find(desk);
  return mailbox == turn.state.mailboxes.end() ? Mailbox().next_delivery() : mailbox->second.next_delivery();
}

wire::RecordedDesk recorded(const policy::DeskDecision& decision, std::uint64_t delivery, Instant now, const World& world) {
  const policy::Terms& terms = decision.terms;
  const directory::Desk* who = world.directory->desk(decision.desk);
  const bool always = terms.clock_always || (who != nullptr && who->staffed_always);
  wire::RecordedDesk desk;
  desk.desk = decision.desk;
  desk.delivery = delivery;
  desk.granted = decision.granted.to_ullong();
  desk.facts = decision.facts_released.to_ullong();
  for (std::size_t i = 0; i < decision.granted.size(); ++i) {
    if (decision.granted[i]) desk.clauses.push_back({decision.reasons[i].clause.agreement, decision.reasons[i].clause.clause});
  }
  desk.lane = static_cast<std::uint8_t>(terms.lane);
  desk.duty = decision.duty;
  desk.fallback = decision.fallback;
  desk.tell_sender = terms.tell_sender;
  desk.clock_always = terms.clock_always;
  desk.read_within_minutes = terms.read_within_minutes;
  desk.act_within_minutes = terms.act_within_minutes;
  desk.act_within_working_days = terms.act_within_working_days;
  const auto after = [&](std::uint32_t minutes) {
    return always ? now + std::chrono::minutes(minutes) : world.calendar->after_office_minutes(now, minutes);
  };
  if (terms.read_within_minutes != 0) desk.read_by = after(terms.read_within_minutes);
  if (terms.act_within_minutes != 0) desk.act_by = after(terms.act_within_minutes);
  if (terms.act_within_working_days != 0) desk.act_by = world.calendar->after_working_days(now, terms.act_within_working_days);
  for (const DeskNumber next : terms.then) {
    if (next.value != 0) desk.then.push_back(next);
  }
  desk.keep_days = terms.keep_days;
  desk.keep_from = terms.keep_from;
  for (const auto& also : terms.keep_also) {
    if (also.days != 0) desk.keep_also.emplace_back(also.days, also.from);
  }
  desk.onward = decision.onward.to_ullong();
  for (const DeskNumber next : terms.onward) {
    if (next.value != 0) desk.onward_to.push_back(next);
  }
  desk.onward_else = static_cast<std::uint8_t>(terms.onward_else);
  return desk;
}

void take_batch(Turn& turn, BatchArrived batch) {
  Session* session = turn.sessions.find(batch.session);
  if (session == nullptr) return;
  if (batch.statement.adapter != session->adapter || batch.statement.outbox_epoch != session->outbox_epoch) {
    turn.refuse_session(session->id, code::kSequence, "the batch is of another adapter or outbox than the hello");
    return;
  }
  if (!follows_on(turn, *session, batch.statement.first_sequence, batch.events.size())) return;
  const directory::Adapter* adapter = turn.world.directory->adapter(session->adapter);
  const directory::Party* party = adapter == nullptr ? nullptr : turn.world.directory->party(adapter->party);
  if (party == nullptr || party->suspended || adapter->suspended) {
    turn.refuse_session(session->id, code::kClient, "adapter " + session->adapter);
    return;
  }
  const Sender sender{adapter, party, session};
  BatchRecord record;
  wire::Results results;
  results.outbox_epoch = session->outbox_epoch;
  results.first_sequence = batch.statement.first_sequence;
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    auto& item = batch.events[i];
    auto admitted = item.error ? Result<wire::EventResult>(tl::unexpected(*item.error)) : admit(turn, batch, i, *item.verified, sender, record);
    if (!admitted) {
      record_refusal(turn, *session, batch.statement.first_sequence + i, item.event, admitted.error());
      results.events.push_back(refused(item.event, admitted.error()));
      continue;
    }
    results.events.push_back(*std::move(admitted));
  }
  turn.effect(SendResults{session->id, std::move(results)});
}

void refuse_batch(Turn& turn, const BatchRefused& batch) {
  Session* session = turn.sessions.find(batch.session);
  if (session == nullptr) return;
  // Without a readable statement there are no numbers to consume, and nothing the client could match an answer to.
  if (batch.count == 0) {
    record_refusal(turn, *session, session->expected, {}, batch.error);
    turn.refuse_session(session->id, batch.error.code, batch.error.detail);
    return;
  }
  if (!follows_on(turn, *session, batch.first_sequence, batch.count)) return;
  wire::Results results;
  results.outbox_epoch = session->outbox_epoch;
  results.first_sequence = batch.first_sequence;
  for (std::uint32_t i = 0; i < batch.count; ++i) {
    record_refusal(turn, *session, batch.first_sequence + i, {}, batch.error);
    results.events.push_back(refused({}, batch.error));
  }
  turn.effect(SendResults{session->id, std::move(results)});
}

}  // namespace concordat::broker
