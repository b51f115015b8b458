// A stage for rule tests and plays: see stage.h.
#include "tests/support/stage.h"

#include "broker/admit/verify.h"
#include "proto/base/invariant.h"

namespace concordat::test {

std::string granted_words(const broker::Material& material, std::uint64_t granted) {
  std::string words;
  for (std::size_t i = 0; i < material.body.leaves.size(); ++i) {
    if ((granted >> i & 1) == 0) continue;
    if (!words.empty()) words += ' ';
    words += words_of(*seal::Label::decode(material.body.leaves[i].label));
  }
  return words;
}

std::string Handed::line() const {
  const broker::Material& material = *offer().material;
  return granted_words(material, offer().permitted.grant().granted);
}

Stage::Stage(std::map<std::string, Bytes> agreements, Instant from) : now(from) {
  directories_[cast.directory.version] = cast.directory;
  start();
  adopt(cast.directory);
  for (auto& [name, file] : agreements) adopt(name, std::move(file));
}

broker::World Stage::world(const broker::State& state) const {
  std::vector<Bytes> files;
  for (const auto& [name, entry] : state.agreements) files.push_back(entry.file);
  const auto found = directories_.find(state.directory_version);
  return world_of(share(found == directories_.end() ? cast.directory : found->second), files, calendar_2026());
}

void Stage::start() {
  process_ = std::make_unique<BrokerProcess>(machine, behaviour_, hooks_, 1000 + ++starts_, [this](const broker::State& state) { return world(state); });
}

void Stage::restart() {
  process_->crash();
  process_.reset();
  clients_.clear();
  start();
}

void Stage::settle() {
  for (auto& effect : process_->settle(now)) route(effect);
}

void Stage::step(broker::Input input) {
  process_->step(std::move(input), now);
  settle();
}

void Stage::route(broker::Effect& effect) {
  if (auto* hand_over = std::get_if<broker::HandOver>(&effect)) {
    for (auto& offer : hand_over->offers) {
      broker::HandOver one{hand_over->session, hand_over->desk, hand_over->session_epoch, hand_over->key, hand_over->world, {std::move(offer)}};
      handed_[hand_over->desk].push_back({hand_over->desk, hand_over->session, std::move(one)});
    }
  } else if (auto* results = std::get_if<broker::SendResults>(&effect)) {
    results_ = std::move(results->results);
  } else if (auto* welcome = std::get_if<broker::SendWelcome>(&effect)) {
    messages_.emplace_back(welcome->session, std::move(welcome->welcome));
  } else if (auto* message = std::get_if<broker::SendMessage>(&effect)) {
    if (const auto* alarm = std::get_if<wire::Alarm>(&message->message)) {
      for (const auto& [client, session] : clients_) {
        if (session == message->session) alarms_[client].push_back(alarm->code + " " + reference(alarm->event));
      }
    }
    messages_.emplace_back(message->session, std::move(message->message));
  } else if (const auto* close = std::get_if<broker::CloseSession>(&effect)) {
    closed_.insert(close->session);
    step(broker::Closed{close->session});
  }
}

SessionId Stage::connect(const std::string& adapter, OutboxEpoch epoch) {
  broker::Opened opened{++last_session_, Cast::client_of(adapter), {}};
  opened.hello.client = opened.client;
  opened.hello.adapter = adapter;
  opened.hello.outbox_epoch = epoch;
  opened.hello.directory_version = state().directory_version;
  clients_[opened.client] = opened.session;
  epochs_[adapter] = epoch;
  const SessionId session = opened.session;
  step(std::move(opened));
  return session;
}

SessionId Stage::connect(DeskNumber desk, std::uint32_t credit) {
  broker::Opened opened{++last_session_, cast.client_of(desk), {}};
  opened.hello.client = opened.client;
  opened.hello.desks = {{desk, 1}};
  opened.hello.directory_version = state().directory_version;
  clients_[opened.client] = opened.session;
  const SessionId session = opened.session;
  step(std::move(opened));
  if (credit > 0 && !closed(session)) step(broker::CreditGiven{session, {desk, credit, wire::kCreditBytesMax}});
  return session;
}

void Stage::hang_up(SessionId session) {
  std::erase_if(clients_, [&](const auto& entry) { return entry.second == session; });
  step(broker::Closed{session});
}

SessionId Stage::session_of(const std::string& client) const {
  const auto found = clients_.find(client);
  return found == clients_.end() ? 0 : found->second;
}

wire::EventResult Stage::send(const std::string& adapter, const Draft& draft) {
  Sealed sealed = draft.seal(cast, adapter, entropy_);
  const std::string name = sealed.reference + "/" + std::to_string(sealed.revision);
  references_[sealed.event] = sealed.reference + (sealed.revision == 0 ? "" : " revision " + std::to_string(sealed.revision));
  return send(adapter, sealed_.insert_or_assign(name, std::move(sealed)).first->second);
}

wire::EventResult Stage::send(const std::string& adapter, const Sealed& sealed) {
  const OutboxEpoch epoch = epochs_.at(adapter);
  std::uint64_t& next = next_[{adapter, epoch}];
  const Sealed* events[] = {&sealed};
  const Bytes batch = batch_of(cast, adapter, epoch, ++next, events, entropy_);
  const SessionId session = session_of(Cast::client_of(adapter));
  INVARIANT(session != 0, "the adapter is connected");
  auto verified = broker::verify_batch(session, batch, Cast::client_of(adapter), *process_->core().world().directory, cast.broker_keys());
  results_.reset();
  std::visit([&](auto& input) { step(std::move(input)); }, verified);
  return results_ && !results_->events.empty() ? results_->events.front() : wire::EventResult{};
}

const Sealed& Stage::sealed(const std::string& reference, std::uint32_t revision) const {
  return sealed_.at(reference + "/" + std::to_string(revision));
}

std::string Stage::reference(const EventId& event) const {
  const auto found = references_.find(event);
  return found == references_.end() ? (event.none() ? "-" : event.hex()) : found->second;
}

std::vector<Handed> Stage::take(DeskNumber desk) { return std::exchange(handed_[desk], {}); }

std::string Stage::lines(DeskNumber desk) {
  std::string lines;
  for (const Handed& handed : take(desk)) {
    if (!lines.empty()) lines += " | ";
    lines += reference(handed.offer().material->event) + ": " + handed.line();
  }
  return lines;
}

void Stage::acknowledge(const Handed& handed, const std::string& rejected) {
  const broker::Offer& offer = handed.offer();
  step(broker::AcknowledgeArrived{handed.session, {handed.desk, {{offer.delivery, offer.material->event, rejected, {}}}}});
}

void Stage::progress(DeskNumber desk, const EventId& event, contract::ProgressState made, const std::string& reason) {
  step(broker::ProgressArrived{session_of(cast.client_of(desk)), {desk, event, made, "A. Person", now, reason}});
}

// Time passes in steps that end where something is due, as the loops' ticks do.
void Stage::wait(Milliseconds time) {
  const Instant until = now + time;
  while (now < until) {
    const auto due = process_->core().next_due();
    const Instant next = due && *due > now ? *due : now + std::chrono::seconds(1);
    now = std::min({until, due ? next : until, now + std::chrono::minutes(1)});
    step(broker::Tick{});
  }
}

void Stage::adopt(const std::string& name, Bytes file) {
  const auto known = state().agreements.find(name);
  const std::uint32_t version = known == state().agreements.end() ? 1 : known->second.version + 1;
  std::vector<Bytes> files = {file};
  for (const auto& [other, entry] : state().agreements) {
    if (other != name) files.push_back(entry.file);
  }
  if (file.empty()) files.erase(files.begin());
  auto changed = world_of(process_->core().world().directory, files, calendar_2026());
  step(broker::AdoptAgreement{std::move(changed), adopted(name, version, std::move(file)), "operator"});
}

void Stage::adopt(directory::Directory directory) {
  directories_[directory.version] = directory;
  std::vector<Bytes> files;
  for (const auto& [name, entry] : state().agreements) files.push_back(entry.file);
  wire::DirectoryAdopted record{directory.version, directory.digest, "bundle " + std::to_string(directory.version)};
  step(broker::AdoptDirectory{world_of(share(std::move(directory)), files, calendar_2026()), std::move(record), "operator"});
}

std::vector<std::string> Stage::alarms(const std::string& client) { return std::exchange(alarms_[client], {}); }

std::string Stage::mailbox(DeskNumber desk) const {
  const auto found = state().mailboxes.find(desk);
  return found == state().mailboxes.end() ? "none" : found->second.line();
}

std::vector<wire::Body> Stage::log() {
  std::vector<wire::Body> bodies;
  for (const auto& row : machine.disk.rows) {
    auto opened = broker::open_row({row, false}, kBroker, machine.keys);
    INVARIANT(opened.has_value(), "the log opens");
    bodies.push_back(std::move(opened->body));
  }
  return bodies;
}

}  // namespace concordat::test
