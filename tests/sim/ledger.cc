// The ledger: see ledger.h.
#include "tests/sim/ledger.h"

#include <algorithm>
#include <bit>

namespace concordat::sim {
namespace {

using contract::Fact;
using contract::FactValue;
using contract::Kind;
using contract::ProgressState;
using contract::Role;
using policy::oracle::Verdict;

std::string at(Sequence sequence, const std::string& what) { return "record " + std::to_string(sequence) + ": " + what; }

std::uint64_t mask(const policy::oracle::DeskVerdict& verdict) {
  std::uint64_t bits = 0;
  for (const auto& [label, clauses] : verdict.granted) bits |= std::uint64_t{1} << label;
  return bits;
}

std::uint64_t granted(const Verdict& verdict, DeskNumber desk) {
  const auto found = verdict.desks.find(desk.value);
  return found == verdict.desks.end() ? 0 : mask(found->second);
}

const contract::PersonFacts* only(const contract::FactSet& facts, Role role) {
  const contract::PersonFacts* found = nullptr;
  for (const auto& person : facts.people) {
    if ((person.roles & contract::bit(role)) == 0) continue;
    if (found != nullptr) return nullptr;
    found = &person;
  }
  return found;
}

bool is_incident(const TapeEvent& event) { return event.sealed.kind == Kind::Incident && event.facts.of(Fact::DomesticAbuse) == contract::kYes; }
bool is_conference(const TapeEvent& event) {
  return event.sealed.kind == Kind::Referral && event.facts.of(Fact::ReferralKind) == static_cast<FactValue>(contract::ReferralKind::Conference);
}

std::uint16_t days_ago(Instant then, Instant now) {
  const auto days = std::chrono::duration_cast<std::chrono::days>(now - then).count();
  return static_cast<std::uint16_t>(std::max<std::int64_t>(days, 0));
}

}  // namespace

std::string Ledger::read(const store::MemoryDisk& disk, broker::BucketKeys& keys) {
  Digest previous;
  for (const store::Row& row : disk.rows) {
    const Sequence sequence = static_cast<Sequence>(&row - disk.rows.data()) + 1;
    const auto stub = wire::Stub::decode(row.stub);
    if (!stub || stub->sequence != sequence || row.sequence != sequence) return at(sequence, "a hole or a stranger in the log");
    if (stub->previous != previous) return at(sequence, "the chain is broken");
    if (stub->time < now_) return at(sequence, "time went back");
    now_ = stub->time;
    previous = wire::record_hash(row.stub);
    auto opened = broker::open_row({row, false}, test::kBroker, keys);
    if (!opened) return at(sequence, "does not open");
    if (std::string wrong = take(sequence, *stub, opened->body); !wrong.empty()) return at(sequence, wrong);
  }
  return {};
}

void Ledger::count(const wire::Body& body) {
  count(Happening::Records);
  if (std::holds_alternative<wire::BatchTaken>(body)) count(Happening::Batches);
  if (std::holds_alternative<wire::EventRefused>(body)) count(Happening::Refusals);
  if (std::holds_alternative<wire::AgreementAdopted>(body)) count(Happening::AgreementsAdopted);
  if (std::holds_alternative<wire::DirectoryAdopted>(body)) count(Happening::DirectoriesAdopted);
  if (std::holds_alternative<wire::ClockStepped>(body)) count(Happening::ClockJumps);
  if (std::holds_alternative<wire::AlarmRaised>(body)) count(Happening::Alarms);
  if (std::holds_alternative<wire::ProgressMade>(body)) count(Happening::Progress);
  if (std::holds_alternative<wire::Retried>(body)) count(Happening::Retried);
  if (const auto* counted = std::get_if<wire::RefusalsCounted>(&body)) count(Happening::Refusals, counted->count);
  if (const auto* event = std::get_if<wire::EventAccepted>(&body)) {
    count(Happening::Events);
    count(Happening::Corrections, event->corrects != 0 && !event->withdrawn ? 1 : 0);
    count(Happening::Withdrawals, event->withdrawn ? 1 : 0);
  }
  if (const auto* said = std::get_if<wire::Acknowledged>(&body)) {
    count(Happening::Acknowledged, said->opened.size());
    count(Happening::Rejected, said->rejected.size());
  }
  if (const auto* missed = std::get_if<wire::Escalated>(&body)) {
    count(Happening::Missed);
    count(Happening::Escalated, missed->desks.size());
  }
  count(Happening::Reconsidered, std::holds_alternative<wire::Reconsidered>(body) ? 1 : 0);
  if (const auto* parked = std::get_if<wire::Parked>(&body)) count(parked->code == code::kNoClause.name ? Happening::Withheld : Happening::Parked);
}

std::string Ledger::take(Sequence sequence, const wire::Stub& stub, const wire::Body& body) {
  count(body);
  if (const auto* event = std::get_if<wire::EventAccepted>(&body)) return accept(sequence, stub, *event);
  if (const auto* handed = std::get_if<wire::HandedOver>(&body)) return hand_over(stub, *handed);
  if (const auto* said = std::get_if<wire::Acknowledged>(&body)) return close(*said);
  if (const auto* made = std::get_if<wire::ProgressMade>(&body)) return progress(stub, *made);
  if (const auto* missed = std::get_if<wire::Escalated>(&body)) return escalate(stub, *missed);
  if (const auto* again = std::get_if<wire::Reconsidered>(&body)) return reconsider(stub, *again);
  if (const auto* adopted = std::get_if<wire::AgreementAdopted>(&body)) paper_ = known_.rules->paper(adopted->file);
  if (const auto* adopted = std::get_if<wire::DirectoryAdopted>(&body)) {
    directory_ = known_.rules->directory(adopted->version, known_.forms.at(adopted->version));
  }
  const auto set_parked = [&](DeskNumber desk, std::uint64_t number, bool parked, std::string_view code) -> std::string {
    const auto known = deliveries_[desk].find(number);
    if (known == deliveries_[desk].end()) return "parks what nobody was told";
    Delivery& delivery = events_.at(known->second).told.at(desk);
    if (parked && code == code::kNoClause.name && said_since(events_.at(known->second), known->second, desk)) return "parks for a person what somebody in it has ended";
    delivery.parked = parked;
    events_.at(known->second).overtaken |= parked && code == code::kNoClause.name;
    delivery.held = true;  // its first offer may come late, for a reason that is in the log
    return {};
  };
  if (const auto* parked = std::get_if<wire::Parked>(&body)) return set_parked(parked->desk, parked->delivery, true, parked->code);
  if (const auto* withheld = std::get_if<wire::Withheld>(&body)) {
    Event& event = events_.at(withheld->sequence);
    Delivery& delivery = event.told.at(withheld->desk);
    if (withheld->code == code::kSuperseded.name) {
      if (!taken_back(withheld->sequence, withheld->desk)) return "withholds what stands";
    } else if (withheld->code == code::kEnded.name) {
      if (allowed_now(withheld->sequence, withheld->desk) != 0) return "withholds what the rules allow";
      if (!said_since(event, withheld->sequence, withheld->desk)) return "ends what nobody in it has ended";
      count(Happening::Ended);
      event.overtaken = true;
    } else {
      return "withholds for no reason";
    }
    delivery.replaced = delivery.read_stopped = delivery.act_stopped = true;
    return {};
  }
  if (const auto* alarm = std::get_if<wire::AlarmRaised>(&body); alarm != nullptr && alarm->code == code::kDoubted.name) {
    if (to_be_warned_.erase({alarm->sequence, alarm->desk}) == 0) return "warns of what is not in doubt";
  }
  if (const auto* retried = std::get_if<wire::Retried>(&body)) return set_parked(retried->desk, retried->delivery, false, {});
  return {};
}

std::string Ledger::identifier(const TapeEvent& event, Role role) {
  const auto* person = only(event.facts, role);
  if (person == nullptr) return {};
  for (const auto& [number, who] : event.known) {
    if (number == person->person) return who;
  }
  return {};
}

policy::StateFacts Ledger::history(const TapeEvent& event, Sequence corrects) const {
  policy::StateFacts state;
  const std::string victim = identifier(event, Role::Victim);
  const std::string perpetrator = identifier(event, Role::AllegedPerpetrator);
  state.victim_known = !victim.empty();
  if (!state.victim_known) return state;
  state.pair_known = !perpetrator.empty();
  std::vector<std::uint16_t> days;
  if (is_incident(event)) days.push_back(0);
  for (auto past = events_.rbegin(); past != events_.rend(); ++past) {
    const TapeEvent& truth = *past->second.truth;
    if (past->second.superseded || past->first == corrects || truth.withdrawn || identifier(truth, Role::Victim) != victim) continue;
    const std::uint16_t ago = days_ago(truth.happened, event.happened);
    if (is_incident(truth) && days.size() < policy::StateFacts::kIncidentsMax) days.push_back(ago);
    const bool pair = state.pair_known && identifier(truth, Role::AllegedPerpetrator) == perpetrator;
    if (is_conference(truth) && pair) state.days_since_referral = std::min(state.days_since_referral, ago);
  }
  std::sort(days.begin(), days.end());
  std::copy(days.begin(), days.end(), state.incident_days_ago.begin());
  state.incident_count = static_cast<std::uint8_t>(days.size());
  return state;
}

// A refusal that nothing she gave contradicts by either clock.
bool Ledger::surely_refused(const std::vector<Word>& words, std::uint32_t purpose, contract::ConsentState state) {
  using contract::ConsentState;
  if (state != ConsentState::Refused && state != ConsentState::Withdrawn) return false;
  const Word* refusal = nullptr;
  for (const Word& word : words) {
    const bool bears = word.purpose == 0 || word.purpose == purpose;
    if (bears && word.state == state && (refusal == nullptr || std::tie(word.at, word.said) > std::tie(refusal->at, refusal->said))) refusal = &word;
  }
  return refusal != nullptr && std::none_of(words.begin(), words.end(), [&](const Word& word) {
           const bool lifts = word.state == ConsentState::Given || word.state == ConsentState::LacksCapacity;
           return lifts && (word.purpose == 0 || word.purpose == purpose) && (word.at > refusal->at || word.sequence > refusal->sequence);
         });
}

// What holds of a purpose, for an event: a refusal stands until she gave it later by both clocks; else the event's own word or what came
// after it, else everything, by when it happened.
std::optional<contract::ConsentState> Ledger::holds(const std::vector<Word>& words, std::uint32_t purpose, Sequence event) {
  using contract::ConsentState;
  const auto bears = [&](const Word& word) { return word.purpose == 0 || word.purpose == purpose; };
  const auto said_later = [](const Word& a, const Word& b) { return std::tie(a.at, a.said) < std::tie(b.at, b.said); };
  std::vector<Word> refusals, all;
  for (const Word& word : words) {
    if (!bears(word)) continue;
    all.push_back(word);
    if (word.state != ConsentState::Refused && word.state != ConsentState::Withdrawn) continue;
    const bool lifted = std::any_of(words.begin(), words.end(), [&](const Word& one) {
      return bears(one) && (one.state == ConsentState::Given || one.state == ConsentState::LacksCapacity) && one.said > word.said && one.at >= word.at;
    });
    if (!lifted) refusals.push_back(word);
  }
  if (!refusals.empty()) return std::max_element(refusals.begin(), refusals.end(), said_later)->state;
  const auto own = std::find_if(all.begin(), all.end(), [&](const Word& word) { return word.sequence == event; });
  if (own != all.end()) std::erase_if(all, [said = own->said](const Word& word) { return word.said < said; });
  if (all.empty()) return std::nullopt;
  return std::max_element(all.begin(), all.end(), said_later)->state;
}

namespace {
bool is_her_word(Kind kind) { return kind == Kind::ContactPreference || kind == Kind::ConsentChange; }
bool is_joined(Kind kind) { return kind == Kind::CourtHearing || kind == Kind::CourtOutcome || kind == Kind::CustodyChange || is_her_word(kind); }
// A release, and her word without offences: by the one man she named.
bool is_by_man(const TapeEvent& event) { return event.sealed.kind == Kind::CustodyChange || (is_her_word(event.sealed.kind) && event.offences.empty()); }
}  // namespace

// ---- who he is: by the first event that stands and says whose an identifier is

std::set<std::uint64_t> Ledger::him_now(const TapeEvent& event) const {
  std::set<std::uint64_t> people;
  const auto* him = only(event.facts, Role::AllegedPerpetrator);
  if (him == nullptr) return people;
  for (const auto& [number, word] : event.known) {
    const auto said = says_.find(word);
    if (number != him->person || said == says_.end()) continue;
    for (const Says& one : said->second) people.insert(one.person);
  }
  return people;
}

std::set<std::uint64_t> Ledger::or_else(std::set<std::uint64_t> people) const {
  for (bool more = true; more;) {
    more = false;
    for (const auto& [sequence, pairs] : perhaps_one_) {
      for (const auto& [a, b] : pairs) {
        if (people.contains(a)) more |= people.insert(b).second;
        if (people.contains(b)) more |= people.insert(a).second;
      }
    }
  }
  return people;
}

// Whoever the identifiers lead to as the event comes, by what it corrects as well.
std::map<std::uint16_t, std::uint64_t> Ledger::who_they_are(Sequence sequence, const TapeEvent& event) const {
  std::map<std::uint16_t, std::uint64_t> who;
  for (const auto& person : event.facts.people) {
    std::uint64_t self = 0;
    for (const auto& [number, word] : event.known) {
      const auto said = says_.find(word);
      if (number != person.person || said == says_.end()) continue;
      for (const Says& one : said->second) self = self == 0 ? one.person : std::min(self, one.person);
    }
    who[person.person] = self != 0 ? self : sequence * 100 + who.size();
  }
  return who;
}

void Ledger::identify(Sequence sequence, const TapeEvent& event, const std::map<std::uint16_t, std::uint64_t>& who) {
  for (const auto& [number, word] : event.known) {
    const std::uint64_t self = who.at(number);
    auto& said = says_[word];
    for (const Says& one : said) {
      if (one.person != self) perhaps_one_[sequence].emplace(self, one.person);
    }
    said.push_back({sequence, said.empty() ? self : said.front().person});
  }
}

void Ledger::forget_what_it_said(Sequence sequence) {
  for (auto& [word, said] : says_) std::erase_if(said, [&](const Says& one) { return one.sequence == sequence; });
  perhaps_one_.erase(sequence);
}

// ---- whose news it is

namespace {

bool share(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& one) { return std::count(b.begin(), b.end(), one) > 0; });
}

