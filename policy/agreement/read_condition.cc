// Reads conditions: the closed vocabulary of DESIGN 3.2. One word a map; what must hold together stands under `all`.
#include <algorithm>

#include "policy/agreement/reading.h"

namespace concordat::policy {
namespace {

using contract::Fact;
using contract::Role;
using Is = Condition::Is;

std::uint64_t bit(std::size_t value) { return std::uint64_t{1} << value; }

Condition atom(Is is, const Node& node) {
  Condition condition;
  condition.is = is;
  condition.place = node.place();
  return condition;
}

Condition person(const Node& node, Role role, Fact fact, std::uint64_t values) {
  Condition condition = atom(Is::Person, node);
  condition.role = role;
  condition.tests.push_back({fact, values});
  return condition;
}

/// `true` is the condition, `false` its opposite.
Result<Condition> yes_or_no(const Node& node, Condition condition) {
  TRY(const bool yes, node.boolean());
  if (yes) return condition;
  Condition opposite = atom(Is::Not, node);
  opposite.parts.push_back(std::move(condition));
  return opposite;
}

/// One word, or a list of which any will do, of the fact's own enumeration.
Result<std::uint64_t> read_values(const Node& node, Fact fact) {
  const auto words = contract::info(fact)->words;
  std::vector<std::string_view> names;
  for (const contract::Word& word : words) names.push_back(word.name);
  TRY(const auto nodes, node.one_or_more(64));
  std::uint64_t values = 0;
  for (const Node& element : nodes) {
    TRY(const std::size_t index, element.one_of(names));
    values |= bit(words[index].number);
  }
  return values;
}

Result<std::uint64_t> read_flag(const Node& node) {
  TRY(const bool yes, node.boolean());
  return bit(yes ? 2 : 1);
}

Result<std::uint64_t> read_bound(const Node& node) {
  TRY(const auto years, node.integer(0, 150));
  const std::uint64_t under = bands_under(static_cast<std::uint32_t>(years));
  if (under == 0)
    return node.refuse(code::kMeaning, "ages are known in bands; a rule may turn at 5, 10, 13, 16, 18, 25 or 60");
  return under;
}

struct Word {
  std::string_view key;
  Fact fact;
};
constexpr std::array kEventFlags{Word{"domestic_abuse", Fact::DomesticAbuse},
                                 Word{"crime_recorded", Fact::CrimeRecorded}, Word{"historic", Fact::Historic},
                                 Word{"reversed", Fact::OutcomeReversed}, Word{"abuse_case", Fact::AbuseCase}};
constexpr std::array kEventWords{Word{"incident_type", Fact::IncidentType}, Word{"concern", Fact::Concern},
                                 Word{"progress", Fact::Progress}, Word{"link", Fact::LinkStrength},
                                 Word{"outcome", Fact::Outcome}, Word{"hearing", Fact::Hearing},
                                 Word{"order", Fact::Order}, Word{"custody", Fact::CustodyMovement},
                                 Word{"attendance", Fact::Attendance}};
constexpr std::array kPersonFlags{Word{"care_and_support_needs", Fact::CareAndSupportNeeds},
                                  Word{"pregnant", Fact::Pregnant},
                                  Word{"no_recourse_to_public_funds", Fact::NoRecourseToPublicFunds},
                                  Word{"address_confidential", Fact::AddressConfidential},
                                  Word{"honour_based", Fact::HonourBased},
                                  Word{"forced_marriage", Fact::ForcedMarriage},
                                  Word{"fgm", Fact::Fgm},
                                  Word{"wants_news", Fact::WantsNews}};
constexpr std::array kPersonWords{Word{"is", Fact::ChildIs}, Word{"informed", Fact::Informed},
                                  Word{"judgement", Fact::Judgement}};
constexpr std::array<std::string_view, 3> kRegistered{"nobody", "one", "several"};  // in the order of policy::Registered
constexpr std::array<std::string_view, 4> kMarkers{"honour_based", "forced_marriage", "fgm", "any_sensitive"};

class Conditions {
 public:
  explicit Conditions(const Agreement& agreement) : agreement_(agreement) {}

