// The demonstration's configuration files: see configs.h.
#include "ops/demo/configs.h"

#include "ops/demo/plans.h"

namespace concordat::demo {
namespace {

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

std::string adapter_config(const Program& program, const std::vector<std::string>& agreements) {
  const std::string& folder = program.client.name;
  std::string text = line("adapter", program.party.name + "/" + program.client.publishes[0]) + line("environment", "test");
  text += line("system", program.client.publishes[0]) + line("areas", "../../areas.csv");
  text += line("agreements", agreement_list("../../agreements/", agreements));
  return text + "feed: {folder: " + folder + "/in, done: " + folder + "/done, quarantine: " + folder + "/quarantine}\n";
}

std::string desk_config(const Program& program) {
  const std::string& folder = program.client.name;
  return line("desk", program.party.name + "/" + program.client.reads[0]) + line("folder", folder + "/events") +
         line("history", folder + "/history");
}

}  // namespace

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

std::string program_config(const Program& program, const std::string& listen, const std::vector<std::string>& agreements) {
  const std::string whole = program.party.name + "/" + program.client.name;
  const bool publishes = !program.client.publishes.empty();
  std::string text = "# Configuration of " + whole + ", made for the demonstration: see adapters/sdk/settings.h.\n" + line("client", whole);
  text += publishes ? adapter_config(program, agreements) : desk_config(program);
  text += line("broker", listen) + line("roots", "../../roots.yaml") + line("directory", "../../directory.bundle");
  text += line("keep", program.client.name + "/keep.db") + line("log", program.client.name + "/" + program.client.name + ".log");
  return text + program_keys(program);
}

std::string areas() {
  return "postcode,area,sub_area\n"
         "CW1,E06000049,Crewe\nCW2,E06000049,Crewe\nCW5,E06000049,Nantwich\nCW12,E06000049,Congleton\nSK9,E06000049,Wilmslow\n"
         "SK10,E06000049,Macclesfield\nSK11,E06000049,Macclesfield\nCW7,E06000050,Winsford\n";
}

}  // namespace concordat::demo
