// deliver, before anything leaves: see permit.h and broker/core/permitted.h.
#include "broker/deliver/permit.h"

#include <algorithm>

#include "broker/admit/admit.h"
#include "policy/agreement/in_force.h"
#include "proto/base/invariant.h"
#include "proto/wire/event.h"

namespace concordat::broker {
namespace {

bool world_changed(const Turn& turn, const Material& material) {
  return material.body.agreements != turn.world.agreements_digest || material.body.directory != turn.world.directory->digest ||
         turn.state.people.changed_since(material.body.people, material.sequence) ||
         (material.body.state.registered != 0 && turn.state.cases.changed() > material.sequence) ||
         turn.state.cases.in_doubt(turn.state.people, material.sequence) || !turn.world.agreements->same_between(material.accepted, turn.now);
}

const wire::RecordedDesk* recorded_desk(const Material& material, DeskNumber desk) {
  const auto& desks = material.body.desks;
  const auto found = std::find_if(desks.begin(), desks.end(), [&](const auto& d) { return d.desk == desk; });
  return found == desks.end() ? nullptr : &*found;
}

// Takes away the labels that are no longer granted, with their clauses.
void narrow(wire::RecordedDesk& desk, std::uint64_t keep) {
  std::vector<wire::RecordedDesk::Clause> clauses;
  std::size_t index = 0;
  for (std::size_t bit = 0; bit < 64; ++bit) {
    if ((desk.granted >> bit & 1) == 0) continue;
    if (keep >> bit & 1) clauses.push_back(desk.clauses[index]);
    ++index;
  }
  desk.granted &= keep;
  desk.onward &= keep;
  desk.clauses = std::move(clauses);
}

// What decide is asked about an accepted event: its parts as they were sent, and the state as it is now.
struct Asked {
  wire::Header header;
  contract::FactSet facts;
  std::vector<seal::Label> labels;
  contract::Kind kind{};
  PartyNumber source;
  policy::StateFacts state;
  RegistrationId registration = 0;

