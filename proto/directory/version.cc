// Versions and roots as text: see version.h.
#include "proto/directory/fields.h"

namespace concordat::directory {
namespace {

Result<QuorumRule> read_quorum(text::Map& map) {
  QuorumRule rule;
  TRY(auto fields, map.map("quorum"));
  TRY(const auto need, fields.integer("need", 1, kPartiesMax));
  rule.need = static_cast<std::uint16_t>(need);
  TRY(rule.of, read_names(fields, "of", kPartiesMax));
  TRY_VOID(fields.finish());
  return rule;
}

Result<VersionParty> read_party(const text::Map::Entry& entry) {
  VersionParty party;
  TRY(party.name, entry.key.name());
  TRY(auto map, entry.value.map());
  TRY(const auto number, map.integer("number", 1, 0xffff));
  party.number = static_cast<std::uint16_t>(number);
  TRY(const text::Node digest, map.need("entry"));
  TRY(party.entry, read_hex<Digest>(digest));
  TRY(party.desks, read_numbers(map, "desks", kDesksPerPartyMax));
  TRY_VOID(map.finish());
  return party;
}

Result<std::vector<VersionParty>> read_parties(text::Map& map) {
  TRY(const auto rows, map.map("parties"));
  if (rows.size() > kPartiesMax) return rows.node().refuse("over " + std::to_string(kPartiesMax) + " parties");
  std::vector<VersionParty> parties;
  for (const text::Map::Entry& entry : rows.entries()) {
    TRY(VersionParty party, read_party(entry));
    parties.push_back(std::move(party));
  }
  return parties;
}

Result<int> read_retired(text::Map& map, Version& version) {
  const auto node = map.find("retired");
  if (!node) return 0;
  TRY(auto fields, node->map());
  TRY(version.retired_parties, read_numbers(fields, "parties", kRetiredMax));
  TRY(version.retired_desks, read_numbers(fields, "desks", kRetiredMax));
  TRY_VOID(fields.finish());
  return 0;
}

Result<int> read_suspended(text::Map& map, Suspended& suspended) {
  const auto node = map.find("suspended");
  if (!node) return 0;
  TRY(auto fields, node->map());
  TRY(suspended.parties, read_names(fields, "parties", kPartiesMax));
  TRY(suspended.desks, read_names(fields, "desks", kPartiesMax * kDesksPerPartyMax));
  TRY(suspended.adapters, read_names(fields, "adapters", kPartiesMax * kProgramsPerPartyMax));
  TRY(suspended.clients, read_names(fields, "clients", kPartiesMax * kProgramsPerPartyMax));
  TRY_VOID(fields.finish());
  return 0;
}

/// "none" for version 1, which has nothing before it; a digest for every other.
Result<Digest> read_previous(text::Map& map, std::uint64_t version) {
  TRY(const text::Node node, map.need("previous"));
  const bool none = node.raw() == "none";
  if (none != (version == 1)) return node.refuse(none ? "only version 1 follows none" : "version 1 follows none");
  return none ? Result<Digest>(Digest{}) : read_hex<Digest>(node);
}

std::string numbers_text(const std::vector<Numbered>& numbers) {
  std::string text(1, '{');
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0) text += ", ";
    text.append(numbers[i].first).append(": ").append(std::to_string(numbers[i].second));
  }
  text += '}';
  return text;
}

std::string row(std::string_view key, std::string_view value) {
  std::string text = "  ";
  return text.append(key).append(": ").append(value).append("\n");
}

std::string suspended_text(const Suspended& suspended) {
  std::string rows;
  if (!suspended.parties.empty()) rows += row("parties", list_text(suspended.parties));
  if (!suspended.desks.empty()) rows += row("desks", list_text(suspended.desks));
  if (!suspended.adapters.empty()) rows += row("adapters", list_text(suspended.adapters));
  if (!suspended.clients.empty()) rows += row("clients", list_text(suspended.clients));
  return rows.empty() ? rows : "suspended:\n" + rows;
}

std::string retired_text(const Version& version) {
  std::string rows;
  if (!version.retired_parties.empty()) rows += row("parties", numbers_text(version.retired_parties));
  if (!version.retired_desks.empty()) rows += row("desks", numbers_text(version.retired_desks));
  return rows.empty() ? rows : "retired:\n" + rows;
}

}  // namespace

Result<Version> read_version(std::string_view text, std::string_view name) {
  Version version;
  TRY(const auto document, parse_text(text, name));
  TRY(auto map, document.map());
  TRY(version.partnership, map.name("directory"));
  TRY(version.environment, read_environment(map));
  TRY(const auto number, map.integer("version", 1, 1'000'000'000));
  version.version = static_cast<std::uint64_t>(number);
  TRY(version.previous, read_previous(map, version.version));
  TRY(const text::Node broker, map.need("broker"));
  TRY(version.broker, read_hex<Digest>(broker));
  TRY(version.quorum, read_quorum(map));
  TRY(version.parties, read_parties(map));
  TRY_VOID(read_retired(map, version));
  TRY_VOID(read_suspended(map, version.suspended));
  TRY_VOID(map.finish());
  return version;
}

std::string write(const Version& version) {
  std::string text = "directory: " + version.partnership + "\nenvironment: ";
  text.append(name_of(version.environment)).append("\nversion: ").append(std::to_string(version.version));
  text.append("\nprevious: ").append(version.previous.none() ? "none" : version.previous.hex());
  text.append("\nbroker: ").append(version.broker.hex());
  text.append("\nquorum: {need: ").append(std::to_string(version.quorum.need)).append(", of: ");
  text.append(list_text(version.quorum.of)).append("}\nparties:\n");
  for (const VersionParty& party : version.parties) {
    text.append("  ").append(party.name).append(":\n  ").append(row("number", std::to_string(party.number)));
    text.append("  ").append(row("entry", party.entry.hex())).append("  ").append(row("desks", numbers_text(party.desks)));
  }
  return text + retired_text(version) + suspended_text(version.suspended);
}

Result<Roots> read_roots(std::string_view text, std::string_view name) {
  Roots roots;
  TRY(const auto document, parse_text(text, name));
  TRY(auto map, document.map());
  TRY(roots.partnership, map.name("roots"));
  TRY(roots.environment, read_environment(map));
  TRY(const auto of, map.map("of"));
  for (const auto& [party_node, value] : of.entries()) {
    Roots::Root root;
    TRY(root.party, party_node.name());
    TRY(root.key, read_hex<seal::VerifyKey>(value));
    for (const Roots::Root& other : roots.of) {
      if (other.key == root.key) return value.refuse("it is also the key of " + other.party);
    }
    roots.of.push_back(std::move(root));
  }
  TRY(const auto need, map.integer("need", 2, kPartiesMax));
  if (static_cast<std::size_t>(need) > roots.of.size()) return map.node().refuse("`need` is more than there are parties");
  if (static_cast<std::size_t>(need) * 2 <= roots.of.size()) return map.node().refuse("`need` must be more than half");
  roots.need = static_cast<std::uint16_t>(need);
  TRY_VOID(map.finish());
  return roots;
}

std::string write(const Roots& roots) {
  std::string text = "roots: " + roots.partnership + "\nenvironment: ";
  text.append(name_of(roots.environment)).append("\nneed: ").append(std::to_string(roots.need)).append("\nof:\n");
  for (const Roots::Root& root : roots.of) text += row(root.party, root.key.hex());
  return text;
}

}  // namespace concordat::directory
