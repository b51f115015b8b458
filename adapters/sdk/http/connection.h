// An accepted connection, plain or TLS, as cpp-httplib reads and writes it: every byte under a deadline and a bound. Private to this folder.
#pragma once

#include <httplib.h>
#include <openssl/ssl.h>

#include <atomic>
#include <chrono>
#include <memory>

#include "proto/base/time.h"

namespace concordat::http {

struct FreeTls {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* tls) const { SSL_free(tls); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeTls>;

/// One exchange: a request in, an answer out, then it is closed. `patience` holds for the whole of each direction, so that a
/// sender of one byte a second is as slow as one that sends nothing.
class Connection final : public httplib::Stream {
 public:
  /// `tls` may be null. Reading ends when `ending` is set.
  Connection(socket_t socket, SSL_CTX* tls, Milliseconds patience, std::size_t bytes_max, const std::atomic<bool>& ending);
  /// Closes so that an answer that was written arrives, even if the request was not read to its end.
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The handshake. False if it failed or took too long.
  bool shake_hands();
  void allow_bytes(std::size_t more) { bytes_left_ += more; }
  bool is_late() const { return late_; }
  bool is_over_bound() const { return over_bound_; }

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, std::size_t size) override;
  ssize_t write(const char* from, std::size_t size) override;
  using httplib::Stream::write;
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return socket_; }

 private:
  using Clock = std::chrono::steady_clock;
  bool wait_for(short events, Clock::time_point until);
  ssize_t fill();
  bool wait_after(ssize_t outcome, short events, Clock::time_point until);

  socket_t socket_;
  std::unique_ptr<SSL, FreeTls> tls_;
  const Milliseconds patience_;
  const std::atomic<bool>& ending_;
  Clock::time_point read_until_, write_until_;
  std::size_t bytes_left_;
  bool writing_ = false, late_ = false, over_bound_ = false;
  std::array<char, 16'384> buffer_;
  std::size_t begin_ = 0, end_ = 0;
};

}  // namespace concordat::http
