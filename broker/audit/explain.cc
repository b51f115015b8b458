// audit: why a desk was told what it was told: see explain.h.
#include "broker/audit/explain.h"

#include <algorithm>

#include "broker/admit/admit.h"
#include "broker/append/recover.h"
#include "broker/deliver/deliver.h"
#include "broker/deliver/words.h"
#include "policy/agreement/in_force.h"
#include "proto/wire/event.h"

namespace concordat::broker {
namespace {

using text::Json;

struct Subject {
  MaterialPtr material;
  std::vector<seal::Label> labels;
};

// The reasons for one desk, from the recorded facts and state, under the agreements as they are now.
policy::DeskDecision why_desk(const Core& core, const Material& material, DeskNumber desk) {
  policy::Decision decision;
  policy::StateFacts state;
  decide_again(core.state(), core.world(), material.accepted, material, material.body.state.unread_minutes, material.body.state.missed_by, decision, state);
  for (auto& decided : decision.desks) {
    if (decided.desk == desk) return decided;
  }
  policy::DeskDecision nothing;
  nothing.desk = desk;
  for (const auto& near : decision.near) {
    const policy::Clause* clause = core.world().agreements->clause(near.clause);
    const directory::Desk* reader = core.world().directory->desk(desk);
    if (clause == nullptr || reader == nullptr || !reader->name.ends_with("/" + clause->to.name)) continue;
    nothing.reasons.fill(near);
    break;
  }
  return nothing;
}

Sequence find_event(const Core& core, const EventId& event) {
  for (const auto& party : core.world().directory->parties) {
    if (const Sequence sequence = core.state().find(party.number, event); sequence != 0) return sequence;
  }
  return 0;
}

// "victim.home_address", or "case.incident_place".
std::string item_name(const seal::Label& label) {
  std::string who;
  for (const auto& role : contract::words<contract::Role>()) {
    if (label.roles >> (role.number - 1) & 1) who += (who.empty() ? "" : "+") + std::string(role.name);
  }
  return (who.empty() ? "case" : who) + "." + std::string(contract::name_of(static_cast<contract::Item>(label.item)));
}

std::string_view reason_in_words(policy::Why why) {
  switch (why) {
    case policy::Why::Granted: return "granted";
    case policy::Why::NoClause: return "no clause names this desk for this kind and sender";
    case policy::Why::ConditionFailed: return "the clause's condition is not met";
    case policy::Why::NotInItems: return "the clause does not list it";
    case policy::Why::Never: return "a `never` forbids it under any clause";
    case policy::Why::Consent: return "consent is required and is not there";
    case policy::Why::Conflict: return "somebody in the case works there";
    case policy::Why::Suspended: return "the desk or its party is suspended";
    case policy::Why::NotServed: return "the desk does not serve the area";
  }
  return "not granted";
}

Json granted_row(const policy::InForce& agreements, const seal::Label& label, const wire::RecordedDesk::Clause& recorded) {
  const policy::ClauseRef ref{recorded.agreement, recorded.clause};
  Json row = Json::object();
  row.set("item", Json::text(item_name(label)));
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

// What was recorded for the desk, item by item; what it was not granted carries the reason that deciding again gives.
Json explain_desk(const Core& core, const Subject& subject, const directory::Desk& desk, const Told* told) {
  const policy::InForce& agreements = *core.world().agreements;
  Json row = Json::object();
  row.set("desk", Json::text(desk.name));
  Json may_open = Json::array();
  Json withheld = Json::array();
  const auto& desks = subject.material->body.desks;
  const auto recorded = std::find_if(desks.begin(), desks.end(), [&](const auto& d) { return d.desk == desk.number; });
  const policy::DeskDecision decided = why_desk(core, *subject.material, desk.number);
  std::size_t clause = 0;
  for (std::size_t i = 0; i < subject.labels.size(); ++i) {
    if (recorded != desks.end() && (recorded->granted >> i & 1)) {
      may_open.add(granted_row(agreements, subject.labels[i], recorded->clauses.at(clause++)));
      continue;
    }
    Json item = Json::object();
    item.set("item", Json::text(item_name(subject.labels[i])));
    item.set("because", Json::text(reason_in_words(decided.reasons[i].why)));
    if (decided.reasons[i].clause != policy::ClauseRef{}) item.set("clause", Json::text(agreements.name(decided.reasons[i].clause)));
    withheld.add(std::move(item));
  }
  row.set("may_open", std::move(may_open));
  row.set("withheld", std::move(withheld));
  if (told != nullptr) row.set("told", progress_row(*told));
  else row.set("told", Json::text("nothing"));
  return row;
}

}  // namespace

Result<Json> explain_event(const Core& core, const EventId& event, const std::string& desk_name, const store::Log& log, const std::string& broker,
                           BucketKeys& keys) {
  const Sequence sequence = find_event(core, event);
  if (sequence == 0) return fail(Fault::Malformed, code::kNotFound, "event " + event.hex());
  Subject subject;
  TRY(subject.material, read_material(log, broker, keys, sequence));
  if (subject.material == nullptr) return fail(Fault::Refused, code::kErased, "event " + event.hex());
  for (const auto& leaf : subject.material->body.leaves) subject.labels.push_back(*seal::Label::decode(leaf.label));
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
