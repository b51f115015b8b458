// decide per event at 10 to 10,000 clauses in force. The distribution: agreements of ten clauses, each agreement
// between a police force of its own and one council, so that about five clauses match an event's kind and source
// however many exist; of those, about half fire. The event is the bench event: ten compartments, three desks.
#include <benchmark/benchmark.h>

#include <string>

#include "tests/policy/world.h"

namespace concordat::policy {
namespace {

using contract::Item;
using contract::Kind;

directory::Directory directory_of(std::uint16_t forces) {
  directory::Directory directory = world::cheshire_east();
  const directory::Party police = directory.parties[0];
  for (std::uint16_t n = 1; n <= forces; ++n) {
    directory.parties.push_back(police);
    directory.parties.back().number = PartyNumber{static_cast<std::uint16_t>(100 + n)};
    directory.parties.back().name = "force-" + std::to_string(n);
  }
  return directory;
}

/// Agreement n: the demonstration's clauses, ten of them, with force n in place of the constabulary.
Agreement agreement_of(std::uint16_t n, const Agreement& from) {
  Agreement agreement = from;
  agreement.name = "cheshire-east/a" + std::to_string(n);
  const std::string force = "force-" + std::to_string(n);
  agreement.parties[0].name = force;
  while (agreement.clauses.size() < 10)
    agreement.clauses.push_back(agreement.clauses[0]), agreement.clauses.back().id += "x";
  agreement.clauses.resize(10);
  for (Clause& clause : agreement.clauses) clause.from = {force};
  if (n > 1) agreement.nevers.clear();
  return agreement;
}

void decide_event(benchmark::State& state) {
  const auto agreements = static_cast<std::uint16_t>(state.range(0) / 10);
  const auto directory = directory_of(agreements);
  const auto read = read_agreement(world::kMarac, world::file_text(world::kMarac));
  if (!read) return state.SkipWithError("run it in the project's folder");
  std::vector<Adopted> adopted;
  for (std::uint16_t n = 1; n <= agreements; ++n) adopted.push_back({agreement_of(n, *read), {}});
  const auto in_force = bind(std::move(adopted), directory, world::fake_hash);
  world::Event event = world::incident(17);
  Case subject = event.get();
  subject.labels = subject.labels.first(10);
  subject.source = PartyNumber{static_cast<std::uint16_t>(100 + (agreements + 1) / 2)};
  const StateFacts facts;
  Decision decision;
  for (auto _ : state) {
    decide(subject, facts, *in_force, directory, world::summer_2026(), decision);
    benchmark::DoNotOptimize(decision.desks.data());
  }
  state.counters["matching"] = static_cast<double>(in_force->compiled().for_event(subject.kind, subject.source).size());
  state.counters["desks"] = static_cast<double>(decision.desks.size());
}
BENCHMARK(decide_event)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000)->ArgName("clauses");

}  // namespace
}  // namespace concordat::policy

BENCHMARK_MAIN();
