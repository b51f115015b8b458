// Refused connections and messages: see tally.h.
#include "proto/transport/tally.h"

#include <utility>

namespace concordat::transport {

std::string_view name_of(Why why) {
  static constexpr std::string_view kNames[kWhys] = {"unknown key",     "not CURVE", "abandoned handshake", "revoked",
                                                     "chosen identity", "bad shape", "high-water mark"};
  return kNames[static_cast<std::size_t>(why)];
}

void Tally::add(Why why, Time now, std::string peer, std::string key) {
  Row& row = rows_[static_cast<std::size_t>(why)];
  if (row.seen == 0 || (now - row.since >= kInterval && row.untold == 0)) {
    row.since = now;
    row.seen = 0;
  }
  if (++row.seen > kToldMax) {
    ++row.untold;
    return;
  }
  pending_.push_back({why, std::move(peer), std::move(key), 1});
}

std::vector<Refused> Tally::take(Time now) {
  for (std::size_t i = 0; i < kWhys; ++i) {
    Row& row = rows_[i];
    if (row.untold == 0 || now - row.since < kInterval) continue;
    pending_.push_back({static_cast<Why>(i), {}, {}, row.untold});
    row = Row{};
  }
  return std::exchange(pending_, {});
}

}  // namespace concordat::transport
