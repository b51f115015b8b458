// Scenarios: what an agreement must do in cases that its authors wrote down beside it, and which of its clauses and
// conditions no scenario exercises. Read from YAML with file, line and column in every refusal.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "policy/agreement/in_force.h"
#include "policy/decide.h"

namespace concordat::policy::questions {

/// A desk by its whole name or the short one; nothing if none is called so.
const directory::Desk* desk_called(const directory::Directory& directory, std::string_view name);
/// "victim.name", "case.court_outcome".
std::set<std::string> items_called(const ItemsByRole& items);
/// Of a person with two roles under each.
std::set<std::string> items_called(const seal::Label& label);

/// What a desk must be able to open: exactly these, none of them unsaid.
struct Expected {
  std::string desk;                ///< As the agreements call it.
  std::set<std::string> items;     ///< "victim.name", "case.court_outcome"; empty: it is told nothing.
  text::Place place;
};

struct Scenario {
  std::string id;
  std::string cites;               ///< What asks for it: "CE Protection", "N12"; may be empty.
  text::Place place;
  // The event.
  contract::Kind kind{};
  PartyNumber source;
  contract::FactSet facts;
  std::vector<seal::Label> labels;
  StateFacts state;
  Instant now;
  // What must come of it.
  std::vector<Expected> then;
  bool others_nothing = false;     ///< No other desk is told anything.

  Case event() const;              ///< Points into this.
};

struct ScenarioFile {
  std::string file;
  std::vector<std::string> agreements;  ///< Files beside it, as it names them.
  std::vector<Scenario> scenarios;
};

/// The names of the agreements' files alone; they must be read before the scenarios can be.
Result<std::vector<std::string>> read_scenario_head(std::string file, ByteView bytes);
/// E-YAML, E-WORD, E-MEANING: a kind, party, desk, role, item or fact that is none, or a fact of another scope.
Result<ScenarioFile> read_scenarios(std::string file, ByteView bytes, const InForce& agreements, const directory::Directory& directory);

/// What differs from what was expected, in words; empty if nothing does.
struct Outcome {
  std::vector<std::string> differences;
};

/// Runs scenarios of one set of agreements, and remembers what they exercised. Not for sharing between threads.
class Rehearsal {
 public:
  Rehearsal(const InForce& agreements, const directory::Directory& directory) : agreements_(agreements), directory_(directory) {}
  Outcome run(const Scenario& scenario);

  /// Clauses, duties and prohibitions that never did anything: "cheshire-east/marac cover-out-of-hours never granted".
  std::vector<std::string> unexercised() const;

 private:
  Outcome compared(const Scenario& scenario, std::map<std::string, std::set<std::string>>& opened) const;

  const InForce& agreements_;
  const directory::Directory& directory_;
  Decision decision_;
  std::set<std::pair<std::uint16_t, std::uint16_t>> granted_;  ///< Agreement and clause.
  std::set<std::pair<std::uint16_t, std::uint16_t>> withheld_;
  std::set<std::uint16_t> forbade_;
};

}  // namespace concordat::policy::questions
