// audit: why a desk was told what it was told: see explain.h.
#include "broker/audit/explain.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "broker/admit/admit.h"
#include "broker/append/recover.h"
#include "broker/deliver/words.h"
#include "policy/agreement/in_force.h"
#include "policy/explain.h"
#include "proto/wire/event.h"

namespace concordat::broker {
namespace {

using text::Json;

// The event as decide saw it: recorded facts, recorded state.
struct Subject {
  MaterialPtr material;
  wire::Header header;
  wire::EventLeaf leaf;
  std::vector<seal::Label> labels;
  contract::FactSet facts;
};

/// "victim.home_address", as policy::explain says it.
std::string item_name(const seal::Label& label) {
  std::string who = label.roles == 0 ? "case" : "";
  for (const contract::Word& role : contract::words<contract::Role>()) {
    if ((label.roles >> (role.number - 1) & 1) != 0) who += (who.empty() ? "" : "+") + std::string(role.name);
  }
  return who + "." + std::string(contract::name_of(static_cast<contract::Item>(label.item)));
}

Result<Subject> subject_of(MaterialPtr material) {
  Subject subject;
  TRY(subject.header, wire::decode_header(material->body.header));
  TRY(subject.leaf, wire::decode_event_leaf(material->body.event_leaf));
  std::vector<Bytes> facts;
  for (const auto& leaf : material->body.leaves) {
    subject.labels.push_back(*seal::Label::decode(leaf.label));
    facts.push_back(leaf.facts);
  }
  TRY(subject.facts, contract::collect_facts(subject.leaf.facts, subject.labels, facts));
  subject.material = std::move(material);
  return subject;
}

using Clause = wire::RecordedDesk::Clause;
/// The clause that each label was granted under, by the label's place.
using Grants = std::map<std::size_t, Clause>;

Grants grants_of(std::uint64_t granted, const std::vector<Clause>& clauses) {
  Grants grants;
  std::size_t next = 0;
  for (std::size_t label = 0; label < 64; ++label) {
    if ((granted >> label & 1) != 0) grants[label] = next < clauses.size() ? clauses[next] : Clause{0xffff, 0xffff};
    next += granted >> label & 1;
  }
  return grants;
}

/// `world` is that of the record's time; without it a clause has no name any more.
std::string clause_name(const Clause& recorded, const World* world) {
  const policy::ClauseRef ref{recorded.agreement, recorded.clause};
  if (world != nullptr && world->agreements->clause(ref) != nullptr) return world->agreements->name(ref);
  return "number " + std::to_string(recorded.clause + 1) + " of a set of agreements that is not in the log";
}

Json grant_rows(const Subject& subject, const Grants& grants, const World* world) {
  Json rows = Json::array();
  for (const auto& [label, recorded] : grants) {
    const policy::ClauseRef ref{recorded.agreement, recorded.clause};
    const policy::Clause* clause = world == nullptr ? nullptr : world->agreements->clause(ref);
    Json row = Json::object();
    row.set("item", Json::text(item_name(subject.labels.at(label))));
    row.set("clause", Json::text(clause_name(recorded, world)));
    if (clause != nullptr) row.set("purpose", Json::text(clause->purpose)).set("basis", Json::text(basis_in_words(*world->agreements->agreement(ref), *clause)));
    rows.add(std::move(row));
  }
  return rows;
}

Json progress_row(const Told& told) {
  Json row = Json::object();
  row.set("progress", Json::text(contract::name_of(static_cast<contract::ProgressState>(told.progress))));
  row.set("handed_over", Json::boolean(told.handed));
  if (told.read_by != Instant{}) row.set("read_by", Json::text(to_text(told.read_by)));
  if (told.act_by != Instant{}) row.set("act_by", Json::text(to_text(told.act_by)));
  if (told.escalated) row.set("escalated", Json::boolean(true));
  return row;
}

Json withheld_row(const policy::ItemExplained& item) {
  Json row = Json::object();
  row.set("item", Json::text(item.item));
  row.set("because", Json::text(item.because));
  if (!item.remedy.empty()) row.set("remedy", Json::text(item.remedy));
  if (!item.clause.empty()) row.set("clause", Json::text(item.clause));
  return row;
}

Json clauses_tried(const policy::DeskExplained& explained) {
  Json list = Json::array();
  for (const auto& clause : explained.clauses) {
    Json row = Json::object();
    row.set("clause", Json::text(clause.clause));
    row.set("because", Json::text(clause.because));
    if (!clause.remedy.empty()) row.set("remedy", Json::text(clause.remedy));
    list.add(std::move(row));
  }
  return list;
}

/// Explains the event from what the log says of it.
class Explanation {
 public:
  Explanation(const ExplainQuestion& question, const Subject& subject, const History& history, WorldsOfThen& worlds)
      : question_(question), subject_(subject), history_(history), worlds_(worlds) {}

