// What could be released at all: the same clauses with whatever the state could still say left open. See decide.h.
#include <algorithm>

#include "policy/agreement/compiled.h"
#include "policy/decide.h"
#include "policy/evaluate.h"
#include "policy/route.h"

namespace concordat::policy {
namespace {

constexpr std::size_t kLabelsMax = 63;

class Releasing {
 public:
  Releasing(const Case& event, const Compiled& compiled, const directory::Directory& directory, Instant now)
      : event_(event),
        compiled_(compiled),
        evaluator_(event, nullptr),
        router_(event, nullptr, compiled, directory),
        now_(now) {}

  /// Whether nothing but her refusal keeps a clause from holding; after labels().
  bool refused() const { return refused_; }
  std::bitset<64> labels() {
    for (const std::uint32_t index : compiled_.for_event(event_.kind, event_.source)) ask(compiled_.clauses[index]);
    return labels_;
  }

 private:
  bool in_force(std::uint16_t agreement) const {
    return compiled_.settings[agreement].from <= now_ && now_ < compiled_.settings[agreement].until;
  }

  void ask(const CompiledClause& clause) {
    if (!in_force(clause.ref.agreement)) return;
    const Setting setting{&compiled_.settings[clause.ref.agreement], clause.purpose};
    const Reading reading = clause.only_when_met ? Reading::FactsAlone : Reading::Whole;
    const Held held = held_by(clause, *event_.facts, router_.victims(), evaluator_, [&] {
      if (!may_be(evaluator_.evaluate(compiled_.tree(clause.when), setting, reading), Truth::True)) return false;
      refused_ = refused_ || evaluator_.refused(clause.gate, clause.purpose);
      return evaluator_.passes(clause.gate, clause.purpose);
    });
    if (held.fires) lead(clause, held);
  }

  /// Nobody is taken for told, so that every place is tried that a prohibition might leave something to.
  void lead(const CompiledClause& clause, const Held& held) {
    const auto tell = [&](Slot slot, bool, People people) {
      offer(clause, slot, held, people);
      return false;
    };
    router_.lead(clause, held, tell);
    const People led = clause.serving == Serving::Residence ? router_.led_by(clause, held) : kEverybody;
    for (const Slot slot : clause.then) {
      if (slot != kNoSlot) router_.step(clause, slot, led, tell);
    }
  }

  void offer(const CompiledClause& clause, Slot slot, const Held& held, People people) {
    for (std::size_t i = 0; i < std::min(event_.labels.size(), kLabelsMax); ++i) {
      const seal::Label& label = event_.labels[i];
      if (labels_[i] || label.item >= 64) continue;
      const std::uint8_t roles = router_.roles_told(clause, held, people, label);
      const bool wanted = (label.roles == 0 || roles != 0) && ((clause.items.of_roles(roles) >> label.item) & 1) != 0;
      if (wanted && !kept_back(slot, label)) labels_.set(i);
    }
  }

  /// Only by what applies whatever the state says.
  bool kept_back(Slot slot, const seal::Label& label) const {
    const Piece piece = compiled_.desks[slot].nevers;
    for (std::uint32_t i = 0; i < piece.count; ++i) {
      const CompiledNever& never = compiled_.nevers[compiled_.desk_nevers[piece.first + i]];
      const bool covers = never.all_items || compiled_.free_text[label.item] ||
                          ((never.items.of_roles(label.roles) >> label.item) & 1) != 0;
      if (!covers || !in_force(never.agreement)) continue;
      const Truths truths = evaluator_.evaluate(compiled_.tree(never.when), {&compiled_.settings[never.agreement], 0});
      if (!may_be(truths, Truth::False)) return true;
    }
    return false;
  }

  const Case& event_;
  const Compiled& compiled_;
  Evaluator evaluator_;
  Router router_;
  Instant now_;
  std::bitset<64> labels_;
  bool refused_ = false;
};

/// Kinds that change what is decided about other events: the broker needs them whoever may open them.
bool broker_acts_on(contract::Kind kind) {
  using contract::Kind;
  return kind == Kind::ConsentChange || kind == Kind::Link || kind == Kind::VictimRegistration ||
         kind == Kind::ContactPreference;
}

}  // namespace

std::bitset<64> releasable_labels(const Case& event, const InForce& agreements, const directory::Directory& directory,
                                  Instant now) {
  return Releasing(event, agreements.compiled(), directory, now).labels();
}

bool releasable(const Case& event, const InForce& agreements, const directory::Directory& directory, Instant now) {
  if (broker_acts_on(event.kind)) return true;
  // What she refused changes what is decided of every other event: the broker needs the word, though nobody may open the event.
  Releasing releasing(event, agreements.compiled(), directory, now);
  return releasing.labels().any() || releasing.refused();
}

std::uint32_t unmatched_after(const Case& event, const InForce& agreements, Instant now) {
  const Compiled& compiled = agreements.compiled();
  std::uint32_t least = 0;
  bool turns_on_it = false;
  for (const std::uint32_t index : compiled.for_event(event.kind, event.source)) {
    const CompiledClause& clause = compiled.clauses[index];
    const CompiledSettings& settings = compiled.settings[clause.ref.agreement];
    if (now < settings.from || now >= settings.until) continue;
    for (const CompiledNode& node : compiled.tree(clause.when)) {
      if (node.is == Condition::Is::Unmatched && (least == 0 || node.minutes < least)) least = node.minutes;
      turns_on_it = turns_on_it || node.is == Condition::Is::Registered || node.is == Condition::Is::Registration;
    }
  }
  return least == 0 && turns_on_it ? kHeldMinutes : least;
}

}  // namespace concordat::policy