std::vector<std::string> her_names(const TapeEvent& event) {
  std::vector<std::string> names;
  const auto* her = only(event.facts, Role::Victim);
  for (const auto& [number, name] : event.names) {
    if (her != nullptr && number == her->person) names.push_back(name);
  }
  return names;
}

std::vector<std::string> his_numbers(const TapeEvent& event) {
  std::vector<std::string> numbers;
  const auto* him = only(event.facts, Role::AllegedPerpetrator);
  for (const auto& [number, word] : event.known) {
    if (him != nullptr && number == him->person) numbers.push_back(word);
  }
  return numbers;
}

}  // namespace

bool Ledger::same_victim(const TapeEvent& a, const TapeEvent& b) const {
  const std::string one = identifier(a, Role::Victim), other = identifier(b, Role::Victim);
  if (!one.empty() && !other.empty()) return one == other;
  return share(her_names(a), her_names(b)) && share(a.offences, b.offences);
}

// What another victim chose is not hers.
bool Ledger::is_anothers(const TapeEvent& event, const TapeEvent& registration) {
  const std::string her = identifier(event, Role::Victim), registered = identifier(registration, Role::Victim);
  return event.sealed.kind != Kind::VictimRegistration && !her.empty() && !registered.empty() && her != registered;
}

std::set<Sequence> Ledger::naming(const TapeEvent& event) const {
  std::set<Sequence> found;
  const auto him = him_now(event);
  for (const auto& [first, one] : registered_) {
    if (is_anothers(event, *one.truth)) continue;
    const bool by_man = !him.empty() && one.him == *him.begin();
    if (is_by_man(event) ? by_man || share(his_numbers(*one.truth), his_numbers(event)) : share(one.truth->offences, event.offences)) found.insert(first);
  }
  return found;
}

