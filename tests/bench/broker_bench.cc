// concordat-bench: what the whole way costs on this machine, with the real broker in a process of its own.
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <thread>

#include "proto/seal/keys.h"
#include "tests/bench/rows.h"

namespace concordat::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHelp =
    "concordat-bench: measures the way of an event from a sender through a real broker to three desks, on this machine.\n"
    "Usage: concordat-bench [--json] [--runs N] [--events N] [--rate N] [--seconds N] [--agreement FILE] [--folder DIR] [--keep]\n"
    "       concordat-bench --quick     a few seconds; checks only that everything arrives exactly once\n"
    "  --runs N          rounds, of which medians, least and most are given (5)\n"
    "  --events N        events of a throughput run (40000); the long run for memory has five times as many\n"
    "  --rate N          events a second of the latency runs (1000)\n"
    "  --seconds N       length of a latency run (10)\n"
    "  --agreement FILE  that deciding is measured under; the demonstration agreement if not said\n"
    "  --folder DIR      where to make the temporary folder, on the disk to be measured; build/ if not said\n"
    "  --keep            leaves the temporary folder\n"
    "Nothing else should run meanwhile: sender, desks and broker share this machine's processors.\n"
    "Exit status: 0 done, 1 something failed or did not arrive exactly once, 2 wrong usage.\n\n"
    "Figures: the bench event is about 1 KiB in ten compartments; desks are granted 8, 4 and 2. Each round starts brokers with\n"
    "empty stores and runs, one after the other: bare RocksDB, broker alone, end to end, a steady rate. Sender and desks are\n"
    "threads of this process over CURVE on 127.0.0.1 and keep nothing on disk: an adapter's outbox and a desk's files cost more\n"
    "on top. Only the broker is durable: every acceptance, hand-over and acknowledgement is synced before it shows.\n";

struct Arguments {
  bool quick = false, json = false, keep = false, help = false;
  std::uint64_t runs = 5, events = 40'000, rate = 1'000, seconds = 10;
  fs::path folder, agreement;
};

Result<std::uint64_t> number(std::string_view word, std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, wrong] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (wrong != std::errc() || end != word.data() + word.size() || value == 0 || value > most) {
    return fail(Fault::Malformed, code::kUsage, std::string(word) + " is no number from 1 to " + std::to_string(most));
  }
  return value;
}

