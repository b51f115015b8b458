// Reads clauses and duties: who shares what of whom with whom, when, why and under what law.
#include <algorithm>

#include "policy/agreement/reading.h"

namespace concordat::policy {
namespace {

/// Reads the key if it is there; if not, a clause that is `like` another has it already, and any other must have it.
template <class Read>
Result<void> part(Map& map, std::string_view key, bool inherited, Read read) {
  const auto node = map.find(key);
  if (node) return read(*node);
  if (inherited) return {};
  TRY_VOID(map.need(key));
  return {};
}

template <class Read>
Result<void> optional_part(Map& map, std::string_view key, Read read) {
  return part(map, key, true, read);
}

Result<void> read_share(const Node& node, Clause& clause) {
  TRY(const auto nodes, node.one_or_more(32));
  clause.share.clear();
  for (const Node& element : nodes) {
    TRY(const auto kind, contract_word<contract::Kind>(element));
    clause.share.push_back(kind);
  }
  std::sort(clause.share.begin(), clause.share.end());
  if (std::adjacent_find(clause.share.begin(), clause.share.end()) != clause.share.end())
    return node.refuse(code::kMeaning, "a kind stands here twice");
  return {};
}

Result<void> read_from(const Node& node, const Agreement& agreement, Clause& clause) {
  clause.from.clear();
  clause.from_any_party = node.is_scalar() && node.raw() == "any_party";
  if (clause.from_any_party) return {};
  TRY(clause.from, read_names(node, Limits::kParties));
  TRY(const auto nodes, node.one_or_more(Limits::kParties));
  for (const Node& element : nodes) TRY_VOID(read_party_name(element, agreement));
  return {};
}

Result<void> read_sides(const Node& node, const Agreement& agreement, Clause& clause) {
  TRY(Map map, node.map());
  TRY(const Node discloser, map.need("discloser"));
  clause.discloser_by_party = discloser.is_scalar() && discloser.raw() == "by_party";
  clause.discloser.clear();
  if (!clause.discloser_by_party) {
    TRY(clause.discloser, read_law_name(discloser, agreement));
  }
  TRY(const Node recipient, map.need("recipient"));
  TRY(clause.recipient, read_law_name(recipient, agreement));
  return map.finish();
}

Result<void> read_released(const Node& node, Released& released) {
  released = {};
  std::vector<std::string_view> words{"risk_band", "child_resident"};
  const auto facts = names_of<contract::Fact>();
  words.insert(words.end(), facts.begin(), facts.end());
  TRY(const auto nodes, node.one_or_more(64));
  for (const Node& element : nodes) {
    TRY(const std::size_t index, element.one_of(words));
    if (index == 0)
      released.risk_band = true;
    else if (index == 1)
      released.child_resident = true;
    else
      released.facts.set(contract::words<contract::Fact>()[index - 2].number);
  }
  return {};
}

Result<Inform> read_inform(const Node& node, const Agreement& agreement) {
  constexpr std::array<std::string_view, 2> when{"before", "after"};
  constexpr std::array<std::string_view, 1> unless{"would_increase_risk"};
  Inform inform;
  TRY(Map map, node.map());
  TRY(const Node who, map.need("who"));
  TRY(inform.who, contract_word<contract::Role>(who));
  TRY(const Node by, map.need("by"));
  TRY(inform.by, read_party_name(by, agreement));
  TRY(const Node time, map.need("when"));
  TRY(inform.when, own_word<InformWhen>(time, when));
  if (const auto exception = map.find("unless")) {
    TRY_VOID(exception->one_of(unless));
    inform.unless_risk = true;
  }
  TRY_VOID(map.finish());
  return inform;
}

Result<void> read_purpose(const Node& node, const Agreement& agreement, Clause& clause) {
  TRY(clause.purpose, node.name());
  std::vector<std::string_view> known;
  for (const Described& purpose : agreement.purposes) known.push_back(purpose.key);
  return must_be_known(node, "purpose", clause.purpose, known);
}

Result<void> read_what(Map& map, const Agreement& agreement, bool like, Clause& clause) {
  TRY_VOID(part(map, "share", like, [&](const Node& node) { return read_share(node, clause); }));
  TRY_VOID(part(map, "from", like, [&](const Node& node) { return read_from(node, agreement, clause); }));
  TRY_VOID(part(map, "to", like, [&](const Node& node) -> Result<void> {
    const Recipient before = clause.to;
    TRY(clause.to, read_recipient(node, agreement, like ? &before : nullptr));
    return {};
  }));
  TRY_VOID(optional_part(map, "when", [&](const Node& node) -> Result<void> {
    TRY(clause.when, read_condition(node, agreement));
    return {};
  }));
  TRY_VOID(part(map, "items", like, [&](const Node& node) -> Result<void> {
    TRY(clause.items, read_items_by_role(node));
    return {};
  }));
  return optional_part(map, "facts", [&](const Node& node) { return read_released(node, clause.facts); });
}

Result<void> read_why(Map& map, const Agreement& agreement, bool like, Clause& clause) {
  TRY_VOID(part(map, "purpose", like, [&](const Node& node) { return read_purpose(node, agreement, clause); }));
  TRY_VOID(part(map, "gateway", like, [&](const Node& node) -> Result<void> {
    TRY(clause.gateway, read_names(node, 10));
    return {};
  }));
  TRY_VOID(part(map, "law", like, [&](const Node& node) { return read_sides(node, agreement, clause); }));
  TRY_VOID(optional_part(map, "necessity", [&](const Node& node) -> Result<void> {
    TRY(clause.necessity, node.text(500));
    return {};
  }));
  return optional_part(map, "inform", [&](const Node& node) -> Result<void> {
    TRY(clause.inform, read_inform(node, agreement));
    return {};
  });
}

Result<void> read_how(Map& map, const Agreement& agreement, bool like, Clause& clause) {
  TRY_VOID(part(map, "deliver", like, [&](const Node& node) -> Result<void> {
    TRY(clause.deliver, read_deliver(node, agreement));
    return {};
  }));
  TRY_VOID(part(map, "keep", like, [&](const Node& node) -> Result<void> {
    TRY(clause.keep, read_keep(node));
    return {};
  }));
  return optional_part(map, "onward", [&](const Node& node) -> Result<void> {
    TRY(clause.onward, read_onward(node, agreement));
    return {};
  });
}

/// A duty knows no consent; every other clause says what consent it needs.
Result<void> read_consent_part(Map& map, const Agreement& agreement, bool like, Clause& clause) {
  if (clause.duty) {
    const auto node = map.find("consent");
    if (node)
      return map.key("consent").refuse(
          code::kMeaning, "a duty holds whatever consent says; leave `consent` out, or make this a clause");
    return {};
  }
  return part(map, "consent", like, [&](const Node& node) -> Result<void> {
    TRY(clause.consent, read_consent(node, agreement));
    return {};
  });
}

Result<Clause> start_of(const Node& node, Map& map, bool duty, const Agreement& agreement) {
  Clause clause;
  if (const auto like = map.find("like")) {
    TRY(const auto id, like->name());
    std::vector<std::string_view> earlier;
    for (const Clause& other : agreement.clauses) earlier.push_back(other.id);
    TRY_VOID(must_be_known(*like, "earlier clause", id, earlier));
    clause = *agreement.clause(id);
    if (clause.duty != duty)
      return like->refuse(code::kMeaning, "a duty is not like a clause that needs consent, nor the other way round");
    clause.like = id;
  }
  clause.duty = duty;
  clause.place = node.place();
  TRY(clause.id, map.name("id"));
  return clause;
}

Result<Clause> read_clause(const Node& node, bool duty, const Agreement& agreement) {
  TRY(Map map, node.map());
  TRY(auto clause, start_of(node, map, duty, agreement));
  if (agreement.clause(clause.id) != nullptr)
    return map.find("id")->refuse(code::kMeaning, "two clauses are called `" + clause.id + "`");
  TRY_VOID(read_clause_parts(map, agreement, clause));
  TRY_VOID(map.finish());
  return clause;
}

}  // namespace

Result<void> read_clause_parts(Map& map, const Agreement& agreement, Clause& clause) {
  const bool like = !clause.like.empty();
  TRY_VOID(read_what(map, agreement, like, clause));
  TRY(clause.publish_only_when_met, map.boolean_or("publish_only_when_met", clause.publish_only_when_met));
  TRY_VOID(read_why(map, agreement, like, clause));
  TRY_VOID(read_consent_part(map, agreement, like, clause));
  return read_how(map, agreement, like, clause);
}

Result<void> read_clauses(const Node& node, bool duties, Agreement& agreement) {
  TRY(const auto nodes, node.list(Limits::kClauses));
  for (const Node& element : nodes) {
    TRY(auto clause, read_clause(element, duties, agreement));
    agreement.clauses.push_back(std::move(clause));
  }
  if (agreement.clauses.size() > Limits::kClauses)
    return node.refuse("over " + std::to_string(Limits::kClauses) + " clauses and duties");
  return {};
}

}  // namespace concordat::policy
