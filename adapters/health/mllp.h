// The server that a hospital's integration engine sends to: MLLP over TCP, in clear or under TLS, several connections at once.
//
// A thread accepts and keeps the log; each connection has a thread of its own, which reads a frame, hands it in, waits until it is
// durable, answers, and goes on. A connection that begins a message and leaves it, or says nothing for very long, is closed; so is
// one more than the bound. But whoever has not proven itself yet (a TLS handshake; in clear a first message) keeps nobody out: it gives way.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "adapters/health/hl7.h"
#include "adapters/sdk/listen_settings.h"
#include "adapters/sdk/publisher.h"
#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/observe/log.h"

namespace concordat::health {

/// Beside where and to whom it listens.
struct MllpOptions : sdk::ListenSettings {
  std::size_t connections_max = 32;
  std::size_t message_bytes_max = hl7::kMessageBytesMax;
  Milliseconds message_within{60'000};             ///< From its first byte to its last.
  Milliseconds idle{4 * 3'600'000};                ///< Between messages; half-open connections end long before.
};

class Mllp : public sdk::Listening {
 public:
  /// Blocks until what a frame held is durable: true; or cannot be made so now: false. Called on several threads at once.
  using Take = std::function<bool(std::string)>;
  /// E-CONFIG names what cannot be listened on, the certificate, or what is missing to know who sends.
  static Result<std::unique_ptr<Mllp>> listen(const MllpOptions& options, Take take, observe::Sink& sink);
  /// The same without listening: what --check-config asks.
  static Result<int> check(const MllpOptions& options);
  virtual std::uint16_t port() const = 0;
};

}  // namespace concordat::health
