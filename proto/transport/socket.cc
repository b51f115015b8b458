// ZeroMQ's handles with owners: see socket.h.
#include "proto/transport/socket.h"

#include <cerrno>
#include <cstring>
#include <memory>

#include "proto/base/invariant.h"

namespace concordat::transport {
namespace {

void free_bytes(void*, void* hint) { delete static_cast<Bytes*>(hint); }

}  // namespace

Z85::Z85(ByteView key) {
  INVARIANT(key.size() == 32, "only whole keys are encoded");
  zmq_z85_encode(text_.data(), reinterpret_cast<const std::uint8_t*>(key.data()), key.size());
}

Z85::~Z85() { explicit_bzero(text_.data(), text_.size()); }

PublicKey Z85::key() const {
  PublicKey key;
  zmq_z85_decode(key.bytes.data(), text_.data());
  return key;
}

Context::Context() : handle_(zmq_ctx_new()) {
  INVARIANT(handle_ != nullptr, "a ZeroMQ context can be made at the start");
}

Context::~Context() {
  while (zmq_ctx_term(handle_) != 0 && errno == EINTR) {
  }
}

Socket::Socket(const Context& context, int type) : handle_(zmq_socket(context.handle(), type)) {
  INVARIANT(handle_ != nullptr, "there are descriptors left for a ZeroMQ socket");
}

Socket& Socket::operator=(Socket&& other) noexcept {
  if (this != &other) {
    close();
    std::swap(handle_, other.handle_);
  }
  return *this;
}

void Socket::close() {
  if (handle_ != nullptr) zmq_close(handle_);
  handle_ = nullptr;
}

void Socket::set(int option, int value) {
  INVARIANT(zmq_setsockopt(handle_, option, &value, sizeof(value)) == 0, "the library knows the options that are set");
}

void Socket::set64(int option, std::int64_t value) {
  INVARIANT(zmq_setsockopt(handle_, option, &value, sizeof(value)) == 0, "the library knows the options that are set");
}

void Socket::set(int option, ByteView value) {
  INVARIANT(zmq_setsockopt(handle_, option, value.data(), value.size()) == 0,
            "the library knows the options that are set");
}

std::string Socket::endpoint() const {
  char text[256] = {};
  std::size_t size = sizeof(text);
  return zmq_getsockopt(handle_, ZMQ_LAST_ENDPOINT, text, &size) == 0 ? std::string(text) : std::string();
}

void Socket::monitor(const std::string& address, int events) {
  INVARIANT(zmq_socket_monitor(handle_, address.c_str(), events) == 0, "a socket that was just made can be monitored");
}

void Socket::stop_monitor() {
  if (handle_ != nullptr) zmq_socket_monitor(handle_, nullptr, 0);
}

Part::Part(Bytes bytes) {
  auto owned = std::make_unique<Bytes>(std::move(bytes));
  Bytes* raw = owned.get();
  INVARIANT(zmq_msg_init_data(&message_, raw->data(), raw->size(), free_bytes, raw) == 0,
            "there is memory for a message's head");
  owned.release();
}

// A signal may interrupt either; in the middle of a message that must not look like the end of it.
bool Part::receive(const Socket& from, int flags) {
  int size = -1;
  do size = zmq_msg_recv(&message_, from.handle(), flags);
  while (size < 0 && zmq_errno() == EINTR);
  return size >= 0;
}

bool Part::send(const Socket& to, int flags) {
  int size = -1;
  do size = zmq_msg_send(&message_, to.handle(), flags);
  while (size < 0 && zmq_errno() == EINTR);
  return size >= 0;
}

std::optional<SocketEvent> receive_event(const Socket& monitor) {
  Part head;
  if (!head.receive(monitor)) return std::nullopt;
  SocketEvent event;
  std::uint16_t number = 0;
  if (head.view().size() == sizeof(number) + sizeof(event.value)) {
    std::memcpy(&number, head.view().data(), sizeof(number));
    std::memcpy(&event.value, head.view().data() + sizeof(number), sizeof(event.value));
  }
  event.event = number;
  drop_rest(monitor, head);
  return event;
}

void drop_rest(const Socket& socket, const Part& last) {
  bool more = last.more();
  while (more) {
    Part part;
    if (!part.receive(socket)) return;
    more = part.more();
  }
}

Result<int> check_address(const std::string& address) {
  if (address.starts_with("tcp://") || address.starts_with("ipc://")) return 0;
  return fail(Fault::Malformed, code::kAddress, "\"" + address + "\" is neither tcp:// nor ipc://");
}

std::string last_error() { return zmq_strerror(zmq_errno()); }

}  // namespace concordat::transport
