// The ledger: reads a log from its first record and checks, with code of its own, that everything in it was right: who was told what
// under which rules, each thing once, in order, and nothing that nobody sent. It knows of the broker only the form of its records.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "broker/append/protect.h"
#include "broker/store/memory_engine.h"
#include "tests/policy/oracle.h"
#include "tests/sim/counts.h"
#include "tests/sim/rules.h"
#include "tests/sim/tape.h"

namespace concordat::sim {

/// What the run knows and the ledger may ask.
struct Known {
  Counts* counts = nullptr;
  const Cast* cast = nullptr;
  Rules* rules = nullptr;
  std::map<Digest, const TapeEvent*> sent;                    ///< Every event that any adapter may have sent.
  std::map<std::uint64_t, std::uint32_t> forms;               ///< Of the directory, by version.
  std::function<bool(DeskNumber, std::uint64_t)> answered;    ///< Whether the desk ever answered for a delivery.
  std::map<std::string, std::vector<const Tape*>> tapes;
};

class Ledger {
 public:
  explicit Ledger(const Known& known) : known_(known) {}
  /// Reads the log; stops at the first thing that is wrong, and says it. Empty if all is well.
  std::string read(const store::MemoryDisk& disk, broker::BucketKeys& keys);

  /// After reading: place of an accepted event; 0 if it was never accepted.
  Sequence accepted(const Digest& digest) const;
  /// Whether a hand-over of at least these labels is in the log.
  bool handed(DeskNumber desk, std::uint64_t delivery, Sequence sequence, std::uint64_t granted) const;
  /// After reading: what is wrong about events that wait for a registration, as at `now`; empty if nothing is.
  std::string left_waiting(Instant now) const;
  /// Labels that the desk may be handed of an event under the rules at the end of the log.
  std::uint64_t allowed_now(Sequence sequence, DeskNumber desk);

 private:
  struct Delivery {
    std::uint64_t number = 0;
    std::uint64_t granted = 0;
    std::uint8_t lane = 0;
    bool escalated = false;
    bool handed = false;
    bool closed = false;
    bool replaced = false;          ///< By a correction, before it left.
    bool parked = false;
    bool held = false;              ///< Behind an earlier revision that was owed when it was put: its first offer may be late.
    std::uint64_t went = 0;         ///< Labels that ever left.
    std::uint32_t unread_minutes = 0;
    DeskNumber missed_by;
    Instant read_by, act_by;
    bool read_stopped = false, act_stopped = false;
    bool rejected = false;
    bool chain = false;             ///< Somebody comes after it.
    bool chain_began = false;       ///< Somebody was told because this desk was silent, or declined.
    contract::ProgressState progress = contract::ProgressState::Offered;
    /// Gone or not, it has not been acknowledged, and no correction took its place.
    bool owed() const { return !closed && !replaced; }
  };
  struct Event {
    const TapeEvent* truth = nullptr;
    Sequence corrects = 0;
    bool superseded = false;
    Instant accepted;
    std::string adapter;
    policy::StateFacts state;       ///< Without consent.
    std::map<DeskNumber, Delivery> told;
    bool read = false;
    Instant waits_until;            ///< Epoch 0: it waits for no registration.
    policy::Registered standing = policy::Registered::Unknown;  ///< Of a registration: among others, when it came.
    Sequence under = 0;             ///< First revision of the registration that it was told under; 0: of none.
    bool in_doubt = false;          ///< It may be another's: a person was told to look.
    bool overtaken = false;         ///< A desk may not have it any more, perhaps because another is registered: others may be told.
  };
  /// A victim who asked to hear, as her newest revision says.
  struct Registered {
    const TapeEvent* truth = nullptr;
    Sequence newest = 0;
    std::uint64_t him = 0;          ///< Whom she named, as he was known then; 0: nobody, or several.
    bool ended() const { return truth->facts.of(contract::Fact::RegistrationEnded) == contract::kYes; }
  };
  /// Who hears of an event: nobody, one (her first revision), several.
  struct Whose {
    policy::Registered registered = policy::Registered::Unknown;
    Sequence first = 0;
    contract::FactValue residence = contract::kUnknown;  ///< As the registrations found say.
    policy::Truth abuse = policy::Truth::Unknown;
  };
  /// An event that says whose an identifier is. The first that stands says it for those after.
  struct Says {
    Sequence sequence = 0;
    std::uint64_t person = 0;
  };
  /// Asks what would be decided if who is registered were another, and if she had not refused.
  struct If {
    std::optional<policy::Registered> registered;
    std::optional<contract::FactValue> residence;
    std::optional<policy::Truth> abuse;
    bool not_refused = false;
    bool at_once = false;           ///< As if it had just come.
  };
  struct Word {
    Sequence sequence = 0;
    Instant at;                     ///< When it was said, which may be long before it came.
    std::uint32_t purpose = 0;
    contract::ConsentState state{};
    Sequence said = 0;              ///< The record that said it first: a correction that repeats it says nothing new.
  };

