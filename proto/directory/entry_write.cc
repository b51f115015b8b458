// Entries written as their text: see entry.h.
#include "proto/contract/facts.h"
#include "proto/directory/fields.h"

namespace concordat::directory {
namespace {

std::string line(std::string_view key, std::string_view value) {
  std::string text(key);
  return text.append(": ").append(value).append("\n");
}

std::string areas_text(const std::vector<std::uint32_t>& areas) {
  if (areas.empty()) return "anywhere";
  std::vector<std::string> names;
  for (const std::uint32_t area : areas) names.push_back(contract::area_name(area));
  return list_text(names);
}

std::string desk_text(const DeskEntry& desk) {
  std::string text = "  " + desk.name + ":\n";
  text += line("    role", contract::name_of(desk.role));
  text += line("    serves", areas_text(desk.serves));
  text += line("    staffed", desk.staffed_always ? "always" : "office_hours");
  text += line("    keys", box_keys_text(desk.keys));
  if (!desk.mailbox.empty()) text += line("    mailbox", desk.mailbox);
  if (!desk.acts_for.empty()) text += line("    acts_for", list_text(desk.acts_for));
  if (!desk.alternative.empty()) text += line("    alternative", desk.alternative);
  return text;
}

std::string adapter_text(const AdapterEntry& adapter) {
  std::string text = "  " + adapter.name + ":\n" + line("    keys", keys_text(adapter.keys));
  if (!adapter.alarms.empty()) text += line("    alarms", adapter.alarms);
  return text;
}

std::string client_text(const ClientEntry& client) {
  std::string text = "  " + client.name + ":\n" + line("    keys", keys_text(client.keys));
  if (!client.publishes.empty()) text += line("    publishes", list_text(client.publishes));
  if (!client.reads.empty()) text += line("    reads", list_text(client.reads));
  return text;
}

template <class Rows>
std::string rows_text(const char* key, const Rows& rows, std::string (*write_row)(const typename Rows::value_type&)) {
  if (rows.empty()) return {};
  std::string text = std::string(key) + ":\n";
  for (const auto& row : rows) text += write_row(row);
  return text;
}

/// One line a role, its keys in order.
std::string signatories_text(const std::vector<Signatory>& signatories) {
  if (signatories.empty()) return {};
  std::vector<std::pair<std::string, std::vector<seal::VerifyKey>>> roles;
  for (const Signatory& one : signatories) {
    auto at = std::find_if(roles.begin(), roles.end(), [&](const auto& role) { return role.first == one.role; });
    if (at == roles.end()) at = roles.insert(roles.end(), {one.role, {}});
    at->second.push_back(one.verify);
  }
  std::string text = "signatories:\n";
  for (const auto& [role, keys] : roles) text += "  " + line(role, keys_text(keys));
  return text;
}

}  // namespace

std::string write(const PartyEntry& entry) {
  std::string text = line("party", entry.name) + line("title", quoted_text(entry.title)) + place_text(entry.place);
  text += line("serial", std::to_string(entry.serial)) + line("role", contract::name_of(entry.role));
  text += line("keys", keys_text(entry.keys)) + signatories_text(entry.signatories);
  std::vector<std::string> kinds;
  for (const contract::Kind kind : entry.asserts) kinds.emplace_back(contract::name_of(kind));
  if (!kinds.empty()) text += line("asserts", list_text(kinds));
  text += rows_text("desks", entry.desks, desk_text);
  text += rows_text("adapters", entry.adapters, adapter_text);
  text += rows_text("clients", entry.clients, client_text);
  return text;
}

std::string write(const BrokerEntry& entry) {
  return line("broker", entry.name) + place_text(entry.place) + line("serial", std::to_string(entry.serial)) +
         line("verify", keys_text(entry.verify)) + line("transport", keys_text(entry.transport)) +
         line("keys", box_keys_text(entry.keys));
}

}  // namespace concordat::directory
