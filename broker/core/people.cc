// People and cases as the broker knows them: see people.h.
#include "broker/core/people.h"

#include <algorithm>
#include <set>

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

using What = Contribution::What;

/// The last word on each purpose, by when it was said; of two said at once, the one that came later.
void take_word(std::vector<const Contribution*>& words, const Contribution& said) {
  const auto same = std::find_if(words.begin(), words.end(), [&](const Contribution* word) { return word->purpose == said.purpose; });
  if (same == words.end()) return words.push_back(&said);
  if (std::pair((*same)->at, (*same)->sequence) < std::pair(said.at, said.sequence)) *same = &said;
}

void tell(policy::StateFacts& state, std::vector<const Contribution*> words) {
  std::sort(words.begin(), words.end(), [](const auto* a, const auto* b) { return std::pair(a->at, a->sequence) > std::pair(b->at, b->sequence); });
  state.consent_count = 0;
  for (const Contribution* said : words) {
    if (state.consent_count == state.consent.size()) break;
    state.consent[state.consent_count++] = {said->purpose, static_cast<ConsentState>(said->state)};
  }
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
      for (const Assertion& said : found->second) {
        linking.twins.emplace_back(person.person, said.cluster);
        linked.cluster = linked.cluster == 0 ? said.cluster : std::min(linked.cluster, said.cluster);
      }
    }
    std::erase(linking.twins, std::pair(person.person, linked.cluster));
    if (linked.cluster == 0) linked.cluster = fresh++;
    linking.people.push_back(linked);
  }
  linking.merge_suspected = !linking.twins.empty();
  return linking;
}

const People::Cluster* People::cluster(ClusterId id) const {
  const auto found = clusters_.find(id);
  return found == clusters_.end() ? nullptr : &found->second;
}

const People::Cluster* People::known(std::span<const wire::LinkedPerson> people, std::uint16_t person) const {
  bool strong = false;
  const ClusterId id = cluster_of(people, person, &strong);
  return strong ? cluster(id) : nullptr;
}

policy::StateFacts People::facts_for(const FactSet& facts, Kind kind, const Linking& linking, Instant at, Sequence corrects) const {
  const std::span<const wire::LinkedPerson> people = linking.people;
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
      if (it->what == What::Incident) count_incident(days);
      if (it->what == What::ConferenceReferral && state.pair_known && it->other == other) {
        state.days_since_referral = std::min(state.days_since_referral, days);
      }
    }
    std::sort(state.incident_days_ago.begin(), state.incident_days_ago.begin() + state.incident_count);
  }
  // Out of date, the event's own word is one of the history's; otherwise the event says it itself.
  const Contribution own{~Sequence{0}, at, What::Consent, 0, victim->values[static_cast<std::size_t>(Fact::ConsentPurpose)],
                         static_cast<std::uint8_t>(victim->values[static_cast<std::size_t>(Fact::Consent)])};
  std::vector<const Contribution*> words;
  if (!own_word_stands(facts, linking, at, corrects)) take_word(words, own);
  const Words said = words_of(*victim, people, linking.twins, corrects);
  for (const Contribution* word : said.own) take_word(words, *word);
  for (const Contribution* word : said.of_twins) take_word(words, *word);
  tell(state, std::move(words));
  return state;
}

People::Words People::words_of(const contract::PersonFacts& victim, std::span<const wire::LinkedPerson> people,
                               std::span<const std::pair<std::uint16_t, ClusterId>> twins, Sequence corrects) const {
  Words words;
  const auto add = [&](std::vector<const Contribution*>& to, const Cluster* of, bool given_too) {
    if (of == nullptr) return;
    for (const Contribution& said : of->contributions) {
      const bool counts = given_too || static_cast<ConsentState>(said.state) != ConsentState::Given;
      if (said.what == What::Consent && said.sequence != corrects && counts) to.push_back(&said);
    }
  };
  const Cluster* history = known(people, victim.person);
  add(words.own, history, true);
  for (const auto& [person, twin] : twins) {
    if (person == victim.person) add(words.of_twins, cluster(twin), false);
  }
  if (history == nullptr) return words;
  for (const Contribution& one : history->contributions) {
    if (one.what == What::MergeSuspected && one.sequence != corrects) add(words.of_twins, cluster(one.other), false);
  }
  return words;
}

void People::refresh_consent(std::span<const wire::LinkedPerson> people, const FactSet& facts, policy::StateFacts& state) const {
  state.consent_count = 0;
  const auto* victim = only(facts, contract::Role::Victim);
  if (victim == nullptr) return;
  const Words said = words_of(*victim, people, {}, 0);
  std::vector<const Contribution*> words;
  for (const Contribution* word : said.own) take_word(words, *word);
  for (const Contribution* word : said.of_twins) take_word(words, *word);
  tell(state, std::move(words));
}

bool People::own_word_stands(const FactSet& facts, const Linking& linking, Instant at, Sequence corrects) const {
  const auto* victim = only(facts, contract::Role::Victim);
  if (victim == nullptr || victim->values[static_cast<std::size_t>(Fact::Consent)] == contract::kUnknown) return true;
  const auto purpose = victim->values[static_cast<std::size_t>(Fact::ConsentPurpose)];
  const auto later = [&](const Contribution* one) {
    return one->at > at && (one->purpose == purpose || one->purpose == contract::kUnknown || purpose == contract::kUnknown);
  };
  const Words said = words_of(*victim, linking.people, linking.twins, corrects);
  return std::none_of(said.own.begin(), said.own.end(), later) && std::none_of(said.of_twins.begin(), said.of_twins.end(), later);
}

