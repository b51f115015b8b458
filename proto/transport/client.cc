// A client's socket: see client.h.
#include "proto/transport/client.h"

#include <algorithm>
#include <cerrno>

#include "proto/base/invariant.h"
#include "proto/transport/poll_set.h"
#include "proto/transport/socket.h"

namespace concordat::transport {
namespace {

using Time = std::chrono::steady_clock::time_point;

constexpr int kConnectTimeoutMs = 5'000;
constexpr int kEvents = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                        ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                        ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CLOSED | ZMQ_EVENT_CONNECTED;

enum class State : std::uint8_t { Waiting, Connecting, Up };

int ms(Milliseconds time) { return static_cast<int>(time.count()); }

}  // namespace

std::string_view name_of(Trouble trouble) {
  static constexpr std::string_view kNames[] = {"none", "nobody answers at the address",
                                                "the broker does not know this client's key",
                                                "what answers is not the pinned broker, or ended the handshake"};
  return kNames[static_cast<std::size_t>(trouble)];
}

struct Client::Inside {
  Inside(const ClientOptions& given, const KeyPair& pair)
      : options(given), open(pair.open), secret(pair.secret.clone()), brokers(given.brokers), retry(given.retry_first) {
    INVARIANT(!brokers.empty(), "a client pins whom it speaks to");
  }
  ~Inside() { stop(); }

  void start(Time now);
  void configure();
  void stop();
  void lose(Time now);
  void drain(Polled& polled);
  void hear(Polled& polled, Time now);
  void heard(int event, Polled& polled, Time now);
  Milliseconds until_due(Time now) const;

