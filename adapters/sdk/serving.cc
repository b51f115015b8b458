// Serving: see serving.h.
#include "adapters/sdk/serving.h"

#include <cstdio>

#include "adapters/sdk/agreements.h"
#include "adapters/sdk/command.h"
#include "adapters/sdk/feed.h"
#include "proto/transport/client.h"

namespace concordat::sdk {
namespace {

constexpr Milliseconds kPatience{200};
constexpr Milliseconds kLook{500};
constexpr auto kAnsweredKept = std::chrono::days(30);
constexpr auto kDiscardedKept = std::chrono::days(731);
constexpr std::size_t kArrivalsAtOnce = 32;

Publisher publisher_for(const FeedSettings& settings, Loaded& loaded, const directory::Directory& directory) {
  Publisher publisher;
  publisher.partnership = directory.partnership;
  publisher.live = settings.live;
  publisher.party = directory::party_part(settings.adapter);
  publisher.system = settings.system;
  publisher.exchange = loaded.exchange.rbegin()->second.clone();
  publisher.exchange_epoch = loaded.exchange.rbegin()->first;
  publisher.linkage = std::move(loaded.linkage);
  publisher.linkage_epoch = loaded.linkage_epoch;
  publisher.event_ids = std::move(*loaded.event_ids);
  return publisher;
}

/// What is over by itself when there is room again, or the disk is back.
bool passes(const Error& error) { return error.fault == Fault::Busy || error.fault == Fault::Unavailable; }

/// Closes before what listens ends: whoever waits for an answer gets one.
struct Open {
  Arrivals& arrivals;
  std::unique_ptr<Listening> listening;
  ~Open() {
    arrivals.close();
    listening.reset();
  }
};

void say_progress(const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }

}  // namespace

Serving::Serving(const FeedSettings& settings, PublishingProgram& program, Loaded& loaded, Beliefs& beliefs, keep::Keep& keep, Entropy& entropy,
                 std::unique_ptr<observe::Sink> sink)
    : settings_(settings), program_(program), loaded_(loaded), beliefs_(beliefs), keep_(keep), entropy_(entropy), sink_(std::move(sink)), log_(*sink_, clock_),
      publisher_(publisher_for(settings, loaded, beliefs.directory())), sealer_(publisher_, entropy), intake_(keep, sealer_, log_, &program.source()),
      orders_(keep, intake_, program.source(), log_) {
  intake_.keep_inputs(settings.keep_inputs > Milliseconds{0});
}

/// What came over connections, into the keep, and whoever brought it is answered. Any error returned is final.
Result<bool> Serving::take_arrivals(Arrivals& arrivals, Silence& silence) {
  const Instant now = clock_.now();
  for (std::size_t taken = 0; taken < kArrivalsAtOnce; ++taken) {
    const auto arrival = arrivals.next();
    if (!arrival) return false;
    silence.heard(now);
    const auto counts = intake_.take(arrival->name, program_.source().read(arrival->name, arrival->text), beliefs_.directory(), beliefs_.agreements(), now);
    arrival->answer->set_value(counts ? Reception{true, counts->events, counts->quarantined} : Reception{});
    if (counts) continue;
    if (!passes(counts.error())) return tl::unexpected(counts.error());
    log_.error("the feed waits", counts.error());
  }
  return true;
}

/// A few steps of what people ordered; true if there is more.
Result<bool> Serving::carry_out() {
  auto more = orders_.work(beliefs_.directory(), beliefs_.agreements(), clock_.now());
  if (more || !passes(more.error())) return more;
  log_.error("an order waits", more.error());
  return false;
}

Result<int> Serving::watch_over(Watch& watch) {
  auto watched = watch.look(clock_.now());
  if (watched || !passes(watched.error())) return watched;
  log_.error("the quarantine is not watched", watched.error());
  return 0;
}

Result<int> Serving::clear_away() {
  const Instant now = clock_.now();
  auto cleared = keep_.trim(now - kAnsweredKept);
  if (cleared) cleared = keep_.forget_outlived(now);
  if (cleared) cleared = keep_.forget_taken(now - settings_.keep_inputs, now - kDiscardedKept);
  if (cleared) return 0;
  if (cleared.error().fault == Fault::Corrupt) return cleared;
  log_.error("what is over its time was not cleared away", cleared.error());
  return 0;
}

Result<bool> Serving::all_accepted(const History& history) {
  if (!history.taken()) return false;
  TRY(const std::uint64_t outbox, keep_.without_answer());
  return outbox == 0;
}

Result<int> Serving::run(const EndSignals& signals, std::optional<Folder> folder, const std::vector<std::string>& files, std::uint32_t rate) {
  const Signer signer{std::string(directory::party_part(settings_.adapter)), settings_.adapter, std::move(*loaded_.signing)};
  History history(files, program_.source(), intake_, keep_, rate, log_, say_progress);
  Agreements agreements(settings_.shared.agreements, beliefs_, log_);
  Publishing publishing(signer, keep_, entropy_, log_);
  Session session({.client = settings_.shared.client}, beliefs_, keep_, &publishing, nullptr, log_);
  const auto silent = [&](Instant since) {
    if (const auto told = session.tell({std::string(code::kSilent.name), 1, since}, clock_.now()); !told) log_.error("the desk is not told", told.error());
  };
  std::optional<Feed> feed;
  if (folder) feed.emplace(std::move(*folder), program_.source(), intake_, keep_, settings_.silent_after, log_, silent);
  Silence silence(feed ? Milliseconds{0} : settings_.silent_after, log_, silent);
  Watch watch(keep_, {.any = settings_.quarantine_age}, log_, [&](const wire::Trouble& trouble) { return session.tell(trouble, clock_.now()); });

  TRY(const auto link, transport::Client::connect(link_options(settings_.shared, beliefs_.directory()), loaded_.transport));
  link->watch(signals.descriptor());
  Arrivals arrivals;
  arrivals.wake_by([&link] { link->wake(); });
  Open open{arrivals, nullptr};
  TRY(open.listening, program_.listen(arrivals, log_));
  Runner runner(*link, session, clock_, log_);
  log_.info("started", {{"adapter", settings_.adapter}, {"outbox_epoch", keep_.epoch().value}});
  Instant next_trim{};
  bool more = false, more_arrived = false, more_orders = false, accepted = false;
  for (Instant next_look = clock_.now(); !accepted;) {
    TRY(const bool going, runner.turn(more || more_arrived || more_orders ? Milliseconds{0} : kPatience));
    if (!going) break;
    link->pin(broker_keys(beliefs_.directory()));
    TRY(more_arrived, take_arrivals(arrivals, silence));
    // What is new goes before what is old.
    if (!more && !more_arrived) TRY_VOID(history.look(beliefs_.directory(), beliefs_.agreements(), clock_.now()));
    if (!more && !more_orders && clock_.now() < next_look) continue;
    next_look = clock_.now() + kLook;
    agreements.look(clock_.now());
    silence.look(clock_.now());
    if (feed) {
      TRY(more, feed->look(beliefs_.directory(), beliefs_.agreements(), clock_.now()));
    }
    TRY(more_orders, carry_out());
    TRY_VOID(watch_over(watch));
    if (!files.empty()) {
      TRY(accepted, all_accepted(history));
    }
    if (clock_.now() < next_trim) continue;
    next_trim = clock_.now() + std::chrono::hours(1);
    TRY_VOID(clear_away());
  }
  runner.goodbye();
  log_.info("ended");
  if (files.empty()) return kDone;
  say_progress(accepted ? "the history is taken whole, and all of it that left is accepted" : "ended before its end: the same command goes on where it was");
  return accepted && history.counts().quarantined == 0 ? kDone : kFailed;
}

Result<int> Serving::work_off() {
  Result<int> said = 0;
  Orders orders(keep_, intake_, program_.source(), log_, [&](const std::string& line) {
    if (said) said = print(line + "\n");
  });
  for (bool more = true; more;) {
    const auto worked = orders.work(beliefs_.directory(), beliefs_.agreements(), clock_.now());
    if (!worked && passes(worked.error())) {
      TRY_VOID(print("the rest waits: " + describe(worked.error()) + "\nThe program carries it out when it runs.\n"));
      return kFailed;
    }
    TRY(more, worked);
    TRY_VOID(said);
  }
  return orders.stayed() == 0 ? kDone : kFailed;
}

}  // namespace concordat::sdk
