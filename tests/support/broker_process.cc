// A broker as one object for tests: see broker_process.h.
#include "tests/support/broker_process.h"

#include <cstdio>
#include <cstdlib>

#include "proto/base/invariant.h"

namespace concordat::test {
namespace {

[[noreturn]] void stop(const char* what, const Error& error) {
  std::fprintf(stderr, "%s: %s\n", what, describe(error).c_str());
  std::abort();
}

}  // namespace

broker::Recovered BrokerProcess::recover_or_abort() {
  auto recovered = broker::recover(engine_, kBroker, machine_.keys, machine_.checkpoint);
  if (!recovered) stop("the broker does not recover", recovered.error());
  recovered_bytes_ = recovered->state.encode();
  hooks_.recovered(recovered->state, engine_, machine_.keys);
  return *std::move(recovered);
}

BrokerProcess::BrokerProcess(Machine& machine, store::Behaviour& behaviour, Hooks& hooks, std::uint64_t seed, const Worlds& worlds, broker::CoreLimits limits)
    : machine_(machine),
      hooks_(hooks),
      entropy_(seed),
      engine_(machine.disk, behaviour),
      recovered_(recover_or_abort()),
      world_(hooks.world(worlds(recovered_.state))),
      core_(std::move(recovered_.state), std::move(world_), limits),
      protector_(kBroker, machine.keys, entropy_, recovered_.head),
      appender_(hooks.engine(engine_), protector_, entropy_) {}

void BrokerProcess::step(broker::Input input, Instant now) {
  hooks_.input(input);
  broker::Output out;
  core_.step(std::move(input), now, out);
  hooks_.output(out);
  for (auto& effect : hooks_.early(out)) early_.push_back({std::move(effect), core_.state().applied});
  needs_.insert(needs_.end(), out.effects.size(), core_.state().applied);
  appender_.take(std::move(out));
}

void BrokerProcess::fetch(const broker::Fetch& fetch, Instant now) {
  broker::Fetched fetched;
  for (const Sequence sequence : fetch.sequences) {
    auto material = broker::read_material(engine_, kBroker, machine_.keys, sequence);
    if (!material) stop("an accepted event cannot be read back", material.error());
    fetched.found.emplace_back(sequence, *std::move(material));
  }
  read_back_ += fetched.found.size();
  step(std::move(fetched), now);
}

Result<std::vector<Released>> BrokerProcess::pump(Instant now) {
  std::vector<Released> out = std::move(early_);
  early_.clear();
  engine_.tick();
  TRY(auto effects, appender_.pump(Milliseconds(0)));
  hooks_.released(effects);
  for (auto& effect : effects) {
    INVARIANT(!needs_.empty(), "an effect is released once");
    const Sequence needs = needs_.front();
    needs_.pop_front();
    if (const auto* wanted = std::get_if<broker::Fetch>(&effect)) {
      fetch(*wanted, now);
      continue;
    }
    out.push_back({std::move(effect), needs});
  }
  return out;
}

std::vector<broker::Effect> BrokerProcess::settle(Instant now) {
  std::vector<broker::Effect> effects;
  do {
    auto released = pump(now);
    if (!released) stop("the store failed", released.error());
    for (auto& one : *released) effects.push_back(std::move(one.effect));
  } while (!appender_.idle() || !early_.empty());
  return effects;
}

bool BrokerProcess::snapshot() {
  const Sequence applied = core_.state().applied;
  if (applied == 0 || applied != appender_.durable().sequence) return false;
  auto sealed = broker::seal_snapshot(core_.state(), kBroker, machine_.keys, entropy_);
  if (!sealed) stop("no snapshot", sealed.error());
  return engine_.put_snapshot(applied, *std::move(sealed)).has_value();
}

void BrokerProcess::crash() {
  engine_.crash();
  hooks_.crashed(machine_);
}

}  // namespace concordat::test
