// Counters and gauges: see metrics.h.
#include "proto/observe/metrics.h"

#include <algorithm>

#include "proto/base/invariant.h"

namespace concordat::observe {

Metrics::Entry& Metrics::add(std::string_view name, std::string_view help, bool counts) {
  const bool taken = std::any_of(entries_.begin(), entries_.end(), [name](const Entry& entry) { return entry.name == name; });
  INVARIANT(!taken, "two things would be counted under one name");
  Entry& entry = entries_.emplace_back();
  entry.name = name;
  entry.help = help;
  entry.counts = counts;
  return entry;
}

Counter& Metrics::counter(std::string_view name, std::string_view help) { return add(name, help, true).counter; }
Gauge& Metrics::gauge(std::string_view name, std::string_view help) { return add(name, help, false).gauge; }

std::string Metrics::text() const {
  std::string text;
  for (const Entry& entry : entries_) {
    text += entry.name + " ";
    text += entry.counts ? std::to_string(entry.counter.value()) : std::to_string(entry.gauge.value());
    text += "  " + entry.help + "\n";
  }
  return text;
}

}  // namespace concordat::observe
