// Reads prohibitions, break-glass and corrections.
#include <algorithm>

#include "policy/agreement/reading.h"

namespace concordat::policy {
namespace {

using Is = NeverTarget::Is;

Result<std::vector<contract::DeskRole>> read_roles(const Node& node) {
  TRY(const auto nodes, node.one_or_more(64));
  std::vector<contract::DeskRole> roles;
  for (const Node& element : nodes) {
    TRY(const auto role, contract_word<contract::DeskRole>(element));
    roles.push_back(role);
  }
  return roles;
}

Result<void> read_personnel(const Node& node, std::vector<NeverTarget>& targets) {
  constexpr std::array<std::string_view, 2> words{"subject_of_case", "declared_conflict"};
  TRY(const auto nodes, node.one_or_more(2));
  for (const Node& element : nodes) {
    NeverTarget target;
    TRY(target.is, own_word<Is>(element, words, static_cast<std::size_t>(Is::SubjectOfCase)));
    targets.push_back(target);
  }
  return {};
}

Result<void> read_target(const Node& node, const Agreement& agreement, std::vector<NeverTarget>& targets) {
  TRY(Map map, node.map());
  if (map.size() != 1)
    return node.refuse(
        "one word to each: {role: …}, {role_other_than: …}, {party: …}, {desk: …}, {personnel: …} or {acting_for: …}");
  NeverTarget target;
  if (const auto role = map.find("role")) {
    TRY(target.roles, read_roles(*role));
  } else if (const auto others = map.find("role_other_than")) {
    target.is = Is::RoleOtherThan;
    TRY(target.roles, read_roles(*others));
  } else if (const auto party = map.find("party")) {
    target.is = Is::Party;
    TRY(target.name, read_party_name(*party, agreement));
  } else if (const auto desk = map.find("desk")) {
    target.is = Is::Desk;
    TRY(target.name, read_desk_name(*desk, agreement));
  } else if (const auto personnel = map.find("personnel")) {
    return read_personnel(*personnel, targets);
  } else if (const auto acting = map.find("acting_for")) {
    target.is = Is::ActingFor;
    TRY(target.person, contract_word<contract::Role>(*acting));
  }
  TRY_VOID(map.finish());
  targets.push_back(std::move(target));
  return {};
}

Result<Never> read_never(const Node& node, const Agreement& agreement) {
  Never never;
  never.place = node.place();
  TRY(Map map, node.map());
  TRY(never.id, map.name("id"));
  TRY(const Node items, map.need("items"));
  never.all_items = items.is_scalar() && items.raw() == "all";
  if (!never.all_items) {
    TRY(never.items, read_item_list(items));
  }
  TRY(const Node to, map.need("to"));
  TRY(const auto targets, to.one_or_more(50));
  for (const Node& target : targets) TRY_VOID(read_target(target, agreement, never.to));
  if (const auto when = map.find("when")) {
    TRY(never.when, read_condition(*when, agreement));
  }
  TRY_VOID(map.finish());
  return never;
}

}  // namespace

Result<void> read_nevers(const Node& node, Agreement& agreement) {
  TRY(const auto nodes, node.list(Limits::kNevers));
  for (const Node& element : nodes) {
    TRY(auto never, read_never(element, agreement));
    const bool twice = std::any_of(agreement.nevers.begin(), agreement.nevers.end(),
                                   [&](const Never& other) { return other.id == never.id; });
    if (twice) return element.refuse(code::kMeaning, "two prohibitions are called `" + never.id + "`");
    agreement.nevers.push_back(std::move(never));
  }
  return {};
}

Result<BreakGlass> read_break_glass(const Node& node, const Agreement& agreement) {
  constexpr std::array<std::string_view, 1> required{"required"};
  constexpr std::array<std::string_view, 1> other_party{"other_party"};
  BreakGlass glass;
  glass.place = node.place();
  TRY(Map map, node.map());
  TRY(const Node who, map.need("who"));
  TRY(glass.who, read_names(who, 20));
  for (const std::string& name : glass.who) {
    const std::size_t dot = name.find('.');
    if (dot == std::string::npos || agreement.desk(name.substr(0, dot)) == nullptr)
      return who.refuse(code::kMeaning, "`" + name + "` is not desk.role of this agreement");
  }
  TRY(const Node of, map.need("of"));
  TRY(glass.of, read_item_list(of));
  TRY_VOID(map.one_of("reason", required));
  TRY(glass.for_time, map.duration("for"));
  TRY_VOID(map.one_of("reviewed_by", other_party));
  glass.reviewed_by = "other_party";
  TRY(glass.review_within, map.duration("within"));
  TRY(const Node tell, map.need("tell"));
  TRY(glass.tell, read_names(tell, 20));
  TRY_VOID(map.finish());
  return glass;
}

Result<Corrections> read_corrections(const Node& node, const Agreement& agreement) {
  constexpr std::array<std::string_view, 1> reach{"everyone_who_had_it"};
  Corrections corrections;
  corrections.place = node.place();
  TRY(Map map, node.map());
  TRY_VOID(map.one_of("reach", reach));
  if (map.find("confirm_within")) {
    TRY(Map within, map.map("confirm_within"));
    TRY(corrections.confirm_urgent, within.duration("urgent"));
    TRY(corrections.confirm_routine, within.duration("routine"));
    TRY_VOID(within.finish());
  }
  if (const auto unconfirmed = map.find("unconfirmed")) {
    TRY(corrections.unconfirmed, read_desk_names(*unconfirmed, agreement, Limits::kThen));
  }
  TRY_VOID(map.finish());
  return corrections;
}

}  // namespace concordat::policy
