// People and cases as the broker knows them: clusters joined by strong tokens, and what each event contributed to them.
// DESIGN 1.5, 4.4. Per-event contributions, never counters, so that an erasure takes away exactly its own.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

#include "policy/decide.h"
#include "proto/base/ids.h"
#include "proto/base/time.h"
#include "proto/contract/facts.h"
#include "proto/wire/event.h"
#include "proto/wire/record.h"

namespace concordat::broker {

/// The broker's own number of a person: the sequence of the event that first showed them, and their place in it.
using ClusterId = std::uint64_t;

/// What one event adds to one person.
struct Contribution {
  enum class What : std::uint8_t { Incident = 1, ConferenceReferral = 2, Consent = 3, MergeSuspected = 4 };
  Sequence sequence = 0;
  Instant at;
  What what{};
  ClusterId other = 0;        ///< The alleged perpetrator, of an Incident or ConferenceReferral; the other half, of a MergeSuspected.
  std::uint32_t purpose = 0;  ///< Of a Consent.
  std::uint8_t state = 0;     ///< contract::ConsentState.
  Sequence said = 0;          ///< Of a Consent: the record that said it first. A correction that only repeats it says nothing new.
  template <class V> void fields(V& visit) { visit(sequence, at, what, other, purpose, state, said); }
};

/// How the people of an event were found.
struct Linking {
  std::vector<wire::LinkedPerson> people;  ///< In person number order.
  bool merge_suspected = false;            ///< Strong tokens of one person lead to two clusters: a task for a person.
  std::vector<std::pair<std::uint16_t, ClusterId>> twins;  ///< The other clusters that a person of the event may be.
};

/// The event whose decision asks what holds of consent.
struct Speaker {
  Instant at;               ///< When it happened.
  Sequence sequence = 0;    ///< Its record's.
  Sequence corrects = 0;    ///< What it takes the place of, which does not count any more.
  bool contributed = false; ///< It was accepted before, and what it said was taken into account then.
};

class People {
 public:
  /// Looks up the clusters of an event's people; new ones are numbered by `sequence`, the event's place in the log.
  Linking link(const contract::FactSet& facts, std::span<const wire::TokenEntry> tokens, Sequence sequence) const;
  /// What decide may know of the event's victim and pair; the event itself counts as today's incident, and what it corrects
  /// (0: nothing) does not count any more.
  policy::StateFacts facts_for(const contract::FactSet& facts, contract::Kind kind, const Linking& linking, Instant at, Sequence corrects) const;
  /// Puts into `state` what holds of each victim's consent, as far as her history says anything of it: a refusal holds until she
  /// gave it, or could not any more, in something that came later and did not happen earlier; otherwise the event's own word, or what came
  /// after it; otherwise what was said last, by when it happened. What the event said and a correction took back since holds no more. Where
  /// two people may be one, what either refused holds for both, marked as in doubt, and what either gave for neither.
  void tell_consent(const contract::FactSet& facts, const Linking& linking, const Speaker& event, policy::StateFacts& state) const;
  /// True if something that may narrow a decision changed for any of these people after `since`.
  bool changed_since(std::span<const wire::LinkedPerson> people, Sequence since) const;
  /// Whom else a person of the event may be, as nobody has said yet: directly or by way of others. Costs their histories.
  std::vector<ClusterId> may_be(const Linking& linking, ClusterId cluster) const;
  /// Whoever these may be, themselves as well, each once.
  std::vector<ClusterId> may_be(std::vector<ClusterId> people) const;
  /// Adds to `people` whom an identifier leads to.
  void led_to(wire::TokenType type, std::uint32_t epoch, const Token& token, std::vector<ClusterId>& people) const;

  /// Takes into account what each victim said, before what the event corrects (0: nothing) is taken back. Called by apply alone.
  void contribute_consent(Sequence sequence, Instant at, const contract::FactSet& facts, std::span<const wire::LinkedPerson> people, Sequence corrects);
  /// Takes the rest of an accepted event into account; true if somebody in it may be two people now. Called by apply alone.
  bool contribute(Sequence sequence, Instant at, contract::Kind kind, const contract::FactSet& facts, std::span<const wire::TokenEntry> tokens,
                  std::span<const wire::LinkedPerson> people);
  /// Takes back what an event added, its identifiers as well, because `by` corrects or withdraws it; true if somebody may be fewer people
  /// now. Called by apply alone.
  bool retract(Sequence event, Sequence by);
  std::size_t clusters() const { return clusters_.size(); }
  /// After decoding a snapshot: what is computed from the durable parts.
  void rebuild();

  template <class V>
  void fields(V& visit) {
    visit(tokens_, clusters_);
  }

 private:
  struct TokenKey {
    wire::TokenType type{};
    std::uint32_t epoch = 0;
    Token token;
    friend auto operator<=>(const TokenKey&, const TokenKey&) = default;
    template <class V> void fields(V& visit) { visit(type, epoch, token); }
  };
  struct Cluster {
    std::vector<Contribution> contributions;
    Sequence consent_changed = 0;
    template <class V> void fields(V& visit) { visit(contributions, consent_changed); }
  };
  /// An event that says that the identifier is that person's.
  struct Assertion {
    Sequence sequence = 0;
    ClusterId cluster = 0;
    template <class V> void fields(V& visit) { visit(sequence, cluster); }
  };
  struct Touched {
    std::vector<TokenKey> tokens;
    std::vector<ClusterId> clusters;
  };
  const Cluster* known(std::span<const wire::LinkedPerson> people, std::uint16_t person) const;
  const Cluster* cluster(ClusterId id) const;
  void add(ClusterId to, const Contribution& contribution);
  void suspect_merge(Sequence sequence, Instant at, ClusterId cluster, std::span<const ClusterId> others);
  void consent_changed(ClusterId of, Sequence by);

  std::map<TokenKey, std::vector<Assertion>> tokens_;
  std::map<ClusterId, Cluster> clusters_;  // Only of people with a strong identifier: nobody else is ever seen again.
  std::map<Sequence, Touched> by_event_;
};

/// StateFacts as they are recorded, and back.
wire::RecordedState recorded(const policy::StateFacts& state);
policy::StateFacts restored(const wire::RecordedState& state);

}  // namespace concordat::broker
