// Failing calls under the RocksDB engine: whatever call fails, once or for ever, nothing is acknowledged after it that a
// power cut could take. Suites named Long run under ./ops/test --all.
//
// Each run is a process of its own, and the recovery another: RocksDB as Debian builds it has assertions on, and ends the
// process at some failed flushes (MemTableList::RollbackMemtableFlush). That is as good an end as Failed.
#include <gmock/gmock.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <iostream>

#include "tests/broker/store/trial.h"

namespace concordat::store {
namespace {

constexpr std::uint64_t kSeed = 20260714;
constexpr int kStruck = 0, kNotStruck = 3, kAsserted = 4;

// Memory that parent and children see.
class Shared {
 public:
  Shared() : at_(static_cast<char*>(::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
    INVARIANT(at_ != MAP_FAILED, "the test has memory");
  }
  ~Shared() { ::munmap(at_, kBytes); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  void put(const Bytes& bytes) {
    INVARIANT(bytes.size() + sizeof(std::size_t) <= kBytes, "a trial is small");
    const std::size_t size = bytes.size();
    std::memcpy(at_, &size, sizeof(size));
    std::memcpy(at_ + sizeof(size), bytes.data(), size);
  }
  Bytes get() const {
    std::size_t size = 0;
    std::memcpy(&size, at_, sizeof(size));
    return Bytes(at_ + sizeof(size), size);
  }

 private:
  static constexpr std::size_t kBytes = std::size_t{16} << 20;
  char* at_;
};

// Where the handler of an assertion finds the trial and leaves what is known of it.
Trial* the_trial = nullptr;
Shared* the_memory = nullptr;

void on_assertion(int) {
  the_memory->put(the_trial->save());
  ::_exit(kAsserted);
}

// Exit status, or 128 and more for a signal.
int in_child(const std::function<int()>& body) {
  std::cout.flush();
  const pid_t child = ::fork();
  INVARIANT(child >= 0, "the test can fork");
  if (child == 0) {
    ::alarm(120);
    ::_exit(body());
  }
  int status = 0;
  INVARIANT(::waitpid(child, &status, 0) == child, "the test can wait");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int run_with_failure(const std::string& folder, Shared& memory, const std::function<void(Trial&)>& body, Planted planted) {
  Trial trial(folder, kSeed, planted);
  the_trial = &trial;
  the_memory = &memory;
  std::signal(SIGABRT, on_assertion);
  body(trial);
  memory.put(trial.save());
  // The process ends here as if killed: nothing is closed.
  ::_exit(trial.files().struck() ? kStruck : kNotStruck);
}

struct Ended {
  bool struck = false;
  bool asserted = false;
  std::string violation;
};

Ended fail_once(std::uint64_t call, Trouble trouble, bool for_ever, Planted planted) {
  const Folder folder(quick_folder());
  Shared memory;
  const auto body = [&](Trial& trial) {
    trial.files().fail_at(call, trouble, for_ever);
    if (trial.open()) trial.work(30);
  };
  const int status = in_child([&] { return run_with_failure(folder.path(), memory, body, planted); });
  if (status != kStruck && status != kNotStruck && status != kAsserted) return {true, false, "the process ended with " + std::to_string(status)};
  const Bytes saved = memory.get();
  const int recovered = in_child([&] {
    Trial trial(folder.path(), saved);
    memory.put(trial.verdict());
    return 0;
  });
  return {status != kNotStruck, status == kAsserted, recovered == 0 ? memory.get() : "recovery ended with " + std::to_string(recovered)};
}

constexpr Trouble kTroubles[] = {Trouble::Eio, Trouble::NoSpace, Trouble::FailedSync};

// Every call until a run ends without being struck; of each kind one call in `every`.
std::string fail_every(std::size_t every, Planted planted) {
  std::size_t kind = 0, runs = 0, asserted = 0;
  for (const Trouble trouble : kTroubles) {
    for (const bool for_ever : {false, true}) {
      Ended ended{true, false, ""};
      for (std::uint64_t call = 1 + kind % every; ended.struck; call += every) {
        ended = fail_once(call, trouble, for_ever, planted);
        if (!ended.violation.empty()) return "kind " + std::to_string(kind) + " call " + std::to_string(call) + ": " + ended.violation;
        ++runs;
        asserted += ended.asserted;
      }
      ++kind;
    }
  }
  std::cout << runs << " runs, " << asserted << " ended at an assertion of RocksDB\n";
  return "";
}

TEST(FailingCalls, NothingIsAcknowledgedAfterAFailure) { EXPECT_EQ(fail_every(10, Planted::None), ""); }
TEST(FailingCallsLong, NothingIsAcknowledgedAfterAFailureOfAnyCall) { EXPECT_EQ(fail_every(1, Planted::None), ""); }

// The regime must bite.
TEST(FailingCalls, IgnoringAFailedStatusIsCaught) {
  EXPECT_THAT(fail_every(10, Planted::IgnoreFailure), testing::HasSubstr("acknowledged after a failed write"));
}

TEST(FailingCalls, AFailedEngineStaysFailed) {
  const Folder folder(quick_folder());
  Shared memory;
  const auto body = [](Trial& trial) {
    if (!trial.open()) ::_exit(1);
    trial.work(3);
    trial.files().fail_at(1, Trouble::FailedSync, false);
    trial.work(1);
    const Sequence before = trial.acknowledged();
    trial.files().heal();
    trial.work(5);
    if (before == 0 || trial.acknowledged() != before) ::_exit(2);
  };
  EXPECT_EQ(in_child([&] { return run_with_failure(folder.path(), memory, body, Planted::None); }), kStruck);
}

}  // namespace
}  // namespace concordat::store
