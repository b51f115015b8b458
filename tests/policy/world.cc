// A small world for tests of policy: see world.h.
#include "tests/policy/world.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "proto/contract/facts.h"

namespace concordat::policy::world {
namespace {

using contract::DeskRole;
using contract::Fact;
using contract::Item;
using directory::Desk;
using directory::Party;

Party party(std::uint16_t number, std::string name, DeskRole role, std::vector<std::string> signs) {
  Party party;
  party.number = PartyNumber{number};
  party.name = std::move(name);
  party.role = role;
  for (const contract::Word& kind : contract::words<contract::Kind>())
    party.asserts.push_back(static_cast<contract::Kind>(kind.number));
  for (std::string& role_name : signs) party.signatories.push_back({std::move(role_name), {}});
  return party;
}

Desk desk(std::uint16_t number, std::string name, std::uint16_t party_number, DeskRole role, bool anywhere,
          bool always) {
  Desk desk;
  desk.number = DeskNumber{number};
  desk.mailbox = name;
  desk.name = std::move(name);
  desk.party = PartyNumber{party_number};
  desk.role = role;
  if (!anywhere) desk.serves = {*contract::area_code("E06000049")};
  desk.staffed_always = always;
  directory::BoxKey key;
  key.id = number;
  key.open.bytes[0] = static_cast<std::uint8_t>(number);
  desk.keys.push_back(key);
  return desk;
}

[[noreturn]] void stop(const Error& error) {
  std::fprintf(stderr, "%s\n", describe(error).c_str());
  std::abort();
}

}  // namespace

directory::Directory cheshire_east() {
  directory::Directory directory;
  directory.partnership = "cheshire-east";
  directory.environment = directory::Environment::Test;
  directory.version = 1;
  directory.parties = {
      party(1, "cheshire-constabulary", DeskRole::Police, {"chief_officer", "data_protection_officer"}),
      party(2, "mid-cheshire-hospitals", DeskRole::Hospital, {"caldicott_guardian"}),
      party(3, "my-cwa", DeskRole::SupportService, {"chief_executive"}),
      party(4, "cheshire-east-council", DeskRole::LocalAuthority,
            {"senior_information_risk_owner", "caldicott_guardian"}),
      party(5, "lifeline", DeskRole::PerpetratorProgramme, {"chief_executive"})};
  directory.desks = {desk(11, "cheshire-east-council/idva", 4, DeskRole::Idva, false, true),
                     desk(12, "cheshire-east-council/marac", 4, DeskRole::MaracCoordinator, false, false),
                     desk(13, "cheshire-east-council/checs", 4, DeskRole::ChildrenSafeguarding, false, true),
                     desk(14, "cheshire-east-council/adults", 4, DeskRole::AdultSafeguarding, false, false),
                     desk(15, "cheshire-east-council/unplaced", 4, DeskRole::Fallback, true, true),
                     desk(21, "my-cwa/helpline", 3, DeskRole::SupportService, true, true),
                     desk(31, "lifeline/programme", 5, DeskRole::PerpetratorProgramme, true, false)};
  directory.desks[5].acts_for = {PartyNumber{4}};
  return directory;
}

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string edited(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) std::fprintf(stderr, "no `%s` to edit\n", from.c_str()), std::abort();
  return text.replace(at, from.size(), to);
}

Digest fake_hash(ByteView bytes) {
  Digest digest;
  std::uint64_t sum = 1469598103934665603ULL;
  for (const char c : bytes) sum = (sum ^ static_cast<std::uint8_t>(c)) * 1099511628211ULL;
  std::memcpy(digest.bytes.data(), &sum, sizeof(sum));
  return digest;
}

std::shared_ptr<const InForce> in_force(const directory::Directory& directory, const std::vector<std::string>& yamls) {
  std::vector<Adopted> adopted;
  for (const std::string& yaml : yamls) {
    auto agreement = read_agreement("test.yaml", yaml);
    if (!agreement) stop(agreement.error());
    adopted.push_back({*std::move(agreement), fake_hash(yaml)});
  }
  auto compiled = InForce::compile(std::move(adopted), directory, fake_hash);
  if (!compiled) stop(compiled.error());
  return *compiled;
}

