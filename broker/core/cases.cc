// Registrations of victims and what waits for one: see cases.h.
#include "broker/core/cases.h"

#include <algorithm>

#include "proto/base/invariant.h"

namespace concordat::broker {
namespace {

using contract::Kind;
using policy::Registered;

/// The one person with that role; 0 if there is none, or several.
std::uint16_t only(const contract::FactSet& facts, contract::Role role) {
  std::uint16_t found = 0;
  for (const auto& person : facts.people) {
    if ((person.roles & contract::bit(role)) == 0) continue;
    if (found != 0) return 0;
    found = person.person;
  }
  return found;
}

template <class Index, class Key, class Value>
void erase_from(Index& index, const Key& key, const Value& value) {
  const auto at = index.find(key);
  if (at == index.end()) return;
  at->second.erase(value);
  if (at->second.empty()) index.erase(at);
}

template <class Value>
void sort_out(std::vector<Value>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// Both are sorted.
template <class Value>
bool meet(const std::vector<Value>& a, const std::vector<Value>& b) {
  return std::any_of(a.begin(), a.end(), [&](const Value& value) { return std::binary_search(b.begin(), b.end(), value); });
}

/// What she chose or refused.
bool is_word(Kind kind) { return kind == Kind::ContactPreference || kind == Kind::ConsentChange; }

/// Everybody whom the alleged perpetrator may be, himself as well, by his numbers too.
std::vector<ClusterId> who_may_be(const People& people, const About& about) {
  std::vector<ClusterId> him;
  if (about.perpetrator != 0) him.push_back(about.perpetrator);
  for (const About::Number& number : about.numbers) people.led_to(number.type, number.epoch, number.token, him);
  return people.may_be(std::move(him));
}

}  // namespace

bool is_joined(Kind kind) {
  return policy::is_joined(kind);
}

void tell_registered(const Match& match, policy::StateFacts& state) {
  state.registered = match.registered;
  state.registration_residence = match.residence;
  state.registration_abuse_case = match.abuse_case;
}

Instant held_until(Kind kind, RegistrationId registration, Instant until) { return is_word(kind) && registration != 0 ? Instant::max() : until; }

// As People::link numbers the case of an event: by its record.
ClusterId case_of(RegistrationId registration) { return registration << 5; }

About about(Kind kind, const contract::FactSet& facts, std::span<const wire::TokenEntry> tokens, std::span<const wire::LinkedPerson> people) {
  About about;
  const std::uint16_t perpetrator = only(facts, contract::Role::AllegedPerpetrator);
  const std::uint16_t victim = only(facts, contract::Role::Victim);
  if (kind == Kind::VictimRegistration) {
    const contract::PersonFacts* her = facts.person(victim);
    about.residence = her == nullptr ? contract::kUnknown : her->values[static_cast<std::size_t>(contract::Fact::Residence)];
    about.abuse_case = facts.of(contract::Fact::RegistrationAbuseCase);
  }
  // A victim's own word is of a case as her registration is, which may name no offence. Of him no part may have left her unit: then
  // his numbers are those that are not hers.
  const bool word = kind == Kind::ContactPreference || kind == Kind::ConsentChange;
  const auto is_his = [&](std::uint16_t person) { return perpetrator != 0 ? person == perpetrator : word && victim != 0 && person != victim; };
  for (const auto& entry : tokens) {
    if (entry.type == wire::TokenType::AsnOffence) about.offences.push_back({entry.epoch, entry.token});
    if (is_his(entry.person) && wire::is_strong(entry.type)) about.numbers.push_back({entry.type, entry.epoch, entry.token});
    if (victim != 0 && entry.person == victim && entry.type == wire::TokenType::NameAndBirth) about.names.push_back({entry.type, entry.epoch, entry.token});
  }
  sort_out(about.offences);
  sort_out(about.numbers);
  sort_out(about.names);
  about.by_person = kind == Kind::CustodyChange || (word && about.offences.empty());
  const auto cluster = [&](std::uint16_t number) {
    const auto linked = std::find_if(people.begin(), people.end(), [&](const auto& person) { return number != 0 && person.person == number; });
    return linked != people.end() && linked->strong ? linked->cluster : ClusterId{0};
  };
  about.perpetrator = cluster(perpetrator);
  about.victim = cluster(victim);
  const auto how_many = [&](contract::Role role) {
    return std::count_if(facts.people.begin(), facts.people.end(), [role](const auto& person) { return (person.roles & contract::bit(role)) != 0; });
  };
  const bool one_each = how_many(contract::Role::AllegedPerpetrator) <= 1 && how_many(contract::Role::Victim) <= 1;
  about.findable = kind == Kind::VictimRegistration && !(about.offences.empty() && about.numbers.empty()) && one_each;
  return about;
}

// ---- whose something is

Cases::Found Cases::naming(const About& about) const {
  Found all;
  const auto add = [&](const auto& index, const auto& key) {
    if (const auto at = index.find(key); at != index.end()) all.insert(at->second.begin(), at->second.end());
  };
  if (about.by_person && about.perpetrator != 0) add(by_perpetrator_, about.perpetrator);
  for (std::size_t i = 0; about.by_person && i < about.numbers.size(); ++i) add(by_number_, about.numbers[i]);
  for (std::size_t i = 0; !about.by_person && i < about.offences.size(); ++i) add(by_offence_, about.offences[i]);
  return all;
}

Cases::Found Cases::covering(const About& about) const { return without_others(naming(about), about); }

// What another victim of the same offence, or of the same man, chose is not hers.
Cases::Found Cases::without_others(Found found, const About& about) const {
  std::erase_if(found, [&](RegistrationId id) {
    const ClusterId victim = registrations_.at(id).about.victim;
    return about.victim != 0 && victim != 0 && victim != about.victim;
  });
  return found;
}

Cases::Found Cases::living(const Found& found) const {
  Found live = found;
  std::erase_if(live, [this](RegistrationId id) { return registrations_.at(id).ended; });
  return live;
}

bool Cases::same_victim(const Registration& a, const Registration& b) const {
  if (a.about.victim != 0 && b.about.victim != 0) return a.about.victim == b.about.victim;
  return meet(a.about.names, b.about.names) && meet(a.about.offences, b.about.offences);
}

Match Cases::whose(const Found& covering) const {
  const Found live = living(covering);
  if (live.empty()) return {Registered::No};
  const RegistrationId newest = *live.rbegin();
  const Registration& holds = registrations_.at(newest);
  for (const RegistrationId id : covering) {
    const Registration& other = registrations_.at(id);
    const bool hers = id == newest || same_victim(other, holds);
    if (hers ? other.newest > holds.newest : !other.ended) return {Registered::Several};
  }
  return {Registered::Yes, newest};
}

bool Cases::unheard(RegistrationId id) const {
  const Registration& registration = registrations_.at(id);
  const auto among = [&](const auto& index, const auto& key) {
    const auto at = index.find(key);
    return at != index.end() && std::any_of(at->second.upper_bound(registration.newest), at->second.end(), [&](Sequence event) {
      const Held& held = held_.at(event);
      return is_word(static_cast<Kind>(held.kind)) && held.registration != id && covering(held.about).contains(id);
    });
  };
  const About& about = registration.about;
  return among(held_by_perpetrator_, about.perpetrator) ||
         std::any_of(about.offences.begin(), about.offences.end(), [&](const auto& offence) { return among(held_by_offence_, offence); }) ||
         std::any_of(about.numbers.begin(), about.numbers.end(), [&](const auto& number) { return among(held_by_number_, number); });
}

Match Cases::match(Kind kind, const About& about, std::span<const ClusterId> may_be) const {
  if (!is_joined(kind)) return {};
  const Found all = covering(about);
  Found perhaps = living(all);
  for (const ClusterId other : may_be) {
    const auto at = about.by_person ? by_perpetrator_.find(other) : by_perpetrator_.end();
    if (at == by_perpetrator_.end()) continue;
    const Found his = without_others(living(at->second), about);
    perhaps.insert(his.begin(), his.end());
  }
  Match match = std::includes(all.begin(), all.end(), perhaps.begin(), perhaps.end()) ? whose(all) : Match{Registered::Several};
  if (match.registered == Registered::Yes && !is_word(kind) && unheard(match.registration)) match = {Registered::Several};
  return said_by(match.registered == Registered::Yes ? Found{match.registration} : perhaps, match);
}

Match Cases::match(const People& people, Sequence event, Kind kind, const About& about, std::span<const ClusterId> may_be) const {
  Match match = this->match(kind, about, may_be);
  if (!is_joined(kind) || !in_doubt(people, event)) return match;
  match.registered = Registered::Several;
  match.registration = 0;
  return match;
}

Match Cases::said_by(const Found& all, Match match) const {
  std::size_t denied = 0;
  for (const RegistrationId id : all) {
    const About& about = registrations_.at(id).about;
    if (id == *all.begin()) match.residence = about.residence;
    if (about.residence != match.residence) match.residence = contract::kUnknown;
    if (about.abuse_case == contract::kYes) match.abuse_case = policy::Truth::True;
    denied += about.abuse_case == contract::kNo ? 1 : 0;
  }
  if (!all.empty() && denied == all.size()) match.abuse_case = policy::Truth::False;
  return match;
}

Registered Cases::standing(const About& about, RegistrationId of, bool ended) const {
  const Registration self{0, ended, about};
  Found others = naming(about);
  others.erase(of);
  others = living(others);
  Found hers = others;
  std::erase_if(hers, [&](RegistrationId id) { return !same_victim(registrations_.at(id), self); });
  if (ended) return hers.empty() ? Registered::Yes : Registered::Several;
  if (!about.findable) return Registered::No;
  const bool outlived = of != 0 && !hers.empty() && *hers.rbegin() > of;
  return hers.size() < others.size() || outlived ? Registered::Several : Registered::Yes;
}

// ---- what was told

// Whoever she is, it was told to her; nothing follows from her having ended it since.
bool Cases::doubtful(const People& people, const Held& told) const {
  const auto under = registrations_.find(told.registration);
  if (under == registrations_.end()) return true;
  Found found = covering(told.about);
  if (told.about.by_person) {
    for (const ClusterId him : who_may_be(people, told.about)) {
      const auto at = by_perpetrator_.find(him);
      if (at != by_perpetrator_.end()) found.merge(without_others(at->second, told.about));
    }
  }
  const Found live = living(found);
  const bool anothers = std::any_of(live.begin(), live.end(), [&](RegistrationId id) { return id != under->first && !same_victim(registrations_.at(id), under->second); });
  return anothers || (!found.contains(under->first) && live.empty());
}

bool Cases::stirred(const People& people, const Held& event) const {
  if (event.registration != 0 && !event.in_doubt && doubtful(people, event)) return true;
  if (event.due == Instant{}) return false;
  const std::vector<ClusterId> him = event.about.by_person ? who_may_be(people, event.about) : std::vector<ClusterId>{};
  return match(static_cast<Kind>(event.kind), event.about, him).registered != Registered::No;
}

bool Cases::in_doubt(const People& people, Sequence event) const {
  const auto at = held_.find(event);
  if (at == held_.end()) return false;
  return at->second.in_doubt || (at->second.registration != 0 && doubtful(people, at->second));
}

RegistrationId Cases::told_under(Sequence event) const {
  const auto at = held_.find(event);
  return at == held_.end() ? 0 : at->second.registration;
}

RegistrationId Cases::registration(Sequence revision) const {
  const auto at = by_revision_.find(revision);
  return at == by_revision_.end() ? 0 : at->second;
}

std::vector<Sequence> Cases::to_reconsider(Instant now, std::size_t most) const {
  std::set<Sequence> due;
  for (auto at = awake_.begin(); at != awake_.end() && due.size() < most; ++at) due.insert(*at);
  std::size_t looked = 0;
  for (auto at = by_due_.begin(); at != by_due_.end() && at->first <= now && looked < most; ++at, ++looked) due.insert(at->second);
  std::vector<Sequence> events(due.begin(), due.end());
  if (events.size() > most) events.resize(most);
  return events;
}

std::optional<Instant> Cases::next_due() const {
  if (!awake_.empty()) return Instant{};
  if (by_due_.empty()) return std::nullopt;
  return by_due_.begin()->first;
}

Instant Cases::waits_until(Sequence event) const {
  const auto at = held_.find(event);
  return at == held_.end() ? Instant{} : at->second.due;
}

// ---- apply

void Cases::index(RegistrationId id, const Registration& registration) {
  by_revision_[registration.newest] = id;
  for (const auto& offence : registration.about.offences) by_offence_[offence].insert(id);
  if (registration.about.perpetrator != 0) by_perpetrator_[registration.about.perpetrator].insert(id);
  for (const auto& number : registration.about.numbers) by_number_[number].insert(id);
}

void Cases::unindex(RegistrationId id, const Registration& registration) {
  by_revision_.erase(registration.newest);
  for (const auto& offence : registration.about.offences) erase_from(by_offence_, offence, id);
  erase_from(by_perpetrator_, registration.about.perpetrator, id);
  for (const auto& number : registration.about.numbers) erase_from(by_number_, number, id);
}

void Cases::look_again(const People& people, Sequence event) {
  if (stirred(people, held_.at(event))) awake_.insert(event);
  else awake_.erase(event);
}

void Cases::look_again(const People& people, const About& about, RegistrationId registration) {
  std::set<Sequence> events;
  const auto add = [&events](const auto& index, const auto& key) {
    if (const auto at = index.find(key); at != index.end()) events.insert(at->second.begin(), at->second.end());
  };
  for (const auto& offence : about.offences) add(held_by_offence_, offence);
  for (const ClusterId him : who_may_be(people, about)) add(held_by_perpetrator_, him);
  for (const auto& number : about.numbers) add(held_by_number_, number);
  add(told_by_registration_, registration);
  for (const Sequence event : events) look_again(people, event);
}

void Cases::put(const People& people, Sequence sequence, Sequence corrects, About about, bool ended) {
  const RegistrationId before = registration(corrects);
  const RegistrationId id = before == 0 ? sequence : before;
  Registration& registration = registrations_[id];
  const About was = std::move(registration.about);
  if (before != 0) unindex(id, {registration.newest, registration.ended, was});
  registration = {sequence, ended, std::move(about)};
  index(id, registration);
  changed_ = sequence;
  look_again(people, was, id);
  look_again(people, registration.about, id);
}

void Cases::take_away(const People& people, Sequence corrects, Sequence sequence) {
  const RegistrationId id = registration(corrects);
  if (id == 0) return;
  const Registration gone = registrations_.at(id);
  unindex(id, gone);
  registrations_.erase(id);
  changed_ = sequence;
  look_again(people, gone.about, id);
}

void Cases::hold(const People& people, Sequence event, Held held) {
  for (std::size_t i = 0; !held.about.by_person && i < held.about.offences.size(); ++i) held_by_offence_[held.about.offences[i]].insert(event);
  if (held.about.by_person && held.about.perpetrator != 0) held_by_perpetrator_[held.about.perpetrator].insert(event);
  for (std::size_t i = 0; held.about.by_person && i < held.about.numbers.size(); ++i) held_by_number_[held.about.numbers[i]].insert(event);
  if (held.registration != 0) told_by_registration_[held.registration].insert(event);
  if (held.due != Instant{}) by_due_.emplace(held.due, event);
  else by_until_.emplace(held.until, event);
  held_[event] = std::move(held);
  look_again(people, event);
}

void Cases::wait(const People& people, Sequence event, Kind kind, About about, Instant due, Instant until, RegistrationId under) {
  INVARIANT(is_joined(kind), "only what is joined to a registration waits for one");
  hold(people, event, {static_cast<std::uint8_t>(kind), std::move(about), due, until, under, false});
}

void Cases::tell(const People& people, Sequence event, Kind kind, About about, RegistrationId registration, bool in_doubt, Instant until) {
  INVARIANT(is_joined(kind), "only what is joined to a registration is told under one");
  if (is_word(kind)) changed_ = event;
  hold(people, event, {static_cast<std::uint8_t>(kind), std::move(about), Instant{}, until, registration, in_doubt});
}

void Cases::decided_again(const People& people, Sequence event, const Match& match, bool told) {
  const auto at = held_.find(event);
  if (at == held_.end()) return;
  Held held = at->second;
  let_go(event);
  // Nobody hears of it: it waits on for a registration.
  const bool waits_on = !told && match.registered == Registered::No && held.due < held.until;
  if (match.registered == Registered::Unknown || (!told && !waits_on)) return;
  held.due = waits_on ? held.until : Instant{};
  held.in_doubt = held.in_doubt || (held.registration != 0 && match.registered == Registered::Several);
  if (match.registered == Registered::Yes) held.registration = match.registration;
  if (!waits_on) held.until = held_until(static_cast<Kind>(held.kind), held.registration, held.until);
  hold(people, event, std::move(held));
}

void Cases::let_go(Sequence event) {
  const auto at = held_.find(event);
  if (at == held_.end()) return;
  const Held& held = at->second;
  for (const auto& offence : held.about.offences) erase_from(held_by_offence_, offence, event);
  erase_from(held_by_perpetrator_, held.about.perpetrator, event);
  for (const auto& number : held.about.numbers) erase_from(held_by_number_, number, event);
  erase_from(told_by_registration_, held.registration, event);
  by_due_.erase({held.due, event});
  by_until_.erase({held.until, event});
  awake_.erase(event);
  held_.erase(at);
}

void Cases::people_joined(const People& people, std::span<const wire::LinkedPerson> joined) {
  std::set<Sequence> events;
  for (const auto& person : joined) {
    if (!person.strong) continue;
    const std::vector<ClusterId> others = people.may_be({person.cluster});
    // Where nobody's registration names any of them, it stirs nothing, however many they are.
    if (std::none_of(others.begin(), others.end(), [&](ClusterId other) { return by_perpetrator_.contains(other); })) continue;
    for (const ClusterId other : others) {
      if (const auto at = held_by_perpetrator_.find(other); at != held_by_perpetrator_.end()) events.insert(at->second.begin(), at->second.end());
    }
  }
  for (const Sequence event : events) look_again(people, event);
}

void Cases::settle(const People& people, bool parted) {
  std::set<Sequence> events = awake_;
  // What was taken back may have been all that led from him to her registration.
  for (auto him = held_by_perpetrator_.begin(); parted && him != held_by_perpetrator_.end(); ++him) events.insert(him->second.begin(), him->second.end());
  for (const Sequence event : events) look_again(people, event);
}

void Cases::pass_time(Instant now) {
  while (!by_until_.empty() && by_until_.begin()->first <= now) let_go(by_until_.begin()->second);
}

void Cases::rebuild(const People& people) {
  by_revision_.clear();
  by_offence_.clear();
  by_perpetrator_.clear();
  by_number_.clear();
  for (const auto& [id, registration] : registrations_) index(id, registration);
  const auto kept = std::move(held_);
  held_.clear();
  held_by_offence_.clear();
  held_by_perpetrator_.clear();
  held_by_number_.clear();
  told_by_registration_.clear();
  by_due_.clear();
  by_until_.clear();
  awake_.clear();
  for (const auto& [event, held] : kept) hold(people, event, held);
}

}  // namespace concordat::broker
