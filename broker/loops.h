// The whole list of threads of a broker, and the channels between them. Nothing else in the broker starts one.
//
//   io       sockets; decodes and verifies what arrives, sends what leaves               ── inputs ──▶ core
//   core     step, group commit, reading back, administration; owns the engine and keys  ── effects ─▶ deliver
//   deliver  signs acceptances, boxes shares, encodes frames                             ── frames ──▶ io
//   (beside them: the engine's writer, the transport's door, the admin socket's thread, the thread of a store check while one runs)
//
// A full channel never blocks a circle: core and deliver may wait for the next, io never waits for core but stops reading.
// Orderly end: stop() at io closes inputs; core finishes its groups, writes a snapshot and closes effects; deliver closes
// frames; io sends what is left and returns. Any failure of store or sockets ends the process at once instead.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>

#include "broker/admit/verify.h"
#include "broker/append/appender.h"
#include "broker/deliver/assemble.h"
#include "broker/step.h"
#include "broker/trusted_clock.h"
#include "proto/base/channel.h"
#include "proto/observe/log.h"
#include "proto/observe/metrics.h"
#include "proto/transport/endpoint.h"

namespace concordat::broker {

/// A question or command of an operator, answered by the core loop in JSON (broker/audit/admin.h).
struct AdminCommand {
  std::string operator_name;
  std::string verb;                                    ///< "log show".
  std::string arguments;                               ///< JSON.
  std::shared_ptr<Channel<Result<std::string>>> answer;  ///< JSON or a refusal, exactly one.
  std::shared_ptr<std::function<Result<std::string>()>> later;  ///< Set before the answer comes, where whoever asked works the rest out.
};
using ToCore = Input;

/// A released effect with the log mark that covered it.
struct ToDeliver {
  Effect effect;
  wire::LogMark durable;
  Digest hash_at_seen;                                 ///< Of a SendWelcome.
};

struct FrameOut {
  SessionId session = 0;
  Bytes frame;
};
struct EndSession {
  SessionId session = 0;
};
using ToIo = std::variant<FrameOut, EndSession, std::shared_ptr<const directory::Directory>>;

struct Channels {
  Channel<ToCore> inputs{4096};
  Channel<AdminCommand> questions{8};                  ///< Of operators: answered even while inputs wait for the log.
  Channel<ToDeliver> effects{4096};
  Channel<ToIo> frames{4096};
};

/// Nanoseconds of processor by stage, and counts, for `status` and the bench.
struct StageMetrics {
  explicit StageMetrics(observe::Metrics& metrics);
  observe::Counter &verify_ns, &step_ns, &append_ns, &fetch_ns, &deliver_ns, &encode_ns;
  observe::Counter &batches, &events, &deliveries, &groups, &records, &refused_connections, &snapshots_refused;
};

/// Adds the processor time of this thread in its life to a counter: what it waits for, and what else the machine does, is not in it.
class StageTimer {
 public:
  explicit StageTimer(observe::Counter& counter) : counter_(counter), began_(used_ns()) {}
  ~StageTimer() { counter_.add(used_ns() - began_); }
  StageTimer(const StageTimer&) = delete;
  StageTimer& operator=(const StageTimer&) = delete;

 private:
  static std::uint64_t used_ns();
  observe::Counter& counter_;
  std::uint64_t began_;
};

class IoLoop {
 public:
  IoLoop(transport::Endpoint& endpoint, Channels& channels, std::shared_ptr<const directory::Directory> directory, const BrokerKeys& keys, Clock& clock,
         observe::Log& log, StageMetrics& metrics);
  /// Returns after stop(), when everything that was to leave has left.
  void run();
  /// Takes nothing more in. From any thread.
  void stop();

 private:
  struct Peer {
    transport::Connection connection;
    std::string client;
    Instant heard;
  };
  void take(transport::Received received);
  void take(SessionId session, wire::ToBroker message, const transport::Received& received);
  void hello(const transport::Received& received, wire::Hello hello);
  void input(Input input);
  void flush_held();
  void send_all();
  void take(ToIo message);
  void send(SessionId session, Bytes frame);
  void end(SessionId session);
  void end_silent(Instant now);
  void refuse(const transport::Received& received, const Error& error);
  void adopt(std::shared_ptr<const directory::Directory> directory);

  transport::Endpoint& endpoint_;
  Channels& channels_;
  std::shared_ptr<const directory::Directory> directory_;
  const BrokerKeys& keys_;
  Clock& clock_;
  observe::Log& log_;
  StageMetrics& metrics_;
  std::atomic<bool> stopping_{false};
  std::map<transport::Connection, SessionId> sessions_;
  std::map<SessionId, Peer> peers_;
  std::deque<Input> held_;                             // what the core had no room for; nothing is read meanwhile
  SessionId last_session_ = 0;
};

/// What the core loop works with besides the core; all outlive it.
struct CoreParts {
  store::Engine& engine;
  BucketKeys& keys;
  Entropy& entropy;
  TrustedClock& clock;
  observe::Log& log;
  StageMetrics& metrics;
  std::string broker;
  std::function<Result<std::string>(Core&, const AdminCommand&, std::vector<Input>&)> administer;  ///< Answers; may ask for inputs to be stepped.
};

class CoreLoop {
 public:
  CoreLoop(Core core, wire::LogMark head, CoreParts parts, Channels& channels, transport::Waiting& io);
  /// Returns when inputs are closed and everything is durable; false if a full disk refused the last of it. Ends the process if
  /// the log fails.
  bool run();

 private:
  void take_inputs(Output& out);
  void answer(AdminCommand command, Output& out);
  bool ended();
  void step(Input input, Output& out);
  void route(std::vector<Effect> effects);
  void fetch(const Fetch& fetch);
  void welcome(SendWelcome effect);
  void keep(bool last);
  void drop_older_snapshot();
  void without_snapshot(const Error& why);
  void look_around();
  void say_dates();
  bool turned_away(const Input& input, Output& out);
  bool turn_away(const Opened& opened, Output& out);
  bool turn_away(const BatchArrived& batch, Output& out);
  bool may_be_now(const BatchArrived& batch) const;
  void refuse(SessionId session, const Code& code, std::string detail, Output& out);
  bool holds(const wire::LogMark& mark);

  Core core_;
  CoreParts parts_;
  Channels& channels_;
  transport::Waiting& io_;
  Protector protector_;
  Appender appender_;
  Instant next_tick_;
  Sequence snapshot_ = 0;
  Sequence snapshot_before_ = 0;                       // its key goes when the newer one is durable
  Sequence snapshot_refused_ = 0;                      // was too large there
  bool disk_low_ = false;
  Milliseconds clock_ahead_{0};                 // as last said
  std::chrono::sys_days dates_said_{};
  Instant give_up_;                                    // of an end on a full disk
};

class DeliverLoop {
 public:
  DeliverLoop(const Identity& identity, Entropy& entropy, Channels& channels, transport::Waiting& io, observe::Log& log, StageMetrics& metrics);
  void run();

 private:
  void take(ToDeliver effect);
  void send(SessionId session, const wire::ToClient& message);
  void hand_over(const HandOver& effect, const wire::LogMark& durable);

  Assembler assembler_;
  Channels& channels_;
  transport::Waiting& io_;
  observe::Log& log_;
  StageMetrics& metrics_;
};

/// Says why and ends the process at once: nothing that waits may go out. Exit status 70.
[[noreturn]] void die(observe::Log& log, const Error& why);

}  // namespace concordat::broker
