// audit: why a desk was told what it was told: see explain.h.
#include "broker/audit/explain.h"

#include <algorithm>

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

Json granted_row(const policy::InForce& agreements, const std::string& item, const wire::RecordedDesk::Clause& recorded) {
  const policy::ClauseRef ref{recorded.agreement, recorded.clause};
  Json row = Json::object();
  row.set("item", Json::text(item));
  row.set("clause", Json::text(agreements.name(ref)));
  const policy::Clause* clause = agreements.clause(ref);
  if (clause == nullptr) return row;
  row.set("purpose", Json::text(clause->purpose));
  row.set("basis", Json::text(basis_in_words(*agreements.agreement(ref), *clause)));
  return row;
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

// What was recorded for the desk, item by item; what it was not granted carries the reason, and what would change it.
Json explain_desk(const Core& core, const Subject& subject, const directory::Desk& desk, const Told* told) {
  const policy::InForce& agreements = *core.world().agreements;
  const auto& body = subject.material->body;
  const auto event = case_of(subject.facts, subject.labels, static_cast<contract::Kind>(subject.leaf.kind), body.source, subject.header.time,
                             subject.header.revision);
  const auto explained =
      policy::explain(event, restored(body.state), agreements, *core.world().directory, subject.material->accepted, desk.number);
  Json row = Json::object();
  row.set("desk", Json::text(desk.name));
  Json may_open = Json::array();
  Json withheld = Json::array();
  const auto recorded = std::find_if(body.desks.begin(), body.desks.end(), [&](const auto& d) { return d.desk == desk.number; });
  std::size_t clause = 0;
  for (std::size_t i = 0; !explained.empty() && i < explained.front().items.size(); ++i) {
    const policy::ItemExplained& item = explained.front().items[i];
    const bool granted = recorded != body.desks.end() && (recorded->granted >> i & 1);
    if (granted) may_open.add(granted_row(agreements, item.item, recorded->clauses.at(clause++)));
    else withheld.add(withheld_row(item));
  }
  row.set("may_open", std::move(may_open));
  row.set("withheld", std::move(withheld));
  if (!explained.empty()) row.set("clauses_that_did_not_grant", clauses_tried(explained.front()));
  if (told != nullptr) row.set("told", progress_row(*told));
  else row.set("told", Json::text("nothing"));
  return row;
}

}  // namespace

Result<Json> explain_event(const Core& core, const EventId& event, const std::string& desk_name, const store::Log& log, const std::string& broker,
                           BucketKeys& keys) {
  const Sequence sequence = core.state().find(event);
  if (sequence == 0) return fail(Fault::Malformed, code::kNotFound, "event " + event.hex());
  TRY(MaterialPtr material, read_material(log, broker, keys, sequence));
  if (material == nullptr) return fail(Fault::Refused, code::kErased, "event " + event.hex());
  TRY(const Subject subject, subject_of(std::move(material)));
  const EventEntry& entry = *core.state().event(sequence);
  Json answer = Json::object();
  answer.set("event", Json::text(event.hex()));
  answer.set("record", Json::number(static_cast<std::int64_t>(sequence)));
  answer.set("accepted", Json::text(to_text(subject.material->accepted)));
  answer.set("from", Json::text(subject.material->body.adapter));
  const bool same = subject.material->body.agreements == core.world().agreements_digest;
  if (!same) answer.set("note", Json::text("agreements have changed since; reasons are as of now, grants as recorded"));
  Json desks = Json::array();
  for (const auto& desk : core.world().directory->desks) {
    const bool meant = desk_name.empty() ? entry.find(desk.number) != nullptr : desk.name == desk_name || desk.name.ends_with("/" + desk_name);
    if (!meant) continue;
    desks.add(explain_desk(core, subject, desk, entry.find(desk.number)));
  }
  if (desks.elements().empty() && !desk_name.empty()) return fail(Fault::Malformed, code::kNotFound, "desk " + desk_name);
  answer.set("desks", std::move(desks));
  return answer;
}

}  // namespace concordat::broker
