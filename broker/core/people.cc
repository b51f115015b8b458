// People and cases as the broker knows them: see people.h.
#include "broker/core/people.h"

#include <algorithm>

namespace concordat::broker {
namespace {

using contract::ConsentState;
using contract::Fact;
using contract::FactSet;
using contract::Kind;

constexpr std::uint8_t role_bit(contract::Role role) { return static_cast<std::uint8_t>(1u << (static_cast<unsigned>(role) - 1)); }

// The one person with a role; several victims are nobody's history until a person has said which.
const contract::PersonFacts* only(const FactSet& facts, contract::Role role) {
  const contract::PersonFacts* found = nullptr;
  for (const auto& person : facts.people) {
    if ((person.roles & role_bit(role)) == 0) continue;
    if (found != nullptr) return nullptr;
    found = &person;
  }
  return found;
}

ClusterId cluster_of(std::span<const wire::LinkedPerson> people, std::uint16_t person, bool* strong) {
  for (const auto& linked : people) {
    if (linked.person != person) continue;
    *strong = linked.strong;
    return linked.cluster;
  }
  *strong = false;
  return 0;
}

std::uint16_t days_between(Instant earlier, Instant later) {
  const auto days = std::chrono::duration_cast<std::chrono::days>(later - earlier).count();
  return static_cast<std::uint16_t>(std::clamp<std::int64_t>(days, 0, policy::StateFacts::kNever - 1));
}

bool is_incident(Kind kind, const FactSet& facts) {
  return kind == Kind::Incident && facts.of(Fact::DomesticAbuse) == contract::kYes;
}

bool is_conference_referral(Kind kind, const FactSet& facts) {
  return kind == Kind::Referral && facts.of(Fact::ReferralKind) == static_cast<contract::FactValue>(contract::ReferralKind::Conference);
}

}  // namespace

Linking People::link(const FactSet& facts, std::span<const wire::TokenEntry> tokens, Sequence sequence) const {
  Linking linking;
  std::uint64_t fresh = sequence << 5;  // at most kPeopleMax people an event, so five bits number them
  linking.people.push_back({0, fresh++, false});
  for (const auto& person : facts.people) {
    wire::LinkedPerson linked{person.person, 0, false};
    for (const auto& entry : tokens) {
      if (entry.person != person.person || !wire::is_strong(entry.type)) continue;
      linked.strong = true;
      const auto found = tokens_.find({entry.type, entry.epoch, entry.token});
      if (found == tokens_.end()) continue;
      if (linked.cluster != 0 && linked.cluster != found->second) linking.merge_suspected = true;
      linked.cluster = linked.cluster == 0 ? found->second : std::min(linked.cluster, found->second);
    }
    if (linked.cluster == 0) linked.cluster = fresh++;
    linking.people.push_back(linked);
  }
  return linking;
}

const People::Cluster* People::known(std::span<const wire::LinkedPerson> people, std::uint16_t person) const {
  bool strong = false;
  const ClusterId id = cluster_of(people, person, &strong);
  if (!strong) return nullptr;
  const auto found = clusters_.find(id);
  return found == clusters_.end() ? nullptr : &found->second;
}

policy::StateFacts People::facts_for(const FactSet& facts, Kind kind, std::span<const wire::LinkedPerson> people, Instant at,
                                     Sequence corrects) const {
  policy::StateFacts state;
  const auto* victim = only(facts, contract::Role::Victim);
  if (victim == nullptr) return state;
  bool strong = false;
  cluster_of(people, victim->person, &strong);
  if (!strong) return state;
  state.victim_known = true;
  const auto* perpetrator = only(facts, contract::Role::AllegedPerpetrator);
  ClusterId other = 0;
  if (perpetrator != nullptr) {
    other = cluster_of(people, perpetrator->person, &strong);
    state.pair_known = strong;
  }
  const auto count_incident = [&state](std::uint16_t days) {
    if (state.incident_count < policy::StateFacts::kIncidentsMax) state.incident_days_ago[state.incident_count++] = days;
  };
  if (is_incident(kind, facts)) count_incident(0);
  if (const Cluster* history = known(people, victim->person)) {
    for (auto it = history->contributions.rbegin(); it != history->contributions.rend(); ++it) {
      if (it->sequence == corrects) continue;
      const std::uint16_t days = days_between(it->at, at);
      if (it->what == Contribution::What::Incident) count_incident(days);
      if (it->what == Contribution::What::ConferenceReferral && state.pair_known && it->other == other) {
        state.days_since_referral = std::min(state.days_since_referral, days);
      }
    }
    std::sort(state.incident_days_ago.begin(), state.incident_days_ago.begin() + state.incident_count);
  }
  refresh_consent(people, facts, state, corrects);
  return state;
}

void People::refresh_consent(std::span<const wire::LinkedPerson> people, const FactSet& facts, policy::StateFacts& state, Sequence corrects) const {
  state.consent_count = 0;
  const auto* victim = only(facts, contract::Role::Victim);
  const Cluster* history = victim == nullptr ? nullptr : known(people, victim->person);
  if (history == nullptr) return;
  for (auto it = history->contributions.rbegin(); it != history->contributions.rend(); ++it) {
    if (it->what != Contribution::What::Consent || it->sequence == corrects || state.consent_count == state.consent.size()) continue;
    const auto end = state.consent.begin() + state.consent_count;
    const bool newer = std::any_of(state.consent.begin(), end, [&](const auto& said) { return said.purpose == it->purpose; });
    if (!newer) state.consent[state.consent_count++] = {it->purpose, static_cast<ConsentState>(it->state)};
  }
}

bool People::changed_since(std::span<const wire::LinkedPerson> people, Sequence since) const {
  return std::any_of(people.begin(), people.end(), [&](const wire::LinkedPerson& person) {
    const auto found = person.strong ? clusters_.find(person.cluster) : clusters_.end();
    return found != clusters_.end() && found->second.consent_changed > since;
  });
}

ClusterId People::contribute(Sequence sequence, Instant at, Kind kind, const FactSet& facts, std::span<const wire::TokenEntry> tokens,
                             std::span<const wire::LinkedPerson> people) {
  for (const auto& entry : tokens) {
    bool strong = false;
    const ClusterId id = cluster_of(people, entry.person, &strong);
    if (strong && wire::is_strong(entry.type)) tokens_.emplace(TokenKey{entry.type, entry.epoch, entry.token}, id);
  }
  const auto* victim = only(facts, contract::Role::Victim);
  bool strong = false;
  const ClusterId id = victim == nullptr ? 0 : cluster_of(people, victim->person, &strong);
  if (!strong) return 0;
  const auto* perpetrator = only(facts, contract::Role::AllegedPerpetrator);
  bool other_strong = false;
  const ClusterId other = perpetrator == nullptr ? 0 : cluster_of(people, perpetrator->person, &other_strong);
  Cluster& cluster = clusters_[id];
  if (is_incident(kind, facts)) cluster.contributions.push_back({sequence, at, Contribution::What::Incident, other, 0, 0});
  if (is_conference_referral(kind, facts) && other_strong) {
    cluster.contributions.push_back({sequence, at, Contribution::What::ConferenceReferral, other, 0, 0});
  }
  const auto consent = victim->values[static_cast<std::size_t>(Fact::Consent)];
  if (consent == contract::kUnknown) return id;
  const auto purpose = victim->values[static_cast<std::size_t>(Fact::ConsentPurpose)];
  cluster.contributions.push_back({sequence, at, Contribution::What::Consent, 0, purpose, static_cast<std::uint8_t>(consent)});
  cluster.consent_changed = sequence;
  return id;
}

void People::retract(ClusterId subject, Sequence event, Sequence by) {
  const auto found = clusters_.find(subject);
  if (found == clusters_.end()) return;
  auto& contributions = found->second.contributions;
  const bool spoke = std::any_of(contributions.begin(), contributions.end(), [&](const Contribution& one) {
    return one.sequence == event && one.what == Contribution::What::Consent;
  });
  if (spoke) found->second.consent_changed = by;
  std::erase_if(contributions, [&](const Contribution& one) { return one.sequence == event; });
}

wire::RecordedState recorded(const policy::StateFacts& state) {
  wire::RecordedState out;
  out.victim_known = state.victim_known;
  out.pair_known = state.pair_known;
  out.days_since_referral = state.days_since_referral;
  out.days_since_conference = state.days_since_conference;
  out.incident_days_ago.assign(state.incident_days_ago.begin(), state.incident_days_ago.begin() + state.incident_count);
  out.open_referral = static_cast<std::uint8_t>(state.open_referral);
  out.known_to_conference = static_cast<std::uint8_t>(state.known_to_conference);
  for (std::size_t i = 0; i < state.consent_count; ++i) {
    out.consent.emplace_back(state.consent[i].purpose, static_cast<std::uint8_t>(state.consent[i].state));
  }
  out.unread_minutes = state.unread_minutes;
  out.missed_by = state.missed_by;
  return out;
}

policy::StateFacts restored(const wire::RecordedState& state) {
  policy::StateFacts out;
  out.victim_known = state.victim_known;
  out.pair_known = state.pair_known;
  out.days_since_referral = state.days_since_referral;
  out.days_since_conference = state.days_since_conference;
  out.incident_count = static_cast<std::uint8_t>(std::min(state.incident_days_ago.size(), out.incident_days_ago.size()));
  std::copy_n(state.incident_days_ago.begin(), out.incident_count, out.incident_days_ago.begin());
  out.open_referral = static_cast<policy::Truth>(state.open_referral);
  out.known_to_conference = static_cast<policy::Truth>(state.known_to_conference);
  out.consent_count = static_cast<std::uint8_t>(std::min(state.consent.size(), out.consent.size()));
  for (std::size_t i = 0; i < out.consent_count; ++i) {
    out.consent[i] = {state.consent[i].first, static_cast<ConsentState>(state.consent[i].second)};
  }
  out.unread_minutes = state.unread_minutes;
  out.missed_by = state.missed_by;
  return out;
}

}  // namespace concordat::broker
