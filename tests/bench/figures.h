// Figures and what several runs say of one: the median with the least and the most; and quantiles of latencies.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace concordat::bench {

using Steady = std::chrono::steady_clock;

struct Spread {
  double median = 0, least = 0, most = 0;
};
/// Of one value a run; all zero if there is none.
Spread spread(std::vector<double> values);

/// In milliseconds.
struct Quantiles {
  double p50 = 0, p99 = 0, p999 = 0, most = 0;
};
/// The smallest value that at least the share of all does not pass (nearest rank). All zero if there is none.
Quantiles quantiles(std::vector<double> values_ms);

double seconds_between(Steady::time_point from, Steady::time_point to);

/// What a program has used so far.
struct Usage {
  double processor_s = 0;
  std::size_t resident_bytes = 0;          ///< Of its own, without files that are mapped.
  std::size_t peak_bytes = 0;
};
/// Of a process, from /proc; zero if it is gone.
Usage usage_of(int process);

/// Processor time of the calling thread since it began, in seconds.
double thread_processor_s();

/// Names the calling thread for whoever looks at the process; at most 15 letters.
void name_thread(const std::string& name);

/// Processor seconds of each thread of a process by the thread's name; threads of one name together, in order of names.
struct ThreadUsage {
  std::string name;
  double processor_s = 0;
};
std::vector<ThreadUsage> threads_of(int process);

}  // namespace concordat::bench
