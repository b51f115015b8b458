// The log once more: see replay.h.
#include "tests/sim/replay.h"

#include "broker/apply/apply.h"

namespace concordat::sim {

std::string Replay::catch_up(const store::MemoryDisk& disk, broker::BucketKeys& keys) {
  if (disk.rows.size() < state_.applied) return "the log has become shorter";
  while (state_.applied < disk.rows.size()) {
    const auto opened = broker::open_row({disk.rows[state_.applied], false}, test::kBroker, keys);
    if (!opened) return "record " + std::to_string(state_.applied + 1) + " does not open";
    const wire::Stub& stub = opened->stub;
    if (stub.sequence != state_.applied + 1) return "record " + std::to_string(state_.applied + 1) + " is out of place";
    if (!broker::apply(state_, {stub.sequence, stub.time, stub.event, stub.event_digest}, opened->body)) {
      return "record " + std::to_string(stub.sequence) + " does not apply";
    }
  }
  return {};
}

const Bytes& Replay::bytes() {
  if (encoded_ != state_.applied) bytes_ = state_.encode();
  encoded_ = state_.applied;
  return bytes_;
}

}  // namespace concordat::sim
