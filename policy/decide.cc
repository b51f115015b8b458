// decide: see decide.h. Clauses that match are asked one by one; those that fire grant to the desks they lead to; then
// what stays withheld gets its nearest reason. Nothing is granted but in Deciding::grant.
#include "policy/decide.h"

#include <algorithm>

#include "policy/agreement/compiled.h"
#include "policy/evaluate.h"
#include "policy/planted.h"
#include "policy/route.h"
#include "policy/terms.h"

namespace concordat::policy {
namespace {

using contract::Item;

constexpr std::size_t kLabelsMax = 63;
constexpr std::size_t kNobodyMax = 8;

/// How near a reason is to a grant: what lacked least comes first.
int distance(Why why) {
  switch (why) {
    case Why::Granted:
      return 0;
    case Why::Never:
      return 1;
    case Why::Consent:
      return 2;
    case Why::Conflict:
      return 3;
    case Why::Suspended:
      return 4;
    case Why::NotServed:
      return 5;
    case Why::ConditionFailed:
      return 6;
    case Why::NotInItems:
      return 7;
    case Why::NotInForce:
      return 8;
    case Why::NoClause:
      return 9;
  }
  return 10;
}

Why why_of(Missed missed) {
  return missed == Missed::Conflict ? Why::Conflict : missed == Missed::Suspended ? Why::Suspended : Why::NotServed;
}

class Deciding {
 public:
  Deciding(const Case& event, const StateFacts& state, const Compiled& compiled, const directory::Directory& directory,
           Instant now, Decision& out)
      : event_(event),
        state_(state),
        compiled_(compiled),
        evaluator_(event, &state),
        router_(event, &state, compiled, directory),
        now_(now),
        out_(out),
        labels_(std::min(event.labels.size(), kLabelsMax)) {}

  void run() {
    const auto matching = compiled_.for_event(event_.kind, event_.source);
    for (const std::uint32_t index : matching) ask(compiled_.clauses[index]);
    explain_withheld();
    finish();
  }

 private:
  bool in_force(std::uint16_t agreement) const {
    const CompiledSettings& settings = compiled_.settings[agreement];
    return settings.from <= now_ && (now_ < settings.until || PLANTED(EndedStillInForce));
  }

  void ask(const CompiledClause& clause) {
    const Setting setting{&compiled_.settings[clause.ref.agreement], clause.purpose};
    const bool in_time = in_force(clause.ref.agreement);
    Reason nearest{Why::NotInForce, clause.ref, 0};
    const Held held = held_by(clause, *event_.facts, router_.victims(), evaluator_, [&] {
      const Truths truths = evaluator_.evaluate(compiled_.tree(clause.when), setting);
      alarm_if_due(clause, setting, truths);
      if (!in_time) return false;
      const Gate gate = PLANTED(DutyNeedsConsent) && clause.duty ? Gate::Given : clause.gate;
      Reason reason{Why::Granted, clause.ref, 0};
      if (truths != only(Truth::True))
        reason = {Why::ConditionFailed, clause.ref, evaluator_.first_failed(compiled_.tree(clause.when), setting)};
      else if (!evaluator_.passes(gate, clause.purpose))
        reason.why = Why::Consent;
      if (reason.why != Why::Granted && distance(reason.why) < distance(nearest.why)) nearest = reason;
      return reason.why == Why::Granted;
    });
    if (nearest.why != Why::NotInForce || !in_time) out_.near.push_back(nearest);
    if (held.fires) fire(clause, PLANTED(VictimsAreOne) ? Held{true, router_.victims()} : held);
  }

  /// Also by what has ended or not begun: that nobody renewed an agreement must not be silence about who needs help. Not by what she
  /// refused: that nobody is told is then what the agreement says, and no failure.
  void alarm_if_due(const CompiledClause& clause, const Setting& setting, Truths truths) {
    if (out_.urgent_or_mandatory || !(clause.duty || clause.terms.lane == Lane::Urgent)) return;
    if (evaluator_.refused(clause.gate, clause.purpose)) return;
    if (truths == only(Truth::Unknown))
      truths = evaluator_.evaluate(compiled_.tree(clause.when), setting, Reading::ForAlarm);
    out_.urgent_or_mandatory = truths != only(Truth::False) && !PLANTED(AlarmForgotten);
  }

