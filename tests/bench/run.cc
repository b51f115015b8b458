// One run: see run.h.
#include "tests/bench/run.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <thread>
#include <unordered_map>

#include "tests/bench/broker_child.h"
#include "tests/bench/sending.h"

namespace concordat::bench {
namespace {

constexpr std::chrono::seconds kStill{60};     // without anything arriving for so long, a run has failed
constexpr Milliseconds kLook{2};
constexpr double kMebi = 1024.0 * 1024.0;

/// The broker's counters, its use of the machine and its files, at one moment.
struct Reading {
  std::map<std::string, std::int64_t> counters;
  Usage usage;
  std::vector<ThreadUsage> threads;
  std::uint64_t disk_bytes = 0;
};

Result<Reading> read(const BrokerChild& broker) {
  Reading reading;
  TRY(reading.counters, broker.counters());
  reading.usage = usage_of(broker.process());
  reading.threads = threads_of(broker.process());
  reading.disk_bytes = broker.disk_bytes();
  return reading;
}

struct Memory {
  std::uint64_t events = 0;
  std::size_t bytes = 0;
};

class Run {
 public:
  Run(const Partnership& partnership, const Plan& plan, BrokerChild& broker) : partnership_(partnership), plan_(plan), broker_(broker) {}

  Result<Outcome> go(const std::string& folder, Entropy& entropy) {
    TRY(Supply supply, Supply::make(partnership_, folder, plan_.events, plan_.rate, entropy));
    if (plan_.sealed_beforehand) TRY_VOID(supply.prepare_all());
    std::deque<Receiving> desks;
    for (std::size_t n = 0; n < partnership_.desks.size(); ++n) {
      const std::string file = folder + "/desk-" + std::to_string(entropy.u64());
      TRY(Receiving desk, Receiving::open(partnership_, partnership_.desks[n], file, plan_.manner, entropy));
      desks.push_back(std::move(desk));
    }
    TRY(Sending sender, Sending::open(partnership_, std::move(supply)));
    TRY(before_, read(broker_));
    TRY_VOID(measure(sender, desks));
    TRY(after_, read(broker_));
    return outcome();
  }

 private:
  // Threads write only what is theirs; all is read after they were joined.
  Result<int> measure(Sending& sender, std::deque<Receiving>& desks) {
    std::atomic<bool> stop{false};
    std::deque<std::atomic<std::uint64_t>> got(desks.size());
    std::deque<std::optional<Result<Received>>> received(desks.size());
    std::optional<Result<Sent>> sent;
    std::vector<std::thread> threads;
    for (std::size_t n = 0; n < desks.size(); ++n) {
      threads.emplace_back([&, n] {
        name_thread("desk " + std::to_string(partnership_.desks[n].compartments));
        received[n].emplace(desks[n].run(stop, got[n]));
        if (!*received[n]) stop = true;
      });
    }
    std::atomic<bool> answered{false};
    threads.emplace_back([&] {
      name_thread("sender");
      sent.emplace(sender.run(stop));
      answered = true;
      if (!*sent) stop = true;
    });
    const auto arrived = wait_for_all(stop, answered, got);
    ended_ = Steady::now();
    stop = true;
    for (auto& thread : threads) thread.join();
    TRY(sent_, *std::move(sent));
    for (auto& each : received) {
      TRY(Received one, *std::move(each));
      received_.push_back(std::move(one));
    }
    return arrived;
  }

  Result<int> wait_for_all(const std::atomic<bool>& stop, const std::atomic<bool>& answered, const std::deque<std::atomic<std::uint64_t>>& got) {
    std::uint64_t before = 0;
    auto moved = Steady::now();
    for (Memory last; !stop; std::this_thread::sleep_for(kLook)) {
      std::uint64_t least = plan_.events, sum = 0;
      for (const auto& count : got) {
        least = std::min(least, count.load());
        sum += count;
      }
      if (sum != before) moved = Steady::now();
      before = sum;
      if (least >= last.events + plan_.events / 50) {
        last = {least, usage_of(broker_.process()).resident_bytes};
        memory_.push_back(last);
      }
      if (least == plan_.events && answered) break;
      if (Steady::now() > moved + kStill) return fail(Fault::Unavailable, code::kBusy, "nothing arrives any more, " + std::to_string(sum) + " deliveries so far");
    }
    // What the broker answers an operator waits for its log: none undelivered means that the last acknowledgement is durable.
    while (!stop) {
      TRY(const std::uint64_t undelivered, broker_.undelivered());
      if (undelivered == 0) break;
      if (Steady::now() > moved + kStill) return fail(Fault::Unavailable, code::kBusy, std::to_string(undelivered) + " acknowledgements are missing");
    }
    return 0;
  }

  double per_event(double amount) const { return amount / static_cast<double>(plan_.events); }
  double counted(const std::string& name) const {
    const auto after = after_.counters.find(name);
    const auto before = before_.counters.find(name);
    if (after == after_.counters.end()) return 0;
    return static_cast<double>(after->second - (before == before_.counters.end() ? 0 : before->second));
  }

