// append, second half: see appender.h.
#include "broker/append/appender.h"

#include <algorithm>

#include "proto/base/invariant.h"

namespace concordat::broker {
namespace {

constexpr std::size_t kGroupBytesMax = 2u << 20;

// What must still be written when the disk is down to its reserve: all but what clients add to it, which is turned away then.
bool essential(const PendingRecord& record) {
  if (record.material) return false;
  switch (wire::type_of(*record.body)) {
    case wire::RecordType::BatchTaken:
    case wire::RecordType::EventRefused:
    case wire::RecordType::RefusalsCounted: return false;
    default: return true;
  }
}

}  // namespace

void Appender::take(Output output) {
  for (auto& record : output.records) {
    last_taken_ = record.sequence;
    records_.push_back(std::move(record));
  }
  for (auto& effect : output.effects) effects_.emplace_back(last_taken_, std::move(effect));
}

Result<int> Appender::submit() {
  Flight flight;
  flight.group.epoch = engine_.epoch();
  flight.group.first = durable_.sequence + 1;
  flight.group.id = entropy_.id<GroupId>();
  std::size_t bytes = 0;
  while (!records_.empty() && flight.group.rows.size() < store::kGroupRowsMax && bytes < kGroupBytesMax) {
    flight.group.essential = flight.group.essential || essential(records_.front());
    TRY(store::Row row, protector_.protect(records_.front()));
    bytes += store::bytes_of(row);
    flight.group.rows.push_back(std::move(row));
    records_.pop_front();
  }
  flight.group.head = protector_.head().hash;
  flying_ = std::move(flight);
  return hand_over();
}

// A full disk is no failure: nothing was done, nothing goes out, and the group is offered again until there is room.
// But what must be written waits for nothing: what was decided before it then goes into the reserve with it.
Result<int> Appender::hand_over() {
  flying_->group.essential = flying_->group.essential || std::any_of(records_.begin(), records_.end(), essential);
  const auto taken = engine_.append(flying_->group);
  flying_->handed = taken.has_value();
  if (!taken && taken.error().fault != Fault::Busy) return tl::unexpected(taken.error());
  return 0;
}

std::vector<Effect> Appender::release() {
  std::vector<Effect> released;
  while (!effects_.empty() && effects_.front().first <= durable_.sequence) {
    released.push_back(std::move(effects_.front().second));
    effects_.pop_front();
  }
  return released;
}

Result<std::vector<Effect>> Appender::pump(Milliseconds patience) {
  if (!flying_ && !records_.empty()) TRY_VOID(submit());
  if (!flying_) return release();
  if (!flying_->handed) TRY_VOID(hand_over());
  const auto answer = engine_.answer(patience);
  // An answer may come twice; one of an earlier group says nothing about this one.
  if (!answer || answer->group != flying_->group.id) return std::vector<Effect>{};
  switch (answer->outcome) {
    case store::Appended::Durable: break;
    case store::Appended::Unknown: {
      TRY_VOID(hand_over());
      return std::vector<Effect>{};
    }
    case store::Appended::Fenced: return fail(Fault::Corrupt, code::kFenced, "group at " + std::to_string(flying_->group.first));
    case store::Appended::Failed: return fail(Fault::Corrupt, code::kStore, "group at " + std::to_string(flying_->group.first));
  }
  INVARIANT(answer->last == flying_->group.rows.back().sequence, "a durable group ends where it was meant to");
  durable_ = {answer->last, flying_->group.head};
  flying_.reset();
  if (!records_.empty()) TRY_VOID(submit());
  return release();
}

}  // namespace concordat::broker