  void count(const wire::Body& body);
  void count(Happening what, std::size_t times = 1) { known_.counts->add(what, times); }
  std::string take(Sequence sequence, const wire::Stub& stub, const wire::Body& body);
  std::string accept(Sequence sequence, const wire::Stub& stub, const wire::EventAccepted& body);
  std::string tell(Sequence sequence, Event& event, const wire::RecordedDesk& desk, const policy::oracle::Verdict& verdict, bool escalated);
  std::string hand_over(const wire::Stub& stub, const wire::HandedOver& body);
  std::string close(const wire::Acknowledged& body);
  bool taken_back(Sequence sequence, DeskNumber desk) const;
  std::string progress(const wire::Stub& stub, const wire::ProgressMade& body);
  std::string escalate(const wire::Stub& stub, const wire::Escalated& body);
  std::string reconsider(const wire::Stub& stub, const wire::Reconsidered& body);
  void registers(Sequence sequence, const Event& event, const std::map<std::uint16_t, std::uint64_t>& who);
  Instant first_accepted(const Event& event) const;
  std::set<std::uint64_t> him_now(const TapeEvent& event) const;
  std::set<std::uint64_t> or_else(std::set<std::uint64_t> people) const;
  std::map<std::uint16_t, std::uint64_t> who_they_are(Sequence sequence, const TapeEvent& event) const;
  void identify(Sequence sequence, const TapeEvent& event, const std::map<std::uint16_t, std::uint64_t>& who);
  void forget_what_it_said(Sequence sequence);
  bool same_victim(const TapeEvent& a, const TapeEvent& b) const;
  static bool is_anothers(const TapeEvent& event, const TapeEvent& registration);
  /// First revisions of registrations, ended ones too, that name what the event is about.
  std::set<Sequence> naming(const TapeEvent& event) const;
  /// Of those alive that name who may be the man: more than are sure.
  std::set<Sequence> perhaps_naming(const TapeEvent& event) const;
  Whose whose(const TapeEvent& event) const;
  Whose whose_it_is(const TapeEvent& event) const;
  /// Whether a word of hers that fits that registration came since it last spoke, and was not told under it.
  bool spoke_elsewhere(Sequence first) const;
  static bool counts(const Event& event);
  bool for_itself(const Event& event, Sequence sequence, DeskNumber desk);
  /// With what those registrations say of where and of what.
  Whose with_words_of(const std::set<Sequence>& found, Whose whose) const;
  bool another_is_meant(const Event& event) const;
  policy::Registered standing(const TapeEvent& registration, Sequence corrects) const;
  bool said_since(const Event& event, Sequence sequence, DeskNumber desk) const;
  std::string order(Sequence sequence, const Event& event, DeskNumber desk, const Delivery& delivery);
  bool holds_earlier(Sequence revision, DeskNumber desk) const;
  void supersede(Sequence original, const std::vector<wire::RecordedDesk>& told_now);

  policy::StateFacts history(const TapeEvent& event, Sequence corrects) const;
  static bool surely_refused(const std::vector<Word>& words, std::uint32_t purpose, contract::ConsentState state);
  static std::optional<contract::ConsentState> holds(const std::vector<Word>& words, std::uint32_t purpose, Sequence event);
  /// The verdict of the oracle on an event with the consent that holds now.
  policy::oracle::Verdict judge(const Event& event, Sequence sequence, std::uint32_t unread_minutes, DeskNumber missed_by, Instant now) const {
    return judge(event, sequence, unread_minutes, missed_by, now, whose_now(event), {});
  }
  policy::oracle::Verdict judge(const Event& event, Sequence sequence, std::uint32_t unread_minutes, DeskNumber missed_by, Instant now, const Whose& match, const If& what_if) const;
  Whose whose_now(const Event& event) const;
  static std::string identifier(const TapeEvent& event, contract::Role role);

  const Known& known_;
  Paper paper_ = Paper::None;
  std::shared_ptr<const directory::Directory> directory_ = std::make_shared<directory::Directory>();
  Instant now_;
  std::map<Sequence, Event> events_;
  std::map<Digest, Sequence> by_digest_;
  std::map<EventId, Sequence> by_id_;
  std::map<Sequence, Registered> registered_;                   // by first revision
  std::map<std::string, std::vector<Says>> says_;               // by identifier
  std::map<Sequence, std::set<std::pair<std::uint64_t, std::uint64_t>>> perhaps_one_;  // people who may be one, by the event that says so
  std::set<std::pair<Sequence, DeskNumber>> to_be_warned_;      // who has what is in doubt now
  std::map<std::string, std::vector<Word>> words_;              // of a person, oldest first; superseded ones stay and do not count
  std::map<std::tuple<std::string, DeskNumber, std::uint8_t>, Sequence> first_offers_;
  std::map<DeskNumber, std::map<std::uint64_t, Sequence>> deliveries_;
};

}  // namespace concordat::sim