  Json desk(DeskNumber number) {
    const DecisionMade& made = decision_for(number);
    const World* then = worlds_.before(made.record, made.agreements);
    const Told* told = question_.entry.find(number);
    const wire::RecordedDesk* recorded = recorded_for(made, number);
    const Grants granted = recorded == nullptr ? Grants{} : grants_of(recorded->granted, recorded->clauses);
    Json row = Json::object();
    row.set("desk", Json::text(name_of(number, then)));
    if (question_.world.directory->desk(number) == nullptr) row.set("note", Json::text("the desk is no longer in the directory"));
    row.set("may_open", grant_rows(subject_, granted, then));
    explain_rest(row, number, made, then, granted);
    if (told == nullptr) return row.set("told", Json::text("nothing"));
    row.set("told", progress_row(*told));
    row.set("decided", decided_row(made, then));
    return row.set("handed_over", handed_rows(number, granted, then));
  }

  /// As directories name it, the newest first.
  std::string name_of(DeskNumber number, const World* then) const {
    for (const World* world : {&question_.world, then}) {
      const directory::Desk* desk = world == nullptr ? nullptr : world->directory->desk(number);
      if (desk != nullptr) return desk->name;
    }
    return "desk " + std::to_string(number.value);
  }
  std::string name_of(DeskNumber number) { return name_of(number, worlds_.before(decision_for(number).record, decision_for(number).agreements)); }

 private:
  static const wire::RecordedDesk* recorded_for(const DecisionMade& made, DeskNumber number) {
    const auto found = std::find_if(made.desks.begin(), made.desks.end(), [&](const auto& desk) { return desk.desk == number; });
    return found == made.desks.end() ? nullptr : &*found;
  }

  /// The decision that told the desk; for one that was told nothing, the first.
  const DecisionMade& decision_for(DeskNumber number) const {
    const auto found = std::find_if(history_.decisions.begin(), history_.decisions.end(), [&](const auto& made) { return recorded_for(made, number) != nullptr; });
    return found == history_.decisions.end() ? history_.decisions.front() : *found;
  }

  // Reasons are worked out again from what was recorded, under the agreements and the directory of then.
  void explain_rest(Json& row, DeskNumber number, const DecisionMade& made, const World* then, const Grants& granted) const {
    const World& world = then != nullptr ? *then : question_.world;
    if (then == nullptr) row.set("reasons", Json::text("the agreements of then are not in the log; reasons are as of now"));
    const auto& body = subject_.material->body;
    const auto event = case_of(subject_.facts, subject_.labels, static_cast<contract::Kind>(subject_.leaf.kind), body.source, subject_.header.time,
                               subject_.header.revision);
    const auto explained = policy::explain(event, restored(made.state), *world.agreements, *world.directory, made.at, number);
    Json withheld = Json::array();
    if (!explained.empty()) {
      for (const auto& item : explained.front().items) {
        if (!granted.contains(item.label)) withheld.add(withheld_row(item));
      }
    }
    row.set("withheld", std::move(withheld));
    if (!explained.empty()) row.set("clauses_that_did_not_grant", clauses_tried(explained.front()));
  }

  Json decided_row(const DecisionMade& made, const World* then) const {
    Json row = Json::object();
    row.set("record", number(made.record)).set("time", Json::text(to_text(made.at)));
    if (made.waited) {
      constexpr std::array<std::string_view, 4> why{"its content is gone", "nobody was registered for it in time", "a victim was registered for it",
                                                    "whose it is had become doubtful: several victims may be meant"};
      return row.set("because", Json::text(why[made.state.registered & 3]));
    }
    if (made.missed_by.value == 0) return row.set("because", Json::text("the event was accepted"));
    return row.set("because", Json::text(name_of(made.missed_by, then) + (made.act ? " had not acted on it in time" : " had not read it in time")));
  }

  Json handed_rows(DeskNumber desk, const Grants& decided, const World* then) const {
    Json rows = Json::array();
    for (const HandedOnce& handed : history_.handed) {
      if (handed.desk == desk) rows.add(handed_row(handed, decided, then));
    }
    return rows;
  }

