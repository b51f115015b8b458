// A directory on paper: see paper.h.
#include "policy/questions/paper.h"

#include <cstring>
#include <map>

#include "proto/contract/facts.h"

namespace concordat::policy::questions {
namespace {

using directory::Desk;
using directory::Directory;
using directory::Party;

Party party_of(const PartySpec& spec, std::uint16_t number) {
  Party party;
  party.number = PartyNumber{number};
  party.name = spec.name;
  party.title = spec.called.empty() ? spec.name : spec.called;
  party.role = spec.role;
  for (const contract::Word& kind : contract::words<contract::Kind>()) party.asserts.push_back(static_cast<contract::Kind>(kind.number));
  for (const std::string& role : spec.signs) party.signatories.push_back({role, {}});
  return party;
}

Desk desk_of(const PartySpec& party, const DeskSpec& spec, std::uint16_t number) {
  Desk desk;
  desk.number = DeskNumber{number};
  desk.name = party.name + "/" + spec.name;
  desk.mailbox = desk.name;
  desk.role = spec.role;
  desk.serves = spec.serves;
  desk.staffed_always = spec.staffed_always;
  // Desks that share a key are bound by each other's prohibitions: on paper nobody shares one.
  directory::BoxKey key;
  key.id = number;
  std::memcpy(key.open.bytes.data(), &number, sizeof number);
  desk.keys.push_back(key);
  return desk;
}

/// A party that acts for another, and has no desk in any file, reads at a desk of its own.
DeskSpec reader_of(const PartySpec& party) {
  DeskSpec desk;
  desk.name = "desk";
  desk.role = party.role;
  return desk;
}

}  // namespace

Directory on_paper(std::span<const Agreement> agreements) {
  std::map<std::string, const PartySpec*> parties;
  std::map<std::string, std::pair<const PartySpec*, DeskSpec>> desks;
  Directory paper;
  for (const Agreement& agreement : agreements) {
    paper.partnership = agreement.partnership;
    paper.environment = agreement.environment;
    for (const PartySpec& party : agreement.parties) {
      parties.emplace(party.name, &party);
      for (const DeskSpec& desk : party.desks) desks.emplace(party.name + "/" + desk.name, std::pair(&party, desk));
    }
  }
  for (const auto& [name, party] : parties) {
    const auto first = desks.lower_bound(name + "/");
    const bool reads = first != desks.end() && first->first.starts_with(name + "/");
    if (!reads && !party->acts_for.empty()) desks.emplace(name + "/desk", std::pair(party, reader_of(*party)));
  }
  paper.version = 1;
  for (const auto& [name, party] : parties) paper.parties.push_back(party_of(*party, static_cast<std::uint16_t>(paper.parties.size() + 1)));
  for (const auto& [name, entry] : desks) {
    Desk desk = desk_of(*entry.first, entry.second, static_cast<std::uint16_t>(paper.desks.size() + 1));
    desk.party = paper.party(entry.first->name)->number;
    if (!entry.first->acts_for.empty() && parties.contains(entry.first->acts_for)) desk.acts_for = {paper.party(entry.first->acts_for)->number};
    paper.desks.push_back(std::move(desk));
  }
  return paper;
}

Result<std::shared_ptr<const InForce>> in_force_on_paper(std::vector<Agreement> agreements, const Directory& paper) {
  std::vector<Adopted> adopted;
  for (Agreement& agreement : agreements) {
    Digest digest;
    // Only the order of the set depends on it.
    const std::uint32_t code = contract::code_of_name(agreement.name);
    std::memcpy(digest.bytes.data(), &code, sizeof code);
    adopted.push_back({std::move(agreement), digest});
  }
  return InForce::compile(std::move(adopted), paper, [](ByteView) { return Digest{}; });
}

}  // namespace concordat::policy::questions
