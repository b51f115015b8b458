// Ends the process before every statement of reading inputs and answering batches, in turn, and offers everything again:
// each input takes effect exactly once, sequences have no gaps.
#include <sys/wait.h>
#include <unistd.h>

#include "tests/adapters/sdk/keep_fixture.h"

namespace concordat::testing {
namespace {

constexpr int kInputs = 4;

/// What an adapter does with a feed of kInputs inputs, from wherever it was left; returns false on any error.
bool work(keep::Keep& keep, Instant now) {
  for (int n = 0; n < kInputs; ++n) {
    const std::string name = "P" + std::to_string(n);
    const auto seen = keep.seen({"police", name});
    if (!seen) return false;
    if (!seen->has_value() && !keep.commit(one_input(name), now)) return false;
    if (n % 2 == 0) continue;
    auto unanswered = keep.unanswered();
    if (!unanswered) return false;
    if (unanswered->empty()) {
      const auto waiting = keep.waiting(64, 1 << 20);
      if (!waiting) return false;
      if (waiting->empty()) continue;
      if (!keep.record_batch(waiting->front().sequence, waiting->size(), "envelope")) return false;
      unanswered = keep.unanswered();
      if (!unanswered) return false;
    }
    for (const keep::SentBatch& batch : *unanswered) {
      const std::vector<keep::Answer> answers(batch.events.size(), keep::Answer{true, batch.first_sequence + 1, "", ""});
      if (!keep.record_results(batch.first_sequence, answers, {}, now)) return false;
    }
  }
  return true;
}

/// Runs work() in a child that ends itself before its n-th statement. True if it got that far.
bool crash_before(const std::string& path, int n, Instant now) {
  const pid_t child = ::fork();
  if (child == 0) {
    SeededEntropy entropy(static_cast<std::uint64_t>(n) + 1);
    int statement = 0;
    auto keep = keep::Keep::open(path, key_of('k'), {}, entropy, [&](std::string_view) {
      if (statement++ == n) ::_exit(9);
      return true;
    });
    ::_exit(keep && work(**keep, now) ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) != 1) << "statement " << n;
  return WIFEXITED(status) && WEXITSTATUS(status) == 9;
}

TEST(KeepCrash, KilledBeforeAnyStatementEveryInputTakesEffectOnce) {
  const Instant now = instant_of(1'784'000'000'000);
  int n = 0;
  for (bool crashed = true; crashed; ++n) {
    const Folder folder;
    crashed = crash_before(folder / "keep.db", n, now);
    SeededEntropy entropy(99);
    auto keep = keep::Keep::open(folder / "keep.db", key_of('k'), {}, entropy);
    ASSERT_TRUE(keep) << describe(keep.error());
    ASSERT_TRUE(work(**keep, now));
    const auto counts = (*keep)->outbox_counts();
    EXPECT_EQ(counts->waiting + counts->sent + counts->accepted, static_cast<std::uint64_t>(kInputs)) << "statement " << n;
    EXPECT_EQ((*keep)->next_sequence(), static_cast<std::uint64_t>(kInputs) + 1);
    EXPECT_EQ((*(*keep)->counters())["inputs"], static_cast<std::uint64_t>(kInputs)) << "statement " << n;
    EXPECT_EQ(counts->accepted, static_cast<std::uint64_t>(kInputs));
  }
  std::printf("statements at which it was killed: %d\n", n - 1);
  EXPECT_GT(n, 40);
}

TEST(KeepCrash, KilledAgainAndAgainItStillEndsOnce) {
  const Instant now = instant_of(1'784'000'000'000);
  const std::uint64_t seed = 4242;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  const Folder folder;
  int crashes = 0;
  for (int round = 0; round < 40; ++round) crashes += crash_before(folder / "keep.db", static_cast<int>(random() % 30), now) ? 1 : 0;
  SeededEntropy entropy(5);
  auto keep = keep::Keep::open(folder / "keep.db", key_of('k'), {}, entropy);
  ASSERT_TRUE(keep && work(**keep, now));
  EXPECT_EQ((*(*keep)->counters())["inputs"], static_cast<std::uint64_t>(kInputs));
  EXPECT_EQ((*keep)->outbox_counts()->accepted, static_cast<std::uint64_t>(kInputs));
  EXPECT_GT(crashes, 3);
}

}  // namespace
}  // namespace concordat::testing
