// Victims who are registered to hear what comes of their case, and events that wait for one to be. DESIGN 1.6.
//
// Court results do not name victims, and a release carries only a prisoner's number. A registration names the offences, by arrest
// summons number and sequence, and the alleged perpetrator. A hearing, an outcome or a change of her choices is hers if it shares an
// offence with her registration and with no other, and names no other victim; a change of custody, if it is of the person whom her
// registration, and no other, names, by the same number or one that leads to the same person. Where he may be that person, and nobody
// has said so, and where several registrations are found, a person must say which, and nobody is told meanwhile. So nobody gets
// another's outcome. A registration also says where she lives and whether the crime is domestic abuse, which news of it does not: rules
// ask that of the registrations that were found.
//
// Registrations of one victim count as one: of the newest. She is one by a strong identifier, or by name and birth for the very same
// offence. If an older one is changed or ended after the newest last spoke, nobody knows which of the two she means: a person looks.
//
//            a registration comes, or people are joined                  somebody else's registration finds it,
//                 ┌────────────────────────────┐                         or hers does no longer
//   (nobody) ─▶ waiting ──▶ time is over ──▶ told ──────────────────────────────────────────▶ doubted: a person looks
//   (found)  ─────────────────────────────▶ told                                             and stays so
//
// What waits or was told is kept kEventsHeld from the acceptance of its first revision, and then forgotten; but what she chose or refused
// under her registration counts until she says otherwise.
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
  std::vector<Number> names;        ///< Name and birth of the one victim, sorted: they say who she is for the same offence alone.
  bool by_person = false;           ///< Custody, and a victim's word without offences: matched by the perpetrator.
  bool findable = false;            ///< Of a registration: something can be found by it. It has offences or his number, and one alleged perpetrator and one victim at most.
  // What a registration says, and rules ask of it.
  contract::FactValue residence = contract::kUnknown;   ///< Of the one victim.
  contract::FactValue abuse_case = contract::kUnknown;
  template <class V> void fields(V& visit) { visit(offences, perpetrator, numbers, victim, names, by_person, findable, residence, abuse_case); }
};
About about(contract::Kind kind, const contract::FactSet& facts, std::span<const wire::TokenEntry> tokens, std::span<const wire::LinkedPerson> people);

/// How long an event is held that waits for a registration, or was told under one.
inline constexpr Milliseconds kEventsHeld = std::chrono::minutes(policy::kHeldMinutes);
/// Until when an event is held that was told under that registration (0: under none): her word for good, all else until `until`.
Instant held_until(contract::Kind kind, RegistrationId registration, Instant until);

/// Kinds whose events are joined to a registration.
bool is_joined(contract::Kind kind);
/// Into the state that decide reads.
void tell_registered(const Match& match, policy::StateFacts& state);
/// The broker's number of a registration's case, as people's are: what a desk's pseudonym of it is made from.
ClusterId case_of(RegistrationId registration);

class Cases {
 public:
  /// Of an event that comes now. `may_be`: whom else the alleged perpetrator may be, as People::may_be says.
  Match match(contract::Kind kind, const About& about, std::span<const ClusterId> may_be) const;
  /// The same of an event that was accepted as `event`: several where it is in doubt.
  Match match(const People& people, Sequence event, contract::Kind kind, const About& about, std::span<const ClusterId> may_be) const;
  /// Of a registration itself, said now, as a new one or the next revision of `of` (0: new): Yes, it is hers alone; Several, another victim
  /// is registered for one of its offences, or she is by an older or a newer one that contradicts it; No, nothing that a court says can be found by it.
  policy::Registered standing(const About& about, RegistrationId of, bool ended) const;
  /// True if the event was told under a registration, and it may be another's: a person must look, or was asked to.
  bool in_doubt(const People& people, Sequence event) const;
  /// The registration that the event was told under; 0 if it was told under none, or is not held any more.
  RegistrationId told_under(Sequence event) const;
  /// The registration whose newest revision that record is; 0 if it is none.
  RegistrationId registration(Sequence revision) const;
  /// The last record that changed who is registered: what was decided before it may match otherwise now.
  Sequence changed() const { return changed_; }

  /// Up to `most` events, oldest first, that are to be decided again: they wait, and a registration came or their time is over; or they were
  /// told under a registration, and are in doubt now.
  std::vector<Sequence> to_reconsider(Instant now, std::size_t most) const;
  /// When to_reconsider() next has something that it does not have now; epoch 0: something is there already.
  std::optional<Instant> next_due() const;
  /// When somebody must look at a waiting event; epoch 0 if it does not wait.
  Instant waits_until(Sequence event) const;
  std::size_t registrations() const { return registrations_.size(); }
  std::size_t waiting() const { return by_due_.size(); }
  bool waits(Sequence event) const { return waits_until(event) != Instant{}; }
  /// Waiting, told less than kEventsHeld ago, or a word of hers.
  std::size_t held() const { return held_.size(); }

