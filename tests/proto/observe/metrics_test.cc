// Counters and gauges are rendered in order of registration, and a name is given once.
#include "proto/observe/metrics.h"

#include <gtest/gtest.h>

namespace concordat::observe {
namespace {

TEST(Metrics, AreRenderedInOrderOfRegistration) {
  Metrics metrics;
  Counter& accepted = metrics.counter("events_accepted", "events accepted");
  Gauge& waiting = metrics.gauge("mailbox_waiting", "deliveries waiting");
  for (int i = 0; i < 100; ++i) metrics.gauge(std::string(static_cast<std::size_t>(i) + 1, 'g'), "fills the registry");
  accepted.add();
  accepted.add(4);
  waiting.set(9);
  waiting.add(-11);
  const std::string text = metrics.text();
  EXPECT_EQ(text.substr(0, text.find("g 0")), "events_accepted 5  events accepted\nmailbox_waiting -2  deliveries waiting\n");
}

TEST(MetricsDeathTest, ANameIsGivenOnce) {
  Metrics metrics;
  metrics.counter("a", "");
  EXPECT_DEATH(metrics.gauge("a", ""), "two things would be counted under one name");
}

}  // namespace
}  // namespace concordat::observe
