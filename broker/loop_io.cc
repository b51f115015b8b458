// The io loop: see loops.h.
#include <algorithm>

#include "broker/loops.h"
#include "proto/wire/session.h"

namespace concordat::broker {
namespace {

constexpr Milliseconds kPatience{200};
constexpr Milliseconds kSilence = std::chrono::seconds(20);  // four of a client's heartbeats

transport::AllowList allowed(const directory::Directory& directory) {
  transport::AllowList list;
  for (const auto& client : directory.clients) {
    const directory::Party* party = directory.party(client.party);
    if (client.suspended || party == nullptr || party->suspended) continue;
    const auto admit = [&](const directory::TransportKey& key) { list[*transport::PublicKey::from(key.view())] = client.name; };
    admit(client.transport);
    std::for_each(client.transport_also.begin(), client.transport_also.end(), admit);
  }
  return list;
}

}  // namespace

IoLoop::IoLoop(transport::Endpoint& endpoint, Channels& channels, std::shared_ptr<const directory::Directory> directory, const BrokerKeys& keys,
               Clock& clock, observe::Log& log, StageMetrics& metrics)
    : endpoint_(endpoint), channels_(channels), directory_(std::move(directory)), keys_(keys), clock_(clock), log_(log), metrics_(metrics) {}

void IoLoop::stop() {
  stopping_ = true;
  endpoint_.wake();
}

void IoLoop::run() {
  adopt(directory_);
  Instant next_look = clock_.now();
  while (!channels_.frames.closed() || channels_.frames.size() > 0) {
    send_all();
    flush_held();
    if (stopping_) channels_.inputs.close();
    if (!held_.empty()) {
      // The core is behind: what is not read waits in the peers' queues and, in the end, at the peers.
      if (auto message = channels_.frames.receive(Milliseconds(1))) take(*std::move(message));
      continue;
    }
    auto polled = endpoint_.poll(kPatience);
    if (!polled) die(log_, polled.error());
    for (auto& received : polled->received) {
      if (!stopping_) take(std::move(received));
    }
    for (const auto& refused : polled->refused) {
      metrics_.refused_connections.add();
      log_.warning("connection refused", {{"from", refused.peer}, {"why", transport::name_of(refused.why)}, {"key", refused.key}, {"times", refused.count}});
    }
    if (clock_.now() < next_look) continue;
    next_look = clock_.now() + std::chrono::seconds(1);
    end_silent(clock_.now());
    log_.settle();
  }
  send_all();
}

void IoLoop::adopt(std::shared_ptr<const directory::Directory> directory) {
  directory_ = std::move(directory);
  if (const auto allowing = endpoint_.allow(allowed(*directory_)); !allowing) die(log_, allowing.error());
}

void IoLoop::send_all() {
  while (auto message = channels_.frames.receive()) take(*std::move(message));
}

void IoLoop::take(ToIo message) {
  if (auto* frame = std::get_if<FrameOut>(&message)) send(frame->session, std::move(frame->frame));
  if (const auto* ended = std::get_if<EndSession>(&message)) {
    if (const auto peer = peers_.find(ended->session); peer != peers_.end()) {
      log_.warning("session ended by the broker", {{"session", ended->session}, {"client", peer->second.client}});
      // A refusal ends the link's half alone: the core's half, with the desks that it reads, ends with it.
      input(Closed{ended->session});
    }
    end(ended->session);
  }
  if (auto* directory = std::get_if<std::shared_ptr<const directory::Directory>>(&message)) adopt(std::move(*directory));
}

void IoLoop::send(SessionId session, Bytes frame) {
  const auto peer = peers_.find(session);
  if (peer == peers_.end()) return;
  const auto sent = endpoint_.send(peer->second.connection, std::move(frame));
  if (sent) return;
  // Whatever did not leave is offered again when the client comes back.
  log_.warning("a frame could not be sent", sent.error());
  input(Closed{session});
  end(session);
}

void IoLoop::end(SessionId session) {
  const auto peer = peers_.find(session);
  if (peer == peers_.end()) return;
  sessions_.erase(peer->second.connection);
  peers_.erase(peer);
}

void IoLoop::end_silent(Instant now) {
  std::vector<SessionId> silent;
  for (const auto& [session, peer] : peers_) {
    if (peer.heard + kSilence < now) silent.push_back(session);
  }
  for (const SessionId session : silent) {
    log_.info("session silent", {{"client", peers_.at(session).client}});
    input(Closed{session});
    end(session);
  }
}

void IoLoop::flush_held() {
  while (!held_.empty()) {
    ToCore message(std::move(held_.front()));
    if (!channels_.inputs.try_send(message)) {
      held_.front() = std::move(message);
      return;
    }
    held_.pop_front();
  }
}

void IoLoop::input(Input input) {
  held_.push_back(std::move(input));
  flush_held();
}

void IoLoop::refuse(const transport::Received& received, const Error& error) {
  log_.warning("message refused", error);
  (void)endpoint_.send(received.connection, wire::encode(wire::ToClient(wire::Refusal{std::string(error.code.name), error.detail, true})));
  if (const auto known = sessions_.find(received.connection); known != sessions_.end()) {
    const SessionId session = known->second;
    input(Closed{session});
    end(session);
  }
}

void IoLoop::hello(const transport::Received& received, wire::Hello hello) {
  if (const auto known = sessions_.find(received.connection); known != sessions_.end()) {
    const SessionId before = known->second;
    input(Closed{before});
    end(before);
  }
  const SessionId session = ++last_session_;
  sessions_[received.connection] = session;
  peers_[session] = {received.connection, received.client, clock_.now()};
  input(Opened{session, received.client, std::move(hello)});
}

void IoLoop::take(transport::Received received) {
  auto message = wire::decode_to_broker(received.frame);
  if (!message) return refuse(received, message.error());
  if (auto* opening = std::get_if<wire::Hello>(&*message)) return hello(received, std::move(*opening));
  const auto session = sessions_.find(received.connection);
  if (session == sessions_.end()) return refuse(received, {Fault::Malformed, code::kFrame, "a session begins with hello"});
  peers_.at(session->second).heard = clock_.now();
  take(session->second, *std::move(message), received);
}

void IoLoop::take(SessionId session, wire::ToBroker message, const transport::Received& received) {
  if (auto* publish = std::get_if<wire::Publish>(&message)) {
    const StageTimer watch(metrics_.verify_ns);
    metrics_.batches.add();
    auto verified = verify_batch(session, publish->batch, received.client, *directory_, keys_);
    if (auto* refused = std::get_if<BatchRefused>(&verified)) {
      log_.warning("batch refused", refused->error);
      input(std::move(*refused));
    } else {
      input(std::move(std::get<BatchArrived>(verified)));
    }
    return;
  }
  if (const auto* credit = std::get_if<wire::Credit>(&message)) return input(CreditGiven{session, *credit});
  if (auto* said = std::get_if<wire::Acknowledge>(&message)) return input(AcknowledgeArrived{session, std::move(*said)});
  if (auto* made = std::get_if<wire::Progress>(&message)) return input(ProgressArrived{session, std::move(*made)});
  if (auto* trouble = std::get_if<wire::Trouble>(&message)) return input(TroubleArrived{session, std::move(*trouble)});
  if (const auto* beat = std::get_if<wire::Heartbeat>(&message)) return input(Beat{session, *beat});
  input(Closed{session});  // Goodbye
  end(session);
}

}  // namespace concordat::broker
