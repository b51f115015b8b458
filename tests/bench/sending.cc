// The sending side: see sending.h.
#include "tests/bench/sending.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>

namespace concordat::bench {
namespace {

constexpr Milliseconds kPatience{100};

}  // namespace

Result<Sending> Sending::open(const Partnership& partnership, Supply supply) {
  wire::Hello hello;
  hello.adapter = partnership.sender.signer.adapter;
  hello.outbox_epoch = supply.epoch();
  TRY(Conversation conversation, Conversation::open(partnership, partnership.sender.client, partnership.sender.transport, std::move(hello)));
  return Sending(partnership, std::move(supply), std::move(conversation));
}

Sending::Sending(const Partnership& partnership, Supply supply, Conversation conversation)
    : partnership_(partnership),
      supply_(std::move(supply)),
      conversation_(std::move(conversation)),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)),
      window_(conversation_.welcome().publish_batches) {}

void Sending::wake_when_due(std::optional<Steady::time_point> due) {
  // Steady's epoch is CLOCK_MONOTONIC's; a time of zero disarms.
  const auto at = due ? std::chrono::duration_cast<std::chrono::nanoseconds>(due->time_since_epoch()).count() : 0;
  itimerspec when{};
  when.it_value.tv_sec = at / 1'000'000'000;
  when.it_value.tv_nsec = at % 1'000'000'000;
  ::timerfd_settime(timer_, TFD_TIMER_ABSTIME, &when, nullptr);
}

Result<int> Sending::publish(Sent& sent) {
  while (unanswered_ < window_) {
    TRY(std::optional<Batch> batch, supply_.next(Steady::now()));
    if (!batch) break;
    sent.events.insert(sent.events.end(), batch->events.begin(), batch->events.end());
    sent.due.insert(sent.due.end(), batch->due.begin(), batch->due.end());
    TRY_VOID(conversation_.send_encoded(std::move(batch->frame)));
    ++unanswered_;
  }
  wake_when_due(unanswered_ < window_ ? supply_.next_due() : std::nullopt);
  return 0;
}

Result<int> Sending::take(const wire::Results& results, Sent& sent) {
  const directory::Directory& directory = partnership_.beliefs.directory();
  if (!sdk::broker_signed(directory, seal::context::kAcceptance, wire::signed_part(results), results.signature)) {
    return fail(Fault::Unauthenticated, code::kProof, "results are not signed by the broker");
  }
  const auto now = Steady::now();
  sent.accepted.resize(std::max<std::size_t>(sent.accepted.size(), results.first_sequence + results.events.size()));
  for (std::size_t n = 0; n < results.events.size(); ++n) {
    const wire::EventResult& result = results.events[n];
    sent.accepted[results.first_sequence + n] = now;
    sent.refused += result.outcome == wire::Outcome::Refused ? 1 : 0;
    sent.duplicates += result.outcome == wire::Outcome::Duplicate ? 1 : 0;
    sent.nobody_told += result.somebody_told || result.unsaid ? 0 : 1;
  }
  answered_ += results.events.size();
  --unanswered_;
  return 0;
}

Result<Sent> Sending::run(const std::atomic<bool>& stop) {
  Sent sent;
  conversation_.link().watch(timer_);
  sent.first_publish = Steady::now();
  supply_.begin(sent.first_publish);
  while (!stop && !(supply_.empty() && answered_ == sent.events.size())) {
    TRY_VOID(publish(sent));
    TRY(const auto messages, conversation_.receive(kPatience));
    for (const auto& message : messages) {
      if (const auto* results = std::get_if<wire::Results>(&message)) TRY_VOID(take(*results, sent));
    }
  }
  conversation_.link().unwatch(timer_);
  ::close(timer_);
  sent.traffic = conversation_.traffic();
  sent.processor_s = thread_processor_s();
  return sent;
}

}  // namespace concordat::bench
