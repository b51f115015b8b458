// Items by who may open them, each cell with the clauses that say so: see parts.h.
#include <algorithm>
#include <map>

#include "policy/document/parts.h"

namespace concordat::policy::document {
namespace {

/// Columns in the order of parties and desks; recipients that the file does not name as desks follow.
struct Columns {
  std::vector<std::string> names;
  std::size_t of(const std::string& name) {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at != names.end()) return static_cast<std::size_t>(at - names.begin());
    names.push_back(name);
    return names.size() - 1;
  }
};

/// Row and column to the clauses' numbers.
using Cells = std::map<std::pair<std::size_t, std::size_t>, std::vector<std::string>>;

constexpr std::size_t row_of(std::size_t subject, contract::Item item) { return subject * 64 + static_cast<std::size_t>(item); }

std::vector<std::string> told(const Agreement& agreement, const Recipient& to) {
  if (to.by == Recipient::By::Desk) return {to.name};
  if (to.by == Recipient::By::Party)
    return {called(agreement, to.name) + (to.acting_for.empty() ? "" : " for " + called(agreement, to.acting_for))};
  std::vector<std::string> desks;
  for (const PartySpec& party : agreement.parties) {
    for (const DeskSpec& desk : party.desks) {
      if (desk.role == to.role) desks.push_back(desk.name);
    }
  }
  return desks;
}

std::string cell(const std::vector<std::string>& numbers) {
  std::string text;
  for (const std::string& number : numbers) text += (text.empty() ? "" : ", ") + number;
  return text;
}

void enter(Cells& cells, std::size_t column, const ItemsByRole& items, const std::string& number) {
  for (std::size_t subject = 0; subject < items.masks.size(); ++subject) {
    for (const contract::ItemInfo& item : contract::kItems) {
      if ((items.masks[subject] >> static_cast<unsigned>(item.item) & 1) != 0) cells[{row_of(subject, item.item), column}].push_back(number);
    }
  }
}

void enter(Cells& cells, Columns& columns, const Agreement& agreement, const Clause& clause) {
  const std::string number = number_of(agreement, clause);
  for (const std::string& desk : told(agreement, clause.to)) enter(cells, columns.of(desk), clause.items, number);
  std::vector<std::string> later = clause.deliver.then;
  if (!clause.to.if_none.empty() && std::find(later.begin(), later.end(), clause.to.if_none) == later.end()) later.push_back(clause.to.if_none);
  for (const std::string& desk : later) enter(cells, columns.of(desk), clause.items, "(" + number + ")");
  if (!clause.onward) return;
  ItemsByRole passed = clause.items;
  for (std::uint64_t& mask : passed.masks) mask &= clause.onward->same_items ? ~std::uint64_t{0} : clause.onward->items;
  for (const std::string& desk : clause.onward->to) enter(cells, columns.of(desk), passed, number + ">");
}

}  // namespace

Table matrix(const Agreement& agreement) {
  Columns columns;
  for (const PartySpec& party : agreement.parties) {
    for (const DeskSpec& desk : party.desks) columns.of(desk.name);
  }
  Cells cells;
  for (const Clause& clause : agreement.clauses) enter(cells, columns, agreement, clause);
  Table table;
  table.columns.emplace_back("Item");
  for (const std::string& name : columns.names) table.columns.push_back(name);
  // People first, the case last.
  for (std::size_t i = 1; i <= ItemsByRole{}.masks.size(); ++i) {
    const std::size_t subject = i % ItemsByRole{}.masks.size();
    for (const contract::ItemInfo& item : contract::kItems) {
      const auto first = cells.lower_bound({row_of(subject, item.item), 0});
      if (first == cells.end() || first->first.first != row_of(subject, item.item)) continue;
      std::vector<std::string> row(table.columns.size());
      row[0] = plain(item.name) + " " + whose(subject);
      for (auto at = first; at != cells.end() && at->first.first == first->first.first; ++at) row[at->first.second + 1] = cell(at->second);
      table.rows.push_back(std::move(row));
    }
  }
  table.notes = {"A number is the clause under which a desk may open the item, where the clause's condition holds and no prohibition applies.",
                 "(n): only where nobody else serves the area, or a deadline of clause n was missed.",
                 "n>: whoever received it under clause n may pass it on to this desk."};
  return table;
}

}  // namespace concordat::policy::document
