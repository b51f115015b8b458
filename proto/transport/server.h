// The broker's sockets: a ROUTER that speaks CURVE only, over tcp and ipc, behind a door that admits listed keys.
//
// A message is received only if its connection proved a key that is on the list now: the key is the ZAP User-Id that
// ZeroMQ puts on every message, never the routing id, which a peer may choose. Peers that choose one are not heard.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proto/transport/endpoint.h"

namespace concordat::transport {

struct ServerOptions {
  std::vector<std::string> addresses;  ///< "tcp://127.0.0.1:5701", "tcp://127.0.0.1:*", "ipc:///run/concordat.sock".
  std::size_t message_bytes_max = 1u << 20;  ///< A peer that sends more is disconnected.
  int queue_frames_max = 20'000;             ///< To one peer; above the largest credit, so that reaching it is a bug.
  int receive_frames_max = 128;              ///< From one peer, beyond what is read; then TCP holds it back.
  Milliseconds handshake{3'000};
  Milliseconds heartbeat{5'000};
  Milliseconds heartbeat_timeout{15'000};
  Milliseconds linger{1'000};
  std::size_t descriptors = 16'384;  ///< RLIMIT_NOFILE is raised to this, or to the hard limit if that is less.
};

/// Threads: one owner; inside, ZeroMQ's I/O thread and the door's.
class Server final : public Endpoint {
 public:
  /// Nobody may connect until allow() is called. E-ADDRESS names the address that cannot be bound.
  static Result<std::unique_ptr<Server>> bind(const ServerOptions& options, const KeyPair& key);
  ~Server() override;

  /// As bound, with ports in the place of "*".
  const std::vector<std::string>& addresses() const;
  /// Shuts the door: nobody new gets in, connections that there are stay. The first step of an orderly end.
  void shut_door();

  Result<Polled> poll(Milliseconds patience) override;
  Result<int> send(Connection connection, Bytes frame) override;
  Result<int> allow(AllowList list) override;
  Counts counts() const override;
  void watch(int descriptor) override;
  void unwatch(int descriptor) override;
  void wake() override;
  void interrupt() override;

 private:
  struct Inside;
  explicit Server(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

/// Raises the soft limit of open descriptors to `wanted`, at most to the hard one; the limit that then holds.
std::size_t raise_descriptors(std::size_t wanted);

}  // namespace concordat::transport