std::shared_ptr<const InForce> unchecked(const directory::Directory& directory, const std::string& yaml) {
  auto agreement = read_agreement("test.yaml", yaml);
  if (!agreement) stop(agreement.error());
  std::vector<Adopted> adopted;
  adopted.push_back({*std::move(agreement), fake_hash(yaml)});
  return policy::bind(std::move(adopted), directory, fake_hash);
}

std::shared_ptr<const InForce> marac(const directory::Directory& directory) {
  return in_force(directory, {file_text(kMarac)});
}

contract::PersonFacts& Event::of(std::uint16_t person) {
  return *std::find_if(facts_.people.begin(), facts_.people.end(),
                       [person](const contract::PersonFacts& facts) { return facts.person == person; });
}

Event& Event::person(std::uint16_t number, std::uint8_t roles, const std::vector<Item>& items) {
  contract::PersonFacts facts;
  facts.person = number;
  facts.roles = roles;
  facts_.people.push_back(facts);
  for (const Item item : items) labels_.push_back({number, roles, static_cast<std::uint16_t>(item), 0});
  return *this;
}

Event& Event::about_case(const std::vector<Item>& items) {
  for (const Item item : items) labels_.push_back({0, 0, static_cast<std::uint16_t>(item), 0});
  return *this;
}

Event& Event::fact(Fact fact, contract::FactValue value) {
  facts_.event[static_cast<std::size_t>(fact)] = value;
  return *this;
}

Event& Event::fact(std::uint16_t person, Fact fact, contract::FactValue value) {
  of(person).values[static_cast<std::size_t>(fact)] = value;
  return *this;
}

const Case& Event::get() {
  event_.labels = labels_;
  event_.facts = &facts_;
  event_.happened = summer_2026();
  return event_;
}

Event incident(std::uint32_t dash_score) {
  const auto area = *contract::area_code("E06000049");
  Event event(contract::Kind::Incident);
  event
      .person(1, kVictim,
              {Item::Name, Item::DateOfBirth, Item::SafeContact, Item::HomeAddress, Item::RiskAnswers, Item::Narrative})
      .person(2, kPerpetrator, {Item::Name, Item::BailConditions, Item::Relationship})
      .person(3, kChild, {Item::Name, Item::DateOfBirth, Item::School})
      .about_case({Item::IncidentDetails, Item::IncidentPlace, Item::Narrative})
      .fact(Fact::DomesticAbuse, contract::kYes)
      .fact(1, Fact::RiskScore, dash_score + 1)
      .fact(1, Fact::Residence, area)
      .fact(1, Fact::HonourBased, contract::kNo)
      .fact(1, Fact::ForcedMarriage, contract::kNo)
      .fact(1, Fact::Fgm, contract::kNo)
      .fact(1, Fact::AgeBand, static_cast<std::uint32_t>(contract::AgeBand::Age25To59))
      .fact(3, Fact::Residence, area);
  return event;
}

Instant summer_2026() { return instant_of(1784000000000); }  // 14 July 2026

std::string label_words(const seal::Label& label) {
  std::string words = label.person == 0 ? "case" : "";
  for (const contract::Word& role : contract::words<contract::Role>()) {
    if ((label.roles & contract::bit(static_cast<contract::Role>(role.number))) != 0)
      words += (words.empty() ? "" : "+") + std::string(role.name);
  }
  return words + "." + std::string(contract::name_of(static_cast<Item>(label.item)));
}

std::string told(const Case& event, const Decision& decision, const directory::Directory& directory) {
  std::string line;
  for (const DeskDecision& desk : decision.desks) {
    const std::string name = directory.desk(desk.desk)->name;
    line += (line.empty() ? "" : " | ") + name.substr(name.find('/') + 1) + (desk.duty ? " (duty)" : "") +
            (desk.fallback ? " (fallback)" : "") + ":";
    for (std::size_t i = 0; i < event.labels.size(); ++i) {
      if (desk.granted[i]) line += " " + label_words(event.labels[i]);
    }
  }
  if (!line.empty()) return line;
  line = "nobody:";
  constexpr const char* words[] = {"Granted", "NoClause", "ConditionFailed", "NotInItems", "Never",
                                   "Consent", "Conflict", "Suspended",       "NotServed",  "NotInForce"};
  for (const Reason& reason : decision.nobody) line += std::string(" ") + words[static_cast<std::size_t>(reason.why)];
  return line;
}

}  // namespace concordat::policy::world
