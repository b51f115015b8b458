// Killed at random points, again and again, while it files, posts, looks up and writes tasks: no victim is told twice, none is forgotten.
// What was sent is the emulator's record; what was to be sent is what the feed offered. Argument: rounds.
#include <sys/mman.h>

#include <filesystem>
#include <random>

#include "adapters/notify/notifier.h"
#include "tests/adapters/notify/emulator.h"
#include "tests/adapters/notify/events.h"
#include "tests/adapters/sdk/fake_broker.h"

namespace concordat::notify {

int rounds = 50;

namespace {

enum class Fate { Text, Task, OptedOut, Recalled };

Fate fate_of(int n) { return n % 7 == 6 ? Fate::OptedOut : n % 5 == 4 ? Fate::Task : n % 11 == 10 ? Fate::Recalled : Fate::Text; }
std::string number(int n) { return "07700 900" + std::to_string(100 + n); }

/// One thing that the broker delivers.
struct Offer {
  sdk::OpenedEvent event;
  bool recall = false;
};

std::string today_text() {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
  return read::to_text(read::Json::number(static_cast<int>(day.year()))) + "-" + (unsigned(day.month()) < 10 ? "0" : "") + std::to_string(unsigned(day.month())) + "-" +
         (unsigned(day.day()) < 10 ? "0" : "") + std::to_string(unsigned(day.day()));
}

sdk::OpenedEvent now_of(sdk::OpenedEvent event, Instant now) {
  event.decision.accepted = now;
  return event;
}

void confirm_today(v1::Person& victim) {
  const std::string today = today_text();
  auto* confirmed = victim.mutable_contact_preferences()->mutable_number_confirmed();
  confirmed->set_year(static_cast<std::uint32_t>(std::stoi(today.substr(0, 4))));
  confirmed->set_month(static_cast<std::uint32_t>(std::stoi(today.substr(5, 2))));
  confirmed->set_day(static_cast<std::uint32_t>(std::stoi(today.substr(8, 2))));
  victim.mutable_contact_preferences()->clear_quiet_from();
  victim.mutable_contact_preferences()->clear_quiet_until();
}

std::vector<Offer> feed(int victims, Instant now) {
  std::vector<Offer> out;
  for (int n = 0; n < victims; ++n) {
    const std::string tail = std::to_string(n), one = "case-" + tail;
    sdk::OpenedEvent registration = now_of(registration_event("R" + tail, one, number(n)), now);
    v1::VictimRegistration message = dynamic_cast<const v1::VictimRegistration&>(*registration.message);
    confirm_today(*message.mutable_person(0));
    registration.message = std::make_shared<v1::VictimRegistration>(message);
    out.push_back({registration});
    if (fate_of(n) == Fate::OptedOut) out.push_back({now_of(preference_event("P" + tail, false, one), now)});
    out.push_back({now_of(fate_of(n) == Fate::Task ? movement_event("C" + tail, v1::CUSTODY_MOVEMENT_AT_LARGE, one) : outcome_event("C" + tail, one), now)});
    if (fate_of(n) == Fate::Recalled) out.push_back({out.back().event, true});
  }
  return out;
}

/// The client without its pauses, which would make the test wait and the service no fewer mistakes.
class Hasty final : public Service {
 public:
  explicit Hasty(Client& client) : client_(client) {}
  Answer send(const Message& message, Instant now) override {
    Answer answer = client_.send(message, now);
    answer.pause = Milliseconds{0};
    return answer;
  }
  Looked look_up(const Message& message, Instant now) override { return client_.look_up(message, now); }
  Looked ask(const Message& message, Instant now) override { return client_.ask(message, now); }

 private:
  Client& client_;
};

bool at_rest(const Case& one) {
  return std::all_of(one.tellings.begin(), one.tellings.end(), [](const Telling& each) { return each.state != State::Unmatched && each.state != State::Waiting && each.state != State::Sending; });
}

/// What the program's loop does, over a keep that outlives it. `acknowledged` is the broker's: what is there is not offered again.
class Core {
 public:
  Core(const std::string& folder, const Emulator& emulator, const std::vector<Offer>& offers, int* acknowledged)
      : folder_(folder), emulator_(emulator), offers_(offers), acknowledged_(acknowledged) {}

