// What stage directions mean: each is matched against a table of patterns and done in the house. tests/scenario/README.md lists them.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "proto/text/json.h"
#include "tests/scenario/house.h"

namespace concordat::scenario {

/// A change under which a play must fail, so that it is known to be able to.
struct Plant {
  std::string from, to;   ///< In the agreement that the play begins with; or
  std::string first;      ///< a direction that is done before all others.
};
/// The plant that a direction names; nothing if it is another direction.
std::optional<Plant> plant_in(const std::string& direction);

/// One performance of a play.
class Director {
 public:
  /// `folder` is empty and for the files of adapters. `restarting`: the broker restarts before every direction, which must change nothing.
  Director(const Bytes& agreement, std::string folder, bool restarting) : house_(agreement, std::move(folder)), restarting_(restarting), first_agreement_(agreement) {}

  /// Does a direction; what comes of it. E-WORD with the nearest right words.
  Result<Lines> direct(const std::string& direction);

 private:
  using Words = std::vector<std::string>;
  using Doing = Result<int> (Director::*)(const Words&);
  struct Row;
  static std::span<const Row> rows();
  static std::string nearest_row(const std::string& direction);

  Result<int> introduce(const Words& words);
  Result<int> say_of(const Words& words);
  Result<int> send(const Words& words);
  Result<int> send_live(const Words& words);
  Result<int> correct(const Words& words);
  Result<int> send_again(const Words& words);
  Result<int> repeat_bytes(const Words& words);
  Result<int> lose_outbox(const Words& words);
  Result<int> greet_live(const Words& words);
  Result<int> wait(const Words& words);
  Result<int> wait_until(const Words& words);
  Result<int> read(const Words& words);
  Result<int> accept(const Words& words);
  Result<int> decline(const Words& words);
  Result<int> decline_silently(const Words& words);
  Result<int> act(const Words& words);
  Result<int> close(const Words& words);
  Result<int> go_offline(const Words& words);
  Result<int> come_back(const Words& words);
  Result<int> fall_silent(const Words& words);
  Result<int> answer_again(const Words& words);
  Result<int> restart(const Words& words);
  Result<int> amend(const Words& words);
  Result<int> gain(const Words& words);
  Result<int> lose(const Words& words);
  Result<int> withdraw_agreement(const Words& words);
  Result<int> restore_agreement(const Words& words);
  Result<int> suspend(const Words& words);
  Result<int> let_in(const Words& words);
  Result<int> name_alternative(const Words& words);
  Result<int> let_assert(const Words& words);
  Result<int> forbid_asserting(const Words& words);
  Result<int> ask_duties(const Words& words);
  Result<int> ask_kept(const Words& words);
  Result<int> ask_untold(const Words& words);
  Result<int> ask_why(const Words& words);
  Result<int> plant(const Words&) { return 0; }

  Result<Written> written(const Words& words);
  Result<int> write(Written& written, const std::string& rest);
  Result<int> write_phrase(Written& written, const std::string& phrase);
  Result<int> make_progress(const Words& words, contract::ProgressState state);
  Result<int> change_directory(const std::function<Result<int>(directory::Directory&)>& change);
  Result<int> mark_suspended(const std::string& whom, bool suspended);
  Result<text::Json> explained(const std::string& desk, const std::string& reference);
  void tell(const std::string& line) { answers_.push_back("  " + line); }

  House house_;
  bool restarting_;
  Bytes first_agreement_;
  People people_;
  std::map<std::string, Written> written_;
  Lines answers_;
};

}  // namespace concordat::scenario
