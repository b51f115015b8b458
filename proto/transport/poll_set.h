// What a loop waits for: sockets, watched descriptors, and being woken. Inside proto/transport only.
#pragma once

#include <atomic>
#include <initializer_list>

#include "proto/transport/endpoint.h"
#include "proto/transport/waker.h"

namespace concordat::transport {

class PollSet {
 public:
  void watch(int descriptor);
  void unwatch(int descriptor);
  void wake() { waker_.wake(); }
  void interrupt() {
    interrupted_ = true;
    waker_.wake();
  }
  const Waker& waker() const { return waker_; }

  /// Waits for the sockets (ZeroMQ handles; null ones are passed over) and the rest. Does not wait once interrupted.
  Result<Awake> wait(std::initializer_list<void*> sockets, Milliseconds patience);

 private:
  Waker waker_;
  std::atomic<bool> interrupted_ = false;
  std::vector<int> watched_;
};

}  // namespace concordat::transport
