// The oracle: see oracle.h. Written from DESIGN 3 and the agreement model, plainly; speed is no concern here.
#include "tests/policy/oracle.h"

#include <algorithm>
#include <optional>

#include "policy/lawful/lawful.h"

namespace concordat::policy::oracle {
namespace {

using contract::Fact;
using contract::PersonFacts;
using contract::Role;
using directory::Desk;
using directory::Directory;
using Is = Condition::Is;

// No, perhaps, yes, as numbers: "and" is the least, "or" the greatest, "not" the mirror.
constexpr int kNoWay = 0, kPerhaps = 1, kCertain = 2;

bool has_role(const PersonFacts& person, Role role) { return person.roles >> (static_cast<int>(role) - 1) & 1; }
std::uint32_t fact_of(const PersonFacts& person, Fact fact) { return person.values.at(static_cast<std::size_t>(fact)); }

int holds(std::uint32_t value, const FactTest& test, int silence = kPerhaps) {
  if (value == 0) return silence;
  return value < 64 && (test.values & (1ULL << value)) ? kCertain : kNoWay;
}

struct Judge {
  const Case& event;
  const StateFacts& state;
  const Directory& directory;
  Instant now;
  const StandIn& stand_in;
  bool for_alarm = false;  ///< Then only that silence counts as "perhaps" which may hide an urgent case.

  int silence(bool hides) const { return hides || !for_alarm ? kPerhaps : kNoWay; }

  std::vector<const PersonFacts*> people(Role role) const {
    std::vector<const PersonFacts*> found;
    for (const PersonFacts& person : event.facts->people) {
      if (has_role(person, role)) found.push_back(&person);
    }
    return found;
  }

  // ---- consent -----------------------------------------------------------------------------------------------------

  /// What holds of her consent comes before what the event says.
  const StateFacts::Consent* consent_held(const PersonFacts* victim, std::uint32_t purpose) const {
    for (int i = 0; i < state.consent_count; ++i) {
      const auto& said = state.consent.at(static_cast<std::size_t>(i));
      if (said.person != 0 && (victim == nullptr || victim->person != said.person)) continue;
      if (said.purpose == purpose || said.purpose == 0) return &said;
    }
    return nullptr;
  }

  /// 0 if nothing is recorded.
  int consent_word(const PersonFacts* victim, std::uint32_t purpose) const {
    if (const auto* held = consent_held(victim, purpose)) return static_cast<int>(held->state);
    if (victim != nullptr && fact_of(*victim, Fact::Consent) != 0) {
      const std::uint32_t meant = fact_of(*victim, Fact::ConsentPurpose);
      if (meant == 0 || meant == purpose) return static_cast<int>(fact_of(*victim, Fact::Consent));
    }
    return 0;
  }

  int consent_in(std::uint64_t values, std::uint32_t purpose) const {
    std::vector<const PersonFacts*> victims = people(Role::Victim);
    if (victims.empty()) victims.push_back(nullptr);
    int truth = kCertain;
    for (const PersonFacts* victim : victims) {
      const int word = consent_word(victim, purpose);
      truth = std::min(truth, word == 0 ? silence(false) : (values >> word & 1) ? kCertain : kNoWay);
    }
    return truth;
  }

  bool consent_lets(const Clause& clause) const {
    if (clause.duty) return true;
    const std::uint32_t purpose = directory::code_of(clause.purpose);
    constexpr std::uint64_t given = 1 << 1, not_asked = 1 << 3, unsafe = 1 << 4, incapable = 1 << 5;
    if (clause.consent.need == ConsentNeed::Required) return consent_in(given, purpose) == kCertain;
    if (clause.consent.need == ConsentNeed::Seek && clause.consent.refusal != ConsentRefusal::ShareAndRecord) {
      return consent_in(given | not_asked | unsafe | incapable, purpose) == kCertain;
    }
    return true;
  }

  bool consent_refused(const Clause& clause) const {
    const bool minds = !clause.duty && (clause.consent.need == ConsentNeed::Required ||
                                        (clause.consent.need == ConsentNeed::Seek && clause.consent.refusal != ConsentRefusal::ShareAndRecord));
    if (!minds) return false;
    const std::uint32_t purpose = directory::code_of(clause.purpose);
    std::vector<const PersonFacts*> victims = people(Role::Victim);
    if (victims.empty()) victims.push_back(nullptr);
    for (const PersonFacts* victim : victims) {
      if (const auto* held = consent_held(victim, purpose); held != nullptr && held->in_doubt) return false;
    }
    return consent_in(1 << 2 | 1 << 6, purpose) == kCertain;
  }