std::set<Sequence> Ledger::perhaps_naming(const TapeEvent& event) const {
  std::set<Sequence> found = naming(event);
  if (!is_by_man(event)) return found;
  const auto perhaps = or_else(him_now(event));
  for (const auto& [first, one] : registered_) {
    if (perhaps.contains(one.him) && !is_anothers(event, *one.truth)) found.insert(first);
  }
  return found;
}

Ledger::Whose Ledger::whose(const TapeEvent& event) const {
  const Whose found = whose_it_is(event);
  if (found.registered == policy::Registered::Yes) return with_words_of({found.first}, found);
  std::set<Sequence> living = perhaps_naming(event);
  std::erase_if(living, [&](Sequence first) { return registered_.at(first).ended(); });
  return with_words_of(living, found);
}

// Of the newest that lives, unless another victim's lives too, or a word of hers came after it elsewhere.
Ledger::Whose Ledger::whose_it_is(const TapeEvent& event) const {
  const std::set<Sequence> sure = naming(event);
  for (const Sequence first : perhaps_naming(event)) {
    if (!sure.contains(first) && !registered_.at(first).ended()) return {policy::Registered::Several, 0, {}, {}};
  }
  Sequence newest = 0;
  for (const Sequence first : sure) {
    if (!registered_.at(first).ended()) newest = first;
  }
  if (newest == 0) return {policy::Registered::No, 0, {}, {}};
  const Registered& holds = registered_.at(newest);
  for (const Sequence first : sure) {
    const Registered& other = registered_.at(first);
    const bool hers = same_victim(*other.truth, *holds.truth);
    if (first != newest && ((!hers && !other.ended()) || (hers && other.newest > holds.newest))) return {policy::Registered::Several, 0, {}, {}};
  }
  if (!is_her_word(event.sealed.kind) && spoke_elsewhere(newest)) return {policy::Registered::Several, 0, {}, {}};
  return {policy::Registered::Yes, newest, {}, {}};
}

