// Intake: see intake.h.
#include "adapters/sdk/intake.h"

#include <algorithm>

#include "adapters/sdk/again.h"

namespace concordat::sdk {
namespace {

/// How long a file of a back-load is known as taken.
constexpr auto kHistoryKept = std::chrono::days(400);

std::string place_key(const std::string& file_key) { return "place/" + file_key; }

}  // namespace

IntakeCounts& IntakeCounts::operator+=(const IntakeCounts& more) {
  inputs += more.inputs;
  events += more.events;
  unchanged += more.unchanged;
  kept_home += more.kept_home;
  quarantined += more.quarantined;
  known += more.known;
  all = more.all;
  return *this;
}

void Intake::add(Outcome& outcome, contract::Kind kind, std::uint64_t line, Prepared prepared) {
  if (prepared.fate == Fate::Unchanged) ++outcome.counts.unchanged;
  if (prepared.fate == Fate::KeptHome) {
    ++outcome.counts.kept_home;
    ++outcome.changes.counted["kept_home/" + std::string(contract::name_of(kind))];
  }
  if (prepared.unreleasable) ++outcome.changes.counted["unreleasable/" + std::string(contract::name_of(kind))];
  if (prepared.compartments_kept_home != 0) outcome.changes.counted["compartments_kept_home"] += prepared.compartments_kept_home;
  if (prepared.seen) outcome.changes.seen.push_back(std::move(*prepared.seen));
  const EventId event = prepared.outgoing ? prepared.outgoing->event : EventId{};
  outcome.said.push_back({kind, prepared.fate, event, prepared.unreleasable, prepared.content_came_back});
  if (!prepared.outgoing) return;
  ++outcome.counts.events;
  prepared.outgoing->line = line;
  outcome.changes.outgoing.push_back(std::move(*prepared.outgoing));
}

Intake::Outcome Intake::quarantined(const std::string& file, const Input& input, Failure failure) {
  Outcome outcome;
  outcome.counts.quarantined = 1;
  keep::Quarantine what;
  what.code = failure.error.code.name;
  what.file = file;
  what.line = failure.line;
  what.field = failure.field;
  what.remedy = remedy(failure.error);
  what.raw = input.as_it_came();
  if (input.context) what.context = *input.context;
  what.begins = input.begins != 0 ? input.begins : input.line;
  what.whole = is_whole(input);
  what.risk = input.may_be_high_risk;
  what.reference = input.reference;
  outcome.changes.quarantined.push_back(std::move(what));
  outcome.changes.counted["quarantined/" + std::string(failure.error.code.name)] = 1;
  outcome.failure = std::move(failure);
  return outcome;
}

Result<Intake::Outcome> Intake::outcome_of(const std::string& file, const Input& input, const directory::Directory& directory,
                                           const policy::InForce& agreements, Instant now, const Way& way) {
  if (input.failure) return quarantined(file, input, *input.failure);
  if (source_ == nullptr) return sealed(file, input, directory, agreements, now, way);
  Input complete = input;
  KeptInKeep kept(keep_);
  const auto followed = source_->follow(complete, kept, now);
  if (!followed && followed.error().fault != Fault::Malformed) return tl::unexpected(followed.error());
  if (!followed) return quarantined(file, input, {input.line, "record", followed.error()});
  if (complete.failure) return quarantined(file, input, *complete.failure);
  return sealed(file, complete, directory, agreements, now, way);
}

Result<Intake::Outcome> Intake::sealed(const std::string& file, const Input& input, const directory::Directory& directory,
                                       const policy::InForce& agreements, Instant now, const Way& way) {
  Outcome outcome;
  if (!input.nothing.empty()) outcome.changes.counted["nothing/" + input.nothing] = 1;
  if (way.since) {
    TRY(const bool newer, superseded(input, *way.since));
    outcome.counts.known = newer ? std::max<std::size_t>(input.events.size(), 1) : 0;
    if (newer) return outcome;
  }
  for (const TypedEvent& event : input.events) {
    TRY(const bool as_it_is, stays(event.reference, way));
    if (as_it_is) {
      ++outcome.counts.known;
      outcome.stayed.insert(event.reference);
      continue;
    }
    auto prepared = sealer_.prepare(event, keep_, directory, agreements, now, file);
    if (!prepared) {
      // What the input itself is to blame for is quarantined; the rest is ours and stops the feed.
      if (prepared.error().fault != Fault::Malformed) return tl::unexpected(std::move(prepared).error());
      return quarantined(file, input, {input.line, "record", prepared.error()});
    }
    if (prepared->seen) prepared->seen->second.history = way.history;
    add(outcome, event.kind, input.line, std::move(*prepared));
  }
  for (const NoMore& gone : input.no_more) {
    TRY(const bool as_it_is, stays(gone.reference, way));
    if (as_it_is) {
      outcome.stayed.insert(gone.reference);
      continue;
    }
    TRY(Prepared prepared, sealer_.withdraw(gone, input.events.empty() ? now : input.events.front().happened, keep_, file));
    if (prepared.fate == Fate::Withdrawal) add(outcome, gone.kind, input.line, std::move(prepared));
  }
  for (const auto& [name, times] : input.counted) outcome.changes.counted[name] += times;
  // What a source remembers stays as it is with what stands.
  const bool remembers = outcome.stayed.empty();
  for (const auto& [name, what] : input.state) {
    if (!remembers) break;
    outcome.changes.state[KeptInKeep::name_of(name)] = what.value;
    if (what.until) outcome.changes.until[KeptInKeep::name_of(name)] = *what.until;
  }
  if (keeps_) keep_input(outcome, file, input);
  return outcome;
}

void Intake::say(const std::string& file, const Input& input, const Outcome& outcome) {
  if (const auto& failure = outcome.failure) {
    log_.error("an input is in quarantine", {{"code", failure->error.code.name}, {"file", file}, {"line", failure->line}, {"field", failure->field}});
    if (input.may_be_high_risk) {
      log_.alarm("an input that may tell of high risk is in quarantine", {{"code", code::kRiskWaiting.name}, {"file", file}, {"line", failure->line}});
    }
  }
  for (const Outcome::Said& each : outcome.said) {
    const std::string_view kind = contract::name_of(each.kind);
    if (each.fate == Fate::KeptHome) {
      log_.warning("an event stays home: no clause could release it", {{"code", code::kNoClause.name}, {"kind", kind}, {"file", file}, {"line", input.line}});
    }
    if (each.fate == Fate::Withdrawal) {
      log_.warning("what was published is withdrawn", {{"kind", kind}, {"event", each.event}, {"file", file}, {"line", input.line}});
    }
    if (each.unreleasable) {
      log_.alarm("an event may be urgent and nobody could be given it: the broker is told of it, and a person must see to it",
                 {{"code", code::kUnreleasable.name}, {"kind", kind}, {"event", each.event}, {"file", file}, {"line", input.line}});
    }
    if (each.content_came_back) {
      log_.warning("the content of an earlier revision came again and is the newest now", {{"kind", kind}, {"event", each.event}, {"file", file}, {"line", input.line}});
    }
  }
}

Result<int> Intake::say_what_gave_way() {
  TRY(const std::uint64_t entries, keep_.gave_way());
  if (entries > gave_way_) {
    log_.error("the quarantine is full and its oldest entries gave way: their lines in this log and their files are left", {{"entries", entries}});
  }
  gave_way_ = entries;
  return 0;
}

Result<std::size_t> Intake::taken(const std::string& file_key) {
  TRY(const std::optional<Bytes> place, keep_.state(place_key(file_key)));
  return place ? static_cast<std::size_t>(Reader(*place).u64()) : 0;
}

Result<IntakeCounts> Intake::take(const std::string& file, const std::string& file_key, const std::vector<Input>& inputs,
                                  const directory::Directory& directory, const policy::InForce& agreements, Instant now, std::size_t most) {
  TRY(const std::size_t done, taken(file_key));
  IntakeCounts counts;
  for (std::size_t at = done; at < inputs.size(); ++at) {
    counts.all = at - done < most;
    if (!counts.all) return counts;
    TRY(Outcome outcome, outcome_of(file, inputs[at], directory, agreements, now, Way{}));
    outcome.changes.state[place_key(file_key)] = Writer().u64(at + 1).take();
    TRY_VOID(keep_.commit(outcome.changes, now));
    say(file, inputs[at], outcome);
    if (outcome.failure) TRY_VOID(say_what_gave_way());
    outcome.counts.inputs = 1;
    counts += outcome.counts;
  }
  return counts;
}

Result<IntakeCounts> Intake::take(const std::string& name, const std::vector<Input>& inputs, const directory::Directory& directory,
                                  const policy::InForce& agreements, Instant now) {
  IntakeCounts counts;
  for (const Input& input : inputs) {
    TRY(Outcome outcome, outcome_of(name, input, directory, agreements, now, Way{}));
    TRY_VOID(keep_.commit(outcome.changes, now));
    say(name, input, outcome);
    if (outcome.failure) TRY_VOID(say_what_gave_way());
    outcome.counts.inputs = 1;
    counts += outcome.counts;
  }
  return counts;
}

Result<IntakeCounts> Intake::take_history(const std::string& file, const std::string& file_key, std::size_t at, std::span<const Input> inputs,
                                          const directory::Directory& directory, const policy::InForce& agreements, Instant now) {
  std::vector<Outcome> outcomes;
  TRY(keep::Together together, keep_.together());
  for (const Input& input : inputs) {
    auto outcome = outcome_of(file, input, directory, agreements, now, {.history = true});
    const auto kept = outcome ? keep_.commit(outcome->changes, now) : Result<int>(tl::unexpected(outcome.error()));
    // What stops a later one is heard of when it is the first; unless the disk took back all of them.
    if (!kept && (outcomes.empty() || !together.holds())) return tl::unexpected(kept.error());
    if (!kept) break;
    outcomes.push_back(std::move(*outcome));
  }
  keep::Changes place;
  place.state[place_key(file_key)] = Writer().u64(at + outcomes.size()).take();
  place.until[place_key(file_key)] = now + kHistoryKept;
  TRY_VOID(keep_.commit(place, now));
  TRY_VOID(together.commit());
  IntakeCounts counts;
  for (std::size_t taken = 0; taken < outcomes.size(); ++taken) {
    say(file, inputs[taken], outcomes[taken]);
    if (outcomes[taken].failure) TRY_VOID(say_what_gave_way());
    counts += outcomes[taken].counts;
  }
  counts.inputs = outcomes.size();
  return counts;
}

Result<int> Intake::finish_history(const std::string& file_key, Instant now) {
  keep::Changes changes;
  changes.state[place_key(file_key)] = Writer().u64(~std::uint64_t{0}).take();
  changes.until[place_key(file_key)] = now + kHistoryKept;
  return keep_.commit(changes, now);
}

Result<int> Intake::forget(const std::string& file_key, Instant now) {
  keep::Changes changes;
  changes.state[place_key(file_key)] = std::nullopt;
  return keep_.commit(changes, now);
}

}  // namespace concordat::sdk
