// The compiled form of the agreements in force: flat tables by number, made so that decide walks memory in order.
// Private to policy.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "policy/agreement/agreement.h"
#include "policy/agreement/in_force.h"

namespace concordat::policy {

using Slot = std::uint16_t;  ///< Index of a desk in Compiled::desks.
inline constexpr Slot kNoSlot = 0xffff;

/// A condition in reading order; a node's parts follow it. A Person's tests follow it as nodes of their own.
struct CompiledNode {
  Condition::Is is{};
  bool test = false;  ///< A test of the Person before it.
  contract::Role role{};
  contract::RiskBand band{};
  contract::Fact fact{};
  std::uint16_t ordinal = 0;  ///< Of the condition in reading order, tests not counted.
  std::uint32_t span = 1;     ///< Nodes of this subtree, itself included.
  std::uint32_t minutes = 0;
  std::uint64_t values = 0;
};

/// A piece of one of Compiled's flat vectors.
struct Piece {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

/// Settings as plain numbers; the checks made sure that what a condition needs is there.
struct CompiledSettings {
  std::uint8_t dash_high = 0xff;
  std::uint8_t dash_medium = 0xff;
  std::uint8_t escalation_incidents = 0xff;
  std::uint16_t escalation_days = 0;
  std::uint16_t repeat_days = 0;
  CountsFrom repeat_from = CountsFrom::LastReferral;
  Instant from, until;  ///< In force from `from`, before `until`.
};

/// What consent must be for a clause to fire.
enum class Gate : std::uint8_t { Open = 0, Given, NotRefused };

struct CompiledClause {
  ClauseRef ref;
  bool duty = false;
  bool only_when_met = false;
  bool about_victims = false;  ///< The condition or the gate asks something of victims.
  Gate gate = Gate::Open;
  std::uint32_t purpose = 0;
  Piece when;  ///< In nodes; none: always.
  Piece to;    ///< In routes.
  Piece stand_ins;  ///< In routes: alternatives of desks that the clause names which it may tell in their place.
  Serving serving = Serving::Nothing;
  contract::Role whose{};
  Slot if_none = kNoSlot;
  std::array<Slot, 4> then{kNoSlot, kNoSlot, kNoSlot, kNoSlot};
  ItemsByRole items;
  std::bitset<64> facts;
  Terms terms;
  bool onward_same = false;
  std::uint64_t onward_items = 0;
};

struct CompiledNever {
  std::uint16_t agreement = 0;
  std::uint16_t number = 0;  ///< In the agreement.
  bool all_items = false;
  ItemsByRole items;
  std::bitset<64> facts;  ///< Facts of the items: they are kept back too.
  Piece when;
};

struct CompiledDesk {
  DeskNumber number;
  PartyNumber party;
  std::uint32_t party_code = 0;
  Slot alternative = kNoSlot;
  Piece nevers;  ///< In desk_nevers: those that bind this desk or one it shares a key or mailbox with.
  Piece serves;  ///< In areas, sorted; none: anywhere.
};

struct Compiled {
  std::vector<CompiledSettings> settings;  ///< By agreement.
  std::vector<CompiledClause> clauses;
  std::vector<CompiledNever> nevers;
  std::vector<CompiledDesk> desks;  ///< Of the directory, in number order.
  std::vector<CompiledNode> nodes;
  std::vector<Slot> routes;
  std::vector<std::uint16_t> desk_nevers;
  std::vector<std::uint32_t> areas;
  std::vector<PartyNumber> parties;     ///< Sorted.
  std::vector<Piece> index;             ///< By kind and party: party index * kKinds + kind, in `matching`.
  std::vector<std::uint32_t> matching;  ///< Indices of clauses.
  std::bitset<64> free_text;            ///< By item number.

  static constexpr std::size_t kKinds = 32;
  std::span<const CompiledNode> tree(Piece piece) const { return {nodes.data() + piece.first, piece.count}; }
  std::span<const std::uint32_t> for_event(contract::Kind kind, PartyNumber source) const;
  Slot slot(DeskNumber desk) const;
};

/// Compiles what check() found no error in, without asking again: tests give it sets that no party would sign, and say
/// themselves who may stand in. Without `stand_in` the law tables do.
std::shared_ptr<const InForce> bind(std::vector<Adopted> agreements, const directory::Directory& directory, Hash hash,
                                    const StandIn& stand_in = {});

}  // namespace concordat::policy