Result<Arguments> read_arguments(int count, char** words, const fs::path& programs) {
  Arguments out;
  out.folder = programs.parent_path();
  out.agreement = programs.parent_path().parent_path() / "policy/agreements/cheshire-east/marac.yaml";
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--quick") out.quick = true;
    else if (word == "--json") out.json = true;
    else if (word == "--keep") out.keep = true;
    else if (word == "--help" || word == "-h") out.help = true;
    else if (i + 1 == count) return fail(Fault::Malformed, code::kUsage, std::string(word));
    else if (word == "--runs") { TRY(out.runs, number(words[++i], 100)); }
    else if (word == "--events") { TRY(out.events, number(words[++i], 2'000'000)); }
    else if (word == "--rate") { TRY(out.rate, number(words[++i], 100'000)); }
    else if (word == "--seconds") { TRY(out.seconds, number(words[++i], 3'600)); }
    else if (word == "--agreement") out.agreement = fs::absolute(words[++i]);
    else if (word == "--folder") out.folder = fs::absolute(words[++i]);
    else return fail(Fault::Malformed, code::kUsage, std::string(word));
  }
  return out;
}

/// A folder of its own that is the working folder while this lives, and goes with it.
class Workplace {
 public:
  static Result<Workplace> make(const fs::path& in, bool keep) {
    std::string name = (in / "bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr || ::chdir(name.c_str()) != 0) return fail(Fault::Unavailable, code::kConfig, "cannot write in " + in.string());
    return Workplace(name, keep);
  }
  Workplace(Workplace&& other) noexcept : folder_(std::exchange(other.folder_, {})), keep_(other.keep_) {}
  Workplace& operator=(Workplace&&) = delete;
  ~Workplace() {
    std::error_code ignored;
    if (!folder_.empty() && !keep_) fs::remove_all(folder_, ignored);
  }

 private:
  Workplace(fs::path folder, bool keep) : folder_(std::move(folder)), keep_(keep) {}
  fs::path folder_;
  bool keep_;
};

/// Says on standard error what is going on; standard output is for the result.
class Bench {
 public:
  Bench(const Arguments& arguments, fs::path programs, const Partnership& partnership, Entropy& entropy)
      : arguments_(arguments), programs_(std::move(programs)), partnership_(partnership), entropy_(entropy) {}

  /// Everything arrives exactly once: as fast as possible, sealed beforehand, and a few at a time.
  Result<bool> quick() {
    for (const Plan& plan : {Plan{1'000, 0, false, Manner::Opens}, Plan{1'000, 0, true, Manner::Acknowledges}, Plan{300, 300, false, Manner::Opens}}) {
      TRY_VOID(measure(plan));
    }
    return right_;
  }

  Result<bool> whole(Report& report) {
    say("deciding");
    TRY(const DecideFigure decide, measure_decide(partnership_, arguments_.agreement.string(), static_cast<unsigned>(arguments_.runs)));
    say("warming up");
    TRY(const Outcome first, measure({std::min<std::uint64_t>(arguments_.events, 5'000), 0, false, Manner::Opens}));
    const auto event_bytes = static_cast<std::uint64_t>(first.disk_bytes);
    std::vector<Round> rounds;
    for (std::uint64_t n = 1; n <= arguments_.runs; ++n) {
      TRY(Round round, one_round("round " + std::to_string(n) + " of " + std::to_string(arguments_.runs) + ": ", event_bytes));
      rounds.push_back(std::move(round));
    }
    say("memory, " + std::to_string(arguments_.events * 5) + " events");
    TRY(const Outcome memory, measure({arguments_.events * 5, 0, false, Manner::Opens}));
    report.note("bare_store", "events of " + std::to_string(event_bytes) + " bytes, in batches of 64");
    add_rows(report, rounds, memory, decide);
    return right_;
  }

 private:
  static void say(const std::string& what) { std::fprintf(stderr, "  %s\n", what.c_str()); }

  Result<Round> one_round(const std::string& which, std::uint64_t event_bytes) {
    Round round;
    say(which + "bare RocksDB");
    TRY(round.bare, measure_bare_store((programs_ / "concordat_store_bench").string(), event_bytes, 3));
    say(which + "broker alone");
    TRY(round.alone, measure({arguments_.events, 0, true, Manner::Acknowledges}));
    say(which + "end to end");
    TRY(round.whole, measure({arguments_.events, 0, false, Manner::Opens}));
    say(which + "steady");
    TRY(round.steady, measure({arguments_.rate * arguments_.seconds, static_cast<double>(arguments_.rate), false, Manner::Opens}));
    return round;
  }

  Result<Outcome> measure(const Plan& plan) {
    TRY(Outcome outcome, run(partnership_, (programs_ / "concordat-broker").string(), ".", plan, entropy_));
    for (const std::string& what : outcome.wrong) say("WRONG: " + what);
    right_ = right_ && outcome.wrong.empty();
    return outcome;
  }

  const Arguments& arguments_;
  fs::path programs_;
  const Partnership& partnership_;
  Entropy& entropy_;
  bool right_ = true;
};

std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) return line.substr(std::min(line.size(), line.find(':') + 2));
  }
  return "unknown";
}

Result<bool> bench(const Arguments& arguments, const fs::path& programs) {
  TRY_VOID(seal::prepare_process());
  TRY(const Workplace workplace, Workplace::make(arguments.folder, arguments.keep));
  seal::SystemEntropy entropy;
  TRY(const Partnership partnership, make_partnership("partnership", entropy));
  Bench bench(arguments, programs, partnership, entropy);
  if (arguments.quick) {
    TRY(const bool right, bench.quick());
    std::printf("%s\n", right ? "everything arrived exactly once" : "WRONG: see above");
    return right;
  }
  Report report;
  report.note("machine", std::to_string(std::thread::hardware_concurrency()) + " processors, " + processor_name());
  report.note("load", std::to_string(arguments.runs) + " rounds of " + std::to_string(arguments.events) + " events; steady at " +
                          std::to_string(arguments.rate) + " a second for " + std::to_string(arguments.seconds) + " s");
  report.note("durable", "the broker; sender and desks keep nothing");
  TRY(const bool right, bench.whole(report));
  report.note("arrived", right ? "everything exactly once" : "WRONG: see above");
  std::printf("%s\n", arguments.json ? text::to_text(report.json()).c_str() : report.table().c_str());
  return right;
}

}  // namespace
}  // namespace concordat::bench

int main(int count, char** words) {
  using namespace concordat;
  const auto programs = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const auto arguments = bench::read_arguments(count, words, programs);
  if (!arguments) {
    std::fprintf(stderr, "concordat-bench: %s\n%s", describe(arguments.error()).c_str(), bench::kHelp.data());
    return 2;
  }
  if (arguments->help) {
    std::fputs(bench::kHelp.data(), stdout);
    return 0;
  }
  const auto right = bench::bench(*arguments, programs);
  if (!right) {
    std::fprintf(stderr, "concordat-bench: %s\n", describe(right.error()).c_str());
    return 1;
  }
  return *right ? 0 : 1;
}
