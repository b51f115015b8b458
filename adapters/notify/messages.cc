// Messages of a case on their way: intent, answer, look-up, receipt. See book.h.
#include <algorithm>

#include "adapters/notify/book.h"

namespace concordat::notify {
namespace {

using contract::ProgressState;

constexpr std::uint8_t kLooksInVain = 2;      ///< Look-ups that find nothing before it counts as not sent.
constexpr std::uint8_t kPollsMax = 20;
constexpr std::uint8_t kPollsOfALetterMax = 30;   // Printed on working days: over a long weekend it says nothing.
constexpr Milliseconds kPauseMost{6 * 3'600'000};
constexpr Milliseconds kLookable{6 * 24 * 3'600'000};   // The service forgets after seven days: then finding nothing says nothing.

bool is_failure(const std::string& status) { return status.ends_with("-failure") || status == "failed" || status == "cancelled" || status == "validation-failed" || status == "virus-scan-failed" || status == "returned-letter"; }
bool is_delivery(const Message& message, const std::string& status) { return status == "delivered" || (message.channel == Channel::Letter && status == "received"); }

std::uint8_t polls_of(const Message& message) { return message.channel == Channel::Letter ? kPollsOfALetterMax : kPollsMax; }

Milliseconds backed_off(Milliseconds first, std::uint8_t times) {
  Milliseconds pause = first;
  for (int n = 0; n < times && pause < kPauseMost; ++n) pause *= 2;
  return std::min(pause, kPauseMost);
}

}  // namespace

Message* Book::begin(Instant now, const std::string& reference, const std::function<bool(const std::string& to)>& room) {
  Message message;
  for (Telling& each : case_.tellings) {
    if (each.superseded || each.state != State::Waiting) continue;
    const Decision decision = decide(case_, each, rules_, now);
    if (decision.way != Way::Send || decision.not_before > now) continue;
    if (!room(decision.to)) {
      to_person(each, "too_many_messages", now);
      continue;
    }
    const Template* words = rules_.templates.find(decision.channel, decision.language);
    message = {reference, decision.channel, decision.language, words->id, decision.to, decision.with, Sent::Intended, "", "", now, now, 0, 0};
    break;
  }
  if (message.to.empty()) return nullptr;
  // All that waits goes with what is due: the same words twice would frighten and not inform.
  for (Telling& each : case_.tellings) {
    if (each.superseded || each.state != State::Waiting || each.accepted + rules_.idva_first > now) continue;
    const Decision decision = decide(case_, each, rules_, now);
    if (decision.way != Way::Send || decision.channel != message.channel || decision.to != message.to) continue;
    each.state = State::Sending;
    each.channel = message.channel;
    each.reference = reference;
    each.why.clear();
  }
  case_.messages.push_back(std::move(message));
  return &case_.messages.back();
}

void Book::accepted(Message& message, const std::string& id, Instant now) {
  message.state = Sent::Accepted;
  message.id = id;
  message.polls = 0;
  message.next = now + rules_.poll;
  const std::string proof = std::string(name_of(message.channel)) + " accepted by the service " + to_text(now);
  each_in(message, [&](Telling& each) {
    each.proof = proof;
    if (each.state == State::WithPerson) {
      out_.tasks.insert(each.event);
      return;
    }
    if (each.state != State::Sending) return;
    if (each.retracted == "recalled") return to_person(each, "recalled_after_telling", now);
    close(each, State::Told, "", now);
    say(each, ProgressState::Accepted, kProgram, proof, now);
    line(false, "told", each.event, std::string(name_of(message.channel)) + ", reference " + message.reference);
  });
  ++out_.counted["accepted/" + std::string(name_of(message.channel))];
}

/// Nobody asks any more. What it was to tell is a person's, unless it is one's already.
void Book::give_up(Message& message, Instant now) {
  const bool taken = message.state == Sent::Accepted;
  message.state = Sent::GivenUp;
  each_in(message, [&](Telling& each) {
    if (!taken || each.state != State::Told) return;
    if (each.superseded) hand_on(each, "no_receipt", now);
    else to_person(each, "no_receipt", now);
  });
}

/// It is certain that the service does not have it: what it carried is planned anew.
void Book::not_sent(Message& message, Instant now) {
  const std::string reference = message.reference;
  each_in(message, [&](Telling& each) {
    each.reference.clear();
    if (each.state != State::Sending) return;
    if (!each.retracted.empty()) {
      close(each, State::Nothing, each.retracted, now);
      return hand_on(each, "", now);
    }
    if (each.tries >= rules_.tries) return to_person(each, "not_sent", now);
    each.state = State::Waiting;
    plan(each, now);
  });
  std::erase_if(case_.messages, [&](const Message& each) { return each.reference == reference; });
}

void Book::failed(Message& message, const std::string& why, Instant now) {
  message.state = Sent::Failed;
  each_in(message, [&](Telling& each) {
    if (each.state == State::Sending && !each.retracted.empty()) {
      close(each, State::Nothing, each.retracted, now);
      return hand_on(each, why, now);
    }
    if (each.state == State::Told && each.superseded) return hand_on(each, why, now);
    if (each.state == State::Sending || (each.state == State::Told && !each.superseded)) to_person(each, why, now);
  });
  ++out_.counted["failed"];
}

void Book::answered(const std::string& reference, const Answer& answer, Instant now) {
  Message* message = case_.message(reference);
  if (message == nullptr || (message->state != Sent::Intended && message->state != Sent::Unknown)) return;
  switch (answer.is) {
    case Answer::Is::Accepted: return accepted(*message, answer.id, now);
    case Answer::Is::Refused:
      message->status = answer.why;
      return failed(*message, "refused " + answer.why, now);
    case Answer::Is::Later: return not_sent(*message, now);
    case Answer::Is::Unknown: break;
  }
  message->state = Sent::Unknown;
  message->next = now + rules_.settle;
  each_in(*message, [](Telling& each) { ++each.tries; });
  line(false, "whether a message was sent is not known", {}, answer.why);
}

Message* Book::to_look_up(Instant now) {
  for (Message& each : case_.messages) {
    if ((each.state == Sent::Unknown || each.state == Sent::Accepted) && each.next <= now) return &each;
  }
  return nullptr;
}

void Book::looked_up(const std::string& reference, const Looked& looked, Instant now) {
  Message* message = case_.message(reference);
  if (message == nullptr) return;
  const bool unknown = message->state == Sent::Unknown;
  if (looked.is == Looked::Is::Found) {
    if (unknown) accepted(*message, looked.id, now);
    receipt(reference, looked.id, looked.status, now);
    if (message->state == Sent::Accepted) {
      message->next = now + backed_off(rules_.poll, message->polls);
      if (++message->polls > polls_of(*message)) give_up(*message, now);
    }
    return;
  }
  if (looked.is == Looked::Is::Nothing && unknown && now - message->intended < kLookable) {
    if (++message->looks >= kLooksInVain) return not_sent(*message, now);
    message->next = now + rules_.settle;
    return;
  }
  message->next = now + backed_off(unknown ? rules_.settle : rules_.poll, message->polls);
  if (++message->polls > polls_of(*message)) give_up(*message, now);
  if (!unknown || message->polls < rules_.tries) return;
  each_in(*message, [&](Telling& each) {
    if (each.state != State::Sending) return;
    if (each.retracted.empty() || each.retracted == "recalled") to_person(each, "outcome_unknown", now);
    else {
      close(each, State::Nothing, each.retracted, now);
      hand_on(each, "outcome_unknown", now);
    }
  });
}

void Book::receipt(const std::string& reference, const std::string& id, const std::string& status, Instant now) {
  Message* message = case_.message(reference);
  if (message == nullptr || (!message->id.empty() && message->id != id)) {
    ++out_.counted["receipts_of_nothing"];
    return;
  }
  if (message->state == Sent::Intended || message->state == Sent::Unknown) accepted(*message, id, now);
  if (message->state != Sent::Accepted && message->state != Sent::GivenUp) return;
  message->status = status;
  if (is_failure(status)) return failed(*message, status, now);
  if (!is_delivery(*message, status)) return;
  message->state = Sent::Delivered;
  const std::string proof = std::string(name_of(message->channel)) + " delivered " + to_text(now);
  each_in(*message, [&](Telling& each) {
    each.proof = proof;
    if (each.state == State::WithPerson) {
      out_.tasks.insert(each.event);
      if ((each.why == "no_receipt" || each.why == "outcome_unknown") && each.step == 0) close(each, State::Told, "", now);
    }
    if (each.state != State::Told) return;
    say(each, ProgressState::Acted, kProgram, proof, now);
    line(false, "delivered", each.event, std::string(name_of(message->channel)) + ", reference " + message->reference);
  });
  ++out_.counted["delivered"];
}

}  // namespace concordat::notify
