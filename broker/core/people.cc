// People and cases as the broker knows them: see people.h.
#include "broker/core/people.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

namespace concordat::broker {
namespace {

using contract::ConsentState;
using contract::Fact;
using contract::FactSet;
using contract::Kind;

constexpr std::uint8_t role_bit(contract::Role role) { return static_cast<std::uint8_t>(1u << (static_cast<unsigned>(role) - 1)); }

bool is_victim(const contract::PersonFacts& person) { return (person.roles & role_bit(contract::Role::Victim)) != 0; }

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

/// What somebody said of consent.
struct Word {
  Instant at;
  Sequence sequence = 0;
  std::uint32_t purpose = 0;
  ConsentState state{};
  bool in_doubt = false;  ///< Of whoever may be the same person.
  Sequence said = 0;      ///< The record that said it first.
};

bool refuses(const Word& word) { return word.state == ConsentState::Refused || word.state == ConsentState::Withdrawn; }
bool may_lift(const Word& word) { return word.state == ConsentState::Given || word.state == ConsentState::LacksCapacity; }
bool earlier(const Word& a, const Word& b) { return std::pair(a.at, a.said) < std::pair(b.at, b.said); }

/// Of words of one person, newest arrival first, what holds for a purpose. An event's time is when it happened, and what it says of
/// consent may have been said long after: so a refusal holds until something that came later and did not happen earlier lifts it. Where none
/// holds, the event's own word yields to nothing that came before it.
const Word* in_force(const std::vector<Word>& words, std::uint32_t purpose, Sequence event) {
  const auto bears = [&](const Word& word) { return word.purpose == purpose || word.purpose == contract::kUnknown; };
  const auto own = std::find_if(words.begin(), words.end(), [&](const Word& word) { return word.sequence == event && bears(word); });
  const Word* last = nullptr;
  const Word* refusal = nullptr;
  std::optional<Instant> lifted;
  for (const Word& word : words) {
    if (!bears(word)) continue;
    if ((own == words.end() || word.said >= own->said) && (last == nullptr || earlier(*last, word))) last = &word;
    if (may_lift(word)) lifted = std::max(lifted.value_or(word.at), word.at);
    const bool holds = refuses(word) && (!lifted || *lifted < word.at);
    if (!holds) continue;
    const bool surer = refusal != nullptr && refusal->in_doubt && !word.in_doubt;
    if (refusal == nullptr || surer || (refusal->in_doubt == word.in_doubt && earlier(*refusal, word))) refusal = &word;
  }
  return refusal != nullptr ? refusal : last;
}

/// One entry a purpose, that for any purpose last. More than there is room for: the worst of them for every purpose.
void tell(policy::StateFacts& state, std::uint16_t person, std::vector<Word> words, Sequence event, std::size_t room) {
  std::sort(words.begin(), words.end(), [](const Word& a, const Word& b) { return std::pair(a.said, refuses(a)) > std::pair(b.said, refuses(b)); });
  std::set<std::uint32_t, std::greater<>> purposes;
  for (const Word& word : words) purposes.insert(word.purpose);
  // A refusal beside which she gave it, later by one clock, withholds; but it is not certain enough to silence an alarm.
  const auto contradicted = [&](std::uint32_t purpose, const Word& refusal) {
    return refuses(refusal) && std::any_of(words.begin(), words.end(), [&](const Word& word) {
             return (word.purpose == purpose || word.purpose == contract::kUnknown) && !word.in_doubt && may_lift(word) &&
                    (word.at > refusal.at || word.sequence > refusal.sequence);
           });
  };
  const auto entry = [&](std::uint32_t purpose, const Word& word) {
    state.consent[state.consent_count++] = {purpose, word.state, person, word.in_doubt || contradicted(purpose, word)};
  };
  if (purposes.size() <= room) {
    for (const std::uint32_t purpose : purposes) entry(purpose, *in_force(words, purpose, event));
    return;
  }
  const auto refusal = std::find_if(words.begin(), words.end(), refuses);
  Word worst = refusal != words.end() ? *refusal : Word{{}, 0, 0, ConsentState::NotAsked, false, 0};
  worst.in_doubt = true;  // it may have been lifted, or be of another purpose: it withholds, and silences no alarm
  entry(contract::kUnknown, worst);
}

Word own_word(const contract::PersonFacts& victim, Instant at, Sequence sequence) {
  return {at, sequence, victim.values[static_cast<std::size_t>(Fact::ConsentPurpose)], static_cast<ConsentState>(victim.values[static_cast<std::size_t>(Fact::Consent)]), false, sequence};
}

/// Where a word stands that `before` said already: the record itself, or what it corrects (0: nothing).
Sequence said_first(const std::vector<Contribution>& history, const Word& word, Sequence before) {
  const auto same = std::find_if(history.begin(), history.end(), [&](const Contribution& one) {
    return one.what == What::Consent && one.sequence == before && one.purpose == word.purpose && one.state == static_cast<std::uint8_t>(word.state);
  });
  return same == history.end() ? word.said : same->said;
}

}  // namespace

Linking People::link(const FactSet& facts, std::span<const wire::TokenEntry> tokens, Sequence sequence) const {
  Linking linking;
  // At most kPeopleMax people an event, so five bits number them; each by its place, so that looking again numbers nobody anew.
  std::uint64_t fresh = sequence << 5;
  linking.people.push_back({0, fresh, false});
  for (const auto& person : facts.people) {
    ++fresh;
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
    if (linked.cluster == 0) linked.cluster = fresh;
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
  return state;
}

void People::tell_consent(const FactSet& facts, const Linking& linking, const Speaker& event, policy::StateFacts& state) const {
  state.consent_count = 0;
  auto victims = static_cast<std::size_t>(std::count_if(facts.people.begin(), facts.people.end(), is_victim));
  for (const auto& person : facts.people) {
    if (!is_victim(person)) continue;
    const std::size_t room = state.consent.size() - state.consent_count - --victims;
    bool retracted = event.contributed;
    std::vector<Word> words;
    const auto add = [&](const Cluster* of, bool in_doubt) {
      if (of == nullptr) return;
      for (const Contribution& said : of->contributions) {
        if (said.what == What::Consent && said.sequence == event.sequence) retracted = false;
        const bool counts = said.what == What::Consent && said.sequence != event.corrects && said.sequence != event.sequence;
        const Word word{said.at, said.sequence, said.purpose, static_cast<ConsentState>(said.state), in_doubt, said.said};
        // Nobody's "given", or "could not", is another's.
        if (counts && (!in_doubt || !may_lift(word))) words.push_back(word);
      }
    };
    const Cluster* history = known(linking.people, person.person);
    add(history, false);
    for (const auto& [number, twin] : linking.twins) {
      if (number == person.person) add(cluster(twin), true);
    }
    Word own = own_word(person, event.at, event.sequence);
    if (history != nullptr) {
      for (const Contribution& one : history->contributions) {
        if (one.what == What::MergeSuspected && one.sequence != event.corrects) add(cluster(one.other), true);
      }
      own.said = said_first(history->contributions, own, event.contributed ? event.sequence : event.corrects);
    }
    const bool spoke = own.state != ConsentState::Unspecified;
    // Nobody without a strong identifier is taken into account, so nothing of hers is taken back.
    bool strong = false;
    cluster_of(linking.people, person.person, &strong);
    retracted = retracted && strong;
    if (words.empty() && !(spoke && retracted)) continue;
    if (spoke) words.push_back(retracted ? Word{Instant::min(), 0, own.purpose, ConsentState::Unspecified, false, 0} : own);
    tell(state, person.person, std::move(words), event.sequence, room);
  }
}

bool People::changed_since(std::span<const wire::LinkedPerson> people, Sequence since) const {
  return std::any_of(people.begin(), people.end(), [&](const wire::LinkedPerson& person) {
    const Cluster* found = person.strong ? cluster(person.cluster) : nullptr;
    return found != nullptr && found->consent_changed > since;
  });
}

std::vector<ClusterId> People::may_be(std::vector<ClusterId> people) const {
  // A number that a feed gives to everybody makes one of thousands: each is looked at once.
  std::vector<ClusterId> all;
  std::set<ClusterId> known;
  const auto add = [&](ClusterId other) {
    if (known.insert(other).second) all.push_back(other);
  };
  for (const ClusterId one : people) add(one);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Cluster* history = cluster(all[i]);
    for (std::size_t j = 0; history != nullptr && j < history->contributions.size(); ++j) {
      if (history->contributions[j].what == What::MergeSuspected) add(history->contributions[j].other);
    }
  }
  return all;
}

std::vector<ClusterId> People::may_be(const Linking& linking, ClusterId cluster) const {
  std::vector<ClusterId> from{cluster};
  for (const auto& person : linking.people) {
    for (const auto& [number, twin] : linking.twins) {
      if (cluster != 0 && person.cluster == cluster && person.person == number) from.push_back(twin);
    }
  }
  std::vector<ClusterId> all = may_be(std::move(from));
  all.erase(all.begin());
  return all;
}

void People::led_to(wire::TokenType type, std::uint32_t epoch, const Token& token, std::vector<ClusterId>& people) const {
  const auto found = tokens_.find({type, epoch, token});
  if (found == tokens_.end()) return;
  for (const Assertion& said : found->second) people.push_back(said.cluster);
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
    add(cluster, {sequence, at, What::MergeSuspected, other, 0, 0, 0});
    add(other, {sequence, at, What::MergeSuspected, cluster, 0, 0, 0});
    consent_changed(cluster, sequence);
    consent_changed(other, sequence);
  }
}

