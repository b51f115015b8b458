// Victims who are registered to hear what comes of their case, and events that wait for one to be. DESIGN 1.6.
//
// Court results do not name victims, and a release carries only a prisoner's number. A registration names the offences, by arrest
// summons number and sequence, and the alleged perpetrator. A hearing, an outcome or a change of her choices is hers if it shares an
// offence with her registration and with no other, and names no other victim; a change of custody, if it is of the person whom her
// registration, and no other, names, by the same number or one that leads to the same person. Where he may be that person, and nobody
// has said so, and where several registrations are found, a person must say which, and nobody is told meanwhile. So nobody gets
// another's outcome. A registration also says where she lives and whether the crime is domestic abuse, which news of it does not: rules
// ask that of the registrations that were found.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "broker/core/people.h"
#include "policy/decide.h"

namespace concordat::broker {

/// The broker's own number of a registration: the sequence of its first revision.
using RegistrationId = Sequence;

struct Match {
  policy::Registered registered = policy::Registered::Unknown;
  RegistrationId registration = 0;  ///< Of exactly one.
  // As policy::StateFacts has them.
  contract::FactValue residence = contract::kUnknown;
  policy::Truth abuse_case = policy::Truth::Unknown;
};

/// What an event is about, as far as registrations are found by it.
struct About {
  struct Offence {
    std::uint32_t epoch = 0;
    Token token;
    friend auto operator<=>(const Offence&, const Offence&) = default;
    template <class V> void fields(V& visit) { visit(epoch, token); }
  };
  /// A strong identifier of the alleged perpetrator.
  struct Number {
    wire::TokenType type{};
    std::uint32_t epoch = 0;
    Token token;
    friend auto operator<=>(const Number&, const Number&) = default;
    template <class V> void fields(V& visit) { visit(type, epoch, token); }
  };
  std::vector<Offence> offences;    ///< Sorted, each once.
  ClusterId perpetrator = 0;        ///< The one alleged perpetrator, if a strong identifier says who that is.
  std::vector<Number> numbers;      ///< His, sorted: a number finds him also where it leads to two people.
  ClusterId victim = 0;             ///< The one victim, if a strong identifier says who that is.
  bool by_person = false;           ///< Custody, and a victim's word without offences: matched by the perpetrator.
  // What a registration says, and rules ask of it.
  contract::FactValue residence = contract::kUnknown;   ///< Of the one victim.
  contract::FactValue abuse_case = contract::kUnknown;
  template <class V> void fields(V& visit) { visit(offences, perpetrator, numbers, victim, by_person, residence, abuse_case); }
};
About about(contract::Kind kind, const contract::FactSet& facts, std::span<const wire::TokenEntry> tokens, std::span<const wire::LinkedPerson> people);

/// Kinds whose events are joined to a registration.
bool is_joined(contract::Kind kind);
/// Into the state that decide reads.
void tell_registered(const Match& match, policy::StateFacts& state);
/// The broker's number of a registration's case, as people's are: what a desk's pseudonym of it is made from.
ClusterId case_of(RegistrationId registration);

class Cases {
 public:
  /// `may_be`: whom else the alleged perpetrator may be, as People::may_be says.
  Match match(contract::Kind kind, const About& about, std::span<const ClusterId> may_be) const;
  /// The registration whose newest revision that record is; 0 if it is none.
  RegistrationId registration(Sequence revision) const;
  /// The last record that changed who is registered: what was decided before it may match otherwise now.
  Sequence changed() const { return changed_; }

  /// Up to `most` waiting events, oldest first, that a registration came for or whose time is over.
  std::vector<Sequence> to_reconsider(Instant now, std::size_t most) const;
  /// When to_reconsider() next has something that it does not have now; epoch 0: something is there already.
  std::optional<Instant> next_due() const;
  /// When somebody must look at a waiting event; epoch 0 if it does not wait.
  Instant waits_until(Sequence event) const;
  std::size_t registrations() const { return registrations_.size(); }
  std::size_t waiting() const { return waiting_.size(); }
  bool waits(Sequence event) const { return waiting_.contains(event); }

  // ---- apply alone ----
  /// A registration, or the next revision of one (`corrects`, else 0). `ended`: she is not to be told any more; it is known
  /// and matches nothing.
  void put(Sequence sequence, Sequence corrects, About about, bool ended);
  /// The revision `corrects` was withdrawn, by `sequence`.
  void take_away(Sequence corrects, Sequence sequence);
  /// The event matches nobody, and somebody must look at it at `due` at the latest.
  void wait(Sequence event, contract::Kind kind, About about, Instant due);
  /// It waits no longer: it was decided again, corrected or withdrawn. Nothing if it did not wait.
  void stop_waiting(Sequence event);
  /// After decoding a snapshot.
  void rebuild();

  template <class V>
  void fields(V& visit) {
    visit(registrations_, waiting_, changed_);
  }

 private:
  struct Registration {
    Sequence newest = 0;
    bool ended = false;
    About about;
    template <class V> void fields(V& visit) { visit(newest, ended, about); }
  };
  struct Waiting {
    std::uint8_t kind = 0;
    About about;
    Instant due;
    template <class V> void fields(V& visit) { visit(kind, about, due); }
  };
  std::set<RegistrationId> found(const About& about) const;
  /// What all of them say together; nothing else of the match.
  Match said_by(const std::set<RegistrationId>& all) const;
  void index(RegistrationId id, const Registration& registration);
  void unindex(RegistrationId id, const Registration& registration);
  void awake(const About& about);
  void settle();

  std::map<RegistrationId, Registration> registrations_;
  std::map<Sequence, Waiting> waiting_;
  Sequence changed_ = 0;
  // Computed:
  std::map<Sequence, RegistrationId> by_revision_;
  std::map<About::Offence, std::set<RegistrationId>> by_offence_;
  std::map<ClusterId, std::set<RegistrationId>> by_perpetrator_;
  std::map<About::Number, std::set<RegistrationId>> by_number_;
  std::map<About::Offence, std::set<Sequence>> waiting_by_offence_;
  std::map<ClusterId, std::set<Sequence>> waiting_by_perpetrator_;
  std::map<About::Number, std::set<Sequence>> waiting_by_number_;
  std::set<std::pair<Instant, Sequence>> by_due_;
  std::set<Sequence> awake_;        ///< Waiting events that match somebody now.
};

}  // namespace concordat::broker
