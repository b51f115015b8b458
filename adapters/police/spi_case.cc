// The case of an SPI NewCase message, element by element, into a draft. What is not mapped here is left out on purpose:
// driving licences, vehicles and alcohol levels protect nobody from domestic abuse.
#include "adapters/police/spi_case.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <array>
#include <map>

#include "adapters/sdk/draft.h"
#include "adapters/sdk/path.h"
#include "adapters/sdk/read/record.h"
#include "adapters/sdk/read/when.h"
#include "concordat/v1/incident.pb.h"
#include "proto/contract/contract.h"
#include "proto/contract/identifiers.h"

namespace concordat::police {
namespace {

using contract::Role;
using read::Xml;
using sdk::Draft;
using sdk::Failure;

/// Offences that are domestic abuse on their face, with or without the marker.
constexpr std::array<std::string_view, 18> kDomesticAbuse = {"SC15004", "SC15005", "SC15006", "FL96001", "SE20002", "PH97004",
                                                             "PH97005", "PH97006", "PH97007", "PH97008", "PH97009", "PH97010",
                                                             "PH97011", "PH97012", "DA21001", "CS10503", "MC80530", "ST19001"};

/// xsd:date may carry a zone, which a day does not need.
std::string day_of(std::string_view date) { return std::string(date.size() > 10 && date[4] == '-' ? date.substr(0, 10) : date); }

/// Sets paths of a draft from elements, and remembers the first that did not fit.
class Filler {
 public:
  Filler(Draft& draft, std::uint64_t line_before) : draft_(draft), line_before_(line_before) {}

  void text(const std::string& path, std::string_view value, const Xml& from, std::string_view field) {
    if (failure_ || value.empty()) return;
    if (const auto set = draft_.set(path, value); !set) refuse(from, field, set.error());
  }
  /// The text of an element, if it is there.
  void take(const std::string& path, const Xml& from, std::string_view element) {
    const Xml* found = from.at(element);
    if (found != nullptr) text(path, found->text, *found, found->name);
  }
  void need(const std::string& path, const Xml& from, std::string_view element) {
    if (require(from, element)) take(path, from, element);
  }
  bool require(const Xml& from, std::string_view element) {
    if (failure_) return false;
    const Xml* found = from.at(element);
    if (found != nullptr && (!found->text.empty() || !found->children.empty())) return true;
    const auto slash = element.rfind('/');
    refuse(found != nullptr ? *found : from, slash == std::string_view::npos ? element : element.substr(slash + 1),
           {Fault::Malformed, code::kInput, "the element is obligatory and is missing or empty"});
    return false;
  }
  /// A way to reach somebody. What has not the form of its type reaches the reader as written, as a contact of another type.
  void contact(const std::string& path, std::string_view type, const Xml& from, std::string_view element) {
    const std::string_view value = from.text_at(element);
    const bool fits = type == "email" ? sdk::is_email(value) : sdk::is_phone(value);
    if (fits || value.empty()) return take(path + "contact[type=" + std::string(type) + "].value", from, element);
    std::string& others = others_[path];
    others += (others.empty() ? "" : "; ") + std::string(value);
    text(path + "contact[type=other].value", others, *from.at(element), element);
  }
  void date(const std::string& path, const Xml& from, std::string_view element) {
    const Xml* found = from.at(element);
    if (found != nullptr) text(path, day_of(found->text), *found, found->name);
  }
  void moment(const std::string& path, const Xml& from, std::string_view day, std::string_view time) {
    const Xml* found = from.at(day);
    if (found == nullptr || found->text.empty()) return;
    const std::string_view clock = from.text_at(time);
    text(path, day_of(found->text) + (clock.empty() ? "" : "T" + std::string(clock)), *found, found->name);
  }
  void refuse(const Xml& at, std::string_view field, Error error) {
    if (!failure_) failure_ = Failure{line_before_ + at.line, std::string(field), std::move(error)};
  }
  const std::optional<Failure>& failure() const { return failure_; }
  Draft& draft() { return draft_; }