  Result<Condition> read(const Node& node, std::size_t depth) {
    if (depth > Limits::kConditionDepth)
      return node.refuse("conditions nested deeper than " + std::to_string(Limits::kConditionDepth));
    TRY(Map map, node.map());
    if (map.size() != 1)
      return node.refuse(map.size() == 0 ? "an empty condition"
                                         : "several conditions side by side; write {all: [...]} or {any: [...]}");
    TRY(auto condition, one(map, depth));
    if (!condition) {
      TRY_VOID(map.finish());
      return node.refuse("an empty condition");
    }
    return *std::move(condition);
  }

 private:
  using Maybe = std::optional<Condition>;

  /// Tries the words in turn, so that the map learns all of them before it is finished.
  Result<Maybe> one(Map& map, std::size_t depth) {
    TRY(auto joined, joining(map, depth));
    if (joined) return joined;
    TRY(auto about_case, of_case(map));
    if (about_case) return about_case;
    TRY(auto about_event, of_event(map));
    if (about_event) return about_event;
    return of_people(map);
  }

  Result<Maybe> joining(Map& map, std::size_t depth) {
    if (const auto node = map.find("all")) return list(*node, Is::All, depth);
    if (const auto node = map.find("any")) return list(*node, Is::Any, depth);
    if (const auto node = map.find("not")) {
      Condition condition = atom(Is::Not, *node);
      TRY(auto part, read(*node, depth + 1));
      condition.parts.push_back(std::move(part));
      return Maybe(std::move(condition));
    }
    if (const auto node = map.find("same_as")) return same_as(*node);
    return Maybe();
  }

  Result<Maybe> list(const Node& node, Is is, std::size_t depth) {
    TRY(const auto nodes, node.list(100));
    if (nodes.empty()) return node.refuse("an empty list of conditions");
    Condition condition = atom(is, node);
    for (const Node& element : nodes) {
      TRY(auto part, read(element, depth + 1));
      condition.parts.push_back(std::move(part));
    }
    return Maybe(std::move(condition));
  }

  Result<Maybe> same_as(const Node& node) {
    TRY(const auto id, node.name());
    std::vector<std::string_view> earlier;
    for (const Clause& clause : agreement_.clauses) earlier.push_back(clause.id);
    TRY_VOID(must_be_known(node, "earlier clause", id, earlier));
    const Clause& clause = *agreement_.clause(id);
    if (!clause.when) return node.refuse(code::kMeaning, "`" + id + "` has no condition to take over");
    return Maybe(*clause.when);
  }

  Result<Maybe> of_case(Map& map) {
    if (const auto node = map.find("risk")) return risk(*node);
    if (const auto node = map.find("judgement")) {
      TRY(const auto values, read_values(*node, Fact::Judgement));
      return Maybe(person(*node, Role::Victim, Fact::Judgement, values));
    }
    if (const auto node = map.find("escalation")) {
      constexpr std::array<std::string_view, 1> words{"met"};
      TRY_VOID(node->one_of(words));
      if (!agreement_.settings.escalation)
        return node->refuse(code::kMeaning, "settings.escalation is missing: how many incidents, within what time");
      return Maybe(atom(Is::Escalation, *node));
    }
    if (const auto node = map.find("repeat")) {
      if (!agreement_.settings.repeat_counts_from)
        return node->refuse(code::kMeaning, "settings.repeat_counts_from is missing: last_referral or last_conference");
      return flag(*node, Is::Repeat);
    }
    if (const auto node = map.find("consent")) {
      Condition condition = atom(Is::Consent, *node);
      TRY(const auto values, read_values(*node, Fact::Consent));
      condition.tests.push_back({Fact::Consent, values});
      return Maybe(std::move(condition));
    }
    return of_state(map);
  }

  static Result<Maybe> flag(const Node& node, Is is) {
    TRY(auto condition, yes_or_no(node, atom(is, node)));
    return Maybe(std::move(condition));
  }

