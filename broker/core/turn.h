// A turn: what the stages share while one input is stepped through them. Records are decided, numbered and applied here.
#pragma once

#include <map>
#include <set>

#include "broker/core/input.h"
#include "broker/core/sessions.h"
#include "broker/core/state.h"

namespace concordat::broker {

/// Events that were accepted lately or fetched back, bounded by bytes: hand-over and escalation find their bodies here.
class MaterialCache {
 public:
  explicit MaterialCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  void put(MaterialPtr material);
  /// What was read back, by sequence; without material where it was destroyed. Stays whatever its size until the next read-back, so that
  /// what was asked for together is there together.
  void put_fetched(std::vector<std::pair<Sequence, MaterialPtr>> found);
  /// Null if it is not here.
  MaterialPtr find(Sequence sequence) const;
  /// Its secret is wiped with the last who holds it.
  void forget(Sequence sequence);
  /// Whether an event's content was destroyed, so that nobody waits for it.
  bool gone(Sequence sequence) const { return gone_.contains(sequence); }

 private:
  void drop(Sequence sequence);

  struct Held {
    MaterialPtr material;
    std::uint64_t age = 0;
  };
  std::map<Sequence, Held> by_sequence_;
  std::map<Sequence, MaterialPtr> fetched_;
  std::map<std::uint64_t, Sequence> by_age_;
  std::set<Sequence> gone_;
  std::uint64_t age_ = 0;
  std::size_t bytes_ = 0;
  const std::size_t bytes_max_;
};

class Turn {
 public:
  Turn(State& of_state, World& of_world, Sessions& of_sessions, MaterialCache& cache, std::set<Sequence>& wanted, Instant at, Output& out)
      : state(of_state), world(of_world), sessions(of_sessions), now(at), cache_(cache), wanted_(wanted), out_(out) {}

  State& state;
  World& world;
  Sessions& sessions;
  const Instant now;

  /// Decides a record: numbers it, applies it, and puts it on its way to the log. INVARIANT: it applies.
  Sequence emit(wire::Body body, const EventId& event = {}, const Digest& event_digest = {});
  /// The same for an accepted event; `material->sequence` must be next_sequence().
  void emit(MaterialPtr material, BucketId bucket);
  Sequence next_sequence() const { return state.applied + 1; }
  // Made in place: moved as a variant, GCC 12 takes its other members for read before they are written.
  template <class Kind>
  void effect(Kind effect) { out_.effects.emplace_back(std::in_place_type<Kind>, std::move(effect)); }
  void send(SessionId session, wire::ToClient message) { effect(SendMessage{session, std::move(message)}); }

  /// The event's material, or null, and then it is asked for and the stage is run again when it comes.
  MaterialPtr need(Sequence sequence);
  /// True if the event's content was destroyed: need() will never give it.
  bool gone(Sequence sequence) const { return cache_.gone(sequence); }
  /// Once no mailbox waits for the event, nothing needs its secret at hand: what escalates or corrects later reads it back.
  void let_go(Sequence sequence);
  /// Records an alarm and tells whoever is connected: the sender's adapter and the desk named.
  void alarm(const Code& code, Sequence sequence, const std::string& adapter, DeskNumber desk, std::string text);
  /// Whose session hears what becomes of an event: its adapter; of what is joined to a registration nobody's, for that anything became of
  /// it says that somebody is registered.
  std::string sender_to_tell(const EventEntry& entry) const;
  /// Records that a delivery is parked, and why; sender and desk are told.
  void park(DeskNumber desk, std::uint64_t delivery, const Code& why);
  void refuse_session(SessionId session, const Code& code, std::string detail);

 private:
  MaterialCache& cache_;
  std::set<Sequence>& wanted_;
  Output& out_;
};

/// The bucket of what is kept `keep_days` and accepted at `at`: a retention class and a month. DESIGN 5.1.
BucketId bucket_for(std::uint32_t keep_days, Instant at);
/// Of records about the running of the broker, which hold no content.
BucketId administration_bucket(Instant at);

}  // namespace concordat::broker
