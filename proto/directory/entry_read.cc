// Entries read from their text: see entry.h.
#include "proto/contract/facts.h"
#include "proto/directory/check.h"
#include "proto/directory/fields.h"

namespace concordat::directory {
namespace {

constexpr std::size_t kAreasMax = 256;

/// An entry has keys; a plan has none yet.
enum class Form : std::uint8_t { Entry, Plan };

template <class Word>
Result<Word> read_word(const text::Node& node) {
  TRY(const std::string name, node.text());
  if (const auto word = contract::named<Word>(name)) return *word;
  std::vector<std::string_view> names;
  for (const contract::Word& row : contract::words<Word>()) names.push_back(row.name);
  return node.refuse(code::kWord, "'" + name + "' is no word here" + text::suggest(name, names));
}

template <class Key>
Result<std::vector<Key>> keys_in(text::Map& map, Form form) {
  if (form == Form::Plan) return std::vector<Key>{};
  TRY(const text::Node keys, map.need("keys"));
  return read_keys<Key>(keys);
}

/// "anywhere" or a list of GSS codes.
Result<std::vector<std::uint32_t>> read_areas(text::Map& map) {
  std::vector<std::uint32_t> areas;
  TRY(const text::Node node, map.need("serves"));
  if (node.is_scalar() && node.raw() == "anywhere") return areas;
  TRY(const auto nodes, node.list(kAreasMax));
  if (nodes.empty()) return node.refuse("name at least one area, or say anywhere");
  for (const text::Node& each : nodes) {
    const auto area = contract::area_code(each.raw());
    if (!area) return each.refuse("not a GSS code such as E06000049");
    areas.push_back(*area);
  }
  std::sort(areas.begin(), areas.end());
  if (std::adjacent_find(areas.begin(), areas.end()) != areas.end()) return node.refuse("an area is there twice");
  return areas;
}

/// Local names; a whole name of the party itself is not one, so that nobody can write another party's.
Result<std::vector<std::string>> read_local(text::Map& map, std::string_view key, std::string_view what) {
  TRY(auto names, read_names(map, key, kProgramsPerPartyMax));
  for (const std::string& name : names) {
    if (name.find('/') != std::string::npos) {
      return map.find(key)->refuse("'" + name + "' has a slash: only " + std::string(what) + " of this party, by its local name");
    }
  }
  return names;
}

Result<DeskEntry> read_desk(std::string name, const text::Node& node, Form form) {
  static constexpr std::string_view kStaffed[] = {"always", "office_hours"};
  DeskEntry desk;
  desk.name = std::move(name);
  TRY(auto map, node.map());
  TRY(const text::Node role, map.need("role"));
  TRY(desk.role, read_word<contract::DeskRole>(role));
  TRY(desk.serves, read_areas(map));
  TRY(const std::size_t staffed, map.one_of("staffed", kStaffed));
  desk.staffed_always = staffed == 0;
  if (form == Form::Entry) {
    TRY(desk.keys, read_box_keys(map, "keys"));
  }
  TRY(desk.mailbox, map.text_or("mailbox", ""));
  TRY(desk.acts_for, read_names(map, "acts_for", kPartiesMax));
  TRY(desk.alternative, map.text_or("alternative", ""));
  TRY_VOID(map.finish());
  return desk;
}

Result<AdapterEntry> read_adapter(std::string name, const text::Node& node, Form form) {
  AdapterEntry adapter;
  adapter.name = std::move(name);
  TRY(auto map, node.map());
  TRY(adapter.keys, keys_in<seal::VerifyKey>(map, form));
  TRY(adapter.alarms, map.text_or("alarms", ""));
  TRY_VOID(map.finish());
  return adapter;
}

Result<ClientEntry> read_client(std::string name, const text::Node& node, Form form) {
  ClientEntry client;
  client.name = std::move(name);
  TRY(auto map, node.map());
  TRY(client.keys, keys_in<TransportKey>(map, form));
  TRY(client.publishes, read_local(map, "publishes", "adapters"));
  TRY(client.reads, read_local(map, "reads", "desks"));
  TRY_VOID(map.finish());
  return client;
}

template <class Row>
Result<std::vector<Row>> read_rows(text::Map& map, std::string_view key, std::size_t most, Form form,
                                   Result<Row> (*read)(std::string, const text::Node&, Form)) {
  std::vector<Row> rows;
  const auto node = map.find(key);
  if (!node) return rows;
  TRY(const auto named, node->map());
  if (named.size() > most) return node->refuse("over " + std::to_string(most));
  for (const auto& [name_node, value] : named.entries()) {
    TRY(std::string name, name_node.name());
    TRY(Row row, read(std::move(name), value, form));
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<std::vector<Signatory>> read_planned_signatories(text::Map& map) {
  std::vector<Signatory> signatories;
  TRY(const auto roles, read_names(map, "signatories", kSignatoriesMax));
  for (const std::string& role : roles) signatories.push_back({role, {}});
  return signatories;
}

/// A map of roles to lists of keys.
Result<std::vector<Signatory>> read_signatories(text::Map& map) {
  std::vector<Signatory> signatories;
  const auto node = map.find("signatories");
  if (!node) return signatories;
  TRY(const auto roles, node->map());
  for (const auto& [role_node, value] : roles.entries()) {
    TRY(const std::string role, role_node.name());
    TRY(const auto keys, read_keys<seal::VerifyKey>(value));
    if (keys.empty()) return value.refuse("at least one key is needed");
    for (const seal::VerifyKey& key : keys) signatories.push_back({role, key});
  }
  return signatories;
}

Result<std::vector<contract::Kind>> read_kinds(text::Map& map) {
  std::vector<contract::Kind> kinds;
  const auto node = map.find("asserts");
  if (!node) return kinds;
  TRY(const auto nodes, node->list());
  for (const text::Node& each : nodes) {
    TRY(const contract::Kind kind, read_word<contract::Kind>(each));
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return each.refuse("it is there twice");
    kinds.push_back(kind);
  }
  return kinds;
}

Result<std::uint32_t> read_serial(text::Map& map) {
  TRY(const auto serial, map.integer("serial", 1, 0xffffffff));
  return static_cast<std::uint32_t>(serial);
}

Result<PartyEntry> read_party(std::string_view text, std::string_view name, Form form) {
  PartyEntry entry;
  TRY(const auto document, parse_text(text, name));
  TRY(auto map, document.map());
  TRY(entry.name, map.name("party"));
  TRY(entry.title, map.text("title"));
  TRY(entry.place, read_place(map));
  if (form == Form::Entry) {
    TRY(entry.serial, read_serial(map));
  }
  TRY(const text::Node role, map.need("role"));
  TRY(entry.role, read_word<contract::DeskRole>(role));
  TRY(entry.keys, keys_in<seal::VerifyKey>(map, form));
  TRY(entry.signatories, form == Form::Plan ? read_planned_signatories(map) : read_signatories(map));
  TRY(entry.asserts, read_kinds(map));
  TRY(entry.desks, read_rows(map, "desks", kDesksPerPartyMax, form, read_desk));
  TRY(entry.adapters, read_rows(map, "adapters", kProgramsPerPartyMax, form, read_adapter));
  TRY(entry.clients, read_rows(map, "clients", kProgramsPerPartyMax, form, read_client));
  TRY_VOID(map.finish());
  return entry;
}

}  // namespace

Result<PartyEntry> read_party_entry(std::string_view text, std::string_view name) {
  TRY(PartyEntry entry, read_party(text, name, Form::Entry));
  TRY_VOID(check(entry));
  return entry;
}

Result<PartyEntry> read_party_plan(std::string_view text, std::string_view name) { return read_party(text, name, Form::Plan); }

Result<BrokerEntry> read_broker_entry(std::string_view text, std::string_view name) {
  BrokerEntry entry;
  TRY(const auto document, parse_text(text, name));
  TRY(auto map, document.map());
  TRY(entry.name, map.name("broker"));
  TRY(entry.place, read_place(map));
  TRY(entry.serial, read_serial(map));
  TRY(const text::Node verify, map.need("verify"));
  TRY(entry.verify, read_keys<seal::VerifyKey>(verify));
  TRY(const text::Node transport, map.need("transport"));
  TRY(entry.transport, read_keys<TransportKey>(transport));
  TRY(entry.keys, read_box_keys(map, "keys"));
  TRY_VOID(map.finish());
  TRY_VOID(check(entry));
  return entry;
}

}  // namespace concordat::directory
