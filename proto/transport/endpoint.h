// Both ends of the transport as a loop sees them: frames with the proven name of who sent them, and the other things
// that a loop waits for. Implementations: server.h and client.h over ZeroMQ, fake.h in one process.
// tests/proto/transport has the contract that all of them keep.
#pragma once

#include <string>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/transport/keys.h"
#include "proto/transport/tally.h"

namespace concordat::transport {

/// One connection of one client, as long as it lasts; a client that reconnects has another. Zero is none.
using Connection = Number<struct ConnectionTag, std::uint64_t>;

struct Received {
  Connection connection;
  std::string client;  ///< The name on the allow-list of the key that the connection proved. Never the peer's word.
  Bytes frame;
};

/// Why a poll came back, beside what it received.
struct Awake {
  std::vector<int> ready;    ///< Watched descriptors that are readable or closed.
  bool woken = false;        ///< wake() was called; now and then true without it.
  bool interrupted = false;  ///< interrupt() was called; true for ever after.
};

/// What both ends can do. Owned and used by one thread, but for wake() and interrupt().
class Waiting {
 public:
  virtual ~Waiting() = default;
  /// poll() also waits for `descriptor` to be readable. The caller keeps it open until unwatch().
  virtual void watch(int descriptor) = 0;
  virtual void unwatch(int descriptor) = 0;
  /// Ends the present or the next poll early. Any thread; never blocks.
  virtual void wake() = 0;
  /// Ends the present and every later poll at once. Any thread and signal handlers.
  virtual void interrupt() = 0;
};

/// The broker's end.
class Endpoint : public Waiting {
 public:
  struct Polled : Awake {
    std::vector<Received> received;  ///< In order within a connection; at most kReceivedMax.
    std::vector<Refused> refused;    ///< Few of many: see Tally.
  };
  static constexpr std::size_t kReceivedMax = 256;

  /// Waits up to `patience` for anything. Unavailable if the sockets are gone: end the process.
  virtual Result<Polled> poll(Milliseconds patience) = 0;
  /// Hands a frame over for sending; never blocks, keeps order. Unavailable, E-GONE: the connection ended or its key
  /// was revoked; nothing can be said of frames under way. E-BUSY: its queue is full, which credit must prevent; it is
  /// counted. E-LIMIT: larger than a message may be.
  virtual Result<int> send(Connection connection, Bytes frame) = 0;
  /// Replaces who may connect. From when it returns, no message of a key that is not on the list is received or sent,
  /// on old connections either; and every key that is on it can connect. Unavailable: nobody new gets in any more.
  virtual Result<int> allow(AllowList list) = 0;
  virtual Counts counts() const = 0;
};

/// Why there is no link, for a person who must mend it.
enum class Trouble : std::uint8_t {
  None,         ///< There is a link, or none was tried.
  Unreachable,  ///< Nobody answers at the address.
  NotAdmitted,  ///< The broker does not know this client's key.
  NotProven,    ///< What answers has not the key that is pinned, or speaks no CURVE.
};
std::string_view name_of(Trouble trouble);

/// A client's end: one link to one broker, made again with back-off whenever it is lost.
class Link : public Waiting {
 public:
  struct Polled : Awake {
    std::vector<Bytes> frames;  ///< In order; those of a lost link come before `down`.
    bool down = false;          ///< A link was lost; nothing can be said of frames under way. Begin with Hello again.
    bool up = false;            ///< There is a new link: say Hello.
  };
  static constexpr std::size_t kFramesMax = 256;

  /// Waits up to `patience` for anything. Unavailable if the sockets are gone: end the process.
  virtual Result<Polled> poll(Milliseconds patience) = 0;
  /// Hands a frame over; never blocks, keeps order. E-GONE: no link, or poll() has not told of it yet. E-BUSY: the
  /// queue is full; poll and try again. E-LIMIT: larger than a message may be.
  virtual Result<int> send(Bytes frame) = 0;
  virtual Trouble trouble() const = 0;
};

}  // namespace concordat::transport
