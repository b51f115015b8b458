// Reads parties and their desks, settings, and both sides' bases in law.
#include <algorithm>

#include "policy/agreement/reading.h"
#include "proto/contract/facts.h"

namespace concordat::policy {
namespace {

constexpr std::array<std::string_view, 3> kCapacities{"controller", "joint_controller", "processor"};
constexpr std::array<std::string_view, 2> kStaffed{"always", "office_hours"};
constexpr std::array<std::string_view, 1> kPersonnel{"named_and_vetted"};
constexpr std::array<std::string_view, 2> kCountsFrom{"last_referral", "last_conference"};
constexpr std::array<std::string_view, 2> kRegimes{"uk_gdpr", "part_3"};

Result<std::vector<std::uint32_t>> read_areas(const Node& node) {
  if (node.is_scalar() && node.raw() == "anywhere") return std::vector<std::uint32_t>{};
  TRY(const auto nodes, node.list(1'000));
  if (nodes.empty()) return node.refuse("an empty list; name GSS codes, or write `anywhere`");
  std::vector<std::uint32_t> areas;
  for (const Node& element : nodes) {
    TRY(const auto text, element.text(16));
    const auto area = contract::area_code(text);
    if (!area) return element.refuse(code::kWord, "`" + text + "` is no GSS code like E06000049; or write `anywhere`");
    areas.push_back(*area);
  }
  std::sort(areas.begin(), areas.end());
  if (std::adjacent_find(areas.begin(), areas.end()) != areas.end())
    return node.refuse(code::kMeaning, "an area stands here twice");
  return areas;
}

Result<DeskSpec> read_desk(const Map::Entry& entry) {
  DeskSpec desk;
  TRY(desk.name, entry.key.name());
  desk.place = entry.key.place();
  if (desk.name.find('/') != std::string::npos) return entry.key.refuse("a desk's short name has no slash");
  TRY(Map map, entry.value.map());
  TRY(const Node role, map.need("role"));
  TRY(desk.role, contract_word<contract::DeskRole>(role));
  TRY(const Node serves, map.need("serves"));
  TRY(desk.serves, read_areas(serves));
  TRY(const std::size_t staffed, map.one_of("staffed", kStaffed));
  desk.staffed_always = staffed == 0;
  if (const auto personnel = map.find("personnel")) {
    TRY(desk.personnel, own_word<Personnel>(*personnel, kPersonnel));
  }
  TRY_VOID(map.finish());
  return desk;
}

Result<PartySpec> read_party(const Map::Entry& entry) {
  PartySpec party;
  TRY(party.name, entry.key.name());
  party.place = entry.key.place();
  TRY(Map map, entry.value.map());
  TRY(party.called, map.find("called") ? map.text("called", 120) : Result<std::string>(""));
  TRY(const Node role, map.need("role"));
  TRY(party.role, contract_word<contract::DeskRole>(role));
  TRY(const Node capacity, map.need("capacity"));
  TRY(party.capacity, own_word<Capacity>(capacity, kCapacities));
  TRY(party.competent_authority, map.boolean_or("competent_authority", false));
  TRY(party.acts_for, map.find("acts_for") ? map.name("acts_for") : Result<std::string>(""));
  TRY(party.discloses_under, map.find("discloses_under") ? map.name("discloses_under") : Result<std::string>(""));
  TRY(const Node signs, map.need("signs"));
  TRY(party.signs, read_names(signs, 10));
  if (const auto desks = map.find("desks")) {
    TRY(const Map desk_map, desks->map());
    if (desk_map.size() > Limits::kDesks) return desks->refuse("over " + std::to_string(Limits::kDesks) + " desks");
    for (const Map::Entry& desk_entry : desk_map.entries()) {
      TRY(auto desk, read_desk(desk_entry));
      party.desks.push_back(std::move(desk));
    }
  }
  TRY_VOID(map.finish());
  return party;
}

Result<void> read_dash(Map& map, Settings& settings) {
  const auto high = map.find("dash_high"), medium = map.find("dash_medium");
  if (!high && !medium) return {};
  TRY(const auto high_from, map.integer("dash_high", 2, 24));
  TRY(const auto medium_from, map.integer("dash_medium", 1, 23));
  if (medium_from >= high_from) return medium->refuse(code::kMeaning, "medium must begin below high");
  settings.dash_high = static_cast<std::uint8_t>(high_from);
  settings.dash_medium = static_cast<std::uint8_t>(medium_from);
  return {};
}

/// A period that counts days: at least one, at most ten years.
Result<Duration> read_period(Map& map, std::string_view key) {
  TRY(const Node node, map.need(key));
  TRY(const auto period, node.duration());
  if (period.working_days() || period.days() == 0 || period.days() > 3'650)
    return node.refuse(code::kMeaning, "a period is from 1d to 10y, and not in working days");
  return period;
}

Result<void> read_escalation(const Node& node, Settings& settings) {
  TRY(Map map, node.map());
  Settings::Escalation escalation;
  TRY(const auto incidents, map.integer("incidents", 2, static_cast<std::int64_t>(StateFacts::kIncidentsMax)));
  escalation.incidents = static_cast<std::uint8_t>(incidents);
  TRY(escalation.within, read_period(map, "within"));
  settings.escalation = escalation;
  return map.finish();
}

Result<std::vector<std::uint8_t>> read_schedule(const Node& node) {
  TRY(const auto nodes, node.one_or_more(20));
  std::vector<std::uint8_t> paragraphs;
  for (const Node& element : nodes) {
    TRY(const auto paragraph, element.integer(1, 40));
    paragraphs.push_back(static_cast<std::uint8_t>(paragraph));
  }
  return paragraphs;
}

Result<void> read_gdpr(Map& map, LawBasis& basis) {
  TRY(basis.article_6, map.text("article_6", 8));
  if (map.find("annex_1")) {
    TRY(basis.annex_1, map.name("annex_1"));
  }
  if (const auto node = map.find("article_9")) {
    TRY(basis.article_9, read_names(*node, 10));
  }
  if (const auto node = map.find("schedule_1")) {
    TRY(basis.schedule_1, read_schedule(*node));
  }
  if (map.find("article_10")) {
    TRY(basis.article_10, map.name("article_10"));
  }
  return {};
}

Result<LawBasis> read_basis(const Map::Entry& entry) {
  LawBasis basis;
  TRY(basis.name, entry.key.name());
  basis.place = entry.key.place();
  TRY(Map map, entry.value.map());
  TRY(const Node regime, map.need("regime"));
  TRY(basis.regime, own_word<Regime>(regime, kRegimes));
  if (basis.regime == Regime::UkGdpr) {
    TRY_VOID(read_gdpr(map, basis));
  } else {
    TRY(basis.leaves_by, map.name("leaves_by"));
    TRY(const Node authorised, map.need("authorised_by"));
    TRY(basis.authorised_by, read_names(authorised, 10));
  }
  if (map.find("confidentiality")) {
    TRY(basis.confidentiality, map.name("confidentiality"));
    TRY(basis.decided_by, map.name("decided_by"));
  }
  TRY_VOID(map.finish());
  return basis;
}

}  // namespace

Result<std::vector<PartySpec>> read_parties(const Node& node) {
  TRY(const Map map, node.map());
  if (map.size() < 2) return node.refuse(code::kMeaning, "an agreement has at least two parties");
  if (map.size() > Limits::kParties) return node.refuse("over " + std::to_string(Limits::kParties) + " parties");
  std::vector<PartySpec> parties;
  std::vector<std::string> desks;
  for (const Map::Entry& entry : map.entries()) {
    TRY(auto party, read_party(entry));
    for (const DeskSpec& desk : party.desks) {
      if (std::find(desks.begin(), desks.end(), desk.name) != desks.end()) {
        return entry.key.refuse(code::kMeaning,
                                "two desks are called `" + desk.name + "`; short names are unique in an agreement");
      }
      desks.push_back(desk.name);
    }
    parties.push_back(std::move(party));
  }
  return parties;
}

Result<Settings> read_settings(const Node& node) {
  Settings settings;
  TRY(Map map, node.map());
  TRY_VOID(read_dash(map, settings));
  if (const auto escalation = map.find("escalation")) TRY_VOID(read_escalation(*escalation, settings));
  if (const auto counts = map.find("repeat_counts_from")) {
    TRY(settings.repeat_counts_from, own_word<CountsFrom>(*counts, kCountsFrom));
  }
  if (map.find("repeat_within")) {
    TRY(settings.repeat_within, read_period(map, "repeat_within"));
  }
  if (const auto adult = map.find("adult_from")) {
    TRY(const auto years, adult->integer(0, 120));
    if (years != 16 && years != 18) return adult->refuse(code::kMeaning, "an adult is from 16 or from 18");
    settings.adult_from = static_cast<std::uint8_t>(years);
  }
  TRY_VOID(map.finish());
  return settings;
}

Result<std::vector<LawBasis>> read_law(const Node& node) {
  TRY(const Map map, node.map());
  if (map.size() > 100) return node.refuse("over 100 law entries");
  std::vector<LawBasis> law;
  for (const Map::Entry& entry : map.entries()) {
    TRY(auto basis, read_basis(entry));
    law.push_back(std::move(basis));
  }
  if (law.empty()) return node.refuse(code::kMeaning, "no basis in law");
  return law;
}

}  // namespace concordat::policy
