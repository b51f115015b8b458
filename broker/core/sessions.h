// Sessions: who is connected, with what credit. Volatile: nothing here outlives the process or decides what anybody may open.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "broker/core/input.h"
#include "proto/base/ids.h"
#include "proto/base/time.h"

namespace concordat::broker {

struct Session {
  SessionId id = 0;
  std::string client;
  PartyNumber party;
  std::string adapter;              ///< Empty: publishes nothing.
  OutboxEpoch outbox_epoch;
  std::uint64_t expected = 0;       ///< Next outbox sequence.
  std::uint32_t epoch = 0;          ///< Session epoch: session keys are of it.
  std::vector<DeskNumber> desks;
  wire::Hello hello;                ///< What it was welcomed with: checked again whenever the directory changes.
};

/// A desk that is being read. One session reads a desk; a newer one takes it over.
struct Reading {
  SessionId session = 0;
  std::uint32_t key = 0;            ///< Which of the desk's keys the session holds.
  std::uint32_t messages = 0;       ///< Credit left.
  std::uint64_t bytes = 0;
};

/// Refusals of a client in the current interval: the first few are records whole, then one that counts.
struct RefusalCount {
  Instant from;
  std::uint32_t whole = 0;
  std::uint32_t counted = 0;
};
inline constexpr std::uint32_t kRefusalsWhole = 20;
inline constexpr Milliseconds kRefusalInterval = std::chrono::minutes(1);

/// Progress as it was said: the same words are the same act.
struct Said {
  EventId event;
  std::uint8_t state = 0;
  std::string person;
  Instant at;
  friend auto operator<=>(const Said&, const Said&) = default;
};
inline constexpr std::size_t kSaidMax = 4096;  ///< Of a desk; then it is forgotten, and what is repeated is recorded twice.

/// Troubles of an adapter and code come no closer than this: what comes sooner says nothing new.
inline constexpr Milliseconds kTroubleInterval = std::chrono::minutes(5);

struct Sessions {
  std::map<SessionId, Session> open;
  std::map<DeskNumber, Reading> reading;
  std::map<std::string, RefusalCount> refusals;  ///< By client; clients are in the directory, so this is bounded.
  std::map<std::pair<std::string, std::string>, Instant> troubles;  ///< By adapter and code, of a closed list: when one was recorded last.
  std::map<DeskNumber, std::set<Said>> said;     ///< Lately: what a desk says again, because it never heard an answer, is no news.

  Session* find(SessionId id) {
    const auto found = open.find(id);
    return found == open.end() ? nullptr : &found->second;
  }
  /// The session that publishes for an adapter; null if none is open.
  const Session* of_adapter(const std::string& adapter) const {
    for (const auto& [id, session] : open) {
      if (session.adapter == adapter) return &session;
    }
    return nullptr;
  }
};

}  // namespace concordat::broker
