// A stage with both agreements of Cheshire East, on which registrations, outcomes, releases and words of hers are said.
#pragma once

#include <gtest/gtest.h>

#include "broker/deliver/statement.h"
#include "tests/support/stage.h"

namespace concordat::test {

using contract::CustodyMovement;
using contract::Fact;
using contract::FactValue;
using contract::Item;
using contract::Kind;
using contract::OutcomeKind;
using namespace std::chrono_literals;

class CasesTest : public ::testing::Test {
 protected:
  CasesTest() {
    for (const char* adapter : {kPolice, kCourts, kPrisons}) stage.connect(adapter);
    for (const DeskNumber desk : {desk::kNotify, desk::kIdva, desk::kUnplaced, desk::kWitnessCare, desk::kControl}) stage.connect(desk);
  }
  static Draft registration(const std::string& reference, const std::vector<std::string>& offences, const std::string& him = {}) {
    Draft draft(Kind::VictimRegistration, reference);
    draft.person(1, kVictim, {Item::Name, Item::SafeContact, Item::ContactPreference}).person(2, kPerpetrator, {Item::Name});
    draft.about_case({Item::Registration}).fact(Fact::RegistrationAbuseCase, contract::kYes).fact(1, Fact::Residence, *contract::area_code("E06000049"));
    for (const std::string& offence : offences) draft.offence(offence);
    if (!him.empty()) draft.known_as(2, him);
    return draft;
  }
  static Draft lives(Draft registration, const std::string& area) {
    return registration.fact(1, Fact::Residence, area.empty() ? contract::kUnknown : *contract::area_code(area));
  }
  static Draft of_abuse(Draft registration, FactValue says) { return registration.fact(Fact::RegistrationAbuseCase, says); }
  static Draft ended(Draft registration) { return registration.fact(Fact::RegistrationEnded, contract::kYes); }
  static Draft outcome(const std::string& reference, const std::vector<std::string>& offences) {
    Draft draft(Kind::CourtOutcome, reference);
    draft.person(1, kPerpetrator, {Item::Name}).about_case({Item::CourtOutcome, Item::CaseReference});
    draft.fact(Fact::Outcome, static_cast<FactValue>(OutcomeKind::ProtectiveOrderMade)).fact(Fact::AbuseCase, contract::kYes);
    for (const std::string& offence : offences) draft.offence(offence);
    return draft;
  }
  static Draft consent(const std::string& reference, const std::vector<std::string>& offences, contract::ConsentState state = contract::ConsentState::Withdrawn, const char* purpose = "informed") {
    Draft draft(Kind::ConsentChange, reference);
    draft.person(1, kVictim, {Item::Name, Item::SafeContact, Item::Consent}).person(2, kPerpetrator, {Item::Name}).about_case({Item::CaseReference});
    draft.fact(1, Fact::Consent, static_cast<FactValue>(state)).fact(1, Fact::ConsentPurpose, contract::code_of_name(purpose));
    for (const std::string& offence : offences) draft.offence(offence);
    return draft;
  }
  static Draft custody(const std::string& reference, const std::string& him, CustodyMovement movement) {
    Draft draft(Kind::CustodyChange, reference);
    draft.person(1, kPerpetrator, {Item::Name}).about_case({Item::CustodyMovement, Item::CustodyPlace}).known_as(1, him);
    return draft.fact(Fact::CustodyMovement, static_cast<FactValue>(movement));
  }
  /// She wants no news.
  static Draft choices(const std::string& reference, const std::string& offence, const std::string& victim = {}) {
    Draft draft(Kind::ContactPreference, reference);
    draft.person(1, kVictim, {Item::ContactPreference}).person(2, kPerpetrator).fact(1, Fact::WantsNews, contract::kNo).offence(offence);
    return victim.empty() ? draft : draft.known_as(1, victim);
  }
  static Draft linked(const std::string& reference, const std::string& a, const std::string& b) {
    Draft link(Kind::Link, reference);
    return link.person(1, kPerpetrator, {Item::Name}).about_case({Item::LinkedIdentifiers}).known_as(1, a).known_as(1, b);
  }
  void police(const Draft& draft) { send(kPolice, draft); }
  void courts(const Draft& draft) { send(kCourts, draft); }
  void prisons(const Draft& draft) { send(kPrisons, draft); }
  void wait(Milliseconds time) {
    stage.wait(time);
    gather();
  }
  /// What a desk was handed since it was last asked.
  std::vector<Handed> take(DeskNumber desk) { return std::exchange(taken_[desk], {}); }
  /// The same, references and items.
  std::string told(DeskNumber desk) {
    std::string text;
    for (const Handed& handed : take(desk)) {
      text += (text.empty() ? "" : " | ") + stage.reference(handed.offer().material->event) + ": " + handed.line();
    }
    return text;
  }
  /// References of the registrations that a desk was handed.
  std::string registered(DeskNumber desk) {
    std::string text;
    for (const Handed& handed : take(desk)) text += stage.reference(handed.offer().material->event) + " ";
    return text;
  }
  std::string notify() { return told(desk::kNotify); }
  /// But for the registrations themselves.
  std::vector<Handed> news_to_idva() {
    std::erase_if(taken_[desk::kIdva], [&](const Handed& handed) { return stage.reference(handed.offer().material->event).starts_with("V"); });
    return take(desk::kIdva);
  }
  std::string idva() {
    taken_[desk::kIdva] = news_to_idva();
    return told(desk::kIdva);
  }
  std::string witness_care() { return told(desk::kWitnessCare); }
  /// References of what a desk was told to doubt since it was last asked; or that it does not stand.
  std::string doubts(DeskNumber desk) { return alarmed(desk, code::kDoubted); }
  std::string superseded(DeskNumber desk) { return alarmed(desk, code::kSuperseded); }
  std::string alarmed(DeskNumber desk, const Code& of) {
    std::string text;
    for (const auto& alarm : stage.records<wire::AlarmRaised>()) {
      if (alarm.code != of.name || alarm.desk != desk || !heard_.emplace(desk, alarm.sequence, alarm.code).second) continue;
      text += (text.empty() ? "" : " ") + stage.reference(stage.state().event(alarm.sequence)->event);
    }
    return text;
  }
  /// Codes of what was withheld.
  std::string withheld() {
    std::string text;
    for (const auto& record : stage.records<wire::Withheld>()) text += (text.empty() ? "" : " ") + record.code;
    return text;
  }
  /// Whether the desk must act on the newest event that it was told of.
  bool due(DeskNumber desk) {
    for (Sequence at = stage.state().applied; at > 0; --at) {
      const broker::EventEntry* entry = stage.state().event(at);
      if (entry != nullptr && entry->find(desk) != nullptr) return entry->find(desk)->act_by != Instant{};
    }
    return false;
  }
  std::string waiting() { return std::to_string(stage.state().cases.waiting()); }
  Pseudonym case_told(const Handed& handed) {
    return broker::statement_for(handed.offer(), handed.desk, handed.hand_over.world, pseudonyms_).case_pseudonym;
  }

  void send(const char* adapter, const Draft& draft) {
    stage.send(adapter, draft);
    gather();
  }
  /// Programs at desks acknowledge what they get, until nothing more comes.
  void gather() {
    for (bool more = true; more;) {
      more = false;
      for (const auto& desk : stage.cast.directory.desks) {
        for (Handed& handed : stage.take(desk.number)) {
          stage.acknowledge(handed);
          more = true;
          if (seen_.emplace(desk.number, handed.offer().delivery).second) taken_[desk.number].push_back(std::move(handed));
        }
      }
    }
  }

  Stage stage{{{"cheshire-east/marac", file_text(kMaracFile)}, {"cheshire-east/victim-information", file_text(kVictimsFile)}}};
  std::map<DeskNumber, std::vector<Handed>> taken_;
  std::set<std::pair<DeskNumber, std::uint64_t>> seen_;
  std::set<std::tuple<DeskNumber, Sequence, std::string>> heard_;
  seal::PseudonymKey pseudonyms_ = *seal::PseudonymKey::from(Bytes(32, 'p'));
};

}  // namespace concordat::test
