// Events for the broker's tests, in few words: people, items, facts; sealed and signed as an adapter does, with contents that say
// what they are ("R7 victim.name"), so that a reader can tell what it opened.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "proto/contract/facts.h"
#include "proto/wire/event.h"
#include "tests/support/cast.h"

namespace concordat::test {

inline constexpr std::uint8_t kVictim = 1, kPerpetrator = 2, kChild = 4, kPatient = 8;

/// A sealed event with what its sender keeps of it.
struct Sealed {
  std::string reference;
  contract::Kind kind{};
  EventId event;
  Digest digest;
  std::uint32_t revision = 0;
  Bytes bytes;                          ///< Encoded wire::Event.
  std::string agency;
  std::vector<seal::Label> labels;      ///< In leaf order.
  seal::EventSecret secret;

  Sealed clone() const;
};

/// An event being written.
class Draft {
 public:
  Draft(contract::Kind kind, std::string reference) : kind_(kind), reference_(std::move(reference)) {}

  /// A person with items; the number is what facts and tokens name.
  Draft& person(std::uint16_t number, std::uint8_t roles, const std::vector<contract::Item>& items = {});
  Draft& about_case(const std::vector<contract::Item>& items);
  /// A fact of the event, or of a person; its item is added where it is not there.
  Draft& fact(contract::Fact fact, contract::FactValue value);
  Draft& fact(std::uint16_t person, contract::Fact fact, contract::FactValue value);
  /// A strong identifier, e.g. an NHS number; people with one of the same words are one.
  Draft& known_as(std::uint16_t person, const std::string& identifier);
  /// Name and birth, which say who somebody is where nothing better does.
  Draft& named(std::uint16_t person, const std::string& name_and_birth);
  /// An offence of the event's case, e.g. "A1/2": what registrations are found by.
  Draft& offence(const std::string& offence);
  Draft& happened(Instant at);
  Draft& corrects(const Sealed& original);
  Draft& withdraws(const Sealed& original);
  Draft& content_bytes(std::size_t bytes);

  // What was written, for an oracle: the sender's own word, not read back from anything.
  contract::Kind kind() const { return kind_; }
  contract::FactSet facts() const;
  const std::vector<std::pair<std::uint16_t, std::string>>& known() const { return known_; }
  const std::vector<std::pair<std::uint16_t, std::string>>& names() const { return names_; }
  const std::vector<std::string>& offences() const { return offences_; }
  Instant happened() const { return happened_; }
  bool withdrawn() const { return withdrawn_; }

  /// Sealed for the party of `adapter`.
  Sealed seal(const Cast& cast, const std::string& adapter, Entropy& entropy) const;

 private:
  struct Written {
    std::uint8_t roles = 0;
    std::map<contract::Item, std::map<contract::Fact, contract::FactValue>> items;
  };
  std::vector<seal::Plain> plains() const;

  contract::Kind kind_;
  std::string reference_;
  std::map<std::uint16_t, Written> people_;  // 0 is the case
  std::vector<contract::FactEntry> event_facts_;
  std::vector<std::pair<std::uint16_t, std::string>> known_;
  std::vector<std::pair<std::uint16_t, std::string>> names_;
  std::vector<std::string> offences_;
  Instant happened_ = kNight;
  std::uint32_t revision_ = 0;
  Digest corrects_;
  bool withdrawn_ = false;
  std::size_t content_bytes_ = 0;
};

/// "victim.name", "case.incident_details": what the content of a compartment says after its reference.
std::string words_of(const seal::Label& label);

/// A police incident in Crewe: victim 1 with a DASH score and without sensitive markers, alleged perpetrator 2, everything filled that
/// the clauses of the agreement ask for.
Draft incident(std::string reference, std::uint32_t dash_score);
/// Says of victim 1 that no sensitive marker applies: unknown is not no.
Draft no_markers(Draft draft);
/// The same, with child 3 living there.
Draft incident_with_child(std::string reference, std::uint32_t dash_score);

/// The encoded batch that carries `events` from an adapter.
Bytes batch_of(const Cast& cast, const std::string& adapter, OutboxEpoch epoch, std::uint64_t first_sequence, std::span<const Sealed* const> events,
               Entropy& entropy);

}  // namespace concordat::test
