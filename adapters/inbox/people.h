// What people do with an event: read, accept, decline, act. Each is queued durably for the running inbox, which tells the broker.
// Somebody who declared a conflict with a person in the event is refused, and the refusal is recorded.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "adapters/sdk/keep/keep.h"
#include "adapters/sdk/read/json.h"
#include "adapters/sdk/read/when.h"
#include "proto/contract/vocabulary.h"
#include "proto/observe/log.h"
#include "proto/wire/session.h"

namespace concordat::inbox {

/// Somebody of the desk, and the people whose events they must not see.
struct Declared {
  std::string person;
  struct With {
    std::string family_name;    ///< Obligatory.
    std::string given_name;     ///< Empty: any.
    read::Date born;            ///< As far as it is known; year 0: any.
  };
  std::vector<With> with;
};

/// The conflict list, a YAML file:  conflicts: [{person: n.shaw, with: [{family_name: Owens, given_name: Dean, born: 1990-02-17}]}]
/// E-CONFIG with its place if `with` is empty, a name has no letter or `born` is no date: what cannot be compared would clear everybody.
Result<std::vector<Declared>> read_conflicts(const std::string& file);

/// True if a person of the document may be one with whom `person` declared a conflict, under their name or an alias. Names of
/// staff are compared without case, dots, marks, order and what stands in brackets, an initial stands for every name that it begins, and
/// whose every part is in the other's may be the same: who shares a name with somebody says a staff number. Names of people part by part, without case, accents and hyphens: one
/// part in common is enough, and an initial stands for every name that it begins. What is not known does not clear: a family
/// name alone is enough where nothing contradicts it, and of somebody without a name a birth date that agrees.
bool conflicts(const std::vector<Declared>& list, std::string_view person, const read::Json& document);

/// What somebody did.
struct Step {
  std::string word;     ///< "read", "accept", "decline", "act".
  std::string event;    ///< 32 hexadecimal digits.
  std::string person;
  std::string reason;
};

/// Shows a document to the person; an error means that they have not seen it.
using Show = std::function<Result<int>(std::string_view text)>;

/// Queues it and gives the document's text back; one who reads is shown it first, so that nothing counts as read that nobody could
/// see. E-NOT-FOUND: no such event here. E-DECLARED-CONFLICT: recorded first. E-PROGRESS: not read yet, declined without a reason
/// or after somebody has acted. E-USAGE.
Result<std::string> take_step(const Step& step, const std::string& folder, const std::vector<Declared>& list, keep::Keep& keep, Instant now,
                              const Show& show = {});

/// Refusals of declared conflicts wait here for the running inbox, which says them in its log. At most this many: refusing goes on
/// when nobody takes them, and the counter has them all.
inline constexpr std::string_view kConflictQueue = "declared_conflicts";
inline constexpr std::uint64_t kConflictsWaitingMax = 1'000;
Result<int> report_conflicts(keep::Keep& keep, observe::Log& log);

}  // namespace concordat::inbox