  Result<Maybe> of_state(Map& map) {
    if (const auto node = map.find("open_referral")) return flag(*node, Is::OpenReferral);
    if (const auto node = map.find("known_to_conference")) return flag(*node, Is::Conference);
    if (const auto node = map.find("unread_after")) return after(*node, Is::Unread);
    if (const auto node = map.find("unmatched_after")) return after(*node, Is::Unmatched);
    if (const auto node = map.find("registered")) return registered(*node);
    if (const auto node = map.find("registration")) return registration(*node);
    return Maybe();
  }

  Result<Maybe> after(const Node& node, Is is) {
    TRY(const auto time, node.duration());
    if (time.working_days() || time.minutes() == 0)
      return node.refuse(code::kMeaning, "at least a minute, and not working days");
    Condition condition = atom(is, node);
    condition.minutes = time.minutes();
    return Maybe(std::move(condition));
  }

  Result<Maybe> registered(const Node& node) {
    TRY(const auto nodes, node.one_or_more(3));
    Condition condition = atom(Is::Registered, node);
    condition.tests.emplace_back();
    for (const Node& element : nodes) {
      TRY(const std::size_t index, element.one_of(kRegistered));
      condition.tests[0].values |= bit(static_cast<std::uint32_t>(index) + 1);
    }
    return Maybe(std::move(condition));
  }

  /// Of the registration: the event itself, or what was found for it.
  Result<Maybe> registration(const Node& node) {
    TRY(Map map, node.map());
    TRY(const Node said, map.need("abuse_case"));
    Condition condition = atom(Is::Registration, node);
    TRY(const auto values, read_flag(said));
    condition.tests.push_back({Fact::RegistrationAbuseCase, values});
    TRY_VOID(map.finish());
    return Maybe(std::move(condition));
  }

  Result<Maybe> risk(const Node& node) {
    TRY(Map map, node.map());
    TRY(const Node band, map.need("at_least"));
    Condition condition = atom(Is::Risk, node);
    TRY(condition.band, contract_word<contract::RiskBand>(band));
    if (!agreement_.settings.dash_high)
      return node.refuse(code::kMeaning, "settings.dash_high and dash_medium are missing: where the bands begin");
    TRY_VOID(map.finish());
    return Maybe(std::move(condition));
  }

  Result<Maybe> of_event(Map& map) {
    if (const auto node = map.find("kind")) {
      TRY(const auto nodes, node->one_or_more(32));
      Condition condition = atom(Is::Kind, *node);
      condition.tests.push_back({});
      for (const Node& element : nodes) {
        TRY(const auto kind, contract_word<contract::Kind>(element));
        condition.tests[0].values |= bit(static_cast<std::size_t>(kind));
      }
      return Maybe(std::move(condition));
    }
    for (const Word& word : kEventFlags) {
      const auto node = map.find(word.key);
      if (!node) continue;
      TRY(const auto values, read_flag(*node));
      return Maybe(event(*node, word.fact, values));
    }
    for (const Word& word : kEventWords) {
      const auto node = map.find(word.key);
      if (!node) continue;
      TRY(const auto values, read_values(*node, word.fact));
      return Maybe(event(*node, word.fact, values));
    }
    if (const auto node = map.find("referral")) return referral(*node);
    return Maybe();
  }

  static Condition event(const Node& node, Fact fact, std::uint64_t values) {
    Condition condition = atom(Is::Event, node);
    condition.tests.push_back({fact, values});
    return condition;
  }

  Result<Maybe> referral(const Node& node) {
    TRY(Map map, node.map());
    Condition condition = atom(Is::All, node);
    for (const Word& word :
         {Word{"kind", Fact::ReferralKind}, Word{"to", Fact::ReferredTo}, Word{"reason", Fact::ReferralReason}}) {
      const auto value = map.find(word.key);
      if (!value) continue;
      TRY(const auto values, read_values(*value, word.fact));
      condition.parts.push_back(event(*value, word.fact, values));
    }
    TRY_VOID(map.finish());
    if (condition.parts.empty()) return node.refuse("name the referral's kind, to or reason");
    if (condition.parts.size() == 1) condition = Condition(condition.parts[0]);
    return Maybe(std::move(condition));
  }

