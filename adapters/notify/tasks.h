// Tasks for people: what is told by a person stands as one JSON document in a folder until somebody has done it, and says so.
#pragma once

#include <functional>
#include <string>

#include "adapters/notify/rules.h"
#include "adapters/sdk/keep/keep.h"

namespace concordat::notify {

inline constexpr std::string_view kTaskQueue = "task_documents";  ///< Documents to write or put away.
inline constexpr std::string_view kStepQueue = "task_steps";      ///< What people did, for the running program.

/// Everything that somebody who rings needs, and why it is not sent.
std::string task_document(const Case& one, const Telling& telling, const Rules& rules);

struct Step {
  std::string word;     ///< "read", "accept", "decline", "act".
  std::string event;    ///< 32 hexadecimal digits, the name of the task's file.
  std::string person;
  std::string reason;
};
using Show = std::function<Result<int>(std::string_view text)>;

/// Takes down what somebody did with a task. E-NOT-FOUND: no such task is open. E-PROGRESS: not read yet, declined without a
/// reason. E-USAGE. One who reads is shown the document first: an error means that they have not seen it.
Result<int> take_step(const Step& step, const std::string& folder, keep::Keep& keep, Instant now, const Show& show = {});

}  // namespace concordat::notify