bool Ledger::spoke_elsewhere(Sequence first) const {
  const Sequence newest = registered_.at(first).newest;
  for (auto word = events_.upper_bound(newest); word != events_.end(); ++word) {
    const Event& said = word->second;
    if (!is_her_word(said.truth->sealed.kind) || said.superseded || said.under == first || !counts(said)) continue;
    if (naming(*said.truth).contains(first)) return true;
  }
  return false;
}

// It waits, or somebody was told of it.
bool Ledger::counts(const Event& event) {
  const bool held = !event.truth->withdrawn && event.truth->facts.of(Fact::Historic) != contract::kYes;
  return held && (event.waits_until != Instant{} || !event.told.empty());
}

bool Ledger::another_is_meant(const Event& event) const {
  if (event.under == 0) return false;
  const auto told = registered_.find(event.under);
  if (told == registered_.end()) return true;
  std::set<Sequence> living = perhaps_naming(*event.truth);
  const bool still = living.contains(event.under);
  std::erase_if(living, [&](Sequence first) { return registered_.at(first).ended(); });
  for (const Sequence first : living) {
    if (first != event.under && !same_victim(*registered_.at(first).truth, *told->second.truth)) return true;
  }
  return !still && living.empty();
}

Ledger::Whose Ledger::whose_now(const Event& event) const {
  if (event.truth->sealed.kind == Kind::VictimRegistration) return {event.standing, 0, {}, {}};
  if (!is_joined(event.truth->sealed.kind)) return {};
  Whose found = whose(*event.truth);
  if (event.in_doubt || another_is_meant(event)) found.registered = policy::Registered::Several, found.first = 0;
  return found;
}

policy::Registered Ledger::standing(const TapeEvent& registration, Sequence corrects) const {
  Sequence own = 0;
  for (const auto& [first, one] : registered_) {
    if (corrects != 0 && one.newest == corrects) own = first;
  }
  bool hers = false, newer = false, anothers = false;
  for (const Sequence first : naming(registration)) {
    if (first == own || registered_.at(first).ended()) continue;
    const bool same = same_victim(*registered_.at(first).truth, registration);
    hers = hers || same;
    newer = newer || (same && own != 0 && first > own);
    anothers = anothers || !same;
  }
  if (registration.facts.of(Fact::RegistrationEnded) == contract::kYes) return hers ? policy::Registered::Several : policy::Registered::Yes;
  std::size_t accused = 0, victims = 0;
  for (const auto& person : registration.facts.people) {
    accused += (person.roles & contract::bit(Role::AllegedPerpetrator)) != 0 ? 1 : 0;
    victims += (person.roles & contract::bit(Role::Victim)) != 0 ? 1 : 0;
  }
  if ((registration.offences.empty() && his_numbers(registration).empty()) || accused > 1 || victims > 1) return policy::Registered::No;
  return anothers || newer ? policy::Registered::Several : policy::Registered::Yes;
}

void Ledger::registers(Sequence sequence, const Event& event, const std::map<std::uint16_t, std::uint64_t>& who) {
  const bool stands = event.truth->sealed.kind == Kind::VictimRegistration && !event.truth->withdrawn;
  Sequence first = 0;
  for (const auto& [id, one] : registered_) {
    if (one.newest == event.corrects && event.corrects != 0) first = id;
  }
  if (!stands) {
    registered_.erase(first);
    return;
  }
  const auto* him = only(event.truth->facts, Role::AllegedPerpetrator);
  const bool known = him != nullptr && !his_numbers(*event.truth).empty();
  registered_[first == 0 ? sequence : first] = {event.truth, sequence, known ? who.at(him->person) : 0};
}

// Because of the people in it, and not of the rules: with another registered, or if she had not surely refused, the desk would be told.
bool Ledger::said_since(const Event& event, Sequence sequence, DeskNumber desk) const {
  using policy::Registered;
  const Delivery& delivery = event.told.at(desk);
  const auto told_if = [&](const If& what_if) {
    const Verdict verdict = judge(event, sequence, delivery.unread_minutes, delivery.missed_by, now_, whose_now(event), what_if);
    return (granted(verdict, desk) & delivery.granted) != 0;
  };
  if (!is_joined(event.truth->sealed.kind)) return told_if({{}, {}, {}, true});
  if (told_if({Registered::No, contract::kUnknown, policy::Truth::Unknown, true})) return true;
  for (const Registered way : {Registered::Yes, Registered::Several}) {
    for (const policy::Truth abuse : {policy::Truth::True, policy::Truth::False}) {
      for (const FactValue area : {contract::kUnknown, *contract::area_code("E06000049"), *contract::area_code("E06000050")}) {
        if (told_if({way, area, abuse, true})) return true;
      }
    }
  }
  return false;
}

