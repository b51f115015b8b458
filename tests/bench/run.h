// One run: a fresh broker, a sender and three desks, and what came of it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/bench/figures.h"
#include "tests/bench/receiving.h"

namespace concordat::bench {

struct Plan {
  std::uint64_t events = 0;
  double rate = 0;                             ///< A second; 0: as fast as they are accepted.
  bool sealed_beforehand = false;
  Manner manner = Manner::Opens;
};

/// Microseconds of processor an event.
struct Processor {
  double broker = 0, sender = 0;
  std::vector<double> desks;
  std::map<std::string, double> stages;        ///< Of the broker's own counters: "verify", "step", …
  std::map<std::string, double> threads;       ///< Of the broker's process, by name of thread.
};

struct Outcome {
  double seconds = 0;                          ///< From the first publish until the last acknowledgement is a durable record.
  double events_per_s = 0;
  Quantiles acceptance_ms;                     ///< From due until the signed acceptance was read.
  Quantiles opened_ms;                         ///< From due until open and checked at the slowest desk.
  double published_bytes = 0, answered_bytes = 0;  ///< An event, as frames.
  std::vector<double> delivered_bytes, acknowledged_bytes;
  double events_a_batch = 0, records_a_group = 0;
  std::vector<double> events_a_frame;
  double disk_bytes = 0;                       ///< An event: growth of the store.
  Processor processor;
  double peak_mib = 0;                         ///< Of the broker.
  double growth_mib = 0;                       ///< Of the broker's resident memory per 100,000 events, over the second half.
  std::uint64_t again = 0;                     ///< Deliveries that came twice, of all desks.
  std::vector<std::string> wrong;              ///< What did not arrive exactly once; empty is right.
};

/// Starts `program` for it. `folder` gets the files of the clients. An error: it could not be measured.
Result<Outcome> run(const Partnership& partnership, const std::string& program, const std::string& folder, const Plan& plan, Entropy& entropy);

}  // namespace concordat::bench