  // What was decided again at the hand-over went under the clauses of that decision, everything else under those it was told by.
  Json handed_row(const HandedOnce& handed, const Grants& decided, const World* then) const {
    const auto& again = handed.item.again;
    Grants granted = again.empty() ? decided : grants_of(handed.item.granted, again.front().clauses);
    std::erase_if(granted, [&](const auto& grant) { return (handed.item.granted >> grant.first & 1) == 0; });
    const World* under = again.empty() ? then : worlds_.before(handed.record, handed.agreements);
    Json items = Json::array();
    std::set<std::string> clauses;
    for (const auto& [label, clause] : granted) {
      items.add(Json::text(item_name(subject_.labels.at(label))));
      clauses.insert(clause_name(clause, under));
    }
    Json names = Json::array();
    for (const auto& name : clauses) names.add(Json::text(name));
    Json row = Json::object();
    row.set("time", Json::text(to_text(handed.at))).set("record", number(handed.record)).set("delivery", number(handed.item.delivery));
    row.set("to", Json::text(handed.client)).set("attempt", number(handed.item.attempt)).set("decided_again", Json::boolean(!again.empty()));
    return row.set("less_than_decided", Json::boolean(handed.item.narrowed)).set("items", std::move(items)).set("under", std::move(names));
  }

  static Json number(std::uint64_t value) { return Json::number(static_cast<std::int64_t>(value)); }

  const ExplainQuestion& question_;
  const Subject& subject_;
  const History& history_;
  WorldsOfThen& worlds_;
};

/// "idva" or "council/idva" or "11" of council/idva, desk 11.
bool is_named(const std::string& asked, const std::string& name, DeskNumber number) {
  return name == asked || name.ends_with("/" + asked) || asked == std::to_string(number.value);
}

// Who was told, and whoever else is asked for by name.
std::vector<DeskNumber> desks_meant(const ExplainQuestion& question, Explanation& explanation) {
  std::vector<DeskNumber> desks;
  for (const Told& told : question.entry.told) {
    if (question.desk.empty() || is_named(question.desk, explanation.name_of(told.desk), told.desk)) desks.push_back(told.desk);
  }
  for (const auto& desk : question.world.directory->desks) {
    const bool known = std::find(desks.begin(), desks.end(), desk.number) != desks.end();
    if (!known && !question.desk.empty() && is_named(question.desk, desk.name, desk.number)) desks.push_back(desk.number);
  }
  return desks;
}

}  // namespace

Result<ExplainQuestion> explain_question(const Core& core, const EventId& event, const std::string& desk) {
  const Sequence sequence = core.state().find(event);
  if (sequence == 0) return fail(Fault::Malformed, code::kNotFound, "event " + event.hex());
  return ExplainQuestion{event, sequence, *core.state().event(sequence), core.world(), desk, core.state().cases.waits_until(sequence)};
}

Result<Json> explain(const ExplainQuestion& question, const store::Log& log, const std::string& broker, BucketKeys& keys, const Worlds& worlds) {
  TRY(MaterialPtr material, read_material(log, broker, keys, question.sequence));
  if (material == nullptr) return fail(Fault::Refused, code::kErased, "event " + question.event.hex());
  TRY(const Subject subject, subject_of(std::move(material)));
  TRY(const History history, history_of(log, broker, keys, *subject.material));
  WorldsOfThen of_then(log, broker, keys, question.world, worlds);
  Explanation explanation(question, subject, history, of_then);
  Json answer = Json::object();
  answer.set("event", Json::text(question.event.hex()));
  answer.set("record", Json::number(static_cast<std::int64_t>(question.sequence)));
  answer.set("accepted", Json::text(to_text(subject.material->accepted)));
  answer.set("from", Json::text(subject.material->body.adapter));
  answer.set("kind", Json::text(contract::name_of(static_cast<contract::Kind>(subject.leaf.kind))));
  if (const auto due = question.waits_until; due != Instant{}) answer.set("waits_for_registration_until", Json::text(to_text(due)));
  if (subject.material->body.agreements != question.world.agreements_digest) answer.set("note", Json::text("agreements have changed since; grants and reasons are of then"));
  Json desks = Json::array();
  for (const DeskNumber desk : desks_meant(question, explanation)) desks.add(explanation.desk(desk));
  if (desks.elements().empty() && !question.desk.empty()) return fail(Fault::Malformed, code::kNotFound, "desk " + question.desk);
  answer.set("desks", std::move(desks));
  return answer;
}

Result<Json> explain_event(const Core& core, const EventId& event, const std::string& desk, const store::Log& log, const std::string& broker,
                           BucketKeys& keys, const Worlds& worlds) {
  TRY(const ExplainQuestion question, explain_question(core, event, desk));
  return explain(question, log, broker, keys, worlds);
}

}  // namespace concordat::broker