  // ---- apply alone ----
  /// A registration, or the next revision of one (`corrects`, else 0). `ended`: she is not to be told any more; it is known
  /// and matches nothing.
  void put(const People& people, Sequence sequence, Sequence corrects, About about, bool ended);
  /// The revision `corrects` was withdrawn, by `sequence`.
  void take_away(const People& people, Sequence corrects, Sequence sequence);
  /// The event matches nobody, and somebody must look at it at `due` at the latest. `under`: what it corrects was told under that
  /// registration (0: under none).
  void wait(const People& people, Sequence event, contract::Kind kind, About about, Instant due, Instant until, RegistrationId under = 0);
  /// Somebody was told of the event, under that registration (0: under none). `in_doubt`: what it corrects was. Held until `until`.
  void tell(const People& people, Sequence event, contract::Kind kind, About about, RegistrationId registration, bool in_doubt, Instant until);
  /// A held event was decided again, and matched so; `told`: somebody was told of it, now or before. Unknown: it could not be decided.
  void decided_again(const People& people, Sequence event, const Match& match, bool told);
  /// The event was corrected or withdrawn. Nothing if it was not held.
  void let_go(Sequence event);
  /// Some of these people may be others than was thought.
  void people_joined(const People& people, std::span<const wire::LinkedPerson> joined);
  /// Something was taken back that may have woken an event. `parted`: somebody may be fewer people than was thought.
  void settle(const People& people, bool parted);
  /// Lets go of what was told and is held until `now` or earlier.
  void pass_time(Instant now);
  /// After decoding a snapshot.
  void rebuild(const People& people);

  template <class V>
  void fields(V& visit) {
    visit(registrations_, held_, changed_);
  }

 private:
  struct Registration {
    Sequence newest = 0;
    bool ended = false;
    About about;
    template <class V> void fields(V& visit) { visit(newest, ended, about); }
  };
  struct Held {
    std::uint8_t kind = 0;
    About about;
    Instant due;                    ///< Epoch 0: it does not wait.
    Instant until;                  ///< When it is let go of, once it does not wait.
    RegistrationId registration = 0;///< That it was told under.
    bool in_doubt = false;
    template <class V> void fields(V& visit) { visit(kind, about, due, until, registration, in_doubt); }
  };
  using Found = std::set<RegistrationId>;
  /// Every registration that names an offence, or the perpetrator, ended ones as well.
  Found naming(const About& about) const;
  /// Of them, those that the event may belong to.
  Found covering(const About& about) const;
  Found without_others(Found found, const About& about) const;
  Found living(const Found& found) const;
  /// True if a word of hers that fits the registration came after it last spoke, and was told under another one, or to a person.
  bool unheard(RegistrationId registration) const;
  bool same_victim(const Registration& a, const Registration& b) const;
  /// Of registrations that cover something: whose it is.
  Match whose(const Found& covering) const;
  /// The match with what those registrations say together.
  Match said_by(const Found& all, Match match) const;
  bool doubtful(const People& people, const Held& told) const;
  bool stirred(const People& people, const Held& event) const;
  void look_again(const People& people, Sequence event);
  void look_again(const People& people, const About& about, RegistrationId registration);
  void index(RegistrationId id, const Registration& registration);
  void unindex(RegistrationId id, const Registration& registration);
  void hold(const People& people, Sequence event, Held held);

  std::map<RegistrationId, Registration> registrations_;
  std::map<Sequence, Held> held_;
  Sequence changed_ = 0;
  // Computed:
  std::map<Sequence, RegistrationId> by_revision_;
  std::map<About::Offence, Found> by_offence_;
  std::map<ClusterId, Found> by_perpetrator_;
  std::map<About::Number, Found> by_number_;
  std::map<About::Offence, std::set<Sequence>> held_by_offence_;
  std::map<ClusterId, std::set<Sequence>> held_by_perpetrator_;
  std::map<About::Number, std::set<Sequence>> held_by_number_;
  std::map<RegistrationId, std::set<Sequence>> told_by_registration_;
  std::set<std::pair<Instant, Sequence>> by_due_;
  std::set<std::pair<Instant, Sequence>> by_until_;
  std::set<Sequence> awake_;        ///< Held events that are to be decided again now.
};

}  // namespace concordat::broker
