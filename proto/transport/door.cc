// The door of a server: see door.h.
#include "proto/transport/door.h"

#include <vector>

#include "proto/base/invariant.h"

namespace concordat::transport {
namespace {

constexpr std::size_t kRequestParts = 7;  // version, request id, domain, address, identity, mechanism, key
constexpr long kTickMs = 500;
constexpr std::chrono::milliseconds kPatience{2000};

struct Request {
  bool whole = false;
  std::string id;
  std::string peer;
  std::optional<PublicKey> key;
};

Request read_request(const Socket& from, const Part& first) {
  std::vector<std::string> parts{std::string(first.view())};
  for (bool more = first.more(); more;) {
    Part part;
    if (!part.receive(from)) break;
    if (parts.size() <= kRequestParts) parts.emplace_back(part.view());
    more = part.more();
  }
  Request request;
  if (parts.size() > 1) request.id = parts[1];
  if (parts.size() != kRequestParts) return request;
  request.whole = parts[0] == "1.0" && parts[2] == kDomain && parts[5] == "CURVE";
  request.peer = parts[3];
  request.key = PublicKey::from(parts[6]);
  return request;
}

void reply(const Socket& to, const std::string& id, bool allowed, const std::string& user) {
  const std::string parts[] = {"1.0", id, allowed ? "200" : "400", allowed ? "OK" : "not admitted", user, ""};
  for (std::size_t i = 0; i < std::size(parts); ++i) {
    zmq_send(to.handle(), parts[i].data(), parts[i].size(), i + 1 < std::size(parts) ? ZMQ_SNDMORE : 0);
  }
}

}  // namespace

Door::Door(const Context& context, const Waker& told)
    : handler_(context, ZMQ_REP), monitor_(context, ZMQ_PAIR), told_(told) {
  handler_.set(ZMQ_LINGER, 0);
  monitor_.set(ZMQ_LINGER, 0);
  INVARIANT(zmq_bind(handler_.handle(), "inproc://zeromq.zap.01") == 0,
            "a context has one server and so one ZAP handler");
  INVARIANT(zmq_connect(monitor_.handle(), kMonitorAddress) == 0,
            "the server's socket is monitored before its door is made");
  thread_ = std::thread([this] { run(); });
}

bool Door::allow(AllowList list) {
  while (taken_.receive()) {
  }
  if (shut_ || !lists_.try_send(list)) return false;
  nudge_.wake();
  return taken_.receive(kPatience).has_value();
}

void Door::shut() {
  while (taken_.receive()) {
  }
  shut_ = true;
  nudge_.wake();
  [[maybe_unused]] const auto done = taken_.receive(kPatience);
}

Door::~Door() {
  ended_ = true;
  nudge_.wake();
  thread_.join();
}

void Door::run() {
  while (!ended_) {
    wait();
    obey();
    answer();
    hear();
    tell();
  }
  handler_.close();
  monitor_.close();
}

void Door::wait() {
  zmq_pollitem_t items[] = {{nullptr, nudge_.descriptor(), ZMQ_POLLIN, 0},
                            {monitor_.handle(), 0, ZMQ_POLLIN, 0},
                            {handler_.handle(), 0, ZMQ_POLLIN, 0}};
  zmq_poll(items, handler_.open() ? 3 : 2, kTickMs);
}

void Door::obey() {
  if (!nudge_.drain()) return;
  if (shut_ && handler_.open()) {
    handler_.close();
    taken_.try_send(1);
  }
  take_list();
}

void Door::take_list() {
  while (auto list = lists_.receive()) {
    list_ = std::move(*list);
    taken_.try_send(1);
  }
}

void Door::answer() {
  Part first;
  while (handler_.open() && first.receive(handler_)) {
    const Request request = read_request(handler_, first);
    const bool allowed = request.whole && request.key && list_.contains(*request.key);
    reply(handler_, request.id, allowed, allowed ? request.key->hex() : std::string());
    if (!allowed)
      refuse(request.key ? Why::UnknownKey : Why::NotCurve, request.peer,
             request.key ? request.key->hex() : std::string());
  }
}

// Refusals by the list are told by answer(), which knows the key; the monitor knows of the others.
void Door::hear() {
  while (const auto event = receive_event(monitor_)) {
    if (event->event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL) refuse(Why::NotCurve);
    if (event->event == ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL) refuse(Why::Abandoned);
  }
}

void Door::refuse(Why why, std::string peer, std::string key) {
  ++counts_[static_cast<std::size_t>(why)];
  tally_.add(why, std::chrono::steady_clock::now(), std::move(peer), std::move(key));
}

void Door::tell() {
  auto news = tally_.take(std::chrono::steady_clock::now());
  for (Refused& one : news) refused_.try_send(one);
  if (!news.empty()) told_.wake();
}

}  // namespace concordat::transport
