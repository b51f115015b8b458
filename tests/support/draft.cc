// Events for the broker's tests: see draft.h.
#include "tests/support/draft.h"

#include <algorithm>

#include "proto/base/invariant.h"

namespace concordat::test {

using contract::Fact;
using contract::Item;

Sealed Sealed::clone() const { return {reference, kind, event, digest, revision, bytes, agency, labels, secret.clone()}; }

Draft& Draft::person(std::uint16_t number, std::uint8_t roles, const std::vector<Item>& items) {
  Written& person = people_[number];
  person.roles |= roles;
  for (const Item item : items) person.items[item];
  return *this;
}

Draft& Draft::about_case(const std::vector<Item>& items) { return person(0, 0, items); }

Draft& Draft::fact(Fact fact, contract::FactValue value) {
  const Item item = contract::info(fact)->item;
  if (item == Item::Unspecified) {
    event_facts_.push_back({fact, value});
  } else {
    people_[0].items[item][fact] = value;
  }
  return *this;
}

Draft& Draft::fact(std::uint16_t person, Fact fact, contract::FactValue value) {
  people_[person].items[contract::info(fact)->item][fact] = value;
  return *this;
}

Draft& Draft::offence(const std::string& offence) {
  offences_.push_back(offence);
  return *this;
}

Draft& Draft::known_as(std::uint16_t person, const std::string& identifier) {
  known_.emplace_back(person, identifier);
  return *this;
}

Draft& Draft::named(std::uint16_t person, const std::string& name_and_birth) {
  names_.emplace_back(person, name_and_birth);
  return *this;
}

Draft& Draft::happened(Instant at) {
  happened_ = at;
  return *this;
}

Draft& Draft::corrects(const Sealed& original) {
  reference_ = original.reference;
  revision_ = original.revision + 1;
  corrects_ = original.digest;
  return *this;
}

Draft& Draft::withdraws(const Sealed& original) {
  withdrawn_ = true;
  return corrects(original);
}

Draft& Draft::content_bytes(std::size_t bytes) {
  content_bytes_ = bytes;
  return *this;
}

std::string words_of(const seal::Label& label) {
  std::string who = "case";
  for (const contract::Word& role : contract::words<contract::Role>()) {
    if ((label.roles & contract::bit(static_cast<contract::Role>(role.number))) == 0) continue;
    who = role.name;
    break;
  }
  return who + "." + std::string(contract::name_of(static_cast<Item>(label.item)));
}

std::vector<seal::Plain> Draft::plains() const {
  std::vector<seal::Plain> plains;
  for (const auto& [number, person] : people_) {
    for (const auto& [item, facts] : person.items) {
      seal::Plain plain;
      plain.label = {number, person.roles, static_cast<std::uint16_t>(item), 0};
      std::vector<contract::FactEntry> entries;
      for (const auto& [fact, value] : facts) entries.push_back({fact, value});
      plain.facts = contract::encode_facts(entries);
      plain.content = reference_ + " " + words_of(plain.label);
      plain.content.resize(std::max(plain.content.size(), content_bytes_), ' ');
      plains.push_back(std::move(plain));
    }
  }
  return plains;
}

contract::FactSet Draft::facts() const {
  contract::FactSet set;
  for (const auto& [fact, value] : event_facts_) set.event[static_cast<std::size_t>(fact)] = value;
  for (const auto& [number, person] : people_) {
    contract::PersonFacts one{number, person.roles, {}};
    contract::FactVector& values = number == 0 ? set.event : one.values;
    for (const auto& [item, facts] : person.items) {
      for (const auto& [fact, value] : facts) values[static_cast<std::size_t>(fact)] = value;
    }
    if (number != 0) set.people.push_back(one);
  }
  return set;
}

Sealed Draft::seal(const Cast& cast, const std::string& adapter, Entropy& entropy) const {
  Sealed sealed;
  sealed.reference = reference_;
  sealed.kind = kind_;
  sealed.revision = revision_;
  sealed.agency = std::string(directory::party_part(adapter));
  sealed.event = seal::event_id(cast.event_ids, adapter, reference_, revision_);

  wire::Header header;
  header.event = sealed.event;
  header.source = sealed.agency;
  header.time = happened_;
  header.revision = revision_;
  header.corrects = corrects_;
  header.withdrawn = withdrawn_;
  header.exchange_epoch = 1;
  wire::EventLeaf leaf;
  leaf.salt = entropy.id<Digest>();
  leaf.kind = static_cast<std::uint8_t>(kind_);
  leaf.facts = event_facts_;
  for (const auto& [person, identifier] : known_) {
    leaf.tokens.push_back({person, wire::TokenType::NhsNumber, 1, seal::token(cast.linkage, "nhs", identifier)});
  }

  for (const auto& [person, name] : names_) {
    leaf.tokens.push_back({person, wire::TokenType::NameAndBirth, 1, seal::token(cast.linkage, "name-and-birth", name)});
  }
  for (const std::string& offence : offences_) {
    leaf.tokens.push_back({0, wire::TokenType::AsnOffence, 1, seal::token(cast.linkage, "asn-offence", offence)});
  }

  const seal::Origin origin{cast.directory.partnership, sealed.agency, sealed.event, revision_, leaf.kind, leaf.schema_version, header.exchange_epoch};
  auto made = seal::seal_event(origin, cast.exchange, wire::encode(leaf), plains(), entropy);
  INVARIANT(made.has_value(), "the test's event can be sealed");
  for (const seal::Leaf& one : made->event.leaves) sealed.labels.push_back(one.label);
  wire::Event event{wire::encode(header), std::move(made->event)};
  sealed.digest = wire::digest_of(event);
  sealed.bytes = wire::encode(event);
  sealed.secret = std::move(made->secret);
  return sealed;
}

Draft incident(std::string reference, std::uint32_t dash_score) {
  Draft draft(contract::Kind::Incident, std::move(reference));
  draft.person(1, kVictim, {Item::Name, Item::DateOfBirth, Item::SafeContact, Item::MentalHealth})
      .person(2, kPerpetrator, {Item::Name, Item::BailConditions, Item::Relationship})
      .about_case({Item::IncidentDetails, Item::IncidentPlace})
      .fact(Fact::DomesticAbuse, contract::kYes)
      .fact(1, Fact::RiskScore, dash_score + 1)
      .fact(1, Fact::Residence, *contract::area_code("E06000049"));
  return no_markers(std::move(draft));
}

Draft no_markers(Draft draft) {
  for (const Fact marker : {Fact::HonourBased, Fact::ForcedMarriage, Fact::Fgm}) draft.fact(1, marker, contract::kNo);
  return draft;
}

Draft incident_with_child(std::string reference, std::uint32_t dash_score) {
  Draft draft = incident(std::move(reference), dash_score);
  draft.person(3, kChild, {Item::Name, Item::DateOfBirth, Item::School})
      .fact(3, Fact::ChildIs, static_cast<contract::FactValue>(contract::ChildIs::Resident))
      .fact(3, Fact::Residence, *contract::area_code("E06000049"));
  return draft;
}

Bytes batch_of(const Cast& cast, const std::string& adapter, OutboxEpoch epoch, std::uint64_t first_sequence, std::span<const Sealed* const> events,
               Entropy& entropy) {
  wire::Batch batch;
  batch.statement = {std::string(directory::party_part(adapter)), adapter, epoch, first_sequence, kBroker};
  batch.broker_key = 1;
  std::vector<Digest> digests;
  std::vector<seal::EventSecret> secrets;
  for (const Sealed* event : events) {
    batch.events.push_back(event->bytes);
    digests.push_back(event->digest);
    secrets.push_back(event->secret.clone());
  }
  batch.secrets = *seal::box_secrets(cast.broker_box.open, secrets, wire::encode(batch.statement), entropy);
  batch.signature = seal::sign_batch(cast.adapters.at(adapter).secret, batch.statement, digests);
  return wire::encode(batch);
}

}  // namespace concordat::test