bool People::changed_since(std::span<const wire::LinkedPerson> people, Sequence since) const {
  return std::any_of(people.begin(), people.end(), [&](const wire::LinkedPerson& person) {
    const Cluster* found = person.strong ? cluster(person.cluster) : nullptr;
    return found != nullptr && found->consent_changed > since;
  });
}

void People::add(ClusterId to, const Contribution& contribution) {
  clusters_[to].contributions.push_back(contribution);
  by_event_[contribution.sequence].clusters.push_back(to);
}

void People::consent_changed(ClusterId of, Sequence by) {
  Cluster& cluster = clusters_[of];
  cluster.consent_changed = by;
  for (const Contribution& one : cluster.contributions) {
    if (one.what != What::MergeSuspected) continue;
    if (const auto twin = clusters_.find(one.other); twin != clusters_.end()) twin->second.consent_changed = by;
  }
}

// Nobody is merged but by a person: until then either may be the other.
void People::suspect_merge(Sequence sequence, Instant at, ClusterId cluster, std::span<const ClusterId> others) {
  for (const ClusterId other : others) {
    add(cluster, {sequence, at, What::MergeSuspected, other, 0, 0});
    add(other, {sequence, at, What::MergeSuspected, cluster, 0, 0});
    consent_changed(cluster, sequence);
    consent_changed(other, sequence);
  }
}

void People::contribute(Sequence sequence, Instant at, Kind kind, const FactSet& facts, std::span<const wire::TokenEntry> tokens,
                        std::span<const wire::LinkedPerson> people) {
  std::set<std::pair<ClusterId, ClusterId>> pairs;
  for (const auto& entry : tokens) {
    bool strong = false;
    const ClusterId id = cluster_of(people, entry.person, &strong);
    if (!strong || !wire::is_strong(entry.type)) continue;
    const TokenKey key{entry.type, entry.epoch, entry.token};
    auto& said = tokens_[key];
    for (const Assertion& before : said) {
      if (before.cluster != id) pairs.emplace(id, before.cluster);
    }
    // Said again is kept too: it still stands when the first who said it takes it back. Of another cluster the first word stays.
    const ClusterId of = said.empty() ? id : said.front().cluster;
    said.push_back({sequence, of});
    by_event_[sequence].tokens.push_back(key);
  }
  for (const auto& [id, other] : pairs) suspect_merge(sequence, at, id, {&other, 1});
  const auto* victim = only(facts, contract::Role::Victim);
  bool strong = false;
  const ClusterId id = victim == nullptr ? 0 : cluster_of(people, victim->person, &strong);
  if (!strong) return;
  const auto* perpetrator = only(facts, contract::Role::AllegedPerpetrator);
  bool other_strong = false;
  const ClusterId other = perpetrator == nullptr ? 0 : cluster_of(people, perpetrator->person, &other_strong);
  clusters_.try_emplace(id);
  if (is_incident(kind, facts)) add(id, {sequence, at, What::Incident, other, 0, 0});
  if (is_conference_referral(kind, facts) && other_strong) add(id, {sequence, at, What::ConferenceReferral, other, 0, 0});
  const auto consent = victim->values[static_cast<std::size_t>(Fact::Consent)];
  if (consent == contract::kUnknown) return;
  const auto purpose = victim->values[static_cast<std::size_t>(Fact::ConsentPurpose)];
  add(id, {sequence, at, What::Consent, 0, purpose, static_cast<std::uint8_t>(consent)});
  consent_changed(id, sequence);
}

void People::retract(Sequence event, Sequence by) {
  const auto found = by_event_.find(event);
  if (found == by_event_.end()) return;
  for (const TokenKey& key : found->second.tokens) {
    const auto said = tokens_.find(key);
    std::erase_if(said->second, [&](const Assertion& one) { return one.sequence == event; });
    if (said->second.empty()) tokens_.erase(said);
  }
  for (const ClusterId id : found->second.clusters) {
    auto& contributions = clusters_.at(id).contributions;
    const bool spoke = std::any_of(contributions.begin(), contributions.end(), [&](const Contribution& one) {
      return one.sequence == event && (one.what == What::Consent || one.what == What::MergeSuspected);
    });
    if (spoke) consent_changed(id, by);
    std::erase_if(contributions, [&](const Contribution& one) { return one.sequence == event; });
  }
  by_event_.erase(found);
}

void People::rebuild() {
  by_event_.clear();
  for (const auto& [key, said] : tokens_) {
    for (const Assertion& one : said) by_event_[one.sequence].tokens.push_back(key);
  }
  for (const auto& [id, cluster] : clusters_) {
    for (const Contribution& one : cluster.contributions) by_event_[one.sequence].clusters.push_back(id);
  }
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

void forget_consent(FactSet& facts) {
  for (auto& person : facts.people) {
    if ((person.roles & role_bit(contract::Role::Victim)) == 0) continue;
    person.values[static_cast<std::size_t>(Fact::Consent)] = contract::kUnknown;
    person.values[static_cast<std::size_t>(Fact::ConsentPurpose)] = contract::kUnknown;
  }
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
