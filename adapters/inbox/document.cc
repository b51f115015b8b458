// Documents: see document.h.
#include "adapters/inbox/document.h"

#include "proto/contract/render.h"

namespace concordat::inbox {
namespace {

using contract::json_text;
using wire::DecisionStatement;

/// {"a":1,"b":"x"}: members in the order in which they are added.
class Object {
 public:
  Object& raw(std::string_view name, std::string_view json) {
    out_ += (out_.size() == 1 ? "" : ",") + json_text(name) + ":" + std::string(json);
    return *this;
  }
  Object& text(std::string_view name, std::string_view value) { return raw(name, json_text(value)); }
  Object& number(std::string_view name, std::uint64_t value) { return raw(name, std::to_string(value)); }
  Object& truth(std::string_view name, bool value) { return raw(name, value ? "true" : "false"); }
  /// Nothing for "none".
  Object& instant(std::string_view name, Instant at) { return ms_of(at) == 0 ? *this : text(name, to_text(at)); }
  std::string close() const { return out_ + "}"; }

 private:
  std::string out_ = "{";
};

template <class List, class Show>
std::string array(const List& list, Show&& show) {
  std::string out = "[";
  for (const auto& each : list) out += (out.size() == 1 ? "" : ",") + show(each);
  return out + "]";
}

std::string lane_name(std::uint8_t lane) { return lane == 1 ? "urgent" : lane == 2 ? "routine" : "bulk"; }

std::string granted(const DecisionStatement& decision, const DecisionStatement::Grant& grant) {
  const DecisionStatement::Clause& clause = decision.clauses[grant.clause];
  Object out;
  out.number("person", grant.label.person).text("item", contract::name_of(static_cast<contract::Item>(grant.label.item)));
  if (grant.label.part != 0) out.number("part", grant.label.part);
  return out.text("agreement", clause.agreement).text("clause", clause.clause).text("purpose", clause.purpose).text("basis", clause.basis)
      .truth("duty", clause.duty).close();
}

std::string released(const DecisionStatement::Released& each) {
  return Object().number("person", each.person).text("fact", contract::name_of(each.fact.fact)).number("value", each.fact.value).close();
}

std::string obligations(const DecisionStatement& decision) {
  Object out;
  out.instant("keep_until", decision.keep_until).text("keep_rule", decision.keep_rule).text("onward", decision.onward);
  out.instant("read_by", decision.read_by).instant("act_by", decision.act_by).text("lane", lane_name(decision.lane));
  out.truth("fallback", decision.fallback).truth("escalated", decision.escalated).truth("historic", decision.historic);
  out.raw("items", array(decision.grants, [&](const auto& grant) { return granted(decision, grant); }));
  out.raw("decision", Object().number("place", decision.sequence).instant("accepted", decision.accepted).text("agreements", decision.agreements.hex())
                          .text("directory", decision.directory.hex()).close());
  return out.close();
}

}  // namespace

std::string document(const sdk::OpenedEvent& event, const std::optional<EventId>& replaces) {
  Object out;
  out.text("event", event.header.event.hex()).text("kind", contract::name_of(event.kind)).text("source", event.header.source);
  out.text("environment", event.header.live ? "live" : "test").text("happened", to_text(event.header.time)).number("revision", event.header.revision);
  if (replaces) out.text("replaces", replaces->hex());
  if (!event.decision.case_pseudonym.none()) out.text("case_name", event.decision.case_pseudonym.hex());
  out.raw("names", array(event.decision.people, [](const auto& person) {
    return Object().number("person", person.person).text("name", person.pseudonym.hex()).close();
  }));
  out.raw("facts", contract::render_facts(event.facts));
  if (!event.decision.facts.empty()) out.raw("facts_on_the_brokers_word", array(event.decision.facts, released));
  out.raw("people", contract::render_people(*event.message)).raw("case", contract::render_case(*event.message));
  out.raw("obligations", obligations(event.decision));
  return out.close() + "\n";
}

std::string recall_note(const EventId& event, Sequence place, std::string_view reason) {
  return Object().text("event", event.hex()).truth("recalled", true).number("place", place).text("reason", reason).close() + "\n";
}

std::string doubt_note(const EventId& event, std::string_view reason) {
  return Object().text("event", event.hex()).truth("doubted", true).text("reason", reason).close() + "\n";
}

}  // namespace concordat::inbox
