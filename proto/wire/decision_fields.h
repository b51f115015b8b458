// The fields of the decision statement, as session.proto numbers them. Inside proto/wire only.
#pragma once

#include "proto/wire/frame_fields.h"
#include "proto/wire/session.h"

namespace concordat::wire::codec {

inline constexpr std::uint8_t kLaneMax = 3;

template <class V>
void fields(V& v, Of<V, DecisionStatement::Grant>& m) {
  v.label(1, "label", m.label);
  v.number(2, "clause", m.clause);
}

template <class V>
void fields(V& v, Of<V, DecisionStatement::Clause>& m) {
  v.text(1, "agreement", m.agreement, kNameBytesMax);
  v.text(2, "clause", m.clause, kNameBytesMax);
  v.text(3, "purpose", m.purpose, kNameBytesMax);
  v.text(4, "basis", m.basis, kTermBytesMax);
  v.flag(5, "duty", m.duty);
}

template <class V>
void fields(V& v, Of<V, DecisionStatement::Released>& m) {
  v.number(1, "person", m.person);
  v.choice(2, "fact", m.fact.fact);
  v.number(3, "value", m.fact.value);
}

template <class V>
void fields(V& v, Of<V, DecisionStatement::PersonName>& m) {
  v.number(1, "person", m.person);
  v.number(2, "roles", m.roles);
  v.id(3, "pseudonym", m.pseudonym);
}

template <class V>
void fields(V& v, Of<V, DecisionStatement>& m) {
  v.id(1, "event", m.event);
  v.id(2, "event_digest", m.event_digest);
  v.number(3, "sequence", m.sequence);
  v.number(4, "desk", m.desk.value);
  v.number(5, "kind", m.kind);
  v.number(6, "schema_version", m.schema_version);
  v.instant(7, "accepted_ms", m.accepted);
  v.id(8, "agreements", m.agreements);
  v.id(9, "directory", m.directory);
  v.messages(10, "grants", m.grants, kLeavesMax);
  v.messages(11, "clauses", m.clauses, kClausesMax);
  v.messages(12, "facts", m.facts, kReleasedMax);
  v.messages(13, "people", m.people, contract::kPeopleMax);
  v.id(14, "case_pseudonym", m.case_pseudonym);
  v.instant(15, "read_by_ms", m.read_by);
  v.instant(16, "act_by_ms", m.act_by);
  v.instant(17, "keep_until_ms", m.keep_until);
  v.text(18, "keep_rule", m.keep_rule, kTermBytesMax);
  v.text(19, "onward", m.onward, kTermBytesMax);
  v.number(20, "lane", m.lane);
  v.flag(21, "fallback", m.fallback);
  v.flag(22, "escalated", m.escalated);
  v.flag(23, "historic", m.historic);
}

inline void zero(Rules, DecisionStatement& m) { m.schema_version = 0; }

inline Verdict flaw(Rules, const DecisionStatement::Grant& m) {
  return m.label.valid() ? Verdict{} : Flaw{"label", "is not there", code::kLabel};
}

inline Verdict flaw(Rules, const DecisionStatement::Released& m) {
  const bool known = m.fact.value != contract::kUnknown && contract::in_domain(m.fact.fact, m.fact.value);
  return known ? Verdict{} : Flaw{"fact", "is unknown or out of its domain", code::kFact};
}

inline Verdict flaw(Rules, const DecisionStatement& m) {
  if (!known_kind(m.kind)) return Flaw{"kind", "is unknown"};
  if (m.lane == 0 || m.lane > kLaneMax) return Flaw{"lane", "is unknown"};
  for (const DecisionStatement::Grant& grant : m.grants) {
    if (grant.clause >= m.clauses.size()) return Flaw{"grants", "name a clause that is not there"};
  }
  return std::nullopt;
}

}  // namespace concordat::wire::codec
