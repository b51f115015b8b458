// audit: what an operator may ask of a running broker, answered from state and log. Nothing here opens content, names a person
// of a case or gives a token: places, codes, counts, desks and clauses only. DESIGN 4.15.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "broker/admin/server.h"
#include "broker/append/protect.h"
#include "broker/audit/check.h"
#include "broker/step.h"
#include "broker/store/engine.h"
#include "broker/world.h"
#include "proto/base/time.h"

namespace concordat::broker {

/// Which questions were recorded lately: the same words of the same operator are one record in ten minutes, so that a tool which
/// asks again and again does not fill the log.
class AskedLately {
 public:
  static constexpr Milliseconds kOnceIn = std::chrono::minutes(10);
  static constexpr std::size_t kRemembered = 4096;
  /// Whether this one is to be recorded; then it is remembered.
  bool is_new(const std::string& by, const std::string& question, Instant now);

 private:
  std::map<std::pair<std::string, std::string>, Instant> at_;
};

/// What the answers are made from. All outlive it.
struct AdminParts {
  const store::Engine& log;
  BucketKeys& keys;
  std::function<std::unique_ptr<BucketKeys>()> copy_of_keys;      ///< For reading on another thread.
  std::string broker;
  std::string checkpoint;                                         ///< Path of the file outside the log.
  WorldParts world;
  std::function<Result<int>(const directory::Directory&)> names_us;  ///< Whether a directory's broker is this one, with these keys.
  std::function<std::string()> metrics;                           ///< Text of all counters.
  Clock& clock;
  StoreCheck& check;
  AskedLately& asked;
};

/// What takes long is answered by the thread that asked, from a view of the log, when the log has taken what the question wrote.
using Later = std::function<Result<text::Json>()>;
struct Answered {
  text::Json now;
  Later later;                            ///< Instead of `now`, if it is given.
};

/// Answers one question on the core's thread. Commands put the inputs that carry them out into `inputs`; their answer waits
/// for the log with them. So do questions about an event, a desk's parked deliveries or the records of the log, which are recorded
/// (DESIGN 4.15); what tells figures alone (status, mailbox list, agreement list, how far a check is) writes nothing and is
/// answered even where the log takes nothing.
///   status | log show {from, count} | event explain {event, for} | mailbox list | mailbox parked {desk} |
///   mailbox retry {desk, delivery} | directory adopt {bundle: hex} | agreement adopt {file, signatures} | agreement list |
///   store check {begin}
/// A desk is PARTY/DESK or its number. E-USAGE for other words, E-NOT-FOUND, and whatever adoption refuses with.
Result<Answered> administer(const Core& core, const admin::Asked& asked, const AdminParts& parts, std::vector<Input>& inputs);

/// Names of record types as operators read them: "event accepted".
std::string_view name_of(wire::RecordType type);

}  // namespace concordat::broker
