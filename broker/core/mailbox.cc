// One desk's mailbox: see mailbox.h.
#include "broker/core/mailbox.h"

#include <algorithm>

#include "proto/base/invariant.h"

namespace concordat::broker {
namespace {

std::size_t lane_index(std::uint8_t lane) {
  INVARIANT(lane >= 1 && lane <= kLanes, "a lane is urgent, routine or bulk");
  return lane - 1u;
}

Milliseconds back_off(std::uint8_t attempt) {
  const Milliseconds wait = kBackOffFirst * (1 << std::min<int>(attempt, 12));
  return std::min(wait, kBackOffMax);
}

}  // namespace

void Mailbox::wait(std::uint64_t delivery, const MailboxEntry& entry) {
  if (entry.after != 0 && entries_.contains(entry.after)) {
    held_.emplace(entry.after, delivery);
  } else {
    ready_[lane_index(entry.lane)].insert(delivery);
  }
}

void Mailbox::put(std::uint64_t delivery, const MailboxEntry& entry) {
  INVARIANT(delivery >= next_, "delivery numbers only grow");
  next_ = delivery + 1;
  entries_.emplace_hint(entries_.end(), delivery, entry);
  by_event_[entry.sequence] = delivery;
  wait(delivery, entry);
}

void Mailbox::mark_handed(std::uint64_t delivery) {
  const auto found = entries_.find(delivery);
  if (found != entries_.end()) found->second.handed = true;
}

void Mailbox::forget(std::uint64_t delivery, const MailboxEntry& entry) {
  ready_[lane_index(entry.lane)].erase(delivery);
  if (const auto lease = leased_.find(delivery); lease != leased_.end()) {
    timers_.erase({lease->second.until, delivery});
    leased_.erase(lease);
  }
  if (const auto rest = resting_.find(delivery); rest != resting_.end()) {
    timers_.erase({rest->second, delivery});
    resting_.erase(rest);
  }
  for (auto [held, end] = held_.equal_range(entry.after); held != end; ++held) {
    if (held->second != delivery) continue;
    held_.erase(held);
    break;
  }
}

bool Mailbox::close(std::uint64_t delivery) {
  const auto found = entries_.find(delivery);
  if (found == entries_.end()) return false;
  forget(delivery, found->second);
  attempts_.erase(delivery);
  lost_.erase(delivery);
  if (const auto event = by_event_.find(found->second.sequence); event != by_event_.end() && event->second == delivery) by_event_.erase(event);
  entries_.erase(found);
  const auto [first, last] = held_.equal_range(delivery);
  for (auto held = first; held != last; ++held) ready_[lane_index(entries_.at(held->second).lane)].insert(held->second);
  held_.erase(first, last);
  return true;
}

void Mailbox::park(std::uint64_t delivery) {
  const auto found = entries_.find(delivery);
  if (found == entries_.end()) return;
  forget(delivery, found->second);
  found->second.parked = true;
}

void Mailbox::retry(std::uint64_t delivery) {
  const auto found = entries_.find(delivery);
  if (found == entries_.end() || !found->second.parked) return;
  found->second.parked = false;
  attempts_.erase(delivery);
  lost_.erase(delivery);
  wait(delivery, found->second);
}

std::vector<std::uint64_t> Mailbox::next(std::size_t messages, std::size_t bytes) const {
  std::vector<std::uint64_t> chosen;
  std::size_t used = 0;
  // Of those that go alone one is under way at most, and nothing with it.
  if (std::any_of(leased_.begin(), leased_.end(), [this](const auto& lease) { return alone(lease.first); })) return chosen;
  for (const auto& lane : ready_) {
    for (const std::uint64_t delivery : lane) {
      if (alone(delivery)) {
        if (chosen.empty() && leased_.empty() && messages > 0) chosen.push_back(delivery);
        return chosen;
      }
      const std::size_t size = entries_.at(delivery).bytes;
      if (chosen.size() == messages || (!chosen.empty() && used + size > bytes)) return chosen;
      chosen.push_back(delivery);
      used += size;
    }
  }
  return chosen;
}

std::uint8_t Mailbox::lease(std::uint64_t delivery, Instant until) {
  const MailboxEntry& entry = entries_.at(delivery);
  const auto taken = ready_[lane_index(entry.lane)].erase(delivery);
  INVARIANT(taken == 1, "only what waits can be leased");
  const std::uint8_t attempt = ++attempts_[delivery];
  leased_[delivery] = {until, attempt};
  timers_.emplace(until, delivery);
  return attempt;
}

bool Mailbox::rest(std::uint64_t delivery, std::uint8_t attempt, Instant now) {
  if (attempt >= kAttemptsMax) {
    wait(delivery, entries_.at(delivery));
    return true;
  }
  const Instant until = now + back_off(attempt);
  resting_[delivery] = until;
  timers_.emplace(until, delivery);
  return false;
}

std::vector<std::uint64_t> Mailbox::pass_time(Instant now) {
  std::vector<std::uint64_t> to_park;
  while (!timers_.empty() && timers_.begin()->first <= now) {
    const std::uint64_t delivery = timers_.begin()->second;
    timers_.erase(timers_.begin());
    if (resting_.erase(delivery) == 1) {
      wait(delivery, entries_.at(delivery));
      continue;
    }
    const std::uint8_t attempt = leased_.at(delivery).attempt;
    leased_.erase(delivery);
    if (rest(delivery, attempt, now)) to_park.push_back(delivery);
  }
  return to_park;
}

std::vector<std::uint64_t> Mailbox::release_all(Instant now) {
  std::vector<std::uint64_t> to_park;
  for (const auto& [delivery, lease] : leased_) {
    timers_.erase({lease.until, delivery});
    if (++lost_[delivery] == 1) wait(delivery, entries_.at(delivery));
    else if (rest(delivery, lease.attempt, now)) to_park.push_back(delivery);
  }
  leased_.clear();
  return to_park;
}

bool Mailbox::alone(std::uint64_t delivery) const {
  const auto lost = lost_.find(delivery);
  return lost != lost_.end() && lost->second >= kLostBeforeAlone;
}

std::optional<Instant> Mailbox::next_event() const {
  if (timers_.empty()) return std::nullopt;
  return timers_.begin()->first;
}

const MailboxEntry* Mailbox::find(std::uint64_t delivery) const {
  const auto found = entries_.find(delivery);
  return found == entries_.end() ? nullptr : &found->second;
}

std::optional<std::uint64_t> Mailbox::open_delivery(Sequence sequence) const {
  const auto found = by_event_.find(sequence);
  if (found == by_event_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::uint64_t> Mailbox::unhanded(Sequence sequence) const {
  const auto delivery = open_delivery(sequence);
  if (!delivery || entries_.at(*delivery).handed) return std::nullopt;
  return delivery;
}

std::vector<std::uint64_t> Mailbox::parked() const {
  std::vector<std::uint64_t> out;
  for (const auto& [delivery, entry] : entries_) {
    if (entry.parked) out.push_back(delivery);
  }
  return out;
}

std::size_t Mailbox::waiting() const { return ready_[0].size() + ready_[1].size() + ready_[2].size(); }

bool Mailbox::anything_waits() const { return !ready_[0].empty() || !ready_[1].empty() || !ready_[2].empty(); }

std::string Mailbox::line() const {
  std::string text = "ready";
  for (const auto& lane : ready_) {
    for (const auto delivery : lane) text += ' ' + std::to_string(delivery);
  }
  text += " | leased";
  for (const auto& [delivery, lease] : leased_) text += ' ' + std::to_string(delivery);
  text += " | resting";
  for (const auto& [delivery, until] : resting_) text += ' ' + std::to_string(delivery);
  text += " | held";
  for (const auto& [after, delivery] : held_) text += ' ' + std::to_string(delivery);
  text += " | parked";
  for (const auto delivery : parked()) text += ' ' + std::to_string(delivery);
  return text;
}

void Mailbox::restore() {
  by_event_.clear();
  for (auto& lane : ready_) lane.clear();
  held_.clear();
  leased_.clear();
  timers_.clear();
  resting_.clear();
  attempts_.clear();
  lost_.clear();
  for (const auto& [delivery, entry] : entries_) {
    by_event_[entry.sequence] = delivery;
    if (!entry.parked) wait(delivery, entry);
  }
}

}  // namespace concordat::broker