 private:
  Draft& draft_;
  std::uint64_t line_before_;
  std::optional<Failure> failure_;
  std::map<std::string, std::string> others_;  ///< By person: contacts that have not their type's form.
};

// ---- people ----------------------------------------------------------------------------------------------------------

std::string of(std::string_view role, std::size_t index) { return std::string(role) + "[" + std::to_string(index) + "]."; }

void put_name(Filler& fill, const std::string& path, const Xml& name) {
  fill.take(path + ".title", name, "PersonTitle");
  for (const char* given : {"PersonGivenName1", "PersonGivenName2", "PersonGivenName3"}) fill.take(path + ".given", name, given);
  fill.take(path + ".family", name, "PersonFamilyName");
}

void put_address(Filler& fill, const std::string& person, const Xml* address) {
  if (address == nullptr) return;
  const std::string path = person + "home_address.address.";
  std::string first;
  for (const char* part : {"SAON", "PAON", "StreetDescription"}) {
    if (const auto text = address->text_at(part); !text.empty()) first += (first.empty() ? "" : " ") + std::string(text);
  }
  fill.text(path + "line", first, *address, "StreetDescription");
  for (const char* line : {"Locality", "Town", "PostTown", "AdministrativeArea", "AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4", "AddressLine5"}) {
    fill.take(path + "line", *address, line);
  }
  const bool has_postcode = read::normal_postcode(address->text_at("PostCode")).has_value();
  fill.take(path + (has_postcode ? "postcode" : "line"), *address, "PostCode");
  fill.take(path + "uprn", *address, "UniquePropertyReferenceNumber");
}

void put_contacts(Filler& fill, const std::string& path, const Xml& person) {
  fill.contact(path, "mobile", person, "TelephoneDetails/TelephoneNumberMobile");
  fill.contact(path, "home_phone", person, "TelephoneDetails/TelephoneNumberHome");
  fill.contact(path, "work_phone", person, "TelephoneDetails/TelephoneNumberBusiness");
  fill.contact(path, "email", person, "EmailDetails/EmailAddress1");
}

void put_sex(Filler& fill, const std::string& person, const Xml& from, std::string_view element) {
  static const std::map<std::string_view, const char*> kCodes = {{"0", "not_known"}, {"1", "male"}, {"2", "female"}, {"9", "indeterminate"},
                                                                 {"M", "male"},      {"F", "female"}, {"X", "indeterminate"}};
  const Xml* gender = from.at(element);
  if (gender == nullptr || gender->text.empty()) return;
  const auto code = kCodes.find(gender->text);
  if (code == kCodes.end()) return fill.refuse(*gender, gender->name, {Fault::Malformed, code::kValue, "not one of: 0, 1, 2, 9"});
  fill.text(person + "sex", code->second, *gender, gender->name);
}

/// Numbers that have no normal form are kept as written: they reach the reader and link nothing.
void put_criminal_identifiers(v1::Person& person, std::string_view pnc, std::string_view cro) {
  if (!pnc.empty()) person.mutable_criminal_identifiers()->set_pnc(contract::pnc(pnc).value_or(std::string(pnc)));
  if (!cro.empty()) person.mutable_criminal_identifiers()->set_cro(contract::cro(cro).value_or(std::string(cro)));
}

void put_bail(Filler& fill, const std::string& person, const Xml& individual) {
  fill.take(person + "bail_conditions.condition", individual, "PersonDefendant/BailConditions");
  const std::string_view code = individual.text_at("CustodyStatus");
  fill.take(person + "bail_conditions.state_code", individual, "CustodyStatus");
  if (code == "C") fill.text(person + "bail_conditions.state", "in_custody", individual, "CustodyStatus");
  if (code == "U") fill.text(person + "bail_conditions.state", "unconditional_bail", individual, "CustodyStatus");
  if (code == "B" && !individual.text_at("PersonDefendant/BailConditions").empty()) {
    fill.text(person + "bail_conditions.state", "conditional_bail", individual, "CustodyStatus");
  }
}

void put_ethnicity(Filler& fill, const std::string& person, const Xml& from) {
  fill.take(person + "equality.ethnicity_self_defined", from, "PersonEthnicity/SelfDefinedEthnicity");
  fill.take(person + "equality.ethnicity_observed", from, "PersonEthnicity/ObservedEthnicity");
}

void put_basics(Filler& fill, const std::string& person, const Xml& base) {
  if (!fill.require(base, "PersonName/PersonFamilyName")) return;
  put_name(fill, person + "name", *base.child("PersonName"));
  put_contacts(fill, person, base);
  fill.date(person + "date_of_birth.date", base, "Birthdate");
  put_sex(fill, person, base, "Gender");
}

void put_parent(Filler& fill, std::size_t defendant, std::size_t index, const Xml& parent) {
  const std::string person = of("other", index);
  if (!fill.require(parent, "BasePersonDetails")) return;
  put_basics(fill, person, *parent.child("BasePersonDetails"));
  put_address(fill, person, parent.child("Address"));
  put_ethnicity(fill, person, parent);
  // Numbers are given when the draft is finished: perpetrators stand before others, victims before all.
  fill.text(person + "relationship[0].source_text", "parent or guardian of defendant " + std::to_string(defendant + 1), parent, "ParentGuardianDetails");
  fill.text(person + "relationship[0].relation", "parent", parent, "ParentGuardianDetails");
}

void put_individual(Filler& fill, std::size_t index, const Xml& individual) {
  const std::string person = of("alleged_perpetrator", index);
  if (!fill.require(individual, "PersonDefendant/BasePersonDetails")) return;
  put_basics(fill, person, *individual.at("PersonDefendant/BasePersonDetails"));
  if (individual.text_at("PersonDefendant/BasePersonDetails/Birthdate").empty() && !individual.text_at("PerceivedBirthYear").empty()) {
    fill.take(person + "date_of_birth.date", individual, "PerceivedBirthYear");
    fill.text(person + "date_of_birth.perceived", "yes", individual, "PerceivedBirthYear");
  }
  put_criminal_identifiers(fill.draft().person(Role::AllegedPerpetrator, index), individual.text_at("PersonDefendant/PNCidentifier"),
                           individual.text_at("CROnumber"));
  fill.take(person + "equality.nationality", individual, "PersonDefendant/PersonStatedNationality");
  put_bail(fill, person, individual);
  put_address(fill, person, individual.child("Address"));
  put_ethnicity(fill, person, individual);
  fill.take(person + "occupation.title", individual, "Occupation");
  fill.take(person + "occupation.code", individual, "OccupationCode");
  fill.take(person + "language_and_needs.document_language", individual, "LanguageOptions/DocumentationLanguage");
  fill.take(person + "language_and_needs.hearing_language", individual, "LanguageOptions/HearingLanguage");
  fill.take(person + "language_and_needs.need", individual, "LanguageNeeds");
  fill.take(person + "language_and_needs.need", individual, "SpecialNeeds");
  std::size_t alias = 0;
  for (const Xml* each : individual.all("Alias")) put_name(fill, person + "alias[" + std::to_string(alias++) + "]", *each);
}

void put_company(Filler& fill, std::size_t index, const Xml& company) {
  const std::string person = of("alleged_perpetrator", index);
  if (!fill.require(company, "OrganisationName")) return;
  const Xml& name = *company.child("OrganisationName");
  if (name.text.empty()) {
    fill.need(person + "name.organisation", name, "OrganisationName");
  } else {
    fill.text(person + "name.organisation", name.text, name, name.name);
  }
  fill.contact(person, "work_phone", company, "TelephoneNumberBusiness");
  fill.contact(person, "email", company, "EmailDetails/EmailAddress1");
  put_criminal_identifiers(fill.draft().person(Role::AllegedPerpetrator, index), company.text_at("PNCidentifier"), company.text_at("CROnumber"));
  put_address(fill, person, company.child("Address"));
  std::size_t alias = 0;
  for (const Xml* each : company.all("Alias")) fill.text(person + "alias[" + std::to_string(alias++) + "].organisation", each->text, *each, "Alias");
}

void put_victim(Filler& fill, std::size_t index, const Xml& victim) {
  const std::string person = of("victim", index);
  if (const Xml* name = victim.child("PersonDetails")) put_name(fill, person + "name", *name);
  put_address(fill, person, victim.child("Address"));
  put_contacts(fill, person, victim);
  fill.date(person + "date_of_birth.date", victim, "Birthdate");
  put_sex(fill, person, victim, "Gender");
  put_ethnicity(fill, person, victim);
}

/// Everything an element says, for knowing the same victim again under another offence.
std::string said(const Xml& element) {
  std::string all = element.name + "=" + element.text + ";";
  for (const Xml& child : element.children) all += said(child);
  return all;
}

bool says_nothing(const Xml& element) {
  return element.text.empty() && std::all_of(element.children.begin(), element.children.end(), says_nothing);
}

// ---- the case --------------------------------------------------------------------------------------------------------

class CaseMapper {
 public:
  CaseMapper(const Xml& a_case, std::uint64_t line_before, const Reading& reading)
      : case_(a_case), draft_(contract::Kind::Incident), fill_(draft_, line_before), reading_(reading) {}

