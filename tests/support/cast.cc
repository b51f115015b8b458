// The cast of the broker's tests: see cast.h.
#include "tests/support/cast.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "policy/agreement/in_force.h"
#include "policy/agreement/read.h"
#include "proto/contract/facts.h"

namespace concordat::test {
namespace {

using contract::DeskRole;
using contract::Kind;
using directory::Desk;
using directory::Party;

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::abort();
}

Party party(std::uint16_t number, const char* name, DeskRole role, std::vector<Kind> asserts, std::vector<std::string> signs) {
  Party party;
  party.number = {number};
  party.name = name;
  party.role = role;
  party.asserts = std::move(asserts);
  for (auto& sign : signs) party.signatories.push_back({std::move(sign), {}});
  return party;
}

struct DeskLine {
  DeskNumber number;
  const char* name;
  std::uint16_t party;
  DeskRole role;
  bool anywhere;
  bool always;
};
constexpr DeskLine kDesks[] = {
    {desk::kIdva, "cheshire-east-council/idva", 4, DeskRole::Idva, false, true},
    {desk::kMarac, "cheshire-east-council/marac", 4, DeskRole::MaracCoordinator, false, false},
    {desk::kChecs, "cheshire-east-council/checs", 4, DeskRole::ChildrenSafeguarding, false, true},
    {desk::kAdults, "cheshire-east-council/adults", 4, DeskRole::AdultSafeguarding, false, false},
    {desk::kUnplaced, "cheshire-east-council/unplaced", 4, DeskRole::Fallback, true, true},
    {desk::kPoliceDesk, "cheshire-constabulary/duty", 1, DeskRole::Police, true, true},
    {desk::kHelpline, "my-cwa/helpline", 3, DeskRole::SupportService, true, true},
    {desk::kProgramme, "lifeline/programme", 5, DeskRole::PerpetratorProgramme, true, false},
    {desk::kNotify, "cheshire-constabulary/notify", 1, DeskRole::Notification, true, true},
    {desk::kWitnessCare, "cheshire-constabulary/witness-care", 1, DeskRole::WitnessCare, true, false},
    {desk::kControl, "cheshire-constabulary/control", 1, DeskRole::Police, true, true},
};

struct AdapterLine {
  const char* name;
  std::uint16_t party;
};
constexpr AdapterLine kAdapters[] = {{kPolice, 1}, {kCouncil, 4}, {kCourts, 6}, {kPrisons, 7}, {kHospital, 2}};  // in the order of their names

Desk desk_of(const DeskLine& line, const seal::BoxPublic& open) {
  Desk desk;
  desk.number = line.number;
  desk.name = line.name;
  desk.party = {line.party};
  desk.role = line.role;
  desk.mailbox = line.name;
  if (!line.anywhere) desk.serves = {*contract::area_code("E06000049")};
  desk.staffed_always = line.always;
  desk.keys = {{1, open}};
  if (line.number == desk::kHelpline) desk.acts_for = {PartyNumber{4}};
  return desk;
}

}  // namespace

std::uint64_t Dice::draw() {
  std::uint64_t mixed = (state_ += 0x9e3779b97f4a7c15u);
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
  return mixed ^ (mixed >> 31);
}

void DiceEntropy::fill(std::span<std::uint8_t> out) {
  for (std::size_t at = 0; at < out.size(); at += 8) {
    const std::uint64_t word = dice_.draw();
    std::memcpy(out.data() + at, &word, std::min<std::size_t>(8, out.size() - at));
  }
}

Result<const seal::SymmetricKey*> MemoryKeys::key_for_writing(BucketId bucket) {
  const auto known = keys_.find(bucket);
  if (known != keys_.end()) return &known->second;
  seal::SymmetricKey key;
  entropy_.fill({key.data(), seal::SymmetricKey::kSize});
  return &keys_.emplace(bucket, std::move(key)).first->second;
}

Result<int> MemoryKeys::destroy_snapshot_key(BucketId bucket) {
  keys_.erase(bucket);
  return 0;
}

Result<const seal::SymmetricKey*> MemoryKeys::key_for_reading(BucketId bucket) {
  const auto known = keys_.find(bucket);
  if (known == keys_.end()) return fail(Fault::Corrupt, code::kChain, "bucket " + std::to_string(bucket.value) + " has no key");
  return &known->second;
}

