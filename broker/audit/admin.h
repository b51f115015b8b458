// audit: what an operator may ask of a running broker, answered from state and log. Nothing here opens content, names a person
// of a case or gives a token: places, codes, counts, desks and clauses only. DESIGN 4.15.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "broker/admin/server.h"
#include "broker/append/protect.h"
#include "broker/step.h"
#include "broker/store/engine.h"
#include "broker/world.h"

namespace concordat::broker {

/// What the answers are made from. All outlive it.
struct AdminParts {
  const store::Log& log;
  BucketKeys& keys;
  std::string broker;
  std::string checkpoint;                 ///< Path of the file outside the log.
  WorldParts world;
  std::function<std::string()> metrics;   ///< Text of all counters.
};

/// Answers one question on the core's thread. Commands put the inputs that carry them out into `inputs`; their answer waits
/// for the log with them.
///   status | log show {from, count} | event explain {event, for} | mailbox list | mailbox parked {desk} |
///   mailbox retry {desk, delivery} | directory adopt {bundle: hex} | agreement adopt {file, signatures} | agreement list |
///   store check
/// E-USAGE for other words, E-NOT-FOUND, and whatever adoption refuses with.
Result<text::Json> administer(const Core& core, const admin::Asked& asked, const AdminParts& parts, std::vector<Input>& inputs);

/// Names of record types as operators read them: "event accepted".
std::string_view name_of(wire::RecordType type);

}  // namespace concordat::broker
