// What a loop waits for: see poll_set.h.
#include "proto/transport/poll_set.h"

#include <zmq.h>

#include <algorithm>
#include <cerrno>

#include "proto/transport/socket.h"

namespace concordat::transport {

void PollSet::watch(int descriptor) {
  if (std::find(watched_.begin(), watched_.end(), descriptor) == watched_.end()) watched_.push_back(descriptor);
}

void PollSet::unwatch(int descriptor) { std::erase(watched_, descriptor); }

Result<Awake> PollSet::wait(std::initializer_list<void*> sockets, Milliseconds patience) {
  std::vector<zmq_pollitem_t> items{{nullptr, waker_.descriptor(), ZMQ_POLLIN, 0}};
  for (const int descriptor : watched_) items.push_back({nullptr, descriptor, ZMQ_POLLIN | ZMQ_POLLERR, 0});
  for (void* socket : sockets) {
    if (socket != nullptr) items.push_back({socket, 0, ZMQ_POLLIN, 0});
  }
  const long wait_ms = interrupted_ ? 0 : static_cast<long>(std::max<std::int64_t>(patience.count(), 0));
  if (zmq_poll(items.data(), static_cast<int>(items.size()), wait_ms) < 0 && zmq_errno() != EINTR) {
    return fail(Fault::Unavailable, code::kGone, "polling failed: " + last_error());
  }
  Awake awake;
  awake.woken = waker_.drain();
  awake.interrupted = interrupted_;
  for (std::size_t i = 0; i < watched_.size(); ++i) {
    if (items[i + 1].revents != 0) awake.ready.push_back(watched_[i]);
  }
  return awake;
}

}  // namespace concordat::transport
