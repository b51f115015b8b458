// What stage directions do to the world, and what questions are answered: the second half of director.h.
#include <algorithm>

#include "broker/audit/explain.h"
#include "tests/scenario/apart.h"
#include "tests/scenario/director.h"
#include "tests/scenario/words.h"

namespace concordat::scenario {
namespace {

Result<Bytes> replaced(const Bytes& text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at == Bytes::npos || text.find(from, at + 1) != Bytes::npos) return wrong("the agreement does not say exactly once: " + from);
  Bytes changed = text;
  return changed.replace(at, from.size(), to);
}

/// A clause, duty or never of an agreement's file: from the end of the line before it to the end of its last.
Result<std::pair<std::size_t, std::size_t>> clause_in(const Bytes& file, const std::string& id) {
  std::size_t first = Bytes::npos;
  for (const std::string& begins : {"\n  - id: " + id + " ", "\n  - id: " + id + "\n", "\n  - {id: " + id + ","}) first = std::min(first, file.find(begins));
  if (first == Bytes::npos) return wrong("the agreement has no clause `" + id + "`");
  auto last = file.find('\n', first + 1);
  while (last != Bytes::npos && file.compare(last + 1, 4, "    ") == 0) last = file.find('\n', last + 1);
  return std::pair(first, std::min(last, file.size()));
}

Result<directory::Party*> party_in(directory::Directory& directory, const std::string& word) {
  std::vector<std::string_view> right;
  for (directory::Party& party : directory.parties) {
    if (party.name == party_named(word)) return &party;
    right.push_back(party.name);
  }
  return no_such("party", word, right);
}
}  // namespace

// ---- the world -----------------------------------------------------------------------------------------------------------

Result<int> Director::restart(const Words&) {
  house_.restart();
  return 0;
}

Result<int> Director::amend(const Words& words) {
  TRY(const Bytes changed, replaced(house_.agreement(), with_lines(words[1]), with_lines(words[0])));
  house_.adopt_agreement(changed);
  return 0;
}
Result<int> Director::gain(const Words& words) {
  const Bytes file = house_.agreement();
  const std::string next = file.find("\nduties:") == Bytes::npos ? "\nnever:" : "\nduties:";
  TRY(const Bytes changed, replaced(file, next, "\n  - " + words[0] + next));
  house_.adopt_agreement(changed);
  return 0;
}
Result<int> Director::lose(const Words& words) {
  Bytes file = house_.agreement();
  TRY(const auto place, clause_in(file, words[0]));
  house_.adopt_agreement(file.erase(place.first, place.second - place.first));
  return 0;
}
Result<int> Director::withdraw_agreement(const Words&) {
  house_.adopt_agreement("");
  return 0;
}
Result<int> Director::restore_agreement(const Words&) {
  house_.adopt_agreement(first_agreement_);
  return 0;
}

Result<int> Director::change_directory(const std::function<Result<int>(directory::Directory&)>& change) {
  Result<int> done = 0;
  auto changed = test::next_version(house_.directory(), [&](directory::Directory& directory) { done = change(directory); });
  TRY_VOID(done);
  house_.adopt_directory(std::move(changed));
  return 0;
}

Result<int> Director::mark_suspended(const std::string& whom, bool suspended) {
  return change_directory([&](directory::Directory& directory) -> Result<int> {
    for (directory::Party& party : directory.parties) {
      if (party.name != party_named(whom)) continue;
      party.suspended = suspended;
      return 0;
    }
    TRY(const DeskNumber number, house_.desk(whom));
    for (directory::Desk& desk : directory.desks) {
      if (desk.number == number) desk.suspended = suspended;
    }
    return 0;
  });
}
Result<int> Director::suspend(const Words& words) { return mark_suspended(words[0], true); }
Result<int> Director::let_in(const Words& words) { return mark_suspended(words[0], false); }

Result<int> Director::name_alternative(const Words& words) {
  TRY(const DeskNumber other, house_.desk(words[0]));
  TRY(const DeskNumber number, house_.desk(words[1]));
  return change_directory([&](directory::Directory& directory) -> Result<int> {
    for (directory::Desk& desk : directory.desks) {
      if (desk.number == number) desk.alternative = other;
    }
    return 0;
  });
}

