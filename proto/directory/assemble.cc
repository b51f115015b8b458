// A version and its entries joined to a Directory: see check.h.
#include <algorithm>
#include <map>
#include <set>

#include "proto/base/invariant.h"
#include "proto/directory/check.h"

namespace concordat::directory {
namespace {

std::string whole(std::string_view party, std::string_view local) { return std::string(party) + "/" + std::string(local); }

template <class Key>
Key newest(const std::vector<Key>& keys) {
  return keys.back();
}
template <class Key>
std::vector<Key> older(const std::vector<Key>& keys) {
  return {keys.begin(), keys.end() - 1};
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Builds in two passes: all parties and desks with their numbers, then everything that refers to them.
class Assembly {
 public:
  Assembly(const Version& version, std::span<const PartyEntry> entries) : version_(version), entries_(entries) {}

  Result<Directory> run(const BrokerEntry& broker) {
    TRY_VOID(same_place(broker.name, broker.place));
    take_broker(broker);
    for (std::size_t i = 0; i < entries_.size(); ++i) TRY_VOID(take_numbers(entries_[i], version_.parties[i]));
    for (const PartyEntry& entry : entries_) TRY_VOID(take_entry(entry));
    TRY_VOID(take_quorum());
    TRY_VOID(take_rest());
    sort();
    return std::move(out_);
  }

 private:
  Result<int> same_place(const std::string& entry, const Place& place) {
    if (place.partnership != version_.partnership) {
      return bad_entry(entry, "partnership", "it is " + place.partnership + ", the directory is of " + version_.partnership);
    }
    if (place.environment != version_.environment) {
      return fail(Fault::Malformed, code::kEnvironment,
                  "entry " + entry + " is " + std::string(name_of(place.environment)) + ", the directory is " +
                      std::string(name_of(version_.environment)));
    }
    out_.demonstration = out_.demonstration || place.demonstration;
    return 0;
  }

  void take_broker(const BrokerEntry& broker) {
    out_.broker = {broker.name,          newest(broker.transport), older(broker.transport),
                   newest(broker.verify), older(broker.verify),     broker.keys};
    out_.broker_serial = broker.serial;
    out_.broker_entry = version_.broker;
  }

  Result<int> take_numbers(const PartyEntry& entry, const VersionParty& row) {
    if (entry.name != row.name) return bad_entry(entry.name, "party", "the version has it as " + row.name);
    TRY_VOID(same_place(entry.name, entry.place));
    const bool fresh = party_numbers_.emplace(row.name, PartyNumber{row.number}).second;
    INVARIANT(fresh, "a version was read in which a party stands twice");
    std::set<std::string> numbered;
    for (const auto& [desk, number] : row.desks) {
      desk_numbers_[whole(row.name, desk)] = DeskNumber{number};
      numbered.insert(desk);
    }
    for (const DeskEntry& desk : entry.desks) {
      if (numbered.erase(desk.name) == 0) return bad_entry(entry.name, "desks." + desk.name, "the version gives it no number");
    }
    if (!numbered.empty()) return bad_entry(entry.name, "desks", "the version numbers '" + *numbered.begin() + "', which is not there");
    return 0;
  }

  Result<int> take_entry(const PartyEntry& entry) {
    Party party{party_numbers_.at(entry.name), entry.name, entry.title, entry.role, newest(entry.keys), older(entry.keys),
                entry.signatories, entry.asserts, entry.serial, {}, has(version_.suspended.parties, entry.name)};
    std::sort(party.asserts.begin(), party.asserts.end());
    for (const VersionParty& row : version_.parties) {
      if (row.name == entry.name) party.entry = row.entry;
    }
    for (const DeskEntry& desk : entry.desks) TRY_VOID(take_desk(entry, desk));
    for (const AdapterEntry& adapter : entry.adapters) take_adapter(entry, adapter);
    for (const ClientEntry& client : entry.clients) take_client(entry, client);
    out_.parties.push_back(std::move(party));
    return 0;
  }

  Result<int> take_desk(const PartyEntry& entry, const DeskEntry& from) {
    Desk desk;
    desk.name = whole(entry.name, from.name);
    desk.number = desk_numbers_.at(desk.name);
    desk.party = party_numbers_.at(entry.name);
    desk.role = from.role;
    desk.serves = from.serves;
    desk.staffed_always = from.staffed_always;
    desk.keys = from.keys;
    desk.mailbox = whole(entry.name, from.mailbox.empty() ? from.name : from.mailbox);
    desk.suspended = has(version_.suspended.desks, desk.name);
    for (const std::string& party : from.acts_for) {
      const auto at = party_numbers_.find(party);
      if (at == party_numbers_.end()) return bad_entry(entry.name, "desks." + from.name + ".acts_for", "'" + party + "' is no party");
      desk.acts_for.push_back(at->second);
    }
    if (!from.alternative.empty()) {
      const auto at = desk_numbers_.find(from.alternative);
      if (at == desk_numbers_.end()) {
        return bad_entry(entry.name, "desks." + from.name + ".alternative", "'" + from.alternative + "' is no desk");
      }
      desk.alternative = at->second;
    }
    out_.desks.push_back(std::move(desk));
    return 0;
  }

  void take_adapter(const PartyEntry& entry, const AdapterEntry& from) {
    Adapter adapter{whole(entry.name, from.name), party_numbers_.at(entry.name), newest(from.keys), older(from.keys), {}, false};
    if (!from.alarms.empty()) adapter.alarms = desk_numbers_.at(whole(entry.name, from.alarms));
    adapter.suspended = has(version_.suspended.adapters, adapter.name);
    out_.adapters.push_back(std::move(adapter));
  }

  void take_client(const PartyEntry& entry, const ClientEntry& from) {
    Client client{whole(entry.name, from.name), party_numbers_.at(entry.name), newest(from.keys), older(from.keys), {}, {}, false};
    for (const std::string& adapter : from.publishes) client.publishes.push_back(whole(entry.name, adapter));
    for (const std::string& desk : from.reads) client.reads.push_back(desk_numbers_.at(whole(entry.name, desk)));
    std::sort(client.publishes.begin(), client.publishes.end());
    std::sort(client.reads.begin(), client.reads.end());
    client.suspended = has(version_.suspended.clients, client.name);
    out_.clients.push_back(std::move(client));
  }

  tl::unexpected<Error> bad(std::string_view field, std::string_view what) const {
    return fail(Fault::Malformed, code::kDirectory, "version: " + std::string(field) + ": " + std::string(what));
  }

  Result<int> take_quorum() {
    std::size_t able = 0;
    for (const std::string& name : version_.quorum.of) {
      const auto at = party_numbers_.find(name);
      if (at == party_numbers_.end()) return bad("quorum.of", "'" + name + "' is no party");
      out_.quorum.of.push_back(at->second);
      if (!has(version_.suspended.parties, name)) ++able;
    }
    std::sort(out_.quorum.of.begin(), out_.quorum.of.end());
    out_.quorum.need = version_.quorum.need;
    if (out_.quorum.need < 2) return bad("quorum.need", "at least 2, so that nobody alone can add anybody");
    if (out_.quorum.need * 2u <= out_.quorum.of.size()) {
      return bad("quorum.need", "more than half, so that two halves cannot sign two directories");
    }
    if (out_.quorum.need > able) return bad("quorum.need", "more than the parties that are not suspended could give");
    return 0;
  }

  template <class Rows>
  Result<int> suspended_exist(const char* list, const std::vector<std::string>& names, const Rows& rows) const {
    for (const std::string& name : names) {
      const bool there = std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
      if (!there) return bad(std::string("suspended.") + list, "'" + name + "' is not in the directory");
    }
    return 0;
  }

  Result<int> take_rest() {
    TRY_VOID(suspended_exist("parties", version_.suspended.parties, out_.parties));
    TRY_VOID(suspended_exist("desks", version_.suspended.desks, out_.desks));
    TRY_VOID(suspended_exist("adapters", version_.suspended.adapters, out_.adapters));
    TRY_VOID(suspended_exist("clients", version_.suspended.clients, out_.clients));
    for (const auto& [name, number] : version_.retired_parties) out_.retired_parties.push_back({number, name});
    for (const auto& [name, number] : version_.retired_desks) out_.retired_desks.push_back({number, name});
    out_.partnership = version_.partnership;
    out_.environment = version_.environment;
    out_.version = version_.version;
    out_.previous = version_.previous;
    return 0;
  }

  void sort() {
    const auto by_number = [](const auto& a, const auto& b) { return a.number < b.number; };
    const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
    std::sort(out_.parties.begin(), out_.parties.end(), by_number);
    std::sort(out_.desks.begin(), out_.desks.end(), by_number);
    std::sort(out_.retired_parties.begin(), out_.retired_parties.end(), by_number);
    std::sort(out_.retired_desks.begin(), out_.retired_desks.end(), by_number);
    std::sort(out_.adapters.begin(), out_.adapters.end(), by_name);
    std::sort(out_.clients.begin(), out_.clients.end(), by_name);
  }

  const Version& version_;
  std::span<const PartyEntry> entries_;
  Directory out_;
  std::map<std::string, PartyNumber> party_numbers_;
  std::map<std::string, DeskNumber> desk_numbers_;
};

}  // namespace

Result<Directory> assemble(const Version& version, const BrokerEntry& broker, std::span<const PartyEntry> entries) {
  if (entries.size() != version.parties.size()) {
    return fail(Fault::Malformed, code::kDirectory, "version: parties: not as many entries as parties");
  }
  TRY(Directory directory, Assembly(version, entries).run(broker));
  TRY_VOID(check_unique(directory));
  return directory;
}

}  // namespace concordat::directory
