// Tapes: see tape.h.
#include "tests/sim/tape.h"

namespace concordat::sim {
namespace {

using contract::ConsentState;
using contract::Fact;
using contract::FactValue;
using contract::Item;
using contract::Kind;
using test::Draft;
using test::kChild;
using test::kPatient;
using test::kPerpetrator;
using test::kVictim;

constexpr std::uint64_t kPeople = 10;
constexpr std::uint64_t kPerpetrators = 5;

class Writer {
 public:
  Writer(const Cast& cast, std::string adapter, std::uint64_t number)
      : cast_(cast), dice_(number * 7919 + contract::code_of_name(adapter)), entropy_(dice_.draw()), adapter_(std::move(adapter)) {
    tape_.adapter = adapter_;
    tape_.epoch = {dice_.draw() | 1};
  }

  Tape write() {
    std::uint64_t next = 1;
    const bool few = adapter_ == test::kCourts || adapter_ == test::kPrisons;
    for (std::uint64_t left = few ? dice_.between(1, 4) : dice_.between(6, 12); left > 0; --left) {
      TapeBatch batch;
      batch.first_sequence = next;
      for (std::uint64_t events = dice_.between(1, 4); events > 0; --events) {
        batch.events.push_back(tape_.events.size());
        add(draft());
      }
      next += batch.events.size();
      std::vector<const Sealed*> sealed;
      for (const std::size_t index : batch.events) sealed.push_back(&tape_.events[index].sealed);
      batch.bytes = test::batch_of(cast_, adapter_, tape_.epoch, batch.first_sequence, sealed, entropy_);
      tape_.batches.push_back(std::move(batch));
    }
    return std::move(tape_);
  }

 private:
  void add(const Draft& draft) {
    TapeEvent event;
    event.sealed = draft.seal(cast_, adapter_, entropy_);
    event.source = cast_.directory.party(event.sealed.agency)->number;
    event.facts = draft.facts();
    event.known = draft.known();
    event.happened = draft.happened();
    event.withdrawn = draft.withdrawn();
    event.offences = draft.offences();
    event.names = draft.names();
    if (correcting_ != nullptr) event.corrects = correcting_->digest;
    tape_.events.push_back(std::move(event));
  }

  Draft draft() {
    correcting_ = nullptr;
    if (!tape_.events.empty() && dice_.chance(200)) return correction();
    if (!tape_.events.empty() && dice_.chance(30)) return any(tape_.events[dice_.below(tape_.events.size())].sealed.reference);  // a conflict
    return any(reference());
  }

  std::string reference() { return "E" + std::to_string(++references_); }

  // Of any earlier event, not always the newest revision: then it is refused.
  Draft correction() {
    correcting_ = &tape_.events[dice_.below(tape_.events.size())].sealed;
    Draft draft = correcting_->kind == Kind::VictimRegistration && dice_.chance(700) ? registration(correcting_->reference) : any(correcting_->reference);
    return dice_.chance(250) ? draft.withdraws(*correcting_) : draft.corrects(*correcting_);
  }

  Draft any(std::string reference) {
    Draft draft = of_kind(std::move(reference));
    draft.happened(dice_.chance(20) ? test::kNight + std::chrono::years(10) : test::kNight - std::chrono::days(dice_.below(dice_.chance(300) ? 500 : 30)));
    if (dice_.chance(60)) draft.fact(Fact::Historic, contract::kYes);
    if (dice_.chance(50)) draft.content_bytes(2000);
    return draft;
  }

  Draft of_kind(std::string reference) {
    const std::uint64_t draw = dice_.below(100);
    if (adapter_ == test::kCourts) return draw < 80 ? outcome(std::move(reference)) : hearing(std::move(reference));
    if (adapter_ == test::kPrisons) return draw < 80 ? custody(std::move(reference)) : link(std::move(reference));
    if (adapter_ == test::kCouncil) return draw < 60 ? progress(std::move(reference)) : concern(std::move(reference));
    if (draw < 15) return consent_change(std::move(reference));
    if (adapter_ == test::kHospital) return draw < 90 ? assessment(std::move(reference)) : incident(std::move(reference));  // which it may not assert
    if (draw < 29) return registration(std::move(reference));
    if (draw < 32) return preference(std::move(reference));
    if (draw < 38) return assessment(std::move(reference));
    if (draw < 48) return referral(std::move(reference));
    return incident(std::move(reference));
  }

