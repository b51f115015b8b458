// A directory in words: see directory_text.h.
#include "ops/concordat/directory_text.h"

#include <algorithm>
#include <map>

#include "proto/contract/facts.h"
#include "proto/directory/check.h"
#include "proto/directory/entry.h"
#include "proto/seal/keys.h"

namespace concordat::ops {
namespace {

using directory::Directory;
using text::Json;

std::string joined(const std::vector<std::string>& items, std::string_view none) {
  std::string text;
  for (const std::string& item : items) text.append(text.empty() ? "" : ", ").append(item);
  return text.empty() ? std::string(none) : text;
}

std::string areas(const directory::Desk& desk) {
  std::vector<std::string> names;
  for (const std::uint32_t area : desk.serves) names.push_back(contract::area_name(area));
  return joined(names, "anywhere");
}

std::string marked(bool suspended) { return suspended ? "  SUSPENDED" : ""; }

void show_party(const Directory& directory, const directory::Party& party, Output& out) {
  std::vector<std::string> kinds;
  for (const contract::Kind kind : party.asserts) kinds.emplace_back(contract::name_of(kind));
  out.line("  party " + std::to_string(party.number.value) + " " + party.name + " (" + party.title + "), " +
           std::string(contract::name_of(party.role)) + ", asserts " + joined(kinds, "nothing") + marked(party.suspended));
  out.line("      key " + seal::fingerprint(party.verify.view()));
  for (const directory::Signatory& one : party.signatories) out.line("      signatory " + one.role + ": " + seal::fingerprint(one.verify.view()));
  for (const directory::Desk& desk : directory.desks) {
    if (desk.party != party.number) continue;
    out.line("      desk " + std::to_string(desk.number.value) + " " + desk.name + ", " + std::string(contract::name_of(desk.role)) +
             ", serves " + areas(desk) + (desk.staffed_always ? ", always staffed" : ", office hours") + marked(desk.suspended));
  }
  for (const directory::Adapter& one : directory.adapters) {
    if (one.party == party.number) out.line("      adapter " + one.name + marked(one.suspended));
  }
  for (const directory::Client& one : directory.clients) {
    if (one.party != party.number) continue;
    std::vector<std::string> does;
    for (const std::string& adapter : one.publishes) does.push_back("publishes " + adapter);
    for (const DeskNumber desk : one.reads) does.push_back("reads " + directory.desk(desk)->name);
    out.line("      client " + one.name + ": " + joined(does, "nothing") + marked(one.suspended));
  }
}

Json party_json(const Directory& directory, const directory::Party& party) {
  Json desks = Json::array();
  for (const directory::Desk& desk : directory.desks) {
    if (desk.party != party.number) continue;
    desks.add(Json::object().set("desk", Json::text(desk.name)).set("number", Json::number(desk.number.value))
                  .set("role", Json::text(contract::name_of(desk.role))).set("suspended", Json::boolean(desk.suspended)));
  }
  return Json::object().set("party", Json::text(party.name)).set("number", Json::number(party.number.value))
      .set("role", Json::text(contract::name_of(party.role))).set("key", Json::text(party.verify.hex()))
      .set("words", Json::text(seal::fingerprint(party.verify.view()))).set("suspended", Json::boolean(party.suspended))
      .set("desks", std::move(desks));
}

std::vector<std::string> quorum_names(const Directory& directory) {
  std::vector<std::string> names;
  for (const PartyNumber number : directory.quorum.of) names.push_back(directory.party(number)->name);
  return names;
}

/// "owner: words" of every key: two directories differ in keys where these differ.
std::map<std::string, std::string> keys_in_words(const Directory& directory) {
  std::map<std::string, std::string> keys;
  for (const directory::OwnedKey& key : directory::keys_of(directory)) {
    keys[key.owner].append(keys[key.owner].empty() ? "" : "; ").append(seal::fingerprint(key.key));
  }
  return keys;
}

std::map<std::string, bool> suspensions(const Directory& directory) {
  std::map<std::string, bool> all;
  for (const auto& one : directory.parties) all["party " + one.name] = one.suspended;
  for (const auto& one : directory.desks) all["desk " + one.name] = one.suspended;
  for (const auto& one : directory.adapters) all["adapter " + one.name] = one.suspended;
  for (const auto& one : directory.clients) all["client " + one.name] = one.suspended;
  return all;
}

}  // namespace

void show(const Directory& directory, Output& out) {
  out.line("directory " + directory.partnership + ", version " + std::to_string(directory.version) + ", " +
           std::string(directory::name_of(directory.environment)) + (directory.demonstration ? ", demonstration keys" : ""));
  out.line("  digest " + directory.digest.hex());
  out.line("  quorum " + std::to_string(directory.quorum.need) + " of " + joined(quorum_names(directory), ""));
  out.line("  broker " + directory.broker.name + ", key " + seal::fingerprint(directory.broker.verify.view()));
  Json parties = Json::array();
  for (const directory::Party& party : directory.parties) {
    show_party(directory, party, out);
    parties.add(party_json(directory, party));
  }
  out.set("directory", directory.partnership);
  out.set("version", Json::number(static_cast<std::int64_t>(directory.version)));
  out.set("environment", directory::name_of(directory.environment));
  out.set("demonstration", Json::boolean(directory.demonstration));
  out.set("digest", directory.digest.hex());
  out.set("quorum", Json::object().set("need", Json::number(directory.quorum.need)).set("of", json_list(quorum_names(directory))));
  out.set("parties", std::move(parties));
}

void show_changes(const Directory& before, const Directory& after, Output& out) {
  std::vector<std::string> changes;
  const auto keys_before = keys_in_words(before), keys_after = keys_in_words(after);
  for (const auto& [owner, words] : keys_after) {
    const auto was = keys_before.find(owner);
    if (was == keys_before.end()) changes.push_back("new: " + owner + ", key " + words);
    else if (was->second != words) changes.push_back("keys of " + owner + ": " + was->second + " -> " + words);
  }
  for (const auto& [owner, words] : keys_before) {
    if (!keys_after.contains(owner)) changes.push_back("gone: " + owner);
  }
  const auto suspended_before = suspensions(before);
  for (const auto& [name, suspended] : suspensions(after)) {
    const auto was = suspended_before.find(name);
    const bool before_it = was != suspended_before.end() && was->second;
    if (suspended != before_it) changes.push_back((suspended ? "suspended: " : "resumed: ") + name);
  }
  for (const directory::Party& party : after.parties) {
    const directory::Party* was = before.party(party.name);
    if (was != nullptr && was->entry != party.entry) changes.push_back("new entry of " + party.name + ", serial " + std::to_string(party.serial));
  }
  for (const std::string& change : changes) out.line("  " + change);
  out.set("changes", json_list(changes));
}

}  // namespace concordat::ops