  SpiCase::Events map(const std::vector<const Xml*>& defendants, const std::string& dated) {
    put_case();
    if (defendants.empty()) fill_.require(case_, "Defendant");
    for (const Xml* each : defendants) put_defendant(*each);
    put_markers();
    if (domestic_abuse_) fill_.text("details.domestic_abuse", "yes", case_, "CaseMarker");
    if (fill_.failure()) return tl::unexpected(*fill_.failure());
    return finish(dated);
  }

 private:
  void put_case() {
    fill_.need("case_reference[type=urn].value", case_, "PTIURN");
    fill_.text("details.crime_recorded", "yes", case_, "Case");
    fill_.text("details.source_type", "SPI NewCase", case_, "Case");
    fill_.take("prosecution.originating_organisation", case_, "OriginatingOrganisation");
    fill_.take("prosecution.initiation_code", case_, case_.child("CaseInitiation") != nullptr ? "CaseInitiation" : "InitiationCode");
    fill_.take("prosecution.summons_code", case_, "SummonsCode");
    fill_.take("prosecution.informant", case_, "Informant");
    fill_.take("prosecution.prosecutor", case_, "CPSorganisation");
    fill_.take("prosecution.first_hearing_court", case_, "InitialHearing/CourtHearingLocation");
    fill_.moment("prosecution.first_hearing", case_, "InitialHearing/DateOfHearing", "InitialHearing/TimeOfHearing");
    if (const Xml* officer = case_.child("OtherPartyOfficerInCase")) put_officer(*officer);
  }