  Draft progress(std::string reference) {
    Draft draft(Kind::ReferralProgress, std::move(reference));
    return draft.about_case({Item::CaseReference, Item::Practitioner}).fact(Fact::Progress, 4);
  }
  Draft concern(std::string reference) {
    Draft draft(Kind::SafeguardingConcern, std::move(reference));
    draft.about_case({Item::Concern});
    child(draft);
    victim(draft);
    if (dice_.chance(500)) draft.fact(1, Fact::CareAndSupportNeeds, contract::kYes);
    return draft;
  }
  Draft consent_change(std::string reference) {
    Draft draft(Kind::ConsentChange, std::move(reference));
    draft.person(1, kVictim, {Item::Name, Item::SafeContact}).fact(1, Fact::Residence, *contract::area_code("E06000049"));
    draft.known_as(1, person());
    consent(draft);
    if (adapter_ == test::kPolice) {
      draft.person(2, kPerpetrator, {Item::Name});
      if (dice_.chance(700)) draft.known_as(2, him());
      offences(draft);
    }
    return draft;
  }
  // Few offences and few prisoners, so that some have nobody, some one and some several who are registered.
  void offences(Draft& draft) {
    const std::string him = std::to_string(dice_.below(kPerpetrators));
    for (std::uint64_t left = dice_.between(0, 2); left > 0; --left) draft.offence("asn-" + him + "/" + std::to_string(dice_.between(1, 2)));
  }
  Draft registration(std::string reference) {
    Draft draft(Kind::VictimRegistration, std::move(reference));
    draft.about_case({Item::Registration});
    draft.person(1, kVictim, {Item::Name, Item::SafeContact, Item::ContactPreference});
    if (dice_.chance(850)) draft.fact(1, Fact::Residence, *contract::area_code(dice_.chance(800) ? "E06000049" : "E06000050"));
    draft.person(2, kPerpetrator, {Item::Name});
    if (dice_.chance(350)) draft.known_as(1, person());
    if (dice_.chance(500)) draft.named(1, "name-" + std::to_string(dice_.below(2)));
    if (dice_.chance(600)) draft.known_as(2, him());
    if (dice_.chance(300)) draft.known_as(2, prisoner());
    if (dice_.chance(50)) draft.person(4, kPerpetrator, {Item::Name});
    offences(draft);
    if (dice_.chance(850)) draft.fact(Fact::RegistrationAbuseCase, dice_.chance(800) ? contract::kYes : contract::kNo);
    if (dice_.chance(200)) draft.fact(Fact::RegistrationEnded, contract::kYes);
    return draft;
  }
  Draft preference(std::string reference) {
    Draft draft(Kind::ContactPreference, std::move(reference));
    draft.person(1, kVictim, {Item::ContactPreference}).person(2, kPerpetrator, {Item::Name});
    if (dice_.chance(300)) draft.known_as(1, person());
    offences(draft);
    return draft;
  }
  Draft outcome(std::string reference) {
    Draft draft(Kind::CourtOutcome, std::move(reference));
    draft.about_case({Item::CourtOutcome, Item::CaseReference}).person(1, kPerpetrator, {Item::Name});
    draft.fact(Fact::Outcome, static_cast<FactValue>(dice_.between(1, 24)));
    if (dice_.chance(800)) draft.fact(Fact::AbuseCase, dice_.chance(700) ? contract::kYes : contract::kNo);
    offences(draft);
    return draft;
  }
  Draft hearing(std::string reference) {
    Draft draft(Kind::CourtHearing, std::move(reference));
    draft.about_case({Item::Hearing}).person(1, kPerpetrator, {Item::Name});
    offences(draft);
    return draft;
  }
  Draft custody(std::string reference) {
    Draft draft(Kind::CustodyChange, std::move(reference));
    draft.about_case({Item::CustodyMovement, Item::CustodyPlace}).person(1, kPerpetrator, {Item::Name});
    draft.fact(Fact::CustodyMovement, static_cast<FactValue>(dice_.between(1, 14)));
    if (dice_.chance(900)) draft.known_as(1, dice_.chance(500) ? him() : prisoner());
    return draft;
  }
  // Who is known under two numbers.
  Draft link(std::string reference) {
    Draft draft(Kind::Link, std::move(reference));
    draft.about_case({Item::LinkedIdentifiers}).person(1, kPerpetrator, {Item::Name});
    return draft.known_as(1, him()).known_as(1, prisoner());
  }
  Draft assessment(std::string reference) {
    Draft draft(Kind::RiskAssessment, std::move(reference));
    victim(draft);
    perpetrator(draft);
    if (adapter_ == test::kHospital && dice_.chance(800)) draft.person(1, kVictim | kPatient, {Item::Injury});
    if (dice_.chance(700)) consent(draft);
    if (dice_.chance(200)) child(draft);
    return draft;
  }
  Draft referral(std::string reference) {
    Draft draft(Kind::Referral, std::move(reference));
    victim(draft);
    perpetrator(draft);
    draft.fact(Fact::ReferralKind, static_cast<FactValue>(dice_.chance(600) ? contract::ReferralKind::Conference : contract::ReferralKind::Support));
    return draft;
  }
  Draft incident(std::string reference) {
    Draft draft(Kind::Incident, std::move(reference));
    draft.about_case({Item::IncidentDetails, Item::IncidentPlace, Item::Narrative});
    draft.fact(Fact::DomesticAbuse, dice_.chance(900) ? contract::kYes : contract::kNo);
    victim(draft);
    perpetrator(draft);
    if (dice_.chance(300)) child(draft);
    if (dice_.chance(200)) consent(draft);
    return draft;
  }