// Whose it is bears on nothing that the desk does: it would be told though nobody were registered.
bool Ledger::for_itself(const Event& event, Sequence sequence, DeskNumber desk) {
  const Delivery& delivery = event.told.at(desk);
  const If nobody{policy::Registered::No, contract::kUnknown, policy::Truth::Unknown, false, true};
  const Verdict verdict = judge(event, sequence, delivery.unread_minutes, delivery.missed_by, now_, whose_now(event), nobody);
  return (granted(verdict, desk) & delivery.granted) != 0;
}

// A correction buys no time.
Instant Ledger::first_accepted(const Event& event) const {
  const Event* first = &event;
  while (first->corrects != 0) first = &events_.at(first->corrects);
  return first->accepted;
}

// Where she lives counts if nobody else lives elsewhere, or somewhere that nobody said; that it is abuse, if anybody said so.
Ledger::Whose Ledger::with_words_of(const std::set<Sequence>& found, Whose whose) const {
  std::set<FactValue> areas, crimes;
  for (const Sequence first : found) {
    const contract::FactSet& said = registered_.at(first).truth->facts;
    const contract::PersonFacts* victim = only(said, Role::Victim);
    areas.insert(victim == nullptr ? contract::kUnknown : victim->values[static_cast<std::size_t>(Fact::Residence)]);
    crimes.insert(said.of(Fact::RegistrationAbuseCase));
  }
  whose.residence = areas.size() == 1 ? *areas.begin() : contract::kUnknown;
  if (crimes.contains(contract::kYes)) whose.abuse = policy::Truth::True;
  else if (crimes == std::set<FactValue>{contract::kNo}) whose.abuse = policy::Truth::False;
  return whose;
}

// A registration must have come, or its time be over, or what was told be another's; and whoever may have it now and has not been told is told.
std::string Ledger::reconsider(const wire::Stub& stub, const wire::Reconsidered& body) {
  const auto found = events_.find(body.sequence);
  if (found == events_.end() || found->second.superseded) return "decides again on what does not wait";
  Event& event = found->second;
  const bool waited = event.waits_until != Instant{};
  const bool doubted = !event.in_doubt && another_is_meant(event);
  if (!waited && !doubted && !event.overtaken) return "decides again on what does not wait";
  if (!waited && !doubted && (body.desks.empty() || !is_joined(event.truth->sealed.kind))) return "decides again and tells nobody";
  const Whose match = whose_now(event);
  if (waited && match.registered == policy::Registered::No && stub.time < event.waits_until) return "decides again though nobody registered, and before its time";
  if (body.state.registered != static_cast<std::uint8_t>(match.registered) || body.state.registration != match.first) return "decides again for another than is registered";
  const Instant held_until = first_accepted(event) + kHeld;
  const bool over = event.waits_until == held_until;
  event.waits_until = Instant{};
  const Verdict verdict = judge(event, body.sequence, 0, {}, stub.time);
  std::size_t others = verdict.desks.size();
  for (const auto& [desk, told] : event.told) others -= verdict.desks.contains(desk.value) ? 1 : 0;
  if (body.desks.size() != others) return "decides again and tells " + std::to_string(body.desks.size()) + " desks and not " + std::to_string(others);
  for (const auto& [desk, told] : event.told) {
    if (doubted && told.handed && !for_itself(event, body.sequence, desk)) to_be_warned_.emplace(body.sequence, desk);
  }
  for (const auto& desk : body.desks) {
    if (std::string wrong = tell(body.sequence, event, desk, verdict, false); !wrong.empty()) return "decides again: " + wrong;
    event.told.at(desk.desk).held = true;  // its first offer comes late, for a reason that is in the log
  }
  if (waited && !over && match.registered == policy::Registered::No && event.told.empty()) event.waits_until = held_until;
  event.in_doubt = event.in_doubt || (event.under != 0 && match.registered == policy::Registered::Several);
  if (match.registered == policy::Registered::Yes && !event.told.empty()) event.under = match.first;
  if (event.told.empty() && event.waits_until == Instant{}) event.under = 0, event.in_doubt = false;
  count(Happening::Doubted, doubted ? 1 : 0);
  return {};
}

std::string Ledger::left_waiting(Instant now) const {
  for (const auto& [sequence, desk] : to_be_warned_) return at(sequence, "is in doubt, and desk " + std::to_string(desk.value) + ", which has it, was not warned");
  for (const auto& [sequence, event] : events_) {
    if (!event.superseded && !event.in_doubt && another_is_meant(event)) return at(sequence, "was told to one and is another's now, and nobody looks");
  }
  for (const auto& [sequence, event] : events_) {
    if (event.superseded || event.waits_until == Instant{}) continue;
    if (whose(*event.truth).registered != policy::Registered::No) return at(sequence, "waits though somebody is registered for it");
    if (event.waits_until < now) return at(sequence, "waits though its time is over");
  }
  return {};
}