  /// To the end; false on any error.
  bool run(std::uint64_t seed) {
    testing::SeededEntropy entropy(seed);
    SystemClock clock;
    testing::Lines lines;
    observe::Log log(lines, clock);
    Rules rules = rules_for_tests();
    rules.idva_first = Milliseconds{0};
    rules.quiet = {0x7f, 0, 0};
    rules.settle = Milliseconds{10};
    rules.tries = 20;
    Client client = client_of(emulator_, clock, Milliseconds{1'000});
    Hasty service(client);
    auto keep = keep::Keep::open(folder_ + "/keep.db", testing::key_of('k'), {}, entropy);
    if (!keep) return false;
    auto notifier = Notifier::open({folder_ + "/tasks", folder_ + "/done", false, 10'000}, rules, service, **keep, entropy, clock, log);
    if (!notifier) return false;
    for (const Instant end = clock.now() + Milliseconds{60'000}; clock.now() < end;) {
      const bool fed = offer(**notifier, clock.now());
      const auto more = (*notifier)->work();
      if (!more) return false;
      if (fed || *more) continue;
      ::usleep(2'000);
      bool rest = true;
      for (const Offer& each : offers_) {
        const auto one = (*notifier)->load(each.event.decision.case_pseudonym);
        rest = rest && one && at_rest(*one);
      }
      if (rest) return true;
    }
    return false;
  }

 private:
  bool offer(Notifier& notifier, Instant now) {
    if (*acknowledged_ >= static_cast<int>(offers_.size())) return false;
    const Offer& next = offers_[static_cast<std::size_t>(*acknowledged_)];
    const auto filed = next.recall ? notifier.recall({{}, next.event.header.event, 99, "withdrawn"}, now) : notifier.file(next.event, now);
    if (filed) ++*acknowledged_;
    return true;
  }

  const std::string folder_;
  const Emulator& emulator_;
  const std::vector<Offer>& offers_;
  int* acknowledged_;
};

TEST(Killed, NobodyIsToldTwiceAndNobodyForgotten) {
  const std::uint64_t seed = 20260714;
  std::printf("seed %llu, rounds %d\n", static_cast<unsigned long long>(seed), rounds);
  std::mt19937_64 random(seed);
  const int victims = std::min(4 * rounds, 800);
  const testing::Folder folder;
  Emulator emulator;
  std::string script;
  for (int n = 0; n < victims; ++n) {
    static constexpr const char* kHow[] = {"ok", "slow:0.02", "slow:0.02", "slow:0.01", "drop", "500-after", "ok", "slow:0.03", "drop-before", "ok"};
    script += (n == 0 ? "" : ",") + std::string(n % 3 == 0 ? kHow[random() % 10] : kHow[1]);
  }
  emulator.next(script);
  const Instant now = SystemClock().now();
  const std::vector<Offer> offers = feed(victims, now);
  auto* acknowledged = static_cast<int*>(::mmap(nullptr, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(acknowledged, MAP_FAILED);
  *acknowledged = 0;
  Core core(folder.path(), emulator, offers, acknowledged);
  int killed = 0;
  for (int round = 0; round < rounds; ++round) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(core.run(random() + static_cast<std::uint64_t>(round)) ? 0 : 1);
    ::usleep(static_cast<unsigned>(15'000 + random() % 150'000));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) != 0) << "round " << round;
    killed += WIFSIGNALED(status) ? 1 : 0;
    // Now and then the broker has not heard of the last acknowledgement.
    if (round % 3 == 0 && *acknowledged > 0) --*acknowledged;
  }
  std::printf("killed %d times, %d of %zu offers acknowledged, %zu texts until then\n", killed, *acknowledged, offers.size(), emulator.recorded().size());
  ASSERT_TRUE(core.run(seed));

  std::map<std::string, int> told;
  for (const Emulator::Recorded& each : emulator.recorded()) {
    ++told[each.to];
    EXPECT_EQ(each.body, "There is news about the matter you asked us about. Call the number you were given and give your word. Open until 8 pm.");
  }
  int texts = 0;
  for (int n = 0; n < victims; ++n) {
    const int times = told["44" + number(n).substr(1, 4) + number(n).substr(6)];
    const bool task = std::filesystem::exists(folder / ("tasks/" + testing::event_named("C" + std::to_string(n)).hex() + ".json"));
    texts += times;
    switch (fate_of(n)) {
      case Fate::Text: EXPECT_TRUE(times == 1 && !task) << "victim " << n << ": " << times << " texts, task " << task; break;
      case Fate::Task: EXPECT_TRUE(times == 0 && task) << "victim " << n << ": " << times << " texts, task " << task; break;
      case Fate::OptedOut: EXPECT_TRUE(times == 0 && !task) << "victim " << n << ": " << times << " texts, task " << task; break;
      case Fate::Recalled: EXPECT_EQ(times == 1, task) << "victim " << n << ": recalled after " << times << " texts"; break;
    }
  }
  std::printf("%d victims, %d texts\n", victims, texts);
  EXPECT_GT(killed, rounds / 2) << "it was done before it could be killed";
  ::munmap(acknowledged, sizeof(int));
}

}  // namespace
}  // namespace concordat::notify

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (argc > 1) concordat::notify::rounds = std::atoi(argv[1]);
  return RUN_ALL_TESTS();
}
