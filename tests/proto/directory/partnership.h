// A small partnership for tests: three parties with keys from a seed, whose entries and version a test may spoil at will.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "proto/contract/facts.h"
#include "proto/directory/bundle.h"
#include "proto/directory/propose.h"

namespace concordat::directory {

/// Repeatable bytes: never for keys that guard anything.
class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) {
      state_ = state_ * 6364136223846793005u + 1442695040888963407u;
      byte = static_cast<std::uint8_t>(state_ >> 56);
    }
  }

 private:
  std::uint64_t state_;
};

/// Police, council and hospital: entries as structs, with the keys to sign them.
class Partnership {
 public:
  Partnership() {
    police = party("police", contract::DeskRole::Police);
    council = party("council", contract::DeskRole::LocalAuthority);
    hospital = party("hospital", contract::DeskRole::Hospital);
    police.asserts = {contract::Kind::Incident, contract::Kind::RiskAssessment};
    police.desks = {desk("control", contract::DeskRole::Police)};
    police.adapters = {AdapterEntry{"incidents", {verify_key("police/incidents")}, "control"}};
    police.clients = {ClientEntry{"incidents", {transport_key()}, {"incidents"}, {"control"}}};
    council.desks = {desk("idva", contract::DeskRole::Idva), desk("marac", contract::DeskRole::MaracCoordinator)};
    council.desks[0].serves = {*contract::area_code("E06000049")};
    council.desks[0].alternative = "council/marac";
    council.clients = {ClientEntry{"idva", {transport_key()}, {}, {"idva"}}, ClientEntry{"marac", {transport_key()}, {}, {"marac"}}};
    council.signatories = {{"caldicott_guardian", verify_key("council guardian")}};
    broker.name = "broker";
    broker.place = place;
    broker.verify = {verify_key("broker")};
    broker.transport = {transport_key()};
    broker.keys = {{1, box_key()}};
    quorum = {2, {"police", "council", "hospital"}};
  }

  seal::VerifyKey verify_key(const std::string& owner) {
    pairs_.push_back(seal::new_signing_pair(entropy));
    owners_[pairs_.back().verify] = owner;
    return pairs_.back().verify;
  }
  TransportKey transport_key() { return entropy.id<TransportKey>(); }
  seal::BoxPublic box_key() { return entropy.id<seal::BoxPublic>(); }

  DeskEntry desk(std::string name, contract::DeskRole role) {
    DeskEntry entry;
    entry.name = std::move(name);
    entry.role = role;
    entry.keys = {{1, box_key()}};
    return entry;
  }
  PartyEntry party(std::string name, contract::DeskRole role) {
    PartyEntry entry;
    entry.name = std::move(name);
    entry.title = entry.name;
    entry.place = place;
    entry.role = role;
    entry.keys = {verify_key(entry.name)};
    return entry;
  }

  const seal::SigningPair& pair(const seal::VerifyKey& key) const {
    for (const seal::SigningPair& one : pairs_) {
      if (one.verify == key) return one;
    }
    std::abort();
  }
  SignedText signed_entry(const PartyEntry& entry) const {
    SignedText text{write(entry), {}};
    for (const seal::VerifyKey& key : entry.keys) text.sign(pair(key), seal::context::kDirectoryEntry);
    return text;
  }
  SignedText signed_broker() const {
    SignedText text{write(broker), {}};
    for (const seal::VerifyKey& key : broker.verify) text.sign(pair(key), seal::context::kDirectoryEntry);
    return text;
  }
  Change all() const {
    Change change;
    change.entries = {signed_entry(police), signed_entry(council), signed_entry(hospital)};
    change.broker = signed_broker();
    change.quorum = quorum;
    return change;
  }
  Roots roots() const { return {"cheshire-east", place.environment, 2, {{"police", police.keys[0]}, {"council", council.keys[0]}, {"hospital", hospital.keys[0]}}}; }

  /// The bundle countersigned by the parties named, each with the first key of its entry.
  Bytes countersigned(Bundle bundle, const std::vector<const PartyEntry*>& by) const {
    for (const PartyEntry* party : by) bundle.version.sign(pair(party->keys[0]), seal::context::kDirectory);
    return encode(bundle);
  }

  SeededEntropy entropy{7};
  Place place{"cheshire-east", Environment::Test, false};
  PartyEntry police, council, hospital;
  BrokerEntry broker;
  QuorumRule quorum;

 private:
  std::vector<seal::SigningPair> pairs_;
  std::map<seal::VerifyKey, std::string> owners_;
};

/// The error in words, or "ok".
template <class T>
std::string said(const Result<T>& result) {
  return result ? "ok" : describe(result.error());
}

/// The code of the refusal, or "ok".
template <class T>
std::string refusal(const Result<T>& result) {
  return result ? "ok" : std::string(result.error().code.name);
}

/// Code and detail of the refusal, or "ok".
template <class T>
std::string refusal_in_full(const Result<T>& result) {
  return result ? "ok" : refusal(result) + " " + result.error().detail;
}

}  // namespace concordat::directory