  const ClientOptions options;
  const PublicKey open;
  const SecretKey secret;
  std::vector<PublicKey> brokers;
  std::size_t at = 0;  // which of them is tried
  Context context;
  PollSet waiting;
  Socket socket;
  Socket monitor;
  std::uint64_t attempt = 0;
  State state = State::Waiting;
  Trouble trouble = Trouble::None;
  Trouble found = Trouble::Unreachable;  // what this attempt met so far
  Time due{};                            // when to try again, or to give the attempt up
  Milliseconds retry;
};

void Client::Inside::configure() {
  socket.set(ZMQ_CURVE_SERVERKEY, brokers[at].view());
  socket.set(ZMQ_CURVE_PUBLICKEY, open.view());
  socket.set(ZMQ_CURVE_SECRETKEY, secret.view());
  socket.set(ZMQ_IMMEDIATE, 1);
  socket.set(ZMQ_RECONNECT_IVL, -1);
  socket.set(ZMQ_CONNECT_TIMEOUT, kConnectTimeoutMs);
  socket.set64(ZMQ_MAXMSGSIZE, static_cast<std::int64_t>(options.message_bytes_max));
  socket.set(ZMQ_HANDSHAKE_IVL, ms(options.handshake));
  socket.set(ZMQ_HEARTBEAT_IVL, ms(options.heartbeat));
  socket.set(ZMQ_HEARTBEAT_TIMEOUT, ms(options.heartbeat_timeout));
  socket.set(ZMQ_HEARTBEAT_TTL, ms(options.heartbeat_timeout));
  socket.set(ZMQ_LINGER, ms(options.linger));
  socket.set(ZMQ_SNDHWM, options.queue_frames_max);
  socket.set(ZMQ_RCVHWM, options.queue_frames_max);
}

void Client::Inside::start(Time now) {
  socket = Socket(context, ZMQ_DEALER);
  configure();
  const std::string events = "inproc://concordat.link." + std::to_string(++attempt);
  socket.monitor(events, kEvents);
  monitor = Socket(context, ZMQ_PAIR);
  monitor.set(ZMQ_LINGER, 0);
  INVARIANT(zmq_connect(monitor.handle(), events.c_str()) == 0, "the monitor of a socket that was just made is there");
  state = State::Connecting;
  found = Trouble::Unreachable;
  due = now + Milliseconds(kConnectTimeoutMs) + options.handshake + options.handshake;
  if (zmq_connect(socket.handle(), options.address.c_str()) != 0) lose(now);
}

void Client::Inside::stop() {
  socket.stop_monitor();
  monitor.close();
  socket.close();
}

// The back-off is spread by the key, so that many clients of one broker do not come back at once.
void Client::Inside::lose(Time now) {
  const bool not_proven = state == State::Connecting && found == Trouble::NotProven;
  if (state == State::Connecting) trouble = found;
  stop();
  state = State::Waiting;
  // Perhaps it answers to another of its keys: all are tried before there is a pause.
  if (not_proven) at = (at + 1) % brokers.size();
  if (not_proven && at != 0) {
    due = now;
    return;
  }
  due = now + retry + retry * (open.bytes[0] % 64) / 64;
  retry = std::min(retry * 2, options.retry_most);
}

void Client::Inside::drain(Polled& polled) {
  Part frame;
  while (polled.frames.size() < kFramesMax && socket.open() && frame.receive(socket)) {
    if (!frame.more()) {
      polled.frames.emplace_back(frame.view());
    } else {
      drop_rest(socket, frame);
    }
  }
}

void Client::Inside::hear(Polled& polled, Time now) {
  while (monitor.open()) {
    const auto event = receive_event(monitor);
    if (!event) return;
    heard(event->event, polled, now);
  }
}

void Client::Inside::heard(int event, Polled& polled, Time now) {
  switch (event) {
    case ZMQ_EVENT_CONNECTED:
      found = Trouble::NotProven;
      return;
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
      state = State::Up;
      trouble = Trouble::None;
      retry = options.retry_first;
      polled.up = true;
      return;
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
      found = Trouble::NotAdmitted;
      break;
    default:
      break;
  }
  polled.down = state == State::Up && !polled.up;
  polled.up = false;
  lose(now);
}

Milliseconds Client::Inside::until_due(Time now) const {
  if (state == State::Up) return Milliseconds::max();
  return std::max(Milliseconds(0), std::chrono::ceil<Milliseconds>(due - now));
}

Client::Client(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Client::~Client() = default;

Result<std::unique_ptr<Client>> Client::connect(const ClientOptions& options, const KeyPair& key) {
  TRY_VOID(check_address(options.address));
  auto inside = std::make_unique<Inside>(options, key);
  inside->start(std::chrono::steady_clock::now());
  return std::unique_ptr<Client>(new Client(std::move(inside)));
}

Result<Link::Polled> Client::poll(Milliseconds patience) {
  const Time before = std::chrono::steady_clock::now();
  if (inside_->state != State::Up && before >= inside_->due) {
    inside_->state == State::Connecting ? inside_->lose(before) : inside_->start(before);
  }
  const Milliseconds wait = std::min(patience, inside_->until_due(before));
  TRY(Awake awake, inside_->waiting.wait({inside_->socket.handle(), inside_->monitor.handle()}, wait));
  Polled polled;
  static_cast<Awake&>(polled) = std::move(awake);
  inside_->drain(polled);
  inside_->hear(polled, std::chrono::steady_clock::now());
  return polled;
}

Result<int> Client::send(Bytes frame) {
  if (frame.size() > inside_->options.message_bytes_max)
    return fail(Fault::Malformed, code::kLimit, "frame of " + std::to_string(frame.size()) + " bytes");
  if (inside_->state != State::Up) return fail(Fault::Unavailable, code::kGone);
  Part body(std::move(frame));
  if (body.send(inside_->socket, ZMQ_DONTWAIT)) return 0;
  // A pipe that was just made is seen only once the socket has looked at its mail, which asking for its events makes it
  // do.
  int events = 0;
  std::size_t size = sizeof(events);
  zmq_getsockopt(inside_->socket.handle(), ZMQ_EVENTS, &events, &size);
  if (body.send(inside_->socket, ZMQ_DONTWAIT)) return 0;
  return fail(Fault::Busy, code::kBusy, "the link's queue is full");
}

void Client::pin(std::vector<PublicKey> brokers) {
  INVARIANT(!brokers.empty(), "a client pins whom it speaks to");
  if (brokers == inside_->brokers) return;
  inside_->brokers = std::move(brokers);
  inside_->at = 0;
}

Trouble Client::trouble() const { return inside_->trouble; }
void Client::watch(int descriptor) { inside_->waiting.watch(descriptor); }
void Client::unwatch(int descriptor) { inside_->waiting.unwatch(descriptor); }
void Client::wake() { inside_->waiting.wake(); }
void Client::interrupt() { inside_->waiting.interrupt(); }

}  // namespace concordat::transport
