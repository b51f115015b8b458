// What the parts of the reader share. Private to policy/agreement.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/agreement/agreement.h"
#include "proto/text/yaml.h"

namespace concordat::policy {

using text::Map;
using text::Node;

/// The names of all values of a word of the contract, in number order.
template <class E>
std::vector<std::string_view> names_of() {
  std::vector<std::string_view> names;
  for (const contract::Word& word : contract::words<E>()) names.push_back(word.name);
  return names;
}

/// A word of the contract's vocabulary.
template <class E>
Result<E> contract_word(const Node& node) {
  const auto names = names_of<E>();
  TRY(const std::size_t index, node.one_of(names));
  return static_cast<E>(contract::words<E>()[index].number);
}

/// A word of ours: the n-th of `words` is the enum's value n + `first`.
template <class E>
Result<E> own_word(const Node& node, std::span<const std::string_view> words, std::size_t first = 1) {
  TRY(const std::size_t index, node.one_of(words));
  return static_cast<E>(index + first);
}

/// Names, each once.
Result<std::vector<std::string>> read_names(const Node& node, std::size_t most);
/// Free words of a map, for people to read: nested keys joined by a dot.
Result<std::vector<Described>> read_described(const Node& node);
/// "victim.name" or, in a map by role, lists of items.
Result<ItemsByRole> read_items_by_role(const Node& node);
Result<ItemsByRole> read_item_list(const Node& node);

Result<std::vector<PartySpec>> read_parties(const Node& node);
Result<Settings> read_settings(const Node& node);
Result<std::vector<LawBasis>> read_law(const Node& node);
/// `agreement` holds what was read before: settings, and earlier clauses for `same_as`.
Result<Condition> read_condition(const Node& node, const Agreement& agreement);
/// Reads clauses (or duties) into agreement.clauses.
Result<void> read_clauses(const Node& node, bool duties, Agreement& agreement);
Result<void> read_clause_parts(Map& map, const Agreement& agreement, Clause& clause);
/// `like`: whose `serving` and `if_none` hold where nothing is said of them; may be null.
Result<Recipient> read_recipient(const Node& node, const Agreement& agreement, const Recipient* like);
Result<Consent> read_consent(const Node& node, const Agreement& agreement);
Result<Deliver> read_deliver(const Node& node, const Agreement& agreement);
Result<Keep> read_keep(const Node& node);
Result<Onward> read_onward(const Node& node, const Agreement& agreement);
Result<void> read_nevers(const Node& node, Agreement& agreement);
Result<BreakGlass> read_break_glass(const Node& node, const Agreement& agreement);
Result<Corrections> read_corrections(const Node& node, const Agreement& agreement);

/// E-MEANING with the nearest of `known` unless `name` is among them.
Result<void> must_be_known(const Node& node, std::string_view what, std::string_view name,
                           std::span<const std::string_view> known);
Result<std::string> read_desk_name(const Node& node, const Agreement& agreement);
Result<std::vector<std::string>> read_desk_names(const Node& node, const Agreement& agreement, std::size_t most);
Result<std::string> read_party_name(const Node& node, const Agreement& agreement);
Result<std::string> read_law_name(const Node& node, const Agreement& agreement);

}  // namespace concordat::policy
