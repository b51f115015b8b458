// What was told of hearings before, and what of a new message is left to tell: one outcome once, however often and under however
// many hearings it is repeated; and what no longer stands is told as reversed, never in silence. Private to this folder.
//
// State, each for 400 days from when it was last said:
//   event/REFERENCE          what was told under it: the event, when it happened, the marks of what it told
//   mark/MARK                the reference under which that thing was told
//   defendant/HEARING/KEY    the references told of a defendant at a hearing (of its day), and when it was shared
//   hearing/HEARING          the defendants of a hearing (of its day), and when it was shared
//   shared/ID                the newest share that was taken of a hearing, whatever its day, or that named it as the next one
//   deleted/ID               the newest share that its deletion took: what is not newer was told before it
//   all/ID                   every reference told of a hearing, whatever its day, and its listing
//   stands/OFFENCE           the references told of an offence, whatever the hearing
//   annulled/OFFENCE/KIND    the day on which, the hearing that, and the time of sharing at which it decided that outcomes of a kind stand no more
//   annuls/HEARING           what a hearing (of its day) annulled: "word/OFFENCE"
//   annulling/ID             the days of a hearing that annulled anything
//   was/REFERENCE            what stood before it was annulled, and the hearing that did
//   said/HEARING/OFFENCE     the messages without a time of sharing that spoke of an offence (*: of who is in the hearing), the newest last
//   abuse/CASE               the case is known to be one of domestic abuse
//   unmarked/CASE            the outcomes told of a case before that was known
#pragma once

#include <string>
#include <vector>

#include "adapters/courts/hearing.h"
#include "adapters/courts/outcomes.h"
#include "adapters/sdk/source.h"

namespace concordat::courts {

/// What a message is about, carried from read() to follow() in the input's state.
struct About {
  enum class What : std::uint8_t {
    Defendant,  ///< The news of one defendant.
    Whole,      ///< The hearing itself: who is in it.
    Deleted,
  } what = What::Defendant;
  Told told = Told::Listed;
  bool is_whole = false;
  std::string id, key;
  std::string defendant;
  std::vector<std::string> defendants;
  std::optional<Instant> shared;
  std::vector<std::vector<std::vector<std::string>>> marks;  ///< Of each event, in order.
  std::vector<std::vector<std::string>> offences;            ///< Of each event, as News has them.
  std::vector<std::string> annuls;  ///< As News has them, of all.
  std::vector<std::string> carried; ///< Of a message that is not whole, or has no time of sharing: the offences of which it says all that was ordered at the hearing.
  std::string day;                  ///< Of the results, "2026-07-14".
  std::string text;                 ///< By which the very same message is known again; empty where its time of sharing does that.
  std::vector<std::string> cases;   ///< By which the defendant's case is known.
  std::string summons;              ///< The number that his charges stand under: his case where it has no reference.
  bool abuse_case = false;          ///< This message says that it is one of domestic abuse.
};

void set_about(sdk::Input& input, const About& about);

/// Completes an input: drops what was told elsewhere, adds what no longer stands, keeps what is told now.
Result<int> follow(sdk::Input& input, sdk::Kept& kept, Instant now);

}  // namespace concordat::courts
