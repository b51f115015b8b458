// What happened in a run, counted: in a run in which nothing happens everything holds, and the counts are there to show it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace concordat::sim {

/// In the order of kNames. Of the log, then of the store and the process, then of network and clients.
enum class Happening : std::uint8_t {
  Records, Batches, Events, Corrections, Withdrawals, Replaced, Refusals, HandOvers, HandedAgain, Narrowed, Acknowledged, Rejected, Progress, Missed,
  Escalated, Reconsidered, Doubted, Parked, Withheld, Ended, Retried, Alarms, AgreementsAdopted, DirectoriesAdopted, ClockJumps,
  Crashes, CrashesUnderWay, GroupsLost, GroupsTorn, GroupsKept, FromSnapshot, Replayed, Unknown, Twice, Fenced, Failed, Full, ReadBack,
  Lost, Repeated, Broken, Sessions, AdapterCrashes, Duplicates,
  kCount
};
inline constexpr std::size_t kHappenings = static_cast<std::size_t>(Happening::kCount);

inline constexpr std::array<std::string_view, kHappenings> kNames = {
    "records in the log", "batches taken", "events accepted", "corrections", "withdrawals", "deliveries replaced before they left", "events refused",
    "deliveries handed over", "handed over again", "narrowed at hand-over", "acknowledged", "rejected by a desk", "progress made", "deadlines missed",
    "desks told by escalation", "events decided again for a registration", "events told to one and another's since", "parked", "parked because no clause allows it", "withheld because somebody ended it", "parked and tried again", "alarms", "agreements adopted",
    "directories adopted", "clock jumps",
    "crashes of the broker", "crashes with a group under way", "groups lost in a crash", "groups torn in a crash", "groups kept and not answered",
    "starts from a snapshot", "records replayed at starts", "answers Unknown", "answers given twice", "answers Fenced", "answers Failed",
    "appends to a full disk", "events read back", "messages lost", "messages repeated", "connections broken", "sessions", "crashes of an adapter",
    "duplicates answered"};

class Counts {
 public:
  void add(Happening what, std::uint64_t times = 1) { of_[static_cast<std::size_t>(what)] += times; }
  std::uint64_t operator[](Happening what) const { return of_[static_cast<std::size_t>(what)]; }
  std::uint64_t at(std::size_t index) const { return of_[index]; }

 private:
  std::array<std::uint64_t, kHappenings> of_{};
};

}  // namespace concordat::sim