bool People::contribute(Sequence sequence, Instant at, Kind kind, const FactSet& facts, std::span<const wire::TokenEntry> tokens,
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
  if (!strong) return !pairs.empty();
  const auto* perpetrator = only(facts, contract::Role::AllegedPerpetrator);
  bool other_strong = false;
  const ClusterId other = perpetrator == nullptr ? 0 : cluster_of(people, perpetrator->person, &other_strong);
  clusters_.try_emplace(id);
  if (is_incident(kind, facts)) add(id, {sequence, at, What::Incident, other, 0, 0, 0});
  if (is_conference_referral(kind, facts) && other_strong) add(id, {sequence, at, What::ConferenceReferral, other, 0, 0, 0});
  return !pairs.empty();
}

// What each victim said is hers, however many there are.
void People::contribute_consent(Sequence sequence, Instant at, const FactSet& facts, std::span<const wire::LinkedPerson> people, Sequence corrects) {
  for (const auto& person : facts.people) {
    bool strong = false;
    const ClusterId id = cluster_of(people, person.person, &strong);
    const Word word = own_word(person, at, sequence);
    if (!is_victim(person) || !strong || word.state == ConsentState::Unspecified) continue;
    const Cluster* history = cluster(id);
    const Sequence said = history == nullptr ? sequence : said_first(history->contributions, word, corrects);
    add(id, {sequence, at, What::Consent, 0, word.purpose, static_cast<std::uint8_t>(word.state), said});
    consent_changed(id, sequence);
  }
}

