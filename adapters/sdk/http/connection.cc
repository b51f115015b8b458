// Connections: see connection.h.
#include "adapters/sdk/http/connection.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace concordat::http {
namespace {

constexpr Milliseconds kSlice{100};     ///< How soon an end is noticed.
constexpr Milliseconds kLingering{500};

}  // namespace

Connection::Connection(socket_t socket, SSL_CTX* tls, Milliseconds patience, std::size_t bytes_max, const std::atomic<bool>& ending)
    : socket_(socket), patience_(patience), ending_(ending), read_until_(Clock::now() + patience), write_until_(read_until_), bytes_left_(bytes_max) {
  ::fcntl(socket_, F_SETFL, ::fcntl(socket_, F_GETFL, 0) | O_NONBLOCK);
  if (tls == nullptr) return;
  tls_.reset(SSL_new(tls));
  if (tls_) SSL_set_fd(tls_.get(), socket_);
}

Connection::~Connection() {
  if (tls_ && writing_) SSL_shutdown(tls_.get());
  ERR_clear_error();
  ::shutdown(socket_, SHUT_WR);
  // Closing with bytes unread resets the connection, and the answer with it.
  const Clock::time_point until = Clock::now() + std::min(kLingering, patience_);
  while (writing_ && wait_for(POLLIN, until)) {
    if (::recv(socket_, buffer_.data(), buffer_.size(), 0) <= 0) break;
  }
  ::close(socket_);
}

bool Connection::wait_for(short events, Clock::time_point until) {
  for (;;) {
    const auto left = std::chrono::duration_cast<Milliseconds>(until - Clock::now());
    if (left.count() <= 0 || (ending_ && events == POLLIN)) return false;
    pollfd what{socket_, events, 0};
    const int ready = ::poll(&what, 1, static_cast<int>(std::min(left, kSlice).count()) + 1);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

/// After an outcome that was no success: did it only have to wait, and was it worth it?
bool Connection::wait_after(ssize_t outcome, short events, Clock::time_point until) {
  if (tls_) {
    const int why = SSL_get_error(tls_.get(), static_cast<int>(outcome));
    ERR_clear_error();
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) return false;
    events = why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
  } else if (outcome == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
    return false;
  }
  if (wait_for(events, until)) return true;
  late_ = true;
  return false;
}

bool Connection::shake_hands() {
  if (!tls_) return false;
  for (;;) {
    const int done = SSL_accept(tls_.get());
    if (done == 1) return true;
    if (!wait_after(done, POLLIN, read_until_)) return false;
  }
}

ssize_t Connection::fill() {
  for (;;) {
    const ssize_t got = tls_ ? SSL_read(tls_.get(), buffer_.data(), static_cast<int>(buffer_.size())) : ::recv(socket_, buffer_.data(), buffer_.size(), 0);
    if (got > 0) return got;
    if (got == 0 && !tls_) return 0;
    if (!wait_after(got, POLLIN, read_until_)) return -1;
  }
}

ssize_t Connection::read(char* to, std::size_t size) {
  writing_ = false;
  if (begin_ == end_) {
    // A sender whose bytes never run out is late as well.
    late_ = late_ || Clock::now() >= read_until_;
    if (late_) return -1;
    const ssize_t got = fill();
    if (got <= 0) return got;
    begin_ = 0;
    end_ = static_cast<std::size_t>(got);
  }
  const std::size_t given = std::min({size, end_ - begin_, bytes_left_});
  if (given == 0 && size > 0) {
    over_bound_ = true;
    return -1;
  }
  std::memcpy(to, buffer_.data() + begin_, given);
  begin_ += given;
  bytes_left_ -= given;
  return static_cast<ssize_t>(given);
}

ssize_t Connection::write(const char* from, std::size_t size) {
  if (!writing_) write_until_ = Clock::now() + patience_;
  writing_ = true;
  if (size == 0) return 0;
  const std::size_t most = std::min<std::size_t>(size, 1u << 20);
  for (;;) {
    const ssize_t put = tls_ ? SSL_write(tls_.get(), from, static_cast<int>(most)) : ::send(socket_, from, most, MSG_NOSIGNAL);
    if (put > 0) return put;
    if (!wait_after(put, POLLOUT, write_until_)) return -1;
  }
}

}  // namespace concordat::http
