// A bounded channel: the only way that threads exchange values, and the only mutex in the project.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

namespace concordat {

/// Any number of senders and receivers. Full means Busy to the sender: nothing waits inside.
template <class T>
class Channel {
 public:
  explicit Channel(std::size_t capacity) : capacity_(capacity) {}

  /// False, and `value` untouched, if the channel is full or closed. Never blocks.
  bool try_send(T& value) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_ || queue_.size() >= capacity_) return false;
      queue_.push_back(std::move(value));
    }
    filled_.notify_one();
    return true;
  }
  bool try_send(T&& value) { return try_send(value); }
  /// Blocks while full; false if closed.
  bool send(T value) {
    {
      std::unique_lock lock(mutex_);
      room_.wait(lock, [&] { return closed_ || queue_.size() < capacity_; });
      if (closed_) return false;
      queue_.push_back(std::move(value));
    }
    filled_.notify_one();
    return true;
  }
  /// The oldest value; nothing when `patience` has passed, or the channel is closed and empty.
  std::optional<T> receive(std::chrono::milliseconds patience = std::chrono::milliseconds(0)) {
    std::optional<T> value;
    {
      std::unique_lock lock(mutex_);
      if (patience.count() > 0) filled_.wait_for(lock, patience, [&] { return closed_ || !queue_.empty(); });
      if (queue_.empty()) return std::nullopt;
      value.emplace(std::move(queue_.front()));
      queue_.pop_front();
    }
    room_.notify_one();
    return value;
  }
  /// No more is sent; what is inside can still be received.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    filled_.notify_all();
    room_.notify_all();
  }
  bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::condition_variable room_;
  std::deque<T> queue_;
  const std::size_t capacity_;
  bool closed_ = false;
};

}  // namespace concordat
