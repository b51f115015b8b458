// Runs the simulator: over many seeds, over one with its trace, or over the planted bugs.
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <thread>

#include "tests/sim/planted.h"
#include "tests/sim/runs.h"

namespace {

using namespace concordat::sim;

constexpr const char* kUsage =
    "simulate --seeds FROM-TO [--fresh N] [--jobs N]   many seeds, and N new ones from a base that is printed first; on all cores\n"
    "simulate --seed N [--watch] [--bug NAME]           one, its trace, with a planted bug\n"
    "simulate --bugs [FROM-TO] [--bug NAME]             by which of these seeds each planted bug is caught, and how\n"
    "In the project's folder: agreements are read from policy/.\n";

struct Words {
  std::uint64_t seed = 0, fresh = 0;
  unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
  Range seeds;
  bool watch = false, bugs = false;
  std::string bug;
};

Range range_of(const char* word) {
  char* end = nullptr;
  Range range;
  range.first = std::strtoull(word, &end, 10);
  range.last = *end == '-' ? std::strtoull(end + 1, nullptr, 10) : range.first;
  return range;
}

bool read(int count, char** words, Words& out) {
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const bool more = i + 1 < count && words[i + 1][0] != '-';
    if (word == "--watch") out.watch = true;
    else if (word == "--bugs") out.bugs = true, out.seeds = more ? range_of(words[++i]) : Range{1, 300};
    else if (!more) return false;
    else if (word == "--seed") out.seed = range_of(words[++i]).first;
    else if (word == "--seeds") out.seeds = range_of(words[++i]);
    else if (word == "--fresh") out.fresh = range_of(words[++i]).first;
    else if (word == "--jobs") out.jobs = static_cast<unsigned>(range_of(words[++i]).first);
    else if (word == "--bug") out.bug = words[++i];
    else return false;
  }
  const bool ordered = out.seeds.first > 0 && out.seeds.first <= out.seeds.last;
  return (out.seed > 0 || ordered) && out.jobs > 0 && out.jobs <= 64;
}

// Of 48 bits, so that what is derived from a seed has room.
Range fresh_seeds(std::uint64_t seeds) {
  std::random_device device;
  const std::uint64_t base = (std::uint64_t{device()} << 16) + 1'000'000;
  return {base, base + seeds - 1};
}

int one(const Words& words) {
  Library library;
  const Planted* planted_bug = nullptr;
  for (const Planted& known : planted()) {
    if (words.bug == known.name) planted_bug = &known;
  }
  if (planted_bug == nullptr && !words.bug.empty()) {
    std::fprintf(stderr, "no planted bug of that name: see --bugs\n");
    return 2;
  }
  const auto bug = planted_bug == nullptr ? std::make_unique<Bug>() : planted_bug->plant();
  const Report report = simulate(library, words.seed, *bug, words.watch ? stdout : nullptr);
  say(report);
  return report.violation.empty() ? 0 : 1;
}

int bugs(const Range& seeds, const std::string& only) {
  Library library;
  int escaped = 0;
  for (const Planted& bug : planted()) {
    if (!only.empty() && only != bug.name) continue;
    std::uint64_t seed = seeds.first;
    std::string how;
    while (seed <= seeds.last && (how = caught(library, bug, seed)).empty()) ++seed;
    if (how.empty()) ++escaped;
    std::printf("%-40s %s\n", bug.name, how.empty() ? "NOT CAUGHT" : ("seed " + std::to_string(seed) + ": " + how).c_str());
    std::fflush(stdout);
  }
  return escaped == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** argv) {
  Words words;
  if (!read(count, argv, words)) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  if (words.bugs) return bugs(words.seeds, words.bug);
  if (words.seed != 0) return one(words);
  Order order{argv[0], {words.seeds}, words.jobs};
  if (words.fresh > 0) order.seeds.push_back(fresh_seeds(words.fresh));
  return run_seeds(order);
}