  void put_officer(const Xml& officer) {
    const std::string path = "practitioner[0].";
    if (const Xml* name = officer.child("OfficerName")) put_name(fill_, path + "name", *name);
    fill_.take(path + "rank", officer, "PoliceOfficerRank");
    fill_.take(path + "number", officer, "PoliceWorkerReferenceNumber");
    fill_.take(path + "team", officer, "PoliceWorkerLocationCode");
    fill_.contact(path, "work_phone", officer, "TelephoneDetails/TelephoneNumberBusiness");
    fill_.contact(path, "mobile", officer, "TelephoneDetails/TelephoneNumberMobile");
    fill_.contact(path, "email", officer, "EmailDetails/EmailAddress1");
    fill_.text(path + "task", "officer in the case", officer, "OtherPartyOfficerInCase");
  }

  void put_markers() {
    const Xml* marker = case_.child("CaseMarker");
    if (marker == nullptr || marker->text.empty()) return;
    if (marker->text.size() % 2 != 0) return fill_.refuse(*marker, "CaseMarker", {Fault::Malformed, code::kValue, "not codes of two letters each"});
    for (std::size_t at = 0; at < marker->text.size(); at += 2) {
      const std::string code = marker->text.substr(at, 2);
      fill_.text("details.case_marker", code, *marker, "CaseMarker");
      domestic_abuse_ = domestic_abuse_ || code == "DV";
    }
  }

