// A turn: see turn.h.
#include "broker/core/turn.h"

#include <algorithm>

#include "broker/apply/apply.h"
#include "proto/base/invariant.h"

namespace concordat::broker {
namespace {

std::uint32_t months_since_2000(Instant at) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(at)};
  const int months = (static_cast<int>(date.year()) - 2000) * 12 + static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  return months < 0 ? 0 : static_cast<std::uint32_t>(months);
}

BucketId bucket(std::uint32_t retention_class, Instant at) { return {retention_class << 24 | (months_since_2000(at) & 0xffffff)}; }

}  // namespace

BucketId administration_bucket(Instant at) { return bucket(1, at); }

BucketId bucket_for(std::uint32_t keep_days, Instant at) {
  if (keep_days == 0) return bucket(5, at);  // kept as the recipient's own record: the longest
  if (keep_days <= 92) return bucket(2, at);
  if (keep_days <= 366) return bucket(3, at);
  return bucket(keep_days <= 7 * 366 ? 4 : 5, at);
}

void MaterialCache::put(MaterialPtr material) {
  const Sequence sequence = material->sequence;
  const std::size_t bytes = material->bytes();
  if (!by_sequence_.emplace(sequence, Held{std::move(material), age_}).second) return;
  bytes_ += bytes;
  by_age_.emplace(age_++, sequence);
  while (bytes_ > bytes_max_ && by_age_.size() > 1) drop(by_age_.begin()->second);
}

void MaterialCache::drop(Sequence sequence) {
  const auto held = by_sequence_.find(sequence);
  if (held == by_sequence_.end()) return;
  bytes_ -= held->second.material->bytes();
  by_age_.erase(held->second.age);
  by_sequence_.erase(held);
}

void MaterialCache::forget(Sequence sequence) {
  drop(sequence);
  fetched_.erase(sequence);
}

void MaterialCache::put_fetched(std::vector<std::pair<Sequence, MaterialPtr>> found) {
  fetched_.clear();
  for (auto& [sequence, material] : found) {
    if (material == nullptr) {
      gone_.insert(sequence);
    } else {
      fetched_[sequence] = material;
      put(std::move(material));
    }
  }
}

MaterialPtr MaterialCache::find(Sequence sequence) const {
  const auto found = by_sequence_.find(sequence);
  if (found != by_sequence_.end()) return found->second.material;
  const auto fetched = fetched_.find(sequence);
  return fetched == fetched_.end() ? nullptr : fetched->second;
}

Sequence Turn::emit(wire::Body body, const EventId& event, const Digest& event_digest) {
  const Applied record{next_sequence(), now, event, event_digest};
  const auto applied = apply(state, record, body);
  INVARIANT(applied.has_value(), "a record that the core decides can be applied");
  out_.records.push_back({record.sequence, now, event, event_digest, administration_bucket(now),
                          std::make_shared<const wire::Body>(std::move(body)), nullptr});
  return record.sequence;
}

void Turn::emit(MaterialPtr material, BucketId bucket) {
  INVARIANT(material->sequence == next_sequence(), "an event's material carries the sequence it is recorded under");
  const Applied record{material->sequence, now, material->event, material->digest};
  const auto applied = apply(state, record, material->body);
  INVARIANT(applied.has_value(), "an event that the core admits can be applied");
  cache_.put(material);
  out_.records.push_back({record.sequence, now, record.event, record.event_digest, bucket, nullptr, std::move(material)});
}

MaterialPtr Turn::need(Sequence sequence) {
  MaterialPtr material = cache_.find(sequence);
  if (material == nullptr && !cache_.gone(sequence)) wanted_.insert(sequence);
  return material;
}

void Turn::let_go(Sequence sequence) {
  const EventEntry* entry = state.event(sequence);
  const bool awaited = entry != nullptr && std::any_of(entry->told.begin(), entry->told.end(), [&](const Told& told) {
    const auto mailbox = state.mailboxes.find(told.desk);
    return mailbox != state.mailboxes.end() && mailbox->second.open_delivery(sequence).has_value();
  });
  if (!awaited) cache_.forget(sequence);
}

void Turn::alarm(const Code& code, Sequence sequence, const std::string& adapter, DeskNumber desk, std::string text) {
  const EventEntry* entry = state.event(sequence);
  const EventId event = entry == nullptr ? EventId{} : entry->event;
  const Digest digest = entry == nullptr ? Digest{} : entry->digest;
  emit(wire::AlarmRaised{std::string(code.name), sequence, adapter, desk, text}, event, digest);
  const wire::Alarm message{std::string(code.name), event, std::move(text), now};
  const Session* sender = adapter.empty() ? nullptr : sessions.of_adapter(adapter);
  if (sender != nullptr) send(sender->id, message);
  const auto reading = sessions.reading.find(desk);
  if (reading != sessions.reading.end() && (sender == nullptr || sender->id != reading->second.session)) send(reading->second.session, message);
}

std::string Turn::sender_to_tell(const EventEntry& entry) const { return entry.joined ? std::string() : state.adapters[entry.adapter]; }

void Turn::park(DeskNumber desk, std::uint64_t delivery, const Code& why) {
  const Sequence sequence = state.mailboxes.at(desk).find(delivery)->sequence;
  const EventEntry* entry = state.event(sequence);
  const std::string adapter = entry == nullptr ? std::string() : sender_to_tell(*entry);
  emit(wire::Parked{desk, delivery, std::string(why.name)});
  alarm(code::kParked, sequence, adapter, desk, why == code::kParked ? "" : std::string(why.name));
}

void Turn::refuse_session(SessionId session, const Code& code, std::string detail) {
  send(session, wire::Refusal{std::string(code.name), std::move(detail), true});
  effect(CloseSession{session});
}

}  // namespace concordat::broker