// Whoever has an identifier has a history, the event's own word in it; of others the event alone speaks.
Verdict Ledger::judge(const Event& event, Sequence sequence, std::uint32_t unread_minutes, DeskNumber missed_by, Instant now, const Whose& match, const If& what_if) const {
  policy::StateFacts state = event.state;
  state.unread_minutes = unread_minutes;
  state.missed_by = missed_by;
  state.registered = what_if.registered.value_or(match.registered);
  state.registration_residence = what_if.residence.value_or(match.residence);
  state.registration_abuse_case = what_if.abuse.value_or(match.abuse);
  if (is_joined(event.truth->sealed.kind) && state.registered == policy::Registered::No && !what_if.at_once) {
    const auto waited = std::chrono::duration_cast<std::chrono::minutes>(now - first_accepted(event)).count();
    state.unmatched_minutes = static_cast<std::uint32_t>(std::max<std::int64_t>(waited, 0));
  }
  contract::FactSet facts = event.truth->facts;
  const std::string victim = identifier(*event.truth, Role::Victim);
  if (!victim.empty()) {
    for (auto& person : facts.people) {
      if ((person.roles & contract::bit(Role::Victim)) == 0) continue;
      person.values[static_cast<std::size_t>(Fact::Consent)] = contract::kUnknown;
    }
    std::vector<Word> words;
    std::set<std::uint32_t, std::greater<>> purposes;
    if (const auto found = words_.find(victim); found != words_.end()) {
      for (const Word& word : found->second) {
        const auto speaker = events_.find(word.sequence);
        if (speaker != events_.end() && speaker->second.superseded) continue;
        words.push_back(word);
        purposes.insert(word.purpose);
      }
    }
    for (const std::uint32_t purpose : purposes) {
      auto& said = state.consent.at(state.consent_count++) = {purpose, *holds(words, purpose, sequence)};
      if (what_if.not_refused && surely_refused(words, purpose, said.state)) said.state = contract::ConsentState::Given;
    }
  }
  policy::Case subject;
  subject.kind = event.truth->sealed.kind;
  subject.source = event.truth->source;
  subject.happened = event.truth->happened;
  subject.revision = event.truth->sealed.revision;
  subject.labels = event.truth->sealed.labels;
  subject.facts = &facts;
  return policy::oracle::judge(subject, state, known_.rules->read(paper_), *directory_, now);
}

// Withdrawn, or the newest revision is not for the desk.
bool Ledger::taken_back(Sequence sequence, DeskNumber desk) const {
  Sequence newest = sequence;
  for (const auto& [at, event] : events_) {
    if (event.corrects == newest) newest = at;
  }
  return newest != sequence && (events_.at(newest).truth->withdrawn || !events_.at(newest).told.contains(desk));
}

bool Ledger::holds_earlier(Sequence revision, DeskNumber desk) const {
  for (auto found = events_.find(events_.at(revision).corrects); found != events_.end(); found = events_.find(found->second.corrects)) {
    const auto told = found->second.told.find(desk);
    if (told != found->second.told.end() && told->second.handed) return true;
  }
  return false;
}

// A desk that holds an older revision and is told of the new one gets the step between as well.
void Ledger::supersede(Sequence original, const std::vector<wire::RecordedDesk>& told_now) {
  const auto found = events_.find(original);
  if (found == events_.end()) return;
  found->second.superseded = true;
  for (auto& [desk, delivery] : found->second.told) {
    bool goes_on = false;
    for (const auto& told : told_now) goes_on = goes_on || told.desk == desk;
    const bool step_between = goes_on && holds_earlier(original, desk);
    if (!delivery.handed && !step_between && !delivery.replaced) count(Happening::Replaced);
    delivery.replaced = delivery.replaced || (!delivery.handed && !step_between);
    delivery.read_stopped = delivery.act_stopped = true;
  }
}

std::string Ledger::accept(Sequence sequence, const wire::Stub& stub, const wire::EventAccepted& body) {
  const auto sent = known_.sent.find(stub.event_digest);
  if (sent == known_.sent.end()) return "an event that nobody sent";
  const TapeEvent& truth = *sent->second;
  if (stub.event != truth.sealed.event || body.source != truth.source) return "an event under another name than its own";
  if (!by_digest_.emplace(stub.event_digest, sequence).second) return "an event is accepted twice";
  if (!by_id_.emplace(stub.event, sequence).second) return "two events under one id";
  const auto* party = directory_->party(truth.source);
  if (std::find(party->asserts.begin(), party->asserts.end(), truth.sealed.kind) == party->asserts.end()) return "a party asserts what it may not";
  if (party->suspended) return "a suspended party is heard";
  if (truth.happened > stub.time + std::chrono::minutes(5)) return "an event of the future";

  Event event;
  event.truth = &truth;
  event.accepted = stub.time;
  event.adapter = body.adapter;
  if (truth.sealed.revision > 0) {
    event.corrects = accepted(truth.corrects);
    if (event.corrects == 0) return "a correction of what was never accepted";
    const Event& original = events_.at(event.corrects);
    if (original.superseded || original.truth->sealed.revision + 1 != truth.sealed.revision || original.truth->source != truth.source) return "a correction out of order";
  }
  if (body.corrects != event.corrects) return "corrects another event than it says";
  event.state = history(truth, event.corrects);
  // Whose it is, is seen before it takes anything back.
  const auto original = events_.find(event.corrects);
  event.in_doubt = original != events_.end() && is_joined(truth.sealed.kind) && (original->second.in_doubt || another_is_meant(original->second));
  if (truth.sealed.kind == Kind::VictimRegistration && !truth.withdrawn) event.standing = standing(truth, event.corrects);
  const Whose match = whose_now(event);

  const auto who = who_they_are(sequence, truth);
  supersede(event.corrects, body.desks);
  forget_what_it_said(event.corrects);
  if (!truth.withdrawn) identify(sequence, truth, who);
  const std::string victim = identifier(truth, Role::Victim);
  const auto* person = only(truth.facts, Role::Victim);
  const FactValue consent = person == nullptr ? contract::kUnknown : person->values[static_cast<std::size_t>(Fact::Consent)];
  if (!victim.empty() && consent != contract::kUnknown && !truth.withdrawn) {
    Word word{sequence, truth.happened, person->values[static_cast<std::size_t>(Fact::ConsentPurpose)], static_cast<contract::ConsentState>(consent), sequence};
    auto& words = words_[victim];
    for (const Word& before : words) {
      if (event.corrects != 0 && before.sequence == event.corrects && before.purpose == word.purpose && before.state == word.state) word.said = before.said;
    }
    words.push_back(word);
  }
  registers(sequence, event, who);
  const bool asked_for = truth.sealed.kind != Kind::ConsentChange || truth.source == PartyNumber{1};  // a clause turns on a registration
  const bool held = is_joined(truth.sealed.kind) && !truth.withdrawn && truth.facts.of(Fact::Historic) != contract::kYes;
  const Milliseconds patience = truth.sealed.kind == Kind::CourtOutcome ? kUnmatched : kHeld;
  const bool waits = held && asked_for && match.registered == policy::Registered::No;
  if (waits && first_accepted(event) + patience > stub.time) event.waits_until = first_accepted(event) + patience;
  if (body.unmatched_due != event.waits_until) return "waits for a registration when it should not, or not when it should";
  if (!truth.withdrawn && body.state.registered != static_cast<std::uint8_t>(match.registered)) return "is told to another than is registered";
  if (event.waits_until != Instant{} && original != events_.end()) event.under = original->second.under;
  else if (held && !body.desks.empty()) event.under = match.first;
  if (!held || (event.waits_until == Instant{} && body.desks.empty())) event.in_doubt = false;
  if (body.state.registration_residence != match.residence) return "records another area than the registrations say";
  if (body.state.registration_abuse_case != static_cast<std::uint8_t>(match.abuse)) return "records another crime than the registrations say";
  Event& kept = events_.emplace(sequence, std::move(event)).first->second;
  const Verdict verdict = truth.withdrawn ? Verdict{} : judge(kept, sequence, 0, {}, stub.time, match, {});
  if (verdict.desks.size() != body.desks.size()) return "told " + std::to_string(body.desks.size()) + " desks and not " + std::to_string(verdict.desks.size());
  for (const auto& desk : body.desks) {
    if (std::string wrong = tell(sequence, kept, desk, verdict, false); !wrong.empty()) return wrong;
  }
  return {};
}

