// Everything the broker remembers, as one value: computed from the log alone, kept in memory, snapshot sealed. DESIGN 4.4.
// Changed by apply/ and nothing else; read by every stage. What belongs to a session (credit, leases) is not here.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "broker/core/cases.h"
#include "broker/core/mailbox.h"
#include "broker/core/people.h"
#include "proto/base/ids.h"
#include "proto/base/time.h"

namespace concordat::broker {

/// How far one desk has come with one event.
struct Told {
  DeskNumber desk;
  std::uint64_t delivery = 0;
  std::uint8_t progress = 1;              ///< contract::ProgressState; Offered from the decision on.
  bool handed = false;                    ///< It may have gone.
  bool rejected = false;                  ///< The desk could not open it.
  bool escalated = false;                 ///< Told because another desk missed its deadline.
  bool fallback = false;                  ///< Told because nobody else serves the area.
  bool later = false;                     ///< Told when the event was decided again: the first answer does not speak of it.
  bool tell_sender = false;
  std::uint8_t lane = 2;                  ///< policy::Lane: a correction never takes a slower one.
  std::uint64_t granted = 0;              ///< Labels by bit, as decided; a later decision can only narrow it.
  std::uint64_t facts = 0;                ///< Released facts by bit; the same.
  std::vector<DeskNumber> then;           ///< Escalation chain that is left.
  std::uint32_t unread_minutes = 0;       ///< That the decision was made with, if escalated.
  DeskNumber missed_by;
  Instant read_by;                        ///< Epoch 0: no deadline, or met, or already escalated.
  Instant act_by;
  template <class V>
  void fields(V& visit) {
    visit(desk, delivery, progress, handed, rejected, escalated, fallback, later, tell_sender, lane, granted, facts, then, unread_minutes, missed_by, read_by, act_by);
  }
};

/// One accepted event.
struct EventEntry {
  EventId event;
  Digest digest;
  PartyNumber source;
  std::uint16_t adapter = 0;              ///< Index into State::adapters.
  std::uint32_t revision = 0;
  Sequence batch = 0;
  Sequence corrects = 0;                  ///< The revision before; 0: this is the first.
  Sequence corrected_by = 0;              ///< The next revision; 0: this is the newest.
  std::uint32_t delivery_bytes = 0;       ///< About what a delivery of it takes, for credit.
  Instant accepted;
  bool withdrawn = false;
  bool joined = false;                    ///< To a registration, by its kind: its sender hears nothing of who was told.
  std::vector<Told> told;                 ///< In the order they were told.
  template <class V>
  void fields(V& visit) {
    visit(event, digest, source, adapter, revision, batch, corrects, corrected_by, delivery_bytes, accepted, withdrawn, joined, told);
  }

  Told* find(DeskNumber desk);
  const Told* find(DeskNumber desk) const;
};

/// A deadline that is running.
struct Deadline {
  Instant due;
  Sequence sequence = 0;
  DeskNumber desk;
  bool act = false;
  friend auto operator<=>(const Deadline&, const Deadline&) = default;
};

/// An agreement in force, as adopted.
struct InForceEntry {
  std::uint32_t version = 0;
  Digest digest;
  Bytes file;
  Bytes signatures;
  template <class V> void fields(V& visit) { visit(version, digest, file, signatures); }
};

/// An alarm that its addressee may not have heard yet: said again at each session for kAlarmMemory.
struct AlarmEntry {
  Instant at;
  std::string code;
  EventId event;
  std::string adapter;
  DeskNumber desk;
  std::string text;
  template <class V> void fields(V& visit) { visit(at, code, event, adapter, desk, text); }
};
inline constexpr Milliseconds kAlarmMemory = std::chrono::hours(24);
inline constexpr std::size_t kAlarmsMax = 10'000;  ///< The oldest go first; the log keeps them all.
inline constexpr std::size_t kAlarmsAgainMax = 256;  ///< That one session hears again.

class State {
 public:
  Sequence applied = 0;                   ///< The last record in this state.
  Instant now;                            ///< The newest record's time: time never goes back.
  std::uint64_t directory_version = 0;
  Digest directory_digest;
  Bytes directory_bundle;
  std::map<std::string, InForceEntry> agreements;
  std::map<DeskNumber, Mailbox> mailboxes;
  People people;
  Cases cases;
  std::vector<std::string> adapters;
  std::map<std::pair<std::string, OutboxEpoch>, std::uint64_t> next_outbox;  ///< By adapter and epoch: the next sequence expected.
  std::map<std::uint64_t, AlarmEntry> alarms;                                ///< By sequence of the record.

  const EventEntry* event(Sequence sequence) const;
  EventEntry* event(Sequence sequence);
  /// Sequence of an accepted event; 0 if there is none. An id stands once, whoever sent it: recipients know an event by its id alone.
  Sequence find(const EventId& event) const;
  /// Sequence of the accepted event with that digest; 0 if there is none.
  Sequence find(const Digest& digest) const;
  /// When the first revision of what that record corrects, or of its own event, was accepted; `otherwise` if there is none (0).
  Instant first_accepted(Sequence sequence, Instant otherwise) const;
  void insert(Sequence sequence, EventEntry entry);
  std::size_t events() const { return events_.size(); }

  std::uint16_t adapter_index(const std::string& name);
  void start_deadlines(Sequence sequence, const Told& told);
  void stop_deadline(Sequence sequence, Told& told, bool act);
  const std::set<Deadline>& deadlines() const { return deadlines_; }

  /// One line of figures, equal for equal states: what replays are compared by, with digest_bytes().
  std::string line() const;
  /// Canonical bytes of the whole state: equal states have equal bytes. Also the snapshot.
  Bytes encode() const;
  static Result<State> decode(ByteView bytes);

  template <class V>
  void fields(V& visit) {
    visit(applied, now, directory_version, directory_digest, directory_bundle, agreements, mailboxes, people, cases, adapters, next_outbox, alarms, events_);
  }

 private:
  void rebuild();

  std::map<Sequence, EventEntry> events_;
  std::unordered_map<EventId, Sequence, UniformHash> by_id_;
  std::unordered_map<Digest, Sequence, UniformHash> by_digest_;
  std::set<Deadline> deadlines_;
};

}  // namespace concordat::broker