  void victim(Draft& draft) {
    draft.person(1, kVictim, {Item::Name, Item::DateOfBirth, Item::SafeContact, Item::LanguageAndNeeds});
    draft.fact(1, Fact::RiskScore, static_cast<FactValue>(1 + pick({3, 11, 17, 17})));
    if (dice_.chance(600)) draft.fact(1, Fact::Judgement, static_cast<FactValue>(pick({1, 1, 2, 3})));
    if (dice_.chance(850)) draft.fact(1, Fact::Residence, *contract::area_code(dice_.chance(900) ? "E06000049" : "E06000050"));
    if (dice_.chance(700)) draft.known_as(1, person());
    if (dice_.chance(600)) draft.fact(1, Fact::HonourBased, dice_.chance(100) ? contract::kYes : contract::kNo).fact(1, Fact::ForcedMarriage, contract::kNo).fact(1, Fact::Fgm, contract::kNo);
    if (dice_.chance(60)) draft.fact(1, Fact::CareAndSupportNeeds, contract::kYes);
    if (dice_.chance(60)) draft.fact(1, Fact::WorksFor, contract::code_of_name(dice_.chance(500) ? "cheshire-east-council" : "my-cwa"));
  }
  void perpetrator(Draft& draft) {
    draft.person(2, kPerpetrator, {Item::Name, Item::BailConditions, Item::Relationship});
    if (dice_.chance(700)) draft.known_as(2, him());
  }
  void child(Draft& draft) {
    draft.person(3, kChild, {Item::Name, Item::DateOfBirth, Item::School});
    if (dice_.chance(800)) draft.fact(3, Fact::ChildIs, static_cast<FactValue>(dice_.between(1, 4)));
    if (dice_.chance(800)) draft.fact(3, Fact::Residence, *contract::area_code("E06000049"));
  }
  void consent(Draft& draft) {
    draft.fact(1, Fact::Consent, static_cast<FactValue>(pick({1, 1, 2, 3, 5, 6})));
    if (dice_.chance(300)) draft.fact(1, Fact::ConsentPurpose, contract::code_of_name(dice_.chance(700) ? "high-risk" : "safeguarding"));
  }
  std::string him() { return "him-" + std::to_string(dice_.below(kPerpetrators)); }
  std::string prisoner() { return "prisoner-" + std::to_string(dice_.below(3)); }
  std::string person() { return "her-" + std::to_string(dice_.below(kPeople)); }
  std::uint64_t pick(std::initializer_list<std::uint64_t> list) { return *(list.begin() + dice_.below(list.size())); }

  const Cast& cast_;
  Dice dice_;
  test::DiceEntropy entropy_;
  std::string adapter_;
  Tape tape_;
  std::uint64_t references_ = 0;
  const Sealed* correcting_ = nullptr;  // valid until the next event is added
};

}  // namespace

const Tape& TapeShelf::tape(const std::string& adapter, std::uint64_t number) {
  auto& kept = tapes_[{adapter, number}];
  if (kept == nullptr) kept = std::make_unique<Tape>(Writer(cast_, adapter, number).write());
  return *kept;
}

const TapeShelf::Kept& TapeShelf::keep(const Tape& tape, std::size_t batch, const directory::Directory& directory, std::uint64_t version) {
  const auto key = std::make_tuple(&tape, batch, version);
  const auto known = verified_.find(key);
  if (known != verified_.end()) return known->second;
  auto verified = broker::verify_batch(0, tape.batches[batch].bytes, Cast::client_of(tape.adapter), directory, cast_.broker_keys());
  Kept kept;
  if (auto* refused = std::get_if<broker::BatchRefused>(&verified)) {
    kept.refused = *refused;
  } else {
    auto& arrived = std::get<broker::BatchArrived>(verified);
    kept.statement = arrived.statement;
    kept.proof = arrived.proof;
    for (auto& item : arrived.events) {
      if (item.error) kept.events.emplace_back(item.event, *item.error);
      else kept.events.emplace_back(item.event, std::move(*item.verified));
    }
  }
  return verified_.emplace(key, std::move(kept)).first->second;
}

broker::Input TapeShelf::verified(broker::SessionId session, const Tape& tape, std::size_t batch, const directory::Directory& directory, std::uint64_t version) {
  const Kept& kept = keep(tape, batch, directory, version);
  if (kept.refused) {
    broker::BatchRefused refused = *kept.refused;
    refused.session = session;
    return refused;
  }
  broker::BatchArrived arrived;
  arrived.session = session;
  arrived.statement = kept.statement;
  arrived.proof = kept.proof;
  for (const auto& [event, outcome] : kept.events) {
    broker::BatchArrived::Item item;
    item.event = event;
    if (const auto* error = std::get_if<Error>(&outcome)) item.error = *error;
    else item.verified = std::make_unique<broker::VerifiedEvent>(std::get<broker::VerifiedEvent>(outcome));
    arrived.events.push_back(std::move(item));
  }
  return arrived;
}

}  // namespace concordat::sim
