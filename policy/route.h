// Which desks a clause leads to for one event: areas, suspension, conflict and its alternative, the fallback. Private
// to policy.
#pragma once

#include <array>

#include "policy/agreement/compiled.h"
#include "policy/decide.h"

namespace concordat::policy {

/// Why a clause led to no desk; None if it did.
enum class Missed : std::uint8_t { None = 0, NotServed, Suspended, Conflict };

class Router {
 public:
  Router(const Case& event, const Compiled& compiled, const directory::Directory& directory);

  /// Calls `told(slot, fallback)` for each desk that `to` (or, where none can be told, `if_none`) leads to.
  /// What kept the last desk out, if none was told.
  template <class Told>
  Missed lead(const CompiledClause& clause, Told&& told) const {
    Missed missed = Missed::NotServed;
    bool any = false;
    for (std::uint32_t i = 0; i < clause.to.count; ++i) {
      const Slot slot = compiled_.routes[clause.to.first + i];
      if (!serves(compiled_.desks[slot], clause)) continue;
      any |= offer(slot, false, missed, told);
    }
    if (!any && clause.if_none != kNoSlot && !fallback_forgotten()) any = offer(clause.if_none, true, missed, told);
    return any ? Missed::None : missed;
  }

  /// One desk, or its alternative if it is barred; false and why if neither can be told.
  template <class Told>
  bool offer(Slot slot, bool fallback, Missed& missed, Told&& told) const {
    const Slot open = resolve(slot, missed);
    if (open == kNoSlot) return false;
    told(open, fallback);
    return true;
  }

  /// What keeps the clause's own desk from being told itself; None if nothing does.
  Missed why_not(const CompiledClause& clause, Slot slot) const;

 private:
  Slot resolve(Slot slot, Missed& missed) const;
  bool suspended(Slot slot) const;
  bool conflict(std::uint32_t party_code) const;
  bool serves(const CompiledDesk& desk, const CompiledClause& clause) const;
  bool covers(const CompiledDesk& desk, contract::FactValue area) const;
  static bool fallback_forgotten();

  const Case& event_;
  const Compiled& compiled_;
  const directory::Directory& directory_;
  std::array<std::uint32_t, contract::kPeopleMax> employers_{};
  std::size_t employer_count_ = 0;
};

}  // namespace concordat::policy
