// Runs scenarios: see scenario.h.
#include "policy/questions/scenario.h"

#include <algorithm>

#include "policy/agreement/compiled.h"
#include "policy/explain.h"

namespace concordat::policy::questions {
namespace {

std::string listed(const std::set<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text.empty() ? "nothing" : text;
}

std::set<std::string> without(const std::set<std::string>& from, const std::set<std::string>& these) {
  std::set<std::string> rest;
  std::set_difference(from.begin(), from.end(), these.begin(), these.end(), std::inserter(rest, rest.end()));
  return rest;
}

}  // namespace

const directory::Desk* desk_called(const directory::Directory& directory, std::string_view name) {
  const auto at = std::find_if(directory.desks.begin(), directory.desks.end(), [&](const directory::Desk& desk) {
    return desk.name == name || desk.name.substr(desk.name.find('/') + 1) == name;
  });
  return at == directory.desks.end() ? nullptr : &*at;
}

std::set<std::string> items_called(const ItemsByRole& items) {
  std::set<std::string> names;
  for (std::size_t subject = 0; subject < items.masks.size(); ++subject) {
    for (const contract::ItemInfo& item : contract::kItems) {
      if ((items.masks[subject] >> static_cast<unsigned>(item.item) & 1) == 0) continue;
      const auto whose = subject == 0 ? std::string_view("case") : contract::name_of(static_cast<contract::Role>(subject));
      names.insert(std::string(whose) + "." + std::string(item.name));
    }
  }
  return names;
}

std::set<std::string> items_called(const seal::Label& label) {
  ItemsByRole items;
  const std::uint64_t bit = std::uint64_t{1} << label.item;
  if (label.person == 0) items.masks[0] = bit;
  for (std::size_t role = 1; role < items.masks.size(); ++role) {
    if (label.person != 0 && (label.roles >> (role - 1) & 1) != 0) items.masks[role] = bit;
  }
  return items_called(items);
}

Case Scenario::event() const {
  Case event;
  event.kind = kind;
  event.source = source;
  event.happened = now;
  event.labels = labels;
  event.facts = &facts;
  return event;
}

Outcome Rehearsal::run(const Scenario& scenario) {
  const Case event = scenario.event();
  decide(event, scenario.state, agreements_, directory_, scenario.now, decision_);
  std::map<std::string, std::set<std::string>> opened;
  for (const DeskDecision& desk : decision_.desks) {
    auto& items = opened[directory_.desk(desk.desk)->name];
    for (std::size_t i = 0; i < event.labels.size(); ++i) {
      const Reason& reason = desk.reasons[i];
      if (reason.why == Why::Never) forbade_.insert(reason.detail);
      if (!desk.granted[i]) continue;
      items.merge(items_called(event.labels[i]));
      granted_.insert({reason.clause.agreement, reason.clause.clause});
    }
  }
  for (const Reason& reason : decision_.near) {
    if (reason.why == Why::Never) forbade_.insert(reason.detail);
    else withheld_.insert({reason.clause.agreement, reason.clause.clause});
  }
  return compared(scenario, opened);
}

Outcome Rehearsal::compared(const Scenario& scenario, std::map<std::string, std::set<std::string>>& opened) const {
  Outcome outcome;
  const auto say = [&](const std::string& words) { outcome.differences.push_back(words); };
  for (const Expected& expected : scenario.then) {
    const std::string& name = desk_called(directory_, expected.desk)->name;
    const std::set<std::string> items = opened[name];
    opened.erase(name);
    const std::set<std::string> missing = without(expected.items, items), more = without(items, expected.items);
    const std::string line = "line " + std::to_string(expected.place.line) + ": " + expected.desk;
    if (!missing.empty()) say(line + " must be able to open " + listed(missing) + ", and is not");
    if (!more.empty()) say(line + " may open " + listed(more) + ", and must not");
  }
  if (!scenario.others_nothing) return outcome;
  for (const auto& [name, items] : opened) say(name + " may open " + listed(items) + ", and nobody else must");
  return outcome;
}

std::vector<std::string> Rehearsal::unexercised() const {
  std::vector<std::string> words;
  const auto all = agreements_.agreements();
  for (std::uint16_t a = 0; a < all.size(); ++a) {
    const Agreement& agreement = all[a].agreement;
    for (std::uint16_t c = 0; c < agreement.clauses.size(); ++c) {
      const std::string name = agreement.name + " " + agreement.clauses[c].id;
      if (!granted_.contains({a, c})) words.push_back(name + " never granted anything");
      if (agreement.clauses[c].when && !withheld_.contains({a, c})) words.push_back(name + " never withheld anything");
    }
  }
  for (std::uint16_t index = 0; agreements_.never(index) != nullptr; ++index) {
    if (!forbade_.contains(index)) words.push_back(agreements_.never_name(index) + " never forbade anything");
  }
  return words;
}

}  // namespace concordat::policy::questions
