// Proposing: see propose.h.
#include "proto/directory/propose.h"

#include <algorithm>

namespace concordat::directory {
namespace {

tl::unexpected<Error> usage(std::string detail) { return fail(Fault::Malformed, code::kUsage, std::move(detail)); }

std::uint16_t highest(const std::vector<Numbered>& numbers) {
  std::uint16_t most = 0;
  for (const auto& [name, number] : numbers) most = std::max(most, number);
  return most;
}

class Proposal {
 public:
  Result<int> begin(const Bundle* previous) {
    if (previous == nullptr) return 0;
    TRY(version_, read_version(previous->version.text, "previous version"));
    bundle_ = *previous;
    version_.previous = previous->version.digest(seal::context::kDirectory);
    for (const VersionParty& party : version_.parties) {
      last_party_ = std::max(last_party_, party.number);
      last_desk_ = std::max(last_desk_, highest(party.desks));
    }
    last_party_ = std::max(last_party_, highest(version_.retired_parties));
    last_desk_ = std::max(last_desk_, highest(version_.retired_desks));
    return 0;
  }

  Result<int> take(const Change& change) {
    ++version_.version;
    if (change.broker) TRY_VOID(take_broker(*change.broker));
    for (const SignedText& entry : change.entries) TRY_VOID(take_entry(entry));
    for (const std::string& name : change.retire) TRY_VOID(retire(name));
    for (const std::string& name : change.resume) TRY_VOID(resume(name));
    for (const std::string& name : change.suspend) TRY_VOID(suspend(name));
    if (change.quorum) version_.quorum = *change.quorum;
    if (version_.version == 1 && (!change.broker || !change.quorum)) {
      return usage("the first version needs the broker's entry and a quorum rule");
    }
    return 0;
  }

  Bundle finish() {
    bundle_.version = {write(version_), {}};
    return std::move(bundle_);
  }

 private:
  Result<int> take_broker(const SignedText& text) {
    TRY(const BrokerEntry broker, read_broker_entry(text.text, "broker entry"));
    if (version_.version == 1) {
      version_.partnership = broker.place.partnership;
      version_.environment = broker.place.environment;
    }
    version_.broker = text.digest(seal::context::kDirectoryEntry);
    bundle_.broker = text;
    return 0;
  }

  Result<int> take_entry(const SignedText& text) {
    TRY(const PartyEntry entry, read_party_entry(text.text, "entry"));
    auto at = find(entry.name);
    if (at == version_.parties.end()) {
      VersionParty fresh;
      fresh.name = entry.name;
      fresh.number = ++last_party_;
      at = version_.parties.insert(at, std::move(fresh));
      bundle_.entries.emplace_back();
    }
    bundle_.entries[static_cast<std::size_t>(at - version_.parties.begin())] = text;
    at->entry = text.digest(seal::context::kDirectoryEntry);
    renumber(*at, entry);
    return 0;
  }

  /// Desks that stay keep their numbers, new ones get the next, and those that are gone take theirs with them.
  void renumber(VersionParty& party, const PartyEntry& entry) {
    std::vector<Numbered> before = std::move(party.desks);
    party.desks.clear();
    for (const DeskEntry& desk : entry.desks) {
      const auto had = std::find_if(before.begin(), before.end(), [&](const Numbered& row) { return row.first == desk.name; });
      party.desks.emplace_back(desk.name, had != before.end() ? had->second : ++last_desk_);
      if (had != before.end()) before.erase(had);
    }
    for (const auto& [name, number] : before) retire_desk(party.name + "/" + name, number);
  }

  void retire_desk(const std::string& name, std::uint16_t number) {
    version_.retired_desks.emplace_back(name, number);
    std::erase(version_.suspended.desks, name);
  }

  Result<int> retire(const std::string& name) {
    const auto at = find(name);
    if (at == version_.parties.end()) return usage("'" + name + "' is no party of the directory");
    for (const auto& [desk, number] : at->desks) retire_desk(name + "/" + desk, number);
    version_.retired_parties.emplace_back(name, at->number);
    std::erase(version_.suspended.parties, name);
    const auto of_party = [&](const std::string& program) { return party_part(program) == name; };
    std::erase_if(version_.suspended.adapters, of_party);
    std::erase_if(version_.suspended.clients, of_party);
    bundle_.entries.erase(bundle_.entries.begin() + (at - version_.parties.begin()));
    version_.parties.erase(at);
    return 0;
  }

  /// The list that "KIND:NAME" is of, and the name.
  Result<std::pair<std::vector<std::string>*, std::string>> suspended_list(const std::string& which) {
    const std::size_t colon = which.find(':');
    const std::string kind = which.substr(0, colon);
    Suspended& all = version_.suspended;
    std::vector<std::string>* list = kind == "party"     ? &all.parties
                                     : kind == "desk"    ? &all.desks
                                     : kind == "adapter" ? &all.adapters
                                     : kind == "client"  ? &all.clients
                                                         : nullptr;
    if (list == nullptr || colon == std::string::npos) {
      return usage("'" + which + "' is not KIND:NAME with KIND party, desk, adapter or client");
    }
    return std::pair(list, which.substr(colon + 1));
  }

  Result<int> suspend(const std::string& which) {
    TRY(const auto found, suspended_list(which));
    const auto& [list, name] = found;
    if (std::find(list->begin(), list->end(), name) == list->end()) list->push_back(name);
    return 0;
  }

  Result<int> resume(const std::string& which) {
    TRY(const auto found, suspended_list(which));
    const auto& [list, name] = found;
    if (std::erase(*list, name) == 0) return usage("'" + which + "' is not suspended");
    return 0;
  }

  std::vector<VersionParty>::iterator find(const std::string& name) {
    return std::find_if(version_.parties.begin(), version_.parties.end(), [&](const auto& party) { return party.name == name; });
  }

  Version version_;
  Bundle bundle_;
  std::uint16_t last_party_ = 0;
  std::uint16_t last_desk_ = 0;
};

}  // namespace

Result<Bundle> propose(const Bundle* previous, const Change& change) {
  Proposal proposal;
  TRY_VOID(proposal.begin(previous));
  TRY_VOID(proposal.take(change));
  Bundle bundle = proposal.finish();
  if (previous == nullptr) {
    TRY_VOID(read_unproven(bundle));
    return bundle;
  }
  TRY(const Directory before, read_unproven(*previous));
  TRY_VOID(read_unproven(bundle, &before, Demands{.next_only = true}));
  return bundle;
}

}  // namespace concordat::directory
