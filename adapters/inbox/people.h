// What people do with an event: read, accept, decline, act. Each is queued durably for the running inbox, which tells the broker.
// Somebody who declared a conflict with a person in the event is refused, and the refusal is recorded.
#pragma once

#include <string>
#include <vector>

#include "adapters/sdk/keep/keep.h"
#include "adapters/sdk/read/json.h"
#include "proto/contract/vocabulary.h"
#include "proto/wire/session.h"

namespace concordat::inbox {

/// Somebody of the desk, and the people whose events they must not see.
struct Declared {
  std::string person;
  struct With {
    std::string family_name;    ///< Obligatory.
    std::string given_name;     ///< Empty: any.
    std::string born;           ///< "1990-02-17", "1990" or empty: any.
  };
  std::vector<With> with;
};

/// The conflict list, a YAML file:  conflicts: [{person: n.shaw, with: [{family_name: Owens, given_name: Dean, born: 1990-02-17}]}]
Result<std::vector<Declared>> read_conflicts(const std::string& file);

/// True if a person of the document may be one with whom `person` declared a conflict. What is not known does not clear:
/// a family name alone is enough where nothing contradicts it.
bool conflicts(const std::vector<Declared>& list, std::string_view person, const read::Json& document);

/// What somebody did.
struct Step {
  std::string word;     ///< "read", "accept", "decline", "act".
  std::string event;    ///< 32 hexadecimal digits.
  std::string person;
  std::string reason;
};

/// Queues it and gives the document's text back. E-NOT-FOUND: no such event here. E-DECLARED-CONFLICT: recorded first.
/// E-PROGRESS: not read yet, or declined without a reason. E-USAGE.
Result<std::string> take_step(const Step& step, const std::string& folder, const std::vector<Declared>& list, keep::Keep& keep, Instant now);

inline constexpr std::string_view kConflictQueue = "declared_conflicts";

}  // namespace concordat::inbox
