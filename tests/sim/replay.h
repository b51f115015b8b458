// The log once more: applied record by record as it becomes durable, in a state that no crash touches. What the live state and every
// recovery are compared with.
#pragma once

#include <string>

#include "broker/core/state.h"
#include "tests/support/broker_process.h"

namespace concordat::sim {

class Replay {
 public:
  /// Takes the records that came since. Empty, or what is wrong with them.
  std::string catch_up(const store::MemoryDisk& disk, broker::BucketKeys& keys);
  /// The state after all of them; equal states have equal bytes.
  const Bytes& bytes();

 private:
  broker::State state_;
  Bytes bytes_;
  Sequence encoded_ = store::kSequenceMax;  // what bytes_ are of
};

}  // namespace concordat::sim