  void decide(const World& world, Instant now, policy::Decision& out) const {
    policy::decide(case_of(facts, labels, kind, source, header.time, header.revision), state, *world.agreements, *world.directory, now, out);
  }
};

Asked ask(const State& state, Instant now, const Material& material, std::uint32_t unread_minutes, DeskNumber missed_by) {
  Asked asked;
  auto header = wire::decode_header(material.body.header);
  const auto leaf = wire::decode_event_leaf(material.body.event_leaf);
  INVARIANT(header && leaf, "what was admitted decodes");
  asked.header = *std::move(header);
  std::vector<Bytes> facts;
  for (const auto& recorded : material.body.leaves) {
    asked.labels.push_back(*seal::Label::decode(recorded.label));
    facts.push_back(recorded.facts);
  }
  auto fact_set = contract::collect_facts(leaf->facts, asked.labels, facts);
  INVARIANT(fact_set.has_value(), "what was admitted has its facts");
  asked.facts = *std::move(fact_set);
  asked.kind = static_cast<contract::Kind>(leaf->kind);
  asked.source = material.body.source;
  asked.state = restored(material.body.state);
  // Whose history it is may have become clearer since: an identifier that was wrong leads elsewhere now, or nowhere.
  const Linking linking = state.people.link(asked.facts, leaf->tokens, material.sequence);
  state.people.tell_consent(asked.facts, linking, {asked.header.time, material.sequence, 0, true}, asked.state);
  asked.state.unread_minutes = unread_minutes;
  asked.state.missed_by = missed_by;
  // What a registration itself is among others is what it was when it came.
  if (!is_joined(asked.kind)) return asked;
  const About what = about(asked.kind, asked.facts, leaf->tokens, linking.people);
  const Match match = state.cases.match(state.people, material.sequence, asked.kind, what, state.people.may_be(linking, what.perpetrator));
  tell_registered(match, asked.state);
  asked.state.unmatched_minutes = broker::unmatched_minutes(state, match, material.sequence, now);
  asked.registration = match.registration;
  return asked;
}

bool tells(const policy::Decision& decision, const Told& told) {
  return std::any_of(decision.desks.begin(), decision.desks.end(),
                     [&](const auto& desk) { return desk.desk == told.desk && (desk.granted.to_ullong() & told.granted) != 0; });
}

// As if she had not refused it; what may be another's word, or is contradicted, a person has to look at.
void lift_refusals(policy::StateFacts& state) {
  for (std::size_t i = 0; i < state.consent_count; ++i) {
    auto& said = state.consent[i];
    const bool refused = said.state == contract::ConsentState::Refused || said.state == contract::ConsentState::Withdrawn;
    if (refused && !said.in_doubt) said.state = contract::ConsentState::Given;
  }
}

// The desk's part of a new decision, within what it was told of; empty if there is none. `read` as in decide_again.
wire::RecordedDesk intersection(const Turn& turn, const Material& material, const Told& told, wire::RecordedState& read) {
  policy::Decision decision;
  decide_again(turn.state, turn.world, turn.now, material, told.unread_minutes, told.missed_by, decision, read);
  const auto again = std::find_if(decision.desks.begin(), decision.desks.end(), [&](const auto& d) { return d.desk == told.desk; });
  if (again == decision.desks.end()) {
    wire::RecordedDesk nothing;
    nothing.desk = told.desk;
    return nothing;
  }
  wire::RecordedDesk now = recorded(*again, told.delivery, turn.now, turn.world);
  narrow(now, told.granted);
  now.facts &= told.facts;
  now.read_by = told.read_by;
  now.act_by = told.act_by;
  return now;
}

}  // namespace

void decide_again(const State& state, const World& world, Instant now, const Material& material, std::uint32_t unread_minutes, DeskNumber missed_by,
                  policy::Decision& out, wire::RecordedState& read) {
  const Asked asked = ask(state, now, material, unread_minutes, missed_by);
  asked.decide(world, now, out);
  read = recorded(asked.state);
  read.registration = asked.registration;
}

bool ended_meanwhile(const Turn& turn, const Material& material, const Told& told) {
  using policy::Registered;
  using policy::Truth;
  Asked asked = ask(turn.state, turn.now, material, told.unread_minutes, told.missed_by);
  lift_refusals(asked.state);
  const auto would_tell = [&] {
    policy::Decision decision;
    asked.decide(turn.world, turn.now, decision);
    return tells(decision, told);
  };
  if (!is_joined(asked.kind)) return would_tell();
  // Somebody else, who lives where the desk serves, or nobody knows where.
  const directory::Desk* desk = turn.world.directory->desk(told.desk);
  std::vector<contract::FactValue> areas{contract::kUnknown};
  if (desk != nullptr) areas.insert(areas.end(), desk->serves.begin(), desk->serves.end());
  for (const Registered way : {Registered::No, Registered::Yes, Registered::Several}) {
    for (const Truth abuse : {Truth::True, Truth::False}) {
      for (const contract::FactValue area : areas) {
        asked.state.registered = way;
        asked.state.registration_abuse_case = way == Registered::No ? Truth::Unknown : abuse;
        asked.state.registration_residence = way == Registered::No ? contract::kUnknown : area;
        asked.state.unmatched_minutes = broker::unmatched_minutes(turn.state, {way}, material.sequence, turn.now);
        if (would_tell()) return true;
      }
    }
  }
  return false;
}

bool told_for_itself(const Turn& turn, const Material& material, const Told& told) {
  Asked asked = ask(turn.state, turn.now, material, told.unread_minutes, told.missed_by);
  tell_registered({policy::Registered::No}, asked.state);
  asked.state.unmatched_minutes = 0;
  policy::Decision decision;
  asked.decide(turn.world, turn.now, decision);
  return tells(decision, told);
}

wire::Reconsidered decide_anew(const Turn& turn, const Material& material, bool& urgent) {
  const EventEntry& entry = *turn.state.event(material.sequence);
  wire::Reconsidered record;
  record.sequence = material.sequence;
  record.agreements = turn.world.agreements_digest;
  record.directory = turn.world.directory->digest;
  policy::Decision decision;
  decide_again(turn.state, turn.world, turn.now, material, 0, {}, decision, record.state);
  for (const auto& desk : decision.desks) {
    if (entry.find(desk.desk) != nullptr) continue;
    record.desks.push_back(recorded(desk, next_delivery(turn, desk.desk), turn.now, turn.world));
    keep_lane(turn.state, entry.corrects, record.desks.back());
  }
  urgent = decision.urgent_or_mandatory;
  return record;
}

std::vector<wire::Redecided> Permitted::again() const {
  if (!read_) return {};
  return {wire::Redecided{grant_.clauses, grant_.facts, *read_}};
}

Permitted permit(const Turn& turn, const Material& material, const Told& told) {
  const wire::RecordedDesk* decided = recorded_desk(material, told.desk);
  if (decided != nullptr && !told.escalated && !world_changed(turn, material)) return {material.digest, *decided};
  wire::RecordedState read;
  Permitted permitted{material.digest, intersection(turn, material, told, read)};
  permitted.read_ = std::move(read);
  return permitted;
}

}  // namespace concordat::broker
