// The broker's sockets: see server.h.
#include "proto/transport/server.h"

#include <sys/resource.h>

#include <cerrno>
#include <deque>
#include <unordered_map>

#include "proto/transport/door.h"
#include "proto/transport/poll_set.h"
#include "proto/transport/socket.h"

namespace concordat::transport {
namespace {

constexpr int kZapEnforceDomain =
    93;  // ZMQ_ZAP_ENFORCE_DOMAIN, which zmq.h hides: without it a dead handler admits everybody
constexpr int kBacklog = 1024;
constexpr std::size_t kConnectionsPerKey = 16;
constexpr std::size_t kOwnIdBytes = 5;  // of a routing id that ZeroMQ gave: a zero and a number
constexpr std::uint64_t kConnectionBit = std::uint64_t{1} << 32;  // so that no connection is zero

// Nothing for a routing id that the peer chose.
std::optional<Connection> connection_of(ByteView routing_id) {
  if (routing_id.size() != kOwnIdBytes || routing_id[0] != '\0') return std::nullopt;
  std::uint64_t number = kConnectionBit;
  for (std::size_t i = 1; i < kOwnIdBytes; ++i)
    number |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(routing_id[i])) << (8 * (4 - i));
  return Connection{number};
}

Bytes routing_id_of(Connection connection) {
  return Writer().u8(0).u32(static_cast<std::uint32_t>(connection.value)).take();
}

int ms(Milliseconds time) { return static_cast<int>(time.count()); }

}  // namespace

struct Server::Inside {
  explicit Inside(const ServerOptions& given) : options(given), socket(context, ZMQ_ROUTER) {}
  ~Inside() {
    socket.stop_monitor();
    socket.close();
    door.reset();
  }

  void configure(const KeyPair& key);
  Result<int> bind_all();
  void receive(Polled& polled);
  void receive_one(const Part& id, Polled& polled);
  void note(Connection connection, const PublicKey& key);
  void forget(Connection connection);
  void refuse(Why why, std::string key = {});

  const ServerOptions options;
  Context context;
  PollSet waiting;
  Socket socket;
  std::unique_ptr<Door> door;
  std::vector<std::string> addresses;
  AllowList list;
  std::unordered_map<std::uint64_t, PublicKey> peers;
  std::map<PublicKey, std::deque<std::uint64_t>> connections;  // of each key, oldest first, bounded
  Tally tally;
  Counts counts{};
};

void Server::Inside::configure(const KeyPair& key) {
  socket.set(ZMQ_CURVE_SERVER, 1);
  socket.set(ZMQ_CURVE_SECRETKEY, key.secret.view());
  socket.set(ZMQ_ZAP_DOMAIN, kDomain);
  socket.set(kZapEnforceDomain, 1);
  socket.set(ZMQ_ROUTER_MANDATORY, 1);
  socket.set64(ZMQ_MAXMSGSIZE, static_cast<std::int64_t>(options.message_bytes_max));
  socket.set(ZMQ_HANDSHAKE_IVL, ms(options.handshake));
  socket.set(ZMQ_HEARTBEAT_IVL, ms(options.heartbeat));
  socket.set(ZMQ_HEARTBEAT_TIMEOUT, ms(options.heartbeat_timeout));
  socket.set(ZMQ_HEARTBEAT_TTL, ms(options.heartbeat_timeout));
  socket.set(ZMQ_LINGER, ms(options.linger));
  socket.set(ZMQ_SNDHWM, options.queue_frames_max);
  socket.set(ZMQ_RCVHWM, options.receive_frames_max);
  socket.set(ZMQ_BACKLOG, kBacklog);
}

Result<int> Server::Inside::bind_all() {
  for (const std::string& address : options.addresses) {
    TRY_VOID(check_address(address));
    if (zmq_bind(socket.handle(), address.c_str()) != 0) {
      return fail(Fault::Unavailable, code::kAddress, "cannot bind " + address + ": " + last_error());
    }
    addresses.push_back(socket.endpoint());
  }
  return 0;
}

