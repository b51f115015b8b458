// Simulated time: what happens next, in an order that a seed decides, and the trace by which two runs are compared.
#pragma once

#include <cstdio>
#include <functional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/time.h"

namespace concordat::sim {

class Schedule {
 public:
  explicit Schedule(Instant from) : now_(from) {}

  Instant now() const { return now_; }
  void at(Instant when, std::function<void()> what) { queue_.push({std::max(when, now_), ++order_, std::move(what)}); }
  void in(Milliseconds time, std::function<void()> what) { at(now_ + time, std::move(what)); }
  /// Runs everything up to `until`; stops early where `stop` says so.
  template <class Stop>
  void run(Instant until, Stop stop) {
    while (!queue_.empty() && queue_.top().when <= until && !stop()) {
      // What a priority queue gives out is const, so that nobody breaks its order: here it goes at once.
      const auto what = std::move(const_cast<Entry&>(queue_.top()).what);
      now_ = queue_.top().when;
      queue_.pop();
      what();
    }
    if (!stop()) now_ = std::max(now_, until);
  }

 private:
  struct Entry {
    Instant when;
    std::uint64_t order;
    std::function<void()> what;
    bool operator<(const Entry& other) const { return when != other.when ? when > other.when : order > other.order; }
  };
  Instant now_;
  std::uint64_t order_ = 0;
  std::priority_queue<Entry> queue_;
};

/// FNV-1a over everything that is said; printed as well where somebody watches.
class Trace {
 public:
  explicit Trace(std::FILE* watcher) : watcher_(watcher) {}
  void say(Instant now, std::string_view text) {
    for (const char c : text) hash_ = (hash_ ^ static_cast<std::uint8_t>(c)) * 1099511628211u;
    hash_ = (hash_ ^ static_cast<std::uint64_t>(ms_of(now))) * 1099511628211u;
    show(now, text);
  }
  /// Printed and no part of the trace.
  void show(Instant now, std::string_view text) {
    if (watcher_ != nullptr) std::fprintf(watcher_, "%s %.*s\n", to_text(now).substr(5).c_str(), static_cast<int>(text.size()), text.data());
  }
  bool watched() const { return watcher_ != nullptr; }
  std::uint64_t hash() const { return hash_; }

 private:
  std::FILE* watcher_;
  std::uint64_t hash_ = 14695981039346656037u;
};

}  // namespace concordat::sim
