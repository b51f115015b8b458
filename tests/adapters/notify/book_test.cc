// What becomes of a piece of news, from filing to proof: waiting, correction, recall, reversal, opting out, sending, receipts, people.
#include "tests/adapters/notify/fixture.h"

namespace concordat::notify {
namespace {

using contract::ProgressState;

class BookTest : public ::testing::Test {
 protected:
  void file(const Source& source, const Source* corrects = nullptr) { book_.file(filed(source, corrects), now_); }
  void file(const Telling& telling, const Telling* corrects = nullptr) { book_.file(filed(telling, corrects), now_); }
  std::string state() { return state_line(case_); }
  /// What a program does as time passes: everything that is due until then. The service answers with `answers_`, then accepts.
  void until(const std::string& text) {
    const Instant end = at(text);
    for (int n = 0; n < 200; ++n) {
      const auto next = book_.next();
      if (!next || *next > end) break;
      now_ = std::max(now_, *next);
      turn();
    }
    now_ = end;
  }
  void turn() {
    book_.look(now_);
    if (const Message* message = book_.begin(now_, "ref" + std::to_string(++refs_), [&](const std::string&) { return room_; })) {
      ++posts_;
      if (killed_) return;
      Answer answer{Answer::Is::Accepted, "id", "201", Milliseconds{0}, false};
      if (!answers_.empty()) answer = answers_.front(), answers_.erase(answers_.begin());
      book_.answered(message->reference, answer, now_);
    } else if (const Message* look = book_.to_look_up(now_)) {
      const bool unknown = look->state == Sent::Unknown;
      looks_ += unknown ? 1 : 0;
      book_.looked_up(look->reference, unknown ? unknown_ : Looked{Looked::Is::Found, "id", status_, ""}, now_);
    }
  }
  std::string progress() {
    std::string out;
    for (const wire::Progress& each : out_.progress) out += std::string(contract::name_of(each.state)) + ":" + each.reason.substr(0, 14) + " ";
    out_.progress.clear();
    return out;
  }
  std::string alarms() {
    std::string out;
    for (const Effects::Line& each : out_.lines) out += each.alarm ? each.what + "; " : "";
    out_.lines.clear();
    return out;
  }

