// Random worlds and events: see random_case.h.
#include "tests/policy/random_case.h"

#include <algorithm>

#include "tests/policy/oracle.h"
#include "tests/policy/world.h"

namespace concordat::policy::random_case {
namespace {

using contract::DeskRole;
using contract::Fact;
using contract::Item;
using contract::Kind;
using contract::Role;
using Is = Condition::Is;

constexpr std::array kKinds{Kind::Incident, Kind::RiskAssessment, Kind::VictimRegistration};
constexpr std::array kItems{Item::Name, Item::HomeAddress, Item::RiskAnswers, Item::Narrative, Item::School};
constexpr std::array kRoles{Role::Victim, Role::AllegedPerpetrator, Role::Child, Role::Patient};
constexpr std::array kDeskRoles{DeskRole::Idva, DeskRole::MaracCoordinator, DeskRole::Fallback,
                                DeskRole::SupportService};
constexpr std::array<std::uint32_t, 3> kAreas{106000049, 106000050, 108000003};
constexpr std::array<const char*, 2> kPurposes{"high-risk", "safeguarding"};
constexpr std::array kReleased{Fact::RiskScore, Fact::Residence, Fact::AgeBand, Fact::DomesticAbuse};

std::uint64_t items_mask(Random& random) {
  std::uint64_t mask = 0;
  for (const Item item : kItems) {
    if (random.one_in(2)) mask |= std::uint64_t{1} << static_cast<unsigned>(item);
  }
  return mask;
}

ItemsByRole random_items(Random& random) {
  ItemsByRole items;
  for (std::uint64_t& mask : items.masks) {
    if (random.one_in(2)) mask = items_mask(random);
  }
  if (items.empty()) items.masks[1] = std::uint64_t{1} << static_cast<unsigned>(Item::Name);
  return items;
}

// ---- conditions ----------------------------------------------------------------------------------------------------

std::uint64_t random_values(Random& random, Fact fact) {
  const std::uint32_t most = contract::info(fact)->most;
  std::uint64_t values = 0;
  for (std::uint32_t value = 1; value <= most; ++value) {
    if (random.one_in(2)) values |= std::uint64_t{1} << value;
  }
  return values == 0 ? 2 : values;
}

constexpr std::array kPersonFacts{Fact::AgeBand, Fact::CareAndSupportNeeds, Fact::HonourBased, Fact::ChildIs,
                                  Fact::Judgement};

Condition random_atom(Random& random) {
  Condition condition;
  constexpr std::array kinds{Is::Event,  Is::Person,  Is::Person,       Is::Person,     Is::Risk,   Is::Escalation,
                             Is::Repeat, Is::Consent, Is::OpenReferral, Is::Conference, Is::Unread, Is::PatientIs,
                             Is::Kind,   Is::Registered, Is::Unmatched,    Is::Registration};
  condition.is = random.pick(kinds);
  condition.role = random.pick(kRoles);
  condition.band = static_cast<contract::RiskBand>(1 + random.below(3));
  if (condition.is == Is::Kind)
    condition.tests.push_back({{}, std::uint64_t{1} << static_cast<unsigned>(random.pick(kKinds))});
  if (condition.is == Is::Event)
    condition.tests.push_back({Fact::IncidentType, random_values(random, Fact::IncidentType)});
  if (condition.is == Is::Consent) condition.tests.push_back({Fact::Consent, random_values(random, Fact::Consent)});
  if (condition.is == Is::Unread || condition.is == Is::Unmatched) condition.minutes = 1 + random.below(3) * 15;
  if (condition.is == Is::Registration) condition.tests.push_back({Fact::RegistrationAbuseCase, random_values(random, Fact::RegistrationAbuseCase)});
  if (condition.is == Is::Registered) condition.tests.push_back({{}, std::uint64_t{2} << random.below(3)});
  for (std::uint32_t n = condition.is == Is::Person ? 1 + random.below(2) : 0; n > 0; --n) {
    const Fact fact = random.pick(kPersonFacts);
    condition.tests.push_back({fact, random_values(random, fact)});
  }
  return condition;
}

Condition random_condition(Random& random, int depth) {
  if (depth == 0 || random.one_in(3)) return random_atom(random);
  Condition condition;
  constexpr std::array joins{Is::All, Is::Any, Is::Any, Is::Not};
  condition.is = random.pick(joins);
  for (std::uint32_t n = condition.is == Is::Not ? 1 : 1 + random.below(3); n > 0; --n)
    condition.parts.push_back(random_condition(random, depth - 1));
  return condition;
}

void drop_consent(Condition& condition) {
  if (condition.is == Is::Consent) condition.is = Is::OpenReferral, condition.tests.clear();
  for (Condition& part : condition.parts) drop_consent(part);
}

// ---- agreements ----------------------------------------------------------------------------------------------------

std::string random_desk(Random& random, const Agreement& agreement) {
  std::vector<std::string> names;
  for (const PartySpec& party : agreement.parties) {
    for (const DeskSpec& desk : party.desks) names.push_back(desk.name);
  }
  return random.pick(names);
}

Recipient random_recipient(Random& random, const Agreement& agreement) {
  Recipient to;
  to.by = static_cast<Recipient::By>(1 + random.below(3));
  if (to.by == Recipient::By::Desk) to.name = random_desk(random, agreement);
  if (to.by == Recipient::By::Role) to.role = random.pick(kDeskRoles);
  if (to.by == Recipient::By::Party) {
    to.name = random.pick(agreement.parties).name;
    if (random.one_in(2)) to.acting_for = random.pick(agreement.parties).name;
  }
  to.serving = static_cast<Serving>(random.below(4));
  to.whose = random.pick(kRoles);
  if (to.serving != Serving::Nothing || random.one_in(3)) to.if_none = random_desk(random, agreement);
  return to;
}

void random_deliver(Random& random, const Agreement& agreement, Clause& clause) {
  clause.deliver.lane = static_cast<Lane>(1 + random.below(3));
  if (random.one_in(2)) clause.deliver.read_within = Duration{15 * (1 + random.below(4)), Duration::Unit::Minutes};
  if (random.one_in(2))
    clause.deliver.act_within =
        Duration{1 + random.below(3), random.one_in(2) ? Duration::Unit::Hours : Duration::Unit::WorkingDays};
  clause.deliver.clock_always = random.one_in(3);
  clause.deliver.tell_sender = random.one_in(2);
  for (std::uint32_t n = random.below(3); n > 0; --n) {
    const std::string desk = random_desk(random, agreement);
    if (std::count(clause.deliver.then.begin(), clause.deliver.then.end(), desk) == 0)
      clause.deliver.then.push_back(desk);
  }
  if (random.one_in(2)) {
    clause.keep.for_time = Duration{1 + random.below(3), Duration::Unit::Years};
    clause.keep.from = static_cast<KeepFrom>(1 + random.below(3));
  }
  if (random.one_in(2)) return;
  Onward onward;
  onward.to = {random_desk(random, agreement)};
  const std::string second = random_desk(random, agreement);
  if (second != onward.to[0]) onward.to.push_back(second);
  onward.same_items = random.one_in(2);
  if (!onward.same_items) onward.items = items_mask(random);
  onward.otherwise = static_cast<OnwardElse>(random.below(2));
  clause.onward = onward;
}

Clause random_clause(Random& random, const Agreement& agreement, std::size_t number) {
  Clause clause;
  clause.id = "c" + std::to_string(number);
  clause.duty = random.one_in(4);
  clause.share = random.one_in(3) ? std::vector<Kind>{kKinds[0], kKinds[1]} : std::vector<Kind>{random.pick(kKinds)};
  clause.from_any_party = random.one_in(2);
  if (!clause.from_any_party) clause.from = {random.pick(agreement.parties).name};
  clause.to = random_recipient(random, agreement);
  if (!random.one_in(3)) clause.when = random_condition(random, 3);
  clause.purpose = random.pick(kPurposes);
  for (const PartySpec& party : agreement.parties) {
    if (!random.one_in(3)) clause.gateway.push_back(party.name);
  }
  clause.items = random_items(random);
  for (const Fact fact : kReleased) clause.facts.facts[static_cast<std::size_t>(fact)] = random.one_in(3);
  if (!clause.duty) {
    clause.consent.need = static_cast<ConsentNeed>(1 + random.below(4));
    if (clause.consent.need == ConsentNeed::Seek)
      clause.consent.refusal = random.one_in(2) ? ConsentRefusal::Withhold : ConsentRefusal::ShareAndRecord;
  }
  random_deliver(random, agreement, clause);
  return clause;
}

Never random_never(Random& random, const Agreement& agreement, std::size_t number) {
  Never never;
  never.id = "n" + std::to_string(number);
  never.all_items = random.one_in(4);
  if (!never.all_items) never.items = random_items(random);
  NeverTarget target;
  target.is = static_cast<NeverTarget::Is>(1 + random.below(6));
  target.roles = {random.pick(kDeskRoles)};
  if (random.one_in(2)) target.roles.push_back(random.pick(kDeskRoles));
  if (target.is == NeverTarget::Is::Party) target.name = random.pick(agreement.parties).name;
  if (target.is == NeverTarget::Is::Desk) target.name = random_desk(random, agreement);
  never.to.push_back(target);
  if (random.one_in(2)) {
    never.when = random_condition(random, 2);
    drop_consent(*never.when);
  }
  return never;
}

Agreement random_agreement(Random& random, const directory::Directory& directory, std::size_t number) {
  Agreement agreement;
  agreement.file = agreement.name = "p/a" + std::to_string(number);
  agreement.from = std::chrono::year(2026) / 1 / 1;
  agreement.until = std::chrono::year(2026) / 12 / 31;
  agreement.review_by = agreement.until;
  for (const directory::Party& party : directory.parties) {
    PartySpec spec;
    spec.name = party.name;
    spec.role = party.role;
    for (const directory::Desk& desk : directory.desks) {
      if (desk.party == party.number)
        spec.desks.push_back({desk.name.substr(desk.name.find('/') + 1), desk.role, desk.serves, false, {}, {}});
    }
    agreement.parties.push_back(spec);
  }
  if (random.one_in(4)) std::erase_if(agreement.parties, [&](const PartySpec& party) { return party.desks.empty(); });
  agreement.settings.dash_high = static_cast<std::uint8_t>(12 + random.below(4));
  agreement.settings.dash_medium = 9;
  agreement.settings.escalation = Settings::Escalation{static_cast<std::uint8_t>(2 + random.below(2)),
                                                       Duration{6 * (1 + random.below(2)), Duration::Unit::Months}};
  agreement.settings.repeat_counts_from = static_cast<CountsFrom>(1 + random.below(2));
  for (std::size_t n = 1 + random.below(6); n > 0; --n)
    agreement.clauses.push_back(random_clause(random, agreement, n));
  for (std::size_t n = random.below(4); n > 0; --n) agreement.nevers.push_back(random_never(random, agreement, n));
  return agreement;
}

directory::Directory random_directory(Random& random) {
  directory::Directory directory;
  constexpr std::array roles{DeskRole::Police, DeskRole::LocalAuthority, DeskRole::SupportService};
  for (std::uint16_t n = 1; n <= 3; ++n) {
    directory::Party party;
    party.number = PartyNumber{n};
    party.name = "party-" + std::to_string(n);
    party.role = random.pick(roles);
    party.suspended = random.one_in(15);
    directory.parties.push_back(party);
  }
  const std::uint16_t count = static_cast<std::uint16_t>(2 + random.below(5));
  for (std::uint16_t n = 1; n <= count; ++n) {
    directory::Desk desk;
    desk.number = DeskNumber{static_cast<std::uint16_t>(10 + n)};
    desk.party = PartyNumber{static_cast<std::uint16_t>(1 + random.below(3))};
    desk.name = "party-" + std::to_string(desk.party.value) + "/d" + std::to_string(n);
    desk.role = random.pick(kDeskRoles);
    for (const std::uint32_t area : kAreas) {
      if (random.one_in(3)) desk.serves.push_back(area);
    }
    desk.mailbox = "m" + std::to_string(random.one_in(6) ? 1 : n);
    directory::BoxKey key;
    key.open.bytes[0] = static_cast<std::uint8_t>(random.one_in(6) ? 1 : n);
    desk.keys.push_back(key);
    if (random.one_in(2)) desk.acts_for.push_back(PartyNumber{static_cast<std::uint16_t>(1 + random.below(3))});
    if (random.one_in(2)) desk.alternative = DeskNumber{static_cast<std::uint16_t>(11 + random.below(count))};
    desk.suspended = random.one_in(12);
    directory.desks.push_back(desk);
  }
  for (std::uint16_t n = 0; n < 2 && random.one_in(4); ++n) {
    directory::Client client;
    client.name = "client-" + std::to_string(n);
    client.reads = {random.pick(directory.desks).number, random.pick(directory.desks).number};
    directory.clients.push_back(client);
  }
  return directory;
}

/// In these worlds a gateway is the name of a party that it opens the clause to.
bool may_stand_in(const directory::Directory& directory, const Agreement& agreement, const Clause& clause,
                  const directory::Desk& desk) {
  const std::string& party = directory.party(desk.party)->name;
  return agreement.party(party) != nullptr &&
         std::count(clause.gateway.begin(), clause.gateway.end(), party) > 0;
}

StandIn stand_in(const World& world) {
  return [&world](const Agreement& agreement, const Clause& clause, const directory::Desk& desk) {
    return may_stand_in(world.directory, agreement, clause, desk);
  };
}

// ---- events --------------------------------------------------------------------------------------------------------

void random_person(Random& random, std::uint16_t number, Sample& sample, const directory::Directory& directory) {
  contract::PersonFacts person;
  person.person = number;
  person.roles = contract::bit(random.pick(kRoles));
  if (random.one_in(4)) person.roles |= contract::bit(random.pick(kRoles));
  const auto set = [&](Fact fact, std::uint32_t value) { person.values[static_cast<std::size_t>(fact)] = value; };
  for (const Fact fact : {Fact::AgeBand, Fact::CareAndSupportNeeds, Fact::HonourBased, Fact::ChildIs, Fact::Judgement,
                          Fact::RiskScore, Fact::Consent}) {
    if (!random.one_in(3)) set(fact, 1 + random.below(contract::info(fact)->most));
  }
  if (!random.one_in(3)) set(Fact::Residence, random.pick(kAreas));
  if (random.one_in(2)) set(Fact::ConsentPurpose, directory::code_of(random.pick(kPurposes)));
  if (random.one_in(3)) set(Fact::Consent, 0);
  if (random.one_in(8)) set(Fact::WorksFor, directory::code_of(random.pick(directory.parties).name));
  sample.facts.people.push_back(person);
  for (const Item item : kItems) {
    if (random.one_in(2)) sample.labels.push_back({number, person.roles, static_cast<std::uint16_t>(item), 0});
  }
}

StateFacts random_state(Random& random, const directory::Directory& directory) {
  StateFacts state;
  state.victim_known = random.one_in(2);
  state.pair_known = random.one_in(2);
  if (random.one_in(2)) state.days_since_referral = static_cast<std::uint16_t>(random.below(400));
  if (random.one_in(2)) state.days_since_conference = static_cast<std::uint16_t>(random.below(400));
  state.incident_count = static_cast<std::uint8_t>(random.below(4));
  for (std::uint8_t i = 0; i < state.incident_count; ++i)
    state.incident_days_ago[i] = static_cast<std::uint16_t>(i * random.below(200));
  state.open_referral = static_cast<Truth>(random.below(3));
  state.known_to_conference = static_cast<Truth>(random.below(3));
  state.consent_count = static_cast<std::uint8_t>(random.below(4));
  for (std::uint8_t i = 0; i < state.consent_count; ++i) {
    const std::uint32_t purpose = random.one_in(4) ? 0 : directory::code_of(random.pick(kPurposes));
    state.consent[i] = {purpose, static_cast<contract::ConsentState>(random.below(7)), static_cast<std::uint16_t>(random.below(4)), random.one_in(4)};
  }
  if (random.one_in(3)) state.unread_minutes = 15 * random.below(4);
  state.registered = static_cast<Registered>(random.below(4));
  if (!random.one_in(3)) state.registration_residence = random.pick(kAreas);
  state.registration_abuse_case = static_cast<Truth>(random.below(3));
  if (random.one_in(2)) state.unmatched_minutes = 15 * random.below(4);
  if (random.one_in(3)) state.missed_by = random.pick(directory.desks).number;
  return state;
}

}  // namespace

std::uint64_t Random::next() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

Case Sample::subject() const {
  Case subject;
  subject.kind = kind;
  subject.source = source;
  subject.happened = now;
  subject.labels = labels;
  subject.facts = &facts;
  return subject;
}

World random_world(Random& random) {
  World world;
  do {
    world.directory = random_directory(random);
    world.agreements.clear();
    for (std::size_t n = 1 + random.below(3); n > 0; --n)
      world.agreements.push_back(random_agreement(random, world.directory, n));
  } while (std::any_of(world.agreements.begin(), world.agreements.end(),
                       [](const Agreement& a) { return a.parties.empty(); }));
  if (random.one_in(3)) world.agreements[0].until = std::chrono::year(2026) / 6 / 30;
  return world;
}

Sample random_sample(Random& random, const World& world) {
  Sample sample;
  sample.kind = random.pick(kKinds);
  sample.source = random.pick(world.directory.parties).number;
  for (std::uint16_t n = 1; n <= 1 + random.below(3); ++n) random_person(random, n, sample, world.directory);
  for (const Item item : kItems) {
    if (random.one_in(3)) sample.labels.push_back({0, 0, static_cast<std::uint16_t>(item), 0});
  }
  const auto set = [&](Fact fact, std::uint32_t value) { sample.facts.event[static_cast<std::size_t>(fact)] = value; };
  if (!random.one_in(3)) set(Fact::IncidentType, 1 + random.below(10));
  if (!random.one_in(3)) set(Fact::IncidentArea, random.pick(kAreas));
  if (random.one_in(3)) set(Fact::Historic, 1 + random.below(2));
  sample.state = random_state(random, world.directory);
  sample.now = std::chrono::sys_days{std::chrono::year(2026) / 6 / 29} + std::chrono::hours(12 * random.below(6));
  return sample;
}

std::shared_ptr<const InForce> bound(const World& world) {
  std::vector<Adopted> adopted;
  for (const Agreement& agreement : world.agreements) adopted.push_back({agreement, world::fake_hash(agreement.name)});
  return policy::bind(std::move(adopted), world.directory, world::fake_hash, stand_in(world));
}

/// As the broker makes states: what holds of a victim's consent is a refusal, or what her event says.
bool weighed(const Sample& sample) {
  using contract::ConsentState;
  for (std::size_t i = 0; i < sample.state.consent_count; ++i) {
    const auto& held = sample.state.consent[i];
    if (held.state == ConsentState::Refused || held.state == ConsentState::Withdrawn) continue;
    for (const auto& person : sample.facts.people) {
      const auto said = person.values[static_cast<std::size_t>(Fact::Consent)];
      const auto meant = person.values[static_cast<std::size_t>(Fact::ConsentPurpose)];
      const bool bears = held.purpose == 0 || meant == 0 || held.purpose == meant;
      if ((held.person == 0 || held.person == person.person) && bears && said != 0 && said != static_cast<contract::FactValue>(held.state)) return false;
    }
  }
  return true;
}

std::string disagreement(const World& world, const InForce& agreements, const Sample& sample, Decision& decision) {
  const Case subject = sample.subject();
  decide(subject, sample.state, agreements, world.directory, sample.now, decision);
  std::string text = oracle::difference(
      oracle::judge(subject, sample.state, world.agreements, world.directory, sample.now, stand_in(world)), decision,
      agreements);
  if (!weighed(sample)) return text;
  const std::bitset<64> could = releasable_labels(subject, agreements, world.directory, sample.now);
  for (const DeskDecision& desk : decision.desks) {
    if ((desk.granted & ~could).any())
      text += "desk " + std::to_string(desk.desk.value) + " is granted what was not releasable\n";
  }
  return text;
}

}  // namespace concordat::policy::random_case
