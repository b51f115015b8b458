// Where batches come from: see supply.h.
#include "tests/bench/supply.h"

#include <google/protobuf/message.h>

#include <algorithm>

#include "proto/wire/event.h"
#include "proto/wire/session.h"
#include "tests/support/sample_events.h"

namespace concordat::bench {
namespace {

constexpr std::uint64_t kSamples = 256;   // events that differ; references make each of them another

sdk::TypedEvent typed(std::shared_ptr<const contract::Message> message, std::string reference, Instant happened) {
  sdk::TypedEvent event;
  event.message = std::move(message);
  event.kind = contract::Kind::RiskAssessment;
  event.reference = std::move(reference);
  event.happened = happened;
  return event;
}

}  // namespace

Supply::Supply(const Partnership& partnership, std::uint64_t total, double rate, Entropy& entropy)
    : partnership_(partnership),
      entropy_(entropy),
      sealer_(partnership.sender.publisher, entropy),
      total_(total),
      rate_(rate),
      run_(entropy.u64()) {
  for (std::uint64_t n = 0; n < kSamples; ++n) samples_.push_back(test::bench_event(n));
}

Result<Supply> Supply::make(const Partnership& partnership, const std::string& folder, std::uint64_t total, double rate, Entropy& entropy) {
  Supply made(partnership, total, rate, entropy);
  TRY(made.keep_, keep::Keep::open(folder + "/keep-" + std::to_string(made.run_) + ".db", partnership.sender.outbox, {}, entropy));
  return made;
}

Steady::time_point Supply::due(std::uint64_t number) const {
  return began_ + std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(static_cast<double>(number) / rate_));
}

std::optional<Steady::time_point> Supply::next_due() const {
  if (rate_ == 0 || made_ == total_ || !ready_.empty()) return std::nullopt;
  return due(made_);
}

Result<int> Supply::prepare_all() {
  std::vector<Batch> all;
  while (made_ < total_) {
    TRY(Batch batch, make_batch(std::min<std::uint64_t>(wire::kBatchEventsMax, total_ - made_), Steady::now()));
    all.push_back(std::move(batch));
  }
  std::reverse(all.begin(), all.end());
  ready_ = std::move(all);
  return 0;
}

Result<std::optional<Batch>> Supply::next(Steady::time_point now) {
  if (!ready_.empty()) {
    Batch batch = std::move(ready_.back());
    ready_.pop_back();
    std::fill(batch.due.begin(), batch.due.end(), now);
    return std::optional<Batch>(std::move(batch));
  }
  std::uint64_t count = std::min<std::uint64_t>(wire::kBatchEventsMax, total_ - made_);
  if (rate_ != 0) {
    std::uint64_t waiting = 0;
    while (waiting < count && due(made_ + waiting) <= now) ++waiting;
    count = waiting;
  }
  if (count == 0) return std::optional<Batch>{};
  TRY(Batch batch, make_batch(count, now));
  return std::optional<Batch>(std::move(batch));
}

Result<Batch> Supply::make_batch(std::uint64_t count, Steady::time_point now) {
  const directory::Directory& directory = partnership_.beliefs.directory();
  const sdk::Signer& signer = partnership_.sender.signer;
  const Instant at = SystemClock().now();
  Batch batch;
  batch.first = made_;
  wire::Batch wired;
  wired.statement = {signer.agency, signer.adapter, keep_->epoch(), made_, directory.broker.name};
  std::vector<Digest> digests;
  std::vector<seal::EventSecret> secrets;
  for (std::uint64_t n = 0; n < count; ++n, ++made_) {
    const std::string reference = std::to_string(run_) + "/" + std::to_string(made_);
    const auto event = typed(samples_[made_ % kSamples], reference, at);
    TRY(sdk::Prepared prepared, sealer_.prepare(event, *keep_, directory, partnership_.beliefs.agreements(), at, "bench"));
    if (!prepared.outgoing) return fail(Fault::Refused, code::kNoClause, "the bench event stays home");
    if (prepared.compartments_kept_home != 0) return fail(Fault::Refused, code::kNoClause, "compartments of the bench event stay home");
    batch.events.push_back(prepared.outgoing->event);
    batch.due.push_back(rate_ == 0 ? now : due(made_));
    digests.push_back(prepared.outgoing->digest);
    wired.events.push_back(std::move(prepared.outgoing->bytes));
    secrets.push_back(std::move(prepared.outgoing->secret));
  }
  const directory::BoxKey& key = directory.broker.keys.back();
  wired.broker_key = key.id;
  wired.signature = seal::sign_batch(signer.signing.secret, wired.statement, digests);
  TRY(wired.secrets, seal::box_secrets(key.open, secrets, wire::encode(wired.statement), entropy_));
  batch.frame = wire::encode(wire::ToBroker(wire::Publish{wire::encode(wired)}));
  return batch;
}

}  // namespace concordat::bench
