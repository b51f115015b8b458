// Cheshire East for tests of adapters: a signed directory with keys that the test holds, the agreement signed by its parties.
#pragma once

#include "adapters/sdk/beliefs.h"
#include "adapters/sdk/publishing.h"
#include "adapters/sdk/reading.h"
#include "adapters/sdk/sealer.h"
#include "proto/directory/agreement_signatures.h"
#include "tests/adapters/sdk/keep_fixture.h"
#include "tests/proto/directory/partnership.h"

namespace concordat::testing {

inline constexpr const char* kAgreement = "policy/agreements/cheshire-east/marac.yaml";

class CheshireEast {
 public:
  CheshireEast() {
    using contract::DeskRole;
    police = p.party("cheshire-constabulary", DeskRole::Police);
    police.asserts = {contract::Kind::Incident, contract::Kind::RiskAssessment, contract::Kind::Referral};
    police.adapters = {directory::AdapterEntry{"incidents", {p.verify_key("incidents")}, ""}};
    police.clients = {directory::ClientEntry{"incidents", {p.transport_key()}, {"incidents"}, {}}};
    sign_as(police, {"chief_officer", "data_protection_officer"});
    hospital = p.party("mid-cheshire-hospitals", DeskRole::Hospital);
    sign_as(hospital, {"caldicott_guardian"});
    charity = p.party("my-cwa", DeskRole::SupportService);
    sign_as(charity, {"chief_executive"});
    charity.desks = {desk("helpline", DeskRole::SupportService, true)};
    charity.desks[0].acts_for = {"cheshire-east-council"};
    lifeline = p.party("lifeline", DeskRole::PerpetratorProgramme);
    sign_as(lifeline, {"chief_executive"});
    lifeline.desks = {desk("programme", DeskRole::PerpetratorProgramme, true)};
    council = p.party("cheshire-east-council", DeskRole::LocalAuthority);
    sign_as(council, {"senior_information_risk_owner", "caldicott_guardian"});
    council.desks = {desk("idva", DeskRole::Idva, false), desk("marac", DeskRole::MaracCoordinator, false), desk("checs", DeskRole::ChildrenSafeguarding, false),
                     desk("adults", DeskRole::AdultSafeguarding, false), desk("unplaced", DeskRole::Fallback, true)};
    idva_box = seal::new_box_pair(p.entropy);
    council.desks[0].keys = {{1, idva_box.open}};
    council.clients = {directory::ClientEntry{"idva", {p.transport_key()}, {}, {"idva"}}};
    broker_box = seal::new_box_pair(p.entropy);
    p.broker.keys = {{1, broker_box.open}};
    bundle = next(nullptr);
  }

  /// The next version, with the entries as they are now, countersigned.
  Bytes next(const directory::Bundle* previous) {
    directory::Change change;
    for (const auto* entry : {&police, &hospital, &charity, &lifeline, &council}) change.entries.push_back(p.signed_entry(*entry));
    change.broker = p.signed_broker();
    change.quorum = directory::QuorumRule{2, {police.name, hospital.name, council.name}};
    auto proposed = directory::propose(previous, change);
    EXPECT_TRUE(proposed) << describe(proposed.error());
    return p.countersigned(*proposed, {&police, &council});
  }
  directory::Roots roots() const {
    return {"cheshire-east", directory::Environment::Test, 2, {{police.name, police.keys[0]}, {hospital.name, hospital.keys[0]}, {council.name, council.keys[0]}}};
  }
  sdk::AgreementFile agreement() const {
    const Bytes file = read_whole(kAgreement);
    auto text = directory::join_agreement(file, {}, kAgreement);
    EXPECT_TRUE(text) << describe(text.error());
    for (const auto* entry : {&police, &hospital, &charity, &lifeline, &council}) {
      for (const directory::Signatory& each : entry->signatories) text->sign(p.pair(each.verify), seal::context::kAgreement);
    }
    return {kAgreement, file, directory::signature_lines(*text)};
  }
  sdk::Beliefs beliefs() const {
    auto made = sdk::Beliefs::make(roots(), bundle, {agreement()}, false);
    if (!made) {
      std::fprintf(stderr, "%s\n", describe(made.error()).c_str());
      std::abort();
    }
    return std::move(*made);
  }
  sdk::Publisher publisher() const {
    sdk::Publisher out;
    out.partnership = "cheshire-east";
    out.party = police.name;
    out.system = "case-system";
    out.exchange = exchange();
    out.exchange_epoch = 1;
    out.linkage = *seal::LinkageKey::from(Bytes(32, 'l'));
    out.linkage_epoch = 1;
    out.event_ids = *seal::EventIdKey::from(Bytes(32, 'e'));
    return out;
  }
  static seal::ExchangeKey exchange() { return *seal::ExchangeKey::from(Bytes(32, 'x')); }
  sdk::Signer signer() const { return {police.name, police.name + "/incidents", copy(p.pair(police.adapters[0].keys[0]))}; }
  sdk::DeskKeys idva() const { return {"cheshire-east-council/idva", {idva_box.secret.clone(), idva_box.open}}; }
  seal::SigningPair broker_signing() const { return copy(p.pair(p.broker.verify[0])); }
  static seal::SigningPair copy(const seal::SigningPair& pair) { return {pair.secret.clone(), pair.verify}; }

  directory::Partnership p;
  directory::PartyEntry police, hospital, charity, lifeline, council;
  seal::BoxPair idva_box, broker_box;
  Bytes bundle;

 private:
  void sign_as(directory::PartyEntry& entry, const std::vector<std::string>& roles) {
    for (const std::string& role : roles) entry.signatories.push_back({role, p.verify_key(entry.name + " " + role)});
  }
  directory::DeskEntry desk(const std::string& name, contract::DeskRole role, bool anywhere) {
    directory::DeskEntry entry = p.desk(name, role);
    if (!anywhere) entry.serves = {*contract::area_code("E06000049")};
    entry.staffed_always = role != contract::DeskRole::MaracCoordinator && role != contract::DeskRole::AdultSafeguarding;
    return entry;
  }
};

}  // namespace concordat::testing
