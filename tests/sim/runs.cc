// Many seeds over several processes: see runs.h.
#include "tests/sim/runs.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <ctime>

#include "proto/base/invariant.h"

namespace concordat::sim {
namespace {

constexpr std::uint64_t kFailuresMax = 10;
/// From so many seeds on, something that never happened is a failure of the simulator.
constexpr std::uint64_t kEnough = 1000;
constexpr unsigned kJobsMax = 64;

/// What the processes share: each writes its own slot, and draws the next seed from one counter.
struct Shared {
  struct Slot {
    std::uint64_t running = 0;                        ///< Seed; 0: none.
    std::uint64_t held = 0;
    std::array<std::uint64_t, kHappenings> times{};   ///< That it happened, in all runs.
    std::array<std::uint64_t, kHappenings> in_runs{}; ///< In which it happened at all.
  };
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::uint64_t> failed{0};
  std::array<Slot, kJobsMax> slots{};
};

std::uint64_t seed_at(const std::vector<Range>& ranges, std::uint64_t place) {
  for (const Range& range : ranges) {
    if (place < range.size()) return range.first + place;
    place -= range.size();
  }
  return 0;
}

void say_how_to_replay(const Order& order, std::uint64_t seed) {
  std::printf("  replay: %s --seed %llu --watch\n", order.program.c_str(), static_cast<unsigned long long>(seed));
  std::fflush(stdout);
}

// A failure is worth as much as its replay: it is tried at once, with everything made anew.
void fail_seed(Shared& shared, const Order& order, const Report& report) {
  ++shared.failed;
  Library fresh;
  Bug none;
  const Report again = simulate(fresh, report.seed, none);
  say(report);
  std::printf("  again: %s\n", again.trace == report.trace && again.violation == report.violation ? "the same trace" : "ANOTHER trace, so this seed cannot be replayed");
  say_how_to_replay(order, report.seed);
}

void work(Shared& shared, Shared::Slot& slot, const Order& order, std::uint64_t seeds) {
  Library library;
  for (std::uint64_t place = shared.next++; place < seeds && shared.failed < kFailuresMax; place = shared.next++) {
    slot.running = seed_at(order.seeds, place);
    Bug none;
    const Report report = simulate(library, slot.running, none);
    if (!report.violation.empty()) {
      fail_seed(shared, order, report);
      continue;
    }
    ++slot.held;
    for (std::size_t i = 0; i < kHappenings; ++i) {
      slot.times[i] += report.counts.at(i);
      slot.in_runs[i] += report.counts.at(i) > 0 ? 1 : 0;
    }
  }
}

pid_t start(Shared& shared, Shared::Slot& slot, const Order& order, std::uint64_t seeds) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  INVARIANT(child >= 0, "this machine lets us start processes");
  if (child != 0) return child;
  work(shared, slot, order, seeds);
  std::fflush(stdout);
  ::_exit(0);
}

void supervise(Shared& shared, const Order& order, std::uint64_t seeds) {
  std::vector<pid_t> workers;
  for (unsigned i = 0; i < order.jobs; ++i) workers.push_back(start(shared, shared.slots[i], order, seeds));
  for (std::size_t left = workers.size(); left > 0;) {
    int status = 0;
    const pid_t ended = ::waitpid(-1, &status, 0);
    INVARIANT(ended > 0, "the processes are ours");
    const auto slot = static_cast<std::size_t>(std::find(workers.begin(), workers.end(), ended) - workers.begin());
    if (slot == workers.size()) continue;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
      --left;
      continue;
    }
    ++shared.failed;
    std::printf("seed %llu: ends the process, by what is said above\n", static_cast<unsigned long long>(shared.slots[slot].running));
    say_how_to_replay(order, shared.slots[slot].running);
    workers[slot] = start(shared, shared.slots[slot], order, seeds);
  }
}

// Gives how many kinds of things never happened.
std::size_t say_what_happened(const Shared& shared, std::uint64_t held) {
  std::size_t never = 0;
  std::printf("%-45s %12s %10s\n", "in the runs that held", "times a run", "of runs");
  for (std::size_t i = 0; i < kHappenings; ++i) {
    std::uint64_t times = 0, runs = 0;
    for (const auto& slot : shared.slots) times += slot.times[i], runs += slot.in_runs[i];
    const auto per_run = static_cast<double>(times) / static_cast<double>(std::max<std::uint64_t>(held, 1));
    const auto share = 100.0 * static_cast<double>(runs) / static_cast<double>(std::max<std::uint64_t>(held, 1));
    std::printf("  %-43.*s %12.2f %8.1f %%%s\n", static_cast<int>(kNames[i].size()), kNames[i].data(), per_run, share, times == 0 ? "  NEVER" : "");
    never += times == 0 ? 1 : 0;
  }
  return never;
}

double seconds_of_processor() {
  rusage used{};
  ::getrusage(RUSAGE_CHILDREN, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

}  // namespace

void say(const Report& report) {
  std::printf("seed %llu: %s | trace %016llx", static_cast<unsigned long long>(report.seed), report.violation.empty() ? "holds" : report.violation.c_str(),
              static_cast<unsigned long long>(report.trace));
  for (const Happening what : {Happening::Records, Happening::Events, Happening::HandOvers, Happening::Missed, Happening::Crashes}) {
    const auto name = kNames[static_cast<std::size_t>(what)];
    std::printf(", %.*s %llu", static_cast<int>(name.size()), name.data(), static_cast<unsigned long long>(report.counts[what]));
  }
  std::printf("\n");
}

int run_seeds(const Order& order) {
  INVARIANT(order.jobs > 0 && order.jobs <= kJobsMax, "between one process and so many that each has a slot");
  void* memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  INVARIANT(memory != MAP_FAILED, "a page can be shared");
  Shared& shared = *new (memory) Shared();
  std::uint64_t seeds = 0, held = 0;
  for (const Range& range : order.seeds) {
    seeds += range.size();
    std::printf("seeds %llu-%llu\n", static_cast<unsigned long long>(range.first), static_cast<unsigned long long>(range.last));
  }
  const std::time_t begun = std::time(nullptr);
  supervise(shared, order, seeds);
  for (const auto& slot : shared.slots) held += slot.held;
  const std::size_t never = say_what_happened(shared, held);
  const std::uint64_t failed = shared.failed;
  std::printf("%llu of %llu seeds hold, %llu failed; %lld s on %u processes, %.3f s of processor a seed\n", static_cast<unsigned long long>(held),
              static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(failed), static_cast<long long>(std::time(nullptr) - begun), order.jobs,
              seconds_of_processor() / static_cast<double>(std::max<std::uint64_t>(held, 1)));
  if (seeds >= kEnough && never > 0) std::printf("something never happened: the simulator has become lazy\n");
  return failed == 0 && (seeds < kEnough || never == 0) ? 0 : 1;
}

}  // namespace concordat::sim
