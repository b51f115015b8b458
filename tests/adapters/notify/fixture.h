// A victim, her choices and pieces of news, for tests of how she is told; times are London's.
#pragma once

#include <gtest/gtest.h>

#include "adapters/notify/book.h"
#include "adapters/notify/settings.h"
#include "tests/adapters/sdk/keep_fixture.h"

namespace concordat::notify {

inline constexpr const char* kTemplatesFolder = "adapters/notify/templates";
inline constexpr const char* kTablesFolder = "adapters/notify/tables";
inline constexpr const char* kTextId = "aaaaaaaa-0000-4000-8000-000000000001";
inline constexpr const char* kWelshTextId = "aaaaaaaa-0000-4000-8000-000000000002";
inline constexpr const char* kEmailId = "aaaaaaaa-0000-4000-8000-000000000003";
inline constexpr const char* kLetterId = "aaaaaaaa-0000-4000-8000-000000000004";

/// "2026-07-14 10:15" in London.
inline Instant at(const std::string& text) {
  const auto part = [&](std::size_t from, std::size_t size) { return std::atoi(text.substr(from, size).c_str()); };
  const Day day = std::chrono::year(part(0, 4)) / part(5, 2) / part(8, 2);
  return utc_of(day + std::chrono::hours(part(11, 2)) + std::chrono::minutes(part(14, 2)));
}
inline std::string london(Instant utc) { return to_text(local_of(utc)).substr(0, 16); }

inline Rules rules_for_tests() {
  Rules rules;
  auto templates = load_templates(kTemplatesFolder, kTablesFolder);
  auto calendar = load_calendar(kTablesFolder);
  EXPECT_TRUE(templates) << describe(templates.error());
  EXPECT_TRUE(calendar) << describe(calendar.error());
  if (templates) rules.templates = std::move(*templates);
  if (calendar) rules.calendar = std::move(*calendar);
  rules.templates.set_id(Channel::Text, "en", kTextId);
  rules.templates.set_id(Channel::Text, "cy", kWelshTextId);
  rules.templates.set_id(Channel::Email, "en", kEmailId);
  rules.templates.set_id(Channel::Letter, "en", kLetterId);
  return rules;
}

inline Digest digest_named(const std::string& name) {
  Digest digest;
  for (std::size_t n = 0; n < name.size(); ++n) digest.bytes[n % Digest::kSize] = static_cast<std::uint8_t>(digest.bytes[n % Digest::kSize] * 31 + name[n]);
  digest.bytes[31] = 1;
  return digest;
}

inline const std::vector<News>& all_news() {
  static const std::vector<News> kAll = {News::Charge, News::Bail, News::Warrant, News::Hearing, News::Outcome, News::Sentence, News::ProtectiveOrder, News::Appeal, News::Release, News::AtLarge};
  return kAll;
}

/// Marta Bielak-Owens: registered, everything by text, quiet from nine to eight, number confirmed in June.
inline Source registration(const std::string& name = "R1", const std::string& heard = "2026-07-01 09:00") {
  Source out;
  out.event = testing::event_named(name);
  out.digest = digest_named(name);
  out.place = 1;
  out.kind = contract::Kind::VictimRegistration;
  out.unit = "Cheshire witness care";
  out.helpline = "0808 157 0900";
  out.hours = "until 8 pm";
  out.name = "Marta Bielak-Owens";
  out.born = "1991-02-28";
  out.address = {"Marta Bielak-Owens", "3 Sample Lane", "Crewe", "CW1 1AA"};
  out.preferences.said = out.contact.said = true;
  out.preferences.wants = Said::Yes;
  for (const News news : all_news()) out.preferences.choices.push_back({news, Channel::Text, false});
  out.preferences.quiet_from = "21:00";
  out.preferences.quiet_until = "08:00";
  out.preferences.confirmed = "2026-06-15";
  out.preferences.since = out.contact.since = at(heard);
  out.contact.mobiles = {"07700 900482"};
  out.contact.emails = {"marta@example.org"};
  return out;
}

inline Source consent(const std::string& name, contract::ConsentState state, const std::string& said) {
  Source out;
  out.event = testing::event_named(name);
  out.digest = digest_named(name);
  out.place = 2;
  out.kind = contract::Kind::ConsentChange;
  out.consent = static_cast<std::uint8_t>(state);
  out.consent_since = at(said);
  return out;
}

inline Telling news(const std::string& name, News group = News::Sentence, const std::string& accepted = "2026-07-14 10:15") {
  Telling out;
  out.event = testing::event_named(name);
  out.digest = digest_named(name);
  out.place = 10;
  out.accepted = at(accepted);
  out.kind = group == News::Hearing ? contract::Kind::CourtHearing : group == News::Release || group == News::AtLarge ? contract::Kind::CustodyChange : contract::Kind::CourtOutcome;
  out.group = group;
  out.for_a_person = group == News::AtLarge;
  out.what = std::string(name_of(group));
  return out;
}

inline Filed filed(const Source& source, const Source* corrects = nullptr) {
  Filed out;
  out.event = source.event;
  out.digest = source.digest;
  if (corrects != nullptr) out.corrects = corrects->digest;
  out.place = source.place;
  out.source = source;
  return out;
}
inline Filed filed(const Telling& telling, const Telling* corrects = nullptr) {
  Filed out;
  out.event = telling.event;
  out.digest = telling.digest;
  if (corrects != nullptr) out.corrects = corrects->digest;
  out.place = telling.place;
  out.telling = telling;
  return out;
}

}  // namespace concordat::notify
