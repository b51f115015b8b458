// A case and what happens to it: filing, recalls, time that passes, messages on their way, people's steps. Pure: state in, state and
// effects out; whoever calls commits both in one transaction before anything leaves. README.md has the states of one telling.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/notify/filed.h"
#include "adapters/notify/rules.h"
#include "adapters/notify/service.h"
#include "proto/wire/session.h"

namespace concordat::notify {

/// Whom progress names when no person did it.
inline constexpr std::string_view kProgram = "concordat-notify";

/// What follows from a change of a case, beside the case itself.
struct Effects {
  std::vector<wire::Progress> progress;
  std::set<EventId> tasks;                       ///< Whose document is to be written, or put away.
  struct Line {
    bool alarm = false;
    std::string what;
    EventId event;
    std::string why;
  };
  std::vector<Line> lines;
  std::map<std::string, std::uint64_t> counted;  ///< No personal data.
};

class Book {
 public:
  Book(Case& one, const Rules& rules, Effects& out) : case_(one), rules_(rules), out_(out) {}

  void file(const Filed& filed, Instant now);
  /// `place`: in the log; 0 is whatever the place.
  void recall(const EventId& event, Sequence place, Instant now);
  /// A person's step on a task. Refused (E-PROGRESS) if there is no task, or it was declined without a reason.
  Result<int> step(const EventId& event, contract::ProgressState state, const std::string& person, const std::string& reason, Instant now);
  /// Time has passed: waits that ended, deadlines that are near, posts of a process that is gone.
  void look(Instant now);
  /// When to look again; nothing while nothing is open.
  std::optional<Instant> next() const;

  /// The next message that is due, with every piece of news that it tells, its intent recorded. Null: none is. `room` says whether
  /// one more may go to an address today.
  Message* begin(Instant now, const std::string& reference, const std::function<bool(const std::string& to)>& room);
  void answered(const std::string& reference, const Answer& answer, Instant now);
  void looked_up(const std::string& reference, const Looked& looked, Instant now);
  /// A delivery receipt, by callback or by polling; unknown and repeated ones change nothing.
  void receipt(const std::string& reference, const std::string& id, const std::string& status, Instant now);
  /// A message to be looked up or polled now. Null: none is.
  Message* to_look_up(Instant now);

 private:
  void file_source(const Filed& filed, Instant now);
  void file_telling(const Filed& filed, Instant now);
  void follow(Telling& earlier, Telling telling, Instant now);
  void undo(Telling telling, Instant now);
  void add(Telling telling, Instant now);
  bool is_past(const Filed& filed) const;
  void reconsider(Instant now);
  void plan(Telling& telling, Instant now);
  void to_person(Telling& telling, const std::string& why, Instant now);
  void close(Telling& telling, State state, const std::string& why, Instant now);
  void say(const Telling& telling, contract::ProgressState state, std::string_view person, const std::string& reason, Instant now);
  bool was_told(const Telling& telling) const;
  Telling* resting_on(const Telling& from) const;
  void hand_on(const Telling& from, const std::string& why, Instant now);
  void line(bool alarm, std::string what, const EventId& event, std::string why);
  void look_at(Telling& telling, Instant now);
  std::optional<Instant> next_of(const Telling& telling) const;
  void accepted(Message& message, const std::string& id, Instant now);
  void not_sent(Message& message, Instant now);
  void give_up(Message& message, Instant now);
  void failed(Message& message, const std::string& why, Instant now);
  template <class Do>
  void each_in(const Message& message, Do&& what) {
    for (Telling& each : case_.tellings) {
      if (each.reference == message.reference) what(each);
    }
  }
  void trim();

  Case& case_;
  const Rules& rules_;
  Effects& out_;
};

}  // namespace concordat::notify
