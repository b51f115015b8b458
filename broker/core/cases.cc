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

}  // namespace

bool is_joined(Kind kind) {
  return policy::is_joined(kind);
}

void tell_registered(const Match& match, policy::StateFacts& state) {
  state.registered = match.registered;
  state.registration_residence = match.residence;
  state.registration_abuse_case = match.abuse_case;
}

// As People::link numbers the case of an event: by its record.
ClusterId case_of(RegistrationId registration) { return registration << 5; }

About about(Kind kind, const contract::FactSet& facts, std::span<const wire::TokenEntry> tokens, std::span<const wire::LinkedPerson> people) {
  About about;
  if (kind == Kind::VictimRegistration) {
    const contract::PersonFacts* victim = facts.person(only(facts, contract::Role::Victim));
    about.residence = victim == nullptr ? contract::kUnknown : victim->values[static_cast<std::size_t>(contract::Fact::Residence)];
    about.abuse_case = facts.of(contract::Fact::RegistrationAbuseCase);
  }
  for (const auto& entry : tokens) {
    if (entry.type == wire::TokenType::AsnOffence) about.offences.push_back({entry.epoch, entry.token});
  }
  std::sort(about.offences.begin(), about.offences.end());
  about.offences.erase(std::unique(about.offences.begin(), about.offences.end()), about.offences.end());
  // A victim's own word is of a case as her registration is, which may name no offence.
  const bool word = kind == Kind::ContactPreference || kind == Kind::ConsentChange;
  about.by_person = kind == Kind::CustodyChange || (word && about.offences.empty());
  const auto cluster = [&](std::uint16_t number) {
    const auto linked = std::find_if(people.begin(), people.end(), [&](const auto& person) { return number != 0 && person.person == number; });
    return linked != people.end() && linked->strong ? linked->cluster : ClusterId{0};
  };
  const std::uint16_t perpetrator = only(facts, contract::Role::AllegedPerpetrator);
  about.perpetrator = cluster(perpetrator);
  const std::uint16_t victim = only(facts, contract::Role::Victim);
  about.victim = cluster(victim);
  // Of him no part may have left her unit: then his numbers are those that are not hers.
  const auto is_his = [&](std::uint16_t person) { return perpetrator != 0 ? person == perpetrator : word && victim != 0 && person != victim; };
  for (const auto& entry : tokens) {
    if (is_his(entry.person) && wire::is_strong(entry.type)) about.numbers.push_back({entry.type, entry.epoch, entry.token});
  }
  std::sort(about.numbers.begin(), about.numbers.end());
  about.numbers.erase(std::unique(about.numbers.begin(), about.numbers.end()), about.numbers.end());
  return about;
}

std::set<RegistrationId> Cases::found(const About& about) const {
  std::set<RegistrationId> all;
  const auto add = [&](const auto& index, const auto& key) {
    if (const auto at = index.find(key); at != index.end()) all.insert(at->second.begin(), at->second.end());
  };
  if (about.by_person && about.perpetrator != 0) add(by_perpetrator_, about.perpetrator);
  for (std::size_t i = 0; about.by_person && i < about.numbers.size(); ++i) add(by_number_, about.numbers[i]);
  for (std::size_t i = 0; !about.by_person && i < about.offences.size(); ++i) add(by_offence_, about.offences[i]);
  // What another victim of the same offence chose is not hers.
  if (about.victim != 0) {
    std::erase_if(all, [&](RegistrationId id) {
      const ClusterId victim = registrations_.at(id).about.victim;
      return victim != 0 && victim != about.victim;
    });
  }
  return all;
}

Match Cases::match(Kind kind, const About& about, std::span<const ClusterId> may_be) const {
  if (!is_joined(kind)) return {};
  std::set<RegistrationId> all = found(about);
  const std::size_t certain = all.size();
  for (const ClusterId other : may_be) {
    const auto at = about.by_person ? by_perpetrator_.find(other) : by_perpetrator_.end();
    if (at != by_perpetrator_.end()) all.insert(at->second.begin(), at->second.end());
  }
  Match match = said_by(all);
  if (all.empty()) {
    match.registered = Registered::No;
  } else if (all.size() > 1 || certain == 0) {
    match.registered = Registered::Several;
  } else {
    match.registered = Registered::Yes;
    match.registration = *all.begin();
  }
  return match;
}