  // ---- conditions --------------------------------------------------------------------------------------------------

  int risk_of(const PersonFacts& victim, contract::RiskBand wanted, const Settings& settings) const {
    const std::uint32_t judged = fact_of(victim, Fact::Judgement), scored = fact_of(victim, Fact::RiskScore);
    std::uint32_t by_score = 0;
    if (scored != 0) {
      const std::uint32_t score = scored - 1;
      by_score = score >= *settings.dash_high ? 3 : score >= *settings.dash_medium ? 2 : 1;
    }
    if (std::max(judged, by_score) >= static_cast<std::uint32_t>(wanted)) return kCertain;
    return scored != 0 ? kNoWay : silence(judged == 0);
  }

  int of_state(const Condition& condition, const Settings& settings) const {
    const auto three = [this](Truth truth) {
      return truth == Truth::True ? kCertain : truth == Truth::False ? kNoWay : silence(false);
    };
    if (condition.is == Is::OpenReferral) return three(state.open_referral);
    if (condition.is == Is::Conference) return three(state.known_to_conference);
    if (condition.is == Is::Repeat) {
      if (!state.pair_known) return silence(false);
      const auto days = *settings.repeat_counts_from == CountsFrom::LastConference ? state.days_since_conference
                                                                                   : state.days_since_referral;
      return days != StateFacts::kNever && days <= settings.repeat_within.days() ? kCertain : kNoWay;
    }
    if (!state.victim_known) return silence(false);
    int recent = 0;
    for (int i = 0; i < state.incident_count; ++i) {
      if (state.incident_days_ago.at(static_cast<std::size_t>(i)) <= settings.escalation->within.days()) ++recent;
    }
    return recent >= settings.escalation->incidents ? kCertain : kNoWay;
  }

  int about_somebody(const Condition& condition, const Settings& settings) const {
    const Role role = condition.is == Is::PatientIs ? Role::Patient
                      : condition.is == Is::Risk    ? Role::Victim
                                                    : condition.role;
    const auto found = people(role);
    if (found.empty()) return silence(false);
    int best = kNoWay;
    for (const PersonFacts* person : found) {
      int truth = kCertain;
      if (condition.is == Is::PatientIs) truth = has_role(*person, condition.role) ? kCertain : kNoWay;
      if (condition.is == Is::Risk) truth = risk_of(*person, condition.band, settings);
      for (const FactTest& test : condition.tests) {
        const bool unjudged = test.fact == Fact::Judgement && fact_of(*person, Fact::RiskScore) == 0;
        const bool hides = test.fact == Fact::AgeBand || test.fact == Fact::ChildIs || unjudged;
        truth = std::min(truth, holds(fact_of(*person, test.fact), test, silence(hides)));
      }
      best = std::max(best, truth);
    }
    return best;
  }

  int truth(const Condition& condition, const Settings& settings, std::uint32_t purpose) const {
    int result = condition.is == Is::Any ? kNoWay : kCertain;
    switch (condition.is) {
      case Is::All:
        for (const Condition& part : condition.parts) result = std::min(result, truth(part, settings, purpose));
        return result;
      case Is::Any:
        for (const Condition& part : condition.parts) result = std::max(result, truth(part, settings, purpose));
        return result;
      case Is::Not:
        return 2 - truth(condition.parts.at(0), settings, purpose);
      case Is::Kind:
        return condition.tests.at(0).values >> static_cast<unsigned>(event.kind) & 1 ? kCertain : kNoWay;
      case Is::Event:
        return holds(event.facts->event.at(static_cast<std::size_t>(condition.tests.at(0).fact)),
                     condition.tests.at(0), silence(stated_in(condition.tests.at(0).fact)));
      case Is::Person:
      case Is::Risk:
      case Is::PatientIs:
        return about_somebody(condition, settings);
      case Is::Consent:
        for (const PersonFacts* victim : people(Role::Victim)) {
          const std::uint32_t meant = fact_of(*victim, Fact::ConsentPurpose);
          if (event.kind == contract::Kind::ConsentChange && meant != 0 && meant != purpose) return kNoWay;
        }
        return consent_in(condition.tests.at(0).values, purpose);
      case Is::Unread:
        return state.unread_minutes >= condition.minutes ? kCertain : kNoWay;
      case Is::Unmatched:
        return state.registered == Registered::No && state.unmatched_minutes >= condition.minutes ? kCertain : kNoWay;
      case Is::Registered:
        if (state.registered == Registered::Unknown) return silence(false);
        return condition.tests.at(0).values >> static_cast<unsigned>(state.registered) & 1 ? kCertain : kNoWay;
      case Is::Registration:
        if (event.kind == contract::Kind::VictimRegistration)
          return holds(event.facts->event.at(static_cast<std::size_t>(Fact::RegistrationAbuseCase)), condition.tests.at(0));
        if (state.registration_abuse_case == Truth::Unknown) return silence(false);
        return condition.tests.at(0).values >> (state.registration_abuse_case == Truth::True ? 2 : 1) & 1 ? kCertain : kNoWay;
      case Is::Escalation:
      case Is::Repeat:
      case Is::OpenReferral:
      case Is::Conference:
        return of_state(condition, settings);
    }
    return kPerhaps;
  }

