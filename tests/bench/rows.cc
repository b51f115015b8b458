// The report's rows: see rows.h.
#include "tests/bench/rows.h"

#include <functional>
#include <set>

namespace concordat::bench {
namespace {

using Rounds = std::vector<Round>;

Spread over(const Rounds& rounds, const std::function<double(const Round&)>& value) {
  std::vector<double> values;
  for (const Round& round : rounds) values.push_back(value(round));
  return spread(std::move(values));
}

Spread once(double value) { return {value, value, value}; }

double at(const std::map<std::string, double>& values, const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? 0 : found->second;
}

double sum(const std::vector<double>& values) {
  double all = 0;
  for (const double value : values) all += value;
  return all;
}

void throughput(Report& report, const Rounds& rounds) {
  report.section("throughput", "Events a second: from the first publish until the last acknowledgement is a durable record");
  report.add("end_to_end_events_per_s", "end to end", over(rounds, [](auto& r) { return r.whole.events_per_s; }),
             "the sender seals and signs, three desks verify, open 8, 4 and 2 compartments and check facts; neither keeps anything");
  report.add("broker_alone_events_per_s", "broker alone", over(rounds, [](auto& r) { return r.alone.events_per_s; }),
             "events sealed beforehand, desks only acknowledge; the broker does everything and is durable");
  report.add("rocksdb_events_per_s", "bare RocksDB", over(rounds, [](auto& r) { return r.bare.rocksdb_events_per_s; }),
             "synced batches of 64, as many bytes an event as the broker writes, just before in the same round");
  report.add("end_to_end_of_rocksdb", "end to end of RocksDB", over(rounds, [](auto& r) { return r.whole.events_per_s / r.bare.rocksdb_events_per_s; }),
             "ratio within each round");
  report.add("broker_alone_of_rocksdb", "broker alone of RocksDB", over(rounds, [](auto& r) { return r.alone.events_per_s / r.bare.rocksdb_events_per_s; }),
             "ratio within each round");
  report.add("engine_of_rocksdb", "log engine of RocksDB", over(rounds, [](auto& r) { return r.bare.engine_events_per_s / r.bare.rocksdb_events_per_s; }),
             "the broker's store alone, as many bytes");
}

void latency(Report& report, const Rounds& rounds) {
  report.section("latency", "Latency at a steady rate, in milliseconds: from when an event is due, before it is sealed");
  const auto three = [&](const std::string& key, const std::string& name, const std::function<const Quantiles&(const Round&)>& of, const std::string& words) {
    report.add(key + "_p50_ms", name + " p50", over(rounds, [&](auto& r) { return of(r).p50; }), words);
    report.add(key + "_p99_ms", name + " p99", over(rounds, [&](auto& r) { return of(r).p99; }), "");
    report.add(key + "_p999_ms", name + " p99.9", over(rounds, [&](auto& r) { return of(r).p999; }), "");
  };
  three("acceptance", "accepted", [](const Round& r) -> const Quantiles& { return r.steady.acceptance_ms; },
        "until the sender has read the signed acceptance: durable, decided");
  three("opened", "opened at the slowest desk", [](const Round& r) -> const Quantiles& { return r.steady.opened_ms; },
        "until the last of three desks has verified, opened and checked it");
  three("rocksdb_sync", "RocksDB's synced batch of 64", [](const Round& r) -> const Quantiles& { return r.bare.sync_ms; },
        "one write of the bare store, back to back, in the same round");
}

void processor(Report& report, const Rounds& rounds) {
  report.section("processor", "Processor, microseconds an event, of the end-to-end runs");
  report.add("broker_us", "broker", over(rounds, [](auto& r) { return r.whole.processor.broker; }), "the whole process, all threads, by the system's count");
  const auto& first = rounds.front().whole.processor;
  for (const auto& [name, unused] : first.stages) {
    report.add("broker_stage_" + name + "_us", "  stage " + name, over(rounds, [&name = name](auto& r) { return at(r.whole.processor.stages, name); }),
               "the broker's own counter " + name + "_ns_total");
  }
  std::set<std::string> threads;
  for (const Round& round : rounds) {
    for (const auto& [name, used] : round.whole.processor.threads) {
      if (used >= 0.05) threads.insert(name);
    }
  }
  for (const std::string& name : threads) {
    report.add("broker_thread_" + name + "_us", "  thread " + name, over(rounds, [&](auto& r) { return at(r.whole.processor.threads, name); }), "");
  }
  report.add("sender_us", "sender", over(rounds, [](auto& r) { return r.whole.processor.sender; }), "seals ten compartments; signs and boxes a batch");
  for (std::size_t n = 0; n < first.desks.size(); ++n) {
    const std::string compartments = std::to_string(n == 0 ? 8 : n == 1 ? 4 : 2);
    report.add("desk_" + compartments + "_us", "desk granted " + compartments, over(rounds, [n](auto& r) { return r.whole.processor.desks[n]; }),
               n == 0 ? "verifies, unboxes, opens, checks facts, joins" : "");
  }
}

void bytes(Report& report, const Rounds& rounds) {
  report.section("bytes", "Bytes an event, of the end-to-end runs; frames before CURVE, which adds about 35 bytes to each");
  report.add("published_bytes", "sender to broker", over(rounds, [](auto& r) { return r.whole.published_bytes; }), "in batches of up to 64");
  report.add("answered_bytes", "broker to sender", over(rounds, [](auto& r) { return r.whole.answered_bytes; }), "acceptances");
  for (std::size_t n = 0; n < rounds.front().whole.delivered_bytes.size(); ++n) {
    const std::string compartments = std::to_string(n == 0 ? 8 : n == 1 ? 4 : 2);
    report.add("delivered_" + compartments + "_bytes", "broker to desk granted " + compartments,
               over(rounds, [n](auto& r) { return r.whole.delivered_bytes[n]; }), n == 0 ? "leaves, bare hashes, proof, decision, shares" : "");
  }
  report.add("acknowledged_bytes", "three desks to broker", over(rounds, [](auto& r) { return sum(r.whole.acknowledged_bytes); }), "acknowledgements and credit");
  report.add("disk_bytes", "on disk", over(rounds, [](auto& r) { return r.whole.disk_bytes; }),
             "growth of the store: the event, its batch, hand-overs and acknowledgements of three desks");
  report.add("events_a_frame", "events a delivery frame", over(rounds, [](auto& r) { return r.whole.events_a_frame[0]; }), "to the first desk; what a frame costs is shared by them");
  report.add("records_a_group", "records a synced group", over(rounds, [](auto& r) { return r.whole.records_a_group; }), "what one sync is shared by");
}

}  // namespace

void add_rows(Report& report, const Rounds& rounds, const Outcome& memory, const DecideFigure& decide) {
  throughput(report, rounds);
  latency(report, rounds);
  processor(report, rounds);
  report.section("decide", "Deciding alone, in this process");
  report.add("decide_ns", "decide, ns an event", decide.ns,
             "the bench event under the demonstration agreement: " + std::to_string(decide.clauses) + " clauses, " + std::to_string(decide.desks_told) + " desks told");
  bytes(report, rounds);
  report.section("memory", "Memory of the broker, MiB");
  report.add("peak_mib", "peak, resident", once(memory.peak_mib), "of the long run, write buffers and caches included");
  report.add("growth_mib_per_100000", "growth per 100,000 events", once(memory.growth_mib),
             "anonymous memory over the second half of the long run: events that nobody has read keep their deadlines");
}

}  // namespace concordat::bench
