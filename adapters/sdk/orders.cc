// Orders: see orders.h.
#include "adapters/sdk/orders.h"

#include <utility>

namespace concordat::sdk {
namespace {

constexpr std::string_view kQueue = "orders";
constexpr std::size_t kStepsAtOnce = 16;

Bytes encode(const Order& order) {
  Writer out;
  out.u8(static_cast<std::uint8_t>(order.what)).u32(static_cast<std::uint32_t>(order.entries.size()));
  for (const std::uint64_t entry : order.entries) out.u64(entry);
  return out.sized(order.person).sized(order.reason).sized(order.from).sized(order.to).u64(static_cast<std::uint64_t>(ms_of(order.since))).take();
}

Result<Order> decode_order(ByteView bytes) {
  Reader in(bytes);
  Order order;
  order.what = static_cast<Order::What>(in.u8());
  const std::uint32_t entries = in.u32();
  for (std::uint32_t at = 0; at < entries && in.ok(); ++at) order.entries.push_back(in.u64());
  order.person = in.sized();
  order.reason = in.sized();
  order.from = in.sized();
  order.to = in.sized();
  order.since = instant_of(static_cast<std::int64_t>(in.u64()));
  if (!in.done()) return fail(Fault::Corrupt, code::kKeep, "an order does not decode");
  return order;
}

std::string line_of(std::uint64_t entry, const ReadAgain& done) {
  const std::string id = std::to_string(entry) + ": ";
  switch (done.end) {
    case ReadAgain::End::Taken:
      return id + "taken: " + std::to_string(done.counts.events) + " events, " + std::to_string(done.counts.unchanged) + " unchanged, " +
             std::to_string(done.counts.kept_home) + " kept home" +
             (done.counts.quarantined > 0 ? ", " + std::to_string(done.counts.quarantined) + " in quarantine by themselves" : "");
    case ReadAgain::End::Failed: return id + "stays: " + done.code + " " + done.remedy;
    case ReadAgain::End::NotHere: return id + "stays: the input itself is not here, or not all of it. Offer it again from its source.";
    case ReadAgain::End::Gone: return id + "there is no such entry.";
  }
  return id;
}

}  // namespace

Result<int> give(const Order& order, keep::Keep& keep, Instant now) {
  if (order.entries.size() > kOrderEntriesMost) return fail(Fault::Malformed, code::kUsage, "more than 1,000 entries at once; --all takes them all");
  if (order.person.size() > kOrderTextMost || order.reason.size() > kOrderTextMost) return fail(Fault::Malformed, code::kUsage, "--person and --reason are at most 400 bytes");
  keep::Changes changes;
  changes.queued.emplace_back(kQueue, encode(order));
  return keep.commit(changes, now);
}

void Orders::say(const std::string& line) const {
  if (say_) say_(line);
}

Result<bool> Orders::work(const directory::Directory& directory, const policy::InForce& agreements, Instant now) {
  TRY(const std::vector<keep::Keep::Message> waiting, keep_.queued(kQueue, 1));
  if (waiting.empty()) return false;
  if (under_way_ != waiting.front().id) done_ = 0;
  under_way_ = waiting.front().id;
  TRY(const Order order, decode_order(waiting.front().message));
  TRY(const bool more, step(order, directory, agreements, now));
  if (more) return true;
  TRY_VOID(keep_.dequeue(under_way_));
  return true;
}

/// True if the order has more steps.
Result<bool> Orders::step(const Order& order, const directory::Directory& directory, const policy::InForce& agreements, Instant now) {
  if (order.what == Order::What::Remap) return remap(order, directory, agreements, now);
  if (order.what == Order::What::RetryAll) {
    TRY(const auto entries, keep_.quarantine(done_, kStepsAtOnce));
    if (done_ == 0 && entries.empty()) say("nothing is in quarantine.");
    for (const keep::Quarantined& each : entries) {
      if (order.entries.empty() || each.id > order.entries.front()) return false;
      TRY_VOID(retry(each.id, directory, agreements, now));
      done_ = each.id;
    }
    return !entries.empty();
  }
  for (std::size_t steps = 0; steps < kStepsAtOnce && done_ < order.entries.size(); ++steps, ++done_) {
    const std::uint64_t entry = order.entries[done_];
    if (order.what == Order::What::Retry) TRY_VOID(retry(entry, directory, agreements, now));
    if (order.what == Order::What::Discard) TRY_VOID(discard(entry, order, now));
    if (order.what == Order::What::Shown) TRY_VOID(shown(entry, order));
  }
  return done_ < order.entries.size();
}

Result<int> Orders::retry(std::uint64_t entry, const directory::Directory& directory, const policy::InForce& agreements, Instant now) {
  TRY(const ReadAgain done, intake_.again(entry, directory, agreements, now));
  if (done.end != ReadAgain::End::Taken) ++stayed_;
  say(line_of(entry, done));
  return 0;
}

Result<int> Orders::discard(std::uint64_t entry, const Order& order, Instant now) {
  TRY(const auto found, keep_.quarantined(entry));
  if (!found) {
    ++stayed_;
    say(line_of(entry, {ReadAgain::End::Gone, {}, {}, {}}));
    return 0;
  }
  keep::Changes changes;
  changes.discarded.push_back({entry, now, found->what.code, found->what.file, found->what.line, order.person, order.reason});
  changes.counted["discarded/" + found->what.code] = 1;
  TRY_VOID(keep_.commit(changes, now));
  log_.warning("a quarantined input was discarded", {{"id", entry}, {"code", found->what.code}, {"person", order.person}, {"reason_bytes", order.reason.size()},
                                                     {"file", found->what.file}, {"line", found->what.line}});
  say(std::to_string(entry) + ": discarded.");
  return 0;
}

Result<int> Orders::shown(std::uint64_t entry, const Order& order) {
  TRY(const auto found, keep_.quarantined(entry));
  if (!found) return 0;
  log_.warning("a quarantined input was shown", {{"id", entry}, {"code", found->what.code}, {"person", order.person}});
  return 0;
}

Result<bool> Orders::remap(const Order& order, const directory::Directory& directory, const policy::InForce& agreements, Instant now) {
  if (source_.version() != order.to) {
    log_.error("inputs were to be read again by another mapping than the one in use", {{"code", code::kMapping.name}, {"ordered", order.to}, {"in_use", source_.version()}});
    say("nothing was read again: the mapping in use is " + source_.version() + ", not " + order.to);
    ++stayed_;
    return false;
  }
  TRY(const auto inputs, keep_.taken(order.from, order.since, done_, kStepsAtOnce));
  for (const keep::TakenInput& each : inputs) {
    TRY(const ReadAgain done, intake_.remap(each, directory, agreements, now));
    remapped_ += done.counts;
    done_ = each.id;
    if (done.end == ReadAgain::End::Failed) ++stayed_;
  }
  if (inputs.empty()) say_remapped(order);
  return !inputs.empty();
}

void Orders::say_remapped(const Order& order) {
  const IntakeCounts counts = std::exchange(remapped_, {});
  log_.info("inputs were read again by another version of the mapping", {{"from", order.from}, {"to", order.to}, {"inputs", counts.inputs}, {"events", counts.events},
                                                                        {"unchanged", counts.unchanged}, {"quarantined", counts.quarantined}});
  say(std::to_string(counts.inputs) + " inputs read again: " + std::to_string(counts.events) + " events, " + std::to_string(counts.unchanged) + " unchanged, " +
      std::to_string(counts.quarantined) + " in quarantine");
}

}  // namespace concordat::sdk
