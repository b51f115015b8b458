// Each rule by which a victim is told, the refusal beside the permission.
#include "tests/adapters/notify/fixture.h"

namespace concordat::notify {
namespace {

class DecideTest : public ::testing::Test {
 protected:
  /// "text 2026-07-14T10:30", "person why", "nothing why", "wait 2026-…".
  std::string said(const Telling& telling) {
    Case one;
    one.sources = sources_;
    const Decision decision = decide(one, telling, rules_, now_);
    switch (decision.way) {
      case Way::Person: return "person " + decision.why;
      case Way::Nothing: return "nothing " + decision.why;
      case Way::Wait: return "wait " + london(decision.not_before);
      case Way::Send: return std::string(name_of(decision.channel)) + " " + london(decision.not_before);
    }
    return "";
  }
  std::string said(News group = News::Sentence) { return said(news("C1", group, when_)); }
  Source& she() { return sources_.at(0); }
  void choose(News group, Channel channel, bool at_any_hour = false) {
    std::erase_if(she().preferences.choices, [&](const Choice& each) { return each.about == group; });
    she().preferences.choices.push_back({group, channel, at_any_hour});
  }
  void when(const std::string& text) { when_ = text, now_ = at(text); }

  Rules rules_ = rules_for_tests();
  std::vector<Source> sources_ = {registration()};
  std::string when_ = "2026-07-14 10:15";   // A Tuesday.
  Instant now_ = at(when_);
};

TEST_F(DecideTest, SheIsToldAsSheChoseForEachKindOfNews) {
  EXPECT_EQ(said(), "text 2026-07-14T10:30");
  choose(News::Sentence, Channel::Email);
  EXPECT_EQ(said(), "email 2026-07-14T10:30");
  choose(News::Sentence, Channel::Letter);
  EXPECT_EQ(said(), "letter 2026-07-14T10:30");
  choose(News::Sentence, Channel::Call);
  EXPECT_EQ(said(), "person chose_a_call");
  choose(News::Sentence, Channel::NoNews);
  EXPECT_EQ(said(), "nothing not_wanted");
  EXPECT_EQ(said(News::Bail), "text 2026-07-14T10:30") << "each kind by itself";
}

TEST_F(DecideTest, WhatSheDidNotChooseIsForAPerson) {
  std::erase_if(she().preferences.choices, [](const Choice& each) { return each.about == News::Sentence; });
  EXPECT_EQ(said(), "person not_chosen");
  she().preferences = {};
  EXPECT_EQ(said(), "person no_preference");
}

TEST_F(DecideTest, TheIdvaIsToldBeforeATextGoes) {
  EXPECT_EQ(said(), "text 2026-07-14T10:30") << "fifteen minutes after acceptance";
  rules_.idva_first = Milliseconds{40 * 60'000};
  EXPECT_EQ(said(), "text 2026-07-14T10:55");
}

TEST_F(DecideTest, AtLargeDeathAndTheLikeAreForAPersonWhateverSheChose) {
  EXPECT_EQ(said(News::AtLarge), "person for_a_person");
  Telling died = news("C1", News::Release);
  died.for_a_person = true;
  EXPECT_EQ(said(died), "person for_a_person");
  EXPECT_EQ(said(News::Release), "text 2026-07-14T10:30");
}

TEST_F(DecideTest, HerQuietHoursAreKept) {
  when("2026-07-14 20:50");
  EXPECT_EQ(said(), "text 2026-07-15T08:00") << "at nine she sleeps, and the IDVA's quarter of an hour ends after that";
  she().preferences.quiet_from = "22:30";
  EXPECT_EQ(said(), "text 2026-07-14T21:05");
  she().preferences.quiet_from.clear();
  she().preferences.quiet_until.clear();
  EXPECT_EQ(said(), "text 2026-07-15T08:00") << "the settings' where she said none";
}

TEST_F(DecideTest, OnlyAReleaseOverridesQuietHoursAndOnlyIfShePicksThat) {
  when("2026-07-14 02:10");
  EXPECT_EQ(said(News::Release), "text 2026-07-14T08:00");
  choose(News::Release, Channel::Text, true);
  EXPECT_EQ(said(News::Release), "text 2026-07-14T02:25");
  choose(News::Sentence, Channel::Text, true);
  EXPECT_EQ(said(News::Sentence), "text 2026-07-14T08:00");
}

TEST_F(DecideTest, HerSafeTimesAreKeptEvenForARelease) {
  she().contact.safe_times = {"weekdays 13:00 to 15:00"};
  EXPECT_EQ(said(), "text 2026-07-14T13:00");
  choose(News::Release, Channel::Text, true);
  EXPECT_EQ(said(News::Release), "text 2026-07-14T13:00");
}

TEST_F(DecideTest, ASafeTimeThatAProgramCannotReadIsForAPerson) {
  she().contact.safe_times = {"when the children are at school"};
  EXPECT_EQ(said(), "person safe_time_unreadable");
  she().contact.safe_times = {"weekdays 10:00 to 14:00"};
  she().preferences.quiet_from = "late";
  EXPECT_EQ(said(), "person safe_time_unreadable");
}

TEST_F(DecideTest, WhatCannotBeInTimeIsForAPerson) {
  when("2026-07-17 18:00");  // A Friday: the deadline is Monday at five.
  she().contact.safe_times = {"Mondays 16:00 to 17:00"};
  EXPECT_EQ(said(), "person not_in_time");
  she().contact.safe_times = {"Mondays 10:00 to 17:00"};
  EXPECT_EQ(said(), "text 2026-07-20T10:00");
  she().contact.safe_times = {"weekends 10:00 to 12:00"};
  EXPECT_EQ(said(), "text 2026-07-18T10:00");
}

TEST_F(DecideTest, TheDeadlineOfTheClauseHoldsIfItIsSooner) {
  Telling telling = news("C1");
  telling.act_by = at("2026-07-14 12:00");
  she().contact.safe_times = {"weekdays 13:00 to 15:00"};
  EXPECT_EQ(said(telling), "person not_in_time");
  telling.act_by = at("2026-07-14 15:30");
  EXPECT_EQ(said(telling), "text 2026-07-14T13:00");
}

TEST_F(DecideTest, AnOldNumberIsConfirmedByAPersonFirst) {
  she().preferences.confirmed = "2026-01-14";
  EXPECT_EQ(said(), "text 2026-07-14T10:30") << "six months to the day";
  she().preferences.confirmed = "2026-01-13";
  EXPECT_EQ(said(), "person number_old");
  she().preferences.confirmed = "2025-12";
  EXPECT_EQ(said(), "person number_never_confirmed") << "a month is no day";
  she().preferences.confirmed.clear();
  EXPECT_EQ(said(), "person number_never_confirmed");
  she().preferences.confirmed = "2026-07-15";
  EXPECT_EQ(said(), "person number_never_confirmed") << "nobody confirmed it tomorrow";
}

TEST_F(DecideTest, AnAddressForLettersIsConfirmedLikeANumber) {
  choose(News::Sentence, Channel::Letter);
  she().preferences.confirmed = "2026-01-13";
  EXPECT_EQ(said(), "person number_old");
  she().preferences.confirmed.clear();
  EXPECT_EQ(said(), "person number_never_confirmed");
  she().contact = {};
  EXPECT_EQ(said(), "person number_never_confirmed") << "nor does one go to a home that nobody called safe";
  she().preferences.confirmed = "2026-07-13";
  EXPECT_EQ(said(), "letter 2026-07-14T10:30");
  she().contact.said = true;
  she().contact.changed = at("2026-07-14 09:00");
  EXPECT_EQ(said(), "person number_changed");
}

TEST_F(DecideTest, ANumberThatChangedSinceItWasConfirmedIsForAPerson) {
  Source change = registration("P1", "2026-07-10 12:00");
  change.kind = contract::Kind::ContactPreference;
  change.preferences = {};
  change.contact.mobiles = {"07700 900999"};
  change.contact.changed = change.contact.since;
  sources_.push_back(change);
  EXPECT_EQ(said(), "person number_changed");
}

TEST_F(DecideTest, OptingOutHoldsForEverythingAndOutweighsAllElse) {
  she().preferences.wants = Said::No;
  for (const News news : all_news()) EXPECT_EQ(said(news), "nothing opted_out");
  Telling reversed = news("C1");
  reversed.unless = "reversed_after_telling";
  EXPECT_EQ(said(reversed), "nothing opted_out");
}

TEST_F(DecideTest, HerLastWordCountsWhole) {
  Source change = registration("P1", "2026-07-10 12:00");
  change.kind = contract::Kind::ContactPreference;
  change.preferences.choices = {{News::Release, Channel::Text, false}};
  sources_.push_back(change);
  EXPECT_EQ(said(News::Release), "text 2026-07-14T10:30");
  EXPECT_EQ(said(News::Sentence), "person not_chosen") << "what is not in it is not chosen";
}

TEST_F(DecideTest, AWordThatIsOlderDoesNotUndoAnOptOutHoweverLateItArrives) {
  Source out = registration("P1", "2026-07-10 12:00");
  out.kind = contract::Kind::ContactPreference;
  out.preferences.wants = Said::No;
  sources_.push_back(out);
  sources_[0].place = 99;
  EXPECT_EQ(said(), "nothing opted_out");
  sources_[0].preferences.since = at("2026-07-10 12:00");
  EXPECT_EQ(said(), "nothing opted_out") << "of two words of one time, the opt-out";
  sources_[0].preferences.since = at("2026-07-11 12:00");
  EXPECT_EQ(said(), "text 2026-07-14T10:30");
}

TEST_F(DecideTest, WhenHerLastWordWasTakenBackAPersonAsks) {
  Source change = registration("P1", "2026-07-10 12:00");
  change.kind = contract::Kind::ContactPreference;
  change.withdrawn = true;
  sources_.push_back(change);
  EXPECT_EQ(said(), "person word_withdrawn");
}

TEST_F(DecideTest, WhoRefusesOrWithdrawsConsentIsToldNothingUntilSheGivesItAgain) {
  using contract::ConsentState;
  for (const auto state : {ConsentState::Refused, ConsentState::Withdrawn}) {
    sources_ = {registration(), consent("W1", ConsentState::Given, "2026-07-10 09:00")};
    EXPECT_EQ(said(), "text 2026-07-14T10:30");
    sources_.push_back(consent("W2", state, "2026-07-11 09:00"));
    for (const News news : all_news()) EXPECT_EQ(said(news), "nothing consent_withdrawn");
    sources_.push_back(consent("W3", ConsentState::Given, "2026-07-11 08:00"));
    EXPECT_EQ(said(), "nothing consent_withdrawn") << "what is older takes nothing back";
    sources_.back().consent_since = at("2026-07-11 09:00");
    EXPECT_EQ(said(), "nothing consent_withdrawn") << "of two words of one time, the refusal";
    sources_.push_back(consent("W4", ConsentState::Given, "2026-07-12 09:00"));
    EXPECT_EQ(said(), "text 2026-07-14T10:30");
  }
}

TEST_F(DecideTest, WhenAWordOnConsentWasTakenBackOrCouldNotBeAskedAPersonIsAsked) {
  using contract::ConsentState;
  sources_.push_back(consent("W1", ConsentState::Withdrawn, "2026-07-11 09:00"));
  sources_.back().withdrawn = true;
  EXPECT_EQ(said(), "person word_withdrawn");
  for (const auto state : {ConsentState::UnsafeToAsk, ConsentState::LacksCapacity}) {
    sources_.back() = consent("W1", state, "2026-07-11 09:00");
    EXPECT_EQ(said(), "person consent_in_doubt");
  }
  sources_.back() = consent("W1", ConsentState::NotAsked, "2026-07-11 09:00");
  EXPECT_EQ(said(), "text 2026-07-14T10:30") << "what she chose is her word";
}

TEST_F(DecideTest, WithLessThanTwiceTheWarningTimeItsTimeIsShortHalfway) {
  const Telling at_large = news("C1", News::AtLarge);
  EXPECT_EQ(london(short_from(at_large, at("2026-07-14 11:15"), rules_)), "2026-07-14T10:45");
  EXPECT_EQ(london(short_from(at_large, at("2026-07-14 17:00"), rules_)), "2026-07-14T15:00");
  EXPECT_EQ(london(short_from(at_large, at("2026-07-14 10:00"), rules_)), "2026-07-14T10:00") << "it is over";
  sources_.clear();
  EXPECT_EQ(said(News::AtLarge), "wait 2026-07-14T10:45") << "a registration may still come";
}

TEST_F(DecideTest, AnEndedRegistrationIsToldNothing) {
  she().ended = true;
  EXPECT_EQ(said(), "nothing registration_ended");
  EXPECT_EQ(said(News::AtLarge), "nothing registration_ended");
  sources_.push_back(registration("R2"));
  EXPECT_EQ(said(), "text 2026-07-14T10:30") << "another unit tells her now";
  sources_.pop_back();
  she().ended = false;
  she().withdrawn = true;
  EXPECT_EQ(said(), "nothing registration_withdrawn");
}

TEST_F(DecideTest, SeveralRegistrationsUnderOneNameAreForAPersonNeverAText) {
  sources_.push_back(registration("R2"));
  EXPECT_EQ(said(), "person several_registrations");
}

TEST_F(DecideTest, ChildrenAreTalkedToByAPerson) {
  she().born = "2008-07-15";
  EXPECT_EQ(said(), "person under_18") << "eighteen tomorrow";
  she().born = "2008-07-14";
  EXPECT_EQ(said(), "text 2026-07-14T10:30");
  she().born = "2008-07";
  now_ = at(when_ = "2026-07-29 10:15");
  EXPECT_EQ(said(), "person under_18") << "born on the 31st, perhaps";
  now_ = at(when_ = "2026-07-31 10:15");
  EXPECT_EQ(said(), "text 2026-07-31T10:30");
  now_ = at(when_ = "2026-07-14 10:15");
  she().born = "2008";
  EXPECT_EQ(said(), "person under_18") << "perhaps not yet";
  she().born.clear();
  she().age_band = static_cast<std::uint8_t>(contract::AgeBand::Age16To17);
  EXPECT_EQ(said(), "person under_18");
  she().age_band = static_cast<std::uint8_t>(contract::AgeBand::Age18To24);
  EXPECT_EQ(said(), "text 2026-07-14T10:30");
}

TEST_F(DecideTest, AnAgeThatNobodyKnowsIsForAPersonUnlessTheSettingsSayOtherwise) {
  she().born.clear();
  EXPECT_EQ(said(), "person age_unknown");
  rules_.unknown_age_is_adult = true;
  EXPECT_EQ(said(), "text 2026-07-14T10:30");
}

TEST_F(DecideTest, WithoutExactlyOneSafeNumberAPersonRings) {
  she().contact.mobiles = {"07700 900482", "07700 900999"};
  EXPECT_EQ(said(), "person several_numbers");
  she().contact.mobiles = {"01270 500000"};
  EXPECT_EQ(said(), "person number_not_mobile");
  she().contact.mobiles.clear();
  EXPECT_EQ(said(), "person no_safe_number");
  she().contact = {};
  EXPECT_EQ(said(), "person no_safe_contact");
}

TEST_F(DecideTest, WhatMustGoThroughSomebodyElseOrAnInterpreterIsForAPerson) {
  she().contact.through_person = true;
  EXPECT_EQ(said(), "person through_somebody");
  she().contact.through_person = false;
  she().interpreter = true;
  EXPECT_EQ(said(), "person interpreter");
}

TEST_F(DecideTest, ALetterNeedsAnAddress) {
  choose(News::Sentence, Channel::Letter);
  she().address = {"Marta Bielak-Owens", "CW1 1AA"};
  EXPECT_EQ(said(), "person no_address");
}

TEST_F(DecideTest, ALetterGoesWhereHerLastWordSays) {
  choose(News::Sentence, Channel::Letter);
  Source change = she();
  change.event = testing::event_named("P1");
  change.kind = contract::Kind::ContactPreference;
  change.preferences.since = change.contact.since = at("2026-07-10 12:00");
  change.address = {"Marta Bielak-Owens", "9 Heol Wen", "Wrexham", "LL11 1AA"};
  Case one;
  one.sources = {she(), change};
  EXPECT_EQ(decide(one, news("C1"), rules_, now_).to, "Marta Bielak-Owens\n9 Heol Wen\nWrexham\nLL11 1AA");
  one.sources[1].address.clear();
  EXPECT_EQ(decide(one, news("C1"), rules_, now_).why, "no_address") << "never the one she left";
}

TEST_F(DecideTest, HerLanguagePicksTheTemplate) {
  Case one;
  one.sources = sources_;
  one.sources[0].preferences.language = "cy";
  EXPECT_EQ(decide(one, news("C1"), rules_, now_).language, "cy");
  one.sources[0].preferences.language.clear();
  EXPECT_EQ(decide(one, news("C1"), rules_, now_).language, "en");
  one.sources[0].language = "cy";
  EXPECT_EQ(decide(one, news("C1"), rules_, now_).language, "cy");
  one.sources[0].language = "Polish";
  EXPECT_EQ(decide(one, news("C1"), rules_, now_).why, "other_language");
  one.sources[0].preferences.language = "en";
  EXPECT_EQ(decide(one, news("C1"), rules_, now_).language, "en") << "she chose to read English";
  one.sources[0].preferences.language = "cy";
  rules_.templates.set_id(Channel::Text, "cy", "");
  EXPECT_EQ(decide(one, news("C1"), rules_, now_).why, "no_template") << "she is not told in a language that she did not choose";
}

TEST_F(DecideTest, WhatTheUnitCallsItselfMayNotTellWhatItIsAbout) {
  for (const char* hours : {"until the court closes", "", "see www.example.org", "ask for the police officer"}) {
    she().hours = hours;
    EXPECT_EQ(said(), "person unit_unfit_to_name") << hours;
  }
  rules_.hours = "until 6 pm";
  she().hours.clear();
  EXPECT_EQ(said(), "text 2026-07-14T10:30") << "the settings' hours";
}

TEST_F(DecideTest, HistoricEventsAreRecordedAndNotTold) {
  Telling old = news("C1", News::AtLarge);
  old.historic = true;
  EXPECT_EQ(said(old), "nothing historic");
}

TEST_F(DecideTest, NewsBeforeItsRegistrationWaitsAndThenIsForAPerson) {
  sources_.clear();
  EXPECT_EQ(said(), "wait 2026-07-15T15:00") << "two hours before the deadline, so that a person has them";
  now_ = at("2026-07-15 15:00");
  EXPECT_EQ(said(), "person no_registration");
}

TEST_F(DecideTest, WhatIsNoNewsToHerIsNotTold) {
  Telling moved = news("C1", News::None);
  EXPECT_EQ(said(moved), "nothing no_news") << "moved between prisons";
}

TEST(Numbers, OnlyBritishMobilesAreTextedAndInOneWriting) {
  for (const char* text : {"07700 900482", "+44 7700 900482", "0044 7700 900482", "+44 (0)7700-900482", "447700900482"}) EXPECT_EQ(mobile(text), "+447700900482") << text;
  for (const char* text : {"", "01270 500000", "+1 202 555 0100", "07700 90048", "07700 9004822", "ring the shop", "07700900482 or 07700900483"}) EXPECT_EQ(mobile(text), "") << text;
}

}  // namespace
}  // namespace concordat::notify
