// ZeroMQ's handles with owners. Inside proto/transport only; everything else here includes no zmq.h in its header.
#pragma once

#include <zmq.h>

#include <array>
#include <optional>
#include <string>

#include "proto/base/bytes.h"
#include "proto/base/result.h"
#include "proto/transport/keys.h"

namespace concordat::transport {

/// A key in the text form that ZeroMQ asks for in places; wiped on destruction.
class Z85 {
 public:
  Z85() = default;
  explicit Z85(ByteView key);
  Z85(const Z85&) = delete;
  Z85& operator=(const Z85&) = delete;
  ~Z85();
  char* text() { return text_.data(); }
  PublicKey key() const;

 private:
  std::array<char, 41> text_{};
};

class Context {
 public:
  Context();
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  void* handle() const { return handle_; }

 private:
  void* handle_;
};

/// A socket; options that cannot be set are our own bug, for they are constants of the program.
class Socket {
 public:
  Socket() = default;
  Socket(const Context& context, int type);
  Socket(Socket&& other) noexcept : handle_(other.handle_) { other.handle_ = nullptr; }
  Socket& operator=(Socket&& other) noexcept;
  ~Socket() { close(); }

  void set(int option, int value);
  void set64(int option, std::int64_t value);
  void set(int option, ByteView value);
  void close();
  bool open() const { return handle_ != nullptr; }
  void* handle() const { return handle_; }
  std::string endpoint() const;
  /// Events of this socket go to a PAIR at `address` (inproc).
  void monitor(const std::string& address, int events);
  void stop_monitor();

 private:
  void* handle_ = nullptr;
};

/// One part of a message.
class Part {
 public:
  Part() { zmq_msg_init(&message_); }
  /// Takes the bytes over without a copy; they are freed when they have been sent.
  explicit Part(Bytes bytes);
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;
  ~Part() { zmq_msg_close(&message_); }

  bool receive(const Socket& from, int flags = ZMQ_DONTWAIT);
  bool send(const Socket& to, int flags);
  bool more() const { return zmq_msg_more(&message_) != 0; }
  ByteView view() const {
    auto* message = const_cast<zmq_msg_t*>(&message_);
    return {static_cast<const char*>(zmq_msg_data(message)), zmq_msg_size(message)};
  }
  const char* property(const char* name) const { return zmq_msg_gets(&message_, name); }

 private:
  zmq_msg_t message_;
};

/// An event of a monitor; nothing if there is none now.
struct SocketEvent {
  int event = 0;
  std::uint32_t value = 0;
};
std::optional<SocketEvent> receive_event(const Socket& monitor);

/// Drops what is left of a message of several parts.
void drop_rest(const Socket& socket, const Part& last);

/// "tcp://…" or "ipc://…"; E-ADDRESS for anything else.
Result<int> check_address(const std::string& address);
/// What went wrong in the library's words.
std::string last_error();

}  // namespace concordat::transport
