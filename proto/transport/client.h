// A client's socket: a DEALER that speaks CURVE to one broker whose key is pinned, and connects again with back-off.
//
//            start, lost                       refused, timed out
//          ┌─────────────┐                    ┌───────────────────┐
//          ▼             │                    ▼                   │
//   [waiting: back-off] ─┴─ time is over ─▶ [connecting: handshake] ── done ─▶ [up] ── lost ─▶ [waiting]
//
// Every attempt has a socket of its own, so that no frame meant for one session is ever sent in the next, and because
// ZeroMQ itself never tries again once a handshake was refused.
#pragma once

#include <memory>
#include <string>

#include "proto/transport/endpoint.h"

namespace concordat::transport {

struct ClientOptions {
  std::string address;
  std::vector<PublicKey> brokers;  ///< Pinned, at least one: nobody else is spoken to. Tried in turn, for keys rotate.
  std::size_t message_bytes_max = 1u << 20;
  int queue_frames_max = 2'048;
  Milliseconds handshake{3'000};
  Milliseconds heartbeat{5'000};
  Milliseconds heartbeat_timeout{15'000};
  Milliseconds linger{1'000};
  Milliseconds retry_first{100};  ///< Doubles with every attempt that fails.
  Milliseconds retry_most{10'000};
};

/// Threads: one owner; inside, ZeroMQ's I/O thread.
class Client final : public Link {
 public:
  /// Does not wait for the connection. E-ADDRESS if the address is of no kind that is spoken.
  static Result<std::unique_ptr<Client>> connect(const ClientOptions& options, const KeyPair& key);
  ~Client() override;

  /// Other keys from the next attempt on. Precondition: at least one.
  void pin(std::vector<PublicKey> brokers);
  Result<Polled> poll(Milliseconds patience) override;
  Result<int> send(Bytes frame) override;
  Trouble trouble() const override;
  void watch(int descriptor) override;
  void unwatch(int descriptor) override;
  void wake() override;
  void interrupt() override;

 private:
  struct Inside;
  explicit Client(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace concordat::transport
