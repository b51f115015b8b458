// decide: who may open which part of an event, under which clause. Pure, deterministic, no I/O, no clock, no allocation
// once the Decision's vectors have grown. DESIGN 3.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "proto/base/ids.h"
#include "proto/base/time.h"
#include "proto/contract/facts.h"
#include "proto/directory/directory.h"
#include "proto/seal/label.h"

namespace concordat::policy {

/// Three-valued truth. A clause or duty fires only on True; a `never` applies unless False.
enum class Truth : std::uint8_t { Unknown = 0, False = 1, True = 2 };

enum class Lane : std::uint8_t { Urgent = 1, Routine = 2, Bulk = 3 };

/// What a recipient may do with what it wants to pass on and Terms::onward does not cover.
enum class OnwardElse : std::uint8_t { Forbidden = 0, AskSender = 1 };

/// What decide knows of the event: exactly what the broker can see, or the SDK before sealing.
struct Case {
  contract::Kind kind{};
  PartyNumber source;
  Instant happened;  ///< The header's time.
  std::uint32_t revision = 0;
  std::span<const seal::Label> labels;       ///< Of every leaf, in leaf order; at most 63.
  const contract::FactSet* facts = nullptr;  ///< Event facts and facts by person.
};

/// Whether a victim is registered to hear of the offences, or of the prisoner, that an event is about. DESIGN 1.6.
enum class Registered : std::uint8_t {
  Unknown = 0,  ///< The event is of a kind that is not joined so.
  No = 1,
  Yes = 2,      ///< By exactly one registration.
  Several = 3,  ///< A person must say which.
};

/// Kinds whose events are joined to a registration: what is known of them by Registered.
bool is_joined(contract::Kind kind);

/// What the state of people and cases adds; every field may be unknown. Made by the core from its contributions.
struct StateFacts {
  /// History of the victim and the pair (victim, alleged perpetrator), as ages in whole days before the event, so that
  /// each agreement applies its own settings (escalation within, repeat_counts_from). `victim_known` is false when the
  /// victim carries no strong identifier: then history is unknown, not empty; likewise `pair_known`.
  bool victim_known = false;
  bool pair_known = false;
  static constexpr std::uint16_t kNever = 0xffff;
  std::uint16_t days_since_referral = kNever;    ///< Of the pair, to the conference (kind referral, conference).
  std::uint16_t days_since_conference = kNever;  ///< Of the pair.
  static constexpr std::size_t kIncidentsMax = 16;
  std::array<std::uint16_t, kIncidentsMax>
      incident_days_ago{};  ///< Of the victim, domestic abuse, newest first, this event included as 0.
  std::uint8_t incident_count = 0;
  Truth open_referral = Truth::Unknown;
  Truth known_to_conference = Truth::Unknown;
  /// What holds of a victim's consent by purpose code (directory::code_of), the event's own word weighed in: the first
  /// that fits counts, and goes before what the event says. Of a victim without an entry the event alone speaks.
  struct Consent {
    std::uint32_t purpose = 0;  ///< 0: for any purpose.
    contract::ConsentState state{};  ///< Unspecified: nothing, whatever the event says.
    std::uint16_t person = 0;   ///< Number in the event; 0: of every victim.
    bool in_doubt = false;      ///< Another may have said it, or a clock contradicts it: it withholds and silences no alarm.
  };
  std::array<Consent, 32> consent{};
  std::uint8_t consent_count = 0;
  /// For an escalation or cover clause: minutes since acceptance without anybody reading; none on a first decision.
  std::uint32_t unread_minutes = 0;
  Registered registered = Registered::Unknown;
  /// While nobody is registered: minutes since acceptance.
  std::uint32_t unmatched_minutes = 0;
  /// What the registrations found say: where she lives, if all agree; whether the crime is domestic abuse, True if any of them
  /// says so (she is there whoever else is), False if all say that it is not.
  contract::FactValue registration_residence = contract::kUnknown;
  Truth registration_abuse_case = Truth::Unknown;
  /// The desk whose silence made this an escalation; 0 on a first decision. Then the chain (`then`) of every clause
  /// that fires for that desk, or has it in its chain, is decided like `to`, for the people of whom that desk was told;
  /// whoever of it may open something is in the Decision.
  DeskNumber missed_by;
};

/// Why something was withheld or a desk told nothing: an index into the agreements, expanded by explain().
enum class Why : std::uint8_t {
  Granted = 0,
  NoClause,         ///< No clause names this desk for this kind and source.
  ConditionFailed,  ///< `detail` is the first atom that was not true.
  NotInItems,       ///< The clause fires but does not list the item for this role.
  Never,            ///< A `never` applies.
  Consent,          ///< Consent is required and is not there.
  Conflict,         ///< Somebody in the case works at the desk.
  Suspended,        ///< The desk or its party is suspended.
  NotServed,        ///< The desk does not serve the area.
  NotInForce,       ///< The agreement has ended, or not begun.
};

/// A clause in the set in force: agreement index and clause index, stable for one InForce.
struct ClauseRef {
  std::uint16_t agreement = 0xffff;
  std::uint16_t clause = 0xffff;
  friend bool operator==(const ClauseRef&, const ClauseRef&) = default;
};

struct Reason {
  Why why = Why::NoClause;
  ClauseRef clause;          ///< The clause that grants, or came nearest.
  std::uint16_t detail = 0;  ///< ConditionFailed: the condition, counted in reading order; Never: see InForce::never.
};

/// When each step must have happened, counted from acceptance; 0 is no deadline. Working time is in `clock_always`.
struct Terms {
  Lane lane = Lane::Routine;
  std::uint32_t read_within_minutes = 0;
  std::uint32_t act_within_minutes = 0;
  std::uint16_t act_within_working_days = 0;
  bool clock_always = false;           ///< False: the desk's staffed hours.
  std::array<DeskNumber, 4> then{};    ///< Escalation chain, in order; 0 ends it.
  std::uint32_t keep_days = 0;  ///< 0: kept as the recipient's own record.
  std::uint8_t keep_from = 0;   ///< policy::KeepFrom.
  /// Periods from other days that hold besides; whichever of all ends first. 0 days ends the list. keep_days is the
  /// shortest whose end is known from the start, where there is one.
  struct KeepAlso {
    std::uint32_t days = 0;
    std::uint8_t from = 0;
    friend bool operator==(const KeepAlso&, const KeepAlso&) = default;
  };
  std::array<KeepAlso, 2> keep_also{};
  bool tell_sender = false;            ///< Only if every clause that grants says so.
  std::array<DeskNumber, 4> onward{};  ///< Desks to which DeskDecision::onward may be passed on; 0 ends it.
  OnwardElse onward_else = OnwardElse::Forbidden;
};

/// Of one desk. `granted` has a bit for each label of the Case, in its order.
struct DeskDecision {
  DeskNumber desk;
  std::bitset<64> granted;
  std::array<Reason, 64> reasons;  ///< For every label: the grant's clause, or why it is withheld.
  std::bitset<64> forbidden;       ///< Labels that a `never` keeps from this desk, wanted or not.
  std::bitset<64> onward;          ///< Labels that may be passed on to Terms::onward.
  std::bitset<64> facts_released;  ///< By contract::Fact number, of event and people alike.
  Terms terms;
  bool duty = false;      ///< At least one grant stands on a duty.
  bool fallback = false;  ///< Told because nobody else serves the area.
};

/// Everything decided about one event. Reuse it: vectors keep their memory.
struct Decision {
  std::vector<DeskDecision> desks;   ///< Desks that may open something, in desk number order.
  std::vector<Reason> nobody;        ///< When `desks` is empty: why, nearest clause first (at most 8).
  /// If nobody can be told, an alarm is due: an urgent clause or a duty, of an agreement that has ended too, holds or may
  /// hold for all that silence hides, and she did not refuse it. policy/README.md says which silence that is.
  bool urgent_or_mandatory = false;
  std::vector<Reason> near;          ///< Every clause of this kind and source that did not grant; for explain().
  void clear();
};

/// The agreements in force, compiled: immutable, shared between threads by const reference. See policy/agreement/.
class InForce;

/// Decides. `out` is cleared first. `now` is used for in-force dates and in nothing else.
void decide(const Case& event, const StateFacts& state, const InForce& agreements,
            const directory::Directory& directory, Instant now, Decision& out);

/// How long an event that nobody is registered for waits for a registration: until the first clause for this kind and source wants to
/// hear that nobody came; kHeldMinutes if none does and some turn on a registration; 0: none does, and it waits for nobody.
inline constexpr std::uint32_t kHeldMinutes = 28 * 24 * 60;
std::uint32_t unmatched_after(const Case& event, const InForce& agreements, Instant now);

/// The labels that some desk could open under some state (DESIGN 1.8): never fewer than decide grants under any.
std::bitset<64> releasable_labels(const Case& event, const InForce& agreements, const directory::Directory& directory,
                                  Instant now);

/// True if some desk could open some part under some state, or if the broker itself acts on the kind (consent, links,
/// registrations, preferences: they change what is decided elsewhere). What the SDK asks before sealing.
bool releasable(const Case& event, const InForce& agreements, const directory::Directory& directory, Instant now);

}  // namespace concordat::policy
