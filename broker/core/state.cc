// Everything the broker remembers: see state.h.
#include "broker/core/state.h"

#include <algorithm>

#include "proto/base/invariant.h"

namespace concordat::broker {
namespace {
constexpr std::uint8_t kSnapshotVersion = 5;
}

Told* EventEntry::find(DeskNumber desk) {
  const auto found = std::find_if(told.begin(), told.end(), [&](const Told& t) { return t.desk == desk; });
  return found == told.end() ? nullptr : &*found;
}

const Told* EventEntry::find(DeskNumber desk) const { return const_cast<EventEntry*>(this)->find(desk); }

const EventEntry* State::event(Sequence sequence) const {
  const auto found = events_.find(sequence);
  return found == events_.end() ? nullptr : &found->second;
}

EventEntry* State::event(Sequence sequence) {
  const auto found = events_.find(sequence);
  return found == events_.end() ? nullptr : &found->second;
}

Sequence State::find(const EventId& event) const {
  const auto found = by_id_.find(event);
  return found == by_id_.end() ? 0 : found->second;
}

Sequence State::find(const Digest& digest) const {
  const auto found = by_digest_.find(digest);
  return found == by_digest_.end() ? 0 : found->second;
}

Instant State::first_accepted(Sequence sequence, Instant otherwise) const {
  Instant first = otherwise;
  for (const EventEntry* entry = event(sequence); entry != nullptr; entry = event(entry->corrects)) first = entry->accepted;
  return first;
}

void State::insert(Sequence sequence, EventEntry entry) {
  by_id_.emplace(entry.event, sequence);
  by_digest_.emplace(entry.digest, sequence);
  for (const Told& told : entry.told) start_deadlines(sequence, told);
  events_.emplace_hint(events_.end(), sequence, std::move(entry));
}

std::uint16_t State::adapter_index(const std::string& name) {
  const auto found = std::find(adapters.begin(), adapters.end(), name);
  if (found == adapters.end()) {
    INVARIANT(adapters.size() < 0xffff, "a partnership has fewer adapters than numbers");
    adapters.push_back(name);
    return static_cast<std::uint16_t>(adapters.size() - 1);
  }
  return static_cast<std::uint16_t>(found - adapters.begin());
}

void State::start_deadlines(Sequence sequence, const Told& told) {
  if (told.read_by != Instant{}) deadlines_.insert({told.read_by, sequence, told.desk, false});
  if (told.act_by != Instant{}) deadlines_.insert({told.act_by, sequence, told.desk, true});
}

void State::stop_deadline(Sequence sequence, Told& told, bool act) {
  Instant& due = act ? told.act_by : told.read_by;
  deadlines_.erase({due, sequence, told.desk, act});
  due = Instant{};
}

std::string State::line() const {
  std::size_t waiting = 0;
  for (const auto& [desk, mailbox] : mailboxes) waiting += mailbox.size();
  return "applied " + std::to_string(applied) + " | events " + std::to_string(events_.size()) + " | undelivered " + std::to_string(waiting) +
         " | deadlines " + std::to_string(deadlines_.size()) + " | people " + std::to_string(people.clusters()) + " | registered " +
         std::to_string(cases.registrations()) + " | unmatched " + std::to_string(cases.waiting()) + " | agreements " +
         std::to_string(agreements.size()) + " | directory v" + std::to_string(directory_version);
}

Bytes State::encode() const {
  FieldEncoder encoder;
  encoder(kSnapshotVersion, *this);
  return encoder.take();
}

Result<State> State::decode(ByteView bytes) {
  State state;
  std::uint8_t version = 0;
  FieldDecoder decoder(bytes);
  decoder(version);
  if (version != kSnapshotVersion) return fail(Fault::Corrupt, code::kChain, "a snapshot has an unknown version");
  decoder(state);
  if (!decoder.done()) return fail(Fault::Corrupt, code::kChain, "a snapshot does not decode");
  state.rebuild();
  return state;
}

void State::rebuild() {
  by_id_.clear();
  by_digest_.clear();
  deadlines_.clear();
  people.rebuild();
  cases.rebuild(people);
  for (auto& [desk, mailbox] : mailboxes) mailbox.restore();
  for (const auto& [sequence, entry] : events_) {
    by_id_.emplace(entry.event, sequence);
    by_digest_.emplace(entry.digest, sequence);
    for (const Told& told : entry.told) start_deadlines(sequence, told);
  }
}

}  // namespace concordat::broker
