// One desk's mailbox: what waits, what is leased, what is parked; lanes, order, back-off. DESIGN 4.7.
//
//              put                    lease                      close (acknowledged)
//   (decided) ─────▶ waiting ───────────────────▶ leased ───────────────────────────────▶ gone
//                      ▲  ▲                         │ expiry, session ends
//                      │  └── resting (back-off) ◀──┘        after kAttemptsMax
//                      │          retry                ─────────────────────▶ parked
//                      └────────────────────────────────────────────────────────┘
//
// Invariants: (1) every entry is in exactly one of waiting, held back, resting, leased, parked; (2) first offers of one lane
// leave in delivery order, but for what (3) holds back; (3) an entry whose predecessor (the revision before, or a parked one of its
// event) is still here is held back, and blocks nothing else meanwhile; (4) urgent is always offered before routine, routine before
// bulk.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "proto/base/ids.h"
#include "proto/base/time.h"

namespace concordat::broker {

inline constexpr std::size_t kLanes = 3;
inline constexpr std::uint8_t kAttemptsMax = 8;
inline constexpr std::uint8_t kLostBeforeAlone = 2;
inline constexpr Milliseconds kLease{30'000};
inline constexpr Milliseconds kBackOffFirst{1'000};  ///< Doubles with each attempt, to at most kBackOffMax.
inline constexpr Milliseconds kBackOffMax{300'000};

/// A delivery that nobody has acknowledged yet. Durable: made by apply from the log.
struct MailboxEntry {
  Sequence sequence = 0;         ///< Of the event.
  std::uint8_t lane = 2;         ///< policy::Lane.
  bool handed = false;           ///< It may have gone: a HandedOver record names it.
  bool parked = false;
  std::uint64_t after = 0;       ///< Delivery that must be closed first; 0: none.
  std::uint32_t bytes = 0;       ///< For credit.
  template <class V> void fields(V& visit) { visit(sequence, lane, handed, parked, after, bytes); }
};

class Mailbox {
 public:
  // ---- durable changes, called by apply --------------------------------------------------------------------------
  std::uint64_t next_delivery() const { return next_; }
  void put(std::uint64_t delivery, const MailboxEntry& entry);
  void mark_handed(std::uint64_t delivery);
  /// Acknowledged, replaced or erased. False if it is not here (an acknowledgement said twice).
  bool close(std::uint64_t delivery);
  void park(std::uint64_t delivery);
  void retry(std::uint64_t delivery);

  // ---- of the session, forgotten at restart ----------------------------------------------------------------------
  /// Next deliveries to offer, best lane first, at most `messages` and `bytes` (always at least one if any waits and
  /// messages > 0). Does not change anything.
  std::vector<std::uint64_t> next(std::size_t messages, std::size_t bytes) const;
  /// Takes a waiting delivery out under a lease; gives its attempt number, from 1.
  std::uint8_t lease(std::uint64_t delivery, Instant until);
  /// Expired leases rest; rested ones wait again. Gives what was tried kAttemptsMax times: the caller records that it is parked.
  std::vector<std::uint64_t> pass_time(Instant now);
  /// The session ended, and what was leased may be why: what it was the first to lose waits again at once, anything else rests first.
  /// What was lost kLostBeforeAlone times is offered alone from then on, so that it takes nothing else down with it. Gives what
  /// is to be parked, as pass_time does.
  std::vector<std::uint64_t> release_all(Instant now);
  std::optional<Instant> next_event() const;

  const MailboxEntry* find(std::uint64_t delivery) const;
  /// Delivery of an event that waits here and was never handed over; what a correction replaces.
  std::optional<std::uint64_t> unhanded(Sequence sequence) const;
  std::optional<std::uint64_t> open_delivery(Sequence sequence) const;
  std::vector<std::uint64_t> parked() const;
  std::size_t size() const { return entries_.size(); }
  std::size_t waiting() const;
  bool anything_waits() const;
  /// State as one line of text, for tests: "ready 0 1 2 | leased | resting | held | parked".
  std::string line() const;

  /// For the snapshot: durable parts only. Call restore() after decoding, never after encoding.
  template <class V>
  void fields(V& visit) {
    visit(next_, entries_);
  }
  /// From the durable parts alone: whatever was leased or rested waits.
  void restore();

 private:
  void wait(std::uint64_t delivery, const MailboxEntry& entry);
  void forget(std::uint64_t delivery, const MailboxEntry& entry);
  /// After a try that came to nothing: gives true if it was the last.
  bool rest(std::uint64_t delivery, std::uint8_t attempt, Instant now);
  bool alone(std::uint64_t delivery) const;

  std::uint64_t next_ = 1;
  std::map<std::uint64_t, MailboxEntry> entries_;
  std::map<Sequence, std::uint64_t> by_event_;

  struct Lease {
    Instant until;
    std::uint8_t attempt = 0;
  };
  std::array<std::set<std::uint64_t>, kLanes> ready_;
  std::multimap<std::uint64_t, std::uint64_t> held_;  // by the delivery that must be closed first
  std::map<std::uint64_t, Lease> leased_;
  std::set<std::pair<Instant, std::uint64_t>> timers_;  // of leases and rests
  std::map<std::uint64_t, Instant> resting_;
  std::map<std::uint64_t, std::uint8_t> attempts_;
  std::map<std::uint64_t, std::uint8_t> lost_;  // sessions that ended while it was leased
};

}  // namespace concordat::broker
