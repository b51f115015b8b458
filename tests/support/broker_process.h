// A broker as one object for tests: the core, the appender and an engine in memory, wired as broker/loop_core.cc wires them, without
// threads or sockets. What lasts beyond a crash is in a Machine.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "broker/append/appender.h"
#include "broker/append/recover.h"
#include "broker/step.h"
#include "broker/store/memory_engine.h"
#include "tests/support/cast.h"

namespace concordat::test {

/// What is still there when the process is gone.
struct Machine {
  explicit Machine(std::uint64_t seed) : keys(seed) {}
  store::MemoryDisk disk;
  MemoryKeys keys;
  std::optional<wire::LogMark> checkpoint;  ///< The mark kept outside the store.
};

/// Where a test may change what the process does: nothing here is in the broker itself. The default changes nothing.
class Hooks {
 public:
  virtual ~Hooks() = default;
  /// The engine that the appender works with; `engine` outlives it.
  virtual store::Engine& engine(store::Engine& engine) { return engine; }
  /// The state that recovery gave, before the core gets it.
  virtual void recovered(broker::State&, const store::Log&, broker::BucketKeys&) {}
  /// The process has just died.
  virtual void crashed(Machine&) {}
  virtual broker::World world(broker::World world) { return world; }
  virtual void input(broker::Input&) {}
  /// What a step put out, before the appender has it.
  virtual void output(broker::Output&) {}
  /// Effects to let go at once, before their records are durable; they are taken out of `out`.
  virtual std::vector<broker::Effect> early(broker::Output&) { return {}; }
  virtual void released(std::vector<broker::Effect>&) {}
};

/// An effect that was released, and the last record that must be durable before it.
struct Released {
  broker::Effect effect;
  Sequence needs = 0;
};

class BrokerProcess {
 public:
  /// From the bytes that the log adopted to the world: the tests' build_world.
  using Worlds = std::function<broker::World(const broker::State&)>;

  /// Opens the store and recovers; aborts if the log is not whole. `seed` is of its randomness, different for every start.
  BrokerProcess(Machine& machine, store::Behaviour& behaviour, Hooks& hooks, std::uint64_t seed, const Worlds& worlds, broker::CoreLimits limits = {});

  /// Steps an input; what it gives waits in the appender.
  void step(broker::Input input, Instant now);
  /// One round of group commit: the disk gets a little further, and effects that may happen come out. Fetches are answered here. An error
  /// is final.
  Result<std::vector<Released>> pump(Instant now);
  /// Until nothing is under way: for tests without faults.
  std::vector<broker::Effect> settle(Instant now);
  /// Takes a snapshot if everything decided is durable. False if not.
  bool snapshot();
  void crash();

  /// What recovery gave, as bytes, before the hooks saw it.
  const Bytes& recovered_bytes() const { return recovered_bytes_; }
  const broker::Core& core() const { return core_; }
  store::MemoryEngine& engine() { return engine_; }
  const broker::Appender& appender() const { return appender_; }
  /// How it was recovered; the state itself is the core's by now.
  const broker::Recovered& recovered() const { return recovered_; }
  std::size_t read_back() const { return read_back_; }

 private:
  broker::Recovered recover_or_abort();
  void fetch(const broker::Fetch& fetch, Instant now);

  Machine& machine_;
  Hooks& hooks_;
  DiceEntropy entropy_;
  store::MemoryEngine engine_;
  Bytes recovered_bytes_;
  broker::Recovered recovered_;
  broker::World world_;  // only until the core has it
  broker::Core core_;
  broker::Protector protector_;
  broker::Appender appender_;
  std::deque<Sequence> needs_;  // of the effects that the appender holds, kept apart from it
  std::vector<Released> early_;
  std::size_t read_back_ = 0;
};

}  // namespace concordat::test
