// The deliver loop: see loops.h.
#include "broker/loops.h"
#include "proto/wire/session.h"

namespace concordat::broker {
namespace {

constexpr Milliseconds kIdle{200};

}  // namespace

DeliverLoop::DeliverLoop(const Identity& identity, Entropy& entropy, Channels& channels, transport::Waiting& io, observe::Log& log,
                         StageMetrics& metrics)
    : assembler_(identity, entropy), channels_(channels), io_(io), log_(log), metrics_(metrics) {}

void DeliverLoop::run() {
  while (!channels_.effects.closed() || channels_.effects.size() > 0) {
    auto effect = channels_.effects.receive(kIdle);
    if (!effect) continue;
    while (effect) {
      take(*std::move(effect));
      effect = channels_.effects.receive();
    }
    io_.wake();
    log_.settle();
  }
  channels_.frames.close();
  io_.wake();
}

void DeliverLoop::send(SessionId session, const wire::ToClient& message) {
  Bytes frame;
  {
    const StageTimer watch(metrics_.encode_ns);
    frame = wire::encode(message);
  }
  channels_.frames.send(FrameOut{session, std::move(frame)});
}

void DeliverLoop::hand_over(const HandOver& effect, const wire::LogMark& durable) {
  auto frames = [&] {
    const StageTimer watch(metrics_.deliver_ns);
    return assembler_.frames(effect, durable);
  }();
  // The leases lapse and the deliveries are offered again; a session that is gone needs nothing.
  if (!frames) return log_.warning("a hand-over did not leave", frames.error());
  metrics_.deliveries.add(effect.offers.size());
  for (auto& frame : *frames) send(effect.session, std::move(frame));
}

void DeliverLoop::take(ToDeliver message) {
  if (auto* welcome = std::get_if<SendWelcome>(&message.effect)) {
    send(welcome->session, assembler_.welcome(welcome->session, std::move(welcome->welcome), message.durable, message.hash_at_seen));
  } else if (auto* results = std::get_if<SendResults>(&message.effect)) {
    metrics_.events.add(results->results.events.size());
    const auto acceptance = [&] {
      const StageTimer watch(metrics_.deliver_ns);
      return assembler_.acceptance(std::move(results->results), message.durable);
    }();
    send(results->session, acceptance);
  } else if (const auto* hand = std::get_if<HandOver>(&message.effect)) {
    hand_over(*hand, message.durable);
  } else if (const auto* plain = std::get_if<SendMessage>(&message.effect)) {
    if (const auto* refusal = std::get_if<wire::Refusal>(&plain->message)) {
      log_.warning("refused", {{"session", plain->session}, {"code", refusal->code}, {"detail", refusal->detail}, {"closing", refusal->closing}});
    }
    send(plain->session, plain->message);
  } else if (const auto* closed = std::get_if<CloseSession>(&message.effect)) {
    assembler_.forget(closed->session);
    channels_.frames.send(EndSession{closed->session});
  } else if (const auto* changed = std::get_if<DirectoryChanged>(&message.effect)) {
    channels_.frames.send(changed->directory);
  }
}

}  // namespace concordat::broker
