// Conditions over facts: see evaluate.h.
#include "policy/evaluate.h"

#include <algorithm>

#include "policy/planted.h"

namespace concordat::policy {
namespace {

using contract::Fact;
using contract::FactValue;
using contract::PersonFacts;
using contract::Role;
using Is = Condition::Is;

Truth truth_of(bool value) { return value ? Truth::True : Truth::False; }

Truth test(FactValue value, std::uint64_t values) {
  if (value == contract::kUnknown) return PLANTED(UnknownIsTrue) ? Truth::True : Truth::Unknown;
  return truth_of(value < 64 && ((values >> value) & 1) != 0);
}

/// For an alarm, silence that hides nothing is "no".
Truth known(Truth truth, Reading reading) {
  return truth == Truth::Unknown && reading == Reading::ForAlarm ? Truth::False : truth;
}

/// False before unknown before true: "and" is the least.
Truth both(Truth a, Truth b) {
  if (a == Truth::False || b == Truth::False) return Truth::False;
  return a == Truth::True && b == Truth::True ? Truth::True : Truth::Unknown;
}
Truth opposite(Truth a) { return a == Truth::Unknown ? a : truth_of(a == Truth::False); }
Truth either(Truth a, Truth b) { return opposite(both(opposite(a), opposite(b))); }

constexpr std::array kTruths{Truth::Unknown, Truth::False, Truth::True};

/// Every result that an operation could give.
template <class Operation>
Truths lifted(Truths a, Truths b, Operation operation) {
  Truths out = 0;
  for (const Truth x : kTruths) {
    for (const Truth y : kTruths) {
      if (may_be(a, x) && may_be(b, y)) out |= only(operation(x, y));
    }
  }
  return out;
}

bool single(Truths truths) { return (truths & (truths - 1)) == 0; }
Truth the(Truths truths) {
  return may_be(truths, Truth::True) ? Truth::True : may_be(truths, Truth::False) ? Truth::False : Truth::Unknown;
}

Truths join(bool all, Truths a, Truths b) {
  if (single(a) && single(b)) return only(all ? both(the(a), the(b)) : either(the(a), the(b)));
  return all ? lifted(a, b, both) : lifted(a, b, either);
}

FactValue of(const PersonFacts& person, Fact fact) { return person.values[static_cast<std::size_t>(fact)]; }

/// Facts of a person whose absence may hide what is urgent: sources note the others when they are so.
bool may_hide(const PersonFacts& person, Fact fact) {
  if (fact == Fact::Judgement) return of(person, Fact::RiskScore) == contract::kUnknown;
  return fact == Fact::AgeBand || fact == Fact::ChildIs;
}

/// Facts of the event that its kind can state.
bool could_say(contract::Kind kind, Fact fact) {
  using contract::Kind;
  struct Row {
    Fact fact;
    Kind kind;
  };
  constexpr std::array rows{Row{Fact::IncidentType, Kind::Incident},      Row{Fact::DomesticAbuse, Kind::Incident},
                            Row{Fact::CrimeRecorded, Kind::Incident},     Row{Fact::ReferralKind, Kind::Referral},
                            Row{Fact::ReferredTo, Kind::Referral},        Row{Fact::ReferralReason, Kind::Referral},
                            Row{Fact::Progress, Kind::ReferralProgress},  Row{Fact::Concern, Kind::SafeguardingConcern},
                            Row{Fact::LinkStrength, Kind::Link},          Row{Fact::Outcome, Kind::CourtOutcome},
                            Row{Fact::OutcomeReversed, Kind::CourtOutcome}, Row{Fact::AbuseCase, Kind::CourtOutcome}, Row{Fact::Hearing, Kind::CourtHearing},
                            Row{Fact::RegistrationAbuseCase, Kind::VictimRegistration},
                            Row{Fact::CustodyMovement, Kind::CustodyChange}, Row{Fact::Attendance, Kind::HealthAttendance}};
  return std::any_of(rows.begin(), rows.end(), [&](const Row& row) { return row.fact == fact && row.kind == kind; });
}

/// Judgement raises the band of a score and never lowers it, so a score without a judgement has its own band; a
/// judgement without a score may still be raised by it.
Truth at_least(contract::RiskBand wanted, const PersonFacts& victim, const CompiledSettings& settings) {
  using contract::RiskBand;
  const FactValue score = of(victim, Fact::RiskScore);  // the score + 1
  const FactValue judged = of(victim, Fact::Judgement);
  const RiskBand by_score = score > settings.dash_high     ? RiskBand::High
                            : score > settings.dash_medium ? RiskBand::Medium
                                                           : RiskBand::Standard;
  if (judged != contract::kUnknown && judged >= static_cast<FactValue>(wanted)) return Truth::True;
  if (score == contract::kUnknown) return Truth::Unknown;
  return truth_of(by_score >= wanted);
}

constexpr std::uint64_t kRefusals = std::uint64_t{1} << static_cast<unsigned>(contract::ConsentState::Refused) |
                                    std::uint64_t{1} << static_cast<unsigned>(contract::ConsentState::Withdrawn);

}  // namespace

Truths Evaluator::evaluate(std::span<const CompiledNode> nodes, const Setting& setting, Reading reading) const {
  return nodes.empty() ? only(Truth::True) : node(nodes, setting, reading);
}

/// True of somebody with the role; nobody there: unknown, for silence is no answer.
template <class Of>
Truth Evaluator::somebody(Role role, Reading reading, Of of_person) const {
  bool anybody = false;
  Truth truth = Truth::False;
  for (const PersonFacts& person : event_.facts->people) {
    if (!has(person, role)) continue;
    anybody = true;
    truth = either(truth, of_person(person));
  }
  return anybody || reading == Reading::ForAlarm ? truth : Truth::Unknown;
}

Truths Evaluator::node(std::span<const CompiledNode> nodes, const Setting& setting, Reading reading) const {
  const CompiledNode& at = nodes[0];
  switch (at.is) {
    case Is::All:
    case Is::Any:
      return joined(nodes, setting, reading);
    case Is::Not: {
      const Truths part = node(nodes.subspan(1), setting, reading);
      if (single(part)) return only(opposite(the(part)));
      return lifted(part, part, [](Truth a, Truth) { return opposite(a); });
    }
    case Is::Kind:
      return only(truth_of((at.values >> static_cast<unsigned>(event_.kind) & 1) != 0));
    case Is::Event:
      return only(event(at, reading));
    case Is::Person:
      return only(person(nodes, reading));
    case Is::Risk:
      return only(risk(at.band, *setting.settings, reading));
    case Is::PatientIs:
      return only(patient_is(at.role, reading));
    case Is::Consent:
      return speaks_of_another(setting.purpose) ? only(Truth::False) : consent(at.values, setting.purpose, reading);
    case Is::Unread:
      if (state_ == nullptr)
        return reading != Reading::Whole ? only(Truth::False)
                                         : static_cast<Truths>(only(Truth::False) | only(Truth::True));
      return only(truth_of(state_->unread_minutes >= at.minutes));
    case Is::Unmatched:
      if (state_ == nullptr)
        return reading != Reading::Whole ? only(Truth::False)
                                         : static_cast<Truths>(only(Truth::False) | only(Truth::True));
      return only(truth_of(state_->registered == Registered::No && state_->unmatched_minutes >= at.minutes));
    case Is::Registration:
      if (event_.kind == contract::Kind::VictimRegistration) return only(event(at, reading));
      [[fallthrough]];
    case Is::Registered:
    case Is::Escalation:
    case Is::Repeat:
    case Is::OpenReferral:
    case Is::Conference:
      if (state_ == nullptr && reading == Reading::Whole) return kAnything;
      return only(state_ == nullptr ? Truth::Unknown : known(from_state(at, *setting.settings), reading));
  }
  return only(Truth::Unknown);
}

Truths Evaluator::joined(std::span<const CompiledNode> nodes, const Setting& setting, Reading reading) const {
  const bool all = nodes[0].is == Is::All;
  const Truths neutral = only(truth_of(all));
  Truths truths = neutral;
  const Truths settled = only(truth_of(!all));
  std::uint32_t at = 1;
  for (; at < nodes[0].span && truths != settled; at += nodes[at].span) {
    if (PLANTED(DropACondition) && all && at > 1) break;
    const Truths part = node(nodes.subspan(at, nodes[at].span), setting, reading);
    if (part != neutral) truths = join(all, truths, part);
  }
  return truths;
}

Truth Evaluator::event(const CompiledNode& at, Reading reading) const {
  const Truth truth = test(event_.facts->of(at.fact), at.values);
  if (reading != Reading::ForAlarm || could_say(event_.kind, at.fact)) return truth;
  return known(truth, reading);
}

Truth Evaluator::person(std::span<const CompiledNode> nodes, Reading reading) const {
  return somebody(nodes[0].role, reading, [&](const PersonFacts& somebody_there) {
    Truth truth = Truth::True;
    for (std::uint32_t i = 1; i < nodes[0].span; ++i) {
      const Truth one = test(of(somebody_there, nodes[i].fact), nodes[i].values);
      const bool open = reading != Reading::ForAlarm || may_hide(somebody_there, nodes[i].fact);
      truth = both(truth, open ? one : known(one, reading));
    }
    return truth;
  });
}

Truth Evaluator::risk(contract::RiskBand band, const CompiledSettings& settings, Reading reading) const {
  return somebody(Role::Victim, reading, [&](const PersonFacts& victim) {
    const Truth truth = at_least(band, victim, settings);
    return of(victim, Fact::Judgement) == contract::kUnknown ? truth : known(truth, reading);
  });
}

Truth Evaluator::patient_is(Role role, Reading reading) const {
  return somebody(Role::Patient, reading, [&](const PersonFacts& patient) { return truth_of(has(patient, role)); });
}

Truth Evaluator::from_state(const CompiledNode& at, const CompiledSettings& settings) const {
  if (at.is == Is::OpenReferral) return state_->open_referral;
  if (at.is == Is::Conference) return state_->known_to_conference;
  if (at.is == Is::Registered) return test(static_cast<FactValue>(state_->registered), at.values);
  if (at.is == Is::Registration)
    return PLANTED(RegistrationUnasked) ? Truth::True : test(static_cast<FactValue>(state_->registration_abuse_case), at.values);
  if (at.is == Is::Repeat) {
    if (!state_->pair_known) return Truth::Unknown;
    const std::uint16_t days =
        settings.repeat_from == CountsFrom::LastReferral ? state_->days_since_referral : state_->days_since_conference;
    return truth_of(days != StateFacts::kNever && days <= settings.repeat_days);
  }
  if (!state_->victim_known) return Truth::Unknown;
  const auto first = state_->incident_days_ago.begin();
  const auto recent = std::count_if(first, first + state_->incident_count,
                                    [&](std::uint16_t days) { return days <= settings.escalation_days; });
  return truth_of(recent >= settings.escalation_incidents);
}

const StateFacts::Consent* Evaluator::consent_in_state(const PersonFacts* victim, std::uint32_t purpose) const {
  if (state_ == nullptr) return nullptr;
  for (std::size_t i = 0; i < state_->consent_count; ++i) {
    const StateFacts::Consent& said = state_->consent[i];
    const bool hers = said.person == 0 || (victim != nullptr && said.person == victim->person);
    if (hers && (said.purpose == 0 || said.purpose == purpose)) return &said;
  }
  return nullptr;
}

// Without a state a refusal that the event does not know of may hold.
std::uint64_t Evaluator::consent_of(const PersonFacts* victim, std::uint32_t purpose, Reading reading) const {
  if (const auto* held = consent_in_state(victim, purpose)) return std::uint64_t{1} << static_cast<unsigned>(held->state);
  const std::uint64_t unsaid = state_ == nullptr ? 0x7f : 1;
  if (victim == nullptr) return unsaid;
  const FactValue said = of(*victim, Fact::Consent);
  const FactValue said_for = of(*victim, Fact::ConsentPurpose);
  const bool fits = said != contract::kUnknown && (said_for == contract::kUnknown || said_for == purpose);
  if (!fits) return unsaid;
  return std::uint64_t{1} << said | (state_ == nullptr && reading == Reading::Whole ? kRefusals : 0);
}

/// A change of consent for another purpose is news of that one, whatever is known of this.
bool Evaluator::speaks_of_another(std::uint32_t purpose) const {
  return event_.kind == contract::Kind::ConsentChange && std::any_of(event_.facts->people.begin(), event_.facts->people.end(), [&](const PersonFacts& person) {
           const FactValue said_for = of(person, Fact::ConsentPurpose);
           return has(person, Role::Victim) && said_for != contract::kUnknown && said_for != purpose;
         });
}

/// Of every victim looked at; where the event names none, of whoever the state knows.
Truths Evaluator::consent(std::uint64_t values, std::uint32_t purpose, Reading reading) const {
  const auto truths_of = [&](const PersonFacts* victim) {
    const std::uint64_t states = consent_of(victim, purpose, reading);
    if (reading == Reading::FactsAlone && (states & (states - 1)) != 0) return only(Truth::Unknown);
    Truths truths = 0;
    if ((states & 1) != 0) truths |= only(known(Truth::Unknown, reading));
    if ((states & ~std::uint64_t{1} & values) != 0) truths |= only(Truth::True);
    if ((states & ~std::uint64_t{1} & ~values) != 0) truths |= only(Truth::False);
    return truths;
  };
  Truths truths = only(Truth::True);
  bool anybody = false;
  for (const PersonFacts& person : event_.facts->people) {
    if (!has(person, Role::Victim)) continue;
    anybody = true;
    truths = join(true, truths, truths_of(&person));
  }
  return anybody ? truths : truths_of(nullptr);
}

bool Evaluator::passes(Gate gate, std::uint32_t purpose) const {
  using contract::ConsentState;
  if (gate == Gate::Open || PLANTED(ConsentIgnored)) return true;
  const auto value = [](ConsentState state) { return std::uint64_t{1} << static_cast<unsigned>(state); };
  const std::uint64_t given = value(ConsentState::Given);
  const std::uint64_t not_refused =
      given | value(ConsentState::NotAsked) | value(ConsentState::UnsafeToAsk) | value(ConsentState::LacksCapacity);
  return may_be(consent(gate == Gate::Given ? given : not_refused, purpose, Reading::Whole), Truth::True);
}

bool Evaluator::refused(Gate gate, std::uint32_t purpose) const {
  if (gate == Gate::Open) return false;
  const auto by = [&](const PersonFacts* victim) {
    const auto* held = consent_in_state(victim, purpose);
    return (held == nullptr || !held->in_doubt) && (consent_of(victim, purpose, Reading::FactsAlone) & ~kRefusals) == 0;
  };
  bool anybody = false;
  for (const PersonFacts& person : event_.facts->people) {
    if (!has(person, Role::Victim)) continue;
    if (!by(&person)) return false;
    anybody = true;
  }
  return anybody || by(nullptr);
}

std::uint16_t Evaluator::first_failed(std::span<const CompiledNode> nodes, const Setting& setting) const {
  const CompiledNode& at = nodes[0];
  if (at.is != Is::All && at.is != Is::Any) return at.ordinal;
  for (std::uint32_t i = 1; i < at.span; i += nodes[i].span) {
    const auto part = nodes.subspan(i, nodes[i].span);
    if (at.is == Is::Any || node(part, setting, Reading::Whole) != only(Truth::True)) return first_failed(part, setting);
  }
  return at.ordinal;
}

}  // namespace concordat::policy