  /// Whether an event of this kind could say it.
  bool stated_in(Fact fact) const {
    using contract::Kind;
    switch (event.kind) {
      case Kind::Incident:
        return fact == Fact::IncidentType || fact == Fact::DomesticAbuse || fact == Fact::CrimeRecorded;
      case Kind::Referral:
        return fact == Fact::ReferralKind || fact == Fact::ReferredTo || fact == Fact::ReferralReason;
      case Kind::ReferralProgress:
        return fact == Fact::Progress;
      case Kind::SafeguardingConcern:
        return fact == Fact::Concern;
      case Kind::Link:
        return fact == Fact::LinkStrength;
      case Kind::CourtOutcome:
        return fact == Fact::Outcome || fact == Fact::OutcomeReversed || fact == Fact::AbuseCase;
      case Kind::CourtHearing:
        return fact == Fact::Hearing;
      case Kind::CustodyChange:
        return fact == Fact::CustodyMovement;
      case Kind::HealthAttendance:
        return fact == Fact::Attendance;
      default:
        return false;
    }
  }

  bool in_force(const Agreement& agreement) const {
    return now >= first_moment(agreement.from) &&
           now < first_moment(std::chrono::sys_days{agreement.until} + std::chrono::days(1));
  }

  // ---- desks -------------------------------------------------------------------------------------------------------

  const Desk* desk_called(const Agreement& agreement, const std::string& short_name) const {
    for (const PartySpec& party : agreement.parties) {
      for (const DeskSpec& desk : party.desks) {
        if (desk.name == short_name) return directory.desk(party.name + "/" + short_name);
      }
    }
    return nullptr;
  }

  const std::string& party_of(const Desk& desk) const { return directory.party(desk.party)->name; }

  /// This desk and all that share a key or mailbox with it, through however many others.
  std::vector<const Desk*> sharers(const Desk& desk) const {
    std::vector<const Desk*> group{&desk};
    for (std::size_t i = 0; i < group.size(); ++i) {
      for (const Desk& other : directory.desks) {
        if (std::find(group.begin(), group.end(), &other) == group.end() && shares(*group[i], other))
          group.push_back(&other);
      }
    }
    return group;
  }
  bool shares(const Desk& a, const Desk& b) const {
    for (const directory::Client& client : directory.clients) {
      if (std::count(client.reads.begin(), client.reads.end(), a.number) > 0 &&
          std::count(client.reads.begin(), client.reads.end(), b.number) > 0)
        return true;
    }
    if (!a.mailbox.empty() && a.mailbox == b.mailbox) return true;
    for (const auto& key : a.keys) {
      for (const auto& other : b.keys) {
        if (key.open == other.open) return true;
      }
    }
    return false;
  }

  bool bound_by(const Never& never, const Agreement& agreement, const Desk& desk) const {
    for (const Desk* one : sharers(desk)) {
      for (const NeverTarget& target : never.to) {
        const auto listed = [&](contract::DeskRole role) {
          return std::count(target.roles.begin(), target.roles.end(), role) > 0;
        };
        if (target.is == NeverTarget::Is::Role && (listed(one->role) || listed(directory.party(one->party)->role)))
          return true;
        if (target.is == NeverTarget::Is::RoleOtherThan && !listed(one->role)) return true;
        if (target.is == NeverTarget::Is::Party && party_of(*one) == target.name) return true;
        if (target.is == NeverTarget::Is::Desk && desk_called(agreement, target.name) == one) return true;
      }
    }
    return false;
  }