  void miss(const CompiledClause& clause, Why why, std::uint16_t detail) {
    out_.near.push_back({why, clause.ref, detail});
  }

  void fire(const CompiledClause& clause, const Held& held) {
    const std::bitset<64> listed = wanted_by(clause);
    if (listed.none()) return miss(clause, Why::NotInItems, 0);
    People silent = 0;
    bool missed_here = false;
    const auto tell = [&](Slot slot, bool fallback, People people) {
      if (compiled_.desks[slot].number == state_.missed_by) missed_here = true, silent |= people;
      return grant(clause, slot, fallback, people, held, listed);
    };
    const Missed missed = router_.lead(clause, held, tell);
    if (missed != Missed::None && missed != Missed::KeptBack) miss(clause, why_of(missed), 0);
    if (state_.missed_by.value == 0) return;
    for (const Slot slot : clause.then) {
      if (slot == kNoSlot || compiled_.desks[slot].number != state_.missed_by) continue;
      People people = led_by(clause, held);
      if (!router_.reaches(compiled_.desks[slot], clause, people)) continue;
      missed_here = true;
      silent |= people;
    }
    if (missed_here) escalate(clause, silent, held, listed);
  }

  People led_by(const CompiledClause& clause, const Held& held) const {
    return clause.serving == Serving::Residence ? router_.led_by(clause, held) : kEverybody;
  }

  /// The chain hears of those people of whom the silent desk was told.
  void escalate(const CompiledClause& clause, People people, const Held& held, const std::bitset<64>& listed) {
    for (const Slot slot : clause.then) {
      if (slot == kNoSlot) continue;
      router_.step(clause, slot, people, [&](Slot open, bool fallback, People reached) {
        return grant(clause, open, fallback, reached, held, listed);
      });
    }
  }

  /// What of the items listed the desk may be told for those people; `elsewhere`: what it may not because of where
  /// somebody lives.
  std::bitset<64> narrowed(const CompiledClause& clause, const Held& held, People people,
                           const std::bitset<64>& listed, std::bitset<64>& elsewhere) const {
    if (router_.tells_of_all(clause, held, people)) return listed;
    std::bitset<64> wanted = listed;
    for (std::size_t i = 0; i < labels_; ++i) {
      const seal::Label& label = event_.labels[i];
      if (!listed[i] || label.roles == 0) continue;
      const auto lists = [&](People told) {
        const std::uint8_t roles = router_.roles_told(clause, held, told, label);
        return roles != 0 && ((clause.items.of_roles(roles) >> label.item) & 1) != 0;
      };
      wanted[i] = lists(people);
      elsewhere[i] = !wanted[i] && lists(kEverybody);
    }
    return wanted;
  }

  /// Labels of items that the clause lists for any role of the person.
  std::bitset<64> wanted_by(const CompiledClause& clause) const {
    std::bitset<64> wanted;
    for (std::size_t i = 0; i < labels_; ++i) {
      const seal::Label& label = event_.labels[i];
      const std::uint8_t roles = PLANTED(RoleMaskWrong) ? static_cast<std::uint8_t>(label.roles << 1) : label.roles;
      wanted[i] = label.item < 64 && ((clause.items.of_roles(roles) >> label.item) & 1) != 0;
    }
    return wanted;
  }

  /// Asked once: several desks are bound by one prohibition.
  bool applies(std::uint16_t index) const {
    if (index >= asked_.size()) return applies(compiled_.nevers[index]);
    if (!asked_[index]) {
      asked_.set(index);
      applies_[index] = applies(compiled_.nevers[index]);
    }
    return applies_[index];
  }

  bool applies(const CompiledNever& never) const {
    if (!in_force(never.agreement) || PLANTED(NeverIgnored)) return false;
    return evaluator_.evaluate(compiled_.tree(never.when), {&compiled_.settings[never.agreement], 0}) !=
           only(Truth::False);
  }

