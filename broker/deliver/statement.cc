// The decision statement: see statement.h.
#include "broker/deliver/statement.h"

#include <algorithm>

#include "broker/core/cases.h"
#include "broker/deliver/words.h"
#include "policy/agreement/in_force.h"
#include "proto/base/invariant.h"
#include "proto/contract/facts.h"
#include "proto/wire/event.h"

namespace concordat::broker {
namespace {

struct Read {
  wire::Header header;
  wire::EventLeaf leaf;
  std::vector<seal::Label> labels;
};

Read read(const Material& material) {
  auto header = wire::decode_header(material.body.header);
  auto leaf = wire::decode_event_leaf(material.body.event_leaf);
  INVARIANT(header && leaf, "what was admitted decodes");
  Read read{*std::move(header), *std::move(leaf), {}};
  for (const auto& recorded : material.body.leaves) read.labels.push_back(*seal::Label::decode(recorded.label));
  return read;
}

wire::DecisionStatement::Clause describe(const policy::InForce& agreements, wire::RecordedDesk::Clause recorded) {
  const policy::ClauseRef ref{recorded.agreement, recorded.clause};
  const policy::Agreement* agreement = agreements.agreement(ref);
  const policy::Clause* clause = agreements.clause(ref);
  INVARIANT(agreement != nullptr && clause != nullptr, "a grant names a clause of the set it was decided under");
  return {agreement->name + " v" + std::to_string(agreement->version), clause->id, clause->purpose, basis_in_words(*agreement, *clause),
          clause->duty};
}

void grant(wire::DecisionStatement& statement, const Offer& offer, const policy::InForce& agreements, const std::vector<seal::Label>& labels) {
  std::vector<wire::RecordedDesk::Clause> known;
  std::size_t index = 0;
  for (std::size_t bit = 0; bit < labels.size(); ++bit) {
    if ((offer.permitted.grant().granted >> bit & 1) == 0) continue;
    const auto clause = offer.permitted.grant().clauses.at(index++);
    auto at = std::find(known.begin(), known.end(), clause);
    if (at == known.end()) {
      known.push_back(clause);
      statement.clauses.push_back(describe(agreements, clause));
      at = known.end() - 1;
    }
    statement.grants.push_back({labels[bit], static_cast<std::uint16_t>(at - known.begin())});
  }
}

// A registration may have come after the event, and then it is of that one's case; where several are meant now, or none, of none of theirs.
void name_case(wire::DecisionStatement& statement, const Offer& offer, std::string_view desk, const seal::PseudonymKey& key) {
  const auto again = offer.permitted.again();
  if (!is_joined(static_cast<contract::Kind>(statement.kind)) || again.empty() || again.front().state.registered == static_cast<std::uint8_t>(policy::Registered::Unknown)) return;
  const Sequence registration = again.front().state.registration;
  statement.case_pseudonym = seal::pseudonym(key, desk, Writer().u64(case_of(registration == 0 ? offer.material->sequence : registration)).take());
}

// Facts a clause releases although their item is withheld: on the broker's word, from what the sender sealed.
void release_facts(wire::DecisionStatement& statement, const Offer& offer, const std::vector<seal::Label>& labels) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (offer.permitted.grant().granted >> i & 1) continue;
    const auto facts = contract::decode_facts(offer.material->body.leaves[i].facts);
    INVARIANT(facts.has_value(), "what was admitted has its facts");
    for (const auto& fact : *facts) {
      if (offer.permitted.grant().facts >> static_cast<unsigned>(fact.fact) & 1) statement.facts.push_back({labels[i].person, fact});
    }
  }
}

void name_people(wire::DecisionStatement& statement, const Material& material, std::string_view desk, const seal::PseudonymKey& key) {
  for (const auto& linked : material.body.people) {
    const Pseudonym name = seal::pseudonym(key, desk, Writer().u64(linked.cluster).take());
    if (linked.person == 0) {
      if (statement.case_pseudonym == Pseudonym{}) statement.case_pseudonym = name;
      continue;
    }
    const auto grant = std::find_if(statement.grants.begin(), statement.grants.end(), [&](const auto& g) { return g.label.person == linked.person; });
    if (grant != statement.grants.end()) statement.people.push_back({linked.person, grant->label.roles, name});
  }
}

Instant end_of(std::uint32_t days, std::uint8_t from, Instant accepted, Instant happened) {
  const auto when = static_cast<policy::KeepFrom>(from);
  if (days == 0 || when == policy::KeepFrom::OwnRecord || when == policy::KeepFrom::CaseClosed) return Instant{};
  return (when == policy::KeepFrom::Event ? happened : accepted) + std::chrono::days(days);
}

// The earliest end that is known now; the rule in words names the others.
Instant keep_until(const wire::RecordedDesk& granted, Instant accepted, Instant happened) {
  Instant until = end_of(granted.keep_days, granted.keep_from, accepted, happened);
  for (const auto& [days, from] : granted.keep_also) {
    const Instant end = end_of(days, from, accepted, happened);
    if (end != Instant{} && (until == Instant{} || end < until)) until = end;
  }
  return until;
}

}  // namespace

wire::DecisionStatement statement_for(const Offer& offer, DeskNumber desk, const World& world, const seal::PseudonymKey& pseudonyms) {
  const Material& material = *offer.material;
  const Read event = read(material);
  wire::DecisionStatement statement;
  statement.event = material.event;
  statement.event_digest = material.digest;
  statement.sequence = material.sequence;
  statement.desk = desk;
  statement.kind = event.leaf.kind;
  statement.schema_version = event.leaf.schema_version;
  statement.accepted = material.accepted;
  statement.agreements = world.agreements_digest;
  statement.directory = world.directory->digest;
  grant(statement, offer, *world.agreements, event.labels);
  release_facts(statement, offer, event.labels);
  const directory::Desk* reader = world.directory->desk(desk);
  name_case(statement, offer, reader == nullptr ? std::string_view() : reader->name, pseudonyms);
  name_people(statement, material, reader == nullptr ? std::string_view() : reader->name, pseudonyms);
  statement.read_by = offer.permitted.grant().read_by;
  statement.act_by = offer.permitted.grant().act_by;
  statement.keep_until = keep_until(offer.permitted.grant(), material.accepted, event.header.time);
  const auto first = offer.permitted.grant().clauses.front();
  statement.keep_rule = keep_in_words(*world.agreements->clause({first.agreement, first.clause}), offer.permitted.grant());
  statement.onward = onward_in_words(offer.permitted.grant(), event.labels, *world.directory);
  statement.lane = offer.permitted.grant().lane;
  statement.fallback = offer.permitted.grant().fallback;
  statement.escalated = offer.escalated;
  for (const auto& fact : event.leaf.facts) statement.historic = statement.historic || (fact.fact == contract::Fact::Historic && fact.value == contract::kYes);
  return statement;
}

}  // namespace concordat::broker