Match Cases::said_by(const std::set<RegistrationId>& all) const {
  Match match;
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
  const auto at = waiting_.find(event);
  return at == waiting_.end() ? Instant{} : at->second.due;
}

void Cases::index(RegistrationId id, const Registration& registration) {
  by_revision_[registration.newest] = id;
  if (registration.ended) return;
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

void Cases::awake(const About& about) {
  const auto wake = [this](const auto& index, const auto& key) {
    if (const auto at = index.find(key); at != index.end()) awake_.insert(at->second.begin(), at->second.end());
  };
  for (const auto& offence : about.offences) wake(waiting_by_offence_, offence);
  if (about.perpetrator != 0) wake(waiting_by_perpetrator_, about.perpetrator);
  for (const auto& number : about.numbers) wake(waiting_by_number_, number);
}

void Cases::put(Sequence sequence, Sequence corrects, About about, bool ended) {
  const RegistrationId before = registration(corrects);
  const RegistrationId id = before == 0 ? sequence : before;
  Registration& registration = registrations_[id];
  if (before != 0) unindex(id, registration);
  registration = {sequence, ended, std::move(about)};
  index(id, registration);
  changed_ = sequence;
  if (!ended) awake(registration.about);
  settle();
}

void Cases::take_away(Sequence corrects, Sequence sequence) {
  const RegistrationId id = registration(corrects);
  if (id == 0) return;
  const Registration gone = registrations_.at(id);
  unindex(id, gone);
  registrations_.erase(id);
  changed_ = sequence;
  settle();
}

// What came for a waiting event may have gone again before the event was decided.
void Cases::settle() {
  std::erase_if(awake_, [this](Sequence event) { return found(waiting_.at(event).about).empty(); });
}

void Cases::wait(Sequence event, Kind kind, About about, Instant due) {
  INVARIANT(is_joined(kind), "only what is joined to a registration waits for one");
  for (std::size_t i = 0; !about.by_person && i < about.offences.size(); ++i) waiting_by_offence_[about.offences[i]].insert(event);
  if (about.by_person && about.perpetrator != 0) waiting_by_perpetrator_[about.perpetrator].insert(event);
  for (std::size_t i = 0; about.by_person && i < about.numbers.size(); ++i) waiting_by_number_[about.numbers[i]].insert(event);
  by_due_.emplace(due, event);
  waiting_[event] = {static_cast<std::uint8_t>(kind), std::move(about), due};
}

void Cases::stop_waiting(Sequence event) {
  const auto at = waiting_.find(event);
  if (at == waiting_.end()) return;
  for (const auto& offence : at->second.about.offences) erase_from(waiting_by_offence_, offence, event);
  erase_from(waiting_by_perpetrator_, at->second.about.perpetrator, event);
  for (const auto& number : at->second.about.numbers) erase_from(waiting_by_number_, number, event);
  by_due_.erase({at->second.due, event});
  awake_.erase(event);
  waiting_.erase(at);
}

void Cases::rebuild() {
  by_revision_.clear();
  by_offence_.clear();
  by_perpetrator_.clear();
  by_number_.clear();
  for (const auto& [id, registration] : registrations_) index(id, registration);
  const auto waited = std::move(waiting_);
  waiting_.clear();
  waiting_by_offence_.clear();
  waiting_by_perpetrator_.clear();
  waiting_by_number_.clear();
  by_due_.clear();
  awake_.clear();
  for (const auto& [event, each] : waited) {
    wait(event, static_cast<Kind>(each.kind), each.about, each.due);
    if (!found(each.about).empty()) awake_.insert(event);
  }
}

}  // namespace concordat::broker
