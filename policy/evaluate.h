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

/// Asks one event. `state` may be absent: then whatever state could still say is left open (see Truths).
class Evaluator {
 public:
  Evaluator(const Case& event, const StateFacts* state) : event_(event), state_(state) {}

  /// Of no nodes: True. `only_facts`: without a state, count what state could say as unknown instead of open.
  Truths evaluate(std::span<const CompiledNode> nodes, const Setting& setting, bool only_facts = false) const;
  /// The condition, in reading order, that first kept `nodes` from being true. Needs a state.
  std::uint16_t first_failed(std::span<const CompiledNode> nodes, const Setting& setting) const;
  /// Whether consent opens the gate; without a state, whether it could.
  bool passes(Gate gate, std::uint32_t purpose) const;

 private:
  Truths node(std::span<const CompiledNode> nodes, const Setting& setting, bool only_facts) const;
  Truths joined(std::span<const CompiledNode> nodes, const Setting& setting, bool only_facts) const;
  Truth person(std::span<const CompiledNode> nodes) const;
  Truth risk(contract::RiskBand band, const CompiledSettings& settings) const;
  Truth patient_is(contract::Role role) const;
  Truth from_state(const CompiledNode& node, const CompiledSettings& settings) const;
  Truths consent(std::uint64_t values, std::uint32_t purpose, bool only_facts) const;
  /// A set of ConsentState numbers that may be recorded for one victim; bit 0 is "nothing recorded".
  std::uint64_t consent_of(const contract::PersonFacts* victim, std::uint32_t purpose) const;
  std::uint64_t consent_in_state(std::uint32_t purpose) const;

  const Case& event_;
  const StateFacts* state_;
};

}  // namespace concordat::policy