  void put_defendant(const Xml& defendant) {
    const std::size_t index = defendants_++;
    const std::string person = of("alleged_perpetrator", index);
    fill_.need(person + "case_reference[type=asn].value", defendant, "ProsecutorReference");
    if (const Xml* company = defendant.child("PoliceCorporateDefendant")) {
      put_company(fill_, index, *company);
    } else if (fill_.require(defendant, "PoliceIndividualDefendant")) {
      const Xml& individual = *defendant.child("PoliceIndividualDefendant");
      put_individual(fill_, index, individual);
      if (const Xml* parent = individual.child("ParentGuardianDetails")) {
        parents_.push_back(index);
        put_parent(fill_, index, parents_.size() - 1, *parent);
      }
    }
    fill_.require(defendant, "Offence");
    std::size_t place = 0;
    wordings_ = 0;
    for (const Xml* offence : defendant.all("Offence")) put_offence(index, place++, *offence);
  }

  void put_offence(std::size_t defendant, std::size_t place, const Xml& offence) {
    const std::string path = of("alleged_perpetrator", defendant) + "offence[" + std::to_string(place) + "].";
    if (!fill_.require(offence, "BaseOffenceDetails")) return;
    const Xml& base = *offence.child("BaseOffenceDetails");
    fill_.need(path + "sequence", base, "OffenceSequenceNumber");
    fill_.need(path + "code", base, "OffenceCode");
    put_wording(defendant, base);
    fill_.take(path + "date_code", base, "OffenceTiming/OffenceDateCode");
    fill_.require(base, "OffenceTiming/OffenceStart/OffenceDateStartDate");
    if (const Xml* timing = base.child("OffenceTiming")) {
      fill_.moment(path + "started", *timing, "OffenceStart/OffenceDateStartDate", "OffenceStart/OffenceStartTime");
      fill_.moment(path + "ended", *timing, "OffenceEnd/OffenceEndDate", "OffenceEnd/OffenceEndTime");
    }
    fill_.date(path + "charged", base, "ChargeDate");
    fill_.date(path + "arrested", base, "ArrestDate");
    fill_.take(of("alleged_perpetrator", defendant) + "narrative.note", offence, "ProsecutionFacts");
    if (fill_.failure()) return;
    domestic_abuse_ = domestic_abuse_ || std::find(kDomesticAbuse.begin(), kDomesticAbuse.end(), base.text_at("OffenceCode")) != kDomesticAbuse.end();
    remember(defendant, place, base);
    for (const Xml* victim : offence.all("OtherPartyVictim")) put_victim_of(*victim);
  }

  void put_wording(std::size_t defendant, const Xml& base) {
    if (base.text_at("OffenceWording").empty()) return;
    const std::string path = of("alleged_perpetrator", defendant) + "offence_wording[" + std::to_string(wordings_++) + "].";
    fill_.take(path + "sequence", base, "OffenceSequenceNumber");
    fill_.take(path + "text", base, "OffenceWording");
  }

  struct OffenceAt {
    std::size_t defendant, offence;
    std::string where;
    std::vector<std::size_t> victims;
  };

  void remember(std::size_t defendant, std::size_t place, const Xml& base) {
    offences_.push_back({defendant, place, std::string(base.text_at("LocationOfOffence")), {}});
  }

  void put_victim_of(const Xml& victim) {
    if (says_nothing(victim)) return;
    const auto [known, fresh] = victims_.emplace(said(victim), victims_.size());
    if (fresh) put_victim(fill_, known->second, victim);
    offences_.back().victims.push_back(known->second);
  }