  Rules rules_ = rules_for_tests();
  Case case_;
  Effects out_;
  Book book_{case_, rules_, out_};
  Instant now_ = at("2026-07-14 10:15");
  bool room_ = true, killed_ = false;
  std::vector<Answer> answers_;
  Looked unknown_{Looked::Is::Nothing, "", "", ""};
  std::string status_ = "sending";
  int refs_ = 0, posts_ = 0, looks_ = 0;
};

TEST_F(BookTest, ATextIsToldOnceAndItsProofGoesBack) {
  file(registration());
  file(news("C1"));
  EXPECT_EQ(state(), "waiting text");
  progress();
  until("2026-07-14 10:29");
  EXPECT_EQ(posts_, 0) << "the IDVA first";
  until("2026-07-14 10:31");
  EXPECT_EQ(state(), "told text");
  EXPECT_EQ(progress(), "accepted:text accepted  ");
  book_.receipt("ref1", "id", "delivered", now_);
  EXPECT_EQ(progress(), "acted:text delivered ");
  for (int n = 0; n < 3; ++n) book_.receipt("ref1", "id", "delivered", now_);
  book_.receipt("ref1", "id", "permanent-failure", now_);
  EXPECT_EQ(state(), "told text") << "repeated receipts, and late ones, change nothing";
  EXPECT_EQ(progress(), "");
  until("2026-08-14 10:31");
  EXPECT_EQ(posts_, 1);
}

TEST_F(BookTest, DeliveredAgainItIsToldOnce) {
  for (int n = 0; n < 3; ++n) file(registration());
  for (int n = 0; n < 3; ++n) file(news("C1"));
  until("2026-07-14 12:00");
  for (int n = 0; n < 3; ++n) file(news("C1"));
  EXPECT_EQ(state(), "told text");
  EXPECT_EQ(posts_, 1);
}

TEST_F(BookTest, NewsThatWaitsTogetherIsOneText) {
  file(registration());
  file(news("C1", News::Outcome));
  file(news("C2", News::Sentence));
  file(news("C3", News::ProtectiveOrder));
  until("2026-07-14 12:00");
  EXPECT_EQ(state(), "told text | told text | told text");
  EXPECT_EQ(posts_, 1) << "the same words three times would say no more";
  file(news("C4", News::Release, "2026-07-14 12:00"));
  until("2026-07-14 12:30");
  EXPECT_EQ(posts_, 2);
}

TEST_F(BookTest, OptingOutHoldsAtOnceForWhatWaits) {
  file(registration());
  file(news("C1"));
  until("2026-07-14 10:20");
  Source out = registration("P1", "2026-07-14 10:20");
  out.kind = contract::Kind::ContactPreference;
  out.preferences.wants = Said::No;
  file(out);
  EXPECT_EQ(state(), "nothing opted_out");
  until("2026-07-16 12:00");
  EXPECT_EQ(posts_, 0);
  file(news("C2", News::AtLarge, "2026-07-16 12:00"));
  EXPECT_EQ(state(), "nothing opted_out | nothing opted_out");
}

TEST_F(BookTest, AConsentThatIsWithdrawnHoldsAtOnceAndUntilItIsGivenAgain) {
  file(registration());
  file(news("C1"));
  file(news("C2", News::AtLarge));
  file(consent("W1", contract::ConsentState::Withdrawn, "2026-07-14 10:20"));
  EXPECT_EQ(state(), "nothing consent_withdrawn | nothing consent_withdrawn");
  EXPECT_NE(progress().find("acted:taken down"), std::string::npos);
  until("2026-07-16 12:00");
  file(consent("W2", contract::ConsentState::Given, "2026-07-16 12:00"));
  file(news("C3", News::Sentence, "2026-07-16 12:00"));
  until("2026-07-16 13:00");
  EXPECT_EQ(state(), "nothing consent_withdrawn | nothing consent_withdrawn | told text");
  EXPECT_EQ(posts_, 1);
}

TEST_F(BookTest, AConsentForAnotherPurposeBearsOnNoNews) {
  file(registration());
  file(news("C1"));
  Source other = consent("W1", contract::ConsentState::Withdrawn, "2026-07-14 10:20");
  other.consent_for = "high-risk";
  file(other);
  EXPECT_EQ(state(), "waiting text");
  other = consent("W2", contract::ConsentState::Withdrawn, "2026-07-14 10:20");
  other.consent_for = rules_.purpose;
  file(other);
  EXPECT_EQ(state(), "nothing consent_withdrawn");
}

TEST_F(BookTest, ACorrectedConsentKeepsWhatSheSaidWhenSheSaidIt) {
  file(registration());
  const Source given = consent("W1", contract::ConsentState::Given, "2026-07-10 09:00");
  file(given);
  file(consent("W2", contract::ConsentState::Withdrawn, "2026-07-12 09:00"));
  file(consent("W1/1", contract::ConsentState::Given, "2026-07-13 09:00"), &given);
  file(news("C1"));
  EXPECT_EQ(state(), "nothing consent_withdrawn") << "somebody corrected another field";
}

TEST_F(BookTest, NotHavingAskedHerTakesNoWithdrawalBack) {
  for (const bool corrects : {false, true}) {
    case_ = {};
    now_ = at("2026-07-14 10:15");
    file(registration());
    const Source withdrawn = consent("W1", contract::ConsentState::Withdrawn, "2026-07-10 09:00");
    file(withdrawn);
    file(consent("W2", contract::ConsentState::NotAsked, "2026-07-12 09:00"), corrects ? &withdrawn : nullptr);
    file(news("C1"));
    until("2026-07-14 12:00");
    EXPECT_EQ(state(), "nothing consent_withdrawn") << corrects;
    EXPECT_EQ(posts_, 0);
    file(consent("W3", contract::ConsentState::Given, "2026-07-14 12:00"));
    file(news("C2", News::Sentence, "2026-07-14 12:00"));
    until("2026-07-14 13:00");
    EXPECT_EQ(state(), "nothing consent_withdrawn | told text") << "she gave it again";
    posts_ = 0;
  }
}

TEST_F(BookTest, WhoAsksForNewsAfterWithdrawingIsAPersons) {
  file(registration());
  file(consent("W1", contract::ConsentState::Withdrawn, "2026-07-10 09:00"));
  Source again = registration("P1", "2026-07-10 08:00");
  again.kind = contract::Kind::ContactPreference;
  file(again);
  file(news("C1"));
  EXPECT_EQ(state(), "nothing consent_withdrawn") << "what she asked for before stands back";
  again = registration("P2", "2026-07-12 09:00");
  again.kind = contract::Kind::ContactPreference;
  file(again);
  file(news("C2"));
  EXPECT_EQ(state(), "nothing consent_withdrawn | with_person consent_in_doubt");
  book_.recall(testing::event_named("P2"), 0, now_);
  EXPECT_EQ(state(), "nothing consent_withdrawn | nothing consent_withdrawn") << "that she asked again was taken back";
  EXPECT_EQ(posts_, 0);
}

TEST_F(BookTest, CorrectionsBuyNoTime) {
  file(registration());
  Telling last = news("C1", News::Hearing);
  file(last);
  const Instant due = case_.tellings.back().not_after;
  const auto correct = [&](int n) {
    Telling next = last;
    next.event = testing::event_named("C1/" + std::to_string(n)), next.digest = digest_named("C1/" + std::to_string(n));
    next.accepted = now_, next.when = "2026-09-01T10:" + std::to_string(n);
    file(next, &last);
    last = next;
  };
  for (int n = 1; n < 6; ++n) {
    until("2026-07-14 10:" + std::to_string(15 + 2 * n));
    correct(n);
  }
  EXPECT_EQ(case_.tellings.back().not_after, due);
  until("2026-07-14 10:31");
  EXPECT_EQ(case_.tellings.back().state, State::Told);
  EXPECT_EQ(posts_, 1);
  until("2026-07-15 09:00");
  correct(6);
  EXPECT_GT(case_.tellings.back().not_after, due) << "a date that moves after she was told is news, and has its own time";
}

TEST_F(BookTest, CorrectionsBuyAPersonNoTime) {
  file(registration());
  const Telling first = news("C1", News::AtLarge);
  file(first);
  const Instant due = case_.tellings.back().not_after;
  until("2026-07-14 10:55");
  file(news("C1/1", News::AtLarge, "2026-07-14 10:55"), &first);
  EXPECT_EQ(state(), "nothing corrected | with_person for_a_person");
  EXPECT_EQ(case_.tellings.back().not_after, due);
}

TEST_F(BookTest, AnOrderWhoseTermsChangeIsNewsAsSheChose) {
  file(registration());
  Telling made = news("C1", News::ProtectiveOrder);
  made.terms = "2026-07-14 to 2027-07-14, no_contact";
  file(made);
  until("2026-07-14 11:00");
  Telling varied = news("C1/1", News::ProtectiveOrder, "2026-07-14 11:00");
  varied.terms = "2026-07-14 to 2027-07-14, exclusion, no_contact";
  file(varied, &made);
  EXPECT_EQ(state(), "told text | waiting text");
  until("2026-07-14 11:30");
  EXPECT_EQ(state(), "told text | told text");
  EXPECT_EQ(posts_, 2);
  Telling same = varied;
  same.event = testing::event_named("C1/2"), same.digest = digest_named("C1/2");
  file(same, &varied);
  EXPECT_EQ(case_.tellings.back().why, "unchanged");
  Telling reversed = same;
  reversed.event = testing::event_named("C1/3"), reversed.digest = digest_named("C1/3");
  reversed.terms.clear(), reversed.reversed = true;
  file(reversed, &same);
  EXPECT_EQ(case_.tellings.back().why, "reversed_after_telling");
}

TEST_F(BookTest, AnOrderWhoseTermsChangeWhileItWaitsIsOneText) {
  file(registration());
  Telling made = news("C1", News::ProtectiveOrder), varied = news("C1/1", News::ProtectiveOrder);
  varied.terms = "2026-07-14 to 2027-07-14, exclusion";
  file(made);
  file(varied, &made);
  until("2026-07-14 12:00");
  EXPECT_EQ(state(), "nothing corrected | told text");
  EXPECT_EQ(posts_, 1);
}

TEST_F(BookTest, WhoWantsNoNewsOfOrdersHearsOfNoneThatChanges) {
  Source she = registration();
  for (Choice& each : she.preferences.choices) each.channel = each.about == News::ProtectiveOrder ? Channel::NoNews : each.channel;
  file(she);
  const Telling made = news("C1", News::ProtectiveOrder);
  file(made);
  Telling varied = news("C1/1", News::ProtectiveOrder);
  varied.terms = "2026-07-14 to 2027-07-14, exclusion";
  file(varied, &made);
  EXPECT_EQ(state(), "nothing not_wanted | nothing not_wanted");
}

TEST_F(BookTest, AReversalOfWhatNeverCameHereDropsNothingElse) {
  file(registration());
  file(news("C1", News::Hearing));
  const Telling unseen = news("X1", News::Hearing);
  Telling reversed = news("X1/1", News::Hearing);
  reversed.reversed = true;
  file(reversed, &unseen);
  EXPECT_EQ(state(), "waiting text | with_person reversed_unknown") << "another hearing was adjourned too";
  until("2026-07-14 11:00");
  EXPECT_EQ(posts_, 1);
}

TEST_F(BookTest, WhatIsAskedForInVainOverALongWeekendIsAPersons) {
  for (const Channel channel : {Channel::Text, Channel::Letter}) {
    case_ = {};
    rules_.poll = Milliseconds{1'000};
    rules_.within[News::Sentence] = {10, text::Duration::Unit::WorkingDays};
    now_ = at("2026-07-14 10:15");
    Source she = registration();
    for (Choice& each : she.preferences.choices) each.channel = channel;
    file(she);
    const Telling first = news("C1");
    file(first);
    until("2026-07-14 11:00");
    file(news("C1/1"), &first);
    EXPECT_EQ(state(), "told " + std::string(name_of(channel)) + " | nothing unchanged");
    until("2026-07-25 10:00");
    EXPECT_EQ(case_.tellings.back().why, "no_receipt") << name_of(channel);
  }
}

TEST_F(BookTest, ALetterThatComesBackIsAPersons) {
  Source she = registration();
  for (Choice& each : she.preferences.choices) each.channel = Channel::Letter;
  file(she);
  file(news("C1"));
  until("2026-07-14 11:00");
  book_.receipt("ref1", "id", "returned-letter", now_);
  EXPECT_EQ(state(), "with_person returned-letter");
}

TEST_F(BookTest, OptingOutClosesAPersonsTask) {
  file(registration());
  file(news("C1", News::AtLarge));
  EXPECT_EQ(state(), "with_person for_a_person");
  Source out = registration("P1", "2026-07-14 10:20");
  out.preferences.wants = Said::No;
  out.kind = contract::Kind::ContactPreference;
  file(out);
  EXPECT_EQ(state(), "nothing opted_out");
}

TEST_F(BookTest, AnOptOutWhileItsOutcomeIsUnknownStopsEverySecondTry) {
  file(registration());
  file(news("C1"));
  answers_ = {{Answer::Is::Unknown, "", "timeout", Milliseconds{0}, false}};
  until("2026-07-14 10:30");
  EXPECT_EQ(state(), "sending text");
  Source out = registration("P1", "2026-07-14 10:31");
  out.preferences.wants = Said::No;
  out.kind = contract::Kind::ContactPreference;
  now_ = at("2026-07-14 10:31");
  file(out);
  until("2026-07-14 12:00");
  EXPECT_EQ(state(), "nothing opted_out");
  EXPECT_EQ(posts_, 1);
  EXPECT_EQ(looks_, 2);
}

TEST_F(BookTest, WhoOptedOutIsNotRungWhenTheTextFails) {
  file(registration());
  file(news("C1"));
  until("2026-07-14 11:00");
  Source out = registration("P1", "2026-07-14 11:00");
  out.preferences.wants = Said::No;
  out.kind = contract::Kind::ContactPreference;
  file(out);
  book_.receipt("ref1", "id", "permanent-failure", now_);
  EXPECT_EQ(state(), "nothing opted_out");
}

TEST_F(BookTest, AnEndedRegistrationDropsWhatWaits) {
  const Source first = registration();
  file(first);
  file(news("C1"));
  Source ended = registration("R1/1");
  ended.ended = true;
  file(ended, &first);
  EXPECT_EQ(state(), "nothing registration_ended");
}

TEST_F(BookTest, NewsThatComesBeforeItsRegistrationIsToldWhenThatComes) {
  file(news("C1"));
  EXPECT_EQ(state(), "unmatched awaits_registration");
  until("2026-07-14 14:00");
  file(registration());
  until("2026-07-14 14:01");
  EXPECT_EQ(state(), "told text");
}

TEST_F(BookTest, NewsWhoseRegistrationDoesNotComeIsAPersons) {
  file(news("C1"));
  until("2026-07-15 15:01");
  EXPECT_EQ(state(), "with_person no_registration");
}

TEST_F(BookTest, ACorrectionThatChangesNothingSheWasToldIsNotTold) {
  file(registration());
  const Telling first = news("C1");
  file(first);
  until("2026-07-14 11:00");
  file(news("C1/1"), &first);
  EXPECT_EQ(state(), "told text | nothing unchanged");
  until("2026-07-16 11:00");
  EXPECT_EQ(posts_, 1);
}

TEST_F(BookTest, ATextThatFailsAfterACorrectionThatChangedNothingIsAPersons) {
  file(registration());
  const Telling first = news("C1");
  file(first);
  until("2026-07-14 11:00");
  file(news("C1/1"), &first);
  book_.receipt("ref1", "id", "permanent-failure", now_);
  EXPECT_EQ(state(), "told text | with_person permanent-failure");
}

TEST_F(BookTest, WithoutAReceiptACorrectionThatChangedNothingIsAPersons) {
  file(registration());
  const Telling first = news("C1");
  file(first);
  until("2026-07-14 11:00");
  file(news("C1/1"), &first);
  until("2026-07-15 17:00");
  EXPECT_EQ(case_.tellings.back().why, "no_receipt");
}

TEST_F(BookTest, WhereItWasPolledInVainTheOneThatStandsIsStillLookedAtInTime) {
  rules_.poll = Milliseconds{6 * 3'600'000};
  file(registration());
  const Telling first = news("C1");
  file(first);
  until("2026-07-14 11:00");
  file(news("C1/1"), &first);
  until("2026-07-15 15:00");
  EXPECT_EQ(state(), "told text | with_person no_receipt");
}

TEST_F(BookTest, ACorrectionThatChangesNothingLeavesThePersonsTask) {
  file(registration());
  const Telling first = news("C1");
  file(first);
  until("2026-07-14 11:00");
  book_.receipt("ref1", "id", "permanent-failure", now_);
  file(news("C1/1"), &first);
  EXPECT_EQ(state(), "nothing corrected | with_person permanent-failure");
}

TEST_F(BookTest, WhatWasNotSentGoesWithTheCorrectionThatChangedNothing) {
  file(registration());
  const Telling first = news("C1");
  file(first);
  answers_ = {{Answer::Is::Unknown, "", "timeout", Milliseconds{0}, false}};
  until("2026-07-14 10:30");
  file(news("C1/1"), &first);
  until("2026-07-14 12:00");
  EXPECT_EQ(state(), "nothing corrected | told text");
  EXPECT_EQ(posts_, 2);
}

TEST_F(BookTest, AReversalIsAPersonsAlsoAfterACorrectionThatChangedNothing) {
  file(registration());
  const Telling first = news("C1"), second = news("C1/1");
  file(first);
  until("2026-07-14 11:00");
  file(second, &first);
  Telling reversed = news("C1/2");
  reversed.reversed = true;
  file(reversed, &second);
  EXPECT_EQ(state(), "told text | nothing unchanged | with_person reversed_after_telling");
}

TEST_F(BookTest, ACorrectionOfWhatWasRecalledIsNews) {
  file(registration());
  const Telling first = news("C1");
  file(first);
  book_.recall(testing::event_named("C1"), 20, now_);
  file(news("C1/1"), &first);
  EXPECT_EQ(state(), "nothing recalled | waiting text");
}

TEST_F(BookTest, ACorrectionOfWhatWaitsTakesItsPlace) {
  file(registration());
  const Telling first = news("C1");
  file(first);
  Telling second = news("C1/1");
  second.what = "suspended_sentence";
  file(second, &first);
  EXPECT_EQ(state(), "nothing corrected | waiting text");
  until("2026-07-14 11:00");
  EXPECT_EQ(posts_, 1);
}

TEST_F(BookTest, ACorrectionOfWhatWasToldIsAPersons) {
  file(registration());
  const Telling first = news("C1");
  file(first);
  until("2026-07-14 11:00");
  Telling second = news("C1/1");
  second.what = "suspended_sentence";
  file(second, &first);
  EXPECT_EQ(state(), "told text | with_person changed_after_telling");
}

TEST_F(BookTest, AHearingThatMovedIsNewsAsSheChose) {
  file(registration());
  const Telling first = news("H1", News::Hearing);
  file(first);
  until("2026-07-14 11:00");
  Telling moved = news("H1/1", News::Hearing, "2026-07-14 11:00");
  moved.when = "2026-09-01";
  file(moved, &first);
  until("2026-07-14 11:30");
  EXPECT_EQ(state(), "told text | told text");
}

TEST_F(BookTest, AnOutcomeReversedBeforeItWasToldIsDropped) {
  file(registration());
  const Telling first = news("C1");
  file(first);
  Telling reversed = news("C1/1");
  reversed.reversed = true;
  file(reversed, &first);
  EXPECT_EQ(state(), "nothing corrected | nothing reversed_before_telling");
  until("2026-07-16 11:00");
  EXPECT_EQ(posts_, 0);
}

TEST_F(BookTest, AnOutcomeReversedAfterATextIsACallByAPerson) {
  file(registration());
  const Telling first = news("C1");
  file(first);
  until("2026-07-14 11:00");
  Telling reversed = news("C1/1");
  reversed.reversed = true;
  file(reversed, &first);
  EXPECT_EQ(state(), "told text | with_person reversed_after_telling");
}

TEST_F(BookTest, AReversalThatIsAnEventOfItsOwnIsTheSame) {
  file(registration());
  file(news("C1"));
  Telling reversed = news("X1");
  reversed.reversed = true;
  file(reversed);
  EXPECT_EQ(state(), "nothing reversed_before_telling | nothing reversed_before_telling");
  file(news("C2", News::Bail));
  until("2026-07-14 11:00");
  Telling again = news("X2", News::Bail, "2026-07-14 11:00");
  again.reversed = true;
  file(again);
  EXPECT_EQ(state(), "nothing reversed_before_telling | nothing reversed_before_telling | told text | with_person reversed_after_telling");
  Telling nobody = news("X3", News::Warrant, "2026-07-14 11:00");
  nobody.reversed = true;
  file(nobody);
  EXPECT_EQ(case_.tellings.back().why, "reversed_unknown") << "she may have heard of it elsewhere";
}

TEST_F(BookTest, ATextThatWasReversedAndThenFailsMakesNoSecondTask) {
  file(registration());
  file(news("C1"));
  until("2026-07-14 11:00");
  Telling reversed = news("X1", News::Sentence, "2026-07-14 11:00");
  reversed.reversed = true;
  file(reversed);
  book_.receipt("ref1", "id", "permanent-failure", now_);
  EXPECT_EQ(state(), "told text | with_person reversed_after_telling");
}

TEST_F(BookTest, AReversalWhileNobodyKnowsWhetherTheTextWentIsAPersons) {
  file(registration());
  const Telling first = news("C1");
  file(first);
  answers_ = {{Answer::Is::Unknown, "", "timeout", Milliseconds{0}, false}};
  until("2026-07-14 10:30");
  Telling reversed = news("C1/1");
  reversed.reversed = true;
  file(reversed, &first);
  until("2026-07-14 12:00");
  EXPECT_EQ(state(), "nothing corrected | with_person reversed_after_telling") << "and the first is not sent again";
  EXPECT_EQ(posts_, 1);
}

TEST_F(BookTest, WhatIsRecalledWhileItWaitsIsDropped) {
  file(registration());
  file(news("C1"));
  book_.recall(testing::event_named("C1"), 20, now_);
  EXPECT_EQ(state(), "nothing recalled");
  file(news("C1"));
  EXPECT_EQ(state(), "nothing recalled") << "delivered again it stays so";
}

TEST_F(BookTest, WhatIsRecalledAfterItWasToldIsAPersons) {
  file(registration());
  file(news("C1"));
  until("2026-07-14 11:00");
  for (int n = 0; n < 2; ++n) book_.recall(testing::event_named("C1"), 20, now_);
  EXPECT_EQ(state(), "with_person recalled_after_telling");
}

TEST_F(BookTest, ARecallThatOvertakesItsEventHolds) {
  file(registration());
  book_.recall(testing::event_named("C1"), 20, now_);
  file(news("C1"));
  EXPECT_EQ(state(), "");
  Telling anew = news("C1");
  anew.place = 21;
  file(anew);
  EXPECT_EQ(state(), "waiting text") << "decided anew after the recall";
}

TEST_F(BookTest, WhatIsDecidedAnewAfterARecallStandsAgain) {
  file(registration());
  file(news("C1"));
  book_.recall(testing::event_named("C1"), 20, now_);
  Telling anew = news("C1");
  anew.place = 21;
  file(anew);
  EXPECT_EQ(state(), "waiting text");
}

TEST_F(BookTest, FindingNothingAfterAWeekSaysNothing) {
  rules_.within[News::Sentence] = {30, text::Duration::Unit::Days};
  file(registration());
  file(news("C1"));
  killed_ = true;
  until("2026-07-14 10:30");
  killed_ = false;
  now_ = at("2026-07-22 10:30");
  until("2026-07-24 10:30");
  EXPECT_EQ(state(), "with_person outcome_unknown");
  EXPECT_EQ(posts_, 1);
}

TEST_F(BookTest, RevisionsTheOtherWayRoundEndTheSame) {
  file(registration());
  const Telling first = news("C1");
  file(news("C1/1"), &first);
  file(first);
  EXPECT_EQ(state(), "waiting text");
}

TEST_F(BookTest, ACorrectedRegistrationKeepsWhatSheSaidWhenSheSaidIt) {
  const Source first = registration();
  file(first);
  Source out = registration("P1", "2026-07-10 12:00");
  out.kind = contract::Kind::ContactPreference;
  out.preferences.wants = Said::No;
  file(out);
  Source second = registration("R1/1", "2026-07-13 12:00");
  second.helpline = "0808 157 0901";
  file(second, &first);
  file(news("C1"));
  EXPECT_EQ(state(), "nothing opted_out") << "the unit corrected its number; she said nothing new";
  Source third = registration("R1/2", "2026-07-13 13:00");
  third.preferences.quiet_from = "20:00";
  file(third, &second);
  file(news("C2"));
  EXPECT_EQ(case_.tellings.back().state, State::Waiting) << "this is a new word of hers";
}

TEST_F(BookTest, ANewAddressForLettersIsConfirmedAnew) {
  Source first = registration();
  for (Choice& each : first.preferences.choices) each.channel = Channel::Letter;
  file(first);
  Source change = first;
  change.event = testing::event_named("P1");
  change.digest = digest_named("P1");
  change.kind = contract::Kind::ContactPreference;
  change.preferences.since = change.contact.since = at("2026-07-14 09:00");
  change.address[0] = "Marta Owens";
  file(change);
  file(news("C1"));
  EXPECT_EQ(state(), "waiting letter") << "another name is no other address";
  change.event = testing::event_named("P2");
  change.digest = digest_named("P2");
  change.preferences.since = change.contact.since = at("2026-07-14 10:00");
  change.address[1] = "9 Heol Wen";
  file(change);
  EXPECT_EQ(state(), "with_person number_changed");
}

TEST_F(BookTest, ANewNumberIsConfirmedAnewWhoeverSaysIt) {
  const Source first = registration();
  file(first);
  // As a unit's adapter says it: a preference, and the registration corrected in the same step, with the old confirmation in both.
  Source preference = registration("P1", "2026-07-13 12:00"), second = registration("R1/1", "2026-07-13 12:00");
  preference.kind = contract::Kind::ContactPreference;
  preference.contact.mobiles = second.contact.mobiles = {"07700 900999"};
  preference.place = 2, second.place = 3;
  file(preference);
  file(second, &first);
  file(news("C1"));
  EXPECT_EQ(state(), "with_person number_changed");
  Source third = registration("R1/2", "2026-07-14 09:00");
  third.place = 4;
  third.contact.mobiles = {"07700 900999"};
  third.preferences.confirmed = "2026-07-14";
  file(third, &second);
  file(news("C2"));
  EXPECT_EQ(case_.tellings.back().state, State::Waiting) << "somebody has heard that it is hers";
}

TEST_F(BookTest, AfterAnUnknownOutcomeItIsLookedUpBeforeAnythingIsSent) {
  file(registration());
  file(news("C1"));
  answers_ = {{Answer::Is::Unknown, "", "timeout", Milliseconds{0}, false}};
  unknown_ = {Looked::Is::Found, "id", "sending", ""};
  until("2026-07-14 10:40");
  EXPECT_EQ(state(), "told text");
  EXPECT_EQ(posts_, 1);
  EXPECT_EQ(looks_, 1);
}

TEST_F(BookTest, WhatIsNotFoundTwiceIsSentAgain) {
  file(registration());
  file(news("C1"));
  answers_ = {{Answer::Is::Unknown, "", "500", Milliseconds{0}, false}};
  until("2026-07-14 10:40");
  EXPECT_EQ(state(), "told text");
  EXPECT_EQ(posts_, 2);
  EXPECT_EQ(looks_, 2);
}

TEST_F(BookTest, AProcessKilledWhileItPostedLooksUpFirst) {
  file(registration());
  file(news("C1"));
  killed_ = true;
  until("2026-07-14 10:30");
  EXPECT_EQ(state(), "sending text");
  killed_ = false;
  unknown_ = {Looked::Is::Found, "id", "delivered", ""};
  until("2026-07-14 10:40");
  EXPECT_EQ(state(), "told text");
  EXPECT_EQ(posts_, 1);
}

TEST_F(BookTest, AfterSoManyTriesAPersonTakesOver) {
  file(registration());
  file(news("C1"));
  answers_.assign(10, {Answer::Is::Unknown, "", "500", Milliseconds{0}, false});
  until("2026-07-14 12:00");
  EXPECT_EQ(state(), "with_person not_sent");
  EXPECT_EQ(posts_, 4);
}

TEST_F(BookTest, AnOutcomeThatStaysUnknownIsAPersonsAndNothingMoreIsSent) {
  file(registration());
  file(news("C1"));
  answers_ = {{Answer::Is::Unknown, "", "timeout", Milliseconds{0}, false}};
  unknown_ = {Looked::Is::Failed, "", "", "no answer"};
  until("2026-07-14 12:00");
  EXPECT_EQ(state(), "with_person outcome_unknown");
  EXPECT_EQ(posts_, 1);
  unknown_ = {Looked::Is::Found, "id", "delivered", ""};
  until("2026-07-14 14:00");
  EXPECT_EQ(state(), "told text") << "nobody had begun, and now it is known";
}

TEST_F(BookTest, WhatTheServiceRefusesIsAPersonsWithItsCode) {
  file(registration());
  file(news("C1"));
  answers_ = {{Answer::Is::Refused, "", "400 BadRequestError", Milliseconds{0}, false}};
  until("2026-07-14 11:00");
  EXPECT_EQ(state(), "with_person refused 400 BadRequestError");
  EXPECT_EQ(posts_, 1);
}

TEST_F(BookTest, AFailedDeliveryIsAPersons) {
  for (const char* status : {"permanent-failure", "temporary-failure", "technical-failure"}) {
    case_ = {};
    file(registration());
    file(news("C1"));
    now_ = at("2026-07-14 10:30");
    turn();
    book_.receipt(case_.messages.back().reference, "id", status, now_);
    EXPECT_EQ(state(), "with_person " + std::string(status));
    now_ = at("2026-07-14 10:15");
  }
}

TEST_F(BookTest, AReceiptOfAnotherNotificationOrOfNothingChangesNothing) {
  file(registration());
  file(news("C1"));
  until("2026-07-14 10:30");
  book_.receipt("ref1", "another", "permanent-failure", now_);
  book_.receipt("nothing", "id", "permanent-failure", now_);
  EXPECT_EQ(state(), "told text");
}

TEST_F(BookTest, WithoutCallbacksItAsks) {
  file(registration());
  file(news("C1"));
  status_ = "delivered";
  until("2026-07-14 11:00");
  EXPECT_EQ(case_.messages.at(0).state, Sent::Delivered);
}

TEST_F(BookTest, WithoutAReceiptNearTheDeadlineAPersonRings) {
  file(registration());
  file(news("C1"));
  until("2026-07-15 14:59");
  EXPECT_EQ(state(), "told text");
  until("2026-07-15 15:00");
  EXPECT_EQ(state(), "with_person no_receipt");
}

TEST_F(BookTest, TooManyMessagesToOneNumberAreAPersons) {
  file(registration());
  file(news("C1"));
  room_ = false;
  until("2026-07-14 11:00");
  EXPECT_EQ(state(), "with_person too_many_messages");
}

TEST_F(BookTest, AServiceThatIsDownUntilTheDeadlineIsNearMakesATask) {
  file(registration());
  file(news("C1"));
  const Answer later{Answer::Is::Later, "", "429 RateLimitError", Milliseconds{0}, false};
  now_ = at("2026-07-14 10:30");
  for (int n = 0; n < 5; ++n) {
    answers_ = {later};
    turn();
    EXPECT_EQ(state(), "waiting text");
    now_ += Milliseconds{3'600'000};
  }
  answers_.assign(20, later);
  now_ = at("2026-07-15 15:01");
  turn();
  EXPECT_EQ(state(), "with_person not_in_time");
}

TEST_F(BookTest, ATaskThatIsNotDoneAlarmsBeforeItsDeadlineAndAtIt) {
  file(registration());
  file(news("C1", News::AtLarge));
  alarms();
  until("2026-07-14 10:44");
  EXPECT_EQ(alarms(), "") << "an hour in all, and two of warning";
  until("2026-07-14 10:46");
  EXPECT_EQ(alarms(), "a task is not done and its deadline is near; ");
  until("2026-07-14 11:14");
  EXPECT_EQ(alarms(), "");
  until("2026-07-14 11:16");
  EXPECT_EQ(alarms(), "a task is not done and its deadline has passed; ");
  until("2026-07-15 11:16");
  EXPECT_EQ(alarms(), "") << "each once";
}

TEST_F(BookTest, APersonTakesATaskAndItsStepsGoBack) {
  file(registration());
  file(news("C1", News::AtLarge));
  progress();
  const EventId event = testing::event_named("C1");
  ASSERT_TRUE(book_.step(event, ProgressState::Read, "n.shaw", "", now_));
  ASSERT_TRUE(book_.step(event, ProgressState::Accepted, "n.shaw", "", now_));
  EXPECT_EQ(state(), "with_person for_a_person");
  ASSERT_TRUE(book_.step(event, ProgressState::Acted, "n.shaw", "", now_));
  EXPECT_EQ(state(), "by_person told_by_a_person");
  EXPECT_EQ(progress(), "read: accepted: acted: ");
  EXPECT_FALSE(book_.step(event, ProgressState::Acted, "n.shaw", "", now_)) << "it is done";
}

TEST_F(BookTest, WhoDeclinesSaysWhyAndThatAlarms) {
  file(registration());
  file(news("C1", News::AtLarge));
  const EventId event = testing::event_named("C1");
  EXPECT_FALSE(book_.step(event, ProgressState::Declined, "n.shaw", "", now_));
  alarms();
  EXPECT_TRUE(book_.step(event, ProgressState::Declined, "n.shaw", "she is abroad", now_));
  EXPECT_EQ(state(), "by_person declined_by_a_person");
  EXPECT_EQ(alarms(), "a person declined to tell; ");
}

TEST_F(BookTest, WhatAPersonWasAtIsNotTakenFromThemByARecall) {
  file(registration());
  file(news("C1", News::AtLarge));
  file(news("C2", News::AtLarge));
  ASSERT_TRUE(book_.step(testing::event_named("C1"), ProgressState::Read, "n.shaw", "", now_));
  book_.recall(testing::event_named("C1"), 20, now_);
  book_.recall(testing::event_named("C2"), 20, now_);
  EXPECT_EQ(state(), "with_person recalled_after_telling | nothing recalled");
}

TEST_F(BookTest, ACaseIsKeptAsItIs) {
  file(registration());
  file(news("C1"));
  until("2026-07-14 11:00");
  const Bytes bytes = encode_fields(case_);
  Case read;
  ASSERT_TRUE(decode_fields(bytes, read));
  EXPECT_EQ(encode_fields(read), bytes);
  EXPECT_FALSE(decode_fields(bytes.substr(1), read));
}

TEST_F(BookTest, ACaseStaysSmallHoweverMuchHappens) {
  file(registration());
  for (int n = 0; n < 700; ++n) {
    Telling each = news("C" + std::to_string(n), News::None);
    file(each);
  }
  for (int n = 0; n < 80; ++n) file([&] { Source each = registration("P" + std::to_string(n)); each.kind = contract::Kind::ContactPreference; return each; }());
  EXPECT_LE(case_.tellings.size(), kTellingsMax);
  EXPECT_LE(case_.sources.size(), kSourcesMax);
}

}  // namespace
}  // namespace concordat::notify
