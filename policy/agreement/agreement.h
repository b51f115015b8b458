// An information sharing agreement as it was written: plain values, every key of the file kept with its meaning.
// DESIGN 3. Which keys are enforced, and which describe: see unenforceable() in policy/agreement/enforceable.h.
#pragma once

#include <array>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/agreement/condition.h"
#include "policy/decide.h"
#include "proto/contract/vocabulary.h"
#include "proto/directory/directory.h"
#include "proto/text/yaml.h"

namespace concordat::policy {

using Date = std::chrono::year_month_day;
using text::Duration;
using text::Place;

struct Limits {
  static constexpr std::size_t kParties = 200;
  static constexpr std::size_t kDesks = 50;        ///< Of one party.
  static constexpr std::size_t kClauses = 20'000;  ///< Of one agreement, duties included.
  static constexpr std::size_t kNevers = 500;
  static constexpr std::size_t kConditionNodes = 200;
  static constexpr std::size_t kConditionDepth = 8;
  static constexpr std::size_t kThen = 4;  ///< As Terms::then.
};

// ---- parties -----------------------------------------------------------------------------------------------------

enum class Capacity : std::uint8_t { Controller = 1, JointController, Processor };
enum class Personnel : std::uint8_t { Unstated = 0, NamedAndVetted };

/// A desk reads; a party answers in law.
struct DeskSpec {
  std::string name;  ///< "idva"; in the directory "party/idva". Unique in the agreement.
  contract::DeskRole role{};
  std::vector<std::uint32_t> serves;  ///< Area codes, sorted; empty: anywhere.
  bool staffed_always = false;
  Personnel personnel = Personnel::Unstated;
  Place place;
};

struct PartySpec {
  std::string name;
  std::string called;  ///< As people know it, "Cheshire Constabulary"; may be empty.
  contract::DeskRole role{};
  Capacity capacity{};
  bool competent_authority = false;  ///< May act under Part 3 of the Data Protection Act 2018.
  std::string acts_for;              ///< A party; may be empty.
  std::string discloses_under;       ///< A law entry, for clauses that say `by_party`; may be empty.
  std::vector<std::string> signs;    ///< Roles whose signatures the agreement needs.
  std::vector<DeskSpec> desks;
  Place place;
};

// ---- settings and law --------------------------------------------------------------------------------------------

enum class CountsFrom : std::uint8_t { LastReferral = 1, LastConference };

struct Settings {
  std::optional<std::uint8_t> dash_high;    ///< Yes answers, 1 to 24.
  std::optional<std::uint8_t> dash_medium;  ///< Below dash_high.
  struct Escalation {
    std::uint8_t incidents = 0;  ///< 2 to StateFacts::kIncidentsMax, this one included.
    Duration within;
  };
  std::optional<Escalation> escalation;
  std::optional<CountsFrom> repeat_counts_from;
  Duration repeat_within{12, Duration::Unit::Months};
  std::optional<std::uint8_t> adult_from;  ///< 16 or 18.
};

enum class Regime : std::uint8_t { UkGdpr = 1, Part3 };

/// One side's basis in law, by codes of policy/law.
struct LawBasis {
  std::string name;
  Regime regime{};
  std::string article_6;
  std::string annex_1;
  std::vector<std::string> article_9;
  std::string article_10;
  std::vector<std::uint8_t> schedule_1;
  std::string leaves_by;                   ///< Part 3: by which provision data leaves it.
  std::vector<std::string> authorised_by;  ///< Part 3.
  std::string confidentiality;             ///< Common law: why the duty of confidence yields.
  std::string decided_by;                  ///< Who decides that; describes.
  Place place;
};

// ---- clauses -----------------------------------------------------------------------------------------------------

/// Items by role of person: masks[role number], [0] for the case; bit n is item number n.
struct ItemsByRole {
  std::array<std::uint64_t, 6> masks{};
  /// Of a person with these roles (bit mask as in seal::Label; 0 is the case): the items of any of them.
  std::uint64_t of_roles(std::uint8_t roles) const;
  std::uint64_t all() const;
  bool empty() const { return all() == 0; }
  friend bool operator==(const ItemsByRole&, const ItemsByRole&) = default;
};

/// Whose area decides which desk is told.
enum class Serving : std::uint8_t { Nothing = 0, Residence, Incident, Registration };

struct Recipient {
  enum class By : std::uint8_t { Desk = 1, Role, Party };
  By by = By::Desk;
  std::string name;           ///< Desk of this agreement, or party.
  contract::DeskRole role{};  ///< By role: every such desk of the parties.
  std::string acting_for;     ///< A party; may be empty.
  Serving serving = Serving::Nothing;
  contract::Role whose{};  ///< Of Residence.
  std::string if_none;     ///< Desk of this agreement; may be empty.
  Place place;
};

/// Seek: ask, and do as `refusal` says. Required: only if given, for this purpose. Inform and NotNeeded never block.
enum class ConsentNeed : std::uint8_t { Seek = 1, Required, Inform, NotNeeded };
enum class ConsentRefusal : std::uint8_t { Unstated = 0, Withhold, ShareAndRecord, ClinicianDecides };
enum class ConsentCapacity : std::uint8_t { Unstated = 0, Record, BestInterests };

struct Consent {
  ConsentNeed need = ConsentNeed::NotNeeded;
  ConsentRefusal refusal = ConsentRefusal::Unstated;
  ConsentCapacity capacity = ConsentCapacity::Unstated;
  bool reason_required = false;  ///< Describes: whoever shares against a refusal writes down why.
  std::string why;
  std::string reviewed_by;  ///< A desk; describes.
};

struct Deliver {
  Lane lane = Lane::Routine;
  std::optional<Duration> read_within;
  std::optional<Duration> act_within;
  bool clock_always = false;
  bool tell_sender = false;
  std::vector<std::string> then;  ///< Desks of this agreement.
};

enum class KeepFrom : std::uint8_t { OwnRecord = 0, Received, Event, CaseClosed };
enum class KeepThen : std::uint8_t { Erase = 1, Review };

/// Either for a time, or as the recipient's own record of a kind.
struct Keep {
  std::optional<Duration> for_time;
  KeepFrom from = KeepFrom::OwnRecord;
  KeepThen then = KeepThen::Erase;
  std::string as_record_of;
};

struct Onward {
  std::vector<std::string> to;  ///< Desks of this agreement; empty: nobody.
  bool same_items = false;
  std::uint64_t items = 0;  ///< Unless same_items.
  OnwardElse otherwise = OnwardElse::Forbidden;
};

enum class InformWhen : std::uint8_t { Before = 1, After };
/// Describes: an obligation of a party that the broker cannot see.
struct Inform {
  contract::Role who{};
  std::string by;
  InformWhen when = InformWhen::Before;
  bool unless_risk = false;
};

/// Facts released with the delivery beside those of the granted items.
struct Released {
  std::bitset<64> facts;
  bool risk_band = false;       ///< Derived; no fact of its own yet.
  bool child_resident = false;  ///< Derived; no fact of its own yet.
};

/// A clause permits; a duty obliges, whatever consent says.
struct Clause {
  std::string id;
  bool duty = false;
  std::string like;                   ///< Where what is not said here was taken from; resolved.
  std::vector<contract::Kind> share;  ///< Sorted.
  bool from_any_party = false;
  std::vector<std::string> from;  ///< Unless from_any_party.
  Recipient to;
  std::optional<Condition> when;  ///< Nothing: always.
  bool publish_only_when_met = false;
  std::string purpose;
  std::vector<std::string> gateway;  ///< Of policy/law/gateways.yaml.
  bool discloser_by_party = false;
  std::string discloser;  ///< A law entry, unless discloser_by_party.
  std::string recipient;  ///< A law entry.
  std::string necessity;
  ItemsByRole items;
  Released facts;
  std::optional<Inform> inform;
  Consent consent;
  Deliver deliver;
  Keep keep;
  std::optional<Onward> onward;
  Place place;
};

struct NeverTarget {
  enum class Is : std::uint8_t { Role = 1, RoleOtherThan, Party, Desk, SubjectOfCase, DeclaredConflict, ActingFor };
  Is is = Is::Role;
  std::vector<contract::DeskRole> roles;  ///< Of Role, RoleOtherThan.
  std::string name;                       ///< Of Party, Desk.
  contract::Role person{};                ///< Of ActingFor.
};

/// A prohibition. It applies unless `when` is definitely false, whatever any clause of any agreement in force says.
struct Never {
  std::string id;
  bool all_items = false;
  ItemsByRole items;              ///< Unless all_items. Free text counts as containing every item.
  std::vector<NeverTarget> to;    ///< Any of them.
  std::optional<Condition> when;  ///< Nothing: always.
  Place place;
};

// ---- the rest ----------------------------------------------------------------------------------------------------

struct BreakGlass {
  std::vector<std::string> who;  ///< "checs.manager": desk and role of person.
  ItemsByRole of;
  bool reason_required = true;
  Duration for_time;
  std::string reviewed_by;
  Duration review_within;
  std::vector<std::string> tell;
  Place place;
};

struct Corrections {
  std::optional<Duration> confirm_urgent;
  std::optional<Duration> confirm_routine;
  std::vector<std::string> unconfirmed;
  Place place;
};

/// A key and its words, where nothing but a person reads them.
struct Described {
  std::string key;
  std::string text;
};

struct Agreement {
  std::string file;
  std::string name;         ///< "cheshire-east/marac"
  std::string partnership;  ///< "cheshire-east"
  std::string title;
  std::uint32_t version = 0;
  directory::Environment environment{};
  Date from{}, review_by{},
      until{};  ///< In force from the first moment of `from` to the last of `until`, Europe/London.
  std::string owner;
  std::vector<Described> documents;
  std::vector<PartySpec> parties;
  Settings settings;
  std::vector<Described> purposes;  ///< Id and words.
  std::vector<LawBasis> law;
  std::vector<Clause> clauses;  ///< Clauses, then duties: a ClauseRef counts in this order.
  std::vector<Never> nevers;
  std::optional<BreakGlass> break_glass;
  std::optional<Corrections> corrections;
  std::vector<Described> security;  ///< Nested keys joined by a dot: "breach.within".
  std::vector<Described> ends;
  std::vector<Described> contacts;

  const PartySpec* party(std::string_view name) const;
  /// A desk by its short name, and the party whose desk it is.
  const DeskSpec* desk(std::string_view name, const PartySpec** whose = nullptr) const;
  const LawBasis* basis(std::string_view name) const;
  const Clause* clause(std::string_view id) const;
  /// "file:line:column".
  std::string where(Place place) const;
};

/// The first moment of a day in the United Kingdom.
Instant first_moment(Date date);

}  // namespace concordat::policy
