// A small world for tests of policy: the directory of Cheshire East, people, events and their facts, in few words.
#pragma once

#include <string>
#include <vector>

#include "policy/agreement/compiled.h"
#include "policy/agreement/in_force.h"
#include "policy/agreement/read.h"
#include "policy/decide.h"

namespace concordat::policy::world {

inline constexpr const char* kMarac = "policy/agreements/cheshire-east/marac.yaml";

/// Parties 1 police, 2 hospital, 3 my-cwa, 4 council, 5 lifeline; desks 11 idva, 12 marac, 13 checs, 14 adults, 15
/// unplaced, 21 my-cwa/helpline, 31 lifeline/programme.
directory::Directory cheshire_east();
std::string file_text(const std::string& path);
/// `text` with its first `from` replaced; aborts if there is none.
std::string edited(std::string text, const std::string& from, const std::string& to);
Digest fake_hash(ByteView bytes);
/// Reads, checks and binds; prints and aborts on an error.
std::shared_ptr<const InForce> in_force(const directory::Directory& directory, const std::vector<std::string>& yamls);
/// Reads and binds, whatever the checks would say.
std::shared_ptr<const InForce> unchecked(const directory::Directory& directory, const std::string& yaml);
std::shared_ptr<const InForce> marac(const directory::Directory& directory);

/// An event being put together. Values stay in it, so keep it alive while its Case is used.
class Event {
 public:
  explicit Event(contract::Kind kind, std::uint16_t source = 1) {
    event_.kind = kind;
    event_.source = PartyNumber{source};
  }
  /// Adds a person with items, one label each. The number is what later calls name.
  Event& person(std::uint16_t number, std::uint8_t roles, const std::vector<contract::Item>& items = {});
  Event& about_case(const std::vector<contract::Item>& items);
  Event& fact(contract::Fact fact, contract::FactValue value);
  Event& fact(std::uint16_t person, contract::Fact fact, contract::FactValue value);
  const Case& get();

 private:
  contract::PersonFacts& of(std::uint16_t person);
  Case event_;
  contract::FactSet facts_;
  std::vector<seal::Label> labels_;
};

inline constexpr std::uint8_t kVictim = 1, kPerpetrator = 2, kChild = 4, kPatient = 8;

/// A high-risk police incident: victim 1, alleged perpetrator 2, child 3, resident in Cheshire East.
Event incident(std::uint32_t dash_score);
Instant summer_2026();

/// "idva: victim.name victim.safe_contact | checs (duty): child.name"; "nobody: Consent, ConditionFailed" if none.
std::string told(const Case& event, const Decision& decision, const directory::Directory& directory);
std::string label_words(const seal::Label& label);

}  // namespace concordat::policy::world
