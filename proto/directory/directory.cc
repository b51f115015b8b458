// The directory's nouns: see directory.h.
#include "proto/directory/directory.h"

#include <algorithm>

namespace concordat::directory {
namespace {

template <class Row>
const Row* find_number(const std::vector<Row>& rows, std::uint16_t number) {
  const auto at = std::lower_bound(rows.begin(), rows.end(), number,
                                   [](const Row& row, std::uint16_t wanted) { return row.number.value < wanted; });
  return at != rows.end() && at->number.value == number ? &*at : nullptr;
}

template <class Row>
const Row* find_sorted_name(const std::vector<Row>& rows, std::string_view name) {
  const auto at = std::lower_bound(rows.begin(), rows.end(), name,
                                   [](const Row& row, std::string_view wanted) { return row.name < wanted; });
  return at != rows.end() && at->name == name ? &*at : nullptr;
}

template <class Row, class Is>
const Row* find_any(const std::vector<Row>& rows, Is is) {
  const auto at = std::find_if(rows.begin(), rows.end(), is);
  return at != rows.end() ? &*at : nullptr;
}

template <class Key>
bool among(const Key& newest, const std::vector<Key>& others, const Key& key) {
  return newest == key || std::find(others.begin(), others.end(), key) != others.end();
}

bool party_suspended(const Directory& directory, PartyNumber number) {
  const Party* party = directory.party(number);
  return party == nullptr || party->suspended;
}

}  // namespace

bool Party::has_key(const seal::VerifyKey& key) const { return among(verify, verify_also, key); }
bool Client::has_key(const TransportKey& key) const { return among(transport, transport_also, key); }
const BoxKey* Broker::key(std::uint32_t id) const {
  return find_any(keys, [id](const BoxKey& key) { return key.id == id; });
}

const Party* Directory::party(PartyNumber number) const { return find_number(parties, number.value); }
const Desk* Directory::desk(DeskNumber number) const { return find_number(desks, number.value); }
const Adapter* Directory::adapter(std::string_view name) const { return find_sorted_name(adapters, name); }
const Client* Directory::client(std::string_view name) const { return find_sorted_name(clients, name); }
const Party* Directory::party(std::string_view name) const {
  return find_any(parties, [name](const Party& party) { return party.name == name; });
}
const Desk* Directory::desk(std::string_view name) const {
  return find_any(desks, [name](const Desk& desk) { return desk.name == name; });
}
const Client* Directory::client(const TransportKey& key) const {
  return find_any(clients, [&key](const Client& client) { return client.has_key(key); });
}

bool Directory::suspended(const Desk& desk) const { return desk.suspended || party_suspended(*this, desk.party); }
bool Directory::suspended(const Adapter& adapter) const {
  return adapter.suspended || party_suspended(*this, adapter.party);
}
bool Directory::suspended(const Client& client) const {
  return client.suspended || party_suspended(*this, client.party);
}

std::string_view party_part(std::string_view name) { return name.substr(0, name.find('/')); }

std::uint32_t code_of(std::string_view name) {
  std::uint32_t code = 2166136261u;
  for (const char c : name) code = (code ^ static_cast<std::uint8_t>(c)) * 16777619u;
  return code != 0 ? code : 1;
}

}  // namespace concordat::directory
