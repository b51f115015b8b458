// Counters and gauges: what a program counts about itself, rendered as text for `concordat status`.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace concordat::observe {

/// Only goes up. Any thread may add; reading is approximate while others add.
class Counter {
 public:
  void add(std::uint64_t by = 1) { value_.fetch_add(by, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Goes up and down.
class Gauge {
 public:
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t by) { value_.fetch_add(by, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

/// All that a program counts. Owned by its main, which registers everything before threads start and hands references out;
/// they stay valid as long as the registry. Names are snake_case with units last, "append_us_total", at most one each.
class Metrics {
 public:
  Counter& counter(std::string_view name, std::string_view help);
  Gauge& gauge(std::string_view name, std::string_view help);

  /// One line each, in order of registration: "name value  help". From any thread.
  std::string text() const;
  /// Calls `row(name, value)` for each, in order of registration.
  template <class Row>
  void each(Row&& row) const {
    for (const Entry& entry : entries_) {
      row(std::string_view(entry.name), entry.counts ? static_cast<std::int64_t>(entry.counter.value()) : entry.gauge.value());
    }
  }

 private:
  struct Entry {
    std::string name;
    std::string help;
    bool counts;
    Counter counter;
    Gauge gauge;
  };
  Entry& add(std::string_view name, std::string_view help, bool counts);
  std::deque<Entry> entries_;  ///< A deque, so that references outlive registration of others.
};

}  // namespace concordat::observe
