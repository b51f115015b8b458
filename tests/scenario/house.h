// The partnership of a play: the broker (tests/support/stage.h), the programs of every sender and desk, and what reaches whom, in words.
// Desks run the kit's own reading side: what a line says that somebody opens, that program has proven, opened and filed.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "adapters/sdk/reading.h"
#include "broker/deliver/assemble.h"
#include "tests/scenario/in_words.h"
#include "tests/scenario/sender.h"
#include "tests/support/stage.h"

namespace concordat::scenario {

class House {
 public:
  /// Nothing, or why an agreement does not fit the cast's directory.
  static Result<int> fits(const Bytes& agreement);
  /// `folder` is for the files of adapters. Aborts if the agreement does not fit the cast's directory.
  House(const Bytes& agreement, std::string folder);
  ~House();

  // ---- senders; E-WORD for one that is none
  Result<int> send(const std::string& sender, const Written& written, const People& people, bool live);
  /// The very bytes of the newest revision once more, as when an answer was lost.
  Result<int> send_again(const std::string& sender, const std::string& reference);
  Result<int> forget(const std::string& sender);
  /// A program of the sender's that is set up for live says hello.
  Result<int> greet_live(const std::string& sender);

  // ---- desks
  /// Number of a desk by its short name. E-WORD.
  Result<DeskNumber> desk(std::string_view word) const;
  Result<Sender*> sender(std::string_view word);
  std::string word_of(DeskNumber desk) const;
  void set_online(DeskNumber desk, bool online);
  void set_silent(DeskNumber desk, bool silent);
  /// E-WORD if the desk was never handed anything of that reference.
  Result<int> progress(DeskNumber desk, const std::string& reference, contract::ProgressState state, const std::string& reason);

  // ---- the world
  void restart();
  void wait(Milliseconds time);
  /// Adopts it; where it does not fit, a line says why and nothing changes.
  void adopt_agreement(const Bytes& file);
  void adopt_directory(directory::Directory directory);
  Bytes agreement() const { return stage.state().agreements.contains(name_) ? stage.state().agreements.at(name_).file : Bytes(); }
  const directory::Directory& directory() { return *stage.process().core().world().directory; }

  /// What reached anybody since it was last asked, each with its time; programs open and acknowledge on the way.
  void gather();
  Lines take_lines() { return std::exchange(lines_, {}); }
  void begin_direction();
  std::string now_in_words() const { return clock_in_words(stage.now, since_); }

  // ---- for questions
  /// The newest event of a reference, whoever sent it. E-WORD.
  Result<EventId> newest(const std::string& reference) const;
  /// What the desk opened last of a reference. E-WORD.
  Result<const sdk::OpenedEvent*> opened(DeskNumber desk, const std::string& reference) const;
  const Naming& naming(const EventId& event) const { return sent_.at(event).naming; }
  std::string name_of(const EventId& event) const;

  test::Stage stage;

 private:
  const std::string name_;  ///< Of the agreement.
  struct Program;
  struct Heard {
    std::string code, event, text;
    friend auto operator<=>(const Heard&, const Heard&) = default;
  };
  void attend(Program& program);
  void attend_all();
  bool open_all();
  void take_frame(Program& program, const test::Handed& handed);
  void say_opened(const Program& program, const sdk::OpenedEvent& opened);
  void acknowledge(Program& program, std::vector<wire::ToBroker> out);
  void say(const std::string& line) { lines_.push_back("  " + now_in_words() + "  " + line); }
  std::string in_play(std::string text) const;
  Program& program(std::string_view word);
  Program& program(DeskNumber desk);
  wire::EventResult hand_in(const std::string& sender, const Sent& sent);
  void say_answer(const std::string& sender, const wire::EventResult& result);
  void say_shut_out();
  void say_alarms();
  void say_reports(Program& program);

  std::string folder_;
  Instant since_;
  Lines lines_;
  std::map<std::string, Sender, std::less<>> senders_;
  std::vector<std::unique_ptr<Program>> programs_;        // senders, then desks in the order of their numbers
  std::map<EventId, Sent> sent_;                          // of everything that left, by event
  std::map<std::string, std::vector<EventId>> by_reference_;
  std::set<std::tuple<std::string, Heard, Instant>> heard_;
  Sequence gathered_ = 0;
  test::SessionId strangers_ = 1'000'000;                 // sessions that no program of the play has
  broker::Identity identity_;
  test::DiceEntropy entropy_{3};
  broker::Assembler assembler_{identity_, entropy_};
  std::unique_ptr<keep::Keep> keep_;                      // of every desk's program
};

}  // namespace concordat::scenario