  bool employs_somebody(const Desk& desk) const {
    for (const PersonFacts& person : event.facts->people) {
      if (fact_of(person, Fact::WorksFor) == directory::code_of(party_of(desk))) return true;
    }
    return false;
  }

  bool barred(const Desk& desk) const { return desk.suspended || directory.party(desk.party)->suspended; }

  using Persons = std::set<std::uint16_t>;

  /// A clause with what came of asking it: the numbers of the victims of whom it holds.
  struct Asked {
    const Agreement& agreement;
    const Clause& clause;
    Persons victims;
  };

  /// Whom a desk's events really go to: itself, its alternative, or nobody. An alternative takes those within its reach.
  const Desk* really(const Desk* desk, const Asked& asked, Persons& whom) const {
    if (employs_somebody(*desk)) {
      const Desk* other = desk->alternative.value == 0 ? nullptr : directory.desk(desk->alternative);
      if (other == nullptr || (other->party != desk->party && employs_somebody(*other))) return nullptr;
      if (!allowed(asked, *other) || !within_reach(*other, asked.clause.to, whom)) return nullptr;
      desk = other;
    }
    return barred(*desk) ? nullptr : desk;
  }

  bool allowed(const Asked& asked, const Desk& desk) const {
    if (stand_in) return stand_in(asked.agreement, asked.clause, desk);
    return lawful::may_stand_in(asked.agreement, asked.clause, desk, directory, lawful::built_in());
  }

  static bool in_area(const Desk& desk, std::uint32_t area) {
    return area != 0 && (desk.serves.empty() || std::count(desk.serves.begin(), desk.serves.end(), area) > 0);
  }

  /// Takes out of `whom` those who live elsewhere; whether the desk serves anything of it.
  bool serves(const Desk& desk, const Recipient& to, Persons& whom) const {
    if (to.serving == Serving::Nothing) return true;
    if (to.serving == Serving::Incident)
      return in_area(desk, event.facts->event.at(static_cast<std::size_t>(Fact::IncidentArea)));
    if (to.serving == Serving::Registration) return in_area(desk, state.registration_residence);
    for (const PersonFacts& person : event.facts->people) {
      if (!in_area(desk, fact_of(person, Fact::Residence))) whom.erase(person.person);
    }
    return !whom.empty();
  }

  bool within_reach(const Desk& desk, const Recipient& to, Persons& whom) const {
    return desk.serves.empty() || serves(desk, to, whom);
  }

  bool addressed(const Agreement& agreement, const Recipient& to, const Desk& desk) const {
    if (agreement.party(party_of(desk)) == nullptr) return false;
    if (to.by == Recipient::By::Desk) return desk_called(agreement, to.name) == &desk;
    if (to.by == Recipient::By::Role) return desk.role == to.role;
    if (party_of(desk) != to.name) return false;
    if (to.acting_for.empty()) return true;
    for (const PartyNumber number : desk.acts_for) {
      if (directory.party(number)->name == to.acting_for) return true;
    }
    return false;
  }

  struct Told {
    const Desk* desk;
    bool fallback;
    std::vector<std::size_t> labels;  ///< What it may open.
  };

  /// Everybody in the event where no residence leads; else those whose residence does.
  Persons led_by(const Asked& asked) const {
    Persons whom;
    for (const PersonFacts& person : event.facts->people) {
      const bool leads = asked.clause.to.serving != Serving::Residence || has_role(person, asked.clause.to.whose);
      const bool victim = asked.clause.to.serving == Serving::Residence && asked.clause.to.whose == Role::Victim;
      if (leads && (!victim || asked.victims.contains(person.person))) whom.insert(person.person);
    }
    return whom;
  }