  /// On any role a person has; free text may hold anything, so every prohibition of items covers it.
  bool covers(const CompiledNever& never, const seal::Label& label) const {
    if (never.all_items || label.item >= 64) return true;
    if (compiled_.free_text[label.item] && !PLANTED(FreeTextIsPlain)) return true;
    return ((never.items.of_roles(label.roles) >> label.item) & 1) != 0;
  }

  template <class Visit>
  void each_never(Slot slot, Visit&& visit) const {
    const Piece piece = compiled_.desks[slot].nevers;
    for (std::uint32_t i = 0; i < piece.count; ++i) {
      const std::uint16_t index = compiled_.desk_nevers[piece.first + i];
      if (applies(index)) visit(index, compiled_.nevers[index]);
    }
  }

  DeskDecision* find(DeskNumber number) {
    const auto at = std::find_if(out_.desks.begin(), out_.desks.end(),
                                 [number](const DeskDecision& desk) { return desk.desk == number; });
    return at == out_.desks.end() ? nullptr : &*at;
  }

  DeskDecision& entry(Slot slot) {
    const DeskNumber number = compiled_.desks[slot].number;
    if (DeskDecision* known = find(number)) return *known;
    DeskDecision& desk = out_.desks.emplace_back();
    desk.desk = number;
    desk.fallback = true;
    desk.onward.set();
    each_never(slot, [&](std::uint16_t, const CompiledNever& never) {
      for (std::size_t i = 0; i < labels_; ++i) {
        if (covers(never, event_.labels[i])) desk.forbidden.set(i);
      }
    });
    return desk;
  }

  /// False if the desk may open nothing of it.
  bool grant(const CompiledClause& clause, Slot slot, bool fallback, People people, const Held& held,
             const std::bitset<64>& listed) {
    std::bitset<64> elsewhere;
    const std::bitset<64> wanted = narrowed(clause, held, people, listed, elsewhere);
    DeskDecision& desk = entry(slot);
    if (elsewhere.any()) note(desk, elsewhere & ~desk.granted, {Why::NotServed, clause.ref, 0});
    const std::bitset<64> granted = wanted & ~desk.forbidden;
    if ((wanted & desk.forbidden).any()) keep_back(clause, slot, desk, wanted & desk.forbidden);
    if (granted.none()) return false;
    for (std::size_t i = 0; i < labels_; ++i) {
      if (!granted[i]) continue;
      if (!desk.granted[i]) desk.reasons[i] = {Why::Granted, clause.ref, 0};
      const bool onward = clause.onward_same || ((clause.onward_items >> event_.labels[i].item) & 1) != 0;
      if (!onward) desk.onward.reset(i);
    }
    if (desk.granted.none())
      desk.terms = clause.terms;
    else
      narrow(desk.terms, clause.terms);
    desk.granted |= granted;
    desk.facts_released |= clause.facts;
    desk.duty |= clause.duty;
    desk.fallback &= fallback;
    return true;
  }

  void keep_back(const CompiledClause& clause, Slot slot, DeskDecision& desk, const std::bitset<64>& kept) {
    std::uint16_t first = 0xffff;
    each_never(slot, [&](std::uint16_t index, const CompiledNever& never) {
      for (std::size_t i = 0; i < labels_; ++i) {
        if (!kept[i] || desk.reasons[i].why == Why::Never || !covers(never, event_.labels[i])) continue;
        desk.reasons[i] = {Why::Never, clause.ref, index};
      }
      first = std::min(first, index);
    });
    out_.near.push_back({Why::Never, clause.ref, first});
  }

  /// What a desk is not granted names the clause that came nearest to granting it.
  void explain_withheld() {
    for (const Reason& reason : out_.near) {
      if (reason.why != Why::ConditionFailed && reason.why != Why::Consent) continue;
      const CompiledClause& clause = clause_of(reason.clause);
      const std::bitset<64> wanted = wanted_by(clause);
      if (wanted.none()) continue;
      router_.lead(clause, {true, router_.victims()}, [&](Slot slot, bool, People) {
        DeskDecision* desk = find(compiled_.desks[slot].number);
        if (desk != nullptr) note(*desk, wanted & ~desk->granted, reason);
        return true;
      });
    }
  }

