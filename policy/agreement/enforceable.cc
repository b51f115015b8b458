// What cannot be enforced: see enforceable.h.
#include "policy/agreement/enforceable.h"

#include "policy/decide.h"

namespace concordat::policy {
namespace {

class Search {
 public:
  explicit Search(const Agreement& agreement) : agreement_(agreement) {}

  std::vector<Finding> run() {
    if (agreement_.break_glass)
      find(agreement_.break_glass->place,
           "break_glass: emergency releases cannot be made yet; leave it out of this version");
    if (agreement_.corrections)
      find(agreement_.corrections->place,
           "corrections: confirmations are not followed up yet; leave it out of this version");
    for (const Clause& clause : agreement_.clauses) in_clause(clause);
    for (const Never& never : agreement_.nevers) in_never(never);
    return std::move(findings_);
  }

 private:
  void find(Place place, std::string message) {
    findings_.push_back({code::kMeaning, agreement_.where(place), std::move(message), false});
  }

  void in_clause(const Clause& clause) {
    const std::string name = "clause " + clause.id + ": ";
    if (clause.consent.refusal == ConsentRefusal::ClinicianDecides) {
      find(clause.place, name +
                             "`clinician_decides` cannot be enforced yet, no fact says what was decided; write "
                             "withhold or share_and_record");
    }
    if (clause.consent.capacity == ConsentCapacity::BestInterests) {
      find(clause.place,
           name + "`capacity: best_interests` cannot be enforced yet, no fact says what was decided; write record");
    }
    if (clause.facts.risk_band)
      find(clause.place,
           name + "`risk_band` has no fact of its own yet; release `risk_score` and `judgement`, or leave it out");
    if (clause.facts.child_resident)
      find(clause.place, name + "`child_resident` has no fact of its own yet; release `child_is`, or leave it out");
    if (clause.keep.for_time && clause.keep.then == KeepThen::Review)
      find(clause.place, name + "`then: review` is not followed up yet; write erase");
    about_registrations(clause, name);
  }

  /// What nobody can know, or would tell who is registered.
  void about_registrations(const Clause& clause, const std::string& name) {
    for (const contract::Kind kind : clause.share) {
      const std::string of = " of " + std::string(contract::name_of(kind));
      if (clause.deliver.tell_sender && is_joined(kind))
        find(clause.place, name + "`tell_sender`: whoever sends events" + of + " is not told who hears of them, for that would say who is registered; leave it out");
      if (clause.to.serving == Serving::Registration && !is_joined(kind))
        find(clause.to.place, name + "`serving: registration.residence`: no registration is looked for" + of + "; write `victim.residence`");
      if (!clause.when || is_joined(kind) || kind == contract::Kind::VictimRegistration) continue;
      each(*clause.when, [&](const Condition& at) {
        if (at.is == Condition::Is::Registration) find(at.place, name + "`registration`: none is looked for" + of + "; share it by a clause of its own");
      });
    }
  }

  void in_never(const Never& never) {
    const std::string name = "never " + never.id + ": ";
    for (const NeverTarget& target : never.to) {
      if (target.is == NeverTarget::Is::ActingFor) {
        find(never.place, name +
                              "`acting_for` cannot be enforced yet, the directory does not say who acts for a person; "
                              "name the role or party");
      }
    }
    if (!never.when) return;
    each(*never.when, [&](const Condition& at) {
      if (at.is == Condition::Is::Consent)
        find(at.place, name + "consent is given for a purpose, and a prohibition has none; use another condition");
    });
  }

  const Agreement& agreement_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> unenforceable(const Agreement& agreement) { return Search(agreement).run(); }

}  // namespace concordat::policy
