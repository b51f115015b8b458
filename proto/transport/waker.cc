// A descriptor that other threads make readable: see waker.h.
#include "proto/transport/waker.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "proto/base/invariant.h"

namespace concordat::transport {

Waker::Waker() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  INVARIANT(descriptor_ >= 0, "a process can make the few eventfds it needs at its start");
}

Waker::~Waker() { close(descriptor_); }

void Waker::wake() const {
  const std::uint64_t one = 1;
  // It fails only when the counter is full, and then it is readable already.
  [[maybe_unused]] const auto written = write(descriptor_, &one, sizeof(one));
}

bool Waker::drain() const {
  std::uint64_t count = 0;
  return read(descriptor_, &count, sizeof(count)) == sizeof(count);
}

}  // namespace concordat::transport