Server::Server(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::bind(const ServerOptions& options, const KeyPair& key) {
  raise_descriptors(options.descriptors);
  auto inside = std::make_unique<Inside>(options);
  inside->configure(key);
  inside->socket.monitor(kMonitorAddress, ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL);
  inside->door = std::make_unique<Door>(inside->context, inside->waiting.waker());
  TRY_VOID(inside->bind_all());
  return std::unique_ptr<Server>(new Server(std::move(inside)));
}

const std::vector<std::string>& Server::addresses() const { return inside_->addresses; }
void Server::shut_door() { inside_->door->shut(); }
void Server::watch(int descriptor) { inside_->waiting.watch(descriptor); }
void Server::unwatch(int descriptor) { inside_->waiting.unwatch(descriptor); }
void Server::wake() { inside_->waiting.wake(); }
void Server::interrupt() { inside_->waiting.interrupt(); }

Result<Endpoint::Polled> Server::poll(Milliseconds patience) {
  TRY(Awake awake, inside_->waiting.wait({inside_->socket.handle()}, patience));
  Polled polled;
  static_cast<Awake&>(polled) = std::move(awake);
  inside_->receive(polled);
  polled.refused = inside_->tally.take(std::chrono::steady_clock::now());
  while (auto refused = inside_->door->refused()) polled.refused.push_back(*std::move(refused));
  return polled;
}

void Server::Inside::receive(Polled& polled) {
  Part id;
  for (std::size_t seen = 0; seen < kReceivedMax && id.receive(socket); ++seen) receive_one(id, polled);
}

void Server::Inside::receive_one(const Part& id, Polled& polled) {
  Part frame;
  if (!id.more() || !frame.receive(socket)) return refuse(Why::BadShape);
  if (frame.more()) {
    drop_rest(socket, frame);
    return refuse(Why::BadShape);
  }
  const char* user = frame.property("User-Id");
  const auto key = user == nullptr ? std::nullopt : PublicKey::from_hex(user);
  const auto known = key ? list.find(*key) : list.end();
  if (known == list.end()) return refuse(Why::Revoked, key ? key->hex() : std::string());
  const auto connection = connection_of(id.view());
  if (!connection) return refuse(Why::ChosenIdentity, key->hex());
  note(*connection, *key);
  polled.received.push_back({*connection, known->second, Bytes(frame.view())});
}

// Keeps only the newest few connections of a key: nobody tells when one ends, and a client that comes and goes must not
// fill memory.
void Server::Inside::note(Connection connection, const PublicKey& key) {
  const auto [place, is_new] = peers.try_emplace(connection.value, key);
  if (!is_new && place->second == key) return;
  if (!is_new) {
    std::erase(connections[place->second], connection.value);
    place->second = key;
  }
  auto& of_key = connections[key];
  of_key.push_back(connection.value);
  if (of_key.size() <= kConnectionsPerKey) return;
  peers.erase(of_key.front());
  of_key.pop_front();
}

void Server::Inside::forget(Connection connection) {
  const auto place = peers.find(connection.value);
  if (place == peers.end()) return;
  const auto of_key = connections.find(place->second);
  std::erase(of_key->second, connection.value);
  if (of_key->second.empty()) connections.erase(of_key);
  peers.erase(place);
}

void Server::Inside::refuse(Why why, std::string key) {
  ++counts[static_cast<std::size_t>(why)];
  tally.add(why, std::chrono::steady_clock::now(), {}, std::move(key));
}

Result<int> Server::send(Connection connection, Bytes frame) {
  if (frame.size() > inside_->options.message_bytes_max)
    return fail(Fault::Malformed, code::kLimit, "frame of " + std::to_string(frame.size()) + " bytes");
  if (!inside_->peers.contains(connection.value)) return fail(Fault::Unavailable, code::kGone);
  Part id(routing_id_of(connection));
  if (id.send(inside_->socket, ZMQ_SNDMORE | ZMQ_DONTWAIT)) {
    Part body(std::move(frame));
    if (body.send(inside_->socket, ZMQ_DONTWAIT)) return 0;
  }
  if (zmq_errno() == EAGAIN) {
    inside_->refuse(Why::HighWater, inside_->peers.at(connection.value).hex());
    return fail(Fault::Busy, code::kBusy, "the connection's queue is full");
  }
  inside_->forget(connection);
  return fail(Fault::Unavailable, code::kGone);
}

Result<int> Server::allow(AllowList list) {
  inside_->list = list;
  std::vector<Connection> revoked;
  for (const auto& [connection, key] : inside_->peers) {
    if (!list.contains(key)) revoked.push_back({connection});
  }
  for (const Connection connection : revoked) inside_->forget(connection);
  if (inside_->door->allow(std::move(list))) return 0;
  return fail(Fault::Unavailable, code::kGone, "the door does not answer; nobody new gets in");
}

Counts Server::counts() const {
  Counts all = inside_->counts;
  for (std::size_t i = 0; i < kWhys; ++i) all[i] += inside_->door->count(static_cast<Why>(i));
  return all;
}

std::size_t raise_descriptors(std::size_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t aim = std::min<rlim_t>(wanted, limit.rlim_max);
  if (limit.rlim_cur < aim) {
    limit.rlim_cur = aim;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  return limit.rlim_cur;
}

}  // namespace concordat::transport
