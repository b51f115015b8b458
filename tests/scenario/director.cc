// What stage directions mean: see director.h.
#include "tests/scenario/director.h"

#include <algorithm>

#include "proto/text/nearest.h"
#include "tests/scenario/apart.h"
#include "tests/scenario/words.h"

namespace concordat::scenario {

using contract::ProgressState;

// ---- the directions ------------------------------------------------------------------------------------------------------

struct Director::Row {
  std::string_view pattern;
  Doing done;
};

std::span<const Director::Row> Director::rows() {
  static constexpr Row kRows[] = {
      {"this play must fail if the agreement says \"{..}\" instead of \"{..}\"", &Director::plant},
      {"this play must fail if at first {..}", &Director::plant},
      // the world
      {"{..} later", &Director::wait},
      {"at {time}", &Director::wait_until},
      {"the broker restarts", &Director::restart},
      {"the agreement says \"{..}\" instead of \"{..}\"", &Director::amend},
      {"the agreement gains \"{..}\"", &Director::gain},
      {"the agreement loses {clause}", &Director::lose},
      {"the agreement is withdrawn", &Director::withdraw_agreement},
      {"the agreement is as it was", &Director::restore_agreement},
      {"the directory suspends {whom}", &Director::suspend},
      {"the directory lets {whom} in again", &Director::let_in},
      {"the directory names {desk} as the alternative of {desk}", &Director::name_alternative},
      {"the directory lets {party} assert {kind..}", &Director::let_assert},
      {"the directory forbids {party} to assert {kind..}", &Director::forbid_asserting},
      // questions
      {"what must {desk} do with {event}?", &Director::ask_duties},
      {"what is kept from {desk} of {event}?", &Director::ask_kept},
      {"why is {desk} told nothing of {event}?", &Director::ask_why},
      {"who is told nothing of {event}?", &Director::ask_untold},
      // senders
      {"{sender} send {event} again", &Director::send_again},
      {"{sender} sends {event} again", &Director::send_again},
      {"{sender} repeat the bytes of {event}", &Director::repeat_bytes},
      {"{sender} repeats the bytes of {event}", &Director::repeat_bytes},
      {"{sender} send from live {event}: {kind and phrases..}", &Director::send_live},
      {"{sender} send {event}: {kind and phrases..}", &Director::send},
      {"{sender} sends {event}: {kind and phrases..}", &Director::send},
      {"{sender} correct {event}: {phrases..}", &Director::correct},
      {"{sender} corrects {event}: {phrases..}", &Director::correct},
      {"{sender} lose their outbox", &Director::lose_outbox},
      {"a live program of {sender} says hello", &Director::greet_live},
      // desks
      {"{desk} reads {event}", &Director::read},
      {"{desk} accepts {event}", &Director::accept},
      {"{desk} declines {event}: {reason..}", &Director::decline},
      {"{desk} declines {event}", &Director::decline_silently},
      {"{desk} acts on {event}", &Director::act},
      {"{desk} closes {event}", &Director::close},
      {"{desk} goes offline", &Director::go_offline},
      {"{desk} comes back", &Director::come_back},
      {"{desk} takes what comes and acknowledges nothing", &Director::fall_silent},
      {"{desk} acknowledges again", &Director::answer_again},
      // people
      {"from now on {person} {trait..}", &Director::say_of},
      {"{person} is {roles..}: {traits..}", &Director::introduce},
      {"{person} is {roles..}", &Director::introduce},
  };
  return kRows;
}

// The row whose fixed words are nearest to the direction's.
std::string Director::nearest_row(const std::string& direction) {
  const auto words_of = [](std::string_view text) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find_first_of(" :?", at), text.size());
      if (end > at) words.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    return words;
  };
  const auto said = words_of(direction);
  std::string_view best;
  double best_share = 0.4;
  for (const Row& row : rows()) {
    std::size_t fixed = 0, found = 0;
    for (const std::string_view word : words_of(row.pattern)) {
      if (word.find('{') != std::string_view::npos || word.find('}') != std::string_view::npos) continue;
      ++fixed;
      found += text::nearest(word, said).empty() ? 0 : 1;
    }
    const double share = fixed == 0 ? 0 : static_cast<double>(found) / static_cast<double>(fixed);
    if (share > best_share) best = row.pattern, best_share = share;
  }
  return best.empty() ? "" : "; the nearest is `" + std::string(best) + "`";
}