std::string Ledger::tell(Sequence sequence, Event& event, const wire::RecordedDesk& desk, const Verdict& verdict, bool escalated) {
  const std::string who = "desk " + std::to_string(desk.desk.value);
  const auto decided = verdict.desks.find(desk.desk.value);
  if (decided == verdict.desks.end()) return who + " is told and should not be";
  if (desk.granted != mask(decided->second)) return who + " is granted other items than the clauses grant";
  if (event.told.contains(desk.desk)) return who + " is told twice";
  if (desk.clauses.size() != static_cast<std::size_t>(std::popcount(desk.granted))) return who + " has grants without a clause";
  if (desk.duty != decided->second.duty || desk.fallback != decided->second.fallback) return who + " is told for another reason";
  if (!deliveries_[desk.desk].emplace(desk.delivery, sequence).second) return who + " has a delivery number twice";
  if (deliveries_[desk.desk].rbegin()->first != desk.delivery) return who + " has delivery numbers that do not grow";
  Delivery delivery;
  delivery.number = desk.delivery;
  delivery.granted = desk.granted;
  delivery.lane = desk.lane;
  delivery.escalated = escalated;
  delivery.read_by = desk.read_by;
  delivery.act_by = desk.act_by;
  delivery.chain = !desk.then.empty();
  for (Sequence before = event.corrects; before != 0; before = events_.at(before).corrects) {
    const auto earlier = events_.at(before).told.find(desk.desk);
    if (earlier == events_.at(before).told.end()) continue;
    if (delivery.lane > earlier->second.lane && before == event.corrects) return who + " gets a correction in a slower lane";
    if (earlier->second.owed()) delivery.held = true;
    const auto came = earlier->second.progress;
    const bool taken = came >= ProgressState::Read && came != ProgressState::Declined;
    const bool goes_on = !escalated && before == event.corrects && earlier->second.chain_began && !taken && desk.read_by != Instant{};
    if (goes_on && desk.read_by > event.accepted) return who + " is given new time by a correction, though the chain had begun";
  }
  const policy::Terms& terms = decided->second.terms;
  if ((terms.read_within_minutes != 0) != (desk.read_by != Instant{})) return who + " has no clock, or one that no clause asks for";
  event.told.emplace(desk.desk, delivery);
  return {};
}

// First offers of one adapter's events to one desk in one lane come in the order of the log; only what had to wait for an earlier
// revision, or was parked, may come later.
std::string Ledger::order(Sequence sequence, const Event& event, DeskNumber desk, const Delivery& delivery) {
  if (delivery.held) return {};
  Sequence& last = first_offers_[{event.adapter, desk, delivery.lane}];
  const bool late = delivery.escalated ? false : sequence < last;
  if (!delivery.escalated) last = std::max(last, sequence);
  return late ? "desk " + std::to_string(desk.value) + " is first offered " + std::to_string(sequence) + " after a later one" : "";
}

