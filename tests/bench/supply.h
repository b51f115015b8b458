// Where the sender's batches come from: sealed and signed as they are sent, or all of them beforehand.
//
// The way is the SDK's: Sealer::prepare (has the input been seen, split, facts, what may leave at all, seal), then one
// signature and one box of secrets a batch. Its outbox is not written: nothing of the sender is durable.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "adapters/sdk/keep/keep.h"
#include "tests/bench/figures.h"
#include "tests/bench/partnership.h"

namespace concordat::bench {

/// A signed batch, ready to be sent.
struct Batch {
  std::uint64_t first = 0;                        ///< Sequence of the first event; sequences count from 0.
  std::vector<EventId> events;
  std::vector<Steady::time_point> due;            ///< When each was due: before it was sealed.
  Bytes frame;                                    ///< Encoded wire::Publish.
};

/// One thread's.
class Supply {
 public:
  /// Events of one outbox epoch, `total` of them. `rate` a second, or as fast as they are taken where it is 0.
  /// `folder` gets the keep's file, which is asked and never written.
  static Result<Supply> make(const Partnership& partnership, const std::string& folder, std::uint64_t total, double rate, Entropy& entropy);

  OutboxEpoch epoch() const { return keep_->epoch(); }
  bool empty() const { return made_ == total_ && ready_.empty(); }
  /// Seals and signs everything now; next() then only hands out.
  Result<int> prepare_all();
  /// Begins the clock of events that are due at a rate.
  void begin(Steady::time_point now) { began_ = now; }
  /// The next batch: what is due by `now`, up to 64 events. Nothing if nothing is due.
  Result<std::optional<Batch>> next(Steady::time_point now);
  /// When the next event is due; nothing if one is due at once, or none is left.
  std::optional<Steady::time_point> next_due() const;

 private:
  Supply(const Partnership& partnership, std::uint64_t total, double rate, Entropy& entropy);
  Result<Batch> make_batch(std::uint64_t count, Steady::time_point now);
  Steady::time_point due(std::uint64_t number) const;

  const Partnership& partnership_;
  Entropy& entropy_;
  std::unique_ptr<keep::Keep> keep_;
  sdk::Sealer sealer_;
  std::vector<std::shared_ptr<const contract::Message>> samples_;
  std::uint64_t total_;
  double rate_;
  std::uint64_t made_ = 0;
  std::uint64_t run_ = 0;                         ///< Random: references of two supplies differ.
  Steady::time_point began_{};
  std::vector<Batch> ready_;                      ///< Prepared, the next one last.
};

}  // namespace concordat::bench
