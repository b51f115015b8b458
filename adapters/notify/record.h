// What is kept of one case: who registered, what she chose, every piece of news and how it was told. Plain values, encoded from one
// list of fields each; a case is one value in the keep, so that everything decided about it changes in one transaction.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/fields.h"
#include "proto/base/ids.h"
#include "proto/base/time.h"
#include "proto/contract/vocabulary.h"

namespace concordat::notify {

inline constexpr std::uint16_t kRecordVersion = 1;

/// Groups of news that a victim is asked about; the numbers of News in the contract.
enum class News : std::uint8_t { None = 0, Charge, Bail, Warrant, Hearing, Outcome, Sentence, ProtectiveOrder, Appeal, Release, AtLarge };
/// How she chose to hear of a group; the numbers of NewsChannel in the contract.
enum class Channel : std::uint8_t { Unchosen = 0, Text, Email, Letter, Call, NoNews };
std::string_view name_of(News news);
std::string_view name_of(Channel channel);

enum class Said : std::uint8_t { Nothing = 0, No, Yes };

struct Choice {
  News about{};
  Channel channel{};
  bool at_any_hour = false;
  template <class V> void fields(V& v) { v(about, channel, at_any_hour); }
};

/// Her word on what she wants to hear. The last word counts whole.
struct Preferences {
  bool said = false;
  Said wants{};
  std::vector<Choice> choices;
  std::string quiet_from, quiet_until;   ///< "21:00"; empty: the settings'.
  std::string confirmed;                 ///< "2026-05-01": when her number was last confirmed.
  std::string language;                  ///< "en", "cy" or empty.
  Instant since{};                       ///< When she said it, or this desk heard it.
  template <class V> void fields(V& v) { v(said, wants, choices, quiet_from, quiet_until, confirmed, language, since); }
};

/// How she can be reached safely.
struct Contact {
  bool said = false;
  std::vector<std::string> mobiles, emails, others;
  bool through_person = false;
  std::vector<std::string> safe_times;
  std::string instructions;
  Said leave_message{};
  Instant since{};
  Instant changed{};                     ///< When numbers or addresses became others than were known before; none: never.
  template <class V> void fields(V& v) { v(said, mobiles, emails, others, through_person, safe_times, instructions, leave_message, since, changed); }
};

/// A registration, a change of preferences or of consent: its newest revision.
struct Source {
  EventId event;
  Digest digest;
  Sequence place = 0;
  contract::Kind kind{};
  bool withdrawn = false;
  bool ended = false;
  std::string unit, helpline, hours;
  std::string name;
  std::string born;                      ///< "1991-02-28" as far as it is known.
  std::uint8_t age_band = 0;             ///< contract::AgeBand; 0: not known.
  bool interpreter = false;
  std::string language;
  std::vector<std::string> address;      ///< Lines for a letter, the postcode last.
  std::string victim;                    ///< This desk's own name for her.
  std::uint8_t consent = 0;              ///< contract::ConsentState; 0: nothing said.
  std::string consent_for;               ///< The purpose; empty: any.
  Instant consent_since{};               ///< When she said it, or this desk heard it.
  Preferences preferences;
  Contact contact;
  template <class V> void fields(V& v) {
    v(event, digest, place, kind, withdrawn, ended, unit, helpline, hours, name, born, age_band, interpreter, language, address, victim, consent, consent_for, consent_since);
    v(preferences, contact);
  }
};

/// States of one telling: adapters/notify/README.md has the diagram.
enum class State : std::uint8_t {
  Unmatched = 1,  ///< No registration yet.
  Waiting,        ///< To be sent, not before `not_before`.
  Sending,        ///< In a message whose intent is recorded and whose outcome is not known.
  Told,           ///< A message was accepted.
  WithPerson,     ///< A task for a person.
  ByPerson,       ///< A person has told her, or said why not.
  Nothing,        ///< Nothing is told, for the reason given.
};
std::string_view name_of(State state);

/// One piece of news and what became of it.
struct Telling {
  EventId event;
  Digest digest;
  Sequence place = 0;
  Instant accepted{};
  Instant act_by{};                      ///< What the clause asks; none: only the settings'.
  contract::Kind kind{};
  News group{};
  bool for_a_person = false;             ///< Whatever she chose: at large, died, …
  bool reversed = false;
  bool historic = false;
  std::string what;                      ///< "imprisoned", "trial", "released": in words of the vocabulary, for a person.
  std::string when;                      ///< Of a hearing or a movement, as the source gave it.
  std::string terms;                     ///< Of an order: from when to when, and its conditions in words of the vocabulary.
  std::string unless;                    ///< Set: a person, for this reason, whatever she chose.
  State state{};
  Channel channel{};                     ///< While Waiting or later, how.
  std::string why;
  Instant not_before{}, not_after{};
  std::string reference;                 ///< Of the message that carries it.
  std::uint8_t tries = 0;
  Instant ended_at{};                    ///< When it was told, or closed.
  std::string proof;                     ///< "text delivered 2026-07-14T09:31:00.000Z".
  std::string by;                        ///< The person of the task's last step,
  std::uint8_t step = 0;                 ///< and the step: contract::ProgressState.
  std::uint8_t alarmed = 0;              ///< 1: that time is short was said, 2: that it is over.
  bool superseded = false;               ///< A later revision stands.
  Instant keep_until{};                  ///< What the clause obliges to,
  std::string keep_rule;                 ///< where it says no date.
  std::string retracted;                 ///< While Sending: what it says no longer holds, and why.
  template <class V> void fields(V& v) {
    v(event, digest, place, accepted, act_by, kind, group, for_a_person, reversed, historic, what, when, terms, unless, state, channel, why, not_before, not_after);
    v(reference, tries, ended_at, proof, by, step, alarmed, superseded, retracted, keep_until, keep_rule);
  }
};

/// States of a message: intended before the POST, in the same transaction as the tellings it carries.
enum class Sent : std::uint8_t {
  Intended = 1,  ///< The POST may or may not have happened.
  Unknown,       ///< It happened, or may have; to be looked up by reference.
  Accepted,      ///< The service has it.
  Delivered,
  Failed,        ///< The service says that it could not be delivered.
  NotSent,       ///< The service does not have it.
  GivenUp,       ///< Looked up too often in vain: a person's.
};

struct Message {
  std::string reference;
  Channel channel{};
  std::string language;
  std::string template_id;
  std::string to;                        ///< Number or address; of a letter the lines, one a line.
  std::vector<std::pair<std::string, std::string>> personalisation;
  Sent state{};
  std::string id;                        ///< The service's.
  std::string status;                    ///< In the service's words.
  Instant intended{};
  Instant next{};                        ///< When to look it up again.
  std::uint8_t looks = 0;                ///< In vain, since the POST.
  std::uint8_t polls = 0;
  template <class V> void fields(V& v) { v(reference, channel, language, template_id, to, personalisation, state, id, status, intended, next, looks, polls); }
};

/// Where an event stands that came before what recalls or corrects it could be applied.
struct Past {
  EventId event;
  Digest digest;
  Sequence place = 0;
  template <class V> void fields(V& v) { v(event, digest, place); }
};

struct Case {
  std::uint16_t version = kRecordVersion;
  Pseudonym name;
  std::vector<Source> sources;
  std::vector<Telling> tellings;
  std::vector<Message> messages;
  std::vector<Past> recalled;            ///< By event: what is delivered at or before that place is past.
  std::vector<Digest> corrected;         ///< Digests that a later revision took the place of.
  template <class V> void fields(V& v) { v(version, name, sources, tellings, messages, recalled, corrected); }

  Telling* telling(const EventId& event);
  Message* message(const std::string& reference);
  const Message* message(const std::string& reference) const { return const_cast<Case*>(this)->message(reference); }
  /// Something is still to be done or to be waited for.
  bool open() const;
};

/// Bounds of a case: the oldest that are done give way.
inline constexpr std::size_t kTellingsMax = 500;
inline constexpr std::size_t kSourcesMax = 50;
inline constexpr std::size_t kMessagesMax = 100;

/// One line that says how everything stands, for tests and logs: "waiting text | with_person movement".
std::string state_line(const Case& one);

}  // namespace concordat::notify
