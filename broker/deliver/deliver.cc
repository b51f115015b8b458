// deliver: see deliver.h.
#include "broker/deliver/deliver.h"

#include <algorithm>
#include <set>

#include "broker/admit/admit.h"
#include "broker/deliver/permit.h"
#include "proto/base/invariant.h"
#include "proto/wire/event.h"
#include "proto/wire/limits.h"

namespace concordat::broker {
namespace {

constexpr std::size_t kFrameBytesMax = wire::kMessageBytesMax / 2;
constexpr std::size_t kCodeBytesMax = 24;

// Withdrawn, or replaced by what is not for this desk: who may have it was told so then, and nobody gets it any more.
bool taken_back(const State& state, const EventEntry& entry, DeskNumber desk) {
  const EventEntry* newest = &entry;
  while (newest->corrected_by != 0) newest = state.event(newest->corrected_by);
  return newest != &entry && (newest->withdrawn || newest->find(desk) == nullptr);
}

struct Frame {
  HandOver hand_over;
  wire::HandedOver record;
  bool told_anew = false;  ///< Other desks were told of something that this one may not have any more.
};

void add(Turn& turn, Frame& frame, Reading& window, Mailbox& mailbox, std::uint64_t delivery, MaterialPtr material, Permitted permitted,
         const Told& told) {
  const std::uint32_t bytes = mailbox.find(delivery)->bytes;
  const std::uint8_t attempt = mailbox.lease(delivery, turn.now + kLease);
  window.messages -= 1;
  window.bytes -= std::min<std::uint64_t>(window.bytes, bytes);
  const std::uint64_t granted = permitted.grant().granted;
  frame.record.items.push_back({delivery, material->sequence, granted, granted != told.granted, attempt, permitted.again()});
  frame.hand_over.offers.push_back({std::move(material), std::move(permitted), delivery, attempt, told.escalated});
}

// Who is registered changed after the desk was told, and the event is not for it any more: whoever it is for now is told at once.
bool tell_others(Turn& turn, const Material& material, const Permitted& nothing) {
  // Of what was corrected the newest revision is decided on, and nothing else.
  if (turn.state.event(material.sequence)->corrected_by != 0) return false;
  if (turn.state.cases.changed() < material.sequence || turn.state.cases.waits(material.sequence)) return false;
  const auto leaf = wire::decode_event_leaf(material.body.event_leaf);
  if (!leaf || !is_joined(static_cast<contract::Kind>(leaf->kind))) return false;
  // A person is told of that when time passes, and whoever has it already with it.
  if (turn.state.cases.in_doubt(turn.state.people, material.sequence)) return false;
  const auto again = nothing.again();
  const auto registered = again.empty() ? policy::Registered::Unknown : static_cast<policy::Registered>(again.front().state.registered);
  // Whoever ended her registration wants nobody to be told of it for her.
  const bool ended = registered == policy::Registered::No && turn.state.cases.told_under(material.sequence) != 0;
  if (registered == policy::Registered::Unknown || ended) return false;
  bool urgent = false;
  wire::Reconsidered record = decide_anew(turn, material, urgent);
  if (record.desks.empty()) return false;
  turn.emit(std::move(record), material.event, material.digest);
  return true;
}

// Nothing is wrong, and nobody has to look: it ends, and its deadlines with it. But what it corrects does not stand, and the desk may have that.
void withhold(Turn& turn, DeskNumber desk, std::uint64_t delivery, const Material& material) {
  turn.emit(wire::Withheld{desk, delivery, material.sequence, std::string(code::kEnded.name)}, material.event, material.digest);
  say_superseded(turn, desk, turn.state.event(material.sequence)->corrects);
}

// Fills one frame; stops at the first delivery whose content has to be fetched, so that order is kept. What comes after is asked
// for with it.
void fill(Turn& turn, DeskNumber desk, Reading& window, Mailbox& mailbox, Frame& frame) {
  const std::size_t messages = std::min<std::size_t>(window.messages, wire::kDeliveryFrameEventsMax);
  bool waits = false;
  for (const std::uint64_t delivery : mailbox.next(messages, std::min<std::size_t>(window.bytes, kFrameBytesMax))) {
    const Sequence sequence = mailbox.find(delivery)->sequence;
    const EventEntry* entry = turn.state.event(sequence);
    INVARIANT(entry != nullptr && entry->find(desk) != nullptr, "what waits for a desk was decided for it");
    if (turn.gone(sequence) || taken_back(turn.state, *entry, desk)) {
      turn.emit(wire::Withheld{desk, delivery, sequence, std::string(turn.gone(sequence) ? code::kErased.name : code::kSuperseded.name)}, entry->event,
                entry->digest);
      turn.let_go(sequence);
      continue;
    }
    MaterialPtr material = turn.need(sequence);
    waits = waits || material == nullptr;
    if (waits) continue;
    const Told told = *entry->find(desk);
    Permitted permitted = permit(turn, *material, told);
    if (permitted.nothing()) {
      if (ended_meanwhile(turn, *material, told)) withhold(turn, desk, delivery, *material);
      else turn.park(desk, delivery, code::kNoClause);
      frame.told_anew |= tell_others(turn, *material, permitted);
      turn.let_go(sequence);
      continue;
    }
    add(turn, frame, window, mailbox, delivery, std::move(material), std::move(permitted), told);
  }
}

// True if other desks were told of something meanwhile.
bool offer_desk(Turn& turn, DeskNumber desk, Reading& window) {
  const auto mailbox = turn.state.mailboxes.find(desk);
  if (mailbox == turn.state.mailboxes.end() || window.messages == 0 || window.bytes == 0 || !mailbox->second.anything_waits()) return false;
  const Session* session = turn.sessions.find(window.session);
  INVARIANT(session != nullptr, "a desk is read by an open session");
  Frame frame;
  frame.hand_over = {session->id, desk, session->epoch, window.key, turn.world, {}};
  frame.record.desk = desk;
  frame.record.client = session->client;
  frame.record.session_epoch = session->epoch;
  frame.record.agreements = turn.world.agreements_digest;
  frame.record.directory = turn.world.directory->digest;
  fill(turn, desk, window, mailbox->second, frame);
  if (frame.record.items.empty()) return frame.told_anew;
  turn.emit(std::move(frame.record));
  turn.effect(std::move(frame.hand_over));
  return frame.told_anew;
}

void report(Turn& turn, const EventEntry& entry, const Told& told, contract::ProgressState state, Instant at) {
  if (!told.tell_sender || entry.joined) return;
  const Session* sender = turn.sessions.of_adapter(turn.state.adapters[entry.adapter]);
  const directory::Desk* desk = turn.world.directory->desk(told.desk);
  if (sender != nullptr && desk != nullptr) turn.send(sender->id, wire::Report{entry.event, desk->name, state, at});
}

// The event that a desk means: it says the id, and only events that it was told of count.
Sequence told_event(const Turn& turn, DeskNumber desk, const EventId& event) {
  const Sequence sequence = turn.state.find(event);
  const EventEntry* entry = turn.state.event(sequence);
  return entry != nullptr && entry->find(desk) != nullptr ? sequence : 0;
}

bool reads(const Turn& turn, SessionId session, DeskNumber desk) {
  const auto reading = turn.sessions.reading.find(desk);
  return reading != turn.sessions.reading.end() && reading->second.session == session;
}

/// Why a progress does not fit what the desk was told and has said before; null if it does.
const char* misfit(const Told& told, const wire::Progress& said) {
  using contract::ProgressState;
  const auto before = static_cast<ProgressState>(told.progress);
  const bool done = before == ProgressState::Acted || before == ProgressState::Closed;
  if (said.state < ProgressState::Read || said.person.empty()) return "progress is made by a named person: read, accepted, declined, acted or closed";
  if (!told.handed || told.rejected) return "nobody can have read what was not handed over, or was rejected";
  if (said.state == ProgressState::Declined && said.reason.empty()) return "declining needs a reason";
  if (said.state == ProgressState::Declined && done) return "what was acted on is not declined any more";
  if (said.state == ProgressState::Closed && !done && said.reason.empty()) return "closing what nobody acted on needs a reason";
  return nullptr;
}

bool is_code(std::string_view text) {
  return text.size() <= kCodeBytesMax && text.starts_with("E-") && std::all_of(text.begin(), text.end(), [](char c) { return c == '-' || (c >= 'A' && c <= 'Z'); });
}

void complain(Turn& turn, SessionId session, const Code& code, std::string detail) {
  turn.send(session, wire::Refusal{std::string(code.name), std::move(detail), false});
}

}  // namespace

void offer(Turn& turn) {
  bool told_anew = false;
  for (auto& [desk, window] : turn.sessions.reading) told_anew |= offer_desk(turn, desk, window);
  if (!told_anew) return;
  for (auto& [desk, window] : turn.sessions.reading) offer_desk(turn, desk, window);
}

void acknowledge(Turn& turn, const AcknowledgeArrived& arrived) {
  const wire::Acknowledge& said = arrived.acknowledge;
  const Session* session = turn.sessions.find(arrived.session);
  if (session == nullptr) return;
  if (!reads(turn, arrived.session, said.desk)) {
    turn.refuse_session(arrived.session, code::kDesk, "acknowledgement for desk " + std::to_string(said.desk.value));
    return;
  }
  const auto found = turn.state.mailboxes.find(said.desk);
  if (found == turn.state.mailboxes.end()) return;
  const Mailbox& mailbox = found->second;
  wire::Acknowledged record;
  record.desk = said.desk;
  record.client = session->client;
  std::vector<std::pair<Sequence, std::string>> rejected;
  std::set<std::uint64_t> answered;
  std::vector<Sequence> closed;
  for (const auto& item : said.items) {
    const MailboxEntry* entry = mailbox.find(item.delivery);
    const EventEntry* event = entry == nullptr ? nullptr : turn.state.event(entry->sequence);
    // Said twice, or of something never handed over: nothing to close, and nothing wrong is done.
    if (event == nullptr || !entry->handed || event->event != item.event || !answered.insert(item.delivery).second) continue;
    if (!item.rejected.empty() && !is_code(item.rejected)) {
      complain(turn, arrived.session, code::kValue, "a rejection names a code");
      continue;
    }
    if (item.rejected.empty()) {
      record.opened.push_back(item.delivery);
    } else {
      record.rejected.push_back({item.delivery, item.rejected, item.reason});
      rejected.emplace_back(entry->sequence, item.rejected);
    }
    closed.push_back(entry->sequence);
  }
  if (record.opened.empty() && record.rejected.empty()) return;
  turn.emit(std::move(record));
  for (const Sequence sequence : closed) turn.let_go(sequence);
  for (const auto& [sequence, why] : rejected) {
    const std::string adapter = turn.sender_to_tell(*turn.state.event(sequence));
    turn.alarm(code::kRejected, sequence, adapter, adapter.empty() ? said.desk : DeskNumber{}, why);
  }
}

void progress(Turn& turn, const ProgressArrived& arrived) {
  const wire::Progress& said = arrived.progress;
  if (!reads(turn, arrived.session, said.desk)) {
    turn.refuse_session(arrived.session, code::kDesk, "progress for desk " + std::to_string(said.desk.value));
    return;
  }
  const Sequence sequence = told_event(turn, said.desk, said.event);
  if (sequence == 0) return complain(turn, arrived.session, code::kNotFound, said.event.hex());
  const EventEntry entry = *turn.state.event(sequence);
  if (const char* why = misfit(*entry.find(said.desk), said)) return complain(turn, arrived.session, code::kValue, why);
  auto& lately = turn.sessions.said[said.desk];
  if (lately.size() == kSaidMax) lately.clear();
  if (!lately.insert({said.event, static_cast<std::uint8_t>(said.state), said.person, said.at}).second) return;
  turn.emit(wire::ProgressMade{said.desk, sequence, static_cast<std::uint8_t>(said.state), said.person, std::min(said.at, turn.now), said.reason},
            entry.event, entry.digest);
  report(turn, entry, *entry.find(said.desk), said.state, turn.now);
}

void retry_parked(Turn& turn, const RetryParked& retry) {
  const auto mailbox = turn.state.mailboxes.find(retry.desk);
  if (mailbox == turn.state.mailboxes.end()) return;
  for (const std::uint64_t delivery : mailbox->second.parked()) {
    if (retry.delivery != 0 && retry.delivery != delivery) continue;
    turn.emit(wire::Retried{retry.desk, delivery, retry.operator_name});
  }
}

}  // namespace concordat::broker