  static void note(DeskDecision& desk, const std::bitset<64>& withheld, const Reason& reason) {
    for (std::size_t i = 0; i < kLabelsMax; ++i) {
      if (withheld[i] && distance(reason.why) < distance(desk.reasons[i].why)) desk.reasons[i] = reason;
    }
  }

  const CompiledClause& clause_of(ClauseRef ref) const {
    const auto at = std::lower_bound(
        compiled_.clauses.begin(), compiled_.clauses.end(), ref, [](const CompiledClause& clause, ClauseRef wanted) {
          return clause.ref.agreement != wanted.agreement ? clause.ref.agreement < wanted.agreement
                                                          : clause.ref.clause < wanted.clause;
        });
    return *at;
  }

  void finish() {
    const bool historic = event_.facts->of(contract::Fact::Historic) == contract::kYes;
    if (historic) out_.urgent_or_mandatory = false;
    std::erase_if(out_.desks, [](const DeskDecision& desk) { return desk.granted.none(); });
    std::sort(out_.desks.begin(), out_.desks.end(),
              [](const DeskDecision& a, const DeskDecision& b) { return a.desk < b.desk; });
    for (DeskDecision& desk : out_.desks) close(desk, historic);
    if (out_.desks.empty()) explain_nobody();
  }

  void close(DeskDecision& desk, bool historic) {
    each_never(compiled_.slot(desk.desk),
               [&](std::uint16_t, const CompiledNever& never) { desk.facts_released &= ~never.facts; });
    desk.onward &= desk.granted;
    keep_from_onward(desk);
    if (desk.terms.onward[0].value == 0) desk.onward.reset();
    if (historic) make_historic(desk.terms);
    for (std::size_t i = 0; i < labels_; ++i) {
      if (!desk.granted[i] && desk.reasons[i].why == Why::NoClause) desk.reasons[i].why = Why::NotInItems;
    }
  }

  /// What a prohibition keeps from any of the desks that the recipient may pass it on to, it may not pass on.
  void keep_from_onward(DeskDecision& desk) const {
    if (PLANTED(OnwardPastNever)) return;
    for (const DeskNumber number : desk.terms.onward) {
      if (number.value == 0 || desk.onward.none()) return;
      each_never(compiled_.slot(number), [&](std::uint16_t, const CompiledNever& never) {
        for (std::size_t i = 0; i < labels_; ++i) {
          if (desk.onward[i] && covers(never, event_.labels[i])) desk.onward.reset(i);
        }
      });
    }
  }

  void explain_nobody() {
    if (out_.near.empty()) out_.nobody.push_back({});
    for (const Reason& reason : out_.near) {
      const auto at =
          std::upper_bound(out_.nobody.begin(), out_.nobody.end(), reason,
                           [](const Reason& a, const Reason& b) { return distance(a.why) < distance(b.why); });
      if (out_.nobody.size() == kNobodyMax && at == out_.nobody.end()) continue;
      if (out_.nobody.size() == kNobodyMax) {
        std::move_backward(at, out_.nobody.end() - 1, out_.nobody.end());
        *at = reason;
      } else {
        out_.nobody.insert(at, reason);
      }
    }
  }

  const Case& event_;
  const StateFacts& state_;
  const Compiled& compiled_;
  Evaluator evaluator_;
  Router router_;
  Instant now_;
  Decision& out_;
  std::size_t labels_;
  mutable std::bitset<512> asked_;    ///< Prohibitions whose answer is known: the first ones, by index.
  mutable std::bitset<512> applies_;
};

}  // namespace

void Decision::clear() {
  desks.clear();
  nobody.clear();
  near.clear();
  urgent_or_mandatory = false;
}

bool is_joined(contract::Kind kind) {
  using contract::Kind;
  return kind == Kind::CourtHearing || kind == Kind::CourtOutcome || kind == Kind::CustodyChange || kind == Kind::ContactPreference ||
         kind == Kind::ConsentChange;
}

void decide(const Case& event, const StateFacts& state, const InForce& agreements,
            const directory::Directory& directory, Instant now, Decision& out) {
  out.clear();
  Deciding(event, state, agreements.compiled(), directory, now, out).run();
}

}  // namespace concordat::policy
