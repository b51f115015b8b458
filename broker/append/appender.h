// append, second half: group commit. Gathers what steps put out, has one group in flight, and lets effects go only when
// their own and every earlier group is durable. DESIGN 4.2, 4.5.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "broker/append/protect.h"

namespace concordat::broker {

/// One thread owns it, and the engine through it. Any failure is final: the process ends and recovers from the log.
///
///   take(output) ──▶ open group ──pump()──▶ in flight ──answer──▶ Durable: effects are released, in order
///                                              ▲  │                Unknown: the same group again
///                                              └──┘                Fenced, Failed: the process ends
class Appender {
 public:
  Appender(store::Engine& engine, Protector& protector, Entropy& entropy) : engine_(engine), protector_(protector), entropy_(entropy), durable_(protector.head()) {}

  /// Takes what a step put out. Effects wait even if no record came with them.
  void take(Output output);
  /// Submits the open group if none is in flight, then looks for an answer for up to `patience`. Gives the effects that may
  /// happen now, in the order they were put out.
  Result<std::vector<Effect>> pump(Milliseconds patience);
  /// Mark of the last durable record.
  const wire::LogMark& durable() const { return durable_; }
  bool idle() const { return !flying_ && records_.empty() && effects_.empty(); }
  /// A full disk refused the group that is next; it is offered again with every pump().
  bool refused() const { return flying_ && !flying_->handed; }
  /// Records decided and not yet durable: above kWaitingMax the core takes no more batches.
  std::size_t waiting() const { return records_.size() + (flying_ ? flying_->group.rows.size() : 0); }
  static constexpr std::size_t kWaitingMax = 8192;

 private:
  struct Flight {
    store::Group group;
    bool handed = false;  ///< The engine took it; otherwise its disk was full and it is offered again.
  };
  Result<int> submit();
  Result<int> hand_over();
  std::vector<Effect> release();

  store::Engine& engine_;
  Protector& protector_;
  Entropy& entropy_;
  wire::LogMark durable_;
  std::deque<PendingRecord> records_;
  std::deque<std::pair<Sequence, Effect>> effects_;  // with the last record that must be durable before it
  Sequence last_taken_ = 0;
  std::optional<Flight> flying_;
};

}  // namespace concordat::broker
