// The rules by which a victim is told: settings, and decide(), which says for one piece of news whether, how and when. Pure.
#pragma once

#include <map>
#include <string>

#include "adapters/notify/calendar.h"
#include "adapters/notify/record.h"
#include "adapters/notify/templates.h"
#include "proto/text/duration.h"

namespace concordat::notify {

/// What the configuration decides. All durations are settings, because the law's change.
struct Rules {
  Calendar calendar;
  Templates templates;
  /// Deadlines by group; of others one working day.
  std::map<News, text::Duration> within{{News::AtLarge, {60, text::Duration::Unit::Minutes}}};
  text::Duration registration_within{1, text::Duration::Unit::WorkingDays};  ///< News without a registration waits so long.
  std::string purpose = "informed";                  ///< For which consent is asked, as the agreement calls it.
  std::string idva;                                  ///< The desk that hears at once: named to people who ring.
  Milliseconds idva_first{15 * 60'000};              ///< A message goes no earlier than this after acceptance.
  unsigned confirm_months = 6;                       ///< A number confirmed longer ago is a person's.
  bool unknown_age_is_adult = false;
  Window quiet{0x7f, 21 * 60, 8 * 60};               ///< Where she said none.
  std::string language = "en";                       ///< Where she said none.
  std::string helpline, hours;                       ///< Where the registration says none.
  Milliseconds warn_before{2 * 3'600'000};           ///< So long before its deadline time is short: see short_from().
  unsigned texts_a_day = 5;                          ///< To one number or address.
  unsigned tries = 4;                                ///< POSTs, and look-ups after each, before a person takes over.
  Milliseconds settle{60'000};                       ///< After an unknown outcome, before it is looked up and between look-ups.
  Milliseconds poll{10 * 60'000};                    ///< For the receipt of what was accepted.
  Milliseconds receipt_within{3'600'000};            ///< Without one for so long, and its deadline near: a person's.
};

/// What is known of whom to tell: the newest words of all sources of a case.
struct Standing {
  const Source* registration = nullptr;   ///< The only active one.
  std::size_t active = 0, ended = 0;
  const Source* chose = nullptr;          ///< Whose preferences are the last word.
  const Source* contact = nullptr;        ///< Whose safe contact is.
  bool opted_out = false;
  bool word_withdrawn = false;            ///< The last word was taken back: nobody knows what she wants.
  bool consent_withdrawn = false;         ///< Her last word on consent refuses or withdraws it.
  bool consent_in_doubt = false;          ///< … or says that she could not be asked.
  const Source* consented = nullptr;      ///< Whose word on consent is the last.
};
Standing standing_of(const Case& one);

enum class Way : std::uint8_t { Wait, Send, Person, Nothing };
struct Decision {
  Way way{};
  Channel channel{};         ///< When it is sent,
  std::string to;            ///< to whom,
  std::string language;      ///< in which,
  Personalisation with;      ///< with what filled in.
  Instant not_before{};      ///< Also of Wait: when waiting ends.
  Instant not_after{};
  std::string why;           ///< A word of the table in README.md.
};

/// From when on its time is short, what is not told is a person's and what a person has alarms: `warn_before` ahead of the deadline,
/// or halfway to it where there is less than twice that.
Instant short_from(const Telling& telling, Instant not_after, const Rules& rules);

/// Says how `telling` is to be told as things stand. Does not look at what became of it before.
Decision decide(const Case& one, const Telling& telling, const Rules& rules, Instant now);

/// "+447700900482" if the text is a British mobile number; empty otherwise.
std::string mobile(std::string_view text);

}  // namespace concordat::notify