  /// People have their numbers only once the draft is finished, victims first: what names people by number is set then.
  void put_numbers(v1::Incident& incident) const {
    const auto victim_count = static_cast<int>(victims_.size());
    for (const OffenceAt& each : offences_) {
      v1::Person& defendant = *incident.mutable_person(victim_count + static_cast<int>(each.defendant));
      v1::Offence& offence = *defendant.mutable_offence(static_cast<int>(each.offence));
      offence.clear_victim();
      for (const std::size_t victim : each.victims) offence.add_victim(incident.person(static_cast<int>(victim)).number());
      if (each.where.empty()) continue;
      v1::OffencePlace& place = *incident.add_offence_place();
      place.set_person(defendant.number());
      place.set_sequence(offence.sequence());
      place.set_description(each.where);
    }
    for (std::size_t at = 0; at < parents_.size(); ++at) {
      v1::Person& parent = *incident.mutable_person(victim_count + static_cast<int>(defendants_ + at));
      parent.mutable_relationship(0)->set_to(incident.person(victim_count + static_cast<int>(parents_[at])).number());
    }
  }

  Instant happened(const v1::Incident& incident, const std::string& dated) const {
    if (const auto moment = read::parse_moment(dated); !dated.empty() && moment) return moment->at;
    Instant earliest = Instant::max();
    for (const v1::Person& person : incident.person()) {
      for (const v1::Offence& offence : person.offence()) {
        const auto at = read::parse_moment(offence.started().source_text());
        if (at) earliest = std::min(earliest, at->at);
      }
    }
    return earliest == Instant::max() ? Instant{} : earliest;
  }

  std::string reference(const v1::Incident& incident) const {
    std::string lowest;
    for (const v1::Person& person : incident.person()) {
      for (const v1::CaseReference& each : person.case_reference()) {
        if (lowest.empty() || each.value() < lowest) lowest = each.value();
      }
    }
    return incident.case_reference(0).value() + "/" + lowest;
  }

  SpiCase::Events finish(const std::string& dated) {
    // A parent's relationship is to the defendant; the draft would take it as to the victim, or refuse where there is none.
    for (std::size_t at = 0; at < parents_.size(); ++at) draft_.person(Role::Other, at).mutable_relationship(0)->set_to(1);
    auto finished = draft_.finish();
    if (!finished) return tl::unexpected(Failure{1, "Case", finished.error()});
    std::shared_ptr<google::protobuf::Message> message = std::move(*finished);
    auto& incident = static_cast<v1::Incident&>(*message);
    put_numbers(incident);
    complete(incident, reading_.areas);
    sdk::TypedEvent event{message, contract::Kind::Incident, reference(incident), happened(incident, dated), reading_.in_bulk};
    if (const auto plains = contract::split(incident, event.happened); !plains) return tl::unexpected(Failure{1, "Case", plains.error()});
    std::vector<sdk::TypedEvent> events;
    events.push_back(std::move(event));
    return events;
  }

  const Xml& case_;
  Draft draft_;
  Filler fill_;
  const Reading& reading_;
  std::size_t defendants_ = 0;
  std::size_t wordings_ = 0;  // of the defendant in hand
  std::vector<std::size_t> parents_;             ///< Defendant of the n-th parent.
  std::map<std::string, std::size_t> victims_;   ///< By everything said of them.
  std::vector<OffenceAt> offences_;
  bool domestic_abuse_ = false;
};

}  // namespace

SpiCase::Events SpiCase::events(std::optional<std::size_t> defendant, const Reading& reading) const {
  std::vector<const Xml*> defendants = case_.all("Defendant");
  if (defendant) defendants = {defendants[*defendant]};
  return CaseMapper(case_, line_before_, reading).map(defendants, dated_);
}

SpiCase::Events SpiCase::events_by_defendant(const Reading& reading) const {
  std::vector<sdk::TypedEvent> all;
  for (std::size_t at = 0; at < defendants(); ++at) {
    auto one = events(at, reading);
    if (!one) return one;
    all.push_back(std::move(one->front()));
  }
  return all;
}

}  // namespace concordat::police