bool People::retract(Sequence event, Sequence by) {
  const auto found = by_event_.find(event);
  if (found == by_event_.end()) return false;
  bool parted = false;
  for (const TokenKey& key : found->second.tokens) {
    const auto said = tokens_.find(key);
    if (said == tokens_.end()) continue;  // the event gave it to two of its people
    std::erase_if(said->second, [&](const Assertion& one) { return one.sequence == event; });
    if (said->second.empty()) tokens_.erase(said);
  }
  for (const ClusterId id : found->second.clusters) {
    auto& contributions = clusters_.at(id).contributions;
    const auto said = [&](What what) {
      return std::any_of(contributions.begin(), contributions.end(), [&](const Contribution& one) { return one.sequence == event && one.what == what; });
    };
    const bool parts = said(What::MergeSuspected);
    if (parts || said(What::Consent)) consent_changed(id, by);
    parted = parted || parts;
    std::erase_if(contributions, [&](const Contribution& one) { return one.sequence == event; });
  }
  by_event_.erase(found);
  return parted;
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
    const auto& word = state.consent[i];
    out.consent.push_back({word.person, word.purpose, static_cast<std::uint8_t>(word.state), word.in_doubt});
  }
  out.unread_minutes = state.unread_minutes;
  out.missed_by = state.missed_by;
  out.registered = static_cast<std::uint8_t>(state.registered);
  out.unmatched_minutes = state.unmatched_minutes;
  out.registration_residence = state.registration_residence;
  out.registration_abuse_case = static_cast<std::uint8_t>(state.registration_abuse_case);
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
    const wire::RecordedWord& word = state.consent[i];
    out.consent[i] = {word.purpose, static_cast<ConsentState>(word.state), word.person, word.in_doubt};
  }
  out.unread_minutes = state.unread_minutes;
  out.missed_by = state.missed_by;
  out.registered = static_cast<policy::Registered>(state.registered);
  out.unmatched_minutes = state.unmatched_minutes;
  out.registration_residence = state.registration_residence;
  out.registration_abuse_case = static_cast<policy::Truth>(state.registration_abuse_case);
  return out;
}

}  // namespace concordat::broker