std::optional<Plant> plant_in(const std::string& direction) {
  std::vector<std::string> words;
  if (fits("this play must fail if the agreement says \"{..}\" instead of \"{..}\"", direction, words)) return Plant{with_lines(words[1]), with_lines(words[0]), {}};
  if (fits("this play must fail if at first {..}", direction, words)) return Plant{{}, {}, words[0]};
  return std::nullopt;
}

Result<Lines> Director::direct(const std::string& direction) {
  house_.begin_direction();
  Lines lines;
  if (restarting_) {
    house_.restart();
    lines = house_.take_lines();
    std::erase_if(lines, [](const std::string& line) { return line.ends_with(" again"); });  // at least once: what nobody acknowledged comes anew
  }
  for (const Row& row : rows()) {
    Words words;
    if (!fits(row.pattern, direction, words)) continue;
    TRY_VOID((this->*row.done)(words));
    for (const Lines& more : {house_.take_lines(), answers_}) lines.insert(lines.end(), more.begin(), more.end());
    answers_.clear();
    return lines;
  }
  return wrong("no such stage direction" + nearest_row(direction));
}

// ---- people --------------------------------------------------------------------------------------------------------------

Result<int> Director::introduce(const Words& words) {
  Somebody somebody;
  std::string roles = words[1];
  for (std::size_t at = 0; at != std::string::npos;) {
    const auto end = roles.find(" and ", at);
    std::string role = roles.substr(at, end == std::string::npos ? end : end - at);
    for (const std::string_view article : {"the ", "a ", "an "}) {
      if (role.starts_with(article)) role.erase(0, article.size());
    }
    const auto known = contract::role_named(underscored(role));
    if (!known) return no_such("role", role, [] {
      std::vector<std::string_view> names;
      for (const contract::Word& word : contract::words<contract::Role>()) names.push_back(word.name);
      return names;
    }());
    somebody.roles.push_back(*known);
    at = end == std::string::npos ? end : end + 5;
  }
  if (words.size() > 2) somebody.traits = listed(words[2]);
  people_[words[0]] = std::move(somebody);
  // A wrong trait is wrong here, not where it is first used. A relationship needs somebody to be to.
  People two = {{words[0], people_[words[0]]}, {"", {{contract::Role::Victim}, {}}}, {" ", {{contract::Role::AllegedPerpetrator}, {}}}};
  const Written nothing{"", contract::Kind::Incident, {{words[0], {}}, {"", {}}, {" ", {}}}, {}, house_.stage.now, false};
  TRY_VOID(typed(nothing, two, house_.stage.now));
  return 0;
}

Result<int> Director::say_of(const Words& words) {
  const auto person = people_.find(words[0]);
  if (person == people_.end()) return wrong("`" + words[0] + "` is nobody of this play");
  person->second.traits.push_back(words[1]);
  return 0;
}

// ---- senders -------------------------------------------------------------------------------------------------------------

Result<int> Director::write_phrase(Written& written, const std::string& phrase) {
  std::string_view said;
  if (phrase == "loaded in bulk") {
    written.in_bulk = true;
    return 0;
  }
  if (matches("happened * ago", phrase, said)) {
    TRY(const Milliseconds ago, time_of(std::string(said)));
    written.happened = house_.stage.now - ago;
    return 0;
  }
  if (matches("without *", phrase, said)) {
    const auto gone = std::erase_if(written.people, [&](const auto& person) { return person.first == said; });
    if (gone == 0) return wrong("`" + std::string(said) + "` is not in the event");
    return 0;
  }
  const auto bracket = phrase.find(" (");
  const std::string name = phrase.substr(0, bracket);
  if (!people_.contains(name)) {
    written.phrases.push_back(phrase);
    return 0;
  }
  Lines also;
  if (bracket != std::string::npos) also = listed(phrase.substr(bracket + 2, phrase.size() - bracket - 3));
  std::erase_if(written.people, [&](const auto& person) { return person.first == name; });
  written.people.emplace_back(name, std::move(also));
  return 0;
}