  Result<Maybe> of_people(Map& map) {
    if (const auto node = map.find("marker")) return marker(*node);
    if (const auto node = map.find("role_of_patient")) {
      Condition condition = atom(Is::PatientIs, *node);
      TRY(condition.role, contract_word<Role>(*node));
      return Maybe(std::move(condition));
    }
    if (const auto node = map.find("disclosure")) return disclosure(*node);
    for (const contract::Word& role : contract::words<Role>()) {
      if (const auto node = map.find(role.name)) return about(*node, static_cast<Role>(role.number));
    }
    return Maybe();
  }

  /// Markers are a victim's: nobody else's facts say whether family is the threat.
  Result<Maybe> marker(const Node& node) {
    TRY(const std::size_t index, node.one_of(kMarkers));
    constexpr std::array facts{Fact::HonourBased, Fact::ForcedMarriage, Fact::Fgm};
    if (index < facts.size()) return Maybe(person(node, Role::Victim, facts[index], bit(2)));
    Condition condition = atom(Is::Any, node);
    for (const Fact fact : facts) condition.parts.push_back(person(node, Role::Victim, fact, bit(2)));
    return Maybe(std::move(condition));
  }

  /// Somebody treated: who said that it was abuse.
  Result<Maybe> disclosure(const Node& node) {
    TRY(Map map, node.map());
    TRY(const Node by, map.need("by"));
    TRY(const auto values, read_values(by, Fact::DisclosedBy));
    TRY_VOID(map.finish());
    return Maybe(person(node, Role::Patient, Fact::DisclosedBy, values));
  }

  /// Everything said about one role holds of one person.
  Result<Maybe> about(const Node& node, Role role) {
    TRY(Map map, node.map());
    Condition condition = atom(Is::Person, node);
    condition.role = role;
    TRY_VOID(ages(map, condition));
    for (const Word& word : kPersonFlags) {
      const auto value = map.find(word.key);
      if (!value) continue;
      TRY(const auto values, read_flag(*value));
      condition.tests.push_back({word.fact, values});
    }
    for (const Word& word : kPersonWords) {
      const auto value = map.find(word.key);
      if (!value) continue;
      TRY(const auto values, read_values(*value, word.fact));
      condition.tests.push_back({word.fact, values});
    }
    TRY_VOID(map.finish());
    if (condition.tests.empty())
      return node.refuse("say what must hold of the " + std::string(contract::name_of(role)));
    return Maybe(std::move(condition));
  }

  Result<void> ages(Map& map, Condition& condition) {
    if (const auto node = map.find("under")) {
      TRY(const auto under, read_bound(*node));
      condition.tests.push_back({Fact::AgeBand, under});
    }
    if (const auto node = map.find("at_least")) {
      TRY(const auto under, read_bound(*node));
      condition.tests.push_back({Fact::AgeBand, kAllBands & ~under});
    }
    if (const auto node = map.find("adult")) {
      TRY(const bool adult, node->boolean());
      if (!agreement_.settings.adult_from)
        return node->refuse(code::kMeaning, "settings.adult_from is missing: 16 or 18");
      const std::uint64_t under = bands_under(*agreement_.settings.adult_from);
      condition.tests.push_back({Fact::AgeBand, adult ? kAllBands & ~under : under});
    }
    const auto over = map.entries();
    const auto found =
        std::find_if(over.begin(), over.end(), [](const Map::Entry& entry) { return entry.key.raw() == "over"; });
    if (found != over.end())
      return found->key.refuse(code::kWord, "`over` is read in two ways; write `at_least: 18` for 18 and older");
    return {};
  }

  const Agreement& agreement_;
};

}  // namespace

Result<Condition> read_condition(const Node& node, const Agreement& agreement) {
  TRY(auto condition, Conditions(agreement).read(node, 1));
  if (size_of(condition) > Limits::kConditionNodes)
    return node.refuse("over " + std::to_string(Limits::kConditionNodes) + " conditions in one");
  return condition;
}

}  // namespace concordat::policy
