// A case and what is filed in it: see book.h. messages.cc has what is on its way.
#include "adapters/notify/book.h"

#include <algorithm>

#include "proto/wire/limits.h"

namespace concordat::notify {
namespace {

using contract::Kind;
using contract::ProgressState;

bool pending(const Telling& each) { return each.state == State::Unmatched || each.state == State::Waiting; }
bool perhaps_told(const Telling& each) { return each.state == State::Sending || each.state == State::Told || each.state == State::ByPerson; }

/// A correction that leaves all of this as it was changes nothing that she was told, or would be.
bool same_news(const Telling& a, const Telling& b) {
  return a.kind == b.kind && a.what == b.what && a.when == b.when && a.reversed == b.reversed && a.group == b.group && a.terms == b.terms;
}

/// News of what she was told before, as she chose: a hearing that moves, an order whose terms change.
bool goes_on(const Telling& before, const Telling& after) {
  if (after.kind == Kind::CourtHearing) return true;
  Telling same = after;
  same.terms = before.terms;
  return same_news(before, same) && !after.reversed;
}

/// Another address for letters, whatever her name is now. None is not another: nothing goes to it.
bool moved(const std::vector<std::string>& later, const std::vector<std::string>& before) {
  return !later.empty() && (before.empty() || !std::equal(later.begin() + 1, later.end(), before.begin() + 1, before.end()));
}

/// Numbers and addresses that are not those known before have to be confirmed anew, whoever says so.
void date_change(Source& later, const Source& before) {
  Contact& contact = later.contact;
  if (!contact.said || !before.contact.said) return;
  const bool same = contact.mobiles == before.contact.mobiles && contact.emails == before.contact.emails && !moved(later.address, before.address);
  contact.changed = same ? before.contact.changed : contact.since;
}

/// What she said before this revision and says again in it was said then.
void keep_since(Source& later, const Source& earlier) {
  Preferences preferences = earlier.preferences;
  preferences.since = later.preferences.since;
  if (encode_fields(preferences) == encode_fields(later.preferences)) later.preferences.since = earlier.preferences.since;
  Contact contact = earlier.contact;
  contact.since = later.contact.since;
  contact.changed = later.contact.changed;
  if (encode_fields(contact) == encode_fields(later.contact)) later.contact.since = earlier.contact.since;
  // That she was not asked takes nothing back that she said.
  const bool not_asked = later.consent == static_cast<std::uint8_t>(contract::ConsentState::NotAsked);
  if (not_asked && earlier.consent != 0 && earlier.consent_for == later.consent_for) later.consent = earlier.consent;
  if (earlier.consent == later.consent && earlier.consent_for == later.consent_for) later.consent_since = earlier.consent_since;
}

}  // namespace

void Book::line(bool alarm, std::string what, const EventId& event, std::string why) { out_.lines.push_back({alarm, std::move(what), event, std::move(why)}); }

void Book::say(const Telling& telling, ProgressState state, std::string_view person, const std::string& reason, Instant now) {
  wire::Progress progress;
  progress.event = telling.event;
  progress.state = state;
  progress.person = person;
  progress.at = now;
  progress.reason = reason.substr(0, wire::kReasonBytesMax);
  out_.progress.push_back(std::move(progress));
}

void Book::close(Telling& telling, State state, const std::string& why, Instant now) {
  if (telling.state == State::WithPerson) out_.tasks.insert(telling.event);
  telling.state = state;
  telling.why = why;
  telling.ended_at = now;
  if (state != State::Nothing) return;
  ++out_.counted["nothing/" + why];
  say(telling, ProgressState::Closed, kProgram, "nothing is told: " + why, now);
  line(false, "nothing is told", telling.event, why);
}

void Book::to_person(Telling& telling, const std::string& why, Instant now) {
  // Who has opted out, or is not registered any more, is not rung either, whatever became of a message.
  if (const Decision decision = decide(case_, telling, rules_, now); decision.way == Way::Nothing) return close(telling, State::Nothing, decision.why, now);
  telling.state = State::WithPerson;
  telling.why = why;
  telling.alarmed = 0;
  telling.step = 0;
  out_.tasks.insert(telling.event);
  ++out_.counted["tasks"];
  line(false, "a person is to tell", telling.event, why);
}

void Book::plan(Telling& telling, Instant now) {
  const Decision decision = decide(case_, telling, rules_, now);
  if (ms_of(decision.not_after) != 0) telling.not_after = decision.not_after;
  telling.not_before = decision.not_before;
  switch (decision.way) {
    case Way::Nothing: return close(telling, State::Nothing, decision.why, now);
    case Way::Person: return to_person(telling, decision.why, now);
    case Way::Wait: telling.state = State::Unmatched; break;
    case Way::Send:
      telling.state = State::Waiting;
      telling.channel = decision.channel;
      break;
  }
  telling.why = decision.why;
}

bool Book::is_past(const Filed& filed) const {
  if (std::find(case_.corrected.begin(), case_.corrected.end(), filed.digest) != case_.corrected.end()) return true;
  return std::any_of(case_.recalled.begin(), case_.recalled.end(),
                     [&](const Past& each) { return each.event == filed.event && (each.place == 0 || filed.place <= each.place); });
}

void Book::file(const Filed& filed, Instant now) {
  if (is_past(filed)) {
    ++out_.counted["filed_as_past"];
    return;
  }
  if (!filed.corrects.none() && std::find(case_.corrected.begin(), case_.corrected.end(), filed.corrects) == case_.corrected.end()) case_.corrected.push_back(filed.corrects);
  if (filed.source) file_source(filed, now);
  if (filed.telling) file_telling(filed, now);
  trim();
}

void Book::file_source(const Filed& filed, Instant now) {
  Source source = *filed.source;
  const auto stands = [&](const Source& each) { return each.event == source.event || (!filed.corrects.none() && each.digest == filed.corrects); };
  const auto earlier = std::find_if(case_.sources.begin(), case_.sources.end(), stands);
  if (!source.consent_for.empty() && source.consent_for != rules_.purpose) source.consent = 0;  // it bears on no news
  if (const Source* contact = standing_of(case_).contact; contact != nullptr) date_change(source, *contact);
  if (earlier == case_.sources.end()) {
    case_.sources.push_back(std::move(source));
  } else {
    if (earlier->event == source.event && earlier->place == source.place) return;
    keep_since(source, *earlier);
    *earlier = std::move(source);
  }
  Telling taken;
  taken.event = filed.event;
  say(taken, ProgressState::Acted, kProgram, "taken down", now);
  reconsider(now);
}

void Book::reconsider(Instant now) {
  for (Telling& each : case_.tellings) {
    if (each.superseded) continue;
    if (pending(each)) plan(each, now);
    // Of a task only its end is decided here: a person may be at it.
    if (each.state != State::WithPerson) continue;
    if (const Decision decision = decide(case_, each, rules_, now); decision.way == Way::Nothing) close(each, State::Nothing, decision.why, now);
  }
}

void Book::file_telling(const Filed& filed, Instant now) {
  if (const Telling* known = case_.telling(filed.event); known != nullptr) {
    // Decided anew after it was taken back: it stands again. All else was filed before.
    if (known->why != "recalled" || filed.place <= known->place) return;
    std::erase_if(case_.tellings, [&](const Telling& each) { return each.event == filed.event; });
  }
  Telling* earlier = nullptr;
  for (Telling& each : case_.tellings) {
    if (!filed.corrects.none() && each.digest == filed.corrects) earlier = &each;
  }
  if (earlier != nullptr) return follow(*earlier, *filed.telling, now);
  if (!filed.telling->reversed) return add(*filed.telling, now);
  if (filed.corrects.none()) return undo(*filed.telling, now);
  // What it reverses never came here, and is none of what did.
  Telling reversed = *filed.telling;
  reversed.unless = "reversed_unknown";
  add(std::move(reversed), now);
}

void Book::add(Telling telling, Instant now) {
  plan(telling, now);
  case_.tellings.push_back(std::move(telling));
}

/// She was told of it, or may have been: also by a revision before it, where it was left at that because it says the same.
bool Book::was_told(const Telling& telling) const {
  if (perhaps_told(telling) || !telling.proof.empty()) return true;
  if (telling.why != "unchanged") return false;
  return std::any_of(case_.tellings.begin(), case_.tellings.end(),
                     [&](const Telling& each) { return each.superseded && same_news(each, telling) && (perhaps_told(each) || !each.proof.empty()); });
}

/// The revision that stands and was not told, because a message says the same. Null: none.
Telling* Book::resting_on(const Telling& from) const {
  for (Telling& each : case_.tellings) {
    if (!each.superseded && each.state == State::Nothing && each.why == "unchanged" && same_news(each, from)) return &each;
  }
  return nullptr;
}

/// A message did not reach her: the revision that rests on it is told, by a person for the reason given, or without one as she chose.
void Book::hand_on(const Telling& from, const std::string& why, Instant now) {
  Telling* to = resting_on(from);
  if (to == nullptr) return;
  to->tries = from.tries;
  if (why.empty() && to->tries < rules_.tries) return plan(*to, now);
  to->reference = from.reference;
  to->channel = from.channel;
  to->proof = from.proof;
  to_person(*to, why.empty() ? "not_sent" : why, now);
}

/// The next revision of a piece of news.
void Book::follow(Telling& earlier, Telling telling, Instant now) {
  const Telling before = earlier;
  earlier.superseded = true;
  const bool told = was_told(before);
  if (pending(before) || before.state == State::WithPerson) close(earlier, State::Nothing, "corrected", now);
  if (before.state == State::Sending) earlier.retracted = "corrected";
  // A correction buys no time: what she has not heard yet is due when it was.
  if (pending(before) || before.state == State::WithPerson) telling.accepted = before.accepted;
  if (same_news(before, telling)) {
    if (perhaps_told(before) || (before.state == State::Nothing && before.why != "recalled")) {
      close(telling, State::Nothing, "unchanged", now);
      case_.tellings.push_back(std::move(telling));
      return;
    }
    telling.unless = before.unless;
    if (before.state == State::WithPerson && telling.unless.empty()) telling.unless = before.why;
    // What was sent and did not reach her stays with the task.
    telling.reference = before.reference;
    telling.channel = before.channel;
    telling.proof = before.proof;
  } else if (told && !goes_on(before, telling)) {
    telling.unless = telling.reversed ? "reversed_after_telling" : "changed_after_telling";
  } else if (before.state == State::WithPerson) {
    telling.unless = "changed_while_with_a_person";
  } else if (telling.reversed) {
    close(telling, State::Nothing, "reversed_before_telling", now);
    case_.tellings.push_back(std::move(telling));
    return;
  }
  add(std::move(telling), now);
}

/// An outcome that no longer stands, said by an event of its own.
void Book::undo(Telling telling, Instant now) {
  bool told = false, waited = false;
  for (Telling& each : case_.tellings) {
    if (each.superseded || each.reversed || each.kind != telling.kind || each.what != telling.what) continue;
    told |= perhaps_told(each) || each.state == State::WithPerson;
    waited |= pending(each);
    each.superseded = true;
    if (each.state == State::Sending) each.retracted = "reversed";
    if (pending(each) || each.state == State::WithPerson) close(each, State::Nothing, "reversed_before_telling", now);
  }
  if (!told && waited) {
    close(telling, State::Nothing, "reversed_before_telling", now);
    case_.tellings.push_back(std::move(telling));
    return;
  }
  telling.unless = told ? "reversed_after_telling" : "reversed_unknown";
  add(std::move(telling), now);
}

void Book::recall(const EventId& event, Sequence place, Instant now) {
  for (const Past& each : case_.recalled) {
    if (each.event == event && each.place == place) return;
  }
  case_.recalled.push_back({event, {}, place});
  for (Source& each : case_.sources) {
    if (each.event != event || each.withdrawn || (place != 0 && each.place > place)) continue;
    each.withdrawn = true;
    reconsider(now);
  }
  Telling* telling = case_.telling(event);
  if (telling == nullptr || telling->superseded || (place != 0 && telling->place > place)) return;
  if (pending(*telling)) return close(*telling, State::Nothing, "recalled", now);
  if (telling->state == State::Sending) telling->retracted = "recalled";
  if (telling->state == State::WithPerson && telling->step == 0 && telling->proof.empty()) return close(*telling, State::Nothing, "recalled", now);
  if (telling->state == State::Told || telling->state == State::ByPerson || telling->state == State::WithPerson) to_person(*telling, "recalled_after_telling", now);
}

Result<int> Book::step(const EventId& event, ProgressState state, const std::string& person, const std::string& reason, Instant now) {
  Telling* telling = case_.telling(event);
  if (telling == nullptr || telling->state != State::WithPerson) return fail(Fault::Refused, code::kProgress, "there is no open task for this event");
  if (state == ProgressState::Declined && reason.empty()) return fail(Fault::Malformed, code::kProgress, "a reason is missing");
  say(*telling, state, person, reason, now);
  telling->by = person;
  telling->step = static_cast<std::uint8_t>(state);
  out_.tasks.insert(event);
  if (state == ProgressState::Acted) close(*telling, State::ByPerson, "told_by_a_person", now);
  if (state == ProgressState::Declined) {
    close(*telling, State::ByPerson, "declined_by_a_person", now);
    line(true, "a person declined to tell", event, "declined");
  }
  ++out_.counted["steps"];
  return 0;
}

void Book::look_at(Telling& telling, Instant now) {
  const auto is_short = [&] { return ms_of(telling.not_after) != 0 && short_from(telling, telling.not_after, rules_) <= now; };
  if (pending(telling) && (telling.not_before <= now || is_short())) plan(telling, now);
  const bool near = is_short();
  if (telling.state == State::Sending && near && telling.retracted.empty()) {
    to_person(telling, "outcome_unknown", now);
  } else if (telling.state == State::Told && near && telling.channel != Channel::Letter) {
    const Message* message = case_.message(telling.reference);
    if (message != nullptr && message->state == Sent::Accepted && message->intended + rules_.receipt_within <= now) {
      if (telling.superseded) hand_on(telling, "no_receipt", now);
      else to_person(telling, "no_receipt", now);
    }
  }
  if (telling.state != State::WithPerson) return;
  const std::uint8_t due = telling.not_after <= now ? 2 : near ? 1 : 0;
  if (due <= telling.alarmed) return;
  telling.alarmed = due;
  line(true, due == 2 ? "a task is not done and its deadline has passed" : "a task is not done and its deadline is near", telling.event, telling.why);
}

void Book::look(Instant now) {
  for (Message& each : case_.messages) {
    // Nobody is waiting for the answer any more: the process that posted it is gone.
    if (each.state == Sent::Intended) {
      each.state = Sent::Unknown;
      each.next = each.intended + rules_.settle;
      each_in(each, [](Telling& telling) { ++telling.tries; });
    }
  }
  for (Telling& each : case_.tellings) {
    if (!each.superseded || each.state == State::Sending || each.state == State::Told) look_at(each, now);
  }
}

std::optional<Instant> Book::next_of(const Telling& each) const {
  const Instant near = short_from(each, each.not_after, rules_);
  switch (each.state) {
    case State::Unmatched: return each.not_before;
    case State::Waiting: return std::min(each.not_before, near);
    case State::Sending: return each.retracted.empty() ? std::optional(near) : std::nullopt;  // else its message's times
    case State::Told: {
      const Message* message = case_.message(each.reference);
      if (message == nullptr || message->state != Sent::Accepted || each.channel == Channel::Letter) return std::nullopt;
      return std::max(near, message->intended + rules_.receipt_within);
    }
    case State::WithPerson:
      if (each.alarmed == 2) return std::nullopt;
      return each.alarmed == 0 ? near : each.not_after;
    default: return std::nullopt;
  }
}

std::optional<Instant> Book::next() const {
  std::optional<Instant> soonest;
  const auto sooner = [&](std::optional<Instant> at) {
    if (at && (!soonest || *at < *soonest)) soonest = at;
  };
  for (const Telling& each : case_.tellings) {
    if (!each.superseded || each.state == State::Sending || (each.state == State::Told && resting_on(each) != nullptr)) sooner(next_of(each));
  }
  for (const Message& each : case_.messages) {
    if (each.state == Sent::Intended) sooner(each.intended);
    if (each.state == Sent::Unknown || each.state == Sent::Accepted) sooner(each.next);
  }
  return soonest;
}

void Book::trim() {
  const auto done = [&](const Telling& each) { return each.state == State::ByPerson || each.state == State::Nothing || each.state == State::Told; };
  while (case_.tellings.size() > kTellingsMax) {
    const auto oldest = std::find_if(case_.tellings.begin(), case_.tellings.end(), done);
    if (oldest == case_.tellings.end()) return;
    case_.tellings.erase(oldest);
  }
  while (case_.sources.size() > kSourcesMax) {
    const Standing standing = standing_of(case_);
    const auto spare = std::find_if(case_.sources.begin(), case_.sources.end(),
                                    [&](const Source& each) { return each.kind != Kind::VictimRegistration && &each != standing.chose && &each != standing.contact && &each != standing.consented; });
    if (spare == case_.sources.end()) return;
    case_.sources.erase(spare);
  }
  const auto over = [](const Message& each) { return each.state == Sent::Delivered || each.state == Sent::Failed || each.state == Sent::GivenUp; };
  while (case_.messages.size() > kMessagesMax) {
    const auto oldest = std::find_if(case_.messages.begin(), case_.messages.end(), over);
    if (oldest == case_.messages.end()) return;
    case_.messages.erase(oldest);
  }
  if (case_.corrected.size() > 4 * kTellingsMax) case_.corrected.erase(case_.corrected.begin());
  if (case_.recalled.size() > 4 * kTellingsMax) case_.recalled.erase(case_.recalled.begin());
}

}  // namespace concordat::notify
