// Whole messages over a stream socket, before a deadline: see protocol.h.
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "broker/admin/protocol.h"

namespace concordat::admin {
namespace {

tl::unexpected<Error> gone(std::string detail) { return fail(Fault::Unavailable, code::kFrame, "admin socket: " + std::move(detail)); }

Result<int> wait_for(int socket, short events, Deadline deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
  pollfd one{socket, events, 0};
  const int ready = ::poll(&one, 1, static_cast<int>(std::clamp<long long>(left, 0, 1'000'000)));
  if (ready < 0 && errno == EINTR) return wait_for(socket, events, deadline);
  if (ready <= 0) return gone("the other side did not answer in time");
  return 0;
}

Result<int> read_all(int socket, char* to, std::size_t size, Deadline deadline) {
  while (size > 0) {
    TRY_VOID(wait_for(socket, POLLIN, deadline));
    const ssize_t got = ::recv(socket, to, size, MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return gone("the other side closed it");
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return 0;
}

}  // namespace

Result<Bytes> read_message(int socket, std::size_t bytes_max, Deadline deadline) {
  Bytes head(4, '\0');
  TRY_VOID(read_all(socket, head.data(), head.size(), deadline));
  const std::size_t size = Reader(head).u32();
  if (size > bytes_max) return fail(Fault::Malformed, code::kLimit, "an admin message of " + std::to_string(size) + " bytes");
  Bytes message(size, '\0');
  TRY_VOID(read_all(socket, message.data(), size, deadline));
  return message;
}

Result<int> write_message(int socket, ByteView message, Deadline deadline) {
  Writer writer;
  writer.sized(message);
  for (ByteView rest = writer.bytes(); !rest.empty();) {
    TRY_VOID(wait_for(socket, POLLOUT, deadline));
    const ssize_t sent = ::send(socket, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (sent < 0) return gone("the other side closed it");
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return 0;
}

}  // namespace concordat::admin
