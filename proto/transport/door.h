// The door of a server: the thread that answers ZeroMQ's question whether a key may come in (ZAP, RFC 27), and that
// hears of handshakes which failed. Inside proto/transport only.
//
//   handshake ──ZAP request──▶ door: CURVE? our domain? key on the list? ──200 User-Id = key──▶ connection
//                                                                        └─400──▶ closed, told to the tally
//
// It is a thread of its own so that a busy server loop delays nobody's handshake, and so that the monitor's queue, on
// which ZeroMQ's I/O thread would block, is always read. When it does not answer, nobody new gets in.
#pragma once

#include <array>
#include <atomic>
#include <thread>

#include "proto/base/channel.h"
#include "proto/transport/socket.h"
#include "proto/transport/tally.h"
#include "proto/transport/waker.h"

namespace concordat::transport {

inline constexpr std::string_view kDomain = "concordat";
inline constexpr const char* kMonitorAddress = "inproc://concordat.door";

class Door {
 public:
  /// Binds the handler's address and starts the thread. `told` is woken when there is something in `refused`.
  Door(const Context& context, const Waker& told);
  /// The server's socket is no longer monitored by then: ZeroMQ would wait for somebody to read its events.
  ~Door();

  /// Replaces the list; returns when the thread has it. False: the door is shut, or the thread does not answer.
  bool allow(AllowList list);
  /// Closes the handler: from here on nobody new gets in. Connections that there are stay, and failures are still
  /// heard.
  void shut();
  /// The next refusal to tell; nothing if there is none.
  std::optional<Refused> refused() { return refused_.receive(); }
  std::uint64_t count(Why why) const { return counts_[static_cast<std::size_t>(why)]; }

 private:
  void run();
  void wait();
  void obey();
  void take_list();
  void answer();
  void hear();
  void tell();
  void refuse(Why why, std::string peer = {}, std::string key = {});

  Socket handler_;
  Socket monitor_;
  const Waker& told_;
  Waker nudge_;
  std::atomic<bool> shut_ = false;
  std::atomic<bool> ended_ = false;
  Channel<AllowList> lists_{4};
  Channel<int> taken_{4};
  Channel<Refused> refused_{256};
  std::array<std::atomic<std::uint64_t>, kWhys> counts_{};
  AllowList list_;  // the thread's
  Tally tally_;     // the thread's
  std::thread thread_;
};

}  // namespace concordat::transport
