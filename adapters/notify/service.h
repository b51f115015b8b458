// A notification service as this program needs it: send, look up by reference, ask for the state of one. client.h is GOV.UK Notify's.
#pragma once

#include <string>

#include "adapters/notify/record.h"

namespace concordat::notify {

/// What became of one attempt to send.
struct Answer {
  enum class Is : std::uint8_t {
    Accepted,  ///< The service has it: `id`.
    Refused,   ///< It never will: `why` is "400 BadRequestError". A person's.
    Later,     ///< Not sent, and nothing is wrong with the message: too much at once, key or clock refused, nobody there.
    Unknown,   ///< It may have been sent. Look it up by reference before anything else.
  } is{};
  std::string id;
  std::string why;          ///< Status code and error name, or what happened; no personal data.
  Milliseconds pause{0};    ///< Of Later: nothing is sent for so long.
  bool alarm = false;       ///< A person must mend something: key, clock, address.
};

struct Looked {
  enum class Is : std::uint8_t { Found, Nothing, Failed } is{};
  std::string id;
  std::string status;       ///< "delivered", "sending", "permanent-failure", …
  std::string why;
};

class Service {
 public:
  virtual ~Service() = default;
  /// Blocks for as long as its client's patience.
  virtual Answer send(const Message& message, Instant now) = 0;
  /// By message.reference.
  virtual Looked look_up(const Message& message, Instant now) = 0;
  /// By message.id.
  virtual Looked ask(const Message& message, Instant now) = 0;
};

}  // namespace concordat::notify
