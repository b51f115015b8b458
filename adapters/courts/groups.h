// What was said of a defendant, sorted by outcome: results, pleas and verdicts that are one piece of news. Private to this folder.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/courts/hearing.h"
#include "adapters/courts/tables.h"

namespace concordat::courts {

/// One thing that the court said: a result, a plea or a verdict.
struct Entry {
  std::optional<std::size_t> charge;
  std::string code, label, ordered, plea, verdict, convicted;
  bool final = false, amended = false;
  std::string of;                  ///< The offence, as name_of_charge() has it; empty: of the defendant or the case.
  std::string annuls;              ///< What was decided of it before and does not stand after this: see standing.h.
  std::vector<std::string> marks;  ///< By any of which it is known again.
};

/// All that is one outcome.
struct Group {
  std::string outcome, order, change;
  std::vector<Entry> entries;
  std::set<std::string> conditions;
  std::string until;
  bool until_further_order = false;
  std::vector<std::string> measures;
};

std::vector<Group> groups_of(const Hearing& hearing, const Defendant& defendant, const Tables& tables);

bool is_bail(const std::string& outcome);
bool is_sentence(const std::string& outcome);
bool is_order(const std::string& outcome);

/// What an offence is called in every hearing of its case.
std::string name_of_charge(const Defendant& defendant, std::size_t charge);

/// The London day of a date or time as written; the text itself if it is none.
std::string day_text(std::string_view written);

}  // namespace concordat::courts