Cast::Cast() {
  DiceEntropy entropy(2026);
  exchange = *seal::ExchangeKey::from(Bytes(32, 'x'));
  event_ids = *seal::EventIdKey::from(Bytes(32, 'i'));
  linkage = *seal::LinkageKey::from(Bytes(32, 'l'));
  broker_box = seal::new_box_pair(entropy);
  broker_signing = seal::new_signing_pair(entropy);
  directory.partnership = "cheshire-east";
  directory.environment = directory::Environment::Test;
  directory.demonstration = true;
  directory.broker.name = kBroker;
  directory.broker.verify = broker_signing.verify;
  directory.broker.keys = {{1, broker_box.open}};
  directory.parties = {
      party(1, "cheshire-constabulary", DeskRole::Police, {Kind::Incident, Kind::RiskAssessment, Kind::Referral, Kind::ReferralProgress, Kind::SafeguardingConcern, Kind::ConsentChange,
             Kind::VictimRegistration, Kind::ContactPreference, Kind::Link},
            {"chief_officer", "data_protection_officer"}),
      party(2, "mid-cheshire-hospitals", DeskRole::Hospital, {Kind::RiskAssessment, Kind::HealthAttendance, Kind::ReferralProgress, Kind::SafeguardingConcern, Kind::ConsentChange}, {"caldicott_guardian"}),
      party(3, "my-cwa", DeskRole::SupportService, {Kind::ReferralProgress, Kind::SafeguardingConcern}, {"chief_executive"}),
      party(4, "cheshire-east-council", DeskRole::LocalAuthority, {Kind::ReferralProgress, Kind::SafeguardingConcern}, {"senior_information_risk_owner", "caldicott_guardian"}),
      party(5, "lifeline", DeskRole::PerpetratorProgramme, {}, {"chief_executive"}),
      party(6, "hmcts", DeskRole::Court, {Kind::CourtHearing, Kind::CourtOutcome}, {"data_protection_officer"}),
      party(7, "hmpps", DeskRole::Prison, {Kind::CustodyChange, Kind::Link}, {"data_protection_officer"})};
  for (const DeskLine& line : kDesks) {
    desks.emplace(line.number, seal::new_box_pair(entropy));
    directory.desks.push_back(desk_of(line, desks.at(line.number).open));
    directory::Client client;
    client.name = client_of(line.number);
    client.party = {line.party};
    client.transport = entropy.id<directory::TransportKey>();
    client.reads = {line.number};
    directory.clients.push_back(std::move(client));
  }
  for (const AdapterLine& line : kAdapters) {
    adapters.emplace(line.name, seal::new_signing_pair(entropy));
    directory::Adapter adapter;
    adapter.name = line.name;
    adapter.party = {line.party};
    adapter.verify = adapters.at(line.name).verify;
    if (line.party == 1) adapter.alarms = desk::kPoliceDesk;
    if (line.party == 6) adapter.alarms = desk::kWitnessCare;
    directory.adapters.push_back(std::move(adapter));
    directory::Client client;
    client.name = client_of(line.name);
    client.party = {line.party};
    client.transport = entropy.id<directory::TransportKey>();
    client.publishes = {line.name};
    directory.clients.push_back(std::move(client));
  }
  std::sort(directory.clients.begin(), directory.clients.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  directory = next_version(std::move(directory), [](auto&) {});
}

broker::BrokerKeys Cast::broker_keys() const {
  broker::BrokerKeys keys;
  keys.entries.push_back({1, {broker_box.secret.clone(), broker_box.open}});
  return keys;
}

std::string Cast::client_of(DeskNumber desk) const {
  for (const DeskLine& line : kDesks) {
    if (line.number == desk) return std::string(line.name) + "-client";
  }
  stop("no such desk");
}

std::shared_ptr<const directory::Directory> share(directory::Directory directory) {
  return std::make_shared<const directory::Directory>(std::move(directory));
}

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) stop("cannot read " + path + ": tests run in the project's folder");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string edited(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos || text.find(from, at + 1) != std::string::npos) stop("not there exactly once: " + from);
  return text.replace(at, from.size(), to);
}

wire::AgreementAdopted adopted(const std::string& name, std::uint32_t version, Bytes file) {
  const Digest digest = seal::hash(seal::context::kAgreement, file);
  return {name, version, digest, std::move(file), {}};
}

broker::World world_of(std::shared_ptr<const directory::Directory> directory, const std::vector<Bytes>& agreements,
                       std::shared_ptr<const broker::Calendar> calendar) {
  std::vector<policy::Adopted> read;
  for (const Bytes& file : agreements) {
    auto agreement = policy::read_agreement("agreement.yaml", file);
    if (!agreement) stop(describe(agreement.error()));
    read.push_back({*std::move(agreement), seal::hash(seal::context::kAgreement, file)});
  }
  auto in_force = policy::InForce::compile(std::move(read), *directory, [](ByteView bytes) { return seal::hash("concordat/test/agreements", bytes); });
  if (!in_force) stop(describe(in_force.error()));
  broker::World world;
  world.directory = std::move(directory);
  world.agreements = *in_force;
  world.agreements_digest = (*in_force)->digest();
  world.calendar = std::move(calendar);
  return world;
}

std::shared_ptr<const broker::Calendar> calendar_2026() {
  using namespace std::chrono;
  const auto at = [](sys_days day) { return Instant(day + hours(1)); };
  std::vector<std::pair<Instant, int>> offsets = {{at(2026y / March / 29), 60}, {at(2026y / October / 25), 0}};
  return std::make_shared<const broker::Calendar>(std::move(offsets), std::set<sys_days>{2026y / August / 31, 2026y / December / 25, 2026y / December / 28});
}

}  // namespace concordat::test