  Outcome outcome() const {
    Outcome out;
    out.seconds = seconds_between(sent_.first_publish, ended_);
    out.events_per_s = static_cast<double>(plan_.events) / out.seconds;
    latencies(out);
    traffic(out);
    processor(out.processor);
    out.disk_bytes = per_event(static_cast<double>(after_.disk_bytes - before_.disk_bytes));
    out.peak_mib = static_cast<double>(after_.usage.peak_bytes) / kMebi;
    out.growth_mib = growth();
    for (const Received& desk : received_) out.again += desk.again;
    check(out.wrong);
    return out;
  }

  void latencies(Outcome& out) const {
    std::unordered_map<std::string_view, std::size_t> numbers;
    for (std::size_t n = 0; n < sent_.events.size(); ++n) numbers.emplace(sent_.events[n].view(), n);
    std::vector<double> acceptance, opened(sent_.events.size(), 0);
    for (std::size_t n = 0; n < sent_.accepted.size(); ++n) acceptance.push_back(1e3 * seconds_between(sent_.due[n], sent_.accepted[n]));
    for (const Received& desk : received_) {
      for (const auto& item : desk.items) {
        const auto known = numbers.find(item.event.view());
        if (known == numbers.end()) continue;
        double& slowest = opened[known->second];
        slowest = std::max(slowest, 1e3 * seconds_between(sent_.due[known->second], item.at));
      }
    }
    out.acceptance_ms = quantiles(std::move(acceptance));
    out.opened_ms = quantiles(std::move(opened));
  }

  void traffic(Outcome& out) const {
    out.published_bytes = per_event(static_cast<double>(sent_.traffic.bytes_out));
    out.answered_bytes = per_event(static_cast<double>(sent_.traffic.bytes_in));
    for (const Received& desk : received_) {
      out.delivered_bytes.push_back(per_event(static_cast<double>(desk.traffic.bytes_in)));
      out.acknowledged_bytes.push_back(per_event(static_cast<double>(desk.traffic.bytes_out)));
      out.events_a_frame.push_back(static_cast<double>(plan_.events) / static_cast<double>(std::max<std::uint64_t>(1, desk.frames)));
    }
    out.events_a_batch = static_cast<double>(plan_.events) / std::max(1.0, counted("batches_total"));
    out.records_a_group = counted("records_total") / std::max(1.0, counted("groups_total"));
  }

  void processor(Processor& out) const {
    out.broker = 1e6 * per_event(after_.usage.processor_s - before_.usage.processor_s);
    out.sender = 1e6 * per_event(sent_.processor_s);
    for (const Received& desk : received_) out.desks.push_back(1e6 * per_event(desk.processor_s));
    constexpr std::string_view kEnd = "_ns_total";
    for (const auto& [name, value] : after_.counters) {
      if (name.ends_with(kEnd)) out.stages[name.substr(0, name.size() - kEnd.size())] = 1e-3 * per_event(counted(name));
    }
    for (const ThreadUsage& thread : after_.threads) out.threads[thread.name] += 1e6 * per_event(thread.processor_s);
    for (const ThreadUsage& thread : before_.threads) out.threads[thread.name] -= 1e6 * per_event(thread.processor_s);
  }

  // The first half fills buffers and caches that have a bound; what grows afterwards is what a backlog of days is made of.
  double growth() const {
    if (memory_.size() < 4) return 0;
    const Memory& from = memory_[memory_.size() / 2];
    const Memory& to = memory_.back();
    const double bytes = static_cast<double>(to.bytes) - static_cast<double>(from.bytes);
    return bytes / kMebi / static_cast<double>(to.events - from.events) * 100'000;
  }

  void check(std::vector<std::string>& wrong) const {
    const auto expect = [&](std::uint64_t is, std::uint64_t should, const std::string& what) {
      if (is != should) wrong.push_back(what + ": " + std::to_string(is) + ", should be " + std::to_string(should));
    };
    expect(sent_.accepted.size(), plan_.events, "events accepted");
    expect(sent_.refused, 0, "events refused");
    expect(sent_.duplicates, 0, "events taken for known ones");
    expect(sent_.nobody_told, 0, "events of which nobody was told");
    std::vector<EventId> published = sent_.events;
    std::sort(published.begin(), published.end());
    for (std::size_t n = 0; n < received_.size(); ++n) {
      const Received& desk = received_[n];
      const std::string& name = partnership_.desks[n].keys.desk;
      std::vector<EventId> got;
      for (const auto& item : desk.items) got.push_back(item.event);
      std::sort(got.begin(), got.end());
      expect(got == published ? 1 : 0, 1, name + " has each event exactly once");
      expect(desk.wrong_compartments, 0, name + ": events with other compartments than granted");
      expect(desk.rejected, 0, name + ": events rejected");
    }
  }

  const Partnership& partnership_;
  const Plan& plan_;
  BrokerChild& broker_;
  Reading before_, after_;
  Sent sent_;
  std::vector<Received> received_;
  std::vector<Memory> memory_;
  Steady::time_point ended_{};
};

}  // namespace

Result<Outcome> run(const Partnership& partnership, const std::string& program, const std::string& folder, const Plan& plan, Entropy& entropy) {
  TRY(BrokerChild broker, BrokerChild::start(partnership, program));
  TRY(Outcome outcome, Run(partnership, plan, broker).go(folder, entropy));
  TRY_VOID(broker.end());
  return outcome;
}

}  // namespace concordat::bench
