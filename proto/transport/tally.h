// Refused connections and messages: all are counted, few are told. What a stranger can cause a thousand times a second
// must fill neither memory nor a log.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace concordat::transport {

enum class Why : std::uint8_t {
  UnknownKey,      ///< The handshake was sound and the key is on no list.
  NotCurve,        ///< Another mechanism or another server's key. (What is no ZMTP 3 at all is closed uncounted.)
  Abandoned,       ///< Connected and did not finish the handshake in time, or hung up during it.
  Revoked,         ///< A message on a connection whose key is no longer on the list.
  ChosenIdentity,  ///< The peer picked a routing id of its own; ids are given here.
  BadShape,        ///< Not one frame.
  HighWater,       ///< A frame could not be sent because the peer's queue is full: our bug, credit must be smaller.
};
inline constexpr std::size_t kWhys = 7;
std::string_view name_of(Why why);

/// Something refused. `count` is more than one where it stands for those that were not told one by one.
struct Refused {
  Why why{};
  std::string peer;  ///< Network address, where known.
  std::string key;   ///< Public key in hexadecimal, where known; it is not secret.
  std::uint64_t count = 1;
};

using Counts = std::array<std::uint64_t, kWhys>;  ///< By Why, since the start.

/// One thread's bookkeeping. Tells the first `kToldMax` of each reason in an interval, then one that counts the rest.
class Tally {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::size_t kToldMax = 8;
  static constexpr std::chrono::seconds kInterval{10};

  void add(Why why, Time now, std::string peer = {}, std::string key = {});
  /// What there is to tell; empty most of the time. At most (kToldMax + 1) * kWhys a call and interval.
  std::vector<Refused> take(Time now);

 private:
  struct Row {
    Time since{};
    std::uint64_t seen = 0;  // in this interval
    std::uint64_t untold = 0;
  };
  std::array<Row, kWhys> rows_{};
  std::vector<Refused> pending_;
};

}  // namespace concordat::transport
