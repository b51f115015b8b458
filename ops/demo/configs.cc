// The demonstration's configuration files: see configs.h.
#include "ops/demo/configs.h"

#include <cstdlib>

#include "ops/demo/plans.h"

namespace concordat::demo {
namespace {

/// Of the templates, as the emulator is told them too.
constexpr std::string_view kTextEnglish = "5a3c7e10-4d2b-4c55-9a61-0d5a4be0c001", kTextWelsh = "5a3c7e10-4d2b-4c55-9a61-0d5a4be0c002";

std::string line(std::string_view key, std::string_view value) {
  std::string text(key);
  return text.append(": ").append(value).append("\n");
}

std::string agreement_list(const std::string& folder, const std::vector<std::string>& agreements) {
  std::string text(1, '[');
  for (const std::string& name : agreements) {
    if (text.size() > 1) text += ", ";
    text.append("{file: ").append(folder).append(name).append(", signatures: ").append(folder).append(name).append(".signed}");
  }
  text += ']';
  return text;
}

std::string program_keys(const Program& program) {
  const directory::ClientEntry& client = program.client;
  std::string text = "keys:\n" + line("  transport", "keys/client-" + client.name + ".1.key") + line("  exchange", "[keys/exchange.1.key]");
  text += line("  outbox", "keys/outbox.1.key");
  if (client.publishes.empty()) return text + line("  box", "keys/desk-" + client.reads[0] + ".1.key");
  text += line("  signing", "keys/adapter-" + client.publishes[0] + ".1.key") + line("  event_id", "keys/event-id.1.key");
  return text + (program.links ? line("  linkage", "keys/linkage.1.key") : std::string());
}

std::string listen_at(std::uint16_t port) { return line("listen", "{address: 127.0.0.1, port: " + std::to_string(port) + "}"); }

/// What only the program of that adapter has in its configuration.
std::string own_config(const std::string& adapter, const Places& places) {
  const std::string areas = line("areas", "../../areas.csv");
  if (adapter == "incidents" || adapter == "cases") return areas;
  if (adapter == "attendances") return areas + line("disclosures", places.files + "/ops/demo/health/disclosures.yaml") + listen_at(places.hospital);
  if (adapter == "results") return listen_at(places.courts);
  return {};
}

std::string adapter_config(const Program& program, const Places& places, const std::vector<std::string>& agreements) {
  const std::string& folder = program.client.name;
  std::string text = line("adapter", program.party.name + "/" + program.client.publishes[0]) + line("environment", "test");
  text += line("system", program.client.publishes[0]) + own_config(program.client.publishes[0], places);
  text += line("agreements", agreement_list("../../agreements/", agreements));
  return text + "feed: {folder: " + folder + "/in, done: " + folder + "/done, quarantine: " + folder + "/quarantine}\n";
}

std::string desk_config(const Program& program) {
  const std::string& folder = program.client.name;
  return line("desk", program.party.name + "/" + program.client.reads[0]) + line("folder", folder + "/events") +
         line("history", folder + "/history");
}

std::string notify_config(const Program& program, const Places& places) {
  const std::string& folder = program.client.name;
  std::string text = line("desk", program.party.name + "/" + program.client.reads[0]) + line("tasks", folder + "/tasks") + line("done", folder + "/done");
  text += line("templates", places.files + "/adapters/notify/templates") + line("tables", places.files + "/adapters/notify/tables");
  text += "service:\n" + line("  base", "http://127.0.0.1:" + std::to_string(places.service)) + line("  key", "keys/notify-api.key");
  text += line("  templates", "{text: {en: " + std::string(kTextEnglish) + ", cy: " + std::string(kTextWelsh) + "}}");
  text += line("callbacks", "{port: " + std::to_string(places.receipts) + ", token: keys/notify-callback.token}");
  // A demonstration does not wait a quarter of an hour for the IDVA to be first.
  text += line("idva", "{desk: cheshire-east-council/idva, first_for: 2s}");
  return text + line("limits", "{settle: 1s, poll: 5s}");
}

}  // namespace

Result<Places> places_from(const std::string& broker, const std::string& files) {
  Places places;
  places.broker = broker;
  places.files = files;
  const auto colon = broker.rfind(':');
  const bool tcp = broker.starts_with("tcp://");
  const long port = !tcp ? 7400 : colon == std::string::npos ? 0 : std::strtol(broker.c_str() + colon + 1, nullptr, 10);
  if (port < 1 || port > 65'531) return fail(Fault::Malformed, code::kUsage, broker + ": needs a port from 1 to 65531, for the four after it are used too");
  std::uint16_t next = static_cast<std::uint16_t>(port);
  for (std::uint16_t* place : {&places.hospital, &places.courts, &places.service, &places.receipts}) *place = ++next;
  return places;
}

std::string tool_config() {
  return "# The tool's configuration: see ops/concordat/settings.h.\n" + line("broker", kBroker) + line("socket", "broker/admin.sock") +
         line("operator_key", "operator/operator.1.key") + line("roots", "roots.yaml") + line("directory", "directory.bundle") +
         line("broker_config", "broker/broker.yaml") +
         line("start", "{directory: broker/start/directory.bundle, agreements: broker/start}");
}

std::string broker_config(const std::string& listen, const std::string& operator_key, const std::vector<std::string>& agreements) {
  std::string text = "# The broker's configuration: see broker/config.h.\n" + line("broker", kBroker) + line("listen", listen);
  text += line("production", "false") + line("store", "store") + line("key_ring", "keyring");
  text += "keys:\n" + line("  signing", "keys/signing.1.key") + line("  transport", "keys/transport.1.key") +
          line("  box", "[keys/box.1.key]") + line("  key_ring", "keys/key-ring.1.key") + line("  pseudonym", "keys/pseudonym.1.key");
  text += line("roots", "../roots.yaml");
  text += "start:\n" + line("  directory", "start/directory.bundle") + line("  agreements", agreement_list("start/", agreements));
  text += "admin:\n" + line("  socket", "admin.sock") + line("  operators", "[{name: operator, key: " + operator_key + "}]");
  return text + line("log", "broker.log");
}

std::string program_config(const Program& program, const Places& places, const std::vector<std::string>& agreements) {
  const std::string whole = program.party.name + "/" + program.client.name;
  const bool publishes = !program.client.publishes.empty();
  std::string text = "# Configuration of " + whole + ", made for the demonstration: see adapters/sdk/settings.h.\n" + line("client", whole);
  const bool notifies = !publishes && program.client.reads[0] == "notify";
  text += publishes ? adapter_config(program, places, agreements) : notifies ? notify_config(program, places) : desk_config(program);
  text += line("broker", places.broker) + line("roots", "../../roots.yaml") + line("directory", "../../directory.bundle");
  text += line("keep", program.client.name + "/keep.db") + line("log", program.client.name + "/" + program.client.name + ".log");
  return text + program_keys(program);
}

std::string areas() {
  return "postcode,area,sub_area\n"
         "CW1,E06000049,Crewe\nCW2,E06000049,Crewe\nCW5,E06000049,Nantwich\nCW12,E06000049,Congleton\nSK9,E06000049,Wilmslow\n"
         "SK10,E06000049,Macclesfield\nSK11,E06000049,Macclesfield\nCW7,E06000050,Winsford\n";
}

}  // namespace concordat::demo
