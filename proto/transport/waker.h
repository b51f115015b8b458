// A descriptor that other threads make readable: how a loop that waits on sockets is told that its channel has values.
#pragma once

namespace concordat::transport {

/// Owns an eventfd. `wake` may be called from any thread and from a signal handler; the rest from the owner's.
class Waker {
 public:
  Waker();
  ~Waker();
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;

  /// Makes the descriptor readable until `drain`; waking twice is waking once. Never blocks.
  void wake() const;
  /// True if it had been woken; then it no longer is.
  bool drain() const;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace concordat::transport
