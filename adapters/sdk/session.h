// One client's session with the broker, as a state machine: messages in, messages out, no socket and no clock of its own.
//
//            up(): hello                 welcome that proves itself              refusal, silence, error
//   [down] ───────────▶ [greeting] ──────────────────────────────▶ [open] ─────────────────────────────▶ [down]
//
// The highest place in the log that was seen is kept, with the broker's signature on it, so that a broker that lost it cannot
// deny it; one that cannot reproduce it is not spoken to (E-STALE, Corrupt).
// A newer directory is checked against the pinned roots and the one held, kept, and used from then on.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/sdk/beliefs.h"
#include "adapters/sdk/keep/keep.h"
#include "adapters/sdk/publishing.h"
#include "adapters/sdk/reading.h"
#include "proto/observe/log.h"
#include "proto/wire/session.h"

namespace concordat::sdk {

struct SessionTerms {
  std::string client;                        ///< Name in the directory.
  Milliseconds heartbeat{5'000};
  Milliseconds silence{20'000};              ///< Without a word for so long, the session is over.
  Milliseconds unaccepted_after{600'000};    ///< An urgent event without an answer for so long raises a local alarm.
};

class Session {
 public:
  using Out = std::vector<wire::ToBroker>;

  /// `publishing` and `reading` may be null. All outlive the session.
  Session(SessionTerms terms, Beliefs& beliefs, keep::Keep& keep, Publishing* publishing, Reading* reading, observe::Log& log)
      : terms_(std::move(terms)), beliefs_(beliefs), keep_(keep), publishing_(publishing), reading_(reading), log_(log) {}

  /// There is a link: what to send first.
  Result<Out> up(Instant now);
  void down();
  /// An error ends the session; Corrupt ends the program: nothing is to be sent until a person has looked.
  Result<Out> receive(const wire::ToClient& message, Instant now);
  /// Call often: new events, progress, heartbeats, alarms. Unavailable when the broker has been silent for too long.
  Result<Out> tick(Instant now);
  bool open() const { return state_ == State::Open; }
  /// Tells the desk that the directory names for the adapter's alarms, through the broker: now or when there is a session again, in
  /// every session until the broker has recorded it, over restarts too. A newer one of the same code takes its place.
  Result<int> tell(const wire::Trouble& trouble, Instant now);

 private:
  enum class State : std::uint8_t { Down, Greeting, Open };
  Result<Out> greet(Instant now);
  Result<Out> on(const wire::Welcome& welcome, Instant now);
  Result<Out> on(const wire::Results& results, Instant now);
  Result<Out> on(const wire::DeliveryFrame& frame, Instant now);
  Result<Out> on(const wire::Recall& recall, Instant now);
  Result<Out> on(const wire::Alarm& alarm, Instant now);
  Result<Out> on(const wire::Report& report, Instant now);
  Result<Out> on(const wire::DirectoryUpdate& update, Instant now);
  Result<Out> on(const wire::Refusal& refusal, Instant now);
  Result<Out> on(const wire::Heartbeat& beat, Instant now);
  Result<int> publish_more(Out& out);
  Result<std::optional<wire::Trouble>> trouble(const std::string& code);
  Result<int> say_troubles(Out& out);
  Result<int> recorded(const wire::Alarm& alarm, Instant now);
  Result<int> alarm_locally(Instant now);
  Result<wire::SignedMark> seen();
  Result<int> keep_mark(const wire::SignedMark& mark, Instant now);

  SessionTerms terms_;
  Beliefs& beliefs_;
  keep::Keep& keep_;
  Publishing* publishing_;
  Reading* reading_;
  observe::Log& log_;
  State state_ = State::Down;
  Instant heard_{};
  Instant beaten_{};
  std::uint64_t beats_ = 0;                  ///< Heartbeats sent, of all sessions.
  std::optional<Instant> alarmed_;
  std::set<std::string> silent_about_;       ///< Codes of troubles of which nothing is (any more) to be said in this session.
  wire::SignedMark seen_;
  std::optional<Error> ending_;              ///< What is to be said before the session ends was just handed out.
};

/// Keys of the keep's state that sessions use.
inline constexpr std::string_view kMarkKey = "session/mark";
inline constexpr std::string_view kDirectoryKey = "session/directory";
/// Of a trouble that the broker has not recorded, with its code.
inline constexpr std::string_view kTroubleKey = "session/trouble/";
/// Of which a program tells.
inline constexpr Code kTroubles[] = {code::kRiskWaiting, code::kUnaccepted, code::kSilent, code::kQuarantineOld};

}  // namespace concordat::sdk