  std::vector<Told> destinations(const Asked& asked, std::span<const Agreement> agreements) const {
    const Clause& clause = asked.clause;
    const Persons led = led_by(asked);
    Persons left = led, silent;
    std::vector<Told> told;
    bool missed_here = false;
    const auto tell = [&](const Desk* desk, bool fallback, Persons& whom, bool first) {
      const Desk* real = really(desk, asked, whom);
      if (real == nullptr) return false;
      if (first && real->number == state.missed_by) missed_here = true, silent.insert(whom.begin(), whom.end());
      Told one{real, fallback, {}};
      for (std::size_t i = 0; i < event.labels.size(); ++i) {
        if (lists(asked, event.labels[i], whom) && !kept_from(*real, event.labels[i], agreements)) one.labels.push_back(i);
      }
      if (one.labels.empty()) return false;
      told.push_back(one);
      return true;
    };
    for (const Desk& desk : directory.desks) {
      Persons whom = led;
      if (!addressed(asked.agreement, clause.to, desk) || !serves(desk, clause.to, whom)) continue;
      if (!tell(&desk, false, whom, true)) continue;
      for (const std::uint16_t person : whom) left.erase(person);
    }
    const bool unplaced = clause.to.serving == Serving::Residence && !led.empty() ? !left.empty() : told.empty();
    if (unplaced && !clause.to.if_none.empty()) tell(desk_called(asked.agreement, clause.to.if_none), true, left, true);
    if (state.missed_by.value == 0) return told;
    for (const std::string& then : clause.deliver.then) {
      const Desk* desk = desk_called(asked.agreement, then);
      Persons whom = led;
      if (desk->number != state.missed_by || !within_reach(*desk, clause.to, whom)) continue;
      missed_here = true;
      silent.insert(whom.begin(), whom.end());
    }
    for (const std::string& then : clause.deliver.then) {
      const Desk* desk = desk_called(asked.agreement, then);
      Persons whom = silent;
      if (missed_here && within_reach(*desk, clause.to, whom)) tell(desk, false, whom, false);
    }
    return told;
  }

  // ---- items -------------------------------------------------------------------------------------------------------

  static bool lists(const ItemsByRole& items, const seal::Label& label) {
    if (label.roles == 0) return items.masks.at(0) >> label.item & 1;
    for (int role = 1; role <= 5; ++role) {
      if ((label.roles >> (role - 1) & 1) && (items.masks.at(static_cast<std::size_t>(role)) >> label.item & 1))
        return true;
    }
    return false;
  }

  /// As a victim only if the clause holds of her, as somebody whose home leads it only if she is among `whom`.
  static bool lists(const Asked& asked, const seal::Label& label, const Persons& whom) {
    seal::Label kept = label;
    const auto drop = [&](Role role) { kept.roles &= static_cast<std::uint8_t>(~(1U << (static_cast<int>(role) - 1))); };
    if (!asked.victims.contains(label.person)) drop(Role::Victim);
    if (asked.clause.to.serving == Serving::Residence && !whom.contains(label.person)) drop(asked.clause.to.whose);
    return (label.roles == 0 || kept.roles != 0) && lists(asked.clause.items, kept);
  }

  static bool is_free_text(const seal::Label& label) {
    const auto* info = contract::info(static_cast<contract::Item>(label.item));
    return info != nullptr && info->free_text;
  }

  bool kept_from(const Desk& desk, const seal::Label& label, std::span<const Agreement> agreements) const {
    for (const Agreement& agreement : agreements) {
      for (const Never& never : agreement.nevers) {
        const bool covers = never.all_items || is_free_text(label) || lists(never.items, label);
        if (covers && applies(never, agreement) && bound_by(never, agreement, desk)) return true;
      }
    }
    return false;
  }

  bool applies(const Never& never, const Agreement& agreement) const {
    return in_force(agreement) && (!never.when || truth(*never.when, agreement.settings, 0) != kNoWay);
  }

