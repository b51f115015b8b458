// Conditions over facts: Kleene's truth of a compiled tree, for one event. Private to policy.
#pragma once

#include <span>

#include "policy/agreement/compiled.h"
#include "policy/decide.h"

namespace concordat::policy {

/// Every truth that is possible, as bits 1 << Truth. With the state known there is exactly one.
using Truths = std::uint8_t;
inline constexpr Truths only(Truth truth) { return static_cast<Truths>(1U << static_cast<unsigned>(truth)); }
inline constexpr Truths kAnything = 7;
inline constexpr bool may_be(Truths truths, Truth truth) { return (truths & only(truth)) != 0; }

/// What a clause or prohibition brings to its condition.
struct Setting {
  const CompiledSettings* settings = nullptr;
  std::uint32_t purpose = 0;  ///< For consent.
};

/// How silence is read.
enum class Reading : std::uint8_t {
  Whole = 0,   ///< What is not said is unknown; what an absent state could say is left open.
  FactsAlone,  ///< The same, but what state could say is unknown.
  /// For alarms: whether the condition may hold, as far as silence hides anything. Unknown are the risk of a victim
  /// without score and judgement, the age of somebody, what a child is to the case, and what an event of this kind could
  /// say and does not. All other silence (markers and needs that nobody noted, history, consent, people who are not in
  /// the event) is taken for "no".
  ForAlarm,
};

/// People of an event: bit n is FactSet::people[n].
using People = std::uint32_t;
inline constexpr People kEverybody = ~People{0};

/// Asks one event. `state` may be absent: then whatever state could still say is left open (see Truths).
class Evaluator {
 public:
  Evaluator(const Case& event, const StateFacts* state) : event_(event), state_(state) {}

  /// From now on the event has this victim alone (null: all of its victims).
  void look_at(const contract::PersonFacts* victim) { victim_ = victim; }

  /// Of no nodes: True.
  Truths evaluate(std::span<const CompiledNode> nodes, const Setting& setting, Reading reading = Reading::Whole) const;
  /// The condition, in reading order, that first kept `nodes` from being true. Needs a state.
  std::uint16_t first_failed(std::span<const CompiledNode> nodes, const Setting& setting) const;
  /// Whether consent opens the gate; without a state, whether it could.
  bool passes(Gate gate, std::uint32_t purpose) const;
  /// Whether it is known, beyond doubt of who said it, that consent was refused to a gate that minds.
  bool refused(Gate gate, std::uint32_t purpose) const;

 private:
  Truths node(std::span<const CompiledNode> nodes, const Setting& setting, Reading reading) const;
  Truths joined(std::span<const CompiledNode> nodes, const Setting& setting, Reading reading) const;
  Truth event(const CompiledNode& at, Reading reading) const;
  Truth person(std::span<const CompiledNode> nodes, Reading reading) const;
  Truth risk(contract::RiskBand band, const CompiledSettings& settings, Reading reading) const;
  Truth patient_is(contract::Role role, Reading reading) const;
  Truth from_state(const CompiledNode& node, const CompiledSettings& settings) const;
  bool speaks_of_another(std::uint32_t purpose) const;
  Truths consent(std::uint64_t values, std::uint32_t purpose, Reading reading) const;
  /// A set of ConsentState numbers that may be recorded for one victim; bit 0 is "nothing recorded".
  std::uint64_t consent_of(const contract::PersonFacts* victim, std::uint32_t purpose, Reading reading) const;
  const StateFacts::Consent* consent_in_state(const contract::PersonFacts* victim, std::uint32_t purpose) const;
  /// Whether the person counts as having the role: the victims who are not looked at do not.
  bool has(const contract::PersonFacts& person, contract::Role role) const {
    if ((person.roles & contract::bit(role)) == 0) return false;
    return role != contract::Role::Victim || victim_ == nullptr || victim_ == &person;
  }
  template <class Of>
  Truth somebody(contract::Role role, Reading reading, Of of_person) const;

  const Case& event_;
  const StateFacts* state_;
  const contract::PersonFacts* victim_ = nullptr;
};

/// Whether a clause holds, and of which victims: what it says of a victim, it says of each for herself.
struct Held {
  bool fires = false;
  People victims = 0;
};

/// `holds` asks the evaluator, of one victim after another where that makes a difference.
template <class Holds>
Held held_by(const CompiledClause& clause, const contract::FactSet& facts, People victims, Evaluator& evaluator,
             Holds&& holds) {
  if (!clause.about_victims || (victims & (victims - 1)) == 0) {
    if (holds()) return {true, victims};
    return {};
  }
  Held held;
  for (std::size_t i = 0; i < facts.people.size(); ++i) {
    if ((victims >> i & 1) == 0) continue;
    evaluator.look_at(&facts.people[i]);
    if (!holds()) continue;
    held.fires = true;
    held.victims |= People{1} << i;
  }
  evaluator.look_at(nullptr);
  return held;
}

}  // namespace concordat::policy
