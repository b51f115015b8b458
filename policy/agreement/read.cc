// Reads an agreement: see read.h. Here: the whole, and the names that the parts share.
#include "policy/agreement/read.h"

#include <algorithm>

#include "policy/agreement/reading.h"

namespace concordat::policy {
namespace {

Result<void> read_head(Map& map, Agreement& out) {
  TRY(out.name, map.name("agreement"));
  const std::size_t slash = out.name.find('/');
  if (slash == std::string::npos || slash + 1 == out.name.size() ||
      out.name.find('/', slash + 1) != std::string::npos) {
    return map.find("agreement")->refuse("an agreement is called partnership/name, e.g. cheshire-east/marac");
  }
  out.partnership = out.name.substr(0, slash);
  TRY(out.title, map.text("title", 300));
  TRY(const auto version, map.integer("version", 1, 1'000'000));
  out.version = static_cast<std::uint32_t>(version);
  constexpr std::array<std::string_view, 2> environments{"live", "test"};
  TRY(const Node environment, map.need("environment"));
  TRY(out.environment, own_word<directory::Environment>(environment, environments));
  return {};
}

Result<void> read_dates(Map& map, Agreement& out) {
  TRY(Map dates, map.map("in_force"));
  TRY(out.from, dates.date("from"));
  TRY(out.review_by, dates.date("review_by"));
  TRY(out.until, dates.date("until"));
  if (out.until < out.from) return dates.find("until")->refuse(code::kMeaning, "ends before it begins");
  if (out.review_by < out.from || out.until < out.review_by) {
    return dates.find("review_by")->refuse(code::kMeaning, "the review is not between `from` and `until`");
  }
  return dates.finish();
}

Result<void> read_purposes(Map& map, Agreement& out) {
  TRY(const Node node, map.need("purposes"));
  TRY(const Map purposes, node.map());
  for (const Map::Entry& entry : purposes.entries()) {
    TRY(auto id, entry.key.name());
    TRY(auto words, entry.value.text(500));
    out.purposes.push_back({std::move(id), std::move(words)});
  }
  if (out.purposes.empty()) return node.refuse(code::kMeaning, "no purpose; sharing without one is not lawful");
  return {};
}

Result<void> read_body(Map& map, Agreement& out) {
  if (const auto clauses = map.find("clauses")) TRY_VOID(read_clauses(*clauses, false, out));
  if (const auto duties = map.find("duties")) TRY_VOID(read_clauses(*duties, true, out));
  if (const auto nevers = map.find("never")) TRY_VOID(read_nevers(*nevers, out));
  if (out.clauses.empty() && out.nevers.empty())
    return map.node().refuse(code::kMeaning, "neither clauses, duties nor `never`: it says nothing");
  if (const auto node = map.find("break_glass")) {
    TRY(out.break_glass, read_break_glass(*node, out));
  }
  if (const auto node = map.find("corrections")) {
    TRY(out.corrections, read_corrections(*node, out));
  }
  return {};
}

Result<void> read_descriptions(Map& map, Agreement& out) {
  struct Row {
    const char* key;
    std::vector<Described>* into;
  };
  for (const Row& row : {Row{"documents", &out.documents}, Row{"security", &out.security}, Row{"ends", &out.ends},
                         Row{"contacts", &out.contacts}}) {
    const auto node = map.find(row.key);
    if (!node) continue;
    TRY(*row.into, read_described(*node));
  }
  return {};
}

Result<void> read_owner(Map& map, const Agreement& agreement, std::string& owner) {
  TRY(const Node node, map.need("owner"));
  TRY(owner, node.name());
  const std::size_t slash = owner.find('/');
  const PartySpec* party = agreement.party(owner.substr(0, slash));
  const bool desk_known =
      party != nullptr && (slash == std::string::npos ||
                           std::any_of(party->desks.begin(), party->desks.end(),
                                       [&](const DeskSpec& desk) { return desk.name == owner.substr(slash + 1); }));
  if (!desk_known)
    return node.refuse(code::kMeaning, "`" + owner + "` is neither a party nor party/desk of this agreement");
  return {};
}

Result<void> describe_into(const Node& node, const std::string& prefix, std::vector<Described>& out) {
  TRY(const Map map, node.map());
  for (const Map::Entry& entry : map.entries()) {
    TRY(const auto key, entry.key.name());
    if (entry.value.is_map()) {
      TRY_VOID(describe_into(entry.value, prefix + key + ".", out));
      continue;
    }
    TRY(auto words, entry.value.text(500));
    out.push_back({prefix + key, std::move(words)});
  }
  return {};
}

}  // namespace

Result<std::vector<Described>> read_described(const Node& node) {
  std::vector<Described> described;
  TRY_VOID(describe_into(node, "", described));
  return described;
}

Result<std::vector<std::string>> read_names(const Node& node, std::size_t most) {
  TRY(const auto nodes, node.one_or_more(most));
  std::vector<std::string> names;
  for (const Node& element : nodes) {
    TRY(auto name, element.name());
    if (std::find(names.begin(), names.end(), name) != names.end())
      return element.refuse(code::kMeaning, "`" + name + "` stands here twice");
    names.push_back(std::move(name));
  }
  return names;
}

Result<void> must_be_known(const Node& node, std::string_view what, std::string_view name,
                           std::span<const std::string_view> known) {
  if (std::find(known.begin(), known.end(), name) != known.end()) return {};
  return node.refuse(code::kMeaning, "`" + std::string(name) + "` is no " + std::string(what) + " of this agreement" +
                                         text::suggest(name, known));
}

Result<std::string> read_desk_name(const Node& node, const Agreement& agreement) {
  TRY(auto name, node.name());
  std::vector<std::string_view> known;
  for (const PartySpec& party : agreement.parties) {
    for (const DeskSpec& desk : party.desks) known.push_back(desk.name);
  }
  TRY_VOID(must_be_known(node, "desk", name, known));
  return name;
}

Result<std::vector<std::string>> read_desk_names(const Node& node, const Agreement& agreement, std::size_t most) {
  TRY(auto names, read_names(node, most));
  TRY(const auto nodes, node.one_or_more(most));
  for (const Node& element : nodes) TRY_VOID(read_desk_name(element, agreement));
  return names;
}

Result<std::string> read_party_name(const Node& node, const Agreement& agreement) {
  TRY(auto name, node.name());
  std::vector<std::string_view> known;
  for (const PartySpec& party : agreement.parties) known.push_back(party.name);
  TRY_VOID(must_be_known(node, "party", name, known));
  return name;
}

Result<std::string> read_law_name(const Node& node, const Agreement& agreement) {
  TRY(auto name, node.name());
  std::vector<std::string_view> known;
  for (const LawBasis& basis : agreement.law) known.push_back(basis.name);
  TRY_VOID(must_be_known(node, "law entry", name, known));
  return name;
}

Result<Agreement> read_agreement(std::string file, ByteView bytes) {
  TRY(const auto document, text::Document::parse(file, bytes, code::kYaml));
  Agreement out;
  out.file = std::move(file);
  TRY(Map map, document.map());
  TRY_VOID(read_head(map, out));
  TRY_VOID(read_dates(map, out));
  TRY_VOID(read_descriptions(map, out));
  TRY(const Node parties, map.need("parties"));
  TRY(out.parties, read_parties(parties));
  TRY_VOID(read_owner(map, out, out.owner));
  if (const auto settings = map.find("settings")) {
    TRY(out.settings, read_settings(*settings));
  }
  TRY_VOID(read_purposes(map, out));
  TRY(const Node law, map.need("law"));
  TRY(out.law, read_law(law));
  for (const Map::Entry& entry : parties.map()->entries()) {
    Map party = *entry.value.map();
    if (const auto node = party.find("discloses_under")) TRY_VOID(read_law_name(*node, out));
    if (const auto node = party.find("acts_for")) TRY_VOID(read_party_name(*node, out));
  }
  TRY_VOID(read_body(map, out));
  TRY_VOID(map.finish());
  return out;
}

}  // namespace concordat::policy