  bool fact_kept_from(const Desk& desk, Fact fact, std::span<const Agreement> agreements) const {
    const auto item = static_cast<unsigned>(contract::info(fact)->item);
    for (const Agreement& agreement : agreements) {
      for (const Never& never : agreement.nevers) {
        bool covers = never.all_items;
        for (const std::uint64_t mask : never.items.masks) covers |= item != 0 && (mask >> item & 1);
        if (covers && applies(never, agreement) && bound_by(never, agreement, desk)) return true;
      }
    }
    return false;
  }
};

// ---- terms ---------------------------------------------------------------------------------------------------------

struct Grants {
  std::vector<std::pair<const Agreement*, const Clause*>> clauses;  ///< In the order of agreements by name, each once.
};

template <class Of>
std::uint32_t least_but_none(const Grants& grants, Of of) {
  std::set<std::uint32_t> values;
  for (const auto& [agreement, clause] : grants.clauses) values.insert(of(*clause));
  values.erase(0);
  return values.empty() ? 0 : *values.begin();
}

/// The shortest from each day; those whose day is known already before the one that waits for a case to be closed.
void keep_strictest(const Grants& grants, Terms& terms) {
  std::vector<std::pair<std::uint32_t, KeepFrom>> periods;
  for (const KeepFrom from : {KeepFrom::Received, KeepFrom::Event, KeepFrom::CaseClosed}) {
    const std::uint32_t days = least_but_none(
        grants, [&](const Clause& c) { return c.keep.for_time && c.keep.from == from ? c.keep.for_time->days() : 0U; });
    if (days != 0) periods.emplace_back(days, from);
  }
  const bool swap = periods.size() > 1 && periods[0].second == KeepFrom::Received &&
                    periods[1].second == KeepFrom::Event && periods[1].first < periods[0].first;
  if (swap) std::swap(periods[0], periods[1]);
  if (periods.empty()) return;
  terms.keep_days = periods[0].first;
  terms.keep_from = static_cast<std::uint8_t>(periods[0].second);
  for (std::size_t i = 1; i < periods.size(); ++i)
    terms.keep_also.at(i - 1) = {periods[i].first, static_cast<std::uint8_t>(periods[i].second)};
}

Terms strictest(const Grants& grants, const Judge& judge, bool historic) {
  Terms terms;
  terms.lane = Lane::Bulk;
  terms.tell_sender = true;
  terms.onward_else = OnwardElse::AskSender;
  std::vector<DeskNumber> chain;
  std::vector<std::vector<DeskNumber>> onwards;
  for (const auto& [agreement, clause] : grants.clauses) {
    terms.lane = std::min(terms.lane, clause->deliver.lane);
    terms.clock_always |= clause->deliver.clock_always;
    terms.tell_sender &= clause->deliver.tell_sender;
    for (const std::string& then : clause->deliver.then) {
      const DeskNumber number = judge.desk_called(*agreement, then)->number;
      if (std::count(chain.begin(), chain.end(), number) == 0) chain.push_back(number);
    }
    if (!clause->onward || clause->onward->otherwise == OnwardElse::Forbidden)
      terms.onward_else = OnwardElse::Forbidden;
    std::vector<DeskNumber> onward;
    for (std::size_t i = 0; clause->onward && i < clause->onward->to.size(); ++i)
      onward.push_back(judge.desk_called(*agreement, clause->onward->to[i])->number);
    onwards.push_back(onward);
  }
  terms.read_within_minutes = least_but_none(
      grants, [](const Clause& c) { return c.deliver.read_within ? c.deliver.read_within->minutes() : 0U; });
  terms.act_within_minutes = least_but_none(grants, [](const Clause& c) {
    return c.deliver.act_within && !c.deliver.act_within->working_days() ? c.deliver.act_within->minutes() : 0U;
  });
  terms.act_within_working_days = static_cast<std::uint16_t>(least_but_none(grants, [](const Clause& c) {
    return c.deliver.act_within && c.deliver.act_within->working_days() ? c.deliver.act_within->count : 0U;
  }));
  keep_strictest(grants, terms);
  std::size_t next = 0;
  for (const DeskNumber number : onwards.at(0)) {
    const bool in_all = std::all_of(onwards.begin(), onwards.end(),
                                    [&](const auto& list) { return std::count(list.begin(), list.end(), number) > 0; });
    if (in_all) terms.onward.at(next++) = number;
  }
  for (std::size_t i = 0; i < chain.size() && i < terms.then.size(); ++i) terms.then.at(i) = chain[i];
  if (!historic) return terms;
  terms.lane = Lane::Bulk;
  terms.read_within_minutes = terms.act_within_minutes = terms.act_within_working_days = 0;
  terms.then = {};
  return terms;
}

/// The victims of whom the clause holds, each asked as if the others were none; without victims an empty set, if it holds.
/// For an alarm: of whom it may hold and who did not refuse.
std::optional<Judge::Persons> ask(const Judge& judge, const Agreement& agreement, const Clause& clause, bool alarm) {
  std::vector<std::uint16_t> victims;
  for (const PersonFacts* victim : judge.people(Role::Victim)) victims.push_back(victim->person);
  Judge::Persons held;
  bool fires = false;
  for (std::size_t n = 0; n < std::max<std::size_t>(1, victims.size()); ++n) {
    contract::FactSet alone = *judge.event.facts;
    for (PersonFacts& person : alone.people) {
      if (!victims.empty() && person.person != victims[n]) person.roles &= static_cast<std::uint8_t>(~1U);
    }
    Case one = judge.event;
    one.facts = &alone;
    const Judge asked{one, judge.state, judge.directory, judge.now, judge.stand_in, alarm};
    const int truth =
        clause.when ? asked.truth(*clause.when, agreement.settings, directory::code_of(clause.purpose)) : kCertain;
    if (alarm ? truth == kNoWay || asked.consent_refused(clause) : truth != kCertain || !asked.consent_lets(clause)) continue;
    fires = true;
    if (!victims.empty()) held.insert(victims[n]);
  }
  return fires ? std::optional(held) : std::nullopt;
}

bool onward_for(const Clause& clause, const seal::Label& label) {
  return clause.onward && (clause.onward->same_items || (clause.onward->items >> label.item & 1));
}

}  // namespace

Verdict judge(const Case& event, const StateFacts& state, std::span<const Agreement> agreements,
              const Directory& directory, Instant now, const StandIn& stand_in) {
  const Judge judge{event, state, directory, now, stand_in};
  Verdict verdict;
  std::map<std::string, const Agreement*> by_name;
  for (const Agreement& agreement : agreements) by_name[agreement.name] = &agreement;
  const bool historic = event.facts->event.at(static_cast<std::size_t>(Fact::Historic)) == contract::kYes;
  const directory::Party* source = directory.party(event.source);
  std::map<std::uint16_t, Grants> grants;
  std::map<std::uint16_t, bool> only_fallback;
  for (const auto& [name, agreement] : by_name) {
    for (const Clause& clause : agreement->clauses) {
      const bool shared = std::count(clause.share.begin(), clause.share.end(), event.kind) > 0;
      const bool from = source != nullptr &&
                        (clause.from_any_party ? agreement->party(source->name) != nullptr
                                               : std::count(clause.from.begin(), clause.from.end(), source->name) > 0);
      if (!shared || !from) continue;
      if (!historic && (clause.duty || clause.deliver.lane == Lane::Urgent) && ask(judge, *agreement, clause, true))
        verdict.urgent_or_mandatory = true;
      const auto victims = ask(judge, *agreement, clause, false);
      if (!judge.in_force(*agreement) || !victims) continue;
      for (const auto& [desk, fallback, labels] : judge.destinations({*agreement, clause, *victims}, agreements)) {
        DeskVerdict& told = verdict.desks[desk->number.value];
        for (const std::size_t i : labels) {
          told.granted[i].insert(name + " " + clause.id);
          const bool first = told.granted[i].size() == 1;
          if (first && onward_for(clause, event.labels[i])) told.onward.insert(i);
          if (!onward_for(clause, event.labels[i])) told.onward.erase(i);
        }
        told.duty |= clause.duty;
        const auto [at, fresh] = only_fallback.emplace(desk->number.value, fallback);
        if (!fresh) at->second = at->second && fallback;
        auto& list = grants[desk->number.value].clauses;
        if (std::none_of(list.begin(), list.end(), [&](const auto& one) { return one.second == &clause; }))
          list.emplace_back(agreement, &clause);
        for (unsigned fact = 0; fact < 64; ++fact) {
          if (clause.facts.facts[fact] && !judge.fact_kept_from(*desk, static_cast<Fact>(fact), agreements))
            told.facts.insert(fact);
        }
      }
    }
  }
  std::erase_if(verdict.desks, [](const auto& entry) { return entry.second.granted.empty(); });
  for (auto& [number, told] : verdict.desks) {
    told.fallback = only_fallback.at(number);
    told.terms = strictest(grants.at(number), judge, historic);
    for (const DeskNumber next : told.terms.onward) {
      if (next.value == 0) break;
      std::erase_if(told.onward, [&](std::size_t i) {
        return judge.kept_from(*directory.desk(next), event.labels[i], agreements);
      });
    }
    if (told.terms.onward[0].value == 0) told.onward.clear();
    for (std::size_t i = 0; i < event.labels.size(); ++i) {
      if (judge.kept_from(*directory.desk(DeskNumber{number}), event.labels[i], agreements)) told.forbidden.insert(i);
    }
  }
  return verdict;
}

}  // namespace concordat::policy::oracle
