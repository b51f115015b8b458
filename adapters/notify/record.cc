// What is kept of one case: see record.h.
#include "adapters/notify/record.h"

#include <algorithm>
#include <array>

namespace concordat::notify {

std::string_view name_of(News news) {
  static constexpr std::array<std::string_view, 11> kNames = {"none",    "charge",   "bail",   "warrant", "hearing", "outcome",
                                                              "sentence", "protective_order", "appeal", "release", "at_large"};
  return kNames.at(static_cast<std::size_t>(news));
}

std::string_view name_of(Channel channel) {
  static constexpr std::array<std::string_view, 6> kNames = {"unchosen", "text", "email", "letter", "call", "none"};
  return kNames.at(static_cast<std::size_t>(channel));
}

std::string_view name_of(State state) {
  static constexpr std::array<std::string_view, 8> kNames = {"none", "unmatched", "waiting", "sending", "told", "with_person", "by_person", "nothing"};
  return kNames.at(static_cast<std::size_t>(state));
}

Telling* Case::telling(const EventId& event) {
  const auto found = std::find_if(tellings.begin(), tellings.end(), [&](const Telling& each) { return each.event == event; });
  return found == tellings.end() ? nullptr : &*found;
}

Message* Case::message(const std::string& reference) {
  const auto found = std::find_if(messages.begin(), messages.end(), [&](const Message& each) { return each.reference == reference; });
  return found == messages.end() ? nullptr : &*found;
}

bool Case::open() const {
  const bool telling = std::any_of(tellings.begin(), tellings.end(), [](const Telling& each) {
    return each.state == State::Unmatched || each.state == State::Waiting || each.state == State::Sending || each.state == State::WithPerson;
  });
  const bool message = std::any_of(messages.begin(), messages.end(), [](const Message& each) {
    return each.state == Sent::Intended || each.state == Sent::Unknown || each.state == Sent::Accepted;
  });
  return telling || message;
}

std::string state_line(const Case& one) {
  std::string out;
  for (const Telling& each : one.tellings) {
    if (!out.empty()) out += " | ";
    out += name_of(each.state);
    if (each.state == State::Waiting || each.state == State::Sending || each.state == State::Told) out += " " + std::string(name_of(each.channel));
    if (!each.why.empty()) out += " " + each.why;
  }
  return out;
}

}  // namespace concordat::notify
