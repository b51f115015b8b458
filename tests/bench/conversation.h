// One client's session for the bench: hello, a welcome that proves itself, then messages, counted. It keeps nothing: what
// sdk::Session writes to its SQLite file at every frame (the place in the log, answers, the outbox) is not in what is
// measured, and the output says so.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proto/base/result.h"
#include "proto/transport/client.h"
#include "proto/wire/session.h"
#include "tests/bench/partnership.h"

namespace concordat::bench {

/// Frames as they are handed to the transport and come from it; CURVE adds about 35 bytes a frame.
struct Traffic {
  std::uint64_t frames_out = 0, bytes_out = 0, frames_in = 0, bytes_in = 0;
};

/// One thread's.
class Conversation {
 public:
  /// `hello` needs only what the client publishes and reads. E-PROOF if the welcome is not the broker's; Unavailable if
  /// there is none within half a minute, or the link is lost later.
  static Result<Conversation> open(const Partnership& partnership, const std::string& client, const transport::KeyPair& key, wire::Hello hello);

  const wire::Welcome& welcome() const { return welcome_; }
  /// What came, waiting up to `patience` or until a watched descriptor is ready. A refusal is an error.
  Result<std::vector<wire::ToClient>> receive(Milliseconds patience);
  Result<int> send(const wire::ToBroker& message) { return send_encoded(wire::encode(message)); }
  Result<int> send_encoded(Bytes frame);
  transport::Link& link() { return *link_; }
  const Traffic& traffic() const { return traffic_; }

 private:
  explicit Conversation(std::unique_ptr<transport::Link> link) : link_(std::move(link)) {}
  Result<int> wait_for_link();
  std::unique_ptr<transport::Link> link_;
  wire::Welcome welcome_;
  Traffic traffic_;
};

}  // namespace concordat::bench
