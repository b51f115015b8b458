// Opened events as the sdk hands them to this desk: a registration, a change of preferences, outcomes and movements.
#pragma once

#include "concordat/v1/contact_preference.pb.h"
#include "concordat/v1/court_hearing.pb.h"
#include "concordat/v1/court_outcome.pb.h"
#include "concordat/v1/custody_change.pb.h"
#include "concordat/v1/victim_registration.pb.h"
#include "proto/seal/seal.h"
#include "tests/adapters/notify/fixture.h"

namespace concordat::notify {

inline Pseudonym case_named(const std::string& name) {
  return *Pseudonym::from(testing::event_named("case " + name).view().substr(0, Pseudonym::kSize));
}

template <class Message>
sdk::OpenedEvent opened(const std::string& name, contract::Kind kind, Message message, const std::string& one, const std::string& accepted) {
  sdk::OpenedEvent event;
  event.header.event = testing::event_named(name);
  event.header.time = at(accepted);
  event.digest = digest_named(name);
  event.kind = kind;
  event.decision.case_pseudonym = case_named(one);
  event.decision.sequence = 10;
  event.decision.accepted = at(accepted);
  event.message = std::make_shared<Message>(std::move(message));
  return event;
}

inline void add_victim(v1::Person& victim, const std::string& mobile) {
  victim.set_number(1);
  victim.add_role(v1::ROLE_VICTIM);
  victim.mutable_name()->add_given("Marta");
  victim.mutable_name()->set_family("Bielak-Owens");
  auto* born = victim.mutable_date_of_birth()->mutable_date();
  born->set_year(1991), born->set_month(2), born->set_day(28);
  auto* contact = victim.mutable_safe_contact()->add_contact();
  contact->set_type(v1::CONTACT_TYPE_MOBILE);
  contact->set_value(mobile);
  victim.mutable_safe_contact()->set_instructions("say that the surgery is calling");
}

inline void add_preferences(v1::Person& victim, bool wants) {
  v1::ContactPreferences& preferences = *victim.mutable_contact_preferences();
  preferences.set_wants_news(wants);
  for (int news = v1::NEWS_CHARGE; news <= v1::NEWS_AT_LARGE; ++news) {
    v1::NewsChoice& choice = *preferences.add_choice();
    choice.set_about(static_cast<v1::News>(news));
    choice.set_channel(v1::NEWS_CHANNEL_TEXT);
  }
  preferences.set_quiet_from("21:00");
  preferences.set_quiet_until("08:00");
  auto* confirmed = preferences.mutable_number_confirmed();
  confirmed->set_year(2026), confirmed->set_month(6), confirmed->set_day(15);
}

inline sdk::OpenedEvent registration_event(const std::string& name, const std::string& one = "case-1", const std::string& mobile = "07700 900482") {
  v1::VictimRegistration event;
  add_victim(*event.add_person(), mobile);
  add_preferences(*event.mutable_person(0), true);
  event.mutable_registration()->set_unit("Cheshire witness care");
  event.mutable_registration()->set_helpline("0808 157 0900");
  event.mutable_registration()->set_helpline_hours("until 8 pm");
  return opened(name, contract::Kind::VictimRegistration, std::move(event), one, "2026-07-01 09:00");
}

inline sdk::OpenedEvent preference_event(const std::string& name, bool wants, const std::string& one = "case-1") {
  v1::ContactPreference event;
  add_victim(*event.add_person(), "07700 900482");
  add_preferences(*event.mutable_person(0), wants);
  return opened(name, contract::Kind::ContactPreference, std::move(event), one, "2026-07-14 10:15");
}

inline sdk::OpenedEvent outcome_event(const std::string& name, const std::string& one = "case-1", v1::OutcomeKind kind = v1::OUTCOME_KIND_IMPRISONED) {
  v1::CourtOutcome event;
  event.mutable_outcome()->set_kind(kind);
  return opened(name, contract::Kind::CourtOutcome, std::move(event), one, "2026-07-14 10:15");
}

inline sdk::OpenedEvent movement_event(const std::string& name, v1::CustodyMovement movement, const std::string& one = "case-1") {
  v1::CustodyChange event;
  event.mutable_custody()->set_movement(movement);
  event.mutable_custody()->mutable_at()->set_at_utc_ms(ms_of(at("2026-07-14 10:15")));
  return opened(name, contract::Kind::CustodyChange, std::move(event), one, "2026-07-14 10:15");
}

}  // namespace concordat::notify
