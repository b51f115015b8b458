// Reading: see reading.h.
#include "adapters/sdk/reading.h"

#include <algorithm>

#include "proto/wire/limits.h"

namespace concordat::sdk {
namespace {

constexpr std::uint32_t kCreditMessages = 128;
constexpr std::uint32_t kCreditBytes = wire::kCreditBytesMax;
constexpr std::size_t kProgressAtOnce = 64;

}  // namespace

Bytes encode(const wire::Progress& progress) {
  return Writer().u16(progress.desk.value).raw(progress.event.view()).u8(static_cast<std::uint8_t>(progress.state)).sized(progress.person)
      .u64(static_cast<std::uint64_t>(ms_of(progress.at))).sized(progress.reason).take();
}

Result<wire::Progress> decode_progress(ByteView bytes) {
  Reader in(bytes);
  wire::Progress progress;
  progress.desk = DeskNumber{in.u16()};
  const auto event = EventId::from(in.raw(EventId::kSize));
  const auto state = contract::numbered<contract::ProgressState>(in.u8());
  progress.person = in.sized();
  progress.at = instant_of(static_cast<std::int64_t>(in.u64()));
  progress.reason = in.sized();
  if (!in.done() || !event || !state) return fail(Fault::Corrupt, code::kKeep, "a queued progress does not decode");
  progress.event = *event;
  progress.state = *state;
  return progress;
}

Result<wire::Hello::DeskKey> Reading::hello(const directory::Directory& directory) {
  const directory::Desk* desk = directory.desk(std::string_view(keys_.desk));
  if (desk == nullptr) return fail(Fault::Malformed, code::kDesk, keys_.desk + " is not in the directory");
  const auto key = std::find_if(desk->keys.begin(), desk->keys.end(), [&](const directory::BoxKey& each) { return each.open == keys_.box.open; });
  if (key == desk->keys.end()) return fail(Fault::Malformed, code::kDesk, keys_.desk + ": the key held here is not in its directory entry");
  number_ = desk->number;
  key_ = key->id;
  return wire::Hello::DeskKey{number_, key_};
}

Result<Reading::Out> Reading::opened(const wire::Welcome& welcome, const directory::Directory& directory) {
  closed();
  session_epoch_ = welcome.session_epoch;
  const directory::BoxKey* broker = directory.broker.key(welcome.broker_key);
  if (broker == nullptr) return fail(Fault::Unavailable, code::kDirectory, "the broker's key is not in the directory held; wait for the newer one");
  const Bytes bound = wire::session_bound(directory.broker.name, keys_.desk, key_, session_epoch_);
  TRY(session_, seal::session_key_of_desk(welcome.session_key, broker->open, keys_.box, bound));
  return Out{wire::Credit{number_, kCreditMessages, kCreditBytes}};
}

void Reading::closed() {
  session_.reset();
  broken_.reset();
  said_.clear();
}

Result<bool> Reading::take(const ProvenFrame& frame, const wire::Delivery& delivery, wire::Acknowledge::Item& item, Instant now) {
  item.delivery = delivery.number;
  if (const auto header = wire::decode_header(delivery.header)) item.event = header->event;
  const auto opened = open_delivery(frame, delivery, *session_, exchange_);
  if (opened) {
    TRY_VOID(desk_.file(*opened, now));
    return true;
  }
  const Error& why = opened.error();
  if (why.code == code::kGrant || why.code == code::kBox) {
    log_.error("a delivery is not what the broker decided, or not for this session: nothing is rejected, the session ends", {{"event", item.event}, {"code", why.code.name}, {"detail", why.detail}});
    broken_ = Error{Fault::Unauthenticated, why.code, why.detail};
    return false;
  }
  if (why.code == code::kLacking) {
    log_.error("a delivery cannot be opened with what is held here: it stays with the broker", {{"event", item.event}, {"code", why.code.name}, {"detail", why.detail}});
    keep::Changes changes;
    changes.counted["lacking"] = 1;
    TRY_VOID(keep_.commit(changes, now));
    return false;
  }
  item.rejected = why.code.name;
  item.reason = why.detail.substr(0, wire::kReasonBytesMax);
  log_.error("a delivery was rejected", {{"event", item.event}, {"code", item.rejected}, {"detail", item.reason}});
  return true;
}

Result<Reading::Out> Reading::delivered(const wire::DeliveryFrame& frame, const directory::Directory& directory, Instant now) {
  if (!session_) return Out{};
  TRY(const ProvenFrame proven, prove_frame(frame, directory, number_, session_epoch_, key_));
  wire::Acknowledge acknowledge;
  acknowledge.desk = number_;
  for (const wire::Delivery& delivery : frame.deliveries) {
    wire::Acknowledge::Item item;
    TRY(const bool settled, take(proven, delivery, item, now));
    if (settled) acknowledge.items.push_back(std::move(item));
  }
  Out out;
  if (!acknowledge.items.empty()) out.emplace_back(std::move(acknowledge));
  if (broken_) return out;
  const auto messages = static_cast<std::uint32_t>(frame.deliveries.size());
  // The broker counts bytes its own way and caps what is left: giving the whole window again can never be too little.
  out.emplace_back(wire::Credit{number_, messages, kCreditBytes});
  return out;
}

Result<Reading::Out> Reading::recalled(const wire::Recall& recall, Instant now) {
  if (recall.desk != number_) return fail(Fault::Unauthenticated, code::kDesk, "a recall for another desk");
  TRY_VOID(desk_.recall(recall, now));
  return Out{};
}

Result<Reading::Out> Reading::superseded(const wire::Alarm& alarm, Instant now) {
  TRY_VOID(desk_.recall({number_, alarm.event, 0, alarm.code + " " + alarm.text}, now));
  return Out{};
}

Result<Reading::Out> Reading::doubted(const wire::Alarm& alarm, Instant now) {
  TRY_VOID(desk_.doubt(alarm.event, alarm.code + " " + alarm.text, now));
  return Out{};
}

Result<Reading::Out> Reading::progress(std::uint64_t beats) {
  Out out;
  if (!session_) return out;
  TRY(const std::vector<keep::Keep::Message> queued, keep_.queued(kProgressQueue, kProgressAtOnce));
  for (const keep::Keep::Message& each : queued) {
    if (said_.contains(each.id)) continue;
    TRY(wire::Progress progress, decode_progress(each.message));
    progress.desk = number_;
    said_.emplace(each.id, beats);
    out.emplace_back(std::move(progress));
  }
  return out;
}

Result<int> Reading::heard(std::uint64_t beat) {
  for (auto each = said_.begin(); each != said_.end();) {
    if (each->second >= beat) {
      ++each;
      continue;
    }
    TRY_VOID(keep_.dequeue(each->first));
    each = said_.erase(each);
  }
  return 0;
}

}  // namespace concordat::sdk