Result<int> Director::write(Written& written, const std::string& rest) {
  for (const std::string& phrase : listed(rest)) TRY_VOID(write_phrase(written, phrase));
  return 0;
}

Result<Written> Director::written(const Words& words) {
  TRY_VOID(house_.sender(words[0]));
  const auto comma = words[2].find(',');
  Written written;
  written.reference = words[1];
  TRY(written.kind, kind_of(words[2].substr(0, comma)));
  written.happened = house_.stage.now;
  if (comma != std::string::npos) TRY_VOID(write(written, words[2].substr(comma + 1)));
  return written;
}

Result<int> Director::send(const Words& words) {
  TRY(Written written, this->written(words));
  TRY_VOID(house_.send(words[0], written, people_, false));
  written_.insert_or_assign(words[1], std::move(written));
  return 0;
}

Result<int> Director::send_live(const Words& words) {
  TRY(const Written written, this->written(words));
  return house_.send(words[0], written, people_, true);
}

Result<int> Director::correct(const Words& words) {
  const auto before = written_.find(words[1]);
  if (before == written_.end()) return wrong("nothing was sent as `" + words[1] + "`");
  TRY_VOID(write(before->second, words[2]));
  return house_.send(words[0], before->second, people_, false);
}

Result<int> Director::send_again(const Words& words) {
  const auto before = written_.find(words[1]);
  if (before == written_.end()) return wrong("nothing was sent as `" + words[1] + "`");
  return house_.send(words[0], before->second, people_, false);
}

Result<int> Director::repeat_bytes(const Words& words) { return house_.send_again(words[0], words[1]); }
Result<int> Director::lose_outbox(const Words& words) { return house_.forget(words[0]); }

Result<int> Director::greet_live(const Words& words) {
  return house_.greet_live(words[0]);
}

// ---- time ----------------------------------------------------------------------------------------------------------------

Result<int> Director::wait(const Words& words) {
  TRY(const Milliseconds time, time_of(words[0]));
  house_.wait(time);
  return 0;
}

Result<int> Director::wait_until(const Words& words) {
  const auto late = house_.stage.now + std::chrono::hours(24);
  Instant at = std::chrono::ceil<std::chrono::minutes>(house_.stage.now + Milliseconds(1));
  while (at <= late && clock_in_words(at, at) != words[0]) at += std::chrono::minutes(1);
  if (at > late) return wrong("`" + words[0] + "` is no time of day like 09:30");
  house_.wait(at - house_.stage.now);
  return 0;
}

// ---- desks ---------------------------------------------------------------------------------------------------------------

Result<int> Director::make_progress(const Words& words, ProgressState state) {
  TRY(const DeskNumber desk, house_.desk(words[0]));
  return house_.progress(desk, words[1], state, words.size() > 2 ? words[2] : "");
}
Result<int> Director::read(const Words& words) { return make_progress(words, ProgressState::Read); }
Result<int> Director::accept(const Words& words) { return make_progress(words, ProgressState::Accepted); }
Result<int> Director::decline(const Words& words) { return make_progress(words, ProgressState::Declined); }
Result<int> Director::decline_silently(const Words& words) { return make_progress(words, ProgressState::Declined); }
Result<int> Director::act(const Words& words) { return make_progress(words, ProgressState::Acted); }
Result<int> Director::close(const Words& words) { return make_progress(words, ProgressState::Closed); }

Result<int> Director::go_offline(const Words& words) {
  TRY(const DeskNumber desk, house_.desk(words[0]));
  house_.set_online(desk, false);
  return 0;
}
Result<int> Director::come_back(const Words& words) {
  TRY(const DeskNumber desk, house_.desk(words[0]));
  house_.set_online(desk, true);
  house_.gather();
  return 0;
}
Result<int> Director::fall_silent(const Words& words) {
  TRY(const DeskNumber desk, house_.desk(words[0]));
  house_.set_silent(desk, true);
  return 0;
}
Result<int> Director::answer_again(const Words& words) {
  TRY(const DeskNumber desk, house_.desk(words[0]));
  house_.set_silent(desk, false);
  return 0;
}

}  // namespace concordat::scenario
