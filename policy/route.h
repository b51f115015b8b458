// Which desks a clause leads to for one event, and for whom: areas, suspension, conflict and its alternative, the
// fallback. Private to policy.
#pragma once

#include <array>

#include "policy/agreement/compiled.h"
#include "policy/decide.h"
#include "policy/evaluate.h"

namespace concordat::policy {

/// Why a clause led to no desk; None if it did. KeptBack: a prohibition left the desk nothing.
enum class Missed : std::uint8_t { None = 0, NotServed, Suspended, Conflict, KeptBack };

class Router {
 public:
  /// Without a state a registration may say any area.
  Router(const Case& event, const StateFacts* state, const Compiled& compiled, const directory::Directory& directory);

  People victims() const { return role(contract::Role::Victim); }
  People role(contract::Role role) const { return of_role_[static_cast<std::size_t>(role)]; }
  /// The people whose areas lead the clause: those of the role that it serves; of the victims, those of whom it holds.
  People led_by(const CompiledClause& clause, const Held& held) const {
    const People whose = role(clause.whose);
    return clause.whose == contract::Role::Victim ? whose & held.victims : whose;
  }

  /// Whether a desk that is told of `people` is told of everybody whom the clause is about.
  bool tells_of_all(const CompiledClause& clause, const Held& held, People people) const {
    const People elsewhere = clause.serving == Serving::Residence ? role(clause.whose) & ~people : 0;
    return (elsewhere | (victims() & ~held.victims)) == 0;
  }
  /// The roles under which a desk that is told of `people` may be told of the label's person: as a victim only if the
  /// clause holds of her, as somebody whose area leads the clause only if she is among `people`. None of the case's labels.
  std::uint8_t roles_told(const CompiledClause& clause, const Held& held, People people,
                          const seal::Label& label) const;

  /// Calls `told(slot, fallback, people)` for each desk that `to` leads to, with the people led_by() whom it serves
  /// (everybody, where the clause serves no residence), and then, for those people whom no desk serves that can be told
  /// anything, for `if_none`. `told` says whether the desk may open something; if not, it counts as not told.
  /// What kept the last desk out, if none was told.
  template <class Told>
  Missed lead(const CompiledClause& clause, const Held& held, Told&& told) const {
    const bool by_home = clause.serving == Serving::Residence;
    const People led = by_home ? led_by(clause, held) : kEverybody;
    People left = led;
    bool any = false;
    Missed missed = Missed::NotServed;
    for (std::uint32_t i = 0; i < clause.to.count; ++i) {
      const Slot slot = compiled_.routes[clause.to.first + i];
      People people = led;
      if (!serves(compiled_.desks[slot], clause, people)) continue;
      if (!offer(clause, slot, false, people, missed, told)) continue;
      any = true;
      left &= ~people;
    }
    const bool rest = by_home && led != 0 ? left != 0 : !any;
    if (rest && clause.if_none != kNoSlot && !fallback_forgotten())
      any |= offer(clause, clause.if_none, true, left, missed, told);
    return any ? Missed::None : missed;
  }

  /// A desk of an escalation chain, for those of `people` within its reach.
  template <class Told>
  bool step(const CompiledClause& clause, Slot slot, People people, Told&& told) const {
    Missed missed = Missed::None;
    return reaches(compiled_.desks[slot], clause, people) && offer(clause, slot, false, people, missed, told);
  }

  /// Narrows `people` to those whom the desk may be told of in a place that is not `to`: a desk that serves anywhere
  /// takes unknown areas too. False if that leaves nobody.
  bool reaches(const CompiledDesk& desk, const CompiledClause& clause, People& people) const;

  /// What keeps the clause's own desk from being told itself; None if nothing does.
  Missed why_not(const CompiledClause& clause, Slot slot) const;

 private:
  /// One desk, or its alternative if it is barred; false and why if neither can be told.
  template <class Told>
  bool offer(const CompiledClause& clause, Slot slot, bool fallback, People& people, Missed& missed,
             Told&& told) const {
    const Slot open = resolve(clause, slot, people, missed);
    if (open == kNoSlot) return false;
    if (told(open, fallback, people)) return true;
    missed = Missed::KeptBack;
    return false;
  }

  Slot resolve(const CompiledClause& clause, Slot slot, People& people, Missed& missed) const;
  bool may_stand_in(const CompiledClause& clause, Slot slot) const;
  bool suspended(Slot slot) const;
  bool conflict(std::uint32_t party_code) const;
  bool serves(const CompiledDesk& desk, const CompiledClause& clause, People& people) const;
  bool covers(const CompiledDesk& desk, contract::FactValue area) const;
  static bool fallback_forgotten();

  const Case& event_;
  const StateFacts* state_;
  const Compiled& compiled_;
  const directory::Directory& directory_;
  std::array<People, 6> of_role_{};  ///< By role number.
  std::array<std::uint32_t, contract::kPeopleMax> employers_{};
  std::size_t employer_count_ = 0;
};

}  // namespace concordat::policy