std::string Ledger::hand_over(const wire::Stub& stub, const wire::HandedOver& body) {
  for (const auto& item : body.items) {
    count(Happening::HandOvers);
    count(Happening::HandedAgain, item.attempt > 1 ? 1 : 0);
    count(Happening::Narrowed, item.narrowed ? 1 : 0);
    const auto found = events_.find(item.sequence);
    const std::string what = "hands " + std::to_string(item.sequence) + " to desk " + std::to_string(body.desk.value) + " ";
    if (found == events_.end() || !found->second.told.contains(body.desk)) return what + "that was not told of it";
    Event& event = found->second;
    Delivery& delivery = event.told.at(body.desk);
    if (delivery.number != item.delivery) return what + "under another number";
    if (delivery.closed) return what + "again though it was acknowledged";
    if (delivery.replaced) return what + "though a correction took its place";
    if (delivery.parked) return what + "though it is parked";
    if (item.granted == 0) return what + "without anything to open";
    if ((item.granted & ~delivery.granted) != 0) return what + "with more than was decided";
    const Verdict verdict = judge(event, item.sequence, delivery.unread_minutes, delivery.missed_by, stub.time);
    const std::uint64_t allowed = granted(verdict, body.desk) & delivery.granted;
    if ((item.granted & ~allowed) != 0) return what + "with more than the rules allow now";
    if (item.granted != allowed) return what + "with less than the rules allow now";
    for (Sequence before = event.corrects; before != 0; before = events_.at(before).corrects) {
      const auto earlier = events_.at(before).told.find(body.desk);
      if (earlier != events_.at(before).told.end() && earlier->second.owed()) return what + "before an earlier revision is done";
    }
    if (!delivery.handed) {
      if (std::string wrong = order(item.sequence, event, body.desk, delivery); !wrong.empty()) return wrong;
    }
    delivery.handed = true;
    delivery.went |= item.granted;
  }
  return {};
}

std::string Ledger::close(const wire::Acknowledged& body) {
  std::vector<std::pair<std::uint64_t, bool>> said;
  for (const auto number : body.opened) said.emplace_back(number, false);
  for (const auto& rejected : body.rejected) said.emplace_back(rejected.delivery, true);
  for (const auto& [number, rejected] : said) {
    const auto known = deliveries_[body.desk].find(number);
    if (known == deliveries_[body.desk].end()) return "acknowledges what nobody was told";
    Delivery& delivery = events_.at(known->second).told.at(body.desk);
    if (!delivery.handed) return "acknowledges what was never handed over";
    if (!known_.answered(body.desk, number)) return "acknowledges what the desk never answered for";
    delivery.closed = true;
    delivery.rejected = rejected;
  }
  return {};
}

// What one desk declines is due for the next at once, unless the event is out of force or nobody's clock ran for it.
std::string Ledger::progress(const wire::Stub& stub, const wire::ProgressMade& body) {
  const auto found = events_.find(body.sequence);
  if (found == events_.end() || !found->second.told.contains(body.desk)) return "progress by a desk that was not told";
  Event& event = found->second;
  Delivery& delivery = event.told.at(body.desk);
  const auto state = static_cast<ProgressState>(body.state);
  if (state < ProgressState::Read) return "progress by a machine";
  if (!delivery.handed || delivery.rejected) return "progress on what the desk cannot have read";
  const bool declines = state == ProgressState::Declined && delivery.progress < ProgressState::Declined;
  const bool ran = (delivery.read_by != Instant{} && !delivery.read_stopped) || (delivery.act_by != Instant{} && !delivery.act_stopped);
  event.read = true;
  delivery.read_stopped = true;
  if (declines || state > ProgressState::Declined) delivery.act_stopped = true;
  constexpr std::uint8_t urgent = 1;
  if (declines && !event.superseded && (ran || delivery.chain || delivery.lane == urgent)) {
    delivery.act_by = stub.time;
    delivery.act_stopped = false;
  }
  if (state > delivery.progress || (delivery.progress == ProgressState::Declined && state == ProgressState::Accepted)) delivery.progress = state;
  return {};
}

std::string Ledger::escalate(const wire::Stub& stub, const wire::Escalated& body) {
  const auto found = events_.find(body.sequence);
  if (found == events_.end() || !found->second.told.contains(body.missed_by)) return "escalates what nobody missed";
  Event& event = found->second;
  Delivery& missed = event.told.at(body.missed_by);
  const Instant due = body.act ? missed.act_by : missed.read_by;
  bool& stopped = body.act ? missed.act_stopped : missed.read_stopped;
  if (due == Instant{} || due > stub.time) return "escalates before its time";
  if (stopped) return "escalates though it was done, or had been escalated";
  stopped = true;
  missed.chain_began = missed.chain_began || !body.desks.empty();
  // A correction buys no time: unread since the first revision that nobody has read.
  const Event* first = &event;
  for (auto before = events_.find(event.corrects); before != events_.end() && !before->second.read; before = events_.find(before->second.corrects)) first = &before->second;
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(stub.time - first->accepted).count();
  const auto unread = event.read ? 0 : static_cast<std::uint32_t>(std::max<std::int64_t>(minutes, 0));
  const Verdict verdict = judge(event, body.sequence, unread, body.missed_by, stub.time);
  for (const auto& desk : body.desks) {
    if (std::string wrong = tell(body.sequence, event, desk, verdict, true); !wrong.empty()) return "escalates: " + wrong;
    Delivery& delivery = event.told.at(desk.desk);
    delivery.unread_minutes = unread;
    delivery.missed_by = body.missed_by;
  }
  return {};
}

Sequence Ledger::accepted(const Digest& digest) const {
  const auto found = by_digest_.find(digest);
  return found == by_digest_.end() ? 0 : found->second;
}

bool Ledger::handed(DeskNumber desk, std::uint64_t delivery, Sequence sequence, std::uint64_t labels) const {
  const auto event = events_.find(sequence);
  if (event == events_.end()) return false;
  const auto told = event->second.told.find(desk);
  return told != event->second.told.end() && told->second.number == delivery && (labels & ~told->second.went) == 0;
}

std::uint64_t Ledger::allowed_now(Sequence sequence, DeskNumber desk) {
  const Event& event = events_.at(sequence);
  const Delivery& delivery = event.told.at(desk);
  return granted(judge(event, sequence, delivery.unread_minutes, delivery.missed_by, now_), desk) & delivery.granted;
}

}  // namespace concordat::sim
