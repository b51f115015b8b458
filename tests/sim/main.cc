// Runs the simulator over many seeds, or one with its trace: simulate --seeds 10000 [--from 1] | --seed N [--watch] [--bug NAME] | --bugs
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <unistd.h>

#include "tests/sim/planted.h"

namespace {

using namespace concordat::sim;

volatile std::uint64_t running = 0;

// An invariant of the broker ends the process: the seed that broke it must be known all the same.
void on_abort(int) {
  char line[] = "aborted in seed 00000000000000000000\n";
  std::uint64_t seed = running;
  for (std::size_t at = sizeof(line) - 3; seed != 0; seed /= 10) line[at--] = static_cast<char>('0' + seed % 10);
  if (::write(STDERR_FILENO, line, sizeof(line) - 1) < 0) std::_Exit(3);
}

void say(const Report& report) {
  std::printf("seed %llu: %s | trace %016llx | records %zu, events %zu, hand-overs %zu (%zu narrowed), escalations %zu, crashes %zu\n",
              static_cast<unsigned long long>(report.seed), report.violation.empty() ? "holds" : report.violation.c_str(),
              static_cast<unsigned long long>(report.trace), report.records, report.events, report.hand_overs, report.narrowed, report.escalations, report.crashes);
}

int many(std::uint64_t from, std::uint64_t seeds) {
  Library library;
  std::size_t failed = 0;
  const std::time_t begun = std::time(nullptr);
  for (std::uint64_t seed = from; seed < from + seeds && failed < 10; ++seed) {
    running = seed;
    Bug none;
    const Report report = simulate(library, seed, none);
    if (report.violation.empty()) continue;
    ++failed;
    say(report);
    std::printf("  replay: build/tests/simulate --seed %llu --watch\n", static_cast<unsigned long long>(seed));
  }
  std::printf("%llu seeds from %llu, %zu failed, %lld s\n", static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(from), failed,
              static_cast<long long>(std::time(nullptr) - begun));
  return failed == 0 ? 0 : 1;
}

int one(std::uint64_t seed, bool watch, const std::string& bug) {
  Library library;
  running = seed;
  std::unique_ptr<Bug> planted_bug = std::make_unique<Bug>();
  for (const Planted& known : planted()) {
    if (bug == known.name) planted_bug = known.plant();
  }
  const Report report = simulate(library, seed, *planted_bug, watch ? stdout : nullptr);
  say(report);
  return report.violation.empty() ? 0 : 1;
}

int bugs() {
  Library library;
  int escaped = 0;
  for (const Planted& bug : planted()) {
    std::uint64_t seed = 1;
    while (seed <= 1000 && !catches(library, bug, seed)) ++seed;
    if (seed > 1000) ++escaped;
    std::printf("%-40s %s %llu\n", bug.name, seed <= 1000 ? "caught by seed" : "NOT caught in", static_cast<unsigned long long>(seed));
  }
  return escaped == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  std::signal(SIGABRT, on_abort);
  std::uint64_t seed = 0, seeds = 0, from = 1;
  bool watch = false;
  std::string bug;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const char* next = i + 1 < count ? words[i + 1] : "";
    if (word == "--seed") seed = std::strtoull(next, nullptr, 10);
    if (word == "--seeds") seeds = std::strtoull(next, nullptr, 10);
    if (word == "--from") from = std::strtoull(next, nullptr, 10);
    if (word == "--bug") bug = next;
    if (word == "--watch") watch = true;
    if (word == "--bugs") return bugs();
  }
  if (seed != 0) return one(seed, watch, bug);
  if (seeds != 0) return many(from, seeds);
  std::fprintf(stderr, "simulate --seeds N [--from N] | --seed N [--watch] [--bug NAME] | --bugs\n");
  return 2;
}
