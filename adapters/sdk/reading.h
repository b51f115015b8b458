// The reading side of a session: credit, deliveries opened and filed, acknowledgements, recalls, progress of people.
// An acknowledgement leaves only after Desk::file has returned: the event is on the desk's disk. Pure but for keep and Desk.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "adapters/sdk/beliefs.h"
#include "adapters/sdk/keep/keep.h"
#include "adapters/sdk/opener.h"
#include "proto/observe/log.h"
#include "proto/wire/session.h"

namespace concordat::sdk {

/// Where opened events go. Each call takes effect once however often it is made with the same event.
class Desk {
 public:
  virtual ~Desk() = default;
  /// Returns when it is on disk. An error is the desk's own trouble (disk full): nothing is acknowledged, the session ends.
  virtual Result<int> file(const OpenedEvent& event, Instant now) = 0;
  /// The event must not be relied on any more.
  virtual Result<int> recall(const wire::Recall& recall, Instant now) = 0;
  /// Whose news it is has become doubtful: it stands, and nobody outside is to be told of it until a person has looked.
  virtual Result<int> doubt(const EventId& event, const std::string& why, Instant now) = 0;
};

/// A desk that this program reads, and the key it holds.
struct DeskKeys {
  std::string desk;        ///< Name in the directory.
  seal::BoxPair box;
};

/// What people said, waiting to be sent: in the queue "progress" of the keep.
Bytes encode(const wire::Progress& progress);
Result<wire::Progress> decode_progress(ByteView bytes);
inline constexpr std::string_view kProgressQueue = "progress";

class Reading {
 public:
  using Out = std::vector<wire::ToBroker>;
  Reading(const DeskKeys& keys, const ExchangeKeys& exchange, Desk& desk, keep::Keep& keep, observe::Log& log)
      : keys_(keys), exchange_(exchange), desk_(desk), keep_(keep), log_(log) {}

  /// What the hello says of the desk. E-DESK if it is not in the directory with this key.
  Result<wire::Hello::DeskKey> hello(const directory::Directory& directory);
  /// Agrees the session key and gives credit.
  Result<Out> opened(const wire::Welcome& welcome, const directory::Directory& directory);
  void closed();
  /// Files what can be filed and acknowledges that; rejects what its sender got wrong. What this desk itself lacks the key,
  /// directory or program for is neither: it is reported here, its lease lapses, and the broker offers it again and parks it.
  Result<Out> delivered(const wire::DeliveryFrame& frame, const directory::Directory& directory, Instant now);
  /// Why the broker is not to be read from in this session any more: E-GRANT, what it handed over is not what it decided;
  /// E-BOX, the session's keys do not agree. Null: nothing.
  const Error* broken() const { return broken_ ? &*broken_ : nullptr; }
  Result<Out> recalled(const wire::Recall& recall, Instant now);
  /// An alarm that says the same in other words: A-SUPERSEDED.
  Result<Out> superseded(const wire::Alarm& alarm, Instant now);
  /// A-DOUBTED.
  Result<Out> doubted(const wire::Alarm& alarm, Instant now);
  /// Progress that people queued and that was not sent in this session yet. `beats`: heartbeats that were sent before it.
  Result<Out> progress(std::uint64_t beats);
  /// The broker has echoed this heartbeat: what was said before it is durable there, and need not be kept here.
  Result<int> heard(std::uint64_t beat);

 private:
  /// True if the item is to be acknowledged.
  Result<bool> take(const ProvenFrame& frame, const wire::Delivery& delivery, wire::Acknowledge::Item& item, Instant now);

  const DeskKeys& keys_;
  const ExchangeKeys& exchange_;
  Desk& desk_;
  keep::Keep& keep_;
  observe::Log& log_;
  DeskNumber number_;
  std::uint32_t key_ = 0;
  std::uint32_t session_epoch_ = 0;
  std::optional<seal::SessionKey> session_;
  std::optional<Error> broken_;
  std::map<std::uint64_t, std::uint64_t> said_;  ///< Ids in the queue that were sent in this session, and the heartbeats before each.
};

}  // namespace concordat::sdk
