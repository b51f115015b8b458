// accept: see accept.h.
#include "broker/accept/accept.h"

#include <algorithm>

#include "proto/wire/limits.h"

namespace concordat::broker {
namespace {

using directory::Directory;

struct Complaint {
  const Code* code = nullptr;
  std::string detail;
};

Complaint complain(const Code& code, std::string detail) { return {&code, std::move(detail)}; }

Complaint check_desk(const Directory& directory, const directory::Client& client, const wire::Hello::DeskKey& asked) {
  const directory::Desk* desk = directory.desk(asked.desk);
  const bool its_own = std::find(client.reads.begin(), client.reads.end(), asked.desk) != client.reads.end();
  // Another's desk and no desk look the same to who may not know.
  if (desk == nullptr || !its_own || desk->suspended) return complain(code::kDesk, "desk " + std::to_string(asked.desk.value));
  const bool holds = std::any_of(desk->keys.begin(), desk->keys.end(), [&](const auto& key) { return key.id == asked.key; });
  if (!holds) return complain(code::kDesk, "key " + std::to_string(asked.key) + " of desk " + desk->name + " is not in the directory");
  return {};
}

Complaint check_hello(const Directory& directory, const std::string& name, const wire::Hello& hello) {
  if (hello.version != wire::kProtocolVersion) return complain(code::kVersion, "this broker speaks version " + std::to_string(wire::kProtocolVersion));
  if (hello.live != (directory.environment == directory::Environment::Live)) return complain(code::kEnvironment, "hello");
  const directory::Client* client = directory.client(name);
  if (client == nullptr || client->suspended || hello.client != name) return complain(code::kClient, name);
  const directory::Party* party = directory.party(client->party);
  if (party == nullptr || party->suspended) return complain(code::kClient, name);
  if (!hello.adapter.empty()) {
    const directory::Adapter* adapter = directory.adapter(hello.adapter);
    const bool its_own = std::find(client->publishes.begin(), client->publishes.end(), hello.adapter) != client->publishes.end();
    if (adapter == nullptr || !its_own || adapter->suspended) return complain(code::kClient, "adapter " + hello.adapter);
  }
  if (hello.desks.size() > wire::kDesksPerClientMax) return complain(code::kLimit, "desks of a client");
  for (const auto& asked : hello.desks) {
    if (Complaint complaint = check_desk(directory, *client, asked); complaint.code != nullptr) return complaint;
  }
  return {};
}

void take_over(Turn& turn, const Opened& opened) {
  std::vector<SessionId> replaced;
  for (const auto& [id, session] : turn.sessions.open) {
    if (id != opened.session && session.client == opened.client) replaced.push_back(id);
  }
  for (const auto& asked : opened.hello.desks) {
    const auto reading = turn.sessions.reading.find(asked.desk);
    if (reading != turn.sessions.reading.end() && reading->second.session != opened.session) replaced.push_back(reading->second.session);
  }
  for (const SessionId id : replaced) {
    if (turn.sessions.find(id) == nullptr) continue;
    turn.refuse_session(id, code::kClient, "a newer session took over");
    close_session(turn, id);
  }
}

// The newest are said: whoever missed more has to look at the log.
void say_alarms_again(Turn& turn, const Session& session) {
  std::vector<const AlarmEntry*> missed;
  for (auto it = turn.state.alarms.rbegin(); it != turn.state.alarms.rend() && missed.size() < kAlarmsAgainMax; ++it) {
    const AlarmEntry& alarm = it->second;
    const bool to_adapter = !session.adapter.empty() && alarm.adapter == session.adapter;
    const bool to_desk = std::find(session.desks.begin(), session.desks.end(), alarm.desk) != session.desks.end();
    if ((to_adapter || to_desk) && alarm.at + kAlarmMemory >= turn.now) missed.push_back(&alarm);
  }
  for (auto it = missed.rbegin(); it != missed.rend(); ++it) {
    turn.send(session.id, wire::Alarm{(*it)->code, (*it)->event, (*it)->text, (*it)->at});
  }
}

wire::Welcome welcome_for(const Turn& turn, const Session& session) {
  wire::Welcome welcome;
  const Directory& directory = *turn.world.directory;
  welcome.broker = directory.broker.name;
  welcome.directory_version = directory.version;
  welcome.session_epoch = session.epoch;
  welcome.broker_key = directory.broker.keys.empty() ? 0 : directory.broker.keys.back().id;
  const auto next = turn.state.next_outbox.find({session.adapter, session.outbox_epoch});
  welcome.next_sequence = next == turn.state.next_outbox.end() ? 0 : next->second;
  welcome.publish_batches = wire::kPublishBatchesMax;
  return welcome;
}

}  // namespace

void open_session(Turn& turn, const Opened& opened) {
  if (const Complaint complaint = check_hello(*turn.world.directory, opened.client, opened.hello); complaint.code != nullptr) {
    turn.refuse_session(opened.session, *complaint.code, complaint.detail);
    return;
  }
  take_over(turn, opened);
  Session session;
  session.id = opened.session;
  session.client = opened.client;
  session.party = turn.world.directory->client(opened.client)->party;
  session.adapter = opened.hello.adapter;
  session.outbox_epoch = opened.hello.outbox_epoch;
  session.epoch = static_cast<std::uint32_t>(opened.session);
  session.hello = opened.hello;
  for (const auto& asked : opened.hello.desks) {
    session.desks.push_back(asked.desk);
    turn.sessions.reading[asked.desk] = {opened.session, asked.key, 0, 0};
  }
  // First, so that a client that missed a rotation knows the keys that the welcome is made with.
  if (opened.hello.directory_version < turn.state.directory_version) {
    turn.send(session.id, wire::DirectoryUpdate{turn.state.directory_version, turn.state.directory_bundle});
  }
  turn.effect(SendWelcome{session.id, welcome_for(turn, session), opened.hello.seen.mark.sequence});
  say_alarms_again(turn, session);
  turn.sessions.open[session.id] = std::move(session);
}

bool signed_here(const wire::SignedMark& seen, const directory::Broker& broker) {
  if (seen.in == wire::SignedIn::Nothing) return false;
  const Bytes part = wire::signed_part(seen);
  const auto verifies = [&](const seal::VerifyKey& key) { return seal::verifies(key, wire::context_of(seen.in), part, seen.signature); };
  return verifies(broker.verify) || std::any_of(broker.verify_also.begin(), broker.verify_also.end(), verifies);
}

void bar_sessions(Turn& turn) {
  std::vector<std::pair<SessionId, Complaint>> barred;
  for (const auto& [id, session] : turn.sessions.open) {
    Complaint complaint = check_hello(*turn.world.directory, session.client, session.hello);
    if (complaint.code != nullptr) barred.emplace_back(id, std::move(complaint));
  }
  for (const auto& [id, complaint] : barred) {
    turn.refuse_session(id, *complaint.code, complaint.detail);
    close_session(turn, id);
  }
}

void close_session(Turn& turn, SessionId id) {
  const Session* session = turn.sessions.find(id);
  if (session == nullptr) return;
  for (const DeskNumber desk : session->desks) {
    const auto reading = turn.sessions.reading.find(desk);
    if (reading == turn.sessions.reading.end() || reading->second.session != id) continue;
    turn.sessions.reading.erase(reading);
    const auto mailbox = turn.state.mailboxes.find(desk);
    if (mailbox == turn.state.mailboxes.end()) continue;
    for (const std::uint64_t delivery : mailbox->second.release_all(turn.now)) turn.park(desk, delivery, code::kParked);
  }
  turn.sessions.open.erase(id);
  // Its keys are forgotten, however it ended.
  turn.effect(CloseSession{id});
}

void give_credit(Turn& turn, const CreditGiven& given) {
  const auto reading = turn.sessions.reading.find(given.credit.desk);
  if (reading == turn.sessions.reading.end() || reading->second.session != given.session) {
    turn.refuse_session(given.session, code::kDesk, "credit for desk " + std::to_string(given.credit.desk.value));
    return;
  }
  Reading& window = reading->second;
  window.messages += std::min(given.credit.messages, wire::kCreditMessagesMax - window.messages);
  window.bytes = std::min<std::uint64_t>(window.bytes + given.credit.bytes, wire::kCreditBytesMax);
}

}  // namespace concordat::broker