Result<int> Director::let_assert(const Words& words) {
  TRY(const contract::Kind kind, kind_of(words[1]));
  return change_directory([&](directory::Directory& directory) -> Result<int> {
    TRY(directory::Party* const party, party_in(directory, words[0]));
    party->asserts.push_back(kind);
    std::sort(party->asserts.begin(), party->asserts.end());
    return 0;
  });
}
Result<int> Director::forbid_asserting(const Words& words) {
  TRY(const contract::Kind kind, kind_of(words[1]));
  return change_directory([&](directory::Directory& directory) -> Result<int> {
    TRY(directory::Party* const party, party_in(directory, words[0]));
    std::erase(party->asserts, kind);
    return 0;
  });
}

// ---- questions -----------------------------------------------------------------------------------------------------------

Result<int> Director::ask_duties(const Words& words) {
  TRY(const DeskNumber desk, house_.desk(words[0]));
  TRY(const sdk::OpenedEvent* const opened, house_.opened(desk, words[1]));
  const wire::DecisionStatement& decision = opened->decision;
  for (const auto& clause : decision.clauses) tell("use it for " + clause.purpose + ", under " + clause.basis);
  const auto by = [&](const char* what, Instant at) {
    if (at != Instant{}) tell(std::string(what) + " by " + clock_in_words(at, house_.stage.now));
  };
  by("read it", decision.read_by);
  by("act on it", decision.act_by);
  const auto* entry = house_.stage.state().event(decision.sequence);
  const auto* told = entry == nullptr ? nullptr : entry->find(desk);
  std::string chain;
  for (std::size_t i = 0; told != nullptr && i < told->then.size(); ++i) chain += (chain.empty() ? "" : ", then ") + house_.word_of(told->then[i]);
  if (!chain.empty()) tell("otherwise told: " + chain);
  tell("keep it " + decision.keep_rule);
  tell("pass it on " + decision.onward);
  return 0;
}

Result<text::Json> Director::explained(const std::string& word, const std::string& reference) {
  TRY(const DeskNumber desk, house_.desk(word));
  TRY(const EventId event, house_.newest(reference));
  auto& stage = house_.stage;
  TRY(const text::Json answer,
      broker::explain_event(stage.process().core(), event, house_.directory().desk(desk)->name, stage.process().engine(), test::kBroker, stage.machine.keys));
  return answer.member("desks")->elements().front().second;
}

Result<int> Director::ask_kept(const Words& words) {
  TRY(const text::Json desk, explained(words[0], words[1]));
  std::vector<std::pair<std::string, std::string>> groups;
  for (const auto& [name, row] : desk.member("withheld")->elements()) {
    const std::string& because = row.member("because")->scalar();
    const auto at = std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.first == because; });
    if (at == groups.end()) groups.emplace_back(because, row.member("item")->scalar());
    else at->second += " " + row.member("item")->scalar();
  }
  for (const auto& [because, items] : groups) {
    tell(items);
    tell("  because " + because);
  }
  return 0;
}

Result<int> Director::ask_why(const Words& words) {
  TRY(const text::Json desk, explained(words[0], words[1]));
  if (desk.member("told")->kind() != text::Json::Kind::Text) return wrong(words[0] + " is told of " + words[1]);
  const auto& tried = desk.member("clauses_that_did_not_grant")->elements();
  if (tried.empty()) tell("no clause of this kind and sender leads to the desk");
  for (const auto& [name, row] : tried) {
    tell(row.member("clause")->scalar());
    tell("  " + row.member("because")->scalar());
    if (const auto* remedy = row.member("remedy")) tell("  " + remedy->scalar());
  }
  return 0;
}

Result<int> Director::ask_untold(const Words& words) {
  TRY_VOID(house_.newest(words[0]));
  std::string names;
  for (const auto& desk : house_.directory().desks) {
    const std::string word = house_.word_of(desk.number);
    TRY(const text::Json one, explained(word, words[0]));
    if (one.member("told")->kind() == text::Json::Kind::Text) names += (names.empty() ? "" : ", ") + word;
  }
  tell(names.empty() ? "nobody" : names);
  return 0;
}

}  // namespace concordat::scenario
