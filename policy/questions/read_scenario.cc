// Reads scenarios: see scenario.h.
#include <algorithm>

#include "policy/agreement/reading.h"
#include "policy/questions/scenario.h"
#include "proto/contract/facts.h"

namespace concordat::policy::questions {
namespace {

using contract::Domain;
using contract::Fact;
using contract::FactInfo;
using contract::FactScope;
using contract::FactValue;

constexpr std::size_t kScenariosMax = 2'000;
constexpr std::size_t kItemsMax = 50;
constexpr std::array<std::string_view, 4> kRegistered{"", "nobody", "one", "several"};

/// What reading needs to know of the world around a scenario.
struct Around {
  const InForce& agreements;
  const directory::Directory& directory;
};

Result<FactValue> fact_value(const Node& node, const FactInfo& info) {
  switch (info.domain) {
    case Domain::Boolean: {
      TRY(const bool yes, node.boolean());
      return yes ? contract::kYes : contract::kNo;
    }
    case Domain::Enumeration: {
      std::vector<std::string_view> names;
      for (const contract::Word& word : info.words) names.push_back(word.name);
      TRY(const std::size_t index, node.one_of(names));
      return info.words[index].number;
    }
    case Domain::Bounded: {
      TRY(const std::int64_t value, node.integer(0, info.most - 1));
      return static_cast<FactValue>(value + 1);
    }
    case Domain::Area: {
      TRY(const std::string text, node.text(16));
      const auto area = contract::area_code(text);
      if (!area) return node.refuse(code::kWord, "`" + text + "` is no GSS code like E06000049");
      return *area;
    }
    case Domain::Party:
    case Domain::Purpose: {
      TRY(const std::string name, node.name());
      return contract::code_of_name(name);
    }
  }
  return node.refuse("cannot be said in a scenario");
}

/// Facts of one scope, by name, out of a map; what is no fact stays for the caller to ask for.
Result<void> read_facts(Map& map, FactScope scope, contract::FactVector& into) {
  for (const FactInfo& info : contract::kFacts) {
    if (info.scope != scope) continue;
    const auto node = map.find(info.name);
    if (!node) continue;
    TRY(into[static_cast<std::size_t>(info.fact)], fact_value(*node, info));
  }
  return {};
}

Result<void> read_items(Map& map, std::string_view key, std::uint16_t person, std::uint8_t roles, std::vector<seal::Label>& labels) {
  const auto node = map.find(key);
  if (!node) return {};
  TRY(const auto nodes, node->one_or_more(kItemsMax));
  for (const Node& each : nodes) {
    TRY(const contract::Item item, contract_word<contract::Item>(each));
    labels.push_back({person, roles, static_cast<std::uint16_t>(item), 0});
  }
  return {};
}

/// "victim: {…}", or "victim+patient: {…}" of somebody with two roles.
Result<std::uint8_t> roles_of(const Node& key) {
  std::uint8_t roles = 0;
  std::string_view rest = key.raw();
  while (true) {
    const std::size_t plus = rest.find('+');
    const std::string_view name = rest.substr(0, plus);
    const auto role = contract::role_named(name);
    if (!role) return key.refuse(code::kWord, "`" + std::string(name) + "` is no role" + text::suggest(name, names_of<contract::Role>()));
    roles |= contract::bit(*role);
    if (plus == std::string_view::npos) return roles;
    rest.remove_prefix(plus + 1);
  }
}

Result<void> read_people(const Node& node, Scenario& scenario) {
  TRY(const auto people, node.list(contract::kPeopleMax));
  for (const Node& each : people) {
    TRY(const Map one, each.map());
    if (one.size() != 1) return each.refuse("a person is one role and what is known of them, like `victim: {residence: E06000049}`");
    const Map::Entry entry = one.entries()[0];
    contract::PersonFacts person;
    person.person = static_cast<std::uint16_t>(scenario.facts.people.size() + 1);
    TRY(person.roles, roles_of(entry.key));
    TRY(Map known, entry.value.map());
    TRY_VOID(read_items(known, "items", person.person, person.roles, scenario.labels));
    TRY_VOID(read_facts(known, FactScope::Person, person.values));
    TRY_VOID(known.finish());
    scenario.facts.people.push_back(person);
  }
  return {};
}

Result<Truth> truth(Map& map, std::string_view key) {
  const auto node = map.find(key);
  if (!node) return Truth::Unknown;
  TRY(const bool yes, node->boolean());
  return yes ? Truth::True : Truth::False;
}

Result<std::uint16_t> days(Map& map, std::string_view key) {
  TRY(const std::int64_t value, map.integer_or(key, 0, StateFacts::kNever - 1, StateFacts::kNever));
  return static_cast<std::uint16_t>(value);
}

Result<void> read_history(Map& map, StateFacts& state) {
  state.victim_known = state.pair_known = true;
  TRY(state.days_since_referral, days(map, "days_since_referral"));
  TRY(state.days_since_conference, days(map, "days_since_conference"));
  const auto node = map.find("incidents_days_ago");
  if (!node) return {};
  TRY(const auto list, node->list(StateFacts::kIncidentsMax));
  for (const Node& each : list) {
    TRY(const std::int64_t ago, each.integer(0, StateFacts::kNever - 1));
    state.incident_days_ago[state.incident_count++] = static_cast<std::uint16_t>(ago);
  }
  if (!std::is_sorted(state.incident_days_ago.begin(), state.incident_days_ago.begin() + state.incident_count))
    return node->refuse(code::kMeaning, "newest first: 0 is this one");
  return {};
}

Result<void> read_consent_before(const Node& node, StateFacts& state) {
  TRY(const Map map, node.map());
  for (const Map::Entry& entry : map.entries()) {
    if (state.consent_count == state.consent.size()) return node.refuse("too many consents");
    TRY(const std::string purpose, entry.key.name());
    TRY(const auto word, contract_word<contract::ConsentState>(entry.value));
    StateFacts::Consent said;
    said.purpose = purpose == "any" ? 0 : contract::code_of_name(purpose);
    said.state = word;
    state.consent[state.consent_count++] = said;
  }
  return {};
}

Result<void> read_registration(Map& map, StateFacts& state) {
  if (const auto residence = map.find("residence")) {
    TRY(state.registration_residence, fact_value(*residence, *contract::info(Fact::Residence)));
  }
  TRY(state.registration_abuse_case, truth(map, "abuse_case"));
  return {};
}

Result<void> read_state(Map& map, const Around& around, StateFacts& state) {
  if (map.find("history")) {
    TRY(Map history, map.map("history"));
    TRY_VOID(read_history(history, state));
    TRY_VOID(history.finish());
  }
  TRY(state.open_referral, truth(map, "open_referral"));
  TRY(state.known_to_conference, truth(map, "known_to_conference"));
  if (const auto consent = map.find("consent")) TRY_VOID(read_consent_before(*consent, state));
  if (const auto node = map.find("registered")) {
    TRY(const std::size_t index, node->one_of(std::span(kRegistered).subspan(1)));
    state.registered = static_cast<Registered>(index + 1);
  }
  if (const auto node = map.find("registration")) {
    TRY(Map registration, node->map());
    TRY_VOID(read_registration(registration, state));
    TRY_VOID(registration.finish());
  }
  if (map.find("unread_for")) {
    TRY(const Duration unread, map.duration("unread_for"));
    state.unread_minutes = unread.minutes();
  }
  if (map.find("unmatched_for")) {
    TRY(const Duration unmatched, map.duration("unmatched_for"));
    state.unmatched_minutes = unmatched.minutes();
  }
  if (const auto node = map.find("missed_by")) {
    TRY(const std::string name, node->name());
    const directory::Desk* desk = desk_called(around.directory, name);
    if (desk == nullptr) return node->refuse(code::kMeaning, "`" + name + "` is no desk of these agreements");
    state.missed_by = desk->number;
  }
  return map.finish();
}

Result<void> read_given(Map given, const Around& around, Scenario& scenario) {
  TRY(const Node kind, given.need("kind"));
  TRY(scenario.kind, contract_word<contract::Kind>(kind));
  TRY(const Node from, given.need("from"));
  TRY(const std::string party, from.name());
  const directory::Party* source = around.directory.party(party);
  if (source == nullptr) return from.refuse(code::kMeaning, "`" + party + "` is no party of these agreements");
  scenario.source = source->number;
  if (const auto facts = given.find("facts")) {
    TRY(Map map, facts->map());
    TRY_VOID(read_facts(map, FactScope::Event, scenario.facts.event));
    TRY_VOID(map.finish());
  }
  TRY_VOID(read_items(given, "case", 0, 0, scenario.labels));
  if (const auto people = given.find("people")) TRY_VOID(read_people(*people, scenario));
  if (const auto state = given.find("state")) {
    TRY(Map map, state->map());
    TRY_VOID(read_state(map, around, scenario.state));
  }
  return given.finish();
}

Result<void> read_then(const Map& then, const Around& around, Scenario& scenario) {
  for (const Map::Entry& entry : then.entries()) {
    TRY(const std::string desk, entry.key.name());
    const bool nothing = entry.value.is_scalar() && entry.value.raw() == "nothing";
    if (desk == "others") {
      if (!nothing) return entry.value.refuse("of others a scenario says `nothing`, or nothing at all");
      scenario.others_nothing = true;
      continue;
    }
    if (desk_called(around.directory, desk) == nullptr) return entry.key.refuse(code::kMeaning, "`" + desk + "` is no desk of these agreements");
    Expected expected{desk, {}, entry.key.place()};
    if (!nothing) {
      TRY(const ItemsByRole items, read_items_by_role(entry.value));
      expected.items = items_called(items);
    }
    scenario.then.push_back(std::move(expected));
  }
  if (scenario.then.empty() && !scenario.others_nothing) return then.node().refuse(code::kMeaning, "expects nothing; a scenario says what must come of it");
  return {};
}

Result<Scenario> read_scenario(const Node& node, const Around& around) {
  Scenario scenario;
  scenario.place = node.place();
  TRY(Map map, node.map());
  TRY(scenario.id, map.name("id"));
  TRY(scenario.cites, map.text_or("cites", "", 300));
  // Noon of the day, so that no clock decides.
  TRY(const Date day, map.find("on") ? map.date("on") : Result<Date>(around.agreements.agreements()[0].agreement.from));
  scenario.now = first_moment(day) + std::chrono::hours(12);
  TRY(Map given, map.map("given"));
  TRY_VOID(read_given(std::move(given), around, scenario));
  TRY(const Map then, map.map("then"));
  TRY_VOID(read_then(then, around, scenario));
  TRY_VOID(map.finish());
  std::stable_sort(scenario.labels.begin(), scenario.labels.end(), [](const seal::Label& a, const seal::Label& b) { return a.person < b.person; });
  return scenario;
}

Result<std::vector<std::string>> read_head(Map& map) {
  TRY(const Node node, map.need("agreements"));
  TRY(const auto nodes, node.one_or_more(100));
  std::vector<std::string> files;
  for (const Node& each : nodes) {
    TRY(auto file, each.text(500));
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace

Result<std::vector<std::string>> read_scenario_head(std::string file, ByteView bytes) {
  TRY(const text::Document document, text::Document::parse(std::move(file), bytes, code::kYaml));
  TRY(Map map, document.map());
  return read_head(map);
}

Result<ScenarioFile> read_scenarios(std::string file, ByteView bytes, const InForce& agreements, const directory::Directory& directory) {
  ScenarioFile read;
  TRY(const text::Document document, text::Document::parse(file, bytes, code::kYaml));
  read.file = std::move(file);
  TRY(Map map, document.map());
  TRY(read.agreements, read_head(map));
  TRY(const auto nodes, map.list("scenarios", kScenariosMax));
  for (const Node& node : nodes) {
    TRY(auto scenario, read_scenario(node, {agreements, directory}));
    const bool twice = std::any_of(read.scenarios.begin(), read.scenarios.end(), [&](const Scenario& other) { return other.id == scenario.id; });
    if (twice) return node.refuse(code::kMeaning, "`" + scenario.id + "` stands here twice");
    read.scenarios.push_back(std::move(scenario));
  }
  TRY_VOID(map.finish());
  return read;
}

}  // namespace concordat::policy::questions
