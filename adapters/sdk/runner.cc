// The loop around a session: see runner.h.
#include "adapters/sdk/runner.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>

namespace concordat::sdk {
namespace {

constexpr Milliseconds kPauseFirst{1'000};
constexpr Milliseconds kPauseMost{60'000};

}  // namespace

Result<bool> Runner::turn(Milliseconds patience) {
  send_pending();
  TRY(const transport::Link::Polled polled, link_.poll(patience));
  TRY_VOID(handle(polled));
  const Instant now = clock_.now();
  if (linked_ && again_at_ && *again_at_ <= now) {
    again_at_.reset();
    TRY_VOID(apply(session_.up(now)));
  }
  TRY_VOID(apply(session_.tick(now)));
  send_pending();
  log_.settle();
  return !polled.interrupted && polled.ready.empty();
}

Result<int> Runner::handle(const transport::Link::Polled& polled) {
  for (const Bytes& frame : polled.frames) {
    const auto message = wire::decode_to_client(frame);
    if (!message) {
      TRY_VOID(apply(tl::unexpected(message.error())));
      continue;
    }
    TRY_VOID(apply(session_.receive(*message, clock_.now())));
  }
  if (polled.down) {
    linked_ = false;
    again_at_.reset();
    pending_.clear();
    session_.down();
    log_.warning("link lost", {{"why", transport::name_of(link_.trouble())}});
  }
  if (polled.up) {
    linked_ = true;
    pending_.clear();
    TRY_VOID(apply(session_.up(clock_.now())));
  }
  return 0;
}

Result<int> Runner::apply(Result<Session::Out> out) {
  if (out) {
    if (session_.open()) pause_ = Milliseconds{0};
    for (const wire::ToBroker& message : *out) pending_.push_back(wire::encode(message));
    return 0;
  }
  if (out.error().fault == Fault::Corrupt) return tl::unexpected(std::move(out).error());
  log_.error("the session ended", out.error());
  // What was to be said before it ended still counts: acknowledgements of what was filed.
  send_pending();
  session_.down();
  pending_.clear();
  pause_ = std::clamp(pause_ * 2, kPauseFirst, kPauseMost);
  again_at_ = clock_.now() + pause_;
  return 0;
}

void Runner::send_pending() {
  while (linked_ && !pending_.empty()) {
    // Busy or gone: what waits is sent at the next turn, or dropped with the link; the keep has everything.
    if (Bytes frame = pending_.front(); !link_.send(std::move(frame))) return;
    pending_.pop_front();
  }
}

void Runner::goodbye() {
  if (linked_) static_cast<void>(link_.send(wire::encode(wire::ToBroker(wire::Goodbye{}))).has_value());
}

EndSignals::EndSignals() {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGINT);
  sigaddset(&ending, SIGTERM);
  sigprocmask(SIG_BLOCK, &ending, nullptr);
  descriptor_ = ::signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK);
}

EndSignals::~EndSignals() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace concordat::sdk
