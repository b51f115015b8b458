// 100,000 messages over MLLP into the keep: how many a second, and in how much room. CONCORDAT_MESSAGES and CONCORDAT_CONNECTIONS
// change how many; CONCORDAT_KEEP_FOLDER where the keep is, because it is the disk's own syncs that are measured.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "adapters/health/framing.h"
#include "adapters/health/mllp.h"
#include "adapters/sdk/intake.h"
#include "tests/adapters/health/reading.h"
#include "tests/adapters/sdk/partnership.h"

namespace concordat::health::testing {
namespace {

std::size_t number_of(const char* name, std::size_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::size_t resident_kib() {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("VmRSS:")) return std::strtoull(line.c_str() + 6, nullptr, 10);
  }
  return 0;
}

/// The nth: every attendance has an A04 and an A08; of every hundredth a form says that the patient disclosed.
std::string message(std::size_t n) {
  Built built;
  built.trigger = n % 2 == 0 ? "A04" : "A08";
  built.visit = "V" + std::to_string(n / 2);
  built.control = std::to_string(n);
  built.pid3 = "L" + std::to_string(n / 2 % 20'000) + "^^^RBT^MR";
  if (n / 2 % 100 == 0) {
    built.extra = kDisclosed;
    for (int q = 1; q <= 16; ++q) built.extra += "OBX|2|CE|DASH-" + std::string(q < 10 ? "0" : "") + std::to_string(q) + "||Y||||||F\r";
    built.extra += "OBX|3|CE|ED-DA-IDVA||Y\r";
  }
  return kStart + built.text() + kEnd + "\r";
}

/// A connection of an engine, in a process of its own: sends, waits for the answer, sends the next. True if all were AA.
bool send_all(std::uint16_t port, std::size_t first, std::size_t step, std::size_t most) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  ::inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) return false;
  for (std::size_t n = first; n < most; n += step) {
    const std::string frame = message(n);
    if (::send(socket, frame.data(), frame.size(), MSG_NOSIGNAL) < 0) return false;
    std::string answer;
    while (answer.find(kEnd) == std::string::npos) {
      char buffer[1024];
      const ssize_t got = ::recv(socket, buffer, sizeof buffer, 0);
      if (got <= 0) return false;
      answer.append(buffer, static_cast<std::size_t>(got));
    }
    if (answer.find("MSA|AA|" + std::to_string(n) + "\r") == std::string::npos) return false;
  }
  ::close(socket);
  return true;
}

class Silent final : public observe::Sink {
 public:
  void write(observe::Level level, std::string_view line) override {
    if (level == observe::Level::Error && ++said_ < 20) std::printf("%s\n", std::string(line).c_str());
  }

 private:
  int said_ = 0;
};

TEST(Endurance, AHundredThousandMessagesAreTakenInConstantRoom) {
  const std::size_t messages = number_of("CONCORDAT_MESSAGES", 100'000), connections = number_of("CONCORDAT_CONNECTIONS", 4);
  int port_pipe[2];
  ASSERT_EQ(::pipe(port_pipe), 0);
  std::vector<pid_t> engines;
  for (std::size_t n = 0; n < connections; ++n) {
    const pid_t engine = ::fork();
    if (engine == 0) {
      std::uint16_t port = 0;
      const bool told = ::read(port_pipe[0], &port, sizeof port) == sizeof port;
      ::_exit(told && send_all(port, n, connections, messages) ? 0 : 1);
    }
    engines.push_back(engine);
  }

  using concordat::testing::CheshireEast;
  const char* set = std::getenv("CONCORDAT_KEEP_FOLDER");
  const std::string folder = (set != nullptr ? std::string(set) : ::testing::TempDir()) + "/health-endurance-" + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  CheshireEast east;
  const sdk::Beliefs beliefs = east.beliefs();
  sdk::Publisher publisher = east.publisher();
  publisher.party = east.hospital.name;
  concordat::testing::SeededEntropy entropy{20260714};
  auto keep = keep::Keep::open(folder + "/keep.db", concordat::testing::key_of('k'), {}, entropy);
  ASSERT_TRUE(keep) << describe(keep.error());
  sdk::Sealer sealer(publisher, entropy);
  Silent sink;
  SystemClock clock;
  observe::Log log(sink, clock);
  const HealthSource source(reading());
  sdk::Intake intake(**keep, sealer, log, &source);
  sdk::Arrivals arrivals;
  Channel<int> woken(1);
  arrivals.wake_by([&] { woken.try_send(1); });
  auto server = Mllp::listen({}, [&](std::string text) { return arrivals.hand_in(kFrameName, std::move(text)).durable; }, sink);
  ASSERT_TRUE(server) << describe(server.error());
  for (std::size_t n = 0; n < connections; ++n) {
    const std::uint16_t port = (*server)->port();
    ASSERT_EQ(::write(port_pipe[1], &port, sizeof port), static_cast<ssize_t>(sizeof port));
  }

  const auto begin = std::chrono::steady_clock::now();
  sdk::IntakeCounts counts;
  std::size_t early = 0, peak = 0;
  while (counts.inputs < messages && std::chrono::steady_clock::now() - begin < std::chrono::minutes(40)) {
    woken.receive(std::chrono::milliseconds(100));
    while (const auto arrival = arrivals.next()) {
      const auto taken = intake.take(arrival->name, source.read(arrival->name, arrival->text), beliefs.directory(), beliefs.agreements(), kNoon);
      arrival->answer->set_value(taken ? sdk::Reception{true, taken->events, taken->quarantined} : sdk::Reception{});
      ASSERT_TRUE(taken) << describe(taken.error());
      counts += *taken;
      if (counts.inputs % 1'000 == 0) peak = std::max(peak, resident_kib());
      if (counts.inputs == messages / 10) early = resident_kib();
    }
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  arrivals.close();
  for (const pid_t engine : engines) {
    int status = 0;
    ::waitpid(engine, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "an engine was not answered AA";
  }
  std::printf("%zu messages over %zu connections in %.1f s: %.0f a second; %zu events, %zu quarantined; resident %zu MiB at a tenth, %zu MiB at most; keep %zu MiB\n", counts.inputs, connections, seconds,
              static_cast<double>(counts.inputs) / seconds, counts.events, counts.quarantined, early >> 10, peak >> 10,
              static_cast<std::size_t>(std::filesystem::file_size(folder + "/keep.db") >> 20));
  std::filesystem::remove_all(folder);
  EXPECT_EQ(counts.inputs, messages);
  EXPECT_EQ(counts.quarantined, 0u);
  EXPECT_GT(counts.events, 0u);
  EXPECT_LT(peak, early + (24u << 10)) << "it grows";
}

}  // namespace
}  // namespace concordat::health::testing
